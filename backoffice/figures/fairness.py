"""The indicators of whether all are treated alike: the largest gaps between groups of complainants (K44)."""

from collections.abc import Callable
from fractions import Fraction

from backoffice.figures.reading import Reading
from backoffice.figures.values import Gap, Measured, Share

Formula = Callable[[Reading], Measured | None]


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
