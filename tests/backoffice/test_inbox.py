"""The inbox: stored once, handled in the order of the chat, by one worker at a time, on both databases."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from backoffice import inbox
from backoffice.organisation import load
from backoffice.work import Office
from storage import crypto, db
from storage.traffic import InboxUpdate
from tests.databases import new_database
from tests.postgres import postgres_url

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SARA, ALI = 1, 2


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    crypto.unlock(crypto.new_secret())
    with new_database(request.param, tmp_path) as engine:
        yield Office(engine, load(), Clock())


def receive(office: Office, *updates: tuple[int, int]) -> int:
    with office.work() as work:
        return inbox.receive(work, [(number, lane, {"update_id": number}) for number, lane in updates])


def claimed(office: Office) -> int | None:
    """The number of the update that would be handled now; it stays where it is."""
    with office.work() as work:
        row = inbox.claim(work)
        return row.update_id if row else None


def handle(office: Office) -> int | None:
    with office.work() as work:
        row = inbox.claim(work)
        if row is not None:
            inbox.done(work, row.id or 0)
        return row.update_id if row else None


class TestReceive:
    def test_what_is_there_already_is_ignored(self, office: Office) -> None:
        assert receive(office, (1, SARA), (2, ALI)) == 2
        assert receive(office, (2, ALI), (3, ALI), (3, ALI)) == 1
        assert receive(office) == 0

    def test_a_number_is_known_after_its_update_was_handled(self, office: Office) -> None:
        receive(office, (1, SARA))
        handle(office)
        assert receive(office, (1, SARA)) == 0
        assert claimed(office) is None

    def test_words_are_not_readable_in_the_database(self, office: Office) -> None:
        with office.work() as work:
            inbox.receive(work, [(1, SARA, {"text": "a private matter"})])
            raw = work.db.connection().execute(text("SELECT payload FROM inbox")).scalar_one()
        assert b"private" not in bytes(raw)


class TestClaim:
    def test_the_oldest_comes_first(self, office: Office) -> None:
        receive(office, (1, SARA), (2, ALI), (3, SARA))
        assert [handle(office) for _ in range(4)] == [1, 2, 3, None]

    def test_an_update_that_waits_holds_up_its_chat_and_no_other(self, office: Office) -> None:
        receive(office, (1, SARA), (2, SARA), (3, ALI))
        with office.work() as work:
            row = inbox.claim(work)
            assert row is not None
            inbox.retry_later(work, row.id or 0, START + timedelta(seconds=4), "ValueError")
        assert [handle(office), handle(office)] == [3, None]
        office.clock.now = START + timedelta(seconds=4)  # type: ignore[attr-defined]
        assert [handle(office), handle(office)] == [1, 2]

    def test_one_set_aside_lets_the_next_go_and_keeps_its_payload(self, office: Office) -> None:
        receive(office, (1, SARA), (2, SARA))
        with office.work() as work:
            row = inbox.claim(work)
            assert row is not None
            inbox.set_aside(work, row.id or 0, "ValueError")
        assert claimed(office) == 2
        with office.look() as work:
            kept = work.db.exec(select(InboxUpdate).where(InboxUpdate.status == "aside")).one()
            assert (kept.payload, kept.error, kept.attempts) == ({"update_id": 1}, "ValueError", 1)

    def test_a_certain_one_can_be_claimed_again(self, office: Office) -> None:
        receive(office, (1, SARA), (2, SARA), (3, ALI))
        with office.work() as work:
            ids = [row.id or 0 for row in work.db.exec(select(InboxUpdate).order_by(InboxUpdate.id))]  # type: ignore[arg-type]
            assert inbox.claim(work, ids[2]) is not None
            assert inbox.claim(work, ids[1]) is None

    def test_what_is_rolled_back_is_claimed_again(self, office: Office) -> None:
        receive(office, (1, SARA))
        with pytest.raises(ZeroDivisionError), office.work() as work:  # noqa: PT012
            row = inbox.claim(work)
            assert row is not None
            inbox.done(work, row.id or 0)
            raise ZeroDivisionError
        assert claimed(office) == 1

    def test_workers_side_by_side_keep_the_order_of_every_chat(self, office: Office) -> None:
        numbers = range(1, 61)
        receive(office, *((number, number % 4) for number in numbers))
        handled: list[tuple[int, int]] = []

        def work_off() -> None:
            misses = 0
            while misses < 20:
                with office.work() as work:
                    row = inbox.claim(work)
                    if row is None:
                        misses += 1
                        continue
                    handled.append((row.lane, row.update_id))
                    inbox.done(work, row.id or 0)

        workers = [threading.Thread(target=work_off) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(number for _, number in handled) == list(numbers)
        for lane in range(4):
            assert [n for of, n in handled if of == lane] == [n for n in numbers if n % 4 == lane]


class TestTwoWorkers:
    def test_one_chat_is_never_in_two_hands(self, tmp_path: Path) -> None:
        crypto.unlock(crypto.new_secret())
        office = Office(db.connect(postgres_url()), load(), Clock())
        SQLModel.metadata.create_all(office.engine)
        receive(office, (1, SARA), (2, SARA), (3, ALI))
        with office.work() as first, office.work() as second, office.work() as third:
            claims = [inbox.claim(work) for work in (first, second, third)]
            assert [row.update_id if row else None for row in claims] == [1, 3, None]
        office.engine.dispose()


class TestUpkeep:
    def test_a_handled_update_is_forgotten_after_48_hours_and_no_other(self, office: Office) -> None:
        receive(office, (1, SARA), (2, SARA))
        handle(office)
        office.clock.now = START + timedelta(hours=49)  # type: ignore[attr-defined]
        receive(office, (3, SARA))
        with office.work() as work:
            assert inbox.forget_old(work) == 1
        with office.look() as work:
            assert set(work.db.exec(select(InboxUpdate.update_id))) == {2, 3}
        office.clock.now = START  # type: ignore[attr-defined]

    def test_the_backlog_is_counted(self, office: Office) -> None:
        receive(office, (1, SARA), (2, SARA), (3, ALI))
        with office.work() as work:
            row = inbox.claim(work)
            assert row is not None
            inbox.set_aside(work, row.id or 0, "X")
        office.clock.now = START + timedelta(seconds=30)  # type: ignore[attr-defined]
        with office.look() as work:
            assert inbox.backlog(work) == inbox.Backlog(waiting=2, oldest=30.0, aside=1)
        office.clock.now = START  # type: ignore[attr-defined]

    def test_claiming_reads_no_handled_rows(self, tmp_path: Path) -> None:
        crypto.unlock(crypto.new_secret())
        office = Office(db.connect(f"sqlite:///{tmp_path}/plan.db"), load(), Clock())
        SQLModel.metadata.create_all(office.engine)
        with office.look() as work:
            statement = inbox._CLAIM.compile(office.engine)
            plan = work.db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (None, 1, 0))
            steps = " / ".join(row[-1] for row in plan)
        assert "ix_inbox_order" in steps
        assert "ix_inbox_waiting" in steps
        office.engine.dispose()
