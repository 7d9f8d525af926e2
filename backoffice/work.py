"""One piece of work is one transaction: who acts, when, in which organisation. Nothing else commits."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from backoffice import audit, errors
from backoffice.organisation import Organisation
from storage import crypto, traffic
from storage.complaints import Complaint
from storage.people import Person, Staff
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


@dataclass(slots=True)
class Work:
    """What a use-case receives: the open transaction, the time, the rules of the organisation, the actor."""

    db: Session
    now: datetime
    organisation: Organisation
    actor: Actor = field(default=DESK)
    _heads: dict[int, audit.Head] = field(default_factory=dict)

    def record(self, event: str, complaint: Complaint | None = None, **facts: Any) -> None:
        """Write an audit event. Facts are references, codes and digests: never a person's words."""
        audit.append(
            self.db,
            event,
            complaint_id=complaint.id if complaint else None,
            actor_id=self.actor.id,
            at=self.now,
            facts=facts,
            heads=self._heads,
        )

    def tell(
        self,
        person: Person,
        template: str,
        complaint: Complaint | None = None,
        *,
        party: str = "staff",
        urgency: int = NOTICE,
        gather: str | None = None,
        not_before: datetime | None = None,
        **params: Any,
    ) -> None:
        """Promise a person a message; it is worded when delivered, in the language they have then.

        `party` is the side as which the person is told (customer or staff): delivery checks that right again.
        With `gather`, what is told under the same key before it has gone becomes one message (a list of params).
        """
        self.put(
            lane=crypto.lookup("chat", person.telegram_id),
            urgency=urgency,
            body={"template": template, "params": [params] if gather else params},
            person_id=person.id,
            complaint_id=complaint.id if complaint else None,
            party=party,
            gather=gather,
            not_before=not_before,
        )

    def put(
        self, *, lane: int, body: dict[str, Any], gather: str | None, not_before: datetime | None, **row: Any
    ) -> int:
        """Put a row in the outbox and return its id; a row of the same gathering that still waits takes it in."""
        if gather and (waiting := traffic.gathered(self.db, lane, gather)):
            waiting.body = _joined(waiting.body, body)
            waiting.not_before = not_before
            return waiting.id
        return traffic.put(
            self.db,
            {"lane": lane, "body": body, "gather": gather, "not_before": not_before, "created_at": self.now, **row},
        )


def _joined(first: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """A newer call replaces the one that still waits; a notice collects what it has to say."""
    return more if "call" in first else {**first, "params": [*first["params"], *more["params"]]}


class Office:
    """Opens work. One per process; `listeners` are called after each commit (they wake the courier)."""

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

        Raises errors.Conflict when somebody else changed the same row in between.
        """
        try:
            with self._turn, Session(self.engine, expire_on_commit=False) as db, db.begin():
                yield Work(db, self.clock(), self.organisation, actor)
        except StaleDataError:
            raise errors.Conflict() from None
        for listener in self.listeners:
            listener()

    @contextmanager
    def look(self, actor: Actor = DESK) -> Iterator[Work]:
        """Read without taking the writer's turn; what is changed here is thrown away."""
        with Session(self.engine.execution_options(reading=True), expire_on_commit=False) as db:
            yield Work(db, self.clock(), self.organisation, actor)
