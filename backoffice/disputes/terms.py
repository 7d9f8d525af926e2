"""The terms of a settlement, and what contradicts in them (ISO 10003, 7.5.3: obligations that are clear to both).

Pure: knows neither case nor organisation. Remedies are the codes of the organisation's file; a code that the tables
here do not know excludes nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal, NamedTuple

from backoffice.money import Amount
from backoffice.words import latin_digits, tidy

Party = Literal["customer", "organisation"]

NONE, OTHER = "none", "other"
# What is done once or not at all: two such terms are about the same thing, however they are worded.
ONCE = frozenset({NONE, "refund_full", "cooling_off_refund", "cancel_contract"})
# Where an amount would say nothing that can be carried out.
NOT_MONEY = frozenset({NONE, "apology", "information", "technical_help", "process_change", "data_correction"})
# What the organisation still does under a contract that goes on.
PERFORMED = frozenset({"replacement", "repair", "redo_service", "deliver", "honour_warranty"})
# A term on the left leaves no room for a term of the organisation on the right. A customer may: to get everything
# back and to deliver the goods back goes together well.
EXCLUDES: dict[str, frozenset[str]] = {
    "refund_full": PERFORMED | {"refund_partial", "cooling_off_refund"},
    "cooling_off_refund": PERFORMED | {"refund_partial"},
    "cancel_contract": PERFORMED,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One obligation: who does what, how much, and until the end of which day. `what`: a remedy's code, or "other",
    which `words` describe. Several of one kind are told apart by their words: "first instalment", "second instalment".
    """

    by: Party
    what: str
    words: str | None = None
    amount: Amount | None = None
    due_on: date | None = None


class Fault(NamedTuple):
    """What is wrong with the term at place `first`, or between it and the one at the later place `second`.

    Alone: no_terms (there are none; `first` is 0), no_words, no_amount, not_money, no_date, past, too_late.
    Of two: twice (the same again), contradict (the same with another amount or date), currencies (the same in another
    currency), excluded (one leaves no room for the other), not_alone ("none" beside something), mutual (both pay each
    other).
    """

    code: str
    first: int
    second: int | None = None


def faults(
    terms: Sequence[Term],
    *,
    today: date,
    pays: Collection[str],
    latest: date,
    not_money: Collection[str] = NOT_MONEY,
) -> list[Fault]:
    """Everything that must be put right before the terms can be accepted; an empty list if nothing.

    `pays`: codes that need an amount; `not_money`: codes that must not have one. A due date is needed everywhere but
    for "none", not before `today` and not after `latest`.
    """
    if not terms:
        return [Fault("no_terms", 0)]
    alone = [
        Fault(code, place)
        for place, term in enumerate(terms)
        for code in (*_incomplete(term, pays, not_money), *_untimely(term, today, latest))
    ]
    between = [
        Fault(code, first, second)
        for (first, one), (second, other) in combinations(enumerate(terms), 2)
        if (code := _between(one, other, pays))
    ]
    return alone + between


def _incomplete(term: Term, pays: Collection[str], not_money: Collection[str]) -> Iterator[str]:
    if term.what == OTHER and not _words(term):
        yield "no_words"
    if term.what in pays:
        if term.amount is None or term.amount.value <= 0:
            yield "no_amount"
    elif term.what in not_money and term.amount is not None:
        yield "not_money"


def _untimely(term: Term, today: date, latest: date) -> Iterator[str]:
    if term.due_on is None:
        if term.what != NONE:
            yield "no_date"
    elif term.due_on < today:
        yield "past"
    elif term.due_on > latest:
        yield "too_late"


def _between(one: Term, other: Term, pays: Collection[str]) -> str | None:
    """The one thing that is wrong between two terms; the same whichever stands first."""
    if NONE in (one.what, other.what):
        return "twice" if one.what == other.what else "not_alone"
    if one.by != other.by and _both_pay(one, other, pays):
        return "mutual"
    if one.by == other.by and _same_thing(one, other):
        return _repeated(one, other)
    return "excluded" if _leaves_no_room(one, other) or _leaves_no_room(other, one) else None


def _repeated(one: Term, other: Term) -> str:
    """What is not yet said contradicts nothing: it is a fault of its own."""
    if one.amount and other.amount:
        if one.amount.currency != other.amount.currency:
            return "currencies"
        if one.amount != other.amount:
            return "contradict"
    return "contradict" if one.due_on and other.due_on and one.due_on != other.due_on else "twice"


def _both_pay(one: Term, other: Term, pays: Collection[str]) -> bool:
    """One sum is owed, by whom the difference remains; payments of a kind are set off however they are worded."""
    if one.what == other.what != OTHER and one.what in pays:
        return True
    return _same_thing(one, other) and one.amount is not None and other.amount is not None


def _same_thing(one: Term, other: Term) -> bool:
    return one.what == other.what and (one.what in ONCE or _words(one) == _words(other))


def _leaves_no_room(one: Term, other: Term) -> bool:
    return other.by == "organisation" and other.what in EXCLUDES.get(one.what, ())


def _words(term: Term) -> str:
    """In one form, so that the same words in other digits or letters of another size are the same words."""
    return " ".join(latin_digits(tidy(term.words or "")).casefold().split())
