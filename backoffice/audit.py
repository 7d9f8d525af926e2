"""The audit log: one hash chain per case, sealed by the tick, and the check that nothing was altered."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from storage import crypto, journal
from storage.journal import AuditEvent, AuditSeal

SEAL_BATCH = 5000
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the log does not hold: the event's or seal's id, and what is wrong with it."""

    place: str
    reason: str


Head = tuple[int, str]  # the sequence number and digest of a chain's last link


class Event(NamedTuple):
    """What happened. `chain` is the case's id, or journal.DESK."""

    chain: int
    event: str
    actor_id: int | None
    at: datetime
    facts: dict[str, Any]


def linked(db: Session, events: list[Event]) -> list[dict[str, Any]]:
    """The next links of their chains, as rows to write; nobody else adds to these chains until the commit."""
    heads: dict[int, Head] = {}
    for chain in sorted({event.chain for event in events}):  # always in the same order, or two would wait for ever
        last = journal.hold(db, chain)
        heads[chain] = (last.seq, last.digest) if last else (0, GENESIS)
    return [_link(event, heads) for event in events]


def _link(event: Event, heads: dict[int, Head]) -> dict[str, Any]:
    seq, previous = heads[event.chain]
    link = AuditEvent(**event._asdict(), seq=seq + 1, previous=previous)
    link.digest = digest(link)
    heads[event.chain] = (link.seq, link.digest)
    return link.model_dump(exclude={"id"})


def digest(link: AuditEvent) -> str:
    """SHA-256 over everything the link says, the link before it included."""
    said = [link.previous, link.chain, link.seq, link.event, link.actor_id, link.at.isoformat(), link.facts]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seal(db: Session, now: datetime) -> int:
    """Tie all events since the last seal together with the installation's key. Returns how many."""
    journal.wait_for_writers(db)
    before = journal.last_seal(db)
    events = journal.events_after(db, before.last_event_id if before else 0, SEAL_BATCH)
    if not events:
        return 0
    db.add(AuditSeal(last_event_id=events[-1].id, events=len(events), seal=_seal(before, events), at=now))
    return len(events)


def verify(db: Session) -> Iterator[Fault]:
    """Walk every chain and every seal; yields what does not hold, in the order of writing."""
    heads: dict[int, Head] = {}
    for link in _all_events(db):
        seq, previous = heads.get(link.chain, (0, GENESIS))
        if link.seq != seq + 1:
            yield Fault(f"event {link.id}", f"link {seq + 1} of chain {link.chain} is missing")
        if link.previous != previous:
            yield Fault(f"event {link.id}", "does not follow the link before it")
        if link.digest != digest(link):
            yield Fault(f"event {link.id}", "was altered")
        heads[link.chain] = (link.seq, link.digest)
    yield from _verify_seals(db)


def _verify_seals(db: Session) -> Iterator[Fault]:
    before: AuditSeal | None = None
    for seal_ in journal.seals(db):
        events = journal.events_after(db, before.last_event_id if before else 0, seal_.events)
        found = bool(events) and events[-1].id == seal_.last_event_id and len(events) == seal_.events
        if not found:
            yield Fault(f"seal {seal_.id}", "events it covers were removed or added")
        elif _seal(before, events) != seal_.seal:
            yield Fault(f"seal {seal_.id}", "does not match the events, or was made with another key")
        before = seal_


def _all_events(db: Session) -> Iterator[AuditEvent]:
    last = 0
    while batch := journal.events_after(db, last, SEAL_BATCH):
        yield from batch
        last = batch[-1].id


def _seal(before: AuditSeal | None, events: list[AuditEvent]) -> str:
    return crypto.keyring().seal(before.seal if before else GENESIS, *(event.digest for event in events))
