"""What the tick does about the desk's own time: each step once, to the right people, at an hour at which they work."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from backoffice import people, schedule
from backoffice.stages import Stage
from storage.clocks import Deadline
from storage.journal import AuditEvent, history
from storage.people import Staff
from tests.backoffice.conftest import VERBS, Desk, Letter, Scene
from tests.backoffice.test_calendar import tehran

NIGHT = "2026-11-23T03:00"
DUE = "2026-12-05T17:00"  # of a medium case of Saturday, 21 November 2026, 9:30


def events(desk: Desk, name: str, **facts: object) -> list[AuditEvent]:
    with desk.scene.office.look() as work:
        found = history(work.db, desk.case.id)
    return [each for each in found if each.event == name and facts.items() <= each.facts.items()]


def letters(scene: Scene, to: int, *templates: str) -> list[Letter]:
    return [each for each in scene.post if each.to == to and each.template in templates]


def told_of(scene: Scene, to: int, what: str) -> list[datetime]:
    """When a member of staff was told this of the main limit of a case."""
    found = letters(scene, to, "reminder", "reminders")
    return [each.at for each in found for part in each.parts if part["what"] == what and main(scene, part["deadline"])]


def main(scene: Scene, deadline: int) -> bool:
    with scene.office.look() as work:
        return work.db.get_one(Deadline, deadline).target == "final_response"


def manager(scene: Scene) -> int:
    return scene.staff("complaints_manager", department=None)


def top(scene: Scene) -> int:
    return scene.staff("top_management", department=None)


class TestLadder:
    def test_a_forgotten_case_is_noticed_by_everybody_in_turn(self, desk: Desk) -> None:
        """Warned when a quarter of the time is left, missed at the end, and one business day from rung to rung."""
        scene, boss, head = desk.scene, manager(desk.scene), top(desk.scene)
        desk.live("take write")
        scene.live(tehran("2026-12-08T12:00"))
        calendar = scene.office.organisation.calendar
        (warned,) = events(desk, "deadline.warned", target="final_response")
        assert calendar.business_time_between(warned.at, tehran(DUE)) == timedelta(hours=87.5) / 4
        (breached,) = events(desk, "deadline.breached", target="final_response")
        assert breached.at == tehran(DUE)
        escalated = [each.at for each in events(desk, "deadline.escalated", target="final_response")]
        assert escalated == [tehran("2026-12-06T17:00"), tehran("2026-12-07T17:00")]
        soon = timedelta(minutes=2)
        assert told_of(scene, desk.handler, "warned") == [pytest.approx(warned.at, abs=soon)]
        assert told_of(scene, desk.handler, "breached") == [tehran(DUE) + soon]
        assert told_of(scene, desk.supervisor, "escalated") == [tehran(DUE) + soon]
        assert told_of(scene, boss, "escalated") == [tehran("2026-12-06T17:00") + soon]
        assert told_of(scene, head, "escalated") == [tehran("2026-12-07T17:00") + soon]

    def test_the_customer_hears_of_it_first_with_a_new_date(self, desk: Desk) -> None:
        desk.live("take")
        desk.scene.live(tehran(DUE))
        (late,) = letters(desk.scene, desk.customer, "answer_late")
        assert late.at == tehran(DUE)
        assert desk.case.promised_at == desk.scene.office.organisation.due("late_answer", "medium", tehran(DUE))

    @pytest.mark.parametrize(
        ("roles", "told"),
        [
            ("supervisor complaints_manager top_management", [0, 1, 2]),
            ("complaints_manager top_management", [0, 1]),
            ("supervisor top_management", [0, 1]),
            ("top_management", [0]),
            ("", []),
        ],
    )
    def test_a_rung_that_nobody_holds_is_none(self, scene: Scene, roles: str, told: list[int]) -> None:
        handler, above = scene.staff("handler"), [scene.staff(role, department=None) for role in roles.split()]
        customer = scene.customer()
        desk = Desk(scene, handler, handler, customer, scene.complaint(customer))
        desk.live("take write")
        scene.live(tehran("2026-12-08T12:00"))
        ends = [tehran(f"2026-12-0{day}T17:02") for day in (5, 6, 7)]
        assert [told_of(scene, who, "escalated") for who in above] == [[ends[level]] for level in told]
        assert told_of(scene, handler, "breached") == ends[:1]

    def test_nobody_stands_above_the_own_complaint(self, desk: Desk) -> None:
        with desk.scene.acting(desk.supervisor) as work:
            people.set_language(work, "en")
            legal = work.organisation.legal("privacy", "en")
            people.agree(work, "privacy", legal.version, "en", legal.fill())
        desk.code = desk.scene.complaint(desk.supervisor)
        desk.live("take write")
        desk.scene.live(tehran(DUE))
        own = desk.case.id
        of_own = [part for each in letters(desk.scene, desk.supervisor, "reminders", "reminder") for part in each.parts]
        with desk.scene.office.look() as work:
            assert own not in {work.db.get_one(Deadline, part["deadline"]).complaint_id for part in of_own}

    def test_who_is_above_is_warned_while_the_owner_is_away(self, desk: Desk) -> None:
        desk.live("take write")
        with desk.scene.acting(desk.handler) as work:
            people.away(work)
        desk.scene.live(tehran("2026-12-05T12:00"))
        assert len(told_of(desk.scene, desk.handler, "warned")) == 1
        assert len(told_of(desk.scene, desk.supervisor, "warned")) == 1

    @pytest.mark.parametrize("owner", ["away", "nobody"])
    def test_and_hears_once_that_it_is_missed(self, desk: Desk, owner: str) -> None:
        desk.live("take assess contain write")
        with desk.scene.office.work() as work:
            if owner == "away":
                work.db.get_one(Staff, desk.scene.person(desk.handler).id).away_since = work.now
            else:
                work.db.get_one(type(desk.case), desk.case.id).owner_id = None
        due = desk.case.due_at
        assert due
        desk.scene.live(due)
        found = [each for each in letters(desk.scene, desk.supervisor, "reminder") if each.at == due]
        assert [each.parts[0]["what"] for each in found] == ["escalated"]


class TestQuiet:
    """Staff in working time, customers from nine to nine."""

    def test_nobody_is_disturbed_by_what_only_falls_due(self, desk: Desk) -> None:
        """Two cases of people who write at night, through two months in which nobody does anything."""
        scene, boss, head = desk.scene, manager(desk.scene), top(desk.scene)
        desk.at("2026-11-22T23:40")
        night = Desk(scene, desk.handler, desk.supervisor, scene.customer(), "")
        night.code = scene.complaint(night.customer)
        silent = scene.complaint(scene.customer())  # answered, and closed on a Thursday
        for verb in ("take", "refund"):
            scene.act(desk.handler, silent, VERBS[verb])
        desk.live("take refund accept")
        scene.deliver()
        scene.post.clear()
        scene.live(tehran("2027-01-25T12:00"))
        calendar = scene.office.organisation.calendar
        staff = [each for each in scene.post if each.to in (desk.handler, desk.supervisor, boss, head)]
        assert {"case_untaken", "reminders", "case_deadlocked", "cause_wanted"} <= {each.template for each in staff}
        for each in staff:
            assert calendar.is_open(each.at) or calendar.is_open(each.at - timedelta(minutes=32)), each
        customers = [each for each in scene.post if each.to in (desk.customer, night.customer)]
        assert {"answer_late", "way_open"} <= {each.template for each in customers}
        for each in customers:
            assert time(9) <= each.at.astimezone(calendar.zone).time() <= time(21), each

    def test_what_is_critical_does_not_wait_for_the_morning(self, desk: Desk) -> None:
        desk.live("take assess")
        desk.at(NIGHT)
        desk.scene.tick()
        assert [each.at for each in letters(desk.scene, desk.handler, "reminder")][-1] == tehran(NIGHT)

    def test_what_falls_due_together_is_one_message(self, desk: Desk) -> None:
        """Of very many no more than can be read; the number of the others."""
        others = [desk.scene.complaint(desk.customer) for _ in range(24)]
        others += [desk.scene.complaint(desk.scene.customer()) for _ in range(10)]
        for code in (desk.code, *others):
            desk.scene.act(desk.handler, code, VERBS["take"])
        desk.scene.live(tehran("2026-11-24T12:00"))
        (reminder,) = letters(desk.scene, desk.handler, "reminders")
        assert (len(reminder.parts), reminder.more) == (30, 5)

    def test_a_missed_date_that_nobody_took(self, desk: Desk) -> None:
        """Half an hour after a complaint the supervisor hears of it, once."""
        desk.scene.live(tehran("2026-11-21T12:00"))
        assert [each.at for each in letters(desk.scene, desk.supervisor, "case_untaken")] == [
            pytest.approx(tehran("2026-11-21T10:00"), abs=timedelta(minutes=2))
        ]

    def test_a_case_that_came_back_to_nobody_is_one_that_nobody_took(self, desk: Desk) -> None:
        desk.live("take apologise accept")
        with desk.scene.office.work() as work:
            work.db.get_one(Staff, desk.scene.person(desk.handler).id).left_at = work.now
        desk.live("reopen")
        desk.scene.live(tehran("2026-11-21T12:00"))
        assert len(letters(desk.scene, desk.supervisor, "case_untaken")) == 1


class TestPromises:
    def test_a_new_date_again_and_again_and_none_beyond_the_longest_time_while_that_lies_ahead(
        self, desk: Desk
    ) -> None:
        desk.live("take")
        cap = desk.running["cap"].due_at
        assert cap
        desk.scene.live(tehran("2026-12-30T12:00"))
        promised = [each.due_at for each in desk.scene.limits(desk.code) if each.target == "late_answer"]
        late = letters(desk.scene, desk.customer, "answer_late")
        assert promised == sorted(set(promised), key=str)
        assert len(late) == len(promised) > 4
        assert [each for each in promised if each and each <= cap][-1] == cap
        opened = letters(desk.scene, desk.customer, "way_open")
        assert len(opened) == len(events(desk, "complaint.deadlocked")) == 1
        assert desk.case.deadlock_at
        assert desk.case.deadlock_at == cap

    def test_a_case_that_came_back_has_a_longest_time_again(self, desk: Desk) -> None:
        desk.live("take refund")
        desk.scene.clock.forward(days=20)
        desk.live("refuse")
        cap = desk.running["cap"].due_at
        assert cap
        desk.scene.live(cap + timedelta(days=1))
        assert desk.case.deadlock_at == cap
        assert len(letters(desk.scene, desk.customer, "way_open")) == 1

    def test_an_answer_in_time_needs_no_way_out(self, desk: Desk) -> None:
        desk.live("take refund")
        desk.scene.live(tehran("2027-01-25T12:00"), deliver=False)
        assert desk.case.deadlock_at is None

    def test_a_remedy_twice_as_late_as_it_may_be_opens_the_way(self, desk: Desk) -> None:
        desk.live("take replace accept")
        row = desk.running["implementation"]
        assert row.due_at
        assert row.started_at
        twice = row.due_at + (row.due_at - row.started_at)
        desk.scene.live(twice - timedelta(minutes=1))
        assert desk.case.deadlock_at is None
        desk.scene.live(twice + timedelta(days=40))
        assert desk.case.deadlock_at == twice
        assert len(letters(desk.scene, desk.customer, "way_open")) == 1
        assert desk.case.stage == Stage.IMPLEMENTING

    def test_word_on_the_progress_unless_a_date_says_more_within_a_day(self, desk: Desk) -> None:
        """Ten business days after the last word; the date of a medium case comes at that very moment."""
        desk.live("take")
        desk.scene.live(tehran(DUE))
        assert letters(desk.scene, desk.customer, "progress") == []
        other = Desk(desk.scene, desk.handler, desk.supervisor, desk.customer, desk.scene.complaint(desk.customer))
        other.live("take change_severity")
        began, calendar = desk.scene.clock(), desk.scene.office.organisation.calendar
        desk.scene.live(began + timedelta(days=17))
        found = [each.at for each in letters(desk.scene, desk.customer, "progress") if each.case == other.case.id]
        assert found == [calendar.add_business_days(began, 10)]

    def test_who_was_written_to_need_not_hear_of_the_progress(self, desk: Desk) -> None:
        desk.live("take change_severity")
        desk.at("2026-12-02T10:00")
        desk.live("write")
        desk.scene.live(tehran("2026-12-09T10:00"))
        assert letters(desk.scene, desk.customer, "progress") == []

    def test_a_reminder_that_was_put_off_comes_once(self, desk: Desk) -> None:
        desk.live("take write snooze")
        desk.scene.live(tehran("2026-11-24T10:00"))
        assert told_of(desk.scene, desk.handler, "again") == [tehran("2026-11-22T09:02")]


class TestSleep:
    """A machine that sleeps, a clock that is set back: what was done stays done, what was missed is done."""

    STEPS = ("deadline.warned", "deadline.breached", "deadline.escalated", "complaint.deadlocked")

    def steps(self, desk: Desk) -> list[tuple[str, object, object]]:
        found = [each for name in self.STEPS for each in events(desk, name)]
        own = [each for each in found if each.facts.get("target") != "late_answer"]  # of these there are fewer
        return sorted((each.event, each.facts.get("target"), each.facts.get("level", 0)) for each in own)

    def test_after_weeks_all_is_done_and_nothing_twice(self, desk: Desk) -> None:
        other = Desk(desk.scene, desk.handler, desk.supervisor, desk.customer, desk.scene.complaint(desk.customer))
        desk.live("take")
        desk.scene.live(tehran("2027-01-25T12:00"), deliver=False)
        awake = self.steps(desk)
        assert len(awake) == len(set(awake))
        desk.at("2026-11-21T09:30")
        sleeper = Desk(desk.scene, desk.handler, desk.supervisor, desk.customer, desk.scene.complaint(desk.customer))
        sleeper.live("take")
        desk.at("2027-01-25T12:00")
        desk.scene.tick()
        desk.scene.tick()
        assert self.steps(sleeper) == awake
        assert other.case.stage == Stage.RECEIVED

    def test_a_clock_that_is_set_back_repeats_nothing(self, desk: Desk) -> None:
        desk.live("take")
        desk.scene.live(tehran("2026-12-06T18:00"))
        before = self.steps(desk)
        desk.at("2026-12-01T09:00")
        for _ in range(10):
            desk.scene.tick()
            desk.scene.clock.forward(hours=12)
        assert self.steps(desk) == before

    def test_the_admins_hear_when_it_stood_still(self, scene: Scene) -> None:
        admin = scene.staff("admin")
        day = datetime.combine(date(2026, 11, 21), time(6), scene.clock().tzinfo)
        for wall in (day, day + timedelta(minutes=15), day + timedelta(minutes=31), day, day + timedelta(minutes=1)):
            schedule.tick(scene.office, wall=wall)
        scene.deliver()
        (still,) = letters(scene, admin, "desk_stood_still")
        assert still.parts[0]["since"] == (day + timedelta(minutes=15)).isoformat()


class TestDefect:
    def test_one_case_that_cannot_be_worked_off_does_not_stop_the_others(self, desk: Desk) -> None:
        """Its complainant's row is gone, which no program of ours does; the rest of the minute's work is done."""
        scene, admin = desk.scene, desk.scene.staff("admin")
        whole = Desk(scene, desk.handler, desk.supervisor, scene.customer(), "")
        whole.code = scene.complaint(whole.customer)
        for each in (desk, whole):
            each.live("take")
        lose(scene, desk.customer)
        desk.at("2026-12-05T17:05")
        before = schedule.tick(scene.office)["deadlines"]
        assert before > 2
        assert events(whole, "deadline.breached", target="final_response")
        assert not events(desk, "deadline.breached", target="final_response")
        broken = desk.running["final_response"]
        assert broken.next_at == scene.clock() + timedelta(hours=1)
        scene.deliver()
        (alarm,) = letters(scene, admin, "step_failed")
        assert alarm.parts == [{"deadline": broken.id}]

    def test_it_is_tried_again_every_hour(self, desk: Desk) -> None:
        scene, admin = desk.scene, desk.scene.staff("admin")
        desk.live("take")
        lose(scene, desk.customer)
        desk.at("2026-12-05T17:05")
        for _ in range(3):
            scene.tick()
            scene.clock.forward(minutes=60)
        alarms = letters(scene, admin, "step_failed")
        assert [each.at for each in alarms] == [tehran(f"2026-12-05T{hour}:05") for hour in (17, 18, 19)]


def lose(scene: Scene, customer: int) -> None:
    gone = scene.person(customer).id
    with scene.office.engine.connect() as connection:
        connection.rollback()
        raw = connection.connection.dbapi_connection
        assert raw
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM person WHERE id = ?", (gone,))
        raw.execute("PRAGMA foreign_keys=ON")
    with scene.office.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM person WHERE id = :id"), {"id": gone}).scalar_one() == 0
