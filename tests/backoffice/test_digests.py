"""Digests: who may have which, when they fall due, and that each is owed and made exactly once."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from backoffice import errors, schedule, team
from backoffice.figures import digests
from backoffice.figures.digests import RHYTHMS
from backoffice.figures.reading import Part
from backoffice.periods import Counting
from backoffice.work import Work
from storage.digests import DUE, MADE, PASSED, Digest, Subscription
from tests.backoffice.conftest import Scene

DAY = timedelta(days=1)
TEHRAN = ZoneInfo("Asia/Tehran")


def act(scene: Scene, who: int, verb: Callable[[Work], Any]) -> Any:
    with scene.acting(who) as work:
        return verb(work)


def owed(scene: Scene) -> list[Digest]:
    """Every digest there is, oldest first."""
    with scene.office.look() as work:
        return list(work.db.exec(select(Digest).order_by(col(Digest.id))))


def wanted(scene: Scene) -> list[Subscription]:
    with scene.office.look() as work:
        return list(work.db.exec(select(Subscription)))


def at(scene: Scene, text: str) -> None:
    scene.clock.now = datetime.fromisoformat(text).replace(tzinfo=TEHRAN)


@pytest.fixture
def manager(scene: Scene) -> int:
    at(scene, "2026-11-24T10:00")  # a Tuesday
    return scene.staff("complaints_manager", department=None)


class TestPart:
    """Whose figures somebody may see."""

    @pytest.mark.parametrize("role", ["complaints_manager", "top_management", "dispute_manager", "auditor"])
    def test_who_answers_for_the_desk_sees_all_and_each_unit(self, scene: Scene, role: str) -> None:
        who = scene.staff(role, department=None)
        assert act(scene, who, digests.part) == Part()
        assert act(scene, who, lambda work: digests.part(work, "product")) == Part(department="product")

    def test_a_supervisor_sees_the_own_unit_only(self, scene: Scene) -> None:
        who = scene.staff("supervisor", department="delivery")
        assert act(scene, who, digests.part) == Part(department="delivery")
        with pytest.raises(errors.NotAllowed):
            act(scene, who, lambda work: digests.part(work, "product"))

    def test_a_supervisor_of_all_units_sees_each(self, scene: Scene) -> None:
        who = scene.staff("supervisor", department=None)
        assert act(scene, who, digests.part) == Part()
        assert act(scene, who, lambda work: digests.part(work, "product")) == Part(department="product")

    @pytest.mark.parametrize("role", ["handler", "admin", "legal", "resolver"])
    def test_others_see_none(self, scene: Scene, role: str) -> None:
        with pytest.raises(errors.NotAllowed):
            act(scene, scene.staff(role), digests.of_actor)

    def test_a_unit_that_is_none_is_refused(self, scene: Scene, manager: int) -> None:
        with pytest.raises(errors.Invalid):
            act(scene, manager, lambda work: digests.part(work, "nowhere"))


class TestSubscribe:
    def test_the_first_tells_of_the_period_that_runs(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "week"))
        (found,) = wanted(scene)
        assert found.covers.isoformat() == "2026-11-21"  # a Saturday
        assert found.next_at.astimezone(TEHRAN).isoformat() == "2026-11-28T08:00:00+03:30"

    def test_a_month_is_one_of_the_organisation(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "month"))
        (found,) = wanted(scene)
        assert found.next_at.astimezone(TEHRAN).isoformat() == "2026-12-22T08:00:00+03:30"  # the first of Dey

    def test_twice_is_once(self, scene: Scene, manager: int) -> None:
        for _time in range(2):
            act(scene, manager, lambda work: digests.subscribe(work, "day", "delivery"))
        assert len(wanted(scene)) == 1

    def test_it_comes_at_the_readers_own_time(self, scene: Scene, manager: int) -> None:
        number = act(scene, manager, lambda work: digests.subscribe(work, "day")).id
        act(scene, manager, lambda work: digests.set_zone(work, "America/New_York"))
        act(scene, manager, lambda work: digests.set_hour(work, number, "17:00"))
        (found,) = wanted(scene)
        # the day is over at 20:30 UTC, which is half past three in the afternoon there
        assert found.next_at.astimezone(ZoneInfo("America/New_York")).isoformat() == "2026-11-24T17:00:00-05:00"

    @pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Asia", "+03:30", "\0"])
    def test_an_unknown_zone_is_refused(self, scene: Scene, manager: int, zone: str) -> None:
        with pytest.raises(errors.Invalid):
            act(scene, manager, lambda work: digests.set_zone(work, zone))

    def test_what_is_not_offered_is_refused(self, scene: Scene, manager: int) -> None:
        number = act(scene, manager, lambda work: digests.subscribe(work, "day")).id
        for verb in (
            lambda work: digests.subscribe(work, "year"),
            lambda work: digests.subscribe(work, "hour"),
            lambda work: digests.set_hour(work, number, "03:17"),
            lambda work: digests.toggle(work, number, "owner"),
        ):
            with pytest.raises(errors.Invalid):
                act(scene, manager, verb)

    def test_those_of_others_are_not_there(self, scene: Scene, manager: int) -> None:
        number = act(scene, manager, lambda work: digests.subscribe(work, "day")).id
        other = scene.staff("top_management", department=None)
        for verb in (
            lambda work: digests.unsubscribe(work, number),
            lambda work: digests.set_hour(work, number, "09:00"),
            lambda work: digests.toggle(work, number, "paper"),
        ):
            with pytest.raises(errors.Stale):
                act(scene, other, verb)

    @given(
        moment=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - of the wall there
        rhythm=st.sampled_from(RHYTHMS),
        zone=st.sampled_from(
            ["Asia/Tehran", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Dubai"]
        ),
        hour=st.sampled_from(digests.HOURS),
    )
    def test_it_is_due_within_a_day_of_the_end_at_that_time_there(
        self, moment: datetime, rhythm: str, zone: str, hour: str
    ) -> None:
        counting = Counting(TEHRAN, 5, "jalali")
        _since, over = counting.bounds(counting.at(rhythm, moment.replace(tzinfo=TEHRAN)))  # type: ignore[arg-type]
        due = digests._at(over, time.fromisoformat(hour), ZoneInfo(zone))
        assert over <= due < over + timedelta(hours=25)
        there = due.astimezone(ZoneInfo(zone))
        skipped = there.replace(tzinfo=None) != datetime.combine(there.date(), time.fromisoformat(hour))
        assert not skipped


class TestFallDue:
    def test_each_period_once(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "day"))
        for _hour in range(24 * 5):
            scene.clock.now += timedelta(hours=1)
            schedule.tick(scene.office)
        firsts = [each.first.isoformat() for each in owed(scene)]
        assert firsts == ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"]
        assert not any(each.brief for each in owed(scene))

    def test_after_an_outage_each_that_was_missed_and_pictures_of_the_newest(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "week"))
        scene.clock.now += timedelta(days=26)
        schedule.tick(scene.office)
        assert [(each.first.isoformat(), each.brief) for each in owed(scene)] == [
            ("2026-11-21", True), ("2026-11-28", True), ("2026-12-05", True), ("2026-12-12", False),
        ]  # fmt: skip

    def test_who_left_gets_none(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "day"))
        admin = scene.staff("admin", department=None)
        act(scene, admin, lambda work: team.dismiss(work, scene.person(manager).id))
        scene.clock.now += 3 * DAY
        schedule.tick(scene.office)
        assert (owed(scene), wanted(scene)) == ([], [])

    def test_who_blocked_the_bot_misses_those_of_that_time_and_no_others(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "day"))
        with scene.office.work() as work:
            work.db.merge(scene.person(manager)).unreachable_since = work.now
        scene.clock.now += DAY
        schedule.tick(scene.office)
        with scene.office.work() as work:
            work.db.merge(scene.person(manager)).unreachable_since = None
        scene.clock.now += DAY
        schedule.tick(scene.office)
        assert [each.state for each in owed(scene)] == [PASSED, DUE]

    def test_a_new_hour_moves_the_next_one_and_loses_none(self, scene: Scene, manager: int) -> None:
        number = act(scene, manager, lambda work: digests.subscribe(work, "day")).id
        at(scene, "2026-11-25T10:00")
        schedule.tick(scene.office)
        act(scene, manager, lambda work: digests.set_hour(work, number, "12:00"))
        for text in ("2026-11-25T13:00", "2026-11-26T11:00", "2026-11-26T13:00"):
            at(scene, text)
            schedule.tick(scene.office)
        assert [each.first.isoformat() for each in owed(scene)] == ["2026-11-24", "2026-11-25"]

    def test_the_demo_knows_when(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "day"))
        schedule.tick(scene.office)
        assert schedule.next_due(scene.office, scene.clock()) == wanted(scene)[0].next_at


class TestMade:
    def test_once(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "day"))
        scene.clock.now += DAY
        schedule.tick(scene.office)
        (digest,) = owed(scene)
        for expected in (True, False):
            with scene.office.work() as work:
                assert digests.made(work, digest.id, [], 0) is expected
        assert scene.told(manager) == ["digest"]
        assert owed(scene)[0].state == MADE

    def test_what_fails_is_tried_again_and_then_goes_without(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.ask(work, work.organisation.counting.at("week", work.now)))
        (digest,) = owed(scene)
        for pause in digests.PAUSES:
            with scene.office.work() as work:
                assert digests.to_make(work)
                assert digests.make_later(work, digest.id)
                assert digests.to_make(work) is None
            scene.clock.now += timedelta(seconds=pause)
        with scene.office.work() as work:
            assert not digests.make_later(work, digest.id)
            assert digests.made(work, digest.id, [], 5)
        assert owed(scene)[0].failed == 5

    def test_who_waits_comes_before_what_comes_by_itself(self, scene: Scene, manager: int) -> None:
        act(scene, manager, lambda work: digests.subscribe(work, "day"))
        scene.clock.now += DAY
        schedule.tick(scene.office)
        asked = act(scene, manager, lambda work: digests.ask(work, work.organisation.counting.at("day", work.now))).id
        with scene.office.look() as work:
            first = digests.to_make(work)
        assert first
        assert first.id == asked


class TestRead:
    def test_is_kept_once_and_the_action_in_words(self, scene: Scene, manager: int) -> None:
        period = act(scene, manager, lambda work: work.organisation.counting.at("week", work.now))
        number = act(scene, manager, lambda work: digests.ask(work, period)).id
        read = act(scene, manager, lambda work: digests.read(work, number)).read_at
        scene.clock.now += DAY
        assert act(scene, manager, lambda work: digests.read(work, number)).read_at == read
        found = act(scene, manager, lambda work: digests.act(work, number, "  We called the carrier.  "))
        assert (found.action, found.acted_at) == ("We called the carrier.", scene.clock())

    def test_nobody_reads_that_of_another(self, scene: Scene, manager: int) -> None:
        period = act(scene, manager, lambda work: work.organisation.counting.at("week", work.now))
        number = act(scene, manager, lambda work: digests.ask(work, period)).id
        other = scene.staff("complaints_manager", department=None)
        with pytest.raises(errors.Stale):
            act(scene, other, lambda work: digests.read(work, number))
        with pytest.raises(errors.NotAllowed):
            act(scene, scene.customer(), lambda work: digests.read(work, number))

    @pytest.mark.parametrize("words", ["", "   ", "x" * (digests.MAX_ACTION + 1)])
    def test_no_words_or_too_many_are_refused(self, scene: Scene, manager: int, words: str) -> None:
        period = act(scene, manager, lambda work: work.organisation.counting.at("week", work.now))
        number = act(scene, manager, lambda work: digests.ask(work, period)).id
        with pytest.raises(errors.Invalid):
            act(scene, manager, lambda work: digests.act(work, number, words))
