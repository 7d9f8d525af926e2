"""How many cases went where: to a review, outside, to a settlement (ISO 10002, 8.2; ISO 10003, 8.2)."""

from typing import Any

from bot.drawing import rows, scale
from bot.drawing.looks import BODY, GROUPS, MARGIN
from bot.drawing.rows import Place, Row
from bot.drawing.sheet import INNER, Sheet, height

MOST = 12  # bars
APART = 16  # pixels between groups


def draw(sheet: Sheet, spec: dict[str, Any]) -> None:
    """`groups`, each with a `name` and `steps`, which have a `name` and a `count`; in this order, on one scale."""
    groups = [group for group in scale.few(spec["groups"], len(GROUPS)) if group["steps"]]
    counts = [scale.counts(step["count"] for step in group["steps"]) for group in groups]
    many = len(scale.few([count for group in counts for count in group], MOST))
    highest = max((count for group in counts for count in group), default=0)
    if not highest:
        sheet.nothing(spec["empty"])
        return
    heads = len(groups) * height(BODY) + (len(groups) - 1) * APART
    each = rows.tall(sheet.bottom - sheet.top - heads, many)
    for group, found, mark in zip(groups, counts, GROUPS, strict=False):
        sheet.paragraph(group["name"], MARGIN, sheet.top, INNER, bold=True, ink=mark.colour)
        sheet.top += height(BODY)
        lengths = scale.lengths(found, highest, INNER)
        bars = [
            Row(step["name"], sheet.figures.count(count), [(0, length, mark)])
            for step, count, length in zip(group["steps"], found, lengths, strict=True)
        ]
        rows.draw(sheet, bars, Place(MARGIN, sheet.top, INNER, each))
        sheet.top += each * len(bars) + APART
