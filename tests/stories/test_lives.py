"""Whole lives of complaints: through the real dispatcher and courier, in three languages, on both databases."""

from pathlib import Path

import pytest

from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from storage.complaints import Entry
from storage.surveys import of_case
from tests.bot.refused import WRONG
from tests.databases import migrated_postgres
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, day_for, telling

ALBUM = [{"kind": "photo"}, {"kind": "photo"}]
SHORT = {"fa": "هنوز انجام نشده است.", "ar": "لم يُنفَّذ بعد.", "en": "It is not done yet."}
OTHER = {"fa": "ar", "ar": "en", "en": "fa"}

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@in_three_languages
async def test_refused_answered_again_denied_confirmed_and_rated(tmp_path: Path, language: str, database: str) -> None:
    url = migrated_postgres() if database == "postgresql" else None
    async with telling(tmp_path, language, url) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()

        await desk.form(customer)
        await desk.say(customer, words.story)
        customer.album(ALBUM, caption=words.reply)
        customer.voice()
        await desk.settle()
        await desk.tap(customer, "Submit the complaint")
        assert story.received(customer, "✅ We have received your complaint.")
        assert words.story in text_of(story.find(handler, "A new case for you"))
        assert sorted(each.kind for each in handler.inbox if each.kind != "text") == ["photo", "photo", "voice"]

        await desk.tap(handler, "Take the case")
        assert story.received(customer, "Your complaint is being investigated.")
        await desk.tap(handler, "Ask the customer")
        await desk.say(handler, words.question)
        customer.say(words.thanks, reply_to=story.find(customer, "We need something from you to go on."))
        await desk.settle()
        assert words.thanks in text_of(story.find(handler, "The customer wrote."))

        await desk.tap(handler, "Open the case")
        await story.answer(handler, "partly", "refund_partial", words.reasons, words.amount, words.next_step)
        await desk.tap(customer, "No, it does not satisfy me")
        due = story.organisation.due("counter_answer", story.case.severity, story.case.touched_at)
        assert story.case.due_at == due
        assert day_for(due, story.reader(customer.id)) in text_of(customer.last)
        assert story.received(supervisor, "⚠️ A customer does not accept an answer of your team.")
        await desk.say(customer, words.objection)
        assert words.objection in text_of(story.find(handler, "The customer wrote."))

        await desk.tap(handler, "Open the case")
        await story.answer(handler, "upheld", "deliver", words.reasons_again, then=words.next_step)
        await desk.tap(customer, "I accept the answer")
        await desk.forward(days=2)
        await carry_out(story, handler)
        await desk.tap(customer, "No, not done")
        await desk.say(customer, SHORT[language])
        assert story.received(supervisor, "⚠️ A customer says that a remedy of your team is not done.")
        await carry_out(story, handler)
        await desk.tap(customer, "Yes, it is done")
        assert story.received(customer, "✅ Your complaint is closed.")
        for stars in (3, 4):
            await desk.tap(customer, stars)
        await desk.say(customer, words.thanks)
        await desk.tap(handler, "Root cause")
        await desk.tap(handler, 1)
        await desk.tap(handler, 0)
        await desk.tap(handler, "No further analysis")
        await story.open(customer)

        case = story.case
        assert (case.stage, case.closed_reason, case.rounds) == (Stage.CLOSED, "resolved", 2)
        assert case.root_cause
        with desk.desk.office.look() as work:
            rated = of_case(work.db, case.id)
            assert (rated["handling"].score, rated["outcome"].score) == (4, 5)
            assert work.db.get_one(Entry, rated["outcome"].entry_id).text == words.thanks


@in_three_languages
async def test_the_short_ways_to_an_end(tmp_path: Path, language: str) -> None:
    """Not upheld and accepted; an apology, which leaves nothing to carry out; withdrawn after a second question."""
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler = await story.handler()
        for decision, remedy, reason in (("not_upheld", "none", "not_upheld"), ("upheld", "apology", "resolved")):
            customer = await story.customer()
            await desk.complain(customer, words.story)
            await desk.tap(handler, "Take the case")
            await story.answer(handler, decision, remedy, words.reasons)
            await desk.tap(customer, "I accept the answer")
            assert story.received(customer, "✅ Your complaint is closed.")
            assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, reason)

        customer = await story.customer()
        await desk.complain(customer, words.objection)
        await story.open(customer)
        await desk.tap(customer, "Withdraw")
        await desk.tap(customer, "No, keep it")
        assert story.case.stage == Stage.RECEIVED
        await desk.tap(customer, "Withdraw")
        await desk.tap(customer, "Yes, withdraw it")
        await desk.tap(customer, "Yes, I am sure")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "withdrawn")
        assert story.received(handler, "The customer has withdrawn the complaint.")
        await desk.tap(handler, "Open the case")


@in_three_languages
async def test_reopened_by_one_tap_within_thirty_days_and_not_after(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "apology", words.reasons)
        await desk.tap(customer, "I accept the answer")
        await desk.tap(customer, "Show the complaint")

        await desk.forward(days=29)
        await desk.tap(customer, "Reopen")
        assert (story.case.stage, story.case.reopenings) == (Stage.INVESTIGATING, 1)
        await desk.say(customer, words.objection)
        assert story.received(handler, "The customer has reopened the case.")
        assert story.received(supervisor, "A closed case of your team was reopened.")
        await desk.tap(handler, "Open the case")
        await story.answer(handler, "upheld", "apology", words.reasons_again)
        await desk.tap(customer, "I accept the answer")
        await desk.tap(customer, "Show the complaint")

        await desk.forward(days=31)
        await desk.tap(customer, "Reopen")
        assert story.case.stage == Stage.CLOSED
        assert story.read(customer, "The time for reopening has passed. You can make a new complaint at any time.")
        assert desk.said(customer, "Reopen") not in customer.buttons()


@in_three_languages
async def test_anonymous_with_a_secret_and_followed_from_another_chat(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.form(customer)
        await desk.say(customer, words.story)
        for button in ("Who I am", "Stay anonymous", "Done", "Submit the complaint"):
            await desk.tap(customer, button)
        secret = copied(customer, desk.said(customer, "Copy the secret"))
        assert secret in text_of(customer.last)
        assert not any(words.customer in text_of(message) for message in handler.inbox)

        other = await desk.newcomer(OTHER[language], "Robin")
        await desk.say(other, f"/status {story.case.code}", "0000-0000-0000")
        assert story.read(other, WRONG)
        await desk.say(other, secret.lower())
        assert story.read(other, "Your complaint")

        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "refund_full", words.reasons)
        assert story.received(other, "Our answer to your complaint")
        assert not story.received(customer, "Our answer to your complaint")
        await desk.tap(other, "I accept the answer")
        assert not any(name in text_of(each) for each in handler.inbox for name in ("Robin", words.customer))


async def carry_out(story: Story, handler: Human) -> None:
    await story.desk.tap(handler, "Open the case")
    await story.desk.tap(handler, "The remedy is carried out")
    await story.desk.say(handler, story.words.evidence)


def copied(human: Human, label: str) -> str:
    """What a button copies."""
    assert human.last is not None
    buttons = [button for row in human.last.inline_keyboard for button in row]
    return next(str(button["copy_text"]["text"]) for button in buttons if button["text"] == label)
