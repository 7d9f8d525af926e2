"""Groups that departments are alarmed in: who binds which, and what is promised to them, and when."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import assessment, complaints, errors, groups, handling, reminders
from backoffice.assessment import Criteria
from storage import crypto, journal
from storage.complaints import Complaint
from storage.people import AlarmGroup
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import Scene

TEAM, OTHER, SUPERGROUP = -4_000_000_001, -4_000_000_002, -1_002_000_000_001
GRAVE = Criteria(3, 3, 3, 3, True)


def bind(scene: Scene, who: int, department: str = "delivery", chat: int = TEAM) -> None:
    with scene.acting(who) as work:
        groups.bind(work, department, chat)


def bound(scene: Scene) -> dict[str, int]:
    with scene.office.look() as work:
        return {group.department: group.chat_id for group in work.db.exec(select(AlarmGroup))}


def alarms(scene: Scene, chat: int = TEAM) -> list[OutboxMessage]:
    """What was promised to a group, oldest first."""
    with scene.office.look() as work:
        rows = work.db.exec(select(OutboxMessage).where(OutboxMessage.lane == crypto.lookup("chat", chat)))
        return sorted(rows, key=lambda row: row.id)


def kinds(scene: Scene, chat: int = TEAM) -> list[str]:
    return [part["kind"] for row in alarms(scene, chat) if row.body for part in row.body["params"]]


def recorded(scene: Scene) -> list[tuple[str, dict[str, object]]]:
    with scene.office.look() as work:
        events = journal.history(work.db, journal.DESK)
        return [(each.event, each.facts) for each in events if each.event.startswith("group.")]


class TestBinding:
    @pytest.mark.parametrize("role", ["admin", "complaints_manager"])
    def test_those_who_may_everywhere_bind_any_department(self, scene: Scene, role: str) -> None:
        who = scene.staff(role, department="finance")
        bind(scene, who)
        bind(scene, who, "product")
        assert bound(scene) == {"delivery": TEAM, "product": TEAM}

    def test_a_supervisor_binds_the_own_department_and_no_other(self, scene: Scene) -> None:
        who = scene.staff("supervisor")
        bind(scene, who)
        with pytest.raises(errors.NotAllowed):
            bind(scene, who, "product")
        with scene.acting(who) as work:
            assert groups.bindable(work) == ["delivery"]
        assert bound(scene) == {"delivery": TEAM}

    def test_a_supervisor_of_all_units_binds_each(self, scene: Scene) -> None:
        who = scene.staff("supervisor", department=None)
        bind(scene, who, "product")
        with scene.acting(who) as work:
            assert groups.bindable(work) == [each.code for each in work.organisation.departments]

    @pytest.mark.parametrize("role", ["handler", "auditor", "top_management", None])
    def test_nobody_else_may(self, scene: Scene, role: str | None) -> None:
        who = scene.staff(role) if role else scene.customer()
        with pytest.raises(errors.NotAllowed):
            bind(scene, who)
        with scene.acting(who) as work, pytest.raises(errors.NotAllowed):
            groups.unbind(work, TEAM)
        assert bound(scene) == {}

    def test_a_department_that_is_none_is_refused(self, scene: Scene) -> None:
        for who in (scene.staff("admin"), scene.staff("supervisor")):
            with pytest.raises(errors.Invalid):
                bind(scene, who, "no.such")

    def test_twice_is_once_and_another_group_takes_its_place(self, scene: Scene) -> None:
        who = scene.staff("admin")
        for chat in (TEAM, TEAM, OTHER):
            bind(scene, who, chat=chat)
        assert bound(scene) == {"delivery": OTHER}
        assert recorded(scene) == [
            ("group.bound", {"department": "delivery", "instead": False}),
            ("group.bound", {"department": "delivery", "instead": True}),
        ]

    def test_a_supervisor_unbinds_what_is_theirs_and_the_rest_stays(self, scene: Scene) -> None:
        admin, supervisor = scene.staff("admin"), scene.staff("supervisor")
        for department in ("delivery", "product"):
            bind(scene, admin, department)
        with scene.acting(supervisor) as work:
            assert groups.unbind(work, TEAM) == ["delivery"]
        with scene.acting(supervisor) as work, pytest.raises(errors.NotAllowed):
            groups.unbind(work, TEAM)
        assert bound(scene) == {"product": TEAM}
        with scene.acting(admin) as work:
            assert groups.unbind(work, TEAM) == ["product"]
        with scene.acting(admin) as work:
            assert groups.unbind(work, TEAM) == []


class TestAlarms:
    def test_a_case_that_nobody_takes_alarms_its_group_and_no_other(self, scene: Scene) -> None:
        admin, customer = scene.staff("admin"), scene.customer()
        bind(scene, admin)
        bind(scene, admin, "product", OTHER)
        scene.complaint(customer)
        scene.live(scene.clock() + timedelta(days=2), deliver=False)
        assert kinds(scene)[0] == "untaken"
        assert kinds(scene, OTHER) == []

    def test_a_missed_deadline_alarms_at_the_breach_and_at_each_rung_that_somebody_holds(self, scene: Scene) -> None:
        bind(scene, scene.staff("admin"))
        scene.staff("supervisor")
        scene.staff("top_management", department=None)
        code, handler = scene.complaint(scene.customer()), scene.staff("handler")
        with scene.acting(handler) as work:
            handling.take(work, complaints.find(work, code))
        due = scene.case(code).due_at
        assert due is not None
        scene.live(due + timedelta(days=60), deliver=False)
        said = kinds(scene)
        assert said[0] == "breached"
        assert said.count("escalated") == 1  # top management moves down to the second rung; there is no third
        assert said.count("deadlocked") == 1

    def test_what_comes_together_is_one_message_in_working_time(self, scene: Scene) -> None:
        bind(scene, scene.staff("admin"))
        codes = [scene.complaint(scene.customer()) for _ in range(reminders.AT_MOST + 2)]
        before = scene.clock()
        for code in codes:
            with scene.office.work() as work:
                groups.alarm(work, scene.case(code), "breached")
            scene.clock.forward(seconds=1)
        (row,) = alarms(scene)
        assert row.not_before is not None
        assert before < row.not_before <= before + reminders.TOGETHER
        assert len(row.body["params"]) == reminders.AT_MOST
        assert row.body["more"] == 2
        assert (row.person_id, row.complaint_id, row.party) == (None, None, groups.PARTY)

    def test_at_night_nobody_is_woken_but_for_what_is_critical(self, scene: Scene) -> None:
        bind(scene, scene.staff("admin"))
        code, other = scene.complaint(scene.customer()), scene.complaint(scene.customer())
        handler = scene.staff("handler")
        scene.clock.forward(hours=17)
        with scene.acting(handler) as work:
            handling.take(work, complaints.find(work, other))
            assessment.assess(work, complaints.find(work, other), GRAVE)
            groups.alarm(work, work.db.get_one(Complaint, scene.case(code).id), "breached")
        critical, late = alarms(scene)
        assert critical.body["params"] == [{"complaint": scene.case(other).id, "kind": "critical"}]
        assert critical.not_before is None
        assert late.not_before is not None
        assert late.not_before >= scene.office.organisation.calendar.next_open(scene.clock())

    def test_nothing_but_references_is_kept(self, scene: Scene) -> None:
        bind(scene, scene.staff("admin"))
        code = scene.complaint(scene.customer(), text="Sara Ahmadi waits for a ring.")
        scene.live(scene.clock() + timedelta(days=20), deliver=False)
        assert alarms(scene)
        for row in alarms(scene):
            for part in row.body["params"]:
                assert part.keys() <= {"complaint", "kind", "deadline"}
                assert part["complaint"] == scene.case(code).id

    def test_without_a_group_nothing_is_promised(self, scene: Scene) -> None:
        scene.complaint(scene.customer())
        scene.live(scene.clock() + timedelta(days=20), deliver=False)
        assert alarms(scene) == []


class TestTheGroupItself:
    def test_it_moves_with_all_that_waits_for_it_and_once(self, scene: Scene) -> None:
        admin = scene.staff("admin")
        for department in ("delivery", "product"):
            bind(scene, admin, department)
        case = scene.case(scene.complaint(scene.customer()))
        with scene.office.work() as work:
            groups.alarm(work, case, "untaken")
        for _ in range(2):
            with scene.office.work() as work:
                groups.moved(work, TEAM, SUPERGROUP)
        assert bound(scene) == {"delivery": SUPERGROUP, "product": SUPERGROUP}
        assert alarms(scene) == []
        assert len(alarms(scene, SUPERGROUP)) == 1
        assert [event for event, _facts in recorded(scene)].count("group.moved") == 2

    def test_when_it_is_lost_the_admins_hear_of_it_once(self, scene: Scene) -> None:
        admin = scene.staff("admin")
        bind(scene, admin)
        for _ in range(2):
            with scene.office.work() as work:
                groups.lost(work, TEAM)
        assert bound(scene) == {}
        assert scene.told(admin) == ["group_lost"]
        assert recorded(scene)[-1] == ("group.lost", {"department": "delivery"})

    def test_no_group_is_named_in_the_log(self, scene: Scene) -> None:
        admin = scene.staff("admin")
        bind(scene, admin)
        with scene.office.work() as work:
            groups.moved(work, TEAM, SUPERGROUP)
            groups.lost(work, SUPERGROUP)
        with scene.office.look() as work:
            facts = str([event.facts for event in journal.history(work.db, journal.DESK)])
        for chat in (TEAM, SUPERGROUP):
            assert str(chat) not in facts
            assert str(crypto.lookup("chat", chat)) not in facts
