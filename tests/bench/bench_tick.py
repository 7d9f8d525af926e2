"""What open deadlines cost: the minute's tick over 10,000 and over 1,000,000 of them, when as many are due in both.

And a storm: very many are due in one and the same minute, while people go on writing. Without options it is shorter
than that, with 100,000 open and 10,000 due: --deadlines 1000000 --storm 100000 takes half an hour.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from backoffice import inbox, organisation, schedule
from backoffice.work import Office
from bot.dispatch import make_dispatcher
from bot.receiver import lane_of
from bot.session import OutboxSession
from bot.worker import Worker
from storage import crypto, db
from tests.bench.bench_scale import message
from tests.bench.bench_worker import IDENTITY
from tests.bench.bulk import CUSTOMERS, STAFF, addresses, fill_with_deadlines, let_fall_due, telegram_id
from tests.bench.figures import Figure, percentile, tell

SMALL, LARGE, FULL = 10_000, 100_000, 1_000_000
DUE, ROUNDS = 1_000, 5
STORM, FULL_STORM = 10_000, 100_000
TIMES, MEGABYTES, LATENCY = 1.5, 32, 0.25
EVERY = 0.1  # seconds between the updates that people send


class Branch:
    """One office with so many limits that run."""

    def __init__(self, url: str, deadlines: int) -> None:
        engine = db.connect(url)
        db.migrate(engine)
        self.office = Office(engine, organisation.load(), lambda: datetime.now(UTC))
        schedule.tick(self.office)  # notes by which calendar everything here is counted
        began = time.perf_counter()
        fill_with_deadlines(self.office, deadlines)
        taken = time.perf_counter() - began
        print(f"      {deadlines} open deadlines on {engine.dialect.name} in {taken:.0f} s", flush=True)
        bot = Bot("42:X", session=OutboxSession(IDENTITY), default=DefaultBotProperties(parse_mode="HTML"))
        self._worker = Worker(self.office, bot, make_dispatcher())
        self._numbers, self._used = count(10**9), 1

    @property
    def database(self) -> str:
        return self.office.engine.dialect.name

    def let_fall_due(self, deadlines: int) -> None:
        let_fall_due(self.office, self._used, deadlines)
        self._used += deadlines

    def tick(self, due: int) -> float:
        """Seconds that it takes; what was due is done then, or the figure would be none."""
        began = time.perf_counter()
        done = schedule.tick(self.office)["deadlines"]
        taken = time.perf_counter() - began
        if done != due:
            raise SystemExit(f"{done} steps were taken, {due} were due")
        return taken

    async def update(self, number: int) -> float:
        """Somebody writes; the seconds until it is stored, handled and committed."""
        update = message(next(self._numbers), telegram_id(STAFF + number % CUSTOMERS), f"One more thing, {number}.")
        began = time.perf_counter()
        with self.office.work() as work:
            inbox.receive(work, [(update["update_id"], lane_of(update), update)])
        assert await self._worker.handle_next()
        return time.perf_counter() - began

    async def storm(self, deadlines: int) -> tuple[float, list[float]]:
        """Seconds that the tick takes when so many are due, and what the updates took meanwhile."""
        self.let_fall_due(deadlines)
        ticking = asyncio.create_task(asyncio.to_thread(self.tick, deadlines))
        latencies: list[float] = []
        while not ticking.done():
            latencies.append(await self.update(len(latencies)))
            await asyncio.sleep(EVERY)
        return await ticking, latencies


class Memory:
    """How much more of it a piece of work needed, at its worst."""

    grown = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
        before = _megabytes("VmRSS")
        yield
        self.grown = max(self.grown, _megabytes("VmHWM") - before)


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def compare(small: Branch, large: Branch, due: int, rounds: int) -> list[Figure]:
    """In turns, so that the machine's noise is the same for both. The first round warms up."""
    times: dict[Branch, list[float]] = {small: [], large: []}
    memory = Memory()
    for _ in range(rounds + 1):
        for branch, taken in times.items():
            branch.let_fall_due(due)
            with memory.watched():
                taken.append(branch.tick(due))
    few, many = (statistics.median(taken[1:]) for taken in times.values())
    name = f"the tick with {due} due on {large.database}"
    return [
        Figure(name, many / few, f"times ({few:.2f} s, {many:.2f} s)", TIMES),
        Figure(f"memory for {name}", memory.grown, "MB", MEGABYTES),
    ]


def weather(branch: Branch, deadlines: int) -> list[Figure]:
    memory = Memory()
    with memory.watched():
        taken, latencies = asyncio.run(branch.storm(deadlines))
    print(
        f"      {deadlines} due at once on {branch.database}: {taken:.0f} s, {deadlines / taken:.0f}/s;"
        f" {len(latencies)} updates meanwhile, the median in {1000 * statistics.median(latencies):.0f} ms",
        flush=True,
    )
    name = f"{deadlines} due at once on {branch.database}"
    return [
        Figure(f"an update while {name}, 95 of 100", percentile(latencies, 0.95), "s", LATENCY),
        Figure(f"memory while {name}", memory.grown, "MB", MEGABYTES),
    ]


def measure(
    large: int = LARGE, storm: int = STORM, small: int = SMALL, due: int = DUE, rounds: int = ROUNDS
) -> list[Figure]:
    crypto.unlock(crypto.new_secret())
    figures = []
    for urls in addresses():
        branches = [Branch(url, deadlines) for url, deadlines in zip(urls, (small, large), strict=True)]
        figures += compare(branches[0], branches[1], due, rounds)
        figures += weather(branches[1], storm)
        for branch in branches:
            branch.office.engine.dispose()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadlines", type=int, default=LARGE, help=f"open in the large office; the goal is {FULL}")
    parser.add_argument("--storm", type=int, default=STORM, help=f"due in one minute; the goal is {FULL_STORM}")
    options = parser.parse_args()
    sys.exit(tell(measure(options.deadlines, options.storm)))


if __name__ == "__main__":
    main()
