"""How fast the courier is: never faster than Telegram allows, and hardly slower."""

from pathlib import Path

import pytest

from bot.pacing import Kind, Pace
from bot.sandbox.limits import Limits
from storage import crypto
from storage.traffic import NOTICE, OutboxMessage
from tests.bot.post import Post, make_office, posted, put, texts

ANY = 1


class TestPace:
    def test_overall_there_are_25_a_second(self) -> None:
        pace = Pace.telegram()
        pace.take(1, Kind.PRIVATE, 10.0)
        assert pace.wait(2, Kind.PRIVATE, 10.0) == pytest.approx(0.04)
        assert pace.wait(2, Kind.FREE, 10.0) == 0

    def test_a_private_chat_takes_three_at_once_and_then_one_a_second(self) -> None:
        pace = Pace.telegram()
        times, now = [], 0.0
        for _ in range(5):
            now += pace.wait(ANY, Kind.PRIVATE, now)
            pace.take(ANY, Kind.PRIVATE, now)
            times.append(now)
        assert times[2] < 0.1
        assert times[3] == pytest.approx(1.0, abs=0.1)
        assert times[4] == pytest.approx(2.0, abs=0.1)

    def test_a_group_takes_one_every_three_seconds_and_an_album_as_many_as_it_has(self) -> None:
        pace = Pace.telegram()
        pace.take(ANY, Kind.GROUP, 0.0, cost=2)
        assert pace.wait(ANY, Kind.GROUP, 0.0) == pytest.approx(6.0)

    def test_rest_is_for_one_lane_or_for_all(self) -> None:
        pace = Pace.none()
        pace.rest(5, 0.0, lane=1)
        assert (pace.wait(1, Kind.PRIVATE, 0.0), pace.wait(2, Kind.PRIVATE, 0.0)) == (5, 0)
        assert pace.busy(0.0, longer_than=1) == [1]
        pace.rest(3, 0.0)
        assert pace.wait(2, Kind.FREE, 0.0) == 3


def notice(chat_id: int, text: str, post: Post) -> OutboxMessage:
    body = {"call": "sendMessage", "args": {"chat_id": chat_id, "text": text}}
    lane = crypto.lookup("chat", chat_id)
    return OutboxMessage(lane=lane, urgency=NOTICE, body=body, created_at=post.office.clock())


def most_in_a_second(times: list[float]) -> int:
    return max(sum(start <= t < start + 1 for t in times) for start in times)


class TestUnderTelegramsLimits:
    async def test_a_crowd_is_told_at_full_pace_and_never_faster(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path), tmp_path, Pace.telegram()) as post:
            post.world.limits = Limits()
            people = [post.human(str(n)) for n in range(100)]
            with post.office.work() as work:
                for human in people:
                    put(work, notice(human.id, "hello", post))
            await post.courier.settled()
            times = [call.at for call in post.calls("sendMessage")]
            assert {call.code for call in post.calls("sendMessage")} == {200}
            assert most_in_a_second(times) <= 30
            assert (len(times) - 1) / (times[-1] - times[0]) >= 10  # 24 on a machine that does nothing else: make bench

    async def test_one_person_gets_a_burst_and_then_one_a_second(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path), tmp_path, Pace.telegram()) as post:
            post.world.limits = Limits()
            sara = post.human()
            with post.office.work() as work:
                for n in range(5):
                    put(work, notice(sara.id, str(n), post))
            await post.courier.settled()
            assert texts(sara) == ["0", "1", "2", "3", "4"]
            assert {call.code for call in post.calls("sendMessage")} == {200}
            times = [call.at for call in post.calls("sendMessage")]
            assert times[2] - times[0] < 1  # on a busy machine; two seconds if each had to wait for its own
            assert times[4] - times[3] > 0.5

    async def test_a_group_waiting_for_its_slot_holds_nobody_up(self, tmp_path: Path) -> None:
        async with posted(make_office(tmp_path), tmp_path, Pace.telegram()) as post:
            sara = post.human()
            groups = [post.world.group(str(n), sara) for n in range(10)]
            with post.office.work() as work:
                for group in groups * 2:
                    put(work, notice(group.id, "alarm", post))
            await post.world.wait(lambda: len(post.calls("sendMessage")) == 10)
            post.say(sara, "hello", NOTICE)
            await post.world.wait(lambda: texts(sara))
            assert len(post.calls("sendMessage")) == 11
            post.courier.stop()
