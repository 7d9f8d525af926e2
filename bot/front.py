"""What the desk answers over HTTP: is it well, how much waits, and (if Telegram posts to us) updates."""

import asyncio
import errno
from collections.abc import Callable
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlmodel import select

from backoffice.work import Office
from bot import metrics
from bot.config import ConfigError, Settings

LATEST_TICK = 180.0  # seconds
PATIENCE = 5.0  # seconds for the database to answer

_tick_age = Gauge("tick_age_seconds", "Seconds since the last tick that came to its end")


class Front:
    """Listens for the operator's questions."""

    def __init__(self, office: Office, alive: Callable[[], bool], tick_age: Callable[[], float]) -> None:
        self._office, self._alive, self._tick_age = office, alive, tick_age
        self._app = web.Application()
        self._app.add_routes([web.get("/healthz", self._health), web.get("/metrics", self._metrics)])
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=5)

    def also(self, path: str, handle: Any) -> None:
        """Take POSTs to this path; to be said before `start`."""
        self._app.router.add_post(path, handle)

    async def start(self, settings: Settings) -> None:
        """Raises ConfigError if the address cannot be had."""
        host, port = settings.address
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
            raise ConfigError("SULH_LISTEN", f"{settings.listen} {why}; set another host:port") from None

    @property
    def port(self) -> int:
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        ill = {part: why for part, why in (await self._ills()).items() if why}
        body = {"status": "ill", "parts": ill} if ill else {"status": "ok"}
        return web.json_response(body, status=503 if ill else 200)

    async def _ills(self) -> dict[str, str | None]:
        age = self._tick_age()
        return {
            "worker": None if self._alive() else "has ended",
            "tick": None if age < LATEST_TICK else f"last one {age:.0f} s ago",
            "database": await self._database_ill(),
        }

    async def _database_ill(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.to_thread(self._ask)
        except Exception as failure:
            return f"does not answer ({type(failure).__name__})"
        return None

    def _ask(self) -> None:
        with self._office.look() as work:
            work.db.exec(select(1)).one()

    async def _metrics(self, _request: web.Request) -> web.Response:
        _tick_age.set(self._tick_age())
        await asyncio.to_thread(metrics.observe, self._office)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
