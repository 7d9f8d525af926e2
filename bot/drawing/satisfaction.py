"""How content people are with the way they were treated, and with what came of it (ISO 10002, 8.3)."""

from collections.abc import Sequence
from typing import Any

from bot.drawing import scale
from bot.drawing.looks import EMPTY, HUGE, MARGIN, QUIET, SCORES, SMALL, WIDTH, Mark
from bot.drawing.sheet import INNER, SWATCH, Sheet, Unfit, height

CONTENT = 4  # a score from which somebody is content
BAR = 84  # pixels
SPLIT, LESSER = 560, 14  # pixels to where the lesser figures stand, and below the top of the great one
GAP, PARTING = 24, 3  # pixels between columns, and between the parts of a bar


def draw(sheet: Sheet, spec: dict[str, Any]) -> None:
    """`process` and `outcome`: each a `name`, five counts as `scores` from the worst to the best, how many were asked
    as `sent`, and the share of content people `before` or None; shares from `fewest` answers on.

    `content`, `answers`, `rate` and `previous` are words.
    """
    if not any(sum(scale.counts(spec[name]["scores"])) for name in ("process", "outcome")):
        sheet.nothing(spec["empty"])
        return
    tall = (sheet.bottom - sheet.top) / 2
    between = sheet.top + tall - 32
    sheet.line([(MARGIN, between), (WIDTH - MARGIN, between)])
    for number, name in enumerate(("process", "outcome")):
        _block(sheet, spec, spec[name], sheet.top + number * tall)


def _block(sheet: Sheet, spec: dict[str, Any], asked: dict[str, Any], top: float) -> None:
    scores = scale.counts(asked["scores"])
    if len(scores) != len(SCORES):
        raise Unfit("there are five scores")
    answers, sent = sum(scores), scale.count(asked["sent"])
    enough = answers >= max(spec["fewest"], 1)
    rate = answers / sent if 0 < answers <= sent else None
    share, figures = sum(scores[CONTENT - 1 :]) / answers if enough else None, sheet.figures
    top += sheet.paragraph(asked["name"], MARGIN, top, INNER, bold=True)
    sheet.write(figures.share(share), MARGIN, top, size=HUGE, bold=True)
    lesser = [
        (spec["answers"], figures.count(answers)),
        (spec["rate"], figures.share(rate)),
        (spec["previous"], figures.share(scale.share(asked["before"]))),
    ]
    wide = sheet.widest([figure for _words, figure in lesser], SMALL, bold=True)
    for number, (words, figure) in enumerate(lesser):
        below = top + LESSER + height(SMALL, number)
        sheet.number(figure, MARGIN + INNER, wide, below, size=SMALL, bold=True)
        sheet.paragraph(words, MARGIN + SPLIT, below, INNER - SPLIT - wide - GAP, size=SMALL, ink=QUIET)
    top += height(HUGE)
    top += sheet.paragraph(spec["content"], MARGIN, top, INNER, size=SMALL, ink=QUIET) + 16
    _bar(sheet, scores if enough else [], top)
    _legend(sheet, [each / answers if enough else None for each in scores], top + BAR + 14)


def _bar(sheet: Sheet, scores: Sequence[int], top: float) -> None:
    if not scores:
        sheet.box(MARGIN, top, INNER, BAR, Mark(EMPTY))
        return
    for (begin, length), colour in zip(scale.segments(scores, INNER), SCORES, strict=True):
        parting = PARTING if begin and length else 0
        sheet.box(MARGIN + begin + parting, top, length - parting, BAR, Mark(colour))


def _legend(sheet: Sheet, shares: Sequence[float | None], top: float) -> None:
    """What each part of the bar is, and how large: the smallest have no room for it in the bar itself."""
    for score, (share, colour) in enumerate(zip(shares, SCORES, strict=True)):
        at = MARGIN + score * INNER / len(SCORES)
        sheet.box(at, top + (height(SMALL) - SWATCH) / 2, SWATCH, SWATCH, Mark(colour))
        sheet.write(sheet.figures.count(score + 1), at + SWATCH + 12, top, size=SMALL, ink=QUIET)
        sheet.write(sheet.figures.share(share), at + SWATCH + 46, top, size=SMALL, bold=True)
