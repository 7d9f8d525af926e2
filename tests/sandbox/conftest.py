"""A sandbox with one person in it, and plain HTTP to talk to it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox.person import Person
from bot.sandbox.server import Server, serve
from bot.sandbox.webhook import Pause
from bot.sandbox.world import World

Call = Callable[..., Awaitable[dict[str, Any]]]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock)


@pytest.fixture
def pause() -> Pause:
    """How webhooks are tried again: soon, and a bot may take its time to answer."""
    return Pause(first=0.01, longest=0.05)


@pytest.fixture
async def server(world: World, pause: Pause) -> AsyncIterator[Server]:
    running = await serve(world, pause=pause)
    yield running
    await running.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(server: Server, http: aiohttp.ClientSession) -> Call:
    """Calls a method with JSON and returns the whole answer."""

    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{server.url}/bot{server.world.token}/{method}", json=params) as response:
            answer: dict[str, Any] = json.loads(await response.read())
            assert response.status == answer.get("error_code", 200)
            return answer

    return call


@pytest.fixture
def ok(call: Call) -> Callable[..., Awaitable[Any]]:
    """Calls a method that must succeed and returns its result."""

    async def ok(method: str, **params: Any) -> Any:
        answer = await call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    return ok


@pytest.fixture
def refused(call: Call) -> Callable[..., Awaitable[str]]:
    """Calls a method that must fail and returns Telegram's description."""

    async def refused(method: str, **params: Any) -> str:
        answer = await call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    return refused


@pytest.fixture
def sara(world: World) -> Person:
    """Has started the bot; the queue is empty again."""
    sara = world.person("Sara", "fa", "sara_b")
    sara.start()
    world.updates.clear()
    return sara


def keyboard(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()}] for label in labels]}
