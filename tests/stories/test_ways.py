"""What happens on the way: forms filled to the last field, restarts, weekends, drafts, colleagues, other languages."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate
from sqlmodel import select

from backoffice.stages import Stage
from bot.i18n import Reader
from bot.sandbox.person import Person as Human
from storage.complaints import Attachment
from tests.running import text_of
from tests.stories.lexicon import HIJRI, in_digits
from tests.stories.telling import LANGUAGES, TEHRAN, Story, day_for, telling

COMPANY = {
    "fa": ("شرکت پارس‌گستر", "رضا مرادی", "۰۹۱۲۱۲۳۴۵۶۷", "فاکتور ۱۴۰۵-۷۷"),
    "ar": ("شركة الخليج للتجارة", "خالد العلي", "٠٥٠١٢٣٤٥٦٧", "فاتورة ٤٤٢١"),
    "en": ("Brightwell Ltd", "Olivia Hart", "+44 20 7946 0000", "INV-2201 & more <b>"),
}
OTHER = {"fa": "en", "ar": "fa", "en": "ar"}
NAMES = {"fa": "فارسی", "ar": "العربية", "en": "English"}

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def typed(on: date, reader: Reader) -> str:
    """The same day as somebody would type it."""
    if reader.language == "fa":
        return in_digits(JalaliDate(on).strftime("%Y/%m/%d"), reader)
    if reader.hijri:
        hijri = Gregorian.fromdate(on).to_hijri()
        return in_digits(f"{hijri.day} {HIJRI[hijri.month - 1]} {hijri.year}", reader)
    return f"{on.day} {on:%B %Y}"


async def choose(story: Story, human: Human, label: str, **way: Any) -> None:
    """A setting of one's own, from the menu."""
    human.say("/language")
    await story.desk.settle()
    story.reads(human, **way)
    await story.tap_label(human, label)
    human.say("/start")
    await story.desk.settle()


async def eventually(happens: Callable[[], object]) -> None:
    """What the fetcher does, it does beside everything else."""
    async with asyncio.timeout(30):
        while not happens():  # noqa: ASYNC110 - a directory rings no bell
            await asyncio.sleep(0.05)


class TestForm:
    @in_three_languages
    async def test_for_a_company_with_everything_filled_in(self, tmp_path: Path, language: str) -> None:
        async with telling(tmp_path, language) as story:
            desk, (company, name, contact, reference) = story.desk, COMPANY[language]
            handler, customer = await story.handler(), await story.customer()
            if language == "ar":
                await choose(story, customer, desk.said(customer, "Dates: Hijri"), hijri=True)
            reader = story.reader(customer.id)
            happened = story.now.astimezone(TEHRAN).date() - timedelta(days=9)
            await desk.form(customer)
            await desk.say(customer, story.words.story)
            await desk.tap(customer, "When")
            await desk.say(customer, story.words.thanks, typed(happened, reader))  # the first is no date
            await desk.tap(customer, "Order number")
            await desk.say(customer, reference)
            await desk.tap(customer, "What I want")
            await desk.tap(customer, 0)
            await desk.tap(customer, "What I want")
            await desk.say(customer, story.words.wish)
            await desk.tap(customer, "Who I am")
            for field, words in (("My name", name), ("Other contact", contact), ("For a company", company)):
                await desk.tap(customer, field)
                await desk.say(customer, words)
            await desk.tap(customer, "Done")
            assert day_for(happened, reader) in text_of(customer.last)
            await desk.tap(customer, "Submit the complaint")

            case, card = story.case, text_of(story.find(handler, "A new case for you"))
            assert case.happened_on == happened
            assert case.company == company
            for words in (company, reference, story.words.wish, story.words.story):
                assert words in card
            assert [words for words in (name, contact) if words in card] == []
            assert day_for(happened, story.reader(handler.id)) in card

    @in_three_languages
    async def test_a_restart_in_the_middle_keeps_the_draft_and_the_step(self, tmp_path: Path, language: str) -> None:
        async with telling(tmp_path, language) as story:
            desk, words = story.desk, story.words
            handler, customer = await story.handler(), await story.customer()
            await desk.form(customer)
            await desk.say(customer, words.story)
            await desk.tap(customer, "What I want")

            await desk.restart()
            await desk.say(customer, words.wish)
            assert words.wish in text_of(customer.last)
            customer.start()
            await desk.settle()

            await desk.restart()
            await desk.tap(customer, "Continue my complaint")
            assert words.story in text_of(customer.last)
            await desk.tap(customer, "Continue")
            await desk.tap(customer, "Submit the complaint")
            assert words.story in text_of(story.find(handler, "A new case for you"))

    @in_three_languages
    async def test_a_draft_is_erased_after_seven_days_with_its_words_and_files(
        self, tmp_path: Path, language: str
    ) -> None:
        async with telling(tmp_path, language) as story:
            desk, customer = story.desk, await story.customer()
            await desk.form(customer)
            await desk.say(customer, story.words.story)
            customer.photo(caption=story.words.reply)
            await desk.settle()
            with desk.desk.office.look() as work:
                [file] = work.db.exec(select(Attachment)).all()
            await eventually((tmp_path / file.path).exists)
            await desk.forward(days=6)
            assert len(desk.drafts()) == 1

            await desk.forward(days=2)
            assert desk.drafts() == []
            assert desk.words() == []
            with desk.desk.office.look() as work:
                assert work.db.exec(select(Attachment)).all() == []
            await eventually(lambda: not (tmp_path / file.path).exists())
            await desk.tap(customer, "Submit the complaint")
            assert story.read(customer, "This draft is no longer there. You can begin a new one from the menu.")


class TestTime:
    @in_three_languages
    async def test_the_date_promised_skips_weekends_and_holidays(self, tmp_path: Path, language: str) -> None:
        async with telling(tmp_path, language) as story:
            desk = story.desk
            supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
            desk.desk.clock.forward(_before_nowruz(story.now) - story.now)  # type: ignore[attr-defined]
            await desk.complain(customer, story.words.story)
            received = story.case.received_at
            assert received is not None
            due = story.organisation.due("final_response", "medium", received)
            assert due - received > timedelta(days=10 / 5 * 7 + 4)  # weekends, and four days of Nowruz
            assert day_for(due, story.reader(customer.id)) in text_of(customer.last)
            assert day_for(due, story.reader(handler.id)) in text_of(handler.last)

            await desk.forward(minutes=33)
            assert story.received(supervisor, "⚠️ A case waits and nobody has taken it.")
            await desk.forward(days=30)
            await desk.say(handler, "/queue")
            overdue = desk.said(handler, "⚠️ Overdue since {date}, {time}").partition("{")[0]
            assert overdue + day_for(due, story.reader(handler.id)) in text_of(handler.last)

    @in_three_languages
    async def test_hijri_dates_and_latin_digits_for_who_prefers_them(self, tmp_path: Path, language: str) -> None:
        async with telling(tmp_path, language) as story:
            desk = story.desk
            handler, customer = await story.handler(), await story.customer()
            if language != "en":
                for human in (customer, handler):
                    label = desk.said(human, "Digits: {sample}").format(sample="123")
                    await choose(story, human, label, native_digits=False)
            if language == "ar":
                await choose(story, customer, desk.said(customer, "Dates: Hijri"), hijri=True)
            for command in ("/policy", "/rights", "/privacy", "/help", "/mine"):
                await desk.say(customer, command)
            await desk.say(customer, "/start")
            await desk.complain(customer, story.words.story)
            due = story.case.due_at
            assert due is not None
            assert day_for(due, story.reader(customer.id)) in text_of(customer.last)
            await desk.tap(handler, "Take the case")
            await story.answer(handler, "partly", "repair", story.words.reasons)
            await desk.tap(customer, "I accept the answer")
            await story.open(customer)


def _before_nowruz(now: datetime) -> datetime:
    """A Wednesday morning within the last week before the next Persian new year, and what follows is holidays."""
    year = JalaliDate(now.astimezone(TEHRAN).date()).year + 1
    eve = JalaliDate(year, 1, 1).to_gregorian() - timedelta(days=2)
    while eve.weekday() != 2:
        eve -= timedelta(days=1)
    return datetime(eve.year, eve.month, eve.day, 10, tzinfo=TEHRAN)


class TestColleagues:
    @in_three_languages
    async def test_nobody_fits_so_the_supervisor_takes_it_from_the_top_of_the_queue(
        self, tmp_path: Path, language: str
    ) -> None:
        async with telling(tmp_path, language) as story:
            desk = story.desk
            supervisor = await story.supervisor()
            handler = await story.handler(languages=[OTHER[language]])
            other = await desk.newcomer(OTHER[language], "Robin")
            await desk.complain(other, "Where is my parcel? Nobody tells me anything.")
            customer = await story.customer()
            await desk.complain(customer, story.words.story)
            assert story.received(supervisor, "⚠️ A new case has no owner.")
            first, second = desk.cases()
            assert (first.owner_id is None, second.owner_id) == (False, None)

            await desk.say(supervisor, "/queue")
            queue = text_of(supervisor.last)
            assert queue.index(second.code or "") < queue.index(first.code or "")
            assert story.read(supervisor, "⚠️ nobody has it yet")
            await story.tap_label(supervisor, second.code or "")
            await desk.tap(supervisor, "Take the case")
            assert story.case.stage == Stage.INVESTIGATING
            assert story.received(customer, "Your complaint is being investigated.")
            assert story.received(handler, "A new case for you")

    @in_three_languages
    async def test_who_is_away_is_passed_over_and_a_colleague_can_take_over(
        self, tmp_path: Path, language: str
    ) -> None:
        async with telling(tmp_path, language) as story:
            desk = story.desk
            supervisor = await story.supervisor()
            away, present, customer = await story.handler(), await story.handler(name="Mina"), await story.customer()
            await desk.tap(away, "I am away")
            await desk.form(customer)
            customer.photo(caption=story.words.story)
            await desk.settle()
            await desk.tap(customer, "Submit the complaint")
            assert not story.received(away, "A new case for you")
            card = story.find(present, "A new case for you")

            await desk.say(supervisor, f"/take {story.case.code}")
            assert story.received(present, "A colleague has taken over a case of yours.")
            assert "photo" in [message.kind for message in supervisor.inbox]
            await desk.tap(present, "Take the case", card)
            refused = "We found no such case for you. Please check the code, or choose from your list."
            assert story.read(present, refused)
            await desk.tap(away, "I am back")
            await desk.say(supervisor, f"/note {story.case.code} {story.words.reply}")
            await desk.tap(supervisor, "History and notes")
            assert story.words.reply in text_of(supervisor.last)


class TestTalk:
    @in_three_languages
    async def test_staff_write_with_a_photo_and_each_reply_finds_its_case(self, tmp_path: Path, language: str) -> None:
        async with telling(tmp_path, language) as story:
            desk, words = story.desk, story.words
            handler, customer = await story.handler(), await story.customer()
            first = await desk.complain(customer, words.story)
            old = customer.last
            await desk.tap(handler, "Take the case")
            await desk.tap(handler, "Write to the customer")
            handler.photo(caption=words.reasons)
            await desk.settle()
            photo = next(message for message in customer.inbox if message.kind == "photo")
            assert words.reasons in text_of(story.find(customer, "A message about your complaint"))

            said = customer.say(words.reply, reply_to=photo)
            await desk.settle()
            customer.edit(said, words.thanks)
            await desk.settle()
            assert story.read(handler, "The customer changed a message.")
            handler.say(words.question, reply_to=story.find(handler, "The customer wrote."))
            await desk.settle()
            assert words.question in text_of(story.find(customer, "A message about your complaint"))

            await desk.say(customer, "/start")
            second = await desk.complain(customer, words.objection)
            await desk.say(customer, f"/status {second}")
            customer.say(words.wish, reply_to=old)
            await desk.settle()
            assert first in text_of(customer.last)
            await desk.say(handler, f"/case {first}")
            await desk.tap(handler, "History and notes")
            assert words.wish in text_of(handler.last)

    @in_three_languages
    async def test_who_changes_the_language_reads_the_rest_in_it(self, tmp_path: Path, language: str) -> None:
        async with telling(tmp_path, language) as story:
            desk, other = story.desk, OTHER[language]
            handler, customer = await story.handler(), await story.customer()
            await desk.complain(customer, story.words.story)
            await desk.tap(handler, "Take the case")
            await choose(story, customer, NAMES[other], language=other)
            await story.answer(handler, "upheld", "replacement", story.words.reasons, story.words.amount)
            assert story.received(customer, "Our answer to your complaint")
            await choose(story, handler, NAMES[other], language=other)
            await desk.tap(customer, "I accept the answer")
            assert story.received(handler, "✅ The customer accepted your answer.")
            assert story.case.language == language
