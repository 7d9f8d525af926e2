"""A clock that stands until it is moved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Moment:
    """Callable like the clock of the program. It begins on a Saturday morning, a working day in Tehran."""

    now: datetime = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)
