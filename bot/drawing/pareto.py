"""Causes by how often they came up, and beside them how much the first so many explain (ISO 10002, 8.2)."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from bot.drawing import rows, scale
from bot.drawing.looks import BODY, CUMULATIVE, MARGIN, QUIET, REST, RULE, SMALL, VITAL
from bot.drawing.rows import Place, Row
from bot.drawing.sheet import INNER, Sheet, height

NAMED = 10  # bars; what else there is, is one more
ENOUGH = 0.8  # of all: the vital few are the fewest causes that explain so much
AXIS, FIGURES, BETWEEN = 172, 104, 44  # pixels of the second axis, of its figures, and before it

Cause = tuple[str, int]


def draw(sheet: Sheet, spec: dict[str, Any]) -> None:
    """`causes`: each a `name` and a `count`, in any order; those that come up too seldom are named `rest`."""
    causes, rest = _sorted(spec)
    if not causes:
        sheet.nothing(spec["empty"])
        return
    shown = causes + rest
    total = sum(count for _name, count in shown)
    shares = [reached / total for reached in accumulate(count for _name, count in shown)]
    vital = 1 + sum(share < ENOUGH for share in shares[: len(causes) - 1])
    sheet.legend([(VITAL, spec["vital"]), (CUMULATIVE, spec["cumulative"])])
    sheet.top += height(SMALL)
    width = INNER - AXIS - FIGURES - BETWEEN
    each = rows.tall(sheet.bottom - sheet.top, len(shown))
    lines = 2 if each >= height(BODY, 2) + 2 * rows.LOWEST else 1
    place = Place(MARGIN, sheet.top, width, each, lines)
    lengths = scale.lengths([count for _name, count in shown], max(count for _name, count in shown), width)
    bars = [
        Row(name, sheet.figures.count(count), [(0, length, VITAL if number < vital else REST)], number < vital)
        for number, ((name, count), length) in enumerate(zip(shown, lengths, strict=True))
    ]
    rows.draw(sheet, bars, place)
    _reached(sheet, shares, vital, place)


def _sorted(spec: dict[str, Any]) -> tuple[list[Cause], list[Cause]]:
    """The causes that have a bar of their own, and the others as one, if there are any."""
    found = sorted(((each["name"], scale.count(each["count"])) for each in spec["causes"]), key=lambda cause: -cause[1])
    named = [cause for cause in found if cause[1]]
    many = sum(count for _name, count in named[NAMED:])
    return named[:NAMED], [(spec["rest"], many)] if many else []


def _reached(sheet: Sheet, shares: Sequence[float], vital: int, place: Place) -> None:
    """The second axis: how much of all the causes down to this one explain."""
    at, tall = MARGIN + place.width + BETWEEN, place.each * len(shares)
    axes = sheet.panel(at, place.top, AXIS, tall, 1, (tall, 0))
    middles = [place.middle(number) for number in range(len(shares))]
    axes.axvline(0, color=RULE, linewidth=4)
    axes.axvline(ENOUGH, color=QUIET, linewidth=3, linestyle=(0, (3, 2)))
    axes.plot(shares, middles, color=CUMULATIVE.colour, linewidth=4, marker="D", markersize=13, clip_on=False)
    head = place.top - height(SMALL)
    sheet.write(sheet.figures.share(ENOUGH), at + AXIS * ENOUGH, head, size=SMALL, ink=QUIET, side="middle")
    figures = [sheet.figures.share(share) for share in shares]
    wide = sheet.widest(figures, SMALL, bold=True)
    for number, (figure, middle) in enumerate(zip(figures, middles, strict=True)):
        top = place.top + middle - height(SMALL) / 2
        sheet.number(figure, MARGIN + INNER, wide, top, size=SMALL, bold=number < vital)
