"""The outbox: whose turn it is, what gathers, where it arrived, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel, col, select

from backoffice import outbox, undelivered
from backoffice.organisation import load
from backoffice.work import Office
from storage import crypto, db
from storage.people import Person
from storage.traffic import ANSWER, DIGEST, NOTICE, Delivered, OutboxMessage
from tests.bot import post
from tests.databases import new_database

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SARA, ALI, GROUP = 1, 2, -7


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    crypto.unlock(crypto.new_secret())
    with new_database(request.param, tmp_path) as engine:
        yield Office(engine, load(), clock)


def put(office: Office, lane: int, urgency: int = NOTICE, **facts: Any) -> int:
    facts = {"body": {"call": "sendMessage", "args": {"chat_id": lane, "text": "a"}}, **facts}
    with office.work() as work:
        row = OutboxMessage(lane=lane, urgency=urgency, created_at=work.now, **facts)
        return post.put(work, row)


def due(office: Office, limit: int = 10, **without: Any) -> list[int]:
    with office.look() as work:
        return outbox.due(work, limit, **without)


def begin(office: Office, *ids: int) -> list[OutboxMessage]:
    with office.work() as work:
        return outbox.begin(work, ids)


def row(office: Office, row_id: int) -> OutboxMessage:
    with office.look() as work:
        return work.db.get_one(OutboxMessage, row_id)


def rows(office: Office) -> list[OutboxMessage]:
    with office.look() as work:
        return list(work.db.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))


@pytest.fixture
def sara(office: Office) -> Person:
    with office.work() as work:
        person = Person(telegram_hash=1, telegram_id=5_000_000_001, first_seen=work.now)
        work.db.add(person)
        return person


class TestDue:
    def test_only_the_head_of_each_lane_and_urgency_may_go_the_most_urgent_first(self, office: Office) -> None:
        digest, notice, _second = put(office, SARA, DIGEST), put(office, SARA), put(office, SARA)
        answer, other = put(office, SARA, ANSWER), put(office, ALI)
        assert due(office) == [answer, notice, other, digest]

    def test_what_is_being_sent_holds_up_what_follows_it(self, office: Office) -> None:
        first, second = put(office, SARA), put(office, SARA)
        begin(office, first)
        assert due(office) == []
        with office.work() as work:
            outbox.sent(work, row(office, first))
        assert due(office) == [second]

    def test_a_row_not_in_line_yet_holds_nobody_up(self, office: Office, clock: Clock) -> None:
        later, now = put(office, SARA, not_before=START + timedelta(minutes=1)), put(office, SARA)
        assert due(office) == [now]
        clock.now += timedelta(minutes=1)
        assert due(office) == [later]

    def test_a_row_set_aside_or_dropped_holds_nobody_up(self, office: Office) -> None:
        ids = [put(office, SARA) for _ in range(3)]
        with office.work() as work:
            outbox.set_aside(work, row(office, ids[0]), "defect")
            outbox.drop(work, row(office, ids[1]), "needless")
        assert due(office) == [ids[2]]

    def test_busy_lanes_resting_rows_and_lower_urgencies_are_left_out(self, office: Office) -> None:
        busy, resting, _behind = put(office, ALI), put(office, SARA), put(office, SARA)
        digest = put(office, GROUP, DIGEST)
        assert due(office, busy_lanes=[ALI], resting=[resting]) == [digest]
        assert due(office, below=DIGEST) == [busy, resting]


class TestBegin:
    def test_a_row_is_begun_once(self, office: Office) -> None:
        first = put(office, SARA)
        assert [begun.id for begun in begin(office, first)] == [first]
        assert begin(office, first) == []

    def test_what_was_begun_when_the_process_ended_waits_again_and_is_doubtful(self, office: Office) -> None:
        first, second = put(office, SARA), put(office, ALI)
        begin(office, first)
        with office.work() as work:
            assert outbox.recover(work) == 1
        assert due(office) == [first, second]
        assert (row(office, first).doubtful, row(office, second).doubtful) == (True, False)


class TestGather:
    def test_parts_join_the_waiting_message_and_move_its_time(self, office: Office, sara: Person, clock: Clock) -> None:
        for n in range(3):
            with office.work() as work:
                work.tell(sara, "album", gather="album:1", not_before=work.now + timedelta(seconds=2), n=n)
            clock.now += timedelta(seconds=1)
        (only,) = rows(office)
        assert only.body == {"template": "album", "params": [{"n": 0}, {"n": 1}, {"n": 2}]}
        assert only.not_before == START + timedelta(seconds=4)

    def test_a_part_that_comes_too_late_begins_a_message(self, office: Office, sara: Person) -> None:
        for n in range(2):
            with office.work() as work:
                work.tell(sara, "album", gather="album:1", n=n)
            begin(office, *(row.id for row in rows(office)))
        assert [row.body["params"] for row in rows(office)] == [[{"n": 0}], [{"n": 1}]]

    def test_a_key_belongs_to_one_person(self, office: Office, sara: Person) -> None:
        with office.work() as work:
            ali = Person(telegram_hash=2, telegram_id=2, first_seen=work.now)
            work.db.add(ali)
            work.db.flush()
            for person in (sara, ali):
                work.tell(person, "reminder", gather="r")
        assert len(rows(office)) == 2


class TestPlaces:
    def test_a_promised_message_resolves_to_what_it_became(self, office: Office) -> None:
        first = put(office, SARA)
        with office.work() as work:
            assert (outbox.resolve(work, -first), outbox.is_pending(work, SARA, -first)) == (None, True)
            outbox.sent(work, row(office, first), [41, 42], thread_id=7)
        with office.look() as work:
            assert (outbox.resolve(work, -first), outbox.is_pending(work, SARA, -first)) == (41, False)
            assert [place.thread_id for place in work.db.exec(select(Delivered))] == [7, 7]

    def test_a_reply_target_is_found_in_its_own_chat_only(self, office: Office) -> None:
        lane = crypto.lookup("chat", SARA)
        first = put(office, lane)
        with office.work() as work:
            outbox.sent(work, row(office, first), [41])
        with office.look() as work:
            found = outbox.delivered_target(work, SARA, 41)
            assert found is not None
            assert found.promise == first
            assert outbox.delivered_target(work, ALI, 41) is None

    def test_a_topic_goes_with_the_message_and_is_found_by_a_reply_to_it(self, office: Office, sara: Person) -> None:
        with office.work() as work:
            for topic in ("room:customer:1", None):
                work.tell(sara, "talk", gather=f"g:{topic}", topic=topic, n=1)
            work.tell(sara, "talk", gather="g:room:customer:1", topic="room:customer:1", n=2)
        private, plain = rows(office)
        assert [len(each.body["params"]) for each in (private, plain)] == [2, 1]
        for each, message in ((private, 41), (plain, 42)):
            with office.work() as work:
                outbox.sent(work, each, [message])
        with office.look() as work:
            places = [outbox.delivered_target(work, sara.telegram_id, message) for message in (41, 42)]
        assert [place and place.topic for place in places] == ["room:customer:1", None]

    def test_a_message_that_is_edited_or_sent_anew_belongs_to_what_it_says_now(self, office: Office) -> None:
        lane = crypto.lookup("chat", SARA)
        first = put(office, lane, topic="room:joint:1")
        with office.work() as work:
            outbox.sent(work, row(office, first), [41])
        for topic in (None, "room:customer:1"):
            again = put(office, lane, topic=topic)
            with office.work() as work:
                outbox.edited(work, row(office, again), lane, 41)
            with office.look() as work:
                place = outbox.delivered_target(work, SARA, 41)
            assert place is not None
            assert place.topic == topic
        last = put(office, lane)
        with office.work() as work:
            outbox.sent(work, row(office, last), [41])
        with office.look() as work:
            place = outbox.delivered_target(work, SARA, 41)
        assert place is not None
        assert place.topic is None

    def test_the_same_place_twice_means_the_later_row(self, office: Office) -> None:
        ids = [put(office, SARA) for _ in range(2)]
        for each in ids:
            with office.work() as work:
                outbox.sent(work, row(office, each), [41])
        with office.look() as work:
            assert [place.promise for place in work.db.exec(select(Delivered))] == [ids[1]]

    def test_a_group_that_moved_takes_what_waits_along(self, office: Office) -> None:
        old, new = crypto.lookup("chat", GROUP), crypto.lookup("chat", -100)
        first = put(office, old, body={"call": "sendMessage", "args": {"chat_id": GROUP, "text": "a"}})
        with office.work() as work:
            outbox.migrate(work, GROUP, -100)
        assert row(office, first).lane == new
        assert row(office, first).body["args"] == {"chat_id": -100, "text": "a"}


class TestUnreachable:
    def test_their_rows_are_held_and_released(self, office: Office, sara: Person) -> None:
        lane = crypto.lookup("chat", sara.telegram_id)
        ids = [put(office, lane, person_id=sara.id) for _ in range(2)]
        begun = begin(office, ids[0])[0]
        with office.work() as work:
            undelivered.unreachable(work, begun, sara.telegram_id)
        assert due(office) == []
        with office.look() as work:
            assert outbox.figures(work).held == 2
        with office.work() as work:
            person = work.db.get_one(Person, sara.id)
            assert person.unreachable_since == START
            assert outbox.release(work, person) == 2
        assert due(office) == [ids[0]]


class TestUpkeep:
    def test_figures_tell_what_waits(self, office: Office, clock: Clock) -> None:
        put(office, SARA, ANSWER)
        put(office, SARA, DIGEST)
        defect = put(office, ALI)
        with office.work() as work:
            outbox.set_aside(work, row(office, defect), "defect")
        clock.now += timedelta(seconds=5)
        with office.look() as work:
            assert outbox.figures(work) == outbox.Figures({ANSWER: 1, DIGEST: 1}, oldest=5.0, held=0, aside=1)

    def test_what_was_sent_long_ago_is_forgotten_but_not_where_a_case_was_spoken_of(
        self, office: Office, clock: Clock
    ) -> None:
        first, second, aside = put(office, SARA), put(office, ALI), put(office, GROUP)
        with office.work() as work:
            outbox.sent(work, row(office, first), [41])
            outbox.drop(work, row(office, second), "needless")
            outbox.set_aside(work, row(office, aside), "defect")
        clock.now += timedelta(days=31)
        with office.work() as work:
            assert outbox.forget_old(work) == 3
        with office.look() as work:
            assert list(work.db.exec(select(OutboxMessage.id))) == [aside]

    def test_looking_for_what_is_due_reads_no_sent_rows(self, tmp_path: Path, clock: Clock) -> None:
        crypto.unlock(crypto.new_secret())
        office = Office(db.connect(f"sqlite:///{tmp_path}/plan.db"), load(), clock)
        SQLModel.metadata.create_all(office.engine)
        asked: list[tuple[str, Any]] = []

        def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
            asked.append((statement, values))

        event.listen(office.engine, "before_cursor_execute", listen)
        due(office, busy_lanes=[ALI], resting=[3])
        statement, values = next(each for each in asked if "outbox" in each[0])
        with office.look() as work:
            plan = work.db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = " / ".join(str(step[-1]) for step in plan)
        assert "ix_outbox_waiting" in steps
        assert "ix_outbox_lane" in steps
        office.engine.dispose()
