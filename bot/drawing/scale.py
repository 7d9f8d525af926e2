"""Numbers that charts are drawn from, and the scales they are drawn on."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from matplotlib.ticker import MaxNLocator

from bot.drawing.sheet import Unfit

MOST = 10**9  # what still has room on a picture
STEPS = 5
VISIBLE = 4  # pixels: what happened at all is seen


def count(value: Any) -> int:
    """A count. Raises Unfit."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise Unfit("a number is not a count")
    return value


def counts(values: Iterable[Any]) -> list[int]:
    """Counts. Raises Unfit."""
    return [count(value) for value in values]


def share(value: Any) -> float | None:
    """A share from 0 to 1, or none. Raises Unfit."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Unfit("a number is not a share")
    return float(value)


def few(values: Sequence[Any], most: int) -> Sequence[Any]:
    """These, if they have room. Raises Unfit."""
    if len(values) > most:
        raise Unfit("there are too many")
    return values


def ticks(highest: int) -> list[int]:
    """Round numbers from 0 to `highest` or just above."""
    return [
        int(each) for each in MaxNLocator(STEPS, integer=True, steps=[1, 2, 2.5, 5, 10]).tick_values(0, highest or 1)
    ]


def lengths(values: Sequence[int], highest: int, pixels: float) -> list[float]:
    """How many of `pixels` each takes where `highest` takes them all."""
    return [max(VISIBLE, value / highest * pixels) if value else 0 for value in values]


def segments(values: Sequence[int], pixels: float) -> list[tuple[float, float]]:
    """(begin, length) of each where together they take all `pixels`; the smallest still to be seen."""
    least = [float(VISIBLE) if value else 0.0 for value in values]
    free, total = pixels - sum(least), sum(values)
    long = [little + value / total * free for little, value in zip(least, values, strict=True)]
    return list(zip(accumulate(long, initial=0.0), long, strict=False))
