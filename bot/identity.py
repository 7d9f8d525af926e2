"""Who the bot is, asked of Telegram in plain HTTP: also told are a refused token and a clock that is wrong."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.config import TOKEN_HINT, ConfigError, Settings

TIMEOUT = aiohttp.ClientTimeout(total=15)
UNKNOWN = (401, 404)


class Unreachable(ConfigError):
    """Telegram could not be asked; in a moment it may be."""

    def __init__(self, settings: Settings, why: str) -> None:
        super().__init__("SULH_TELEGRAM_API", f"{settings.telegram_api} does not answer ({why}); check the network")


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot as Telegram knows it; `ahead` is by how many seconds our clock is ahead of Telegram's."""

    user: dict[str, Any]
    ahead: float | None

    @property
    def username(self) -> str:
        return str(self.user.get("username", ""))


async def who_am_i(settings: Settings) -> Identity:
    """Raises ConfigError if the token is refused, Unreachable if nobody answers."""
    url = f"{settings.telegram_api}/bot{settings.token}/getMe"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as http, http.get(url) as response:
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        raise Unreachable(settings, type(error).__name__) from None
    if response.status in UNKNOWN:
        raise ConfigError("SULH_BOT_TOKEN", f"is refused by {settings.telegram_api}; {TOKEN_HINT}")
    if not isinstance(answer, dict) or not answer.get("ok"):
        raise Unreachable(settings, f"status {response.status}")
    return Identity(answer["result"], _ahead(response.headers.get("Date")))


def _ahead(date: str | None) -> float | None:
    """A web server says what time it has, to the second."""
    try:
        return (Clock().now() - parsedate_to_datetime(date or "")).total_seconds()
    except (ValueError, TypeError):
        return None
