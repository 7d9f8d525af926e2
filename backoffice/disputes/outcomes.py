"""What terms to settle on, a recommendation and a decision have in common: their terms, and which of them waits."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import cast

from backoffice import clocks, errors, phases
from backoffice.disputes import course
from backoffice.disputes.terms import NONE, OTHER, Party, Term
from backoffice.money import Amount
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.words import tidy
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute, Obligation, Outcome, obligations_of, outcomes_of

SETTLEMENT, RECOMMENDATION, DECISION = "settlement", "recommendation", "decision"  # kinds
ENDS = {SETTLEMENT: "settled", RECOMMENDATION: "recommended", DECISION: "decided"}  # how the way outside ends by it
NOT_ACCEPTED = "not_accepted"  # how a recommendation or decision ends; also kind of the entry that says why
REFLECTION = "reflection"  # the window for the answer to it
MAX_TERMS, MAX_WORDS = 12, 1000  # letters of all of them; who answers reads every term, in one message


def find(work: Work, complaint: Complaint, outcome_id: int) -> Outcome:
    """One of the way that is tried now, which neither holds nor is over. Raises errors.Stale."""
    dispute = course.running(work, complaint)
    found = next((each for each in outcomes_of(work.db, dispute.id) if each.id == outcome_id), None)
    if found is None or not is_open(dispute, found):
        raise errors.Stale(complaint=complaint.id)
    return found


def is_open(dispute: Dispute, outcome: Outcome) -> bool:
    return outcome.ended is None and outcome.in_force_at is None and outcome.referral_id == dispute.referral_id


def waiting(work: Work, complaint: Complaint) -> Outcome | None:
    """What is before the two sides and not answered by both."""
    return next((each for each in _open(work, complaint) if each.proposed_at is not None), None)


def unsigned(work: Work, complaint: Complaint) -> Outcome | None:
    """A decision that nobody but its author has read yet."""
    found = (each for each in _open(work, complaint) if each.kind == DECISION and each.proposed_at is None)
    return next(found, None)


def in_force(work: Work, complaint: Complaint) -> Outcome:
    """The terms that hold. Raises errors.Stale."""
    dispute = course.running(work, complaint)
    found = work.db.get(Outcome, dispute.outcome_id) if dispute.outcome_id else None
    if found is None:
        raise errors.Stale(complaint=complaint.id)
    return found


def end(work: Work, complaint: Complaint, outcome: Outcome, why: str) -> None:
    """It does not wait for an answer any more."""
    outcome.ended = why
    clocks.drop(work, complaint, REFLECTION)
    phases.touch(work, complaint)
    work.record("outcome.ended", complaint, outcome=outcome.id, why=why)


def missing(outcome: Outcome) -> list[str]:
    """Which sides have not answered yet."""
    return [side for side, said in ((CUSTOMER, outcome.customer), (ORGANISATION, outcome.ours)) if said is None]


def say(work: Work, outcome: Outcome, side: str, accepted: bool, words: str | None = None) -> None:
    """Note the answer of one side."""
    if side == CUSTOMER:
        outcome.customer, outcome.customer_at, outcome.customer_words = accepted, work.now, words
    else:
        outcome.ours, outcome.our_at, outcome.our_words = accepted, work.now, words


# ------------------------------------------------------------------ terms


def terms_of(work: Work, outcome: Outcome) -> list[Term]:
    return [term_of(each) for each in obligations_of(work.db, outcome.id)]


def term_of(obligation: Obligation) -> Term:
    amount = None
    if obligation.amount and obligation.currency:
        amount = Amount(Decimal(obligation.amount), obligation.currency)
    return Term(cast(Party, obligation.by), obligation.what, obligation.words, amount, obligation.due_on)


def put(work: Work, outcome: Outcome, terms: Iterable[Term]) -> list[Obligation]:
    """Write these terms under the ones that are there. Raises errors.Invalid and errors.TooMany."""
    rows = [_row(work, outcome, each) for each in terms]
    together = [*obligations_of(work.db, outcome.id), *rows]
    if len(together) > MAX_TERMS:
        raise errors.TooMany(what="terms", limit=MAX_TERMS)
    if sum(len(each.words or "") for each in together) > MAX_WORDS:
        raise errors.Invalid(what="too_long", limit=MAX_WORDS)
    work.db.add_all(rows)
    work.db.flush()
    return rows


def today(work: Work) -> date:
    """Where the organisation is."""
    return work.now.astimezone(work.organisation.calendar.zone).date()


# ------------------------------------------------------------------ inside


def _open(work: Work, complaint: Complaint) -> list[Outcome]:
    dispute = course.running(work, complaint)
    return [each for each in outcomes_of(work.db, dispute.id) if is_open(dispute, each)]


def _row(work: Work, outcome: Outcome, term: Term) -> Obligation:
    if term.by not in (CUSTOMER, ORGANISATION):
        raise errors.Invalid(what="unknown_choice")
    if term.what != OTHER and work.organisation.find_remedy(term.what) is None:
        raise errors.Invalid(what="unknown_choice")
    words = tidy(term.words or "") or None
    due_on = term.due_on or (today(work) if term.what == NONE else None)
    if due_on is None:
        raise errors.Invalid(what="no_date")
    return Obligation(
        outcome_id=outcome.id,
        by=term.by,
        what=term.what,
        words=words,
        amount=term.amount.text if term.amount else None,
        currency=term.amount.currency if term.amount else None,
        due_on=due_on,
    )
