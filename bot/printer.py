"""The printer: sets issued documents, beside everything else, and stores their bytes; one at a time."""

import asyncio
import sys

import structlog

from backoffice import documents
from backoffice.files import Files
from backoffice.work import Office
from bot import metrics, papers
from bot.beside import Beside
from bot.child import Child, name_of
from bot.mishap import place
from bot.papers import Paper
from storage.documents import Document

log = structlog.get_logger()

LONGEST = 60.0  # seconds that a child may take for one document
COMMAND = (sys.executable, "-m", "bot.typeset")


class Printer(Beside):
    """Prints until stopped."""

    name = "printer"

    def __init__(self, office: Office, files: Files) -> None:
        super().__init__()
        self._office, self._files = office, files
        self._child: Child | None = None

    def let_go(self) -> None:
        if self._child is not None:
            self._child.kill()

    async def do_next(self) -> bool:
        due = await asyncio.to_thread(self._due)
        if due is not None:
            await self._print(due)
        return due is not None

    def _due(self) -> Document | None:
        with self._office.look() as work:
            return next(iter(documents.to_print(work, 1)), None)

    async def _print(self, document: Document) -> None:
        try:
            paper = await asyncio.to_thread(self._compose, document)
            data = await self._set(paper)
        except Exception as failure:
            if self.stopping:
                return
            log.error("printer.later", document=document.id, error=name_of(failure), where=place(failure))
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
