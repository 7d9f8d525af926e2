"""How a figure is said: one line with its target, and whether it was reached."""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.server import serve
from bot.sandbox.world import World
from storage import crypto

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Figure:
    """`most`: the target is an upper bound, else a lower one."""

    name: str
    value: float
    unit: str
    target: float
    most: bool = True

    @property
    def reached(self) -> bool:
        return self.value <= self.target if self.most else self.value >= self.target

    def __str__(self) -> str:
        sign = "≤" if self.most else "≥"
        verdict = "pass" if self.reached else "FAIL"
        return f"{verdict}  {self.name}: {self.value:.4g} {self.unit} (target {sign} {self.target:g})"


def tell(figures: list[Figure]) -> int:
    """Print them; the exit code."""
    for figure in figures:
        print(figure, flush=True)
    return 0 if all(figure.reached for figure in figures) else 1


def run(measure: Callable[[], Awaitable[list[Figure]]]) -> None:
    """What a benchmark's script does."""

    async def measured() -> list[Figure]:
        return await measure()

    sys.exit(tell(asyncio.run(measured())))


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


@contextlib.asynccontextmanager
async def installed(world: World) -> AsyncIterator[Callable[[], Awaitable[asyncio.subprocess.Process]]]:
    """A sandbox, and what starts `sulh run` against it as an operator would; it is stopped at the end."""
    server = await serve(world)
    started: list[asyncio.subprocess.Process] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SULH_BOT_TOKEN": world.token,
            "SULH_TELEGRAM_API": server.url,
            "SULH_DATA_DIR": folder,
            "SULH_SECRET_KEY": crypto.new_secret(),
            "SULH_LISTEN": "127.0.0.1:0",
        }

        async def start() -> asyncio.subprocess.Process:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "from bot.cli import main; main()", "run",
                cwd=folder, stderr=asyncio.subprocess.DEVNULL, env=environment,
            )  # fmt: skip
            started.append(process)
            return process

        try:
            yield start
        finally:
            for process in started:
                if process.returncode is None:
                    process.terminate()
                await process.wait()
            await server.stop()
