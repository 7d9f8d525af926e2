"""What every wording of a notice gets and gives, and the register of them; the wordings are in `bot/notices.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from backoffice.work import Work
from bot import cards
from bot.i18n import _
from bot.keyboards import SUCCESS, button, desk, keyboard
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
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


def brief(notice: Notice, title: str, *more: str | None) -> Said:
    text = paragraphs(
        bold(title),
        lines(
            say("{code}", code=Code(notice.case.code or "")),
            Html(cards.turn(notice.case)),
            cards.due_line(notice.work, notice.case),
        ),
        *more,
    )
    return text, keyboard(button(_("Open the case"), desk("show", notice.case), SUCCESS))
