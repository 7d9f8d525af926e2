"""What the sandbox remembers: users, chats, messages, files and what happened to them."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language_code: str | None = None
    deactivated: bool = False

    def as_json(self) -> Json:
        body: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        if self.language_code:
            body["language_code"] = self.language_code
        return body


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat has the id of its user; groups have negative ids."""

    id: int
    type: str
    title: str | None = None
    user: User | None = None
    members: dict[int, User] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    messages: "dict[int, Message]" = field(default_factory=dict)
    last_message_id: int = 0
    pinned: list[int] = field(default_factory=list)
    #: Private: the person has written to the bot at least once. Group: the bot is a member.
    open: bool = False
    blocked: bool = False
    migrated_to: int | None = None

    @property
    def is_private(self) -> bool:
        return self.user is not None

    def as_json(self) -> Json:
        body: Json = {"id": self.id, "type": self.type}
        body |= {"title": self.title} if self.user is None else {"first_name": self.user.first_name}
        if self.user and self.user.username:
            body["username"] = self.user.username
        if self.topics:
            body["is_forum"] = True
        return body


@dataclass(slots=True, eq=False)
class Message:
    """One message; `content` holds the fields of the Bot API that make up what is seen."""

    chat: Chat
    id: int
    sender: User
    date: datetime
    content: Json
    reply_markup: Json | None = None
    reply_to: "Message | None" = None
    extra: Json = field(default_factory=dict)
    edited_at: datetime | None = None
    deleted: bool = False
    #: Position among all messages of the world.
    order: int = 0
    reactions: dict[int, list[Json]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return next((name for name in KINDS if name in self.content), "service")

    @property
    def text(self) -> str:
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.content.get("entities") or self.content.get("caption_entities") or []
        return found

    @property
    def protected(self) -> bool:
        return bool(self.extra.get("has_protected_content"))

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows

    def as_json(self, *, with_reply: bool = True) -> Json:
        body: Json = {
            "message_id": self.id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": int(self.date.timestamp()),
            **self.extra,
            **self.content,
        }
        if self.edited_at:
            body["edit_date"] = int(self.edited_at.timestamp())
        if self.inline_keyboard:
            body["reply_markup"] = self.reply_markup
        if with_reply and self.reply_to and not self.reply_to.deleted:
            body["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        return body


#: In this order: an animation also carries a document, a venue a location.
KINDS = (
    "text", "photo", "voice", "video", "audio", "animation", "document", "video_note", "sticker",
    "venue", "location", "contact", "poll", "dice",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class StoredFile:
    id: str
    unique_id: str
    path: str
    kind: str
    data: bytes
    name: str | None = None
    mime: str | None = None
    #: Bytes; a test may claim more than `data` holds, to meet the download limit cheaply.
    size: int = 0
    #: The thumbnail of a photo, once it was shown.
    small: "StoredFile | None" = None
    forgotten: bool = False


@dataclass(slots=True, eq=False)
class Query:
    """A tap on an inline button, waiting for `answerCallbackQuery`."""

    id: str
    user: User
    message: Message
    data: str
    asked_at: datetime
    answers: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that can be seen from outside.

    `type`: message, edit, delete, toast, alert, typing, reaction, commands, people, clock, update, call.
    """

    type: str
    chat_id: int | None = None
    message: Message | None = None
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Called:
    """One call of the Bot API: `at` is monotonic seconds, `code` is 200 or the error code."""

    at: float
    method: str
    chat_id: int | str | None
    code: int
    description: str = ""
    params: Json = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.code == 200


class Bell:
    """Wakes everything that waits on it; belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def wait(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109  (waiters share one future type)
        """True when it rang, False when `timeout` seconds went by."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(waiter)
        return True
