"""A list of bars that grow from the side where reading starts, each with its name and figures on a line above it: on
the width of a phone nothing else leaves room for long names."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from bot.drawing.looks import BODY, PAPER, QUIET, SMALL, Mark
from bot.drawing.sheet import BASE, HATCH, Sheet, height

TALLEST = 164  # pixels of a row
LOWEST, HIGHEST = 16, 52  # pixels of a bar
AIR = 0.55  # what a bar takes of what its words leave
GAP = 28  # pixels between columns
HEAD = 210  # pixels that the head of a column takes at most


def tall(room: float, many: int) -> float:
    """What each of so many rows takes of that room."""
    return min(TALLEST, room / many)


@dataclass(frozen=True)
class Row:
    """One bar and its words."""

    name: str
    figure: str
    parts: Sequence[tuple[float, float, Mark]]  # (begin, length, look), in pixels
    bold: bool = False
    aside: str = ""  # another figure, in a column before the other


@dataclass(frozen=True)
class Place:
    """Where rows stand: pixels from the sheet's start and top, and of each row."""

    at: float
    top: float
    width: float
    each: float
    lines: int = 1  # of a name

    @property
    def size(self) -> int:
        """Of the type."""
        return BODY if self.each >= height(BODY, self.lines) + 2 * LOWEST else SMALL

    @property
    def bar(self) -> float:
        """How thick one is."""
        return min(max((self.each - height(self.size, self.lines)) * AIR, LOWEST), HIGHEST)

    def middle(self, number: int) -> float:
        """Of the bar of that row, from the top of the first."""
        return number * self.each + height(self.size, self.lines) + self.bar / 2


def draw(sheet: Sheet, rows: Sequence[Row], place: Place, heads: Sequence[str] = ("", "")) -> Axes:
    """In axes whose units are pixels from the start and from the top of the first row; `heads`, of the figures and of
    those aside, stand above it."""
    tall = place.each * len(rows)
    axes = sheet.panel(place.at, place.top, place.width, tall, place.width, (tall, 0))
    cut = [sheet.fit(head, HEAD, SMALL, 1)[0] if head else "" for head in heads]
    figures, aside = [row.figure for row in rows], [row.aside for row in rows]
    widths = [
        max(sheet.width(head, SMALL), sheet.widest(column, place.size, bold=True))
        for head, column in zip(cut, (figures, aside), strict=True)
    ]
    end = place.at + place.width
    ends = ((end, widths[0]), (end - widths[0] - GAP, widths[1]))
    free = ends[1][0] - place.at - (widths[1] + GAP if any(aside) else 0)
    for head, column in zip(cut, ends, strict=True):
        if head:
            sheet.number(head, *column, place.top - height(SMALL), size=SMALL, ink=QUIET)
    for number, row in enumerate(rows):
        _words(sheet, row, place, place.top + number * place.each, ends, free)
        _bar(axes, row, place, number)
    return axes


def _words(sheet: Sheet, row: Row, place: Place, top: float, ends: Sequence[tuple[float, float]], free: float) -> None:
    size, down = place.size, top + height(place.size, place.lines - 1)
    sheet.number(row.figure, *ends[0], down, size=size, bold=row.bold)
    if row.aside:
        sheet.number(row.aside, *ends[1], down, size=size, ink=QUIET)
    lines, fitting = sheet.snug(row.name, free, size, place.lines, bold=row.bold)
    for number, line in enumerate(reversed(lines)):  # on the same ground as the figure
        higher = height(fitting, number) - (size - fitting) * BASE
        sheet.write(line, place.at, down - higher, size=fitting, bold=row.bold)


def _bar(axes: Axes, row: Row, place: Place, number: int) -> None:
    for begin, length, mark in row.parts:
        axes.barh(
            place.middle(number), length, place.bar, begin, facecolor=mark.colour, linewidth=0,
            hatch=mark.hatch or None, hatchcolor=PAPER, hatch_linewidth=HATCH,
        )  # fmt: skip
