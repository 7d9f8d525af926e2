"""Terms in the bot: drafted tap by tap, proposed, answered by both sides, kept, confirmed and rated."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.disputes import obligations, outcomes, settlement
from backoffice.disputes.phases import Phase
from backoffice.disputes.terms import Term
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.stages import Stage
from backoffice.work import Work
from bot.sandbox.person import Person as Human
from storage.complaints import Complaint
from storage.disputes import DisputeRating, Obligation
from tests.bot.mediated import Mediated, mediated
from tests.running import text_of

FAULTLESS = "Propose these terms"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Mediated]:
    async with mediated(tmp_path) as running:
        yield running


async def draft(it: Mediated, who: Human, what: str, *words: str, by: str = "The organisation") -> None:
    """As far as the question by when."""
    await it.tap(who, "term_new")
    await it.desk.tap(who, by)
    await it.desk.tap(who, what)
    for each in words:
        await (it.desk.tap(who, "Skip") if each == "Skip" else it.desk.say(who, each))


async def proposed(it: Mediated, by: Human) -> None:
    await draft(it, by, "Replacement", "The same one, new.")
    await it.desk.tap(by, "In 14 days")
    await it.desk.tap(by, FAULTLESS)
    for other in (it.customer, it.us):
        await it.tap(other, "terms")


def propose(work: Work, case: Complaint) -> None:
    """The same, behind the scenes; the customer has to bring back the old one."""
    due = outcomes.today(work) + timedelta(days=9)
    settlement.add(work, case, Term("organisation", "replacement", "The same one, new.", None, due))
    settlement.add(work, case, Term("customer", "other", "Bring back the old one.", None, due))
    settlement.propose(work, case)


def agree(work: Work, case: Complaint) -> None:
    waiting = outcomes.waiting(work, case)
    assert waiting is not None
    settlement.answer(work, case, waiting.id, accepted=True)


def fulfil(work: Work, case: Complaint) -> None:
    for each in obligations.still_open(work, outcomes.in_force(work, case), ORGANISATION):
        obligations.fulfil(work, case, each.id, "It was handed over.")


def clauses(it: Mediated) -> list[tuple[str, str, str | None, str | None]]:
    found: list[Obligation] = it.all(Obligation)
    return [(each.by, each.what, each.amount, each.words) for each in found]


# ------------------------------------------------------------------ putting one together


async def test_a_term_in_any_digits(it: Mediated) -> None:
    await draft(it, it.customer, "Partial refund", "Skip", "۱٬۵۰۰٬۰۰۰ ریال")
    day = it.day(10)
    await it.desk.say(it.customer, f"{day.day}.{day.month}.{day.year}")
    assert clauses(it) == [("organisation", "refund_partial", "1500000", None)]
    assert it.all(Obligation)[0].due_on == day
    assert FAULTLESS in it.customer.buttons(it.customer.last)


async def test_another_currency_is_asked_back(it: Mediated) -> None:
    await draft(it, it.customer, "Partial refund", "Skip", "50 dollars")
    assert "Do you mean" in text_of(it.customer.last)
    await it.desk.say(it.customer, "2 million rials")
    await it.desk.tap(it.customer, "In 7 days")
    assert clauses(it) == [("organisation", "refund_partial", "2000000", None)]


async def test_what_is_no_amount_or_day_is_asked_again(it: Mediated) -> None:
    await draft(it, it.customer, "Partial refund", "Skip", "much", "-5", "0")
    assert "How much is it?" in text_of(it.customer.last)
    await it.desk.say(it.customer, "500000", "some day", "yesterday")
    assert "has passed" in text_of(it.customer.last)
    assert clauses(it) == []
    await it.desk.tap(it.customer, "In 30 days")
    assert clauses(it) == [("organisation", "refund_partial", "500000", None)]


async def test_something_else_needs_words(it: Mediated) -> None:
    await draft(it, it.customer, "Something else", by="The customer")
    await it.tap(it.customer, "term_plain")
    assert clauses(it) == []
    await draft(it, it.customer, "Something else", "Bring back the old one.", by="The customer")
    await it.desk.tap(it.customer, "No amount")
    await it.desk.tap(it.customer, "In 7 days")
    assert clauses(it) == [("customer", "other", None, "Bring back the old one.")]


async def test_a_contradiction_is_said_and_cannot_be_proposed_before_it_is_gone(it: Mediated) -> None:
    for what in ("Full refund", "Replacement"):
        await draft(it, it.customer, what, "Skip", *(["900000"] if what == "Full refund" else []))
        await it.desk.tap(it.customer, "In 14 days")
    assert "leave no room for each other" in text_of(it.customer.last)
    assert FAULTLESS not in it.customer.buttons(it.customer.last)
    await it.tap(it.customer, "terms_send")
    assert [each.proposed_at for each in it.outcomes()] == [None]
    await it.tap(it.customer, "terms")
    await it.desk.tap(it.customer, "Remove a term")
    await it.desk.tap(it.customer, "Remove 1")
    assert FAULTLESS in it.customer.buttons(it.customer.last)


async def test_a_draft_is_read_by_nobody_else(it: Mediated) -> None:
    await draft(it, it.customer, "Replacement", "The same one, new.")
    await it.desk.tap(it.customer, "In 14 days")
    for other in (it.us, it.mediator):
        await it.tap(other, "terms")
        assert "The same one, new." not in text_of(other.last)
        await it.tap(other, "term_off", str(it.all(Obligation)[0].id))
    assert len(clauses(it)) == 1


@pytest.mark.parametrize(
    ("do", "value"),
    [("term_by", "nobody"), ("term_what", "gold"), ("term_page", "99"), ("term_due", "1"), ("term_off", "x"),
     ("term_what", "replacement"), ("term_due", "7"), ("term_meant", ""), ("term_free", "")],
)  # fmt: skip
async def test_a_forged_step_adds_nothing(it: Mediated, do: str, value: str) -> None:
    await it.tap(it.customer, do, value)
    assert clauses(it) == []
    await it.tap(it.customer, "term_new")
    await it.tap(it.customer, do, value)
    assert clauses(it) == []


# ------------------------------------------------------------------ proposing and answering


async def test_both_accept_and_it_is_settled(it: Mediated) -> None:
    await proposed(it, it.mediator)
    for who in (it.customer, it.us):
        assert it.case.dispute_phase == Phase.IN_PROGRESS
        await it.desk.tap(who, "Accept")
        assert "This binds you" in text_of(who.last)
        await it.desk.tap(who, "Yes, I accept")
    await it.told_in_time()
    assert it.case.dispute_phase == Phase.IMPLEMENTING
    assert it.holding(it.customer, "It is settled")
    assert it.holding(it.mediator, "It was settled")


async def test_to_think_about_it_answers_nothing(it: Mediated) -> None:
    await proposed(it, it.mediator)
    await it.desk.tap(it.customer, "Think about it")
    assert "Take your time" in text_of(it.customer.last)
    assert [each.customer for each in it.outcomes()] == [None]


async def test_a_no_with_words_reaches_the_other_ends_and_the_talks_go_on(it: Mediated) -> None:
    await proposed(it, it.us)
    await it.desk.tap(it.customer, "Do not accept")
    await it.desk.say(it.customer, "I want the money.")
    await it.told_in_time()
    for other in (it.us, it.mediator):
        (heard,) = it.holding(other, "I want the money.")
        assert "Not accepted by the customer" in text_of(heard)
    assert it.case.dispute_phase == Phase.IN_PROGRESS


async def test_other_terms_answer_what_is_on_the_table_with_no(it: Mediated) -> None:
    await proposed(it, it.us)
    await it.desk.tap(it.customer, "Propose other terms")
    assert "The same one, new." in text_of(it.customer.last)
    first = it.outcomes()[0]
    assert first.ended is None
    await it.desk.tap(it.customer, FAULTLESS)
    first, second = it.outcomes()
    assert (first.ended, first.customer) == ("declined", False)
    assert (second.by, second.customer, second.ours) == (CUSTOMER, True, None)


async def test_an_answer_counts_once_and_only_for_what_waits(it: Mediated) -> None:
    it.act(it.mediator, propose)
    number = str(it.outcomes()[0].id)
    await it.tap(it.mediator, "terms_yes", number)  # who leads it is no party
    await it.tap(it.customer, "terms_yes", "99")
    assert it.outcomes()[0].customer is None
    await it.tap(it.customer, "terms_yes", number)
    await it.tap(it.customer, "terms_nay", number)
    assert it.outcomes()[0].customer is True
    stranger = await it.desk.newcomer(name="Eve")
    handler = await it.desk.staff("handler")
    for other in (stranger, handler):
        await it.tap(other, "terms_yes", number)
        await it.tap(other, "terms")
        assert "The same one, new." not in text_of(other.last)
    assert it.outcomes()[0].ours is None


# ------------------------------------------------------------------ kept, confirmed, rated


@pytest.fixture
async def settled(it: Mediated) -> Mediated:
    it.act(it.mediator, propose)
    it.act(it.customer, agree)
    it.act(it.us, agree)
    await it.told()
    return it


async def test_the_customers_own_part_is_shown_by_words_or_a_file(settled: Mediated) -> None:
    await settled.tap(settled.customer, "duties")
    await settled.desk.tap(settled.customer, "I have done term 2")
    settled.customer.photo(caption="At the counter.")
    await settled.desk.settle()
    done = {each.by: each.done_at is not None for each in settled.all(Obligation)}
    assert done == {ORGANISATION: False, CUSTOMER: True}
    assert "At the counter." in settled.desk.words()


async def test_confirmed_closed_and_rated_by_both(settled: Mediated) -> None:
    settled.act(settled.us, fulfil)
    await settled.tap(settled.customer, "duties")
    await settled.desk.tap(settled.customer, "Yes, it is done")
    assert Stage(settled.case.stage) is Stage.CLOSED
    assert settled.case.closed_reason == "settled"
    await settled.told_in_time()
    for who in (settled.customer, settled.us):
        for score in ("4 ⭐", "5 ⭐"):
            await settled.desk.tap(who, score)
    ratings = {each.side: (each.process, each.provider) for each in settled.all(DisputeRating)}
    assert ratings == {CUSTOMER: (4, 5), ORGANISATION: (4, 5)}


async def test_denied_it_is_due_again(settled: Mediated) -> None:
    settled.act(settled.us, fulfil)
    await settled.tap(settled.customer, "duties")
    await settled.desk.tap(settled.customer, "No, not done")
    await settled.desk.say(settled.customer, "Nothing came.")
    assert settled.case.dispute_phase == Phase.IMPLEMENTING
    ours = next(each for each in settled.all(Obligation) if each.by == ORGANISATION)
    assert (ours.done_at, ours.denials) == (None, 1)


async def test_what_is_not_kept_is_told_with_how_to_enforce_it(settled: Mediated) -> None:
    await settled.desk.forward(days=11)
    (told,) = settled.holding(settled.customer, "How you can have it enforced")
    assert "The same one, new." in text_of(told)


@pytest.mark.parametrize("value", ["1.0", "1.6", "1", "x.3", "99.3", "1.3.3"])
async def test_a_forged_rating_is_refused(settled: Mediated, value: str) -> None:
    for do in ("rate_way", "rate_body"):
        await settled.tap(settled.customer, do, value)
    assert settled.all(DisputeRating) == []


async def test_every_term_is_read_before_it_is_accepted(it: Mediated) -> None:
    words = [f"Part {number}: {'word ' * 13}{number}." for number in range(1, 13)]

    def many(work: Work, case: Complaint) -> None:
        due = outcomes.today(work) + timedelta(days=9)
        for each in words:
            settlement.add(work, case, Term("organisation", "other", each, None, due))
        settlement.propose(work, case)

    it.act(it.us, many)
    await it.told_in_time()
    proposal = it.outcomes()[-1]
    (shown,) = it.holding(it.customer, "Terms are proposed to you.")
    assert all(each in text_of(shown) for each in words)
    await it.tap(it.customer, "terms_look", str(proposal.id))
    assert all(each in text_of(it.customer.last) for each in words)
