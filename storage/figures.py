"""What is counted: the facts of each case, and how many of them there were on each day.

Facts are worked out from the cases again and again (`backoffice/figures`); nothing is known here that is not known
there, so both tables can be thrown away and made anew. They hold no word and no name of anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big, big_key, key

LASTING = text("until IS NOT NULL")
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # until then lasts what has no end yet
BAD, GOOD, NEITHER = 0, 1, -1


class Fact(SQLModel, table=True):
    """Something that counts. It happened at one moment, or it lasts from `at` until before `until`.

    `day` is that of `at` where the organisation is. `code` says more of the kind (a decision, a cause), `good` whether
    it went as it should (1, 0, or -1 where that is no question), `value` how much: seconds, or points of a scale.
    Empty text: not known of the case.
    """

    __table_args__ = (
        Index("ix_fact_day", "kind", "day"),
        Index("ix_fact_lasting", "kind", "until", "at", sqlite_where=LASTING, postgresql_where=LASTING),
    )

    id: int = big_key()
    complaint_id: int = Field(index=True)
    kind: str
    at: datetime
    until: datetime | None = None
    day: date
    department: str = ""
    category: str = ""
    product: str = ""
    branch: str = ""
    channel: str = ""
    language: str = ""
    business: bool = False
    code: str = ""
    good: int = NEITHER
    value: int | None = big(default=None)


class Tally(SQLModel, table=True):
    """How many facts of moments there were on a day that are alike in everything but their time and value."""

    kind: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    department: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    product: str = Field(primary_key=True)
    branch: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    business: bool = Field(primary_key=True)
    code: str = Field(primary_key=True)
    good: int = Field(primary_key=True)
    count: int

    __table_args__ = ({"sqlite_with_rowid": False},)


class Alarm(SQLModel, table=True):
    """That something recurs was told, once in a period: a cause, a category, a product or a branch (`what`), how
    often it had come up by then, and how often in the periods with which that was compared, together."""

    __table_args__ = (UniqueConstraint("what", "code", "first"),)

    id: int = key()
    what: str
    code: str
    department: str = ""
    first: date
    last: date
    count: int
    before: int
    at: datetime


KEY = (
    "kind", "day", "department", "category", "product", "branch", "channel", "language", "business", "code", "good",
)  # fmt: skip
_UPSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_OF_CASES = select(Fact).where(col(Fact.complaint_id).in_(bindparam("cases", expanding=True)))
_REMOVE = delete(Fact).where(col(Fact.id).in_(bindparam("ids", expanding=True)))
_EMPTY = delete(Tally).where(col(Tally.count) == 0, col(Tally.day).in_(bindparam("days", expanding=True)))


def _add_up(dialect: str) -> Any:
    upsert: Any = _UPSERTS[dialect](Tally)
    return upsert.on_conflict_do_update(
        index_elements=list(KEY), set_={"count": col(Tally.count) + upsert.excluded["count"]}
    )


_ADD_UP = {dialect: _add_up(dialect) for dialect in _UPSERTS}


def facts_of(db: Session, cases: Iterable[int]) -> list[Fact]:
    return list(db.exec(_OF_CASES, params={"cases": list(cases)}))


def replace(db: Session, gone: Sequence[int], new: Sequence[Mapping[str, Any]]) -> None:
    """Facts by their ids out, new ones in."""
    connection = db.connection()
    if gone:
        connection.execute(_REMOVE, {"ids": list(gone)})
    if new:
        connection.execute(insert(Fact), [dict(row) for row in new])


def add_up(db: Session, changes: Sequence[Mapping[str, Any]]) -> None:
    """Add to the tallies what changed: rows of `KEY` with a `count`, which may be negative."""
    if not changes:
        return
    connection = db.connection()
    connection.execute(_ADD_UP[connection.dialect.name], [dict(row) for row in changes])
    connection.execute(_EMPTY, {"days": sorted({row["day"] for row in changes})})
