"""What a digest says before its pictures: how much came, what was kept, and what needs its reader now."""

from dataclasses import dataclass
from fractions import Fraction

from backoffice.figures import indicators
from backoffice.figures.facts import Kind
from backoffice.figures.indicators import BEFORE
from backoffice.figures.reading import Part, Reading
from backoffice.figures.values import Share
from backoffice.periods import Period
from backoffice.surveys import FIRST, HANDLING, LOYALTY, OUTCOME
from backoffice.work import Work


@dataclass(frozen=True, slots=True)
class Recurring:
    """A cause that came up `count` times; `times` as often as before on average, None if it is new."""

    cause: str
    count: int
    times: Fraction | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Of a period: how many complaints came (and in the one before), were closed, and were answered in time.

    What follows is how it stands now: open and overdue cases; and what came up in the period and asks for a decision:
    sittings without a quorum, bad marks, causes that recur.
    """

    received: int
    before: int
    closed: int
    in_time: Share
    open: int
    overdue: int
    no_quorum: int
    low: int
    recurring: tuple[Recurring, ...]

    @property
    def empty(self) -> bool:
        return not (self.received or self.closed or self.open or self.in_time.n or self.low or self.no_quorum)


def summary(work: Work, period: Period, part: Part) -> Summary:
    of, counting = Reading(work, period, part), work.organisation.counting
    now = of.during(counting.at("day", work.now))
    rules = work.organisation.satisfaction
    low = sum(score <= rules.low_score for score in of.values(Kind.RATED, FIRST, HANDLING, OUTCOME))
    low += sum(score <= rules.low_loyalty for score in of.values(Kind.RATED, LOYALTY))
    return Summary(
        received=of.count(Kind.RECEIVED),
        before=of.during(counting.before(period)).count(Kind.RECEIVED),
        closed=of.count(Kind.CLOSED),
        in_time=indicators.answered_in_time(of),
        open=now.standing(Kind.OPEN),
        overdue=now.standing(Kind.OVERDUE),
        no_quorum=of.count(Kind.NO_QUORUM),
        low=low,
        recurring=recurring(of),
    )


def recurring(of: Reading) -> tuple[Recurring, ...]:
    """The causes that recur, the most frequent first."""
    before = indicators.before(of)
    return tuple(
        Recurring(cause, count, Fraction(count * BEFORE, before[cause]) if before[cause] else None)
        for cause, count in indicators.recurring(of).by.items()
    )
