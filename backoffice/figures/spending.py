"""The indicators of what complaints cost: money by currency, time where it was entered, both by cause (K33, K34).

What each cause costs is what a decision on it is weighed by (ISO 10002, 8.6).
"""

from collections import Counter
from fractions import Fraction

from backoffice.figures.facts import THOUSANDTHS, Kind
from backoffice.figures.reading import Reading
from backoffice.figures.values import Effort, Efforts, Sums, SumsByCause
from backoffice.money import minor_digits

SECONDS_OF_AN_HOUR = 3600
SPENT = (Kind.REMEDY, Kind.COST)


def costs(of: Reading) -> Sums:
    """What was paid by what was agreed on, what the ways outside cost, and what was entered of remedies (K33)."""
    by: Counter[str] = Counter()
    for code, total in of.sums(*SPENT).items():
        by[code.partition(" ")[0]] += total
    return Sums(dict(by), of.count(Kind.CLOSED))


def costs_by_cause(of: Reading) -> SumsByCause:
    """Currency by currency, for there are no rates here."""
    found = [(*code.partition(" ")[::2], total) for code, total in of.sums(*SPENT).items()]
    ranked = sorted(found, key=lambda each: (each[0], -each[2], each[1]))
    return SumsByCause({(currency, cause): total for currency, cause, total in ranked})


def effort(of: Reading) -> Effort:
    """The time that was entered, and what it cost by what an hour costs now (K34)."""
    seconds, n = sum(of.sums(Kind.HANDLED).values()), of.cases(Kind.HANDLED)
    hourly, currency = of.work.organisation.learning.hour_cost, of.work.organisation.currency
    if not hourly:
        return Effort(seconds, n)
    least = THOUSANDTHS // 10 ** minor_digits(currency)  # thousandths that can be paid
    spent = Fraction(seconds * hourly * THOUSANDTHS, SECONDS_OF_AN_HOUR)
    return Effort(seconds, n, round(spent / least) * least, currency)


def efforts_by_cause(of: Reading) -> Efforts:
    return Efforts(dict(sorted(of.sums(Kind.HANDLED).items(), key=lambda each: (-each[1], each[0]))))
