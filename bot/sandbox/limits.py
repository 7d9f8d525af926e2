"""Telegram's pace: too many messages are answered with 429 and the seconds to wait."""

import math
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.refusals import too_many_requests

#: A minute less what the way here may have taken from the first message of it.
GROUP_SECONDS = 59.5


@dataclass(slots=True)
class _Window:
    """At most `most` in any `seconds` of real time."""

    most: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int) -> float:
        """Seconds until there is room for `count`; 0 if there is."""
        while self.taken and self.taken[0] <= now - self.seconds:
            self.taken.popleft()
        over = len(self.taken) + min(count, self.most) - self.most
        return self.taken[over - 1] + self.seconds - now if over > 0 else 0.0

    def take(self, now: float, count: int) -> None:
        self.taken.extend([now] * count)


@dataclass(slots=True)
class _Bucket:
    """`size` at once, refilled by one each `seconds`."""

    size: int
    seconds: float
    level: float = 0.0
    seen: float = -math.inf

    def wait(self, now: float, count: int) -> float:
        """Seconds until there is room; an album counts as one."""
        self.level = max(0.0, self.level - (now - self.seen) / self.seconds)
        self.seen = now
        return max(0.0, (self.level + 1 - self.size) * self.seconds)

    def take(self, now: float, count: int) -> None:
        self.level += 1


@dataclass(slots=True)
class Limits:
    """How fast a bot may send. Set `World.limits` to switch it on; measured by the real monotonic clock."""

    #: Messages in any one second, over all chats.
    overall: int = 30
    #: A private chat takes this many at once and then one a second.
    burst: int = 4
    #: Messages in any minute in one group.
    group: int = 20
    #: Whether edits count as messages do.
    edits: bool = True
    _all: _Window = field(init=False)
    _private: dict[int, _Bucket] = field(default_factory=dict)
    _groups: dict[int, _Window] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._all = _Window(self.overall, 1.0)

    def take(self, chat_id: int, now: float, count: int = 1) -> None:
        """Count messages to a chat, or refuse with 429; what is refused is not counted."""
        window: _Window | _Bucket
        if chat_id > 0:
            window = self._private.setdefault(chat_id, _Bucket(self.burst, 1.0))
        else:
            window = self._groups.setdefault(chat_id, _Window(self.group, GROUP_SECONDS))
        wait = max(self._all.wait(now, count), window.wait(now, count))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        self._all.take(now, count)
        window.take(now, count)
