"""Complaints by phone and letter: written down, passed on by hand, taken over in the customer's own chat."""

from datetime import timedelta
from pathlib import Path

import pytest

from backoffice import recording
from bot import dates
from bot.i18n import speaking_to
from bot.sandbox.person import Person as Human
from tests.running import TEHRAN, text_of
from tests.stories import recorded
from tests.stories.lexicon import in_digits
from tests.stories.telling import LANGUAGES, Story, day_for, telling

RECORDED = "✅ The complaint is recorded."
STAFF = "Somebody who works here cannot take over a customer's complaint. Please pass the link on to the customer."
NO_LINK = "This link leads to no complaint. Please check that it is complete, or ask us for a new one."
NEWER = "There is a newer link for this complaint. Please use that one, or ask us for another."
ABOUT_ME = "Nobody records a complaint about themselves. Please erase this draft, and ask a colleague to record it."


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_call_is_written_down_and_followed_by_hand_to_its_end(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        await recorded.record(story, handler)
        case = story.case
        assert (case.channel, case.recorded_by, case.customer_id != case.recorded_by) == ("phone", case.owner_id, True)
        page = story.find(handler, RECORDED)
        for words in ("✅ We have received your complaint.", "Tell the customer this:"):
            assert desk.said(handler, words) in page.text
        assert case.code in page.text
        assert case.acknowledged_at is None
        assert any(each.content.get("photo") for each in handler.inbox)
        assert len(await recorded.tell(story, handler)) == 1
        assert story.case.acknowledged_at is not None
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "refund_full", "The carrier lost it.")
        await desk.forward(days=30)  # no silence: nobody has told them yet
        assert story.case.stage == "answered"
        told = await recorded.tell(story, handler)
        assert any("The carrier lost it." in each for each in told)
        await recorded.decide(story, handler, "They accept the answer")
        assert story.case.stage == "implementing"
        await desk.tap(handler, "The remedy is carried out")
        await desk.say(handler, story.words.evidence)
        await recorded.tell(story, handler)
        await recorded.decide(story, handler, "They say: it is done")
        assert story.case.closed_reason == "resolved"
        await recorded.tell(story, handler)
        await story.rest()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_caller_takes_the_case_over_in_their_own_chat(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        link = await recorded.record(story, handler)
        await desk.tap(handler, "A copy to send", story.find(handler, RECORDED))
        assert desk.said(handler, "For the customer, to be sent or printed:") in text_of(handler.last)
        await desk.say(handler, f"/case {story.case.code}")
        await desk.tap(handler, "Take the case")

        colleague = await story.handler(name="Ella")
        colleague.start(link)
        await desk.settle()
        assert story.read(colleague, STAFF)
        thief = await story.customer()
        thief.start("claim-nothing-of-ours")
        await desk.settle()
        assert story.read(thief, NO_LINK)
        thief.start(link)
        await desk.settle()
        await desk.say(thief, "0000", "no idea")
        assert story.case.customer_id != story.case.recorded_by
        customer = await recorded.claim(story, link, in_digits("6789", story.reader(handler.id)))
        await story.rest()
        assert story.received(customer, "✅ The complaint is yours here now.")
        assert story.received(customer, "✅ We have received your complaint.")
        assert story.received(customer, "Your complaint is being investigated.")
        assert story.received(handler, "✅ The customer follows the complaint in Telegram now.")
        thief.start(link)
        await desk.settle()
        assert story.read(thief, "This complaint is followed in a chat already, and its link works once.")
        customer.start(link)
        await desk.settle()
        assert story.read(customer, "This complaint is yours here already. You find it under “My complaints”.")
        await story.open(customer)
        assert story.case.code in text_of(customer.last)
        await desk.say(handler, f"/case {story.case.code}")
        await story.answer(handler, "upheld", "apology", story.words.story)
        await desk.tap(customer, "I accept the answer", story.find(customer, "Our answer to your complaint"))
        assert story.case.stage == "closed"
        await story.rest()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_link_is_closed_after_wrong_tries_or_its_time_and_made_anew(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        link = await recorded.record(story, handler, contact=None, channel="letter")
        old = recorded.secret(handler)
        thief = await recorded.claim(story, link, "1234")
        await desk.say(thief, "AAAA-BBBB-CCCC", "x", "1", "2")
        assert story.read(thief, "That does not fit either, so this link is closed now. Please ask us for a new one.")
        await desk.say(thief, old)
        assert story.read(thief, "This link was tried too often with a wrong answer. Please ask us for a new one.")
        await desk.say(thief, "/cancel")
        await recorded.tell(story, handler)
        await desk.more(handler, "📞 By phone or letter")
        await desk.tap(handler, "A new link")
        new = recorded.link(handler)
        assert new != link
        assert recorded.secret(handler) != old
        thief.start(link)
        await desk.settle()
        assert story.read(thief, NEWER)
        await desk.forward(days=40)
        thief.start(new)
        await desk.settle()
        assert story.read(thief, "This link has expired. Please ask us for a new one.")
        await recorded.rest(story, handler)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_an_authority_passes_on_has_its_own_date(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        boss = await story.supervisor()
        await recorded.begin(story, handler, recording.AUTHORITY, when=spelled(story, handler, -2) + " 10:15")
        await desk.say(handler, "eNamad 1405/77")
        await desk.say(handler, "no day at all")
        await desk.say(handler, spelled(story, handler, -1))
        assert story.read(handler, "This day has passed. Please choose one that lies ahead.")
        await desk.say(handler, spelled(story, handler, 3))
        await recorded.about(story, handler)
        await recorded.who(story, handler, story.words.customer)
        await desk.tap(handler, "Record the complaint")
        case = story.case
        assert case.authority == "eNamad 1405/77"
        assert case.received_at == (story.now - timedelta(days=2)).replace(hour=6, minute=45, second=0, microsecond=0)
        assert case.due_at == case.authority_due
        await recorded.tell(story, handler)
        date = day_for(case.authority_due, story.reader(handler.id))
        assert desk.said(handler, "The authority wants our answer by {date}").format(date=date) in text_of(handler.last)
        await desk.tap(handler, "Take the case")
        await desk.forward(days=4)
        named = desk.said(handler, "The authority's date")
        assert any(named in text_of(each) for each in (*handler.inbox, *boss.inbox))
        await recorded.tell(story, handler)
        await recorded.rest(story, handler)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_stays_anonymous_follows_it_by_code_and_secret(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        await recorded.begin(story, handler, "in_person")
        await recorded.about(story, handler)
        await desk.tap(handler, "Who complains")
        await desk.tap(handler, "Stays anonymous")
        await desk.tap(handler, "Done")
        await desk.tap(handler, "Record the complaint")
        code, secret = story.case.code or "", recorded.secret(handler)
        customer = await story.customer()
        await desk.say(customer, f"/status {code}", "AAAA-AAAA-AAAA", secret)
        assert code in text_of(customer.last)
        await desk.say(handler, f"/case {code}")
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "refund_full", story.words.story)
        await desk.tap(customer, "I accept the answer", story.find(customer, "Our answer to your complaint"))
        assert story.case.stage == "answered"
        await desk.tap(customer, "Say who I am")
        await desk.say(customer, story.words.customer)
        await desk.tap(customer, "I accept the answer")
        assert (story.case.stage, story.case.name) == ("implementing", story.words.customer)
        await story.rest()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_draft_survives_a_restart_and_bad_answers(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        await desk.say(handler, "/log")
        await desk.tap(handler, "More")
        await desk.tap(handler, "Previous")
        await story.tap_label(handler, story.organisation.channels["phone"][language])
        for words, refusal in (
            (spelled(story, handler, 1), "This lies in the future. Please say when the complaint really came."),
            ("23:59", "This lies in the future. Please say when the complaint really came."),
        ):
            await desk.say(handler, words)
            assert story.read(handler, refusal)
        for words in ("32/13/1405", "soon", "x" * 200, spelled(story, handler, -60)):
            await desk.say(handler, words)
            assert desk.drafts()[0].arrived_at is None
        await desk.tap(handler, "Yesterday")
        await desk.restart()
        await desk.say(handler, "/log")
        await desk.tap(handler, "Continue")
        await desk.tap(handler, 0)
        await desk.tap(handler, "Back")
        await recorded.about(story, handler)
        await desk.tap(handler, "How it came")
        await story.tap_label(handler, story.organisation.channels["email"][language])
        await desk.tap(handler, "Leave it as it is")
        for do, label in (("Order number", "42"), ("What they want", "A new one, please")):
            await desk.tap(handler, do)
            await desk.say(handler, label)
        await desk.tap(handler, "When")
        await desk.tap(handler, "Yesterday")
        await desk.tap(handler, "Person concerned")
        await story.tap_label(handler, story.words.handler)
        assert story.read(handler, ABOUT_ME)
        await desk.say(handler, "/log")
        await desk.tap(handler, "Erase it")
        assert desk.drafts() == []
        await desk.say(handler, "/log")
        assert story.read(handler, "How did the complaint reach us?")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_rings_again_is_found_by_the_number(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        await recorded.record(story, handler)
        first = story.case.code or ""
        await recorded.tell(story, handler)
        await recorded.begin(story, handler)
        await recorded.about(story, handler)
        await recorded.who(story, handler, story.words.customer, "+989123456789")
        await desk.tap(handler, "Who complains")
        await desk.tap(handler, "Earlier complaints")
        await story.tap_label(handler, first)
        await desk.tap(handler, "Done")
        await desk.tap(handler, "Record the complaint")
        customer = await recorded.claim(story, recorded.link(handler), "6789")
        await desk.say(customer, "/mine")
        assert first in text_of(customer.last)
        assert (story.case.code or "") in text_of(customer.last)
        await story.rest()


def spelled(story: Story, human: Human, days: int) -> str:
    """A day so many days from now, as this reader would type it."""
    with speaking_to(story.reader(human.id)):
        return dates.short((story.now + timedelta(days=days)).astimezone(TEHRAN).date())
