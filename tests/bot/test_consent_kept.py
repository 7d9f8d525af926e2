"""What is kept of a consent is what was on the screen, wherever it is read again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backoffice.disputes import choosing, consents, outcomes, register, settlement
from backoffice.disputes.phases import FACILITATIVE
from backoffice.disputes.terms import OTHER, Term
from backoffice.work import Actor, Work
from bot import own_file
from bot.i18n import Reader, speaking_to
from bot.sandbox.person import Person as Human
from storage.complaints import Complaint
from storage.consents import Consent
from storage.disputes import Referral
from storage.people import person_by_telegram
from tests.backoffice.conftest import Verb
from tests.backoffice.disputing import in_days
from tests.bot.mediated import PROVIDER, Mediated, mediated
from tests.running import text_of

CHANGED = "The text has changed"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Mediated]:
    """Both sides have consented before, and the customer has ended that way."""
    async with mediated(tmp_path, accepted=False) as running:
        running.act(running.customer, lambda work, case: consents.withdraw(work, case, ""))
        await running.told_in_time()
        yield running


def choose(it: Mediated) -> None:
    it.act(it.customer, lambda work, case: choosing.choose(work, case, PROVIDER, FACILITATIVE))


def set_for(it: Mediated, who: Human, **choice: object) -> None:
    with it.desk.desk.office.work() as work:
        person = person_by_telegram(work.db, who.id)
        assert person is not None
        for name, value in choice.items():
            setattr(person, name, value)


@pytest.mark.parametrize(
    ("before", "after"),
    [({"language": "en"}, {"language": "ar"}), ({"language": "fa"}, {"language": "fa", "native_digits": False})],
)
async def test_in_another_language_or_other_digits_it_is_read_first(
    it: Mediated, before: dict[str, object], after: dict[str, object]
) -> None:
    set_for(it, it.customer, **before)
    choose(it)
    await it.told()
    shown = it.customer.last
    set_for(it, it.customer, **after)
    it.customer.tap_data(str(shown.inline_keyboard[0][0]["callback_data"]), shown)
    await it.desk.settle()
    assert it.all(Referral)[-1].customer_consent_id is None
    again = it.customer.last
    assert again.id != shown.id
    it.customer.tap_data(str(again.inline_keyboard[0][0]["callback_data"]), again)
    await it.desk.settle()
    kept = it.all(Consent, kind="dispute")[-1]
    assert it.all(Referral)[-1].customer_consent_id == kept.id
    assert kept.text.splitlines()[-1].strip() in text_of(again)


async def test_the_text_of_a_way_that_is_over_is_not_shown_any_more(it: Mediated) -> None:
    choose(it)
    it.act(it.customer, lambda work, case: consents.refuse(work, case))
    choose(it)
    await it.told_in_time()
    texts = [each for each in it.customer.inbox if "I consent" in it.customer.buttons(each)]
    assert len(texts) == 1


async def test_what_a_customer_typed_is_no_markup_in_the_copy_of_their_data(it: Mediated) -> None:
    it.act(it.customer, lambda work, case: choosing.name_mediator(work, case, "<script>alert(1)</script>", "0912"))
    it.consent(it.customer)
    kept = it.all(Consent, kind="dispute")[-1]
    assert "<script>" in kept.text
    assert "<script>" not in own_file.consent(kept)


async def test_the_copy_of_their_data_has_the_ways_outside_and_what_was_put_before_them(it: Mediated) -> None:
    it.act(it.customer, lambda work, case: choosing.name_mediator(work, case, "Aunt Parvin", "0912 000"))
    it.act(it.customer, lambda work, case: consents.refuse(work, case, words="She is ill."))
    it.act(it.customer, lambda work, case: choosing.state_amount(work, case, "20 million rials"))
    first = it.all(Referral)[0].id
    it.act(it.customer, lambda work, case: register.rate(work, case, first, process=2, provider=4))
    it.act(it.us, lambda work, case: register.rate(work, case, first, process=1, provider=5))
    it.act(it.customer, choosing.negotiate)
    it.act(it.us, proposing("A new kettle."))
    it.act(it.customer, declining("It has to be red."))
    it.act(it.us, drafting("A secret offer."))
    it.act(it.customer, drafting("Two kettles."))
    with it.desk.desk.office.look() as work:
        person = person_by_telegram(work.db, it.customer.id)
        assert person is not None
        work.actor = Actor(person)
        with speaking_to(Reader("en")):
            page = own_file.page(work)
    for words in ("Aunt Parvin", "0912 000", "She is ill.", "A new kettle.", "It has to be red.", "Two kettles."):
        assert words in page
    assert "The dispute is about: \u2068IRR\u00a020,000,000\u2069" in page
    assert "Your rating of this way: 2 of 5" in page
    assert "Your rating of the third party: 4 of 5" in page
    assert "1 of 5" not in page  # what we think of it is ours
    assert "A secret offer." not in page


def drafting(words: str) -> Verb:
    return lambda work, case: settlement.add(work, case, Term("organisation", OTHER, words, None, in_days(work, 9)))


def proposing(words: str) -> Verb:
    def verb(work: Work, case: Complaint) -> None:
        drafting(words)(work, case)
        settlement.propose(work, case)

    return verb


def declining(words: str) -> Verb:
    def verb(work: Work, case: Complaint) -> None:
        waiting = outcomes.waiting(work, case)
        assert waiting
        settlement.answer(work, case, waiting.id, accepted=False, words=words)

    return verb
