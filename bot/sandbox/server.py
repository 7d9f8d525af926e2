"""Starts the sandbox: the Bot API, the page and the delivery to webhooks on one port."""

import asyncio
import contextlib
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.api import BotApi
from bot.sandbox.pages import Pages, guard
from bot.sandbox.webhook import Delivery, Pause
from bot.sandbox.world import World

#: Bytes; above what Telegram takes for one file.
LARGEST_REQUEST = 64 * 1024 * 1024


@dataclass(slots=True)
class Server:
    world: World
    host: str
    port: int
    _runner: web.AppRunner
    _delivery: asyncio.Task[None]
    _pages: Pages

    @property
    def url(self) -> str:
        """The Bot API's base, without `/bot`; also where the page is."""
        return f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        self._delivery.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._delivery
        self._pages.close()
        await self._runner.cleanup()


async def serve(world: World, host: str = "127.0.0.1", port: int = 0, *, pause: Pause | None = None) -> Server:
    """Listen; port 0 takes any free one. `pause` sets how webhooks are tried again."""
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[guard])
    pages = Pages(world)
    app.add_routes([*BotApi(world).routes(), *pages.routes()])
    # A caller that hangs up ends its long poll at once; everything else is done before it could.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    port = runner.addresses[0][1]
    return Server(world, host, port, runner, asyncio.create_task(Delivery(world, pause).run()), pages)
