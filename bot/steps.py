"""The filters of messages: commands, and what is said at a conversation's step, which any command leaves."""

from typing import Any

from aiogram.filters import Command, Filter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message

from bot.commands import COMMANDS

KNOWN = frozenset({"start", *(entry.command for entry in COMMANDS)})


def command(*names: str) -> Command:
    """One of these commands, in small or capital letters."""
    return Command(*names, ignore_case=True)


class Step(Filter):
    """Matches a message while one of these states is awaited; without any, while none is."""

    def __init__(self, *states: State | type[StatesGroup]) -> None:
        self._states = frozenset(name for state in states for name in _names(state))

    async def __call__(self, message: Message, raw_state: str | None = None) -> bool:
        awaited = raw_state in self._states if self._states else raw_state is None
        return awaited and command_in(message) not in KNOWN


def command_in(message: Message) -> str | None:
    """The command a message begins with, known or not."""
    slash, words = (message.text or "")[:1], (message.text or "")[1:].split(maxsplit=1)
    return words[0].partition("@")[0].lower() if slash == "/" and words else None


def _names(state: Any) -> list[str]:
    return [state.state or ""] if isinstance(state, State) else list(state.__all_states_names__)
