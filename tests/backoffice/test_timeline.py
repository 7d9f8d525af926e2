"""How a date comes about, held against somebody who sits before the clock and stops it while the customer has to act.

The oracle knows nothing of sums: it looks at one stretch of five minutes after the other (everything that is drawn lies
on that grid), asks the clock on the wall whether it is working time, and the rests whether it counts.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import organisation, timeline
from backoffice.calendar import Calendar, Period
from backoffice.organisation import Organisation
from backoffice.organisation_file import Limit, Limits
from backoffice.stages import STANDINGS, Stage
from tests.backoffice.test_calendar import CHANGES, OFFICE, WEEKS, Oracle, at, hours, tehran

STEP = timedelta(minutes=5)
DAY = 24 * 12  # steps
ZONES = ("Asia/Tehran", "Asia/Riyadh", "Asia/Dubai", "Africa/Cairo", "Asia/Beirut", "Europe/London")
DAYS = [date(year, month, 14) for year in range(2019, 2031) for month in range(1, 13)]
CLOCK = "final_response"  # any clock of ours will do: they differ in their limits only
BASE = organisation.load()
TEN_DAYS = Limit(10, "bd")


def desk(calendar: Calendar, limit: Limit, longest: Limit) -> Organisation:
    """An organisation with this calendar and these limits, whatever the severity."""
    changed = {name: Limits(critical=each, high=each, medium=each, low=each) for name, each in
               ((CLOCK, limit), ("longest_rest", longest), ("extension", Limit(2, "bd")))}  # fmt: skip
    return BASE.model_copy(update={"calendar": calendar, "deadlines": BASE.deadlines | changed})


@dataclass(frozen=True)
class Case:
    """A limit that is counted in some calendar, and when the customer held the ball."""

    calendar: Calendar
    limit: Limit
    longest: Limit
    start: datetime
    rested: tuple[Period, ...]

    @cached_property
    def desk(self) -> Organisation:
        return desk(self.calendar, self.limit, self.longest)

    def due(self, *rested: Period) -> datetime:
        return timeline.timeline(self.desk, CLOCK, None, self.start, rested or self.rested).due

    @property
    def undisturbed(self) -> datetime:
        return timeline.timeline(self.desk, CLOCK, None, self.start).due


class Watcher:
    """Sits before the clock. Each look is remembered, for the looks are slow."""

    def __init__(self, calendar: Calendar) -> None:
        self.oracle = Oracle(calendar)
        self.is_open = cache(self.oracle.is_open)

    def working(self, since: datetime, until: datetime) -> int:
        return sum(self.is_open(since + n * STEP) for n in range(int((until - since) / STEP)))

    def due(self, case: Case) -> datetime:
        """The clock stops for every stretch of a rest, until the rests have had all that they may."""
        end = self.counted(case, case.undisturbed)
        if end == case.undisturbed:
            return end
        if case.limit.unit == "bd":
            return self.close_of(end)
        return case.calendar.settle(end) if case.limit.unit == "cd" else end

    def counted(self, case: Case, base: datetime) -> datetime:
        all_day = case.limit.unit not in ("bd", "wh")
        now, left = case.start, self.working(case.start, base)
        left = int((base - case.start) / STEP) if all_day else left
        allowed: int | None = None
        while left:
            rests = any(begin <= now < end for begin, end in case.rested)
            if rests and allowed is None:
                allowed = self.working(now, case.desk.due("longest_rest", None, now))
            if rests and allowed:
                allowed -= self.is_open(now)
            elif all_day or self.is_open(now):
                left -= 1
            now += STEP
        return now

    def close_of(self, at: datetime) -> datetime:
        """Of the local day on which the last stretch of work lay."""
        day = self.oracle.wall(at - STEP).date()
        while self.oracle.wall(at).date() == day:
            at += STEP
        while not self.is_open(at - STEP):
            at -= STEP
        return at


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar with closed and half days in one of twelve years, or around a change of the clocks; and a moment."""
    zone, day = draw(st.one_of(st.tuples(st.sampled_from(ZONES), st.sampled_from(DAYS)), st.sampled_from(CHANGES)))
    days = st.integers(-2, 12).map(lambda n: day + timedelta(days=n))
    other = draw(st.dictionaries(days, st.sampled_from([(), (), hours("09:00-11:30")]), max_size=3))
    holidays = draw(st.frozensets(days, max_size=3))
    week = WEEKS[draw(st.sampled_from(sorted(WEEKS)))]
    calendar = Calendar(ZoneInfo(zone), week, is_holiday=holidays.__contains__, exceptions=other)
    return calendar, datetime(day.year, day.month, day.day, tzinfo=UTC) + draw(st.integers(-DAY, DAY)) * STEP


SHORT, LONG = st.integers(1, 3), st.just(20)  # business days that all rests together may last
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 4), st.just("bd")),
    st.builds(Limit, st.integers(1, 20), st.just("wh")),
    st.builds(Limit, st.integers(1, 60), st.just("h")),
    st.builds(Limit, st.integers(1, 40).map(lambda n: 5 * n), st.just("min")),
    st.builds(Limit, st.integers(1, 4), st.just("cd")),
)


@st.composite
def cases(draw: st.DrawFn, limits: st.SearchStrategy[Limit] = LIMITS, longest: st.SearchStrategy[int] = SHORT) -> Case:
    """Rests lie anywhere: before the start, after the end, in the night, over each other."""
    calendar, start = draw(calendars())
    begins = st.one_of(st.integers(-DAY, 8 * DAY), st.integers(-12, 12))
    lengths = st.one_of(st.integers(0, 30), st.integers(0, 5 * DAY))
    drawn = draw(st.lists(st.tuples(begins, lengths), max_size=4))
    rested = tuple((start + begin * STEP, start + (begin + length) * STEP) for begin, length in drawn)
    return Case(calendar, draw(limits), Limit(draw(longest), "bd"), start, rested)


BUSINESS = LIMITS.filter(lambda limit: limit.unit in ("bd", "wh"))


class TestWatcher:
    @settings(max_examples=200)
    @given(cases())
    def test_agrees_on_the_end(self, case: Case) -> None:
        assert case.due() == Watcher(case.calendar).due(case)

    @settings(max_examples=60)
    @given(cases(LIMITS, longest=LONG))
    def test_agrees_where_the_rests_are_hardly_ever_too_long(self, case: Case) -> None:
        assert case.due() == Watcher(case.calendar).due(case)


class TestRests:
    @settings(max_examples=100)
    @given(cases(), st.randoms())
    def test_their_order_does_not_matter(self, case: Case, dice) -> None:
        shuffled = list(case.rested)
        dice.shuffle(shuffled)
        assert case.due(*shuffled) == case.due()

    @settings(max_examples=100)
    @given(cases(), st.integers(0, 5 * DAY))
    def test_a_rest_may_be_told_in_two_parts(self, case: Case, cut: int) -> None:
        """That touch, or overlap."""
        parts: list[Period] = []
        for begin, end in case.rested:
            middle = min(begin + cut * STEP, end)
            parts += [(begin, middle), (middle, end), (begin, end)]
        assert case.due(*parts) == case.due()

    @settings(max_examples=100)
    @given(cases(), st.integers(0, 3 * DAY), st.integers(1, DAY))
    def test_one_that_begins_after_the_end_or_is_over_at_the_start_changes_nothing(
        self, case: Case, later: int, length: int
    ) -> None:
        due = case.due()
        after, before = due + later * STEP, case.start - later * STEP
        more = (*case.rested, (after, after + length * STEP), (before - length * STEP, before))
        assert case.due(*more) == due

    @settings(max_examples=100)
    @given(cases(), st.integers(0, 5 * DAY), st.integers(0, DAY))
    def test_no_rest_brings_the_end_nearer(self, case: Case, begin: int, length: int) -> None:
        rest = (case.start + begin * STEP, case.start + (begin + length) * STEP)
        assert case.undisturbed <= case.due(rest)
        assert case.undisturbed <= case.due()

    @settings(max_examples=100)
    @given(cases(BUSINESS), st.integers(0, 5 * DAY))
    def test_one_without_working_time_changes_nothing(self, case: Case, begin: int) -> None:
        since = case.start + begin * STEP
        until = case.calendar.next_open(since)
        assert case.due((since, until)) == case.undisturbed

    @settings(max_examples=100)
    @given(cases(st.builds(Limit, st.integers(1, 20), st.just("wh")), longest=LONG), st.integers(0, 2 * DAY))
    def test_one_puts_the_end_off_by_exactly_its_working_time(self, case: Case, length: int) -> None:
        calendar = case.calendar
        rest = (case.start, case.start + length * STEP)
        pause = calendar.business_time_between(*rest)
        assert calendar.business_time_between(case.undisturbed, case.due(rest)) == pause

    @settings(max_examples=100)
    @given(cases(BUSINESS))
    def test_all_together_never_count_for_more_than_the_longest(self, case: Case) -> None:
        calendar = case.calendar
        held = sorted(rest for rest in case.rested if rest[1] > case.start and rest[0] < rest[1])
        first = max(held[0][0], case.start) if held else case.start
        longest = calendar.business_time_between(first, case.desk.due("longest_rest", None, first))
        put_off = calendar.business_time_between(case.undisturbed, case.due())
        rest_of_a_day = timedelta(days=case.limit.unit == "bd")
        assert put_off <= longest + rest_of_a_day

    @settings(max_examples=100)
    @given(cases(st.builds(Limit, st.integers(1, 4), st.just("bd"))))
    def test_business_days_end_at_the_close_of_business(self, case: Case) -> None:
        watcher, due = Watcher(case.calendar), case.due()
        assert watcher.is_open(due - STEP)
        assert watcher.close_of(due) == due


class TestTold:
    """2026-11-21 is a Saturday; the week ends on Wednesday."""

    @staticmethod
    def case(limit: Limit, start: str, *rested: tuple[str, str], longest: Limit = TEN_DAYS) -> Case:
        calendar = Calendar(ZoneInfo("Asia/Tehran"), WEEKS["iran, thursday and friday"])
        periods = tuple((tehran(begin), tehran(end)) for begin, end in rested)
        return Case(calendar, limit, longest, tehran(start), periods)

    @pytest.mark.parametrize(
        ("rest", "due"),
        [
            (("2026-11-22T10:00", "2026-11-22T10:05"), "2026-11-24T17:00"),  # five minutes: one close of business
            (("2026-11-22T10:00", "2026-11-23T10:00"), "2026-11-24T17:00"),
            (("2026-11-22T10:00", "2026-11-23T10:05"), "2026-11-25T17:00"),
            (("2026-11-22T17:00", "2026-11-23T09:00"), "2026-11-23T17:00"),  # a night
            (("2026-11-23T17:00", "2026-11-25T10:00"), "2026-11-23T17:00"),  # too late
        ],
    )
    def test_two_business_days(self, rest: tuple[str, str], due: str) -> None:
        assert self.case(Limit(2, "bd"), "2026-11-21T10:00", rest).due() == tehran(due)

    def test_a_night_and_a_weekend_count_on_clocks_that_run_round_the_clock(self) -> None:
        case = self.case(Limit(4, "h"), "2026-11-25T16:00", ("2026-11-25T16:30", "2026-11-28T09:00"))
        assert case.due() == tehran("2026-11-28T12:30")

    def test_three_rests_that_nest_and_touch_are_one(self) -> None:
        rested = (("2026-11-21T12:00", "2026-11-21T13:00"), ("2026-11-21T11:00", "2026-11-21T14:00"),
                  ("2026-11-21T14:00", "2026-11-21T15:00"))  # fmt: skip
        case = self.case(Limit(3, "wh"), "2026-11-21T10:00", *rested)
        line = timeline.timeline(case.desk, CLOCK, None, case.start, case.rested)
        assert line.rests == ((tehran("2026-11-21T11:00"), tehran("2026-11-21T15:00")),)
        assert (line.base, line.due) == (tehran("2026-11-21T13:00"), tehran("2026-11-21T17:00"))

    def test_after_the_longest_rest_the_clock_runs_although_the_customer_holds_the_ball(self) -> None:
        weeks = ("2026-11-21T11:00", "2026-12-19T11:00")
        case = self.case(Limit(4, "wh"), "2026-11-21T10:00", weeks, longest=Limit(8, "wh"))
        assert case.due() == tehran("2026-11-22T14:00")

    def test_after_the_longest_rest_a_night_does_not_count_either(self) -> None:
        rested = (("2026-11-21T11:00", "2026-11-21T13:00"), ("2026-11-21T20:00", "2026-11-22T04:00"))
        case = self.case(Limit(20, "h"), "2026-11-21T10:00", *rested, longest=Limit(2, "wh"))
        assert case.due() == tehran("2026-11-22T08:00")

    def test_half_of_ten_days_is_five_and_never_less_than_two(self) -> None:
        for whole, half in ((10, 5), (5, 3), (3, 2), (1, 2)):
            case = self.case(Limit(whole, "bd"), "2026-11-21T10:00")
            line = timeline.timeline(case.desk, CLOCK, None, case.start, half=True)
            assert line.due == case.calendar.add_business_days(case.start, half)

    def test_an_extension_lies_on_top(self) -> None:
        """Two business days after a close of business: that day's evening begins no day of its own."""
        case = self.case(Limit(2, "bd"), "2026-11-21T10:00", ("2026-11-22T10:00", "2026-11-22T12:00"))
        line = timeline.timeline(case.desk, CLOCK, None, case.start, case.rested, extended=True)
        assert (line.base, line.due) == (tehran("2026-11-25T17:00"), tehran("2026-11-28T17:00"))


class TestPart:
    @settings(max_examples=100)
    @given(cases(), st.integers(1, 99))
    def test_what_is_left_of_the_limit_lies_between_it_and_the_end(self, case: Case, percent: int) -> None:
        calendar = case.calendar
        line = timeline.timeline(case.desk, CLOCK, None, case.start, case.rested)
        moment, left = timeline.part(calendar, line, percent), (100 - percent) / 100
        if case.limit.unit in ("bd", "wh"):
            whole = calendar.business_time_between(line.start, line.base)
            rest = calendar.business_time_between(moment, line.due)
        else:
            whole, rest = line.base - line.start, line.due - moment
        assert abs(rest - whole * left) < timedelta(milliseconds=1)
        assert line.start <= moment < line.due

    @settings(max_examples=50)
    @given(cases(), st.integers(1, 98))
    def test_more_of_it_is_later(self, case: Case, percent: int) -> None:
        line = timeline.timeline(case.desk, CLOCK, None, case.start, case.rested)
        parts = [timeline.part(case.calendar, line, each) for each in (percent, percent + 1)]
        assert parts == sorted(parts)

    def test_three_quarters_of_two_working_days(self) -> None:
        """From Saturday 9:00 till Sunday 17:00 are sixteen hours; four of them are left from Sunday 13:00."""
        case = TestTold.case(Limit(1, "bd"), "2026-11-21T09:00")
        line = timeline.timeline(case.desk, CLOCK, None, case.start)
        assert timeline.part(case.calendar, line, 75) == tehran("2026-11-22T13:00")


@dataclass(frozen=True)
class Event:
    at: datetime
    event: str
    facts: dict[str, object]


MORNING = datetime(2026, 11, 21, 6, tzinfo=UTC)


class TestHistory:
    @given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*Stage, None])), max_size=12), st.integers(0, 3))
    def test_the_customer_held_the_ball_exactly_in_the_stages_that_say_so(self, moves, more: int) -> None:
        """Somebody writes down, hour by hour, whose turn it is."""
        history, now, whose = [], MORNING, []
        stage: Stage | None = None
        for wait, goal in (*moves, (more, None)):
            whose += [stage is not None and STANDINGS[stage].turn == "customer"] * wait
            now += timedelta(hours=wait)
            facts: dict[str, object] = {"now": str(goal)} if goal else {"note": 1}
            history.append(Event(now, "complaint.moved" if goal else "complaint.noted", facts))
            stage = goal or stage
        found = timeline.rests(history, now)
        hour = timedelta(hours=1)
        assert whose == [any(a <= MORNING + n * hour < b for a, b in found) for n in range(len(whose))]

    def test_what_is_no_move_of_the_case_is_no_rest(self) -> None:
        history = [
            Event(MORNING, "deadline.moved", {"now": "answered"}),
            Event(MORNING, "complaint.assigned", {"was": "answered"}),
        ]
        assert timeline.rests(history, MORNING + timedelta(days=1)) == []

    def test_a_clock_that_was_set_back_makes_no_rest_of_less_than_nothing(self) -> None:
        asked = Event(MORNING, "complaint.asked", {"now": "awaiting_info"})
        told = Event(MORNING - timedelta(hours=3), "complaint.informed", {"now": "investigating"})
        case = TestTold.case(Limit(2, "bd"), "2026-11-21T09:00")
        assert case.due(*timeline.rests([asked, told], MORNING)) == case.undisturbed


class TestClosing:
    @settings(max_examples=100)
    @given(calendars())
    def test_is_the_end_of_the_last_stretch_of_work_of_the_day(self, drawn: tuple[Calendar, datetime]) -> None:
        calendar, moment = drawn
        watcher = Watcher(calendar)
        day = watcher.oracle.wall(moment - STEP if watcher.is_open(moment - STEP) else moment).date()
        steps = [moment + n * STEP for n in range(-DAY - 24, DAY + 24)]
        worked = [step for step in steps if watcher.oracle.wall(step).date() == day and watcher.is_open(step)]
        assert calendar.closing(moment) == (worked[-1] + STEP if worked else moment)

    def test_midnight_as_a_closing_time_belongs_to_the_day_that_ends(self) -> None:
        calendar = Calendar(ZoneInfo("Asia/Tehran"), dict.fromkeys(range(7), hours("16:00-24:00")))
        midnight = tehran("2026-11-22T00:00")
        assert calendar.closing(midnight) == midnight


class TestWithin:
    HOURS = ("09:00-21:00", "08:30-12:15", "06:00-24:00", "00:00-24:00", "00:00-07:00")

    @settings(max_examples=200)
    @given(calendars(), st.sampled_from(HOURS))
    def test_is_the_next_moment_of_those_hours(self, drawn: tuple[Calendar, datetime], text: str) -> None:
        calendar, moment = drawn
        ((opening, closing),) = hours(text)
        oracle, found = Oracle(calendar), moment
        while not (opening <= (wall := oracle.wall(found).time()) and (not closing.hour or wall <= closing)):
            found += STEP
        assert calendar.within(moment, (opening, closing)) == found

    def test_holidays_and_weekends_do_not_matter(self) -> None:
        calendar = Calendar(ZoneInfo("Asia/Tehran"), {0: OFFICE}, is_holiday=lambda _day: True)
        (allowed,) = hours("09:00-21:00")
        assert calendar.within(tehran("2026-11-27T21:01"), allowed) == tehran("2026-11-28T09:00")
        assert calendar.within(tehran("2026-11-27T21:00"), allowed) == tehran("2026-11-27T21:00")

    def test_never_goes_back_to_the_first_of_two_equal_hours(self) -> None:
        london = Calendar(ZoneInfo("Europe/London"), {0: OFFICE})
        second = at("Europe/London", "2026-10-25T01:15").replace(fold=1)
        (allowed,) = hours("01:30-05:00")
        assert london.within(second, allowed) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
