"""A case as a line of a table, in the words of who reads it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backoffice.figures import pseudonyms
from backoffice.figures.tables import UNDECIDED, Line, Took
from backoffice.organisation_file import ITEMS
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, dates, items, paper_parts
from bot.disputes import desk_card
from bot.figures import words
from bot.figures.paper import plain
from bot.i18n import _, __
from bot.paper_text import RIGHT_TO_LEFT
from bot.texts import language

Value = str | int | float | None
LABELS: dict[str, object] = {
    pseudonyms.NAME: __("name"),
    pseudonyms.COMPANY: __("company"),
    pseudonyms.CONTACT: __("contact"),
    pseudonyms.ORDER: __("order"),
    pseudonyms.LINK: __("link"),
    pseudonyms.EMAIL: __("e-mail"),
    pseudonyms.USERNAME: __("account"),
    pseudonyms.IBAN: __("IBAN"),
    pseudonyms.CARD: __("card"),
    pseudonyms.PHONE: __("phone"),
    pseudonyms.NATIONAL_ID: __("national id"),
    pseudonyms.NUMBER: __("number"),
}
"""What stands in a sign instead of what leads to somebody."""


def signs() -> dict[str, str]:
    return {kind: str(label) for kind, label in LABELS.items()}


def asked(work: Work, form: str) -> dict[str, Any]:
    """What `bot.tabulate` is asked for; the lines follow."""
    columns = [{"head": str(head), "kind": kind, "width": width} for head, kind, width, _value in _columns(work)]
    sheet = {"name": _("Cases"), "columns": columns, "rows": []}
    return {"form": form, "rtl": language() in RIGHT_TO_LEFT, "sheets": [sheet], "open": True}


def row(work: Work, line: Line) -> list[Value]:
    return [value(work, line) for _head, _kind, _width, value in _columns(work)]


def _columns(work: Work) -> "list[Column]":
    """Products and branches only where the organisation tells them apart."""
    absent = [items.NAMES[kind] for kind in ITEMS if not work.organisation.items(kind)]
    return [column for column in COLUMNS if not any(column[0] is head for head in absent)]


# ------------------------------------------------------------------ what stands in the columns


def _moment(work: Work, at: datetime | None) -> str | None:
    """On the wall of the organisation."""
    there = at.astimezone(work.organisation.calendar.zone) if at else None
    return there.replace(tzinfo=None, second=0, microsecond=0).isoformat(" ", "minutes") if there else None


def _day(line: Line) -> str:
    return dates.day(line.complaint.received_at or line.complaint.opened_at, year=True)


def _who(line: Line) -> str:
    return _("business") if line.complaint.company else _("person")


def _of(labels: dict[str, Any], code: str | None) -> str | None:
    """By the words of the organisation's file; one that is there no more by its code."""
    found = labels.get(code or "")
    return found[language()] if found else code


def _unit(work: Work, line: Line) -> str | None:
    known = {each.code: each.words for each in work.organisation.departments}
    return _of(known, line.complaint.department)


def _item(kind: str) -> Callable[[Work, Line], str | None]:
    def value(work: Work, line: Line) -> str | None:
        code: str | None = getattr(line.complaint, kind)
        return (items.word(work, kind, code) or code) if code else None

    return value


def _remedy(work: Work, line: Line) -> str | None:
    found = work.organisation.find_remedy(line.complaint.remedy or "")
    return found.words[language()] if found else line.complaint.remedy


def _cause(work: Work, line: Line) -> str | None:
    return plain(words.cause(work, line.complaint.root_cause)) if line.complaint.root_cause else None


def _hours(took: Took) -> float | None:
    return None if took.seconds is None else took.seconds / words.HOUR


def _kept(took: Took) -> str | None:
    return None if took.in_time is None else _("yes") if took.in_time else _("no")


def _reason(work: Work, line: Line) -> str | None:
    return _of(work.organisation.closure_reasons, line.complaint.closed_reason)


def _review(work: Work, line: Line) -> str | None:
    return str(words.PARTS["open"]) if line.review == UNDECIDED else _of(work.organisation.decisions, line.review)


def _outside(work: Work, line: Line) -> str | None:
    if line.outside is None:
        return None
    return plain(words.way(work, *line.outside))


def _ended(work: Work, line: Line) -> str | None:
    return plain(desk_card.ended(work, line.ended)) if line.ended else None


Column = tuple[object, str, int, Callable[[Work, Line], Value]]
COLUMNS: tuple[Column, ...] = (
    (__("Code"), "text", 20, lambda _work, line: line.complaint.code),
    (__("Received on"), "moment", 17, lambda work, line: _moment(work, line.complaint.received_at)),
    (__("Day"), "text", 24, lambda _work, line: _day(line)),
    (__("Customer"), "text", 19, lambda _work, line: line.customer),
    (__("Person or business"), "text", 12, lambda _work, line: _who(line)),
    (__("Category"), "text", 30, lambda work, line: paper_parts.category(work, line.complaint)),
    (items.NAMES["product"], "text", 22, _item("product")),
    (items.NAMES["branch"], "text", 22, _item("branch")),
    (__("Unit"), "text", 18, _unit),
    (__("Channel"), "text", 14, lambda work, line: _of(work.organisation.channels, line.complaint.channel)),
    (__("Language"), "text", 12, lambda _work, line: plain(cards.language_name(line.complaint.language))),
    (__("Severity"), "text", 12, lambda work, line: _of(work.organisation.severities, line.complaint.severity)),
    (__("Stage"), "text", 26, lambda _work, line: str(cards.STAFF_STAGES[Stage(line.complaint.stage)])),
    (__("Decision"), "text", 16, lambda work, line: _of(work.organisation.decisions, line.complaint.decision)),
    (__("Remedy"), "text", 22, _remedy),
    (__("Root cause"), "text", 26, _cause),
    (__("Closed on"), "moment", 17, lambda work, line: _moment(work, line.complaint.closed_at)),
    (__("Reason for closing"), "text", 22, _reason),
    (__("Hours to the first response"), "decimal", 12, lambda _work, line: _hours(line.first_response)),
    (__("First response in time"), "text", 10, lambda _work, line: _kept(line.first_response)),
    (__("Hours to the answer"), "decimal", 12, lambda _work, line: _hours(line.answer)),
    (__("Answer in time"), "text", 10, lambda _work, line: _kept(line.answer)),
    (__("Times reopened"), "count", 10, lambda _work, line: line.complaint.reopenings),
    (__("Review"), "text", 16, _review),
    (__("Third party"), "text", 26, _outside),
    (__("How it ended there"), "text", 24, _ended),
    (__("Rating of the handling"), "count", 10, lambda _work, line: line.handling),
    (__("Rating of the outcome"), "count", 10, lambda _work, line: line.outcome),
    (__("What the customer wrote"), "text", 60, lambda _work, line: line.said),
)
"""What stands above each, of what kind it is, how wide, and what it says; hours are of the desk's own working time."""
