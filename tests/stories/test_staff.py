"""What staff find without asking a colleague: help for their roles, their own cases, the next step of a notice."""

from pathlib import Path

import pytest

from bot.commands import COMMANDS
from tests.running import text_of
from tests.stories.telling import LANGUAGES, telling

WORK = {
    "queue",
    "case",
    "take",
    "answer",
    "ask",
    "note",
    "cause",
    "log",
    "escalate",
    "tasks",
    "extend",
    "hearing",
    "vote",
    "recuse",
    "deadlock",
    "action",
    "away",
    "back",
}
OUTSIDE = {"dispute", "consent", "refer", "outcome", "unresolved", "providers"}
FIGURES = {"report", "digest"}
SEES = {
    "handler": WORK,
    "supervisor": WORK | {"approve", "assign", "team"} | FIGURES,
    "top_management": WORK | {"approve", "team"} | OUTSIDE | FIGURES,
    "legal": {"approve", "case", "tasks", "hearing", "vote", "recuse", "action", "accounts"}
    | {"dispute", "consent", "refer", "outcome"},
    "auditor": {"case", "providers", "unresolved", "action"} | FIGURES,
    "admin": {"invite", "team", "calendar", "providers", "accounts"},
    "account_manager": {"case", "accounts"},
}
CODED = "The code of a case follows the command: /case SLH-7K4M-2QXH-M. The buttons under a case do the same."
REPLY = (
    "Reply to a message about a case of yours to write to its customer: text, photos, voice messages and files go as"
    " you send them. What only colleagues may read is a note."
)
INVITE = (
    "To invite a colleague, choose the roles and the unit after /invite, and pass on the link that you get. It works"
    " once."
)
ANYTIME = "Send us a message at any time: we ask what it is about and guide you from there."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


@in_three_languages
async def test_help_names_what_a_role_can_do_in_the_words_of_the_menu(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        for role, sees in SEES.items():
            human = await desk.staff(role, language=language)
            await desk.say(human, "/help")
            told = text_of(human.last)
            lines = [line for line in told.splitlines() if line.startswith("\u2066/")]
            wanted = [entry for entry in COMMANDS if entry.command in sees]
            assert len(lines) == len(wanted)
            for line, entry in zip(lines, wanted, strict=True):
                assert line.startswith(f"\u2066/{entry.command}\u2069")
                assert line.endswith(f" – {desk.said(human, str(entry.description))}")
                assert (f" {desk.said(human, 'CODE')} " in line) is entry.coded
            assert (desk.said(human, CODED) in told) is ("case" in sees)
            assert (desk.said(human, REPLY) in told) is (sees >= WORK)
            assert (desk.said(human, INVITE) in told) is ("invite" in sees)
            assert desk.said(human, ANYTIME) not in told
        customer = await story.customer()
        await desk.tap(customer, "Help")
        assert desk.said(customer, ANYTIME) in text_of(customer.last)
        assert desk.said(customer, "Help for staff") not in text_of(customer.last)


@in_three_languages
async def test_case_without_a_code_offers_what_one_holds(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.say(handler, "/case")
        assert story.read(handler, "You hold no open case.")
        await desk.tap(handler, "My queue")
        assert story.read(handler, "Nothing waits for you. ✅")

        codes = []
        for _case in range(7):
            await desk.say(customer, "/start")
            codes.append(await desk.complain(customer, words.story))
        supervisor = await story.supervisor()
        await desk.say(supervisor, f"/take {codes[3]}", "/case")
        assert story.read(supervisor, "Your open cases")
        assert [label for label in supervisor.buttons() if label in codes] == [codes[3]]
        await desk.say(handler, "/case")
        assert [label for label in handler.buttons() if label in codes] == [*codes[:3], *codes[4:]]
        await story.tap_label(handler, codes[0])
        assert words.story in text_of(handler.last)
        auditor = await desk.staff("auditor", language=language, name="Zoe")
        await desk.say(auditor, "/case")
        assert story.read(auditor, "Write the code after the command: /case SLH-7K4M-2QXH-M")


@in_three_languages
async def test_a_notice_says_what_its_reader_can_do_now(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        top, customer = await desk.staff("top_management", language=language), await story.customer()
        await desk.complain(customer, words.story)
        assert story.read(top, "Please ask a colleague of the unit to take it from the queue.")
        supervisor = await story.supervisor()
        await desk.say(customer, "/start")
        await desk.complain(customer, words.objection)
        take = "Open the case to take it, or ask a colleague of the unit to take it from the queue."
        assert story.read(supervisor, "⚠️ A new case has no owner.", take)
        await desk.tap(supervisor, "Open the case")
        await desk.tap(supervisor, "Take the case")
        await story.open(customer)
        for button in ("Withdraw", "Yes, withdraw it", "Yes, I am sure", "Reopen"):
            await desk.tap(customer, button)
        reopened = text_of(story.find(supervisor, "The customer has reopened the case."))
        again = "Please look at it again and answer anew. The customer has been asked what happened since."
        assert desk.said(supervisor, again) in reopened


@in_three_languages
async def test_who_comes_second_reads_what_the_first_did(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.say(supervisor, f"/case {story.case.code}")
        before = supervisor.last
        await desk.tap(handler, "Take the case")
        await desk.tap(supervisor, "Take the case", before)
        assert story.read(supervisor, "This step is already behind us.")
        assert words.handler in text_of(supervisor.last)
        assert story.case.owner_id is not None
