"""What share of each stage was done in time, late, or is overdue and still silent (ISO 10002, 8.2)."""

from typing import Any

from matplotlib.axes import Axes

from bot.drawing import rows, scale
from bot.drawing.looks import EMPTY, IN_TIME, INK, LATE, MARGIN, PAPER, SILENT, SMALL, TARGET, Mark
from bot.drawing.rows import Place, Row
from bot.drawing.sheet import INNER, Sheet, height

MOST = 8  # stages
SERIES = (("in_time", IN_TIME), ("late", LATE), ("silent", SILENT))
OVER = 7  # pixels by which the mark of the target stands out of a bar


def draw(sheet: Sheet, spec: dict[str, Any]) -> None:
    """`stages`: each a `name` and counts `in_time`, `late` and `silent`, with a share from `fewest` cases on.

    `in_time`, `late`, `silent`, `aim` and `cases` are words; `target` is a share or None.
    """
    stages = scale.few(spec["stages"], MOST)
    if not stages:
        sheet.nothing(spec["empty"])
        return
    target = scale.share(spec["target"])
    legend = [(mark, spec[name]) for name, mark in SERIES]
    if target is not None:
        legend.append((TARGET, f"{spec['aim']} {sheet.figures.share(target)}"))
    sheet.legend(legend)
    sheet.top += height(SMALL)
    each = rows.tall(sheet.bottom - sheet.top, len(stages))
    place = Place(MARGIN, sheet.top, INNER, each)
    bars = [_row(sheet, stage, spec["fewest"]) for stage in stages]
    axes = rows.draw(sheet, bars, place, ("", spec["cases"]))
    for number, row in enumerate(bars):
        if target is not None and len(row.parts) == len(SERIES):
            _aim(axes, target * INNER, place.middle(number), place.bar / 2 + OVER)


def _aim(axes: Axes, at: float, middle: float, half: float) -> None:
    for ink, thick in ((PAPER, 14), (INK, 6)):  # a rim, so that it stands out from the bar
        axes.plot([at, at], [middle - half, middle + half], color=ink, linewidth=thick, clip_on=False)


def _row(sheet: Sheet, stage: dict[str, Any], fewest: int) -> Row:
    counts = scale.counts(stage[name] for name, _mark in SERIES)
    total = sum(counts)
    enough = total >= max(fewest, 1)
    parts = [
        (begin, length, mark)
        for (begin, length), (_name, mark) in zip(scale.segments(counts, INNER), SERIES, strict=True)
    ] if enough else [(0, INNER, Mark(EMPTY))]  # fmt: skip
    share = counts[0] / total if enough else None
    return Row(stage["name"], sheet.figures.share(share), parts, True, sheet.figures.count(total))
