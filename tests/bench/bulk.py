"""Years of complaints in a minute: rows with history, audit and outbox, made by the database itself."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from backoffice.work import Office
from storage import crypto
from storage.people import Person, Staff
from tests.postgres import postgres_url

STAFF, CUSTOMERS = 44, 50  # real people, who can act; the first four of the staff are supervisors
FIRST_ID = 5_000_000_000
EACH = 4  # complaints of one customer
OPEN = 500  # cases in hand; an organisation's history grows, what it can hold in hand does not
UNITS = ("delivery", "product")
HASH = "x" * 64


@dataclass(frozen=True, slots=True)
class Sql:
    """What the two databases say differently."""

    numbers: str
    ago: str  # so many seconds before :now; {} is an expression

    @classmethod
    def of(cls, dialect: str) -> "Sql":
        if dialect == "sqlite":
            numbers = (
                "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {}) SELECT i FROM n)"
            )
            return cls(numbers, "strftime('%Y-%m-%d %H:%M:%f000', :now, printf('%+d seconds', -({})))")
        return cls(
            "(SELECT i FROM generate_series(0, {} - 1) AS i)", "CAST(:now AS timestamptz) - ({}) * interval '1 second'"
        )


def addresses() -> Iterator[tuple[str, str]]:
    """Where a small office and a large one may be: on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'small.db'}", f"sqlite:///{Path(folder) / 'large.db'}"
        yield postgres_url(), postgres_url()


def fill(office: Office, complaints: int, open_cases: int = OPEN) -> None:
    """An office with so many complaints, as many of them open as said; the rest closed over five years."""
    _hire(office)
    with office.engine.begin() as connection:
        _insert_all(Rows(connection, office.clock()), complaints, open_cases)
    tidy(office)


def fill_with_deadlines(office: Office, count: int) -> None:
    """An office that holds so many open cases, each with a limit that runs until some later day."""
    _hire(office)
    with office.engine.begin() as connection:
        _insert_deadlines(Rows(connection, office.clock()), count)
    tidy(office)


BLANK = {
    **dict.fromkeys(("panel", "barred", "risks", "account_contacts"), "'{}'"),
    **dict.fromkeys(("wrong_secrets", "reopenings", "contacts"), "0"),
    **dict.fromkeys(("anonymous", "written_only"), "false"),
}
"""Of a complaint to which nothing special happened."""


def let_fall_due(office: Office, first: int, count: int) -> None:
    """So many of these limits, from the first one on: half are to be warned of now, half have passed."""
    statement = "UPDATE deadline SET next_at = :now, step = id % 2 WHERE id >= :first AND id < :last"
    with office.engine.begin() as connection:
        now = _moment(connection, office.clock())
        connection.execute(text(statement), {"now": now, "first": first, "last": first + count})


class Rows:
    """Makes many rows in one statement; the columns are expressions over the number `i` of a row."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.sql = Sql.of(connection.dialect.name)
        self._connection = connection
        self._values: dict[str, Any] = {"now": _moment(connection, now), "hash": HASH}
        for column in ("person.telegram_id", "complaint.name", "entry.text", "answer.reasons", "attachment.file_id"):
            words = crypto.keyring().encrypt(b'"some words of somebody"', column)
            self._values[column.replace(".", "_")] = words

    def insert(self, table: str, count: int, **columns: str) -> None:
        numbers = self.sql.numbers.format(count)
        statement = (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {numbers} AS n"
        )
        values = {name: value for name, value in self._values.items() if f":{name}" in statement}
        self._connection.execute(text(statement), values)


def _hire(office: Office) -> None:
    with office.work() as work:
        people = [_person(number, work.now) for number in range(STAFF + CUSTOMERS)]
        work.db.add_all(people)
        work.db.flush()
        work.db.add_all(_staff(person, number, work.now) for number, person in enumerate(people[:STAFF]))


def tidy(office: Office) -> None:
    if office.engine.dialect.name == "postgresql":
        with office.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def telegram_id(number: int) -> int:
    return FIRST_ID + number


def _person(number: int, now: datetime) -> Person:
    found_by = crypto.lookup("person", telegram_id(number))
    return Person(telegram_hash=found_by, telegram_id=telegram_id(number), language="en", first_seen=now)


def _staff(person: Person, number: int, now: datetime) -> Staff:
    role, unit = ("supervisor", UNITS[number % 2]) if number < 4 else ("handler", UNITS[number % 2])
    return Staff(person_id=person.id, roles=[role], department=unit, languages=["en"], capacity=10**6, joined_at=now)


def _insert_deadlines(rows: Rows, count: int) -> None:
    ago, later = rows.sql.ago.format("864000"), rows.sql.ago.format("-86400 - i / 8")
    strangers = _strangers(rows, count, ago)
    rows.insert(
        "complaint", count, version="1", code="'SLH-' || i", stage="'investigating'", turn="4",
        customer_id=f"{STAFF + 1} + i % {strangers + CUSTOMERS}", language="'en'", channel="'telegram'",
        opened_at=ago, touched_at=ago, received_at=ago, assigned_at=ago, category="'delivery.late'",
        department=f"CASE WHEN i % 2 = 0 THEN '{UNITS[0]}' ELSE '{UNITS[1]}' END",
        name=":complaint_name", severity="'medium'", rounds="0", **BLANK,
        owner_id=f"5 + i % {STAFF - 4}", due_at=later,
    )  # fmt: skip
    rows.insert(
        "deadline", count, complaint_id="i + 1", target="'final_response'", urgency="i % 4", severity="'medium'",
        half="false", extended="false", by_contract="false", fixed="false",
        started_at=ago, due_at=later, next_at=later, step="0", reminders="0",
    )  # fmt: skip


def _strangers(rows: Rows, complaints: int, since: str) -> int:
    """Those who complained, besides the people who can act; how many."""
    strangers = max(complaints // EACH - CUSTOMERS, 1)
    rows.insert(
        "person", strangers, telegram_hash="i", telegram_id=":person_telegram_id", language="'en'",
        native_digits="true", hijri="false", first_seen=since,
    )  # fmt: skip
    return strangers


def _insert_all(rows: Rows, complaints: int, open_cases: int) -> None:
    sql, insert = rows.sql, rows.insert
    seconds = int(timedelta(days=5 * 365).total_seconds()) // complaints
    recent = sql.ago.format(f"i * {seconds}")
    closed = f"i >= {open_cases}"
    stage = f"CASE WHEN {closed} THEN 'closed' ELSE 'investigating' END"
    strangers = _strangers(rows, complaints, recent)
    first, staff = "i + 1", f"5 + i % {STAFF - 4}"
    insert(
        "complaint", complaints, version="1", code="'SLH-' || i", stage=stage, turn="4",
        customer_id=f"{STAFF + 1} + i % {strangers + CUSTOMERS}", language="'en'", channel="'telegram'",
        opened_at=recent, touched_at=recent, received_at=recent, assigned_at=recent,
        category="'delivery.late'", department=f"CASE WHEN i % 2 = 0 THEN '{UNITS[0]}' ELSE '{UNITS[1]}' END",
        name=":complaint_name", severity="'medium'", rounds="1", **BLANK,
        owner_id=f"CASE WHEN {closed} OR i % 20 > 0 THEN {staff} END",
        due_at=f"CASE WHEN i < {open_cases} THEN {sql.ago.format('-86400 - i')} END",
        closed_at=f"CASE WHEN {closed} THEN {recent} END", closed_reason=f"CASE WHEN {closed} THEN 'resolved' END",
        decision="'upheld'", remedy="'refund'",
    )  # fmt: skip
    case = "1 + i / {}"
    insert(
        "entry", 2 * complaints, complaint_id=case.format(2), author_id=f"{STAFF + 1}", kind="'story'",
        text=":entry_text", at=recent,
    )  # fmt: skip
    insert(
        "answer", complaints, complaint_id=first, round="1", decision="'upheld'", reasons=":answer_reasons",
        remedy="'refund'", author_id=staff, at=recent, delivered_at=recent,
    )  # fmt: skip
    insert(
        "attachment", complaints // 5, complaint_id=first, entry_id=first, kind="'photo'", attempts="0",
        file_id=":attachment_file_id", state="'stored'", sha256=":hash", path="'attachments/' || i",
    )  # fmt: skip
    insert(
        "audit_event", 5 * complaints, chain=case.format(5), seq="1 + i % 5", event="'complaint.moved'",
        actor_id=staff, at=recent, facts="'{}'", previous=":hash", digest=":hash",
    )  # fmt: skip
    insert("setting", 1, name="'figures_heard'", value=f"'{5 * complaints}'")  # counted already
    insert("audit_seal", 1, last_event_id=f"{5 * complaints}", events=f"{5 * complaints}", seal=":hash", at=":now")
    insert(
        "outbox", 2 * complaints, lane="i % 100003", promise="i", urgency="i % 2", status="'sent'", attempts="0",
        doubtful="false", complaint_id=case.format(2), party="'customer'", created_at=sql.ago.format("i % 2000000"),
        sent_at=recent,
    )  # fmt: skip
    insert(
        "delivered", 2 * complaints, lane="i % 100003", message_id="i", promise="i", complaint_id=case.format(2),
        party="'customer'", at=recent,
    )  # fmt: skip
    insert(
        "inbox", complaints // 2, update_id="i", lane="i % 100003", status="'done'", attempts="0",
        received_at=sql.ago.format("i % 170000"),
    )  # fmt: skip


def _moment(connection: Connection, now: datetime) -> Any:
    return now.strftime("%Y-%m-%d %H:%M:%S.%f") if connection.dialect.name == "sqlite" else now
