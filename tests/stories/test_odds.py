"""What people also do: strange messages, wrong taps, untimely commands, invitations, blocks; all of it is read."""

from pathlib import Path

import pytest

from tests.running import text_of
from tests.stories.telling import LANGUAGES, telling

HUGE = 30 * 1024 * 1024  # bytes
FAR = {"fa": ("۱۴۲۰/۱/۱", "۱۳۸۰/۱/۱"), "ar": ("٢٠٤٥/١/١", "٢٠٠١/١/١"), "en": ("1/1/2045", "1/1/2001")}

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


@in_three_languages
async def test_a_customer_who_takes_every_wrong_turn(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        customer.sticker()
        await desk.say(customer, "/nonsense", "/status", "123", "SLH-0000-0000-0", "/mine", words.story)
        assert story.read(customer, "Shall we make a complaint of it?")
        await desk.tap(customer, "A new complaint")
        await desk.tap(customer, "I agree, continue")
        await desk.tap(customer, 0)
        await desk.tap(customer, 0)
        await desk.tap(customer, "When")
        for wrong in FAR[language]:
            await desk.say(customer, wrong)
        customer.voice()
        await desk.settle()
        assert story.read(customer, "📎 We have added this to your complaint as evidence.")
        await desk.tap(customer, "Back")
        await desk.tap(customer, "Order number")
        await desk.say(customer, words.story * 4)
        customer.say("/new")
        await desk.settle()
        await desk.tap(customer, "Continue")
        assert customer.last is not None
        submit = customer.last.inline_keyboard[0][0]["callback_data"]
        await desk.tap(customer, "Cancel")
        await desk.tap(customer, "Back")
        await desk.tap(customer, "Add text, photos, files")
        customer.document(size=HUGE)
        await desk.settle()
        await desk.world.wait(lambda: story.received(customer, "⚠️ One of your files is too big for us."))
        await desk.forward(minutes=2)
        await desk.tap(customer, "Submit the complaint")
        customer.tap_data(submit)
        await desk.settle()
        customer.tap_data("go:mine:77")
        customer.tap_data("no such button")
        await desk.settle()
        await desk.say(customer, words.reply)
        await story.tap_label(customer, story.case.code or "")
        assert words.reply in text_of(story.find(handler, "The customer wrote."))


@in_three_languages
async def test_a_colleague_who_takes_every_wrong_turn(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.say(handler, "/queue", "/case", "/case SLH-0000-0000-0", "/invite", "/help", "/ask", "/answer x")
        code = await desk.complain(customer, words.story)
        await desk.say(handler, f"/answer {code}", f"/ask {code} {words.question}", f"/take {code}", f"/take {code}")
        await desk.tap(handler, "Ask the customer")
        handler.photo()
        await desk.settle()
        await desk.say(handler, words.question)
        await desk.tap(handler, "Internal note")
        await desk.tap(handler, "Cancel")
        await desk.tap(customer, "Answer the question")
        customer.dice()
        customer.voice()
        await desk.settle()
        await desk.tap(customer, "Show the complaint")
        await desk.tap(handler, "Open the case")
        await desk.tap(handler, "Answer")
        await desk.tap(handler, 0)
        handler.photo()
        await desk.settle()
        await desk.say(handler, words.reasons)
        await desk.tap(handler, "Cancel")
        await desk.tap(handler, "History and notes")
        await desk.tap(handler, "Back")
        await story.answer(handler, "upheld", "refund_full", words.reasons)
        answered = story.find(customer, "Our answer to your complaint")
        await desk.tap(customer, "I accept the answer")
        customer.tap_data(f"own:accept:{code.replace('SLH-', '').replace('-', '')}:1:", answered)
        await desk.settle()
        customer.block()
        await desk.settle()
        assert story.received(handler, "⚠️ The customer cannot be reached: they have blocked the bot or left Telegram.")
        await desk.tap(handler, "Open the case")
        await desk.tap(handler, "The remedy is carried out")
        await desk.say(handler, story.words.evidence)
        customer.start()
        await desk.settle()
        assert desk.said(customer, "Yes, it is done") in [
            label for each in customer.inbox for label in customer.buttons(each)
        ]


@in_three_languages
async def test_an_invitation_from_the_first_button_to_the_last(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        admin = await desk.staff("admin", "complaints_manager", language=language, name="Omar")
        for unit in (0, "All units"):
            await desk.tap(admin, "Team")
            await desk.tap(admin, "Invite a colleague")
            await desk.tap(admin, 0)
            await desk.tap(admin, "Continue")
            await desk.tap(admin, unit)
            if unit == 0:
                await desk.tap(admin, 0)
            for button in ("Continue", "Continue", 1) if unit == 0 else ("Continue", 1):
                await desk.tap(admin, button)
            assert story.read(admin, "The invitation is ready.")
            payload = text_of(admin.last).partition("?start=")[2].split("\u2069")[0]
            await desk.tap(admin, "Menu")
        for name in ("Mina", "Late"):
            guest = desk.world.person(name, language)
            desk.languages[guest.id] = language
            guest.start(payload)
            await desk.settle()
        assert story.read(guest, "This invitation has been used already. Please ask your administrator for a new link.")
        await desk.forward(days=8)
