"""Words of the organisation to begin the reasons of an answer with, filled in for the case in its own language."""

from zoneinfo import ZoneInfo

from backoffice import errors, reading
from backoffice.answer_file import AnswerTemplate
from backoffice.words import tidy
from backoffice.work import Work
from bot import items, subjects
from bot.dates import day
from bot.i18n import Reader, _, speaking_to
from bot.keyboards import Row, button, desk, pager
from bot.texts import language, plain
from storage.complaints import Complaint

A_PAGE = 4


def fitting(work: Work, complaint: Complaint) -> list[AnswerTemplate]:
    """Those for what the complaint is about, before those that are for anything."""
    known = [e for e in work.organisation.answer_templates if not e.categories or complaint.category in e.categories]
    return sorted(known, key=lambda each: not each.categories)


def page(work: Work, complaint: Complaint, value: str) -> int:
    """The page that a button names. Raises errors.Invalid."""
    last = max((len(fitting(work, complaint)) - 1) // A_PAGE, 0)
    if (number := value or "0") not in map(str, range(last + 1)):
        raise errors.Invalid(what="unknown_choice")
    return int(number)


def choices(work: Work, complaint: Complaint, page: int, *, room: int) -> list[Row]:
    """A button for each, as many as there is room for, and the ways to the others."""
    found = fitting(work, complaint)
    size = min(room, A_PAGE)
    shown = found[page * size : (page + 1) * size]
    rows: list[Row] = [[button(each.words[language()], desk("template", complaint, each.code))] for each in shown]
    more = (page + 1) * size < len(found)
    ways = pager(page, more, lambda number: desk("templates", complaint, str(number)), _("Previous"), _("More"))
    return [*rows, *([ways] if ways else [])]


def filled(work: Work, complaint: Complaint, code: str) -> str:
    """The template as the customer reads it. Raises errors.Invalid."""
    template = work.organisation.answer_template(code)
    if template is None or template not in fitting(work, complaint):
        raise errors.Invalid(what="unknown_choice")
    with speaking_to(Reader(complaint.language, zone=ZoneInfo(work.organisation.time_zone))):
        return tidy(template.text[complaint.language].format(**_values(work, complaint)))


def _values(work: Work, complaint: Complaint) -> dict[str, str]:
    """What the placeholders stand for, in the customer's language; the name only for who has had it shown."""
    named = complaint.name if not complaint.anonymous and reading.knows_name(work, complaint) else None
    return {
        "code": complaint.code or "",
        "name": named or _("customer"),
        "category": plain(subjects.category(work, complaint)),
        "product": items.word(work, "product", complaint.product or "") or _("the product or service"),
        "branch": items.word(work, "branch", complaint.branch or "") or work.organisation.name[language()],
        "reference": complaint.reference or "–",
        "date": day(work.now, year=True),
        "received": day(complaint.received_at or work.now, year=True),
        "organisation": work.organisation.name[language()],
    }
