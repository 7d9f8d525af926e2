"""Mishaps on demand: Telegram that is slow, broken, or gone before or after it did what was asked."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.sandbox.refusals import ApiError, too_many_requests

Kind = Literal["429", "500", "502", "400", "403", "timeout", "cut_before", "cut_after"]

_STATUS = {
    "400": "Bad Request: the sandbox was told to refuse this",
    "403": "Forbidden: the sandbox was told to refuse this",
    "500": "Internal Server Error",
    "502": "Bad Gateway",
}


@dataclass(slots=True)
class Fault:
    """`timeout` applies the call and holds the answer for `seconds`; `cut_*` drop the connection."""

    kind: Kind
    method: str = "*"
    chat_id: int | None = None
    retry_after: int = 3
    times: int = 1
    seconds: float = 1.0

    def matches(self, method: str, chat_id: int | str | None) -> bool:
        return self.method.lower() in ("*", method.lower()) and self.chat_id in (None, chat_id)

    def refuse(self) -> None:
        """Raise what Telegram would answer, if this fault is an answer."""
        if self.kind == "429":
            raise too_many_requests(self.retry_after)
        if self.kind in _STATUS:
            raise ApiError(int(self.kind), _STATUS[self.kind])


@dataclass(slots=True)
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def add(
        self,
        method: str = "*",
        *,
        kind: Kind,
        chat_id: int | None = None,
        retry_after: int = 3,
        times: int = 1,
        seconds: float = 1.0,
    ) -> Fault:
        """Let the next `times` calls of a method (or all, "*") go wrong."""
        if kind not in get_args(Kind):
            raise ValueError(f"no such fault: {kind}")
        fault = Fault(kind, method, chat_id, retry_after, times, seconds)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        self.waiting.clear()

    def next(self, method: str, chat_id: int | str | None) -> Fault | None:
        fault = next((f for f in self.waiting if f.matches(method, chat_id)), None)
        if fault:
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
        return fault
