"""Complaints about people: whoever is complained of, and those who answer to them, lose the case (T89, guard 1)."""

from backoffice import assignment, clocks, inquiries, panel, rights, tasks
from backoffice.disputes import speaking
from backoffice.rights import LADDER, Role
from backoffice.stages import OPEN, Stage
from backoffice.work import Work
from storage import people
from storage.complaints import Complaint
from storage.people import Person, Staff

LOST = (rights.SUBJECT, rights.SUBORDINATE)


def release(work: Work, complaint: Complaint, before: int | None) -> None:
    """Another one is complained of, or nobody: who was before, and those who answer to them, are barred only for what
    else stands against them. Others, who had handled what the complaint is about, still are."""
    gone = {each for each, why in complaint.barred.items() if why == rights.SUBORDINATE}
    gone |= {str(before)} if complaint.barred.get(str(before)) == rights.SUBJECT else set()
    freed = [int(each) for each in gone]
    complaint.barred = {each: why for each, why in complaint.barred.items() if each not in gone}
    left = {str(each): why for each in freed if (why := panel.bar_of(work, complaint, each))}
    complaint.barred = {**complaint.barred, **left}
    inquiries.drop_statements(work, complaint)


def bar(work: Work, complaint: Complaint, subject: int) -> bool:
    """They lose the case at once, and so do those who answer to them; if it was theirs it gets another owner, of
    another unit or higher where the unit is theirs to lead.

    Returns False where nobody else could handle it, so that those who answer to them keep it.
    """
    below = panel.subordinates(work, subject) - {complaint.customer_id}
    independent = any(_could_own(complaint, each, {subject, *below}) for each in people.all_staff(work.db))
    if not independent:
        work.record("complaint.subordinates_kept", complaint)
    lost = {subject, *(below if independent else ())}
    barred = {str(each): rights.SUBJECT if each == subject else rights.SUBORDINATE for each in lost}
    complaint.barred = {**complaint.barred, **barred}
    if complaint.representative_id in lost:
        speaking.resign(work, complaint)
    inquiries.lose(work, complaint, lost)
    tasks.lose(work, complaint, lost)
    if complaint.owner_id in lost:
        _give_to_another(work, complaint, complaint.owner_id, led=bool(below))
    return independent


def suspects_misconduct(work: Work, complaint: Complaint) -> bool:
    """Whether somebody is complained of, and nobody has called it critical: if it is misconduct, it is (T89)."""
    open_ = Stage(complaint.stage) in OPEN
    return complaint.subject_id is not None and open_ and complaint.severity != "critical"


def _give_to_another(work: Work, complaint: Complaint, was: int | None, *, led: bool) -> None:
    complaint.owner_id = None
    if was is not None:
        work.tell(work.db.get_one(Person, was), "case_taken_over", code=complaint.code, owner_id=None)
    if Stage(complaint.stage) not in OPEN:
        return
    if led and not assignment.candidates(work, complaint) and (other := _elsewhere(work, complaint)):
        clocks.start(work, complaint, "unassigned_alarm")
        assignment.pass_to(work, complaint, other)
        return
    assignment.assign(work, complaint)


def _elsewhere(work: Work, complaint: Complaint) -> Staff | None:
    """A handler of another unit; where none of the desk can take it, somebody of the top management."""
    free = [each for each in people.present_staff(work.db) if rights.is_free(complaint, each.person_id)]
    handlers = [each for each in free if Role.HANDLER in each.roles and complaint.language in each.languages]
    if handlers:
        return min(handlers, key=lambda each: (each.last_assigned_at or assignment.LONG_AGO, each.person_id))
    able = any({Role.SUPERVISOR, Role.COMPLAINTS_MANAGER} & set(each.roles) for each in free)
    return None if able else next((each for each in free if Role.TOP_MANAGEMENT in each.roles), None)


def _could_own(complaint: Complaint, staff: Staff, without: set[int]) -> bool:
    return (
        staff.person_id not in without
        and rights.is_free(complaint, staff.person_id)
        and bool(set(LADDER) & {Role(role) for role in staff.roles})
    )
