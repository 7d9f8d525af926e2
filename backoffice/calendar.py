"""Working time: which minutes count, and when a limit that is counted in them ends.

Pure functions of aware datetimes; whatever comes back is in UTC.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]
"""Opening and closing times of one day, in order. Midnight as a closing time is the end of that day."""

Period = tuple[datetime, datetime]
"""A stretch of working time; its end no longer belongs to it."""

Season = tuple[date, date, Hours]
"""From one day to another, both included: other hours on the days that are worked anyway."""

HORIZON = 3 * 366
"""Days that are searched for working time before a calendar counts as broken."""

DAY = timedelta(days=1)


class CalendarError(ValueError):
    """A calendar that cannot work: hours out of order, or no working time to be found."""


def no_holidays(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an organisation works. `exceptions` holds the hours of single dates and goes before all else;
    no hours at all is a closed day. In one of the `seasons` a day that is worked anyway has the hours of the season.
    A minute is working time when the clock on the wall of `zone` says so, hence an hour that is skipped in spring does
    not count, and one that is repeated in autumn counts twice.

    `week` is keyed by weekday, Monday being 0.
    """

    zone: ZoneInfo
    week: Mapping[int, Hours]
    is_holiday: Callable[[date], bool] = no_holidays
    exceptions: Mapping[date, Hours] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()

    def __post_init__(self) -> None:
        if not any(self.week.values()):
            raise CalendarError("no day of the week has working time")
        for hours in (*self.week.values(), *self.exceptions.values(), *(hours for _, _, hours in self.seasons)):
            in_order(hours)

    def hours(self, day: date) -> Hours:
        if day in self.exceptions:
            return self.exceptions[day]
        usual = self.week.get(day.weekday(), ())
        return self.seasonal(day) or usual if usual and not self.is_holiday(day) else ()

    def seasonal(self, day: date) -> Hours:
        """The hours of the season that the day lies in; none outside of them."""
        return next((hours for first, last, hours in self.seasons if first <= day <= last), ())

    def intervals(self, day: date) -> tuple[Period, ...]:
        """The working time of a local day, in order; nothing on a closed day."""
        hours = self.hours(day)
        midnight = datetime.combine(day, time.min, UTC)
        periods: list[Period] = []
        for since, until, offset in self._offsets(midnight) if hours else ():
            for opening, closing in hours:
                begin = max(midnight + _length(opening) - offset, since)
                end = min(midnight + (_length(closing) or DAY) - offset, until)
                if periods and begin == periods[-1][1] < end:
                    begin = periods.pop()[0]
                if begin < end:
                    periods.append((begin, end))
        return tuple(periods)

    def is_open(self, at: datetime) -> bool:
        return any(begin <= at < end for begin, end in self.intervals(self._day(at)))

    def next_open(self, at: datetime) -> datetime:
        """The first working moment that is not before `at`."""
        begin, _end = next(self._periods(at))
        return max(begin, _utc(at))

    def settle(self, at: datetime) -> datetime:
        """A deadline outside working time moves to the end of the next working period.

        Closing time itself is still in time.
        """
        if self.is_open(at) or self.is_open(at - timedelta.resolution):
            return _utc(at)
        _begin, end = next(self._periods(at))
        return end

    def closing(self, at: datetime) -> datetime:
        """The close of business on the local day of `at`; `at` itself on a day without working time.

        Closing time still belongs to the day that it closes, also at midnight.
        """
        worked_until = self.is_open(at - timedelta.resolution)
        periods = self.intervals(self._day(at - timedelta.resolution if worked_until else at))
        return periods[-1][1] if periods else _utc(at)

    def within(self, at: datetime, hours: tuple[time, time]) -> datetime:
        """`at`, or the next moment whose clock on the wall lies within `hours`, on whatever day."""
        opening, closing = hours
        local = _utc(at).astimezone(self.zone)
        if local.time() >= opening and (closing == time.min or local.time() <= closing):
            return _utc(at)
        if local.time() > opening:
            return datetime.combine(local.date() + DAY, opening, self.zone).astimezone(UTC)
        return datetime.combine(local.date(), opening, self.zone).replace(fold=local.fold).astimezone(UTC)

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """Close of business, `days` working days after the day on which work can begin.

        What starts outside working time starts at the next opening, so an evening counts as the next day.
        """
        later = islice(self._business_days(self._day(self.next_open(start))), days, None)
        return next(later)[-1][1]

    def add_business_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which `amount` of working time has passed; closing time rather than next opening."""
        if amount < timedelta():
            raise ValueError("a limit cannot be negative")
        if not amount and self.is_open(start - timedelta.resolution):
            return _utc(start)
        periods = self._periods(start)
        while True:
            begin, end = next(periods)
            begin = max(begin, _utc(start))
            if amount <= end - begin:
                return begin + amount
            amount -= end - begin

    def add_calendar_days(self, start: datetime, days: int) -> datetime:
        """The last moment of the day that is `days` after the local day of `start`, working day or not.

        A person who is told a date has the whole of it.
        """
        last = datetime.combine(self._day(start) + days * DAY, time.max, self.zone)
        return last.replace(fold=1).astimezone(UTC)

    def end_of_day(self, day: date) -> datetime:
        """The last moment of a day, working day or not."""
        return self.add_calendar_days(datetime.combine(day, time.min, self.zone), 0)

    def calendar_days_ago(self, at: datetime, days: int) -> datetime:
        """Whatever started before this has had its `days`, as `add_calendar_days` counts them, by `at`."""
        today = self._day(at + timedelta.resolution)
        return datetime.combine(today - days * DAY, time.min, self.zone).astimezone(UTC)

    def business_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; negative if `b` is the earlier."""
        if b < a:
            return -self.business_time_between(b, a)
        first, last = self._day(a), self._day(b)
        days = (first + n * DAY for n in range((last - first).days + 1))
        periods = (period for day in days for period in self.intervals(day))
        return sum((max(min(end, b) - max(begin, a), timedelta()) for begin, end in periods), timedelta())

    def _day(self, at: datetime) -> date:
        return _utc(at).astimezone(self.zone).date()

    def _periods(self, at: datetime) -> Iterator[Period]:
        """Working time that ends after `at`, in order; the first period may have begun before."""
        for periods in self._business_days(self._day(at)):
            yield from (period for period in periods if period[1] > at)

    def _business_days(self, first: date) -> Iterator[tuple[Period, ...]]:
        for n in range(HORIZON):
            if periods := self.intervals(first + n * DAY):
                yield periods
        raise CalendarError(f"not enough working time within {HORIZON} days of {first}")

    def _offsets(self, midnight: datetime) -> tuple[tuple[datetime, datetime, timedelta], ...]:
        """(since, until, offset from UTC) around a day: one span, or two on a day when the clocks change."""
        since, until = midnight - timedelta(hours=15), midnight + timedelta(hours=39)  # in any zone
        before, after = self._offset(since), self._offset(until)
        if before == after:
            return ((since, until, before),)
        seconds = range(int((until - since).total_seconds()))
        change = bisect_left(seconds, True, key=lambda s: self._offset(since + timedelta(seconds=s)) != before)
        turn = since + timedelta(seconds=change)
        return (since, turn, before), (turn, until, after)

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta()


def in_order(hours: Hours) -> Hours:
    """The hours themselves. Raises CalendarError where they contradict each other."""
    lengths = [(_length(opening), _length(closing) or DAY) for opening, closing in hours]
    if any(opening >= closing for opening, closing in lengths):
        raise CalendarError("working hours end before they begin")
    if any(earlier[1] > later[0] for earlier, later in pairwise(lengths)):
        raise CalendarError("working hours overlap or are out of order")
    return hours


def _length(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without its zone means nothing here")
    return at.astimezone(UTC)
