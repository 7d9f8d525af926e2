"""Cases change hands: handed up with a reason, taken back when nothing is done; the team sees who has room."""

from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.escalation import UNTOUCHED
from storage import clocks
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
NOT_FOUND = "We found no such case for you. Please check the code, or choose from your list."


async def taken(story: Story) -> None:
    await story.desk.complain(await story.customer(), story.words.story)


@in_three_languages
async def test_up_the_ladder_by_button_and_by_command(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler = await story.supervisor(), await story.handler()
        await taken(story)
        code = story.case.code or ""
        await desk.tap(handler, "Take the case")
        await desk.more(handler, "Hand up")
        assert story.read(handler, "Why is the case to be handed up?")
        await desk.tap(handler, "Cancel")
        await desk.say(handler, f"/escalate {code}")
        handler.photo()
        await desk.settle()
        assert story.read(handler, "Please write it as text.")
        await desk.say(handler, words.objection)
        assert desk.said(handler, "My queue") in handler.buttons()
        told = story.find(supervisor, "A case was handed up to you.")
        assert words.objection in text_of(told)

        await desk.say(handler, f"/escalate {code} {words.objection}")
        assert story.read(handler, NOT_FOUND)
        await desk.say(supervisor, f"/escalate {code} {words.objection}")
        assert story.read(
            supervisor, "Nobody above you may have this case. Please ask a colleague, or declare deadlock."
        )
        boss = await desk.staff("complaints_manager", language=language, name="Omid")
        await desk.say(supervisor, f"/escalate {code} {words.objection}")
        assert words.objection in text_of(story.find(boss, "A case was handed up to you."))
        await desk.say(boss, "/team")
        assert desk.said(boss, "room for {count}").split("{")[0] in text_of(boss.last)


@in_three_languages
async def test_what_nobody_touches_goes_to_somebody_else(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler = await story.supervisor(), await story.handler()
        await taken(story)
        await desk.tap(handler, "Take the case")
        other = await story.handler(name="Ali")
        with desk.desk.office.look() as work:
            [limit] = [each for each in clocks.running(work.db, story.case.id) if each.target == UNTOUCHED]
        assert limit.due_at
        await desk.forward(seconds=(limit.due_at - story.now + timedelta(hours=2)).total_seconds())
        reminded = story.find(handler, "⏳ Nothing has been done with a case of yours for a while.")
        await desk.forward(days=4)
        assert story.received(handler, "A colleague has taken over a case of yours.")
        assert words.handler in text_of(
            story.find(supervisor, "A case was given to somebody else, because nothing had been done with it.")
        )
        assert story.received(other, "A new case for you")
        await desk.tap(handler, "Open the case", reminded)
        assert story.case.owner_id != handler.id
        assert desk.said(handler, "Answer") not in handler.buttons()
