"""One piece of work is one transaction: who acts, when, in which organisation. Nothing else commits."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Executable
from sqlalchemy.event import listens_for
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from backoffice import audit, errors
from backoffice.organisation import Organisation
from storage import journal, traffic
from storage.complaints import Complaint
from storage.db import collided, together
from storage.journal import AuditEvent
from storage.people import Person, Staff, lane_of
from storage.traffic import NOTICE


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Without a person it is the desk itself (the tick, the command line)."""

    person: Person | None = None
    staff: Staff | None = None

    @property
    def id(self) -> int | None:
        return self.person.id if self.person else None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.staff.roles) if self.staff else frozenset()


DESK = Actor()
NEWS = "news"  # that the transaction of a session has some


@dataclass(slots=True)
class Work:
    """What a use-case receives: the open transaction, the time, the rules of the organisation, the actor.

    What need not be read again in the same transaction (events, messages) is written at its end, all at once: over
    a network that is one journey instead of many.
    """

    db: Session
    now: datetime
    organisation: Organisation
    actor: Actor = field(default=DESK)
    _events: list[audit.Event] = field(default_factory=list)
    _late: dict[Executable, list[dict[str, Any]]] = field(default_factory=dict)

    def record(self, event: str, complaint: Complaint | None = None, **facts: Any) -> None:
        """Write an audit event. Facts are references, codes and digests: never a person's words."""
        self._events.append(
            audit.Event(complaint.id if complaint else journal.DESK, event, self.actor.id, self.now, facts)
        )

    def record_unsigned(self, event: str, complaint: Complaint, **facts: Any) -> None:
        """The same, without who it was: it is to be counted, and not to be led back to anybody."""
        self._events.append(audit.Event(complaint.id, event, None, self.now, facts))

    def history(self, complaint: Complaint) -> list[AuditEvent]:
        """What happened to a case, this transaction included, oldest first."""
        self.write()
        return journal.history(self.db, complaint.id)

    def tell(
        self,
        person: Person,
        template: str,
        complaint: Complaint | None = None,
        *,
        party: str = "staff",
        topic: str | None = None,
        urgency: int = NOTICE,
        gather: str | None = None,
        not_before: datetime | None = None,
        at_most: int | None = None,
        **params: Any,
    ) -> None:
        """Promise a person a message; it is worded when delivered, in the language they have then.

        `party` is the side as which the person is told (customer or staff): delivery checks that right again. `topic`:
        what a reply belongs to, where that is not the case itself: what is said in private must not stray into it.
        With `gather`, what is told under the same key before it has gone becomes one message (a list of params,
        of which no more are kept than `at_most`; the others are counted as `more`).
        """
        self.put(
            lane=lane_of(person),
            urgency=urgency,
            body={"template": template, "params": [params] if gather else params, **_limit(at_most)},
            person_id=person.id,
            complaint_id=complaint.id if complaint else None,
            party=party,
            topic=topic,
            gather=gather,
            not_before=not_before,
        )

    def put(
        self, *, lane: int, body: dict[str, Any], gather: str | None, not_before: datetime | None, **row: Any
    ) -> int:
        """Put a row in the outbox and return its promise; one of the same gathering that still waits takes it in."""
        if gather and (promise := self._gathered(lane, gather, body, not_before)):
            return promise
        new = traffic.new_row(lane, body, self.now, gather=gather, not_before=not_before, **row)
        self.later(traffic.PUT, new)
        return int(new["promise"])

    def _gathered(self, lane: int, gather: str, body: dict[str, Any], not_before: datetime | None) -> int | None:
        for new in self._late.get(traffic.PUT, ()):
            if (new["lane"], new["gather"]) == (lane, gather):
                new |= {"body": _joined(new["body"], body), "not_before": not_before}
                return int(new["promise"])
        if waiting := traffic.gathered(self.db, lane, gather):
            waiting.body, waiting.not_before = _joined(waiting.body, body), not_before
            return waiting.promise
        return None

    def later(self, statement: Executable, row: dict[str, Any]) -> None:
        """Write this at the end of the transaction; nobody learns how many rows it changed."""
        self._late.setdefault(statement, []).append(row)

    def write(self) -> None:
        """Write what has waited. The office does it before it commits."""
        if not self._events and not self._late:
            return
        self.db.flush()  # what it refers to
        self.db.info[NEWS] = True
        links, self._events = audit.linked(self.db, self._events), []
        late, self._late = {journal.WRITE: links, **self._late} if links else self._late, {}
        connection = self.db.connection()
        with together(connection):
            for statement, rows in late.items():
                connection.execute(statement, rows if len(rows) > 1 else rows[0])


def _joined(first: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """A newer call replaces the one that still waits; a notice collects what it has to say."""
    if "call" in first:
        return more
    params = [*first["params"], *more["params"]]
    kept = params[: first.get("at_most")]
    left = first.get("more", 0) + len(params) - len(kept)
    return {**first, "params": kept, **({"more": left} if left else {})}


def _limit(at_most: int | None) -> dict[str, int]:
    return {"at_most": at_most} if at_most else {}


@listens_for(Session, "after_flush")
def _heard(session: Session, _context: object) -> None:
    session.info[NEWS] = True


class Office:
    """Opens work. One per process; `listeners` are called after each commit of anything new: of rows, events, messages
    (they wake the courier). Who only marks what was there, as delivered for instance, wakes nobody.

    Rules that a transaction put in the place of its own are everybody's once it is committed.
    """

    def __init__(self, engine: Engine, organisation: Organisation, clock: Callable[[], datetime]) -> None:
        self.engine = engine
        self.organisation = organisation
        self.clock = clock
        self.listeners: list[Callable[[], None]] = []
        # SQLite has one writer, and its own waiting sleeps; a lock hands over at once.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def work(self, actor: Actor = DESK) -> Iterator[Work]:
        """One transaction: committed at the end, rolled back by any exception.

        Raises errors.Conflict when somebody else changed the same row in between, or each waited for the other.
        """
        try:
            with self._turn, Session(self.engine, expire_on_commit=False) as db, db.begin():
                rules = self.organisation
                work = Work(db, self.clock(), rules, actor)
                yield work
                work.write()
        except StaleDataError:
            raise errors.Conflict() from None
        except OperationalError as failure:
            if collided(failure):
                raise errors.Conflict() from None
            raise
        if work.organisation is not rules:
            self.organisation = work.organisation
        if NEWS in db.info:
            for listener in self.listeners:
                listener()

    @contextmanager
    def look(self, actor: Actor = DESK) -> Iterator[Work]:
        """Read without taking the writer's turn; what is changed here is thrown away."""
        with Session(self.engine.execution_options(reading=True), expire_on_commit=False) as db:
            yield Work(db, self.clock(), self.organisation, actor)
