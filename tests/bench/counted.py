"""What is counted of years of complaints, made by the database itself beside them."""

from datetime import timedelta

from sqlalchemy import text

from backoffice import organisation
from backoffice.figures.facts import Kind
from backoffice.work import Office
from storage.figures import KEY
from tests.bench.bulk import Rows, Sql

YEARS = 5
MOMENTS = {
    Kind.RECEIVED: ("''", 1, "NULL"),
    Kind.ACKNOWLEDGED: ("''", -1, "2"),
    Kind.CAUSE: ("{cause}", -1, "NULL"),
    Kind.DONE: ("{target}", "i % 10 < 9", "i % 200000"),
    Kind.ANSWERED: ("'upheld'", -1, "NULL"),
    Kind.CLOSED: ("'resolved'", 0, "NULL"),
    Kind.RESOLVED: ("''", -1, "i % 900000"),
    Kind.RESTED: ("''", -1, "i % 90000"),
    Kind.ASKED: ("'handling'", 1, "NULL"),
    Kind.RATED: ("'handling'", "i % 5 > 2", "1 + i % 5"),
}
"""Of each complaint: code, whether it was good, value."""
TARGETS = ("assessment", "first_response", "final_response")
OPEN = 500  # as many as there are open cases in the desk


def count(office: Office, complaints: int) -> None:
    """Facts and tallies of so many complaints over five years, of all categories and languages."""
    rules = organisation.load()
    categories, causes = ([each.code for each in found] for found in (rules.categories, rules.root_causes))
    with office.engine.begin() as connection:
        rows = Rows(connection, office.clock())
        sql = Sql.of(connection.dialect.name)
        at = sql.ago.format(f"i * {int(timedelta(days=YEARS * 365).total_seconds()) // complaints}")
        day = f"date({at})" if connection.dialect.name == "sqlite" else f"CAST({at} AS date)"
        alike = {
            "complaint_id": "i + 1",
            "at": at,
            "day": day,
            "department": _one_of([each.code for each in rules.departments]),
            "category": _one_of(categories),
            "product": "''",
            "branch": "''",
            "channel": "'telegram'",
            "language": _one_of(["fa", "ar", "en"]),
            "business": "false",
        }
        for kind, (code, good, value) in MOMENTS.items():
            said = code.format(cause=_one_of(causes), target=_one_of(list(TARGETS)))
            good = f"CASE WHEN {good} THEN 1 ELSE 0 END" if isinstance(good, str) else str(good)
            rows.insert("fact", complaints, **alike, kind=f"'{kind}'", code=said, good=good, value=value)
        over = sql.ago.format(f"i * {int(timedelta(days=YEARS * 365).total_seconds()) // complaints} - 864000")
        until = f"CASE WHEN i >= {OPEN} THEN {over} ELSE {_forever(connection.dialect.name)} END"
        rows.insert("fact", complaints, **alike, until=until, kind="'open'", code="''", good="-1", value="0")
        rows.insert(
            "fact", complaints // 20, **alike, until=until, kind="'overdue'", code=_one_of(list(TARGETS)), good="-1",
            value="NULL",
        )  # fmt: skip
        names = ", ".join(KEY)
        added_up = f"SELECT {names}, count(*) FROM fact WHERE until IS NULL GROUP BY {names}"
        connection.execute(text(f"INSERT INTO tally ({names}, count) {added_up}"))


def _one_of(codes: list[str]) -> str:
    cases = " ".join(f"WHEN {number} THEN '{code}'" for number, code in enumerate(codes))
    return f"CASE i % {len(codes)} {cases} END"


def _forever(dialect: str) -> str:
    return "'9999-01-01 00:00:00.000000'" if dialect == "sqlite" else "CAST('9999-01-01T00:00:00Z' AS timestamptz)"
