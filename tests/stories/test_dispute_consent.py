"""Before a third party begins: both sides consent, knowing to what, or one does not; and nothing goes out before."""

from importlib import resources
from pathlib import Path

import pytest

from backoffice.disputes.phases import Phase
from bot.sandbox.person import Person as Human
from tests.stories.choosing import SAID, Choosing
from tests.stories.outside import MEDIATOR, Outside, outside
from tests.stories.telling import LANGUAGES, Story, telling, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
COURT = "in_court"  # a reason of the file that ships
CHANGED = "⚠️ The text has changed, so nothing is consented to yet. This is the new one; please read it again."
PASSED_ON = "This text was passed on from another chat. Please open it from the case itself and consent there."
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."
OUR_SILENCE = "We have not consented in time, so this way is closed. We are sorry."


def bound(data_dir: Path) -> Path:
    """The organisation that law or contract obliges to take part in a mediation."""
    text = (resources.files("backoffice") / "organisation.toml").read_text("utf-8")
    path = data_dir / "organisation.toml"
    path.write_text(text.replace(f'code = "{MEDIATOR}"\n', f'code = "{MEDIATOR}"\nbinds_us = true\n'), "utf-8")
    return path


async def told(story: Story) -> None:
    """Staff hear of what comes close together at once."""
    await story.desk.forward(minutes=5)


@in_three_languages
async def test_each_side_can_refuse_and_reads_why_the_other_does(tmp_path: Path, language: str) -> None:
    """The customer need not say why; the organisation must (T56, T60)."""
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        desk, way = story.desk, Choosing(it)
        await it.chooses_mediation()
        await desk.tap(it.customer, "I do not consent", it.consent_text(it.customer))
        await desk.say(it.customer, way.said["why_not"])
        assert it.phase == Phase.OFFERED
        await told(story)
        assert it.reads(it.speaker, way.said["why_not"])

        await way.names(it.customer)
        assert it.phase == Phase.AWAITING_CONSENT
        await told(story)
        assert it.reads(it.speaker, way.said["own"])
        await desk.tap(it.customer, "I consent", it.consent_text(it.customer))
        await way.we_refuse(COURT)
        assert it.phase == Phase.OFFERED
        reason = next(each for each in story.organisation.refusal_reasons if each.code == COURT)
        assert it.reads(it.customer, reason.told[language])
        assert it.reads(it.customer, way.said["our_reason"])
        await desk.tap(it.customer, "Choose how it goes on")
        tried = next(each for each in story.organisation.providers if each.code == MEDIATOR)
        assert tried.words[language] not in it.customer.buttons()  # whom they did not want is not suggested again
        await told(story)


@in_three_languages
async def test_whoever_is_bound_to_take_part_cannot_refuse(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language, organisation=bound(tmp_path)) as story:
        it = await outside(story)
        desk, way = story.desk, Choosing(it)
        await it.chooses_mediation()
        await desk.tap(it.customer, "I consent", it.consent_text(it.customer))
        await it.card(it.speaker)
        assert desk.said(it.speaker, "Do not consent") not in it.speaker.buttons()
        await desk.tap(it.speaker, "Read and consent")
        assert desk.said(it.speaker, "We do not consent") not in it.speaker.buttons()
        await way.forges(it.speaker, "refuse_us")
        assert story.read(it.speaker, "Law or contract obliges the organisation to take part here: it cannot refuse.")
        await way.we_consent()
        assert it.phase == Phase.AWAITING_PROVIDER
        await it.card(it.speaker)
        assert desk.said(it.speaker, "Withdraw our consent") not in it.speaker.buttons()
        await way.forges(it.speaker, "we_leave")  # nor can it consent, and leave the next minute
        assert story.read(it.speaker, "Law or contract obliges the organisation to take part here: it cannot refuse.")
        assert it.phase == Phase.AWAITING_PROVIDER
        await told(story)


async def notes(story: Story, human: Human, words: str) -> None:
    """What the provider has declared meanwhile, into the register."""
    desk = story.desk
    provider = next(each for each in story.organisation.providers if each.code == MEDIATOR)
    await desk.say(human, "/providers")
    await story.tap_label(human, provider.words[story.language])
    await desk.tap(human, "Note declared interests")
    await desk.say(human, words)


def version(it: Outside, human: Human) -> str:
    """What the button under the newest text names."""
    button = it.consent_text(human).inline_keyboard[0][0]
    return str(button["callback_data"]).rpartition(":")[2]


@in_three_languages
async def test_a_consent_counts_for_what_was_read_and_from_whom_it_is_asked(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        desk, way = story.desk, Choosing(it)
        stranger = await desk.newcomer(language, way.said["other"])
        await it.chooses_mediation()
        old = it.consent_text(it.customer)
        await notes(story, it.speaker, way.said["interests"])
        await desk.tap(it.customer, "I consent", old)
        assert story.read(it.customer, CHANGED)
        assert it.reads(it.customer, way.said["interests"])
        assert it.referral.customer_consent_id is None

        shown, agreed = it.consent_text(it.customer), version(it, it.customer)
        for human in (stranger, it.led):
            await way.forges(human, "agree", agreed)
            assert story.read(human, NO_CASE)
        await way.forges(it.handler, "agree", agreed)
        assert story.read(it.handler, NO_RIGHT)
        passed_on = it.customer.forward(shown)
        await desk.settle()
        await desk.tap(it.customer, "Erase it")
        await way.forges(it.customer, "agree", agreed, passed_on)
        assert story.read(it.customer, PASSED_ON)
        assert it.referral.customer_consent_id is None

        await desk.tap(it.customer, "I consent", shown)
        await way.forges(it.customer, "agree", agreed, shown)
        assert story.read(it.customer, "This has been answered already, and counts once.")
        await notes(story, it.speaker, way.said["doubt"])  # what the customer consented to is not what we would
        await way.we_consent()
        assert it.phase == Phase.AWAITING_CONSENT
        assert story.read(it.customer, CHANGED)
        assert it.reads(it.customer, way.said["doubt"])
        assert not it.reads(it.led, story.words.story)
        await desk.tap(it.customer, "I consent", it.consent_text(it.customer))
        assert it.phase == Phase.AWAITING_PROVIDER
        await way.forges(it.customer, "agree", agreed)
        assert story.read(it.customer, "This step is already behind us.")
        await told(story)


@in_three_languages
async def test_whoever_has_not_consented_is_reminded_and_then_the_way_is_closed(tmp_path: Path, language: str) -> None:
    """On the fourth and the eighth day of ten (T60)."""
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        top = await desk_of(story, "top_management")
        desk, way = story.desk, Choosing(it)
        await it.chooses_mediation()
        await desk.forward(days=4, hours=3)
        assert said_times(story, it.customer, "Your consent is still missing.") == 1
        assert said_times(story, it.speaker, "⏳ Our consent is still missing.") == 1
        await desk.tap(it.customer, "I consent", it.consent_text(it.customer))
        await desk.forward(days=4, hours=3)
        assert said_times(story, it.customer, "Your consent is still missing.") == 1
        assert said_times(story, it.speaker, "⏳ Our consent is still missing.") == 2
        await desk.forward(days=3)
        assert (it.phase, it.referral.ended, it.referral.ended_by) == (Phase.OFFERED, "no_consent", "organisation")
        assert said_times(story, it.customer, OUR_SILENCE) == 1
        assert said_times(story, top, "We have let the time for our consent to a way outside pass.") == 1

        await it.chooses_mediation()
        await way.we_consent()
        shown = it.consent_text(it.customer)
        await desk.forward(days=8, hours=6)
        assert said_times(story, it.customer, "Your consent is still missing.") == 3
        assert said_times(story, it.speaker, "⏳ Our consent is still missing.") == 2
        await desk.forward(days=3)
        assert (it.phase, it.referral.ended_by) == (Phase.OFFERED, "customer")
        assert said_times(story, it.customer, "Your consent has not come in time, so this way is closed.") == 1
        await desk.tap(it.customer, "I consent", shown)
        assert story.read(it.customer, "This step is already behind us.")
        await told(story)


async def desk_of(story: Story, role: str) -> Human:
    return await story.desk.staff(role, language=story.language, name=SAID[story.language]["other"])


def said_times(story: Story, human: Human, msgid: str) -> int:
    wanted = story.desk.said(human, msgid)
    return len([message for message in human.inbox if wanted in message.text])
