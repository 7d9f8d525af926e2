"""What is said in the sandbox as plain text: speaker, time, words and buttons, in the order in which it happens."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.records import Chat, Event, Message
from bot.sandbox.world import World

Write = Callable[[str], None]


class Transcript:
    """Listens from the moment it is made."""

    def __init__(self, world: World, write: Write) -> None:
        self._world, self._write = world, write
        self._day = ""
        self._taps = len(world.queries)
        self._said: dict[Message, str] = {}
        world.listen(self._on)

    def _on(self, event: Event) -> None:
        match event.type:
            case "message" | "edit" if event.message is not None:
                self._say(event.message, edited=event.type == "edit")
            case "update":
                self._tell_taps()
            case "toast" | "alert":
                text = str(event.data.get("text", ""))
                self._line(f"{self._world.bot.first_name} → {self._name(event.chat_id)}", [f"({text})"])

    def _say(self, message: Message, *, edited: bool) -> None:
        before, self._said[message] = self._said.get(message), message.text
        if before == message.text and not message.inline_keyboard:
            return  # its buttons went, which nobody notices
        bot = self._world.bot.first_name
        who = f"{bot} → {self._place(message.chat)}" if message.sender.is_bot else message.sender.first_name
        words = message.text.splitlines() or [f"[{message.kind}]"]
        if message.text and message.kind != "text":
            words = [f"[{message.kind}]", *words]
        rows = ["  ".join(f"[{button['text']}]" for button in row) for row in message.inline_keyboard]
        self._line(f"{who} ✎" if edited else who, [*words, *rows])

    def _tell_taps(self) -> None:
        for query in list(self._world.queries.values())[self._taps :]:
            buttons = [button for row in query.message.inline_keyboard for button in row]
            label = next((each["text"] for each in buttons if each.get("callback_data") == query.data), query.data)
            self._line(query.user.first_name, [f"▸ {label}"])
        self._taps = len(self._world.queries)

    def _line(self, who: str, words: list[str]) -> None:
        now = self._world.clock().astimezone(ZoneInfo(self._world.timezone))
        self._head(now)
        first, *rest = words
        self._write(f"{now:%H:%M}  {who}: {first}")
        for each in rest:
            self._write(f"         {each}".rstrip())

    def _head(self, now: datetime) -> None:
        if (day := f"{now:%A, %-d %B %Y}") != self._day:
            self._day = day
            self._write(f"\n── {day} ──\n")

    def _place(self, chat: Chat) -> str:
        return self._name(chat.id) if chat.is_private else str(chat.title)

    def _name(self, chat_id: int | None) -> str:
        person = self._world.people.get(chat_id or 0)
        return person.user.first_name if person else "?"
