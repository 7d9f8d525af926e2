"""Corrective actions: made of what complaints have in common, owned, dated, done with evidence, or dropped."""

import itertools
from datetime import date, timedelta

import pytest

from backoffice import errors
from backoffice.learning import action_lists, actions
from backoffice.learning.occurrences import Pattern
from backoffice.learning.states import State
from backoffice.rights import ON_ACTIONS, Role, Tie
from storage.actions import Action
from storage.complaints import entries_of
from storage.people import Staff
from tests.backoffice.acting import DEEDS, LATE, Shop, another_day, shop
from tests.backoffice.conftest import Scene
from tests.backoffice.test_calendar import tehran

DAY = timedelta(days=1)


@pytest.fixture
def at(scene: Scene) -> Shop:
    return shop(scene)


class TestMaking:
    def test_of_a_case_takes_over_what_it_is_about(self, at: Shop) -> None:
        (code,) = at.complaints(1)
        action = at.of_case(code)
        case = at.scene.case(code)
        assert (action.category, action.unit, action.cause) == (case.category, case.department, None)
        assert (action.department, action.state, at.owner(action)) == ("delivery", State.OPEN, at.supervisor)
        assert "action.linked" in at.scene.history(code)
        (made,) = at.events("made")
        assert made.facts["number"] == action.number
        assert made.facts["cases"] == 1
        assert "Change it." not in str(made.facts)
        with at.scene.acting(at.handler) as work:
            assert [each.id for each in action_lists.of_case(work, case)] == [action.id]

    @pytest.mark.parametrize(("severity", "days"), [(None, 60), ("high", 30), ("low", 60)])
    def test_is_due_by_the_gravest_of_its_cases_at_a_close_of_business(
        self, at: Shop, severity: str | None, days: int
    ) -> None:
        codes = at.complaints(2)
        with at.scene.office.work() as work:
            work.db.get_one(type(at.scene.case(codes[0])), at.scene.case(codes[0]).id).severity = severity
        action = at.make(span=(at.scene.clock() - DAY, at.scene.clock() + DAY))
        plain = at.scene.clock() + days * DAY
        calendar = at.scene.office.organisation.calendar
        assert action.due_at == calendar.closing(calendar.settle(plain))
        (round_,) = at.rounds(action)
        assert (round_.first_due, round_.due_at) == (action.due_at, action.due_at)

    def test_of_a_pattern_links_the_newest_cases_of_a_span(self, at: Shop) -> None:
        old = at.complaints(1)
        at.scene.clock.forward(days=3)
        new = at.complaints(actions.LINKED + 1)
        action = at.make(at.manager, span=(at.scene.clock() - DAY, at.scene.clock() + DAY))
        with at.scene.acting(at.manager) as work:
            known, hidden = action_lists.cases(work, work.db.get_one(Action, action.id))
        assert (len(known), hidden) == (actions.LINKED, 0)
        assert not {each.code for each in known} & set(old)
        assert {each.code for each in known} < set(new)

    def test_of_who_manages_more_than_one_unit_goes_to_the_supervisor(self, at: Shop) -> None:
        action = at.make(at.manager)
        assert at.owner(action) == at.supervisor
        assert at.scene.told(at.supervisor) == ["action_assigned"]
        other = at.make(at.manager, Pattern(category="product.defect"))
        assert at.owner(other) == at.manager

    def test_a_supervisor_makes_it_for_the_own_unit_only(self, at: Shop) -> None:
        with pytest.raises(errors.NotAllowed):
            at.make(pattern=Pattern(department="product"))
        narrowed = at.make(pattern=Pattern(cause="information.wrong"))
        assert (narrowed.cause, narrowed.unit) == ("information.wrong", "delivery")

    def test_a_case_that_the_maker_may_not_read_gives_none(self, at: Shop) -> None:
        (code,) = at.complaints(1)
        elsewhere = at.scene.staff("supervisor", department="product")
        with pytest.raises(errors.NotFound):
            at.of_case(code, elsewhere)
        with at.scene.acting(elsewhere) as work, pytest.raises(errors.NotFound):
            actions.make(work, Pattern(department="product"), "x", source=actions.CASE, cases=[at.scene.case(code)])

    @pytest.mark.parametrize(
        "how", [{"kind": "other"}, {"source": "rumour"}, {"pattern": Pattern()}], ids=["kind", "source", "pattern"]
    )
    def test_of_nothing_is_refused(self, at: Shop, how: dict[str, str]) -> None:
        with pytest.raises(errors.Invalid):
            at.make(at.manager, **how)  # type: ignore[arg-type]

    @pytest.mark.parametrize("words", ["", " \u200e\n", "x" * (actions.MAX_WORDS + 1)])
    def test_without_words_or_with_too_many_is_refused(self, at: Shop, words: str) -> None:
        with at.scene.acting(at.supervisor) as work, pytest.raises(errors.Invalid):
            actions.make(work, LATE, words, source=actions.CASE)


NEEDS = {"open": "open", "finish": "finish", "ask_for_date": "ask_for_date", "hand_over": "hand_over"}  # else: steer


class TestRights:
    @pytest.mark.parametrize("role", Role)
    def test_whatever_the_table_does_not_grant_is_refused(self, at: Shop, role: Role) -> None:
        """Every role, in every relation to the action, with every deed."""
        action = at.make(at.manager)
        for tie, (deed, verb) in itertools.product(Tie, DEEDS.items()):
            who = at.scene.staff(role, department="delivery" if tie is Tie.UNIT else "product")
            granted = bool({(role, tie), (role, Tie.NONE)} & ON_ACTIONS[NEEDS.get(deed, "steer")])
            with at.scene.office.look() as work:
                work.actor = at.scene.actor(who)
                found = work.db.get_one(Action, action.id)
                found.owner_id = work.actor.id if tie is Tie.OWNER else found.owner_id
                found.maker_id = work.actor.id if tie is Tie.MAKER else found.maker_id
                try:
                    verb(work, found)
                except (errors.NotAllowed, errors.NotFound):
                    assert not granted, (tie, deed)
                except errors.OfficeError:
                    assert granted, (tie, deed)  # but not as it stands now
                else:
                    assert granted, (tie, deed)

    def test_nobody_but_staff_learns_that_there_is_one(self, at: Shop) -> None:
        action = at.make()
        said = []
        for who in (at.scene.customer(), at.scene.staff("admin", department=None), at.handler):
            for number in (action.number, "ACT-0000-0000-0"):
                with at.scene.acting(who) as work, pytest.raises(errors.OfficeError) as refusal:
                    action_lists.find(work, number)
                said.append(refusal.value.code)
        assert said == ["not_allowed"] * 4 + ["not_found"] * 2

    @pytest.mark.parametrize("number", [0, -1, 10**30, 99])
    def test_a_number_out_of_nowhere_finds_nothing(self, at: Shop, number: int) -> None:
        with at.scene.acting(at.manager) as work, pytest.raises(errors.NotFound):
            action_lists.get(work, number)


class TestDoing:
    def test_done_needs_words_and_is_dated(self, at: Shop) -> None:
        action = at.make(at.manager)
        with pytest.raises(errors.Invalid):
            at.does(at.supervisor, action, lambda work, found: actions.finish(work, found, " "))
        at.scene.clock.forward(days=10)
        done = at.does(at.supervisor, action, "finish")
        (round_,) = at.rounds(action)
        assert (done.state, round_.done_at) == (State.DONE, at.scene.clock())
        assert round_.check_at == at.scene.office.organisation.due("effectiveness_check", "medium", at.scene.clock())
        assert at.scene.told(at.manager) == ["action_done"]
        (event,) = at.events("done")
        assert "carrier" not in str(event.facts)

    def test_evidence_that_is_not_enough_opens_it_again_with_days_left(self, at: Shop) -> None:
        action = at.make(at.manager)
        at.scene.live(action.due_at - 5 * DAY)
        at.does(at.supervisor, action, "finish")
        again = at.does(at.manager, action, "refuse")
        assert (again.state, again.due_at) == (State.OPEN, action.due_at)
        at.does(at.supervisor, action, "finish")
        at.scene.clock.now = action.due_at + DAY
        late = at.does(at.manager, action, "refuse")
        (round_,) = at.rounds(action)
        assert late.due_at > at.scene.clock() + 4 * DAY
        assert (round_.first_due, round_.due_at, round_.done_at) == (action.due_at, late.due_at, None)
        at.scene.deliver()
        assert len(at.letters(at.supervisor, "action_evidence_refused")) == 2

    def test_another_date_is_asked_for_with_a_reason_and_granted_or_not(self, at: Shop) -> None:
        action = at.make(at.manager)
        with pytest.raises(errors.Invalid):
            at.does(at.supervisor, action, lambda work, a: actions.ask_for_date(work, a, another_day(work), ""))
        asked = at.does(at.supervisor, action, "ask_for_date")
        assert (asked.due_at, asked.wanted_at is not None) == (action.due_at, True)
        kept = at.does(at.manager, action, "keep")
        assert (kept.due_at, kept.wanted_at) == (action.due_at, None)
        asked = at.does(at.supervisor, action, "ask_for_date")
        granted = at.does(at.manager, action, "grant")
        assert (granted.due_at, granted.wanted_at) == (asked.wanted_at, None)
        assert at.scene.told(at.manager) == ["action_time_asked"] * 2
        assert at.scene.told(at.supervisor) == ["action_assigned", "action_time_refused", "action_due_moved"]
        with pytest.raises(errors.ActionRefused):
            at.does(at.manager, action, "grant")

    def test_a_date_asked_for_that_has_passed_cannot_be_granted(self, at: Shop) -> None:
        action = at.make(at.manager)
        at.does(at.supervisor, action, lambda work, a: actions.ask_for_date(work, a, another_day(work, 1), "Soon."))
        at.scene.clock.forward(days=5)
        with pytest.raises(errors.Invalid):
            at.does(at.manager, action, "grant")
        at.does(at.manager, action, "keep")

    @pytest.mark.parametrize(
        ("day", "due"),
        [
            ("2026-11-21", "2026-11-21T17:00"),  # today
            ("2026-11-26", "2026-11-28T17:00"),  # a Thursday, without work: the next working day
            ("2026-11-20", None),
            ("2029-01-01", None),
        ],
    )
    def test_a_date_is_a_close_of_business_ahead(self, at: Shop, day: str, due: str | None) -> None:
        action = at.make()

        def move() -> Action:
            return at.does(
                at.manager, action, lambda work, found: actions.set_date(work, found, date.fromisoformat(day))
            )

        if due is None:
            with pytest.raises(errors.Invalid):
                move()
        else:
            assert move().due_at == tehran(due)
        (round_,) = at.rounds(action)
        assert round_.first_due == action.due_at

    def test_handed_over_both_are_told_and_no_date_moves(self, at: Shop) -> None:
        action = at.make(at.manager)
        to = at.scene.person(at.handler).id
        moved = at.does(at.supervisor, action, lambda work, found: actions.hand_over(work, found, to))
        assert (at.owner(moved), moved.due_at) == (at.handler, action.due_at)
        assert "action_assigned" in at.scene.told(at.handler)
        customer = at.scene.person(at.scene.customer()).id
        auditor = at.scene.person(at.scene.staff("auditor")).id
        for nobody in (to, 0, -1, 10**30, customer, auditor):
            with pytest.raises(errors.Invalid):
                at.does(at.manager, action, lambda work, found, who=nobody: actions.hand_over(work, found, who))  # type: ignore[misc]

    def test_dropped_with_a_reason_it_is_over_and_counted_nowhere(self, at: Shop) -> None:
        action = at.make(at.manager)
        with pytest.raises(errors.Invalid):
            at.does(at.manager, action, lambda work, found: actions.drop(work, found, ""))
        dropped = at.does(at.manager, action, "drop")
        assert (dropped.state, dropped.next_at, [each.void for each in at.rounds(action)]) == (
            State.DROPPED,
            None,
            [True],
        )
        assert "action_dropped" in at.scene.told(at.supervisor)
        for deed in ("finish", "set_date", "hand_over", "drop", "helped", "failed"):
            who = at.supervisor if deed == "finish" else at.manager
            with pytest.raises(errors.ActionRefused):
                at.does(who, action, deed)

    def test_a_button_of_an_earlier_turn_has_no_effect(self, at: Shop) -> None:
        action = at.make(at.manager)
        at.does(at.manager, action, "set_date")
        with pytest.raises(errors.ActionRefused) as refusal:
            at.does(at.supervisor, action, lambda work, a: actions.finish(work, a, "Done.", turn=action.turn))
        assert refusal.value.facts["why"] == "changed"
        assert at.now(action).state == State.OPEN

    def test_a_file_hangs_on_a_case_on_which_the_owner_may_write_a_note(self, at: Shop) -> None:
        codes = at.complaints(2)
        action = at.make(span=(at.scene.clock() - DAY, at.scene.clock() + DAY))
        with at.scene.acting(at.supervisor) as work:
            entry = actions.hang(work, work.db.get_one(Action, action.id), "See the picture.")
        assert entry is not None
        case = at.scene.case(codes[-1])
        with at.scene.office.look() as work:
            assert [each.kind for each in entries_of(work.db, case.id)] == ["story", "note"]
        elsewhere = at.scene.staff("handler", department="product")
        at.owned_by(action, elsewhere)
        with at.scene.acting(elsewhere) as work:
            assert actions.hang(work, work.db.get_one(Action, action.id), "See the picture.") is None


class TestLists:
    def test_ones_own_what_is_overdue_first_and_over_is_gone(self, at: Shop) -> None:
        first, second, third, gone = (at.make() for _each in range(4))
        at.does(at.manager, second, lambda work, found: actions.set_date(work, found, another_day(work, 2)))
        at.does(at.supervisor, first, "finish")
        at.does(at.manager, gone, "drop")
        at.scene.clock.forward(days=10)
        with at.scene.acting(at.supervisor) as work:
            found, more = action_lists.mine(work)
        assert [each.id for each in found] == [second.id, third.id, first.id]
        assert not more

    def test_everybodys_are_those_of_the_unit_or_of_all(self, at: Shop) -> None:
        own, other = at.make(), at.make(at.manager, Pattern(category="product.defect"))
        elsewhere = at.scene.staff("supervisor", department="product")
        for who, seen in (
            (at.supervisor, [own.id]),
            (elsewhere, [other.id]),
            (at.manager, [own.id, other.id]),
            (at.scene.staff("auditor"), [own.id, other.id]),
        ):
            with at.scene.acting(who) as work:
                assert [each.id for each in action_lists.everybodys(work)[0]] == seen
        with at.scene.acting(at.manager) as work:
            assert [each.id for each in action_lists.everybodys(work, 0, "product")[0]] == [other.id]
            for page, unit in ((1, None), (-1, None), (10**40, None), (0, "moon")):
                with pytest.raises(errors.Invalid):
                    action_lists.everybodys(work, page, unit)
        with at.scene.acting(at.handler) as work, pytest.raises(errors.NotAllowed):
            action_lists.everybodys(work)

    def test_of_its_cases_those_that_one_may_not_read_are_counted_only(self, at: Shop) -> None:
        codes = at.complaints(3)
        action = at.make(span=(at.scene.clock() - DAY, at.scene.clock() + DAY))
        at.owned_by(action, at.handler)
        with at.scene.office.work() as work:
            hidden = work.db.get_one(type(at.scene.case(codes[0])), at.scene.case(codes[0]).id)
            hidden.barred = {str(at.scene.person(at.handler).id): "subject"}
        with at.scene.acting(at.handler) as work:
            known, count = action_lists.cases(work, work.db.get_one(Action, action.id))
        assert ([each.code for each in known], count) == ([codes[2], codes[1]], 1)


class TestLeavers:
    def test_what_they_owned_goes_back_to_its_maker(self, at: Shop) -> None:
        action = at.make(at.manager)
        at.dismiss(at.supervisor)
        assert at.owner(action) == at.manager
        assert at.scene.told(at.manager) == ["action_came_back"]
        assert at.events("handed_over")[-1].facts["why"] == "left"

    def test_what_they_made_and_owned_goes_to_the_complaints_manager(self, at: Shop) -> None:
        action = at.make()
        at.dismiss(at.supervisor)
        assert at.owner(action) == at.manager
        with at.scene.office.work() as work:  # back as somebody else
            work.db.get_one(Staff, at.scene.person(at.supervisor).id).left_at = None
        at.does(at.manager, action, "finish")

    def test_a_date_that_they_should_have_granted_is_asked_of_the_manager(self, at: Shop) -> None:
        action = at.owned_by(at.make(), at.handler)
        at.does(at.handler, action, "ask_for_date")
        at.dismiss(at.supervisor)
        assert at.owner(action) == at.handler
        assert "action_time_asked" in at.scene.told(at.manager)
        at.does(at.manager, action, "grant")

    def test_with_nobody_left_it_waits_for_the_next_manager(self, scene: Scene) -> None:
        supervisor = scene.staff("supervisor")
        alone = Shop(scene, supervisor, 0, 0)
        action = alone.make()
        alone.dismiss(supervisor)
        assert alone.now(action).owner_id is None
        manager = scene.staff("complaints_manager", department=None)
        alone.does(manager, action, lambda work, a: actions.hand_over(work, a, work.actor.id or 0))
        alone.does(manager, action, "finish")
