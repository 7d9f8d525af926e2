"""What the sandbox carried out against what the database knows of it: the difference is what a kill cut off."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, text

from bot.calls import METHODS, SENDS
from bot.sandbox.records import Called
from storage import crypto, db

NEEDLESS = ("not modified", "too old")  # refusals that finish a row


@dataclass(frozen=True, slots=True)
class Death:
    """One kill: what it was aimed at, and what the state of things was."""

    aim: str
    in_transaction: bool
    unmarked: int  # calls that were carried out and are not marked as sent

    @property
    def within(self) -> bool:
        return self.in_transaction or self.unmarked > 0


@dataclass
class Ledger:
    """Counts the outbox's calls as the sandbox sees them."""

    url: str
    finished: int = 0
    sends: Counter[int] = field(default_factory=Counter)
    in_flight: Counter[int] = field(default_factory=Counter)  # messages by lane, over all kills
    _lost: int = 0

    def carried(self, call: Called) -> bool:
        """Count a call; whether it was one of the outbox's and has changed what people see."""
        if call.method not in METHODS or (call.method == "setMyCommands" and "scope" not in call.params):
            return False  # the latter is made directly at the start
        if not call.ok and not any(reason in call.description for reason in NEEDLESS):
            return False
        self.finished += 1
        if call.ok and call.method in SENDS and isinstance(call.chat_id, int):
            self.sends[crypto.lookup("chat", call.chat_id)] += 1
        return call.ok

    def unmarked(self) -> int:
        """After a kill: how many calls were carried out and not marked. None of them may be unknown as in flight."""
        with Copy(self.url) as connection:
            marked: int = connection.execute(text("SELECT count(*) FROM outbox WHERE status = 'sent'")).scalar_one()
            sending = connection.execute(text("SELECT lane FROM outbox WHERE status = 'sending'")).scalars().all()
        lost = self.finished - marked - self._lost
        assert 0 <= lost <= len(sending), f"{lost} carried out and not marked, {len(sending)} in flight"
        self._lost += lost
        self.in_flight.update(sending)
        return lost

    def repeats(self) -> dict[int, int]:
        """By lane: messages that arrived more often than they were promised."""
        with Copy(self.url) as connection:
            promised = Counter(connection.execute(text("SELECT lane FROM delivered")).scalars())
        return {lane: count - promised[lane] for lane, count in self.sends.items() if count != promised[lane]}


class Copy:
    """The database as the kill left it. Of SQLite's a copy: to close the original would tidy it up."""

    def __init__(self, url: str) -> None:
        self._folder = TemporaryDirectory()
        if url.startswith("sqlite"):
            original = Path(url.removeprefix("sqlite:///"))
            for each in original.parent.glob(f"{original.name}*"):
                if not each.name.endswith("-shm"):
                    shutil.copy(each, self._folder.name)
            url = f"sqlite:///{Path(self._folder.name) / original.name}"
        self._engine = db.connect(url)

    def __enter__(self) -> Connection:
        self._connection = self._engine.execution_options(reading=True).connect()
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()
        self._folder.cleanup()
