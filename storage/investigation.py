"""How a case is investigated (ISO 10002, 7.6): who is asked, what the complainant still has to send, which steps are
ticked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key

DUE = text("next_at IS NOT NULL")
OPEN = text("ended IS NULL")


class Inquiry(SQLModel, table=True):
    """What somebody of the house is asked about a case: an opinion of a unit, or the statement of who is complained of.

    The question and what is said to it are entries of the case that point here. `unit`: a department, or a role behind
    "@"; empty for a statement. `person_id`: who answers, once it is known. `shared`: they also see the complainant's
    words and files. `next_at`: when the tick must look at it again, `step` how many reminders went. `ended`: given,
    withdrawn or declined.
    """

    __table_args__ = (
        Index("ix_inquiry_next", "next_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_inquiry_open", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    kind: str
    unit: str | None = None
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    shared: bool = False
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime
    due_at: datetime
    next_at: datetime | None = None
    step: int = 0
    ended: str | None = None
    ended_at: datetime | None = None


class Wanted(SQLModel, table=True):
    """One thing of a list that the complainant was asked for: `item` is a code of the organisation's file."""

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    question_id: int = Field(foreign_key="entry.id")
    item: str
    given_id: int | None = Field(default=None, foreign_key="entry.id")


class Procedure(SQLModel, table=True):
    """The steps that the organisation's file had for a case when work on it began; `version` is their digest."""

    version: str = Field(primary_key=True)
    steps: list[dict[str, Any]] = Field(sa_type=JSON)


class Tick(SQLModel, table=True):
    """A step of a procedure that was done; one that was taken back stays, with the reason."""

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    step: str
    by_id: int = Field(foreign_key="person.id")
    at: datetime
    undone_by: int | None = Field(default=None, foreign_key="person.id")
    undone_at: datetime | None = None
    reason: str | None = encrypted("tick.reason")


_OF_CASE = select(Inquiry).where(Inquiry.complaint_id == bindparam("case")).order_by(col(Inquiry.id))
_DUE = (
    select(Inquiry)
    .where(col(Inquiry.next_at) <= bindparam("now"))
    .order_by(col(Inquiry.next_at), col(Inquiry.id))
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEXT = select(Inquiry.next_at).where(col(Inquiry.next_at) > bindparam("after")).order_by(col(Inquiry.next_at)).limit(1)
_WANTED = select(Wanted).where(Wanted.complaint_id == bindparam("case")).order_by(col(Wanted.id))
_TICKS = (
    select(Tick).where(Tick.complaint_id == bindparam("case"), col(Tick.undone_at).is_(None)).order_by(col(Tick.id))
)


def inquiries_of(db: Session, complaint_id: int) -> list[Inquiry]:
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def due(db: Session, now: datetime, limit: int) -> list[Inquiry]:
    """What must be looked at by now, the oldest first; held by this transaction."""
    return list(db.exec(_DUE, params={"now": now, "limit": limit}))


def next_after(db: Session, after: datetime) -> datetime | None:
    return db.exec(_NEXT, params={"after": after}).first()


def taken_by(db: Session, person_id: int) -> list[Inquiry]:
    """What this person has taken and not answered yet."""
    query = select(Inquiry).where(Inquiry.person_id == person_id, col(Inquiry.ended).is_(None))
    return list(db.exec(query.order_by(col(Inquiry.id))))


def open_ones(db: Session) -> list[Inquiry]:
    """All that wait for an answer."""
    return list(db.exec(select(Inquiry).where(col(Inquiry.ended).is_(None)).order_by(col(Inquiry.due_at))))


def wanted_of(db: Session, complaint_id: int) -> list[Wanted]:
    """All that the complainant was ever asked for, oldest first."""
    return list(db.exec(_WANTED, params={"case": complaint_id}))


def ticks_of(db: Session, complaint_id: int) -> list[Tick]:
    """The steps that are done, oldest first."""
    return list(db.exec(_TICKS, params={"case": complaint_id}))
