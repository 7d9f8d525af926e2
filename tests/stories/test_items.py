"""Which product and which branch: asked by buttons, seen and corrected by staff, told apart in figures and alarms."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from bot.keyboards import Desk, Form
from bot.sandbox.person import Person as Human
from storage.actions import Action, of_case
from storage.complaints import Complaint
from storage.digests import MADE, Table
from storage.figures import Alarm
from storage.people import person_by_telegram
from tests.bot.cast import compact
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling
from tests.stories.test_own_data import copy_of
from tests.wares import BRANCHES, file_with

PATIENCE = 60  # seconds for a child on a busy machine
PRODUCT, BRANCH = "Which product or service is it about?", "Which branch is it about?"
WHAT = "What happened?"
UNKNOWN = "This choice is not offered any more. Please choose again from the menu."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def word(story: Story, kind: str, code: str, human: Human | None = None) -> str:
    found = story.organisation.item(kind, code)
    assert found
    return found.words[story.desk.languages[human.id] if human else story.language]


def line(story: Story, human: Human, kind: str, code: str) -> str:
    """As it stands in the facts of a case."""
    template = {"product": "Product or service: {product}", "branch": "Branch: {branch}"}[kind]
    return story.desk.said(human, template).format(**{kind: word(story, kind, code, human)})


async def asked(story: Story, human: Human) -> None:
    """As far as the question that follows the category."""
    await story.desk.form(human)
    assert story.read(human, PRODUCT)


async def complain(story: Story, human: Human, product: str = "fridge") -> None:
    await asked(story, human)
    await story.tap_label(human, word(story, "product", product))
    await story.desk.tap(human, "None of these")
    await story.desk.say(human, story.words.story)
    await story.desk.tap(human, "Submit the complaint")


@in_three_languages
async def test_asked_after_the_category_changed_on_the_summary_corrected_by_staff(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language, organisation=file_with(tmp_path)) as story:
        desk = story.desk
        handler, customer = await story.handler(), await story.customer()
        await asked(story, customer)
        await story.tap_label(customer, word(story, "product", "fridge"))
        assert story.read(customer, BRANCH)
        assert word(story, "branch", BRANCHES[5]) in customer.buttons()
        assert word(story, "branch", BRANCHES[6]) not in customer.buttons()
        await desk.tap(customer, "More")
        await story.tap_label(customer, word(story, "branch", BRANCHES[7]))
        assert story.read(customer, WHAT)
        await desk.say(customer, story.words.story)
        for kind, code in (("product", "fridge"), ("branch", BRANCHES[7])):
            assert line(story, customer, kind, code) in text_of(customer.last)

        await story.tap_label(customer, f"✅ {desk.said(customer, 'Product or service')}")
        await story.tap_label(customer, word(story, "product", "kettle"))
        assert line(story, customer, "product", "kettle") in text_of(customer.last)
        await story.tap_label(customer, f"✅ {desk.said(customer, 'Branch')}")
        await desk.tap(customer, "Back")
        await story.tap_label(customer, f"✅ {desk.said(customer, 'Branch')}")
        await desk.tap(customer, "None of these")
        assert desk.said(customer, "Branch") in customer.buttons()
        await desk.tap(customer, "Submit the complaint")
        assert (story.case.product, story.case.branch) == ("kettle", None)

        assert line(story, handler, "product", "kettle") in text_of(handler.last)
        await desk.tap(handler, "Take the case")
        for kind, name, code in (("product", "Product or service", "washer"), ("branch", "Branch", BRANCHES[0])):
            await desk.tap(handler, "More")
            await desk.tap(handler, name)
            await story.tap_label(handler, word(story, kind, code))
            assert story.read(handler, "✅ It is corrected.")
            assert line(story, handler, kind, code) in text_of(handler.last)
        assert (story.case.product, story.case.branch) == ("washer", BRANCHES[0])
        await story.open(customer)
        assert line(story, customer, "product", "washer") in text_of(customer.last)

        await desk.say(customer, "/mydata")
        await desk.tap(customer, "Get a copy")
        page = copy_of(story, customer).text
        assert line(story, customer, "branch", BRANCHES[0]) in page


@in_three_languages
async def test_who_writes_instead_of_choosing_is_not_held_up(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language, organisation=file_with(tmp_path, branches=False)) as story:
        desk, customer = story.desk, await story.customer()
        await asked(story, customer)
        await desk.say(customer, story.words.story)
        assert story.read(customer, "Check and submit")
        assert desk.said(customer, "Branch") not in customer.buttons()
        await desk.tap(customer, "Back")
        await desk.tap(customer, 0)
        await desk.tap(customer, 0)
        assert story.read(customer, PRODUCT)
        await desk.tap(customer, "None of these")
        assert story.read(customer, "Check and submit")
        await desk.tap(customer, "Submit the complaint")
        assert (story.case.product, story.case.branch) == (None, None)


async def test_what_the_file_has_no_more_stands_by_its_code_and_can_be_corrected(tmp_path: Path) -> None:
    async with telling(tmp_path, "en", organisation=file_with(tmp_path)) as story:
        desk = story.desk
        handler, customer = await story.handler(), await story.customer()
        await complain(story, customer)
        with desk.desk.office.work() as work:
            work.db.get_one(Complaint, story.case.id).product = "gramophone"
        await desk.tap(handler, "Take the case")
        assert "gramophone" in text_of(handler.last)
        await desk.more(handler, "Product or service")
        await desk.tap(handler, "None of these")
        assert "gramophone" not in text_of(handler.last)
        assert story.case.product is None


async def test_what_was_never_offered_is_refused(tmp_path: Path) -> None:
    async with telling(tmp_path, "en", organisation=file_with(tmp_path, branches=False)) as story:
        desk, handler, other = story.desk, await story.handler(), await story.handler(department="finance")
        customer, stranger = await story.customer(), await desk.newcomer("en", "Hilda")
        await asked(story, customer)
        (draft,) = desk.drafts()
        for do, value in (("product", "rocket"), ("product", "9"), ("product", "1" * 30), ("branch", "branch_0"),
                          ("branch", "0"), ("set_product", "fridge.x"), ("set_branch", "")):  # fmt: skip
            customer.tap_data(Form(do=do, draft=draft.id, value=value).pack())
            await desk.settle()
            assert story.read(customer, UNKNOWN), (do, value)
        stranger.tap_data(Form(do="product", draft=draft.id, value="fridge").pack())
        await desk.settle()
        assert desk.drafts()[0].product is None
        await desk.say(customer, story.words.story)
        await desk.tap(customer, "Submit the complaint")
        for human, value in ((handler, "rocket"), (handler, "7"), (other, "fridge"), (customer, "fridge")):
            human.tap_data(Desk(do="product", code=compact(story.case), turn=story.case.turn, value=value).pack())
            await desk.settle()
        assert story.case.product is None


@in_three_languages
async def test_figures_and_tables_are_told_apart_by_them(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language, organisation=file_with(tmp_path)) as story:
        desk = story.desk
        manager = await desk.staff("complaints_manager", language=language, name="Omid")
        for product in ("fridge", "kettle", "fridge"):
            await complain(story, await story.customer(), product)
        await desk.forward(hours=1)
        await desk.say(manager, "/report")
        await desk.tap(manager, "Only a part of it")
        await desk.tap(manager, "Product or service")
        await story.tap_label(manager, word(story, "product", "fridge"))
        assert line(story, manager, "product", "fridge") in text_of(manager.last)
        received = desk.said(manager, "Complaints received")
        assert f"{received}: {'۲' if language == 'fa' else '٢' if language == 'ar' else '2'}" in text_of(manager.last)
        await desk.tap(manager, "Only a part of it")
        await desk.tap(manager, "Branch")
        assert word(story, "branch", BRANCHES[7]) in manager.buttons()
        await desk.tap(manager, "More")
        await story.tap_label(manager, word(story, "branch", BRANCHES[8]))
        assert line(story, manager, "branch", BRANCHES[8]) in text_of(manager.last)
        for page in ("b2", "b-1", "bx", "z0"):
            manager.tap_data(f"rep:only_{page[0]}:month:0::-1:{page}")
            await desk.settle()
            assert story.read(manager, UNKNOWN), page

        await desk.say(manager, "/report")
        await desk.tap(manager, "Cases as a table")
        await desk.tap(manager, "Excel")
        async with asyncio.timeout(PATIENCE):
            while made(story) != MADE:  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.05)
        await desk.settle()
        document = next(each for each in reversed(manager.inbox) if each.kind == "document").content["document"]
        sheet = openpyxl.load_workbook(io.BytesIO(desk.world.files[document["file_id"]].data)).worksheets[0]
        head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        place = head.index(desk.said(manager, "Product or service"))
        assert [row[place] for row in rows] == [word(story, "product", each) for each in ("fridge", "kettle", "fridge")]
        assert {row[head.index(desk.said(manager, "Branch"))] for row in rows} == {None}


def made(story: Story) -> str:
    with story.desk.desk.office.look() as work:
        return work.db.exec(select(Table)).one().state


@in_three_languages
async def test_a_product_that_recurs_becomes_an_action_by_one_tap(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language, organisation=file_with(tmp_path)) as story:
        desk = story.desk
        answers = await desk.staff("supervisor", language=language, name="Negar", department="product")
        for _each in range(3):
            await complain(story, await story.customer())
        with desk.desk.office.work() as work:
            month = work.organisation.counting.at("month", work.now)
            alarm = Alarm(what="product", code="fridge", department="product", first=month.first, last=month.last,
                          count=8, before=15, at=work.now)  # fmt: skip
            work.db.add(alarm)
            work.db.flush()
            for each in work.db.exec(select(Complaint)):
                each.received_at = work.now - timedelta(minutes=1)
            person = person_by_telegram(work.db, answers.id)
            assert person
            work.tell(person, "recurring", alarm_id=alarm.id)
        await desk.settle()
        told = story.find(answers, "⚠️ This happens again and again.")
        assert line(story, answers, "product", "fridge") in text_of(told)
        await desk.tap(answers, "Do something about it", told)
        assert line(story, answers, "product", "fridge") in text_of(answers.last)
        await desk.say(answers, story.words.reasons)
        assert line(story, answers, "product", "fridge") in text_of(answers.last)
        with desk.desk.office.look() as work:
            action = work.db.exec(select(Action)).one()
            assert (action.product, action.category, action.unit, action.department) == (
                "fridge",
                None,
                None,
                "product",
            )
            assert [of_case(work.db, each.id) for each in desk.cases()] == [[action]] * 3
        await desk.tap(answers, "Causes", told)
        assert line(story, answers, "product", "fridge") in text_of(answers.last)
