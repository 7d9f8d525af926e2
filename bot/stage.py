"""The stage on which stories are played: people of the sandbox, the desk they speak with, and its clock."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from backoffice import people
from bot import waiting
from bot.app import Desk
from bot.clock import MovableClock
from bot.pacing import Pace
from bot.sandbox.person import Person
from bot.sandbox.world import World
from bot.staff.joining import PREFIX
from bot.ticker import EVERY

LOOKS = 0.003  # seconds
PATIENCE = 180.0  # seconds for everything to come to rest, on a busy machine
TICK = timedelta(seconds=EVERY)


class Stage:
    """A desk and a world that share a clock and a pace."""

    def __init__(self, desk: Desk, world: World, clock: MovableClock, pace: Pace) -> None:
        self.desk, self.world = desk, world
        self._clock, self._pace = clock, pace
        self._jump = asyncio.Lock()
        world.on_advance = lambda seconds: self._advance(timedelta(seconds=seconds))

    async def person(self, name: str, language: str, role: dict[str, str]) -> Person:
        """Somebody who has not started the bot yet; `role` is a label for display, by language."""
        person = self.world.person(name, language)
        person.role = role
        return person

    async def staff(
        self,
        name: str,
        language: str,
        role: dict[str, str],
        roles: list[str],
        department: str | None = None,
        languages: list[str] | None = None,
        capacity: int | None = None,
        provider: str | None = None,
    ) -> Person:
        """A colleague, or somebody who works for a provider outside, who has opened the link of an invitation."""
        person = await self.person(name, language, role)
        post = people.Post(roles, department, languages=languages or [language], capacity=capacity, provider=provider)
        person.start(PREFIX + await asyncio.to_thread(self._invite, post))
        await self.settle()
        return person

    async def settle(self) -> None:
        """Wait until all that was said has been heard, handled and answered. Raises TimeoutError.

        Messages that gather for a moment are not waited for: the clock is put on by that moment.
        """
        async with asyncio.timeout(PATIENCE):
            while len(self.world.updates):  # noqa: ASYNC110 - that they were fetched is no event
                await asyncio.sleep(LOOKS)
        while True:
            # Read before we look: what falls due while we look is then still ahead of it, and is not missed.
            before = self._clock.now()
            await self.desk.settle(PATIENCE, timedelta())
            moment = await asyncio.to_thread(waiting.next_message, self.desk.office, before)
            if moment is None or moment > self._clock.now() + waiting.MOMENT:
                return
            self._clock.forward(max(moment - self._clock.now(), timedelta()))
            self.desk.courier.wake()

    async def forward(self, **amount: float) -> None:
        """Let time pass (`hours=3`); what falls due on the way happens at its moment."""
        await self._advance(timedelta(**amount))

    def slow_down(self) -> None:
        """From now on messages keep Telegram's pace, as people know it."""
        _set(self._pace, Pace.telegram())

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Inside, messages go as fast as they can."""
        usual = replace(self._pace)
        _set(self._pace, Pace.none())
        try:
            yield
        finally:
            _set(self._pace, usual)

    def _invite(self, post: people.Post) -> str:
        with self.desk.office.work() as work:
            return people.invite(work, post)

    async def _advance(self, amount: timedelta) -> None:
        async with self._jump:
            with self.hurrying():
                await self.settle()
                await self._live_until(self._clock.now() + amount)

    async def _live_until(self, target: datetime) -> None:
        """Stop at every moment at which something is due, though not more often than the tick would in life."""
        earliest = self._clock.now()
        while moment := await asyncio.to_thread(waiting.next_moment, self.desk.office, self._clock.now()):
            if max(moment, earliest) >= target:
                break
            await self._be_at(max(moment, earliest))
            earliest = self._clock.now() + TICK
        await self._be_at(target)

    async def _be_at(self, moment: datetime) -> None:
        self._clock.forward(max(moment - self._clock.now(), timedelta()))
        await self.desk.tick()
        await self.settle()


def _set(pace: Pace, other: Pace) -> None:
    """The courier holds on to its pace, so it is changed in place."""
    for name in ("interval", "private_burst", "private_interval", "group_interval"):
        setattr(pace, name, getattr(other, name))
