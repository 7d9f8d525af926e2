"""How fast Telegram lets a bot speak, overall and in each chat. All times are monotonic seconds."""

import math
from dataclasses import dataclass, field
from enum import Enum

FORGET_AFTER = 60.0  # seconds after which an idle chat's bucket is full in any case


class Kind(Enum):
    """Whose pace a call keeps."""

    FREE = "free"  # answers to taps: no limit is counted
    OVERALL = "overall"
    PRIVATE = "private"
    GROUP = "group"


@dataclass(slots=True)
class _Bucket:
    """`size` at once, one more every `seconds`; may go into debt by what costs more than one."""

    size: float
    seconds: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        level = min(self.size, self.level + (now - self.at) / self.seconds)
        return max(0.0, (1 - level) * self.seconds)

    def take(self, now: float, cost: int) -> None:
        self.level = min(self.size, self.level + (now - self.at) / self.seconds) - cost
        self.at = now


@dataclass(slots=True)
class Pace:
    """When the next call may go. Knows nothing of messages: a lane is a chat."""

    interval: float  # between any two calls
    private_burst: float
    private_interval: float
    group_interval: float
    _next: float = -math.inf
    _resting_until: float = -math.inf
    _rests: dict[int, float] = field(default_factory=dict)
    _buckets: dict[int, _Bucket] = field(default_factory=dict)

    @classmethod
    def telegram(cls) -> "Pace":
        """What the messenger bears without refusing anything."""
        return cls(interval=1 / 25, private_burst=3, private_interval=1.0, group_interval=3.0)

    @classmethod
    def none(cls) -> "Pace":
        """As fast as it goes; for a messenger of our own."""
        return cls(interval=0.0, private_burst=math.inf, private_interval=1.0, group_interval=0.0)

    @property
    def limited(self) -> bool:
        return self.interval > 0

    def wait(self, lane: int, kind: Kind, now: float) -> float:
        """Seconds until a call of this kind may go to this lane; 0 if now."""
        ready = max(self._resting_until, self._rests.get(lane, -math.inf))
        if kind is not Kind.FREE:
            ready = max(ready, self._next)
        bucket = self._buckets.get(lane) if kind in (Kind.PRIVATE, Kind.GROUP) else None
        return max(0.0, ready - now, bucket.wait(now) if bucket else 0.0)

    def take(self, lane: int, kind: Kind, now: float, cost: int = 1) -> None:
        """Count a call that goes now."""
        if kind is Kind.FREE or not self.limited:
            return
        self._next = now + self.interval * cost
        if kind is Kind.OVERALL:
            return
        bucket = self._buckets.get(lane)
        if bucket is None:
            size = self.private_burst if kind is Kind.PRIVATE else 1
            seconds = self.private_interval if kind is Kind.PRIVATE else self.group_interval
            bucket = self._buckets[lane] = _Bucket(size, seconds, size, now)
        bucket.take(now, cost)

    def rest(self, seconds: float, now: float, lane: int | None = None) -> None:
        """Let one lane rest, or all of them."""
        if lane is None:
            self._resting_until = max(self._resting_until, now + seconds)
        else:
            self._rests[lane] = max(self._rests.get(lane, now), now + seconds)

    def resting(self, now: float) -> bool:
        """Whether all lanes rest."""
        return self._resting_until > now

    def others_rest(self, lane: int, now: float) -> bool:
        """Whether another lane than this one was told to rest and still does."""
        return any(until > now for other, until in self._rests.items() if other != lane)

    def busy(self, now: float, longer_than: float) -> list[int]:
        """Lanes that cannot be served for more than so many seconds. Forgets lanes that are idle."""
        self._rests = {lane: until for lane, until in self._rests.items() if until > now}
        self._buckets = {lane: bucket for lane, bucket in self._buckets.items() if now - bucket.at < FORGET_AFTER}
        full = (lane for lane, bucket in self._buckets.items() if bucket.wait(now) > longer_than)
        resting = (lane for lane, until in self._rests.items() if until - now > longer_than)
        return [*{*full, *resting}]
