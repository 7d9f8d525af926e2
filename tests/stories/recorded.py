"""How a member of staff writes a complaint down, and how its customer takes it over; for the stories of channels."""

import re

from bot.keyboards import desk
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from tests.running import text_of
from tests.stories.telling import Story

PHONE = "0912 345 6789"
CLAIM = re.compile(r"\?start=(claim-[\w-]+)")
SECRET = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


async def begin(story: Story, staff: Human, channel: str = "phone", *, when: str | None = None) -> None:
    """From /log to the question what it is about."""
    await story.desk.say(staff, "/log")
    await story.tap_label(staff, story.organisation.channels[channel][story.language])
    await (story.desk.say(staff, when) if when else story.desk.tap(staff, "Just now"))


async def about(story: Story, staff: Human, words: str | None = None) -> None:
    """The first category of all, and what was said."""
    await story.desk.tap(staff, 0)
    await story.desk.tap(staff, 0)
    await story.desk.say(staff, words or story.words.story)


async def who(story: Story, staff: Human, name: str, contact: str | None = PHONE) -> None:
    await story.desk.tap(staff, "Who complains")
    await story.desk.tap(staff, "Name")
    await story.desk.say(staff, name)
    if contact:
        await story.desk.tap(staff, "Phone or e-mail")
        await story.desk.say(staff, contact)
    await story.desk.tap(staff, "Done")


async def record(story: Story, staff: Human, *, contact: str | None = PHONE, channel: str = "phone") -> str:
    """The shortest one; what is to be told to the customer stands in the newest message then. Returns its link."""
    await begin(story, staff, channel)
    await about(story, staff)
    await who(story, staff, story.words.customer, contact)
    await story.desk.tap(staff, "Record the complaint")
    return link(staff)


def link(staff: Human) -> str:
    """What the link in the newest message that has one starts the bot with."""
    return next(found[1] for each in reversed(staff.inbox) if (found := CLAIM.search(text_of(each))))


def secret(staff: Human) -> str:
    return next(found[0] for each in reversed(staff.inbox) if (found := SECRET.search(text_of(each))))


async def claim(story: Story, link: str, proof: str, *, human: Human | None = None) -> Human:
    """Somebody opens the link and shows that it is theirs."""
    taker = human or await story.customer()
    taker.start(link)
    await story.desk.settle()
    await story.desk.say(taker, proof)
    return taker


def holding(story: Story, human: Human, label: str) -> Message:
    """The newest message with this button."""
    wanted = story.desk.said(human, label)
    found = [each for each in human.inbox if wanted in human.buttons(each)]
    assert found, f"{label}: {[text_of(each) for each in human.inbox[-3:]]}"
    return found[-1]


async def tell(story: Story, staff: Human) -> list[str]:
    """All that waits is passed on, one after the other; returns it as it was read out. The case is shown then."""
    said = []
    await story.desk.say(staff, f"/case {story.case.code}")
    staff.tap_data(desk("by_hand", story.case).pack())
    await story.desk.settle()
    while (known := story.desk.said(staff, "✅ They know it now")) in staff.buttons(page := shown(story, staff)):
        said.append(page.text)
        staff.tap(known, page)
        await story.desk.settle()
    await story.desk.tap(staff, "Open the case", shown(story, staff))
    return said


async def rest(story: Story, staff: Human) -> None:
    """Until nothing waits any more, neither by itself nor for somebody who passes it on."""
    await tell(story, staff)
    await story.rest()


async def decide(story: Story, staff: Human, label: str) -> None:
    """What the customer says to what they were told."""
    await story.desk.more(staff, "📞 By phone or letter")
    await story.desk.tap(staff, label)


def shown(story: Story, staff: Human) -> Message:
    """The newest page of what is to be passed on."""
    return holding(story, staff, "Copy the code")
