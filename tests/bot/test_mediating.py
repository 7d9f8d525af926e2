"""The mediator in the bot: joins, reads the file, declares, declines, adjourns, gives up; sees nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backoffice.disputes import consents
from backoffice.disputes.phases import Phase
from bot.commands import menu
from storage.disputes import Referral
from storage.people import Staff
from tests.bot.mediated import Mediated, mediated
from tests.running import text_of

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
OWN = "I once bought a kettle there."


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Mediated]:
    """Both sides have consented, and the mediator has said nothing yet."""
    async with mediated(tmp_path, accepted=False) as running:
        yield running


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Mediated]:
    async with mediated(tmp_path) as running:
        yield running


def referral(it: Mediated) -> Referral:
    found: Referral = it.all(Referral)[-1]
    return found


# ------------------------------------------------------------------ the way in


async def test_who_joins_as_a_mediator_is_greeted_as_one_and_finds_no_queue(asked: Mediated) -> None:
    greeting = next(each for each in asked.mediator.inbox if "Welcome" in text_of(each))
    assert "disputes can be put before you" in text_of(greeting)
    assert asked.mediator.buttons(greeting) == ["Disputes put before you", "Language", "Help"]
    assert asked.all(Staff, provider="mediator")[0].roles == ["resolver"]


async def test_the_commands_of_a_mediator_are_theirs_alone(asked: Mediated) -> None:
    names = {each.command for each in menu(frozenset({"resolver"}))}
    assert "mediation" in names
    assert not names & {"queue", "case", "dispute", "team", "hearing", "invite"}
    await asked.desk.say(asked.mediator, "/help")
    assert "Help for mediators" in text_of(asked.mediator.last)


async def test_the_list_has_what_lies_with_them(asked: Mediated) -> None:
    await asked.desk.say(asked.mediator, "/mediation")
    assert str(asked.case.code) in text_of(asked.mediator.last)
    await asked.desk.say(asked.mediator, f"/mediation {asked.case.code}")
    assert "The parties" in text_of(asked.mediator.last)
    await asked.desk.say(asked.us, "/mediation")
    assert "do not have the right" in text_of(asked.us.last)


async def test_the_file_names_the_customer_to_who_asks_and_no_contact(asked: Mediated) -> None:
    asked.act(asked.customer, lambda _work, case: setattr(case, "name", "Sara Amini"))
    asked.act(asked.customer, lambda _work, case: setattr(case, "contact", "+989120000000"))
    for do in ("med_file", "file_said"):
        await asked.tap(asked.mediator, do)
        assert "+989120000000" not in text_of(asked.mediator.last)
        assert asked.mediator.last is not None
        assert asked.mediator.last.protected
    await asked.tap(asked.mediator, "med_file")
    shown = text_of(asked.mediator.last)
    assert "Sara Amini" not in shown
    assert "never arrived" in shown
    assert "Rana" not in shown
    await asked.desk.tap(asked.mediator, "Who complains")
    await asked.desk.tap(asked.mediator, "To know whether I am free of conflict")
    assert "Sara Amini" in text_of(asked.mediator.last)
    assert "+989120000000" not in text_of(asked.mediator.last)
    await asked.desk.tap(asked.mediator, "Back", asked.mediator.inbox[-2])
    assert "The parties" in text_of(asked.mediator.inbox[-2])


# ------------------------------------------------------------------ accepting, declining


async def test_the_declaration_is_what_was_shown_and_what_was_added(asked: Mediated) -> None:
    await asked.tap(asked.mediator, "med_accept")
    await asked.desk.say(asked.mediator, OWN)
    await asked.desk.tap(asked.mediator, "I declare this and accept")
    await asked.told_in_time()
    declared = referral(asked).declaration or ""
    assert declared.startswith("I declare that I am independent")
    assert declared.endswith(OWN)
    assert asked.case.dispute_phase == Phase.IN_PROGRESS
    for side in (asked.customer, asked.us):
        assert asked.holding(side, OWN)


async def test_nobody_declares_what_they_were_not_shown(asked: Mediated) -> None:
    await asked.tap(asked.mediator, "declare")
    assert referral(asked).declaration is None
    assert asked.case.dispute_phase == Phase.AWAITING_PROVIDER


async def test_a_conflict_bars_the_mediator_at_once(asked: Mediated) -> None:
    await asked.tap(asked.mediator, "med_decline")
    await asked.desk.tap(asked.mediator, "I am not independent in this matter")
    await asked.desk.say(asked.mediator, "We are cousins.")
    assert "no access to the file any more" in text_of(asked.mediator.last)
    await asked.tap(asked.mediator, "med_file")
    assert "The parties" not in text_of(asked.mediator.last)
    assert asked.case.resolver_id is None
    assert referral(asked).ended == "conflict"


@pytest.mark.parametrize("do", ["med_file", "file_said", "file_sent", "med_accept", "declare", "med_decline"])
@pytest.mark.parametrize("who", ["customer", "us"])
async def test_the_file_of_the_mediator_is_nobody_elses(asked: Mediated, do: str, who: str) -> None:
    human = getattr(asked, who)
    await asked.tap(human, do)
    assert "The parties" not in text_of(human.last)
    assert "Your declaration" not in text_of(human.last)
    assert asked.case.dispute_phase == Phase.AWAITING_PROVIDER


# ------------------------------------------------------------------ how it goes on


async def test_a_mediation_is_adjourned_to_a_day_in_any_digits(it: Mediated) -> None:
    await it.tap(it.mediator, "adjourn")
    await it.desk.say(it.mediator, "yesterday")
    assert "has passed" in text_of(it.mediator.last)
    await it.desk.say(it.mediator, "never")
    assert "could not read" in text_of(it.mediator.last)
    day = it.day(4)
    await it.desk.say(it.mediator, f"{day.day}/{day.month}/{day.year}".translate(ARABIC))
    await it.desk.say(it.mediator, "Please look for the receipt.")
    until = referral(it).adjourned_until
    assert until is not None
    assert until.date() == day
    await it.told_in_time()
    for side in (it.customer, it.us):
        assert it.holding(side, "Please look for the receipt.")


async def test_a_day_after_the_end_is_no_day_to_adjourn_to(it: Mediated) -> None:
    await it.tap(it.mediator, "adjourn")
    await it.desk.say(it.mediator, it.day(400).strftime("%d/%m/%Y"))
    assert "after the end of the mediation" in text_of(it.mediator.last)
    assert referral(it).adjourned_until is None


async def test_more_time_needs_both_sides(it: Mediated) -> None:
    await it.tap(it.mediator, "more_time")
    await it.desk.tap(it.mediator, "Ask for it")
    await it.told_in_time()
    for side in (it.customer, it.us):
        assert not referral(it).extended
        await it.desk.tap(side, "Read and answer")
        await it.desk.tap(side, "I agree")
    await it.told_in_time()
    assert referral(it).extended
    assert it.holding(it.mediator, "There is more time for the mediation")


async def test_the_end_without_an_agreement_is_looked_at_once_more(it: Mediated) -> None:
    await it.tap(it.mediator, "no_deal_yes")  # nothing was written yet
    assert it.case.dispute_phase == Phase.IN_PROGRESS
    await it.tap(it.mediator, "no_deal")
    await it.desk.say(it.mediator, "You are too far apart.")
    assert it.case.dispute_phase == Phase.IN_PROGRESS
    await it.desk.tap(it.mediator, "Yes, end it")
    await it.told_in_time()
    assert it.case.dispute_phase == Phase.FAILED
    assert it.case.resolver_id is None
    assert it.holding(it.customer, "You are too far apart.")
    await it.tap(it.mediator, "med_file")
    assert "The parties" not in text_of(it.mediator.last)


@pytest.mark.parametrize("do", ["adjourn", "adjourn_to", "no_deal", "no_deal_yes"])
async def test_only_who_leads_it_leads_it(it: Mediated, do: str) -> None:
    for human in (it.customer, it.us):
        await it.tap(human, do, it.day(4).isoformat())
        assert "do not have the right" in text_of(human.last)


async def test_a_reply_that_names_no_room_is_not_passed_on(it: Mediated) -> None:
    asked = next(each for each in it.mediator.inbox if "put before you." in text_of(each))
    before = len(it.entries())
    await it.reply(it.mediator, "What is this about?", asked)
    assert "not passed on" in text_of(it.mediator.last)
    assert (len(it.entries()), it.talks(), it.desk.drafts()) == (before, [], [])


async def test_access_ends_with_the_consent(it: Mediated) -> None:
    it.act(it.customer, lambda work, case: consents.withdraw(work, case, ""))
    await it.told_in_time()
    assert it.holding(it.mediator, "with you no more")
    for do in ("med_file", "file_said", "file_sent", "rooms", "terms"):
        await it.tap(it.mediator, do)
        assert "never arrived" not in text_of(it.mediator.last)
