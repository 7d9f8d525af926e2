"""What tests of the papers of a dispute need: the paper of such a dispute, and what stands in it."""

from collections.abc import Callable
from itertools import count
from typing import Any

from backoffice.work import Office
from bot import papers
from bot.papers import Paper
from bot.texts import FSI, LRI, PDI
from storage.documents import Document
from tests.bot.decisions import person
from tests.bot.disputed import Disputed, Made

NUMBERS = count(700_001)  # of people
ISOLATES = str.maketrans("", "", f"{FSI}{LRI}{PDI}")
Change = Callable[[Made], object]


def composed(office: Office, kind: str, disputed: Disputed | None = None, *changes: Change) -> Paper:
    """The paper of such a dispute; what is changed before it is issued."""
    with office.work() as work:
        customer, ours = person(work, next(NUMBERS)), person(work, next(NUMBERS))
        made = (disputed or Disputed()).make(work, customer, ours)
        for change in changes:
            change(made)
        document = made.issue(kind)
    with office.look() as work:
        return papers.compose(work, work.db.get_one(Document, document.id))


def sections(paper: Paper) -> dict[str, Any]:
    return {section["heading"]: section for section in paper.content["sections"]}


def bare(text: str) -> str:
    return text.translate(ISOLATES)


def fact(paper: Paper, label: str) -> list[str]:
    return [bare(line) for line in dict(paper.content["facts"]).get(label, [])]


def lines(section: dict[str, Any], label: str) -> list[str]:
    return [bare(line) for line in dict(section["rows"]).get(label, [])]


def texts(section: dict[str, Any]) -> list[str]:
    return [bare(each["text"]) for each in section["paragraphs"]]


def voices(section: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(each["label"], [bare(one["text"]) for one in each["paragraphs"]]) for each in section["voices"]]
