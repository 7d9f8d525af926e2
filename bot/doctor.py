"""`sulh doctor`: everything that can be wrong with an installation, looked at without changing anything."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from dotenv import dotenv_values
from rich.console import Console
from rich.text import Text
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from backoffice.organisation_file import OrganisationError
from backoffice.work import Office
from bot import opening
from bot.clock import Clock
from bot.config import PREFIX, ConfigError, Settings, read
from bot.i18n import LOCALES, languages
from bot.identity import who_am_i

TOLERATED = 30.0  # seconds that our clock may be wrong


class Ill(Exception):
    """A check failed; says what is wrong and what to do."""


def examine() -> int:
    """Print each check and its result. Returns the exit code."""
    console, found = Console(), 0
    for name, result in _results():
        ill = isinstance(result, Exception)
        found += ill
        mark = Text("✗ ", "red") if ill else Text("✓ ", "green")
        console.print(mark + Text(f"{name}: {result}"), soft_wrap=True)
    console.print("Nothing is wrong." if not found else f"To be mended: {found}.")
    return 1 if found else 0


def _results() -> Iterator[tuple[str, str | Exception]]:
    try:
        settings = read()
    except ConfigError as error:
        yield "settings", error
        return
    for name, check in CHECKS.items():
        try:
            yield name, check(settings)
        except (ConfigError, OrganisationError, Ill) as error:
            yield name, error


def _settings(settings: Settings) -> str:
    known = {f"{PREFIX}{name.upper()}" for name in type(settings).model_fields}
    given = {name.upper() for name in [*os.environ, *dotenv_values(".env")] if name.upper().startswith(PREFIX)}
    if unknown := sorted(given - known):
        raise Ill(f"{', '.join(unknown)} means nothing here; known are {', '.join(sorted(known))}")
    return "readable"


def _data_dir(settings: Settings) -> str:
    """Where files of people lie."""
    path = settings.data_dir
    place = next((each for each in (path, *path.absolute().parents) if each.exists()), Path("/"))
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise Ill(f"SULH_DATA_DIR {path} cannot be written; give this user the right to it")
    if path.exists() and path.stat().st_mode & 0o077:
        raise Ill(f"SULH_DATA_DIR {path} is open to other users of this machine; chmod 700 {path}")
    return str(path)


def _key(settings: Settings) -> str:
    opening.unlock(settings)
    return "well formed"


def _database(settings: Settings) -> str:
    url = make_url(settings.database)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        return f"{url.database} is not there yet; `sulh run` makes it"
    engine = opening.open_database(settings)
    try:
        if not opening.is_current(engine):
            raise Ill("the schema is not at this version; run `sulh migrate`")
        opening.unlock(settings)
        office = Office(engine, opening.load_organisation(settings), Clock())
        with office.look() as work:
            opening.check_key(work)
    except SQLAlchemyError as error:
        raise opening.cannot_open(error) from None
    finally:
        engine.dispose()
    return f"{url.drivername}, at this version, written with this key"


def _organisation(settings: Settings) -> str:
    rules = opening.load_organisation(settings)
    return f"{rules.name[rules.default_language]}, from {settings.organisation or 'the file that ships'}"


def _catalogs(_settings: Settings) -> str:
    for language in languages():
        with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as po:
            entries = [each for each in read_po(po, locale=language) if each.id]
        poor = [each for each in entries if each.fuzzy or not all(_texts(each))]
        if poor:
            raise Ill(f"{language} lacks {len(poor)} of {len(entries)} texts; translate them in locales/{language}")
    return ", ".join(languages())


def _texts(entry: Message) -> Sequence[str]:
    return [entry.string] if isinstance(entry.string, str) else entry.string or [""]


def _token(settings: Settings) -> str:
    return f"@{asyncio.run(who_am_i(settings)).username} at {settings.telegram_api}"


def _clock(settings: Settings) -> str:
    ahead = asyncio.run(who_am_i(settings)).ahead
    if ahead is None:
        return "not told by the server"
    if abs(ahead) > TOLERATED:
        raise Ill(f"this machine is {abs(ahead):.0f} s {'ahead' if ahead > 0 else 'behind'}; switch on time sync (NTP)")
    return "right"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "settings": _settings,
    "data directory": _data_dir,
    "secret key": _key,
    "database": _database,
    "organisation": _organisation,
    "catalogs": _catalogs,
    "token": _token,
    "clock": _clock,
}
