"""The clocks: where the program learns what time it is."""

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

    def now(self) -> datetime:
        return super().now() + self._offset

    def forward(self, amount: timedelta) -> None:
        if amount < timedelta():
            raise ValueError("time does not run backwards")
        self._offset += amount
