"""Answers with all their parts, with a second pair of eyes, and changed by both sides, in three languages."""

from pathlib import Path

import pytest

from backoffice import answers
from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from storage.complaints import Answer, answers_of
from tests.databases import migrated_postgres
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
COURT = {
    "fa": "اگر رسيدگی نكنيد، با وکیلم به دادگاه مي‌روم.",
    "ar": "إن لم تعالجوا الأمر فسأرفع دعوى للمحكمة مع محاميّ.",
    "en": "If nothing happens, my lawyer takes this to court.",
}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@in_three_languages
async def test_a_risky_answer_is_read_returned_changed_and_approved(
    tmp_path: Path, language: str, database: str
) -> None:
    url = migrated_postgres() if database == "postgresql" else None
    async with telling(tmp_path, language, url) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        lawyer = await desk.staff("legal", language=language, name="Lale")
        await desk.complain(customer, COURT[language])
        assert story.case.risks == {"legal": "hint"}
        assert story.received(lawyer, "⚠️ A customer's words hint at a legal risk.")
        await desk.tap(handler, "Take the case")

        await written(story, handler, words.reasons)
        await desk.tap(handler, "Send it for approval")
        assert story.case.stage == Stage.AWAITING_APPROVAL
        assert not story.received(customer, "Our answer to your complaint")
        assert story.received(lawyer, "An answer waits for approval")
        await desk.say(supervisor, "/approve")
        await desk.tap(supervisor, "Return with a comment")
        await desk.say(supervisor, words.question)
        assert story.case.stage == Stage.INVESTIGATING
        assert story.received(handler, "The answer is not approved yet.")

        await desk.tap(handler, "Change the answer")
        await desk.tap(handler, "Change or add something")
        await desk.tap(handler, "Reasons")
        await desk.say(handler, words.reasons_again)
        await desk.tap(handler, "Send it for approval")
        await desk.tap(supervisor, "Approve and send")
        assert story.received(handler, "✅ The answer is approved and on its way to the customer.")
        assert words.reasons_again in text_of(story.find(customer, "Our answer to your complaint"))
        (answer,) = kept(story)
        assert answer.approver_id not in (None, answer.author_id)
        assert story.case.rounds == 1
        await desk.tap(customer, "I accept the answer")


@in_three_languages
async def test_an_answer_says_all_that_it_can_and_is_a_document(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await desk.tap(handler, "Answer")
        await desk.tap(handler, 1)
        template = story.organisation.answer_templates[-1]
        await story.tap_label(handler, template.words[language])
        assert story.case.code in text_of(handler.last)
        await desk.tap(handler, "Add to this text")
        await desk.say(handler, words.reasons)
        await desk.tap(handler, 0)
        await desk.tap(handler, "Amount")
        await desk.say(handler, "1500000")
        await desk.tap(handler, "Date")
        await desk.tap(handler, 0)
        await desk.tap(handler, "Another remedy")
        await desk.tap(handler, "More")
        await desk.tap(handler, 5)
        await desk.tap(handler, "Skip")
        await desk.tap(handler, "Skip")
        for part, said in (
            ("The complaint as understood", words.story),
            ("What was found", words.reply),
            ("What was put right", words.reasons_again),
        ):
            await desk.tap(handler, "Change or add something")
            await desk.tap(handler, part)
            await desk.say(handler, said)
        await desk.tap(handler, "Send the answer")

        told = text_of(story.find(customer, "Our answer to your complaint"))
        for said in (words.story, words.reply, words.reasons, words.reasons_again):
            assert said in told
        (answer,) = kept(story)
        first, second = answers.given(answer)
        assert (first.amount, first.currency, first.code) == ("1500000", "IRR", answer.remedy)
        assert first.by
        assert second.code != first.code
        assert any(each.kind == "document" for each in customer.inbox)
        await desk.tap(customer, "I accept the answer")


@in_three_languages
async def test_the_customer_suggests_something_else_twice_and_the_owner_revises(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "partly", "apology", words.reasons)
        for _round in range(2):
            await desk.tap(customer, "Suggest something else")
            await desk.say(customer, words.wish)
            assert story.case.stage == Stage.INVESTIGATING
            assert story.case.due_at == story.organisation.due("counter_answer", None, story.now)
            assert words.wish in text_of(story.find(handler, "The customer suggests something else."))
            await desk.tap(handler, "Open the case")
            await story.answer(handler, "partly", "replacement", words.reasons_again)
        assert desk.said(customer, "Suggest something else") not in customer.buttons()

        await desk.more(handler, "Revise the answer")
        await desk.say(handler, words.next_step)
        await desk.tap(handler, "Change or add something")
        await desk.tap(handler, "Decision")
        await desk.tap(handler, 0)
        await desk.tap(handler, "Send the answer")
        assert words.next_step in text_of(story.find(customer, "Our new answer to your complaint"))
        assert (story.case.stage, story.case.rounds, story.case.decision) == (Stage.ANSWERED, 3, "upheld")
        assert [each.round for each in kept(story)] == [1, 2, 3, 3]
        await desk.tap(customer, "I accept the answer")


@in_three_languages
async def test_a_risk_is_marked_and_taken_off_by_hand(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await desk.more(handler, "Legal or publicity risk")
        await desk.tap(handler, "It may become public")
        await desk.say(handler, words.question)
        assert (story.case.risks, story.case.severity) == ({"publicity": "marked"}, "high")
        await written(story, handler, words.reasons)
        assert story.read(handler, "Nobody else can give it, so the answer goes without. That is recorded.")
        await desk.tap(handler, "Cancel")
        await desk.more(handler, "Legal or publicity risk")
        await desk.tap(handler, "No publicity risk")
        await desk.say(handler, words.question)
        assert story.case.risks == {}


async def written(story: Story, handler: Human, reasons: str) -> None:
    """An answer up to the last look."""
    desk = story.desk
    await desk.tap(handler, "Answer")
    await desk.tap(handler, 0)
    await desk.say(handler, reasons)
    await desk.tap(handler, 0)
    for _part in range(2):
        await desk.tap(handler, "Skip")


def kept(story: Story) -> list[Answer]:
    with story.desk.desk.office.look() as work:
        return list(answers_of(work.db, story.case.id))
