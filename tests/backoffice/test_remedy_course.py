"""The time of remedies that are carried out, what ends them, and that nobody is asked about them too soon."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice import delays, erasure, errors, remedies, withdrawing
from storage.complaints import Complaint, answers_of, entries_of
from tests.backoffice.agreeing import facts, letters
from tests.backoffice.carrying import (
    REFUND,
    REPLACEMENT,
    accepted,
    act,
    carries_out,
    denying,
    doing,
    due,
    found,
    gives,
    later,
    named,
    promised,
)
from tests.backoffice.conftest import Desk, opened
from tests.backoffice.conftest import desk as the_desk
from tests.backoffice.reviewing import hire
from tests.stress import times


@pytest.fixture
def finance(desk: Desk) -> int:
    """A colleague of another unit, who knows nothing of the case."""
    return desk.scene.staff("handler", department="finance")


class TestTime:
    def test_who_carries_it_out_is_reminded_and_when_it_is_overdue_the_ladder_once(
        self, desk: Desk, finance: int
    ) -> None:
        manager = hire(desk, "complaints_manager")
        first, second = accepted(desk, REFUND, REPLACEMENT)
        gives(desk, first, finance)
        desk.scene.live(due(desk, first))  # type: ignore[arg-type]
        assert [each.parts[0]["what"] for each in letters(desk, finance, "task_reminder")] == ["warned"]
        assert not letters(desk, desk.handler, "reminders")
        later(desk, days=3)
        assert [each.parts[0]["what"] for each in letters(desk, finance, "task_reminder")] == ["warned", "breached"]
        row = next(each for each in desk.scene.limits(desk.code) if each.task_id == first.id)
        for who in (desk.handler, desk.supervisor, manager):
            told = [part for each in letters(desk, who, "reminders") for part in each.parts]
            assert [part["deadline"] for part in told] == [row.id]
        assert row.breached_at
        assert due(desk, second) != due(desk, first)

    def test_the_customer_gets_a_new_date_for_each(self, desk: Desk) -> None:
        first, second = accepted(desk, named(desk, 2), named(desk, 4))
        desk.scene.live(due(desk, first))  # type: ignore[arg-type]
        assert desk.case.due_at == due(desk, first)
        assert promised(desk, first) == desk.scene.office.organisation.due("late_answer", "medium", desk.scene.clock())
        assert promised(desk, second) == due(desk, second)
        assert desk.case.promised_at == min(promised(desk, first), promised(desk, second))  # type: ignore[type-var]
        desk.scene.live(due(desk, second))  # type: ignore[arg-type]
        assert promised(desk, second) != due(desk, second)
        later(desk, hours=20)
        assert len(letters(desk, desk.customer, "answer_late")) == 2
        act(desk, desk.handler, doing(first))
        assert desk.case.promised_at == promised(desk, second)
        assert len([each for each in desk.scene.running(desk.code) if each.target == "late_answer"]) == 1

    def test_twice_as_late_as_it_may_be_the_next_way_is_open(self, desk: Desk) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        act(desk, desk.handler, doing(second))
        later(desk, days=15)
        assert desk.case.deadlock_trigger == "refund"
        assert letters(desk, desk.customer, "way_open")
        desk.live("ask_review")
        assert [each.ended for each in found(desk)] == ["review_requested", None]
        assert found(desk)[0].id == first.id

    def test_a_day_that_was_named_is_put_off_like_any_date(self, desk: Desk) -> None:
        (task,) = accepted(desk, named(desk, 3))
        before = due(desk, task)
        act(desk, desk.supervisor, lambda work, case: delays.ask_for_time(work, case, "The supplier is late."))
        assert due(desk, task) == desk.case.due_at != before
        (row,) = [each for each in desk.scene.running(desk.code) if each.task_id]
        assert (row.extended, row.fixed) == (True, True)

    def test_silence_confirms_all_of_it(self, desk: Desk) -> None:
        for task in accepted(desk, REFUND, REPLACEMENT):
            act(desk, desk.handler, doing(task))
        desk.scene.deliver()
        later(desk, days=20)
        assert (desk.case.stage, desk.case.closed_reason) == ("closed", "tacit")


class TestEnding:
    def test_withdrawn_nobody_has_to_do_it_any_more(self, desk: Desk, finance: int) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        gives(desk, second, finance)
        act(desk, desk.handler, doing(first))
        act(desk, desk.customer, withdrawing.withdraw)
        assert [(each.ended, each.done_at is None) for each in found(desk)] == [(None, False), ("withdrawn", True)]
        assert facts(desk, "remedy.ended") == [{"task": second.id, "why": "withdrawn"}]
        assert desk.scene.told(finance)[-1] == "task_over"
        with desk.scene.acting(finance) as work:
            assert remedies.mine(work) == []
            with pytest.raises(errors.RemedyRefused) as refusal:
                remedies.fulfil(work, work.db.get_one(Complaint, desk.case.id), "81", task_id=second.id)
        assert refusal.value.facts["why"] == "over"

    def test_reopened_it_is_answered_anew_and_its_old_tasks_rest(self, desk: Desk) -> None:
        accepted(desk, REFUND)
        desk.live("carry_out confirm reopen replace accept")
        first, second = found(desk)
        assert (first.done_at is not None, second.done_at, second.code) == (True, None, "replacement")
        with desk.scene.office.look() as work:
            assert [each.id for each in remedies.open_of(work, desk.case)] == [second.id]
        desk.live("carry_out confirm")
        assert desk.case.closed_reason == "resolved"

    def test_a_review_ends_what_is_left_and_a_withdrawn_one_brings_it_back(self, desk: Desk, finance: int) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        gives(desk, second, finance)
        act(desk, desk.handler, doing(first))
        later(desk, days=40)
        desk.live("ask_review")
        assert found(desk)[1].ended == "review_requested"
        assert not [each for each in desk.scene.running(desk.code) if each.task_id]
        desk.live("withdraw_review")
        assert (desk.case.stage, found(desk)[1].ended, found(desk)[1].owner_id) == (
            "implementing",
            None,
            desk.scene.person(finance).id,
        )
        assert desk.case.due_at == desk.scene.office.organisation.due("implementation", "medium", desk.scene.clock())
        carries_out(desk, finance, second)
        assert desk.case.stage == "confirming"

    def test_what_a_review_decides_takes_the_place_of_what_was_left(self, desk: Desk) -> None:
        hire(desk, "seat_legal")
        first, _second = accepted(desk, REFUND, REPLACEMENT)
        act(desk, desk.handler, doing(first))
        later(desk, days=40)
        desk.live("ask_review vote accept")
        assert [each.ended for each in found(desk)] == [None, "review_requested", None]
        desk.live("carry_out")
        assert desk.case.stage == "confirming"

    def test_erased_the_remedies_keep_no_words(self, desk: Desk) -> None:
        accepted(desk, REFUND)
        desk.live("carry_out confirm")
        with desk.scene.office.work() as work:
            erasure.erase(work, work.db.get_one(Complaint, desk.case.id))
        with desk.scene.office.look() as work:
            (answer,) = answers_of(work.db, desk.case.id)
            assert "card" not in (answer.remedies or "")
            assert remedies.given(work, found(desk)[0]).amount == "500000"
            assert {each.text for each in entries_of(work.db, desk.case.id)} == {None}


STEPS = st.lists(st.tuples(st.sampled_from(["done", "deny", "give", "wait"]), st.integers(0, 3)), max_size=14)


class TestWalk:
    @pytest.mark.stress
    @settings(max_examples=times(15, 300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(1, 4), STEPS)
    def test_confirming_exactly_when_all_of_it_has_evidence(
        self, tmp_path_factory: pytest.TempPathFactory, count: int, steps: list[tuple[str, int]]
    ) -> None:
        with opened(tmp_path_factory.mktemp("walk")) as scene:
            desk = the_desk.__wrapped__(scene)  # type: ignore[attr-defined]
            helper = scene.staff("handler", department="finance")
            accepted(desk, *[REFUND, REPLACEMENT, named(desk, 5), named(desk, 9)][:count])
            for step, place in steps:
                task = found(desk)[place % count]
                try:
                    if step == "done":
                        carries_out(desk, helper if task.owner_id else desk.handler, task)
                    elif step == "deny":
                        act(desk, desk.customer, denying(task.id))
                    elif step == "give":
                        gives(desk, task, helper)
                    else:
                        desk.scene.tick()
                except errors.OfficeError:
                    pass
                self.in_step(desk)

    def in_step(self, desk: Desk) -> None:
        tasks, running = found(desk), [each for each in desk.scene.running(desk.code) if each.task_id]
        done = [each.done_at is not None for each in tasks]
        assert desk.case.stage == ("confirming" if all(done) else "implementing")
        assert all((each.evidence_id is not None) for each in tasks if each.done_at is not None)
        assert {row.task_id for row in running} == {each.id for each in tasks if each.done_at is None}
        assert desk.case.due_at == min((row.due_at for row in running if row.due_at), default=None)
