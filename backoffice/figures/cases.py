"""Cases with all of theirs that counts, read for many of them at once: a few queries, however many cases."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import true
from sqlmodel import SQLModel, col, func, or_, select

from backoffice.work import Work
from storage.clocks import Deadline
from storage.complaints import Answer, Complaint
from storage.consents import Consent
from storage.costs import Expense
from storage.disputes import Dispute, Lesson, Obligation, Outcome, Referral
from storage.journal import DISCARDED, AuditEvent
from storage.reviews import Review, Seat
from storage.surveys import Survey

MERGED = "duplicate"  # closed as a part of another case, it is none of its own
AGAIN_WITHIN = timedelta(days=90)  # the same customer, the same category: a repeated complaint (K29)
GIVEN_UP, EXPIRED, MOVED = "given_up", "expired", "moved"  # why a draft was erased; moved: to a case, with its words
COUNTED = (
    "deadline.escalated",
    "deadline.extended",
    "review.no_quorum",
)
"""Events that count by themselves, besides those of the complaint."""


class Discarded(NamedTuple):
    """A draft that was erased unsent, by what the log has kept of it."""

    number: int
    at: datetime
    facts: dict[str, Any]


class Happened(NamedTuple):
    """As much of an audit event as counts."""

    event: str
    at: datetime
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint that was received, with its `history` (oldest first) and what else belongs to it.

    `repeated`: its customer had complained of the same kind of thing shortly before.
    """

    complaint: Complaint
    received_at: datetime
    history: list[Happened]
    deadlines: list[Deadline]
    answers: list[Answer]
    surveys: list[Survey]
    reviews: list[Review]
    seats: list[Seat]
    disputes: list[Dispute]
    referrals: list[Referral]
    consents: dict[int, Consent]
    outcomes: list[Outcome]
    obligations: list[Obligation]
    lesson: Lesson | None
    expenses: list[Expense]
    repeated: bool


Row = TypeVar("Row", bound=SQLModel)


def load(work: Work, ids: Sequence[int]) -> list[Case]:
    """Those of these cases that were received; drafts, and what was erased, count for nothing."""
    complaints = [each for each in _all(work, Complaint, Complaint.id, ids) if each.received_at is not None]
    known = [each.id for each in complaints]
    by_case = _grouped(lambda row: row.complaint_id)
    deadlines = by_case(_all(work, Deadline, Deadline.complaint_id, known))
    answers = by_case(_all(work, Answer, Answer.complaint_id, known))
    surveys = by_case(_all(work, Survey, Survey.complaint_id, known))
    reviews = by_case(_all(work, Review, Review.complaint_id, known))
    seats = _grouped(lambda row: row.review_id)(_all(work, Seat, Seat.review_id, _ids(reviews)))
    disputes = by_case(_all(work, Dispute, Dispute.complaint_id, known))
    referrals = by_case(_all(work, Referral, Referral.complaint_id, known))
    consents = _grouped(lambda row: row.referral_id)(_all(work, Consent, Consent.referral_id, _ids(referrals)))
    outcomes = _grouped(lambda row: row.dispute_id)(_all(work, Outcome, Outcome.dispute_id, _ids(disputes)))
    obligations = _grouped(lambda row: row.outcome_id)(_all(work, Obligation, Obligation.outcome_id, _ids(outcomes)))
    lessons = {each.complaint_id: each for each in _all(work, Lesson, Lesson.complaint_id, known)}
    expenses = by_case(_all(work, Expense, Expense.complaint_id, known))
    histories, repeated = _histories(work, known), _repeated(work, complaints)
    return [
        Case(
            complaint=each,
            received_at=each.received_at or each.opened_at,
            history=histories[each.id],
            deadlines=deadlines[each.id],
            answers=answers[each.id],
            surveys=surveys[each.id],
            reviews=reviews[each.id],
            seats=[seat for review in reviews[each.id] for seat in seats[review.id]],
            disputes=disputes[each.id],
            referrals=referrals[each.id],
            consents={given.id: given for way in referrals[each.id] for given in consents[way.id]},
            outcomes=(found := [one for dispute in disputes[each.id] for one in outcomes[dispute.id]]),
            obligations=[one for outcome in found for one in obligations[outcome.id]],
            lesson=lessons.get(each.id),
            expenses=expenses[each.id],
            repeated=each.id in repeated,
        )
        for each in complaints
    ]


def dimensions(complaint: Complaint) -> dict[str, Any]:
    """By what figures are broken down; no words, and nothing of whose it is."""
    return {
        "department": complaint.department or "",
        "category": complaint.category or "",
        "product": complaint.product or "",
        "branch": complaint.branch or "",
        "channel": complaint.channel,
        "language": complaint.language,
        "business": complaint.company is not None,
    }


def discarded(work: Work, ids: Sequence[int]) -> list[Discarded]:
    """Those of these numbers that were drafts of customers which nobody sent, and whose words went nowhere else."""
    query = select(AuditEvent.chain, AuditEvent.at, AuditEvent.facts).where(DISCARDED, col(AuditEvent.chain).in_(ids))
    found = (Discarded(number, at, dict(facts)) for number, at, facts in work.db.exec(query))
    return [each for each in found if each.facts["why"] != MOVED and not each.facts.get("recorded")]


def numbers(work: Work, since: int, limit: int, *, backwards: bool = False) -> list[int]:
    """The next numbers of which something may count: those of cases, and of drafts that only the log still knows."""
    found: set[int] = set()
    for number, those in ((col(Complaint.id), true()), (col(AuditEvent.chain), DISCARDED)):
        query = select(number).where(those, number < since if backwards else number > since)
        found |= {*work.db.exec(query.order_by(number.desc() if backwards else number).limit(limit))}
    return sorted(found, reverse=backwards)[:limit]


def later(work: Work, ids: Sequence[int]) -> set[int]:
    """Cases that may be repeated ones, or no more, now that these have changed: what their customers complained of
    soon afterwards, and those who were their customers before somebody claimed them."""
    changed = [each for each in _all(work, Complaint, Complaint.id, ids) if each.received_at is not None]
    claims = select(AuditEvent.facts).where(col(AuditEvent.chain).in_(ids), AuditEvent.event == "complaint.claimed")
    customers = {each.customer_id for each in changed} | {facts["was"] for facts in work.db.exec(claims)}
    return {
        each.id
        for each in _all(work, Complaint, Complaint.customer_id, customers)
        if (at := each.received_at)
        and any(
            was.received_at < at <= was.received_at + AGAIN_WITHIN and was.category == each.category
            for was in changed
            if was.received_at
        )
    }


def _histories(work: Work, ids: Sequence[int]) -> dict[int, list[Happened]]:
    counted = or_(col(AuditEvent.event).startswith("complaint."), col(AuditEvent.event).in_(COUNTED))
    query = (
        select(AuditEvent.chain, AuditEvent.event, AuditEvent.at, AuditEvent.facts)
        .where(col(AuditEvent.chain).in_(ids), counted)
        .order_by(col(AuditEvent.chain), col(AuditEvent.seq))
    )
    found: dict[int, list[Happened]] = defaultdict(list)
    for chain, event, at, facts in work.db.exec(query):
        found[chain].append(Happened(event, at, dict(facts)))
    return found


def _repeated(work: Work, complaints: Sequence[Complaint]) -> set[int]:
    """Those whose customer had a complaint of the same category shortly before. Whose an anonymous case is, no figure
    may tell: of it that is not asked."""
    known = [each for each in complaints if not each.anonymous]
    query = select(Complaint.customer_id, Complaint.category, Complaint.received_at).where(
        col(Complaint.customer_id).in_({each.customer_id for each in known}),
        col(Complaint.received_at).is_not(None),
        col(Complaint.anonymous).is_(False),
        func.coalesce(Complaint.closed_reason, "") != MERGED,
    )
    times: dict[tuple[int, str | None], list[datetime]] = defaultdict(list)
    for customer, category, at in work.db.exec(query):
        if at is not None:
            times[customer, category].append(at)
    return {
        each.id
        for each in known
        if (at := each.received_at)
        and any(at - AGAIN_WITHIN <= before < at for before in times[each.customer_id, each.category])
    }


def _all(work: Work, model: type[Row], key: Any, ids: Iterable[int]) -> list[Row]:
    wanted = list(ids)
    if not wanted:
        return []
    first = next(iter(model.__table__.primary_key.columns))  # type: ignore[attr-defined]
    return list(work.db.exec(select(model).where(col(key).in_(wanted)).order_by(first)))


def _grouped(key: Callable[[Any], int | None]) -> Callable[[list[Row]], defaultdict[int, list[Row]]]:
    def group(rows: list[Row]) -> defaultdict[int, list[Row]]:
        found: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows:
            found[key(row) or 0].append(row)
        return found

    return group


def _ids(groups: dict[int, list[Any]]) -> list[int]:
    return [row.id for rows in groups.values() for row in rows]
