"""The table of methods that the sandbox carries out; each module of methods adds its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.sandbox.checks import Call
from bot.sandbox.world import World

#: Returns the `result` of the answer, or an awaitable of it.
Method = Callable[[World, Call], Any]

M = TypeVar("M", bound=Method)

METHODS: dict[str, Method] = {}


def offers(*names: str) -> Callable[[M], M]:
    def add(method: M) -> M:
        METHODS.update(dict.fromkeys(names, method))
        return method

    return add
