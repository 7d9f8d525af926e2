"""What works beside everything else: takes what comes next, one at a time, until it is stopped."""

import asyncio
import contextlib
from abc import ABC, abstractmethod

import structlog

from bot.mishap import place

log = structlog.get_logger()

LOOKS = 1.0  # seconds between looks when nobody wakes us
REST = 0.05  # seconds between looks at least: every commit of the office wakes us, and few of them concern us


class Beside(ABC):
    """One that works beside; `name` is how the log calls it."""

    name: str

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.stopping = False

    async def run(self) -> None:
        """Work until `stop`; what is half done then begins anew next time."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self.stopping:
                self._news.clear()
                if not await self._next():
                    await self._wait()
        finally:
            self._loop = None

    def wake(self) -> None:
        """There may be something to do. Any thread may say so."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    def stop(self) -> None:
        """To be called in the loop's own thread."""
        self.stopping = True
        self._news.set()
        self.let_go()

    @abstractmethod
    async def do_next(self) -> bool:
        """Do what comes next. False if there is nothing."""

    @abstractmethod
    def let_go(self) -> None:
        """Break off what is under way: nobody waits for it any more."""

    async def _next(self) -> bool:
        try:
            return await self.do_next()
        except Exception as failure:  # it could not be read or written down: it is still to do
            log.error("beside.failed", what=self.name, error=type(failure).__name__, where=place(failure))
            return False

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKS):
                await self._news.wait()
        await asyncio.sleep(REST)
