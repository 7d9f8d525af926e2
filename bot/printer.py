"""The printer: sets issued documents, beside everything else, and stores their bytes; one at a time."""

import asyncio
import contextlib
import sys

import structlog

from backoffice import documents
from backoffice.files import Files
from backoffice.work import Office
from bot import metrics, papers
from bot.child import Child, Failed
from bot.mishap import place
from bot.papers import Paper
from storage.documents import Document

log = structlog.get_logger()

LOOKS = 1.0  # seconds between looks when nobody wakes us
REST = 0.05  # seconds between looks at least: every commit of the office wakes us, and few of them issue a document
LONGEST = 60.0  # seconds that a child may take for one document
COMMAND = (sys.executable, "-m", "bot.typeset")


class Printer:
    """Prints until stopped."""

    def __init__(self, office: Office, files: Files) -> None:
        self._office, self._files = office, files
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._child: Child | None = None
        self._stopping = False

    async def run(self) -> None:
        """Print until `stop`; a document half printed begins anew next time."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self._stopping:
                self._news.clear()
                if not await self._next():
                    await self._wait()
        finally:
            self._loop = None

    def wake(self) -> None:
        """There may be something to print. Any thread may say so."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    def stop(self) -> None:
        """To be called in the loop's own thread."""
        self._stopping = True
        self._news.set()
        if self._child is not None:
            self._child.kill()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKS):
                await self._news.wait()
        await asyncio.sleep(REST)

    async def _next(self) -> bool:
        """Print what comes next. False if there is nothing, or the database is away."""
        try:
            due = await asyncio.to_thread(self._due)
            if due is not None:
                await self._print(due)
        except Exception as failure:  # it could not be read or written down: the document is still to print
            log.error("printer.failed", error=type(failure).__name__, where=place(failure))
            return False
        return due is not None

    def _due(self) -> Document | None:
        with self._office.look() as work:
            return next(iter(documents.to_print(work, 1)), None)

    async def _print(self, document: Document) -> None:
        try:
            paper = await asyncio.to_thread(self._compose, document)
            data = await self._set(paper)
        except Exception as failure:
            if self._stopping:
                return
            kind = failure.kind if isinstance(failure, Failed) else type(failure).__name__
            log.error("printer.later", document=document.id, error=kind, where=place(failure))
            await asyncio.to_thread(self._later, document)
        else:
            await asyncio.to_thread(self._store, document, paper, data)

    def _compose(self, document: Document) -> Paper:
        with self._office.look() as work:
            return papers.compose(work, document)

    async def _set(self, paper: Paper) -> bytes:
        """The PDF. Raises Failed."""
        self._child = Child(COMMAND, LONGEST)
        return await self._child.ask({"template": paper.template, "content": paper.content})

    def _store(self, document: Document, paper: Paper, data: bytes) -> None:
        """The bytes first, the row after: a row never tells of bytes that are not there."""
        path = documents.path_of(document)
        stored = self._files.write(path, data)
        with self._office.work() as work:
            documents.printed(work, document.id, stored, path, paper.digest)
        metrics.documents_printed.labels("printed").inc()

    def _later(self, document: Document) -> None:
        with self._office.work() as work:
            documents.print_later(work, document.id)
        metrics.documents_printed.labels("later").inc()
