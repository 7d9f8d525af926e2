"""Moments of a story that many tests go on from: each is told once a process, and every test gets a copy of it."""

import pickle
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.running import Running, running

Told = TypeVar("Told")
Tell = Callable[[Running], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Moment:
    """The data folder of a desk that was stopped, and what its people see: world, languages, who the story is of."""

    folder: tempfile.TemporaryDirectory[str]
    world: bytes


_kept: dict[Hashable, Moment] = {}


@asynccontextmanager
async def going_on(
    data_dir: Path, tell: Tell[Told], name: Hashable | None = None
) -> AsyncIterator[tuple[Running, Told]]:
    """A desk on its own copy of what `tell` leads to, and what it returned: people of that copy.

    `name`: what the moment is known by, where the same function tells several.
    """
    name = name or tell
    if name not in _kept:
        _kept[name] = await _told(tell)
    shutil.copytree(_kept[name].folder.name, data_dir, dirs_exist_ok=True)
    world, languages, told = pickle.loads(_kept[name].world)
    async with running(data_dir, world=world) as desk:
        desk.languages.update(languages)
        yield desk, told


async def _told(tell: Tell[Any]) -> Moment:
    folder = tempfile.TemporaryDirectory()
    async with running(Path(folder.name)) as desk:
        told = await tell(desk)
        await desk.settle()
    desk.world.on_advance = None  # the stage's, which is gone, as is whoever listened
    desk.world._listeners.clear()
    return Moment(folder, pickle.dumps((desk.world, desk.languages, told)))
