"""After the agreement: carried out or not, closed, reopened, rated, learnt from; and what ends a dispute in between."""

from pathlib import Path

import pytest

from backoffice.disputes.phases import Phase
from backoffice.stages import Stage
from bot.keyboards import desk
from bot.sandbox.person import Person as Human
from tests.running import text_of
from tests.stories.outside import AMOUNTS, Outside, mediated, outside
from tests.stories.telling import LANGUAGES, Story, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)

ABOVE = {"fa": ("هما", "رضا", "مهرداد"), "ar": ("هدى", "رامي", "نبيل"), "en": ("Hilda", "Rob", "Mary")}
COSTS = {"fa": "۱۲۵۰۰۰۰", "ar": "١٢٥٠٠٠٠", "en": "1,250,000"}
SHOWN = {"fa": "۱٬۲۵۰٬۰۰۰", "ar": "١٬٢٥٠٬٠٠٠", "en": "1,250,000"}
OVERDUE = "⚠️ What was agreed with a customer is overdue."
UNDONE = "⚠️ The customer says that what was agreed is not done."
NOT_KEPT = "⚠️ We have not kept what was agreed. We are sorry."
NO_AMOUNT = "We could not read this as one amount. Please write it in figures only, for example 1500000."
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."
CLOSED = (Stage.CLOSED, "settled")


async def agreed(story: Story, *, own_part: bool = False) -> Outside:
    """Two terms of ours, and perhaps one of the customer's, are in force."""
    it = await mediated(story)
    await it.terms(it.led)
    await it.adds(it.led, "refund_partial", amount=AMOUNTS[story.language])
    await it.adds(it.led, "apology")
    if own_part:
        await it.adds(it.led, "other", by="The customer", words=it.lines[4])
    await story.desk.tap(it.led, "Propose these terms")
    await it.accepts(it.customer)
    await it.accepts(it.speaker)
    assert it.phase == Phase.IMPLEMENTING
    return it


async def agreed_by_both(story: Story) -> Outside:
    """One term of them is the customer's."""
    return await agreed(story, own_part=True)


async def confirms(it: Outside) -> None:
    await it.story.open(it.customer)
    await it.story.desk.tap(it.customer, "Yes, it is done")


async def forges(story: Story, human: Human, do: str) -> None:
    """A button of a staff card that was never drawn for this person."""
    human.tap_data(desk(do, story.case).pack())
    await story.desk.settle()


def times(story: Story, human: Human, msgid: str) -> int:
    """How many messages begin so."""
    return sum(message.text.startswith(story.desk.said(human, msgid)) for message in human.inbox)


def term(story: Story, human: Human, number: int, msgid: str) -> str:
    """The label of a button that names a term, in this person's digits."""
    digits = {"fa": "۰۱۲۳", "ar": "٠١٢٣", "en": "0123"}[story.language]
    return story.desk.said(human, msgid).replace("{number}", digits[number])


# ------------------------------------------------------------------ carrying out


@in_three_languages
async def test_shown_by_a_picture_denied_once_done_again_and_confirmed(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, agreed_by_both) as it:
        story, desk, names = it.story, it.story.desk, ABOVE[language]
        supervisor = await desk.staff("supervisor", language=language, name=names[0])
        top = await desk.staff("top_management", language=language, name=names[1])

        await it.duties(it.speaker)
        await story.tap_label(it.speaker, term(story, it.speaker, 1, "Term {number} is done"))
        it.speaker.sticker()
        await desk.settle()
        it.speaker.photo(it.lines[3])
        await desk.forward(minutes=1)
        assert it.reads(it.customer, it.lines[3])
        assert [message for message in it.customer.inbox if message.kind == "photo"]
        assert len(it.owed) == 1
        await it.carries_out(it.handler)
        assert it.phase == Phase.CONFIRMING
        asked = story.find(it.customer, "We have done all of our part. Is it done, as you see it?")

        await desk.tap(it.customer, "What was agreed", asked)
        await story.tap_label(it.customer, term(story, it.customer, 3, "I have done term {number}"))
        await desk.say(it.customer, story.words.reply)
        assert story.read(it.customer, "✅ Recorded. We have been told.")
        await desk.tap(it.customer, "No, not done", asked)
        await story.tap_label(it.customer, term(story, it.customer, 1, "Term {number}"))
        it.customer.voice()
        await desk.settle()
        await desk.say(it.customer, story.words.objection)
        assert story.read(it.customer, "Our top management has been told.")
        assert (it.phase, len(it.owed)) == (Phase.IMPLEMENTING, 1)
        await desk.forward(minutes=30)
        for human in (it.handler, it.speaker, supervisor, top):
            assert story.words.objection in text_of(story.find(human, UNDONE))

        await it.carries_out()
        await confirms(it)
        assert (story.case.stage, story.case.closed_reason) == CLOSED
        await story.rest()


@in_three_languages
async def test_overdue_until_it_is_done_confirmed_by_silence_and_not_kept_after_all(
    tmp_path: Path, language: str
) -> None:
    async with telling_on(tmp_path, language, agreed_by_both) as it:
        story, desk, names = it.story, it.story.desk, ABOVE[language]
        top = await desk.staff("top_management", language=language, name=names[1])
        await desk.forward(days=7)
        await desk.forward(hours=2)
        for human in (it.customer, it.speaker, it.handler):
            assert story.received(human, "⏳ A date in a dispute is near.")
        await desk.forward(days=5)
        assert times(story, top, OVERDUE) >= 3  # each working day
        assert times(story, it.speaker, OVERDUE) >= 3
        assert times(story, it.customer, NOT_KEPT) == 1
        told = text_of(story.find(it.customer, NOT_KEPT))
        assert desk.said(it.customer, "How you can have it enforced") in told
        assert times(story, it.customer, "⏳ Your own part of what was agreed is due.") == 1
        await it.carries_out()
        alarms = times(story, top, OVERDUE)
        await desk.forward(days=8, hours=12)
        assert times(story, top, OVERDUE) == alarms
        assert (story.case.stage, story.case.closed_reason) == CLOSED
        assert it.reads(it.customer, desk.said(it.customer, "We did not hear from you in time, so we take it as done."))

        await story.open(it.customer)
        await desk.tap(it.customer, "Reopen")
        assert (story.case.stage, it.phase, len(it.owed)) == (Stage.IN_DISPUTE, Phase.IMPLEMENTING, 2)
        await desk.forward(days=1)
        assert story.received(top, UNDONE)
        await it.carries_out()
        await confirms(it)
        assert (story.case.stage, story.case.closed_reason) == CLOSED
        await story.rest()


# ------------------------------------------------------------------ afterwards


@in_three_languages
async def test_both_sides_rate_it_and_the_organisation_learns(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, agreed) as it:
        story, desk, names = it.story, it.story.desk, ABOVE[language]
        auditor = await desk.staff("auditor", language=language, name=names[2])
        await it.carries_out()
        await confirms(it)
        await story.tap_label(it.customer, it.customer.buttons()[3])
        assert story.read(it.customer, "Thank you. And whoever led it? One star is poor, five are excellent.")
        await story.tap_label(it.customer, it.customer.buttons()[4])
        assert story.read(it.customer, "Thank you. It helps us to choose well the next time.")
        await desk.forward(minutes=30)
        told = story.find(it.speaker, "✅ A dispute is concluded and its case closed.")
        it.speaker.tap(it.speaker.buttons(told)[2], told)
        await desk.settle()
        await story.tap_label(it.speaker, it.speaker.buttons()[3])
        assert story.read(it.speaker, "Thank you. It helps us to choose well the next time.")

        group = story.organisation.root_cause_groups[0]
        cause = group.causes[0].words[language]
        await desk.say(it.handler, f"/case {story.case.code}")
        if desk.said(it.handler, "Root cause") not in it.handler.buttons():
            await desk.tap(it.handler, "More")
        await desk.tap(it.handler, "Root cause")
        await story.tap_label(it.handler, group.words[language])
        await story.tap_label(it.handler, cause)
        await desk.tap(it.handler, "No further analysis")
        assert story.read(it.handler, "✅ The root cause is recorded.")

        await desk.tap(
            it.speaker, "Decide what is learnt", story.find(it.speaker, "What do we learn from this dispute?")
        )
        await desk.tap(it.speaker, "Action")
        await desk.say(it.speaker, story.words.reasons_again)
        await desk.say(it.speaker, story.words.thanks)
        assert story.read(it.speaker, NO_AMOUNT)
        await desk.say(it.speaker, COSTS[language])
        entry = text_of(it.speaker.last)
        for part in (story.words.reasons_again, SHOWN[language], cause):
            assert part in entry
        await desk.tap(it.speaker, "Decide what is learnt")  # it can be said again, and otherwise
        await desk.tap(it.speaker, "No action")
        await desk.say(it.speaker, story.words.reasons)
        await desk.tap(it.speaker, "It cost us nothing")
        assert SHOWN[language] not in text_of(it.speaker.last)
        await desk.tap(it.speaker, "Decide what is learnt")
        await desk.tap(it.speaker, "Action")
        await desk.say(it.speaker, story.words.reasons_again, COSTS[language])
        await desk.tap(it.speaker, "Unresolved register")
        await desk.tap(it.speaker, "Totals of a year")
        assert SHOWN[language] in text_of(it.speaker.last)

        # an auditor reads all of it, and changes nothing
        await desk.say(auditor, "/start")
        await desk.tap(auditor, "Unresolved register")
        await story.tap_label(auditor, story.case.code or "")
        assert story.words.reasons_again in text_of(auditor.last)
        assert desk.said(auditor, "Decide what is learnt") not in auditor.buttons()
        await forges(story, auditor, "lesson")
        assert story.read(auditor, NO_RIGHT)
        await desk.say(auditor, "/providers")
        provider = next(each for each in story.organisation.providers if each.code == "mediator")
        await story.tap_label(auditor, provider.words[language])
        assert _results(story, auditor) in text_of(auditor.last)
        await story.rest()


def _results(story: Story, human: Human) -> str:
    digit = {"fa": "۵", "ar": "٥", "en": "5"}[story.language]
    return story.desk.said(human, "Results are shown from {count} cases on.").replace("{count}", digit)


# ------------------------------------------------------------------ what ends it in between


@in_three_languages
async def test_left_at_that_come_back_to_and_withdrawn_in_the_middle(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, outside) as it:
        story, desk = it.story, it.story.desk
        await story.open(it.customer)
        await desk.tap(it.customer, "Leave it at that")
        await desk.tap(it.customer, "Yes, close it")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "unresolved")
        assert it.reads(it.customer, story.organisation.providers[1].words[language])
        await desk.forward(days=60)
        await story.open(it.customer)
        await desk.tap(it.customer, "The ways outside")
        assert (story.case.stage, it.phase) == (Stage.IN_DISPUTE, Phase.OFFERED)
        provider = next(each for each in story.organisation.providers if each.code == "mediator")
        await story.tap_label(it.customer, provider.words[language])
        await desk.tap(it.customer, "Choose this way")
        await it.both_consent()
        await it.is_accepted()
        await it.says(it.customer, "Private room: you and the mediator", it.lines[1])
        private = next(each for each in reversed(it.led.inbox) if it.lines[1] in str(each.text))
        await story.open(it.customer)
        await desk.tap(it.customer, "Withdraw")
        await desk.tap(it.customer, "Yes, withdraw it")
        await desk.tap(it.customer, "Yes, I am sure")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "withdrawn")
        await desk.forward(minutes=30)
        assert story.received(it.led, "A dispute that lay with you is with you no more.")
        assert story.received(it.speaker, "The customer has withdrawn the complaint.")
        await desk.say(it.led, "/mediation")
        assert story.read(it.led, "No dispute lies with you now.")
        await desk.tap(it.led, "Open the room", private)
        assert story.read(it.led, NO_CASE)
        await story.rest()


async def dismisses(story: Story, admin: Human, name: str) -> None:
    await story.desk.say(admin, "/team")
    await story.tap_label(admin, name)
    for button in ("Remove from the team", "Yes, remove"):
        await story.desk.tap(admin, button)


@in_three_languages
async def test_who_speaks_for_us_leaves_and_then_the_mediator(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, mediated) as it:
        story, desk, names = it.story, it.story.desk, ABOVE[language]
        admin = await desk.staff("admin", language=language, name=names[2])
        second = await desk.staff("dispute_manager", language=language, name=names[0])
        await it.says(it.speaker, "Private room: you and the mediator", it.lines[2])
        first, it.speaker = it.speaker, second
        await dismisses(story, admin, first.user.first_name)
        await desk.forward(minutes=30)
        assert story.received(second, "Nobody speaks for the organisation in a dispute now.")
        await it.card(second)
        await it.tap_one_of(second, "Take over from a colleague", "Speak for the organisation")
        await it.says(it.led, "Private room: the organisation and the mediator", it.lines[0])
        await it.says(second, "Private room: you and the mediator", it.lines[4])
        assert it.reads(second, it.lines[0])
        assert it.reads(it.led, it.lines[4])
        assert not it.reads(second, it.lines[2])  # what was said to who spoke for us before
        assert story.received(it.led, "Somebody else speaks for the organisation now.")
        assert not it.reads(first, it.lines[0])
        await desk.forward(minutes=5)
        await dismisses(story, admin, it.led.user.first_name)
        await desk.forward(hours=12)
        assert it.phase == Phase.FAILED
        assert it.referral.ended == "resolver_gone"
        await story.open(it.customer)
        assert desk.said(it.customer, "Choose how it goes on") in it.customer.buttons()
        await story.rest()
