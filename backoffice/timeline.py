"""How a date comes about: from where a limit is counted, what did not count, and when it ends. Pure functions.

The organisation's clock rests exactly while the complainant holds the ball. When that was is read from the history
of the case, as intervals; nothing keeps a counter that could drift.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from backoffice.calendar import Calendar, Period
from backoffice.organisation import Organisation
from backoffice.organisation_file import Limit
from backoffice.stages import STANDINGS, Stage

SHORTEST = timedelta(minutes=1)  # a question that is answered at once moves no date


class Happened(Protocol):
    """As much of an audit event as is needed here."""

    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> str: ...
    @property
    def facts(self) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class Timeline:
    """The computation of a date: `due` is `start` and `limit` (that is `base`), put off by the `rests` that count.

    `by_contract`: the limit is that of the contract of a business customer.
    """

    start: datetime
    limit: Limit
    base: datetime
    rests: tuple[Period, ...]
    due: datetime
    by_contract: bool = False


def rests(history: Iterable[Happened], now: datetime) -> list[Period]:
    """When the complainant held the ball, oldest first; a stretch that goes on ends at `now`."""
    found: list[Period] = []
    since: datetime | None = None
    for happened in history:
        stage = happened.facts.get("now") if happened.event.startswith("complaint.") else None
        if stage is None:
            continue
        resting = STANDINGS[Stage(str(stage))].turn == "customer"
        if resting and since is None:
            since = happened.at
        elif not resting and since is not None:
            found.append((since, happened.at))
            since = None
    return [*found, (since, now)] if since is not None else found


def rests_until(history: Iterable[Happened], end: datetime) -> list[Period]:
    """As much of the rests as lies before `end`: what came after a limit was over is no part of how it came about."""
    return [(begin, min(until, end)) for begin, until in rests(history, end) if begin < end]


def timeline(
    organisation: Organisation,
    target: str,
    severity: str | None,
    start: datetime,
    rested: Iterable[Period] = (),
    *,
    half: bool = False,
    extended: bool = False,
    own: Limit | None = None,
) -> Timeline:
    """When a limit that was counted from `start` ends, with the extension if there was one, and the rests since.

    `own`: the limit of a contract, which counts where all of this ends sooner by it, or where the organisation sets
    none. Raises LookupError where there is neither.

    A rest puts the end off by the working time in it (on clocks that run round the clock: by all of it); one that
    began after the end changes nothing any more. Business days still end at the close of business. All rests
    together count for no more than the organisation's `longest_rest`.
    """
    limits = {False: organisation.find_limit(target, severity), True: own}
    resting = _capped(organisation, _merged(rested, start))
    lines = []
    for by_contract, whole in limits.items():
        if whole is not None:
            limit = organisation.halved(whole) if half else whole
            base = organisation.end(target, limit, start)
            base = on_top(organisation, "extension", severity, base) if extended else base
            lines.append(_put_off_by(organisation, Timeline(start, limit, base, (), base, by_contract), resting))
    if not lines:
        raise LookupError(f"no {target} for {severity}")
    return min(lines, key=lambda line: line.due)


def _put_off_by(organisation: Organisation, line: Timeline, resting: list[Period]) -> Timeline:
    """The same with the rests that count."""
    calendar, limit, base = organisation.calendar, line.limit, line.base
    counted: list[Period] = []
    end = base
    for rest in resting:
        if rest[0] >= end:
            break
        counted.append(rest)
        end = _put_off(calendar, limit, end, rest)
    if counted and end != base:
        end = calendar.closing(end) if limit.unit == "bd" else end
        end = calendar.settle(end) if limit.unit == "cd" else end
    return replace(line, rests=tuple(counted), due=end)


def on_top(organisation: Organisation, clock: str, severity: str | None, end: datetime) -> datetime:
    """When a limit runs out that begins where another ended: a close of business still belongs to the day it closes."""
    limit = organisation.limit(clock, severity)
    return organisation.end(clock, limit, end - timedelta.resolution if limit.unit == "bd" else end)


def part(calendar: Calendar, line: Timeline, percent: int) -> datetime:
    """The moment at which this much of the limit is used up, and the rest of it lies before the end.

    In working time where the limit is counted in it.
    """
    left = (100 - percent) / 100
    if line.limit.unit in ("bd", "wh"):
        whole = calendar.business_time_between(line.start, line.base)
        till_end = calendar.business_time_between(line.start, line.due)
        return calendar.add_business_time(line.start, max(till_end - whole * left, timedelta()))
    return line.due - (line.base - line.start) * left


def own_time(calendar: Calendar, start: datetime, end: datetime, rested: Iterable[Period]) -> timedelta:
    """The organisation's clock: working time from start to end, without what the complainant took of it."""
    whole = calendar.business_time_between(start, end)
    resting = (
        calendar.business_time_between(begin, min(until, end)) for begin, until in _merged(rested, start) if begin < end
    )
    return whole - sum(resting, timedelta())


def days_off(calendar: Calendar, line: Timeline) -> tuple[int, list[date]]:
    """Of the days from start to end: how many the week has off, and which others had no working time."""
    first, last = (moment.astimezone(calendar.zone).date() for moment in (line.start, line.due))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    closed = [day for day in days if not calendar.hours(day)]
    special = [day for day in closed if calendar.week.get(day.weekday())]
    return len(closed) - len(special), special


def _put_off(calendar: Calendar, limit: Limit, end: datetime, rest: Period) -> datetime:
    if limit.unit in ("bd", "wh"):
        return calendar.add_business_time(end, calendar.business_time_between(*rest))
    return end + (rest[1] - rest[0])


def _merged(rested: Iterable[Period], start: datetime) -> list[Period]:
    """In order, none overlapping another, and only what lies after the start; less than a minute is no rest."""
    merged: list[Period] = []
    for begin, end in sorted((max(begin, start), end) for begin, end in rested):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        elif begin < end:
            merged.append((begin, end))
    return [(begin, end) for begin, end in merged if end - begin >= SHORTEST]


def _capped(organisation: Organisation, merged: list[Period]) -> list[Period]:
    """Cut off where all rests together have reached the longest that is allowed."""
    if not merged:
        return []
    calendar, first = organisation.calendar, merged[0][0]
    left = calendar.business_time_between(first, organisation.due("longest_rest", None, first))
    kept: list[Period] = []
    for begin, end in merged:
        used = calendar.business_time_between(begin, end)
        if used >= left:
            return [*kept, (begin, calendar.add_business_time(begin, left))] if left else kept
        kept.append((begin, end))
        left -= used
    return kept
