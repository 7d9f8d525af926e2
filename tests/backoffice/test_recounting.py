"""The open deadlines are counted anew in small parts, once for each calendar, and nothing holds them up."""

from pathlib import Path

import pytest

from backoffice import complaints, days, withdrawing
from storage.clocks import Deadline
from storage.complaints import Complaint
from storage.traffic import Setting
from tests.backoffice.conftest import Scene
from tests.backoffice.test_days import DAY, MON, SUN, another, close, due, facts, later, other_file, statements


@pytest.fixture
def admin(scene: Scene) -> int:
    return scene.staff("admin")


class TestBatches:
    def test_a_pass_goes_on_where_it_was_left_even_in_another_process(self, scene: Scene, admin: int) -> None:
        codes = [scene.complaint(scene.customer()) for _ in range(5)]
        scene.tick(deliver=False)
        was = [due(scene, code) for code in codes]
        close(scene, admin, MON)
        with scene.office.work() as work:
            assert days.recount(work, batch=2) == 2
        moved = [due(scene, code) > before for code, before in zip(codes, was, strict=True)]
        assert moved == [True, True, False, False, False]
        other = another(scene)
        for expected in (2, 1, 0, 0):
            with other.work() as work:
                assert days.recount(work, batch=2) == expected
        assert all(len(facts(scene, code, "deadline.recounted")) == 1 for code in codes)

    def test_a_day_that_is_set_meanwhile_begins_it_anew(self, scene: Scene, admin: int) -> None:
        codes = [scene.complaint(scene.customer()) for _ in range(3)]
        scene.tick(deliver=False)
        was = due(scene, codes[0])
        close(scene, admin, MON)
        with scene.office.work() as work:
            days.recount(work, batch=2)
        close(scene, admin, SUN)
        scene.tick(deliver=False)
        assert {due(scene, code) for code in codes} == {later(scene, was, 2)}

    def test_a_tick_after_which_nothing_changed_looks_and_leaves(self, scene: Scene) -> None:
        scene.complaint(scene.customer())
        scene.tick(deliver=False)
        with statements(scene.office) as said, scene.office.work() as work:
            assert days.recount(work) == 0
        assert len([each for each in said if each.startswith("SELECT")]) == 2
        assert not any(each.startswith(("UPDATE", "INSERT")) for each in said)

    def test_closed_cases_and_drafts_are_left_alone(self, scene: Scene, admin: int) -> None:
        customer = scene.customer()
        code = scene.complaint(customer)
        with scene.acting(customer) as work:
            withdrawing.withdraw(work, complaints.find_own(work, code))
        scene.tick(deliver=False)
        close(scene, admin, MON)
        with scene.office.work() as work:
            assert days.recount(work) == 0


class TestAnotherFile:
    def test_a_day_closed_in_the_file_counts_from_the_next_start(self, scene: Scene, tmp_path: Path) -> None:
        customer = scene.customer()
        code = scene.complaint(customer)
        scene.tick(deliver=False)
        was = due(scene, code)
        rules = other_file(tmp_path, "extra_closed = []", "extra_closed = [2026-11-23]")
        scene.office = another(scene, rules)
        scene.tick(deliver=False)
        assert due(scene, code) == later(scene, was)
        assert scene.told(customer)[-1] == "handling_changed"

    def test_a_file_that_differs_in_something_else_changes_nothing(self, scene: Scene, tmp_path: Path) -> None:
        scene.complaint(scene.customer())
        scene.tick(deliver=False)
        with scene.office.look() as work:
            before = work.db.get_one(Setting, days.COUNTED_BY).value
        scene.office = another(scene, other_file(tmp_path, "capacity = 25", "capacity = 26"))
        scene.tick(deliver=False)
        with scene.office.look() as work:
            assert work.db.get_one(Setting, days.COUNTED_BY).value == before

    def test_a_case_that_cannot_be_counted_holds_up_no_other(self, scene: Scene, admin: int, tmp_path: Path) -> None:
        first, second, third = (scene.complaint(scene.customer()) for _ in range(3))
        with scene.office.work() as work:
            case = work.db.get_one(Complaint, scene.case(second).id)
            work.db.add(Deadline(complaint_id=case.id, target="retired", urgency=1, severity="low",
                                 started_at=work.now, due_at=work.now + DAY))  # fmt: skip
        scene.tick(deliver=False)
        was = [due(scene, code) for code in (first, second, third)]
        close(scene, admin, MON)
        scene.tick(deliver=False)
        moved = [due(scene, code) > before for code, before in zip((first, second, third), was, strict=True)]
        assert moved == [True, False, True]
        assert facts(scene, second, "deadline.recount_failed")[-1] == {"error": "KeyError"}
        assert "recount_failed" in scene.told(admin)
