"""The register of what could not be resolved inside, and what is learnt from it (S25; ISO 10003, 8.1 to 8.3).

Nothing is entered by hand but the lesson: a case is in it since it was stuck, and all else is read from the case.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import mean, median

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from backoffice import errors, rights
from backoffice.disputes.outcomes import ENDS
from backoffice.disputes.phases import DIRECT
from backoffice.money import Amount, parse_amount
from backoffice.pages import offset, require_page
from backoffice.rights import RESOLVER
from backoffice.stages import Stage
from backoffice.surveys import SCORES
from backoffice.words import required, tidy
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute, DisputeRating, Lesson, Referral, of_case, referrals_of

PAGE = 6
DECISIONS = ACTION, NO_ACTION = ("action", "no_action")
HIDDEN_BELOW = 5  # cases, under which figures of a provider would say more about the cases than about it
ASKED = "asked"
PUBLIC_BODY = "public_body"  # in place of a provider's code


@dataclass(frozen=True, slots=True)
class Tried:
    """One way outside: `provider` is its code in the register (None: direct talks; PUBLIC_BODY: nobody said which one
    decided), `name` of one whom the customer named. `ended`: why it is over."""

    provider: str | None
    name: str | None
    method: str
    ended: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """`trigger`: what left it unresolved; `cause`: its root cause, once found; `outcome`: why it was closed, None while
    it is open; `cost`: of the way outside, to the organisation."""

    complaint: Complaint
    trigger: str
    cause: str | None
    tried: tuple[Tried, ...]
    outcome: str | None
    cost: Amount | None
    lesson: Lesson | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the cases that came into the register in a period; each breakdown but the one by provider adds up to `cases`.

    None as a key: not known yet; of a provider: the two sides talked by themselves. `owed`: closed, and nobody has said
    what is learnt from it.
    """

    cases: int
    by_trigger: Counter[str]
    by_cause: Counter[str | None]
    by_category: Counter[str | None]
    by_department: Counter[str | None]
    by_outcome: Counter[str | None]
    by_provider: Counter[str | None]
    cost: Amount
    action: int
    no_action: int
    owed: int


@dataclass(frozen=True, slots=True)
class Results:
    """What came of the cases that a provider had; the rest stays empty while there are too few of them.

    `settled`: the share, 0 to 1, that ended with terms or a decision that hold; `days`: the median from the consent of
    both; `rating`: 1 to 5, by both sides.
    """

    cases: int
    settled: float | None = None
    days: float | None = None
    rating: float | None = None


# ------------------------------------------------------------------ the register


def entries(work: Work, page: int = 0) -> tuple[list[Row], bool]:
    """A page of it, the newest first, and whether there are more; without what the actor may not read."""
    rights.require(work, "see_register")
    return _page(work, page, col(Complaint.unresolved_at).is_not(None))


def owed(work: Work, page: int = 0) -> tuple[list[Row], bool]:
    """The closed ones from which nobody has said yet what is learnt."""
    rights.require(work, "see_register")
    learnt = select(Lesson.complaint_id)
    closed = col(Complaint.stage) == Stage.CLOSED
    return _page(work, page, col(Complaint.unresolved_at).is_not(None) & closed & col(Complaint.id).not_in(learnt))


def entry(work: Work, complaint: Complaint) -> Row:
    """What it says of one case. Raises errors.NotFound where the case is not in it."""
    rights.require(work, "see_register")
    rights.require(work, "read", complaint)
    if complaint.unresolved_at is None:
        raise errors.NotFound(code=complaint.code)
    return _row(work, complaint)


def totals(work: Work, since: datetime, until: datetime) -> Totals:
    """Of what came into it from `since` on and before `until`."""
    rights.require(work, "see_register")
    at = col(Complaint.unresolved_at)
    rows = [_row(work, each) for each in work.db.exec(select(Complaint).where(at >= since, at < until))]
    lessons = [row.lesson for row in rows if row.lesson is not None]
    spent = sum((row.cost.value for row in rows if row.cost is not None), Decimal())
    return Totals(
        cases=len(rows),
        by_trigger=Counter(row.trigger for row in rows),
        by_cause=Counter(row.cause for row in rows),
        by_category=Counter(row.complaint.category for row in rows),
        by_department=Counter(row.complaint.department for row in rows),
        by_outcome=Counter(row.outcome for row in rows),
        by_provider=Counter(code for row in rows for code in {each.provider for each in row.tried}),
        cost=Amount(spent, work.organisation.currency),
        action=sum(each.decision == ACTION for each in lessons),
        no_action=sum(each.decision == NO_ACTION for each in lessons),
        owed=sum(row.lesson is None and row.outcome is not None for row in rows),
    )


# ------------------------------------------------------------------ what people say at the end


def learn(work: Work, complaint: Complaint, decision: str, words: str, cost: str | None = None) -> Lesson:
    """What the organisation makes of a closed case: something is done, or nothing, and why; saying it again changes it.

    `cost` as it is typed, in the organisation's currency; empty where the way outside cost nothing.
    """
    rights.require(work, "learn", complaint)
    if complaint.unresolved_at is None or Stage(complaint.stage) is not Stage.CLOSED:
        raise errors.Stale(complaint=complaint.id)
    if decision not in DECISIONS:
        raise errors.Invalid(what="unknown_choice")
    spent = _cost(work, cost)
    lesson = work.db.get(Lesson, complaint.id) or Lesson(
        complaint_id=complaint.id, decision=decision, words="", decided_by=work.actor.id or 0, at=work.now
    )
    lesson.decision, lesson.words, lesson.cost = decision, required(words), spent
    lesson.decided_by, lesson.at = work.actor.id or 0, work.now
    work.db.add(lesson)
    work.record("dispute.learnt", complaint, decision=decision)
    return lesson


def rate(
    work: Work, complaint: Complaint, referral_id: int, *, process: int | None = None, provider: int | None = None
) -> DisputeRating:
    """How a way that is over was, and who led it, each 1 to 5, by either side; a second tap changes the first.

    Raises errors.Stale while the way is still tried.
    """
    side = rights.side(work, complaint)
    if side == RESOLVER:
        raise errors.NotAllowed(action="rate")
    referral = work.db.get(Referral, referral_id)
    if referral is None or referral.complaint_id != complaint.id or referral.ended is None:
        raise errors.Stale(complaint=complaint.id)
    if any(score is not None and score not in SCORES for score in (process, provider)):
        raise errors.Invalid(what="unknown_choice")
    if provider is not None and referral.provider is None:  # the two sides talked by themselves
        raise errors.Invalid(what="unknown_choice")
    rating = work.db.get(DisputeRating, (referral.id, side)) or DisputeRating(
        referral_id=referral.id, side=side, at=work.now
    )
    rating.process = process if process is not None else rating.process
    rating.provider = provider if provider is not None else rating.provider
    rating.at = work.now
    work.db.add(rating)
    facts = {"process": rating.process, "provider": rating.provider}
    work.record("dispute.rated", complaint, referral=referral.id, side=side, **facts)
    return rating


def results(work: Work, provider_code: str) -> Results:
    """What came of the cases that this provider took; open to everybody, for it names no case (annex J)."""
    of_it = select(Referral).where(Referral.provider == provider_code, col(Referral.ended).is_not(None))
    taken = [each for each in work.db.exec(of_it) if each.consented_at is not None or each.ended in ENDS.values()]
    if len(taken) < HIDDEN_BELOW:
        return Results(len(taken))
    rated = select(DisputeRating).where(col(DisputeRating.referral_id).in_([each.id for each in taken]))
    scores = [each.provider for each in work.db.exec(rated) if each.provider is not None]
    days = [(each.ended_at - (each.consented_at or each.chosen_at)).days for each in taken if each.ended_at]
    return Results(
        cases=len(taken),
        settled=sum(each.ended in ENDS.values() for each in taken) / len(taken),
        days=float(median(days)),
        rating=mean(scores) if scores else None,
    )


# ------------------------------------------------------------------ inside


def _page(work: Work, page: int, which: ColumnElement[bool]) -> tuple[list[Row], bool]:
    newest = select(Complaint).where(which).order_by(col(Complaint.unresolved_at).desc(), col(Complaint.id).desc())
    found = list(work.db.exec(newest.limit(PAGE + 1).offset(offset(page, PAGE))))
    require_page(page, found)
    known = [each for each in found[:PAGE] if rights.may(work.actor, "read", each)]
    return [_row(work, each) for each in known], len(found) > PAGE


def _row(work: Work, complaint: Complaint) -> Row:
    disputes: list[Dispute] = of_case(work.db, complaint.id)
    lesson = work.db.get(Lesson, complaint.id)
    return Row(
        complaint=complaint,
        trigger=disputes[0].trigger if disputes else complaint.deadlock_trigger or ASKED,
        cause=complaint.root_cause,
        tried=tuple(
            Tried(_provider(each), each.name, each.method, each.ended) for each in referrals_of(work.db, complaint.id)
        ),
        outcome=complaint.closed_reason,
        cost=Amount(Decimal(lesson.cost), work.organisation.currency) if lesson and lesson.cost else None,
        lesson=lesson,
    )


def _provider(referral: Referral) -> str | None:
    return referral.provider or (None if referral.method == DIRECT else PUBLIC_BODY)


def _cost(work: Work, typed: str | None) -> str | None:
    if not tidy(typed or ""):
        return None
    currency = work.organisation.currency
    amount = parse_amount(typed or "", currency)
    if amount.currency != currency:
        raise errors.Invalid(what="other_currency", currency=currency)
    return amount.text
