"""What was counted in a span of days, for a part of the desk: how many, how long, and how many at its end."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from backoffice.figures.facts import Kind
from backoffice.figures.values import Spread
from backoffice.periods import Period
from backoffice.work import Work
from storage.figures import GOOD, Fact, Tally

LARGE = 10**9  # values are added up in two parts: together large ones may be more than 64 bits hold
DIMENSIONS = ("department", "category", "product", "branch", "channel", "language")


@dataclass(frozen=True, slots=True)
class Part:
    """Of all complaints those of one department, category, product, branch, channel and language, where these are
    given."""

    department: str | None = None
    category: str | None = None
    product: str | None = None
    branch: str | None = None
    channel: str | None = None
    language: str | None = None
    business: bool | None = None

    def of(self, model: type[Fact] | type[Tally]) -> list[ColumnElement[bool]]:
        names = (*DIMENSIONS, "business")
        return [getattr(model, name) == value for name in names if (value := getattr(self, name)) is not None]


EVERYTHING = Part()


class Reading:
    """Reads what was counted from the first day of a period to its last; of one that still runs, until now.

    `until`: the first moment that no longer belongs to it.
    """

    def __init__(self, work: Work, period: Period, part: Part = EVERYTHING) -> None:
        self.work, self.period, self.part = work, period, part
        self._known: dict[Kind, dict[tuple[str, int], int]] = {}
        self.until: datetime = min(work.organisation.counting.bounds(period)[1], work.now + timedelta.resolution)

    def during(self, period: Period) -> "Reading":
        return Reading(self.work, period, self.part)

    def among(self, **part: Any) -> "Reading":
        """Of these only a part: a value of a dimension."""
        return Reading(self.work, self.period, replace(self.part, **part))

    def count(self, kind: Kind, *codes: str, good: int | None = None) -> int:
        """How many there were; of these codes (of any, if none is given), and as good as that."""
        return sum(
            number
            for (code, how), number in self._tallied(kind).items()
            if (not codes or code in codes) and good in (None, how)
        )

    def by_code(self, kind: Kind, good: int | None = None) -> Counter[str]:
        found: Counter[str] = Counter()
        for (code, how), number in self._tallied(kind).items():
            if good in (None, how):
                found[code] += number
        return found

    def goods(self, kind: Kind, *codes: str) -> int:
        return self.count(kind, *codes, good=GOOD)

    def by(self, dimension: str, kind: Kind, *codes: str) -> Counter[str]:
        """How many of each value of a dimension."""
        column = getattr(Tally, dimension)
        query = select(column, func.sum(Tally.count)).where(Tally.kind == kind, *self._days(Tally)).group_by(column)
        query = query.where(col(Tally.code).in_(codes)) if codes else query
        return Counter({value: int(number) for value, number in self.work.db.exec(query)})

    def by_day(self, kind: Kind) -> Counter[date]:
        day = col(Tally.day)
        query = select(day, func.sum(Tally.count)).where(Tally.kind == kind, *self._days(Tally)).group_by(day)
        return Counter({on: int(number) for on, number in self.work.db.exec(query)})

    def values(self, kind: Kind, *codes: str) -> list[int]:
        """What each of them came to by now, in order."""
        query = select(Fact.value).where(Fact.kind == kind, *self._by_now(), col(Fact.value).is_not(None))
        query = query.where(col(Fact.code).in_(codes)) if codes else query
        return sorted(value for value in self.work.db.exec(query) if value is not None)

    def spread(self, kind: Kind, *codes: str) -> Spread:
        values = self.values(kind, *codes)
        if not values:
            return Spread(0)
        return Spread(len(values), median(values), values[math.ceil(0.9 * len(values)) - 1])

    def sums(self, *kinds: Kind) -> dict[str, int]:
        """The values added up, by code."""
        found = self._added_up(kinds, col(Fact.code))
        return {code: total for code, total, _cases in found if total}

    def sums_by(self, dimension: str, kind: Kind) -> dict[tuple[Any, str], tuple[int, int]]:
        """By value of a dimension and by code: the values added up, and of how many cases."""
        found = self._added_up((kind,), getattr(Fact, dimension), col(Fact.code))
        return {(of, code): (total, cases) for of, code, total, cases in found}

    def cases(self, kind: Kind, *codes: str, good: int | None = None) -> int:
        """How many cases it happened to, however often to each."""
        query = select(func.count(func.distinct(col(Fact.complaint_id)))).where(Fact.kind == kind, *self._days(Fact))
        query = query.where(col(Fact.code).in_(codes)) if codes else query
        query = query.where(Fact.good == good) if good is not None else query
        found: int = self.work.db.exec(query).one()
        return found

    # -------------------------------------------------------------- at the end of it

    def standing(self, kind: Kind, *codes: str) -> int:
        """How many cases it lasted for at the end of the period."""
        distinct = func.count(func.distinct(col(Fact.complaint_id)))
        found: int = self.work.db.exec(select(distinct).where(*self._lasting(kind, codes))).one()
        return found

    def standing_by_code(self, kind: Kind) -> Counter[str]:
        query = select(Fact.code, func.count(func.distinct(col(Fact.complaint_id)))).where(*self._lasting(kind, ()))
        return Counter(dict(self.work.db.exec(query.group_by(col(Fact.code))).all()))

    def standing_values(self, kind: Kind) -> list[int]:
        """What each of those came to, in order."""
        found = self.work.db.exec(select(Fact.value).where(*self._lasting(kind, ())))
        return sorted(value for value in found if value is not None)

    def over(self, kind: Kind) -> int:
        """How many cases it ended for in the period."""
        since = self.work.organisation.counting.bounds(self.period)[0]
        ended = col(Fact.kind) == kind, col(Fact.until) >= since, col(Fact.until) < self.until
        distinct = func.count(func.distinct(col(Fact.complaint_id)))
        found: int = self.work.db.exec(select(distinct).where(*ended, *self.part.of(Fact))).one()
        return found

    # -------------------------------------------------------------- inside

    def _tallied(self, kind: Kind) -> dict[tuple[str, int], int]:
        """How many of a kind there were, by code and how good; read once."""
        if kind not in self._known:
            columns = Tally.code, Tally.good
            query = select(*columns, func.sum(Tally.count)).where(Tally.kind == kind, *self._days(Tally))
            found = self.work.db.exec(query.group_by(*columns))  # type: ignore[arg-type]
            self._known[kind] = {(code, good): int(number) for code, good, number in found}
        return self._known[kind]

    def _added_up(self, kinds: tuple[Kind, ...], *by: Any) -> list[tuple[Any, ...]]:
        """By these columns, which come first: the values added up, and of how many cases."""
        value: Any = col(Fact.value)
        cases = func.count(func.distinct(col(Fact.complaint_id)))
        columns: list[Any] = [*by, func.sum(value // LARGE), func.sum(value % LARGE), cases]
        query = select(*columns).where(col(Fact.kind).in_(kinds), *self._days(Fact), value.is_not(None))
        found = self.work.db.exec(query.group_by(*by))
        return [(*names, int(high) * LARGE + int(low), cases) for *names, high, low, cases in found]

    def _days(self, model: type[Fact] | type[Tally]) -> list[ColumnElement[bool]]:
        return [col(model.day) >= self.period.first, col(model.day) <= self.period.last, *self.part.of(model)]

    def _by_now(self) -> list[ColumnElement[bool]]:
        """Of the facts of these days those that have happened: a date that was agreed on may lie ahead."""
        return [*self._days(Fact), col(Fact.at) < self.until]

    def _lasting(self, kind: Kind, codes: tuple[str, ...]) -> list[ColumnElement[bool]]:
        """What lasted at the last moment of the period."""
        when = col(Fact.kind) == kind, col(Fact.until) >= self.until, col(Fact.at) < self.until
        return [*when, *self.part.of(Fact), *([col(Fact.code).in_(codes)] if codes else [])]
