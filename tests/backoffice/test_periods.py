"""Periods: each day lies in one of a kind, none is left out between two, and they are those of the organisation."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from backoffice import organisation
from backoffice.periods import Counting, Kind, Period

DAY = timedelta(days=1)
TEHRAN = ZoneInfo("Asia/Tehran")
KINDS = st.sampled_from(["day", "week", "month", "year"])
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
COUNTINGS = st.builds(
    Counting,
    st.sampled_from([TEHRAN, ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/London"), ZoneInfo("America/Santiago")]),
    st.integers(0, 6),
    st.sampled_from(["gregorian", "jalali"]),
)


def days(period: Period) -> list[date]:
    return [period.first + count * DAY for count in range((period.last - period.first).days + 1)]


@given(COUNTINGS, KINDS, DAYS)
def test_every_day_lies_in_one(counting: Counting, kind: Kind, day: date) -> None:
    found = counting.containing(kind, day)
    assert day in days(found)
    assert {counting.containing(kind, each) for each in (found.first, day, found.last)} == {found}


@given(COUNTINGS, KINDS, DAYS)
def test_the_one_before_ends_where_it_begins(counting: Counting, kind: Kind, day: date) -> None:
    found = counting.containing(kind, day)
    before = counting.before(found)
    assert before.last + DAY == found.first
    assert counting.bounds(before)[1] == counting.bounds(found)[0]
    assert counting.before(found, 3) == counting.before(counting.before(before))


@given(COUNTINGS, KINDS, DAYS)
def test_they_are_the_calendars_own(counting: Counting, kind: Kind, day: date) -> None:
    """Told a second time by the calendar's own numbers, a day at a time."""

    def number(of: date) -> object:
        shown = JalaliDate(of) if counting.months == "jalali" else of
        return {"day": of, "month": (shown.year, shown.month), "year": shown.year}[kind]

    found = counting.containing(kind, day)
    if kind == "week":
        assert (found.first.weekday(), len(days(found))) == (counting.week_begins, 7)
        return
    assert {number(each) for each in days(found)} == {number(day)}
    assert number(day) not in (number(found.first - DAY), number(found.last + DAY))


@given(COUNTINGS, KINDS, DAYS, st.integers(0, 86_399))
def test_a_moment_lies_within_the_bounds_of_its_own(counting: Counting, kind: Kind, day: date, seconds: int) -> None:
    moment = datetime.combine(day, time.min, UTC) + timedelta(seconds=seconds)
    since, until = counting.bounds(counting.at(kind, moment))
    assert since <= moment < until


def test_a_leap_year_has_its_day() -> None:
    jalali = Counting(TEHRAN, 5, "jalali")
    assert len(days(jalali.containing("year", date(2025, 3, 1)))) == 366  # 1403
    assert len(days(jalali.containing("year", date(2025, 4, 1)))) == 365
    assert jalali.containing("month", date(2025, 3, 20)) == Period("month", date(2025, 2, 19), date(2025, 3, 20))


@pytest.mark.parametrize(
    ("calendar", "begins"),
    [
        ('week = "ir_thu_fri"', 5),
        ('week = "ir_fri"', 5),
        ('week = "gulf"', 6),
        ('week = "uae"', 0),
        ('week = "international"', 0),
        ('week = "international"\nweek_begins = "sun"', 6),
        ("[calendar.days]\nsat = []\nmon = ['09:00-12:00']\nthu = ['09:00-12:00']", 0),
    ],
)
def test_a_week_begins_after_the_days_off(calendar: str, begins: int, tmp_path: Path) -> None:
    shipped = Path(organisation.__file__).with_name("organisation.toml").read_text("utf-8")
    week, rest = 'week = "ir_thu_fri"\n', "[[category_groups]]"
    file = tmp_path / "organisation.toml"
    if calendar.startswith("["):  # a table of its own, behind the others of the calendar
        file.write_text(shipped.replace(week, "").replace(rest, f"{calendar}\n{rest}", 1), "utf-8")
    else:
        file.write_text(shipped.replace(week, f"{calendar}\n"), "utf-8")
    assert organisation.load(file).counting.week_begins == begins


def test_ours_counts_by_jalali_months() -> None:
    assert organisation.load().counting == Counting(TEHRAN, 5, "jalali")
