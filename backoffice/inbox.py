"""Updates that came in: stored once, handled in the order of their chat, known until none can come again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy
from sqlalchemy import ColumnElement, bindparam, delete, func, literal_column, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from backoffice.work import Work
from storage.traffic import ASIDE, WAITING, InboxUpdate

REMEMBERED = timedelta(hours=48)  # the messenger repeats an update for 24 hours at most
FORGOTTEN_AT_ONCE = 1000  # rows a transaction; short ones hold nobody up

Update = tuple[int, int, Any]  # update_id, lane, payload


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, for how many seconds the oldest does, and how many could not be handled."""

    waiting: int
    oldest: float
    aside: int


class Claimed(NamedTuple):
    """What the worker needs to know of an update."""

    id: int
    update_id: int
    lane: int
    payload: Any
    attempts: int


def receive(work: Work, updates: list[Update]) -> int:
    """Store updates in one statement; one that is there already is ignored. Returns how many are new."""
    if not updates:
        return 0
    new = {"status": "waiting", "attempts": 0, "received_at": work.now}
    rows = [{"update_id": update_id, "lane": lane, "payload": payload, **new} for update_id, lane, payload in updates]
    connection = work.db.connection()
    return len(connection.execute(_RECEIVE[connection.dialect.name], rows).all())


def claim(work: Work, inbox_id: int | None = None) -> Claimed | None:
    """The oldest update that may be handled now, held by this transaction; or a certain one, if it may be.

    Not before its time, and not before an earlier one of the same chat is finished. The row lock alone would
    hand two updates of one chat to two workers, hence NOT EXISTS.
    """
    statement = _CLAIM if inbox_id is None else _CLAIM.where(col(InboxUpdate.id) == inbox_id)
    found = work.db.connection().execute(statement, {"now": work.now}).first()
    return Claimed(*found) if found else None


def done(work: Work, inbox_id: int) -> None:
    """Finish an update and wipe what it said."""
    work.later(_DONE, {"row": inbox_id})


def retry_later(work: Work, inbox_id: int, not_before: datetime, error: str) -> None:
    """The chat waits until `not_before`; `error` is the name of what went wrong, never its contents."""
    _change(work, inbox_id, attempts=InboxUpdate.attempts + 1, not_before=not_before, error=error)


def set_aside(work: Work, inbox_id: int, error: str) -> None:
    """Give up on an update; the next one of the chat goes on. The payload stays for whoever looks into it."""
    _change(work, inbox_id, status="aside", attempts=InboxUpdate.attempts + 1, error=error)


def forget_old(work: Work) -> int:
    """Delete finished updates that cannot come again. Returns how many; call again while it is not 0."""
    old = (
        select(InboxUpdate.id)
        .where(InboxUpdate.status == "done", InboxUpdate.received_at < work.now - REMEMBERED)
        .order_by(col(InboxUpdate.received_at))
        .limit(FORGOTTEN_AT_ONCE)
    )
    statement = delete(InboxUpdate).where(col(InboxUpdate.id).in_(old))
    return work.db.connection().execute(statement).rowcount


def backlog(work: Work) -> Backlog:
    waiting, oldest = work.db.exec(
        select(func.count(), func.min(InboxUpdate.received_at)).select_from(InboxUpdate).where(WAITING)
    ).one()
    aside = work.db.exec(select(func.count()).select_from(InboxUpdate).where(ASIDE)).one()
    return Backlog(waiting, (work.now - oldest).total_seconds() if oldest else 0.0, aside)


def _claim() -> Any:
    earlier = aliased(InboxUpdate)
    unfinished = select(earlier.id).where(
        earlier.lane == InboxUpdate.lane,
        col(earlier.id) < InboxUpdate.id,
        earlier.status == _WAITING,
    )
    not_before = col(InboxUpdate.not_before)
    return (
        sqlalchemy.select(*(getattr(InboxUpdate, name) for name in Claimed._fields))
        .where(
            col(InboxUpdate.status) == _WAITING,
            or_(not_before.is_(None), not_before <= bindparam("now", type_=UTCDateTime())),
            ~unfinished.correlate(InboxUpdate).exists(),
        )
        .order_by(col(InboxUpdate.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=InboxUpdate)
    )


_WAITING: ColumnElement[str] = literal_column("'waiting'")  # literal, or SQLite leaves the partial index alone
_CLAIM = _claim()
_RECEIVE = {
    dialect: insert(InboxUpdate).on_conflict_do_nothing(index_elements=["update_id"]).returning(col(InboxUpdate.id))
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_DONE = update(InboxUpdate).where(col(InboxUpdate.id) == bindparam("row")).values(status="done", payload=None)


def _change(work: Work, inbox_id: int, **values: Any) -> None:
    work.db.connection().execute(update(InboxUpdate).where(col(InboxUpdate.id) == inbox_id).values(**values))
