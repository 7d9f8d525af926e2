"""Delivery to the bot's webhook: in order for each chat, again and again until it is taken."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp

from bot.sandbox.records import Json
from bot.sandbox.world import Webhook, World


@dataclass(slots=True)
class Pause:
    """Seconds between attempts, doubling from `first` to `longest`; `answer` is how long a bot may take."""

    first: float = 0.1
    longest: float = 2.0
    answer: float = 60.0


class Delivery:
    """Runs beside the server; does nothing while no webhook is set."""

    def __init__(self, world: World, pause: Pause | None = None) -> None:
        self.world = world
        self.pause = pause or Pause()
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    self._dispatch(session)
                    await self.world.updates.arrived.wait()
            finally:
                tasks = list(self._busy.values())
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _dispatch(self, session: aiohttp.ClientSession) -> None:
        hook = self.world.webhook
        if hook is None:
            return
        for chat, update in self._next():
            if len(self._busy) >= hook.max_connections:
                break
            self._busy[chat] = asyncio.create_task(self._deliver(session, hook, chat, update))

    def _next(self) -> Iterator[tuple[str, Json]]:
        """The oldest waiting update of each chat that has none on its way."""
        seen = set(self._busy)
        for update in self.world.updates.waiting():
            chat = _chat(update)
            if chat not in seen:
                seen.add(chat)
                yield chat, update

    async def _deliver(self, session: aiohttp.ClientSession, hook: Webhook, chat: str, update: Json) -> None:
        pause = self.pause.first
        try:
            while self.world.webhook is hook:
                wait = await self._post(session, hook, update)
                if wait is None:
                    self.world.updates.done(update)
                    return
                await asyncio.sleep(max(wait, pause))
                pause = min(pause * 2, self.pause.longest)
        finally:
            del self._busy[chat]
            self.world.updates.arrived.ring()

    async def _post(self, session: aiohttp.ClientSession, hook: Webhook, update: Json) -> float | None:
        """None when the bot took it, else the seconds it asked to wait (0 if it did not say)."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        timeout = aiohttp.ClientTimeout(total=self.pause.answer)
        try:
            async with session.post(hook.url, json=update, headers=headers, timeout=timeout) as response:
                if 200 <= response.status < 300:
                    return None
                wait = response.headers.get("Retry-After", "0")
                hook.last_error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            wait = "0"
            hook.last_error = "Connection refused" if isinstance(error, aiohttp.ClientError) else "Read timeout expired"
        hook.last_error_at = self.world.clock()
        return float(wait) if wait.isdigit() else 0.0


def _chat(update: Json) -> str:
    """What must stay in order; updates that have no chat stand alone."""
    for body in update.values():
        if isinstance(body, dict):
            place = body.get("chat") or (body.get("message") or {}).get("chat") or body.get("from") or {}
            return str(place.get("id", update["update_id"]))
    return str(update["update_id"])
