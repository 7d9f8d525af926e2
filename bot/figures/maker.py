"""The maker of digests: has charts drawn and files made, stores them, and hands all to the courier, each once."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog

from backoffice.figures import digests
from backoffice.files import Files
from backoffice.work import Actor, Office, Work
from bot import charts, metrics, printer
from bot.beside import Beside
from bot.charts import Chart
from bot.child import Child, name_of
from bot.figures import album, paper, sheet
from bot.i18n import reader_of, speaking_to
from bot.mishap import place
from storage.complaints import Attachment
from storage.digests import Digest
from storage.people import Person, staff_of

log = structlog.get_logger()

PNG, PDF = "image/png", "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABULATE = (sys.executable, "-m", "bot.tabulate")
LONGEST = 60.0  # seconds that a child may take for one file
Drawn = list[tuple[Chart, bytes]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made:
    """A part of a digest, ready to be stored."""

    row: Attachment
    data: bytes


@dataclass(slots=True)
class Parts:
    """What could be made of a digest, and how much could not."""

    made: list[Made] = field(default_factory=list)
    failed: int = 0

    def add(self, digest: Digest, kind: str, name: str, mime: str, data: bytes) -> None:
        self.made.append(Made(digests.file_of(digest, kind, name, mime), data))


class Maker(Beside):
    """Makes digests until stopped."""

    name = "digests"

    def __init__(self, office: Office, files: Files) -> None:
        super().__init__()
        self._office, self._files = office, files
        self._making: asyncio.Task[Any] | None = None

    def let_go(self) -> None:
        if self._making is not None:
            self._making.cancel()

    async def do_next(self) -> bool:
        digest = await asyncio.to_thread(self._due)
        if digest is not None:
            await self._make(digest)
        return digest is not None

    def _due(self) -> Digest | None:
        with self._office.look() as work:
            return digests.to_make(work)

    async def _make(self, digest: Digest) -> None:
        """Its words go out whatever becomes of its charts and files, after some attempts."""
        parts = Parts()
        try:
            await self._charts(digest, parts)
        except asyncio.CancelledError:
            if not self.stopping:
                raise
            return
        if parts.failed and await asyncio.to_thread(self._later, digest):
            return
        await asyncio.to_thread(self._store, digest, parts)

    async def _charts(self, digest: Digest, parts: Parts) -> None:
        """The charts, and the files in which they stand."""
        drawn: Drawn = []
        with self._counting(digest, parts):
            asked = await asyncio.to_thread(self._compose, digest)
            pictures = await self._child(charts.draw(asked)) if asked else []
            drawn = [(chart, data) for chart, data in zip(asked, pictures, strict=True) if data is not None]
            parts.failed += len(asked) - len(drawn)
        for chart, data in [] if digest.brief else drawn:
            parts.add(digest, "photo", f"{type(chart).__name__.lower()}.png", PNG, data)
        name = f"report-{digest.first}-{digest.last}"
        if digest.paper:
            with self._counting(digest, parts):
                parts.add(digest, "document", f"{name}.pdf", PDF, await self._paper(digest, drawn))
        if digest.sheet:
            with self._counting(digest, parts):
                parts.add(digest, "document", f"{name}.xlsx", XLSX, await self._sheet(digest))

    @contextmanager
    def _counting(self, digest: Digest, parts: Parts) -> Iterator[None]:
        """What fails inside costs only itself; it is tried again."""
        try:
            yield
        except Exception as failure:
            log.error("digests.part_failed", digest=digest.id, error=name_of(failure), where=place(failure))
            parts.failed += 1

    async def _child(self, made: Coroutine[Any, Any, T]) -> T:
        """For a child, which dies when nobody waits any more."""
        self._making = making = asyncio.create_task(made)
        try:
            return await making
        finally:
            self._making = None

    async def _paper(self, digest: Digest, drawn: Drawn) -> bytes:
        content = await asyncio.to_thread(self._worded, digest, lambda work: paper.content(work, digest, drawn))
        return await self._child(Child(printer.COMMAND, LONGEST).ask({"template": paper.TEMPLATE, "content": content}))

    async def _sheet(self, digest: Digest) -> bytes:
        asked = await asyncio.to_thread(self._worded, digest, lambda work: sheet.workbook(work, digest))
        with tempfile.TemporaryDirectory(prefix="sulh-sheet-") as scratch:  # also where the child is killed
            return await self._child(Child(TABULATE, LONGEST).ask(asked, TMPDIR=scratch))

    def _compose(self, digest: Digest) -> list[Chart]:
        if digest.brief and not digest.paper:
            return []
        return self._worded(digest, lambda work: album.compose(work, digest))

    def _worded(self, digest: Digest, compose: Callable[[Work], T]) -> T:
        """In the words of its reader, and of what they may see now."""
        with self._office.look() as work:
            person = work.db.get_one(Person, digest.person_id)
            work.actor = Actor(person, staff_of(work.db, person.id))
            digests.part(work, digest.department or None)
            rules = work.organisation
            with speaking_to(reader_of(person, ZoneInfo(rules.time_zone), rules.default_language)):
                return compose(work)

    def _store(self, digest: Digest, parts: Parts) -> None:
        """The bytes first, the rows after: a row never tells of bytes that are not there."""
        for part in parts.made:
            stored = self._files.write(part.row.path, part.data)
            part.row.sha256, part.row.size, part.row.state = stored.sha256, stored.size, "stored"
        with self._office.work() as work:
            done = digests.made(work, digest.id, [part.row for part in parts.made], parts.failed)
        if done:
            metrics.digests_made.labels("incomplete" if parts.failed else "whole").inc()

    def _later(self, digest: Digest) -> bool:
        with self._office.work() as work:
            return digests.make_later(work, digest.id)
