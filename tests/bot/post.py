"""A post office for tests: the strict sandbox, a real database, and the courier between them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, col, select

from backoffice.files import Files
from backoffice.organisation import load
from backoffice.work import Office, Work
from bot.courier import Courier
from bot.pacing import Pace
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Called
from bot.sandbox.server import Server, serve
from bot.sandbox.world import World
from storage import crypto, db
from storage.complaints import Attachment, Complaint, Entry
from storage.journal import AuditEvent
from storage.people import Person, Staff
from storage.traffic import ANSWER, OutboxMessage

PATIENCE = 30.0  # seconds, on a busy machine


class Clock:
    """The real time, which a test may move on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def make_office(tmp_path: Path, url: str | None = None, secret: str | None = None) -> Office:
    crypto.unlock(secret or crypto.new_secret())
    engine = db.connect(url or f"sqlite:///{tmp_path}/test.db")
    SQLModel.metadata.create_all(engine)
    return Office(engine, load(), Clock())


def word(_work: Work, row: OutboxMessage, _person: Person, _complaint: Complaint | None) -> dict[str, Any] | None:
    """The renderer of these tests: the template's name and its parameters."""
    if row.body["template"] == "nothing":
        return None
    if row.body["template"] == "broken":
        raise ValueError
    return {"method": "sendMessage", "args": {"text": f"{row.body['template']} {row.body['params']}"}}


def put(work: Work, row: OutboxMessage) -> int:
    """Put a row in the outbox as a use-case would; its id, which is its promise too."""
    work.put(**row.model_dump(exclude={"id", "created_at", "promise"}))
    work.write()
    newest = work.db.exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc())).first()
    assert newest is not None
    newest.promise = newest.id
    return newest.id


@dataclass
class Post:
    world: World
    server: Server
    office: Office
    courier: Courier
    files: Files

    @property
    def clock(self) -> Clock:
        assert isinstance(self.office.clock, Clock)
        return self.office.clock

    # ------------------------------------------------------------------ people and cases

    def human(self, name: str = "Sara") -> Human:
        """Somebody in the sandbox who has started the bot."""
        human = self.world.person(name)
        human.start()
        return human

    def person(self, human: Human, *roles: str) -> Person:
        """The same somebody as the office knows them; with roles, of the staff."""
        with self.office.work() as work:
            person = Person(telegram_hash=crypto.lookup("person", human.id), telegram_id=human.id, first_seen=work.now)
            work.db.add(person)
            work.db.flush()
            if roles:
                work.db.add(
                    Staff(person_id=person.id or 0, roles=list(roles), languages=["fa"], capacity=5, joined_at=work.now)
                )
            return person

    def complaint(self, customer: Person, owner: Person | None = None) -> Complaint:
        with self.office.work() as work:
            complaint = Complaint(
                stage="received", customer_id=customer.id or 0, language="fa", opened_at=work.now,
                touched_at=work.now, owner_id=owner.id if owner else None,
            )  # fmt: skip
            work.db.add(complaint)
            return complaint

    def attachment(self, complaint: Complaint, **facts: Any) -> Attachment:
        with self.office.work() as work:
            entry = Entry(complaint_id=complaint.id, kind="evidence", at=work.now)
            work.db.add(entry)
            work.db.flush()
            attachment = Attachment(complaint_id=complaint.id, entry_id=entry.id, **{"kind": "photo", **facts})
            work.db.add(attachment)
            return attachment

    # ------------------------------------------------------------------ what is to be sent

    def put(self, call: str, urgency: int = ANSWER, **args: Any) -> int:
        chat = args.get("chat_id", args.get("callback_query_id", 0))
        with self.office.work() as work:
            return put(work,
                OutboxMessage(
                    lane=crypto.lookup("chat", chat), urgency=urgency, body={"call": call, "args": args},
                    created_at=work.now,
                )
            )  # fmt: skip

    def say(self, human: Human, text: str, urgency: int = ANSWER, **more: Any) -> int:
        return self.put("sendMessage", urgency, chat_id=human.id, text=text, **more)

    def tell(self, person: Person, template: str, complaint: Complaint | None = None, **facts: Any) -> int:
        with self.office.work() as work:
            work.tell(person, template, complaint, **facts)
        return max(row.id or 0 for row in self.rows())

    # ------------------------------------------------------------------ what became of it

    def row(self, row_id: int) -> OutboxMessage:
        with self.office.look() as work:
            return work.db.get_one(OutboxMessage, row_id)

    def rows(self, **wanted: Any) -> list[OutboxMessage]:
        with self.office.look() as work:
            return list(work.db.exec(select(OutboxMessage).filter_by(**wanted).order_by(OutboxMessage.id)))  # type: ignore[arg-type]

    def events(self, event: str) -> list[AuditEvent]:
        with self.office.look() as work:
            return list(work.db.exec(select(AuditEvent).where(AuditEvent.event == event)))

    def calls(self, method: str) -> list[Called]:
        return [call for call in self.world.calls if call.method == method]

    async def status(self, row_id: int, *wanted: str, timeout: float = PATIENCE) -> OutboxMessage:  # noqa: ASYNC109
        """Wait until the row has one of these statuses."""
        async with asyncio.timeout(timeout):
            while (row := self.row(row_id)).status not in wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return row


def texts(human: Human) -> list[str]:
    return [message.text for message in human.inbox]


@asynccontextmanager
async def posted(
    office: Office, tmp_path: Path, pace: Pace, *, running: bool = True, read_timeout: float = 60
) -> AsyncIterator[Post]:
    """Everything up and running; at the end the courier must stop by itself."""
    world = World(office.clock)
    server = await serve(world)
    files = Files(tmp_path)
    courier = Courier(office, world.token, server.url, word, pace, files, read_timeout=read_timeout)
    office.listeners.append(courier.wake)
    task = asyncio.create_task(courier.run()) if running else None
    try:
        yield Post(world, server, office, courier, files)
        courier.stop()
        if task:
            async with asyncio.timeout(PATIENCE):
                await task
    finally:
        if task:
            task.cancel()
        await server.stop()
        office.engine.dispose()


def message(human: Any, text: str, urgency: int, at: Any) -> OutboxMessage:
    body = {"call": "sendMessage", "args": {"chat_id": human.id, "text": text}}
    return OutboxMessage(lane=crypto.lookup("chat", human.id), urgency=urgency, body=body, created_at=at)
