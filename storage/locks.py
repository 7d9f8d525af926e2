"""One process at a time: an advisory lock on PostgreSQL, a file lock beside SQLite's database."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError


class Busy(Exception):
    """Another process holds the lock; says in one line which."""


@contextmanager
def hold(engine: Engine, name: str, data_dir: Path) -> Iterator[None]:
    """Hold the lock of this name while the block runs, at the longest until the process ends. Raises Busy."""
    with _advisory(engine, name) if engine.dialect.name == "postgresql" else _file(data_dir, name):
        yield


@contextmanager
def _advisory(engine: Engine, name: str) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # the lock lives and dies with this connection: the pool must not get it back
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            raise _busy(name)
        try:
            yield
        finally:  # told, for the server learns of a closed connection only in its own time
            with suppress(DBAPIError):  # a connection that broke has lost the lock with it
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def _file(data_dir: Path, name: str) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(data_dir / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(name) from None
        yield
    finally:
        os.close(handle)


def _busy(name: str) -> Busy:
    return Busy(f"another process is already at work here: {name}")
