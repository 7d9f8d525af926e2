"""The indicators computed from lives, each as its formula says: reviews, ways outside, money, satisfaction, gaps."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from backoffice.figures.values import (
    Count,
    Effort,
    Efforts,
    Gap,
    MeanGap,
    MeanGaps,
    Measured,
    Points,
    Share,
    Shares,
    Spread,
    Sums,
    SumsByCause,
)
from tests.figures.lives import Agreed, Life, Outside, Reviewed, Spent, Term, Way
from tests.figures.plain import Plain, seconds, spread

OFFICIAL = ("consumer_protection", "discretionary_punishments", None)  # of those to whom lives go; not by agreement
SETTLED = ("settled", "recommended", "decided")
ENOUGH = 5


class Oracle(Plain):
    """Every indicator there is."""

    def measure(self, code: str) -> Measured | None:
        return FORMULAS[code](self)

    # -------------------------------------------------------------- reviews

    def k17(self) -> Share:
        """Of the decisions of the desk, those after which a review was asked for before there was another one."""
        followed = 0
        for each in self.all:
            own = [answer.at for answer in each.decided]
            for at, following in zip(own, [*own[1:], None], strict=False):
                asked = [review.requested_at for review in each.life.reviews if review.requested_at]
                followed += self.holds(at) and any(
                    at <= when and (following is None or when < following) for when in asked
                )
        return Share(followed, len(self.decisions()))

    def k18(self) -> Share:
        outcomes = [review.outcome for review in self.reviews() if self.holds(review.decided_at)]
        return Share(sum(each in ("upheld", "partly") for each in outcomes), len(outcomes))

    def k46(self) -> Count:
        left = sum(why == "conflict" and self.holds(at) for review in self.reviews() for at, why in review.left)
        no_quorum = sum(self.holds(at) for review in self.reviews() for at in review.without_quorum)
        return Count(left + no_quorum, {"recused": left, "no_quorum": no_quorum})

    def reviews(self) -> Iterator[Reviewed]:
        """All that were asked for, whenever."""
        return (review for each in self.all for review in each.life.reviews if review.requested_at)

    # -------------------------------------------------------------- outside

    def outside(self) -> Iterator[tuple[Life, Outside]]:
        return ((each.life, outside) for each in self.all for outside in each.life.outside)

    def ways(self) -> Iterator[Way]:
        return (way for _life, outside in self.outside() for way in outside.ways)

    def k20(self) -> Share:
        """The first time of each case."""
        first = [each.life.outside[0] for each in self.all if each.life.outside]
        return Share(sum(self.holds(each.opened_at) for each in first), self.received)

    def k21(self) -> Shares:
        """Of those who were asked and have said yes, or can say so no more."""
        asked: Counter[str] = Counter()
        given: Counter[str] = Counter()
        for way in self.ways():
            for side, yes in (("customer", way.customer_at), ("organisation", way.our_at), ("both", way.consented_at)):
                if way.asked and self.holds(yes or way.ended_at):
                    asked[side] += 1
                    given[side] += yes is not None
        return Shares({side: Share(given[side], n) for side, n in asked.items()})

    def begun(self, way: Way) -> datetime | None:
        """When the whole file was there: with the consent of both; direct talks begin at once."""
        return way.chosen_at if way.method == "direct" else way.consented_at

    def k22(self) -> Shares:
        """Of the ways that had begun; a public body's decision is known when it is there."""
        ended: Counter[str] = Counter()
        settled: Counter[str] = Counter()
        for way in self.ways():
            if self.holds(way.ended_at) and (self.begun(way) or way.ended in SETTLED):
                for name in ("", f"{way.method} {way.provider or ''}"):
                    ended[name] += 1
                    settled[name] += way.ended in SETTLED
        return Shares({"": Share(0, 0)} | {name: Share(settled[name], n) for name, n in ended.items()})

    def times(self) -> list[timedelta]:
        return [
            way.ended_at - begun
            for way in self.ways()
            if way.ended_at and self.holds(way.ended_at) and (begun := self.begun(way))
        ]

    def k23(self) -> Spread:
        return spread(seconds(each) for each in self.times())

    def k23b(self) -> Share:
        return Share(sum(each <= timedelta(days=90) for each in self.times()), len(self.times()))

    def agreed(self) -> Iterator[Agreed]:
        """What holds, and what the organisation owes by it."""
        for _life, outside in self.outside():
            yield from (each for each in outside.agreed if each.in_force_at and not each.ended)

    def k24(self) -> Share:
        """A day that is not over yet is not late yet."""
        due, kept = 0, 0
        for each in self.agreed():
            ours = [term for term in each.terms if term.by == "organisation"]
            last = max((term.due_on for term in ours), default=None)
            if last and self.period.first <= last <= self.period.last and last < self.day(self.end):
                due += 1
                kept += all(term.done_at is not None and self.day(term.done_at) <= term.due_on for term in ours)
        return Share(kept, due)

    def k25(self) -> Shares:
        """The first time of each case, all of them and by what."""
        first = [each.life.deadlocks[0] for each in self.all if each.life.deadlocks]
        by = Counter(trigger for at, trigger in first if self.holds(at))
        return Shares(
            {"": Share(by.total(), self.received)} | {name: Share(n, self.received) for name, n in by.items()}
        )

    def k47(self) -> Share:
        """Each case once, however many of its ways ended with an authority."""
        ended = 0
        for each in self.all:
            ways = [way for outside in each.life.outside for way in outside.ways]
            ended += any(
                way.method != "direct"
                and way.provider in OFFICIAL
                and way.ended in SETTLED
                and self.holds(way.ended_at)
                for way in ways
            )
        return Share(ended, self.received)

    def k45(self) -> Count:
        """The register: what came in, what was closed and what is not at the end, and what was learnt."""
        by = dict.fromkeys(["open", "closed", "action", "no_action"], 0)
        opened = 0
        for each in self.all:
            if since := each.life.unresolved_at:
                spans = [(max(begin, since), end) for begin, end in each.open]
                spans = [(begin, end) for begin, end in spans if end is None or begin < end]  # no moment is a span
                opened += self.holds(since)
                by["open"] += self.lasts(spans)
                by["closed"] += any(self.holds(end) for _begin, end in spans)
            if (lesson := each.life.lesson) and self.holds(lesson.at):
                by[lesson.decision] += 1
        return Count(opened, by)

    def k45b(self) -> Count:
        by = Counter(each.life.root_cause or "" for each in self.all if self.holds(each.life.unresolved_at))
        return Count(by.total(), by)

    # -------------------------------------------------------------- money, satisfaction, fairness

    def paid(self) -> Iterator[tuple[str, str, int]]:
        """What was paid, when it was, what ways outside cost, and what was entered: currency, cause, thousandths."""
        own = self.organisation.currency
        for life in (each.life for each in self.all):
            cause = life.root_cause or ""
            for term in self.kept_terms(life):
                yield term.currency or own, cause, int(Decimal(term.amount or 0) * 1000)
            if life.lesson and life.lesson.cost and self.holds(life.lesson.at):
                yield own, cause, int(Decimal(life.lesson.cost) * 1000)
            for spent in self.entered(life):
                if spent.amount and spent.currency:
                    yield spent.currency, cause, int(Decimal(spent.amount) * 1000)

    def kept_terms(self, life: Life) -> Iterator[Term]:
        """Of what holds, those by which the organisation has paid."""
        for agreed in (agreed for outside in life.outside for agreed in outside.agreed):
            for term in agreed.terms if agreed.in_force_at and not agreed.ended else []:
                if term.by == "organisation" and term.amount and self.holds(term.done_at):
                    yield term

    def entered(self, life: Life) -> list[Spent]:
        return [each for each in life.spent if each.taken_back_at is None and self.holds(each.at)]

    def k33(self) -> Sums:
        by: Counter[str] = Counter()
        for currency, _cause, paid in self.paid():
            by[currency] += paid
        return Sums(dict(by), self.closings())

    def k33b(self) -> SumsByCause:
        by: Counter[tuple[str, str]] = Counter()
        for currency, cause, paid in self.paid():
            by[currency, cause] += paid
        return SumsByCause(by)

    def k34(self) -> Effort:
        """An hour is worth what the organisation's file says; what cannot be paid is rounded."""
        found = [[each.minutes for each in self.entered(known.life) if each.minutes] for known in self.all]
        minutes, hourly = sum(map(sum, found)), self.organisation.learning.hour_cost
        cases = sum(bool(each) for each in found)
        if hourly == 0:
            return Effort(60 * minutes, cases)
        cost = round(Fraction(minutes * hourly, 60)) * 1000  # of whole rials
        return Effort(60 * minutes, cases, cost, self.organisation.currency)

    def k34b(self) -> Efforts:
        by: Counter[str] = Counter()
        for life in (each.life for each in self.all):
            by[life.root_cause or ""] += 60 * sum(each.minutes or 0 for each in self.entered(life))
        return Efforts({cause: seconds for cause, seconds in by.items() if seconds})

    def scores(self, question: str) -> list[int]:
        asked = (asked for each in self.all for asked in each.life.asked)
        return [
            each.score
            for each in asked
            if each.question == question and each.score is not None and self.holds(each.answered_at)
        ]

    def satisfied(self, question: str) -> Share:
        scores = self.scores(question)
        content = (7, 8, 9, 10) if question == "loyalty" else (4, 5)
        return Share(sum(each in content for each in scores), len(scores))

    def k28b(self) -> Points:
        scores = self.scores("loyalty")
        for_us, against = (sum(each in those for each in scores) for those in ((9, 10), range(7)))
        return Points(round(Fraction(100 * (for_us - against), len(scores))) if len(scores) > 4 else None, len(scores))

    def k28c(self) -> Shares:
        asked = [asked for each in self.all for asked in each.life.asked if self.holds(asked.asked_at)]
        return Shares(
            {
                question: Share(
                    sum(each.answered_at is not None for each in asked if each.question == question),
                    sum(each.question == question for each in asked),
                )
                for question in sorted({each.question for each in asked})
            }
        )

    def k37(self) -> Share:
        """Of the grave ones closed in the period whose cause is still owed or was found."""
        owed = [owed for each in self.all for owed in each.life.owed if owed.ended != "void" and self.holds(owed.since)]
        return Share(sum(each.ended == "met" and each.ended_at <= each.due_at for each in owed), len(owed))

    def gap(self, formula: Callable[["Oracle"], Share]) -> Gap:
        """The largest between groups of enough of them each; of equals the last name."""
        best = Gap(None)
        for dimension in ("business", "channel", "language"):
            values = {getattr(each.life, dimension) for each in self.known} if dimension not in self.part else set()
            shares = [formula(self.again(**{dimension: value})) for value in values]
            known = [share.of_one for share in shares if share.of_one is not None]
            if len(known) > 1 and (best.points is None or max(known) - min(known) >= best.points):
                best = Gap(max(known) - min(known), dimension)
        return best

    def k44c(self) -> MeanGaps:
        """Of each currency in which anybody got anything; of equals the last name."""
        got = [(each.life, self.got(each.life)) for each in self.all]
        return MeanGaps({currency: self.mean_gap(currency, got) for currency in {c for _life, by in got for c in by}})

    def got(self, life: Life) -> Counter[str]:
        """In thousandths, by currency: what was agreed and is done, and what somebody entered."""
        by: Counter[str] = Counter()
        for term in self.kept_terms(life):
            by[term.currency or self.organisation.currency] += int(Decimal(term.amount or 0) * 1000)
        for spent in self.entered(life):
            if spent.amount and spent.currency:
                by[spent.currency] += int(Decimal(spent.amount) * 1000)
        return by

    def mean_gap(self, currency: str, got: list[tuple[Life, Counter[str]]]) -> MeanGap:
        found = [(life, by[currency]) for life, by in got if currency in by]
        best = MeanGap(None, len(found))
        for dimension in ("business", "channel", "language"):
            groups: dict[object, list[int]] = {}
            for life, much in found:
                groups.setdefault(getattr(life, dimension), []).append(much)
            means = [Fraction(sum(each), len(each)) for each in groups.values() if len(each) >= ENOUGH]
            if len(means) > 1 and (best.amount is None or max(means) - min(means) >= best.amount):
                best = MeanGap(max(means) - min(means), len(found), dimension)
        return best


def _closed(*reasons: str) -> Callable[[Oracle], Share]:
    return lambda of: Share(of.closings(*reasons), of.closings())


FORMULAS: dict[str, Callable[[Oracle], Measured | None]] = {
    "K01": Oracle.k01,
    "K02": Oracle.k02,
    "K03": Oracle.k03,
    "K04": Oracle.k04,
    "K05": Oracle.k05,
    "K06": Oracle.k06,
    "K07": lambda of: of.kept("first_response"),
    "K08": Oracle.k08,
    "K08b": Oracle.k08b,
    "K09": lambda of: of.kept("final_response"),
    "K10": Oracle.k10,
    "K12": Oracle.k12,
    "K13": Oracle.k13,
    "K14": Oracle.k14,
    "K15": Oracle.k15,
    "K16": Oracle.k16,
    "K17": Oracle.k17,
    "K18": Oracle.k18,
    "K19": Oracle.k19,
    "K20": Oracle.k20,
    "K21": Oracle.k21,
    "K22": Oracle.k22,
    "K23": Oracle.k23,
    "K23b": Oracle.k23b,
    "K24": Oracle.k24,
    "K25": Oracle.k25,
    "K26": lambda of: of.satisfied("handling"),
    "K26b": lambda of: of.satisfied("first_response"),
    "K27": lambda of: of.satisfied("outcome"),
    "K28": lambda of: of.satisfied("loyalty"),
    "K28b": Oracle.k28b,
    "K28c": Oracle.k28c,
    "K29": Oracle.k29,
    "K30": Oracle.k30,
    "K31": Oracle.k31,
    "K32": Oracle.k32,
    "K33": Oracle.k33,
    "K33b": Oracle.k33b,
    "K34": Oracle.k34,
    "K34b": Oracle.k34b,
    "K37": Oracle.k37,
    "K38": Oracle.k38,
    "K39": Oracle.k39,
    "K40": Oracle.k40,
    "K41": _closed("silent", "no_info"),
    "K42": _closed("withdrawn"),
    "K44": lambda of: of.gap(lambda group: group.kept("final_response")),
    "K44b": lambda of: of.gap(Oracle.k32),
    "K44c": Oracle.k44c,
    "K45": Oracle.k45,
    "K45b": Oracle.k45b,
    "K46": Oracle.k46,
    "K47": Oracle.k47,
    "K48": Oracle.k48,
    "K48b": Oracle.k48b,
}
