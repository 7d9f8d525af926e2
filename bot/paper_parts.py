"""What the papers of the desk have in common: facts, sections, and how a case is named on them."""

from datetime import datetime
from typing import Any

from backoffice.organisation_file import ITEMS
from backoffice.words import tidy
from backoffice.work import Work
from bot import dates, items
from bot.i18n import _
from bot.paper_text import LONGEST_WORD, Paragraph, fill, fitted, language_of
from bot.texts import Code, language
from storage.complaints import Complaint, Entry

Section = dict[str, Any]
Fact = tuple[str, list[str]]
SHOWN, GROUP = 16, 4  # hex letters of a digest that are printed, and how many stand together


def facts(*known: Fact) -> list[Fact]:
    """Label and lines of each fact; what is not known is left out."""
    kept = [(label, [line for line in lines if line]) for label, lines in known]
    return [(label, lines) for label, lines in kept if lines]


def section(heading: str, style: str, paragraphs: list[Paragraph]) -> list[Section]:
    """A section, if there is anything in it."""
    return [{"heading": heading, "style": style, "paragraphs": paragraphs}] if paragraphs else []


def code(text: str | None) -> str:
    """A number or an address, from left to right."""
    return fill("{code}", code=Code(text)) if text else ""


def day(moment: Any) -> str:
    return fill("{date}", date=moment) if moment else ""


def moment(at: datetime) -> str:
    """A day and the time of that day, in the organisation's zone."""
    return _("{date}, {time}").format(date=dates.day(at, year=True), time=code(dates.clock(at)))


def name(words: str | None, longest: int = LONGEST_WORD) -> str:
    """What somebody calls themselves: in its own direction, on one line, and never wider than its place.

    `longest`: letters that stay together.
    """
    line = " ".join(tidy(words or "").split())
    return fill("{words}", words=fitted(line, language_of(line, language()), longest)) if line else ""


def category(work: Work, complaint: Complaint) -> str:
    found = work.organisation.category(complaint.category or "")
    group = next((each for each in work.organisation.category_groups if found in each.categories), None)
    return f"{group.words[language()]} – {found.words[language()]}" if found and group else ""


def about(work: Work, complaint: Complaint) -> list[str]:
    """Its category, product and branch, as far as they are known."""
    named = [items.word(work, kind, getattr(complaint, kind) or "") for kind in ITEMS]
    return [category(work, complaint), *(each for each in named if each)]


def latest(entries: list[Entry], entry: Entry) -> str | None:
    """How it was last put."""
    wordings = [each.text for each in entries if each.replaces_id == entry.id]
    return wordings[-1] if wordings else entry.text


def grouped(digest: str, shown: int = SHOWN) -> str:
    """As it is printed: "9f86 d081 884c 7d65"."""
    return " ".join(digest[at : at + GROUP] for at in range(0, shown, GROUP))
