"""The file goes out, or just not: a consent taken back at that moment, and a mediator whom the customer named."""

from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import documents
from backoffice.disputes.phases import Phase
from bot.sandbox.person import Person as Human
from storage.consents import Consent
from tests.stories.choosing import Choosing
from tests.stories.outside import outside
from tests.stories.telling import LANGUAGES, Story, telling, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
ENDED = "You have ended this way."
REPORTED = "What the third party says:"


def papers(human: Human) -> int:
    """How many PDFs arrived."""
    return len([message for message in human.inbox if message.kind == "document"])


def sees_the_ways(story: Story, human: Human) -> bool:
    return desk_said(story, human, "Choose how it goes on") in human.buttons()


def desk_said(story: Story, human: Human, msgid: str) -> str:
    return story.desk.said(human, msgid)


@in_three_languages
async def test_consent_is_taken_back_the_moment_the_file_is_made(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T65, before it is printed, and after: nothing reaches the mediator any more, and the access is gone."""
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        way = Choosing(it)
        printing = documents.to_print
        monkeypatch.setattr(documents, "to_print", lambda *_args: [])  # the printer has too much to do
        await it.chooses_mediation()
        await it.both_consent()
        await way.ends()
        assert story.find(it.customer, ENDED)
        assert sees_the_ways(story, it.customer)
        monkeypatch.setattr(documents, "to_print", printing)
        await story.desk.forward(minutes=5)
        assert papers(it.led) == 0
        await story.desk.say(it.led, f"/mediation {story.case.code}")
        assert story.read(it.led, NO_CASE)

        kept = papers(it.customer)
        await it.chooses_mediation()
        await it.both_consent()
        await story.desk.forward(minutes=5)
        assert (papers(it.led), papers(it.customer)) == (1, kept + 2)  # the file; and what was consented to
        file = it.led.last
        await way.ends(way.said["enough"])
        assert it.phase == Phase.FAILED
        assert sees_the_ways(story, it.customer)
        await story.desk.tap(it.led, "Accept", file) if "Accept" in it.led.buttons(file) else None
        await story.desk.say(it.led, f"/mediation {story.case.code}")
        assert story.read(it.led, NO_CASE)
        assert not it.reads(it.led, way.said["enough"])
        await story.desk.forward(minutes=5)
        assert it.reads(it.speaker, way.said["enough"])


@in_three_languages
async def test_an_anonymous_customer_gives_a_name_and_brings_a_mediator(tmp_path: Path, language: str) -> None:
    """Guard 6 and S21. A parent consents for somebody under 18; the mediator declines by telephone, then joins."""
    async with telling(tmp_path, language) as story:
        it = await outside(story, mediator=False, anonymous=True)
        desk, way = story.desk, Choosing(it)
        await way.names(it.customer)
        assert story.read(it.customer, "Who are you?")
        await desk.say(it.customer, way.said["name"])
        assert (it.phase, story.case.anonymous, story.case.name) == (Phase.AWAITING_CONSENT, False, way.said["name"])
        await desk.tap(it.customer, "I consent for somebody else", it.consent_text(it.customer))
        await desk.say(it.customer, way.said["parent"])
        await it.card(it.speaker)
        assert way.said["parent"] in it.speaker.last.text  # type: ignore[union-attr]
        with desk.desk.office.look() as work:
            kept = work.db.exec(select(Consent).where(Consent.kind == "dispute")).one()
        assert kept.capacity == way.said["parent"]
        assert way.said["own"] in (kept.text or "")
        await way.we_consent()
        await desk.forward(minutes=5)
        assert papers(it.speaker) == 2  # the consents, and the file to send on
        await it.card(it.speaker)
        await desk.tap(it.speaker, "It declines")
        await desk.say(it.speaker, way.said["elsewhere"])
        assert it.phase == Phase.OFFERED
        assert it.reads(it.customer, way.said["elsewhere"])

        await way.names(it.customer)
        await desk.tap(it.customer, "I consent", it.consent_text(it.customer))
        await way.we_consent()
        await it.card(it.speaker)
        await desk.tap(it.speaker, "Invite the mediator")
        it.mediator = desk.world.person(name=way.said["own"], language_code=language)
        desk.languages[it.led.id] = language
        it.led.start(way.invitation(it.speaker))
        await desk.settle()
        assert it.reads(it.led, story.desk.said(it.led, "A dispute is put before you."))
        await it.is_accepted()
        assert it.referral.resolver_name == way.said["own"]
        await desk.forward(minutes=5)
