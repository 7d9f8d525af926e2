"""Pace and faults: Telegram that is too busy, broken, or gone in the middle of a call."""

import asyncio
import contextlib
import time

import aiohttp
import pytest

from bot.sandbox.limits import Limits
from bot.sandbox.refusals import ApiError


def accepted(limits: Limits, chat_ids, moments) -> list[float]:
    """The moments at which a message would have been taken."""
    taken = []
    for chat_id, now in zip(chat_ids, moments, strict=False):
        with contextlib.suppress(ApiError):
            limits.take(chat_id, now)
            taken.append(now)
    return taken


class TestPace:
    MOMENTS = [n / 100 for n in range(1000)]

    def test_never_more_than_30_in_any_second(self):
        taken = accepted(Limits(), range(1, 10_000), self.MOMENTS)
        assert max(sum(t <= x < t + 1 for x in taken) for t in taken) == 30
        assert len(taken) == 300

    def test_a_private_chat_takes_four_at_once_and_then_one_a_second(self):
        taken = accepted(Limits(), [5] * 1000, self.MOMENTS)
        assert taken[:4] == [0.0, 0.01, 0.02, 0.03]
        assert len(taken) == 4 + 9

    def test_a_group_takes_20_a_minute(self):
        taken = accepted(Limits(), [-5] * 130, range(130))
        assert [len([t for t in taken if m <= t < m + 60]) for m in (0, 60)] == [20, 20]

    def test_an_album_is_as_many_messages_as_it_has_parts_but_one_burst(self):
        limits = Limits(burst=1)
        for chat_id in (1, 2, 3):
            limits.take(chat_id, 0.0, 10)
        with pytest.raises(ApiError):
            limits.take(4, 0.5)
        limits.take(1, 1.0, 10)

    def test_says_how_long_to_wait(self):
        limits = Limits(group=1)
        limits.take(-5, 0.0)
        with pytest.raises(ApiError) as refusal:
            limits.take(-5, 10.5)
        assert refusal.value.as_json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 49",
            "parameters": {"retry_after": 49},
        }

    async def test_is_off_until_it_is_set(self, call, world, sara):
        for _ in range(10):
            await call("sendMessage", chat_id=sara.id, text="a")
        world.limits = Limits()
        answers = [await call("sendMessage", chat_id=sara.id, text="a") for _ in range(6)]
        assert [a["ok"] for a in answers] == [True] * 4 + [False] * 2
        assert answers[-1]["parameters"]["retry_after"] >= 1
        assert len(sara.inbox) == 14

    async def test_callback_answers_do_not_count(self, ok, world, sara):
        world.limits = Limits(burst=1)
        await ok("sendMessage", chat_id=sara.id, text="a")
        query = sara.tap_data("x")
        for _ in range(3):
            await ok("answerCallbackQuery", callback_query_id=query.id)


class TestFaults:
    @pytest.mark.parametrize(("kind", "code"), [("500", 500), ("502", 502), ("400", 400), ("403", 403)])
    async def test_an_error_happens_as_often_as_asked_and_changes_nothing(self, call, world, sara, kind, code):
        world.faults.add("sendMessage", kind=kind, times=2)
        answers = [await call("sendMessage", chat_id=sara.id, text="a") for _ in range(3)]
        assert [a.get("error_code") for a in answers] == [code, code, None]
        assert len(sara.inbox) == 1

    async def test_429_says_how_long(self, call, world, sara):
        world.faults.add("*", kind="429", retry_after=7)
        answer = await call("sendMessage", chat_id=sara.id, text="a")
        assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 7})

    async def test_only_the_method_and_chat_that_were_named(self, ok, refused, world, sara):
        reza = world.person("Reza")
        reza.start()
        world.faults.add("sendMessage", kind="500", chat_id=reza.id)
        await ok("getMe")
        await ok("sendMessage", chat_id=sara.id, text="a")
        assert await refused("sendMessage", chat_id=reza.id, text="a") == "Internal Server Error"

    @pytest.mark.parametrize(("kind", "delivered"), [("cut_before", 0), ("cut_after", 1)])
    async def test_a_connection_that_breaks_before_or_after_the_deed(self, call, world, sara, kind, delivered):
        world.faults.add("sendMessage", kind=kind)
        with pytest.raises(aiohttp.ClientError):
            await call("sendMessage", chat_id=sara.id, text="a")
        assert len(sara.inbox) == delivered
        assert world.calls[-1].ok is False

    async def test_an_answer_that_comes_too_late(self, ok, world, sara):
        world.faults.add("sendMessage", kind="timeout", seconds=0.2)
        started = time.monotonic()
        sending = asyncio.create_task(ok("sendMessage", chat_id=sara.id, text="a"))
        await world.wait(lambda: sara.last)
        assert not sending.done()
        await sending
        assert time.monotonic() - started >= 0.2

    def test_an_unknown_kind_is_refused_at_once(self, world):
        with pytest.raises(ValueError, match="no such fault"):
            world.faults.add(kind="gremlins")
