"""How a text is put together for paper: plain, not markup; values isolated, each paragraph with its own language."""

import re
import unicodedata
from datetime import date, datetime

from backoffice.words import tidy
from bot import dates
from bot.texts import FSI, LRI, PDI, Code, Value

RIGHT_TO_LEFT = frozenset({"fa", "ar"})
OF_PERSIAN, OF_ARABIC = frozenset("پچژگکی"), frozenset("ةىيكؤإأ")
NO_BREAK = "\u00a0"
MAY_BREAK = "\u200b"
LONGEST_WORD = 30  # letters that stay together; a longer run would leave the page
# Telephone numbers, ISO dates and numbers in groups: right-to-left text would turn their groups round.
GROUPED = re.compile(r"\+\d[\d ()-]{5,}\d|\b\d{4}-\d{1,2}-\d{1,2}\b|\b0\d+(?:[ -]\d{2,})+\b|\b\d+(?:-\d{3,})+\b")
LATIN = re.compile(r"[0-9A-Za-z][!-~]*")

Paragraph = dict[str, str]


def fill(template: str, **values: Value) -> str:
    """Fill a translated text. Strings are isolated, codes run left to right, numbers and dates are the reader's."""
    return template.format(**{name: shown(value) for name, value in values.items()})


def shown(value: Value) -> str:
    if isinstance(value, Code):
        return f"{LRI}{value}{PDI}"
    if isinstance(value, str):
        return f"{FSI}{value}{PDI}"
    if isinstance(value, datetime | date):
        return dates.day(value, year=True)
    return dates.digits(str(value))


def ours(text: str, language: str) -> Paragraph:
    """A paragraph of our own."""
    return {"text": text, "language": language}


def said(words: str | None, language: str) -> list[Paragraph]:
    """What somebody wrote, a paragraph for each line, each in the language that its own letters speak of.

    `language` is that of the document; a line without letters is as the line before it.
    """
    paragraphs: list[Paragraph] = []
    for line in tidy(words or "").split("\n"):
        if line:
            language = language_of(line, language)
            paragraphs.append(ours(fitted(line, language), language))
    return paragraphs


def language_of(line: str, usual: str) -> str:
    """The direction is that of the first strong letter; among the languages of that direction letters decide."""
    strong = next((kind for letter in line if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), None)
    if strong is None:
        return usual
    if strong == "L":
        return "en"
    if OF_PERSIAN & set(line):
        return "fa"
    if OF_ARABIC & set(line) or usual not in RIGHT_TO_LEFT:
        return "ar"
    return usual


def fitted(line: str, language: str, longest: int = LONGEST_WORD) -> str:
    """The line with its numbers kept in one piece and its endless words allowed to break."""
    if language in RIGHT_TO_LEFT:
        line = GROUPED.sub(lambda found: f"{LRI}{found[0].replace(' ', NO_BREAK)}{PDI}", line)
    return broken(line, longest)


def filed(words: str) -> str:
    """The name of a file, whose Latin part would come apart in right-to-left letters: "رسید 2026-11-20.pdf"."""
    line = LATIN.sub(lambda run: f"{LRI}{run[0]}{PDI}", " ".join(tidy(words).split()))
    return fill("{words}", words=broken(line)) if line else ""


def broken(line: str, longest: int = LONGEST_WORD) -> str:
    return re.sub(rf"\S{{{longest}}}(?=\S)", lambda run: run[0] + MAY_BREAK, line)
