"""Where each person stands in a conversation: read once an update, written with everything else it changed."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.session import exchange
from storage import crypto, traffic


@dataclass(slots=True)
class Standing:
    """The state that is awaited and what it needs to know, as this update leaves them."""

    state: str | None
    data: dict[str, Any] = field(default_factory=dict)
    changed: bool = False


class Conversations(BaseStorage):
    """aiogram's storage over the open transaction of the exchange."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        standing = _standing(key)
        if standing.state != name:
            standing.state, standing.changed = name, True

    async def get_state(self, key: StorageKey) -> str | None:
        return _standing(key).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        standing = _standing(key)
        if standing.data != data:
            standing.data, standing.changed = dict(data), True

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """A copy to its last list: what a handler changes in it is not kept until it is set."""
        return deepcopy(_standing(key).data)

    async def close(self) -> None:
        """The transaction is not ours to close."""


def keep() -> None:
    """Write what changed; the worker calls it once, at the end of an update."""
    now = exchange.get()
    for key, standing in now.standings.items():
        if standing.changed:
            row = {"key": key, "state": standing.state, "data": standing.data, "touched_at": now.work.now}
            now.work.later(traffic.KEEP[now.work.db.connection().dialect.name], row)


def _standing(key: StorageKey) -> Standing:
    now = exchange.get()
    row = crypto.lookup("conversation", f"{key.user_id}:{key.chat_id}:{key.thread_id}")
    if row not in now.standings:
        state, data = traffic.conversation(now.work.db, row)
        now.standings[row] = Standing(state, data)
    standing: Standing = now.standings[row]
    return standing
