"""What contradicts in a settlement, and that neither order nor an unrelated term changes it."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backoffice import organisation
from backoffice.disputes.terms import EXCLUDES, NOT_MONEY, ONCE, Fault, Party, Term, faults
from backoffice.money import Amount

TODAY, LATEST = date(2026, 11, 21), date(2027, 2, 21)
SOON, LATER = TODAY + timedelta(days=7), TODAY + timedelta(days=14)
PAYS = frozenset({"refund_full", "refund_partial", "cooling_off_refund", "compensation", "goodwill", "payment_plan"})


def money(value: int, currency: str = "IRR") -> Amount:
    return Amount(Decimal(value), currency)


def ours(what: str, amount: Amount | None = None, due_on: date | None = SOON, words: str | None = None) -> Term:
    return Term("organisation", what, words, amount, due_on)


def theirs(what: str, amount: Amount | None = None, due_on: date | None = SOON, words: str | None = None) -> Term:
    return Term("customer", what, words, amount, due_on)


def found(*terms: Term) -> list[Fault]:
    return faults(terms, today=TODAY, pays=PAYS, latest=LATEST)


def codes(*terms: Term) -> list[str]:
    return [fault.code for fault in found(*terms)]


class TestSound:
    @pytest.mark.parametrize(
        "terms",
        [
            [ours("refund_full", money(500)), theirs("deliver")],
            [ours("refund_full", money(500)), theirs("other", words="Returns the phone"), ours("apology")],
            [ours("refund_partial", money(200)), ours("replacement", words="charger")],
            [ours("replacement", words="phone"), ours("replacement", due_on=LATER, words="charger")],
            [theirs("payment_plan", money(5), SOON, "first"), theirs("payment_plan", money(5), LATER, "second")],
            [ours("compensation", money(1)), ours("apology"), theirs("cancel_contract")],
            [ours("compensation", money(1), TODAY), ours("repair", due_on=LATEST)],
            [ours("cancel_contract"), ours("refund_full", money(9))],
            [ours("other", money(3), words="Pays the expert"), theirs("other", money(3), words="Pays the carrier")],
            [ours("repair"), theirs("repair")],
            [ours("none", due_on=None)],
        ],
    )
    def test_what_goes_together(self, terms: list[Term]) -> None:
        assert found(*terms) == []


class TestAlone:
    def test_no_terms_are_no_settlement(self) -> None:
        assert found() == [Fault("no_terms", 0)]

    @pytest.mark.parametrize(
        ("term", "fault"),
        [
            (ours("other"), "no_words"),
            (ours("other", words=" \u200f\n"), "no_words"),
            (ours("refund_full"), "no_amount"),
            (theirs("compensation", money(0)), "no_amount"),
            (ours("apology", money(5)), "not_money"),
            (ours("none", money(5), None), "not_money"),
            (ours("repair", due_on=None), "no_date"),
            (ours("repair", due_on=TODAY - timedelta(days=1)), "past"),
            (ours("repair", due_on=LATEST + timedelta(days=1)), "too_late"),
        ],
    )
    def test_what_is_missing_or_wrong(self, term: Term, fault: str) -> None:
        assert found(ours("redo_service"), term)[0] == Fault(fault, 1)
        assert found(term) == [Fault(fault, 0)]

    def test_a_repair_may_cost_something(self) -> None:
        assert codes(ours("repair", money(5))) == []

    def test_which_are_no_money_can_be_said(self) -> None:
        terms = [ours("repair", money(5)), ours("apology", money(5))]
        said = faults(terms, today=TODAY, pays=PAYS, latest=LATEST, not_money={"repair"})
        assert said == [Fault("not_money", 0)]

    def test_all_that_is_wrong_is_named(self) -> None:
        assert codes(ours("compensation", due_on=None), ours("other", due_on=LATEST + timedelta(days=1))) == [
            "no_amount",
            "no_date",
            "no_words",
            "too_late",
        ]


class TestBetween:
    @pytest.mark.parametrize(
        ("one", "other", "fault"),
        [
            (ours("compensation", money(5)), ours("compensation", money(5)), "twice"),
            (ours("compensation", money(5)), ours("compensation", money(6)), "contradict"),
            (ours("compensation", money(5)), ours("compensation", money(5), LATER), "contradict"),
            (ours("compensation", money(5)), ours("compensation", money(5, "USD")), "currencies"),
            (ours("repair", words="Phone ۲"), ours("repair", words=" phone  2"), "twice"),
            (ours("other", words="Calls"), ours("other", due_on=LATER, words="calls"), "contradict"),
            (ours("refund_full", money(5), words="card"), ours("refund_full", money(6), words="bank"), "contradict"),
            (ours("refund_full", money(5)), ours("refund_partial", money(2)), "excluded"),
            (ours("refund_full", money(5)), ours("cooling_off_refund", money(5)), "excluded"),
            (ours("refund_full", money(5)), ours("replacement"), "excluded"),
            (theirs("cancel_contract"), ours("deliver"), "excluded"),
            (ours("none", due_on=None), ours("apology"), "not_alone"),
            (ours("none", due_on=None), theirs("compensation", money(5)), "not_alone"),
            (ours("none", due_on=None), theirs("none", due_on=None), "twice"),
            (ours("compensation", money(5)), theirs("compensation", money(3)), "mutual"),
            (ours("compensation", money(5), words="delay"), theirs("compensation", money(3), words="harm"), "mutual"),
            (ours("repair", money(5)), theirs("repair", money(5)), "mutual"),
            (ours("other", money(3), words="Expert"), theirs("other", money(2), words="expert"), "mutual"),
        ],
    )  # fmt: skip
    def test_what_does_not_go_together(self, one: Term, other: Term, fault: str) -> None:
        assert found(one, other) == [Fault(fault, 0, 1)]
        assert (
            found(other, ours("process_change"), one)[-1 if "none" not in (one.what, other.what) else 1].code == fault
        )

    def test_what_is_not_yet_said_contradicts_nothing(self) -> None:
        assert found(ours("compensation", money(5)), ours("compensation", None, None)) == [
            Fault("no_amount", 1),
            Fault("no_date", 1),
            Fault("twice", 0, 1),
        ]

    def test_the_tables_name_remedies_that_there_are(self) -> None:
        there = {remedy.code for remedy in organisation.load().remedies}
        assert {*ONCE, *NOT_MONEY, *EXCLUDES, *(code for each in EXCLUDES.values() for code in each)} <= there
        assert not NOT_MONEY & PAYS


WHATS = ["none", "other", "unheard_of", *sorted(PAYS), "replacement", "repair", "deliver", "cancel_contract", "apology"]
PARTIES: list[Party] = ["customer", "organisation"]
TERMS = st.builds(
    Term,
    st.sampled_from(PARTIES),
    st.sampled_from(WHATS),
    st.sampled_from([None, "", "phone", "Phone ", "charger"]),
    st.none() | st.builds(money, st.integers(0, 3), st.sampled_from(["IRR", "USD"])),
    st.none() | st.dates(TODAY - timedelta(days=1), LATEST + timedelta(days=1)),
)


class TestProperties:
    @given(st.lists(TERMS, max_size=6), st.data())
    def test_the_order_changes_no_fault(self, terms: list[Term], data: st.DataObject) -> None:
        order = data.draw(st.permutations(range(len(terms))))
        moved = {
            (fault.code, frozenset(order[place] for place in fault[1:] if place is not None))
            for fault in found(*(terms[place] for place in order))
            if terms
        }
        assert moved == {(fault.code, frozenset({*fault[1:]} - {None})) for fault in found(*terms) if terms}

    @given(st.lists(TERMS, min_size=1, max_size=6), TERMS)
    def test_a_sound_unrelated_term_adds_none(self, terms: list[Term], more: Term) -> None:
        assume(all(each.what != "none" for each in terms))
        unrelated = dataclasses.replace(more, what="process_change", amount=None, due_on=SOON)
        assert found(unrelated) == []
        assert found(*terms, unrelated) == found(*terms)

    @given(st.lists(TERMS, max_size=6))
    def test_places_are_those_of_terms_in_order(self, terms: list[Term]) -> None:
        for fault in found(*terms):
            assert fault.second is None or fault.first < fault.second < len(terms)
            assert terms or fault.code == "no_terms"
