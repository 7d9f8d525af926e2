"""Days of the calendar that were closed or opened by hand, and the deadlines that are counted anew after them.

The days lie over the organisation's file in the office's own copy of its rules, so nobody asks the database for them.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, time
from functools import cache
from importlib.metadata import version
from typing import Any

from sqlalchemy import case, func, or_
from sqlmodel import col, select

from backoffice import assignment, clocks, errors, reminders, rights, targets
from backoffice.calendar import Hours
from backoffice.organisation import Organisation
from backoffice.organisation_file import Unit, interval
from backoffice.stages import OPEN, STANDINGS
from backoffice.work import Work
from storage import clocks as rows
from storage.clocks import CAUSE_OWED, RUNNING, CalendarDay, Deadline
from storage.complaints import Complaint
from storage.people import Person
from storage.traffic import Setting

CLOSED: Hours = ()
BATCH = 50  # cases a transaction
COUNTED_BY = "calendar_counted_by"
OURS = tuple(stage for stage in OPEN if STANDINGS[stage].turn == "desk")
COUNTED = tuple(name for name, target in targets.TARGETS.items() if not target.window and name not in targets.UNCOUNTED)


def set_day(work: Work, day: date, hours: Hours) -> None:
    """Let a day have these hours, whatever the organisation's file says; none at all closes it."""
    require_change(work, day, hours)
    row = work.db.get(CalendarDay, day) or CalendarDay(day=day, hours=[], at=work.now)
    row.hours, row.set_by, row.at = [f"{a.isoformat()}-{b.isoformat()}" for a, b in hours], work.actor.id, work.now
    work.db.add(row)
    work.record("calendar.day_set", day=day.isoformat(), hours=row.hours)
    lay(work)


def take_back(work: Work, day: date) -> None:
    """Let a day be again as the organisation's file has it."""
    rights.require(work, "set_calendar")
    _require_ahead(work, day)
    row = work.db.get(CalendarDay, day)
    if row is None:
        raise errors.Stale()
    work.db.delete(row)
    work.record("calendar.day_taken_back", day=day.isoformat(), hours=row.hours)
    lay(work)


def require_change(work: Work, day: date, hours: Hours) -> None:
    """Refuse what `set_day` would refuse: a day that has passed, and hours that it has already."""
    rights.require(work, "set_calendar")
    _require_ahead(work, day)
    if work.organisation.calendar.hours(day) == hours:
        raise errors.Invalid(what="same_hours" if hours else "closed_already")


def today(work: Work) -> date:
    return work.now.astimezone(work.organisation.calendar.zone).date()


def worked(organisation: Organisation, day: date) -> Hours:
    """The hours of a day that is opened: those of a usual day."""
    return organisation.working_time.worked(organisation.file_calendar, day)


def moving(work: Work, day: date, hours: Hours) -> int:
    """How many open deadlines would end later if the day had these hours: none unless it loses working time."""
    rights.require(work, "set_calendar")
    rules, periods = work.organisation, work.organisation.calendar.intervals(day)
    if not periods or _length(hours) >= _length(rules.calendar.hours(day)):
        return 0
    opening, closing = periods[0][0], periods[-1][1]
    due = col(Deadline.due_at)
    query = (
        select(Deadline.target, Deadline.severity, func.count(), func.sum(case((due <= closing, 1), else_=0)))
        .join(Complaint)
        .where(RUNNING, col(Deadline.breached_at).is_(None), col(Deadline.target).in_(COUNTED))
        .where(due > max(opening, work.now), col(Deadline.started_at) < closing)
        .where(or_(col(Complaint.stage).in_(OURS), col(Deadline.target).in_(targets.OF_LEARNING)))
        .group_by(col(Deadline.target), col(Deadline.severity))
    )
    moved = 0
    for target, severity, spanning, ending in work.db.exec(query):
        with suppress(LookupError):  # another file has switched this limit off
            by_unit: dict[Unit, int] = {"wh": spanning, "bd": 0 if hours else spanning, "cd": 0 if hours else ending}
            moved += by_unit.get(rules.limit(target, severity).unit, 0)
    return moved


def lay(work: Work) -> None:
    """Lay the days that were set by hand, in whatever process, over the rules of the office."""
    days = {row.day: tuple(interval(text) for text in row.hours) for row in work.db.exec(select(CalendarDay))}
    if days != work.organisation.days:
        work.organisation = work.organisation.with_days(days)


# ------------------------------------------------------------------ what the tick does


def recount(work: Work, *, batch: int = BATCH) -> int:
    """Count the deadlines of some cases anew while there are such as were counted by another calendar.

    Returns how many cases; call again until there are none. A date that somebody was told is only ever put off.
    """
    lay(work)
    pass_ = _Pass(work)
    found = pass_.next(batch)
    for complaint in found:
        _count_anew(work, complaint)
    pass_.went_as_far_as(found)
    return len(found)


def pending(work: Work) -> bool:
    """Whether some open deadlines may still be as another calendar had them."""
    return not _Pass(work).over


def skip(work: Work, failure: str) -> None:
    """The next case cannot be counted anew, for a defect: its dates stay, the admins hear of it, the others go on."""
    pass_ = _Pass(work)
    found = pass_.next(1)
    for complaint in found:
        work.record("deadline.recount_failed", complaint, error=failure)
        told: dict[str, Any] = {"gather": "recount_failed", "at_most": reminders.AT_MOST}
        assignment.tell_admins(work, "recount_failed", **told, complaint_id=complaint.id)
    pass_.went_as_far_as(found)


class _Pass:
    """One pass over the cases that are open, or closed and still owe an analysis. Its Setting holds the mark of the
    calendar, and how far the pass has come."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._mark = _mark(work.organisation)
        self._setting = work.db.get(Setting, COUNTED_BY) or Setting(name=COUNTED_BY, value="")
        mark, _, self._after = self._setting.value.partition(" ")
        self.over = mark == self._mark and not self._after
        if mark != self._mark:
            self._after = "0"

    def next(self, limit: int) -> list[Complaint]:
        if self.over:
            return []
        number, owing, after = col(Complaint.id), col(Deadline.complaint_id), int(self._after)
        # By themselves, and each with its limit: the databases find them in an index, without the rows.
        is_open = select(number).where(col(Complaint.stage).in_(OPEN), number > after).order_by(number).limit(limit)
        is_owed = select(owing).where(CAUSE_OWED, owing > after).order_by(owing).limit(limit)
        found = [*self._work.db.exec(is_open), *self._work.db.exec(is_owed)]
        ids = sorted(set(found))[:limit]
        return list(self._work.db.exec(select(Complaint).where(number.in_(ids)).order_by(number)))

    def went_as_far_as(self, found: list[Complaint]) -> None:
        if not self.over:
            self._setting.value = f"{self._mark} {found[-1].id}" if found else self._mark
            self._work.db.add(self._setting)


def _mark(organisation: Organisation) -> str:
    """Differs whenever working time may: another file, other known holidays, a day set by hand."""
    known = _holidays_known() if organisation.working_time.holidays else None
    days = [(str(day), str(hours)) for day, hours in sorted(organisation.days.items())]
    usual = organisation.working_time.model_dump(mode="json", exclude={"months", "week_begins"})  # of figures only
    whole = json.dumps([organisation.time_zone, usual, known, days], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@cache
def _holidays_known() -> str:
    return version("holidays")


def _count_anew(work: Work, complaint: Complaint) -> None:
    """No date that a customer was told moves silently."""
    told = complaint.due_at
    running = rows.running(work.db, complaint.id)
    before = {each.id: each.due_at for each in running}
    clocks.recount(work, complaint, never_sooner=True)
    clocks.show(work, complaint)
    moved = [each for each in running if each.due_at != before[each.id]]
    if moved:
        work.record("deadline.recounted", complaint, due={each.target: str(each.due_at) for each in moved})
    if told and complaint.due_at and complaint.due_at != told:
        work.record("complaint.due_moved", complaint, due=complaint.due_at.isoformat(), was=told.isoformat())
        _tell_customer(work, complaint, was=told.isoformat(), why="calendar")


def _tell_customer(work: Work, complaint: Complaint, **params: Any) -> None:
    """What moves twice before the message has gone is told once, beside the date that was told first."""
    work.tell(
        work.db.get_one(Person, complaint.customer_id),
        "handling_changed",
        complaint,
        party="customer",
        gather=f"dates:{complaint.id}",
        not_before=reminders.civil(work),
        **params,
    )


def _require_ahead(work: Work, day: date) -> None:
    if day < today(work):
        raise errors.Invalid(what="past_day")


def _length(hours: Iterable[tuple[time, time]]) -> int:
    """Minutes of working time; closing at midnight is the end of the day."""
    return sum((b.hour * 60 + b.minute or 24 * 60) - (a.hour * 60 + a.minute) for a, b in hours)
