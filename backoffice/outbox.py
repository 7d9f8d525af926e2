"""Messages that go out: who is next, what became of each, and where it arrived."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, literal_column, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from backoffice import clocks, surveys
from backoffice.work import Work
from storage import crypto
from storage.complaints import Answer, Complaint
from storage.people import Person, lane_of
from storage.traffic import LAID_BY, UNSENT, WAITING, Delivered, OutboxMessage

KEPT = timedelta(days=30)  # of a row that was sent; where it arrived is kept as long as its case
FORGOTTEN_AT_ONCE = 1000  # rows a transaction; short ones hold nobody up
URGENCIES = 3
BELONGING = ("complaint_id", "party", "topic")  # what a reply to a message must find again


@dataclass(frozen=True, slots=True)
class Figures:
    """What waits by urgency, for how many seconds the oldest does, and what is laid by."""

    waiting: dict[int, int]
    oldest: float
    held: int
    aside: int


# ------------------------------------------------------------------ whose turn it is


def due(
    work: Work,
    limit: int,
    busy_lanes: Collection[int] = (),
    resting: Collection[int] = (),
    below: int = URGENCIES,
) -> list[int]:
    """Ids of rows that may go now, the most urgent first; of each (lane, urgency) only the head.

    A row whose `not_before` lies ahead is not in line yet and holds nobody up. `resting` rows do keep their
    place: what follows them waits. Only rows more urgent than `below` are looked at.
    """
    found = work.db.connection().execute(
        _DUE, {"now": work.now, "limit": limit, "busy": busy_lanes, "resting": resting, "below": below}
    )
    return list(found.scalars())


def begin(work: Work, ids: Sequence[int]) -> list[OutboxMessage]:
    """Mark rows as being sent and return them, the most urgent first. What gathers is closed from here on."""
    rows = work.db.scalars(_BEGIN, {"ids": ids}, execution_options={"synchronize_session": False})
    return sorted(rows, key=lambda row: (row.urgency, row.id))


def recover(work: Work) -> int:
    """At start: what was being sent when the process ended goes again, perhaps for the second time."""
    statement = (
        update(OutboxMessage)
        .where(UNSENT, col(OutboxMessage.status) == "sending")
        .values(status="waiting", doubtful=True, error="interrupted")
    )
    return work.db.connection().execute(statement).rowcount


# ------------------------------------------------------------------ what became of it


def sent(
    work: Work,
    row: OutboxMessage,
    message_ids: Sequence[int] = (),
    thread_id: int | None = None,
    *,
    lane: int | None = None,
    instead_of: int | None = None,
) -> None:
    """Finish a row: its words are wiped, where it arrived is kept, and the case learns what has arrived: an answer, a
    message from which a window of the complainant runs, a question how it was.

    `instead_of` is the promise of the message that this one stands for, when an edit had to be sent anew.
    """
    work.db.connection().execute(_SENT, {"row": row.id, "at": work.now})
    for message_id in message_ids:
        _arrived(work, row, message_id, thread_id, lane or row.lane, instead_of or row.promise)
    _acknowledged(work, row)
    for answer_id in _told(row, "answer_id"):
        statement = update(Answer).where(col(Answer.id) == answer_id, col(Answer.delivered_at).is_(None))
        work.db.connection().execute(statement.values(delivered_at=work.now))
    for window in _told(row, "window"):
        clocks.arrived(work, window)
    _learn(work, row)


def edited(work: Work, row: OutboxMessage, lane: int, message_id: int) -> None:
    """Finish an edit; the message belongs to what it speaks of now."""
    work.db.connection().execute(_SENT, {"row": row.id, "at": work.now})
    statement = update(Delivered).where(col(Delivered.lane) == lane, col(Delivered.message_id) == message_id)
    work.db.connection().execute(statement.values(**_belonging(row)))
    _learn(work, row)


def put_back(work: Work, row: OutboxMessage, error: str | None, *, doubtful: bool = False, tried: bool = True) -> None:
    """It goes again, in its old place. `doubtful`: it may have arrived nevertheless."""
    _change(
        work,
        row,
        status="waiting",
        attempts=row.attempts + tried,
        doubtful=row.doubtful or doubtful,
        error=error,
    )


def drop(work: Work, row: OutboxMessage, reason: str) -> None:
    """It need not or must not be said any more."""
    _change(work, row, status="dropped", body=None, error=reason)


def withhold(work: Work, row: OutboxMessage, complaint: Complaint | None) -> None:
    """The receiver lost the right to it since it was promised."""
    drop(work, row, "no_right")
    work.record("notice.withheld", complaint, outbox=row.id, receiver=row.person_id)


def set_aside(work: Work, row: OutboxMessage, error: str) -> None:
    """It cannot be sent: kept with its words for whoever looks into it, and out of everybody's way."""
    _change(work, row, status="aside", attempts=row.attempts + 1, error=error)


def hold(work: Work, row: OutboxMessage) -> None:
    """The person cannot be reached: this row and all that wait in its lane are kept until `release`."""
    _change(work, row, status="held", error="unreachable")
    statement = update(OutboxMessage).where(col(OutboxMessage.lane) == row.lane, WAITING)
    work.db.connection().execute(statement.values(status="held", error="unreachable"))


def release(work: Work, person: Person) -> int:
    """The person is back: what was held goes now. Returns how many rows."""
    person.unreachable_since = None
    statement = update(OutboxMessage).where(
        LAID_BY, col(OutboxMessage.status) == "held", col(OutboxMessage.lane) == lane_of(person)
    )
    return work.db.connection().execute(statement.values(status="waiting", error=None)).rowcount


def redirect(work: Work, before: Person, now: Person) -> None:
    """What waits for one person, or could not reach them, goes to another who turned out to be the same."""
    waits = col(OutboxMessage.status).in_(["waiting", "sending", "held"])
    statement = update(OutboxMessage).where(col(OutboxMessage.lane) == lane_of(before), waits)
    work.write()  # also what is being said at this moment
    work.db.connection().execute(
        statement.values(lane=lane_of(now), person_id=now.id, status="waiting", error=None),
    )


# ------------------------------------------------------------------ where it arrived


def resolve(work: Work, negative_id: int) -> int | None:
    """The message that a promised one (minus its promise) became; None if it did not arrive, or not yet."""
    found: int | None = work.db.connection().execute(_BECAME, {"promise": -negative_id}).scalar_one()
    return found


def is_pending(work: Work, lane: int, negative_id: int) -> bool:
    """Whether the message promised to this lane may still arrive."""
    query = select(OutboxMessage.id).where(OutboxMessage.lane == lane, UNSENT, OutboxMessage.promise == -negative_id)
    return work.db.exec(query).first() is not None


def delivered_target(work: Work, chat_id: int, message_id: int) -> Delivered | None:
    """What the desk had sent there: a reply to it belongs to its case, or to its topic there."""
    lane = crypto.lookup("chat", chat_id)
    query = select(Delivered).where(Delivered.lane == lane, Delivered.message_id == message_id)
    return work.db.exec(query).first()


def migrate(work: Work, old: int, new: int) -> None:
    """A group got a new id: what waits for it goes there."""
    lane = crypto.lookup("chat", new)
    query = select(OutboxMessage).where(OutboxMessage.lane == crypto.lookup("chat", old), UNSENT)
    for row in work.db.exec(query).all():
        args = (row.body or {}).get("args")
        body = {**row.body, "args": {**args, "chat_id": new}} if args else row.body
        _change(work, row, lane=lane, body=body)


# ------------------------------------------------------------------ upkeep


def forget_old(work: Work) -> int:
    """Delete rows sent or dropped long ago. Returns how many; call again while it is not 0."""
    old = (
        select(OutboxMessage.id)
        .where(col(OutboxMessage.status).in_(["sent", "dropped"]), OutboxMessage.created_at < work.now - KEPT)
        .order_by(col(OutboxMessage.created_at))
        .limit(FORGOTTEN_AT_ONCE)
    )
    of_no_case = (
        select(Delivered.id)
        .where(col(Delivered.complaint_id).is_(None), Delivered.at < work.now - KEPT)
        .limit(FORGOTTEN_AT_ONCE)
    )
    connection = work.db.connection()
    places = connection.execute(delete(Delivered).where(col(Delivered.id).in_(of_no_case))).rowcount
    return connection.execute(delete(OutboxMessage).where(col(OutboxMessage.id).in_(old))).rowcount + places


def figures(work: Work) -> Figures:
    count, oldest = func.count(), func.min(OutboxMessage.created_at)
    unsent = select(OutboxMessage.urgency, count, oldest).where(UNSENT).group_by(col(OutboxMessage.urgency))
    rows = list(work.db.exec(unsent))
    laid_by = select(OutboxMessage.status, count).where(LAID_BY).group_by(col(OutboxMessage.status))
    by_status = dict(work.db.exec(laid_by).all())
    return Figures(
        waiting={urgency: number for urgency, number, _ in rows},
        oldest=max(((work.now - since).total_seconds() for _, _, since in rows), default=0.0),
        held=by_status.get("held", 0),
        aside=by_status.get("aside", 0),
    )


def _due() -> Any:
    row, first = _OUTBOX.c, _OUTBOX.alias("first").c
    # Not as NOT EXISTS: PostgreSQL, when it expects little to wait, would join all of it with all of it. And the head
    # is looked for by ix_outbox_lane, because the other indexes know only what waits.
    head = (
        select(first.id)
        .where(
            first.lane == row.lane,
            first.urgency == row.urgency,
            first.status.in_([_WAITING, _SENDING]),
            _in_line(first),
        )
        .order_by(first.id)
        .limit(1)
    )
    return (
        select(row.id)
        .where(
            row.status == _WAITING,
            row.urgency < bindparam("below"),
            _in_line(row),
            row.lane.not_in(bindparam("busy", expanding=True)),
            row.id.not_in(bindparam("resting", expanding=True)),
            row.id == head.correlate(_OUTBOX).scalar_subquery(),
        )
        .order_by(row.urgency, row.id)
        .limit(bindparam("limit"))
    )


def _in_line(row: Any) -> ColumnElement[bool]:
    return or_(row.not_before.is_(None), row.not_before <= bindparam("now", type_=UTCDateTime()))


def _arrive(insert: Any) -> Any:
    statement = insert(Delivered)
    names = ("promise", "thread_id", *BELONGING, "at")
    return statement.on_conflict_do_update(
        index_elements=["lane", "message_id"], set_={name: statement.excluded[name] for name in names}
    )


_OUTBOX: Table = OutboxMessage.__table__  # type: ignore[attr-defined]
# Literal, or SQLite would not use the partial indexes.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_SENDING: ColumnElement[str] = literal_column("'sending'")
_DUE = _due()
_BEGIN = (
    update(OutboxMessage)
    .where(col(OutboxMessage.id).in_(bindparam("ids", expanding=True)), col(OutboxMessage.status) == _WAITING)
    .values(status="sending")
    .returning(OutboxMessage)
)
_BECAME = select(func.min(Delivered.message_id)).where(Delivered.promise == bindparam("promise"))
_SENT = (
    update(OutboxMessage)
    .where(col(OutboxMessage.id) == bindparam("row"))
    .values(status="sent", body=None, sent_at=bindparam("at"), error=None)
)
_ACKNOWLEDGED = (
    update(Complaint)
    .where(
        col(Complaint.id) == bindparam("row"),
        col(Complaint.acknowledged_at).is_(None),
        col(Complaint.received_at).is_not(None),
    )
    .values(acknowledged_at=bindparam("at"))
)
_ARRIVED = {"sqlite": _arrive(sqlite.insert), "postgresql": _arrive(postgresql.insert)}


def _change(work: Work, row: OutboxMessage, **values: Any) -> None:
    work.db.connection().execute(update(OutboxMessage).where(col(OutboxMessage.id) == row.id).values(**values))


def _arrived(work: Work, row: OutboxMessage, message_id: int, thread_id: int | None, lane: int, promise: int) -> None:
    connection = work.db.connection()
    values = {
        "lane": lane,
        "message_id": message_id,
        "promise": promise,
        "thread_id": thread_id,
        **_belonging(row),
        "at": work.now,
    }
    connection.execute(_ARRIVED[connection.dialect.name], values)


def _acknowledged(work: Work, row: OutboxMessage) -> None:
    """The first message of a received complaint that reaches its complainant (ISO 10002, 7.4)."""
    if row.complaint_id is None or row.party != "customer":
        return
    values = {"row": row.complaint_id, "at": work.now}
    if work.db.connection().execute(_ACKNOWLEDGED, values).rowcount:
        complaint = work.db.get_one(Complaint, row.complaint_id)
        work.record("complaint.acknowledged", complaint)
        clocks.meet(work, complaint, "acknowledgement_by_staff")


def _belonging(row: OutboxMessage) -> dict[str, Any]:
    """Where a reply to the message goes."""
    return {name: getattr(row, name) for name in BELONGING}


def _learn(work: Work, row: OutboxMessage) -> None:
    """What of the questions how it was has arrived: the reply that one follows, one itself, the alarm of its answer."""
    if row.complaint_id is None:
        return
    if any(_told(row, "reply")):
        surveys.replied(work, row.complaint_id)
    for question in _told(row, "survey"):
        surveys.arrived(work, row.complaint_id, question)
    for question in _told(row, "alarm", party="staff"):
        surveys.alarmed(work, row.complaint_id, question)


def _told(row: OutboxMessage, name: str, party: str = "customer") -> Iterable[Any]:
    """What of this a message to the complainant, or to others, speaks of."""
    params = row.body.get("params") if isinstance(row.body, dict) and row.party == party else None
    parts = params if isinstance(params, list) else [params]
    return [part[name] for part in parts if part and part.get(name)]
