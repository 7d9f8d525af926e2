"""One's own data: a copy that can be read, and the request to correct or erase it, which somebody hears of."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.sandbox.person import Person as Human
from storage import journal
from tests.databases import migrated_postgres
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, day_for, telling

NOTE = "Between us: the carrier has lost three of these."
NAMES = {"fa": "سارا احمدی <b>", "ar": "سارة الأحمد <b>", "en": "Sara <b> Stone"}
NOTICES = ("⚠️ A customer asks for erasure of their data.", "⚠️ A customer asks for correction of their data.")

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


class Page(HTMLParser):
    """What a browser makes of the copy: its text, the tags that are open, the direction it runs in."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.root: dict[str, str | None] = {}
        self.said: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "img", "link", "a", "iframe")
        if tag == "html":
            self.root = dict(attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return "".join(self.said)


def copy_of(story: Story, human: Human) -> Page:
    """The newest document that somebody received."""
    document = next(each for each in reversed(human.inbox) if each.kind == "document").content["document"]
    assert document["file_name"].endswith(".html")
    page = Page(story.desk.world.files[document["file_id"]].data.decode())
    assert page.open == []
    return page


def events(story: Story, chain: int = journal.DESK) -> list[str]:
    with story.desk.desk.office.look() as work:
        return [event.event for event in journal.history(work.db, chain)]


async def complain_anonymously(story: Story, customer: Human, words: str) -> str:
    await story.desk.form(customer)
    await story.desk.say(customer, words)
    for button in ("Who I am", "Stay anonymous", "Done", "Submit the complaint"):
        await story.desk.tap(customer, button)
    return story.case.code or ""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@in_three_languages
async def test_a_copy_of_all_that_is_kept_and_of_nothing_internal(tmp_path: Path, language: str, database: str) -> None:
    url = migrated_postgres() if database == "postgresql" else None
    async with telling(tmp_path, language, url) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        await desk.form(customer)
        customer.photo(caption=words.story)
        customer.document("فاکتور <1>.pdf")
        await desk.settle()
        await desk.tap(customer, "Who I am")
        await desk.tap(customer, "My name")
        await desk.say(customer, NAMES[language])
        await desk.tap(customer, "Done")
        await desk.tap(customer, "Submit the complaint")
        await desk.tap(handler, "Take the case")
        await desk.say(handler, f"/note {story.case.code} {NOTE}")
        await desk.tap(handler, "Ask the customer")
        await desk.say(handler, words.question)
        said = customer.say(words.reply, reply_to=story.find(customer, "We need something from you to go on."))
        await desk.settle()
        customer.edit(said, words.wish)
        await desk.settle()
        await desk.say(handler, f"/case {story.case.code}")
        await story.answer(handler, "upheld", "apology", words.reasons, words.amount, words.next_step)
        await desk.tap(customer, "I accept the answer")
        for stars in (3, 4):
            await desk.tap(customer, stars)
        await desk.say(customer, words.thanks)
        code = story.case.code or ""
        await desk.say(customer, "/start")
        await desk.form(customer)
        await desk.say(customer, words.objection)  # and is not sent

        await desk.say(customer, "/privacy")
        for button in ("My data", "Get a copy"):
            await desk.tap(customer, button)
        page = copy_of(story, customer)
        assert page.root == {"lang": language, "dir": "ltr" if language == "en" else "rtl"}
        own = (words.story, words.reply, words.wish, words.thanks, words.objection, NAMES[language], "فاکتور <1>.pdf")
        ours = (words.question, words.reasons, words.amount, words.next_step)
        for each in (*own, *ours, code, str(customer.id), day_for(story.now, story.reader(customer.id))):
            assert each in page.text, each
        with desk.desk.office.look() as work:
            agreed = work.organisation.legal("privacy", language).body.splitlines()[0]
        assert agreed in page.text
        for rated in (
            "Your rating of the handling: {number} of {total}",
            "Your rating of the outcome: {number} of {total}",
        ):
            assert desk.said(customer, rated).partition("{")[0] in page.text
        assert NOTE not in page.text
        assert words.handler not in page.text
        assert "data.copied" in events(story)

        await desk.say(handler, "/mydata")
        await desk.tap(handler, "Get a copy")
        assert code not in copy_of(story, handler).text


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@in_three_languages
async def test_correction_and_erasure_reach_who_can_do_it_and_are_answered_in_the_chat(
    tmp_path: Path, language: str, database: str
) -> None:
    url = migrated_postgres() if database == "postgresql" else None
    async with telling(tmp_path, language, url) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        admin = await desk.staff("admin", language=language, name="Omar")
        other = await desk.staff("supervisor", language=language, department="finance", name="Zoe")
        code = await desk.complain(customer, words.story)
        due = story.organisation.due("data_request", None, story.now)

        await desk.say(customer, "/mydata")
        await desk.tap(customer, "Have something corrected")
        customer.photo()
        await desk.settle()
        await desk.say(customer, words.reply)
        assert story.received(customer, "✅ We have received your request.")
        assert words.reply in text_of(customer.last)
        for person in (supervisor, handler, admin):
            notice = text_of(story.find(person, NOTICES[1]))
            assert words.reply in notice
            assert code in notice
            assert day_for(due, story.reader(person.id)) in notice
        assert not story.received(other, *NOTICES)

        await desk.say(customer, "/mydata")
        await desk.tap(customer, "Ask for erasure")
        assert not story.received(handler, NOTICES[0])
        for _again in range(2):
            await desk.tap(customer, "Yes, ask for erasure")
            assert day_for(due, story.reader(customer.id)) in text_of(customer.last)
            await desk.say(customer, "/mydata")
            await desk.tap(customer, "Ask for erasure")
        await desk.tap(customer, "No, keep my data")
        assert len([each for each in handler.inbox if text_of(each).startswith(desk.said(handler, NOTICES[0]))]) == 1
        assert events(story).count("data.requested") == 2

        assert code not in handler.buttons(story.find(admin, NOTICES[0]))  # who runs the desk reads no case
        await story.tap_label(supervisor, code)
        assert words.story in text_of(supervisor.last)
        handler.say(words.next_step, reply_to=story.find(handler, NOTICES[0]))
        await desk.settle()
        assert words.next_step in text_of(story.find(customer, "A message about your complaint"))

        await desk.forward(days=45)
        await desk.say(customer, "/mydata")
        await desk.tap(customer, "Ask for erasure")
        await desk.tap(customer, "Yes, ask for erasure")
        assert events(story).count("data.requested") == 3


@in_three_languages
async def test_an_anonymous_case_is_tied_to_nothing_else(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        handler, customer = await story.handler(), await story.customer()
        named = await desk.complain(customer, words.story)
        await desk.say(customer, "/start")
        hidden = await complain_anonymously(story, customer, words.objection)

        for label, told, kept in ((hidden, hidden, named), (desk.said(customer, "All under my name"), named, hidden)):
            await desk.say(customer, "/mydata")
            await desk.tap(customer, "Ask for erasure")
            await story.tap_label(customer, label)
            await desk.tap(customer, "Yes, ask for erasure")
            notice = text_of(story.find(handler, NOTICES[0]))
            assert told in notice
            assert kept not in notice
            number = desk.said(handler, "Customer number: {number}").partition("{")[0]
            assert (number in notice) is (told == named)

        stranger = await desk.newcomer(language, "Robin")
        stranger.tap_data(f"data:erase:{hidden}")
        await desk.settle()
        assert story.read(stranger, "We found no such case for you. Please check the code, or choose from your list.")


@in_three_languages
async def test_who_has_no_complaint_is_told_where_to_ask(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        admin, customer = await desk.staff("admin", language=language, name="Omar"), await story.customer()
        await desk.say(customer, "/mydata")
        await desk.tap(customer, "Ask for erasure")
        await desk.tap(customer, "Yes, ask for erasure")
        assert story.organisation.contact[language] in text_of(customer.last)
        assert story.received(admin, NOTICES[0])
