"""Digests as managers live with them: subscribed by buttons, sent at their time, with pictures, read and acted on."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import pytest_asyncio
from sqlmodel import col, select

from backoffice.figures.digests import PAUSES
from bot import charts
from bot.clock import MovableClock
from bot.figures import maker
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage.actions import Action, of_case
from storage.complaints import Complaint
from storage.digests import MADE, Digest
from tests.running import Running, running

PATIENCE = 60  # seconds for a child on a busy machine
LANGUAGES = ["fa", "ar", "en"]


@pytest_asyncio.fixture
async def up(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    """A desk whose manager reads English, if the test does not say otherwise."""
    async with running(tmp_path) as desk:
        desk.begin_in_the_morning()
        desk.languages[0] = getattr(request, "param", "en")
        yield desk


in_three_languages = pytest.mark.parametrize("up", LANGUAGES, indirect=True)


async def manager(up: Running) -> Human:
    return await up.staff("complaints_manager", language=up.languages[0], department=None)


async def subscribed(up: Running, rhythm: str = "Every week") -> Human:
    human = await manager(up)
    await up.say(human, "/digest")
    for words in ("Subscribe", rhythm, "All units"):
        await up.tap(human, words)
    return human


async def complaints(up: Running, count: int = 3) -> None:
    """So many, of which every second one is answered."""
    handler = await up.staff("handler", languages=LANGUAGES)
    for number in range(count):
        await up.complain(await up.newcomer(up.languages[0]))
        await up.tap(handler, "Take the case")
        if number % 2:
            await up.answer(handler)


async def made(up: Running, count: int = 1) -> list[Digest]:
    """Every digest, once so many of them are made; their messages have arrived."""
    async with asyncio.timeout(PATIENCE):
        while sum(each.state == MADE for each in digests(up)) < count:  # noqa: ASYNC110 - a database rings no bell
            await asyncio.sleep(0.05)
    await up.settle()
    return digests(up)


async def given_up(up: Running) -> list[Digest]:
    """After as many attempts as there are it goes out without what fails."""
    for number, pause in enumerate(PAUSES, start=1):
        async with asyncio.timeout(PATIENCE):
            while digests(up)[0].attempts < number:  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.05)
        await up.forward(seconds=pause)
    return await made(up)


def digests(up: Running) -> list[Digest]:
    with up.desk.office.look() as work:
        return list(work.db.exec(select(Digest)))


def headed(up: Running, human: Human) -> list[Message]:
    """The words of all digests that arrived."""
    begins = up.said(human, "Digest: {period}").partition("{")[0]
    return [each for each in human.inbox if each.kind == "text" and each.text.startswith(begins)]


def pictures(human: Human) -> list[Message]:
    return [each for each in human.inbox if each.kind == "photo"]


def documents(human: Human) -> list[Message]:
    return [each for each in human.inbox if each.kind == "document"]


def bytes_of(up: Running, message: Message) -> bytes:
    return up.world.files[message.content["document"]["file_id"]].data


class TestDigest:
    @in_three_languages
    async def test_comes_when_the_week_is_over_with_its_pictures_as_one_album(self, up: Running) -> None:
        human = await subscribed(up)
        await complaints(up)
        await up.forward(days=8)
        (words,) = headed(up, human)
        assert words.protected
        assert up.said(human, "To the overdue cases") in human.buttons(words)
        found = pictures(human)
        assert len(found) == 2  # the trend, and what was in time: there is nothing else to see yet
        assert len({each.extra["media_group_id"] for each in found}) == 1
        assert [bool(each.text) for each in found] == [True, False]
        assert all(each.protected for each in found)
        assert words.id < found[0].id

    async def test_is_read_and_acted_on(self, up: Running) -> None:
        human = await subscribed(up)
        await complaints(up)
        await up.forward(days=8)
        (words,) = headed(up, human)
        await up.tap(human, "I have read it", words)
        assert up.said(human, "I have read it") not in human.buttons(words)
        await up.tap(human, "Action taken", words)
        await up.say(human, "We called the carrier.")
        (digest,) = digests(up)
        assert (digest.read_at is not None, digest.action) == (True, "We called the carrier.")

    async def test_an_empty_week_is_one_line_without_pictures(self, up: Running) -> None:
        human = await subscribed(up)
        await up.forward(days=8)
        (words,) = headed(up, human)
        assert "\n" not in words.text
        assert pictures(human) == []

    async def test_can_be_asked_for_at_any_time(self, up: Running) -> None:
        human = await manager(up)
        await complaints(up)
        await up.forward(minutes=1)
        await up.say(human, "/report")
        await up.tap(human, "Charts of it")
        await up.settle()
        assert headed(up, human)
        assert pictures(human)

    async def test_on_paper_and_as_a_workbook_it_may_be_passed_on(self, up: Running) -> None:
        human = await manager(up)
        await complaints(up)
        await up.forward(minutes=1)
        await up.say(human, "/report")
        await up.tap(human, "PDF and Excel")
        await made(up)
        paper, workbook = documents(human)
        assert not paper.protected
        assert bytes_of(up, paper).startswith(b"%PDF-1.7")
        received = openpyxl.load_workbook(io.BytesIO(bytes_of(up, workbook))).worksheets[0].cell(2, 4).value
        assert received == 3

    async def test_who_wants_it_regularly_gets_it_with_each_digest(self, up: Running) -> None:
        human = await subscribed(up)
        await up.tap(human, "PDF")
        await up.tap(human, "Excel")
        await complaints(up)
        await up.forward(days=8)
        await made(up)
        assert [each.content["document"]["file_name"].rpartition(".")[2] for each in documents(human)] == [
            "pdf",
            "xlsx",
        ]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be drawn: the program that draws is not there."""
    monkeypatch.setattr(charts, "COMMAND", ("false",))


class TestBadDays:
    async def test_without_pictures_the_words_still_go(self, up: Running, failing: None) -> None:
        human = await subscribed(up, "Every day")
        await complaints(up)
        await up.forward(days=1, hours=2)
        await given_up(up)
        (words,) = headed(up, human)
        assert "Not all of it could be made this time." in words.text
        assert pictures(human) == []

    async def test_a_file_that_cannot_be_made_costs_nothing_else(
        self, up: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(maker, "TABULATE", ("false",))
        human = await subscribed(up, "Every day")
        await up.tap(human, "PDF")
        await up.tap(human, "Excel")
        await complaints(up)
        await up.forward(days=1, hours=2)
        (digest,) = await given_up(up)
        assert (digest.attempts, digest.failed) == (len(PAUSES), 1)
        assert pictures(human)
        assert [each.content["document"]["file_name"][-4:] for each in documents(human)] == [".pdf"]
        assert "Not all of it could be made this time." in headed(up, human)[0].text

    async def test_killed_while_it_draws_it_is_made_once_by_the_next(self, up: Running) -> None:
        human = await subscribed(up, "Every day")
        await complaints(up)
        clock = up.world.clock
        assert isinstance(clock, MovableClock)
        clock.forward(timedelta(days=1, hours=2))
        await up.desk.tick()  # it is due from now on, and being drawn
        await up.restart()
        await up.settle()
        await up.restart()
        await up.forward(hours=1)
        assert len(headed(up, human)) == 1
        assert len({each.extra["media_group_id"] for each in pictures(human)}) == 1


class TestReport:
    @in_three_languages
    async def test_every_page_of_it_can_be_read(self, up: Running) -> None:
        human = await manager(up)
        await complaints(up)
        await up.forward(days=1)
        await up.say(human, "/report")
        for topic in (
            "In time",
            "Outcomes",
            "Reviews and disputes",
            "Satisfaction",
            "Causes and actions",
            "Complaints",
        ):
            await up.tap(human, "Other figures")
            await up.tap(human, topic)
            assert human.last
            assert human.last.text.startswith(up.said(human, topic))
        for period in ("A day", "A week", "A month", "A year"):
            await up.tap(human, "Other period")
            await up.tap(human, period)
        for words in ("Only a part of it", "Unit"):
            await up.tap(human, words)
        await up.tap(human, 1)
        assert human.last
        assert up.said(human, "Unit: {unit}").partition("{")[0] in human.last.text
        for words in ("Category", "Channel", "Language"):
            await up.tap(human, "Only a part of it")
            await up.tap(human, words)
            for _list in range(2 if words == "Category" else 1):
                await up.tap(human, 0)
            assert human.last
            assert f"{up.said(human, words)}: " in human.last.text
        await up.tap(human, "Only a part of it")
        await up.tap(human, "All of it")
        assert human.last
        assert human.last.text.startswith(up.said(human, "Complaints"))


class TestRecurrence:
    @in_three_languages
    async def test_what_recurs_becomes_an_action_by_one_tap(self, up: Running) -> None:
        human = await manager(up)
        await complaints(up, 5)
        with up.desk.office.work() as work:
            for each in up.cases():
                case = work.db.get_one(Complaint, each.id)
                case.root_cause = "supplier.logistics"
                work.record("complaint.cause_found", case, cause=case.root_cause)
        await up.forward(hours=2)
        begins = up.said(human, "⚠️ This happens again and again.")
        (alarm,) = [each for each in human.inbox if each.text.startswith(begins)]
        assert len([label for label in human.buttons(alarm) if label.startswith("SLH-")]) == 5
        await up.tap(human, "Do something about it", alarm)
        await up.say(human, "We change the carrier.")
        await up.say(human, "/report")
        for words in ("Other figures", "Causes and actions", "Act on a cause"):
            await up.tap(human, words)
        await up.tap(human, 0)
        await up.say(human, "We pack it better.")
        with up.desk.office.look() as work:
            made = work.db.exec(select(Action).order_by(col(Action.id))).all()
            assert [(each.source, each.cause, each.words) for each in made] == [
                ("alarm", "supplier.logistics", "We change the carrier."),
                ("pareto", "supplier.logistics", "We pack it better."),
            ]
            assert len(of_case(work.db, up.cases()[-1].id)) == 2
