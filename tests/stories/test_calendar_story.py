"""A day is closed by hand: the customer reads the new date, and taking the day back takes nothing from them."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.keyboards import Days
from bot.sandbox.person import Person as Human
from storage.complaints import Complaint
from tests.running import text_of
from tests.stories.telling import LANGUAGES, TEHRAN, Story, day_for, telling

CLOSED = "{date} will be closed."
MOVED = "Our working days have changed: we need until {date} instead of {before}."
CHANGED = "✅ The calendar is changed. Open deadlines are counted anew within a few minutes."
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def shown(story: Story, human: Human, msgid: str, **days: date | datetime) -> str:
    """A sentence with dates, as this person reads it."""
    whom = story.reader(human.id)
    return story.desk.said(human, msgid).format(**{name: day_for(day, whom) for name, day in days.items()})


def working_day(story: Story, number: int) -> date:
    """The so-manieth next day with working time."""
    calendar = story.organisation.calendar
    return calendar.add_business_days(story.now, number).astimezone(TEHRAN).date()


async def manager(story: Story) -> Human:
    return await story.desk.staff("complaints_manager", language=story.language, name="Omid")


async def moved(story: Story, was: Complaint) -> bool:
    await story.desk.desk.tick()
    await story.desk.settle()
    return story.case.due_at != was.due_at


@in_three_languages
async def test_a_closed_day_moves_the_date_and_taking_it_back_does_not(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler, customer = story.desk, await story.handler(), await story.customer()
        boss = await manager(story)
        await desk.complain(customer, story.words.story)
        was = story.case
        day = working_day(story, 2)
        before = len(handler.inbox)

        await desk.say(boss, "/calendar")
        assert story.read(boss, "Closed days and other hours")
        await desk.tap(boss, "Close a day")
        await desk.say(boss, "…")
        assert story.read(boss, "Which day will be closed?")
        await desk.say(boss, (datetime.combine(story.now, time()) - timedelta(days=2)).date().isoformat())
        assert story.read(boss, "This day has passed. Please choose one that lies ahead.")
        boss.photo()
        await desk.settle()
        assert story.read(boss, "Please write it as text.")
        await desk.say(boss, day.isoformat())
        assert shown(story, boss, CLOSED, date=day) in text_of(boss.last)
        assert story.read(boss, "Customers whose date moves are told the new one.")
        assert not story.organisation.days
        await desk.tap(boss, "Confirm")
        assert story.read(boss, CHANGED)
        assert story.organisation.calendar.hours(day) == ()

        assert await moved(story, was)
        now = story.case
        assert now.due_at
        assert was.due_at
        assert now.due_at > was.due_at
        assert story.read(customer, "The date of our answer to your complaint has changed.")
        assert shown(story, customer, MOVED, date=now.due_at, before=was.due_at) in text_of(customer.last)
        assert len(handler.inbox) == before

        told = len(customer.inbox)
        await story.tap_label(boss, shown(story, boss, "Take back: {date}", date=day))
        assert story.read(boss, "What customers were told stays: no date comes nearer.")
        await desk.tap(boss, "Confirm")
        assert not story.organisation.days
        assert not await moved(story, now)
        assert len(customer.inbox) == told


@in_three_languages
async def test_a_day_off_is_worked_and_everything_can_be_left(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, boss = story.desk, await manager(story)
        thursday = next(
            day
            for day in (story.now.astimezone(TEHRAN).date() + timedelta(days=number) for number in range(21))
            if day.weekday() == 3
        )
        await desk.say(boss, "/start")
        await desk.tap(boss, "Calendar")
        await desk.tap(boss, "Open a day")
        await story.tap_label(boss, shown(story, boss, "{date}", date=thursday))
        await desk.tap(boss, "Back")
        assert story.read(boss, "Which day will be worked?")
        await story.tap_label(boss, shown(story, boss, "{date}", date=thursday))
        await desk.tap(boss, "Cancel")
        await desk.tap(boss, "Open a day")
        await story.tap_label(boss, shown(story, boss, "{date}", date=thursday))
        assert story.read(boss, "No open deadline moves to a later time.")
        await desk.tap(boss, "Confirm")
        assert story.organisation.calendar.hours(thursday) == ((time(9), time(17)),)
        assert shown(story, boss, "Take back: {date}", date=thursday) in boss.buttons()

        for _ in range(7):  # more than fit the page
            await desk.tap(boss, "Close a day")
            await desk.tap(boss, 0)
            await desk.tap(boss, "Confirm")
        await desk.tap(boss, "More")
        await desk.tap(boss, "Previous")
        assert all(not story.organisation.calendar.hours(day) for day in story.organisation.days)
        assert len(story.organisation.days) >= 7


@in_three_languages
async def test_who_has_no_right_to_it_changes_nothing(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        handler, customer = await story.handler(), await story.customer()
        day = working_day(story, 2).isoformat()
        for human in (handler, customer):
            await story.desk.say(human, "/calendar")
            assert story.read(human, NO_RIGHT)
            for data in (
                Days(do="close"),
                Days(do="close", day=day),
                Days(do="take_back", day=day),
                Days(do="closed", day=day),
                Days(do="opened", day=day),
                Days(do="taken_back", day=day),
            ):
                human.tap_data(data.pack())
                await story.desk.settle()
                assert story.read(human, NO_RIGHT)
        assert not story.organisation.days
