"""The life of a dispute: every pair of phase and step, and of phase and move of its case, is reached or refused."""

import itertools

import pytest

from backoffice import errors
from backoffice.disputes import course
from backoffice.disputes.phases import (
    CAUSED,
    LONGER,
    MOVES,
    OPEN,
    PHASE_STANDINGS,
    RUNS,
    Phase,
    Step,
)
from backoffice.disputes.phases import (
    DECIDED as ENDED_DECIDED,
)
from backoffice.disputes.phases import (
    SETTLED as ENDED_SETTLED,
)
from backoffice.lifecycle import move, possible
from backoffice.stages import Event, Stage
from backoffice.targets import OF_DISPUTE, TARGETS
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute
from storage.journal import history
from tests.backoffice.conftest import Desk
from tests.backoffice.disputing import ADVISED, DECIDED, MEDIATED, SETTLED, Table, table

P, T, E = Phase, Step, Event
FAILED = f"{MEDIATED} they:end"
RECOMMENDED = f"{ADVISED} us:recommend"
#: How a case comes to each phase.
REACH = {
    P.OFFERED: "",
    P.NEGOTIATING: "negotiate",
    P.AWAITING_CONSENT: "choose",
    P.AWAITING_PROVIDER: "choose consent us:consent",
    P.IN_PROGRESS: MEDIATED,
    P.RECOMMENDED: RECOMMENDED,
    P.FAILED: FAILED,
    P.IMPLEMENTING: SETTLED,
    P.CONFIRMING: f"{SETTLED} us:fulfil",
}
#: And what then makes each step; here all of the life.
STEPS = {
    (P.OFFERED, T.NEGOTIATED): "negotiate",
    (P.FAILED, T.NEGOTIATED): f"{FAILED} negotiate",
    (P.OFFERED, T.CHOSEN): "choose",
    (P.FAILED, T.CHOSEN): f"{FAILED} choose",
    (P.AWAITING_CONSENT, T.CONSENTED): "choose us:consent consent",
    (P.AWAITING_CONSENT, T.REFUSED): "choose us:refuse_consent",
    (P.AWAITING_PROVIDER, T.ACCEPTED): MEDIATED,
    (P.AWAITING_PROVIDER, T.DECLINED): "choose consent us:consent they:not_take",
    (P.IN_PROGRESS, T.OBJECTED): f"{MEDIATED} us:object",
    (P.IN_PROGRESS, T.RECOMMENDED): RECOMMENDED,
    (P.NEGOTIATING, T.SETTLED): "negotiate us:propose agree",
    (P.IN_PROGRESS, T.SETTLED): SETTLED,
    (P.RECOMMENDED, T.SETTLED): f"{RECOMMENDED} agree us:agree",
    (P.OFFERED, T.DECIDED): "us:decide",
    (P.FAILED, T.DECIDED): f"{FAILED} us:decide",
    (P.IN_PROGRESS, T.DECIDED): f"{DECIDED} us:decide",
    (P.NEGOTIATING, T.FAILED): "negotiate us:leave",
    (P.IN_PROGRESS, T.FAILED): FAILED,
    (P.AWAITING_PROVIDER, T.FAILED): "choose consent us:consent leave",
    (P.RECOMMENDED, T.FAILED): f"{RECOMMENDED} disagree",
    (P.IMPLEMENTING, T.CARRIED_OUT): f"{SETTLED} us:fulfil",
    (P.IMPLEMENTING, T.APPEALED): f"{DECIDED} us:decide appeal",
    (P.CONFIRMING, T.DENIED): f"{SETTLED} us:fulfil deny",
    (P.CLOSED, T.REOPENED): f"{SETTLED} us:fulfil confirm reopen",
}
#: What its case does, and ends it by.
ENDS = {
    **{(phase, E.ANSWERED): f"{REACH[phase]} desk:refund" for phase in (P.OFFERED, P.FAILED)},
    **{(phase, E.REVIEW_REQUESTED): f"{REACH[phase]} desk:ask_review" for phase in (P.OFFERED, P.FAILED)},
    **{(phase, E.DECLINED): f"{REACH[phase]} decline_routes" for phase in (P.OFFERED, P.FAILED)},
    **{(phase, E.LAPSED): f"{REACH[phase]} SILENCE" for phase in (P.OFFERED, P.FAILED)},
    **{(phase, E.CONCLUDED): f"{REACH[phase]} us:dismiss" for phase in (P.OFFERED, P.FAILED)},
    (P.IN_PROGRESS, E.CONCLUDED): f"{DECIDED} us:dismiss",
    (P.CONFIRMING, E.CONCLUDED): f"{SETTLED} us:fulfil confirm",
    **{(phase, E.WITHDRAWN): f"{life} withdraw" for phase, life in REACH.items()},
}
BY_THE_CASE = {pair for pair in MOVES if pair[1] is T.ENDED}
FORBIDDEN = [pair for pair in itertools.product(Phase, Step) if pair not in MOVES or pair in BY_THE_CASE]
NOT_CAUSED = [pair for pair in itertools.product(OPEN, Event) if pair not in CAUSED]


@pytest.fixture
def found(desk: Desk) -> Table:
    return table(desk)


def put(work: Work, found: Table, phase: Phase) -> tuple[Complaint, Dispute]:
    """As if the dispute stood there."""
    case = work.db.get_one(Complaint, found.case.id)
    dispute = course.running(work, case)
    case.dispute_phase = dispute.phase = phase
    return case, dispute


def expected(phase: Phase, *, longer: bool) -> set[str]:
    if phase is P.IMPLEMENTING:
        return {"outcome"}
    return {LONGER.get(name, name) if longer else name for name in RUNS[phase]}


class TestTable:
    @pytest.mark.parametrize("phase", Phase)
    def test_what_is_not_in_it_is_refused(self, found: Table, phase: Phase) -> None:
        with found.scene.office.work() as work:
            case, dispute = put(work, found, phase)
            for step in [step for was, step in FORBIDDEN if was is phase]:
                with pytest.raises(errors.IllegalMove):
                    course.advance(work, case, step)
                assert dispute.phase == phase

    @pytest.mark.parametrize("phase", OPEN)
    def test_a_move_of_the_case_that_does_not_end_it_is_refused_while_it_runs(self, found: Table, phase: Phase) -> None:
        with found.scene.office.work() as work:
            case, _dispute = put(work, found, phase)
            for event in [event for was, event in NOT_CAUSED if was is phase]:
                assert not possible(case, event)
                with pytest.raises(errors.IllegalMove):
                    move(work, case, event)

    def test_every_pair_has_its_life(self) -> None:
        assert set(STEPS) == set(MOVES) - BY_THE_CASE
        assert set(ENDS) == set(CAUSED)
        assert set(REACH) == set(OPEN) == set(RUNS)

    def test_every_phase_says_what_it_means_and_what_runs(self) -> None:
        assert set(PHASE_STANDINGS) == set(Phase)
        for phase in OPEN:
            deadline = PHASE_STANDINGS[phase].deadline
            assert deadline in (*RUNS[phase], "outcome")
        assert {name for names in RUNS.values() for name in names} | set(LONGER.values()) <= set(OF_DISPUTE)
        assert set(OF_DISPUTE) <= set(TARGETS)

    def test_from_every_phase_it_can_come_to_its_end(self) -> None:
        assert {phase for phase, step in BY_THE_CASE} == set(OPEN)
        assert {phase for phase, event in CAUSED if event is E.WITHDRAWN} == set(OPEN)

    def test_without_a_dispute_there_is_nothing_to_move(self, found: Table) -> None:
        found.live("withdraw")
        with found.at(found.customer) as (work, case), pytest.raises(errors.Stale):
            course.advance(work, case, T.CHOSEN)

    def test_an_old_turn_is_stale(self, found: Table) -> None:
        with found.at(found.customer) as (work, case), pytest.raises(errors.Stale):
            course.advance(work, case, T.CHOSEN, turn=case.turn - 1)


class TestWalk:
    @pytest.mark.parametrize("pair", STEPS)
    def test_every_step_was_reached_by_what_people_do(self, found: Table, pair: tuple[Phase, Step]) -> None:
        phase, step = pair
        turns = found.case.turn
        found.live(STEPS[pair])
        with found.scene.office.look() as work:
            log = [each for each in history(work.db, found.case.id) if each.event.startswith("dispute.")]
        last = next(each for each in reversed(log) if each.event == f"dispute.{step}")
        assert (last.facts["was"], last.facts["now"]) == (phase, MOVES[pair])
        assert found.phase == found.dispute().phase == MOVES[pair]
        assert found.case.stage == Stage.IN_DISPUTE
        assert found.case.turn > turns

    @pytest.mark.parametrize("pair", ENDS)
    def test_with_the_move_of_its_case_it_ends(self, found: Table, pair: tuple[Phase, Event]) -> None:
        found.scene.staff("seat_legal", department=None)  # who can review it
        phase, event = pair
        found.live(ENDS[pair])
        with found.scene.office.look() as work:
            log = history(work.db, found.case.id)
        (moved,) = [place for place, each in enumerate(log) if each.event == f"complaint.{event}"][-1:]
        ended = next(each for each in log[moved:] if each.event == "dispute.ended")
        assert (ended.facts["was"], ended.facts["now"]) == (phase, P.CLOSED)
        dispute = found.dispute()
        assert dispute.ended == ended.facts["why"]
        assert dispute.ended == CAUSED[pair] or dispute.ended in (ENDED_SETTLED, ENDED_DECIDED)
        case = found.case
        assert (case.dispute_id, case.dispute_phase, case.resolver_id) == (None, None, None)
        assert not set(found.desk.running) & set(OF_DISPUTE)

    @pytest.mark.parametrize("phase", REACH)
    def test_in_every_phase_that_runs_which_it_names(self, found: Table, phase: Phase) -> None:
        found.live(REACH[phase])
        assert found.phase == phase
        running = found.desk.running
        assert set(running) == expected(phase, longer=False)
        standing = PHASE_STANDINGS[phase]
        assert standing.deadline in running
        assert (found.case.due_at is not None) is (phase is P.IMPLEMENTING)
        for name, row in running.items():
            assert row.next_at
            assert (row.started_at is None) is TARGETS[name].window
        found.scene.deliver()
        assert all(row.started_at for row in found.desk.running.values()) or found.scene.told(found.customer)

    @pytest.mark.parametrize("life", [ADVISED, DECIDED])
    def test_who_recommends_or_decides_has_longer(self, found: Table, life: str) -> None:
        found.live(life)
        assert set(found.desk.running) == expected(P.IN_PROGRESS, longer=True)

    @pytest.mark.parametrize("life", REACH.values())
    def test_with_the_case_all_of_it_ends(self, found: Table, life: str) -> None:
        found.live(f"{life} withdraw")
        assert not found.desk.running
        assert (found.case.due_at, found.case.stage) == (None, Stage.CLOSED)
