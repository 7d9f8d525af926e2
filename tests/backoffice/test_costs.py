"""What complaints cost: entered by who handles them, summed by currency, taken back by who entered it, in no log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backoffice import errors, periods
from backoffice.figures.indicators import measure
from backoffice.figures.reading import Reading
from backoffice.figures.values import Effort, Efforts, Sums, SumsByCause
from backoffice.learning import costs
from backoffice.learning.costs import Costs, parse_minutes
from backoffice.words import native_digits
from storage.costs import Expense
from tests.backoffice.conftest import Desk, Scene, opened
from tests.backoffice.learning import SUPPLIER, closed, events, finds, found

IN_WORDS = {
    "en": ("{h} h", "{h} hours", "{h} h {m} min", "{h}:{m:02}", "{h} hours and {m} minutes"),
    "fa": ("{h} ساعت", "{h}ساعت", "{h} ساعت و {m} دقیقه", "{h}:{m:02}", "{h} ساعت و {m}"),
    "ar": ("{h} ساعة", "{h} ساعات", "{h} ساعة و{m} دقيقة", "{h}:{m:02}", "{h} ساعات و {m} دقائق"),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path, request.param) as scene:
        yield scene


def spends(desk: Desk, who: int, *typed: str) -> None:
    for each in typed:
        desk.scene.act(who, desk.code, lambda work, case, words=each: costs.spend(work, case, words))  # type: ignore[misc]


def logs(desk: Desk, who: int, *typed: str) -> None:
    for each in typed:
        desk.scene.act(who, desk.code, lambda work, case, words=each: costs.log_time(work, case, words))  # type: ignore[misc]


def entered(desk: Desk, who: int) -> Costs:
    with desk.scene.acting(who) as work:
        return costs.of_case(work, desk.case)


def takes_back(desk: Desk, who: int, expense: int) -> None:
    desk.scene.act(who, desk.code, lambda work, case: costs.take_back(work, case, expense))


class TestEntries:
    def test_are_summed_by_currency_and_in_minutes(self, desk: Desk) -> None:
        spends(desk, desk.handler, "۱٬۵۰۰٬۰۰۰", "50 هزار تومان", "$ 12.50", "7 USD")
        logs(desk, desk.supervisor, "45", "۱:۳۰")
        told = entered(desk, desk.handler)
        assert [(each.text, each.currency) for each in told.amounts] == [("2000000", "IRR"), ("19.50", "USD")]
        assert told.minutes == 135

    def test_can_be_made_of_a_closed_case(self, desk: Desk) -> None:
        closed(desk)
        spends(desk, desk.handler, "100000")
        assert entered(desk, desk.handler).amounts[0].text == "100000"

    @pytest.mark.parametrize(("typed", "what"), [("much", "no_amount"), ("0", "not_positive"), ("10.5", "fractions")])
    def test_that_are_no_amount_leave_nothing_behind(self, desk: Desk, typed: str, what: str) -> None:
        with pytest.raises(errors.Invalid) as refusal:
            spends(desk, desk.handler, typed)
        assert refusal.value.facts["what"] == what
        assert entered(desk, desk.handler) == Costs((), 0, None)
        assert not events(desk.scene, desk.code, "cost.logged")

    def test_are_recorded_without_what_they_say(self, desk: Desk) -> None:
        spends(desk, desk.handler, "1234567 IRR")
        logs(desk, desk.handler, "77")
        takes_back(desk, desk.handler, 2)
        told = [(each.event, each.facts) for each in events(desk.scene, desk.code, "cost.logged", "cost.taken_back")]
        assert told == [
            ("cost.logged", {"kind": "remedy", "expense": 1}),
            ("cost.logged", {"kind": "time", "expense": 2}),
            ("cost.taken_back", {"kind": "time", "expense": 2}),
        ]

    def test_of_nobody_who_has_no_part_in_the_case(self, desk: Desk) -> None:
        stranger = desk.scene.staff("handler", department="product")
        with pytest.raises(errors.NotFound):
            logs(desk, stranger, "45")
        with pytest.raises(errors.NotAllowed):
            logs(desk, desk.customer, "45")
        with pytest.raises(errors.NotAllowed):
            entered(desk, desk.customer)


class TestTakingBack:
    def test_is_of_the_own_newest_entry_and_leaves_its_row(self, desk: Desk) -> None:
        logs(desk, desk.handler, "10", "20")
        logs(desk, desk.supervisor, "40")
        for number in (1, 3, 99):  # not the newest, somebody else's, none
            with pytest.raises(errors.Stale):
                takes_back(desk, desk.handler, number)
        takes_back(desk, desk.handler, 2)
        with pytest.raises(errors.Stale):
            takes_back(desk, desk.handler, 2)
        told = entered(desk, desk.handler)
        assert (told.minutes, told.last and told.last.id) == (50, 1)
        logs(desk, desk.handler, "5")  # a number is never another entry's
        last = entered(desk, desk.handler).last
        assert last is not None
        assert last.id == 4
        with desk.scene.office.look() as work:
            assert work.db.get_one(Expense, 2).taken_back_at == desk.scene.clock()

    def test_is_of_the_case_that_is_meant(self, desk: Desk) -> None:
        logs(desk, desk.handler, "10")
        other = desk.scene.complaint(desk.scene.customer())
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.supervisor, other, lambda work, case: costs.take_back(work, case, 1))
        assert entered(desk, desk.handler).minutes == 10


class TestFigures:
    def test_follow_what_is_entered_and_the_cause_however_late_it_is_found(self, desk: Desk) -> None:
        closed(desk, "low")
        spends(desk, desk.handler, "1500000", "20 USD")
        logs(desk, desk.handler, "90", "30")
        takes_back(desk, desk.handler, 4)
        assert told(desk) == (
            Sums({"IRR": 1_500_000_000, "USD": 20_000}, 1),
            SumsByCause({("IRR", ""): 1_500_000_000, ("USD", ""): 20_000}),
            Effort(5400, 1),
            Efforts({"": 5400}),
        )
        finds(desk.scene, desk.handler, desk.code, found(cause=SUPPLIER))
        assert told(desk)[1] == SumsByCause({("IRR", SUPPLIER): 1_500_000_000, ("USD", SUPPLIER): 20_000})
        assert told(desk)[3] == Efforts({SUPPLIER: 5400})

    def test_come_in_order_the_largest_of_each_currency_first(self, desk: Desk) -> None:
        spends(desk, desk.handler, "20 USD", "900 IRR")
        closed(desk, "low")
        finds(desk.scene, desk.handler, desk.code, found(cause=SUPPLIER))
        other = desk.scene.complaint(desk.scene.customer())
        for typed in ("30 USD", "100 IRR"):
            desk.scene.act(desk.supervisor, other, lambda work, case, words=typed: costs.spend(work, case, words))  # type: ignore[misc]
        by_cause = told(desk)[1]
        assert isinstance(by_cause, SumsByCause)
        assert [*by_cause.by] == [("IRR", SUPPLIER), ("IRR", ""), ("USD", ""), ("USD", SUPPLIER)]


def told(desk: Desk) -> tuple[object, ...]:
    """The indicators of the month, once the log has been heard."""
    for _tick in range(2):
        desk.scene.tick()
    with desk.scene.office.look() as work:
        month = work.organisation.counting.at("month", work.now)
        assert isinstance(month, periods.Period)
        return tuple(measure(Reading(work, month), code) for code in ("K33", "K33b", "K34", "K34b"))


class TestTyped:
    @given(st.integers(1, 23), st.integers(1, 59), st.sampled_from([*IN_WORDS]), st.integers(0, 4))
    def test_time_is_read_as_it_is_said(self, hours: int, minutes: int, language: str, shape: int) -> None:
        template = IN_WORDS[language][shape]
        typed = native_digits(template.format(h=hours, m=minutes), language)
        assert parse_minutes(typed) == 60 * hours + (minutes if "{m" in template else 0)

    @pytest.mark.parametrize(
        ("typed", "minutes"),
        [
            ("45", 45), (" ٤٥ ", 45), ("۹۰ دقیقه", 90), ("1.5 h", 90), ("۱٫۵ ساعت", 90), ("1,5h", 90), ("0.33 h", 20),
            ("ساعتان", 120), ("ساعة", 60), ("نصف ساعة", 30), ("نیم ساعت", 30), ("2 H", 120),
            ("24:00", 1440), ("24 h", 1440),
        ],
    )  # fmt: skip
    def test_in_these_ways_too(self, typed: str, minutes: int) -> None:
        assert parse_minutes(typed) == minutes

    @pytest.mark.parametrize(
        ("typed", "what"),
        [
            ("0", "not_positive"), ("0:00", "not_positive"), ("0 h", "not_positive"), ("24:01", "too_large"),
            ("1441", "too_large"), ("999999", "too_large"), ("25 h", "too_large"), ("", "no_time"), ("-5", "no_time"),
            ("1.5", "no_time"), ("1:75", "no_time"), ("an age", "no_time"), ("45 IRR", "no_time"),
            ("4" * 500, "no_time"), ("1e3", "no_time"), ("½ h", "no_time"), ("² h", "no_time"),
        ],
    )  # fmt: skip
    def test_else_it_is_refused(self, typed: str, what: str) -> None:
        with pytest.raises(errors.Invalid) as refusal:
            parse_minutes(typed)
        assert refusal.value.facts["what"] == what

    @given(st.text(alphabet="0123456789۱۲٣٤:.,- hmنساعةتهقید", max_size=30))
    @example("1:5")
    def test_whatever_is_typed_is_a_time_of_at_most_a_day_or_refused(self, typed: str) -> None:
        assert read(typed) in {*range(1, 24 * 60 + 1), "no_time", "not_positive", "too_large"}


def read(typed: str) -> int | str:
    """The minutes, or why it is refused."""
    try:
        return parse_minutes(typed)
    except errors.Invalid as refusal:
        return str(refusal.facts["what"])
