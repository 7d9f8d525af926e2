"""The worker: one update is one transaction, handled in a thread with an event loop of its own."""

import asyncio
import threading
from datetime import timedelta

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from backoffice import errors, inbox
from backoffice.work import Office, Work
from bot import conversation, metrics, refusals
from bot.mishap import place
from bot.session import Exchange, exchange

log = structlog.get_logger()

PAUSES = (1, 4, 10, 20)  # seconds; the chat waits meanwhile, so they sum to less than a minute
CONFLICTS = 5
IDLE = 0.5  # seconds between looks when nobody wakes us (another process may have received)


class Worker(threading.Thread):
    """Handles what the inbox holds, until stopped; then finishes what it has in hand."""

    def __init__(self, office: Office, bot: Bot, dispatcher: Dispatcher) -> None:
        super().__init__(name="worker", daemon=True)
        self._office, self._bot, self._dispatcher = office, bot, dispatcher
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self.at_work = False  # an update is in hand, or looked for

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        """Nothing else lives on this loop, so it may block while there is nothing to do."""
        while not self._stopping.is_set():
            self._woken.clear()
            self.at_work = True
            if not await self._step():
                self.at_work = False
                self._woken.wait(IDLE)
        self.at_work = False

    async def _step(self) -> bool:
        try:
            return await self.handle_next()
        except Exception as failure:  # the database may be away: nothing is lost, it is tried again
            log.error("worker.failed", error=type(failure).__name__)
            return False

    async def handle_next(self) -> bool:
        """Handle the oldest update that may go. Returns whether there was one."""
        claimed: list[int] = []
        try:
            return await self._handled_or_refused(claimed)
        except Exception as failure:
            if not claimed:
                raise
            await self._fail(claimed[-1], failure)
        return True

    async def _handled_or_refused(self, claimed: list[int]) -> bool:
        try:
            return await self._in_one_transaction(claimed)
        except errors.OfficeError as refusal:
            await self._refuse(claimed[-1], refusal)
        return True

    async def _in_one_transaction(self, claimed: list[int]) -> bool:
        """Claim and handle; when somebody else changed the same case in between, once more from the start."""
        for attempt in range(CONFLICTS):
            try:
                with self._office.work() as work:
                    update = inbox.claim(work)
                    if update is None:
                        return False
                    claimed.append(update.id)
                    await self._handle(work, update)
                    return True
            except errors.Conflict:
                if attempt + 1 == CONFLICTS:
                    raise
        return False

    async def _handle(self, work: Work, claimed: inbox.Claimed) -> None:
        try:
            update = self._read(claimed)
        except (ValidationError, UpdateTypeLookupError) as failure:
            log.warning("update.unreadable", inbox=claimed.id)
            inbox.set_aside(work, claimed.id, type(failure).__name__)
            metrics.updates_aside.inc()
            return
        now = Exchange(work)
        token = exchange.set(now)
        try:
            await self._dispatcher.feed_update(self._bot, update, work=work)
            query = update.callback_query
            if query and query.id not in now.answered:
                await self._bot.answer_callback_query(query.id)
            conversation.keep()
        finally:
            exchange.reset(token)
        inbox.done(work, claimed.id)

    def _read(self, row: inbox.Claimed) -> Update:
        """Raises UpdateTypeLookupError also for a kind of update that we do not know."""
        update = Update.model_validate(row.payload, context={"bot": self._bot})
        _known = update.event_type
        return update

    async def _refuse(self, claimed: int, refusal: errors.OfficeError) -> None:
        """The use-case said no: nothing of it stays, and the person is told why and what they can do."""
        with self._office.work() as work:
            row = inbox.claim(work, claimed)
            if row is not None:
                await self._speak(work, row, refusal)
                inbox.done(work, row.id)

    async def _fail(self, claimed: int, failure: Exception) -> None:
        """A defect: try again a few times, then set the update aside and say so."""
        name = type(failure).__name__
        with self._office.work() as work:
            row = inbox.claim(work, claimed)
            if row is None:
                return
            log.error("update.failed", inbox=row.id, error=name, attempt=row.attempts, exc_info=place(failure))
            if row.attempts < len(PAUSES):
                inbox.retry_later(work, row.id, work.now + timedelta(seconds=PAUSES[row.attempts]), name)
                return
        try:
            await self._lay_aside(claimed, name)
        except Exception as untold:  # even the words for it are broken; the chat goes on all the same
            log.error("update.untold", inbox=claimed, error=type(untold).__name__, exc_info=place(untold))
            await self._lay_aside(claimed, name, tell=False)

    async def _lay_aside(self, claimed: int, error: str, *, tell: bool = True) -> None:
        with self._office.work() as work:
            row = inbox.claim(work, claimed)
            if row is None:
                return
            if tell:
                await self._speak(work, row, None)
            inbox.set_aside(work, row.id, error)
            metrics.updates_aside.inc()

    async def _speak(self, work: Work, row: inbox.Claimed, refusal: errors.OfficeError | None) -> None:
        token = exchange.set(Exchange(work))
        try:
            await refusals.answer(work, self._bot, self._read(row), refusal, reference=row.id)
        finally:
            exchange.reset(token)
