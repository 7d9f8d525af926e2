"""Writes tables: JSON lines on stdin, a workbook or a CSV file on stdout. Runs as a child (`python -m bot.tabulate`),
so that the memory this takes goes back when it ends; imports nothing of ours.

The first line is {"form": "xlsx" or "csv", "rtl", "sheets": [{"name", "columns": [{"head", "kind", "width"}], "rows"}],
"open"}. Where it is `open`, each further line is one more row of the last sheet, and the line `true` ends it. A value
is null, a text, a number, or {"kind", "value"} where it is of another kind than its column; days and moments are ISO.
"""

import csv
import io
import json
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter

TEXT = "text"
FORMATS = {
    "count": "#,##0", "decimal": "#,##0.0", "percent": "0.0%", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm",
}  # fmt: skip
LONGEST = 32_767  # characters of a cell
NAME = 31  # characters of a sheet's name
WIDEST, NARROWEST = 60, 9  # columns, in characters
OF_NAMES = re.compile(r"[\[\]:*?/\\]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What no XML may hold, and what programs take for the end of a cell.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FORMULA = frozenset("=+-@")
HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0A7A70", "text_wrap": True, "valign": "vcenter"}
Row = list[Any]


class Unfinished(Exception):
    """Nobody said that this was all: it is half a table."""


def harmless(text: str) -> str:
    """A text that no program takes for a formula, and that turns no text around it about.

    What begins like a formula, also after spaces and signs that nobody sees or in full-width signs, gets an apostrophe.
    """
    plain = UNFIT.sub("", BIDI.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")))
    shown = next((each for each in plain if not _unseen(each)), "")
    begins = unicodedata.normalize("NFKC", shown)[:1]
    return f"'{plain}" if begins in FORMULA else plain


def _unseen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc", "Zs", "Mn") or letter == "\ufeff"


# ------------------------------------------------------------------ a workbook


def workbook(asked: dict[str, Any], more: Iterator[Row], out: BinaryIO) -> None:
    """Rows wait on the disk in a directory of our own, which goes with us: a big table needs no memory."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="sulh-table-") as place:
        book = xlsxwriter.Workbook(out, {**options, "tmpdir": place})
        formats = {kind: book.add_format({"num_format": shown, "valign": "top"}) for kind, shown in FORMATS.items()}
        formats |= {TEXT: book.add_format({"valign": "top"}), "head": book.add_format(HEAD)}
        last = len(asked["sheets"]) - 1
        for number, spec in enumerate(asked["sheets"]):
            _sheet(book, spec, more if number == last else iter(()), formats, rtl=asked["rtl"])
        book.close()


def _sheet(book: Any, spec: dict[str, Any], more: Iterator[Row], formats: dict[str, Any], *, rtl: bool) -> None:
    sheet = book.add_worksheet(OF_NAMES.sub(" ", harmless(spec["name"]))[:NAME])
    columns, rows = spec["columns"], spec["rows"]
    if rtl:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _width(at, column, rows))
        sheet.write_string(0, at, harmless(column["head"]), formats["head"])
    count = 0
    for count, row in enumerate(_all(rows, more), start=1):
        for at, value in enumerate(row):
            _write(sheet, count, at, *_kind(value, columns[at]["kind"]), formats)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)


def _write(sheet: Any, row: int, at: int, kind: str, value: Any, formats: dict[str, Any]) -> None:
    if value in (None, ""):
        return
    if kind == TEXT:
        sheet.write_string(row, at, _cut(harmless(str(value))), formats[TEXT])
    elif kind in ("date", "moment"):
        sheet.write_datetime(row, at, _day(kind, value), formats[kind])
    else:
        sheet.write_number(row, at, value, formats[kind])


def _day(kind: str, value: str) -> date | datetime:
    return date.fromisoformat(value) if kind == "date" else datetime.fromisoformat(value)


def _cut(text: str) -> str:
    """What is too long for a cell shows that it is cut off; counted as the format does, in UTF-16 units."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * LONGEST:
        return text
    return encoded[: 2 * LONGEST - 2].decode("utf-16-le", "ignore") + "…"


def _width(at: int, column: dict[str, Any], rows: list[Row]) -> int:
    """As wide as what stands there, as far as it is known."""
    if column.get("width"):
        return int(column["width"])
    known = [len(str(row[at])) for row in rows if isinstance(row[at], str)]
    return min(max([*known, len(column["head"]), NARROWEST]) + 2, WIDEST)


# ------------------------------------------------------------------ a CSV file


def separated(asked: dict[str, Any], more: Iterator[Row], out: BinaryIO) -> None:
    """The last sheet by RFC 4180, in UTF-8 with the mark by which spreadsheets know it."""
    spec = asked["sheets"][-1]
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")
    write = csv.writer(text, lineterminator="\r\n").writerow
    write([harmless(column["head"]) for column in spec["columns"]])
    for row in _all(spec["rows"], more):
        cells = (_kind(value, column["kind"]) for value, column in zip(row, spec["columns"], strict=True))
        write([harmless(value) if isinstance(value, str) else value for _of, value in cells])
    text.flush()
    text.detach()


# ------------------------------------------------------------------ what is asked


def _kind(value: Any, usual: str) -> tuple[str, Any]:
    if isinstance(value, dict):
        return value["kind"], value["value"]
    return (TEXT, value) if isinstance(value, str) and usual not in ("date", "moment") else (usual, value)


def _all(rows: list[Row], more: Iterator[Row]) -> Iterator[Row]:
    yield from rows
    yield from more


def _following(lines: BinaryIO) -> Iterator[Row]:
    """Raises Unfinished where the stream ends before its end was told."""
    for line in lines:
        row = json.loads(line)
        if row is True:
            return
        yield row
    raise Unfinished("the stream broke off")


FORMS: dict[str, Callable[[dict[str, Any], Iterator[Row], BinaryIO], None]] = {"xlsx": workbook, "csv": separated}


def main() -> int:
    """Exit code 0 with the file on stdout, or 1 with what kind of failure it is on stderr."""
    try:
        asked = json.loads(sys.stdin.buffer.readline())
        FORMS[asked["form"]](asked, _following(sys.stdin.buffer) if asked.get("open") else iter(()), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except Exception as failure:
        sys.stderr.write(f"{type(failure).__name__}:\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
