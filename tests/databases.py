"""New databases for tests: tables are made once a process and copied, and engines are used again.

An engine that is used again knows already how the statements are compiled, which costs more than to run them.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import SQLModel

from storage import db

_idle: list[Engine] = []
_files: dict[Engine, Path] = {}  # where the connections of each engine lead


@contextmanager
def new_sqlite(file: Path) -> Iterator[Engine]:
    """An engine on a new file that has the tables of the models, and no rows."""
    file.write_bytes(_made_by(_tables_of_models))
    engine = _idle.pop() if _idle else _movable()
    _files[engine] = file
    try:
        yield engine
    finally:
        engine.dispose()
        _idle.append(engine)


def lay_migrated(file: Path) -> None:
    """A file as the migrations leave a new one: whoever starts on it finds nothing to migrate."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # as the program makes it
    file.write_bytes(_made_by(db.migrate))


def _movable() -> Engine:
    engine = db.connect("sqlite:///elsewhere.db")  # which is never opened

    def lead(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
        arguments[0] = str(_files[engine])

    event.listen(engine, "do_connect", lead)
    return engine


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
