"""Whom the desk reminds and alarms of a deadline, and when: gathered, in working time, at once if it is critical."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from backoffice import assignment, clocks, rights, tasks
from backoffice.work import Work
from storage.clocks import Deadline
from storage.complaints import Complaint
from storage.people import Person, colleague, staff_of
from storage.remedies import Task

TOGETHER = timedelta(minutes=2)  # what falls due within it reaches a person as one message
LEAVING = timedelta(minutes=30)  # after closing, in which people can still be reached
AT_MOST = 30  # cases in one message; of more only the number
WARNED, AGAIN = "warned", "again"  # what happened to a date: it is near, or its reader wanted to hear of it again


def remind_owner(work: Work, complaint: Complaint, deadline: Deadline, what: str, told: Collection[int] = ()) -> None:
    """The owner; whoever stands above while there is none who may know of it, or they are away. Nobody who was `told`
    already. A remedy that a colleague was given is for them; when its date has passed the owner hears of it as well."""
    if _remind_carrier(work, complaint, deadline, what, told):
        return
    owner = staff_of(work.db, complaint.owner_id) if complaint.owner_id else None
    owner = owner if owner and rights.is_free(complaint, owner.person_id) else None
    reminded = [work.db.get_one(Person, owner.person_id)] if owner is not None else []
    if owner is None or owner.away_since is not None:
        reminded += [person for person in assignment.rung(work, complaint, 0) if person not in reminded]
    for person in reminded:
        if person.id not in told:
            remind(work, person, complaint, deadline, what)


def escalate(work: Work, complaint: Complaint, deadline: Deadline, level: int) -> list[int]:
    """Tell those on this rung of the ladder; returns who they are."""
    told = assignment.rung(work, complaint, level)
    for person in told:
        remind(work, person, complaint, deadline, "escalated")
    return [person.id for person in told]


def ladder(work: Work, complaint: Complaint) -> list[Person]:
    """Everybody on it, the owner first."""
    above = [person for level in range(3) for person in assignment.rung(work, complaint, level)]
    owner = colleague(work.db, complaint.owner_id)
    return ([owner] if owner else []) + [person for person in above if person.id != complaint.owner_id]


def civil(work: Work) -> datetime:
    """When a complainant may be told of something that nobody asked about: not at night."""
    return work.organisation.calendar.within(work.now, work.organisation.reminders.hours)


def when(work: Work, complaint: Complaint) -> datetime | None:
    """When those who work here hear of a case: now (None) if it is critical, else in working time, with what comes
    close to it."""
    if clocks.urgency(complaint) == clocks.GRAVEST:
        return None
    return soon(work)


def soon(work: Work) -> datetime:
    """In working time, with what comes close to it."""
    return _together(_working(work))


def remind(work: Work, person: Person, complaint: Complaint, deadline: Deadline, what: str) -> None:
    """Tell one person of one date: at once if it is critical, else with what else they must know."""
    not_before = when(work, complaint)
    part: dict[str, Any] = {"deadline": deadline.id, "what": what}
    if not_before is None:
        work.tell(person, "reminder", complaint, **part)
        return
    work.tell(
        person,
        "reminders",
        gather=f"reminders:{person.id}",
        at_most=AT_MOST,
        not_before=not_before,
        **part,
    )


def _working(work: Work) -> datetime:
    """Now, or the next opening; who has just closed the door is still there."""
    calendar = work.organisation.calendar
    return work.now if calendar.is_open(work.now - LEAVING) else calendar.next_open(work.now)


def _together(moment: datetime) -> datetime:
    """The end of the stretch in which the moment lies: what comes later in it does not put the message off."""
    begun = timedelta(seconds=moment.timestamp() % TOGETHER.total_seconds(), microseconds=0)
    return moment - begun + TOGETHER


def _remind_carrier(work: Work, complaint: Complaint, deadline: Deadline, what: str, told: Collection[int]) -> bool:
    """Whether the date is for a colleague alone, who is told what they may know of it."""
    task = work.db.get(Task, deadline.task_id) if deadline.task_id is not None else None
    carrier = tasks.carrier(work, complaint, task) if task is not None else None
    if task is None or carrier is None or what == AGAIN:
        return False
    if carrier.id not in told:
        work.tell(carrier, "task_reminder", not_before=when(work, complaint), task_id=task.id, what=what)
    return what == WARNED
