"""Digests of figures: who wants which and when, and each one that was made."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import big, encrypted, key

DUE, MADE, PASSED, STOPPED = "due", "made", "passed", "stopped"  # states of a digest, and of a table
TO_MAKE = text("state = 'due'")


class Subscription(SQLModel, table=True):
    """A digest that somebody gets regularly: after each day, week or month (`rhythm`) of the organisation's, of one
    department or of all. `at` ("08:00") is the time of day in their own time zone. `covers` is the first day of the
    period that the next one tells of, and `next_at` when that is due.
    """

    __table_args__ = (UniqueConstraint("person_id", "rhythm", "department"),)

    id: int = key()
    person_id: int = Field(foreign_key="person.id", index=True)
    rhythm: str
    department: str = ""  # all: no NULL, of which a unique constraint would allow several
    at: str
    zone: str
    paper: bool = False
    sheet: bool = False
    covers: date
    next_at: datetime = Field(index=True)
    since: datetime


class Digest(SQLModel, table=True):
    """One digest of a period, by subscription or because somebody asked for it now.

    `state`: due, made (its messages are in the outbox), or passed (nobody could receive it). `brief`: without pictures,
    because a newer one follows at once. `failed`: how many of its parts could not be made. `read_at` and `action` are
    what its reader said of it.
    """

    __table_args__ = (
        UniqueConstraint("subscription_id", "first"),
        Index("ix_digest_to_make", "id", sqlite_where=TO_MAKE, postgresql_where=TO_MAKE),
    )

    id: int = key()
    person_id: int = Field(foreign_key="person.id", index=True)
    subscription_id: int | None = Field(default=None, foreign_key="subscription.id", ondelete="SET NULL")
    rhythm: str
    first: date
    last: date
    department: str = ""
    brief: bool = False
    paper: bool = False
    sheet: bool = False
    state: str = DUE
    attempts: int = 0
    next_at: datetime | None = None
    failed: int = 0
    created_at: datetime
    made_at: datetime | None = None
    read_at: datetime | None = None
    action: str | None = encrypted("digest.action")
    acted_at: datetime | None = None


class Table(SQLModel, table=True):
    """A table of the cases of a period that somebody asked for, a line for each.

    `form`: xlsx or csv. `open_words`: with what customers wrote as they wrote it, else without who they are. `state` is
    as that of a digest, or stopped: by who asked, or because they lost the right. `message_id` is the message in which
    they read how far it is: `written` of `total` lines; of the cases that they may not read there is only their number,
    `left_out`.
    """

    __tablename__ = "case_table"
    __table_args__ = (Index("ix_case_table_to_make", "id", sqlite_where=TO_MAKE, postgresql_where=TO_MAKE),)

    id: int = key()
    person_id: int = Field(foreign_key="person.id", index=True)
    rhythm: str
    first: date
    last: date
    department: str = ""
    form: str
    open_words: bool = False
    message_id: int | None = big(default=None)
    state: str = DUE
    attempts: int = 0
    next_at: datetime | None = None
    written: int = 0
    left_out: int = 0
    total: int | None = None
    created_at: datetime
    made_at: datetime | None = None
