"""Who works here, what each holds, and how somebody leaves: every duty goes back, and nothing more is told to them."""

from dataclasses import dataclass

from sqlmodel import col, select

from backoffice import accounts, assignment, challenges, clocks, errors, inquiries, rights, tasks
from backoffice.disputes import resolvers, speaking
from backoffice.learning import actions
from backoffice.pages import page_of
from backoffice.rights import Role
from backoffice.stages import OPEN
from backoffice.work import Actor, Work
from storage import complaints, people
from storage.complaints import Complaint
from storage.people import Invitation, Person, Staff

PAGE = 6


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who is there now, how many open cases they hold, and how many of these are past their date; `room`: how
    many more the desk gives them by itself, of those who are given any."""

    person: Person
    staff: Staff
    held: int
    overdue: int = 0
    room: int | None = None


def team(work: Work, page: int = 0) -> tuple[list[Colleague], bool]:
    """A page of those who are there now, by name, and whether there are more. Raises errors.Invalid for no page."""
    rights.require(work, "see_team")
    everybody = sorted(people.team(work.db), key=lambda each: ((each[1].name or "").casefold(), each[1].id))
    found, more = page_of(everybody, page, PAGE)
    return _with_cases(work, found), more


def member(work: Work, person_id: int) -> Colleague:
    """One of those who are there now. Raises errors.NotFound for anybody else."""
    rights.require(work, "see_team")
    return _find(work, person_id)


def dismissible(work: Work, person_id: int) -> Colleague:
    """Whoever could be dismissed, before it is done. Raises errors.NotFound for who is not there (any more),
    errors.Invalid for the last admin, without whom nobody could be invited."""
    rights.require(work, "dismiss")
    found = _find(work, person_id)
    others = (staff for staff in people.all_staff(work.db) if staff.person_id != person_id)
    if Role.ADMIN in found.staff.roles and not any(Role.ADMIN in staff.roles for staff in others):
        raise errors.Invalid(what="last_admin")
    return found


def dismiss(work: Work, person_id: int) -> list[Complaint]:
    """Somebody leaves the organisation, at once; they hear of it, and nothing of any case from here on.

    Customers hear nothing: for them nothing changes. A new invitation brings a person back. Returns the open cases that
    nobody else fits: they wait in the queue, and the overseers know. Raises as `dismissible` does.
    """
    leaver = dismissible(work, person_id)
    leaver.staff.left_at = work.now
    work.record("staff.left", person=person_id)
    unowned = _give_back(work, leaver.person)
    work.tell(leaver.person, "left_team", party="customer")
    work.tell(leaver.person, "commands_changed", party="customer")
    if person_id == work.actor.id:
        work.actor = Actor(leaver.person)
    return unowned


def _give_back(work: Work, leaver: Person) -> list[Complaint]:
    """All duties of somebody who leaves, a line for each kind: whoever gives people another one, ends it here.

    Returns the cases that nobody fits.
    """
    _void_invitations(work, leaver)
    challenges.give_up_seats(work, leaver.id)
    speaking.give_up(work, leaver.id)
    resolvers.give_up(work, leaver.id)
    actions.give_back(work, leaver.id)
    inquiries.give_back(work, leaver.id)
    accounts.give_back(work, leaver.id)
    tasks.give_back(work, leaver.id)
    return _hand_cases_on(work, leaver)


def _void_invitations(work: Work, leaver: Person) -> None:
    """A link that an admin made and nobody has used must not let them in again."""
    query = select(Invitation).where(Invitation.invited_by == leaver.id, col(Invitation.used_at).is_(None))
    for invitation in work.db.exec(query.where(col(Invitation.expires_at) > work.now)):
        invitation.expires_at = work.now
        work.record("staff.invitation_voided", invitation=invitation.id)


def _hand_cases_on(work: Work, leaver: Person) -> list[Complaint]:
    """Give each open case to whoever fits, what is due soonest first; no date moves. Closed ones keep their history."""
    query = (
        select(Complaint)
        .where(Complaint.owner_id == leaver.id, col(Complaint.stage).in_(OPEN))
        .order_by(col(Complaint.due_at).is_(None), col(Complaint.due_at), col(Complaint.id))
    )
    unowned = []
    for complaint in list(work.db.exec(query)):
        complaint.owner_id = complaint.assigned_at = None
        work.record("complaint.owner_left", complaint, was=leaver.id)
        clocks.drop(work, complaint, "unassigned_alarm")  # the next owner has the whole time to take it
        if assignment.assign(work, complaint) is None:
            unowned.append(complaint)
    return unowned


def _find(work: Work, person_id: int) -> Colleague:
    """Looked for among those who are there: the number is from outside, and may be none that a database takes."""
    for staff, person in people.team(work.db):
        if person.id == person_id:
            return _with_cases(work, [(staff, person)])[0]
    raise errors.NotFound(what="colleague")


def _with_cases(work: Work, found: list[tuple[Staff, Person]]) -> list[Colleague]:
    ids = [staff.person_id for staff, _ in found]
    held, in_work = (complaints.open_counts(work.db, ids, list(stages)) for stages in (OPEN, assignment.WORKLOAD))
    overdue = complaints.overdue_counts(work.db, ids, list(OPEN), work.now)

    def room(staff: Staff) -> int | None:
        left = staff.capacity - in_work.get(staff.person_id, 0)
        return max(left, 0) if Role.HANDLER in staff.roles else None

    return [
        Colleague(person, staff, held.get(person.id, 0), overdue.get(person.id, 0), room(staff))
        for staff, person in found
    ]
