"""A small bot that speaks plain Bot API: it greets, repeats what it hears, and answers taps."""

from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.sandbox.records import Bell

WELCOME = {"fa": "خوش آمدید", "ar": "أهلًا بكم", "en": "Welcome"}
CODE = "SLH-7K4M-2QXH-M"


@dataclass
class Bot:
    """Remembers every update."""

    url: str
    http: aiohttp.ClientSession
    heard: list[dict[str, Any]] = field(default_factory=list)
    news: Bell = field(default_factory=Bell)

    async def call(self, method: str, **params: Any) -> Any:
        async with self.http.post(f"{self.url}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def run(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=30):
                offset = update["update_id"] + 1
                self.heard.append(update)
                self.news.ring()
                if "message" in update:
                    await self.answer(update["message"])
                elif "callback_query" in update:
                    await self.tapped(update["callback_query"])

    async def answer(self, message: dict[str, Any]) -> None:
        chat, text = message["chat"]["id"], message.get("text", "")
        if text.startswith("/start"):
            await self.greet(chat, message["from"]["language_code"], text.removeprefix("/start").strip())
        elif "media_group_id" not in message:
            reply = {"message_id": message["message_id"]}
            await self.call("sendMessage", chat_id=chat, text=f"✅ {text}", reply_parameters=reply)

    async def greet(self, chat: int, language: str, payload: str) -> None:
        keys = [
            [{"text": "Take", "callback_data": "take", "style": "success"}],
            [{"text": "Sure?", "callback_data": "sure", "style": "danger"}, {"text": "Plain", "callback_data": "x"}],
            [{"text": "Code", "copy_text": {"text": CODE}}],
            [{"text": "Invite", "url": "https://t.me/sulh_bot?start=join_77"}],
        ]  # fmt: skip
        text = f"<b>{WELCOME[language]}</b> {payload}\n<code>{CODE}</code>\nHow to begin: /help"
        more = {"parse_mode": "HTML", "reply_markup": {"inline_keyboard": keys}}
        await self.call("sendMessage", chat_id=chat, text=text, **more)

    async def tapped(self, query: dict[str, Any]) -> None:
        alert = query["data"] == "sure"
        await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted.", show_alert=alert)
        if query["data"] == "take":
            place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await self.call("editMessageText", **place, text="Taken.")
