"""The indicators of whether all are treated alike: the largest gaps between groups of complainants (K44)."""

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from backoffice.figures.facts import Kind
from backoffice.figures.reading import Reading
from backoffice.figures.values import FEW, Gap, MeanGap, MeanGaps, Measured, Share

Formula = Callable[[Reading], Measured | None]
COMPARED = ("language", "channel", "business")


def fairness(formula: Formula) -> Formula:
    """The largest gap between languages, channels, or people and businesses: of groups with enough of them each."""

    def gap(of: Reading) -> Gap:
        found = [
            (max(shares) - min(shares), dimension)
            for dimension, groups in _groups(of).items()
            if len(shares := _shares(formula, groups)) > 1
        ]
        return Gap(*max(found)) if found else Gap(None)

    return gap


def remedies(of: Reading) -> MeanGaps:
    """The same of what a remedy came to on average, where there was one: in each currency, for there are no rates here.

    A mean and no share, so two groups may differ only because other things happened to them; it says where to look.
    """
    found: dict[str, MeanGap] = {}
    for dimension in COMPARED:
        for currency, groups in _remedied(of, dimension).items():
            n, means = sum(n for _total, n in groups), [Fraction(total, n) for total, n in groups if n >= FEW]
            new = MeanGap(max(means) - min(means), n, dimension) if len(means) > 1 else MeanGap(None, n)
            found[currency] = max(found.get(currency, new), new, key=_width)
    return MeanGaps(found)


def _remedied(of: Reading, dimension: str) -> dict[str, list[tuple[int, int]]]:
    """By currency: what each group got together, and in how many cases. A case has one cause at a time."""
    found: dict[str, dict[Any, tuple[int, int]]] = defaultdict(dict)
    for (group, code), (total, cases) in of.sums_by(dimension, Kind.REMEDY).items():
        currency = code.partition(" ")[0]
        before, n = found[currency].get(group, (0, 0))
        found[currency][group] = (before + total, n + cases)
    return {currency: [*groups.values()] for currency, groups in found.items()}


def _width(gap: MeanGap) -> tuple[Fraction, str]:
    """What is not known is no gap at all."""
    return (Fraction(-1) if gap.amount is None else gap.amount, gap.dimension or "")


def _groups(of: Reading) -> dict[str, list[Reading]]:
    """Also of those who did not complain in the period: their earlier complaints may be answered in it. A part of the
    desk is not compared with what is no part of it."""
    organisation = of.work.organisation
    values = {"language": organisation.languages, "channel": [*organisation.channels], "business": [False, True]}
    return {
        dimension: [of.among(**{dimension: value}) for value in found]
        for dimension, found in values.items()
        if getattr(of.part, dimension) is None
    }


def _shares(formula: Formula, groups: list[Reading]) -> list[Fraction]:
    measured = [formula(group) for group in groups]
    return [share for each in measured if isinstance(each, Share) and (share := each.of_one) is not None]
