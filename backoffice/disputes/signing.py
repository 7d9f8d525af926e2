"""Who else reads an outcome before it counts: legal what is important, a second person every decision (S12, T72)."""

from backoffice import deadlock, errors, phases, reminders, rights
from backoffice.disputes import course
from backoffice.disputes.choosing import amount_of
from backoffice.disputes.outcomes import DECISION, terms_of
from backoffice.rights import SPEAKERS, Role
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Outcome
from storage.people import Person


def needed(work: Work, complaint: Complaint, outcome: Outcome) -> bool:
    """Whether somebody has still to sign it: without anybody who could, nothing waits."""
    if outcome.signed_at is not None:
        return False
    weighty = outcome.kind == DECISION or is_important(work, complaint, outcome)
    return weighty and bool(signers(work, complaint, outcome))


def is_important(work: Work, complaint: Complaint, outcome: Outcome) -> bool:
    """A company is named, or the terms or the dispute are about a sum from which on a dispute is important; what is in
    another currency nobody can compare, so it counts as such."""
    rules = work.organisation
    sums = [term.amount for term in terms_of(work, outcome) if term.amount is not None]
    about = amount_of(work, course.running(work, complaint))
    foreign = any(each.currency != rules.currency for each in sums)
    most = max(sum(each.value for each in sums), about.value if about else 0)
    return bool(complaint.company) or foreign or most >= rules.disputes.important_from


def signers(work: Work, complaint: Complaint, outcome: Outcome) -> list[Person]:
    """Those of legal, or for a decision else whoever may speak for the organisation; nobody signs their own work."""
    for roles in ((Role.LEGAL,), SPEAKERS if outcome.kind == DECISION else ()):
        found = deadlock.managers(work, complaint, *roles)
        if others := [person for person in found if not _own(complaint, outcome, person.id)]:
            return others
    return []


def ask(work: Work, complaint: Complaint, outcome: Outcome) -> None:
    work.record("outcome.signature_wanted", complaint, outcome=outcome.id)
    for person in signers(work, complaint, outcome):
        not_before = reminders.when(work, complaint)
        work.tell(person, "signature_wanted", complaint, not_before=not_before, outcome_id=outcome.id)


def give(work: Work, complaint: Complaint, outcome: Outcome) -> None:
    """The actor has read it and stands for it. Raises errors.DisputeRefused (own_work, twice)."""
    rights.require(work, "sign", complaint)
    if _own(complaint, outcome, work.actor.id):
        raise errors.DisputeRefused(why="own_work", complaint=complaint.id)
    if outcome.signed_at is not None:
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    if work.actor.id not in {person.id for person in signers(work, complaint, outcome)}:
        raise errors.NotAllowed(action="sign")
    outcome.signed_by, outcome.signed_at = work.actor.id, work.now
    phases.touch(work, complaint)
    work.record("outcome.signed", complaint, outcome=outcome.id)


def _own(complaint: Complaint, outcome: Outcome, person_id: int | None) -> bool:
    """Who wrote it; of terms to settle on also who says yes to them in our name."""
    speaks = outcome.kind != DECISION and person_id == complaint.representative_id
    return person_id == outcome.author_id or speaks
