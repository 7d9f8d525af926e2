"""When the tick looks at a limit again: for a warning, a reminder, the end of a step."""

from datetime import datetime, timedelta

from backoffice import timeline
from backoffice.organisation import Organisation
from backoffice.targets import steps_of
from backoffice.timeline import Timeline
from storage.clocks import Deadline


def moment(organisation: Organisation, deadline: Deadline, line: Timeline | None) -> datetime | None:
    """When the next step of a limit is due."""
    start, due = deadline.started_at, deadline.due_at
    if start is None or due is None:
        return deadline.next_at
    reminders = organisation.reminders
    match steps_of(organisation, deadline.target)[deadline.step]:
        case "warn":
            return timeline.part(organisation.calendar, line, reminders.warn) if line else deadline.next_at
        case "remind":
            percent = getattr(reminders, deadline.target)[deadline.step - 1]
            whole = timedelta(days=(due - start).days) or due - start  # it ends with its last day, which is a gift
            return organisation.calendar.within(start + whole * percent / 100, reminders.hours)
        case "expire":
            return organisation.calendar.within(due, reminders.hours)
        case "call" | "near" as step:  # the day before, at an hour at which people read
            return organisation.calendar.within(_eve(organisation, step, due), reminders.hours)
        case "managers" | "top_management" as rung:
            return _later(organisation, due, 1 if rung == "managers" else 2)
        case "deadlock" if deadline.target != "cap":
            return due + (due - start)  # twice the limit (T32)
        case _:
            return due


def _eve(organisation: Organisation, step: str, due: datetime) -> datetime:
    """A day before it; what is `near` ends with its day, so that is the morning of the last day but one."""
    if step == "call":
        return due - timedelta(days=1)
    return organisation.calendar.add_calendar_days(due - timedelta(days=2), 0) + timedelta.resolution


def _later(organisation: Organisation, due: datetime, steps: int) -> datetime:
    for _ in range(steps):
        due = timeline.on_top(organisation, "escalation_step", None, due)
    return due
