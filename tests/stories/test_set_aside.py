"""Cases that are set aside: two complaints about one matter, what is none of ours; and the word of who complained."""

from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.stages import Stage
from bot.keyboards import Desk, Own
from bot.sandbox.person import Person as Human
from tests.bot.cast import compact
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
CONTESTED = "⚠️ The customer does not agree that the case is out of scope."


async def twice(story: Story) -> tuple[Human, Human]:
    """A handler, and a customer who complained two times of the same."""
    handler, customer = await story.handler(), await story.customer()
    await story.desk.complain(customer, story.words.story)
    await story.desk.forward(hours=2)
    await story.tap_label(customer, story.desk.said(customer, "My complaints"))
    await story.desk.say(customer, "/start")
    await story.desk.complain(customer, story.words.wish)
    return handler, customer


@in_three_languages
async def test_a_duplicate_is_seen_and_merged_and_what_is_sent_to_it_reaches_the_other(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await twice(story)
        first, second = desk.cases()
        card = text_of(handler.last)
        assert desk.said(handler, "⚠️ Perhaps a duplicate of {code}").split("{")[0] in card
        assert (first.code or "") in card
        await story.desk.more(handler, "Merge")
        await desk.tap(handler, 0)
        assert words.story in text_of(handler.last)
        await desk.tap(handler, "Yes, merge them")
        first, second = desk.cases()
        assert (second.stage, second.closed_reason, second.merged_into_id) == (Stage.CLOSED, "duplicate", first.id)
        assert desk.said(handler, "Root cause") not in handler.buttons()  # one of its own it has not
        told = story.find(customer, "We have put two of your complaints together.")
        assert (first.code or "") in text_of(told)

        customer.say(words.reply, reply_to=told.id)
        await desk.settle()
        assert (first.code or "") in text_of(customer.last)
        assert story.received(handler, "The customer wrote.")
        await desk.say(handler, f"/case {first.code}")
        assert (second.code or "") in text_of(handler.last)
        await desk.tap(handler, "History and notes")
        assert words.wish in text_of(handler.last)
        assert words.reply in text_of(handler.last)

        await desk.tap(customer, "This is another matter", told)
        await desk.say(customer, words.objection)
        first, second = desk.cases()
        assert (second.stage, second.closed_reason, second.merged_into_id) == (Stage.RECEIVED, None, None)
        assert story.received(handler, "⚠️ It was no duplicate: the case is separate again.")
        await desk.say(handler, f"/case {first.code}")
        await desk.tap(handler, "History and notes")
        assert words.wish not in text_of(handler.last)
        await desk.say(handler, f"/case {second.code}")
        assert desk.said(handler, "⚠️ Perhaps a duplicate of {code}").split("{")[0] not in text_of(handler.last)


@in_three_languages
async def test_out_of_scope_is_proposed_decided_and_contested(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, supervisor = await story.handler(), await story.supervisor()
        other = await desk.staff("complaints_manager", language=language, name="Omid")
        customer = await story.customer()
        await desk.complain(customer, words.story)
        reason = story.organisation.scope_reasons[0]
        await story.desk.more(handler, "Out of scope")
        await story.tap_label(handler, reason.words[language])
        assert reason.place
        await story.tap_label(handler, reason.place[language])
        assert reason.told[language] in text_of(handler.last)
        await desk.tap(handler, "Propose it")
        assert story.case.stage == Stage.RECEIVED
        asked = story.find(supervisor, "⚠️ A colleague proposes to put a case out of scope.")
        await desk.tap(supervisor, "It is out of scope", asked)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "out_of_scope")
        told = story.find(customer, "We cannot decide on your complaint here.")
        assert reason.told[language] in text_of(told)
        assert reason.place[language] in text_of(told)

        await desk.forward(hours=30)
        await desk.tap(customer, "I do not agree", told)
        await desk.say(customer, words.objection)
        assert story.case.stage == Stage.RECEIVED
        assert story.received(other, CONTESTED)
        assert not story.received(supervisor, CONTESTED)
        await desk.say(supervisor, f"/case {story.case.code}")
        await story.desk.more(supervisor, "Out of scope")
        await story.tap_label(supervisor, story.organisation.scope_reasons[1].words[language])
        await desk.say(supervisor, words.next_step)
        await desk.tap(supervisor, "Propose it")
        assert story.case.stage == Stage.RECEIVED
        again = story.find(other, "⚠️ A colleague proposes to put a case out of scope.")
        await desk.tap(other, "It is out of scope", again)
        assert story.case.closed_reason == "out_of_scope"
        last = story.find(customer, "We cannot decide on your complaint here.")
        assert words.next_step in text_of(last)
        await desk.tap(customer, "I do not agree", last)  # once is enough; the other ways are named
        assert story.read(customer, "This step is already behind us.")
        assert story.case.closed_reason == "out_of_scope"


@in_three_languages
async def test_a_proposal_is_refused_and_old_buttons_do_nothing(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        handler, supervisor = await story.handler(), await story.supervisor()
        customer = await story.customer()
        await desk.complain(customer, story.words.story)
        await story.desk.more(handler, "Out of scope")
        await story.tap_label(handler, story.organisation.scope_reasons[0].words[language])
        await desk.tap(handler, 0)
        await desk.tap(handler, "Propose it")
        asked = story.find(supervisor, "⚠️ A colleague proposes to put a case out of scope.")
        await desk.tap(supervisor, "It is ours to handle", asked)
        assert story.received(handler, "The case is in scope: please go on with it.")
        case = story.case
        tried = (("exclude", "1"), ("exclude", "x"), ("scope_sent", ""), ("scope_place", "="), ("include", ""))
        for do, value in tried:
            supervisor.tap_data(Desk(do=do, code=compact(case), turn=case.turn, value=value).pack())
            await desk.settle()
        for do in ("contest_scope", "another_matter", "continue"):
            customer.tap_data(Own(do=do, code=compact(case), turn=case.turn).pack())
            await desk.settle()
        assert story.case.stage == Stage.RECEIVED


@in_three_languages
async def test_after_the_time_for_reopening_a_new_complaint_continues_the_old_one(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        proof = customer.last
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "not_upheld", "none", words.reasons)
        await desk.tap(customer, "I accept the answer")
        old = story.case
        await desk.forward(hours=24 * 40)
        assert proof
        customer.say(words.objection, reply_to=proof.id)
        await desk.settle()
        assert story.read(customer, "We have kept your message.")
        await desk.tap(customer, "Continue")
        await desk.tap(customer, "Submit the complaint")
        new = story.case
        assert (new.continues_id, new.category, new.reference) == (old.id, old.category, old.reference)
        assert new.id != old.id
        assert words.objection in text_of(handler.last)
        assert (old.code or "") in text_of(handler.last)
        await desk.say(handler, f"/case {old.code}")
        assert (new.code or "") in text_of(handler.last)


@in_three_languages
async def test_withdrawn_by_two_taps_or_as_provably_asked_and_reopened_from_above(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, supervisor = await story.handler(), await story.supervisor()
        customer = await story.customer()
        await desk.complain(customer, words.story)
        await story.open(customer)
        for button in ("Withdraw", "Yes, withdraw it"):
            await desk.tap(customer, button)
        assert story.case.stage == Stage.RECEIVED
        await desk.tap(customer, "Yes, I am sure")
        assert story.case.closed_reason == "withdrawn"
        await desk.tap(customer, "Reopen")
        await desk.say(customer, "/start")

        await desk.say(handler, f"/case {story.case.code}")
        await story.desk.more(handler, "Customer withdrew")
        await desk.say(handler, words.next_step)
        assert story.case.closed_reason == "withdrawn"
        told = story.find(customer, "We have noted that you withdraw your complaint.")
        assert words.next_step not in text_of(told)

        await desk.forward(hours=24 * 60)
        await desk.say(supervisor, f"/case {story.case.code}")
        await story.desk.more(supervisor, "Reopen the case")
        await desk.say(supervisor, words.reasons_again)
        assert (story.case.stage, story.case.reopenings) == (Stage.INVESTIGATING, 2)
        assert story.received(customer, "We look at your complaint again.")
        assert story.case.due_at
        assert story.case.due_at - story.now < timedelta(days=9)
