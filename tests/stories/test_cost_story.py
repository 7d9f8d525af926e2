"""What a case has cost: typed in one line as anybody writes it, taken back, and found in the figures by its cause."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice.money import Amount
from bot import money
from bot.i18n import speaking_to
from bot.sandbox.person import Person as Human
from storage.complaints import Complaint
from storage.costs import Expense
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling
from tests.stories.test_causes import BEHIND, NOT_FOUND, PLACE, choose, closed, old

TYPED = {
    "fa": ("۱٫۵ میلیون ریال", "پول زیاد", "۱:۳۰", "۲ ساعت", "خیلی زیاد", "۲۵ ساعت"),
    "ar": ("١٬٥٠٠٬٠٠٠", "مال كثير", "١:٣٠", "ساعتان", "وقت طويل", "٢٥ ساعة"),
    "en": ("1,500,000", "a lot", "1:30", "2 h", "very long", "25 hours"),
}
NO_AMOUNT = "We could not read this as one amount. Please write it in figures only, for example 1500000."
NO_TIME = "We could not read this as a length of time. Please write minutes, for example 45, or 1:30."
TOO_LARGE = "This is more than is possible here. Please check the figures and write it again."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def spent(story: Story) -> list[tuple[str | None, str | None, int | None]]:
    """What counts of all that was entered."""
    with story.desk.desk.office.look() as work:
        rows = [each for each in work.db.exec(select(Expense)) if each.taken_back_at is None]
    return [(each.amount, each.currency, each.minutes) for each in rows]


def reads(story: Story, human: Human, rials: int) -> bool:
    """Whether the newest message tells this amount."""
    with speaking_to(story.reader(human.id)):
        return money.shown(Amount(Decimal(rials), "IRR")) in text_of(human.last)


@in_three_languages
async def test_from_one_line_to_the_figures(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, (amount, no_amount, time, hours, no_time, too_long) = story.desk, TYPED[language]
        handler, customer = await story.handler(), await story.customer()
        boss = await desk.staff("complaints_manager", language=language, name="Omid", department=None)
        await closed(story, handler, customer)
        code = story.case.code or ""

        await desk.say(handler, f"/case {code}")
        await desk.more(handler, "Cost")
        assert story.read(handler, "What the case has cost", "Nothing is entered yet.")
        await desk.tap(handler, "What the remedy cost")
        await desk.say(handler, no_amount)
        assert story.read(handler, NO_AMOUNT)
        handler.photo()
        await desk.settle()
        assert story.read(handler, "Please write it as text.", "What did the remedy cost?")
        await desk.say(handler, amount)
        assert reads(story, handler, 1_500_000)
        await desk.tap(handler, "Time spent")
        for typed, refusal in ((no_time, NO_TIME), (too_long, TOO_LARGE)):
            await desk.say(handler, typed)
            assert story.read(handler, refusal)
        await desk.restart()
        await desk.say(handler, time, f"/log {code.lower()} {hours}")
        assert spent(story) == [("1500000", "IRR", None), (None, None, 90), (None, None, 120)]

        await desk.tap(handler, "Take the last one back")
        assert story.read(handler, "✅ The last entry is taken back.")
        handler.tap_data(old(story.case, "cost_back", "3"))  # once more
        await desk.settle()
        assert story.read(handler, BEHIND)
        assert spent(story) == [("1500000", "IRR", None), (None, None, 90)]

        await desk.say(handler, "/log")
        assert story.read(handler, "How did the complaint reach us?")
        await desk.say(handler, f"/log {code}", "45")
        other = await story.handler(department="finance", name="Ella")
        await desk.say(other, f"/log {code} 45")
        assert story.read(other, NOT_FOUND)

        await outcomes(story, boss)
        assert reads(story, boss, 1_500_000)
        assert story.read(boss, "cause not known yet")
        await desk.say(handler, f"/cause {code}")
        await choose(story, handler)
        await desk.tap(handler, "No further analysis")
        await outcomes(story, boss)
        assert story.organisation.root_cause(PLACE).words[language] in text_of(boss.last)
        assert not story.read(boss, "cause not known yet")


async def outcomes(story: Story, boss: Human) -> None:
    """The page of the month, once the figures have followed."""
    await story.desk.forward(minutes=2)
    await story.desk.say(boss, "/report")
    for button in ("Other figures", "Outcomes"):
        await story.desk.tap(boss, button)


async def test_what_else_can_be_done_never_takes_more_than_eight_buttons(tmp_path: Path) -> None:
    """Of a case that had every turn a case can take."""
    async with telling(tmp_path, "en") as story:
        desk, customer = story.desk, await story.customer()
        boss = await desk.staff("complaints_manager", name="Omid", department=None)
        await desk.complain(customer, story.words.story)
        await desk.say(boss, f"/take {story.case.code}")
        stands(story, review_id=1, dispute_id=1, unresolved_at=story.now)
        await desk.tap(boss, "More")
        found = list(boss.buttons())
        while desk.said(boss, "More") in boss.buttons():
            await desk.tap(boss, "More")
            assert len(boss.buttons()) <= 8
            found += boss.buttons()
        ways = [each for each in found if each not in ("More", "Previous", "Back")]
        assert len(ways) == len(set(ways)) >= 10
        for page in (str(found.count("More") + 1), "-1", "x"):
            boss.tap_data(old(story.case, "more", page))
            await desk.settle()
            assert story.read(boss, "This choice is not offered any more. Please choose again from the menu.")
        stands(story, review_id=None, dispute_id=None, unresolved_at=None)


def stands(story: Story, **fields: object) -> None:
    with story.desk.desk.office.work() as work:
        case = work.db.get_one(Complaint, story.case.id)
        for name, value in fields.items():
            setattr(case, name, value)
