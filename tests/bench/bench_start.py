"""From starting `sulh run` to its first answer, and how much memory it holds after a story."""

import asyncio
import time
from pathlib import Path

from bot.clock import Clock
from bot.sandbox.world import World
from tests.bench.figures import Figure, installed, run
from tests.stress.crowd import Customer

CUSTOMERS = 30


async def measure(customers: int = CUSTOMERS) -> list[Figure]:
    world = World(Clock().now)
    async with installed(world) as start:
        first = world.person("First", "en")
        first.start()
        began = time.perf_counter()
        process = await start()
        await world.wait(lambda: first.inbox, 60)
        answered = time.perf_counter() - began
        async with asyncio.TaskGroup() as group:
            for number in range(customers):
                group.create_task(Customer(world, number).complain())
        resident, peak = (_kilobytes(process.pid, name) / 1024 for name in ("VmRSS", "VmHWM"))
    return [
        Figure("start to first answer", answered, "s", 6),
        Figure(f"resident memory after {customers} complaints with photos", resident, "MB", 300),
        Figure("its peak", peak, "MB", 300),
    ]


def _kilobytes(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


if __name__ == "__main__":
    run(measure)
