"""How the bot gets its updates: offsets, one poller, webhooks that are tried until they are taken."""

import asyncio

import pytest
from aiohttp import web

PATIENCE = 30  # seconds; the long poll that nothing must wait for is longer


@pytest.fixture
def poll(ok):
    """Texts that one poll brings, and the offset that would confirm them."""

    async def poll(**params):
        updates = await ok("getUpdates", **params)
        texts = [u.get("message", {}).get("text") for u in updates]
        return texts, updates[-1]["update_id"] + 1 if updates else None

    return poll


class TestOffsets:
    async def test_kept_until_an_offset_confirms_them(self, poll, sara):
        sara.say("a")
        sara.say("b")
        texts, after = await poll()
        assert texts == (await poll())[0] == ["a", "b"]
        assert (await poll(offset=after))[0] == []
        assert (await poll())[0] == []

    async def test_numbers_are_sequential(self, ok, sara):
        for text in "abc":
            sara.say(text)
        ids = [u["update_id"] for u in await ok("getUpdates")]
        assert ids == list(range(ids[0], ids[0] + 3))

    async def test_a_negative_offset_forgets_all_but_the_newest(self, poll, sara):
        for text in "abc":
            sara.say(text)
        assert (await poll(offset=-2))[0] == ["b", "c"]
        assert (await poll())[0] == ["b", "c"]

    async def test_limit(self, poll, sara):
        for text in "abc":
            sara.say(text)
        assert (await poll(limit=2))[0] == ["a", "b"]

    async def test_a_lost_confirmation_brings_an_update_again(self, ok, world, sara):
        sara.say("a")
        [first] = await ok("getUpdates")
        assert await ok("getUpdates", offset=first["update_id"] + 1) == []
        world.redeliver(first["update_id"])
        assert await ok("getUpdates", offset=first["update_id"] + 1) == [first]
        assert await ok("getUpdates") == []

    async def test_anything_can_be_queued(self, ok, world, server):
        world.push_raw({"telepathy": {"from": None}})
        world.push_raw({"message": {"message_id": "x"}})
        assert [list(u)[1] for u in await ok("getUpdates")] == ["telepathy", "message"]


class TestWaiting:
    async def test_a_long_poll_ends_when_something_happens(self, poll, world, sara):
        waiting = asyncio.create_task(poll(timeout=50))
        await until(lambda: world.updates.is_turn(1))
        sara.say("a")
        assert (await asyncio.wait_for(waiting, PATIENCE))[0] == ["a"]

    async def test_a_long_poll_ends_in_time(self, poll, server):
        assert await asyncio.wait_for(poll(timeout=1), PATIENCE) == ([], None)

    async def test_a_second_poller_ends_the_first(self, call, world, server):
        first = asyncio.create_task(call("getUpdates", timeout=30))
        await until(lambda: world.updates.is_turn(1))
        assert (await call("getUpdates"))["ok"]
        assert (await first)["error_code"] == 409
        assert (await first)["description"].startswith("Conflict: terminated by other getUpdates request")


class TestAllowedUpdates:
    async def test_reactions_come_only_when_asked_for_and_the_choice_is_remembered(self, ok, sara):
        said = sara.say("a")
        sara.react(said)
        assert [list(u)[1] for u in await ok("getUpdates")] == ["message"]
        await ok("getUpdates", offset=-1, allowed_updates=["message_reaction"])
        sara.react(said, "🔥")
        sara.say("b")
        assert [list(u)[1] for u in await ok("getUpdates")] == ["message", "message_reaction"]

    async def test_blocking_is_told(self, ok, sara):
        sara.block()
        [update] = await ok("getUpdates")
        assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


class Receiver:
    """A bot's webhook that can be told to fail."""

    def __init__(self):
        self.seen = []
        self.secrets = set()
        self.failures = 0
        self.busy = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.url = ""

    async def take(self, request):
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = await request.json()
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        self.busy += 1
        await self.answers.wait()
        self.busy -= 1
        self.seen.append(update["message"]["text"])
        return web.Response()


@pytest.fixture
async def receiver():
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def until(predicate):
    async with asyncio.timeout(PATIENCE):
        while not predicate():  # noqa: ASYNC110 - not everything here rings a bell
            await asyncio.sleep(0.005)


class TestWebhook:
    async def test_delivers_what_waited_and_what_comes(self, ok, world, sara, receiver):
        sara.say("a")
        await ok("setWebhook", url=receiver.url, secret_token="s-1")
        await until(lambda: receiver.seen == ["a"])
        sara.say("b")
        await until(lambda: receiver.seen == ["a", "b"])
        assert receiver.secrets == {"s-1"}
        await until(lambda: not len(world.updates))

    async def test_tries_again_and_keeps_the_order_of_a_chat(self, ok, world, sara, receiver):
        receiver.failures = 3
        await ok("setWebhook", url=receiver.url)
        for text in "abc":
            sara.say(text)
        await until(lambda: receiver.seen == ["a", "b", "c"])
        info = await ok("getWebhookInfo")
        assert info["last_error_message"].startswith("Wrong response from the webhook: 500")

    async def test_chats_do_not_wait_for_each_other(self, ok, world, sara, receiver):
        reza = world.person("Reza")
        receiver.answers.clear()
        await ok("setWebhook", url=receiver.url)
        for person in (sara, reza):
            for text in "ab":
                person.say(text)
        await until(lambda: receiver.busy == 2)
        receiver.answers.set()
        await until(lambda: len(receiver.seen) == 4)

    async def test_an_answer_that_takes_too_long_is_a_failure(self, ok, world, pause, sara, receiver):
        pause.answer = 0.1
        receiver.answers.clear()
        await ok("setWebhook", url=receiver.url)
        sara.say("a")
        await until(lambda: world.webhook.last_error == "Read timeout expired")
        assert len(world.updates) == 1
        pause.answer = PATIENCE
        receiver.answers.set()
        await until(lambda: not len(world.updates))

    async def test_nothing_is_lost_while_nobody_listens(self, ok, world, sara, receiver):
        url, receiver.url = receiver.url, receiver.url.replace("/hook", "/elsewhere")
        await ok("setWebhook", url=receiver.url)
        sara.say("a")
        await until(lambda: world.webhook.last_error)
        assert (await ok("getWebhookInfo"))["pending_update_count"] == 1
        await ok("setWebhook", url=url)
        await until(lambda: receiver.seen == ["a"])

    async def test_polling_is_refused_meanwhile(self, ok, refused, server, receiver):
        await ok("setWebhook", url=receiver.url)
        assert (await refused("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook is active")
        await ok("deleteWebhook")
        assert await ok("getUpdates") == []

    async def test_pending_updates_are_dropped_only_on_request(self, ok, world, sara, server):
        sara.say("a")
        await ok("deleteWebhook")
        assert len(world.updates) == 1
        await ok("deleteWebhook", drop_pending_updates=True)
        assert len(world.updates) == 0

    async def test_address_and_secret_are_checked(self, refused, server):
        assert "An HTTPS URL must be provided" in await refused("setWebhook", url="http://example.org/")
        said = await refused("setWebhook", url="https://example.org/", secret_token="s p")
        assert said == "Bad Request: secret token contains unallowed characters"
