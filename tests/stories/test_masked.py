"""Nobody of the staff learns whose a case is by looking at it: who needs it asks and says why, and that is seen."""

from pathlib import Path

import pytest

from bot.keyboards import Desk
from bot.sandbox.person import Person as Human
from tests.bot.cast import compact
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
NAMES = {"fa": "شهرزاد بختیاری", "ar": "شهرزاد المنصوري", "en": "Scheherazade Okonkwo"}
PHONE, WHY = "09123456789", {"fa": "پشت پیشخوان ایستاده است", "ar": "تنتظر عند المكتب", "en": "She waits at our desk"}


async def complain(story: Story, customer: Human) -> None:
    """With name and number."""
    desk = story.desk
    await desk.form(customer)
    customer.photo(caption=story.words.story)
    await desk.settle()
    await desk.tap(customer, "Who I am")
    for button, words in (("My name", NAMES[story.language]), ("Other contact", PHONE)):
        await desk.tap(customer, button)
        await desk.say(customer, words)
    await desk.tap(customer, "Done")
    await desk.tap(customer, "Submit the complaint")


def names(story: Story, *people: Human) -> list[str]:
    """What any of them could read of whose it is, in any version of any message."""
    ids = {human.id for human in people}
    known = (NAMES[story.language], *NAMES[story.language].split(), PHONE)
    return [seen.text for seen in story.reading.seen if seen.person in ids and any(each in seen.text for each in known)]


@in_three_languages
async def test_a_name_is_shown_for_a_reason_and_goes_by_itself(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, name = story.desk, NAMES[language]
        handler, customer = await story.handler(), await desk.newcomer(language, name)
        auditor = await desk.staff("auditor", language=language, name=story.words.customer)
        await complain(story, customer)
        card = story.find(handler, "A new case for you")
        assert "•••" in text_of(card)
        await desk.tap(handler, "Take the case", card)
        await desk.say(auditor, f"/case {story.case.code}")
        assert names(story, handler, auditor) == []

        await desk.more(handler, "Name and contact")
        await desk.tap(handler, "To call or write to the customer")
        shown = handler.last
        assert name in text_of(shown)
        assert PHONE in text_of(shown)
        assert shown is not None
        assert shown.protected
        await desk.tap(handler, "Back", story.find(handler, "✅ You find it below."))
        assert len(names(story, handler)) == 1
        await desk.forward(minutes=11)
        assert shown.deleted

        await desk.more(handler, "Name and contact")
        await desk.tap(handler, "Another reason")
        handler.voice()
        await desk.settle()
        await desk.say(handler, WHY[language])
        again = handler.last
        await desk.tap(handler, "Hide it now")
        assert again is not None
        assert again.deleted

        await desk.tap(auditor, "History and notes")
        await desk.tap(auditor, "Who has read it")
        told = text_of(auditor.last)
        for each in ("To call or write to the customer", "Another reason"):
            assert desk.said(auditor, each) in told
        assert WHY[language] in told
        assert story.words.handler in told
        await desk.tap(auditor, "Back")
        await desk.tap(auditor, 2)
        assert [each for each in auditor.inbox if each.kind == "photo"]
        assert names(story, auditor) == []
        await story.rest()


@in_three_languages
async def test_whoever_looks_at_a_case_in_all_its_stages_learns_no_name(tmp_path: Path, language: str) -> None:
    """Not by its card, nor by notices, the words that an answer begins with, a review, or the list of similar cases."""
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, supervisor = await story.handler(), await story.supervisor()
        reviewer = await desk.staff("complaints_manager", language=language, name=words.customer)
        customer = await desk.newcomer(language, NAMES[language])
        await complain(story, customer)
        await desk.tap(handler, "Take the case", story.find(handler, "A new case for you"))
        await desk.tap(handler, "Answer")
        await desk.tap(handler, 0)
        template = story.organisation.answer_templates[-1]
        await story.tap_label(handler, template.words[language])
        await desk.tap(handler, "Cancel")
        await desk.say(handler, f"/case {story.case.code}")
        await story.answer(handler, "not_upheld", "none", words.reasons)
        await desk.tap(customer, "Ask for a review", story.find(customer, "Our answer to your complaint"))
        await desk.say(customer, words.objection)
        await desk.tap(customer, "Send the request")
        await desk.say(reviewer, "/hearing")
        for each in (handler, supervisor, reviewer):
            for do in ("show", "read", "more", "review", "heard", "alike", "record", "steps", "dates", "files"):
                each.tap_data(Desk(do=do, code=compact(story.case), turn=story.case.turn).pack())
            await desk.settle()
        assert any("•••" in seen.text for seen in story.reading.seen if seen.person == reviewer.id)
        assert names(story, handler, supervisor, reviewer) == []
        await story.rest()
