"""The engine, its settings, and the migrations; nothing else opens a database."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x53554C48  # "SULH": one process migrates, the others wait
BUSY = 30  # seconds that SQLite waits for another writer
RESTED = 5.0  # seconds after which a connection to PostgreSQL is asked whether it still lives
DEADLOCK = "40P01"  # as PostgreSQL calls it


def connect(url: str) -> Engine:
    """An engine for SQLite (WAL, every commit synced) or PostgreSQL.

    pysqlite's own transaction handling is switched off: a transaction that will write must say BEGIN IMMEDIATE, or
    two of them fail with "database is locked" without waiting.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY}, pool_size=8)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(_with_driver(url), pool_size=8, max_overflow=8)
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", _ask_who_rested)
    return engine


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """What is executed inside travels to PostgreSQL in one go; what comes of it may not be read."""
    if connection.dialect.name != "postgresql":
        yield
        return
    import psycopg  # nine megabytes that a desk on SQLite does not need

    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as failure:  # what failed is known only now; the toolkit did not see it
        raise DBAPIError.instance(None, None, failure, psycopg.Error) from failure


def collided(failure: DBAPIError) -> bool:
    """Whether PostgreSQL broke a transaction off because it and another one waited for each other."""
    return getattr(failure.orig, "sqlstate", None) == DEADLOCK


def migrate(engine: Engine) -> None:
    """Bring the schema to this version; safe to call at every start, from several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _with_driver(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else url


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    _switch_to_wal(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY * 1000}",
        "secure_delete=ON",  # erased words leave no copy in free pages
    ):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: Any) -> None:
    """SQLite does not wait for its busy timeout here, so that of several first starts at once one would fail."""
    deadline = time.monotonic() + BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _rests(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_who_rested(connection: Any, record: Any, _proxy: Any) -> None:
    """A server that was restarted is noticed here, and the pool connects anew. Asking always would cost a journey."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED:
        return
    import psycopg

    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as failure:
        raise DisconnectionError() from failure


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
