"""Somebody acts for another, complains of how they were handled, hurts with words; a case is kept for the law."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import erasure
from backoffice.stages import Stage
from bot.keyboards import Desk, Form
from bot.sandbox.person import Person as Human
from storage.complaints import Attachment, Complaint, Entry
from storage.special import Mark
from tests.bot.cast import compact
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
NAMES = {"fa": "رضا کریمی", "ar": "سامي الأحمد", "en": "Tom Stone"}


async def go_to(story: Story, human: Human, code: str | None) -> None:
    await story.desk.say(human, f"/case {code}")


@in_three_languages
async def test_who_acts_for_another_says_for_whom_and_the_remedy_names_them(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words, name = story.desk, story.words, NAMES[language]
        handler, customer = await story.handler(), await story.customer()
        await desk.form(customer)
        await desk.say(customer, words.story)
        for button in ("Who I am", "For somebody else", "parent or guardian"):
            await desk.tap(customer, button)
        customer.photo()
        await desk.settle()
        assert story.read(customer, "On whose behalf do you complain?")
        await desk.say(customer, name)
        await desk.tap(customer, "Done")
        assert name in text_of(customer.last)
        await desk.tap(customer, "Submit the complaint")
        assert (story.case.acting_for, story.case.acting_as) == (name, "guardian")
        assert name not in text_of(handler.last)
        assert desk.said(handler, "parent or guardian") in text_of(handler.last)
        await desk.tap(handler, "Take the case")
        await story.desk.more(handler, "Ask for the authorisation")
        assert story.case.stage == Stage.AWAITING_INFO
        await desk.say(customer, words.reply)
        await story.tap_label(customer, customer.buttons()[0])
        assert story.case.stage == Stage.INVESTIGATING
        await go_to(story, handler, story.case.code)
        await story.answer(handler, "upheld", "refund_full", words.reasons)
        assert name in text_of(story.find(customer, "Our answer to your complaint"))


@in_three_languages
async def test_handling_is_complained_of_to_whoever_had_no_part_in_it(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        manager = await desk.staff("complaints_manager", "handler", language=language, name="Omid")
        top = await desk.staff("top_management", language=language, name="Laleh")
        customer = await story.customer()
        await desk.complain(customer, words.story)
        first = story.case
        await go_to(story, manager, first.code)
        await desk.tap(manager, "Take the case")
        await desk.say(customer, "/new")
        group = story.organisation.category_groups[-1]
        await story.tap_label(customer, group.words[language])
        await story.tap_label(customer, group.categories[0].words[language])
        assert story.read(customer, "Which complaint is it about?")
        draft = desk.drafts()[0]
        customer.tap_data(Form(do="about", draft=draft.id, value="SLH-0000-0000-0").pack())
        await desk.settle()
        assert desk.drafts()[0].about_id is None
        await desk.say(customer, "/new")
        await story.tap_label(customer, group.words[language])
        await story.tap_label(customer, group.categories[0].words[language])
        await desk.tap(customer, 0)
        await desk.say(customer, words.objection)
        await desk.tap(customer, "Submit the complaint")
        second = story.case
        assert second.about_id == first.id
        assert second.owner_id not in (None, first.owner_id)
        await go_to(story, top, second.code)
        assert words.objection in text_of(top.last)
        assert (first.code or "") in text_of(top.last)
        await go_to(story, manager, second.code)
        assert words.objection not in text_of(manager.last)
        assert story.read(manager, "We found no such case for you. Please check the code, or choose from your list.")


@in_three_languages
async def test_words_that_hurt_are_answered_kindly_twice_and_then_what_is_written_comes_first(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, supervisor = await story.handler(), await story.supervisor()
        customer = await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        due = story.case.due_at
        for number in range(3):
            customer.say(words.objection, reply_to=story.find(customer, "✅ We have received your complaint.").id)
            await desk.settle()
            await go_to(story, handler, story.case.code)
            await story.desk.more(handler, "Abusive words")
            await desk.tap(handler, 0)
            asked = sum(
                each.text.startswith(desk.said(customer, "We understand that you are upset."))
                for each in customer.inbox
            )
            assert asked == min(number + 1, 2)
        assert story.case.written_only
        assert story.received(customer, "Please write to us from now on.")
        marked = desk.said(supervisor, "{name} has marked words of a customer as abusive.").split("{name}")[-1]
        assert any(marked in text_of(each) and words.handler in text_of(each) for each in supervisor.inbox)
        seen = len(handler.inbox)
        proof = story.find(customer, "✅ We have received your complaint.")
        customer.photo(reply_to=proof.id)
        await desk.settle()
        assert story.read(customer, "✅ Added to your complaint.")
        assert [each.kind for each in handler.inbox[seen:]].count("photo") == 0
        assert story.case.due_at == due
        with desk.desk.office.look() as work:
            assert len(work.db.exec(select(Attachment)).all()) == 1
            assert [each.warned for each in work.db.exec(select(Mark).order_by(Mark.id))] == [True, True, False]  # type: ignore[arg-type]
        await go_to(story, handler, story.case.code)
        await story.desk.more(handler, "Show the files kept")
        assert [each.kind for each in handler.inbox[seen:]].count("photo") == 1
        await go_to(story, supervisor, story.case.code)
        await story.desk.more(supervisor, "Forward files again")
        assert not story.case.written_only
        assert story.received(customer, "You can send us everything again as before.")
        supervisor.tap_data(Desk(do="abusive", code=compact(story.case), turn=0, value="999").pack())
        await desk.settle()
        supervisor.tap_data(Desk(do="abusive", code=compact(story.case), turn=0, value="x").pack())
        await desk.settle()
        assert not story.case.written_only


@in_three_languages
async def test_a_case_is_kept_for_the_law_listed_and_then_erased_when_its_time_is_over(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler = await story.handler()
        lawyer = await desk.staff("legal", language=language, name="Parisa")
        manager = await desk.staff("complaints_manager", language=language, name="Omid")
        customer = await story.customer()
        await desk.form(customer)
        await desk.say(customer, words.story)
        customer.photo()
        await desk.settle()
        await desk.tap(customer, "Submit the complaint")
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "not_upheld", "none", words.reasons)
        await desk.tap(customer, "I accept the answer")
        case = story.case
        manager.tap_data(Desk(do="hold", code=compact(case), turn=case.turn).pack())
        await desk.settle()
        assert story.read(manager, "Only the legal department decides on this. Please ask them.")
        await go_to(story, lawyer, case.code)
        await story.desk.more(lawyer, "Keep for legal reasons")
        await desk.say(lawyer, words.next_step)
        told = story.find(customer, "Your complaint is kept for legal reasons.")
        assert words.next_step not in text_of(told)
        await desk.say(lawyer, "/start")
        await desk.tap(lawyer, "Kept for legal reasons")
        assert (case.code or "") in text_of(lawyer.last)
        await desk.say(customer, "/mydata")
        await desk.tap(customer, "Ask for erasure")
        line = desk.said(customer, "{code}: kept for legal reasons; it is erased once they no longer apply.")
        assert line.split("{code}")[-1] in text_of(customer.last)

        with desk.desk.office.work() as work:
            work.db.get_one(Complaint, case.id).closed_at = work.now - timedelta(days=366 * 5 + 1)
            assert erasure.expire(work) == 0
        await go_to(story, lawyer, case.code)
        await story.desk.more(lawyer, "Keep it no longer")
        await desk.say(lawyer, words.next_step)
        await desk.desk.tick()
        await desk.settle()
        with desk.desk.office.look() as work:
            gone = work.db.get_one(Complaint, case.id)
            assert gone.erased_at is not None
            assert gone.customer_id != case.customer_id
            assert {each.text for each in work.db.exec(select(Entry))} == {None}
            assert work.db.exec(select(Attachment)).all() == []
        assert desk.faults() == []
        await desk.say(customer, "/mine")
        assert (case.code or "") not in text_of(customer.last)
