"""The machine: every pair of stage and event is either in the table and reached, or refused."""

import itertools
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice import complaints, errors
from backoffice.lifecycle import MOVES, move
from backoffice.stages import STANDINGS, Event, Stage
from storage.journal import history
from tests.backoffice.conftest import VERBS, Desk, Scene
from tests.backoffice.disputing import Table
from tests.stress import times

FORBIDDEN = [pair for pair in itertools.product(Stage, Event) if pair not in MOVES]

ROWS = {(was, event, goal) for (was, event), goals in MOVES.items() for goal in goals}
#: Verbs as Desk.live knows them; who stands above does what comes after "S:", and time passes as it says;
#: SETTLE: both sides agree outside, and what was agreed is done.
LIVES = (
    "take ask add refund refuse refund accept carry_out deny carry_out confirm",
    "take apologise accept reopen",
    "withdraw",
    "take withdraw",
    "assess contain withdraw",
    "S:assess withdraw",  # for an owner who has not started
    "take ask withdraw",
    "take reject accept",
    "take reject withdraw",
    "take refund accept withdraw",
    "take refund accept carry_out withdraw",
    "take ask SILENCE",
    "assess ask SILENCE",
    "take refund SILENCE",
    "take refund accept carry_out SILENCE",
    # the second look
    "take reject ask_review vote accept",
    "take reject ask_review dismiss refuse SILENCE",
    "take reject ask_review dismiss SILENCE",
    "take reject ask_review withdraw_review",
    "take reject ask_review withdraw",
    "take reject ask_review SILENCE",
    "take reject LONG ask_review solve",
    "take reject LONG ask_review not_admit",
    "take reject accept ask_review withdraw_review",
    "SILENCE ask_review withdraw_review",
    "S:assess SILENCE ask_review withdraw_review",
    "take SILENCE ask_review withdraw_review",
    "take SILENCE ask ask_review withdraw_review",
    "take SILENCE refund accept ask_review withdraw_review",
    # the way outside
    "S:declare decline_routes",
    "S:assess S:declare withdraw",
    "take declare ask_review withdraw_review",
    "take declare refund",
    "take reject accept ROUTES SILENCE",
    "take declare SETTLE reopen",
)

reached: set[tuple[Stage, Event, Stage]] = set()


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

    @pytest.mark.stress
    @settings(
        max_examples=times(25, 600),
        deadline=timedelta(seconds=5),
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.sampled_from(["", "take reject", "take reject ask_review"]),
           st.lists(st.sampled_from([*VERBS]), min_size=4, max_size=14))  # fmt: skip
    def test_a_life_never_leaves_the_table(self, crowd: Desk, start: str, verbs: list[str]) -> None:
        crowd.code = crowd.scene.complaint(crowd.customer)
        crowd.live(start)
        for verb in verbs:
            before = crowd.case
            try:
                crowd.live(verb)
            except errors.OfficeError:
                assert (crowd.case.stage, crowd.case.turn) == (before.stage, before.turn)
        self._note(crowd)

    def test_every_row_of_the_table_was_reached(self, crowd: Desk) -> None:
        """The walk is random; the lives that it may miss are told here, and then nothing may be left."""
        for life in LIVES:
            crowd.code = crowd.scene.complaint(crowd.customer)
            for verb in life.split():
                self._happens(crowd, verb)
            self._note(crowd)
            with suppress(errors.OfficeError):  # what goes on would be reminded of through all the lives after it
                crowd.live("withdraw")
        missing = sorted(ROWS - reached)
        print("never reached:", missing)
        assert not missing
        assert reached <= ROWS

    def _happens(self, desk: Desk, verb: str) -> None:
        scene = desk.scene
        if verb == "SILENCE":
            scene.deliver()
            scene.live(scene.clock() + timedelta(days=50))
        elif verb == "ROUTES":
            with scene.acting(desk.customer) as work:
                complaints.ask_routes(work, complaints.find(work, desk.code))
        elif verb == "SETTLE":
            Table(desk, desk.manager, 0).live("negotiate propose us:agree us:fulfil confirm")
        elif verb.startswith("S:"):
            scene.act(desk.supervisor, desk.code, VERBS[verb.removeprefix("S:")])
        else:
            desk.live(verb)

    def _note(self, desk: Desk) -> None:
        with desk.scene.office.look() as work:
            for event in history(work.db, desk.case.id):
                if event.event.startswith("complaint.") and "now" in event.facts:
                    was, now = Stage(event.facts["was"]), Stage(event.facts["now"])
                    reached.add((was, Event(event.event.removeprefix("complaint.")), now))


@pytest.fixture
def crowd(scene: Scene) -> Desk:
    """A desk that can take all the cases of a test; the manager admits late requests, and others review."""
    handler, supervisor = scene.staff("handler", capacity=10_000), scene.staff("supervisor")
    desk = Desk(scene, handler, supervisor, scene.customer(), "")
    desk.manager = scene.staff("dispute_manager", department=None)
    scene.staff("seat_legal", department=None)
    return desk
