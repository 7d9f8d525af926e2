"""What complaints cost: the remedies, and the time that handling them took, where somebody enters it.

The cost of complaints is what shows management which causes are worth removing (ISO 10002, 8.2 and 8.6). What was paid
under an agreement, and what a way outside cost, the desk knows from there and counts by itself.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from backoffice import errors, rights
from backoffice.money import Amount, parse_amount
from backoffice.words import latin_digits, tidy
from backoffice.work import Work
from storage.complaints import Complaint
from storage.costs import REMEDY, TIME, Expense, expenses_of

MINUTES_OF_AN_HOUR = 60
MOST = 24 * MINUTES_OF_AN_HOUR  # minutes at once: more than a day is a slip of the finger
LONGEST = 40  # characters of a time as typed

_HOUR = "h|hr|hrs|hour|hours|ساعت|ساعة|ساعه|ساعات"
_MINUTE = "m|min|mins|minute|minutes|دقیقه|دقيقة|دقيقه|دقائق"
_SHAPES = (
    re.compile(r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9])"),
    re.compile(
        rf"(?P<hours>[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?) ?(?:{_HOUR})"
        rf"(?: ?(?:و|and)? ?(?P<minutes>[0-9]{{1,6}}) ?(?:{_MINUTE})?)?"
    ),
    re.compile(rf"(?P<minutes>[0-9]{{1,6}}) ?(?:{_MINUTE})?"),
)
_SPELLED = {"ساعة": 60, "ساعة واحدة": 60, "ساعتان": 120, "ساعتين": 120, "نصف ساعة": 30, "نیم ساعت": 30}


@dataclass(frozen=True, slots=True)
class Costs:
    """What was entered of a case so far: the sum of each currency, and the minutes. `last`: the actor's newest entry,
    which they can take back."""

    amounts: tuple[Amount, ...]
    minutes: int
    last: Expense | None


def spend(work: Work, complaint: Complaint, typed: str) -> Expense:
    """Enter what a remedy cost, as it is typed; in the organisation's currency, where no other one is named. Raises
    errors.Invalid, see money.parse_amount."""
    rights.require(work, "log_cost", complaint)
    amount = parse_amount(typed, work.organisation.currency)
    return _enter(work, complaint, REMEDY, amount=amount.text, currency=amount.currency)


def log_time(work: Work, complaint: Complaint, typed: str) -> Expense:
    """Enter the time that somebody spent on the case, as it is typed. Raises errors.Invalid, see parse_minutes."""
    rights.require(work, "log_cost", complaint)
    return _enter(work, complaint, TIME, minutes=parse_minutes(typed))


def take_back(work: Work, complaint: Complaint, expense_id: int) -> None:
    """Undo the actor's own newest entry on the case. Raises errors.Stale where that is another one by now."""
    rights.require(work, "log_cost", complaint)
    last = _last(work, expenses_of(work.db, complaint.id))
    if last is None or last.id != expense_id:
        raise errors.Stale(complaint=complaint.id)
    last.taken_back_at = work.now
    work.record("cost.taken_back", complaint, kind=last.kind, expense=last.id)


def of_case(work: Work, complaint: Complaint) -> Costs:
    """What was entered so far, for those who may enter something themselves."""
    rights.require(work, "log_cost", complaint)
    found = expenses_of(work.db, complaint.id)
    sums: dict[str, Amount] = {}
    for each in found:
        if amount := amount_of(each):
            sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    minutes = sum(each.minutes or 0 for each in found)
    return Costs(tuple(sums[currency] for currency in sorted(sums)), minutes, _last(work, found))


def amount_of(expense: Expense) -> Amount | None:
    """The amount of an entry; None for a time."""
    return Amount(Decimal(expense.amount), expense.currency) if expense.amount and expense.currency else None


def parse_minutes(typed: str) -> int:
    """A length of time in any digits: "45", "1:30", "1.5 h", "2 h 15 min", "۲ ساعت", «ساعتان»; a bare number is
    minutes.

    Raises errors.Invalid: what="no_time" (not readable), "not_positive", or "too_large" (over `MOST` at once).
    """
    plain = " ".join(latin_digits(tidy(typed[: 2 * LONGEST])).replace("\u200c", " ").lower().split())
    minutes = _SPELLED.get(plain) or _minutes(plain)
    if minutes is None or len(typed) > LONGEST:
        raise errors.Invalid(what="no_time")
    if minutes <= 0:
        raise errors.Invalid(what="not_positive")
    if minutes > MOST:
        raise errors.Invalid(what="too_large", limit=MOST)
    return minutes


def _minutes(plain: str) -> int | None:
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(plain))), None)
    if found is None:
        return None
    told = found.groupdict()
    hours = Fraction((told.get("hours") or "0").replace(",", "."))
    return round(hours * MINUTES_OF_AN_HOUR) + int(told["minutes"] or 0)


def _enter(work: Work, complaint: Complaint, kind: str, **what: Any) -> Expense:
    new = Expense(complaint_id=complaint.id, kind=kind, author_id=work.actor.id or 0, at=work.now, **what)
    work.db.add(new)
    work.db.flush()  # its number
    work.record("cost.logged", complaint, kind=kind, expense=new.id)
    return new


def _last(work: Work, found: list[Expense]) -> Expense | None:
    return next((each for each in reversed(found) if each.author_id == work.actor.id), None)
