"""When an action is due, and when the tick looks at it: its dates are days, and end at the close of business."""

from datetime import date, datetime, time, timedelta

from backoffice import errors, timeline
from backoffice.clocks import DEFAULT_SEVERITY
from backoffice.learning.states import State
from backoffice.organisation import Organisation
from backoffice.organisation_file import SEVERITIES
from backoffice.work import Work
from storage.actions import Action, ActionRound
from storage.complaints import Complaint

NEAR, TODAY, LATE, ESCALATED, CHECK = "near", "today", "late", "escalated", "check"
STEPS: dict[str, tuple[str, ...]] = {State.OPEN: (NEAR, TODAY, LATE, ESCALATED), State.DONE: (CHECK,)}
"""What the tick does about an action in this state, in order; each once."""
LONGEST = 2 * 366  # days ahead that an action can be due


def gravest(complaints: list[Complaint]) -> str:
    """The gravest severity among the cases; medium without any that was assessed."""
    found = {each.severity for each in complaints} - {None}
    return next((each for each in SEVERITIES if each in found), DEFAULT_SEVERITY)


def usual_due(work: Work, complaints: list[Complaint]) -> datetime:
    """By when an action that is begun now is to be done, by the organisation's file."""
    end = work.organisation.due("corrective_action", gravest(complaints), work.now)
    return work.organisation.calendar.closing(end)


def end_of(work: Work, day: date) -> datetime:
    """The close of business of a day; of one that is not worked, that of the next working day.

    Raises errors.Invalid for a day that is over, or too far ahead.
    """
    calendar = work.organisation.calendar
    today = work.now.astimezone(calendar.zone).date()
    if (day - today).days > LONGEST:
        raise errors.Invalid(what="far_day")
    midnight = datetime.combine(day, time.min, calendar.zone)
    end = calendar.closing(calendar.next_open(midnight))
    if day < today or end <= work.now:
        raise errors.Invalid(what="past_day")
    return end


def begin(work: Work, action: Action, round_: ActionRound) -> None:
    """The date was set: reminders for which it is too late already are left out."""
    action.due_at, action.step = round_.due_at, 0
    while (moment := _moment(work.organisation, action, round_)) is not None and moment <= work.now:
        action.step += 1
    action.next_at = moment


def arm(work: Work, action: Action, round_: ActionRound) -> None:
    """Tell the tick when to look at it next; without a further step, never again."""
    action.next_at = _moment(work.organisation, action, round_)


def rest(action: Action) -> None:
    """Nothing falls due any more."""
    action.step, action.next_at = 0, None


def _moment(organisation: Organisation, action: Action, round_: ActionRound) -> datetime | None:
    steps = STEPS.get(action.state, ())
    if action.step >= len(steps):
        return None
    calendar = organisation.calendar
    match steps[action.step]:
        case "near":
            left = 1 - organisation.reminders.warn / 100
            return calendar.next_open(round_.due_at - (round_.due_at - round_.begun_at) * left)
        case "today":
            morning = datetime.combine(round_.due_at.astimezone(calendar.zone).date(), time.min, calendar.zone)
            return min(calendar.next_open(morning), round_.due_at)
        case "escalated":
            return timeline.on_top(organisation, "escalation_step", None, round_.due_at)
        case "check":
            return round_.check_at
        case _:
            return round_.due_at


def span(round_: ActionRound) -> timedelta:
    """How long is looked at, before and after: from when it was done until it is checked."""
    if round_.done_at is None or round_.check_at is None:
        return timedelta()
    return round_.check_at - round_.done_at
