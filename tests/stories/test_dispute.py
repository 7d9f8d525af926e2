"""The third party: from a complaint that nobody could settle inside to what was agreed outside, and done."""

from pathlib import Path

import pytest

from backoffice.disputes.phases import Phase
from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from tests.running import text_of
from tests.stories.outside import outside
from tests.stories.telling import LANGUAGES, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def documents_of(human: Human) -> list[str]:
    """Names of the PDFs that arrived."""
    found = (message.content.get("document") for message in human.inbox)
    return [each["file_name"] for each in found if each and str(each["file_name"]).endswith(".pdf")]


@in_three_languages
async def test_from_a_complaint_to_a_settlement_that_is_kept(tmp_path: Path, language: str) -> None:
    """The light mode: the public bodies, and one named mediator who has joined."""
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        desk = story.desk
        await it.chooses_mediation()
        assert not it.reads(it.led, story.words.story)  # before both have consented nothing goes out
        await it.both_consent()
        assert it.referral.consented_at
        assert story.case.name == story.words.customer  # as the messenger has it; the text said so
        await it.is_accepted()
        assert it.reads(it.customer, it.referral.resolver_name or "?")

        await it.says(it.led, "Joint room", it.lines[0])
        assert it.reads(it.customer, it.lines[0])
        assert it.reads(it.speaker, it.lines[0])
        await it.says(it.customer, "Private room: you and the mediator", it.lines[1])
        assert it.reads(it.led, it.lines[1])
        assert not it.reads(it.speaker, it.lines[1])
        await it.says(it.speaker, "Private room: you and the mediator", it.lines[2])
        assert not it.reads(it.customer, it.lines[2])

        await it.proposes(it.led)
        await it.accepts(it.customer)
        await it.accepts(it.speaker)
        assert it.phase == Phase.IMPLEMENTING
        assert documents_of(it.customer)
        assert documents_of(it.speaker)
        await desk.say(it.led, "/mediation")
        assert story.read(it.led, "No dispute lies with you now.")

        await it.carries_out()
        assert it.phase == Phase.CONFIRMING
        await story.open(it.customer)
        await desk.tap(it.customer, "Yes, it is done")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "settled")
        assert text_of(it.customer.last)
        await desk.forward(minutes=5)
