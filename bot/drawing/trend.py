"""Complaints received and closed in each period as bars, those open at its end as a line (ISO 10002, 8.2)."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from bot.drawing import scale
from bot.drawing.looks import CLOSED, FIGURE, INK, MARGIN, OPEN, PAPER, QUIET, RECEIVED, RULE, SMALL, WIDTH
from bot.drawing.sheet import HATCH, INNER, SWATCH, Sheet, height
from bot.drawing.words import clean

PERIODS = 53
GAP = 32  # pixels between columns of the legend, and at least between the names of periods
BARS, WIDEST = 0.76, 60  # of a period's room that its two bars take, and pixels that one takes at most
NAME = 190  # pixels that the name of a period takes at most
SERIES = (("received", RECEIVED), ("closed", CLOSED), ("open", OPEN))

Counts = Sequence[int | None]


def draw(sheet: Sheet, spec: dict[str, Any]) -> None:
    """`periods`, the oldest first: each a `name`, and `received`, `closed` and `open`, a count or None."""
    periods = scale.few(spec["periods"], PERIODS)
    series = {name: [_counted(period[name]) for period in periods] for name, _mark in SERIES}
    known = [value for values in series.values() for value in values if value is not None]
    if not known:
        sheet.nothing(spec["empty"])
        return
    _latest(sheet, spec, {name: values[-1] for name, values in series.items()})
    ticks = scale.ticks(max(known))
    start = MARGIN + sheet.widest([sheet.figures.count(tick) for tick in ticks], SMALL) + 16
    wide, tall = WIDTH - MARGIN - start, sheet.bottom - sheet.top - height(SMALL, 2) - 12
    axes = sheet.panel(start, sheet.top, wide, tall, len(periods), (0, ticks[-1]))
    _scale(sheet, axes, ticks, start, tall)
    _bars(axes, series, wide / len(periods), tall / ticks[-1])
    _line(axes, series["open"], wide / len(periods))
    _names(sheet, [period["name"] for period in periods], start, wide, sheet.top + tall + 12)


def _counted(value: Any) -> int | None:
    return None if value is None else scale.count(value)


def _latest(sheet: Sheet, spec: dict[str, Any], values: dict[str, int | None]) -> None:
    """The legend, with what each series has come to."""
    wide, space = (INNER - 2 * GAP) / 3, SWATCH + 14
    starts = [MARGIN + number * (wide + GAP) for number in range(3)]
    for at, (name, mark) in zip(starts, SERIES, strict=True):
        sheet.swatch(mark, at, sheet.top + (height(FIGURE) - SWATCH) / 2)
        sheet.paragraph(sheet.figures.count(values[name]), at + space, sheet.top, wide - space, size=FIGURE, bold=True)
    sheet.top += height(FIGURE)
    sheet.top += 36 + max(
        sheet.paragraph(spec[name], at + space, sheet.top, wide - space, size=SMALL, lines=2, ink=QUIET)
        for at, (name, _mark) in zip(starts, SERIES, strict=True)
    )


def _scale(sheet: Sheet, axes: Axes, ticks: Sequence[int], start: float, tall: float) -> None:
    axes.set_yticks(ticks, [""] * len(ticks))
    axes.grid(axis="y", color=RULE, linewidth=2)
    for tick in ticks:
        top = sheet.top + tall * (1 - tick / ticks[-1]) - height(SMALL) / 2
        sheet.number(sheet.figures.count(tick), start - 16, start - 16 - MARGIN, top, size=SMALL, ink=QUIET)


def _bars(axes: Axes, series: dict[str, list[int | None]], room: float, unit: float) -> None:
    """`room`: pixels of a period; `unit`: pixels of one complaint."""
    width = min(BARS / 2, WIDEST / room)
    for begin, (name, mark) in zip((0.5 - width, 0.5), SERIES[:2], strict=True):
        tall = [max(value, scale.VISIBLE / unit) if value else 0 for value in series[name]]
        places = [number + begin for number in range(len(tall))]
        axes.bar(
            places, tall, width, align="edge", facecolor=mark.colour, edgecolor=PAPER, linewidth=2,
            hatch=mark.hatch or None, hatchcolor=PAPER, hatch_linewidth=HATCH,
        )  # fmt: skip


def _line(axes: Axes, values: Counts, room: float) -> None:
    """With a gap where nothing is known."""
    heights = [math.nan if value is None else value for value in values]
    places = [number + 0.5 for number in range(len(values))]
    size = min(13, room / 2)
    for ink, thick in ((PAPER, 4), (INK, 0)):  # a rim, so that it stands out from the bars
        axes.plot(
            places, heights, color=ink, linewidth=4 + thick, marker="D", markersize=size + thick, clip_on=False,
            zorder=3,
        )  # fmt: skip


def _names(sheet: Sheet, names: Sequence[str], start: float, wide: float, top: float) -> None:
    """Under every period, or under every second, third ... back from the latest, so that each can be read."""
    room, latest = wide / len(names), len(names) - 1
    widest = min(NAME, room + 2 * (MARGIN - GAP / 2))  # the latest must not leave the sheet
    for step in range(1, len(names) + 1):
        free = min(step * room - GAP / 2, widest)
        lines = {each: sheet.fit(names[each], free, SMALL, 2, bold=True) for each in range(latest, -1, -step)}
        if free == widest or all(" ".join(line) == clean(names[each]) for each, line in lines.items()):
            break
    broken = any(len(line) > 1 for line in lines.values())
    for each, line in lines.items():
        for number, words in enumerate(line[0].split(" ", 1) if broken and len(line) == 1 else line):
            sheet.write(
                words, start + (each + 0.5) * room, top + height(SMALL, number), size=SMALL,
                bold=each == latest, ink=INK if each == latest else QUIET, side="middle",
            )  # fmt: skip
