"""Deadlines in working time, held against an oracle that looks at the wall clock minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.calendar import Calendar, CalendarError, Hours

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta.resolution


def hours(*texts: str) -> Hours:
    """`hours("09:00-13:00")`; 24:00 is midnight."""
    pairs = (text.replace("24:00", "00:00").split("-") for text in texts)
    return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs)


OFFICE = hours("09:00-17:00")
WEEKS = {
    "iran, friday": {day: OFFICE for day in range(7) if day != FRI},
    "iran, thursday and friday": dict.fromkeys((SAT, SUN, MON, TUE, WED), OFFICE),
    "iran, half thursday": dict.fromkeys((SAT, SUN, MON, TUE, WED), OFFICE) | {THU: hours("09:00-13:00")},
    "gulf": dict.fromkeys((SUN, MON, TUE, WED, THU), OFFICE),
    "emirates, half friday": dict.fromkeys((MON, TUE, WED, THU), OFFICE) | {FRI: hours("09:00-12:00")},
    "with a break": {day: hours("08:30-12:15", "13:00-17:45") for day in range(5)},
    "nights": {day: hours("00:00-04:00", "22:30-24:00") for day in range(7)},
    "awkward nights": {day: hours("00:20-02:40", "23:10-23:50") for day in range(7)},
    "round the clock": {day: hours("00:00-24:00") for day in range(7)},
}
# Days on which, or in the night before or after which, the clocks change.
CHANGES = [
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 24)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Asia/Tehran", date(2021, 3, 22)),
    ("Asia/Tehran", date(2021, 9, 21)),
    ("Asia/Tehran", date(2026, 3, 21)),  # no longer
]


class Oracle:
    """Counts minutes one by one; the wall clock says which of them are working time."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def wall(self, at: datetime) -> datetime:
        return at.astimezone(self.calendar.zone)

    def is_open(self, at: datetime) -> bool:
        wall = self.wall(at)
        return any(
            opening <= wall.time() and (wall.time() < closing or closing == time.min)
            for opening, closing in self.calendar.hours(wall.date())
        )

    def add(self, start: datetime, minutes: int) -> datetime:
        while minutes or not self.is_open(start - MINUTE):
            minutes -= self.is_open(start)
            start += MINUTE
        return start

    def between(self, a: datetime, b: datetime) -> timedelta:
        minutes = int((b - a) / MINUTE)
        return sum(self.is_open(a + n * MINUTE) for n in range(minutes)) * MINUTE

    def close(self, start: datetime, days: int) -> datetime:
        while not self.is_open(start):
            start += MINUTE
        day = self.wall(start).date()
        while days:
            day += timedelta(days=1)
            days -= bool(self.calendar.hours(day))
        end = datetime.combine(day, time(12), UTC) + timedelta(hours=30)
        while not (self.is_open(end - MINUTE) and self.wall(end - MINUTE).date() == day):
            end -= MINUTE
        return end


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and a whole minute near a change of the clocks in its zone."""
    zone, change = draw(st.sampled_from(CHANGES))
    days = st.integers(-4, 4).map(lambda n: change + timedelta(days=n))
    closed = draw(st.dictionaries(days, st.sampled_from([(), (), hours("10:00-11:30")]), max_size=2))
    calendar = Calendar(ZoneInfo(zone), WEEKS[draw(st.sampled_from(sorted(WEEKS)))], exceptions=closed)
    noon = datetime.combine(change, time(12), UTC)
    return calendar, noon + draw(st.integers(-3 * 1440, 2 * 1440)) * MINUTE


def at(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def tehran(text: str) -> datetime:
    return at("Asia/Tehran", text)


def iran(week: str = "iran, thursday and friday", **more: object) -> Calendar:
    return Calendar(ZoneInfo("Asia/Tehran"), WEEKS[week], **more)  # type: ignore[arg-type]


class TestOracle:
    @settings(max_examples=60, deadline=None)
    @given(calendars())
    def test_agrees_on_every_minute_of_a_day(self, drawn):
        calendar, start = drawn
        oracle = Oracle(calendar)
        for n in range(0, 1440, 5):
            moment = start + n * MINUTE
            assert calendar.is_open(moment) == oracle.is_open(moment), moment

    @settings(max_examples=40, deadline=None)
    @given(calendars(), st.integers(1, 900))
    def test_agrees_on_where_a_limit_ends(self, drawn, minutes):
        calendar, start = drawn
        assert calendar.add_business_time(start, minutes * MINUTE) == Oracle(calendar).add(start, minutes)

    @settings(max_examples=40, deadline=None)
    @given(calendars(), st.integers(0, 2 * 1440))
    def test_agrees_on_the_time_between(self, drawn, minutes):
        calendar, start = drawn
        end = start + minutes * MINUTE
        assert calendar.business_time_between(start, end) == Oracle(calendar).between(start, end)

    @settings(max_examples=25, deadline=None)
    @given(calendars(), st.integers(0, 4))
    def test_agrees_on_the_close_of_business(self, drawn, days):
        calendar, start = drawn
        assert calendar.add_business_days(start, days) == Oracle(calendar).close(start, days)


class TestLaws:
    @settings(max_examples=150, deadline=None)
    @given(calendars(), st.integers(0, 6000), st.integers(0, 59))
    def test_what_is_added_can_be_measured(self, drawn, minutes, seconds):
        calendar, start = drawn
        amount = timedelta(minutes=minutes, seconds=seconds)
        assert calendar.business_time_between(start, calendar.add_business_time(start, amount)) == amount

    @settings(max_examples=150, deadline=None)
    @given(calendars(), st.integers(0, 3000), st.integers(0, 3000))
    def test_a_later_start_or_a_longer_limit_never_ends_sooner(self, drawn, delay, amount):
        calendar, start = drawn
        later = start + delay * MINUTE
        limit = amount * MINUTE
        due = calendar.add_business_time(start, limit)
        assert due <= calendar.add_business_time(later, limit)
        assert due <= calendar.add_business_time(start, limit + delay * MINUTE)
        assert calendar.add_business_days(start, amount % 9) <= calendar.add_business_days(later, amount % 9)
        assert calendar.add_business_days(start, amount % 9) < calendar.add_business_days(start, amount % 9 + 1)

    @settings(max_examples=100, deadline=None)
    @given(calendars(), st.integers(0, 5000), st.integers(0, 5000))
    def test_time_between_adds_up_and_turns_around(self, drawn, first, second):
        calendar, a = drawn
        b, c = a + first * MINUTE, a + (first + second) * MINUTE
        whole = calendar.business_time_between(a, c)
        assert whole == calendar.business_time_between(a, b) + calendar.business_time_between(b, c)
        assert calendar.business_time_between(c, a) == -whole

    @settings(max_examples=100, deadline=None)
    @given(calendars())
    def test_next_opening_is_open_and_nothing_before_it_is(self, drawn):
        calendar, start = drawn
        opening = calendar.next_open(start)
        assert calendar.is_open(opening)
        assert not calendar.business_time_between(start, opening)

    @settings(max_examples=100, deadline=None)
    @given(calendars(), st.integers(0, 9))
    def test_what_comes_back_is_utc_and_never_before_the_start(self, drawn, n):
        calendar, start = drawn
        for due in (
            calendar.next_open(start),
            calendar.settle(start),
            calendar.add_business_days(start, n),
            calendar.add_business_time(start, n * MINUTE),
        ):
            assert due.tzinfo is UTC
            assert due >= start


class TestBusinessDays:
    """2026-11-21 is a Saturday."""

    @pytest.mark.parametrize(
        ("week", "start", "days", "due"),
        [
            ("iran, friday", "2026-11-25T10:00", 1, "2026-11-26T17:00"),
            ("iran, friday", "2026-11-25T10:00", 2, "2026-11-28T17:00"),
            ("iran, thursday and friday", "2026-11-25T10:00", 1, "2026-11-28T17:00"),
            ("iran, half thursday", "2026-11-25T10:00", 1, "2026-11-26T13:00"),
            ("iran, half thursday", "2026-11-26T12:59", 1, "2026-11-28T17:00"),
            ("gulf", "2026-11-26T10:00", 1, "2026-11-29T17:00"),
            ("emirates, half friday", "2026-11-26T10:00", 1, "2026-11-27T12:00"),
            ("emirates, half friday", "2026-11-26T10:00", 2, "2026-11-30T17:00"),
        ],
    )
    def test_weekends_of_the_region(self, week, start, days, due):
        assert iran(week).add_business_days(tehran(start), days) == tehran(due)

    @pytest.mark.parametrize(
        ("start", "due"),
        [
            ("2026-11-22T09:00", "2026-11-23T17:00"),
            ("2026-11-22T16:59", "2026-11-23T17:00"),
            ("2026-11-22T17:00", "2026-11-24T17:00"),
            ("2026-11-22T08:59", "2026-11-23T17:00"),
            ("2026-11-26T11:00", "2026-11-29T17:00"),
        ],
    )
    def test_a_start_out_of_hours_counts_from_the_next_working_minute(self, start, due):
        assert iran().add_business_days(tehran(start), 1) == tehran(due)

    def test_holidays_and_closed_days_are_passed_over_and_extra_days_count(self):
        calendar = iran(
            is_holiday=lambda day: day == date(2026, 11, 23),
            exceptions={date(2026, 11, 24): (), date(2026, 11, 26): hours("08:00-10:00")},
        )
        ends = [calendar.add_business_days(tehran("2026-11-22T10:00"), n) for n in range(1, 4)]
        assert ends == [tehran("2026-11-25T17:00"), tehran("2026-11-26T10:00"), tehran("2026-11-28T17:00")]

    def test_own_hours_open_a_holiday(self):
        day = date(2026, 11, 23)
        calendar = iran(is_holiday=lambda other: other == day, exceptions={day: OFFICE})
        assert calendar.is_open(tehran("2026-11-23T10:00"))

    def test_a_season_has_hours_of_its_own_on_the_days_that_are_worked_anyway(self):
        first, last = date(2026, 11, 22), date(2026, 11, 29)
        calendar = iran(
            is_holiday=lambda day: day == date(2026, 11, 24),
            exceptions={date(2026, 11, 23): hours("10:00-11:00")},
            seasons=((first, last, hours("09:00-14:00")),),
        )
        found = {day: calendar.hours(date(2026, 11, day)) for day in range(21, 31)}
        weekend = dict.fromkeys((26, 27), ())
        usual = dict.fromkeys((21, 30), OFFICE)
        short = dict.fromkeys((22, 25, 28, 29), hours("09:00-14:00"))
        assert found == weekend | usual | short | {23: hours("10:00-11:00"), 24: ()}
        assert calendar.add_business_days(tehran("2026-11-25T15:00"), 1) == tehran("2026-11-29T14:00")
        assert calendar.add_business_time(tehran("2026-11-25T13:00"), timedelta(hours=2)) == tehran("2026-11-28T10:00")

    def test_no_days_means_the_close_of_the_same_day(self):
        assert iran().add_business_days(tehran("2026-11-22T10:00"), 0) == tehran("2026-11-22T17:00")


class TestBusinessTime:
    def test_it_ends_at_closing_time_and_not_at_the_next_opening(self):
        assert iran().add_business_time(tehran("2026-11-22T15:00"), timedelta(hours=2)) == tehran("2026-11-22T17:00")

    def test_four_hours_on_the_last_afternoon_end_after_the_weekend(self):
        assert iran().add_business_time(tehran("2026-11-25T16:00"), timedelta(hours=4)) == tehran("2026-11-28T12:00")

    def test_a_break_does_not_count(self):
        london = Calendar(ZoneInfo("Europe/London"), WEEKS["with a break"])
        due = london.add_business_time(at("Europe/London", "2026-11-23T12:00"), timedelta(minutes=30))
        assert due == at("Europe/London", "2026-11-23T13:15")

    def test_the_hour_skipped_in_spring_does_not_count(self):
        cairo = Calendar(ZoneInfo("Africa/Cairo"), WEEKS["round the clock"])
        since, until = at("Africa/Cairo", "2026-04-23T12:00"), at("Africa/Cairo", "2026-04-24T12:00")
        assert cairo.business_time_between(since, until) == timedelta(hours=23)

    def test_the_hour_repeated_in_autumn_counts_twice(self):
        beirut = Calendar(ZoneInfo("Asia/Beirut"), WEEKS["nights"])
        since, until = at("Asia/Beirut", "2026-10-24T12:00"), at("Asia/Beirut", "2026-10-25T12:00")
        assert beirut.business_time_between(since, until) == timedelta(hours=1.5 + 1 + 4)

    def test_local_hours_stay_the_same_after_the_clocks_change(self):
        cairo = Calendar(ZoneInfo("Africa/Cairo"), WEEKS["gulf"])
        winter, summer = date(2026, 4, 23), date(2026, 4, 26)
        assert cairo.intervals(winter)[0][0] == datetime(2026, 4, 23, 7, tzinfo=UTC)
        assert cairo.intervals(summer)[0][0] == datetime(2026, 4, 26, 6, tzinfo=UTC)


class TestCalendarDays:
    def test_the_last_day_is_whole_and_holidays_do_not_matter(self):
        calendar = iran(is_holiday=lambda _day: True)
        due = calendar.add_calendar_days(tehran("2026-11-22T10:00"), 5)
        assert due + MOMENT == tehran("2026-11-28T00:00")

    def test_the_day_is_the_local_one(self):
        late = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # half past midnight in Tehran
        assert iran().add_calendar_days(late, 1) + MOMENT == tehran("2026-11-25T00:00")

    def test_an_hour_that_is_repeated_belongs_to_the_day(self):
        cairo = Calendar(ZoneInfo("Africa/Cairo"), WEEKS["gulf"])
        due = cairo.add_calendar_days(at("Africa/Cairo", "2026-10-28T10:00"), 1)
        assert due + MOMENT == at("Africa/Cairo", "2026-10-30T00:00")

    @settings(max_examples=150, deadline=None)
    @given(calendars(), st.integers(0, 9), st.integers(-1440, 10 * 1440))
    def test_looking_back_agrees_with_looking_ahead(self, drawn, days, minutes):
        calendar, start = drawn
        due = calendar.add_calendar_days(start, days)
        for now in (due, due - MOMENT, start + minutes * MINUTE):
            assert (start < calendar.calendar_days_ago(now, days)) == (due <= now)


class TestSettle:
    @pytest.mark.parametrize(
        ("deadline", "settled"),
        [
            ("2026-11-22T09:00", "2026-11-22T09:00"),
            ("2026-11-22T12:34", "2026-11-22T12:34"),
            ("2026-11-22T17:00", "2026-11-22T17:00"),
            ("2026-11-22T17:01", "2026-11-23T17:00"),
            ("2026-11-27T12:00", "2026-11-28T17:00"),
        ],
    )
    def test_a_deadline_out_of_hours_moves_to_the_end_of_the_next_period(self, deadline, settled):
        assert iran().settle(tehran(deadline)) == tehran(settled)


class TestRefusals:
    @pytest.mark.parametrize("week", [{}, {MON: ()}])
    def test_a_week_without_work(self, week):
        with pytest.raises(CalendarError, match="no day of the week"):
            Calendar(ZoneInfo("Asia/Tehran"), week)

    @pytest.mark.parametrize("wrong", [hours("17:00-09:00"), hours("09:00-09:00"), hours("09:00-13:00", "12:00-17:00")])
    def test_hours_that_contradict_each_other(self, wrong):
        with pytest.raises(CalendarError, match="working hours"):
            Calendar(ZoneInfo("Asia/Tehran"), {MON: wrong})

    def test_an_endless_holiday_is_an_error_and_not_an_endless_search(self):
        closed = iran(is_holiday=lambda _day: True)
        for search in (
            lambda: closed.next_open(tehran("2026-11-22T10:00")),
            lambda: closed.settle(tehran("2026-11-22T10:00")),
            lambda: closed.add_business_days(tehran("2026-11-22T10:00"), 1),
            lambda: closed.add_business_time(tehran("2026-11-22T10:00"), MINUTE),
        ):
            with pytest.raises(CalendarError, match="not enough working time within"):
                search()

    def test_time_without_a_zone(self):
        with pytest.raises(ValueError, match="without its zone"):
            iran().is_open(datetime(2026, 11, 22, 10))  # noqa: DTZ001

    def test_negative_limits(self):
        with pytest.raises(ValueError):  # noqa: PT011
            iran().add_business_days(tehran("2026-11-22T10:00"), -1)
        with pytest.raises(ValueError, match="negative"):
            iran().add_business_time(tehran("2026-11-22T10:00"), -MINUTE)
