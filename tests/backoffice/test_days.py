"""Days closed and opened by hand: everybody's calendar at once, and dates that are only ever put off."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from backoffice import assessment, complaints, days, errors, handling, organisation, schedule
from backoffice.organisation import DEFAULT, Organisation
from backoffice.work import Office, Work
from storage import journal
from storage.clocks import CalendarDay
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import Scene

SUN, MON, THU = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 26)
SAT = date(2026, 11, 28)
OFFICE = ((time(9), time(17)),)
DAY = timedelta(days=1)


def other_file(tmp_path: Path, old: str, new: str) -> Organisation:
    text = DEFAULT.read_text("utf-8")
    assert old in text
    file = tmp_path / "organisation.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return organisation.load(file)


def another(scene: Scene, rules: Organisation | None = None) -> Office:
    """Another process on the same database."""
    return Office(scene.office.engine, rules or organisation.load(), scene.clock)


def close(scene: Scene, admin: int, *closed: date) -> None:
    with scene.acting(admin) as work:
        for day in closed:
            days.set_day(work, day, days.CLOSED)


def due(scene: Scene, code: str) -> datetime:
    found = scene.case(code).due_at
    assert found is not None
    return found


def later(scene: Scene, moment: datetime, number: int = 1) -> datetime:
    """So many business days after it, by the calendar of now."""
    return scene.office.organisation.calendar.add_business_days(moment - timedelta(minutes=1), number)


def facts(scene: Scene, code: str, name: str) -> list[dict[str, object]]:
    with scene.office.look() as work:
        return [each.facts for each in journal.history(work.db, scene.case(code).id) if each.event == name]


def today(scene: Scene) -> date:
    with scene.office.look() as work:
        return days.today(work)


def notices(scene: Scene) -> list[OutboxMessage]:
    """Of a date that moved."""
    with scene.office.look() as work:
        rows = work.db.exec(select(OutboxMessage).where(OutboxMessage.status == "waiting")).all()
        return [row for row in rows if row.body["template"] == "handling_changed"]


@pytest.fixture
def admin(scene: Scene) -> int:
    return scene.staff("admin")


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(office.engine, "before_cursor_execute", hear)
    yield said
    event.remove(office.engine, "before_cursor_execute", hear)


class TestCalendar:
    def test_everybody_sees_a_day_that_was_set_as_soon_as_it_is_committed(self, scene: Scene, admin: int) -> None:
        with scene.acting(admin) as work:
            days.set_day(work, MON, days.CLOSED)
            assert work.organisation.calendar.hours(MON) == ()
            assert scene.office.organisation.calendar.hours(MON) == OFFICE
        assert scene.office.organisation.calendar.hours(MON) == ()
        assert scene.office.organisation.file_calendar.hours(MON) == OFFICE
        assert organisation.load().calendar.hours(MON) == OFFICE

    def test_what_was_not_committed_was_never_set(self, scene: Scene, admin: int) -> None:
        with scene.office.look(scene.actor(admin)) as work:
            days.set_day(work, MON, days.CLOSED)
        assert scene.office.organisation.calendar.hours(MON) == OFFICE

    def test_a_day_taken_back_is_as_in_the_file_again(self, scene: Scene, admin: int) -> None:
        close(scene, admin, MON)
        with scene.acting(admin) as work:
            days.take_back(work, MON)
        assert scene.office.organisation.calendar.hours(MON) == OFFICE
        assert scene.office.organisation.days == {}

    def test_a_day_that_is_opened_works_like_a_usual_one(self, scene: Scene, admin: int) -> None:
        with scene.acting(admin) as work:
            assert work.organisation.calendar.hours(THU) == ()
            days.set_day(work, THU, days.worked(work.organisation, THU))
        assert scene.office.organisation.calendar.hours(THU) == OFFICE

    def test_in_a_period_of_other_hours_it_has_these(self, tmp_path: Path) -> None:
        rules = other_file(
            tmp_path,
            "extra_open = []",
            'extra_open = []\nperiods = [{ from = 2026-11-20, to = 2026-11-30, hours = ["10:00-14:00"] }]',
        )
        assert days.worked(rules, THU) == ((time(10), time(14)),)

    def test_the_newest_setting_of_a_day_holds_and_the_log_tells_of_all(self, scene: Scene, admin: int) -> None:
        close(scene, admin, MON)
        with scene.acting(admin) as work:
            days.set_day(work, MON, OFFICE)
            days.take_back(work, MON)
        with scene.office.look() as work:
            assert work.db.exec(select(CalendarDay)).all() == []
            said = [
                (each.event, each.facts) for each in journal.history(work.db, journal.DESK) if "calendar" in each.event
            ]
        hours = ["09:00:00-17:00:00"]
        assert said == [
            ("calendar.day_set", {"day": "2026-11-23", "hours": []}),
            ("calendar.day_set", {"day": "2026-11-23", "hours": hours}),
            ("calendar.day_taken_back", {"day": "2026-11-23", "hours": hours}),
        ]

    def test_another_process_sees_it_at_its_next_tick(self, scene: Scene, admin: int) -> None:
        other = another(scene)
        close(scene, admin, MON)
        assert other.organisation.calendar.hours(MON) == OFFICE
        schedule.tick(other)
        assert other.organisation.calendar.hours(MON) == ()
        with scene.acting(admin) as work:
            days.take_back(work, MON)
        schedule.tick(other)
        assert other.organisation.calendar.hours(MON) == OFFICE

    def test_no_update_asks_the_database_for_the_calendar(self, scene: Scene, admin: int) -> None:
        close(scene, admin, MON)
        with statements(scene.office) as said, scene.office.work() as work:
            assert work.organisation.calendar.hours(MON) == ()
        assert not any("calendar_day" in each for each in said)


class TestRefusals:
    @pytest.mark.parametrize(
        ("day", "hours", "what"),
        [
            (date(2026, 11, 20), (), "past_day"),
            (THU, (), "closed_already"),
            (MON, OFFICE, "same_hours"),
        ],
    )
    def test_what_would_change_nothing(
        self, scene: Scene, admin: int, day: date, hours: tuple[tuple[time, time], ...], what: str
    ) -> None:
        with scene.acting(admin) as work, pytest.raises(errors.Invalid) as refusal:
            days.set_day(work, day, hours)
        assert refusal.value.facts["what"] == what

    def test_today_can_be_closed_until_it_is_over_in_the_zone_of_the_desk(self, scene: Scene, admin: int) -> None:
        scene.clock.now = datetime.fromisoformat("2026-11-23T20:00+00:00")  # half an hour before midnight
        close(scene, admin, MON)
        scene.clock.forward(hours=1)
        with scene.acting(admin) as work, pytest.raises(errors.Invalid):
            days.take_back(work, MON)

    def test_a_day_that_nobody_set_cannot_be_taken_back(self, scene: Scene, admin: int) -> None:
        with scene.acting(admin) as work, pytest.raises(errors.Stale):
            days.take_back(work, MON)

    @pytest.mark.parametrize(
        "verb",
        [
            lambda work: days.set_day(work, SUN, days.CLOSED),
            lambda work: days.moving(work, SUN, days.CLOSED),
            lambda work: days.take_back(work, MON),
        ],
    )
    def test_only_who_has_the_right(self, scene: Scene, admin: int, verb: Callable[[Work], object]) -> None:
        close(scene, admin, MON)
        with scene.acting(scene.staff("handler")) as work, pytest.raises(errors.NotAllowed):
            verb(work)


class TestDates:
    def test_a_closed_day_puts_the_date_off_and_the_customer_is_told(self, scene: Scene, admin: int) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        code = scene.complaint(customer)
        scene.tick(deliver=False)
        was, told = due(scene, code), len(scene.told(customer))
        close(scene, admin, MON)
        scene.tick(deliver=False)
        assert due(scene, code) == later(scene, was, 1) > was
        assert scene.told(customer)[told:] == ["handling_changed"]
        assert "handling_changed" not in scene.told(handler)
        moved = {"due": due(scene, code).isoformat(), "was": was.isoformat()}
        assert facts(scene, code, "complaint.due_moved") == [moved]
        assert "final_response" in str(facts(scene, code, "deadline.recounted"))

    def test_a_closed_day_that_is_taken_back_makes_no_date_nearer(self, scene: Scene, admin: int) -> None:
        customer = scene.customer()
        code = scene.complaint(customer)
        scene.tick(deliver=False)
        close(scene, admin, MON)
        scene.tick(deliver=False)
        put_off, told = due(scene, code), scene.told(customer)
        before = scene.running(code)
        with scene.acting(admin) as work:
            days.take_back(work, MON)
        scene.tick(deliver=False)
        assert due(scene, code) == put_off
        assert [each.due_at for each in scene.running(code)] == [each.due_at for each in before]
        assert scene.told(customer) == told
        assert len(facts(scene, code, "deadline.recounted")) == 1

    def test_nor_does_a_question_that_was_answered_since(self, scene: Scene, admin: int) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        code = scene.complaint(customer)
        with scene.acting(handler) as work:
            handling.take(work, complaints.find(work, code))
        close(scene, admin, SUN, MON)
        scene.tick(deliver=False)
        put_off = due(scene, code)
        for day in (SUN, MON):
            with scene.acting(admin) as work:
                days.take_back(work, day)
        with scene.acting(handler) as work:
            handling.ask(work, complaints.find(work, code), "Which door?")
        scene.clock.forward(minutes=5)
        with scene.acting(customer) as work:
            complaints.add(work, complaints.find_own(work, code), "The green one.")
        assert due(scene, code) >= put_off

    def test_an_opened_day_makes_no_date_nearer_but_counts_for_new_cases(self, scene: Scene, admin: int) -> None:
        first = scene.complaint(scene.customer())
        was = due(scene, first)
        with scene.acting(admin) as work:
            days.set_day(work, THU, OFFICE)
        scene.tick(deliver=False)
        assert due(scene, first) == was
        assert due(scene, scene.complaint(scene.customer())) < was

    def test_a_case_that_rests_is_told_nothing(self, scene: Scene, admin: int) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        code = scene.complaint(customer)
        with scene.acting(handler) as work:
            case = complaints.find(work, code)
            handling.take(work, case)
            handling.ask(work, case, "Which parcel?")
        scene.tick(deliver=False)
        told = scene.told(customer)
        close(scene, admin, MON)
        scene.tick(deliver=False)
        assert scene.case(code).due_at is None
        assert scene.told(customer) == told
        assert facts(scene, code, "complaint.due_moved") == []
        assert all(each.next_at is None for each in scene.running(code) if each.target == "final_response")

    def test_what_was_missed_stays_missed(self, scene: Scene, admin: int) -> None:
        code = scene.complaint(scene.customer())
        scene.tick(deliver=False)
        scene.live(due(scene, code) + timedelta(hours=1))
        before = {each.target: (each.due_at, each.breached_at) for each in scene.running(code)}
        assert before["final_response"][1] is not None
        close(scene, admin, today(scene) + 2 * DAY)
        scene.tick(deliver=False)
        after = {each.target: (each.due_at, each.breached_at) for each in scene.running(code)}
        assert after["final_response"] == before["final_response"]

    def test_at_night_nobody_is_woken_for_it(self, scene: Scene, admin: int) -> None:
        customer = scene.customer()
        scene.complaint(customer)
        scene.tick(deliver=False)
        scene.clock.now = datetime.fromisoformat("2026-11-21T22:00+00:00")
        close(scene, admin, MON)
        scene.tick(deliver=False)
        (row,) = notices(scene)
        assert row.not_before
        assert row.not_before > scene.clock.now

    def test_two_changes_before_the_message_goes_are_one_message(self, scene: Scene, admin: int) -> None:
        code = scene.complaint(scene.customer())
        scene.tick(deliver=False)
        was = due(scene, code)
        for day in (MON, SUN):
            close(scene, admin, day)
            scene.tick(deliver=False)
        (row,) = notices(scene)
        assert row.body["params"][0]["was"] == was.isoformat()
        assert due(scene, code) == later(scene, was, 2)

    def test_a_step_is_not_taken_at_the_date_that_moves_away(self, scene: Scene, admin: int) -> None:
        code = scene.complaint(scene.customer())
        scene.tick(deliver=False)
        was = due(scene, code)
        scene.live(was - timedelta(hours=8, minutes=30))
        close(scene, admin, today(scene))
        scene.live(was + timedelta(minutes=1))
        assert scene.case(code).due_at == later(scene, was, 0) > was
        final = next(each for each in scene.running(code) if each.target == "final_response")
        assert final.breached_at is None


class TestForesight:
    @pytest.mark.parametrize("closed", [SAT - 7 * DAY, SUN, MON, SAT, date(2026, 12, 1), date(2027, 1, 3)])
    def test_it_counts_what_will_move(self, scene: Scene, admin: int, closed: date) -> None:
        handler = scene.staff("handler")
        codes = []
        for number in range(6):
            codes.append(scene.complaint(scene.customer()))
            with scene.acting(handler) as work:
                case = complaints.find(work, codes[-1])
                if number % 2:
                    criteria = assessment.Criteria(number % 4, 0, number % 3, 1, False)
                    assessment.assess(work, case, criteria)
                if number == 3:
                    handling.ask(work, case, "Which?")
        scene.tick(deliver=False)
        with scene.acting(admin) as work:
            foreseen = days.moving(work, closed, days.CLOSED)
            days.set_day(work, closed, days.CLOSED)
        scene.tick(deliver=False)
        moved = [fact["due"] for code in codes for fact in facts(scene, code, "deadline.recounted")]
        resting = facts(scene, codes[3], "deadline.recounted")
        assert foreseen == sum(map(len, moved)) - sum(len(fact["due"]) for fact in resting)  # type: ignore[arg-type,misc]

    def test_nothing_moves_for_a_day_that_is_opened(self, scene: Scene, admin: int) -> None:
        scene.complaint(scene.customer())
        with scene.acting(admin) as work:
            assert days.moving(work, THU, OFFICE) == 0
            assert days.moving(work, MON, ((time(8), time(18)),)) == 0
