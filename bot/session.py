"""The session of the bot that handlers hold: a call becomes an outbox row of the open transaction."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.base import BaseSession
from aiogram.methods import GetMe, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, InlineKeyboardMarkup, InputFile, Message, User
from pydantic import BaseModel

from backoffice.work import Work
from bot.calls import METHODS, SENDS
from storage import crypto
from storage.complaints import Complaint
from storage.traffic import ANSWER

SAYS_MANY = frozenset({"sendMediaGroup"})
SAYS_ONE = SENDS - SAYS_MANY - {"copyMessage"}
CHANGES = METHODS - SENDS
ASKS = SAYS_ONE | {"editMessageText"}

GATHER = timedelta(seconds=0.7)  # the parts of an album or of a forwarded burst arrive closer together than this


class NotSayable(RuntimeError):
    """A handler called what may not be called while a transaction is open."""


@dataclass(slots=True)
class Exchange:
    """What is known while one update is handled: the work, the case spoken of, the question how it was that is put,
    whether the tap was answered."""

    work: Work
    complaint: Complaint | None = None
    party: str | None = None
    topic: str | None = None
    gather: str | None = None
    survey: str | None = None
    answered: set[str] = field(default_factory=set)
    standings: dict[int, Any] = field(default_factory=dict)


exchange: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def about(complaint: Complaint, party: str, topic: str | None = None) -> Iterator[None]:
    """What is said inside belongs to this case, or to a `topic` of it: a reply finds it again."""
    now = exchange.get()
    before = now.complaint, now.party, now.topic
    now.complaint, now.party, now.topic = complaint, party, topic
    try:
        yield
    finally:
        now.complaint, now.party, now.topic = before


@contextmanager
def gathering(key: str) -> Iterator[None]:
    """What is said inside waits a moment and replaces what was said under the same key and still waits."""
    now = exchange.get()
    now.gather = key
    try:
        yield
    finally:
        now.gather = None


@contextmanager
def asking(survey: str | None) -> Iterator[None]:
    """What is said inside puts this question how it was: its arrival is noted."""
    now = exchange.get()
    now.survey = survey
    try:
        yield
    finally:
        now.survey = None


def unsay(chat_id: int, promise: int, at: datetime) -> None:
    """Delete a message of ours, also one that has not gone yet, when this moment has come, whatever its reader has
    become by then; said again, at that moment instead."""
    body = {"call": "deleteMessage", "args": {"chat_id": chat_id, "message_id": -promise}}
    lane, gather = crypto.lookup("chat", chat_id), f"unsay:{promise}"
    exchange.get().work.put(lane=lane, urgency=ANSWER, body=body, gather=gather, not_before=at)


class OutboxSession(BaseSession):
    """Takes a closed list of methods. A message returned has minus the row's id: the courier knows what is meant."""

    def __init__(self, identity: User) -> None:
        super().__init__()
        self._identity = identity

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        if isinstance(method, GetMe):
            return self._identity  # type: ignore[return-value]
        name = method.__api_method__
        if name not in SAYS_ONE | SAYS_MANY | CHANGES:
            raise NotSayable(name)
        args = prepared(method, bot)
        row = self._put(name, args)
        if name in SAYS_ONE:
            return _promised(row, args, bot)  # type: ignore[return-value]
        if name in SAYS_MANY:
            return [_promised(row, args, bot)]  # type: ignore[return-value]
        return True  # type: ignore[return-value]

    def _put(self, name: str, args: dict[str, Any]) -> int:
        now = exchange.get()
        if name == "answerCallbackQuery":
            now.answered.add(args["callback_query_id"])
            lane = crypto.lookup("callback", args["callback_query_id"])
        else:
            lane = crypto.lookup("chat", args["chat_id"] if "chat_id" in args else args["scope"]["chat_id"])
        person = now.work.actor.person
        gather = now.gather if name in SAYS_ONE else None
        body: dict[str, Any] = {"call": name, "args": args}
        if now.survey and name in ASKS:
            body["params"] = {"survey": now.survey}
        return now.work.put(
            lane=lane,
            urgency=ANSWER,
            body=body,
            person_id=person.id if person else None,
            complaint_id=now.complaint.id if now.complaint else None,
            party=now.party,
            topic=now.topic,
            gather=gather,
            not_before=now.work.now + GATHER if gather else None,
        )

    async def stream_content(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise NotSayable("files are fetched by the fetcher")
        yield b""

    async def close(self) -> None:
        """There is no connection to close."""


def prepared(method: BaseModel, bot: Bot) -> dict[str, Any]:
    """The call's arguments as JSON, defaults of the bot filled in. Raises NotSayable on bytes to upload."""
    return {
        name: value for name in type(method).model_fields if (value := _plain(getattr(method, name), bot)) is not None
    }


def _plain(value: Any, bot: Bot) -> Any:
    match value:
        case Default():
            return _plain(bot.default[value.name], bot)
        case InputFile():
            raise NotSayable("files go by reference")
        case InlineKeyboardMarkup():
            return value.model_dump(exclude_none=True)  # has no defaults of the bot in it, and this is faster
        case BaseModel():
            return prepared(value, bot)
        case list():
            return [_plain(item, bot) for item in value]
        case Enum():
            return value.value
        case datetime():
            return int(value.timestamp())
        case _:
            return value


def _promised(row: int, args: dict[str, Any], bot: Bot) -> Message:
    chat = Chat(id=args["chat_id"], type="private")
    return Message(message_id=-row, date=exchange.get().work.now, chat=chat).as_(bot)
