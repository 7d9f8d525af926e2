"""python-telegram-bot as the courier uses it: one call of the Bot API, and what can go wrong with it.

Calls pass as the JSON that they are through ExtBot, its rate limiter and its HTTP client, not through its
typed methods: those are a version behind and would need every list rebuilt as objects.
"""

import logging
import os
import sys
from dataclasses import dataclass
from enum import Enum
from typing import Any

import httpx
from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

CONNECTIONS = 64

# The HTTP client asks with every lock that it makes which event loop it runs on, by a library that we do not have; each
# time it would be searched for on the disk, ten times a message. We always run on asyncio, as it then assumes.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


class Cause(Enum):
    """What went wrong, as far as it matters for what happens next."""

    FLOOD = "flood"  # 429
    UNSENT = "unsent"  # it never reached the server, or the server said that it failed
    CUT = "cut"  # the connection broke: nobody knows whether it was done
    TIMEOUT = "timeout"  # no answer came: it was probably done
    FORBIDDEN = "forbidden"
    MIGRATED = "migrated"
    REFUSED = "refused"  # 400
    UNKNOWN_METHOD = "unknown_method"
    TOKEN = "token"  # noqa: S105


@dataclass(slots=True)
class Trouble(Exception):
    """A call that was not carried out, or not surely. `text` is the server's, in lower case."""

    cause: Cause
    text: str = ""
    retry_after: float = 0.0
    new_chat_id: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes to send where a file's identifier could stand."""

    data: bytes
    name: str


class Speaker(ExtBot[int]):
    """The bot that speaks. Its rate limiter is a second line of defence behind the courier's pace."""

    def __init__(self, token: str, api_base: str, *, limited: bool, read_timeout: float) -> None:
        _hush()
        os.environ["PTB_TIMEDELTA"] = "true"  # seconds as timedelta, as they will be; else every 429 warns
        request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            read_timeout=read_timeout,
            write_timeout=60,
            media_write_timeout=60,
            pool_timeout=60,
        )
        super().__init__(
            token,
            base_url=f"{api_base}/bot",
            base_file_url=f"{api_base}/file/bot",
            request=request,
            get_updates_request=request,
            rate_limiter=_limiter() if limited else None,
        )
        self._http = request

    async def call(self, method: str, args: dict[str, Any]) -> Any:
        """Carry out one call and return its result as JSON. Raises Trouble."""
        try:
            return await self._do_post(method, _with_uploads(args))
        except TelegramError as error:
            raise _trouble(error) from None

    async def hang_up(self) -> None:
        await self._http.shutdown()


def _limiter() -> BaseRateLimiter[int]:
    return AIORateLimiter(1, 1 / 25, group_max_rate=1, group_time_period=3, max_retries=0)


def _with_uploads(args: dict[str, Any]) -> dict[str, Any]:
    """Uploads become form files: under the parameter's own name, or one that the JSON refers to."""
    files: dict[str, InputFile] = {}

    def replace(value: Any) -> Any:
        if isinstance(value, Upload):
            name = f"file{len(files)}"
            files[name] = InputFile(value.data, filename=value.name)
            return f"attach://{name}"
        if isinstance(value, dict):
            return {key: replace(item) for key, item in value.items()}
        return [replace(item) for item in value] if isinstance(value, list) else value

    prepared = {
        key: InputFile(value.data, filename=value.name) if isinstance(value, Upload) else replace(value)
        for key, value in args.items()
    }
    return {**prepared, **files}


def _trouble(error: TelegramError) -> Trouble:
    match error:
        case RetryAfter():
            return Trouble(Cause.FLOOD, retry_after=error.retry_after.total_seconds())  # type: ignore[union-attr]
        case ChatMigrated():
            return Trouble(Cause.MIGRATED, new_chat_id=error.new_chat_id)
        case Forbidden() | BadRequest() | InvalidToken():
            return Trouble(_refused(error), error.message.lower())
        case _:
            return Trouble(_broken(error))


def _refused(error: TelegramError) -> Cause:
    if isinstance(error, InvalidToken):  # so the library calls 401, and 404 too
        return Cause.UNKNOWN_METHOD if "not found" in error.message.lower() else Cause.TOKEN
    return Cause.FORBIDDEN if isinstance(error, Forbidden) else Cause.REFUSED


def _broken(error: TelegramError) -> Cause:
    """How it failed on the way: the library's error hides it in its cause."""
    if not isinstance(error, NetworkError):
        return Cause.CUT  # an answer that cannot be read
    match error.__cause__:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Cause.UNSENT
        case None | TelegramError():  # an answer came: 5xx, with or without a readable body
            return Cause.UNSENT
        case httpx.TimeoutException():
            return Cause.TIMEOUT
        case _:
            return Cause.CUT


def _hush() -> None:
    """These loggers write addresses (with the token in them) and messages when asked for details."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
