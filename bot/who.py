"""Before every handler: who is this, in which language do we speak, and are they back."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import Chat, TelegramObject, Update, User

from backoffice import outbox, people
from backoffice.work import Work
from bot.i18n import Reader, reader_of, speaking_to
from bot.staff import groups
from storage.people import Person

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Who(BaseMiddleware):
    """Sets the actor of the work, and speaks to them in their language."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        work: Work = data["work"]
        chat: Chat | None = data.get("event_chat")
        if not isinstance(event, Update) or chat is None:
            return None
        private = chat.type == ChatType.PRIVATE
        if not private and groups.about_the_group(event):
            return await handler(event, data)
        if user is None or user.is_bot or not (private or await groups.said_to_us(event, data["bot"])):
            return None  # a case is nobody's business in a group
        person = people.recognise(work, user.id)
        if private and (event.message or event.callback_query):
            welcome_back(work, person)
        with speaking_to(reader_for(work, person, user)):
            return await handler(event, data)


def reader_for(work: Work, person: Person, user: User | None = None) -> Reader:
    """Their choice; until they chose, what their messenger speaks."""
    return reader_of(person, ZoneInfo(work.organisation.time_zone), guess(work, user))


def guess(work: Work, user: User | None) -> str:
    spoken = (user.language_code or "").split("-")[0] if user else ""
    return spoken if spoken in work.organisation.languages else work.organisation.default_language


def welcome_back(work: Work, person: Person) -> None:
    """Who writes can be reached again: what was held for them goes out."""
    if people.found_again(work, person) is not None:
        outbox.release(work, person)
