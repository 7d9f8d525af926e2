"""The stage comes to rest only when everything that was said has been answered."""

import asyncio
from pathlib import Path

from bot.sandbox.person import Person as Human
from tests.running import running

CROWD = 12
ROUNDS = 5


async def test_who_settles_beside_others_sees_every_answer(tmp_path: Path) -> None:
    """Each settling moves the clock on; that may not hide from another what fell due meanwhile."""
    async with running(tmp_path) as desk:
        people = await asyncio.gather(*(desk.newcomer() for _ in range(CROWD)))
        await asyncio.gather(*(desk.form(human) for human in people))

        async def unanswered(human: Human, text: str) -> str | None:
            await desk.say(human, text)
            return None if any(text in str(message.content) for message in human.inbox) else text

        for number in range(ROUNDS):
            texts = [f"The parcel never arrived, day {number}, house {house}." for house in range(CROWD)]
            assert not [each for each in await asyncio.gather(*map(unanswered, people, texts)) if each]
