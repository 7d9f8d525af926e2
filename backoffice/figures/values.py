"""The kinds of values that indicators have. Of too few cases a share says nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

FEW = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """How long it took `n` times, in seconds: the median, and the time within which nine of ten were done."""

    n: int
    median: float | None = None
    ninetieth: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and how many of each kind."""

    n: int
    by: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of `n`."""

    part: int
    n: int

    @property
    def of_one(self) -> Fraction | None:
        """0 to 1; None where there are too few to say."""
        return Fraction(self.part, self.n) if self.n >= FEW else None


@dataclass(frozen=True, slots=True)
class Shares:
    """One share for each."""

    by: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Proportion:
    """What part of a length of time, 0 to 1; of `n` cases. None where these are too few to say."""

    of_one: Fraction | None
    n: int


@dataclass(frozen=True, slots=True)
class Points:
    """From -100 to 100, of `n` answers; None where these are too few to say."""

    points: int | None
    n: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Money by currency, in thousandths of its unit, and of how many cases."""

    by: Mapping[str, int]
    n: int


@dataclass(frozen=True, slots=True)
class SumsByCause:
    """Money by currency and cause, in thousandths of its unit: currency by currency, the largest first. An empty cause:
    not known of the cases."""

    by: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Effort:
    """Time that was spent on `n` cases, in seconds, and what that cost, in thousandths of a unit of the currency; no
    cost where the organisation does not value an hour."""

    seconds: int
    n: int
    cost: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Efforts:
    """Time by cause, in seconds, the most first. An empty cause: not known of the cases."""

    by: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """The largest difference, 0 to 1, between the shares of two groups, and of which dimension; None: too few."""

    points: Fraction | None
    dimension: str | None = None


@dataclass(frozen=True, slots=True)
class MeanGap:
    """The largest difference between what two groups got on average, in thousandths of a unit of money, and of which
    dimension; of `n` cases that got any, and None where too few of these are in two groups."""

    amount: Fraction | None
    n: int
    dimension: str | None = None


@dataclass(frozen=True, slots=True)
class MeanGaps:
    """One for each currency."""

    by: Mapping[str, MeanGap]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of `n`, by the thousand."""

    part: int
    n: int

    @property
    def of_thousand(self) -> Fraction | None:
        """None where there are too few to say."""
        return Fraction(1000 * self.part, self.n) if self.part >= FEW else None


def ranked(parts: Counter[str]) -> Count:
    """How many, and how many of each, the most frequent first."""
    return Count(parts.total(), dict(pareto(parts)))


def pareto(parts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first."""
    return sorted(parts.items(), key=lambda part: (-part[1], part[0]))


Measured = (
    Count | Share | Shares | Proportion | Points | Rate | Spread
    | Sums | SumsByCause | Effort | Efforts | Gap | MeanGaps
)  # fmt: skip
