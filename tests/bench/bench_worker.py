"""Updates a second through one worker: inbox row → handler → audit, encryption, outbox, committed.

The same updates also go through bare aiogram with memory state in the same run: the ratio of their CPU costs is what
this machine's noise does not touch.

Targets: ten times what a messenger lets a bot send (30/s) on SQLite. On PostgreSQL each of the nine or so statements of
an update is a journey to another process and back, and two processors make no more than 200 updates/s of that through
one worker: five times. Several updates in one transaction would be quicker, and one that fails would take others along.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Update, User
from sqlmodel import Session, SQLModel, col, select

from backoffice import inbox, organisation, outbox
from backoffice.work import Office, Work
from bot.dispatch import make_dispatcher
from bot.receiver import lane_of
from bot.session import OutboxSession
from bot.worker import Worker
from storage import crypto, db
from storage.complaints import draft_of
from storage.people import person_by_telegram
from storage.traffic import UNSENT, InboxUpdate, OutboxMessage
from tests.bench.figures import Figure, tell
from tests.postgres import postgres_url

CUSTOMERS = 100
TRANSACTIONS = 300
TARGETS = {"sqlite": 300, "postgresql": 150}  # updates a second
IDENTITY = User(id=42, is_bot=True, first_name="Sulh", username="sulh_bot")


class Traffic:
    """What a hundred customers send: the whole way to a submitted complaint, step by step, interleaved.

    They tap on the newest message that they were sent, as people do.
    """

    def __init__(self) -> None:
        self._updates = count(1)
        self._messages = count(1)
        self._panels: dict[int, int] = {}  # by chat
        self.version = organisation.load().legal("privacy", "en").version

    def step(self, name: str, customer: int, draft: int) -> dict[str, Any]:
        taps = {
            "language": "ch:language:en",
            "new": "go:new:0",
            "agree": f"ok:privacy:{self.version}",
            "group": f"f:group:{draft}:delivery",
            "category": f"f:category:{draft}:delivery.late",
            "when": f"f:when:{draft}:",
            "back": f"f:summary:{draft}:",
            "submit": f"f:submit:{draft}:",
            "mine": "go:mine:0",
        }
        words = {"start": "/start", "story": "The parcel is five days late and nobody answers.", "status": "/status"}
        if name in words:
            return self.message(customer, words[name])
        return self.tap(customer, taps[name])

    def message(self, customer: int, text: str) -> dict[str, Any]:
        number = next(self._updates)
        user = {"id": customer, "is_bot": False, "first_name": "C", "language_code": "en"}
        chat = {"id": customer, "type": "private"}
        return {
            "update_id": number,
            "message": {"message_id": number, "date": 1, "chat": chat, "from": user, "text": text},
        }

    def tap(self, customer: int, data: str) -> dict[str, Any]:
        update = self.message(customer, "panel")
        panel = update.pop("message")
        user = panel.pop("from")
        panel["message_id"] = self._panels.get(customer, update["update_id"])
        query = {"id": str(update["update_id"]), "from": user, "chat_instance": "1", "data": data, "message": panel}
        return {"update_id": update["update_id"], "callback_query": query}

    def deliver(self, work: Work) -> None:
        """What the courier would have done before anybody taps again."""
        waiting = work.db.exec(select(OutboxMessage).where(UNSENT).order_by(col(OutboxMessage.id))).all()
        for row in waiting:
            call = row.body.get("call", "sendMessage")
            if call == "sendMessage" and "args" in row.body:
                self._panels[row.body["args"]["chat_id"]] = message = next(self._messages)
                outbox.sent(work, row, [message])
            else:
                outbox.sent(work, row)


STEPS = ("start", "language", "new", "agree", "group", "category", "story", "when", "back", "submit", "mine", "status")


def office_on(url: str) -> Office:
    crypto.unlock(crypto.new_secret())
    engine = db.connect(url)
    SQLModel.metadata.create_all(engine)
    return Office(engine, organisation.load(), lambda: datetime.now(UTC))


async def measure(office: Office, rounds: int) -> tuple[float, float, int]:
    """Wall and CPU seconds, and how many updates they were for."""
    bot = Bot("42:X", session=OutboxSession(IDENTITY), default=DefaultBotProperties(parse_mode="HTML"))
    worker = Worker(office, bot, make_dispatcher())
    traffic, wall, cpu, handled = Traffic(), 0.0, 0.0, 0
    for round_ in range(rounds):
        customers = [5_000_000_000 + round_ * CUSTOMERS + n for n in range(CUSTOMERS)]
        for step in STEPS:
            with office.work() as work:
                traffic.deliver(work)
            drafts = dict(_drafts(office, customers)) if step in ("group", "submit", "category", "when", "back") else {}
            batch = [traffic.step(step, customer, drafts.get(customer, 0)) for customer in customers]
            with office.work() as work:
                inbox.receive(work, [(update["update_id"], lane_of(update), update) for update in batch])
            began, began_cpu = time.perf_counter(), time.process_time()
            for _ in range(len(batch)):
                handled += await worker.handle_next()
            wall += time.perf_counter() - began
            cpu += time.process_time() - began_cpu
            _nothing_failed(office)
    return wall, cpu, handled


def _nothing_failed(office: Office) -> None:
    """A figure of updates that were not handled would be no figure."""
    with office.look() as work:
        left = inbox.backlog(work)
    if left.waiting or left.aside:
        raise SystemExit(f"{left.waiting} updates were not handled, {left.aside} are aside")


def _drafts(office: Office, customers: list[int]) -> Iterator[tuple[int, int]]:
    with office.look() as work:
        for customer in customers:
            person = person_by_telegram(work.db, customer)
            draft = draft_of(work.db, person.id) if person else None
            yield customer, draft.id if draft else 0


async def bare(updates: int) -> float:
    """CPU seconds of bare aiogram: one handler, memory state, an answer that goes nowhere."""
    dispatcher, router, traffic = Dispatcher(storage=MemoryStorage()), Router(), Traffic()

    @router.message()
    @router.callback_query()
    async def handle(event: Any, state: FSMContext) -> None:
        await state.update_data(step=(await state.get_data()).get("step", 0) + 1)

    dispatcher.include_router(router)
    bot = Bot("42:X")
    raw = [traffic.step("story" if n % 3 == 0 else "new", 5_000_000_000 + n % CUSTOMERS, 0) for n in range(updates)]
    began = time.process_time()
    for update in raw:
        await dispatcher.feed_update(bot, Update.model_validate(update, context={"bot": bot}))
    return time.process_time() - began


def bare_transaction(office: Office) -> float:
    """How many a second, if a transaction were only three rows by the ORM, two queries, and the commit."""
    began = time.perf_counter()
    for number in range(TRANSACTIONS):
        with Session(office.engine) as session, session.begin():
            rows = [
                InboxUpdate(update_id=-(3 * number + n + 1), lane=n, status="done", received_at=office.clock())
                for n in range(3)
            ]
            session.add_all(rows)
            session.flush()
            for row in rows[:2]:
                session.exec(select(InboxUpdate).where(InboxUpdate.update_id == row.update_id)).one()
    return TRANSACTIONS / (time.perf_counter() - began)


def on(url: str, rounds: int) -> Figure:
    database, office = url.partition(":")[0].partition("+")[0], office_on(url)
    wall, cpu, handled = asyncio.run(measure(office, rounds))
    alone = asyncio.run(bare(handled))
    print(
        f"{database}: {1000 * cpu / handled:.2f} ms CPU an update, {cpu / alone:.1f} times bare aiogram (goal: 8); "
        f"this machine makes {bare_transaction(office):.0f} bare transactions/s"
    )
    return Figure(f"updates through one worker, {database}", handled / wall, "/s", TARGETS[database], most=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="database; default: SQLite in a temporary folder, then a private PostgreSQL")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        urls = [options.url] if options.url else [f"sqlite:///{Path(folder) / 'bench.db'}", postgres_url(durable=True)]
        sys.exit(tell([on(url, options.rounds) for url in urls]))


if __name__ == "__main__":
    main()
