"""Who gets a case: somebody who knows the category, speaks the language, is present and has room; never at random."""

from datetime import UTC, datetime
from typing import Any

from backoffice import clocks
from backoffice.entries import tell_file
from backoffice.rights import Role
from backoffice.stages import Stage
from backoffice.work import Work
from storage import complaints, people
from storage.complaints import Complaint
from storage.people import Person, Staff

WORKLOAD = [Stage.RECEIVED, Stage.ASSESSED, Stage.INVESTIGATING, Stage.AWAITING_INFO, Stage.IMPLEMENTING]
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def assign(work: Work, complaint: Complaint) -> Staff | None:
    """Give the case to the fittest handler, or tell the supervisors that nobody fits."""
    clocks.start(work, complaint, "unassigned_alarm")
    chosen = next(iter(candidates(work, complaint)), None)
    if chosen is None:
        work.record("complaint.unassigned", complaint)
        tell_overseers(work, complaint, "case_unassigned")
        return None
    hand_over(work, complaint, chosen)
    owner = work.db.get_one(Person, chosen.person_id)
    work.tell(owner, "case_assigned", complaint)
    send_files(work, owner, complaint)
    return chosen


def send_files(work: Work, owner: Person, complaint: Complaint) -> None:
    """The files of the case, to the new owner's chat."""
    albums = {entry.id: entry.album for entry in complaints.entries_of(work.db, complaint.id)}
    for attachment in complaints.attachments_of(work.db, complaint.id):
        tell_file(work, owner, complaint, attachment, albums.get(attachment.entry_id))


def candidates(work: Work, complaint: Complaint) -> list[Staff]:
    """The handlers who fit, fittest first: fewest open cases, then whose last turn is oldest."""
    fitting = [staff for staff in people.present_staff(work.db) if _fits(staff, complaint)]
    held = complaints.open_counts(work.db, [staff.person_id for staff in fitting], list(WORKLOAD))
    with_room = [staff for staff in fitting if held.get(staff.person_id, 0) < staff.capacity]
    return sorted(
        with_room,
        key=lambda staff: (
            held.get(staff.person_id, 0),
            staff.last_assigned_at or LONG_AGO,
            staff.person_id,
        ),
    )


def hand_over(work: Work, complaint: Complaint, to: Staff) -> None:
    """Make somebody the owner (ISO 10002, 4.12: there is always one who answers for the case)."""
    was = complaint.owner_id
    complaint.owner_id = to.person_id
    complaint.assigned_at = work.now
    to.last_assigned_at = work.now
    work.record("complaint.assigned", complaint, owner=to.person_id, was=was)


def tell_overseers(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """Tell the supervisors of the case's unit, or whoever stands next above them on the ladder."""
    for person in overseers(work, complaint):
        work.tell(person, template, complaint, **params)


def tell_admins(work: Work, template: str, **params: Any) -> None:
    """Tell those who run the desk of a defect; they get a reference and nothing of the contents."""
    for staff in people.all_staff(work.db):
        if Role.ADMIN in staff.roles:
            work.tell(work.db.get_one(Person, staff.person_id), template, **params)


def overseers(work: Work, complaint: Complaint) -> list[Person]:
    """The unit's supervisors; without any, the complaints managers, then top management."""
    return rung(work, complaint, 0)


def rung(work: Work, complaint: Complaint, level: int) -> list[Person]:
    """Who stands there: supervisors of the unit, complaints managers, top management; a rung that nobody holds is no
    rung, so the next ones move down. Never the complainant, and nobody who stood lower already."""
    everybody = people.all_staff(work.db)
    rungs: list[list[int]] = []
    for role in (Role.SUPERVISOR, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT):
        lower = {complaint.customer_id, *(each for held in rungs for each in held)}
        found = [
            staff.person_id
            for staff in everybody
            if role in staff.roles and staff.department in (None, complaint.department) and staff.person_id not in lower
        ]
        if found:
            rungs.append(found)
    return [work.db.get_one(Person, each) for each in rungs[level]] if level < len(rungs) else []


def alarmed(work: Work, complaint: Complaint) -> list[Person]:
    """Whom a critical case wakes: its owner, every supervisor of the unit and every complaints manager."""
    owner = people.colleague(work.db, complaint.owner_id)
    ids = {person.id for person in (*overseers(work, complaint), *([owner] if owner else ()))}
    for staff in people.all_staff(work.db):
        of_the_unit = Role.SUPERVISOR in staff.roles and staff.department in (None, complaint.department)
        if of_the_unit or Role.COMPLAINTS_MANAGER in staff.roles:
            ids.add(staff.person_id)
    return [work.db.get_one(Person, each) for each in sorted(ids - {complaint.customer_id})]


def _fits(staff: Staff, complaint: Complaint) -> bool:
    return (
        Role.HANDLER in staff.roles
        and staff.department in (None, complaint.department)
        and (not staff.categories or complaint.category in staff.categories)
        and complaint.language in staff.languages
        and staff.person_id != complaint.customer_id
    )
