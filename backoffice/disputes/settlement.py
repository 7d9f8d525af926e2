"""Terms that both sides can agree on: drafted by whoever takes part, proposed, answered, and then in force (T57, T64).

Nobody is bound by a draft or a proposal; both are without prejudice, and lie apart from the entries of the case.
"""

from datetime import timedelta
from typing import Any

from backoffice import clocks, documents, errors, phases, rights
from backoffice.disputes import course, failing, obligations, outcomes, signing
from backoffice.disputes.outcomes import DECISION, ENDS, NOT_ACCEPTED, REFLECTION, SETTLEMENT, missing, say
from backoffice.disputes.phases import CHOOSING, FACILITATIVE, TALKING, Phase, Step
from backoffice.disputes.speaking import ours, tell_customer, tell_resolver, tell_sides, tell_us
from backoffice.disputes.terms import Fault, Term
from backoffice.disputes.terms import faults as contradictions
from backoffice.entries import add_entry
from backoffice.informing import inform
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.words import required, tidy
from backoffice.work import Work
from storage import clocks as rows
from storage.complaints import Complaint
from storage.disputes import Dispute, Obligation, Outcome, outcomes_of

LONGEST = timedelta(days=365)  # until the last term is due
LIMITS = ("negotiation", "mediation")  # of talks, in which terms may still wait for an answer
PAID = "compensation"  # money that does not go back, but needs its sum as well


# ------------------------------------------------------------------ the draft


def draft(work: Work, complaint: Complaint) -> Outcome:
    """What the actor is writing, a new one or the one that is there; nobody else reads it before it is proposed."""
    side = rights.side(work, complaint)
    dispute = course.running(work, complaint) if records(work, complaint, side) else _talking(work, complaint)
    for each in outcomes_of(work.db, dispute.id):
        own = each.kind == SETTLEMENT and each.author_id == work.actor.id and each.by == side
        if own and each.proposed_at is None and outcomes.is_open(dispute, each):
            return each
    new = Outcome(
        dispute_id=dispute.id,
        referral_id=dispute.referral_id,
        kind=SETTLEMENT,
        by=side,
        author_id=work.actor.id,
        drafted_at=work.now,
    )
    work.db.add(new)
    work.db.flush()
    work.record("outcome.drafted", complaint, outcome=new.id, side=side)
    return new


def records(work: Work, complaint: Complaint, side: str) -> bool:
    """Whether this side writes down what a third party recommends or decides: its terms are put together in a draft,
    which is never proposed (`verdicts`)."""
    if Phase(complaint.dispute_phase or Phase.CLOSED) in CHOOSING:
        return side == ORGANISATION
    if complaint.dispute_phase != Phase.IN_PROGRESS or course.referral(work, complaint).method == FACILITATIVE:
        return False
    return side == RESOLVER or (side == ORGANISATION and complaint.resolver_id is None)


def add(work: Work, complaint: Complaint, term: Term) -> Obligation:
    """One more term for the draft. Raises errors.Invalid (also no_date) and errors.TooMany."""
    mine = draft(work, complaint)
    (row,) = outcomes.put(work, mine, [term])
    _changed(work, complaint, mine, added=row.id)
    return row


def remove(work: Work, complaint: Complaint, obligation_id: int) -> None:
    """Take a term out of the draft."""
    mine = draft(work, complaint)
    row = work.db.get(Obligation, obligation_id)
    if row is None or row.outcome_id != mine.id:
        raise errors.Stale(complaint=complaint.id)
    work.db.delete(row)
    work.db.flush()
    _changed(work, complaint, mine, removed=obligation_id)


def faults(work: Work, complaint: Complaint, outcome: Outcome) -> list[Fault]:
    """What must be put right before the terms can be proposed; their places are those in `outcomes.terms_of`."""
    today = outcomes.today(work)
    return contradictions(outcomes.terms_of(work, outcome), today=today, pays=pays(work), latest=today + LONGEST)


def pays(work: Work) -> set[str]:
    """What is nothing without its sum: codes of remedies."""
    return {each.code for each in work.organisation.remedies if each.pays_back} | {PAID}


# ------------------------------------------------------------------ the proposal


def propose(work: Work, complaint: Complaint, turn: int | None = None) -> Outcome:
    """Put the draft before both sides; who proposes has accepted it, but for the resolver, who is no party.

    Ours that need legal's signature first come back without `proposed_at`, and are proposed by that signature.
    Raises errors.TermsRefused with the `faults`, errors.DisputeRefused while another proposal waits (pending) or this
    one waits for a signature (unsigned), or when the time for the talks is over (too_late).
    """
    side = rights.side(work, complaint)
    _talking(work, complaint)
    mine = draft(work, complaint)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    _check(work, complaint, mine)
    if side == ORGANISATION:
        ours(work, complaint)
        if signing.needed(work, complaint, mine):
            if mine.ours:
                raise errors.DisputeRefused(why="unsigned", complaint=complaint.id)
            say(work, mine, ORGANISATION, True)
            phases.touch(work, complaint)
            signing.ask(work, complaint, mine)
            return mine
    _put_forward(work, complaint, mine)
    return mine


def sign(work: Work, complaint: Complaint, outcome_id: int) -> Outcome:
    """Legal has read terms or a recommendation: our yes counts now, and ours that waited for it are proposed (S12)."""
    rights.require(work, "sign", complaint)
    outcome = outcomes.find(work, complaint, outcome_id)
    if outcome.proposed_at is None and not outcome.ours:  # a draft is nobody else's business
        raise errors.Stale(complaint=complaint.id)
    signing.give(work, complaint, outcome)
    if outcome.proposed_at is None:
        _talking(work, complaint)
        _check(work, complaint, outcome)
        _put_forward(work, complaint, outcome)
    else:
        tell_us(work, complaint, "outcome_signed", outcome_id=outcome.id)
    return outcome


def answer(
    work: Work,
    complaint: Complaint,
    outcome_id: int,
    *,
    accepted: bool,
    words: str | None = None,
    turn: int | None = None,
) -> Outcome:
    """One side takes what is proposed, recommended or decided, or does not; with the yes of both it takes effect.

    A no to terms ends them, and the talks go on; to the rest it ends this way, and ours says why, which the customer
    reads (T71). Raises errors.Stale for what waits no longer, errors.DisputeRefused (twice, too_late, unsigned).
    """
    side = rights.side(work, complaint)
    if side == RESOLVER:
        raise errors.NotAllowed(action="take_part")
    outcome = _answerable(work, complaint, outcome_id, side, turn)
    if side == ORGANISATION:
        if accepted and signing.needed(work, complaint, outcome):
            raise errors.DisputeRefused(why="unsigned", complaint=complaint.id)
        if accepted and outcome.kind != DECISION and outcome.signed_by == work.actor.id:
            raise errors.DisputeRefused(why="own_work", complaint=complaint.id)
        ours(work, complaint)
    said = tidy(words or "") or None
    if not accepted and side == ORGANISATION and outcome.kind != SETTLEMENT:
        said = required(words or "")
    say(work, outcome, side, accepted, said)
    phases.touch(work, complaint)
    work.record("outcome.answered", complaint, outcome=outcome.id, side=side, accepted=accepted)
    if not accepted:
        _declined(work, complaint, outcome, side, said)
    elif missing(outcome):
        told: dict[str, Any] = {"outcome_id": outcome.id, "side": side, "accepted": True}
        tell_sides(work, complaint, "outcome_answered", **told)
        tell_resolver(work, complaint, "outcome_answered", **told)
    else:
        clocks.meet(work, complaint, REFLECTION)
        step = Step.DECIDED if Phase(complaint.dispute_phase or "") in CHOOSING else Step.SETTLED
        take_effect(work, complaint, outcome, step)
    return outcome


def lapse(work: Work, complaint: Complaint) -> None:
    """The time to answer is over: who has said nothing has not accepted."""
    outcome = outcomes.waiting(work, complaint)
    for row in rows.running(work.db, complaint.id):
        if row.target == REFLECTION:
            clocks.end(work, row, rows.ENDED_UNMET)
    if outcome is None:
        return
    if outcome.kind == SETTLEMENT:
        outcomes.end(work, complaint, outcome, "lapsed")
        tell_sides(work, complaint, "terms_lapsed", outcome_id=outcome.id)
        tell_resolver(work, complaint, "terms_lapsed", outcome_id=outcome.id)
    else:
        silent = missing(outcome)
        not_accepted(work, complaint, outcome, by=silent[0] if len(silent) == 1 else None)


def not_accepted(
    work: Work, complaint: Complaint, outcome: Outcome, *, by: str | None = None, words: str | None = None
) -> None:
    """A recommendation or decision that a side does not take: this way is closed, the others stay open (T71)."""
    entry_id = add_entry(work, complaint, NOT_ACCEPTED, words).id if words and by == ORGANISATION else None
    if Phase(complaint.dispute_phase or "") not in CHOOSING:
        failing.close_way(work, complaint, Step.FAILED, NOT_ACCEPTED, by=by, words=words, entry_id=entry_id)
        return
    outcomes.end(work, complaint, outcome, NOT_ACCEPTED)
    course.leave(work, complaint, NOT_ACCEPTED, by=by, words=words)
    clocks.start(work, complaint, "external_offer")
    clocks.show(work, complaint)
    window = clocks.window(work, complaint)
    tell_customer(work, complaint, "way_closed", referral_id=outcome.referral_id, entry_id=entry_id, window=window)
    tell_us(work, complaint, "way_closed_staff", referral_id=outcome.referral_id)


def take_effect(work: Work, complaint: Complaint, outcome: Outcome, step: Step) -> None:
    """It binds from now on: the way outside is over, the resolver has no access any more, what was agreed is issued as
    a document, and its carrying out begins."""
    dispute, why = course.running(work, complaint), ENDS[outcome.kind]
    for other in outcomes_of(work.db, dispute.id):
        if other.id != outcome.id and other.ended is None and other.in_force_at is None:
            other.ended = "superseded"
    outcome.in_force_at, dispute.outcome_id = work.now, outcome.id
    course.dismiss(work, complaint, dispute, why)
    course.leave(work, complaint, why)
    dispute.failure = None
    course.advance(work, complaint, step, outcome=outcome.id, kind=outcome.kind)
    documents.issue(work, complaint, "settlement", referral_id=outcome.referral_id, outcome_id=outcome.id)
    tell_customer(work, complaint, "outcome_in_force", outcome_id=outcome.id)
    tell_us(work, complaint, "outcome_in_force", outcome_id=outcome.id)
    inform(work, complaint, "outcome", without=complaint.representative_id)
    obligations.begin(work, complaint, outcome)


# ------------------------------------------------------------------ inside


def _talking(work: Work, complaint: Complaint) -> Dispute:
    """Both sides can agree on terms: alone, or with a mediator. An expert or arbiter is told nothing of such talks."""
    dispute = course.running(work, complaint, *TALKING)
    if dispute.phase == Phase.IN_PROGRESS and course.referral(work, complaint).method != FACILITATIVE:
        raise errors.DisputeRefused(why="not_open", complaint=complaint.id)
    return dispute


def _changed(work: Work, complaint: Complaint, mine: Outcome, **what: int) -> None:
    """What legal has read, or was to read, is not the draft any more."""
    mine.ours = mine.our_at = mine.signed_by = mine.signed_at = None
    work.record("outcome.changed", complaint, outcome=mine.id, **what)


def _check(work: Work, complaint: Complaint, mine: Outcome) -> None:
    if wrong := faults(work, complaint, mine):
        raise errors.TermsRefused(complaint=complaint.id, faults=wrong)
    if any(row.target in LIMITS and row.breached_at is not None for row in rows.running(work.db, complaint.id)):
        raise errors.DisputeRefused(why="too_late", complaint=complaint.id)  # they only wait for the last answer
    other = outcomes.waiting(work, complaint)
    if other is not None and other.by != mine.by:
        raise errors.DisputeRefused(why="pending", complaint=complaint.id)


def _put_forward(work: Work, complaint: Complaint, mine: Outcome) -> None:
    if (before := outcomes.waiting(work, complaint)) is not None:
        outcomes.end(work, complaint, before, "replaced")
    mine.proposed_at = work.now
    if mine.by in (CUSTOMER, ORGANISATION):
        say(work, mine, mine.by, True)
    phases.touch(work, complaint)
    work.record("outcome.proposed", complaint, outcome=mine.id, side=mine.by)
    put_before_sides(work, complaint, mine, "terms_proposed")
    tell_resolver(work, complaint, "terms_proposed", outcome_id=mine.id)


def put_before_sides(work: Work, complaint: Complaint, outcome: Outcome, template: str) -> None:
    """Both sides read it, and the customer's time to think begins as it arrives; legal is asked where it must be."""
    if not any(each.target == REFLECTION for each in rows.running(work.db, complaint.id)):
        clocks.start(work, complaint, REFLECTION)
    window = clocks.window(work, complaint)
    tell_customer(work, complaint, template, outcome_id=outcome.id, window=window)
    tell_us(work, complaint, template, outcome_id=outcome.id)
    if ORGANISATION in missing(outcome) and signing.needed(work, complaint, outcome):
        signing.ask(work, complaint, outcome)


def _answerable(work: Work, complaint: Complaint, outcome_id: int, side: str, turn: int | None) -> Outcome:
    course.running(work, complaint, *TALKING, *CHOOSING, Phase.RECOMMENDED)
    outcome = outcomes.waiting(work, complaint)
    if outcome is None or outcome.id != outcome_id or turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    if side not in missing(outcome):
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    for row in rows.running(work.db, complaint.id):
        if row.target == REFLECTION and row.due_at is not None and row.due_at < work.now:
            raise errors.DisputeRefused(why="too_late", complaint=complaint.id)
    return outcome


def _declined(work: Work, complaint: Complaint, outcome: Outcome, side: str, words: str | None) -> None:
    if outcome.kind != SETTLEMENT:
        not_accepted(work, complaint, outcome, by=side, words=words)
        return
    outcomes.end(work, complaint, outcome, "declined")
    told: dict[str, Any] = {"outcome_id": outcome.id, "side": side, "accepted": False}
    tell_sides(work, complaint, "outcome_answered", **told)
    tell_resolver(work, complaint, "outcome_answered", **told)
