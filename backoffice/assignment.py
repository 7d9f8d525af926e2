"""Who gets a case: somebody who knows the category, speaks the language, is present and has room; never at random."""

from datetime import UTC, datetime
from typing import Any

from backoffice import clocks, process
from backoffice.entries import sent, tell_file
from backoffice.rights import Role, is_free
from backoffice.stages import Stage
from backoffice.targets import IN_HAND
from backoffice.work import Work
from storage import complaints, people
from storage.complaints import Complaint, Entry
from storage.people import Person, Staff

WORKLOAD = [
    Stage.RECEIVED, Stage.ASSESSED, Stage.INVESTIGATING, Stage.AWAITING_INFO, Stage.AWAITING_APPROVAL,
    Stage.IMPLEMENTING,
]  # fmt: skip
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def assign(work: Work, complaint: Complaint, *, besides: int | None = None) -> Staff | None:
    """Give the case to the fittest handler, `besides` one who had it, or tell the supervisors that nobody fits."""
    clocks.start(work, complaint, "unassigned_alarm")
    chosen = next((each for each in candidates(work, complaint) if each.person_id != besides), None)
    if chosen is None:
        work.record("complaint.unassigned", complaint)
        tell_overseers(work, complaint, "case_unassigned")
        return None
    pass_to(work, complaint, chosen)
    return chosen


def send_files(
    work: Work, to: Person, complaint: Complaint, party: str = "staff", *, said: list[Entry] | None = None
) -> None:
    """The files of the case, to the chat of somebody who is new to it; `said`: only those that came with this."""
    albums = {entry.id: entry.album for entry in (sent(work, complaint) if said is None else said)}
    parts = complaints.merged_into(work.db, complaint.id)
    for attachment in (file for each in (complaint, *parts) for file in complaints.attachments_of(work.db, each.id)):
        if attachment.entry_id in albums:
            tell_file(work, to, complaint, attachment, albums[attachment.entry_id], party)


def candidates(work: Work, complaint: Complaint) -> list[Staff]:
    """The handlers who fit, fittest first: fewest open cases, then whose last turn is oldest. What is about handling
    itself is for those above (guard 8)."""
    if process.is_about_process(work, complaint) and (above := process.receivers(work, complaint)):
        return above
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
    if Stage(complaint.stage) in IN_HAND:
        clocks.restart(work, complaint, "untouched")
    work.record("complaint.assigned", complaint, owner=to.person_id, was=was)


def pass_to(work: Work, complaint: Complaint, to: Staff, template: str = "case_assigned", **params: Any) -> Person:
    """Make a colleague the owner, who is told and has its files."""
    hand_over(work, complaint, to)
    owner = work.db.get_one(Person, to.person_id)
    work.tell(owner, template, complaint, **params)
    send_files(work, owner, complaint)
    return owner


def tell_owner(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """Tell whoever owns the case, if anybody does, unless they did it themselves."""
    owner = people.colleague(work.db, complaint.owner_id)
    if owner is not None and owner.id != work.actor.id:
        work.tell(owner, template, complaint, **params)


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
    rung, so the next ones move down. Nobody who may not know of the case, and nobody who stood lower already."""
    everybody = people.all_staff(work.db)
    rungs: list[list[int]] = []
    for role in (Role.SUPERVISOR, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT):
        lower = {each for held in rungs for each in held}
        found = [
            staff.person_id
            for staff in everybody
            if role in staff.roles
            and staff.department in (None, complaint.department)
            and staff.person_id not in lower
            and is_free(complaint, staff.person_id)
        ]
        if found:
            rungs.append(found)
    return [work.db.get_one(Person, each) for each in rungs[level]] if level < len(rungs) else []


def alarmed(work: Work, complaint: Complaint) -> list[Person]:
    """Whom a critical case wakes: its owner, every supervisor of the unit, every complaints manager, top management."""
    owner = people.colleague(work.db, complaint.owner_id)
    ids = {person.id for person in (*overseers(work, complaint), *([owner] if owner else ()))}
    for staff in people.all_staff(work.db):
        of_the_unit = Role.SUPERVISOR in staff.roles and staff.department in (None, complaint.department)
        if of_the_unit or {Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT} & set(staff.roles):
            ids.add(staff.person_id)
    return [work.db.get_one(Person, each) for each in sorted(ids) if is_free(complaint, each)]


def _fits(staff: Staff, complaint: Complaint) -> bool:
    return (
        Role.HANDLER in staff.roles
        and staff.department in (None, complaint.department)
        and (not staff.categories or complaint.category in staff.categories)
        and complaint.language in staff.languages
        and is_free(complaint, staff.person_id)
        and str(staff.person_id) not in complaint.panel
    )
