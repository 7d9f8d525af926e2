"""The register of who resolves disputes outside: seen, switched, added to, and what customers read of it then."""

from pathlib import Path

import pytest

from backoffice.provider_file import Provider
from bot.keyboards import Mediator, Register
from bot.sandbox.person import Person as Human
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

TITLE = "Who resolves disputes outside"
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."
NAMES = {"fa": "سارا نوری", "ar": "سارة نوري", "en": "Sara Nouri"}
BEHIND = "This step is already behind us."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


async def manager(story: Story, role: str = "dispute_manager") -> Human:
    return await story.desk.staff(role, language=story.language, name="Omid")


def label(name: str, *, offered: bool = True) -> str:
    return ("✅ " if offered else "") + f"\u2068{name}\u2069"


def of_file(story: Story, code: str) -> Provider:
    return next(each for each in story.organisation.providers if each.code == code)


async def opened(story: Story, human: Human, code: str) -> Provider:
    """Its card, from the list."""
    provider = of_file(story, code)
    name = label(provider.words[story.language])
    await story.desk.say(human, "/providers")
    if name not in human.buttons():
        await story.desk.tap(human, "More")
    await story.tap_label(human, name)
    return provider


@in_three_languages
async def test_a_mediator_is_added_and_customers_read_of_them(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, boss = story.desk, await manager(story)
        await desk.say(boss, "/start")
        await desk.tap(boss, "Reviews")
        await desk.tap(boss, TITLE)
        await desk.tap(boss, "Add a mediator")
        boss.photo()
        await desk.settle()
        assert story.read(boss, "Please write it as text.")
        await desk.say(boss, "x" * 57)
        assert text_of(boss.last).count("\n\n") == 2  # why not, and the question again
        for each in sorted(LANGUAGES, key=lambda each: each != language):
            await desk.say(boss, NAMES[each])
        await desk.say(boss, "sara@mediation.example")
        assert story.read(boss, "What do they do?")
        await story.tap_label(boss, f"✅ {desk.said(boss, 'Helps to agree')}")
        assert desk.said(boss, "Continue") not in boss.buttons()
        await desk.tap(boss, "Decides")
        await desk.tap(boss, "Continue")
        await desk.tap(boss, "Both sides")
        await desk.tap(boss, "Back")
        await desk.tap(boss, "Back")
        await story.tap_label(boss, f"✅ {desk.said(boss, 'Decides')}")
        await desk.tap(boss, "Helps to agree")
        await desk.tap(boss, "Continue")
        await desk.tap(boss, "We do")
        await desk.tap(boss, "Not known")
        assert story.read(boss, "Is this right?", "How long it takes is not known.")
        await desk.tap(boss, "Add to the register")
        assert story.read(
            boss, "✅ Added to the register.", "It begins only if both sides agree.", "No source is named."
        )

        customer, handler = await story.customer(), await story.handler()
        await desk.complain(customer, story.words.story)
        await desk.say(handler, f"/deadlock {story.case.code} {story.words.reasons}")
        offered = text_of(story.find(customer, "We see no way to agree with you by ourselves."))
        assert NAMES[language] in offered
        assert "sara@mediation.example" in offered
        await desk.forward(hours=1)  # what the managers are told waits for its minute


@in_three_languages
async def test_who_is_switched_off_is_offered_to_nobody(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, boss = story.desk, await manager(story, "admin")
        await desk.say(boss, "/start")
        await desk.tap(boss, TITLE)
        await desk.tap(boss, "Menu")
        enamad = await opened(story, boss, "enamad")
        assert enamad.time
        for words in (enamad.time, story.organisation.methods["determinative"], story.organisation.payers["free"]):
            assert words[language] in text_of(boss.last)
        assert enamad.source in text_of(boss.last)
        await desk.tap(boss, "Offer it no longer")
        assert story.read(boss, "It is switched off: it is offered to nobody.")

        customer, handler = await story.customer(), await story.handler()
        await desk.complain(customer, story.words.story)
        await desk.say(handler, f"/deadlock {story.case.code} {story.words.reasons}")
        assert enamad.words[language] not in text_of(
            story.find(customer, "We see no way to agree with you by ourselves.")
        )

        await desk.tap(boss, "Offer it again")
        await desk.tap(customer, "Choose how it goes on")
        await desk.tap(customer, "Compare all ways")
        assert enamad.words[language] in text_of(customer.last)


@in_three_languages
async def test_interests_are_noted_and_others_only_look(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, boss, auditor = story.desk, await manager(story), await manager(story, "auditor")
        await opened(story, boss, "trade_union")
        await desk.tap(boss, "Note declared interests")
        boss.photo()
        await desk.settle()
        assert story.read(boss, "Please write it as text.")
        await desk.say(boss, story.words.reasons)
        assert story.read(boss, "✅ The declared interests are noted.")

        await opened(story, auditor, "trade_union")
        assert story.words.reasons in text_of(auditor.last)
        assert auditor.buttons() == [desk.said(auditor, "Back")]
        for forged in (
            Register(do="off", code="trade_union").pack(),
            Register(do="interests", code="trade_union").pack(),
            Mediator(do="begin").pack(),
            Mediator(do="save").pack(),
        ):
            auditor.tap_data(forged)
            await desk.settle()
            assert story.read(auditor, NO_RIGHT)


async def test_what_was_drawn_before_or_by_nobody_has_no_effect(tmp_path: Path) -> None:
    async with telling(tmp_path, "en") as story:
        desk, boss = story.desk, await manager(story)
        for forged, said in (
            (
                Register(do="card", code="nobody").pack(),
                "It is no longer in the register. Please choose again from the list.",
            ),
            (Register(do="on", code="enamad").pack(), BEHIND),
            (Mediator(do="save").pack(), BEHIND),
            (Mediator(do="methods", value="advisory").pack(), BEHIND),
            ("go:providers:99999", "This choice is not offered any more. Please choose again from the menu."),
        ):
            boss.tap_data(forged)
            await desk.settle()
            assert story.read(boss, said)
