"""The remedies to choose from, a page of them: for the answer, and for a vote in a review."""

from backoffice import errors
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Row, button, desk, pager, pairs
from bot.texts import Html, language, say
from storage.complaints import Complaint

A_PAGE = 8


def page(work: Work, value: str) -> int:
    """The page that a button names. Raises errors.Invalid."""
    last = (len(work.organisation.remedies) - 1) // A_PAGE
    if (number := value or "0") not in map(str, range(last + 1)):
        raise errors.Invalid(what="unknown_choice")
    return int(number)


def choices(work: Work, complaint: Complaint, page: int, *, one: str, every: str) -> list[Row]:
    """A button for each, and the ways to the other pages; `one` and `every` are what the buttons do."""
    remedies = work.organisation.remedies
    shown = remedies[page * A_PAGE : (page + 1) * A_PAGE]
    rows = pairs([button(each.words[language()], desk(one, complaint, each.code)) for each in shown])
    more = (page + 1) * A_PAGE < len(remedies)
    ways = pager(page, more, lambda number: desk(every, complaint, str(number)), _("Previous"), _("More"))
    return [*rows, *([ways] if ways else [])]


def wanted(work: Work, code: str | None) -> Html | None:
    wish = work.organisation.find_remedy(code or "")
    return say(_("The customer wants: {wish}"), wish=Html(wish.words[language()])) if wish else None
