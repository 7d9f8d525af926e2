"""What a message brings: words and files. One place knows every content type of Telegram."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from aiogram.types import Message

from backoffice import entries
from backoffice.words import tidy, within
from backoffice.work import Work
from bot.i18n import _
from bot.texts import Html
from storage import crypto
from storage.complaints import Complaint, Entry

# In this order: Telegram marks an animation as a document too.
FILES = ("animation", "audio", "video", "video_note", "voice", "document")
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by name that show nothing
ATTEMPT = 60  # letters; what is longer is no try at a code, a secret or a date


@dataclass(frozen=True, slots=True)
class File:
    kind: str
    file_id: str
    name: str | None
    mime: str | None
    size: int | None

    @property
    def about(self) -> entries.About:
        return {"file_name": self.name, "mime": self.mime, "size": self.size}


@dataclass(frozen=True, slots=True)
class Material:
    """`text`: the words, however they came; `written`: those that were typed as a message of their own.

    `source` and `album` are keyed hashes: they find the entry again and tell no chat.
    """

    text: str | None
    written: str | None
    file: File | None
    source: int
    album: int | None

    @property
    def empty(self) -> bool:
        return self.text is None and self.file is None

    @property
    def attempt(self) -> str | None:
        """What may have been meant as a code, a secret or a date, right or wrong."""
        return self.written if self.written and len(self.written) <= ATTEMPT else None


def material(message: Message) -> Material:
    """Text, caption or what can be said of the message in words; and its file, if it has one."""
    return Material(
        text=_text(message),
        written=_readable(message.text),
        file=_file(message),
        source=source(message),
        album=crypto.lookup("album", message.media_group_id) if message.media_group_id else None,
    )


def words_within(message: Message, limit: int) -> str | None:
    """What was typed; None for anything else, which is to be asked for again. Raises errors.Invalid over `limit`."""
    written = material(message).written
    return None if written is None else within(written, limit)


def unreadable() -> Html:
    """What is said of a sticker, a dice, a poll."""
    return Html(
        _("We cannot read this kind of message. Please write, or send a voice message, a photo, a video or a document.")
    )


def source(message: Message) -> int:
    return crypto.lookup("message", f"{message.chat.id}:{message.message_id}")


def keep(work: Work, use_case: Callable[..., Entry], complaint: Complaint, brought: Material) -> Entry:
    """Give the words to the use-case, and note the file on the entry that it makes of them."""
    entry = use_case(work, complaint, brought.text, source=brought.source, album=brought.album)
    if brought.file:
        file = brought.file
        entries.attach(work, entry, file.kind, file.file_id, **file.about)
    return entry


def _file(message: Message) -> File | None:
    if message.photo:
        largest = message.photo[-1]
        return File("photo", largest.file_id, None, "image/jpeg", largest.file_size)
    for kind in FILES:
        found = getattr(message, kind)
        if found:
            name = getattr(found, "file_name", None)
            return File(kind, found.file_id, name, getattr(found, "mime_type", None), found.file_size)
    return None


def _text(message: Message) -> str | None:
    if said := _readable(message.text or message.caption):
        return said
    if contact := message.contact:
        return " ".join(part for part in (contact.first_name, contact.last_name, contact.phone_number) if part)
    if venue := message.venue:
        return f"{venue.title}, {venue.address} ({venue.location.latitude}, {venue.location.longitude})"
    if location := message.location:
        return f"{location.latitude}, {location.longitude}"
    return None


def _readable(text: str | None) -> str | None:
    """The text as it is kept; None if nothing in it can be seen."""
    tidied = tidy(text or "")
    seen = any(unicodedata.category(letter)[0] in "LNPS" and letter not in BLANK for letter in tidied)
    return tidied if seen else None
