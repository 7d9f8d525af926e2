"""The clocks: where the program learns what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """The real time, aware and in UTC. Call it, as the office does."""

    def __call__(self) -> datetime:
        return self.now()

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock(Clock):
    """Goes as the real one does, but can be set apart from it and moved on: for the demo and for tests."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        return (self._stands_at or super().now()) + self._offset

    def forward(self, amount: timedelta) -> None:
        if amount < timedelta():
            raise ValueError("time does not run backwards")
        self._offset += amount

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Inside, only `forward` lets time pass, however long things take; then the real time is caught up with."""
        self._stands_at = super().now()
        try:
            yield
        finally:
            self._stands_at = None
