"""The complainant's time: reminders on their days, never a door shut on somebody who was not reached or not heard."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import outbox, schedule, undelivered
from backoffice.stages import Stage
from storage.people import Person
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import Desk
from tests.backoffice.test_calendar import tehran
from tests.backoffice.test_watch import events, letters

START = "2026-11-21"
MONTHS = timedelta(days=120)
LIVES = {
    "customer_info": "take ask",
    "customer_answer": "take refund",
    "customer_confirm": "take refund accept carry_out",
    "review_answer": "take reject ask_review dismiss",
    "external_offer": "take declare",
}


def days_of_reminders(desk: Desk) -> list[int]:
    """Counted from the day on which the message arrived that they are about."""
    zone = desk.scene.office.organisation.calendar.zone
    began = min(each.started_at for each in desk.scene.limits(desk.code)[-1:] if each.started_at)
    found = letters(desk.scene, desk.customer, "window_reminder")
    return [(each.at.astimezone(zone).date() - began.astimezone(zone).date()).days for each in found]


class TestReminders:
    @pytest.mark.parametrize("hour", ["09:00", "12:20", "16:59", "20:30"])
    @pytest.mark.parametrize(
        ("target", "days"),
        [
            ("customer_info", [4, 8]),
            ("customer_answer", [3, 7, 9]),
            ("customer_confirm", [3, 6]),
            ("review_answer", [3, 7, 9]),
            ("external_offer", [7, 20]),
        ],
    )
    def test_come_on_their_days_at_whatever_hour_it_began(
        self, desk: Desk, target: str, days: list[int], hour: str
    ) -> None:
        desk.at(f"{START}T{hour}")
        desk.live(LIVES[target])
        desk.scene.deliver()
        due = desk.running[target].due_at
        assert due
        desk.scene.live(due)
        assert days_of_reminders(desk) == days
        assert desk.newest(target).ended is None

    @pytest.mark.parametrize(("target", "reason"), [("customer_info", "no_info"), ("customer_answer", "silent"),
                                                    ("customer_confirm", "tacit"), ("review_answer", "silent"),
                                                    ("external_offer", "unresolved")])  # fmt: skip
    def test_then_the_case_closes_in_the_morning_after_the_last_day(self, desk: Desk, target: str, reason: str) -> None:
        desk.live(LIVES[target])
        desk.scene.deliver()
        due = desk.running[target].due_at
        assert due
        desk.scene.live(due + timedelta(days=3))
        case, ended = desk.case, desk.newest(target)
        assert (case.stage, case.closed_reason, ended.ended) == (Stage.CLOSED, reason, "unmet")
        morning = tehran(due.astimezone(tehran(f"{START}T00:00").tzinfo).date().isoformat() + "T09:00")
        assert case.closed_at == morning + timedelta(days=1)
        (told,) = letters(desk.scene, desk.customer, "closed_by_silence")
        assert told.at == case.closed_at

    @pytest.mark.parametrize(
        ("target", "deed"),
        [
            ("customer_info", "add"),
            ("customer_answer", "accept"),
            ("customer_answer", "refuse"),
            ("customer_confirm", "deny"),
        ],
    )
    def test_who_has_answered_hears_no_more_of_it(self, desk: Desk, target: str, deed: str) -> None:
        desk.live(LIVES[target])
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + timedelta(days=4))
        before = len(letters(desk.scene, desk.customer, "window_reminder"))
        desk.live(deed)
        desk.scene.live(desk.scene.clock() + timedelta(days=14))
        assert len(letters(desk.scene, desk.customer, "window_reminder")) == before
        assert desk.case.stage != Stage.CLOSED

    def test_a_week_in_which_the_machine_slept_makes_one_message_of_all(self, desk: Desk) -> None:
        desk.live(LIVES["customer_answer"])
        desk.scene.deliver()
        desk.scene.clock.forward(days=15)
        desk.scene.tick()
        (reminder,) = letters(desk.scene, desk.customer, "window_reminder")
        assert len(reminder.parts) == 3
        assert desk.case.stage == Stage.ANSWERED


class TestClosing:
    def test_not_sooner_than_a_day_after_the_last_reminder_arrived(self, desk: Desk) -> None:
        desk.live(LIVES["customer_answer"])
        desk.scene.deliver()
        desk.at("2026-12-03T14:00")  # long after the last day
        desk.scene.tick()  # only now the reminders go
        desk.scene.live(tehran("2026-12-04T13:59"))
        assert desk.case.stage == Stage.ANSWERED
        desk.scene.live(tehran("2026-12-04T14:01"))
        assert desk.case.closed_at == tehran("2026-12-04T14:00")

    def test_not_while_a_reminder_is_on_its_way(self, desk: Desk) -> None:
        """The last one does not get through, for days; a day after it has, the case closes."""
        desk.live(LIVES["customer_confirm"])
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + timedelta(days=4))
        desk.scene.live(desk.scene.clock() + MONTHS, deliver=False)
        assert desk.case.stage == Stage.CONFIRMING
        desk.scene.deliver()
        arrived = desk.scene.clock()
        desk.scene.live(arrived + timedelta(hours=23, minutes=59))
        assert desk.case.stage == Stage.CONFIRMING
        desk.scene.live(arrived + timedelta(days=2))
        assert desk.case.stage == Stage.CLOSED

    @pytest.mark.parametrize("target", LIVES)
    def test_never_when_the_message_itself_has_not_arrived(self, desk: Desk, target: str) -> None:
        for verb in LIVES[target].split():
            desk.scene.deliver()
            desk.live(verb)
        desk.scene.live(desk.scene.clock() + MONTHS, deliver=False)
        assert desk.case.stage not in (Stage.CLOSED, Stage.INVESTIGATING)
        assert len(events(desk, "deadline.undelivered")) == 1
        assert desk.scene.told(desk.handler).count("not_delivered") == 1
        assert desk.running[target].next_at is None
        desk.scene.deliver()
        assert desk.running[target].started_at == desk.scene.clock()

    def test_never_on_somebody_who_cannot_be_reached(self, desk: Desk) -> None:
        desk.live(LIVES["customer_answer"])
        desk.scene.deliver()
        desk.scene.live(tehran("2026-11-24T12:00"))
        self._block(desk)
        desk.scene.live(tehran("2026-11-24T12:00") + MONTHS, deliver=False)
        assert desk.case.stage == Stage.ANSWERED
        with desk.scene.office.work() as work:
            outbox.release(work, work.db.get_one(Person, desk.case.customer_id))
        desk.scene.deliver()
        back = desk.scene.clock()
        desk.scene.live(back + timedelta(days=2))
        closed = desk.case.closed_at
        assert closed
        assert closed >= back + timedelta(days=1)

    def test_not_while_people_may_not_have_been_heard(self, desk: Desk) -> None:
        """The desk slept, and their answer may lie in the inbox: everything is done but that."""
        desk.live(LIVES["customer_info"])
        desk.scene.deliver()
        desk.scene.live(tehran("2026-12-01T12:00"))
        desk.at("2026-12-03T14:00")
        for _ in range(3):
            schedule.tick(desk.scene.office, closing=False)
            desk.scene.clock.forward(minutes=1)
        assert desk.case.stage == Stage.AWAITING_INFO
        desk.live("add")
        schedule.tick(desk.scene.office)
        assert desk.case.stage == Stage.INVESTIGATING

    def test_once_they_were_heard_it_closes_within_minutes(self, desk: Desk) -> None:
        desk.live(LIVES["customer_info"])
        desk.scene.deliver()
        desk.scene.live(tehran("2026-12-01T12:00"))
        desk.at("2026-12-03T14:00")
        schedule.tick(desk.scene.office, closing=False)
        desk.scene.clock.forward(minutes=1)
        schedule.tick(desk.scene.office)
        assert desk.case.stage == Stage.CLOSED

    @pytest.mark.parametrize("life", ["assess ask", "SAFETY ask"])
    def test_never_for_missing_information_when_somebody_may_be_harmed(self, desk: Desk, life: str) -> None:
        """Critical, or lowered since, while the safety of people is at stake all the same (T11)."""
        if "SAFETY" in life:
            desk.live("assess change_severity")
            life = "ask"
        desk.live(life)
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + timedelta(days=20))
        assert events(desk, "complaint.lapsed")
        assert desk.case.stage == Stage.INVESTIGATING
        assert len(letters(desk.scene, desk.customer, "info_not_given")) == 1
        assert len(letters(desk.scene, desk.handler, "info_missing")) == 1

    def test_a_critical_answer_that_nobody_takes_up_does_close(self, desk: Desk) -> None:
        desk.live("assess contain refund approve")
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + timedelta(days=12))
        assert desk.case.closed_reason == "silent"

    @staticmethod
    def _block(desk: Desk) -> None:
        """The next message to the customer comes back: they have blocked the desk."""
        with desk.scene.office.work() as work:
            person = work.db.get_one(Person, desk.case.customer_id)
            work.tell(person, "staff_wrote", work.db.get_one(type(desk.case), desk.case.id), party="customer")
            work.write()
            row = work.db.exec(select(OutboxMessage).where(OutboxMessage.person_id == person.id)).all()[-1]
            undelivered.unreachable(work, row, person.telegram_id)
