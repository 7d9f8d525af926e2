"""The machine: every pair of stage and event is either in the table and reached, or refused."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice import complaints, errors
from backoffice.lifecycle import MOVES, move
from backoffice.stages import STANDINGS, Event, Stage
from tests.backoffice.conftest import CUSTOMER, HANDLER, VERBS, Scene

FORBIDDEN = [pair for pair in itertools.product(Stage, Event) if pair not in MOVES]

reached: set[tuple[Stage, Event]] = set()


class TestTable:
    def test_every_stage_says_what_it_means(self) -> None:
        assert set(STANDINGS) == set(Stage)

    def test_no_stage_is_a_dead_end(self) -> None:
        assert {stage for stage, _event in MOVES} == set(Stage)

    @pytest.mark.parametrize(("stage", "event"), FORBIDDEN)
    def test_what_is_not_in_it_is_refused(self, scene: Scene, stage: Stage, event: Event) -> None:
        case = scene.case(scene.complaint(scene.customer()))
        case.stage = stage
        with scene.office.work() as work, pytest.raises(errors.IllegalMove):
            move(work, case, event)

    def test_an_old_turn_is_stale(self, scene: Scene) -> None:
        case = scene.case(scene.complaint(scene.customer()))
        with scene.office.work() as work, pytest.raises(errors.Stale):
            move(work, case, Event.WITHDRAWN, turn=case.turn - 1)


class TestWalk:
    """Random lives, through the use-cases that people call."""

    @settings(
        max_examples=60, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.sampled_from([*CUSTOMER, *HANDLER]), min_size=4, max_size=14))
    def test_a_life_never_leaves_the_table(self, scene: Scene, verbs: list[str]) -> None:
        customer, handler = self._people(scene)
        code = scene.complaint(customer)
        for verb in verbs:
            before = scene.case(code)
            try:
                with scene.acting(customer if verb in CUSTOMER else handler) as work:
                    VERBS[verb](work, complaints.find(work, code))
            except errors.OfficeError:
                after = scene.case(code)
                assert (after.stage, after.turn) == (before.stage, before.turn)
        self._note(scene, code)

    def test_every_row_of_the_table_was_reached(self, scene: Scene) -> None:
        """The walk is random; the lives that it may miss are told here, and then nothing may be left."""
        customer, handler = self._people(scene)
        for life in (
            ["take", "ask", "add", "refund", "refuse", "refund", "accept", "carry_out", "deny", "carry_out", "confirm"],
            ["take", "apologise", "accept", "reopen"],
            ["withdraw"],
            ["take", "withdraw"],
            ["assess", "contain", "withdraw"],
            ["take", "ask", "withdraw"],
            ["take", "reject", "withdraw"],
            ["take", "refund", "accept", "withdraw"],
            ["take", "refund", "accept", "carry_out", "withdraw"],
        ):
            code = scene.complaint(customer)
            for verb in life:
                with scene.acting(customer if verb in CUSTOMER else handler) as work:
                    VERBS[verb](work, complaints.find(work, code))
            self._note(scene, code)
        supervisor, code = scene.staff("supervisor"), scene.complaint(customer)
        for who, verb in ((supervisor, "assess"), (customer, "withdraw")):  # assessed for an owner who has not started
            with scene.acting(who) as work:
                VERBS[verb](work, complaints.find(work, code))
        self._note(scene, code)
        for silence in (
            ["take", "ask"],
            ["assess", "ask"],
            ["take", "refund"],
            ["take", "refund", "accept", "carry_out"],
        ):
            code = scene.complaint(customer)
            for verb in silence:
                scene.act(customer if verb in CUSTOMER else handler, code, VERBS[verb])
            scene.deliver()
            scene.live(scene.clock() + timedelta(days=20))
            self._note(scene, code)
        missing = sorted(set(MOVES) - reached)
        print("never reached:", missing)
        assert not missing

    def _people(self, scene: Scene) -> tuple[int, int]:
        return scene.customer(), scene.staff("handler", capacity=10_000)

    def _note(self, scene: Scene, code: str) -> None:
        with scene.office.look() as work:
            from storage.journal import history

            for event in history(work.db, scene.case(code).id):
                if "was" in event.facts and event.event.startswith("complaint.") and "now" in event.facts:
                    reached.add((Stage(event.facts["was"]), Event(event.event.removeprefix("complaint."))))
