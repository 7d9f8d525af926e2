"""Deadlines: one row for each limit that runs, or ran, on a case. What is due is read from here by index.

And the days of the calendar that were set by hand.
"""

from datetime import date, datetime

from sqlalchemy import JSON, Index, Integer, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big_key

RUNNING = text("ended IS NULL")
CAUSE = "root_cause"
CAUSE_OWED = text(f"target = '{CAUSE}' AND ended IS NULL")
ENDED_WELL, ENDED_FOR_NOTHING, ENDED_UNMET = "met", "void", "unmet"


class Deadline(SQLModel, table=True):
    """A limit of the organisation's file on a case: `target` is its name there.

    `started_at` and `due_at` stay empty while a window waits for its message to arrive. `next_at` is when the tick
    must look at it again (empty: when something else happens first), `step` how many of its steps were taken.
    `severity`: with whose limit it is counted; `half` of it for a case that came back, `extended` for a reason.
    `own_limit`: that of the contract of a business customer, which counts where it ends sooner; then it is
    `by_contract`.
    `ended`: empty while it runs, then met, unmet (the time passed) or void (it no longer mattered). `breached_at` is
    when the desk noticed that its own time had passed, `reason` a code of the organisation's file for why.
    `reminded_at`: when the last reminder arrived; `reminders`: how many are still on their way. `task_id`: the
    remedy that is to be carried out by then; `fixed`: the date is that of a day that was named, and not counted.
    """

    __table_args__ = (
        Index("ix_deadline_next", "urgency", "next_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_deadline_case", "complaint_id", "id"),
        Index("ix_deadline_cause", "due_at", "complaint_id", sqlite_where=CAUSE_OWED, postgresql_where=CAUSE_OWED),
    )

    id: int = big_key()
    complaint_id: int = Field(foreign_key="complaint.id")
    target: str
    urgency: int
    severity: str | None = None
    own_limit: str | None = None
    by_contract: bool = False
    half: bool = False
    extended: bool = False
    started_at: datetime | None = None
    due_at: datetime | None = None
    next_at: datetime | None = None
    step: int = 0
    reminders: int = 0
    reminded_at: datetime | None = None
    breached_at: datetime | None = None
    reason: str | None = None
    task_id: int | None = Field(default=None, foreign_key="remedy_task.id")
    fixed: bool = False
    ended: str | None = None
    ended_at: datetime | None = None


class CalendarDay(SQLModel, table=True):
    """A day whose hours were set by hand, over those of the organisation's file; no hours at all is a closed day."""

    __tablename__ = "calendar_day"

    day: date = Field(primary_key=True)
    hours: list[str] = Field(sa_type=JSON)
    set_by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


_OF_CASE = select(Deadline).where(Deadline.complaint_id == bindparam("case")).order_by(col(Deadline.id))
_RUNNING = _OF_CASE.where(RUNNING)
_DUE = (
    select(Deadline)
    .where(RUNNING, Deadline.urgency == bindparam("urgency"), col(Deadline.next_at) <= bindparam("now"))
    .order_by(col(Deadline.next_at), col(Deadline.id))
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEXT = (
    select(Deadline.next_at)
    .where(RUNNING, Deadline.urgency == bindparam("urgency"), col(Deadline.next_at) > bindparam("after"))
    .order_by(col(Deadline.next_at))
    .limit(1)
)


def of_case(db: Session, complaint_id: int) -> list[Deadline]:
    """All that ever ran on a case, oldest first."""
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def running(db: Session, complaint_id: int) -> list[Deadline]:
    return list(db.exec(_RUNNING, params={"case": complaint_id}))


def due(db: Session, urgency: int, now: datetime, limit: int) -> list[Deadline]:
    """What must be looked at by now, the oldest first; held by this transaction."""
    return list(db.exec(_DUE, params={"urgency": urgency, "now": now, "limit": limit}))


def next_after(db: Session, urgency: int, after: datetime) -> datetime | None:
    return db.exec(_NEXT, params={"urgency": urgency, "after": after}).first()
