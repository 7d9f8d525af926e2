"""The initial assessment on the card: five taps, a severity, and who hears of it at once."""

from pathlib import Path

import pytest

from backoffice.stages import Stage
from bot.keyboards import Desk
from bot.sandbox.person import Person as Human
from storage import journal
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, day_for, telling

GRAVE = ["Considerable harm", "Danger, or somebody is hurt", "A few questions", "A few customers", "Yes, at once"]
SLIGHT = ["Slight harm", "Not concerned", "The facts are clear", "This customer only", "No"]
CONTAINED = {
    "fa": "کالا از انبار جمع شد و به خریداران هشدار دادیم.",
    "ar": "سحبنا المنتج من المستودع ونبهنا المشترين.",
    "en": "The goods are out of the store and the buyers are warned.",
}
BEHIND = "This step is already behind us."
NOT_FOUND = "We found no such case for you. Please check the code, or choose from your list."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


async def answer(story: Story, human: Human, labels: list[str]) -> None:
    for label in labels:
        await story.desk.tap(human, label)


def severity(story: Story, code: str) -> str:
    return story.organisation.severities[code].in_(story.language)


def shown(story: Story, human: Human, code: str, template: str = "Severity: {severity}") -> bool:
    """Whether the newest message names this severity."""
    return story.desk.said(human, template).format(severity=severity(story, code)) in text_of(human.last)


@in_three_languages
async def test_a_critical_case_wakes_those_it_concerns_and_the_customer_reads_the_new_date(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        manager = await desk.staff("complaints_manager", language=language, name="Omid")
        top = await desk.staff("top_management", language=language, name="Taraneh")
        await desk.complain(customer, words.story)
        told = story.case.due_at
        assert told is not None
        assert story.read(handler, "Severity: not assessed yet")

        await desk.tap(handler, "Assess")
        await answer(story, handler, GRAVE[:2])
        await desk.tap(handler, "Back")
        assert story.read(handler, "Is anybody's safety or health concerned?")
        await answer(story, handler, GRAVE[1:])
        assert shown(story, handler, "critical", "By these answers the severity is: {severity}")
        rule = desk.said(handler, "Critical whatever the score, because of: {rule}")
        assert rule.format(rule=desk.said(handler, "Safety and health")) in text_of(handler.last)
        assert story.case.severity is None
        await desk.tap(handler, "Confirm")

        case = story.case
        assert (case.stage, case.severity) == (Stage.INVESTIGATING, "critical")
        assert case.due_at == story.organisation.due("final_response", "critical", case.received_at or story.now)
        assert case.due_at < told
        notice = text_of(story.find(customer, "Your complaint is being investigated."))
        assert desk.said(customer, "Your complaint has the highest priority with us.") in notice
        dates = day_for(case.due_at, story.reader(customer.id)), day_for(told, story.reader(customer.id))
        sooner = desk.said(customer, "We will answer sooner than we told you: by {date} instead of {before}.")
        assert sooner.format(date=dates[0], before=dates[1]) in notice

        for human in (supervisor, manager, top, handler):
            alarm = text_of(story.find(human, "⚠️ A case is critical."))
            assert case.contain_by is not None
            assert day_for(case.contain_by, story.reader(human.id)) in alarm
        await desk.tap(handler, "What was done at once?", story.find(handler, "⚠️ A case is critical."))
        handler.photo()
        await desk.settle()
        assert story.read(handler, "Please write it as text.")
        await desk.say(handler, CONTAINED[language])
        assert story.read(handler, "✅ Noted as the containment action. The customer does not see it.")
        assert story.case.contain_by is None
        assert desk.said(handler, "What was done at once?") not in handler.buttons()
        await desk.tap(handler, "History and notes")
        assert CONTAINED[language] in text_of(handler.last)
        with desk.desk.office.look() as work:
            history = journal.history(work.db, case.id)
        assert "complaint.contained" in [event.event for event in history]
        assert CONTAINED[language] not in str([event.facts for event in history])
        assert not any(CONTAINED[language] in text_of(message) for message in customer.inbox)


@in_three_languages
async def test_another_severity_takes_a_reason_then_and_later(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        assert shown(story, handler, "medium", "Severity: {severity} (not assessed yet)")
        await desk.tap(handler, "Assess")
        await answer(story, handler, SLIGHT)
        score = desk.said(handler, "Score: {number} of {total}").partition("{")[0]
        assert score in text_of(handler.last)
        await desk.tap(handler, "Choose another severity")
        await story.tap_label(handler, severity(story, "high"))
        await desk.say(handler, words.reasons)
        assert story.read(handler, "✅ The severity is recorded.")
        assert shown(story, handler, "high")
        first = story.case.due_at
        assert first is not None
        assert day_for(first, story.reader(customer.id)) in text_of(customer.last)

        await desk.say(supervisor, f"/case {story.case.code}")
        await desk.tap(supervisor, "Change severity")
        await story.tap_label(supervisor, severity(story, "low"))
        await desk.tap(supervisor, "Back")
        await story.tap_label(supervisor, severity(story, "low"))
        await desk.say(supervisor, words.reasons_again)
        case = story.case
        assert (case.severity, case.stage) == ("low", Stage.INVESTIGATING)
        assert case.due_at == story.organisation.due("final_response", "low", case.received_at or story.now)
        assert case.due_at > first
        assert story.read(customer, "The date of our answer to your complaint has changed.")
        sorry = "We are sorry: to examine it properly, we need until {date} instead of {before}."
        dates = day_for(case.due_at, story.reader(customer.id)), day_for(first, story.reader(customer.id))
        assert desk.said(customer, sorry).format(date=dates[0], before=dates[1]) in text_of(customer.last)
        assert story.read(handler, "The severity of a case of yours was decided by a colleague.")
        assert shown(story, handler, "low")
        await desk.tap(handler, "Open the case")
        await desk.tap(handler, "History and notes")
        assert all(reason in text_of(handler.last) for reason in (words.reasons, words.reasons_again))
        await desk.say(handler, "/queue")
        assert shown(story, handler, "low")


@in_three_languages
async def test_who_comes_late_or_from_elsewhere_changes_nothing(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        foreign = await story.handler(department="finance", name="Mina")
        code = await desk.complain(customer, words.story)
        await desk.say(supervisor, f"/case {code}")
        await desk.tap(supervisor, "Assess")
        await desk.tap(handler, "Assess")
        await answer(story, handler, SLIGHT)
        await desk.tap(handler, "Confirm")
        before = story.case
        assert before.severity == "low"
        await desk.tap(supervisor, "Grave harm")
        assert story.read(supervisor, BEHIND)
        short = code.removeprefix("SLH-").replace("-", "")
        for do, value in (("assess", "1"), ("assessed", "33331"), ("instead", ".critical"), ("contain", "")):
            foreign.tap_data(Desk(do=do, code=short, turn=before.turn, value=value).pack())
            await desk.settle()
            assert story.read(foreign, NOT_FOUND)
        assert story.case == before
