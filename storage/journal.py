"""The audit log: events in one hash chain per case, and the keyed seals over their heads."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, bindparam, insert, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big, big_key

DESK = 0  # the chain of events that belong to no case
DISCARDED = text("event = 'draft.discarded'")  # all that is left of a draft that was never sent


class AuditEvent(SQLModel, table=True):
    """Who did what, when. Facts are references and digests, never words, so erasure leaves the chain valid."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_audit_event_discarded", "chain", sqlite_where=DISCARDED, postgresql_where=DISCARDED),
    )

    id: int = big_key()
    chain: int = big()
    seq: int
    event: str
    actor_id: int | None = None
    at: datetime
    facts: dict[str, Any] = Field(sa_type=JSON)
    previous: str
    digest: str


class AuditSeal(SQLModel, table=True):
    """An HMAC over the digests of all events up to `last_event_id` since the seal before."""

    __tablename__ = "audit_seal"

    id: int = big_key()
    last_event_id: int = big()
    events: int
    seal: str
    at: datetime


_HISTORY = select(AuditEvent).where(AuditEvent.chain == bindparam("chain")).order_by(col(AuditEvent.seq))
_HEAD = select(AuditEvent).where(AuditEvent.chain == bindparam("chain")).order_by(col(AuditEvent.seq).desc()).limit(1)


_LOCK = 0x415544  # "AUD", the first half of the keys of our advisory locks; the second is the chain
_SEALING = -1
_HOLD = text(
    f"SELECT pg_advisory_xact_lock_shared({_LOCK}, {_SEALING}), pg_advisory_xact_lock({_LOCK}, CAST(:chain AS integer))"
)
_WAIT = text(f"SELECT pg_advisory_xact_lock({_LOCK}, {_SEALING})")


def hold(db: Session, chain: int) -> AuditEvent | None:
    """The last link of a chain, which nobody else prolongs until the commit. SQLite has one writer anyway."""
    connection = db.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"chain": chain})
    return db.exec(_HEAD, params={"chain": chain}).first()


def wait_for_writers(db: Session) -> None:
    """Until those who hold a chain have committed; so no event turns up among those that are sealed."""
    connection = db.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_WAIT)


WRITE = insert(AuditEvent).inline()


def history(db: Session, chain: int) -> list[AuditEvent]:
    return list(db.exec(_HISTORY, params={"chain": chain}))


def last_seal(db: Session) -> AuditSeal | None:
    return db.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1)).first()


def events_after(db: Session, event_id: int, limit: int) -> list[AuditEvent]:
    query = select(AuditEvent).where(col(AuditEvent.id) > event_id).order_by(col(AuditEvent.id)).limit(limit)
    return list(db.exec(query))


def seals(db: Session) -> list[AuditSeal]:
    return list(db.exec(select(AuditSeal).order_by(col(AuditSeal.id))))
