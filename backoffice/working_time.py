"""When the organisation works, as its file has it: a known week, and what differs from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from backoffice.calendar import Calendar, Hours, in_order, no_holidays
from backoffice.organisation_file import Part, interval
from backoffice.periods import Counting, Months

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DayHours = Annotated[tuple[Annotated[tuple[time, time], BeforeValidator(interval)], ...], AfterValidator(in_order)]

WEEKS: dict[str, tuple[str, dict[str, time]]] = {
    "ir_fri": ("sat sun mon tue wed thu", {}),
    "ir_thu_fri": ("sat sun mon tue wed", {}),
    "ir_thu_half": ("sat sun mon tue wed", {"thu": time(13)}),
    "gulf": ("sun mon tue wed thu", {}),
    "uae": ("mon tue wed thu", {"fri": time(12)}),
    "international": ("mon tue wed thu fri", {}),
}
"""Working weeks: the full days, and the half days with the time at which they end."""


class OtherHours(Part):
    """A period, both days included, in which the days that are worked anyway have these hours."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    hours: Annotated[DayHours, Field(min_length=1)]

    @field_validator("last")
    @classmethod
    def _not_before_it_begins(cls, last: date, info: ValidationInfo) -> date:
        if "first" in info.data and last < info.data["first"]:
            raise ValueError("the period ends before it begins")
        return last


class WorkingTime(Part):
    """Hours of a usual day on the days of a known week; single weekdays, periods and dates may have their own.

    `week_begins`: the first day of a week that is counted; without it, the first that is worked after the days off.
    """

    week: Literal["ir_fri", "ir_thu_fri", "ir_thu_half", "gulf", "uae", "international"] | None = None
    hours: DayHours = ()
    days: dict[Weekday, DayHours] = {}
    week_begins: Weekday | None = None
    months: Months = "gregorian"
    holidays: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}(-[A-Z0-9]+)?)?$")] = ""
    extra_closed: tuple[date, ...] = ()
    extra_open: tuple[date, ...] = ()
    periods: tuple[OtherHours, ...] = ()
    dates: dict[date, DayHours] = {}

    @field_validator("periods")
    @classmethod
    def _apart(cls, periods: tuple[OtherHours, ...]) -> tuple[OtherHours, ...]:
        for earlier, later in pairwise(sorted(periods, key=lambda each: each.first)):
            if later.first <= earlier.last:
                raise ValueError(f"two periods overlap on {later.first}")
        return periods

    def calendar(self, zone: ZoneInfo) -> Calendar:
        """Raises CalendarError, and LookupError for a country without known holidays."""
        seasons = tuple((each.first, each.last, each.hours) for each in self.periods)
        usual = Calendar(zone, self._week(), _holidays_of(self.holidays), seasons=seasons)
        exceptions: dict[date, Hours] = dict.fromkeys(self.extra_closed, ())
        exceptions |= {day: self.worked(usual, day) for day in self.extra_open}
        return replace(usual, exceptions=exceptions | self.dates)

    def counting(self, zone: ZoneInfo) -> Counting:
        """By what weeks and months the organisation counts."""
        worked = {day for day, hours in self._week().items() if hours}
        begins = [day for day in worked if (day - 1) % 7 not in worked]
        usual = max(begins, key=_days_off(worked), default=0)
        first = get_args(Weekday).index(self.week_begins) if self.week_begins else usual
        return Counting(zone, first, self.months)

    def worked(self, calendar: Calendar, day: date) -> Hours:
        """The hours of a day that is to be worked: those of its season or weekday, else those of a usual day."""
        usual = self.hours or next(filter(None, calendar.week.values()))
        return calendar.seasonal(day) or calendar.week.get(day.weekday()) or usual

    def _week(self) -> dict[int, Hours]:
        """The hours of each weekday, Monday being 0."""
        names = get_args(Weekday)
        return {names.index(day): hours for day, hours in (self._known_week() | self.days).items()}

    def _known_week(self) -> dict[Any, Hours]:
        full, half = WEEKS[self.week] if self.week else ("", {})
        week: dict[Any, Hours] = dict.fromkeys(full.split(), self.hours)
        for day, end in half.items():
            week[day] = tuple((a, min(b, end) if b != time.min else end) for a, b in self.hours if a < end)
        return week


def _days_off(worked: set[int]) -> Callable[[int], int]:
    """How many days off lie before a weekday."""
    return lambda day: next(count for count in range(7) if (day - 1 - count) % 7 in worked)


def _holidays_of(country: str) -> Callable[[date], bool]:
    if not country:
        return no_holidays
    from holidays import country_holidays  # a third of a second and 35 MB, spared until it is needed

    code, _, part = country.partition("-")
    try:
        country_holidays(code, subdiv=part or None)
    except NotImplementedError:
        raise LookupError(f"the holidays of {country} are not known") from None

    @cache
    def in_year(
        year: int,
    ) -> frozenset[date]:  # not the library's own filling up, which threads would race on
        return frozenset(country_holidays(code, subdiv=part or None, years=year, expand=False))

    return lambda day: day in in_year(day.year)
