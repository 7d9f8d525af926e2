"""How it was: asked after the first reply, at the end and a week later; what is low is heard, and answered."""

from pathlib import Path

import pytest

from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage import journal
from storage.surveys import Survey, of_case
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

ASKED, LAST = "A question about your complaint", "A last question about your complaint"
ALARM, KINDLY, MORE = (
    "⚠️ A customer is not satisfied.",
    "A customer of yours is not satisfied.",
    "The customer said more about their low score.",
)
SORRY = "Thank you for saying so. We are sorry."


def surveys(story: Story) -> dict[str, Survey]:
    with story.desk.desk.office.look() as work:
        return of_case(work.db, story.case.id)


def count(story: Story, human: Human, msgid: str) -> int:
    """How many messages begin so."""
    return sum(text_of(each).startswith(story.desk.said(human, msgid)) for each in human.inbox)


async def reply(story: Story, human: Human, message: Message, words: str) -> None:
    human.say(words, reply_to=message)
    await story.desk.settle()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_low_is_heard_by_those_who_can_make_it_good(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await desk.tap(handler, "Write to the customer")
        await desk.say(handler, words.question)
        assert not story.received(customer, ASKED)

        await desk.forward(hours=2)
        question = story.find(customer, ASKED)
        await desk.tap(customer, 1, question)
        assert story.read(customer, SORRY)
        await desk.tap(customer, "Write what went wrong")
        await desk.say(customer, words.objection)
        assert story.read(customer, "Thank you for your words.")
        assert not story.received(supervisor, ALARM)
        await desk.forward(minutes=3)
        for human, title in ((supervisor, ALARM), (handler, KINDLY)):
            assert words.objection in text_of(story.find(human, title))
        await desk.tap(customer, 3, question)  # a second tap changes the first
        assert surveys(story)["first_response"].score == 4

        await desk.forward(days=1)
        await desk.tap(handler, "Open the case")
        await story.answer(handler, "partly", "apology", words.reasons)
        await desk.tap(customer, "I accept the answer")
        await desk.tap(customer, 0)
        await desk.tap(customer, 1)
        assert desk.said(customer, "Reopen") in customer.buttons()
        await desk.say(customer, words.reply)
        await desk.forward(minutes=3)
        assert count(story, supervisor, ALARM) == 2
        alarm = story.find(supervisor, ALARM)
        assert words.reply in text_of(alarm)
        await desk.tap(supervisor, "Write to the customer", alarm)
        await desk.say(supervisor, words.reasons_again)
        assert words.reasons_again in text_of(story.find(customer, "A message about your complaint"))
        await reply(story, customer, story.find(customer, "A message about your complaint"), words.thanks)
        assert words.thanks in text_of(story.find(supervisor, "The customer wrote."))

        await desk.forward(days=9)
        await desk.tap(customer, 3, story.find(customer, LAST))
        assert story.read(customer, SORRY)
        await desk.forward(minutes=3)
        await reply(story, supervisor, story.find(supervisor, ALARM), words.next_step)
        assert words.next_step in text_of(story.find(customer, "A message about your complaint"))
        await desk.tap(customer, "Write what went wrong")
        await desk.say(customer, words.wish)
        await desk.forward(minutes=3)
        assert words.wish in text_of(story.find(supervisor, MORE))
        with desk.desk.office.look() as work:
            facts = [
                each.facts for each in journal.history(work.db, story.case.id) if each.event == "survey.reached_out"
            ]
        assert facts == [{"questions": ["handling", "outcome"]}, {"questions": ["loyalty"]}]
        assert count(story, customer, ASKED) == count(story, customer, LAST) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_contented_are_thanked_and_nobody_is_asked_twice_within_a_day(tmp_path: Path, language: str) -> None:
    """An anonymous complaint that ends an hour after the first question; a slip of the finger is mended in time."""
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.form(customer)
        await desk.say(customer, words.story)
        for button in ("Who I am", "Stay anonymous", "Done", "Submit the complaint"):
            await desk.tap(customer, button)
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "apology", words.reasons)
        await desk.forward(hours=2)
        first = story.find(customer, ASKED)
        await desk.tap(customer, 0, first)
        await desk.tap(customer, 4, first)
        assert story.read(customer, "Thank you.")
        await desk.tap(customer, "I accept the answer", story.find(customer, "Our answer to your complaint"))
        assert story.read(customer, "✅ Your complaint is closed.")
        assert "⭐" not in "".join(customer.buttons())
        assert surveys(story)["handling"].asked_at is None

        await desk.forward(days=2)
        assert count(story, customer, ASKED) == 2
        await desk.tap(customer, 4, story.find(customer, ASKED))
        await desk.tap(customer, 4)
        await desk.tap(customer, "Done")
        await desk.forward(days=7)
        await desk.tap(customer, 10, story.find(customer, LAST))
        assert story.read(customer, "Thank you.")
        assert {name: each.score for name, each in surveys(story).items()} == {
            "first_response": 5,
            "handling": 5,
            "outcome": 5,
            "loyalty": 10,
        }
        assert not story.received(supervisor, ALARM, MORE)
        assert not story.received(handler, KINDLY)


async def test_who_blocked_the_bot_is_not_asked_when_they_return(tmp_path: Path) -> None:
    async with telling(tmp_path, "fa") as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "apology", words.reasons)
        await desk.tap(customer, "I accept the answer")
        customer.block()
        await desk.forward(days=9)
        customer.start()
        await desk.settle()
        assert not story.received(customer, ASKED, LAST)
        assert surveys(story)["loyalty"].asked_at is None
