"""What recurs is told once a month to those who can change it, with cases that they may read."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import complaints, errors, rights, schedule
from backoffice.figures.indicators import is_rising
from backoffice.learning import recurrence
from storage.figures import Alarm
from tests.backoffice.conftest import Scene
from tests.backoffice.learning import finds, found

DAY = timedelta(days=1)
CAUSE = "supplier.logistics"


def alarms(scene: Scene) -> list[Alarm]:
    with scene.office.look() as work:
        return list(work.db.exec(select(Alarm)))


def told(scene: Scene, who: int) -> int:
    """How many alarms have reached somebody."""
    return sum(each.to == who and each.template == "recurring" for each in scene.post)


def happen(scene: Scene, handler: int, times: int, cause: str = CAUSE) -> list[str]:
    """So many complaints that are closed, and have this cause."""
    codes = []
    for _each in range(times):
        customer = scene.customer()
        codes.append(scene.answered(customer, handler, decision="not_upheld", remedy="none"))
        scene.act(customer, codes[-1], complaints.accept)
        finds(scene, handler, codes[-1], found(cause=cause))
    return codes


def pass_an_hour(scene: Scene) -> None:
    scene.clock.now += timedelta(hours=1)
    schedule.tick(scene.office)
    scene.clock.now += timedelta(minutes=5)
    scene.tick()


@pytest.fixture
def handler(scene: Scene) -> int:
    return scene.staff("handler")


class TestRule:
    @pytest.mark.parametrize(
        ("now", "before", "rising"),
        [(3, 6, True), (3, 7, False), (4, 8, True), (2, 1, False), (3, 1, True), (9, 0, False), (0, 0, False)],
    )
    def test_half_as_often_again_as_on_average(self, now: int, before: int, rising: bool) -> None:
        assert is_rising(now, before) is rising


class TestAlarm:
    def test_a_cause_that_comes_often_alarms_its_unit_and_the_managers_once(self, scene: Scene, handler: int) -> None:
        supervisor, other = scene.staff("supervisor"), scene.staff("supervisor", department="product")
        manager = scene.staff("complaints_manager", department=None)
        happen(scene, handler, 4)
        pass_an_hour(scene)
        assert alarms(scene) == []
        happen(scene, handler, 1)
        for _hour in range(3):
            pass_an_hour(scene)
        (alarm,) = alarms(scene)
        assert (alarm.what, alarm.code, alarm.department, alarm.count, alarm.before) == (
            "cause", CAUSE, "delivery", 5, 0,
        )  # fmt: skip
        assert [told(scene, who) for who in (supervisor, manager, other, handler)] == [1, 1, 0, 0]
        happen(scene, handler, 3)
        pass_an_hour(scene)
        assert len(alarms(scene)) == 1

    def test_the_next_month_it_is_told_again(self, scene: Scene, handler: int) -> None:
        scene.staff("complaints_manager", department=None)
        for _month in range(2):
            happen(scene, handler, 5)
            pass_an_hour(scene)
            scene.clock.now += 30 * DAY
        assert [each.count for each in alarms(scene) if each.what == "cause"] == [5, 5]

    def test_what_grew_by_half_is_told_though_it_is_rare(self, scene: Scene, handler: int) -> None:
        scene.staff("complaints_manager", department=None)
        happen(scene, handler, 2)
        pass_an_hour(scene)
        scene.clock.now += 30 * DAY
        happen(scene, handler, 3)
        pass_an_hour(scene)
        assert [(each.count, each.before) for each in alarms(scene)] == [(3, 2)]

    def test_a_category_alarms_only_when_it_grows(self, scene: Scene, handler: int) -> None:
        scene.staff("complaints_manager", department=None)
        for count in (5, 5, 5, 5, 8):
            for _each in range(count):
                scene.complaint(scene.customer())
            pass_an_hour(scene)
            scene.clock.now += 29 * DAY
        found = alarms(scene)
        assert [(each.what, each.code, each.department, each.count, each.before) for each in found] == [
            ("category", "delivery.late", "delivery", 8, 15)
        ]

    def test_its_cases_are_those_that_the_reader_may_open(self, scene: Scene, handler: int) -> None:
        manager = scene.staff("complaints_manager", department=None)
        other = scene.staff("supervisor", department="product")
        codes = happen(scene, handler, 6)
        pass_an_hour(scene)
        (alarm,) = alarms(scene)
        with scene.acting(manager) as work:
            found = recurrence.cases(work, alarm)
            assert [case.code for case in found] == codes[:0:-1]
            assert all(rights.may(work.actor, "read", case) for case in found)
        with scene.acting(other) as work:
            assert recurrence.cases(work, alarm) == []
        with scene.acting(handler) as work, pytest.raises(errors.NotAllowed):
            recurrence.find(work, alarm.id)
