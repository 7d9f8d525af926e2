"""What came in, how long it took and how it ended, computed from lives: each as its formula says, without any table.

Of complaints that were merged nothing counts, of those out of scope only that they came in. Volume is counted by the
day of receipt, everything else by the day on which it happened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any, Self

from backoffice.figures.values import Count, Proportion, Rate, Share, Spread
from backoffice.organisation import Organisation
from backoffice.periods import Period
from tests.figures.lives import Answered, Closing, Life, Limit

CUSTOMERS_TURN = ("awaiting_info", "answered", "confirming", "in_dispute")
OUR_LIMITS = (
    "assessment", "first_response", "final_response", "counter_answer", "implementation", "refund", "containment",
    "review_admissibility", "review_decision", "outcome",
)  # fmt: skip
NEVER_REST = ("containment", "outcome")
LEVELS = (("to_5", 5), ("to_10", 10), ("to_20", 20), ("to_30", 30))
Span = tuple[datetime, datetime | None]


@dataclass
class Known:
    """A life with what it takes long to find out; nothing that depends on a period."""

    life: Life
    rests: list[Span]
    open: list[Span]
    again: bool
    own_time: dict[int, int]  # of limits, by their place: seconds of working time without the rests

    @property
    def merged(self) -> bool:
        return self.life.stage == "closed" and self.life.closings[-1].reason == "duplicate"

    @property
    def closings(self) -> list[Closing]:
        """Those that held: what was contested was none. A review that ends leads back to a closing, and makes none."""
        found: list[Closing] = []
        left = iter(self.life.closings)
        for move in self.life.moves:
            if move.event == "contested":
                found.pop()
            elif move.stage == "closed" and move.event != "review_ended":
                found.append(next(left))
        return found

    @property
    def decided(self) -> list[Answered]:
        """What the desk decided, not its reviews; of several versions the last one."""
        own = [each for each in self.life.answers if each.review is None]
        return [each for each, later in zip(own, [*own[1:], None], strict=False) if later is None or not later.revises]

    @property
    def out_of_scope(self) -> bool:
        return self.life.stage == "closed" and self.life.closings[-1].reason == "out_of_scope"


def know(organisation: Organisation, lives: list[Life]) -> list[Known]:
    """Those that count at all: they were received, and not merged; or begun, and erased."""
    begun = [
        Known(life, _spans(life, CUSTOMERS_TURN), _spans(life, ("draft", "closed"), inside=False), False, {})
        for life in lives
        if life.received_at or life.erased_at
    ]
    counted = [each for each in begun if not each.merged]
    for each in counted:
        each.again = any(_again(each.life, other.life) for other in counted)
        each.own_time = {n: _own_time(organisation, each, limit) for n, limit in enumerate(each.life.limits)}
    return counted


def _spans(life: Life, stages: tuple[str, ...], *, inside: bool = True) -> list[Span]:
    """When it was in one of these stages, or in none of them."""
    found: list[Span] = []
    since: datetime | None = None
    for move in life.moves:
        there = (move.stage in stages) is inside
        if there and since is None:
            since = move.at
        if not there and since is not None:
            found.append((since, move.at))
            since = None
    return [*found, (since, None)] if since else found


def _again(life: Life, other: Life) -> bool:
    same = life.customer == other.customer and life.category == other.category
    if not same or life.received_at is None or other.received_at is None:
        return False
    return other.received_at < life.received_at <= other.received_at + timedelta(days=90)


def _own_time(organisation: Organisation, known: Known, limit: Limit) -> int:
    """A rest of less than a minute is none."""
    if limit.ended_at is None:
        return 0
    between = organisation.calendar.business_time_between
    whole = between(limit.started_at, limit.ended_at)
    for begin, end in known.rests:
        since, until = max(begin, limit.started_at), min(end or limit.ended_at, limit.ended_at)
        if until - since >= timedelta(minutes=1):
            whole -= between(since, until)
    return seconds(whole)


def spread(values: Iterable[int]) -> Spread:
    """The least time within which nine of ten were done is the ninetieth."""
    found = sorted(values)
    if not found:
        return Spread(0)
    within = next(each for place, each in enumerate(found, start=1) if 10 * place >= 9 * len(found))
    return Spread(len(found), median(found), within)


def seconds(span: timedelta) -> int:
    return round(span.total_seconds())


class Plain:
    """Of a period, and of those complaints alone that have these properties."""

    def __init__(
        self, known: list[Known], organisation: Organisation, now: datetime, period: Period, **part: Any
    ) -> None:
        self.known, self.organisation, self.now, self.period, self.part = known, organisation, now, period, part
        self.zone = organisation.calendar.zone
        self.begin, end = organisation.counting.bounds(period)
        self.end = min(end, now + timedelta.resolution)  # what has happened by then has happened before it
        those = [each for each in known if all(getattr(each.life, name) == value for name, value in part.items())]
        self.erased = [each.life for each in those if self.holds(each.life.erased_at)]
        volume = [each for each in those if each.life.received_at]
        self.came = [each for each in volume if self.holds(each.life.received_at)]
        self.all = [each for each in volume if not each.out_of_scope]
        self.received = len(self.came)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.begin <= at < self.end

    def lasts(self, spans: list[Span]) -> bool:
        """Whether it lasts at the end of the period."""
        return any(begin < self.end and (end is None or end >= self.end) for begin, end in spans)

    def again(self, period: Period | None = None, **part: Any) -> Self:
        """Of another period, or of fewer complaints."""
        return type(self)(self.known, self.organisation, self.now, period or self.period, **(self.part | part))

    # -------------------------------------------------------------- how much

    def k01(self) -> Count:
        return Count(self.received)

    def k02(self) -> Rate | None:
        customers = self.organisation.volume.customers
        return Rate(self.received, customers) if customers else None

    def k13(self) -> Count:
        """At the end of the period, by whole days since receipt."""
        bands = dict.fromkeys([*(name for name, _days in LEVELS), "more"], 0)
        for each in self.all:
            if self.lasts(each.open) and each.life.received_at:
                days = (self.end - each.life.received_at).days
                bands[next((name for name, most in LEVELS if days <= most), "more")] += 1
        return Count(sum(bands.values()), bands)

    def k29(self) -> Share:
        return Share(sum(each.again for each in self.came), self.received)

    def causes(self) -> Counter[str]:
        return Counter(each.life.root_cause for each in self.came if each.life.root_cause)

    def k30(self) -> Count:
        """Often, or half as often again as on average in the three periods before; not a new one, nor once or twice."""
        before: Counter[str] = Counter()
        for times in (1, 2, 3):
            before += self.again(self.organisation.counting.before(self.period, times)).causes()
        found = {
            cause: n
            for cause, n in self.causes().items()
            if n >= 5 or (n >= 3 and before[cause] and n >= Fraction(3, 2) * Fraction(before[cause], 3))
        }
        return Count(len(found), found)

    def k31(self) -> Count:
        found = self.causes()
        return Count(sum(found.values()), found)

    def k48(self) -> Count:
        by = Counter(f"language {each.life.language}" for each in self.came)
        return Count(self.received, by + Counter(f"channel {each.life.channel}" for each in self.came))

    def k48b(self) -> Share:
        """What became a part of another case is neither; nor is what a colleague wrote down."""
        left = sum(life.erased_for != "moved" and not life.recorded for life in self.erased)
        return Share(left, left + sum(not each.life.recorded for each in self.came))

    # -------------------------------------------------------------- in time

    def k03(self) -> Spread:
        return spread(
            seconds(told - each.life.received_at)
            for each in self.all
            if (told := each.life.acknowledged_at) and each.life.received_at and self.holds(told)
        )

    def k04(self) -> Share:
        """Of all that came in."""
        good = 0
        for each in self.came:
            told, came = each.life.acknowledged_at, each.life.received_at
            limit = "acknowledgement_by_staff" if each.life.recorded else "acknowledgement"
            if told and came and told <= self.organisation.due(limit, None, came):
                good += 1
        return Share(good, self.received)

    @cached_property
    def limits(self) -> dict[str, list[tuple[Known, int, Limit]]]:
        """All that was to be done, with its place in its case."""
        found: dict[str, list[tuple[Known, int, Limit]]] = {target: [] for target in OUR_LIMITS}
        for each in self.all:
            for place, limit in enumerate(each.life.limits):
                found[limit.target].append((each, place, limit))
        return found

    def met(self, target: str) -> list[tuple[Known, int, Limit]]:
        """What of it was done in the period."""
        return [found for found in self.limits[target] if found[2].ended == "met" and self.holds(found[2].ended_at)]

    def in_time(self, target: str) -> int:
        return sum(limit.ended_at is not None and limit.ended_at <= limit.due_at for _, _, limit in self.met(target))

    def done(self, target: str) -> int:
        return len(self.met(target))

    def late_now(self, *targets: str) -> int:
        """Cases in which this is still to be done at the end of the period, and should have been."""
        return len(
            {
                id(each)
                for target in targets
                for each, _place, limit in self.limits[target]
                if self.lasts(self.lateness(each, limit))
            }
        )

    def lateness(self, known: Known, limit: Limit) -> list[Span]:
        """A date that passes while the customer has the turn is put off later, unless it had been missed before."""
        if limit.ended_at is not None and limit.ended_at <= limit.due_at:
            return []
        turn = any(begin <= limit.due_at and (end is None or limit.due_at < end) for begin, end in known.rests)
        put_off = turn and limit.target not in NEVER_REST and limit.breached_at is None
        return [] if put_off else [(limit.due_at, limit.ended_at)]

    def kept(self, target: str) -> Share:
        return Share(self.in_time(target), self.done(target) + self.late_now(target))

    def k05(self) -> Share:
        return Share(self.in_time("assessment"), self.done("assessment"))

    def k06(self) -> Spread:
        return spread(each.own_time[place] for each, place, _limit in self.met("first_response"))

    def k08(self) -> Spread:
        return spread(each.own_time[place] for each, place, _limit in self.met("final_response"))

    def k08b(self) -> Spread:
        final = self.met("final_response")
        return spread(seconds(each.ended_at - each.started_at) for _, _, each in final if each.ended_at)

    def k19(self) -> Share:
        """One that lapsed undecided was not decided in time."""
        decided = self.kept("review_decision")
        found = self.limits["review_decision"]
        lapsed = sum(limit.ended == "unmet" and self.holds(limit.ended_at) for _, _, limit in found)
        return Share(decided.part, decided.n + lapsed)

    def k14(self) -> Share:
        return Share(self.late_now(*OUR_LIMITS), sum(self.lasts(each.open) for each in self.all))

    def k40(self) -> Share:
        return Share(sum(limit.extended for _, _, limit in self.met("final_response")), self.done("final_response"))

    # -------------------------------------------------------------- how it ended

    def closings(self, *reasons: str) -> int:
        return sum(
            self.holds(closing.at) and (not reasons or closing.reason in reasons)
            for each in self.all
            for closing in each.closings
        )

    def k10(self) -> Spread:
        return spread(whole for whole, _rest in self.first_closings())

    def k39(self) -> Proportion:
        found = [*self.first_closings()]
        whole, rest = (sum(each[place] for each in found) for place in (0, 1))
        return Proportion(Fraction(rest, whole) if whole and len(found) > 4 else None, len(found))

    def first_closings(self) -> Iterator[tuple[int, int]]:
        """Seconds from receipt to the first closing, and those of them in which the customer had the turn."""
        for each in self.all:
            for first in each.closings[:1]:
                if self.holds(first.at) and each.life.received_at:
                    rests = (min(end or first.at, first.at) - begin for begin, end in each.rests if begin < first.at)
                    yield seconds(first.at - each.life.received_at), seconds(sum(rests, timedelta()))

    def k12(self) -> Share:
        good = 0
        for each in self.all:
            for closing in each.closings:
                if self.holds(closing.at) and closing.reason in ("resolved", "not_upheld", "settled"):
                    came = each.life.received_at or closing.at
                    good += closing.at <= self.organisation.calendar.add_business_days(came, 3)
        return Share(good, self.closings())

    def k15(self) -> Share:
        cases = 0
        for each in self.all:
            ends = [closing.at for closing in each.closings]
            nexts = [*ends[1:], self.now + timedelta(days=1)]
            cases += any(
                self.holds(at) and any(at <= back < until for back in each.life.reopenings)
                for at, until in zip(ends, nexts, strict=False)
            )
        return Share(cases, self.closings())

    def k16(self) -> Share:
        return Share(sum(self.holds(min(each.life.escalations, default=None)) for each in self.all), self.received)

    def k32(self) -> Share:
        decided = self.decisions()
        return Share(sum(each in ("upheld", "partly") for each in decided), len(decided))

    def decisions(self) -> list[str]:
        """Of the desk, not of its reviews."""
        return [answer.decision for each in self.all for answer in each.decided if self.holds(answer.at)]

    def k38(self) -> Share:
        changed = 0
        for each in self.all:
            since = each.life.assessed_at
            later = [at for at in each.life.severities if since and at >= since]
            changed += self.holds(min(later, default=None))
        return Share(changed, self.done("assessment"))
