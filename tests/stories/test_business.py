"""A business customer: its account is opened, its people join, one complains, another decides, all by contract."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from backoffice.stages import Stage
from bot.keyboards import Business, Form
from bot.sandbox.person import Person as Human
from storage.accounts import Account, all_accounts
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling_on

LINK = re.compile(r"\?start=(contact-[\w-]+)")
NAMES = {"fa": "شرکت پارس‌گستر", "ar": "شركة الخليج للتجارة", "en": "Brightwell & Co <b>"}
NUMBERS = {"fa": "ق-۱۴۰۵-۷۷", "ar": "ع-٤٤٢١", "en": "K-2201"}
CLAUSES = {
    "fa": ("بند ۱۴، حل اختلاف", "دو طرف پیش از هر اقدام دیگر به میانجیگر مراجعه می‌کنند."),
    "ar": ("البند ١٤، تسوية النزاعات", "يلجأ الطرفان إلى وسيط قبل أي إجراء آخر."),
    "en": ("Clause 14, disputes", "Both sides turn to a mediator before anything else."),
}
THREE = {"fa": "۳", "ar": "٣", "en": "3"}
PEOPLE = {
    "fa": {"decides": "رضا", "complains and follows": "سارا", "follows": "نگار"},
    "ar": {"decides": "خالد", "complains and follows": "ليلى", "follows": "هدى"},
    "en": {"decides": "Olivia", "complains and follows": "Tom", "follows": "Ruth <i>"},
}
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."
NO_ACCOUNT = "There is no such account for you. Please choose again from the list."
NO_CHOICE = "This choice is not offered any more. Please choose again from the menu."
NO_NUMBER = "Please write a whole number from 1 to 365."
AS_TEXT = "Please write it as text."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


@dataclass
class Firm:
    """Its account, and everybody on both sides."""

    story: Story
    keeper: Human
    manager: Human
    handler: Human
    decides: Human
    reports: Human
    reads: Human

    @property
    def account(self) -> Account:
        with self.story.desk.desk.office.look() as work:
            return all_accounts(work.db)[-1]

    async def card(self) -> None:
        await self.story.desk.say(self.keeper, "/accounts")
        await self.story.tap_label(self.keeper, NAMES[self.story.language])


async def joined(story: Story, keeper: Human, role: str) -> Human:
    """From the account's card to somebody of the company who has followed their link."""
    for button in ("Contacts", "Invite a contact", role):
        await story.desk.tap(keeper, button)
    found = LINK.search(text_of(keeper.last))
    assert found
    human = await story.desk.newcomer(story.language, PEOPLE[story.language][role])
    human.start(found[1])
    await story.desk.settle()
    assert NAMES[story.language] in text_of(human.last)
    await story.desk.tap(keeper, "Back")
    return human


async def opened(story: Story) -> Firm:
    """The account as the complaints manager opens it, with a mediator's clause and a deadline of its own."""
    language = story.language
    keeper = await story.desk.staff("complaints_manager", language=language, name="Omid")
    manager = await story.desk.staff("account_manager", language=language, name="Nadia")
    handler = await story.handler()
    await story.desk.say(keeper, "/accounts")
    await story.desk.tap(keeper, "New account")
    await story.desk.say(keeper, NAMES[language])
    await story.desk.tap(keeper, "Account manager")
    await story.tap_label(keeper, "Nadia")
    await story.desk.tap(keeper, "Contract number")
    await story.desk.say(keeper, NUMBERS[language])
    for button in ("Own deadlines", "Final answer", "business days"):
        await story.desk.tap(keeper, button)
    await story.desk.say(keeper, THREE[language])
    for button in ("Clauses", "Write a clause", "binds both sides to mediation"):
        await story.desk.tap(keeper, button)
    await story.desk.say(keeper, *CLAUSES[language])
    for _ in range(2):
        await story.desk.tap(keeper, "Back")
    contacts = [await joined(story, keeper, role) for role in PEOPLE[language]]
    await story.desk.settle()
    return Firm(story, keeper, manager, handler, *contacts)


@in_three_languages
async def test_one_complains_another_decides_and_a_third_may_not(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, opened) as firm:
        story, words = firm.story, firm.story.words
        desk, names = story.desk, PEOPLE[language]
        assert story.received(firm.manager, "You look after a business customer from now on.")
        await desk.complain(firm.reports, words.story)
        assert (story.case.account_id, story.case.company) == (firm.account.id, NAMES[language])
        calendar = story.organisation.calendar
        assert story.case.received_at
        assert story.case.due_at == calendar.add_business_days(story.case.received_at, 3)
        assert story.received(firm.manager, "A business customer of yours has complained.")
        await desk.tap(firm.manager, "Open the case")
        assert NAMES[language] in text_of(firm.manager.last)
        assert story.read(firm.manager, "The date is the one of the contract.")
        await desk.tap(firm.manager, "Deadlines")
        assert story.read(firm.manager, "By contract with the customer's company")

        await desk.tap(firm.handler, "Take the case")
        await story.answer(firm.handler, "upheld", "refund_full", words.reasons)
        assert story.received(firm.manager, "A business customer of yours has our answer.")
        assert story.received(firm.decides, "A complaint of your company waits for your decision.")
        await desk.tap(firm.reports, "I accept the answer", story.find(firm.reports, "Our answer to your complaint"))
        assert story.read(firm.reports, "You cannot do this for your company.")
        assert names["decides"] in text_of(firm.reports.last)
        await story.open(firm.reads)
        assert names["complains and follows"] in text_of(firm.reads.last)
        await desk.tap(firm.reads, "Read the answer")
        await desk.tap(firm.reads, "I accept the answer")
        assert story.read(firm.reads, "You cannot do this for your company.")
        assert names["decides"] in text_of(firm.reads.last)
        assert story.case.stage == Stage.ANSWERED
        await story.open(firm.decides)
        await desk.tap(firm.decides, "Read the answer")
        await desk.tap(firm.decides, "I accept the answer")
        assert story.case.stage == Stage.IMPLEMENTING
        await story.rest()


@in_three_languages
async def test_outside_a_mediator_comes_first_and_the_clause_is_shown(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, opened) as firm:
        story, desk = firm.story, firm.story.desk
        speaker = await desk.staff("dispute_manager", language=language, name="Farid")
        await desk.complain(firm.decides, story.words.story)
        await desk.tap(firm.handler, "Take the case")
        await desk.say(firm.handler, f"/deadlock {story.case.code} {story.words.objection}")
        assert story.received(
            firm.manager, "With a business customer of yours we could not agree: the ways outside are open."
        )
        await story.open(firm.decides)
        await desk.tap(firm.decides, "Choose how it goes on")
        assert story.read(firm.decides, "The contract says:")
        assert CLAUSES[language][1] in text_of(firm.decides.last)
        mediator = next(each for each in story.organisation.providers if each.type == "mediator")
        assert mediator.words[language] in firm.decides.buttons()[0]
        await desk.say(speaker, f"/dispute {story.case.code}")
        assert CLAUSES[language][1] in text_of(speaker.last)
        await story.rest()


@in_three_languages
async def test_a_case_is_linked_by_hand_and_people_leave(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, opened) as firm:
        story, desk = firm.story, firm.story.desk
        customer = await story.customer()
        await desk.complain(customer, story.words.story)
        was = story.case.due_at
        assert was
        await desk.tap(firm.handler, "Take the case")
        await story.desk.more(firm.handler, "Account")
        await story.tap_label(firm.handler, NAMES[language])
        assert story.read(firm.handler, "✅ The case is one of this account now.")
        assert story.case.due_at
        assert story.case.due_at < was
        assert [each for each in customer.inbox if NAMES[language] in each.text]
        assert story.received(firm.manager, "A complaint was found to be one of a business customer of yours.")
        await desk.say(firm.handler, f"/case {story.case.code}")
        await story.desk.more(firm.handler, "Account")
        await desk.tap(firm.handler, "Of no business customer")
        assert story.case.account_id is None
        assert story.received(customer, "Your complaint is not handled as one of a company any more.")

        await desk.complain(firm.reports, story.words.objection)
        await firm.card()
        await desk.tap(firm.keeper, "Contacts")
        await story.tap_label(firm.keeper, PEOPLE[language]["follows"])
        await desk.tap(firm.keeper, "complains and follows")
        assert story.read(firm.keeper, "✅ Noted.")
        await desk.tap(firm.keeper, "Back")
        await story.tap_label(firm.keeper, PEOPLE[language]["complains and follows"])
        await desk.tap(firm.keeper, "Remove")
        await desk.tap(firm.keeper, "Yes, remove")
        assert story.received(firm.decides, "You now follow a complaint of your company: whoever made it has left.")
        await desk.say(firm.reports, "/mine")
        assert story.read(firm.reports, "You have no complaint with us.")
        await firm.card()
        await desk.tap(firm.keeper, "End the account")
        await desk.tap(firm.keeper, "Yes, end it")
        assert firm.account.ended_at
        await story.rest()


@in_three_languages
async def test_what_leads_nowhere_is_said_in_words(tmp_path: Path, language: str) -> None:
    """Bad input of every step, and buttons that nobody was shown."""
    async with telling_on(tmp_path, language, opened) as firm:
        story, desk, number = firm.story, firm.story.desk, firm.account.id
        keeper, stranger = firm.keeper, await story.customer()
        await firm.card()
        for button in ("Own deadlines", "Final answer", "business days"):
            await desk.tap(keeper, button)
        for typed in ("0", "999", story.words.wish):
            await desk.say(keeper, typed)
            assert story.read(keeper, NO_NUMBER)
        keeper.sticker()
        await desk.settle()
        assert story.read(keeper, AS_TEXT)
        await desk.say(keeper, "/accounts")
        await desk.tap(keeper, "New account")
        keeper.photo()
        await desk.settle()
        assert story.read(keeper, AS_TEXT)
        await desk.say(keeper, NAMES[language])
        assert story.read(keeper, "There is an account of this name already. Please open that one.")
        await desk.say(keeper, "x" * 121)
        assert "121" not in text_of(keeper.last)
        await firm.card()
        for button in ("Clauses", "Write a clause", "binds to none of these"):
            await desk.tap(keeper, button)
        keeper.photo()
        await desk.settle()
        assert story.read(keeper, AS_TEXT)
        await desk.say(keeper, CLAUSES[language][0])
        keeper.photo()
        await desk.settle()
        assert story.read(keeper, AS_TEXT)

        values = ("managed:99999999999", "managed:x", "limit:cap", "unit:cap.bd", "unit:refund.y", "invited:admin",
                  "contact:9999", "role:1.admin", "clause:9999", "no_clause:x", "no_limit:cap")  # fmt: skip
        for do, _colon, value in (each.partition(":") for each in values):
            keeper.tap_data(Business(do=do, number=number, value=value).pack())
            await desk.settle()
            assert story.read(keeper, NO_CHOICE), do
        for do in ("card", "contacts", "clauses", "manager", "limits", "cases", "end", "ended"):
            keeper.tap_data(Business(do=do, number=9_999_999).pack())
            await desk.settle()
            assert story.read(keeper, NO_ACCOUNT), do
            for nobody in (stranger, firm.handler, firm.decides):
                nobody.tap_data(Business(do=do, number=number).pack())
                await desk.settle()
                assert story.read(nobody, NO_RIGHT), do
        for payload in ("contact-nothing-of-ours", "join-nothing"):
            stranger.start(payload)
            await desk.settle()
        assert story.received(
            stranger, "This link leads nowhere. Please check that it is complete, or ask us for a new one."
        )


@in_three_languages
async def test_who_speaks_for_two_companies_says_for_which(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, opened) as firm:
        story, desk, keeper = firm.story, firm.story.desk, firm.keeper
        await desk.say(keeper, "/accounts")
        await desk.tap(keeper, "New account")
        await desk.say(keeper, story.words.thanks)
        for button in ("Contacts", "Invite a contact", "decides"):
            await desk.tap(keeper, button)
        found = LINK.search(text_of(keeper.last))
        assert found
        firm.reports.start(found[1])
        await desk.settle()
        await desk.form(firm.reports)
        await desk.say(firm.reports, story.words.story)
        await desk.tap(firm.reports, "Submit the complaint")
        assert story.read(firm.reports, "For which company is the complaint?")
        (draft,) = desk.drafts()
        for value in ("9999", "x", "99999999999"):
            firm.reports.tap_data(Form(do="submit_for", draft=draft.id, value=value).pack())
            await desk.settle()
            assert story.read(firm.reports, NO_CHOICE)
        firm.reports.tap_data(Form(do="submit", draft=draft.id).pack())
        await desk.settle()
        await story.tap_label(firm.reports, story.words.thanks)
        assert story.case.account_id == firm.account.id
        assert story.case.company == story.words.thanks
