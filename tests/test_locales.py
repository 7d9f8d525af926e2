"""The catalogs: complete, equal in their placeholders, and written in their own letters."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LANGUAGES = sorted(path.name for path in (ROOT / "locales").iterdir() if (path / "LC_MESSAGES").is_dir())
PLURALS = {"en": 2, "fa": 2, "ar": 6}
CODES = re.compile(r"SLH-7K4M-2QXH-M|/[a-z]+|sulh (?:doctor|figures rebuild)|\{\w*\}|<[^>]+>")
STRANGE = {"fa": "يكةىۀ", "ar": "یکگپچژ"}


@cache
def catalog(language: str) -> Catalog:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as po:
        return read_po(po, locale=language)


def entries(language: str) -> list[Message]:
    return [entry for entry in catalog(language) if entry.id]


def texts(entry: Message) -> list[str]:
    return [entry.string] if isinstance(entry.string, str) else list(entry.string)


def fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}


def test_the_three_languages_are_there() -> None:
    assert LANGUAGES == ["ar", "en", "fa"]


def test_the_catalogs_are_those_of_the_code(tmp_path: Path) -> None:
    """What the code says is what the catalogs translate: nothing is missing and nothing is left over."""
    extracted = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "extract", "-k", "_", "-k", "__", "-k", "n_:1,2"]
    subprocess.run([*command, "-o", str(extracted), "bot"], cwd=ROOT, check=True, capture_output=True)
    with extracted.open("rb") as pot:
        in_code = {str(entry.id) for entry in read_po(pot) if entry.id}
    for language in LANGUAGES:
        assert {str(entry.id) for entry in entries(language)} == in_code, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_complete_and_with_the_same_placeholders(language: str) -> None:
    faults = [fault for entry in entries(language) for fault in _unfinished(entry, language)]
    assert not faults, "\n".join(faults)


def _unfinished(entry: Message, language: str) -> Iterator[str]:
    one, forms = isinstance(entry.id, str), texts(entry)
    source = entry.id if isinstance(entry.id, str) else entry.id[-1]
    if entry.fuzzy:
        yield f"fuzzy: {source}"
    if not one and len(forms) != PLURALS[language]:
        yield f"{len(forms)} forms: {source}"
    for form in forms:
        if not form.strip():
            yield f"missing: {source}"
        elif fields(form) != fields(source) and (one or not fields(form) < fields(source)):
            yield f"other placeholders: {form}"


@pytest.mark.parametrize("language", STRANGE)
def test_written_in_its_own_letters(language: str) -> None:
    strange = re.compile(f'[A-Za-z0-9,;?"{STRANGE[language]}]+')
    forms = [form for entry in entries(language) for form in texts(entry)]
    faults = [f"{found[0]} in: {form}" for form in forms if (found := strange.search(CODES.sub("", form)))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_rule_is_the_right_one(language: str) -> None:
    assert catalog(language).num_plurals == PLURALS[language]
    if language == "ar":
        rule = catalog(language).plural_expr
        forms = [eval(_python(rule), {"n": n}) for n in (0, 1, 2, 5, 11, 99, 100, 103)]
        assert forms == [0, 1, 2, 3, 4, 4, 5, 3]


def _python(rule: str) -> str:
    """The C expression of a plural rule as Python."""
    parts = [part.strip() for part in re.split(r"[?:]", rule.strip("() "))]
    *pairs, last = parts
    text = last
    for condition, value in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
        text = f"({value} if {condition.replace('&&', 'and')} else {text})"
    return text
