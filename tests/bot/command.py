"""The command `sulh` as tests call it, and what it says."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.server import Server
from tests.running import SECRET

ROOT = Path(__file__).parents[2]


nurseries: list[subprocess.Popen[str]] = []


@contextmanager
def nursery() -> Iterator[None]:
    """Inside, the program is loaded already, and forks for each call of it."""
    command = [sys.executable, "-m", "tests.stress.nursery"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as born:
        assert born.stdin
        assert born.stdout
        assert born.stdout.readline() == "ready\n"
        nurseries.append(born)
        yield
        nurseries.remove(born)
        born.stdin.close()  # which ends it


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """What a refusal says: exactly one line, on stderr."""
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        return self.err.strip()


def sulh(folder: Path, *arguments: str, **variables: str | Path) -> Done:
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "200", "SULH_DATA_DIR": str(folder / "data")}
    environment |= {f"SULH_{name.upper()}": str(value) for name, value in variables.items()}
    [born] = nurseries
    assert born.stdin
    assert born.stdout
    with tempfile.TemporaryDirectory() as said:
        out, err = Path(said, "out"), Path(said, "err")
        call = {"argv": arguments, "cwd": str(folder), "env": environment, "out": str(out), "err": str(err)}
        print(json.dumps(call), file=born.stdin, flush=True)
        _pid, code = (int(born.stdout.readline()) for _ in range(2))
        return Done(code, out.read_text(), err.read_text())


async def beside(server: Server, folder: Path, *arguments: str, **variables: str | Path) -> Done:
    """The same, with a sandbox to speak to."""
    given = {
        "bot_token": server.world.token,
        "telegram_api": server.url,
        "secret_key": SECRET,
        "listen": "127.0.0.1:0",
        **variables,
    }
    return await asyncio.to_thread(lambda: sulh(folder, *arguments, **given))
