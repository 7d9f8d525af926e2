"""The mediation: what is said in its rooms and who reads it, how long it may take, and how it ends."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate
from sqlmodel import select

from backoffice.disputes.phases import Phase
from bot.keyboards import matter
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage.clocks import running
from storage.complaints import entries_of
from storage.disputes import Talk
from tests.running import text_of
from tests.stories.lexicon import in_digits
from tests.stories.outside import MEDIATOR, Outside, mediated, outside
from tests.stories.telling import LANGUAGES, Story, day_for, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)

PRIVATE = "Private room: you and the mediator"
OTHERS = {"fa": ("کاوه", "مهرداد", "هما", "رضا", "دکتر یزدی"), "ar": ("طارق", "نبيل", "هدى", "رامي", "د. هالة"),
          "en": ("Carl", "Mary", "Hilda", "Rob", "Dr Hale")}  # fmt: skip
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
SEALED = "The talks are over, and what was said there is sealed for everybody. Nothing was kept of this message."
RESUMED = "The mediation goes on."
OPEN_NO_MORE = "This step is already behind us."


def talks(story: Story) -> list[Talk]:
    with story.desk.desk.office.look() as work:
        return sorted(work.db.exec(select(Talk)), key=lambda talk: talk.id)


def kept(story: Story) -> tuple[int, int]:
    """How much was said in the rooms, and how much on the case."""
    with story.desk.desk.office.look() as work:
        return len(talks(story)), len(entries_of(work.db, story.case.id))


async def enters(it: Outside, human: Human, room: str) -> None:
    await it.show(human)
    door = {it.customer.id: "Messages", it.speaker.id: "Conversation"}.get(human.id, "Rooms")
    for button in (door, room):
        await it.story.desk.tap(human, button)


async def forge(story: Story, human: Human, *taps: Any) -> None:
    """Buttons that were never drawn for this person."""
    for data in taps:
        human.tap_data(data.pack())
        await story.desk.settle()


def files(human: Human, kind: str) -> list[Message]:
    return [message for message in human.inbox if message.kind == kind]


def with_words(human: Human, words: str) -> Message:
    """The newest message that has these words in it."""
    return next(message for message in reversed(human.inbox) if words in str(message.text))


def typed(day: date, story: Story, reader: Human) -> str:
    """A day in figures, as somebody of this language types it in the own calendar."""
    how = story.reader(reader.id)
    if how.language == "fa":
        jalali = JalaliDate(day)
        return in_digits(f"{jalali.year}/{jalali.month}/{jalali.day}", how)
    if how.hijri:
        hijri = Gregorian.fromdate(day).to_hijri()
        return in_digits(f"{hijri.year}/{hijri.month}/{hijri.day}", how)
    return in_digits(f"{day.day}/{day.month}/{day.year}", how)


async def until(story: Story, moment: datetime | None, **more: float) -> None:
    """Forward to that moment, and so much further."""
    assert moment is not None
    await story.desk.forward(seconds=(moment + timedelta(**more) - story.now).total_seconds())


# ------------------------------------------------------------------ the rooms


@in_three_languages
async def test_words_voices_and_pictures_reach_the_ends_of_their_room(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, mediated) as it:
        story, desk = it.story, it.story.desk
        entries_before = kept(story)[1]

        await enters(it, it.customer, "Joint room")
        it.customer.photo(it.lines[4])
        await desk.settle()
        for other in (it.led, it.speaker):
            assert len(files(other, "photo")) == 1
            assert it.reads(other, it.lines[4])

        await enters(it, it.customer, PRIVATE)
        it.customer.voice()
        it.customer.album([{"kind": "photo"}, {"kind": "photo"}], it.lines[1])
        it.customer.sticker()
        await desk.forward(minutes=1)
        assert len(files(it.led, "voice")) == 1
        assert len(files(it.led, "photo")) == 3
        assert len(files(it.speaker, "photo")) == 1
        assert not files(it.speaker, "voice")
        assert not it.reads(it.speaker, it.lines[1])

        # a reply goes into the room from which it came, whatever else is being done
        await enters(it, it.led, "Joint room")
        it.led.say(it.lines[0], with_words(it.led, it.lines[1]))
        await desk.settle()
        assert it.reads(it.customer, it.lines[0])
        assert not it.reads(it.speaker, it.lines[0])
        it.customer.say("/mine")
        await desk.settle()
        said = it.customer.say(story.words.reply, with_words(it.customer, it.lines[0]))
        await desk.settle()
        assert it.reads(it.led, story.words.reply)

        # both wordings of what is changed are read by who read the first
        it.customer.edit(said, story.words.objection)
        await desk.settle()
        changed = text_of(it.led.last)
        assert story.words.reply in changed
        assert story.words.objection in changed
        assert not it.reads(it.speaker, story.words.objection)
        await enters(it, it.led, "Private room: the customer and the mediator")
        assert story.words.objection in text_of(it.led.last)
        await desk.tap(it.led, "Send me the files")
        assert len(files(it.led, "photo")) == 5

        await it.says(it.speaker, PRIVATE, it.lines[2])
        it.led.say(story.words.question, with_words(it.led, it.lines[2]))
        await desk.settle()
        assert it.reads(it.speaker, story.words.question)
        assert not it.reads(it.customer, story.words.question)
        assert [talk.room for talk in talks(story)][-2:] == ["organisation", "organisation"]
        assert kept(story)[1] == entries_before  # nothing of it has become a part of the case
        await desk.forward(minutes=5)


@in_three_languages
async def test_no_role_opens_a_room(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, mediated) as it:
        story, desk, names = it.story, it.story.desk, OTHERS[language]
        others = [
            it.handler,
            await desk.staff("supervisor", language=language, name=names[0]),
            await desk.staff("auditor", language=language, name=names[1]),
            await desk.staff("admin", language=language, name=names[2]),
            await desk.staff("dispute_manager", language=language, name=names[3]),
            await desk.staff("resolver", language=language, name=names[4], provider=MEDIATOR),
            await desk.newcomer(language, story.words.customer),
        ]
        await it.says(it.customer, PRIVATE, it.lines[1])
        await it.says(it.speaker, PRIVATE, it.lines[2])
        await it.says(it.led, "Joint room", it.lines[0])
        said, case = kept(story), story.case
        for human in others:
            for data in (
                matter("rooms", case),
                *(matter("room", case, room) for room in ("joint", "customer", "organisation")),
                matter("room_files", case, "customer"),
                matter("adjourn", case),
                matter("med_file", case),
            ):
                before = human.last, text_of(human.last)
                await forge(story, human, data)
                assert (human.last, text_of(human.last)) != before, data
            for text in (f"/mediation {case.code}", story.words.thanks):
                await desk.say(human, text)
            human.say(it.lines[4], human.last)
            await desk.settle()
            assert not any(it.reads(human, words) for words in it.lines[:3])
        assert kept(story) == said
        assert story.read(others[1], "We have kept your message.")
        await desk.forward(minutes=5)


# ------------------------------------------------------------------ how long


def limit(story: Story) -> datetime:
    """When the mediation ends."""
    with story.desk.desk.office.look() as work:
        return next(row.due_at for row in running(work.db, story.case.id) if row.target == "mediation" and row.due_at)


async def adjourns(it: Outside, *days: str) -> None:
    """From the file to the question why, by all these days, of which the last one is good."""
    await it.file(it.led)
    await it.story.desk.tap(it.led, "Adjourn")
    await it.story.desk.say(it.led, *days)


@in_three_languages
async def test_put_off_given_more_time_and_over_when_it_is_up(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, mediated) as it:
        story, desk = it.story, it.story.desk
        today, first = story.now.date(), limit(story)
        await adjourns(it, story.words.thanks)
        assert story.read(it.led, "Until when is the mediation adjourned?")
        await desk.say(it.led, typed(today - timedelta(days=2), story, it.led))
        assert story.read(it.led, "This day has passed. Please choose one that lies ahead.")
        await desk.say(it.led, typed(first.date() + timedelta(days=3), story, it.led))
        assert story.read(it.led, "This day lies after the end of the mediation.")
        goes_on = today + timedelta(days=6)
        await desk.say(it.led, typed(goes_on, story, it.led), it.lines[0])
        assert day_for(goes_on, story.reader(it.led.id)) in text_of(it.led.last)
        await desk.forward(minutes=30)
        for side in (it.customer, it.speaker):
            told = story.find(side, "The mediation is adjourned.")
            assert day_for(goes_on, story.reader(side.id)) in text_of(told)
            assert it.lines[0] in text_of(told)
        await desk.forward(days=5, hours=12)
        assert not story.received(it.customer, RESUMED)
        await desk.forward(days=1)
        assert story.received(it.customer, RESUMED)
        assert story.received(it.led, RESUMED)
        await desk.forward(days=1)  # a Friday is no working day
        assert story.received(it.speaker, RESUMED)

        # more time is asked for by one side, and given by the other
        await story.open(it.customer)
        await desk.tap(it.customer, "More time")
        await desk.tap(it.customer, "Ask for it")
        assert limit(story) == first
        await desk.forward(hours=14)
        wanted = story.find(it.speaker, "More time for the mediation is wanted.")
        await desk.tap(it.speaker, "Read and answer", wanted)
        await desk.tap(it.speaker, "I agree")
        assert limit(story) == first + timedelta(days=30)
        await desk.forward(minutes=30)
        for human in (it.customer, it.led):
            told = story.find(human, "✅ There is more time for the mediation.")
            assert day_for(limit(story), story.reader(human.id)) in text_of(told)
        await story.open(it.customer)
        assert desk.said(it.customer, "More time") not in it.customer.buttons()

        await it.says(it.led, "Joint room", story.words.question)
        await it.says(it.speaker, PRIVATE, it.lines[2])
        private = with_words(it.led, it.lines[2])
        await until(story, limit(story), hours=-10)
        for human in (it.customer, it.speaker, it.led):
            assert story.received(human, "⏳ A date in a dispute is near.")
        await until(story, limit(story), hours=12)
        assert (it.phase, it.referral.ended) == (Phase.FAILED, "time_up")
        await is_sealed(it, private)


async def is_sealed(it: Outside, private: Message) -> None:
    """After the end neither side nor the mediator comes into the rooms, and another way is open to the customer.

    `private` is a message that the mediator had received from a room.
    """
    story, desk = it.story, it.story.desk
    said = kept(story)
    assert story.received(it.led, "A dispute that lay with you is with you no more.")
    await desk.tap(it.led, "Open the room", private)
    assert story.read(it.led, NO_CASE)
    it.led.say(it.lines[4], private)
    await desk.settle()
    assert story.read(it.led, NO_CASE)
    for human in (it.customer, it.speaker):
        await forge(story, human, matter("room", story.case, "joint"))
        assert story.read(human, SEALED)
        talk = next(
            each for each in reversed(human.inbox) if story.desk.said(human, "Open the room") in human.buttons(each)
        )
        human.say(it.lines[4], talk)
        await desk.settle()
        assert story.read(human, SEALED)
    assert kept(story) == said
    await story.open(it.customer)
    await desk.tap(it.customer, "Choose how it goes on")
    await desk.tap(it.customer, "Compare all ways")
    assert story.read(it.customer, "The ways outside, side by side")
    await story.rest()


@in_three_languages
async def test_the_mediator_sees_no_agreement(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, mediated) as it:
        story, desk = it.story, it.story.desk
        await it.says(it.led, "Joint room", it.lines[0])
        await it.says(it.customer, PRIVATE, it.lines[1])
        private = with_words(it.led, it.lines[1])
        await it.proposes(it.customer)
        await it.file(it.led)
        await desk.tap(it.led, "End without agreement")
        it.led.photo()
        await desk.settle()
        assert story.read(it.led, "Please write it as text.")
        await desk.say(it.led, story.words.reasons)
        assert story.words.reasons in text_of(it.led.last)
        await desk.tap(it.led, "Yes, end it")
        assert (it.phase, it.referral.ended, it.referral.ended_by) == (Phase.FAILED, "no_settlement", "resolver")
        assert story.words.reasons in text_of(it.customer.last)
        assert story.read(it.led, "No dispute lies with you now.")
        await desk.forward(minutes=30)
        assert it.reads(it.speaker, story.words.reasons)
        assert [each.ended for each in it.outcomes] == ["no_settlement"]
        await forge(story, it.speaker, matter("terms_look", story.case, str(it.outcomes[0].id)))
        assert story.read(it.speaker, OPEN_NO_MORE)
        await desk.tap(it.led, "Open the room", private)
        assert story.read(it.led, NO_CASE)
        await story.open(it.customer)
        assert desk.said(it.customer, "Choose how it goes on") in it.customer.buttons()
        await desk.forward(minutes=5)


@in_three_languages
async def test_a_proposal_that_waits_when_the_time_is_up_is_waited_for(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, mediated) as it:
        story = it.story
        end = limit(story)
        await until(story, end, days=-2)
        await it.proposes(it.led)
        await it.accepts(it.speaker)
        await until(story, end, days=3)
        assert it.phase == Phase.IN_PROGRESS
        await it.says(it.led, "Joint room", it.lines[0])
        assert it.reads(it.customer, it.lines[0])
        await it.accepts(it.customer)
        assert (it.phase, it.referral.ended) == (Phase.IMPLEMENTING, "settled")
        await story.rest()
        assert story.received(it.speaker, "✅ It is settled. These terms are in force:")


# ------------------------------------------------------------------ the mediator's own surface


@in_three_languages
async def test_a_mediator_with_two_disputes_reads_both_and_declines_one(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, outside) as it:
        story, desk = it.story, it.story.desk
        await it.chooses_mediation()
        await it.both_consent()
        first = story.case
        other = await desk.newcomer(language, OTHERS[language][0])
        await desk.complain(other, story.words.wish)
        await desk.tap(it.handler, "Take the case", story.find(it.handler, "A new case for you"))
        await desk.more(it.handler, "Declare deadlock")
        await desk.say(it.handler, story.words.reasons)
        second = Outside(story, other, it.handler, it.speaker, it.led)
        await second.chooses_mediation()
        await second.both_consent()
        await desk.forward(minutes=30)

        await desk.say(it.led, "/start")
        assert story.read(it.led, "You see the disputes that both sides have put before you, and nothing else.")
        await desk.tap(it.led, "Help")
        assert story.read(it.led, "Help for mediators")
        await desk.say(it.led, "/help", "/queue", f"/case {first.code}", "/team", "/mediation")
        assert {first.code, story.case.code} <= set(it.led.buttons())
        await story.tap_label(it.led, first.code or "")
        await desk.tap(it.led, "What was said")
        assert story.words.story in text_of(it.led.last)
        assert story.words.wish not in text_of(it.led.last)
        await desk.tap(it.led, "Back")
        await desk.tap(it.led, "Evidence")
        assert story.read(it.led, "There are no files with the case.")

        await it.file(it.led)
        await desk.tap(it.led, "Decline")
        await desk.tap(it.led, "I have no time for it")
        await desk.say(it.led, story.words.reasons_again)
        assert second.phase == Phase.OFFERED
        await desk.forward(minutes=30)
        assert second.reads(other, story.words.reasons_again)
        assert second.reads(it.speaker, story.words.reasons_again)
        await desk.say(it.led, "/mediation")
        assert [label for label in it.led.buttons() if label.startswith("SLH")] == [first.code]
        await story.rest()
