"""Somebody who uses the bot: what they do becomes updates, what they receive is kept to look at."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bot.sandbox import media
from bot.sandbox.markup import clean, units, with_found
from bot.sandbox.records import Chat, Json, Message, Query, User

if TYPE_CHECKING:
    from bot.sandbox.world import World

#: UTF-16 units in one message; a client splits what is longer.
LONGEST = 4096

Wanted = str | Json | Callable[[Json], bool]


class Person:
    """Acts at once and without waiting; what the bot does about it comes later."""

    def __init__(self, world: "World", user: User, chat: Chat) -> None:
        self.world = world
        self.user = user
        self.chat = chat
        #: Texts of callback answers, alerts included, newest last.
        self.toasts: list[str] = []
        #: A label the world's owner may set for display, by language.
        self.role: dict[str, str] = {}
        self.unread = 0

    def __repr__(self) -> str:
        return f"<{self.user.first_name} {self.id}>"

    @property
    def id(self) -> int:
        return self.user.id

    # ------------------------------------------------------------------ seeing

    @property
    def inbox(self) -> list[Message]:
        """The bot's messages in the private chat as they look now, newest last."""
        return [m for m in self.chat.messages.values() if m.sender.is_bot and not m.deleted]

    @property
    def last(self) -> Message | None:
        """The bot's newest message in the private chat."""
        return next((m for m in reversed(self.chat.messages.values()) if m.sender.is_bot and not m.deleted), None)

    def buttons(self, message: Message | None = None) -> list[str]:
        """Labels of one message's buttons, by default those of the newest that has any."""
        shown = message or next((m for m in self._visible() if m.inline_keyboard), None)
        return [b["text"] for row in shown.inline_keyboard for b in row] if shown else []

    def _visible(self) -> list[Message]:
        """The bot's messages in all chats of this person, newest first."""
        chats = [self.chat, *(c for c in self.world.chats.values() if self.id in c.members)]
        found = [m for c in chats for m in c.messages.values() if m.sender.is_bot and not m.deleted]
        return sorted(found, key=lambda m: m.order, reverse=True)

    # ------------------------------------------------------------------ writing

    def start(self, payload: str = "") -> Message:
        """Press Start, or follow a deep link; somebody who blocked the bot unblocks it by that."""
        self.unblock()
        return self.say(f"/start {payload}".strip())

    def say(
        self,
        text: str,
        reply_to: Message | int | None = None,
        *,
        chat: Chat | None = None,
        thread: int | None = None,
    ) -> Message:
        """Write; what is too long is split as a client splits it, and the last part is returned."""
        *parts, rest = _split(clean(text).strip())
        if not rest:
            raise ValueError("there is nothing to say")
        for part in parts:
            self._write(_words(part), reply_to, chat, thread)
        return self._write(_words(rest), reply_to, chat, thread)

    def send(
        self,
        content: Json,
        reply_to: Message | int | None = None,
        *,
        chat: Chat | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Put a message of any content into a chat; `content` is as the Bot API has it."""
        return self._write(content, reply_to, chat, None, extra)

    def _write(
        self,
        content: Json,
        reply_to: Message | int | None,
        chat: Chat | None,
        thread: int | None,
        extra: Json | None = None,
    ) -> Message:
        chat = chat or self.chat
        if chat.blocked:
            raise PermissionError(f"{self.user.first_name} has blocked the bot and can write only after unblock()")
        target = chat.messages.get(reply_to) if isinstance(reply_to, int) else reply_to
        if chat.is_private:
            chat.open = True
        extra = dict(extra or {})
        if thread:
            extra |= {"message_thread_id": thread, "is_topic_message": True}
        message = self.world.post(chat, self.user, content, reply_to=target, extra=extra)
        self.world.heard(message)
        return message

    def edit(self, message: Message, text: str) -> Message:
        """Change the words of an own message, or the caption of an own file."""
        if message.sender is not self.user:
            raise PermissionError("only own messages can be edited")
        words = _words(clean(text).strip())
        if message.kind != "text":
            words = {f"caption{'_entities' if key == 'entities' else ''}": value for key, value in words.items()}
        kept = {k: v for k, v in message.content.items() if k not in media.WORDS}
        self.world.change(message, kept | words)
        self.world.push("edited_message", message.as_json())
        return message

    def forward(self, message: Message) -> Message:
        """Pass something on to the bot. What is protected cannot be; buttons that call the bot stay behind."""
        if message.protected:
            raise PermissionError("a protected message can't be forwarded")
        sender = message.sender.as_json()
        origin = {"type": "user", "sender_user": sender, "date": int(message.date.timestamp())}
        return self.send(dict(message.content), extra={"forward_origin": message.extra.get("forward_origin", origin)})

    # ------------------------------------------------------------------ sending files and the like

    def photo(self, caption: str | None = None, data: bytes = media.PIXEL, **more: object) -> Message:
        return self._media("photo", caption, data, more)

    def voice(
        self, data: bytes = media.SILENCE, duration: int = 3, caption: str | None = None, **more: object
    ) -> Message:
        return self._media("voice", caption, data, {"duration": duration, **more})

    def video(self, caption: str | None = None, data: bytes = b"video", **more: object) -> Message:
        return self._media("video", caption, data, more)

    def document(
        self,
        name: str = "paper.pdf",
        mime: str = "application/pdf",
        data: bytes = b"%PDF-1.4",
        caption: str | None = None,
        **more: object,
    ) -> Message:
        return self._media("document", caption, data, {"name": name, "mime": mime, **more})

    def audio(self, caption: str | None = None, data: bytes = b"audio", **more: object) -> Message:
        return self._media("audio", caption, data, more)

    def animation(self, caption: str | None = None, data: bytes = b"animation", **more: object) -> Message:
        return self._media("animation", caption, data, more)

    def video_note(self, data: bytes = b"round", **more: object) -> Message:
        return self._media("video_note", None, data, more)

    def sticker(self, data: bytes = b"sticker", **more: object) -> Message:
        return self._media("sticker", None, data, more)

    def location(self, latitude: float = 35.7, longitude: float = 51.4) -> Message:
        return self.send({"location": {"latitude": latitude, "longitude": longitude}})

    def venue(self, title: str = "Bazaar", address: str = "Tehran") -> Message:
        place = {"latitude": 35.7, "longitude": 51.4}
        return self.send({"location": place, "venue": {"location": place, "title": title, "address": address}})

    def contact(self, phone: str = "+989120000000", name: str | None = None) -> Message:
        own = {} if name else {"user_id": self.id}
        return self.send({"contact": {"phone_number": phone, "first_name": name or self.user.first_name, **own}})

    def poll(self, question: str = "Well?", options: Sequence[str] = ("Yes", "No")) -> Message:
        return self.send({"poll": media.poll(question, options)})

    def dice(self, value: int = 6) -> Message:
        return self.send({"dice": {"emoji": "\N{GAME DIE}", "value": value}})

    def album(self, items: Iterable[Json], caption: str | None = None) -> list[Message]:
        """Several files at once: separate messages with one `media_group_id`, the caption on the first.

        An item is {"kind": "photo" | "video" | "document" | "audio", "data": ..., "name": ..., "mime": ...}.
        """
        listed = list(items)
        group = {"media_group_id": self.world.group_id()} if len(listed) > 1 else {}
        return [
            self._media(item.get("kind", "photo"), None if place else caption, item.get("data"), item, group)
            for place, item in enumerate(listed)
        ]

    def _media(
        self,
        kind: str,
        caption: str | None,
        data: bytes | None,
        more: Json,
        extra: Json | None = None,
    ) -> Message:
        reply_to, chat = more.get("reply_to"), more.get("chat")
        file = self.world.store(
            kind,
            data or media.PIXEL,
            more.get("name"),
            more.get("mime") or media.MIME.get(kind),
            more.get("size"),
        )
        content = media.content(self.world, file, more)
        if caption:
            words = _words(clean(caption).strip())
            content |= {"caption": words["text"]}
            content |= {"caption_entities": words["entities"]} if "entities" in words else {}
        return self.send(content, reply_to, chat=chat, extra=extra)

    # ------------------------------------------------------------------ tapping

    def tap(self, wanted: Wanted, message: Message | None = None) -> Query | None:
        """Tap the button of that label in the newest message that has one.

        `wanted` is (part of) the label, the button itself, or a test of it. A link to the bot starts it with
        the link's payload; other links and things to copy ask nothing of the bot. `LookupError` names the
        buttons there are.
        """
        places = [message] if message else self._visible()
        for shown in places:
            if button := _pick(shown, wanted):
                return self._press(shown, button)
        labels = [label for shown in places[:3] for label in self.buttons(shown)]
        raise LookupError(f"{self!r} sees no button {wanted!r} but {labels}")

    def _press(self, message: Message, button: Json) -> Query | None:
        if "callback_data" in button:
            return self.world.ask(self.user, message, button["callback_data"])
        link = urlsplit(button.get("url", ""))
        if link.hostname == "t.me" and link.path == f"/{self.world.bot.username}":
            self.start("".join(parse_qs(link.query).get("start", [])))
        return None

    def tap_data(self, data: str, message: Message | None = None) -> Query:
        """Send callback data that no button need carry, as a forged client can."""
        shown = message or self.last
        if shown is None:
            raise LookupError("there is no message to tap")
        return self.world.ask(self.user, shown, data)

    def react(self, message: Message, emoji: str | None = "\N{THUMBS UP SIGN}") -> None:
        """React, or take the reaction back with None. The bot hears of it only if it asked to."""
        old = message.reactions.get(self.id, [])
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        body = {"chat": message.chat.as_json(), "message_id": message.id, "user": self.user.as_json()}
        self.world.mark(message, self.id, new)
        self.world.push("message_reaction", body | {"date": self.world.now(), "old_reaction": old, "new_reaction": new})

    # ------------------------------------------------------------------ coming and going

    def block(self) -> None:
        self.world.block(self)

    def unblock(self) -> None:
        self.world.unblock(self)

    def join(self, group: Chat) -> Message:
        group.members[self.id] = self.user
        return self.send({"new_chat_members": [self.user.as_json()]}, chat=group)

    def leave(self, group: Chat) -> Message:
        message = self.send({"left_chat_member": self.user.as_json()}, chat=group)
        del group.members[self.id]
        return message


def _words(text: str) -> Json:
    entities = with_found(text, [])
    return {"text": text, "entities": entities} if entities else {"text": text}


def _split(text: str) -> list[str]:
    parts: list[str] = []
    while units(text) > LONGEST:
        head = text[: LONGEST // 2] if not text.isascii() else text[:LONGEST]
        cut = max(head.rfind("\n"), head.rfind(" ")) + 1 or len(head)
        parts.append(text[:cut].strip())
        text = text[cut:]
    return [*parts, text]


def _pick(message: Message, wanted: Wanted) -> Json | None:
    buttons = [button for row in message.inline_keyboard for button in row]
    if callable(wanted):
        return next((b for b in buttons if wanted(b)), None)
    if not isinstance(wanted, str):
        return next((b for b in buttons if b == wanted), None)
    exact = next((b for b in buttons if _bare(b["text"]) == _bare(wanted)), None)
    return exact or next((b for b in buttons if _bare(wanted) in _bare(b["text"])), None)


def _bare(label: str) -> str:
    """A label without the marks that only set its direction."""
    return re.sub("[\u200e\u200f\u2066-\u2069]", "", label)
