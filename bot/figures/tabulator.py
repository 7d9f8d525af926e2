"""The maker of tables of cases: a child writes each from a stream, so that never all of one is held; it comes once."""

import asyncio
import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog

from backoffice import errors
from backoffice.figures import tables
from backoffice.figures.tables import Batch, Place
from backoffice.files import Files
from backoffice.work import Actor, Office, Work
from bot import metrics
from bot.beside import Beside
from bot.child import ROOT, Failed, harmless, kind_of, name_of
from bot.figures import case_lines
from bot.figures.maker import TABULATE, XLSX
from bot.i18n import reader_of, speaking_to
from bot.mishap import place
from storage.complaints import Attachment
from storage.digests import Table
from storage.people import Person, staff_of

log = structlog.get_logger()

MIMES = {"xlsx": XLSX, "csv": "text/csv"}
LINES = 50_000  # of one file; what is more stands in further ones
BYTES = 20_000_000  # of text in one file: well below the 50 MB that the messenger takes
TELLS = 3.0  # seconds between two words on how far it is
PIECE = 65_536  # bytes
LONGEST = 300.0  # seconds that a child may take after its last line
LOOKS = 1.0  # seconds between looks whether it is still wanted
Row = list[Any]
T = TypeVar("T")


class Tabulator(Beside):
    """Makes tables until stopped."""

    name = "tables"

    def __init__(self, office: Office, files: Files) -> None:
        super().__init__()
        self._office, self._files = office, files
        self._run: Run | None = None

    def let_go(self) -> None:
        if self._run is not None:
            self._run.break_off()

    async def do_next(self) -> bool:
        return await asyncio.to_thread(self._next_one)

    def _next_one(self) -> bool:
        with self._office.look() as work:
            table = tables.to_make(work)
        if table is not None:
            self._run = Run(self._office, self._files, table, lambda: self.stopping)
            try:
                self._make(self._run, table)
            finally:
                self._run = None
        return table is not None

    def _make(self, run: "Run", table: Table) -> None:
        """What is broken off leaves no file behind, and begins anew; what was stopped meanwhile is over."""
        try:
            run.make()
        except Exception as failure:
            run.clean()
            if not self.stopping:
                with contextlib.suppress(errors.Stale):
                    self._broken_off(table, failure)

    def _broken_off(self, table: Table, failure: Exception) -> None:
        match failure:
            case errors.Stale():
                return
            case errors.NotAllowed():
                after = tables.give_up
            case _:
                log.error("tables.later", table=table.id, error=name_of(failure), where=place(failure))
                after = tables.make_later
        with self._office.work() as work:
            after(work, table.id)


@dataclass(slots=True)
class Run:
    """One attempt at a table."""

    office: Office
    files: Files
    table: Table
    stopped: Callable[[], bool]
    written: int = 0
    left_out: int = 0
    total: int = 0
    told_at: float = field(default_factory=time.monotonic)
    parts: list[Attachment] = field(default_factory=list)
    child: "subprocess.Popen[bytes] | None" = None

    def make(self) -> None:
        """Raises errors.Stale, errors.NotAllowed, and Failed."""
        self.total = self._reading(tables.count)
        rows = self._rows()
        first = next(rows, None)
        while first is not None or not self.parts:
            first = self._file(chain([] if first is None else [first], rows), rows)
        self._name()
        with self.office.work() as work:
            self._let_act(work)
            tables.made(work, self.table.id, self.parts, self.written, self.left_out)
        metrics.tables_made.inc()

    def break_off(self) -> None:
        if self.child is not None:
            self.child.kill()

    def clean(self) -> None:
        """The files of an attempt that came to nothing."""
        for number in range(1, len(self.parts) + 2):
            self.files.remove(tables.path_of(self.table, number))

    # -------------------------------------------------------------- lines

    def _rows(self) -> Iterator[Row]:
        """All lines, read in short transactions."""
        after: Place | None = None
        while True:
            batch, rows = self._reading(partial(self._batch, after=after))
            yield from rows
            self.left_out += batch.left_out
            self._tell()
            if batch.end is None:
                return
            after = batch.end

    def _batch(self, work: Work, _table: Table, after: Place | None) -> tuple[Batch, list[Row]]:
        if self.stopped():
            raise Failed("stopped")
        batch = tables.lines(work, self.table, case_lines.signs(), after)
        return batch, [case_lines.row(work, each) for each in batch.lines]

    def look(self) -> None:
        """Whether it is still wanted. Raises errors.Stale, errors.NotAllowed, and Failed."""
        if self.stopped():
            raise Failed("stopped")
        self._reading(tables.still)

    def _tell(self) -> None:
        if time.monotonic() - self.told_at < TELLS:
            return
        self.told_at = time.monotonic()
        with self.office.work() as work:
            tables.progress(work, self.table.id, self.written, self.left_out, self.total)

    # -------------------------------------------------------------- one file

    def _file(self, rows: Iterator[Row], further: Iterator[Row]) -> Row | None:
        """Write as many lines as one file holds; returns the first of the next one."""
        number = len(self.parts) + 1
        row = tables.file_of(self.table, number, 1, MIMES[self.table.form])
        asked = self._reading(lambda work, table: case_lines.asked(work, table.form))
        with tempfile.TemporaryDirectory(prefix="sulh-table-") as scratch:  # also where the child is killed
            self.child = subprocess.Popen(  # noqa: S603 - our own command
                TABULATE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
                env=harmless(os.environ) | {"TMPDIR": scratch},
            )  # fmt: skip
            feeder = Feeder(self.child, asked, rows, self)
            try:
                feeder.start()
                stored = self.files.write_all(row.path, feeder.pieces())
            finally:
                self.child.kill()
                feeder.join()
                feeder.close()
                self.child = None
        row.sha256, row.size, row.state = stored.sha256, stored.size, "stored"
        self.parts.append(row)
        return next(further, None) if feeder.full else None

    def _name(self) -> None:
        """Several files are told apart by a number."""
        for number, each in enumerate(self.parts, start=1):
            each.file_name = tables.file_of(self.table, number, len(self.parts), "").file_name

    # -------------------------------------------------------------- as whom

    def _reading(self, read: Callable[[Work, Table], T]) -> T:
        """In the words of who asked, and of what they may see now."""
        with self.office.look() as work:
            person = self._let_act(work)
            rules = work.organisation
            with speaking_to(reader_of(person, ZoneInfo(rules.time_zone), rules.default_language)):
                return read(work, self.table)

    def _let_act(self, work: Work) -> Person:
        person = work.db.get_one(Person, self.table.person_id)
        work.actor = Actor(person, staff_of(work.db, person.id))
        return person


class Feeder(threading.Thread):
    """Gives a child its lines while what it writes is read. `full`: the file holds no more."""

    def __init__(self, child: "subprocess.Popen[bytes]", asked: dict[str, Any], rows: Iterator[Row], run: Run) -> None:
        super().__init__(name="tables-feeder", daemon=True)
        self._child, self._asked, self._rows, self._run = child, asked, rows, run
        self._failure: BaseException | None = None
        self.full = False

    def run(self) -> None:
        try:
            self._feed()
            self._wait()
        except BaseException as failure:  # said by whoever reads what the child writes
            self._failure = failure
        finally:
            if self._failure is not None:
                self._child.kill()

    def _feed(self) -> None:
        assert self._child.stdin is not None  # noqa: S101 - it was asked for
        with self._child.stdin as pipe:
            pipe.write(json.dumps(self._asked).encode() + b"\n")
            count = size = 0
            for row in self._rows:
                line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
                pipe.write(line)
                count, size = count + 1, size + len(line)
                self._run.written += 1
                if count >= LINES or size >= BYTES:
                    self.full = True
                    break
            pipe.write(b"true\n")

    def _wait(self) -> None:
        """While it writes: as long as somebody waits for it, and no longer than it may take. Raises Failed."""
        ends = time.monotonic() + LONGEST
        while True:
            try:
                self._child.wait(LOOKS)
                return
            except subprocess.TimeoutExpired:
                self._run.look()
            if time.monotonic() > ends:
                raise Failed("timeout")

    def close(self) -> None:
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        self._child.wait()

    def pieces(self) -> Iterator[bytes]:
        """What the child writes. Raises what broke it off."""
        assert self._child.stdout is not None  # noqa: S101 - it was asked for
        while piece := self._child.stdout.read(PIECE):
            yield piece
        self.join()
        if self._failure is not None and not isinstance(self._failure, BrokenPipeError):
            raise self._failure
        code = self._child.wait()
        if code != 0:
            words = self._child.stderr.read() if self._child.stderr else b""
            raise Failed(kind_of(words, code))
