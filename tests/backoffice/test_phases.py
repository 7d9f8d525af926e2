"""The life of a review: every pair of phase and step is in the table and reached, or refused."""

import itertools

import pytest

from backoffice import complaints, errors, phases
from backoffice.lifecycle import MOVES as STAGES
from backoffice.phases import CAUSED, ENDS, MOVES, Phase, Step, advance
from backoffice.stages import OPEN, STANDINGS, Event, Stage
from storage.complaints import Complaint
from storage.journal import history
from storage.reviews import Review
from tests.backoffice.conftest import Desk, Scene

FORBIDDEN = [pair for pair in itertools.product(Phase, Step) if pair not in MOVES]
#: From each phase by each event that moves it.
LIVES = {
    (Phase.DRAFT, Event.REVIEW_REQUESTED): "take reject ask_review",
    (Phase.IN_COMMITTEE, Event.REVIEWED): "take reject ask_review vote",
    (Phase.REQUESTED, Event.ANSWERED): "take reject LONG ask_review solve",
    (Phase.DECIDED, Event.ACCEPTED): "take reject ask_review vote accept",
    (Phase.DECIDED, Event.ROUTES_OFFERED): "take reject ask_review vote refuse",
    (Phase.DECIDED, Event.LAPSED): "take reject ask_review vote LONG",
    (Phase.REQUESTED, Event.WITHDRAWN): "take reject LONG ask_review withdraw",
    (Phase.IN_COMMITTEE, Event.WITHDRAWN): "take reject ask_review withdraw",
    (Phase.DECIDED, Event.WITHDRAWN): "take reject ask_review vote withdraw",
    (Phase.REQUESTED, Event.REVIEW_ENDED): "take reject LONG ask_review withdraw_review",
    (Phase.IN_COMMITTEE, Event.REVIEW_ENDED): "take reject ask_review withdraw_review",
    (Phase.REQUESTED, Event.ROUTES_OFFERED): "take reject LONG ask_review not_admit",
    (Phase.IN_COMMITTEE, Event.ROUTES_OFFERED): "take reject ask_review LONG",
}


def review_of(scene: Scene, code: str, stage: Phase) -> tuple[Complaint, Review]:
    case = scene.case(code)
    review = Review(complaint_id=case.id, stage=stage, trigger="answer", came_from=case.stage, begun_at=scene.clock())
    return case, review


@pytest.fixture
def crowd(scene: Scene) -> Desk:
    """A desk that can take all the cases of a test; the manager admits late requests, and others review."""
    handler, supervisor = scene.staff("handler", capacity=10_000), scene.staff("supervisor")
    desk = Desk(scene, handler, supervisor, scene.customer(), "")
    desk.manager = scene.staff("dispute_manager", department=None)
    scene.staff("seat_legal", department=None)
    return desk


class TestTable:
    @pytest.mark.parametrize(("phase", "step"), FORBIDDEN)
    def test_what_is_not_in_it_is_refused(self, desk: Desk, phase: Phase, step: Step) -> None:
        case, review = review_of(desk.scene, desk.code, phase)
        for why in sorted({each for ends in ENDS.values() for each in ends}):
            with desk.scene.office.work() as work, pytest.raises(errors.IllegalMove):
                advance(work, case, review, step, why)
        assert review.stage == phase

    @pytest.mark.parametrize("phase", ENDS)
    def test_it_ends_for_the_reasons_of_its_phase_and_for_no_other(self, desk: Desk, phase: Phase) -> None:
        others = {each for ends in ENDS.values() for each in ends} - set(ENDS[phase])
        for why in ("", "whatever", *sorted(others)):
            case, review = review_of(desk.scene, desk.code, phase)
            with desk.scene.office.work() as work, pytest.raises(errors.IllegalMove):
                advance(work, case, review, Step.ENDED, why)

    def test_from_every_phase_it_can_come_to_its_end(self) -> None:
        leads = {phase: {goal for (was, _step), goal in MOVES.items() if was is phase} for phase in Phase}
        assert [phase for phase, goals in leads.items() if not goals] == [Phase.CLOSED]
        assert set(ENDS) == {was for (was, step) in MOVES if step is Step.ENDED}

    def test_what_the_case_causes_is_in_the_table(self) -> None:
        assert all((phase, step) in MOVES for (phase, _event), (step, _why) in CAUSED.items())
        assert set(LIVES) == set(CAUSED)


class TestWalk:
    @pytest.mark.parametrize("pair", CAUSED)
    def test_every_move_of_the_case_that_moves_it_was_reached(self, crowd: Desk, pair: tuple[Phase, Event]) -> None:
        phase, event = pair
        crowd.code = crowd.scene.complaint(crowd.customer)
        crowd.live(LIVES[pair])
        with crowd.scene.office.look() as work:
            log = history(work.db, crowd.case.id)
        moved = max(place for place, each in enumerate(log) if each.event == f"complaint.{event}")
        step, why = CAUSED[pair]
        followed = next(each for each in log[moved:] if each.event == f"review.{step}")
        assert (followed.facts["was"], followed.facts["now"]) == (phase, MOVES[phase, step])
        ended = crowd.scene.review(crowd.code).ended
        assert ended in ENDS[phase] if step is Step.ENDED else ended is None
        assert not why or ended == why
        running = crowd.case.review_id is not None
        assert running is (MOVES[phase, step] is not Phase.CLOSED)

    def test_whoever_sat_leaves_the_file_when_it_is_over(self, desk: Desk) -> None:
        desk.live("COMMITTEE take reject ask_review")
        members = desk.scene.sitting(desk.code)
        desk.live("vote vote vote")
        assert (desk.case.panel, desk.case.barred) == ({}, {})
        for member in members:
            assert desk.scene.told(member)[-1] == "review_over"
            with desk.scene.acting(member) as work, pytest.raises(errors.NotFound):
                complaints.find(work, desk.code)


class TestNoDeadEnd:
    """S27: wherever a case stands, its complainant can do something, or the desk must, by a date."""

    OF_THE_CUSTOMER = frozenset(
        {Event.WITHDRAWN, Event.ACCEPTED, Event.REFUSED, Event.CONFIRMED, Event.DENIED, Event.REOPENED, Event.INFORMED,
         Event.REVIEW_REQUESTED, Event.DECLINED, Event.ROUTES_OFFERED, Event.SUBMITTED}
    )  # fmt: skip

    @pytest.mark.parametrize("stage", Stage)
    def test_in_every_stage_the_complainant_has_a_move(self, stage: Stage) -> None:
        assert {event for was, event in STAGES if was is stage} & self.OF_THE_CUSTOMER
        assert stage not in OPEN or STANDINGS[stage].deadline

    def test_every_stage_can_be_closed_and_every_closing_can_be_left(self) -> None:
        leads = {
            stage: {goal for (was, _), goals in STAGES.items() if was is stage for goal in goals} for stage in Stage
        }
        for start in Stage:
            seen, todo = {start}, [start]
            while todo:
                new = leads[todo.pop()] - seen
                seen |= new
                todo += new
            assert seen >= {Stage.CLOSED, Stage.INVESTIGATING, Stage.IN_REVIEW, Stage.IN_DISPUTE}, start


def test_a_step_of_another_moment_is_stale(desk: Desk) -> None:
    desk.live("take reject ask_review")
    with desk.scene.office.look() as work, pytest.raises(errors.Stale):
        phases.running(work, work.db.get_one(Complaint, desk.case.id), Phase.REQUESTED)
