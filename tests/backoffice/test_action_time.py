"""What the tick does about actions: it reminds each time once, in working time, and checks whether they helped."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from backoffice import audit, errors, people, schedule
from backoffice.learning import action_lists, actions, effects, states, timing
from backoffice.learning.states import MOVES, State, Step
from backoffice.work import Office
from storage.actions import Action, ActionRound
from tests.backoffice.acting import DEEDS, LATE, Shop, another_day, shop
from tests.backoffice.conftest import RULES, Scene, opened
from tests.databases import new_database
from tests.moment import Moment
from tests.stress import times

DAY = timedelta(days=1)
SOON = timedelta(minutes=2)


@pytest.fixture
def at(scene: Scene) -> Shop:
    return shop(scene)


def due(at: Shop, action: Action) -> datetime:
    return at.now(action).due_at


class TestReminders:
    def test_owner_maker_and_managers_in_turn_each_once(self, at: Shop) -> None:
        action = at.owned_by(at.make(), at.handler)
        begun, end = at.scene.clock(), action.due_at
        at.scene.live(end + 5 * DAY)
        assert at.reminded(at.handler) == ["near", "today", "late"]
        assert at.reminded(at.supervisor) == ["late"]
        assert at.reminded(at.manager) == ["escalated"]
        calendar = at.scene.office.organisation.calendar
        near, today, late = (each.at for each in at.letters(at.handler, "action_reminders"))
        assert near == pytest.approx(calendar.next_open(begun + (end - begun) * 0.75), abs=SOON)
        assert today == pytest.approx(end.replace(hour=5, minute=30), abs=SOON)  # nine o'clock in Tehran
        assert late == pytest.approx(end, abs=SOON)
        (escalated,) = at.letters(at.manager, "action_reminders")
        assert escalated.at == pytest.approx(calendar.add_business_days(end - timedelta.resolution, 1), abs=SOON)
        assert [each.facts["what"] for each in at.events("reminded")] == ["near", "today", "late", "escalated"]

    def test_after_an_outage_nothing_is_doubled_or_lost_and_it_comes_as_one(self, at: Shop) -> None:
        action = at.owned_by(at.make(), at.handler)
        at.scene.clock.now = action.due_at + 10 * DAY
        at.scene.tick()
        at.scene.live(at.scene.clock() + 10 * DAY)
        (letter,) = at.letters(at.handler, "action_reminders")
        assert [part["what"] for part in letter.parts] == ["near", "today", "late"]
        assert at.reminded(at.manager) == ["escalated"]
        assert at.now(action).next_at is None

    def test_another_date_begins_them_anew_without_those_that_are_past(self, at: Shop) -> None:
        action = at.owned_by(at.make(), at.handler)
        at.does(at.supervisor, action, lambda work, found: actions.set_date(work, found, another_day(work, 1)))
        at.scene.live(due(at, action) + DAY / 24)
        assert at.reminded(at.handler) == ["near", "today", "late"]
        at.does(at.supervisor, action, lambda work, found: actions.set_date(work, found, work.now.date() + DAY))
        at.scene.live(due(at, action) + 3 * DAY)
        assert at.reminded(at.handler)[3:] == ["near", "today", "late"]
        assert len([each for each in at.reminded(at.manager) if each == "escalated"]) == 1

    def test_done_or_dropped_says_nothing_more(self, at: Shop) -> None:
        done, dropped = (at.owned_by(at.make(), at.handler) for _each in range(2))
        at.does(at.handler, done, "finish")
        at.does(at.supervisor, dropped, "drop")
        at.scene.live(done.due_at + 3 * DAY)
        assert at.reminded(at.handler) == at.reminded(at.manager) == []

    def test_who_decides_hears_of_it_while_the_owner_is_away(self, at: Shop) -> None:
        action = at.owned_by(at.make(), at.handler)
        with at.scene.acting(at.handler) as work:
            people.away(work)
        at.scene.live(action.due_at - DAY)
        assert at.reminded(at.supervisor) == at.reminded(at.handler) == ["near"]

    def test_a_defect_puts_one_off_and_the_others_go_on(self, at: Shop) -> None:
        admin = at.scene.staff("admin", department=None)
        broken, other = at.owned_by(at.make(), at.handler), at.owned_by(at.make(), at.handler)
        with at.scene.office.work() as work:
            work.db.get_one(Action, broken.id).round_id = 10**6
        at.scene.clock.now = due(at, other)
        at.scene.tick()
        at.scene.live(at.scene.clock() + DAY / 24)
        assert at.events("put_off")
        assert at.letters(admin, "step_failed")[0].parts[0]["deadline"] == broken.number
        assert {part["action"] for each in at.letters(at.handler, "action_reminders") for part in each.parts} == {
            other.id
        }


def lived(at: Shop, before: int, after: int) -> Action:
    """So many complaints in the time before an action, so many since it was done; and the time of the check."""
    at.scene.live(at.scene.clock() + 100 * DAY)
    at.complaints(before)
    at.scene.clock.forward(days=10)
    action = at.make(at.manager)
    at.scene.clock.forward(days=5)
    at.complaints(2)  # in between: no fault of it, and none of its merits
    at.scene.clock.forward(days=1)
    at.does(at.supervisor, action, "finish")
    at.scene.clock.forward(days=10)
    at.complaints(after)
    (round_,) = at.rounds(action)
    assert round_.check_at
    at.scene.clock.now = round_.check_at - timedelta.resolution
    at.scene.tick()
    assert at.now(action).state == State.DONE
    at.scene.clock.now = round_.check_at
    at.complaints(3)  # one moment too late to count
    at.scene.tick()
    at.scene.live(at.scene.clock() + DAY)
    return at.now(action)


class TestEffect:
    @pytest.mark.parametrize(("before", "after", "helped"), [(4, 2, True), (4, 3, False), (5, 2, True), (1, 1, False)])
    def test_it_helped_if_it_happens_half_as_often(self, at: Shop, before: int, after: int, helped: bool) -> None:
        action = lived(at, before, after)
        first, *more = at.rounds(action)
        assert (first.earlier, first.later) == (before, after)
        assert first.verdict == (effects.EFFECTIVE if helped else effects.INEFFECTIVE)
        assert action.state == (State.EFFECTIVE if helped else State.OPEN)
        assert len(more) == (0 if helped else 1)
        for who in (at.supervisor, at.manager):
            (letter,) = at.letters(who, "action_checked")
            assert letter.parts == [{"action": action.id, "round": first.id}]
        (checked,) = at.events("checked")
        assert (checked.facts["earlier"], checked.facts["later"]) == (before, after)
        if not helped:
            (again,) = more
            assert (again.round, again.due_at, again.first_due) == (2, action.due_at, action.due_at)
            assert at.events("reopened")
            assert action.due_at > at.scene.clock() + 50 * DAY

    def test_what_never_happened_before_cannot_have_become_rarer(self, at: Shop) -> None:
        action = lived(at, 0, 0)
        assert (action.state, action.next_at) == (State.DONE, None)
        with at.scene.acting(at.manager) as work:
            assert effects.decidable(work, work.db.get_one(Action, action.id)) == effects.UNMEASURED
        tapped = at.does(at.manager, action, lambda work, found: effects.decide(work, found, helped=True))
        assert tapped.state == State.EFFECTIVE
        (round_,) = at.rounds(action)
        assert (round_.verdict, round_.decided_by) == (effects.EFFECTIVE, at.scene.person(at.manager).id)

    def test_it_can_be_decided_otherwise_with_a_reason(self, at: Shop) -> None:
        action = lived(at, 4, 4)
        with pytest.raises(errors.Invalid):
            at.does(at.manager, action, lambda work, found: effects.decide(work, found, helped=True))
        with pytest.raises(errors.ActionRefused):
            at.does(at.manager, action, "failed")
        changed = at.does(at.manager, action, "helped")
        first, second = at.rounds(action)
        assert (changed.state, changed.round_id, changed.due_at) == (State.EFFECTIVE, first.id, first.due_at)
        assert (first.verdict, second.void) == (effects.EFFECTIVE, True)
        back = at.does(at.manager, action, "failed")
        assert (back.state, [each.round for each in at.rounds(action) if not each.void]) == (State.OPEN, [1, 2])
        assert [each.facts["verdict"] for each in at.events("checked")] == ["ineffective", "effective", "ineffective"]

    def test_done_again_it_is_checked_again_and_decided_no_more(self, at: Shop) -> None:
        action = lived(at, 4, 4)
        at.does(at.supervisor, action, "finish")
        with pytest.raises(errors.ActionRefused):
            at.does(at.manager, action, "helped")
        at.scene.live(at.scene.clock() + 120 * DAY)
        again = at.rounds(action)[-1]
        assert (again.round, again.earlier, again.later, again.verdict) == (2, 4, 0, effects.EFFECTIVE)

    def test_the_figures_can_be_counted_in_the_tables(self, at: Shop) -> None:
        """What was due in time and what had helped, by period, without reading a word."""
        lived(at, 4, 1)
        with at.scene.office.look() as work:
            counted = select(ActionRound).where(~ActionRound.void)  # type: ignore[arg-type, operator]
            rows = list(work.db.exec(counted))
        assert [(each.done_at is not None and each.done_at <= each.due_at) for each in rows] == [True]
        assert [each.verdict for each in rows if each.checked_at] == [effects.EFFECTIVE]


class TestTogether:
    @pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
    def test_the_next_step_is_found_on_both_databases(self, tmp_path: Path, kind: str) -> None:
        clock = Moment()
        with new_database(kind, tmp_path) as engine:
            office = Office(engine, RULES, clock)
            at = shop(Scene(office, clock, iter(range(1, 100))))
            action = at.make(at.manager)
            with office.look() as work:
                (expected,) = work.db.exec(select(Action.next_at)).all()
            assert schedule.next_due(office, clock()) is not None
            clock.now = expected or clock.now
            assert schedule.tick(office)["actions"] == 1
            assert schedule.tick(office)["actions"] == 0
            with office.look() as work:
                assert schedule.lateness(work) == 0
            at.does(at.supervisor, action, "finish")
            with at.scene.acting(at.manager) as work:
                assert [each.id for each in action_lists.everybodys(work)[0]] == [action.id]


# ------------------------------------------------------------------ whatever is done with it

STEPS = st.one_of(
    st.tuples(st.sampled_from([*DEEDS]), st.sampled_from(["owner", "maker", "manager", "handler"])),
    st.tuples(st.just("days"), st.sampled_from([1, 20, 60, 100])),
    st.tuples(st.just("complaints"), st.integers(1, 2)),
    st.tuples(st.just("leaves"), st.sampled_from(["owner", "maker"])),
)


@settings(max_examples=times(12, 300))
@given(st.lists(STEPS, max_size=14))
def test_whatever_is_done_no_action_is_lost_and_none_comes_to_a_dead_end(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as scene:
        at = shop(scene)
        action = at.make(at.supervisor, LATE)
        for what, how in steps:
            _happens(at, action, what, how)
            _holds(at, action)
        with at.scene.office.look() as work:
            assert list(audit.verify(work.db)) == []


def _happens(at: Shop, action: Action, what: str, how: object) -> None:
    now = at.now(action)
    maker = at.scene.messenger(now.maker_id or 0)
    who = {"owner": at.owner(action) or maker, "maker": maker, "manager": at.manager, "handler": at.handler}
    match what:
        case "days":
            at.scene.live(at.scene.clock() + timedelta(days=int(str(how))))
        case "complaints":
            at.complaints(int(str(how)))
        case "leaves":
            leaver = who[str(how)]
            with at.scene.office.look() as work:
                gone = people.people.staff_of(work.db, at.scene.person(leaver).id) is None
            if leaver != at.manager and not gone:
                at.dismiss(leaver)
        case deed:
            was = State(now.state)
            try:
                at.does(who[str(how)], action, deed)
            except errors.OfficeError:
                assert at.now(action) == now
            else:
                led = {was, *(goal for (start, _step), goal in MOVES.items() if start is was), State.OPEN}
                assert State(at.now(action).state) in led


def _holds(at: Shop, action: Action) -> None:
    now, rounds = at.now(action), at.rounds(action)
    counted = [each for each in rounds if not each.void]
    assert [each.round for each in counted] == list(range(1, len(counted) + 1))
    current = next(each for each in rounds if each.id == now.round_id)
    assert (now.state == State.OPEN) <= (current.done_at is None and now.due_at == current.due_at)
    assert (now.state == State.DONE) <= (current.done_at is not None)
    assert now.state != State.INEFFECTIVE  # it begins anew at once
    assert (now.state == State.EFFECTIVE) == (current.verdict == effects.EFFECTIVE)
    with at.scene.acting(at.manager) as work:
        found = work.db.get_one(Action, action.id)
        waits = found.state == State.DONE and (found.next_at or effects.decidable(work, found))
        owned = found.owner_id and people.people.staff_of(work.db, found.owner_id)
        assert found.state in (State.EFFECTIVE, State.DROPPED) or waits or (found.state == State.OPEN and owned)


def test_what_is_not_in_the_table_is_refused(at: Shop) -> None:
    action = at.make()
    for state in State:
        for step in Step:
            with at.scene.office.look() as work:
                found = work.db.get_one(Action, action.id)
                found.state = state
                if (state, step) in MOVES:
                    states.advance(work, found, step)
                    assert found.state == MOVES[state, step]
                else:
                    with pytest.raises(errors.ActionRefused):
                        states.advance(work, found, step)
    assert set(timing.STEPS) == {*states.RUNNING}
