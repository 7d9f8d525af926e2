"""A case goes up the ladder with a reason; and it goes back to the queue from an owner who does nothing with it."""

from datetime import datetime, timedelta

import pytest

from backoffice import errors, escalation, handling, people
from backoffice.work import Work
from storage import clocks, journal
from storage.clocks import ENDED_UNMET, Deadline
from storage.complaints import Complaint
from storage.journal import AuditEvent
from tests.backoffice.conftest import Desk, Scene, Verb

WHY = "I have offered all that I may offer."


def up(reason: str = WHY, turn: int | None = None) -> Verb:
    return lambda work, case: escalation.escalate(work, case, reason, turn=turn)


def note(work: Work, case: Complaint) -> None:
    handling.note(work, case, "I have called the carrier.")


def owner(desk: Desk) -> int | None:
    return desk.case.owner_id


def person(desk: Desk, telegram_id: int) -> int:
    return desk.scene.person(telegram_id).id


def history(desk: Desk) -> list[AuditEvent]:
    with desk.scene.office.look() as work:
        return journal.history(work.db, desk.case.id)


def limits(scene: Scene, code: str) -> list[Deadline]:
    with scene.office.look() as work:
        return [each for each in clocks.of_case(work.db, scene.case(code).id) if each.target == escalation.UNTOUCHED]


def due(desk: Desk) -> datetime:
    [limit] = [each for each in limits(desk.scene, desk.code) if each.ended is None]
    assert limit.due_at is not None
    return limit.due_at


class TestUp:
    def test_each_level_once_and_no_date_moves(self, desk: Desk) -> None:
        desk.live("take")
        scene, boss = desk.scene, desk.scene.staff("complaints_manager", department=None)
        before = desk.case.due_at
        desk.scene.act(desk.handler, desk.code, up())
        assert owner(desk) == person(desk, desk.supervisor)
        assert scene.told(desk.supervisor)[-1] == "case_escalated"
        desk.scene.act(desk.supervisor, desk.code, up())
        assert owner(desk) == person(desk, boss)
        assert desk.case.due_at == before
        with pytest.raises(errors.Invalid) as refused:
            desk.scene.act(boss, desk.code, up())
        assert refused.value.facts == {"what": "nobody_above"}
        events = [each for each in history(desk) if each.event == "complaint.escalated"]
        assert [each.actor_id for each in events] == [person(desk, each) for each in (desk.handler, desk.supervisor)]

    def test_a_level_that_nobody_holds_or_may_hold_is_none(self, desk: Desk) -> None:
        desk.live("take")
        top = desk.scene.staff("top_management", department=None)
        with desk.scene.office.work() as work:
            barred = {str(person(desk, desk.supervisor)): "subject"}
            work.db.get_one(Complaint, desk.case.id).barred = barred
        desk.scene.act(desk.handler, desk.code, up())
        assert owner(desk) == person(desk, top)

    def test_present_before_away(self, desk: Desk) -> None:
        desk.live("take")
        other = desk.scene.staff("supervisor")
        with desk.scene.acting(desk.supervisor) as work:
            people.away(work)
        desk.scene.act(desk.handler, desk.code, up())
        assert owner(desk) == person(desk, other)

    @pytest.mark.parametrize("who", ["supervisor", "customer", "stranger"])
    def test_only_the_owner(self, desk: Desk, who: str) -> None:
        desk.live("take")
        actor = desk.scene.staff("handler") if who == "stranger" else getattr(desk, who)
        with pytest.raises((errors.NotAllowed, errors.NotFound)):
            desk.scene.act(actor, desk.code, up())
        assert owner(desk) == person(desk, desk.handler)

    def test_never_without_a_reason_twice_or_when_it_is_over(self, desk: Desk) -> None:
        desk.live("take")
        for reason in ("", " \n"):
            with pytest.raises(errors.Invalid):
                desk.scene.act(desk.handler, desk.code, up(reason))
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.handler, desk.code, up(turn=desk.case.turn - 1))
        desk.live("withdraw")
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.handler, desk.code, up())


class TestUntouched:
    def test_reminded_once_then_it_goes_to_somebody_else(self, desk: Desk) -> None:
        desk.live("take")
        other = desk.scene.staff("handler")
        first, before = due(desk), desk.case.due_at
        desk.scene.live(first)
        assert owner(desk) == person(desk, desk.handler)
        assert [each.event for each in history(desk)].count("complaint.untouched") == 1
        desk.scene.live(desk.scene.office.organisation.due("escalation_step", "medium", first) + timedelta(hours=1))
        assert owner(desk) == person(desk, other)
        assert desk.case.due_at == before
        assert limits(desk.scene, desk.code)[-2].ended == ENDED_UNMET
        back = next(each for each in history(desk) if each.event == "complaint.taken_back")
        assert back.facts == {"was": person(desk, desk.handler)}
        heard = {
            each.to: each.template
            for each in desk.scene.post
            if each.template in ("case_taken_back", "case_taken_over")
        }
        assert heard == {desk.supervisor: "case_taken_back", desk.handler: "case_taken_over"}

    def test_whatever_the_owner_does_counts_and_nobody_else(self, desk: Desk) -> None:
        desk.live("take")
        first = due(desk)
        desk.scene.live(first - timedelta(hours=1))
        desk.scene.act(desk.supervisor, desk.code, note)
        desk.scene.act(desk.handler, desk.code, note)
        touched = desk.scene.clock()
        desk.scene.live(first + timedelta(days=1))
        rules = desk.scene.office.organisation
        assert due(desk) == rules.due(escalation.UNTOUCHED, "medium", touched)
        assert [each.event for each in history(desk)].count("complaint.untouched") == 0

    def test_who_is_away_is_not_reminded_and_nobody_else_is_there(self, desk: Desk) -> None:
        desk.live("take")
        with desk.scene.acting(desk.handler) as work:
            people.away(work)
        desk.scene.live(due(desk))
        assert owner(desk) is None
        assert "case_unassigned" in [each.template for each in desk.scene.post if each.to == desk.supervisor]

    def test_not_while_the_customer_has_the_ball_and_not_once_it_is_answered(self, desk: Desk) -> None:
        desk.live("take ask")
        [limit] = limits(desk.scene, desk.code)
        assert limit.next_at is None
        desk.live("add")
        assert due(desk) > desk.scene.clock()
        desk.live("refund")
        assert [each.ended for each in limits(desk.scene, desk.code)] == ["met"]
