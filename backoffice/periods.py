"""The periods by which an organisation counts: its days, weeks, months and years (ISO 10002, 8.2).

A week begins where the organisation's does; months and years are those of its calendar. The same period has other
names for readers of other calendars, but the same days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

Kind = Literal["day", "week", "month", "year"]
Months = Literal["gregorian", "jalali"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last, both included."""

    kind: Kind
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Counting:
    """How an organisation counts: where its days begin, on which weekday its weeks (Monday being 0), by what months."""

    zone: ZoneInfo
    week_begins: int
    months: Months

    def at(self, kind: Kind, moment: datetime) -> Period:
        """The period in which a moment lies."""
        return self.containing(kind, moment.astimezone(self.zone).date())

    def containing(self, kind: Kind, day: date) -> Period:
        """The period in which a day of the organisation's lies."""
        first = self._first(kind, day)
        return Period(kind, first, self._first(kind, first + _MORE_THAN[kind]) - DAY)

    def before(self, period: Period, times: int = 1) -> Period:
        """The period so many before this one."""
        for _each in range(times):
            period = self.containing(period.kind, period.first - DAY)
        return period

    def bounds(self, period: Period) -> tuple[datetime, datetime]:
        """Since when, and until before when, in UTC."""
        since, until = (datetime.combine(day, time.min, self.zone) for day in (period.first, period.last + DAY))
        return since.astimezone(UTC), until.astimezone(UTC)

    def _first(self, kind: Kind, day: date) -> date:
        match kind:
            case "day":
                return day
            case "week":
                return day - (day.weekday() - self.week_begins) % 7 * DAY
            case _ if self.months == "jalali":
                there = JalaliDate(day)
                first: date = JalaliDate(there.year, there.month if kind == "month" else 1, 1).to_gregorian()
                return first
            case "month":
                return day.replace(day=1)
            case "year":
                return day.replace(month=1, day=1)


_MORE_THAN: dict[Kind, timedelta] = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": 366 * DAY}
"""Into the next one from the first day of one, and never beyond it."""
