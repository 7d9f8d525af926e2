"""The parts of a running program: started one after the other, stopped the other way round, watched meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import structlog

log = structlog.get_logger()

STOPPING = 75.0  # seconds a part may take to finish what it holds: more than the longest call


class Parts(AsyncExitStack):
    """An exit stack whose tasks are watched: `broken` gets what ended a part that should have gone on."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def run(self, name: str, part: Coroutine[Any, Any, None], stop: Callable[[], None]) -> None:
        """Let a part run beside the others; at the end `stop` asks it to finish, and it is waited for."""
        task = asyncio.create_task(part, name=name)
        task.add_done_callback(self._ended)
        self.push_async_callback(self._finish, task, stop)

    def aside(self, name: str, errand: Coroutine[Any, Any, None]) -> None:
        """Something that comes to its own end and may be broken off."""
        task = asyncio.create_task(errand, name=name)
        self.push_async_callback(asyncio.wait, {task})
        self.callback(task.cancel)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part came to its end before it was asked to."""
        failure = _failure(task) or RuntimeError(f"{task.get_name()} ended")
        log.critical("desk.part_broken", part=task.get_name(), exc_info=failure)
        if not self.broken.done():
            self.broken.set_exception(failure)
            self.broken.exception()  # it may be that nobody asks

    async def _finish(self, task: asyncio.Task[None], stop: Callable[[], None]) -> None:
        task.remove_done_callback(self._ended)
        stop()
        _done, late = await asyncio.wait({task}, timeout=STOPPING)
        if late:
            log.error("desk.part_late", part=task.get_name())
            task.cancel()
            await asyncio.wait({task})
        if failure := _failure(task):
            log.error("desk.part_broken", part=task.get_name(), exc_info=failure)


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()
