"""The minute's tick: one job, never twice at once, and one that can be waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock

log = structlog.get_logger()

EVERY = 60  # seconds


class Ticker:
    """Calls `tick` at once and then every minute, until stopped."""

    def __init__(self, tick: Callable[[], Awaitable[object]]) -> None:
        self._tick = tick
        self._turn = asyncio.Lock()
        self._stopping = False
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self.succeeded_at = time.monotonic()  # of the last tick that came to its end; the start counts as one

    def start(self) -> None:
        self._scheduler.add_job(
            self._job,
            "interval",
            seconds=EVERY,
            next_run_time=Clock().now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """No further tick; the one under way comes to its end (APScheduler's shutdown would break it off)."""
        self._stopping = True
        async with self._turn:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    async def now(self) -> None:
        """One tick, after the one that may be under way. Raises what it raises."""
        async with self._turn:
            await self._tick()
            self.succeeded_at = time.monotonic()

    def late(self) -> float:
        """Seconds since the last tick that came to its end."""
        return time.monotonic() - self.succeeded_at

    async def _job(self) -> None:
        if self._stopping:
            return
        try:
            await self.now()
        except Exception as failure:  # the next minute tries again: what is due is in the tables
            log.error("tick.failed", exc_info=failure)
