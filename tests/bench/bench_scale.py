"""What a long history costs: the same updates and ticks in an office with 10,000 complaints and in a large one."""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from backoffice import inbox, organisation, outbox, schedule
from backoffice.work import Office
from bot.dispatch import make_dispatcher
from bot.receiver import lane_of
from bot.session import OutboxSession
from bot.worker import Worker
from storage import crypto, db
from tests.bench.bench_worker import IDENTITY
from tests.bench.bulk import CUSTOMERS, STAFF, addresses, fill, telegram_id
from tests.bench.figures import Figure, tell

SMALL, LARGE = 10_000, 100_000
ROUNDS = 60
TARGET = 1.5

SUPERVISOR, HANDLER, CUSTOMER = 0, 4, STAFF  # the first of each


class Branch:
    """One office and its worker."""

    def __init__(self, url: str, complaints: int) -> None:
        engine = db.connect(url)
        db.migrate(engine)
        self.office = Office(engine, organisation.load(), lambda: datetime.now(UTC))
        began = time.perf_counter()
        fill(self.office, complaints)
        print(
            f"      {complaints} complaints on {engine.dialect.name} in {time.perf_counter() - began:.0f} s", flush=True
        )
        bot = Bot("42:X", session=OutboxSession(IDENTITY), default=DefaultBotProperties(parse_mode="HTML"))
        self._worker = Worker(self.office, bot, make_dispatcher())
        self._numbers = count(10**9)

    async def update(self, who: int, words: str) -> None:
        """Somebody writes; received, handled, committed."""
        update = message(next(self._numbers), telegram_id(who), words)
        with self.office.work() as work:
            inbox.receive(work, [(update["update_id"], lane_of(update), update)])
        assert await self._worker.handle_next()

    async def tick(self) -> None:
        schedule.tick(self.office)

    async def look(self) -> None:
        """What the courier asks whenever it is woken."""
        with self.office.look() as work:
            outbox.due(work, 8)


def message(number: int, who: int, words: str) -> dict[str, Any]:
    user = {"id": who, "is_bot": False, "first_name": "C", "language_code": "en"}
    message = {"message_id": number, "date": 1, "chat": {"id": who, "type": "private"}, "from": user, "text": words}
    return {"update_id": number, "message": message}


ACTS: dict[str, Callable[[Branch, int], Awaitable[None]]] = {
    "an update": lambda branch, n: branch.update(CUSTOMER + n % CUSTOMERS, f"One more thing, number {n}."),
    "/queue of a handler": lambda branch, n: branch.update(HANDLER + n % 40, "/queue"),
    "/queue of a supervisor": lambda branch, n: branch.update(SUPERVISOR + n % 4, "/queue"),
    "/status": lambda branch, n: branch.update(CUSTOMER + n % CUSTOMERS, "/status"),
    "the minute's tick": lambda branch, n: branch.tick(),
    "the courier's look": lambda branch, n: branch.look(),
}


async def compare(small: Branch, large: Branch, rounds: int) -> list[Figure]:
    """In turns, so that the machine's noise is the same for both."""
    for branch in (small, large):
        await branch.tick()  # what became old while it was filled is forgotten now
    name = large.office.engine.dialect.name
    return [Figure(f"{act} on {name}", *await _ratio(small, large, act, rounds), TARGET) for act in ACTS]


async def _ratio(small: Branch, large: Branch, act: str, rounds: int) -> tuple[float, str]:
    times: dict[Branch, list[float]] = {small: [], large: []}
    for number in range(rounds):
        for branch, taken in times.items():
            began = time.perf_counter()
            await ACTS[act](branch, number)
            taken.append(1000 * (time.perf_counter() - began))
    few, many = statistics.median(times[small]), statistics.median(times[large])
    return many / few, f"times ({few:.2f} ms, {many:.2f} ms)"


async def measure(large: int = LARGE, rounds: int = ROUNDS, small: int = SMALL) -> list[Figure]:
    crypto.unlock(crypto.new_secret())
    figures = []
    for urls in addresses():
        branches = [Branch(url, complaints) for url, complaints in zip(urls, (small, large), strict=True)]
        figures += await compare(branches[0], branches[1], rounds)
        for branch in branches:
            branch.office.engine.dispose()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=LARGE)
    sys.exit(tell(asyncio.run(measure(parser.parse_args().complaints))))


if __name__ == "__main__":
    main()
