"""After the end: why it came about, asked five times or once, by when, and one cause behind several complaints."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from backoffice import codes
from backoffice.learning import causes
from bot.keyboards import Desk
from bot.sandbox.person import Person as Human
from storage.clocks import CAUSE, running
from storage.complaints import Complaint
from storage.learning import Analysis
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, day_for, telling
from tests.stories.test_assessment import GRAVE, answer

BEHIND = "This step is already behind us."
NOT_FOUND = "We found no such case for you. Please check the code, or choose from your list."
NOT_ALLOWED = "You do not have the right to do this. If you need it, please ask your administrator."
PLACE = "supplier.logistics"
WHYS = {
    "fa": ("بار شرکت حمل بیش از ظرفیت بود.", "پیش‌بینی حجم سفارش انجام نمی‌شود.", "کسی مسئول پیش‌بینی نیست."),
    "ar": ("كانت حمولة شركة الشحن فوق طاقتها.", "لا أحد يتوقع حجم الطلبات.", "لم يُكلَّف أحد بالتوقع."),
    "en": ("The carrier had more than it could take.", "Nobody forecasts the orders.", "It is nobody's task."),
}
TITLES = {"fa": "تأخیر گستردهٔ شرکت حمل", "ar": "تأخر واسع لدى شركة الشحن", "en": "The carrier is late everywhere"}
TRACE = {"fa": "سوابق آن روز پاک شده است.", "ar": "حُذفت سجلات ذلك اليوم.", "en": "The records of that day are gone."}

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


async def closed(story: Story, handler: Human, customer: Human, *, above: Human | None = None) -> None:
    """Taken, answered, accepted; the owner is asked for the cause. `above`: who approves, because it is grave."""
    desk = story.desk
    await desk.complain(customer, story.words.story)
    if above:
        await desk.tap(handler, "Assess")
        await answer(story, handler, GRAVE)
        await desk.tap(handler, "Confirm")
    else:
        await desk.tap(handler, "Take the case")
    await story.answer(handler, "upheld", "apology", story.words.reasons, approver=above)
    await desk.tap(customer, "I accept the answer")


async def choose(story: Story, human: Human, cause: str = PLACE) -> None:
    """The group and the cause, by their words."""
    language, organisation = story.desk.languages[human.id], story.organisation
    group = next(each for each in organisation.root_cause_groups if cause in {one.code for one in each.causes})
    await story.tap_label(human, group.words[language])
    await story.tap_label(human, organisation.root_cause(cause).words[language])


def kept(story: Story) -> list[Analysis]:
    with story.desk.desk.office.look() as work:
        return list(work.db.exec(select(Analysis).order_by(col(Analysis.id))))


def old(case: Complaint, do: str, value: str = "") -> str:
    """A button as it was drawn for the case."""
    return Desk(do=do, code=codes.compact(case.code or ""), turn=case.turn, value=value).pack()


@in_three_languages
async def test_five_whys_survive_a_restart_and_end_in_one_sentence(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, whys = story.desk, WHYS[language]
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await closed(story, handler, customer, above=supervisor)
        asked = story.find(handler, "✅ The case is closed. What was the root cause?")
        with desk.desk.office.look() as work:
            [limit] = [each for each in running(work.db, story.case.id) if each.target == CAUSE]
        assert limit.due_at
        assert day_for(limit.due_at, story.reader(handler.id)) in text_of(asked)

        await desk.tap(handler, "Root cause", asked)
        await choose(story, handler)
        assert desk.said(handler, "That is the root, done") not in handler.buttons()
        await desk.say(handler, whys[0])
        await desk.restart()
        assert whys[0] in text_of(handler.last)
        await desk.say(handler, whys[1])
        assert [whys[place] in text_of(handler.last) for place in (0, 1)] == [True, True]
        await desk.tap(handler, "Back")  # the second one once more
        assert whys[1] not in text_of(handler.last)
        handler.photo()
        await desk.settle()
        assert story.read(handler, "Please write it as text.")
        await desk.say(handler, *whys[1:])
        await desk.tap(handler, "That is the root, done")
        assert story.read(handler, "How far does it reach?")
        await desk.tap(handler, "Back")
        assert whys[2] not in text_of(handler.last)
        await desk.say(handler, whys[2])
        await desk.tap(handler, "That is the root, done")
        await desk.tap(handler, "Systemic")
        assert all(why in text_of(handler.last) for why in whys)
        assert kept(story) == []
        await desk.tap(handler, "Record the analysis")
        assert story.read(handler, "✅ The root cause is recorded.", "Systemic")
        [found] = kept(story)
        assert (found.cause, found.scope, found.whys) == (PLACE, causes.SYSTEMIC, [*whys])
        handler.tap_data(old(story.case, "found"))
        await desk.settle()
        assert story.read(handler, BEHIND)
        assert len(kept(story)) == 1

        await desk.say(supervisor, f"/case {story.case.code}")
        await desk.tap(supervisor, "Analysis")
        assert all(why in text_of(supervisor.last) for why in whys)
        await desk.tap(supervisor, "Revise")
        await choose(story, supervisor, causes.UNKNOWN)
        await desk.say(supervisor, TRACE[language])
        await desk.tap(supervisor, "Single case")
        assert TRACE[language] in text_of(supervisor.last)
        await desk.tap(supervisor, "Record the analysis")
        await desk.tap(supervisor, "Analysis")
        for words in (TRACE[language], *whys):
            assert words in text_of(supervisor.last)

        customer.say("/mydata")
        await desk.settle()
        await story.open(customer)
        shown = [text_of(each) for each in customer.inbox if each.kind == "text"]
        page = "".join(file.data.decode(errors="replace") for file in desk.world.files.values())
        assert not [words for words in (*whys, TRACE[language], PLACE) if words in page or words in "".join(shown)]


@in_three_languages
async def test_the_short_way_and_what_waits(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        handler, customer = await story.handler(), await story.customer()
        boss = await desk.staff("complaints_manager", language=language, name="Omid")
        await desk.say(handler, "/cause")
        assert story.read(handler, "No analysis waits for you. ✅")
        await closed(story, handler, customer)
        first = story.case
        for who in (handler, boss):
            await desk.say(who, "/queue")
            await desk.tap(who, "Analyses that wait")
            assert first.code in text_of(who.last)
        stranger = await desk.newcomer(language)
        for data in (old(first, "found"), old(first, "analysis"), old(first, "incident")):
            stranger.tap_data(data)
            await desk.settle()
            assert story.read(stranger, NOT_FOUND)
        await desk.say(customer, f"/cause {first.code}")
        assert story.read(customer, NOT_ALLOWED)

        await desk.forward(days=35)  # nobody says anything
        assert story.received(handler, "⚠️ A deadline has passed.")
        assert story.received(boss, "⚠️ A case of your team is late.")
        await desk.tap(handler, "Root cause")
        await choose(story, handler)
        await desk.tap(handler, "Ask why")
        await desk.tap(handler, "Skip")
        await desk.tap(handler, "Back")
        await choose(story, handler)
        await desk.tap(handler, "No further analysis")
        assert story.read(handler, "✅ The root cause is recorded.", "Single case")
        assert (story.case.root_cause, kept(story)[0].whys) == (PLACE, [])
        await desk.say(handler, "/cause")
        assert story.read(handler, "No analysis waits for you. ✅")
        with desk.desk.office.work() as work:
            work.db.get_one(Complaint, first.id).root_cause = "gone.code"  # the file has it no more
        await desk.say(handler, f"/case {first.code}")
        assert "gone.code" in text_of(handler.last)


@in_three_languages
async def test_one_cause_behind_several_complaints(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, whys = story.desk, WHYS[language]
        handler = await story.handler()
        one, two, three = [await story.customer() for _number in range(3)]
        await closed(story, handler, one)
        first = story.case
        await closed(story, handler, two)
        second = story.case
        await desk.complain(three, story.words.objection)
        third = story.case

        await desk.tap(handler, "Take the case")
        await desk.more(handler, "Several customers are affected")
        await desk.tap(handler, "Open an incident")
        await desk.say(handler, TITLES[language])
        assert story.read(handler, "✅ The incident is open.", "Not analysed yet")
        await desk.tap(handler, "Link further cases")
        await story.tap_label(handler, second.code or "")
        assert f"✅ {second.code}" in handler.buttons()
        await desk.tap(handler, "Link the chosen cases")
        await desk.tap(handler, "Link further cases")
        await desk.say(handler, first.code or "")
        assert all(case.code in text_of(handler.last) for case in (first, second, third))
        assert TITLES[language] in text_of(handler.last)

        await desk.tap(handler, "Analyse the incident")
        await choose(story, handler)
        for why in whys[:2]:
            await desk.say(handler, why)
        await desk.tap(handler, "That is the root, done")
        await desk.tap(handler, "Recurring")
        await desk.tap(handler, "Record the analysis")
        assert story.read(handler, "✅ The analysis is recorded for the incident and its cases.")
        assert {case.root_cause for case in desk.cases()} == {PLACE}
        await desk.say(handler, "/cause")
        assert story.read(handler, "No analysis waits for you. ✅")

        await desk.say(handler, f"/case {second.code}")
        assert TITLES[language] in text_of(handler.last)
        await desk.more(handler, "Incident")
        await desk.tap(handler, "Unlink this case")
        assert story.read(handler, "✅ The case is not linked any more.")
        await desk.say(handler, f"/case {first.code}")
        await desk.more(handler, "Incident")
        await desk.tap(handler, "Close the incident")
        assert story.read(handler, "✅ The incident is closed. What was found stays on its cases.")
        assert desk.said(handler, "Link further cases") not in handler.buttons()
