"""Opening the office: its keys, its database, its organisation. Every way in goes through here."""

import base64
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from backoffice import audit, days, organisation
from backoffice.figures import feed
from backoffice.organisation import Organisation
from backoffice.work import Office, Work
from bot.config import KEY_HINT, ConfigError, Settings
from storage import crypto, db
from storage.journal import AuditEvent
from storage.traffic import Setting

KEY_CHECK = "key_check"
CONTEXT = "setting.key_check"


def open_office(settings: Settings, clock: Callable[[], datetime]) -> Office:
    """The office, its database migrated. Raises ConfigError or OrganisationError, each in one line."""
    unlock(settings)
    rules = load_organisation(settings)
    engine = open_database(settings)
    try:
        db.migrate(engine)
        office = Office(engine, rules, clock)
        with office.work() as work:
            check_key(work)
            days.lay(work)
    except SQLAlchemyError as error:
        engine.dispose()
        raise cannot_open(error) from None
    except BaseException:
        engine.dispose()
        raise
    return office


def check(settings: Settings) -> None:
    """What can be refused without opening anything. Raises ConfigError or OrganisationError."""
    _ = settings.token
    unlock(settings)
    load_organisation(settings)


def migrate(settings: Settings) -> None:
    """Bring the schema to this version. Raises ConfigError."""
    engine = open_database(settings)
    try:
        db.migrate(engine)
    except SQLAlchemyError as error:
        raise cannot_open(error) from None
    finally:
        engine.dispose()


def verify_log(office: Office) -> tuple[int, list[audit.Fault]]:
    """How many events the audit log has, and where it does not hold."""
    with office.look() as work:
        count = work.db.exec(select(func.count()).select_from(AuditEvent)).one()
        return count, list(audit.verify(work.db))


def rebuild_figures(office: Office) -> feed.Rebuilt:
    """Count every case anew; how far it is shows on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns, console = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()), Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("cases", total=None)
        return feed.rebuild(office, lambda done, total: bar.update(task, completed=done, total=total))


def unlock(settings: Settings) -> None:
    try:
        crypto.unlock(settings.key)
    except crypto.WrongKey as error:
        raise ConfigError("SULH_SECRET_KEY", f"cannot be used: {error}; {KEY_HINT}") from None


def load_organisation(settings: Settings) -> Organisation:
    return organisation.load(settings.organisation)


def open_database(settings: Settings) -> Engine:
    """An engine that has been connected once. Raises ConfigError."""
    _make_data_dir(settings.data_dir)
    try:
        engine = db.connect(settings.database)
        with engine.connect():
            return engine
    except (SQLAlchemyError, ValueError) as error:  # ValueError: a port that is no number
        raise cannot_open(error) from None


def cannot_open(error: Exception) -> ConfigError:
    """Why, in the words of the driver: those of SQLAlchemy quote statements."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()
    return ConfigError("SULH_DATABASE_URL", f"cannot be used: {said[0] if said else type(error).__name__}")


def check_key(work: Work) -> None:
    """Refuse a key that this database was not written with; the first one is remembered. Raises ConfigError."""
    known = work.db.get(Setting, KEY_CHECK)
    if known is None:
        work.db.add(Setting(name=KEY_CHECK, value=_proof()))
    elif not _fits(known.value):
        raise ConfigError(
            "SULH_SECRET_KEY",
            "is not the key that this database was written with; set that one (newer keys go in front, with commas)",
        )


def _fits(proof: str) -> bool:
    """Whether the key opens what was encrypted, and its last part still finds what was looked up by hash."""
    sealed, _, found_by = proof.partition(":")
    try:
        crypto.keyring().decrypt(base64.b64decode(sealed), CONTEXT)
    except crypto.WrongKey:
        return False
    return found_by == str(crypto.lookup(KEY_CHECK, KEY_CHECK))


def is_current(engine: Engine) -> bool:
    """Whether the schema is at this version."""
    config = Config()
    config.set_main_option("script_location", str(db.MIGRATIONS))
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(config).get_current_head()


def _proof() -> str:
    sealed = base64.b64encode(crypto.keyring().encrypt(b"sulh", CONTEXT)).decode()
    return f"{sealed}:{crypto.lookup(KEY_CHECK, KEY_CHECK)}"


def _make_data_dir(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError("SULH_DATA_DIR", f"{path} cannot be made: {error.strerror}") from None
