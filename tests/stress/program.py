"""The program as a process that can be killed at a chosen moment, and what is known of that moment."""

import asyncio
import fcntl
import os
import signal
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import psycopg

ROOT = Path(__file__).parents[2]
WRITERS_LOCK = 120  # the byte of SQLite's -shm file that a writer of the WAL locks
FLOCK = "hhqqi"  # struct flock: type, whence, start, length, pid


class Program:
    """`sulh run`, started by a process that has loaded it already."""

    def __init__(self, nursery: asyncio.subprocess.Process) -> None:
        self._nursery = nursery
        self.pid = 0

    async def start(self) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(b'{"argv": ["run"]}\n')
        self.pid = await self._line()

    async def ended(self) -> int:
        """Wait for its end; the exit code, or minus the signal's number."""
        code = await self._line()
        self.pid = 0
        return code

    def freeze(self) -> None:
        """Stop it where it is, all of its threads; it notices nothing of that."""
        os.kill(self.pid, signal.SIGSTOP)
        deadline = time.monotonic() + 1
        while self._state() not in "TtZX" and time.monotonic() < deadline:
            pass

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def _state(self) -> str:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    async def _line(self) -> int:
        assert self._nursery.stdout is not None
        return int(await self._nursery.stdout.readline())


@asynccontextmanager
async def program(environment: dict[str, str], folder: Path) -> AsyncIterator[Program]:
    """What it logs goes to `log.txt` in the folder."""
    with (folder / "log.txt").open("ab") as log:
        nursery = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.stress.nursery",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
    assert nursery.stdout is not None
    assert await nursery.stdout.readline() == b"ready\n"
    running = Program(nursery)
    try:
        yield running
    finally:
        if running.pid:
            running.kill()
            await running.ended()
        nursery.kill()
        await nursery.wait()


class SqliteWindow:
    """Sees, without taking it, the lock that a writer holds from BEGIN IMMEDIATE to the end of COMMIT."""

    def __init__(self, url: str) -> None:
        self._shm = Path(url.removeprefix("sqlite:///") + "-shm")
        self._file: int | None = None

    def open(self, pid: int) -> bool:
        """Whether this process is inside a transaction that writes. To be asked of a frozen one."""
        if self._file is None:
            if not self._shm.exists():
                return False
            self._file = os.open(self._shm, os.O_RDWR)
        asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, WRITERS_LOCK, 1, 0)
        kind, _whence, _start, _length, holder = struct.unpack(FLOCK, fcntl.fcntl(self._file, fcntl.F_GETLK, asked))
        return bool(kind != fcntl.F_UNLCK and holder == pid)

    def close(self) -> None:
        """Of this run: the next one may have another file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PostgresWindow:
    """Asks the server whether a transaction that has written waits for its client."""

    QUERY = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'idle in transaction' AND backend_xid IS NOT NULL"
    )

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def open(self, pid: int) -> bool:
        found = self._connection.execute(self.QUERY).fetchone()
        return bool(found and found[0])

    def close(self) -> None:
        """The connection serves all runs."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


Window = SqliteWindow | PostgresWindow


def window(url: str) -> Window:
    return PostgresWindow(url) if url.startswith("postgresql") else SqliteWindow(url)


async def inside_a_transaction(running: Program, window: Window, pause: Callable[[], float]) -> bool:
    """Freeze it inside a transaction that writes; False (and not frozen) if none came in half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        running.freeze()
        if window.open(running.pid):
            return True
        running.thaw()
        await asyncio.sleep(pause())
    return False
