"""Every word of what a complainant is asked for as a list: what has come, what is missing, and the ways to send it."""

from aiogram.types import InlineKeyboardMarkup

from backoffice import wanted
from backoffice.lifecycle import possible
from backoffice.stages import Event
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import SUCCESS, Row, button, keyboard, own
from bot.texts import Html, language, lines, plain, say
from storage.complaints import Complaint

MOST = 6  # buttons of items


def named(work: Work, item: str) -> Html:
    """As the organisation's file has it; what it has no more goes by its code."""
    if item == wanted.QUESTION:
        return Html(_("The answer to the question"))
    words = next((each.words[language()] for each in work.organisation.info_items if each.code == item), item)
    return plain(words)


def listed(work: Work, complaint: Complaint) -> Html | None:
    """The list as the complainant ticks it off; None where nothing of it is missing."""
    if not is_open(work, complaint):
        return None
    return lines(
        Html(_("What we need:")),
        *(
            say("✅ {item}" if each.given_id else "▫️ {item}", item=named(work, each.item))
            for each in wanted.latest(work, complaint)
        ),
    )


def missing(work: Work, complaint: Complaint) -> Html | None:
    """For the staff: in one line."""
    left = wanted.missing(work, complaint)
    if not left:
        return None
    return say(_("Still missing: {items}"), items=Html(" · ".join(named(work, each.item) for each in left)))


def choices(work: Work, complaint: Complaint) -> list[Row]:
    """A button for each thing that is missing, and one for who has no more to send."""
    if not is_open(work, complaint):
        return []
    items = [button(named(work, each.item), own("item", complaint, each.item))
             for each in wanted.missing(work, complaint)[:MOST]]  # fmt: skip
    done = [button(_("Everything is here"), own("informed", complaint), SUCCESS)]
    return [*([each] for each in items), done if wanted.has_sent(work, complaint) else []]


def answering(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """The ways to answer our question: item by item where it was a list, and all at once."""
    ways = choices(work, complaint)
    answer = _("Send everything at once") if ways else _("Answer the question")
    return keyboard(*ways, button(answer, own("add", complaint), None if ways else SUCCESS))


def is_open(work: Work, complaint: Complaint) -> bool:
    """Whether the desk waits for something of a list."""
    return possible(complaint, Event.INFORMED) and bool(wanted.missing(work, complaint))
