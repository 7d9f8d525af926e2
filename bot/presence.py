"""How the bot presents itself: where its updates go, its menu, and what its profile says in every language."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import BotCommand

from backoffice.work import Office
from bot.commands import default_commands
from bot.config import ConfigError, Settings
from bot.customer.start import greeting
from bot.i18n import Reader, speaking_to
from bot.identity import Unreachable
from bot.receiver import ALLOWED_UPDATES
from bot.texts import FSI, PDI

log = structlog.get_logger()

LONGEST, LONGEST_SHORT = 512, 120  # letters that a description and a short one may have


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody sees before they press Start."""

    commands: list[tuple[str, str]]
    description: str
    short: str


async def take_updates_here(settings: Settings) -> None:
    """Have Telegram post its updates to our webhook. Raises ConfigError."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        raise ConfigError("SULH_WEBHOOK_URL", "is missing")
    try:
        async with _speaking(settings) as bot:
            await bot.set_webhook(
                settings.webhook_url,
                secret_token=settings.webhook_secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
            )
    except TelegramBadRequest as error:
        raise ConfigError("SULH_WEBHOOK_URL", f"is refused by Telegram: {error.message}") from None
    except AiogramError as error:
        raise Unreachable(settings, type(error).__name__) from None


async def all_posted(settings: Settings) -> bool:
    """Whether Telegram holds back no update that it could not post; False where it cannot be asked."""
    try:
        async with _speaking(settings) as bot:
            return (await bot.get_webhook_info()).pending_update_count == 0
    except AiogramError:
        return False


async def introduce(settings: Settings, profiles: dict[str, Profile], default: str) -> None:
    """Set menu and profile, per language and for whoever speaks none of ours; a failure is logged, no more."""
    try:
        async with _speaking(settings) as bot:
            for language, profile in profiles.items():
                await _set(bot, profile, language)
            await _set(bot, profiles[default], None)
    except AiogramError as error:
        log.warning("presence.not_set", error=type(error).__name__)


def profiles(office: Office) -> dict[str, Profile]:
    """For each language that the organisation offers; the description is the greeting."""
    commands = default_commands()
    found: dict[str, Profile] = {}
    with office.look() as work:
        for language in work.organisation.languages:
            with speaking_to(Reader(language)):
                said = _plain(greeting(work))
            short = said.partition("\n")[0]
            found[language] = Profile(commands[language], said[:LONGEST], short[:LONGEST_SHORT])
    return found


async def _set(bot: Bot, profile: Profile, language: str | None) -> None:
    commands = [BotCommand(command=command, description=text) for command, text in profile.commands]
    await bot.set_my_commands(commands, language_code=language)
    await bot.set_my_description(profile.description, language_code=language)
    await bot.set_my_short_description(profile.short, language_code=language)


@asynccontextmanager
async def _speaking(settings: Settings) -> AsyncIterator[Bot]:
    """A bot that speaks at once: at the start there is no transaction that could be left half said."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
    try:
        yield Bot(settings.token, session=session)
    finally:
        await session.close()


def _plain(text: str) -> str:
    """Without markup: profiles have none."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace(FSI, "").replace(PDI, "")
