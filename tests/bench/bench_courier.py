"""The courier's pace over more than a minute, a group among the chats, against a sandbox that counts like Telegram."""

import tempfile
from pathlib import Path

from bot.pacing import Pace
from bot.sandbox.limits import Limits
from bot.sandbox.records import Called
from storage import crypto
from storage.traffic import NOTICE
from tests.bench.figures import Figure, run
from tests.bot.post import Post, make_office, posted

SECONDS = 70
GROUP_MESSAGES = 30  # more than a group takes in that time
MINUTE = 60.0


async def measure(seconds: int = SECONDS) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with posted(make_office(Path(folder)), Path(folder), Pace.telegram()) as post:
            post.world.limits = Limits()
            _promise(post, 25 * seconds)
            await post.world.wait(lambda: len(post.calls("sendMessage")) >= 24.5 * seconds, seconds + 30)
            calls = post.calls("sendMessage")
            post.courier.stop()
    return figures(calls)


def _promise(post: Post, messages: int) -> None:
    """Half as many people as messages, and a group."""
    people = [post.human(str(number)).id for number in range(messages // 2)]
    group = post.world.group("Alarms", post.human("Member")).id
    chats = [group] * GROUP_MESSAGES + people * 2
    with post.office.work() as work:
        for chat in chats:
            body = {"call": "sendMessage", "args": {"chat_id": chat, "text": "hello"}}
            lane = crypto.lookup("chat", chat)
            work.put(lane=lane, urgency=NOTICE, body=body, gather=None, not_before=None)


def figures(calls: list[Called]) -> list[Figure]:
    times = [call.at for call in calls]
    in_group = [call.at for call in calls if isinstance(call.chat_id, int) and call.chat_id < 0]
    rate = (len(times) - 1) / (times[-1] - times[0])
    return [
        Figure(f"messages a second, sustained over {times[-1] - times[0]:.0f} s", rate, "/s", 24, most=False),
        Figure("most in any second", most_within(times, 1.0), "", 30),
        Figure("most in any minute in a group", most_within(in_group, MINUTE), "", 20),
        Figure("refused for flooding (429)", sum(call.code == 429 for call in calls), "", 0),
    ]


def most_within(times: list[float], seconds: float) -> int:
    """In any window of so many seconds that begins with one of them."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


if __name__ == "__main__":
    run(measure)
