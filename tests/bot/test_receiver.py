"""The receiver: nothing that Telegram sent is lost, and nothing that it sends twice is stored twice."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from backoffice.work import Office
from bot.receiver import LARGEST_UPDATE, SECRET_HEADER, Polling, TokenRefused, Webhook, lane_of
from bot.sandbox.server import serve
from bot.sandbox.world import World
from storage import crypto
from storage.traffic import InboxUpdate
from tests.bot.post import PATIENCE, make_office

SECRET = "the-secret"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.fixture
async def world(office: Office) -> World:
    return World(office.clock)


def stored(office: Office) -> list[InboxUpdate]:
    with office.look() as work:
        return list(work.db.exec(select(InboxUpdate).order_by(InboxUpdate.id)))  # type: ignore[arg-type]


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@asynccontextmanager
async def polling(office: Office, world: World, **options: Any) -> AsyncIterator[list[int]]:
    """A poller at work; the list counts how often it called back."""
    received: list[int] = []
    server = await serve(world)
    poller = Polling(office, options.get("token", world.token), server.url, lambda: received.append(1))
    task = asyncio.create_task(poller.run())
    try:
        yield received
        poller.stop()
        await task
    finally:
        task.cancel()
        await server.stop()
        office.engine.dispose()


class TestPolling:
    async def test_updates_are_stored_and_the_worker_is_called(self, office: Office, world: World) -> None:
        async with polling(office, world) as received:
            sara = world.person()
            sara.start()
            sara.say("hello")
            await until(lambda: len(stored(office)) == 2)
            assert stored(office)[1].payload["message"]["text"] == "hello"
            assert stored(office)[0].lane == crypto.lookup("chat", sara.id)
            await until(lambda: received)

    async def test_what_came_while_it_was_off_is_not_dropped(self, office: Office, world: World) -> None:
        sara = world.person()
        sara.start()
        async with polling(office, world):
            await until(lambda: len(stored(office)) == 1)

    async def test_an_update_sent_again_is_stored_once(self, office: Office, world: World) -> None:
        async with polling(office, world):
            world.person().start()
            await until(lambda: stored(office))
            world.redeliver(stored(office)[0].update_id)
            world.person("Ali").start()
            await until(lambda: len(stored(office)) == 2)

    async def test_nothing_is_confirmed_that_is_not_stored(self, office: Office, world: World) -> None:
        with office.engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
        async with polling(office, world):
            world.person().start()
            await world.wait(lambda: [call for call in world.calls if call.method == "getUpdates"])
            await asyncio.sleep(0.3)
            assert len(world.updates) == 1
            with office.engine.begin() as connection:
                connection.execute(text("ALTER TABLE gone RENAME TO inbox"))
            await until(lambda: len(stored(office)) == 1)

    async def test_an_update_that_nobody_understands_is_stored_too(self, office: Office, world: World) -> None:
        async with polling(office, world):
            world.push_raw({"message": {"chat": "no chat", "text": ["?"]}})
            world.push_raw({"something_new": 5})
            world.person().start()
            await until(lambda: len(stored(office)) == 3)

    async def test_half_an_emoji_does_not_stop_the_rest(self, office: Office, world: World) -> None:
        async with polling(office, world):
            world.push_raw({"message": {"text": "a \ud83d b"}})
            world.person().start()
            await until(lambda: len(stored(office)) == 2)
            assert stored(office)[0].payload["message"]["text"] == "a ? b"

    @pytest.mark.parametrize("kind", ["500", "cut_before", "cut_after", "429"])
    async def test_a_broken_line_loses_nothing(self, office: Office, world: World, kind: Any) -> None:
        world.person().start()
        world.faults.add("getUpdates", kind=kind, retry_after=1)
        async with polling(office, world):
            await until(lambda: len(stored(office)) == 1)

    async def test_a_webhook_that_was_set_is_taken_down_without_dropping(self, office: Office, world: World) -> None:
        async with polling(office, world):
            calls = await world.wait(lambda: [call for call in world.calls if call.method == "deleteWebhook"])
            assert calls[0].params["drop_pending_updates"] is False

    async def test_a_wrong_token_is_said_at_once(self, office: Office, world: World) -> None:
        server = await serve(world)
        with pytest.raises(TokenRefused):
            await Polling(office, "42:WRONG", server.url, print).run()
        await server.stop()

    async def test_stopping_does_not_wait_for_the_long_poll(self, office: Office, world: World) -> None:
        async with asyncio.timeout(PATIENCE), polling(office, world):
            await world.wait(lambda: [call for call in world.calls if call.method == "deleteWebhook"])
            await asyncio.sleep(0.1)


@pytest.fixture
async def hook(office: Office) -> AsyncIterator[Callable[..., Any]]:
    """Posts a body to the webhook and returns the status."""
    app = web.Application()
    app.router.add_post("/hook", Webhook(office, SECRET, lambda: None).handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    async with aiohttp.ClientSession() as session:

        async def post(body: bytes, secret: str = SECRET) -> int:
            async with session.post(url, data=io.BytesIO(body), headers={SECRET_HEADER: secret}) as response:
                return response.status

        yield post
    await runner.cleanup()
    office.engine.dispose()


class TestWebhook:
    async def test_an_update_is_stored_before_it_is_confirmed(self, office: Office, hook: Callable[..., Any]) -> None:
        body = json.dumps({"update_id": 7, "message": {"chat": {"id": 5}}}).encode()
        assert [await hook(body), await hook(body)] == [200, 200]
        assert [row.update_id for row in stored(office)] == [7]

    async def test_a_stranger_is_turned_away(self, office: Office, hook: Callable[..., Any]) -> None:
        assert await hook(b'{"update_id": 7}', secret="wrong") == 401
        assert await hook(b'{"update_id": 7}', secret="ψ") == 401
        assert stored(office) == []

    @pytest.mark.parametrize(
        "body",
        [b"", b"no json", b"[]", b"{}", b'{"update_id": "7"}', b'{"update_id": true}', b'{"update_id": -1}',
         b'{"update_id": 99999999999999999999}', b"[" * 100_000, b"\xff", b" " * (LARGEST_UPDATE + 1)],
        ids=lambda body: repr(body[:24]),
    )  # fmt: skip
    async def test_what_is_no_update_is_refused(self, office: Office, hook: Callable[..., Any], body: bytes) -> None:
        assert await hook(body) == 400
        assert stored(office) == []

    async def test_when_the_database_is_away_telegram_is_to_try_again(
        self, office: Office, hook: Callable[..., Any]
    ) -> None:
        with office.engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
        assert await hook(b'{"update_id": 7}') == 500

    async def test_telegram_delivers_to_it(self, office: Office, world: World, hook: Callable[..., Any]) -> None:
        assert await hook(json.dumps({"update_id": 8, "callback_query": {"from": {"id": 5}}}).encode()) == 200
        assert stored(office)[0].lane == crypto.lookup("chat", 5)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["chat", "id", "message", "from", "user", "x"]), inner, max_size=3)
    ),
    max_leaves=10,
)


class TestLane:
    @pytest.mark.parametrize(
        "event",
        [
            {"message": {"chat": {"id": 5}, "from": {"id": 6}}},
            {"edited_message": {"chat": {"id": 5}}},
            {"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}},
            {"callback_query": {"from": {"id": 5}, "message": None}},
            {"my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}},
            {"message_reaction": {"chat": {"id": 5}, "user": {"id": 6}}},
            {"poll_answer": {"user": {"id": 5}}},
        ],
    )
    def test_it_is_the_chats_else_the_users(self, event: dict[str, Any]) -> None:
        crypto.unlock(crypto.new_secret())
        assert lane_of({"update_id": 1, **event}) == crypto.lookup("chat", 5)

    @given(JSON)
    def test_any_json_has_one(self, update: Any) -> None:
        crypto.unlock("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
        assert isinstance(lane_of(update), int)
