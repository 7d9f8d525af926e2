"""The maker of digests: has their pictures drawn, stores them, and hands all to the courier, each digest once."""

import asyncio
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from backoffice.figures import digests
from backoffice.files import Files
from backoffice.work import Actor, Office
from bot import charts, metrics
from bot.beside import Beside
from bot.charts import Chart
from bot.figures import album
from bot.i18n import reader_of, speaking_to
from bot.mishap import place
from storage.complaints import Attachment
from storage.digests import Digest
from storage.people import Person, staff_of

log = structlog.get_logger()

PNG = "image/png"


@dataclass(frozen=True, slots=True)
class Made:
    """A part of a digest, ready to be stored."""

    row: Attachment
    data: bytes


class Maker(Beside):
    """Makes digests until stopped."""

    name = "digests"

    def __init__(self, office: Office, files: Files) -> None:
        super().__init__()
        self._office, self._files = office, files
        self._drawing: asyncio.Task[list[bytes | None]] | None = None

    def let_go(self) -> None:
        if self._drawing is not None:
            self._drawing.cancel()

    async def do_next(self) -> bool:
        digest = await asyncio.to_thread(self._due)
        if digest is not None:
            await self._make(digest)
        return digest is not None

    def _due(self) -> Digest | None:
        with self._office.look() as work:
            return digests.to_make(work)

    async def _make(self, digest: Digest) -> None:
        """Its words go out whatever becomes of the pictures, after some attempts."""
        parts, failed = await self._parts(digest)
        if self.stopping:
            return
        if failed and await asyncio.to_thread(self._later, digest):
            return
        await asyncio.to_thread(self._store, digest, parts, failed)

    async def _parts(self, digest: Digest) -> tuple[list[Made], int]:
        """What could be made of it, and how much could not."""
        try:
            asked = await asyncio.to_thread(self._compose, digest)
            self._drawing = asyncio.create_task(charts.draw(asked))
            pictures = await self._drawing
        except asyncio.CancelledError:
            if not self.stopping:
                raise
            return [], 1
        except Exception as failure:
            log.error("digests.not_composed", digest=digest.id, error=type(failure).__name__, where=place(failure))
            return [], 1
        finally:
            self._drawing = None
        made = [
            Made(digests.file_of(digest, "photo", f"{type(chart).__name__.lower()}.png", PNG), picture)
            for chart, picture in zip(asked, pictures, strict=True)
            if picture is not None
        ]
        return made, len(asked) - len(made)

    def _compose(self, digest: Digest) -> list[Chart]:
        """In the words of its reader, and of what they may see now."""
        if digest.brief:
            return []
        with self._office.look() as work:
            person = work.db.get_one(Person, digest.person_id)
            work.actor = Actor(person, staff_of(work.db, person.id))
            digests.part(work, digest.department or None)
            rules = work.organisation
            with speaking_to(reader_of(person, ZoneInfo(rules.time_zone), rules.default_language)):
                return album.compose(work, digest)

    def _store(self, digest: Digest, parts: list[Made], failed: int) -> None:
        """The bytes first, the rows after: a row never tells of bytes that are not there."""
        for part in parts:
            stored = self._files.write(part.row.path, part.data)
            part.row.sha256, part.row.size, part.row.state = stored.sha256, stored.size, "stored"
        with self._office.work() as work:
            done = digests.made(work, digest.id, [part.row for part in parts], failed)
        if done:
            metrics.digests_made.labels("incomplete" if failed else "whole").inc()

    def _later(self, digest: Digest) -> bool:
        with self._office.work() as work:
            return digests.make_later(work, digest.id)
