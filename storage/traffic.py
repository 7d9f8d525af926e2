"""What travels: updates that came in, messages that go out, where each was delivered, conversation state.

`lane` is the keyed hash of a chat: it orders what belongs to one chat without naming it. What was said is
encrypted, and wiped once it was handled or sent.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, select

from storage.columns import big, big_key, encrypted

# SQLite uses a partial index only for a query that repeats its condition literally.
WAITING = text("status = 'waiting'")
ASIDE = text("status = 'aside'")
UNSENT = text("status IN ('waiting', 'sending')")
LAID_BY = text("status IN ('held', 'aside')")
NO_CASE = text("complaint_id IS NULL")

ANSWER, NOTICE, DIGEST = 0, 1, 2  # who is served first
PROMISE_BITS = 62


class InboxUpdate(SQLModel, table=True):
    """An update as it arrived. `status`: waiting, done, aside (could not be handled)."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_waiting", "lane", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_inbox_order", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_inbox_received", "received_at"),
        Index("ix_inbox_aside", "id", sqlite_where=ASIDE, postgresql_where=ASIDE),
    )

    id: int = big_key()
    update_id: int = big(unique=True)
    lane: int = big()
    payload: Any = encrypted("inbox.payload", nullable=True)
    status: str = "waiting"
    attempts: int = 0
    not_before: datetime | None = None
    received_at: datetime
    error: str | None = None


class OutboxMessage(SQLModel, table=True):
    """One call to the messenger that must happen.

    `status`: waiting, sending, sent, dropped, held (the person cannot be reached), aside (a defect). `body`:
    a prepared call (`call`, `args`), or a notice (`template`, `params`) worded at delivery; what gathers has
    a list of params. `promise`: a random number by which later calls speak of the message before it has gone.
    `not_before`: until then it is not in line. `doubtful`: it may have arrived twice. `topic`: what of its case a reply
    to it belongs to, where that is not the case itself.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "urgency", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_outbox_lane", "lane", "urgency", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
        Index("ix_outbox_gather", "gather", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_outbox_laid_by", "status", "lane", sqlite_where=LAID_BY, postgresql_where=LAID_BY),
        Index("ix_outbox_created", "created_at"),
    )

    id: int = big_key()
    lane: int = big()
    promise: int = big()
    urgency: int
    body: Any = encrypted("outbox.body", nullable=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    complaint_id: int | None = Field(default=None, foreign_key="complaint.id")
    party: str | None = None
    topic: str | None = None
    gather: str | None = None
    status: str = "waiting"
    attempts: int = 0
    not_before: datetime | None = None
    created_at: datetime
    sent_at: datetime | None = None
    doubtful: bool = False
    error: str | None = None


def gathered(db: Session, lane: int, key: str) -> OutboxMessage | None:
    """The row of this gathering that has not gone yet."""
    return db.exec(_GATHERED, params={"key": key, "lane": lane}).first()


class Delivered(SQLModel, table=True):
    """Where a message arrived, so that a reply finds its case and an edit finds its message."""

    __tablename__ = "delivered"
    __table_args__ = (
        UniqueConstraint("lane", "message_id"),
        Index("ix_delivered_promise", "promise"),
        Index("ix_delivered_old", "at", sqlite_where=NO_CASE, postgresql_where=NO_CASE),
    )

    id: int = big_key()
    lane: int = big()
    message_id: int = big()
    promise: int = big()
    thread_id: int | None = big(default=None)
    complaint_id: int | None = Field(default=None, foreign_key="complaint.id", index=True)
    party: str | None = None
    topic: str | None = None
    at: datetime


class Conversation(SQLModel, table=True):
    """Where a person stands in a chat: which step is awaited and what it needs to know."""

    key: int = Field(primary_key=True, sa_type=big_key().sa_type)
    state: str | None = None
    data: Any = encrypted("conversation.data", nullable=True)
    touched_at: datetime


class Setting(SQLModel, table=True):
    """The few facts of an installation that are no configuration, e.g. which key it was made with."""

    name: str = Field(primary_key=True)
    value: str


def setting(db: Session, name: str, default: str) -> Setting:
    """One of them, made where there is none yet, and held until the commit: whoever asks at once waits."""
    if found := db.exec(_SETTING, params={"name": name}).first():
        return found
    connection = db.connection()
    new: Any = _INSERTS[connection.dialect.name](Setting).values(name=name, value=default)
    connection.execute(new.on_conflict_do_nothing())
    return db.exec(_SETTING, params={"name": name}).one()


def new_row(lane: int, body: dict[str, Any], created_at: datetime, **more: Any) -> dict[str, Any]:
    """A row to PUT in the outbox."""
    blank = dict.fromkeys(("person_id", "complaint_id", "party", "topic", "gather", "not_before", "urgency"))
    promise = secrets.randbits(PROMISE_BITS)
    return {
        **blank, "lane": lane, "promise": promise, "body": body, "created_at": created_at,
        "status": "waiting", "attempts": 0, "doubtful": False, **more,
    }  # fmt: skip


# ------------------------------------------------------------------ the hot path: built once, run for every update

_SETTING = select(Setting).where(Setting.name == bindparam("name")).with_for_update()
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
PUT = insert(OutboxMessage).inline()
_GATHERED = (
    select(OutboxMessage)
    .where(WAITING, OutboxMessage.gather == bindparam("key"), OutboxMessage.lane == bindparam("lane"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CONVERSATION = select(Conversation.state, Conversation.data).where(Conversation.key == bindparam("row"))


def conversation(db: Session, key: int) -> tuple[str | None, dict[str, Any]]:
    """The awaited state and its data; nothing for a conversation that has not begun."""
    found = db.connection().execute(_CONVERSATION, {"row": key}).first()
    return (found[0], found[1] or {}) if found else (None, {})


def _keep(dialect: str) -> Any:
    upsert: Any = _INSERTS[dialect](Conversation)
    new = upsert.excluded
    changed = {"state": new.state, "data": new.data, "touched_at": new.touched_at}
    return upsert.on_conflict_do_update(index_elements=["key"], set_=changed)


KEEP = {dialect: _keep(dialect) for dialect in _INSERTS}
