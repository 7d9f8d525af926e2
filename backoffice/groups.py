"""Groups of the messenger in which departments are alarmed: they read codes and dates, never anything personal."""

from typing import Any

from sqlmodel import col, select

from backoffice import assignment, errors, outbox, reminders, rights
from backoffice.rights import Role
from backoffice.work import Work
from storage import crypto
from storage.complaints import Complaint
from storage.people import AlarmGroup
from storage.traffic import NOTICE

PARTY = "group"  # as which a message is told that has no person to receive it
ALARM = "group_alarm"
EVERY_DEPARTMENT = frozenset({Role.ADMIN, Role.COMPLAINTS_MANAGER})


def bindable(work: Work) -> list[str]:
    """The departments whose group the actor may choose: a supervisor's are the own one only."""
    rights.require(work, "bind_group")
    staff = work.actor.staff
    everything = staff is None or staff.department is None or bool(EVERY_DEPARTMENT & work.actor.roles)
    codes = [department.code for department in work.organisation.departments]
    return codes if everything else [code for code in codes if staff and code == staff.department]


def bind(work: Work, department: str, chat_id: int) -> None:
    """Alarm the department in this group from now on, and in no other one any more."""
    allowed = bindable(work)
    if department not in {each.code for each in work.organisation.departments}:
        raise errors.Invalid(what="unknown_choice")
    if department not in allowed:
        raise errors.NotAllowed(action="bind_group")
    lane, was = crypto.lookup("chat", chat_id), of_department(work, department)
    if was is not None and was.lane == lane:
        return
    group = was or AlarmGroup(department=department, lane=lane, at=work.now)
    group.lane, group.chat_id, group.bound_by, group.at = lane, chat_id, work.actor.id, work.now
    work.db.add(group)
    work.record("group.bound", department=department, instead=was is not None)


def unbind(work: Work, chat_id: int) -> list[str]:
    """Alarm nobody here any more, as far as the actor may say so; returns the departments."""
    allowed = bindable(work)
    bound = at(work, chat_id)
    ended = [group for group in bound if group.department in allowed]
    if bound and not ended:
        raise errors.NotAllowed(action="bind_group")
    return _end(work, ended, "group.unbound")


def of_department(work: Work, department: str | None) -> AlarmGroup | None:
    return work.db.get(AlarmGroup, department) if department else None


def at(work: Work, chat_id: int) -> list[AlarmGroup]:
    """What is bound to this chat, one for each department."""
    return in_lane(work, crypto.lookup("chat", chat_id))


def in_lane(work: Work, lane: int) -> list[AlarmGroup]:
    """What is bound to the chat whose messages stand in this lane."""
    query = select(AlarmGroup).where(AlarmGroup.lane == lane).order_by(col(AlarmGroup.department))
    return list(work.db.exec(query))


def alarm(work: Work, complaint: Complaint, kind: str, **about: Any) -> None:
    """Tell the group of the case's department, if it has one, what happened; when, is as for the staff.

    What comes close together becomes one message. Only references are kept; `about` may name the `deadline`.
    """
    group = of_department(work, complaint.department)
    if group is None:
        return
    not_before = reminders.when(work, complaint)
    part = {"complaint": complaint.id, "kind": kind, **about}
    work.put(
        lane=group.lane,
        urgency=NOTICE,
        body={"template": ALARM, "params": [part], "at_most": reminders.AT_MOST},
        party=PARTY,
        gather=ALARM if not_before else None,
        not_before=not_before,
    )


def moved(work: Work, old: int, new: int) -> None:
    """A group became a supergroup, with another id: its alarms and all that waits for it go there."""
    outbox.migrate(work, old, new)
    for group in at(work, old):
        group.lane, group.chat_id = crypto.lookup("chat", new), new
        work.record("group.moved", department=group.department)


def lost(work: Work, chat_id: int) -> None:
    """The desk was thrown out of a group, or may not write there: the admins are told which alarms go nowhere."""
    departments = _end(work, at(work, chat_id), "group.lost")
    if departments:
        assignment.tell_admins(work, "group_lost", departments=departments)


def _end(work: Work, bound: list[AlarmGroup], event: str) -> list[str]:
    for group in bound:
        work.db.delete(group)
        work.record(event, department=group.department)
    return [group.department for group in bound]
