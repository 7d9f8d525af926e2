"""How a dispute moves: it begins and ends with moves of its case, and in between by steps of its own."""

from typing import Any

from backoffice import account_cases, clocks, codes, errors
from backoffice.disputes.phases import ADVISORY, CAUSED, DETERMINATIVE, LONGER, MOVES, RUNS, Phase, Step, of
from backoffice.stages import Event, Stage
from backoffice.targets import OF_DISPUTE
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute, Referral, outcomes_of
from storage.people import colleague

P, T = Phase, Step
RESULTS = (T.RECOMMENDED, T.SETTLED, T.DECIDED)


def follow(work: Work, complaint: Complaint, event: Event, ended: str) -> None:
    """Begin or end the dispute as this move of its case demands. `ended`: why, where the case's event does not say."""
    phase = of(complaint)
    if phase is not None:
        if event is Event.ANSWERED and running(work, complaint).referral_id is not None:
            # A decision waits: no answer of ours undoes it.
            raise errors.DisputeRefused(why="pending", complaint=complaint.id)
        _end(work, complaint, CAUSED[phase, event] or ended)
    elif Stage(complaint.stage) is Stage.IN_DISPUTE and event is not Event.REOPENED:
        _begin(work, complaint)


def advance(work: Work, complaint: Complaint, step: Step, *, turn: int | None = None, **facts: Any) -> Dispute:
    """Move the dispute and write the audit event; what ran before is over, what the new phase lets run begins.

    `turn` is the one that a button was drawn for. Raises errors.Stale when the case has moved since, and
    errors.IllegalMove when the table does not lead on from here.
    """
    dispute = running(work, complaint)
    if turn is not None and turn != complaint.turn:
        raise errors.Stale(complaint=complaint.id)
    goal = MOVES.get((was := Phase(dispute.phase), step))
    if goal is None or goal is P.CLOSED:
        raise errors.IllegalMove(complaint=complaint.id, stage=was, event=step)
    _put(work, complaint, dispute, goal)
    work.record(f"dispute.{step}", complaint, dispute=dispute.id, was=was, now=goal, **facts)
    _run(work, complaint, dispute)
    if step in RESULTS:
        account_cases.tell_manager(work, complaint, account_cases.OUTCOME)
    return dispute


def reopen(work: Work, complaint: Complaint, dispute: Dispute) -> None:
    """What was agreed is not kept: the dispute that had ended with it goes on with its carrying out (T82)."""
    was = Phase(dispute.phase)
    complaint.dispute_id, dispute.ended, dispute.ended_at = dispute.id, None, None
    _put(work, complaint, dispute, MOVES[was, T.REOPENED])
    work.record("dispute.reopened", complaint, dispute=dispute.id, was=was, now=dispute.phase)


def running(work: Work, complaint: Complaint, *phases: Phase) -> Dispute:
    """The dispute that runs, if it is in one of these phases (in any, if none is named). Raises errors.Stale."""
    dispute = work.db.get(Dispute, complaint.dispute_id) if complaint.dispute_id else None
    if dispute is None or (phases and dispute.phase not in phases):
        raise errors.Stale(complaint=complaint.id)
    return dispute


def referral(work: Work, complaint: Complaint) -> Referral:
    """The way that is tried now. Raises errors.Stale."""
    dispute = running(work, complaint)
    found = work.db.get(Referral, dispute.referral_id) if dispute.referral_id else None
    if found is None:
        raise errors.Stale(complaint=complaint.id)
    return found


def leave(work: Work, complaint: Complaint, why: str, *, by: str | None = None, words: str | None = None) -> None:
    """The way that was tried is over: the provider has nothing to do with the case any more."""
    dispute = running(work, complaint)
    found = work.db.get(Referral, dispute.referral_id) if dispute.referral_id else None
    dispute.failure, dispute.referral_id = why, None
    complaint.resolver_id = None
    if found is not None:
        found.ended, found.ended_at, found.ended_by, found.ended_words = why, work.now, by, words
        work.record("referral.ended", complaint, referral=found.id, why=why, by=by)


def dismiss(work: Work, complaint: Complaint, dispute: Dispute, why: str) -> None:
    """Who was to resolve it has no access any more; they are told that much, and nothing of the case."""
    resolver = colleague(work.db, complaint.resolver_id)
    complaint.resolver_id = None
    if resolver is not None and resolver.id != work.actor.id:
        work.tell(resolver, "mediation_over", number=dispute.number, why=why)


def void_terms(work: Work, dispute: Dispute, why: str) -> None:
    """What was not agreed to by both is over."""
    for outcome in outcomes_of(work.db, dispute.id):
        if outcome.ended is None and outcome.in_force_at is None:
            outcome.ended = why


# ------------------------------------------------------------------ inside


def _begin(work: Work, complaint: Complaint) -> None:
    dispute = Dispute(
        complaint_id=complaint.id,
        number=codes.new_code(codes.DISPUTE),
        phase=P.OFFERED,
        trigger=complaint.deadlock_trigger or "asked",
        opened_at=work.now,
    )
    work.db.add(dispute)
    work.db.flush()
    complaint.dispute_id, complaint.dispute_phase = dispute.id, P.OFFERED
    complaint.unresolved_at = complaint.unresolved_at or work.now
    work.record("dispute.offered", complaint, dispute=dispute.id, number=dispute.number, now=P.OFFERED)


def _end(work: Work, complaint: Complaint, why: str) -> None:
    dispute = running(work, complaint)
    was = Phase(dispute.phase)
    dismiss(work, complaint, dispute, why)
    void_terms(work, dispute, why)
    if dispute.referral_id is not None:
        leave(work, complaint, why)
    dispute.phase, dispute.ended, dispute.ended_at = P.CLOSED, why, work.now
    complaint.dispute_id = complaint.dispute_phase = complaint.resolver_id = None
    work.record("dispute.ended", complaint, dispute=dispute.id, was=was, now=P.CLOSED, why=why)


def _put(work: Work, complaint: Complaint, dispute: Dispute, goal: Phase) -> None:
    dispute.phase = complaint.dispute_phase = goal
    complaint.turn += 1
    complaint.touched_at = work.now


def _run(work: Work, complaint: Complaint, dispute: Dispute) -> None:
    for name in OF_DISPUTE:
        clocks.drop(work, complaint, name)
    tried = work.db.get(Referral, dispute.referral_id) if dispute.referral_id else None
    longer = tried is not None and tried.method in (ADVISORY, DETERMINATIVE)
    for name in RUNS[Phase(dispute.phase)]:
        clocks.start(work, complaint, LONGER.get(name, name) if longer else name)
    clocks.show(work, complaint)
