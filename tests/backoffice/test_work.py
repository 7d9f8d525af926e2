"""One piece of work: all of it or nothing, what waits for its end included, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from backoffice import audit
from backoffice.work import Office
from storage import crypto, db, journal
from storage.complaints import Complaint
from storage.journal import AuditEvent
from storage.people import Person
from storage.traffic import OutboxMessage
from tests.bot.post import make_office
from tests.postgres import postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    office = make_office(tmp_path, postgres_url() if request.param == "postgresql" else None)
    yield office
    office.engine.dispose()


@pytest.fixture
def sara(office: Office) -> Person:
    with office.work() as work:
        person = Person(telegram_hash=1, telegram_id=1, first_seen=work.now)
        work.db.add(person)
    return person


def told(office: Office) -> list[OutboxMessage]:
    with office.look() as work:
        return list(work.db.exec(select(OutboxMessage)))


def happened(office: Office) -> list[str]:
    with office.look() as work:
        return [event.event for event in work.db.exec(select(AuditEvent))]


def test_what_waits_for_the_end_is_there_after_it(office: Office, sara: Person) -> None:
    with office.work() as work:
        for number in range(3):
            work.record("staff.invited", number=number)
            work.tell(sara, "reminder", number=number)
    assert happened(office) == ["staff.invited"] * 3
    assert [row.body["params"] for row in told(office)] == [{"number": number} for number in range(3)]
    with Session(office.engine) as session:
        assert list(audit.verify(session)) == []


def test_of_work_that_failed_nothing_is_left(office: Office, sara: Person) -> None:
    def fail() -> None:
        with office.work() as work:
            work.record("staff.invited")
            work.tell(sara, "reminder")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (happened(office), told(office)) == ([], [])


def test_what_cannot_be_written_at_the_end_undoes_the_rest(office: Office, sara: Person) -> None:
    """On PostgreSQL the last statements travel together, and what is wrong with one is known only then."""

    def tell_nobody() -> None:
        with office.work() as work:
            work.db.get_one(Person, sara.id).language = "fa"
            work.record("staff.invited")
            work.tell(Person(id=sara.id + 1, telegram_hash=2, telegram_id=2, first_seen=work.now), "reminder")

    with pytest.raises(IntegrityError):
        tell_nobody()
    assert (happened(office), told(office)) == ([], [])
    with office.work() as work:
        assert work.db.get_one(Person, sara.id).language is None
        work.record("staff.invited")
    assert happened(office) == ["staff.invited"]


def test_a_case_knows_what_happened_to_it_a_moment_ago(office: Office, sara: Person) -> None:
    with office.work() as work:
        case = Complaint(stage="received", customer_id=sara.id, language="fa", opened_at=work.now, touched_at=work.now)
        work.db.add(case)
        work.db.flush()
        work.record("complaint.submitted", case)
        assert [event.event for event in work.history(case)] == ["complaint.submitted"]
        work.record("complaint.assessed", case)
        assert [event.seq for event in work.history(case)] == [1, 2]
    with office.look() as work:
        assert len(journal.history(work.db, case.id)) == 2


def test_what_gathers_in_one_piece_of_work_is_one_message(office: Office, sara: Person) -> None:
    with office.work() as work:
        for number in range(2):
            work.tell(sara, "reminder", gather="r", number=number)
    with office.work() as work:
        work.tell(sara, "reminder", gather="r", number=2)
    assert [row.body["params"] for row in told(office)] == [[{"number": number} for number in range(3)]]


def test_a_connection_that_was_cut_while_it_rested_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    crypto.unlock(crypto.new_secret())
    monkeypatch.setattr(db, "RESTED", 0.0)
    url = postgres_url()
    engine, other = db.connect(url), db.connect(url)
    with engine.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) not in (None, process)
    engine.dispose()
    other.dispose()
