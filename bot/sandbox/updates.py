"""The bot's queue of updates: numbered in sequence and kept until they are confirmed."""

from collections import deque

from bot.sandbox.records import Bell, Json

#: Not sent unless asked for by name.
OPTIONAL = {"chat_member", "message_reaction", "message_reaction_count"}
#: Updates that `redeliver` can still find after they were confirmed.
REMEMBERED = 10_000


class UpdateQueue:
    def __init__(self, first_id: int) -> None:
        self._next = first_id
        self._pending: dict[int, Json] = {}
        self._history: deque[Json] = deque(maxlen=REMEMBERED)
        self._again: list[Json] = []
        self.allowed: list[str] = []
        self.arrived = Bell()
        self._turn = 0

    def push(self, body: Json) -> int:
        """Queue an update and return its number, which is used up even if the bot did not want this kind."""
        update_id = self._next
        self._next += 1
        update = {"update_id": update_id, **body}
        if self._wanted(next(iter(body), "")):
            self._pending[update_id] = update
            self._history.append(update)
            self.arrived.ring()
        return update_id

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in OPTIONAL

    def new_turn(self) -> int:
        """Begin to poll, and end whoever polls already."""
        self._turn += 1
        self.arrived.ring()
        return self._turn

    def is_turn(self, turn: int) -> bool:
        return turn == self._turn

    def redeliver(self, update_id: int) -> None:
        """Hand out an update once more, whatever offset is asked for, as after a lost confirmation."""
        self._again.append(next(u for u in self._history if u["update_id"] == update_id))
        self.arrived.ring()

    def forget_before(self, offset: int) -> None:
        """Confirm; a negative offset keeps only that many of the newest, as Telegram documents it."""
        if offset < 0:
            newest = sorted(self._pending)[offset:]
            offset = newest[0] if newest else self._next
        for update_id in [known for known in self._pending if known < offset]:
            del self._pending[update_id]

    def done(self, update: Json) -> None:
        """Confirm one update that a webhook took."""
        if update in self._again:
            self._again.remove(update)
        else:
            self._pending.pop(update["update_id"], None)

    def clear(self) -> None:
        self._pending.clear()
        self._again.clear()

    def waiting(self) -> list[Json]:
        return [*self._again, *self._pending.values()]

    def take(self, limit: int) -> list[Json]:
        """Up to `limit` updates for a poller; they stay queued until an offset confirms them."""
        again, self._again = self._again[:limit], self._again[limit:]
        pending = iter(self._pending.values())
        return again + [update for update, _ in zip(pending, range(limit - len(again)), strict=False)]

    def __len__(self) -> int:
        return len(self._pending) + len(self._again)
