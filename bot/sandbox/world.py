"""The sandbox's Telegram: people, chats, messages, files and the bot's queue, all in memory."""

import asyncio
import itertools
import mimetypes
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits
from bot.sandbox.person import Person
from bot.sandbox.records import Bell, Called, Chat, Event, Json, Message, Query, StoredFile, User
from bot.sandbox.updates import UpdateQueue

T = TypeVar("T")

#: Beyond 32 bits, as real ids are.
FIRST_USER = 5_000_000_000
FIRST_GROUP = -4_000_000_001
FIRST_SUPERGROUP = -1_002_000_000_001
FIRST_UPDATE = 700_000_001
#: How many calls `World.calls` remembers.
CALLS_KEPT = 100_000
#: Seconds that `World.wait` waits: only for what never comes, so there are enough of them for a busy machine.
PATIENCE = 30.0


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: datetime | None = None


class World:
    """Everything one bot can meet. Not thread-safe: it belongs to one event loop."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        token: str = "42:SANDBOX",  # noqa: S107  (nothing is protected by it)
        *,
        name: str = "Sulh",
        username: str = "sulh_bot",
        query_seconds: float = 15,
    ) -> None:
        self.clock = clock
        self.token = token
        self.bot = User(int(token.split(":")[0]), name, is_bot=True, username=username)
        #: A callback query can be answered for this long, by `clock`.
        self.query_seconds = query_seconds
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.updates = UpdateQueue(FIRST_UPDATE)
        self.webhook: Webhook | None = None
        #: (scope, language) -> commands; a scope is written "default" or "chat:5000000000".
        self.commands: dict[tuple[str, str], list[Json]] = {}
        #: (field, language) -> text, for name, description and short_description.
        self.profile: dict[tuple[str, str], str] = {}
        self.limits: Limits | None = None
        self.faults = Faults()
        self.calls: deque[Called] = deque(maxlen=CALLS_KEPT)
        #: Moves the world's clock by so many seconds; set by whoever owns the clock.
        self.on_advance: Callable[[float], Awaitable[None]] | None = None
        #: Where the people are, for whoever shows them dates; an IANA name.
        self.timezone = "UTC"
        self._listeners: list[Callable[[Event], None]] = []
        self._changed = Bell()
        self._groups, self._supergroups = (
            itertools.count(FIRST_GROUP, -1),
            itertools.count(FIRST_SUPERGROUP, -1),
        )
        self._numbers, self._order = itertools.count(1), itertools.count(1)

    # ------------------------------------------------------------------ watching

    def listen(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Have `callback` called with every event; returns what ends it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def emit(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
        self._changed.ring()

    async def wait(self, predicate: Callable[[], T], timeout: float = PATIENCE) -> T:  # noqa: ASYNC109
        """The first true value of `predicate`, asked again after every event; else `TimeoutError`."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self._changed.wait()
        return value

    # ------------------------------------------------------------------ who and where

    def person(self, name: str = "Sara", language_code: str = "fa", username: str | None = None) -> Person:
        """Someone new, who has not started the bot yet."""
        user = User(FIRST_USER + len(self.people), name, username=username, language_code=language_code)
        chat = self.chats[user.id] = Chat(user.id, "private", user=user)
        person = self.people[user.id] = Person(self, user, chat)
        self.emit(Event("people"))
        return person

    def group(self, title: str, *people: Person, topics: tuple[int, ...] = ()) -> Chat:
        """A group that the bot is in; with topics it is a supergroup. The first person added the bot."""
        chat_id = next(self._supergroups if topics else self._groups)
        chat = Chat(chat_id, "supergroup" if topics else "group", title, open=True, topics=set(topics))
        chat.members = {person.id: person.user for person in people}
        self.chats[chat_id] = chat
        if people:
            self._membership(chat, people[0].user, "left", "member")
        self.emit(Event("people"))
        return chat

    def remove_bot(self, group: Chat, by: Person) -> None:
        group.open = False
        self._membership(group, by.user, "member", "kicked")

    def block(self, user: Person | User) -> None:
        """The person blocks the bot, which is told by `my_chat_member`."""
        chat = self.chats[user.id]
        if not chat.blocked:
            chat.blocked = True
            self._membership(chat, self.people[user.id].user, "member", "kicked")

    def unblock(self, user: Person | User) -> None:
        chat = self.chats[user.id]
        if chat.blocked:
            chat.blocked = False
            self._membership(chat, self.people[user.id].user, "kicked", "member")

    def deactivate(self, user: Person | User) -> None:
        """The account is deleted; Telegram does not tell the bot."""
        self.people[user.id].user.deactivated = True
        self.emit(Event("people", user.id))

    def migrate_group(self, group: Chat) -> Chat:
        """Turn a group into a supergroup; the old id answers 400 with `migrate_to_chat_id` from now on."""
        new = Chat(next(self._supergroups), "supergroup", group.title, members=group.members, open=True)
        self.chats[new.id] = new
        by = next(iter(group.members.values()), self.bot)
        self.heard(self.post(group, by, {"migrate_to_chat_id": new.id}))
        self.heard(self.post(new, by, {"migrate_from_chat_id": group.id}))
        group.migrated_to = new.id
        return new

    def _membership(self, chat: Chat, by: User, old: str, new: str) -> None:
        bot = self.bot.as_json()
        body = {"chat": chat.as_json(), "from": by.as_json(), "date": self.now()}
        body["old_chat_member"] = {"user": bot, "status": old} | _until(old)
        body["new_chat_member"] = {"user": bot, "status": new} | _until(new)
        self.push("my_chat_member", body)
        self.emit(Event("people", chat.id))

    # ------------------------------------------------------------------ what is said

    def now(self) -> int:
        """The world's time as Telegram writes it."""
        return int(self.clock().timestamp())

    def post(
        self,
        chat: Chat,
        sender: User,
        content: Json,
        *,
        reply_markup: Json | None = None,
        reply_to: Message | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Put a message into a chat, where everybody sees it."""
        chat.last_message_id += 1
        message = Message(
            chat, chat.last_message_id, sender, self.clock(), content, reply_markup, reply_to, extra or {}
        )
        message.order = next(self._order)
        chat.messages[message.id] = message
        self.emit(Event("message", chat.id, message))
        return message

    def change(self, message: Message, content: Json, reply_markup: Json | None = None) -> None:
        """Edit a message in place; the bot is not told."""
        message.content, message.reply_markup = content, reply_markup
        message.edited_at = self.clock()
        self.emit(Event("edit", message.chat.id, message))

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.emit(Event("delete", message.chat.id, message))

    def mark(self, message: Message, by: int, reactions: list[Json]) -> None:
        message.reactions[by] = reactions
        self.emit(Event("reaction", message.chat.id, message))

    def group_id(self) -> str:
        """What the parts of one album share."""
        return str(13_000_000_000_000_000 + next(self._numbers))

    def heard(self, message: Message) -> None:
        """Tell the bot of a message that is not its own."""
        self.push("message", message.as_json())

    def push(self, kind: str, payload: Json) -> int:
        """Queue one update for the bot; returns its `update_id`."""
        return self.push_raw({kind: payload})

    def push_raw(self, update: Json) -> int:
        """Queue any JSON as an update, even what no library can parse; the number is added here."""
        update_id = self.updates.push(update)
        self.emit(Event("update", data={"update_id": update_id}))
        return update_id

    def redeliver(self, update_id: int) -> None:
        self.updates.redeliver(update_id)

    def ask(self, user: User, message: Message, data: str) -> Query:
        """A tap: queue the callback query for the bot."""
        query = Query(str(4_000_000_000_000_000 + next(self._numbers)), user, message, data, self.clock())
        self.queries[query.id] = query
        body = {"id": query.id, "from": user.as_json(), "chat_instance": str(-message.chat.id), "data": data}
        if message.deleted:
            body["message"] = {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
        else:
            body["message"] = message.as_json()
        self.push("callback_query", body)
        return query

    # ------------------------------------------------------------------ files

    def store(
        self,
        kind: str,
        data: bytes,
        name: str | None = None,
        mime: str | None = None,
        size: int | None = None,
    ) -> StoredFile:
        """Keep a file; `size` may claim more bytes than there are."""
        number = next(self._numbers)
        suffix = mimetypes.guess_extension(mime or "") or ""
        path = f"{kind}s/file_{number}{suffix}"
        file = StoredFile(f"{kind}-{number:012d}-{len(data)}", f"unique{number:08d}", path, kind, data, name, mime)
        file.size = len(data) if size is None else size
        self.files[file.id] = self.paths[path] = file
        return file

    def forget_file(self, file_id: str) -> None:
        """From now on the identifier is wrong and its link is dead."""
        self.files[file_id].forgotten = True


def _until(status: str) -> Json:
    return {"until_date": 0} if status == "kicked" else {}
