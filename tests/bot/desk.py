"""A whole desk for tests: the program as it runs, against the strict sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import Desk
from bot.clock import MovableClock
from bot.config import Settings, given
from bot.pacing import Pace
from bot.sandbox.server import Server, serve
from bot.sandbox.world import World
from bot.stage import Stage
from storage import crypto

ROLE = {"en": "Somebody"}


def settings_for(server: Server, folder: Path, **more: Any) -> Settings:
    return given(
        **{
            "bot_token": server.world.token,
            "telegram_api": server.url,
            "data_dir": folder,
            "secret_key": crypto.new_secret(),
            "listen": "127.0.0.1:0",
            **more,
        }
    )


@dataclass
class Running:
    desk: Desk
    world: World
    clock: MovableClock
    stage: Stage

    async def get(self, path: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.desk.front.port}{path}"
        async with aiohttp.ClientSession() as http, http.get(url) as response:
            return response.status, await response.text()


@asynccontextmanager
async def sandbox(clock: MovableClock | None = None) -> AsyncIterator[Server]:
    server = await serve(World(clock or MovableClock()))
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def running(folder: Path, **more: Any) -> AsyncIterator[Running]:
    """A desk that is up; at the end it must stop by itself."""
    clock, pace = MovableClock(), Pace.none()
    async with sandbox(clock) as server:
        desk = Desk(settings_for(server, folder, **more), clock=clock, pace=pace)
        await desk.start()
        try:
            yield Running(desk, server.world, clock, Stage(desk, server.world, clock, pace))
        finally:
            await desk.stop()
