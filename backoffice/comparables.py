"""Comparable cases that were closed with a decision: who is alike is to be treated alike (S26)."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from backoffice import rights
from backoffice.learning.costs import amount_of
from backoffice.money import Amount
from backoffice.work import Work
from storage.complaints import Complaint, answers_of, decided_alike
from storage.costs import expenses_of

SHOWN = 5
LOOKED_AT = 60  # of a category, the latest
ENOUGH = 5  # amounts; a median of fewer says nothing
WEIGHTS = {"category": 4, "product": 3, "root_cause": 2, "branch": 1, "severity": 1}


@dataclass(frozen=True, slots=True)
class Alike:
    """A case as far as its reader may know of it: `code` only of one that they may read."""

    complaint: Complaint
    code: str | None
    decision: str
    remedy: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The most similar cases first. `counted` amounts have the median and lie between the two others; None while they
    are too few."""

    cases: list[Alike]
    counted: int
    middle: Amount | None = None
    lowest: Amount | None = None
    highest: Amount | None = None


def compare(work: Work, complaint: Complaint, decision: str | None = None) -> Comparison:
    """What was decided in cases like this one; with a `decision`, those first that were decided so."""
    rights.require(work, "read_all", complaint)
    group = work.organisation.group_of(complaint.category)
    categories = [each.code for each in work.organisation.categories if work.organisation.group_of(each.code) == group]
    found: list[Complaint] = []
    for code in [each for each in categories if each != complaint.category] + [complaint.category or ""]:
        found += decided_alike(work.db, code, complaint.id, LOOKED_AT)
    found.sort(key=lambda each: (_likeness(complaint, each, decision), each.closed_at or work.now), reverse=True)
    amounts = [each for case in found if case.category == complaint.category for each in _amounts(work, case)]
    return _summed([_alike(work, each) for each in found[:SHOWN]], amounts)


def _likeness(complaint: Complaint, other: Complaint, decision: str | None) -> int:
    alike = sum(
        weight
        for name, weight in WEIGHTS.items()
        if getattr(complaint, name) is not None and getattr(complaint, name) == getattr(other, name)
    )
    return alike + (2 if decision is not None and other.decision == decision else 0)


def _alike(work: Work, complaint: Complaint) -> Alike:
    code = complaint.code if rights.may(work.actor, "read", complaint) else None
    last = answers_of(work.db, complaint.id)[-1:]
    remedy = last[0].remedy if last else complaint.remedy or ""
    return Alike(complaint, code, complaint.decision or "", remedy, tuple(_amounts(work, complaint)))


def _amounts(work: Work, complaint: Complaint) -> list[Amount]:
    """What the remedies of a case came to, in the organisation's currency."""
    entered = (amount_of(each) for each in expenses_of(work.db, complaint.id))
    ours = [each for each in entered if each is not None and each.currency == work.organisation.currency]
    return [sum(ours[1:], ours[0])] if ours else []


def _summed(cases: list[Alike], amounts: list[Amount]) -> Comparison:
    if len(amounts) < ENOUGH:
        return Comparison(cases, len(amounts))
    values = sorted(each.value for each in amounts)
    currency = amounts[0].currency
    middle = Decimal(median(values)).quantize(values[0])
    return Comparison(
        cases, len(values), Amount(middle, currency), Amount(values[0], currency), Amount(values[-1], currency)
    )
