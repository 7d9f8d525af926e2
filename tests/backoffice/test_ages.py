"""The two clocks of a case: its whole age, and the part of it that was our working time."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import clocks, complaints, handling, timeline
from storage.clocks import of_case
from tests.backoffice.conftest import Scene
from tests.backoffice.test_timeline import DAY, STEP, Case, Watcher, cases


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 6 * DAY))
def test_our_time_is_every_working_minute_in_which_nobody_rested(case: Case, steps: int) -> None:
    end = case.start + steps * STEP
    watcher = Watcher(case.calendar)
    moments = [case.start + n * STEP for n in range(steps)]
    ours = [at for at in moments if watcher.is_open(at) and not any(a <= at < b for a, b in case.rested)]
    assert timeline.own_time(case.calendar, case.start, end, case.rested) == len(ours) * STEP


def test_a_question_that_is_answered_at_once_moves_no_date(scene: Scene) -> None:
    handler, customer = scene.staff("handler"), scene.customer()
    code = scene.complaint(customer)
    with scene.acting(handler) as work:
        case = complaints.find(work, code)
        handling.take(work, case)
        promised = case.due_at
        handling.ask(work, case, "Which door?")
    scene.clock.forward(seconds=40)
    with scene.acting(customer) as work:
        complaints.add(work, complaints.find_own(work, code), "The green one.")
    assert scene.case(code).due_at == promised


def test_what_came_after_a_limit_was_met_is_no_part_of_its_computation(scene: Scene) -> None:
    handler, customer = scene.staff("handler"), scene.customer()
    code = scene.complaint(customer)
    with scene.acting(handler) as work:
        case = complaints.find(work, code)
        handling.take(work, case)
        handling.ask(work, case, "Which door?")
    scene.clock.forward(days=2)
    with scene.acting(customer) as work:
        complaints.add(work, complaints.find_own(work, code), "The green one.")
    with scene.office.look() as work:
        found = {each.target: each for each in of_case(work.db, scene.case(code).id)}
        lines = {
            name: clocks.explained(work, found[name], work.history(scene.case(code)))
            for name in ("first_response", "final_response")
        }
    first, final = lines["first_response"], lines["final_response"]
    assert first is not None
    assert final is not None
    assert (first.rests, first.due) == ((), found["first_response"].due_at)
    assert (len(final.rests), final.due) == (1, found["final_response"].due_at)


def test_the_age_never_rests_and_our_clock_does(scene: Scene) -> None:
    handler, customer = scene.staff("handler"), scene.customer()
    code = scene.complaint(customer)  # a Saturday, 9:30 in Tehran
    with scene.acting(handler) as work:
        case = complaints.find(work, code)
        handling.take(work, case)
        handling.ask(work, case, "Which door?")
    scene.clock.forward(days=2)
    with scene.acting(customer) as work:
        complaints.add(work, complaints.find_own(work, code), "The green one.")
    scene.clock.forward(hours=3)
    with scene.office.look() as work:
        age, own = clocks.ages(work, scene.case(code), work.history(scene.case(code)))
    assert (age, own) == (timedelta(days=2, hours=3), timedelta(hours=3))
