"""Tables of cases as managers get them: asked for by buttons, without who people are, followed, stopped, made once."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import pytest_asyncio
from sqlmodel import select

from bot.figures import tabulator
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage.complaints import Complaint
from storage.digests import DUE, MADE, PASSED, STOPPED, Table
from storage.journal import AuditEvent
from storage.people import person_by_telegram
from tests.running import Running, running, text_of

LANGUAGES = ["fa", "ar", "en"]
PATIENCE = 60  # seconds for a child on a busy machine
STORY = "=HYPERLINK, call me: ۰۹۱۲ ۳۴۵ ۶۷۸۹, card 6037-9971-1234-5678. It came late."


@pytest_asyncio.fixture(params=LANGUAGES)
async def up(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    async with running(tmp_path) as desk:
        desk.begin_in_the_morning()
        desk.languages[0] = request.param
        yield desk


@pytest_asyncio.fixture
async def english(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as desk:
        desk.begin_in_the_morning()
        desk.languages[0] = "en"
        yield desk


async def manager(up: Running, role: str = "complaints_manager", department: str | None = None) -> Human:
    return await up.staff(role, language=up.languages[0], department=department)


async def ask(up: Running, human: Human, *words: str) -> Message:
    """Ask for a table from the page of figures; the message in which it is followed."""
    await up.say(human, "/report")
    for each in ("Cases as a table", *words):
        await up.tap(human, each)
    assert human.last
    return human.last


async def until(up: Running, state: str) -> Table:
    async with asyncio.timeout(PATIENCE):
        while table(up).state != state:  # noqa: ASYNC110 - a database rings no bell
            await asyncio.sleep(0.05)
    await up.settle()
    return table(up)


def table(up: Running) -> Table:
    with up.desk.office.look() as work:
        return list(work.db.exec(select(Table)))[-1]


def files(human: Human) -> list[Message]:
    return [each for each in human.inbox if each.kind == "document"]


def bytes_of(up: Running, message: Message) -> bytes:
    return up.world.files[message.content["document"]["file_id"]].data


def read(up: Running, message: Message) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of(up, message))).worksheets[0]
    assert bool(sheet.sheet_view.rightToLeft) is (up.languages[0] != "en")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def exported(up: Running) -> list[dict[str, Any]]:
    with up.desk.office.look() as work:
        return [each.facts for each in work.db.exec(select(AuditEvent)) if each.event == "figures.exported"]


class TestTable:
    async def test_comes_as_a_workbook_without_who_people_are(self, up: Running) -> None:
        human = await manager(up)
        customer = await up.newcomer(up.languages[0])
        codes = []
        for _each in range(2):
            await up.say(customer, "/start")
            codes.append(await up.complain(customer, f"{STORY} Parisa"))
        with up.desk.office.work() as work:
            for case in work.db.exec(select(Complaint).where(Complaint.stage != "draft")):
                case.name = "Parisa Moradi"
        followed = await ask(up, human, "Excel")
        await until(up, MADE)
        (file,) = files(human)
        assert not file.protected
        head, *rows = read(up, file)
        assert head[0] == up.said(human, "Code")
        assert [row[0] for row in rows] == codes
        assert isinstance(rows[0][1], datetime)
        assert rows[0][3] == rows[1][3]  # the same customer
        said = rows[0][-1]
        assert said.startswith("'=HYPERLINK")
        assert f"[{up.said(human, 'phone')} 1]" in said
        assert f"[{up.said(human, 'card')} 1]" in said
        assert not {"Parisa", "۶۷۸۹", "5678"} & set(said.replace(",", " ").replace("-", " ").split())
        assert text_of(followed).startswith(up.said(human, "✅ The table is there."))

    async def test_with_the_words_as_they_are_only_after_reading_what_that_means(self, english: Running) -> None:
        human = await manager(english)
        await english.complain(await english.newcomer(), STORY)
        await ask(english, human, "With the words as they are", "CSV")
        await until(english, MADE)
        (file,) = files(human)
        data = bytes_of(english, file)
        assert data.startswith(b"\xef\xbb\xbf")
        _head, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert row[-1] == f"'{STORY}"
        (facts,) = exported(english)
        assert (facts["count"], facts["open_words"], facts["period"], facts["unit"]) == (1, True, "month", "")

    async def test_a_supervisor_gets_the_own_unit_and_no_open_words(self, english: Running) -> None:
        human = await manager(english, "supervisor", "product")
        await english.complain(await english.newcomer())  # of another unit
        shown = await ask(english, human)
        assert "With the words as they are" not in human.buttons(shown)
        human.tap_data("rep:xlsx_words:month:0::-1:")
        await english.settle()
        assert "You do not have the right" in text_of(human.last)
        await ask(english, human, "Excel")
        await until(english, MADE)
        assert len(read(english, files(human)[0])) == 1

    async def test_cases_that_one_may_not_read_are_left_out_and_counted(self, english: Running) -> None:
        human = await manager(english)
        for _each in range(2):
            await english.complain(await english.newcomer())
        with english.desk.office.work() as work:
            case = work.db.exec(select(Complaint).where(Complaint.stage != "draft")).first()
            assert case
            person = person_by_telegram(work.db, human.id)
            assert person
            case.barred = {str(person.id): "conflict"}
        await ask(english, human, "Excel")
        made = await until(english, MADE)
        assert (made.written, made.left_out) == (1, 1)
        assert "1 case was left out: you may not read it." in text_of(files(human)[0])


class TestBadDays:
    async def test_it_can_be_stopped_and_others_cannot_stop_it(
        self, english: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tabulator, "TABULATE", ("sleep", "60"))
        monkeypatch.setattr(tabulator, "TELLS", 0)
        human, other = await manager(english), await manager(english)
        await english.complain(await english.newcomer())
        followed = await ask(english, human, "Excel")
        async with asyncio.timeout(PATIENCE):
            while "1 of 1 cases" not in text_of(followed):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.05)
        other.tap_data(f"tab:stop:{table(english).id}")
        await english.settle()
        assert table(english).state == DUE
        await english.tap(human, "Stop it", followed)
        assert table(english).state == STOPPED
        assert "It was stopped. Nothing was kept." in text_of(followed)
        assert files(human) == []

    async def test_what_cannot_be_written_is_tried_again_and_then_said(
        self, english: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tabulator, "TABULATE", ("false",))
        monkeypatch.setattr("backoffice.figures.tables.PAUSES", (10,))
        human = await manager(english)
        await ask(english, human, "Excel")
        async with asyncio.timeout(PATIENCE):
            while table(english).attempts == 0:  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.05)
        await english.forward(seconds=11)
        await until(english, PASSED)
        assert text_of(human.last).startswith("⚠️ The table could not be written.")

    async def test_killed_while_it_is_written_it_comes_once(self, english: Running) -> None:
        human = await manager(english)
        await english.complain(await english.newcomer())
        await ask(english, human, "Excel")
        await english.restart()
        await until(english, MADE)
        await english.restart()
        await english.forward(hours=1)
        assert len(files(human)) == 1
        assert len(exported(english)) == 1

    async def test_much_comes_in_several_files_that_are_told_apart(
        self, english: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tabulator, "LINES", 2)
        human = await manager(english)
        for _each in range(5):
            await english.complain(await english.newcomer())
        await ask(english, human, "Excel")
        await until(english, MADE)
        assert [len(read(english, each)) - 1 for each in files(human)] == [2, 2, 1]
        names = [each.content["document"]["file_name"] for each in files(human)]
        assert [name[-7:] for name in names] == ["-1.xlsx", "-2.xlsx", "-3.xlsx"]
