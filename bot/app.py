"""The running desk: starts its parts in order, waits for them, and stops them so that nothing is left half done."""

import asyncio
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.types import User

from backoffice import days, schedule
from backoffice.files import Files
from backoffice.work import Office
from bot import presence, receiver, waiting
from bot.clock import Clock
from bot.config import ConfigError, Settings
from bot.courier import Courier
from bot.dispatch import make_dispatcher
from bot.fetcher import Fetcher
from bot.figures.maker import Maker
from bot.figures.tabulator import Tabulator
from bot.front import Front
from bot.identity import Identity, Unreachable, who_am_i
from bot.notices import word
from bot.opening import open_office
from bot.pacing import Pace
from bot.parts import STOPPING, Parts
from bot.printer import Printer
from bot.session import OutboxSession
from bot.ticker import Ticker
from bot.worker import Worker
from storage import locks

log = structlog.get_logger()

SIGNALS = (signal.SIGTERM, signal.SIGINT)
PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds between questions to a Telegram that does not answer yet
TICK_WAITS = 20.0  # seconds for the updates that came before the tick
HEARD = timedelta(minutes=2)  # more than a long poll takes
LOOKS = 0.002  # seconds between looks while waiting


class Desk:
    """One program for `sulh run`, the demo and the tests."""

    office: Office
    identity: Identity
    courier: Courier
    front: Front
    worker: Worker
    ticker: Ticker

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] | None = None,
        pace: Pace | None = None,
        poll: bool = True,
    ) -> None:
        """`poll` False: it receives nothing by itself."""
        self.settings = settings
        self.clock = clock or Clock()
        self._pace, self._poll = pace or Pace.telegram(), poll
        self._polling: receiver.Polling | None = None

    # ------------------------------------------------------------------ from start to stop

    async def run(self) -> None:
        """Start, serve until SIGTERM or SIGINT, stop. Raises what ended a part that should have gone on."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()

        def tell() -> None:
            if not told.done():
                told.set_result(None)

        for number in SIGNALS:
            loop.add_signal_handler(number, tell)
        starting = asyncio.create_task(self.start())
        await asyncio.wait([told, starting], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # told to stop while Telegram or the database was still away
            starting.cancel()
            await asyncio.wait([starting])
            return
        await starting
        await asyncio.wait([told, self._parts.broken], return_when=asyncio.FIRST_COMPLETED)
        for number in SIGNALS:  # a second one ends us at once
            loop.remove_signal_handler(number)
        log.info("desk.stopping")
        await self.stop()
        if not told.done():
            await self._parts.broken

    async def start(self) -> None:
        """Raises ConfigError, OrganisationError or Busy, each with one line to say."""
        self._parts = Parts()
        try:
            await self._open()
            await self._speak()
            self._handle()
            await self._listen()
        except BaseException:
            await self._parts.aclose()
            raise
        log.info("desk.started", bot=self.identity.username, receives_by=self._way)

    async def stop(self) -> None:
        """Receive no more, finish what is in hand, let go of the locks."""
        await self._parts.aclose()

    async def _open(self) -> None:
        self.office = await asyncio.to_thread(open_office, self.settings, self.clock)
        self._parts.callback(self.office.engine.dispose)
        self.identity = await self._identify()
        name = f"bot-{self.identity.user['id']}"  # one courier and one poller for each token
        self._parts.enter_context(locks.hold(self.office.engine, name, self.settings.data_dir))

    async def _speak(self) -> None:
        token, api = self.settings.token, self.settings.telegram_api
        self.files = Files(self.settings.data_dir)
        fetcher = Fetcher(self.office, token, api, self.files)
        self._parts.run("fetcher", fetcher.run(), fetcher.stop)
        printer = Printer(self.office, self.files)
        self.office.listeners.append(printer.wake)
        self._parts.run("printer", printer.run(), printer.stop)
        maker = Maker(self.office, self.files)
        self.office.listeners.append(maker.wake)
        self._parts.run("digests", maker.run(), maker.stop)
        tabulator = Tabulator(self.office, self.files)
        self.office.listeners.append(tabulator.wake)
        self._parts.run("tables", tabulator.run(), tabulator.stop)
        self.courier = Courier(self.office, token, api, word, self._pace, self.files)
        self.office.listeners.append(self.courier.wake)
        self._parts.run("courier", self.courier.run(), self.courier.stop)
        profiles = await asyncio.to_thread(presence.profiles, self.office)
        default = self.office.organisation.default_language
        self._parts.aside("presence", presence.introduce(self.settings, profiles, default))

    def _handle(self) -> None:
        session = OutboxSession(User.model_validate(self.identity.user))
        bot = Bot(self.settings.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
        self.worker = Worker(self.office, bot, make_dispatcher())
        self.worker.start()
        self._parts.push_async_callback(self._stop_worker)
        self.ticker = Ticker(self._tick)
        self.ticker.start()
        self._parts.push_async_callback(self.ticker.stop)

    async def _listen(self) -> None:
        self.front = Front(self.office, self.worker.is_alive, self.ticker.late)
        settings, wake = self.settings, self.worker.wake
        if self._way == "webhook" and settings.webhook_url and settings.webhook_secret:
            hook = receiver.Webhook(self.office, settings.webhook_secret.get_secret_value(), wake)
            self.front.also(urlsplit(settings.webhook_url).path or "/", hook.handle)
        self._parts.push_async_callback(self.front.stop)
        await self.front.start(settings)
        if self._way == "webhook":
            await presence.take_updates_here(settings)
        elif self._way == "polling":
            self._polling = receiver.Polling(self.office, settings.token, settings.telegram_api, wake)
            self._parts.run("receiver", self._poll_until_stopped(self._polling), self._polling.stop)

    @property
    def _way(self) -> str:
        if not self._poll:
            return "nothing"
        return "webhook" if self.settings.webhook_url else "polling"

    async def _poll_until_stopped(self, polling: receiver.Polling) -> None:
        try:
            await polling.run()
        except receiver.TokenRefused:
            raise ConfigError("SULH_BOT_TOKEN", "is refused by Telegram, which had accepted it before") from None

    async def _identify(self) -> Identity:
        for pause in PAUSES:
            try:
                return await who_am_i(self.settings)
            except Unreachable as trouble:
                log.warning("desk.telegram_away", why=str(trouble))
                await asyncio.sleep(pause)
        return await who_am_i(self.settings)

    async def _stop_worker(self) -> None:
        self.worker.stop()
        await asyncio.to_thread(self.worker.join, STOPPING)

    # ------------------------------------------------------------------ what is due

    async def tick(self) -> None:
        """The minute's tick, now; after the one that may be under way."""
        await self.ticker.now()

    async def _tick(self) -> None:
        newest = await asyncio.to_thread(waiting.newest_update, self.office)
        heard = await self._all_heard()
        try:
            await _while(lambda: waiting.unhandled(self.office, newest), TICK_WAITS)
        except TimeoutError:
            log.warning("tick.did_not_wait", up_to=newest)
            heard = False
        await asyncio.to_thread(self._one_tick, heard)

    def _one_tick(self, heard: bool) -> None:
        """In a thread; where another process is at it, ours is not needed."""
        try:
            with locks.hold(self.office.engine, "tick", self.settings.data_dir):
                schedule.tick(self.office, closing=heard, wall=Clock().now())
        except locks.Busy:
            log.info("tick.done_elsewhere")
            with self.office.work() as work:
                days.lay(work)

    async def _all_heard(self) -> bool:
        """Whether all that people have sent is stored: only then may a window of theirs close."""
        if self._way == "webhook":
            return await presence.all_posted(self.settings)
        if self._polling is None:
            return not self._poll
        heard_at = self._polling.heard_at
        return heard_at is not None and Clock().now() - heard_at < HEARD

    async def settle(self, timeout: float = 30.0, soon: timedelta = waiting.MOMENT) -> None:  # noqa: ASYNC109
        """Wait until every update is handled and every message has gone that is due so soon. Raises TimeoutError."""
        await _while(
            lambda: waiting.unhandled(self.office) or waiting.undelivered(self.office, soon),
            timeout,
            lambda: self.worker.at_work or self.courier.at_work,
        )


async def _while(busy: Callable[[], bool], seconds: float, surely: Callable[[], bool] = lambda: False) -> None:
    """Wait as long as the tables say so; a database rings no bell. They are not asked while we are `surely` busy."""
    async with asyncio.timeout(seconds):
        while surely() or await asyncio.to_thread(busy):  # noqa: ASYNC110 - a database rings no bell
            await asyncio.sleep(LOOKS)
