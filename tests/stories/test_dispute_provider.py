"""Who is to resolve a dispute: silent, unwilling, not independent, or not wanted; and what they see no more then."""

from pathlib import Path

import pytest

from backoffice.disputes.phases import Phase
from bot.keyboards import matter
from bot.sandbox.person import Person as Human
from tests.running import text_of
from tests.stories.choosing import Choosing
from tests.stories.outside import outside
from tests.stories.telling import LANGUAGES, Story, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
NO_ACCESS = "You have no access to this case any more: somebody else is asked to lead it."
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
NOTHING = "No dispute lies with you now."
HEARD = "The person who led it leaves the case: one side doubts that they are independent."
OVER = "A dispute that lay with you is with you no more."
ONCE = "You have objected once already, and can do so only once."
TOO_LATE = "The time for this has passed. See what can be done instead."


async def told(story: Story) -> None:
    """Staff hear of what comes close together at once."""
    await story.desk.forward(minutes=5)


async def has_nothing(story: Story, human: Human) -> None:
    """No list, no command and no old button leads a mediator to the case any more."""
    await story.desk.say(human, "/mediation")
    assert story.read(human, NOTHING)
    await story.desk.say(human, f"/mediation {story.case.code}")
    assert story.words.story not in human.last.text  # type: ignore[union-attr]


@in_three_languages
async def test_a_mediator_who_is_silent_or_has_a_conflict(tmp_path: Path, language: str) -> None:
    """T63: in the first case the customer chooses anew, in the second a colleague of theirs is asked."""
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        desk, way = story.desk, Choosing(it)
        await it.chooses_mediation()
        await it.both_consent()
        await desk.forward(days=8)
        assert (it.phase, it.referral.ended) == (Phase.OFFERED, "silent")
        assert it.reads(it.customer, desk.said(it.customer, "The third party has not answered in time. We are sorry."))
        assert it.reads(it.led, desk.said(it.led, "Your answer did not come in time; another way is chosen."))
        await has_nothing(story, it.led)

        colleague = await way.colleague()
        await it.chooses_mediation()
        await it.both_consent()
        first = it.led if it.referral.resolver_id == way.number(it.led) else colleague
        second = colleague if first is it.led else it.led
        await way.declines(first, "I am not independent in this matter", way.said["conflict"])
        assert it.phase == Phase.AWAITING_PROVIDER
        await has_nothing(story, first)
        assert story.received(second, "A dispute is put before you.")
        await desk.say(it.handler, f"/case {story.case.code}")
        if desk.said(it.handler, "History and notes") not in it.handler.buttons():
            await desk.tap(it.handler, "More")
        await desk.tap(it.handler, "History and notes")
        assert way.said["conflict"] in text_of(it.handler.last)
        assert story.read(it.handler, "why the mediator stepped down")
        assert not it.reads(it.customer, way.said["conflict"])
        assert not it.reads(second, way.said["conflict"])
        await way.declines(second, "I am not independent in this matter", way.said["conflict"])
        assert (it.phase, it.referral.ended) == (Phase.OFFERED, "conflict")
        assert it.reads(it.customer, way.said["conflict"])
        await told(story)


@in_three_languages
async def test_one_side_objects_and_another_mediator_takes_over(tmp_path: Path, language: str) -> None:
    """Within three business days (T62); who led it reads nothing more, not even what was on its way to them."""
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        desk, way = story.desk, Choosing(it)
        await it.chooses_mediation()
        await it.both_consent()
        await it.is_accepted()
        await told(story)
        colleague = await way.colleague()
        await it.says(it.customer, "Joint room", it.lines[0])
        asked = len(it.led.inbox)
        await it.show(it.customer)
        for button in ("Messages", "Private room: you and the mediator"):
            await desk.tap(it.customer, button)
        it.customer.album([{"kind": "photo"}, {"kind": "photo"}])  # gathers for a moment on its way to who leads it
        it.customer.tap_data(matter("object", story.case).pack())
        await desk.say(it.customer, way.said["doubt"])
        assert (it.phase, it.referral.resolver_id) == (Phase.AWAITING_PROVIDER, way.number(colleague))
        await told(story)
        assert story.received(it.speaker, HEARD)
        assert [message.text.split("\n")[0] for message in it.led.inbox[asked:]] == [desk.said(it.led, OVER)]
        await has_nothing(story, it.led)
        assert story.read(it.led, NO_ACCESS)

        await it.file(colleague)
        await desk.tap(colleague, "Accept")
        await desk.tap(colleague, "I declare this and accept")
        assert it.phase == Phase.IN_PROGRESS
        await it.file(colleague)
        await desk.tap(colleague, "Rooms")
        await desk.tap(colleague, "Private room: the customer and the mediator")
        assert story.read(colleague, "Nothing has been said here yet.")
        await desk.tap(colleague, "Leave the room")
        await way.forges(it.customer, "object")
        assert story.read(it.customer, ONCE)
        await it.card(it.speaker)
        assert desk.said(it.speaker, "I doubt that they are independent") in it.speaker.buttons()
        shown = it.speaker.last
        await desk.forward(days=5)
        await desk.tap(it.speaker, "I doubt that they are independent", shown)
        assert story.read(it.speaker, TOO_LATE)
        await told(story)
