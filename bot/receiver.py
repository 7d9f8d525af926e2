"""The receiver: stores updates as they come, by polling or as a webhook. It understands none of them."""

import asyncio
import hmac
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from backoffice import inbox
from backoffice.work import Office
from bot import metrics
from bot.clock import Clock
from storage import crypto

log = structlog.get_logger()

#: Written out: an omitted list would mean whatever was set before.
ALLOWED_UPDATES = [
    "message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction",
]  # fmt: skip
LONG_POLL = 50  # seconds; the server allows no more
BATCH = 100
LONGEST_PAUSE = 60.0  # seconds
CONFLICT_PAUSE = 5.0  # seconds; somebody else polls
LARGEST_UPDATE = 1024 * 1024  # bytes
LARGEST_ID = 2**63 - 1
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105

OnReceived = Callable[[], None]


class TokenRefused(Exception):
    """Telegram does not know the token."""


class _Unanswered(Exception):
    """No usable answer; `pause` is how long Telegram wants to be left alone, if it said so."""

    def __init__(self, code: str, pause: float | None = None) -> None:
        super().__init__(code)
        self.code, self.pause = code, pause


class Polling:
    """Asks for updates and confirms them only when they are in the database.

    `heard_at`: when, by the clock on the wall, all that people had sent was last stored.
    """

    def __init__(self, office: Office, token: str, api_base: str, on_received: OnReceived) -> None:
        self._office, self._on_received = office, on_received
        self._url = f"{api_base}/bot{token}/"
        self._stopped = asyncio.Event()
        self._offset: int | None = None
        self.heard_at: datetime | None = None

    async def run(self) -> None:
        """Receive until `stop`. Raises TokenRefused."""
        timeout = aiohttp.ClientTimeout(total=LONG_POLL + 20, sock_connect=10)
        async with aiohttp.ClientSession(timeout=timeout) as self._http:
            steps = asyncio.create_task(self._receive())
            stop = asyncio.create_task(self._stopped.wait())
            await asyncio.wait({steps, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            steps.cancel()  # an unconfirmed batch comes again; one being stored is stored
            await asyncio.gather(steps, stop, return_exceptions=True)
            if not steps.cancelled() and (failure := steps.exception()):
                raise failure

    def stop(self) -> None:
        self._stopped.set()

    async def _receive(self) -> None:
        failures, webhook = 0, True
        while True:
            try:
                if webhook:
                    await self._ask("deleteWebhook", drop_pending_updates=False)
                    webhook = False
                await self._batch()
                failures = 0
            except _Unanswered as failure:
                failures += 1
                webhook = webhook or failure.code == "409"
                log.warning("receiver.unanswered", code=failure.code, failures=failures)
                await asyncio.sleep(failure.pause or min(LONGEST_PAUSE, 0.5 * 2 ** min(failures - 1, 8)))

    async def _batch(self) -> None:
        """One question, one insert; the offset moves when the insert is committed."""
        updates = await self._ask(
            "getUpdates",
            limit=BATCH,
            timeout=LONG_POLL if self.heard_at else 0,
            allowed_updates=ALLOWED_UPDATES,
            **({} if self._offset is None else {"offset": self._offset}),
        )
        if not updates:
            self.heard_at = Clock().now()
            return
        rows = [row for row in map(_row, updates) if row is not None]
        if not rows:
            raise _Unanswered("no_number")
        try:
            await asyncio.shield(asyncio.to_thread(_store, self._office, rows))
        except Exception as failure:  # the database is away: the batch comes again
            raise _Unanswered(type(failure).__name__) from None
        self._offset = max((row[0] + 1 for row in rows), default=self._offset)
        if len(updates) < BATCH:
            self.heard_at = Clock().now()
        self._on_received()

    async def _ask(self, method: str, **params: Any) -> Any:
        """The result of a call. Raises TokenRefused, or _Unanswered for what passes."""
        try:
            async with self._http.post(self._url + method, json=params) as response:
                answer = _parse(await response.read())
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as failure:
            raise _Unanswered(type(failure).__name__) from None
        if response.status == web.HTTPUnauthorized.status_code:
            raise TokenRefused("Telegram does not accept the bot's token")
        if isinstance(answer, dict) and answer.get("ok"):
            return answer.get("result")
        raise _Unanswered(str(response.status), _pause(response.status, answer))


class Webhook:
    """Takes updates that Telegram posts to us: one request, one insert, then 200."""

    def __init__(self, office: Office, secret: str, on_received: OnReceived) -> None:
        self._office, self._secret, self._on_received = office, secret.encode(), on_received

    async def handle(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return _refuse(401, "secret")
        body = await _read(request)
        if body is None:
            return _refuse(400, "too_large")
        try:
            row = _row(_parse(body))
        except (ValueError, RecursionError):
            return _refuse(400, "not_json")
        if row is None:
            return _refuse(400, "no_update")
        try:
            await asyncio.shield(asyncio.to_thread(_store, self._office, [row]))
        except Exception as failure:  # Telegram sends it again
            log.error("receiver.not_stored", error=type(failure).__name__)
            return web.Response(status=500)
        self._on_received()
        return web.Response()


def lane_of(update: Any) -> int:
    """The lane of an update: its chat, else its user, else one for all the rest. Takes any JSON."""
    return crypto.lookup("chat", next(iter(_ids(update)), 0))


def _ids(update: Any) -> Iterable[int]:
    for event in update.values() if isinstance(update, dict) else ():
        for path in (("chat", "id"), ("message", "chat", "id"), ("from", "id"), ("user", "id")):
            found = event
            for name in path:
                found = found.get(name) if isinstance(found, dict) else None
            if isinstance(found, int) and not isinstance(found, bool):
                yield found


def _row(update: Any) -> inbox.Update | None:
    """An update ready to store; None if it has no number, so that it can be neither stored nor confirmed."""
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= LARGEST_ID:
        metrics.updates_refused.labels("no_number").inc()
        return None
    return number, lane_of(update), update


def _store(office: Office, rows: list[inbox.Update]) -> None:
    with office.work() as work:
        new = inbox.receive(work, rows)
    metrics.updates_received.inc(new)


def _parse(body: bytes) -> Any:
    """JSON whose strings are real text: half an emoji, which JSON can name, cannot be stored."""
    parsed = json.loads(body)
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.loads(json.dumps(parsed, ensure_ascii=False).encode(errors="replace"))
    return parsed


def _pause(status: int, answer: Any) -> float | None:
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    if isinstance(parameters, dict) and isinstance(parameters.get("retry_after"), int):
        return float(parameters["retry_after"])
    return CONFLICT_PAUSE if status == web.HTTPConflict.status_code else None


async def _read(request: web.Request) -> bytes | None:
    """The body, or None if it is larger than any update."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_UPDATE:
            return None
    return bytes(body)


def _refuse(status: int, reason: str) -> web.Response:
    metrics.updates_refused.labels(reason).inc()
    return web.Response(status=status)
