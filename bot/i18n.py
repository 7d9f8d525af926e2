"""Whom we speak to, and their catalog. `_` and friends word a text for the reader set by `speaking_to`."""

import gettext as stdlib_gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy

from storage.people import Person

LOCALES = files("locales")
OWN_NAMES = {"fa": "فارسی", "ar": "العربية", "en": "English"}  # as their speakers call them


@dataclass(frozen=True, slots=True)
class Reader:
    """How a person wants to read: language, digits, calendar, and the zone in which times are told."""

    language: str = "en"
    native_digits: bool = True
    hijri: bool = False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


def languages() -> list[str]:
    """The languages that have a catalog; a new folder is a new language."""
    return sorted(entry.name for entry in LOCALES.iterdir() if (entry / "LC_MESSAGES").is_dir())


@cache
def catalog(language: str) -> stdlib_gettext.GNUTranslations:
    """Read from the .po file itself: there is no compiled copy that could be stale."""
    source = LOCALES / language / "LC_MESSAGES" / "messages.po"
    compiled = io.BytesIO()
    with source.open("rb") as po:
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def _(text: str) -> str:
    """The text in the language of the current reader."""
    return catalog(_reader.get().language).gettext(text)


def n_(one: str, many: str, count: int) -> str:
    """The plural form for `count`, of which Arabic has six."""
    return catalog(_reader.get().language).ngettext(one, many, count)


def __(text: str) -> LazyProxy:  # noqa: N807 - gettext's own habit, which the extraction knows
    """For tables: translated when it is shown."""
    return LazyProxy(_, text, enable_cache=False)


def reader() -> Reader:
    """Whom the current text is for."""
    return _reader.get()


def reader_of(person: Person, zone: ZoneInfo, default_language: str) -> Reader:
    return Reader(person.language or default_language, person.native_digits, person.hijri, zone)


@contextmanager
def speaking_to(whom: Reader) -> Iterator[None]:
    """Word everything inside for this reader."""
    token = _reader.set(whom)
    try:
        yield
    finally:
        _reader.reset(token)


_reader: ContextVar[Reader] = ContextVar("reader", default=Reader())  # noqa: B039 - frozen
