"""A child process that knows none of our secrets: it reads JSON and answers with bytes."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent  # where the child finds the same code as we are


@dataclass
class Failed(Exception):
    """It came to nothing; `kind` is the class of the child's error, or "timeout". Its words may quote somebody."""

    kind: str


def name_of(failure: Exception) -> str:
    """What a log calls it: a failure of ours by its class, a child's by that of the child's error."""
    return failure.kind if isinstance(failure, Failed) else type(failure).__name__


class Child:
    """One run of a command, killed when it takes longer than so many seconds."""

    def __init__(self, command: Sequence[str], longest: float) -> None:
        self._command, self._longest = command, longest
        self._process: asyncio.subprocess.Process | None = None
        self._unwanted = False

    async def ask(self, asked: Any, **known: str) -> bytes:
        """What it answers to `asked`; `known` are variables it has beside ours that are no secret. Raises Failed."""
        pipe = asyncio.subprocess.PIPE
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=harmless(os.environ) | known
        )
        try:
            if self._unwanted:
                process.kill()
            async with asyncio.timeout(self._longest):
                data, words = await process.communicate(json.dumps(asked).encode())
        except TimeoutError:
            raise Failed("timeout") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0 or not data:
            raise Failed(kind_of(words, process.returncode))
        return data

    def kill(self) -> None:
        """Nobody waits for its answer any more. To be called in the loop's own thread."""
        self._unwanted = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


def harmless(variables: Mapping[str, str]) -> dict[str, str]:
    """Of our variables those that are no secret."""
    return {name: value for name, value in variables.items() if not name.startswith("SULH_")}


def kind_of(words: bytes, code: int | None) -> str:
    """What kind of failure the child named, without its words; else how it ended."""
    name = words.decode("utf-8", "replace").partition(":")[0].strip()
    return name if name.isidentifier() else f"exit {code}"
