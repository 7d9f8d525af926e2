"""Writes lives into the tables as the program would have left them, with their events in real chains."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, SQLModel, col

from backoffice import audit
from backoffice.figures.reading import DIMENSIONS
from backoffice.work import Office
from storage import crypto, journal
from storage.clocks import Deadline
from storage.complaints import Answer, Complaint
from storage.consents import Consent
from storage.costs import Expense
from storage.disputes import Dispute, Lesson, Obligation, Outcome, Referral
from storage.people import Person
from storage.reviews import Review, Seat
from storage.surveys import Survey
from tests.figures.lives import Life, Outside, Reviewed, Spent, Way

LONG_AGO = timedelta(days=1)
SOMEBODY = 1  # of the staff; customers are numbered after them


class Pen:
    """Rows of all tables, numbered by itself where others point to them."""

    def __init__(self) -> None:
        self.rows: dict[type[SQLModel], list[dict[str, Any]]] = {}
        self.events: list[audit.Event] = []
        self._numbers: dict[type[SQLModel], Iterator[int]] = {
            model: count(1) for model in (Review, Seat, Dispute, Referral, Consent, Outcome)
        }

    def put(self, row: SQLModel) -> None:
        self.rows.setdefault(type(row), []).append(row.model_dump())

    def next(self, model: type[SQLModel]) -> int:
        return next(self._numbers[model])

    def write(self, db: Session) -> None:
        """In an order in which nothing points to what is not there yet."""
        order = (Person, Complaint, Deadline, Review, Answer, Survey, Seat, Dispute, Referral, Consent, Outcome,
                 Obligation, Lesson, Expense)  # fmt: skip
        for model in order:
            if rows := self.rows.get(model):
                own = [{name: value for name, value in row.items() if name != "id" or value} for row in rows]
                db.connection().execute(insert(model), own)
        db.connection().execute(journal.WRITE, audit.linked(db, self.events))


def write(office: Office, lives: list[Life]) -> None:
    """All of them in one transaction; the cases are numbered from 1 on."""
    pen = Pen()
    begun = min(life.opened_at for life in lives)
    for number in range(SOMEBODY, max(life.customer for life in lives) + SOMEBODY + 2):
        hashed = crypto.lookup("person", number)
        pen.put(Person(id=number, telegram_hash=hashed, telegram_id=number, first_seen=begun - LONG_AGO))
    for number, life in enumerate(lives, start=1):
        _write(pen, number, life)
    with office.work() as work:
        pen.write(work.db)
        erased = [number for number, life in enumerate(lives, start=1) if life.erased_at]
        work.db.connection().execute(delete(Complaint).where(col(Complaint.id).in_(erased)))


def _write(pen: Pen, number: int, life: Life) -> None:
    pen.put(complaint(number, life))
    for limit in life.limits:
        pen.put(Deadline(complaint_id=number, urgency=2, **vars(limit)))
    reviews = {place: pen.next(Review) for place in range(len(life.reviews))}
    for place, review in enumerate(life.reviews):
        _write_review(pen, number, reviews[place], review)
    for place, answer in enumerate(life.answers):
        round_ = sum(not each.revises for each in life.answers[: place + 1])
        in_review = None if answer.review is None else reviews[answer.review]
        pen.put(
            Answer(
                complaint_id=number, round=round_, decision=answer.decision, reasons="So it is.", remedy="none",
                author_id=SOMEBODY, at=answer.at, review_id=in_review,
            )
        )  # fmt: skip
    for outside in life.outside:
        _write_outside(pen, number, outside)
    _write_learning(pen, number, life)
    pen.events += sorted(events(number, life), key=lambda event: event.at)


def _write_learning(pen: Pen, number: int, life: Life) -> None:
    """What customers thought of it, why it came about, and what it cost."""
    for asked in life.asked:
        pen.put(Survey(complaint_id=number, **asked._asdict()))
    for owed in life.owed:
        pen.put(
            Deadline(
                complaint_id=number, target="root_cause", urgency=1, severity=owed.severity, started_at=owed.since,
                due_at=owed.due_at, ended=owed.ended, ended_at=owed.ended_at,
            )
        )  # fmt: skip
    if lesson := life.lesson:
        pen.put(Lesson(complaint_id=number, words="We learn.", decided_by=SOMEBODY, **lesson._asdict()))
    for spent in life.spent:
        pen.put(expense(number, spent))


def expense(number: int, spent: Spent) -> Expense:
    kind = "remedy" if spent.amount else "time"
    return Expense(complaint_id=number, kind=kind, author_id=SOMEBODY, **spent._asdict())


def complaint(number: int, life: Life) -> Complaint:
    """The case as it stands now."""
    closing = life.closings[-1] if life.stage == "closed" else None
    last = life.moves[-1].at if life.moves else life.opened_at
    deadlock_at, trigger = life.deadlocks[-1] if life.deadlocks else (None, None)
    return Complaint(
        id=number,
        code=f"SLH-{number}" if life.received_at else None,
        stage=life.stage,
        customer_id=life.customer + SOMEBODY + 1,
        language=life.language,
        channel=life.channel,
        recorded_by=SOMEBODY if life.recorded else None,
        opened_at=life.opened_at,
        touched_at=last,
        category=life.category or None,
        department=life.department or None,
        product=life.product or None,
        branch=life.branch or None,
        company="A company" if life.business else None,
        received_at=life.received_at,
        acknowledged_at=life.acknowledged_at,
        assessed_at=life.assessed_at,
        deadlock_at=deadlock_at,
        deadlock_trigger=trigger,
        unresolved_at=life.unresolved_at,
        rounds=sum(not each.revises for each in life.answers),
        root_cause=life.root_cause,
        closed_at=closing.at if closing else None,
        closed_reason=closing.reason if closing else None,
        reopenings=len(life.reopenings),
    )


def _write_review(pen: Pen, case: int, number: int, review: Reviewed) -> None:
    stage = "decided" if review.decided_at else "in_committee" if review.requested_at else "draft"
    pen.put(
        Review(
            id=number, complaint_id=case, stage=stage, trigger=review.trigger, came_from="answered",
            begun_at=review.begun_at, requested_at=review.requested_at, outcome=review.outcome,
            decided_at=review.decided_at,
        )
    )  # fmt: skip
    for at, why in [*review.left, (None, None)]:
        pen.put(
            Seat(
                id=pen.next(Seat), review_id=number, name="reviewer", person_id=SOMEBODY, seated_at=review.begun_at,
                left_at=at, left=why,
            )
        )  # fmt: skip


def _write_outside(pen: Pen, case: int, outside: Outside) -> None:
    dispute = pen.next(Dispute)
    pen.put(
        Dispute(
            id=dispute, complaint_id=case, number=f"D-{dispute}", phase="closed", trigger=outside.trigger,
            opened_at=outside.opened_at,
        )
    )  # fmt: skip
    ways = [_write_way(pen, case, dispute, way) for way in outside.ways]
    for agreed in outside.agreed:
        outcome = pen.next(Outcome)
        pen.put(
            Outcome(
                id=outcome, dispute_id=dispute, referral_id=None if agreed.way is None else ways[agreed.way],
                kind=agreed.kind, by="customer", drafted_at=outside.opened_at, in_force_at=agreed.in_force_at,
                ended=agreed.ended,
            )
        )  # fmt: skip
        for term in agreed.terms:
            pen.put(Obligation(outcome_id=outcome, what="other", words="Do it.", **vars(term)))


def _write_way(pen: Pen, case: int, dispute: int, way: Way) -> int:
    number = pen.next(Referral)
    given = [_consent(pen, number, at) if at else None for at in (way.customer_at, way.our_at)]
    pen.put(
        Referral(
            id=number, dispute_id=dispute, complaint_id=case, provider=way.provider, method=way.method,
            chosen_at=way.chosen_at, customer_consent_id=given[0], our_consent_id=given[1],
            consented_at=way.consented_at, ended=way.ended, ended_at=way.ended_at,
        )
    )  # fmt: skip
    return number


def _consent(pen: Pen, referral: int, at: datetime) -> int:
    number = pen.next(Consent)
    pen.put(
        Consent(
            id=number, person_id=SOMEBODY, kind="dispute", version="1", language="en", text="I agree.", sha256="0",
            at=at, referral_id=referral,
        )
    )  # fmt: skip
    return number


def events(number: int, life: Life) -> Iterator[audit.Event]:
    """What the program records of it, as far as anything is counted of it, and some that must not be."""

    def event(name: str, at: datetime, **facts: Any) -> audit.Event:
        return audit.Event(number, name, None, at, facts)

    if life.erased_at:
        about = {name: getattr(life, name) for name in (*DIMENSIONS, "business")}
        yield event("draft.discarded", life.erased_at, why=life.erased_for, recorded=life.recorded, **about)
    was = "draft"
    for move in life.moves:
        yield event(f"complaint.{move.event}", move.at, was=was, now=move.stage)
        was = move.stage
    yield from (event("complaint.closed", each.at, reason=each.reason) for each in life.closings)
    for at in life.severities:
        yield event("complaint.severity_changed", at, severity="high", was="medium", note=1)
    yield from (event("complaint.deadlocked", at, trigger=trigger) for at, trigger in life.deadlocks)
    for level, at in enumerate(life.escalations, start=1):
        by_hand = level % 2 == 0
        yield event("complaint.escalated", at, to=level) if by_hand else event("deadline.escalated", at, level=level)
    for review in life.reviews:
        yield from (event("review.no_quorum", at, review=1, sitting=1, seats=[]) for at in review.without_quorum)
    for outside in life.outside:
        yield event("dispute.offered", outside.opened_at, dispute=1, number="D", now="offered")
    yield from (event("deadline.warned", limit.started_at, target=limit.target) for limit in life.limits)
