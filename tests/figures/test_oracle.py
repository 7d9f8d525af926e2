"""Every indicator against an independent computation, over years of complaints: equal to the last digit."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice import organisation
from backoffice.figures import feed
from backoffice.figures.facts import Kind as Counted
from backoffice.figures.indicators import INDICATORS, measure, vital_few
from backoffice.figures.reading import DIMENSIONS, EVERYTHING, Part, Reading
from backoffice.figures.values import Measured, Share
from backoffice.organisation import Organisation
from backoffice.periods import Kind, Period
from backoffice.work import Office
from storage.actions import Action, ActionRound
from storage.traffic import setting
from tests.backoffice.test_figures import recorded
from tests.databases import new_database
from tests.figures.oracle import FORMULAS, Oracle
from tests.figures.plain import Known, know
from tests.figures.writing import write
from tests.figures.years import years

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SINCE = date(2024, 8, 20)
KINDS: tuple[Kind, ...] = ("day", "week", "month", "year")
#: When a month or a year changes, and so many days after it that what came in then is of another age.
TURNS = [date(2025, 3, 21) + timedelta(days=days) for days in (-1, 0, 5, 10, 20, 30)]
COUNTED = {"# [counting]\n# customers": "[counting]\ncustomers"}
LONDON = {
    '"Asia/Tehran"': '"Europe/London"',
    '"ir_thu_fri"': '"international"',
    '"IR"         #': '"GB-ENG"     #',
    '"jalali"': '"gregorian"',
}


@dataclass
class Years:
    """A desk with years behind it, and what is known of them without asking it."""

    office: Office
    known: list[Known]

    def differences(self, period: Period, **part: Any) -> dict[str, tuple[Measured | None, Measured | None]]:
        """What the desk says of each indicator, and what it should say, where that is not the same."""
        oracle = Oracle(self.known, self.office.organisation, self.office.clock(), period, **part)
        right = {code: oracle.measure(code) for code in FORMULAS}
        told = self.measured(period, Part(**part))
        return {code: (told[code], right[code]) for code in FORMULAS if told[code] != right[code]}

    def measured(self, period: Period, part: Part = EVERYTHING) -> dict[str, Measured | None]:
        with self.office.look() as work:
            of = Reading(work, period, part)
            return {code: measure(of, code) for code in FORMULAS}

    def by(self, rules: Organisation) -> "Years":
        """The same years, counted otherwise."""
        return Years(Office(self.office.engine, rules, lambda: NOW), self.known)

    def period(self, kind: Kind, day: date) -> Period:
        return self.office.organisation.counting.containing(kind, day)


def rules(folder: Path, changes: dict[str, str]) -> Organisation:
    """The organisation that ships, with this instead of that in its file."""
    text = organisation.DEFAULT.read_text("utf-8")
    for was, becomes in changes.items():
        assert was in text
        text = text.replace(was, becomes, 1)
    file = folder / "organisation.toml"
    file.write_text(text, "utf-8")
    return organisation.load(file)


def lived(engine: Any, rules: Organisation, number: int, seed: int = 10002) -> Years:
    office = Office(engine, rules, lambda: NOW)
    lives = years(rules, number, SINCE, NOW, seed)
    write(office, lives)
    feed.rebuild(office)
    return Years(office, know(rules, lives))


def some_parts(dice: random.Random, known: list[Known]) -> Iterator[dict[str, Any]]:
    """All of the desk, and what has one or two properties that somebody has."""
    yield {}
    life = dice.choice(known).life
    names = (*DIMENSIONS, "business")
    yield {name: getattr(life, name) for name in dice.sample(names, dice.choice([1, 1, 2]))}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    folder = tmp_path_factory.mktemp("years")
    with new_database("sqlite", folder) as engine:
        yield lived(engine, rules(folder, COUNTED), 1500)


def test_every_formula_has_its_proof() -> None:
    """Those of actions, which belong to no case, have one of their own."""
    assert {*FORMULAS, "K35", "K36"} == {code for code, formula in INDICATORS.items() if formula}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("months", ["jalali", "gregorian"])
def test_years_are_counted_as_they_were(desk: Years, tmp_path: Path, months: str, kind: Kind) -> None:
    """Also the period that still runs, and one in which nothing happened."""
    worth = {"hour_cost = 0 ": "hour_cost = 333333 ", **COUNTED} if months == "jalali" else {}
    counted = desk.by(rules(tmp_path, {'"jalali"': f'"{months}"', **worth}))
    dice = random.Random(f"{months} {kind}")
    days = [*dice.sample(TURNS, 2), NOW.date(), SINCE + timedelta(days=dice.randrange(800)), date(2020, 3, 1)]
    for period in {counted.period(kind, day) for day in days}:
        for part in some_parts(dice, desk.known):
            assert (period, part, counted.differences(period, **part)) == (period, part, {})


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_what_came_is_told_apart_by_each_of_its_properties(desk: Years, dimension: str) -> None:
    for day in TURNS:
        period = desk.period("month", day)
        since, until = desk.office.organisation.counting.bounds(period)
        lives = (each.life for each in desk.known)
        right = Counter(
            getattr(each, dimension) for each in lives if each.received_at and since <= each.received_at < until
        )
        with desk.office.look() as work:
            assert (day, Reading(work, period).by(dimension, Counted.RECEIVED)) == (day, right)
        assert right


def test_nothing_is_equal_only_because_nothing_is_there(desk: Years) -> None:
    year, before = (desk.measured(desk.period("year", day)) for day in (date(2025, 9, 1), date(2020, 3, 1)))
    assert [code for code in FORMULAS if year[code] == before[code]] == []


def test_a_day_has_an_hour_more_or_less_where_the_clocks_change(tmp_path: Path) -> None:
    changes = [date(2025, 3, 30), date(2025, 10, 26), date(2026, 3, 29)]
    with new_database("sqlite", tmp_path) as engine:
        desk = lived(engine, rules(tmp_path, LONDON), 150)
        for kind in KINDS:
            for day in changes:
                period = desk.period(kind, day)
                assert (period, desk.differences(period)) == (period, {})


@pytest.mark.parametrize("seed", range(4))
def test_so_is_a_single_case(tmp_path: Path, seed: int) -> None:
    with new_database("sqlite", tmp_path) as engine:
        desk = lived(engine, organisation.load(), 1, seed)
        days = {move.at.date() for each in desk.known for move in each.life.moves}
        for day in sorted(days)[:3]:
            for kind in KINDS:
                assert (day, kind, desk.differences(desk.period(kind, day))) == (day, kind, {})


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9)))
def test_the_vital_few_are_the_smallest_set_that_makes_four_fifths(causes: dict[str, int]) -> None:
    few, total = vital_few(causes), sum(causes.values())
    enough = (size for size in range(7) for some in combinations(causes.values(), size) if 5 * sum(some) >= 4 * total)
    assert 5 * sum(causes[each] for each in few) >= 4 * total
    assert len(few) == next(enough)


def test_postgresql_counts_alike(tmp_path: Path) -> None:
    with new_database("postgresql", tmp_path) as engine:
        desk = lived(engine, organisation.load(), 150)
        night = datetime.combine(NOW.date(), time(2), desk.office.organisation.calendar.zone)
        with Office(engine, desk.office.organisation, lambda: night).work() as work:
            feed.check(work)
            assert setting(work.db, feed.CHECKED, "").value
        assert recorded(desk.office) == ["figures.rebuilt"]
        dice = random.Random(150)
        for kind in KINDS:
            for part in some_parts(dice, desk.known):
                period = desk.period(kind, dice.choice([*TURNS, NOW.date()]))
                assert (period, part, desk.differences(period, **part)) == (period, part, {})


class TestActions:
    """Of the rounds of actions: done by their date (K35), and found to have helped (K36)."""

    DAY = timedelta(days=1)

    def put(self, office: Office, number: int, unit: str | None, *rounds: dict[str, Any]) -> None:
        with office.work() as work:
            work.db.add(Action(id=number, number=f"ACT-{number}", kind="corrective", words="So.", department=unit,
                               source="alarm", made_at=NOW, state="open", due_at=NOW))  # fmt: skip
            work.db.flush()
            for place, each in enumerate(rounds, start=1):
                dates = {"begun_at": NOW, "first_due": NOW, "due_at": NOW - self.DAY}
                work.db.add(ActionRound(**{"action_id": number, "round": place, **dates, **each}))

    def test_are_counted_by_their_rounds(self, tmp_path: Path) -> None:
        early, late = NOW - 2 * self.DAY, NOW
        with new_database("sqlite", tmp_path) as engine:
            office = Office(engine, organisation.load(), lambda: NOW)
            for number in range(5):
                self.put(
                    office, 1 + number, "delivery", {"done_at": early, "checked_at": early, "verdict": "effective"}
                )
            self.put(
                office,
                6,
                "product",
                {"done_at": late, "checked_at": late, "verdict": "ineffective"},
                {"due_at": NOW + self.DAY},
            )
            self.put(office, 7, "product", {"done_at": None}, {"done_at": early, "void": True})
            desk = Years(office, [])
            for unit, in_time, effective in (
                (None, Share(5, 7), Share(5, 6)),
                ("delivery", Share(5, 5), Share(5, 5)),
                ("product", Share(0, 2), Share(0, 1)),
            ):
                with office.look() as work:
                    of = Reading(work, desk.period("month", NOW.date()), Part(department=unit))
                    assert (measure(of, "K35"), measure(of, "K36")) == (in_time, effective)
            with office.look() as work:
                of = Reading(work, desk.period("month", NOW.date()), Part(language="fa"))
                assert (measure(of, "K35"), measure(of, "K36")) == (None, None)
