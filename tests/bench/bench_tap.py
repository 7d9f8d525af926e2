"""From a tap to the edited message: `sulh run` over HTTP through the sandbox, idle, at Telegram's pace."""

import asyncio
import time

from bot.clock import Clock
from bot.sandbox.person import Person
from bot.sandbox.records import Event
from bot.sandbox.world import World
from tests.bench.figures import Figure, installed, percentile, run

PEOPLE, ROUNDS = 100, 4
GAP = 0.1  # seconds between taps: nothing else is going on
TARGET = 50.0  # ms, of 95 in 100 taps
BUTTONS = ("Help", "Back")  # each edits the panel


async def measure(people: int = PEOPLE, rounds: int = ROUNDS) -> list[Figure]:
    world = World(Clock().now)
    async with installed(world) as start:
        crowd = [world.person(f"Person {number}", "en") for number in range(people)]
        for human in crowd:
            human.start()
        await start()
        await _each(world, crowd, "English")
        await _each(world, crowd, BUTTONS[0])
        times = [await _tap(world, human, BUTTONS[(number + 1) % 2]) for number in range(rounds) for human in crowd]
    name = f"tap to edited message, {len(times)} taps of {people} people"
    return [
        Figure(f"{name}, p50", percentile(times, 0.5), "ms", TARGET),
        Figure(f"{name}, p95", percentile(times, 0.95), "ms", TARGET),
    ]


async def _each(world: World, crowd: list[Person], button: str) -> None:
    for human in crowd:
        await world.wait(lambda human=human: button in " ".join(human.buttons()), 60)  # type: ignore[misc]
        await _tap(world, human, button)


async def _tap(world: World, human: Person, button: str) -> float:
    """Milliseconds until the message looks different."""
    await asyncio.sleep(GAP)
    edited: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def look(event: Event) -> None:
        if event.type == "edit" and event.chat_id == human.id and not edited.done():
            edited.set_result(time.perf_counter())

    silence = world.listen(look)
    began = time.perf_counter()
    human.tap(button)
    try:
        async with asyncio.timeout(30):
            return 1000 * (await edited - began)
    finally:
        silence()


if __name__ == "__main__":
    run(measure)
