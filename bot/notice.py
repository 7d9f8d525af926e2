"""What every wording of a notice gets and gives, and the register of them; the wordings are in `bot/notices.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backoffice import rights
from backoffice.rights import Relation
from backoffice.work import Work
from bot import cards
from bot.i18n import _
from bot.keyboards import SUCCESS, button, desk, keyboard
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Attachment, Complaint
from storage.people import Person

Call = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a template's function gets. `parts` has more than one element where several were gathered, and `more` is
    how many more were gathered than are kept."""

    work: Work
    person: Person
    complaint: Complaint | None
    parts: list[dict[str, Any]]
    more: int = 0

    @property
    def case(self) -> Complaint:
        if self.complaint is None:
            raise LookupError("this notice belongs to a case")
        return self.complaint

    @property
    def params(self) -> dict[str, Any]:
        return self.parts[0]


Said = tuple[Html, InlineKeyboardMarkup | None]
TEMPLATES: dict[str, Callable[[Notice], Said | Call | None]] = {}


def template(wording: Callable[[Notice], Said | Call | None]) -> Callable[[Notice], Said | Call | None]:
    """The function's name is the template's."""
    TEMPLATES[wording.__name__] = wording
    return wording


def reference(notice: Notice, name: str) -> Html:
    """What they look for who look into a failure: the numbers that the gathered parts name, each once."""
    numbers = dict.fromkeys(str(part[name]) for part in notice.parts)
    return say(_("Reference: {reference}"), reference=Code(", ".join(numbers)))


def brief(notice: Notice, title: str, *more: str | None, way: InlineKeyboardButton | None = None) -> Said:
    """What happened, where the case stands, and the `way` in: if none is named, to the case."""
    text = paragraphs(
        bold(title),
        cards.in_short(notice.work, notice.case),
        *more,
    )
    return text, keyboard(way or door(notice.work, notice.case, SUCCESS))


def door(work: Work, complaint: Complaint, style: str | None = None) -> InlineKeyboardButton:
    """The way in: the file for who sits on the review, a statement for who decided before, for others the case."""
    match rights.relation(work.actor, complaint):
        case Relation.CHAIR | Relation.SEAT:
            return button(_("Open the file"), desk("review", complaint), style)
        case Relation.DECIDER:
            return button(_("Give a statement"), desk("statement", complaint), style)
        case _:
            return button(_("Open the case"), desk("show", complaint), style)


# ------------------------------------------------------------------ files

SEND = {
    "photo": "sendPhoto", "voice": "sendVoice", "audio": "sendAudio", "video": "sendVideo",
    "video_note": "sendVideoNote", "animation": "sendAnimation", "document": "sendDocument",
}  # fmt: skip
ALBUMS = frozenset({"photo", "video"})  # Telegram mixes these two; the rest goes one by one


def one_file(to: dict[str, Any], found: list[Attachment], caption: dict[str, Any]) -> Call | None:
    if not found:
        return None
    kind = found[0].kind
    words = caption if kind != "video_note" else {}
    return {"method": SEND[kind], "args": {**to, kind: {"attachment": found[0].id}, **words}}


def album(to: dict[str, Any], found: list[Attachment], caption: dict[str, Any]) -> Call:
    media: list[dict[str, Any]] = [{"type": each.kind, "media": {"attachment": each.id}} for each in found[:10]]
    media[0] |= caption
    return {"method": "sendMediaGroup", "args": {**to, "media": media}}
