"""New databases for tests: tables are made once a process and copied, and statements are compiled once for all engines.

To compile a statement costs more than to run it, and each engine would compile all of them anew.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Engine
from sqlmodel import SQLModel

from storage import db
from tests.postgres import postgres_url

STATEMENTS = 5000  # that the engines of a kind remember together


def compile_once() -> None:
    """From now on an engine of the program has the compiled statements of the first one of its kind."""
    first: dict[str, Engine] = {}

    def create_engine(url: str, **settings: Any) -> Engine:
        engine = sqlalchemy.create_engine(url, query_cache_size=STATEMENTS, **settings)
        known = first.get(engine.dialect.name)
        if known is None or known.dialect.server_version_info is None:  # it never connected: its dialect knows nothing
            first[engine.dialect.name] = engine
        else:
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    db.create_engine = create_engine  # type: ignore[assignment]


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Engine]:
    """An engine on a new database of this kind (sqlite, postgresql) that has the tables of the models, and no rows."""
    if kind == "sqlite":
        (folder / "desk.db").write_bytes(_made_by(_tables_of_models))
        engine = db.connect(f"sqlite:///{folder / 'desk.db'}")
    else:
        engine = db.connect(postgres_url(like=_made_there(_tables_of_models)))
    try:
        yield engine
    finally:
        engine.dispose()


def lay_migrated(file: Path) -> None:
    """A file as the migrations leave a new one: whoever starts on it finds nothing to migrate."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # as the program makes it
    file.write_bytes(_made_by(db.migrate))


def migrated_postgres() -> str:
    """The URL of a database on PostgreSQL that is as the migrations leave a new one."""
    return postgres_url(like=_made_there(db.migrate))


def _tables_of_models(engine: Engine) -> None:
    SQLModel.metadata.create_all(engine)


@cache
def _made_by(make: Callable[[Engine], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        engine = db.connect(f"sqlite:///{file}")
        make(engine)
        engine.dispose()  # the last connection moves all of the log into the file
        return file.read_bytes()


@cache
def _made_there(make: Callable[[Engine], None]) -> str:
    """The name of a database on the server of this process."""
    engine = db.connect(postgres_url())
    make(engine)
    engine.dispose()
    return str(engine.url.database)
