"""What the tick does about actions: it reminds, each time once, and checks whether what was done has helped.

A step and all that it says are one transaction with the mark that it was taken; so no restart and no outage skips one
or takes one twice.
"""

from datetime import datetime, timedelta

from backoffice import assignment, reminders
from backoffice.learning import actions, effects, timing
from backoffice.work import Work
from storage import actions as rows
from storage.actions import Action
from storage.people import Person, staff_of

BATCH = 25  # a transaction; on SQLite whoever writes meanwhile waits for its end
PUT_OFF = timedelta(hours=1)


def watch(work: Work, *, batch: int = BATCH) -> int:
    """Take the steps that are due, the oldest first; returns how many. Call again until there are none."""
    found = rows.due(work.db, work.now, batch)
    for action in found:
        _take(work, action)
    return len(found)


def put_off(work: Work, failure: str) -> None:
    """The step that is next cannot be taken, for a defect: it is tried again in an hour, and the admins hear of it."""
    for action in rows.due(work.db, work.now, 1):
        action.next_at = work.now + PUT_OFF
        work.record("action.put_off", action=action.id, number=action.number, error=failure)
        told = {"gather": "step_failed", "at_most": reminders.AT_MOST}
        assignment.tell_admins(work, "step_failed", **told, deadline=action.number)


def next_step(work: Work, after: datetime) -> datetime | None:
    """The next moment at which a step is due."""
    return rows.next_after(work.db, after)


def _take(work: Work, action: Action) -> None:
    what = timing.STEPS[action.state][action.step]
    if what == timing.CHECK:
        effects.check(work, action)
        return
    people = _told(work, action, what)
    work.record("action.reminded", action=action.id, number=action.number, what=what, told=[each.id for each in people])
    for person in people:
        work.tell(
            person,
            "action_reminders",
            gather=f"actions:{person.id}",
            at_most=reminders.AT_MOST,
            not_before=reminders.soon(work),
            action=action.id,
            what=what,
        )
    action.step += 1
    timing.arm(work, action, actions.current(work, action))


def _told(work: Work, action: Action, what: str) -> list[Person]:
    """The owner (who decides on it as well, while they are away or there is none); of what is late the maker, too; at
    the last the complaints managers."""
    if what == timing.ESCALATED:
        return actions.managers(work)
    owner = actions.owner_of(work, action)
    staff = staff_of(work.db, owner.id) if owner is not None else None
    there = staff is not None and staff.away_since is None
    others = actions.deciders(work, action) if what == timing.LATE or not there else []
    told = {person.id: person for person in (*([owner] if owner else []), *others)}
    return list(told.values())
