"""Weeks with the desk: reminders, escalation, apologies, silence, and what anybody can check of a date."""

from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.stages import Stage
from storage import clocks
from storage.clocks import Deadline
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, day_for, telling

LATE = "Our answer is not ready in time. We are sorry for the delay."
NEAR, PASSED, TEAM = "⏳ A deadline is near.", "⚠️ A deadline has passed.", "⚠️ A case of your team is late."
CLOSED_FOR_NOW = "Your complaint is closed for now."

MINA = {"fa": "مینا", "ar": "مينا", "en": "Mina"}

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def deadline(story: Story, target: str) -> Deadline:
    """The newest limit of this name on the newest case."""
    with story.desk.desk.office.look() as work:
        return [each for each in clocks.of_case(work.db, story.case.id) if each.target == target][-1]


@in_three_languages
async def test_a_forgotten_case_is_noticed_by_everybody_in_turn_and_the_customer_hears_it_first(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        manager = await desk.staff("complaints_manager", language=language, name="Omid")
        top = await desk.staff("top_management", language=language, name="Taraneh")
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await desk.tap(handler, "Write to the customer")
        await desk.say(handler, words.question)
        case = story.case
        assert case.due_at is not None

        left = case.due_at - story.now
        await desk.forward(seconds=left.total_seconds() - 60)
        assert story.received(handler, NEAR)
        assert not story.received(supervisor, TEAM)
        assert not story.received(customer, LATE)
        await desk.tap(handler, "Why is it late?", story.find(handler, NEAR))
        await story.tap_label(handler, story.organisation.delay_reasons[0].words[language])
        assert story.read(handler, "✅ The reason is recorded.")

        await desk.forward(minutes=30)
        assert story.received(supervisor, TEAM)
        assert story.received(handler, PASSED)
        late = text_of(story.find(customer, LATE))
        assert story.organisation.delay_reasons[0].told[language] in late
        promised = story.case.promised_at
        assert promised is not None
        assert promised > case.due_at
        new_date = desk.said(customer, "New date: {date}")
        assert new_date.format(date=day_for(promised, story.reader(customer.id))) in late
        assert story.case.due_at == case.due_at

        await desk.forward(days=4)
        assert story.received(manager, TEAM)
        await desk.forward(days=4)
        assert story.received(top, TEAM)
        again = [message for message in customer.inbox if message.text.startswith(desk.said(customer, LATE))]
        assert len(again) >= 2

        await desk.forward(days=20)
        opened = "We have not settled your complaint within the longest time that we allow ourselves. We are sorry."
        assert story.received(customer, opened)
        assert story.organisation.providers[0].words[language] in text_of(story.find(customer, opened))
        for human in (handler, supervisor, manager, top):
            assert story.received(human, "⚠️ The longest time for a case is over.")
        await desk.tap(handler, "Open the case", story.find(handler, "⚠️ The longest time for a case is over."))
        await desk.tap(handler, "Take the case")  # it went back to the queue when nothing was done with it
        await story.answer(handler, "upheld", "refund_full", words.reasons)
        assert story.case.promised_at is None
        final = deadline(story, "final_response")
        assert (final.ended, final.reason) == ("met", story.organisation.delay_reasons[0].code)
        assert final.breached_at is not None
        await desk.say(handler, f"/case {story.case.code}")
        await desk.tap(handler, "Deadlines")
        assert story.read(handler, "Deadlines of the case", "Final answer", "Longest time")


@in_three_languages
async def test_silence_is_asked_about_and_never_shuts_anybody_out(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await desk.tap(handler, "Ask the customer")
        await desk.say(handler, words.question)
        assert story.case.due_at is None
        await desk.forward(days=5)
        assert story.received(customer, "We still need your answer to go on.")
        assert words.question in text_of(story.find(customer, "We still need your answer to go on."))
        await desk.tap(customer, "Answer the question", story.find(customer, "We still need your answer to go on."))
        await desk.say(customer, words.reply)
        case = story.case
        assert case.stage == Stage.INVESTIGATING
        assert case.due_at is not None
        assert day_for(case.due_at, story.reader(customer.id)) in text_of(customer.last)

        await desk.tap(handler, "Open the case")
        await desk.tap(handler, "Ask the customer")
        await desk.say(handler, words.question)
        await desk.forward(days=13)
        assert story.received(customer, CLOSED_FOR_NOW)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "no_info")
        await desk.tap(customer, "Reopen", story.find(customer, CLOSED_FOR_NOW))
        await desk.say(customer, words.reply)
        assert story.case.stage == Stage.INVESTIGATING

        await desk.tap(handler, "Open the case")
        await story.answer(handler, "upheld", "refund_full", words.reasons)
        await desk.forward(days=9)
        reminded = story.find(customer, "Our answer waits for your decision.")
        await desk.forward(days=4)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "silent")
        assert story.received(customer, "✅ Your complaint is closed.")
        await desk.tap(customer, "I accept the answer", reminded)
        assert story.read(customer, "This step is already behind us.")
        await desk.tap(customer, "Reopen")
        await desk.say(customer, words.objection)

        await desk.tap(handler, "Open the case")
        await story.answer(handler, "upheld", "refund_full", words.reasons_again)
        await desk.tap(customer, "I accept the answer")
        await desk.tap(handler, "Open the case", story.find(handler, "✅ The customer accepted your answer."))
        await desk.tap(handler, "The remedy is carried out")
        await desk.say(handler, story.words.evidence)
        await desk.forward(days=6)
        assert story.received(customer, "Has the remedy been carried out, as you see it?")
        await desk.forward(days=4)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "tacit")
        for _stars in range(2):
            await desk.tap(customer, 4)
        await desk.forward(days=4)  # what the handler is asked after a closing waits for a working day


@in_three_languages
async def test_more_time_needs_leave_and_a_reason_that_the_customer_reads(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        before = story.case.due_at
        await desk.tap(handler, "Deadlines")
        await desk.tap(handler, "More time")
        handler.photo()
        await desk.settle()
        assert story.read(handler, "Please write it as text.")
        await desk.say(handler, words.reasons)
        assert story.read(handler, "✅ Your supervisor is asked for leave. Until then the date stays.")
        assert story.case.due_at == before
        asked = story.find(supervisor, "A colleague asks for more time.")
        assert words.reasons in text_of(asked)
        granting = next(each["callback_data"] for row in asked.inline_keyboard for each in row)
        await desk.tap(supervisor, "Grant it", asked)
        after = story.case.due_at
        assert before is not None
        assert after is not None
        assert after > before
        told = text_of(story.find(customer, "We need more time for your complaint, and are sorry for it."))
        assert words.reasons in told
        assert day_for(after, story.reader(customer.id)) in told
        assert story.received(handler, "✅ You have more time. The customer has been told.")
        assert desk.said(supervisor, "Grant it") not in supervisor.buttons(asked)
        supervisor.tap_data(granting)
        await desk.settle()
        assert story.read(supervisor, "This step is already behind us.")
        await desk.say(handler, f"/extend {story.case.code} {words.reasons}")
        no_more = (
            "The date cannot be put off any more: it was put off before, it has passed, or it is the longest there is."
            " Say on the card why it is late; the customer is told."
        )
        assert story.read(handler, no_more)

        await desk.forward(seconds=((after - story.now) / 2).total_seconds())
        await desk.say(handler, f"/note {story.case.code} {words.reply}")  # who does nothing with a case loses it
        await desk.forward(seconds=(after - story.now - timedelta(hours=20)).total_seconds())
        await desk.tap(handler, "Remind me later", story.find(handler, NEAR))
        await desk.tap(handler, "In two hours")
        await desk.say(handler, words.objection)
        await desk.forward(hours=19)
        assert story.received(handler, "⏳ You asked to be reminded.")
        await desk.tap(handler, "Open the case", story.find(handler, "⏳ You asked to be reminded."))
        await desk.tap(handler, "Deadlines")
        assert story.read(handler, "Deadlines of the case")


@in_three_languages
async def test_what_is_critical_goes_on_without_the_answer_and_wakes_at_night(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Assess")
        for label in ("Considerable harm", "Danger, or somebody is hurt", "A few questions", "A few customers"):
            await desk.tap(handler, label)
        await desk.tap(handler, "Yes, at once")
        await desk.tap(handler, "Confirm")
        await desk.tap(handler, "Ask the customer")
        await desk.say(handler, words.question)
        await desk.forward(days=6)
        assert story.case.stage == Stage.INVESTIGATING
        assert story.received(customer, "We go on with what we know.")
        assert story.received(handler, "The customer did not answer our question.")
        assert story.received(supervisor, TEAM)


@in_three_languages
async def test_several_dates_at_once_are_one_message(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler = await story.handler()
        for _number in range(3):
            customer = await story.customer()
            await desk.complain(customer, words.story)
        await desk.forward(days=12)
        assert story.case.due_at is not None
        lists = [message for message in handler.inbox if "\n\n" in message.text and message.text.startswith("⏳")]
        assert any(len({each.code for each in desk.cases()} & set(codes_in(text_of(each)))) == 3 for each in lists)
        await desk.tap(handler, "My queue", lists[-1])


def codes_in(text: str) -> list[str]:
    return [word for word in text.replace("\u2066", " ").replace("\u2069", " ").split() if word.startswith("SLH-")]


@in_three_languages
async def test_a_late_case_is_given_to_a_colleague_and_no_date_moves(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        colleague = await story.handler(name=MINA[language])
        due = story.case.due_at
        await desk.forward(days=6)
        await desk.tap(supervisor, "Give to a colleague", story.find(supervisor, TEAM))
        assert story.read(supervisor, "Who is to have the case?")
        assert any(MINA[language] in label for label in supervisor.buttons())
        await story.tap_label(supervisor, MINA[language])
        assert story.read(supervisor, "✅ The case has a new owner. Both have been told.")
        assert story.case.due_at == due
        assert story.received(colleague, "A new case for you")
        assert story.received(handler, "A colleague has taken over a case of yours.")
        await desk.say(handler, f"/case {story.case.code}")
        assert story.read(handler, "We found no such case for you. Please check the code, or choose from your list.")
        await desk.say(supervisor, f"/assign {story.case.code}")
        await story.tap_label(supervisor, words.handler)
        assert story.received(colleague, "A colleague has taken over a case of yours.")
