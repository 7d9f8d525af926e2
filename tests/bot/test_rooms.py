"""The rooms of a mediation in the bot: what is said there reaches its ends, and nothing of it strays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backoffice.disputes import consents, mediation
from bot.disputes.rooms import Rooms
from bot.keyboards import own
from bot.sandbox import media
from storage import crypto, traffic
from tests.bot.mediated import Mediated, mediated
from tests.running import text_of

SEALED = "sealed"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Mediated]:
    async with mediated(tmp_path) as running:
        yield running


async def test_what_is_sent_in_a_room_is_told_to_its_other_ends(it: Mediated) -> None:
    await it.tap(it.customer, "room", "joint")
    assert "What you send now goes into this room" in text_of(it.customer.last)
    await it.desk.say(it.customer, "Half of it would do.")
    await it.told()
    for other in (it.us, it.mediator):
        (heard,) = it.holding(other, "Half of it would do.")
        assert "the customer" in text_of(heard)
        assert heard.protected
        assert it.topic(other, heard) == "room:joint:1"
    assert it.talks() == ["Half of it would do."]


async def test_what_is_said_to_the_mediator_alone_reaches_nobody_else(it: Mediated) -> None:
    before = len(it.entries())
    await it.tap(it.customer, "room", "customer")
    await it.desk.say(it.customer, "In truth a third is enough.")
    await it.told()
    assert it.holding(it.mediator, "In truth a third is enough.")
    assert not it.holding(it.us, "In truth a third is enough.")
    assert len(it.entries()) == before


async def test_a_reply_goes_into_the_room_that_it_answers(it: Mediated) -> None:
    it.act(it.mediator, lambda work, case: mediation.say(work, case, "customer", "What is your least?"))
    it.act(it.mediator, lambda work, case: mediation.say(work, case, "joint", "Shall we begin?"))
    await it.told()
    (private,) = it.holding(it.customer, "What is your least?")
    before = len(it.entries())
    await it.reply(it.customer, "A third.", private)
    assert it.talks("customer") == ["What is your least?", "A third."]
    assert it.talks("joint") == ["Shall we begin?"]
    assert len(it.entries()) == before


async def test_a_reply_stays_private_whatever_is_asked_meanwhile(it: Mediated) -> None:
    """Also while an addition to the very case is awaited, and while somebody is in another room."""
    it.act(it.mediator, lambda work, case: mediation.say(work, case, "customer", "What is your least?"))
    await it.told()
    (private,) = it.holding(it.customer, "What is your least?")
    before = len(it.entries())
    it.customer.tap_data(own("add", it.case).pack())
    await it.desk.settle()
    await it.reply(it.customer, "A third.", private)
    await it.tap(it.customer, "room", "joint")
    await it.reply(it.customer, "Or a quarter.", private)
    assert it.talks("customer") == ["What is your least?", "A third.", "Or a quarter."]
    assert it.talks("joint") == []
    assert len(it.entries()) == before


async def test_a_reply_to_what_we_confirmed_goes_there_too(it: Mediated) -> None:
    await it.tap(it.customer, "room", "customer")
    await it.desk.say(it.customer, "A third.")
    confirmed = it.customer.last
    assert confirmed is not None
    assert "Said in" in text_of(confirmed)
    await it.desk.say(it.customer, "/cancel")
    await it.reply(it.customer, "Or a quarter.", confirmed)
    assert it.talks("customer") == ["A third.", "Or a quarter."]


async def test_a_sealed_room_takes_nothing_and_says_so(it: Mediated) -> None:
    it.act(it.mediator, lambda work, case: mediation.say(work, case, "customer", "What is your least?"))
    await it.told()
    (private,) = it.holding(it.customer, "What is your least?")
    it.act(it.us, lambda work, case: consents.withdraw(work, case, "We leave."))
    await it.told()
    before, drafts = len(it.entries()), len(it.desk.drafts())
    await it.reply(it.customer, "A third.", private)
    assert SEALED in text_of(it.customer.last)
    refusal = it.customer.last
    assert refusal is not None
    assert it.talks() == ["What is your least?"]
    assert (len(it.entries()), len(it.desk.drafts())) == (before, drafts)
    await it.reply(it.customer, "A third, I said.", refusal)
    assert "A third, I said." not in [each.text for each in it.entries() if each.complaint_id == it.case.id]


async def test_whoever_stands_in_a_room_that_is_sealed_is_refused_and_goes_on_being_refused(it: Mediated) -> None:
    await it.tap(it.customer, "room", "customer")
    it.act(it.us, lambda work, case: consents.withdraw(work, case, "We leave."))
    before = len(it.entries())
    await it.desk.say(it.customer, "A third.", "Or a quarter.")
    assert it.holding(it.customer, SEALED)
    assert it.talks() == []
    assert len(it.entries()) == before


async def test_a_mediator_who_lost_the_case_replies_in_vain(it: Mediated) -> None:
    it.act(it.customer, lambda work, case: mediation.say(work, case, "customer", "A third is enough."))
    await it.told()
    (heard,) = it.holding(it.mediator, "A third is enough.")
    it.act(it.us, lambda work, case: consents.withdraw(work, case, "We leave."))
    await it.told()
    before = len(it.entries())
    await it.reply(it.mediator, "I pass it on.", heard)
    assert it.talks() == ["A third is enough."]
    assert (len(it.entries()), it.desk.drafts()) == (before, [])


async def test_what_waits_for_a_representative_who_is_none_any_more_is_not_told(it: Mediated) -> None:
    colleague = await it.desk.staff("complaints_manager", name="Omid")
    it.act(it.mediator, lambda work, case: mediation.say(work, case, "organisation", "They would take half."))
    it.act(colleague, lambda work, case: setattr(case, "representative_id", work.actor.id))
    await it.told()
    assert not it.holding(it.us, "They would take half.")


async def test_an_album_that_answers_a_private_message_stays_there(it: Mediated) -> None:
    it.act(it.mediator, lambda work, case: mediation.say(work, case, "customer", "Have you pictures?"))
    await it.told()
    (private,) = it.holding(it.customer, "Have you pictures?")
    group = {"media_group_id": it.desk.world.group_id()}
    for answered in (private, None):  # the further parts may come without saying what they answer
        file = it.desk.world.store("photo", media.PIXEL)
        it.customer.send(media.content(it.desk.world, file, {}), answered, extra=group)
    await it.desk.settle()
    photos = [each for each in it.files() if each.kind == "photo"]
    assert [(each.entry_id, bool(each.talk_id)) for each in photos] == [(None, True)] * 2
    assert len(it.talks("customer")) == 3


async def test_an_edited_message_shows_both_wordings_to_its_ends_only(it: Mediated) -> None:
    await it.tap(it.customer, "room", "customer")
    said = it.customer.say("A third.")
    await it.desk.settle()
    it.customer.edit(said, "A quarter.")
    await it.told()
    assert it.holding(it.mediator, "A quarter.")
    assert not it.holding(it.us, "A quarter.")
    assert "A quarter." not in it.desk.words()


@pytest.mark.parametrize(
    ("who", "room"), [("customer", "organisation"), ("us", "customer"), ("handler", "joint"), ("admin", "customer")]
)
async def test_a_forged_button_opens_nobody_elses_room(it: Mediated, who: str, room: str) -> None:
    it.act(it.mediator, lambda work, case: mediation.say(work, case, room, "For few ears."))
    human = getattr(it, who, None) or await it.desk.staff(*([who, "auditor"] if who == "admin" else [who]))
    for do in ("room", "room_files"):
        await it.tap(human, do, room)
        assert not it.holding(human, "For few ears.")
    state = await current_state(it, human.id)
    assert state != Rooms.talking.state


@pytest.mark.parametrize("value", ["", "x", "joint.9", "joint.-1", "joint.x", "customer.1.1"])
async def test_a_room_or_page_that_is_none_is_refused(it: Mediated, value: str) -> None:
    await it.tap(it.customer, "room", value)
    assert await current_state(it, it.customer.id) is None


async def current_state(it: Mediated, chat: int) -> str | None:
    key = crypto.lookup("conversation", f"{chat}:{chat}:None")
    with it.desk.desk.office.look() as work:
        return traffic.conversation(work.db, key)[0]
