"""Random lives: whatever people do, in whatever order, and however long nothing happens, the clocks stay in step."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import clocks, errors, schedule, targets
from backoffice.stages import STANDINGS, Stage
from backoffice.targets import TARGETS
from storage.clocks import Deadline
from tests.backoffice.conftest import VERBS, Scene, doer, opened
from tests.stress import times

#: What happens besides what people do: minutes pass, and the tick finds them gone; or it ticks all the way.
SLEEPS = st.sampled_from([1, 29, 31, 60, 7 * 60, 24 * 60, 3 * 24 * 60, 9 * 24 * 60, 40 * 24 * 60]).map(
    lambda minutes: ("sleep", minutes)
)
LIVES = st.sampled_from([30, 24 * 60, 5 * 24 * 60, 12 * 24 * 60]).map(lambda minutes: ("live", minutes))
ARRIVES = st.just(("deliver", 0))
DEEDS = st.sampled_from(sorted(VERBS)).map(lambda verb: (verb, 0))
TO_WORK = st.sampled_from(
    ["take", "take ask", "take refund", "take refund refuse", "take refund accept", "take refund accept carry_out",
     "take reject", "assess", "take ask add", "take apologise accept reopen", "", "take reject ask_review",
     "take reject ask_review vote", "take declare"]
)  # fmt: skip


def happens(scene: Scene, code: str, people: dict[str, int], what: str, minutes: int) -> None:
    until = scene.clock() + timedelta(minutes=minutes)
    if what == "sleep":
        scene.clock.now = until
        scene.tick(deliver=False)
    elif what == "live":
        scene.live(until)
    elif what == "deliver":
        scene.deliver()
    else:
        try:
            scene.act(doer(scene, code, what, **people), code, VERBS[what])
        except errors.OfficeError:
            return  # not in this stage; what it must not do is leave half of itself behind


def in_step(scene: Scene, code: str) -> None:
    """What must hold at any moment."""
    case, limits = scene.case(code), scene.limits(code)
    running = {each.target: each for each in limits if each.ended is None}
    standing = STANDINGS[Stage(case.stage)]
    rests = standing.turn == "customer"
    assert len(running) == len([each for each in limits if each.ended is None]), "two of one name"
    windows = [name for name in running if TARGETS[name].window]
    if not (windows == ["review_answer"] and case.stage == Stage.ANSWERED):
        assert windows == ([standing.deadline] if rests else [])
    assert all(each.ended_at and each.next_at is None for each in limits if each.ended is not None)
    if Stage(case.stage) is Stage.CLOSED:
        assert set(running) <= set(targets.OF_LEARNING)
    else:
        assert not set(running) & set(targets.OF_LEARNING)
    main = [each for name, each in running.items() if TARGETS[name].main]
    late = running.get("late_answer")
    assert len(main) == 1 or rests or Stage(case.stage) is Stage.CLOSED
    if Stage(case.stage) is Stage.IN_REVIEW:
        assert {each.target for each in main} <= {"review_admissibility", "review_decision"}
    else:
        assert not set(running) & set(targets.OF_REVIEW)
    assert case.due_at == (main[0].due_at if main and not rests else None)
    assert case.promised_at == (late.due_at if late and main and not rests else None)
    assert case.contain_by == (running["containment"].due_at if "containment" in running else None)
    for each in running.values():
        nobody_forgets(scene, each, rests=rests)


def nobody_forgets(scene: Scene, row: Deadline, *, rests: bool) -> None:
    """The tick will look at it again, unless the customer has the ball or nothing is left to do."""
    steps = clocks.steps_of(scene.office.organisation, row.target)
    if TARGETS[row.target].window:
        assert row.next_at is not None or row.started_at is None, row
    elif rests and row.target not in targets.RUNS_ON:
        assert row.next_at is None, row
    else:
        assert row.next_at is not None or row.step == len(steps), row


def after_a_tick(scene: Scene, code: str) -> None:
    """Nothing that was due is left, what is missed is known, and nobody is left without a date."""
    scene.tick(deliver=False)  # what has just arrived may have made something due
    case, now = scene.case(code), scene.clock()
    rests = STANDINGS[Stage(case.stage)].turn == "customer"
    for each in scene.running(code):
        assert each.next_at is None or each.next_at > now, each
        if TARGETS[each.target].main and not rests:
            assert each.due_at
            assert each.due_at > now or each.breached_at
            assert max(each.due_at, case.promised_at or each.due_at) > now, "the customer has no date"
    with scene.office.look() as work:
        assert schedule.lateness(work) == 0


@pytest.mark.stress
@settings(max_examples=times(25, 800))
@given(TO_WORK, st.lists(st.one_of(DEEDS, DEEDS, SLEEPS, LIVES, ARRIVES), min_size=3, max_size=14))
def test_a_life(start: str, life: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
        people = {"customer": scene.customer(), "handler": scene.staff("handler"), "manager": 0}
        scene.staff("supervisor")
        people["manager"] = scene.staff("complaints_manager", department=None)
        code = scene.complaint(people["customer"])
        for what, minutes in [*((verb, 0) for verb in start.split()), *life]:
            happens(scene, code, people, what, minutes)
            in_step(scene, code)
            if what in ("sleep", "live"):
                after_a_tick(scene, code)


@pytest.mark.stress
@settings(max_examples=times(12, 400))
@given(TO_WORK, st.lists(st.one_of(DEEDS, LIVES), max_size=8))
def test_a_life_that_is_read_again_tells_the_same_dates(start: str, life: list[tuple[str, int]]) -> None:
    """The dates follow from the history: to count them anew moves none."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
        people = {"customer": scene.customer(), "handler": scene.staff("handler"), "manager": 0}
        code = scene.complaint(people["customer"])
        for what, minutes in [*((verb, 0) for verb in start.split()), *life]:
            happens(scene, code, people, what, minutes)
        before = dates(scene, code)
        with scene.office.work() as work:
            case = work.db.get_one(type(scene.case(code)), scene.case(code).id)
            if STANDINGS[Stage(case.stage)].clock:
                clocks.recount(work, case)
        assert dates(scene, code) == before


def dates(scene: Scene, code: str) -> list[object]:
    return [(each.target, each.due_at, each.next_at) for each in scene.running(code)]
