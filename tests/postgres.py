"""A private PostgreSQL server for tests: in a temporary directory, on a socket, and in a hurry."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg

USER = "postgres"


def postgres_url(*, durable: bool = False, like: str = "template1") -> str:
    """The URL of a fresh database; the first call starts the server, the end of the process stops it.

    `durable`: commits reach the disk, as in life; tests need not wait for that. `like`: another one that is copied.
    """
    socket = _server(durable)
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(host=str(socket), user=USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return f"postgresql+psycopg://{USER}@/{name}?host={socket}"


@functools.cache
def _server(durable: bool) -> Path:
    """Start it and return the directory of its socket."""
    home = Path(tempfile.mkdtemp(prefix="sulh-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(home, USER, USER)
    data = home / "data"
    _run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync")
    hurry = "" if durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options = f"-k {home} -c listen_addresses={hurry}"
    _run("pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
    atexit.register(_stop, home)
    return home


def _stop(home: Path) -> None:
    _run("pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
    shutil.rmtree(home, ignore_errors=True)


def _run(program: str, *arguments: str | Path) -> None:
    """PostgreSQL refuses to run as root, so that root becomes its user."""
    become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []
    command = [*become, _find(program), *map(str, arguments)]
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr.strip()}")


def _find(program: str) -> str:
    """The newest installed server's program; Debian keeps them off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise RuntimeError(f"{program} is not installed; these tests need a PostgreSQL server")
    return found
