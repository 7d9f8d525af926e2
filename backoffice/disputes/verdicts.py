"""What comes of an expert, an arbiter or a public body: how far they are, what they recommend or decide (T68-T73).

It happens with them; here it is written down by the resolver who has joined, or by who speaks for the organisation.
A decision counts only when a second person has read it.
"""

from collections.abc import Sequence
from typing import Any, Unpack

from backoffice import clocks, documents, errors, phases, providers, rights
from backoffice.disputes import course, obligations, outcomes, settlement, signing
from backoffice.disputes.choosing import provider_of
from backoffice.disputes.outcomes import DECISION, ENDS, RECOMMENDATION, say
from backoffice.disputes.phases import ADVISORY, CHOOSING, DETERMINATIVE, FACILITATIVE, Phase, Step, is_in
from backoffice.disputes.resolvers import of_provider
from backoffice.disputes.speaking import ours, speakers, tell_resolver, tell_sides, tell_us
from backoffice.disputes.terms import Term
from backoffice.entries import About, add_entry, attach, tell_file
from backoffice.rights import ORGANISATION, RESOLVER
from backoffice.words import required
from backoffice.work import Work
from storage.complaints import Complaint, Entry
from storage.disputes import Dispute, Outcome, Referral
from storage.people import colleague

PROGRESS, REPORT, APPEAL = "progress", "result_reported", "appeal"  # kinds of entries
BINDING = ("none", "organisation", "both")  # whom a decision binds, the least first


def progress(work: Work, complaint: Complaint, words: str) -> Entry:
    """How far the provider is; the customer reads it."""
    of_provider(work, complaint)
    course.running(work, complaint, Phase.IN_PROGRESS)
    _not_mediated(work, complaint)
    entry = add_entry(work, complaint, PROGRESS, required(words))
    work.record("dispute.progress", complaint, entry=entry.id)
    tell_sides(work, complaint, "dispute_progress", entry_id=entry.id)
    return entry


def reported(work: Work, complaint: Complaint, words: str | None, **source: int | None) -> Entry:
    """The customer knows a result that we have not written down: who speaks for us is asked to do so. `source`: the
    message, which may bring the decision itself instead of words."""
    rights.require(work, "take_part", complaint)
    dispute = course.running(work, complaint, *CHOOSING, Phase.IN_PROGRESS)
    if dispute.phase == Phase.IN_PROGRESS:
        _not_mediated(work, complaint)
    said = words if source.get("source") is not None else required(words or "")
    entry = add_entry(work, complaint, REPORT, said, **source)
    work.record("dispute.result_reported", complaint, entry=entry.id)
    tell_us(work, complaint, "result_reported", entry_id=entry.id)
    return entry


def enclose(work: Work, complaint: Complaint, entry: Entry, kind: str, file_id: str, **about: Unpack[About]) -> None:
    """The decision itself, as the customer has it: also to whoever is to write it down."""
    attachment = attach(work, entry, kind, file_id, **about)
    for person in speakers(work, complaint):
        if person.id not in (complaint.owner_id, work.actor.id):
            tell_file(work, person, complaint, attachment, entry.album, "staff")


def recommend(
    work: Work, complaint: Complaint, words: str, terms: Sequence[Term], *, turn: int | None = None
) -> Outcome:
    """The provider recommends these terms, or that nothing is owed: both sides answer within the time for it (T68)."""
    of_provider(work, complaint)
    dispute = course.running(work, complaint, Phase.IN_PROGRESS)
    if course.referral(work, complaint).method != ADVISORY:
        raise errors.DisputeRefused(why="not_open", complaint=complaint.id)
    outcome = _written(work, complaint, dispute, Outcome(kind=RECOMMENDATION, **_facts(work, dispute, words)), terms)
    outcome.proposed_at = work.now
    course.advance(work, complaint, Step.RECOMMENDED, turn=turn, outcome=outcome.id)
    settlement.put_before_sides(work, complaint, outcome, "recommendation_made")
    return outcome


def decide(
    work: Work,
    complaint: Complaint,
    words: str,
    *,
    upheld: bool,
    binding: str,
    terms: Sequence[Term],
    provider: str | None = None,
    turn: int | None = None,
) -> Outcome:
    """The provider, or a public body (its code in the register, where known), has decided (T72). `binding`: whom, and
    never more than was consented to. It counts when it is signed; nobody there who could: at once.

    Raises errors.Incomplete for a complaint that is upheld without terms.
    """
    of_provider(work, complaint)
    dispute = course.running(work, complaint, *CHOOSING, Phase.IN_PROGRESS)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    if upheld and not terms:
        raise errors.Incomplete(missing="terms", complaint=complaint.id)
    words = required(words)
    referral = _decided_by(work, complaint, dispute, provider)
    _may_bind(work, referral, binding)
    if (before := outcomes.unsigned(work, complaint)) is not None and before.author_id == work.actor.id:
        outcomes.end(work, complaint, before, "replaced")
    elif before is not None or outcomes.waiting(work, complaint) is not None:
        raise errors.DisputeRefused(why="pending", complaint=complaint.id)
    facts = _facts(work, dispute, words)
    new = Outcome(kind=DECISION, upheld=upheld, binding=binding, **facts)
    outcome = _written(work, complaint, dispute, new, terms)
    if signing.needed(work, complaint, outcome):
        signing.ask(work, complaint, outcome)
    else:
        _announce(work, complaint, dispute, outcome)
    return outcome


def sign(work: Work, complaint: Complaint, outcome_id: int) -> Outcome:
    """A second person has read it: a decision is told and counts; of terms and recommendations our yes does.

    Raises errors.DisputeRefused (own_work, twice), errors.NotAllowed for whoever does not sign such things.
    """
    rights.require(work, "sign", complaint)
    outcome = outcomes.find(work, complaint, outcome_id)
    if outcome.kind != DECISION:
        return settlement.sign(work, complaint, outcome_id)
    dispute = course.running(work, complaint, *CHOOSING, Phase.IN_PROGRESS)
    signing.give(work, complaint, outcome)
    _announce(work, complaint, dispute, outcome)
    return outcome


def appeal(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """One side has asked the body to look at its decision again: carrying out rests until it has (T73)."""
    side = rights.side(work, complaint)
    dispute = course.running(work, complaint, Phase.IMPLEMENTING)
    outcome = outcomes.in_force(work, complaint)
    referral = work.db.get(Referral, outcome.referral_id) if outcome.referral_id else None
    if side == RESOLVER or referral is None or not can_be_appealed(work, complaint):
        raise errors.DisputeRefused(why="not_open", complaint=complaint.id)
    if side == ORGANISATION:
        ours(work, complaint)
    entry = add_entry(work, complaint, APPEAL, required(words))
    outcome.ended, dispute.outcome_id = "appealed", None
    referral.ended = referral.ended_at = None
    dispute.referral_id = referral.id
    resolver = colleague(work.db, referral.resolver_id)
    complaint.resolver_id = resolver.id if resolver else None
    course.advance(work, complaint, Step.APPEALED, turn=turn, outcome=outcome.id, side=side, entry=entry.id)
    tell_sides(work, complaint, "decision_appealed", outcome_id=outcome.id, entry_id=entry.id)
    tell_resolver(work, complaint, "decision_appealed", outcome_id=outcome.id, entry_id=entry.id)


def can_be_appealed(work: Work, complaint: Complaint) -> bool:
    """Whether what is being carried out was decided by somebody who could look at it again."""
    if not is_in(complaint, Phase.IMPLEMENTING):
        return False
    outcome = outcomes.in_force(work, complaint)
    return outcome.kind == DECISION and outcome.referral_id is not None


# ------------------------------------------------------------------ inside


def _not_mediated(work: Work, complaint: Complaint) -> None:
    if course.referral(work, complaint).method == FACILITATIVE:
        raise errors.DisputeRefused(why="not_open", complaint=complaint.id)


def _facts(work: Work, dispute: Dispute, words: str) -> dict[str, Any]:
    return {
        "dispute_id": dispute.id,
        "referral_id": dispute.referral_id,
        "by": RESOLVER,
        "author_id": work.actor.id,
        "words": required(words),
        "drafted_at": work.now,
    }


def _written(work: Work, complaint: Complaint, dispute: Dispute, outcome: Outcome, terms: Sequence[Term]) -> Outcome:
    work.db.add(outcome)
    work.db.flush()
    outcomes.put(work, outcome, terms)
    if terms and (wrong := settlement.faults(work, complaint, outcome)):
        raise errors.TermsRefused(complaint=complaint.id, faults=wrong)
    phases.touch(work, complaint)
    work.record("outcome.recorded", complaint, outcome=outcome.id, kind=outcome.kind, binding=outcome.binding)
    return outcome


def _decided_by(work: Work, complaint: Complaint, dispute: Dispute, provider: str | None) -> Referral:
    """The way that decides. A public body to which the customer went has none yet: the one named, or else the one for
    which they last took their file along."""
    if dispute.phase == Phase.IN_PROGRESS:
        referral = course.referral(work, complaint)
        if referral.method != DETERMINATIVE:
            raise errors.DisputeRefused(why="not_open", complaint=complaint.id)
        return referral
    if dispute.referral_id is not None:  # its decision was written down before
        return course.referral(work, complaint)
    if provider is not None and providers.find(work, provider) is None:
        raise errors.Invalid(what="unknown_choice")
    gone = [each.facts["provider"] for each in work.history(complaint) if each.event == "dispute.referred_out"]
    referral = Referral(
        dispute_id=dispute.id,
        complaint_id=complaint.id,
        provider=provider or next(reversed(gone), None),
        method=DETERMINATIVE,
        chosen_at=work.now,
    )
    work.db.add(referral)
    work.db.flush()
    dispute.referral_id = referral.id
    return referral


def _may_bind(work: Work, referral: Referral, binding: str) -> None:
    """Whom a decision of this provider can bind was part of what both sides consented to."""
    if binding not in BINDING:
        raise errors.Invalid(what="unknown_choice")
    if referral.consented_at is None:  # of a public body the law says so
        return
    provider = provider_of(work, referral)
    if provider is not None and BINDING.index(binding) > BINDING.index(provider.binding):
        raise errors.Invalid(what="unknown_choice")


def _announce(work: Work, complaint: Complaint, dispute: Dispute, outcome: Outcome) -> None:
    """It is told, and holds, or waits for the yes of whom it does not bind."""
    outcome.proposed_at = work.now
    if not outcomes.terms_of(work, outcome):
        _dismissed(work, complaint, dispute, outcome)
        return
    if outcome.binding == "both":
        tell_sides(work, complaint, "decision_made", outcome_id=outcome.id)
        settlement.take_effect(work, complaint, outcome, Step.DECIDED)
        return
    if outcome.binding == "organisation":
        say(work, outcome, ORGANISATION, True)
    if dispute.phase == Phase.IN_PROGRESS:
        course.advance(work, complaint, Step.RECOMMENDED, outcome=outcome.id)
    else:
        clocks.drop(work, complaint, "external_offer")
    settlement.put_before_sides(work, complaint, outcome, "decision_made")


def _dismissed(work: Work, complaint: Complaint, dispute: Dispute, outcome: Outcome) -> None:
    """Nothing is owed: there is nothing to carry out, and the case is over (T72)."""
    outcome.in_force_at, dispute.outcome_id = work.now, outcome.id
    course.dismiss(work, complaint, dispute, ENDS[DECISION])
    course.leave(work, complaint, ENDS[DECISION])
    documents.issue(work, complaint, "settlement", referral_id=outcome.referral_id, outcome_id=outcome.id)
    tell_sides(work, complaint, "decision_made", outcome_id=outcome.id)
    obligations.conclude(work, complaint)
