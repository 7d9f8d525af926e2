"""Issued documents are printed beside everything else and delivered once, wherever the program was stopped."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from backoffice import documents
from backoffice.documents import PAUSES
from bot import printer
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage.complaints import Attachment, Complaint
from storage.documents import Document
from storage.people import Person, person_by_telegram
from tests.bot.decisions import Decided, person
from tests.running import Running, running, text_of

PYTHON = sys.executable
SECRET_WORDS = "The neighbour took it"


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path / "data") as desk:
        yield desk


def issue(up: Running, customer: Human, kind: str = "decision", language: str = "en") -> Document:
    """The decision of a review of theirs, issued a moment ago."""
    with up.desk.office.work() as work:
        who = person_by_telegram(work.db, customer.id)
        assert who is not None
        member = work.db.exec(select(Person).where(Person.telegram_hash == 1)).first() or person(work, 77)
        member.telegram_hash = 1
        review = Decided(language, reasons=SECRET_WORDS).make(work, who, member)
        complaint = work.db.get_one(Complaint, review.complaint_id)
        return documents.issue(work, complaint, kind, review_id=review.id)


def row(up: Running, document: Document) -> Document:
    with up.desk.office.look() as work:
        return work.db.get_one(Document, document.id)


def file(up: Running, document: Document) -> Attachment:
    with up.desk.office.look() as work:
        return work.db.exec(select(Attachment).where(col(Attachment.id) == row(up, document).attachment_id)).one()


def received(human: Human) -> list[Message]:
    return [message for message in human.inbox if message.kind == "document"]


def data(up: Running, message: Message) -> bytes:
    return up.world.files[message.content["document"]["file_id"]].data


async def until(up: Running, document: Document, attempts: int) -> None:
    async with asyncio.timeout(60):
        while row(up, document).attempts < attempts:  # noqa: ASYNC110 - a row rings no bell
            await asyncio.sleep(0.02)


class TestPrint:
    async def test_the_customer_receives_the_very_bytes_that_are_kept(self, up: Running) -> None:
        customer = await up.newcomer("en")
        document = row(up, issue(up, customer))
        await up.settle()
        (message,) = received(customer)
        document, kept = row(up, document), file(up, document)
        assert message.content["document"]["file_name"] == f"{document.number}.pdf"
        assert data(up, message) == up.desk.files.read(kept)
        assert sha256(data(up, message)).hexdigest() == document.sha256 == kept.sha256
        assert data(up, message).startswith(b"%PDF")

    async def test_the_caption_says_what_it_is_and_where_the_case_stands(self, up: Running) -> None:
        customer = await up.newcomer("en")
        document = issue(up, customer)
        await up.settle()
        caption = text_of(received(customer)[0])
        with up.desk.office.look() as work:
            code = work.db.get_one(Complaint, document.complaint_id).code
        assert caption.startswith("The decision as a document\n\nDocument number: ")
        assert document.number in caption
        assert str(code) in caption.splitlines()[-3]

    async def test_the_bytes_are_not_readable_on_the_disk(self, up: Running, tmp_path: Path) -> None:
        document = issue(up, await up.newcomer("en"))
        await up.settle()
        stored = tmp_path / "data" / file(up, document).path
        assert stored.is_relative_to(tmp_path / "data" / "documents")
        assert b"%PDF" not in stored.read_bytes()

    async def test_two_are_printed_one_after_the_other(self, up: Running) -> None:
        customer = await up.newcomer("en")
        numbers = [issue(up, customer, language=language).number for language in ("fa", "ar", "en")]
        await up.settle()
        assert [each.content["document"]["file_name"] for each in received(customer)] == [
            f"{number}.pdf" for number in numbers
        ]

    async def test_the_log_of_the_case_holds(self, up: Running) -> None:
        issue(up, await up.newcomer("en"))
        await up.settle()
        assert up.faults() == []


class TestKilled:
    async def test_between_the_bytes_and_the_row(self, up: Running, tmp_path: Path) -> None:
        """What a kill leaves there: bytes that no row knows of, and the beginning of others."""
        customer = await up.newcomer("en")
        await up.desk.stop()
        document = issue(up, customer)
        place = documents.path_of(document)
        up.desk.files.write(place, b"half a document")
        (tmp_path / "data" / place).with_suffix(".part").write_bytes(b"hal")
        await up.start(up.desk.settings)
        await up.settle()
        (message,) = received(customer)
        assert data(up, message) == up.desk.files.read(file(up, document))
        assert [path.name for path in (tmp_path / "data" / place).parent.iterdir()] == [Path(place).name]

    async def test_stopped_at_once_it_is_delivered_once_by_the_next(self, up: Running) -> None:
        customer = await up.newcomer("en")
        document = issue(up, customer)
        for _ in range(3):
            await up.restart()
        await up.settle()
        assert len(received(customer)) == 1
        assert row(up, document).attempts == 0

    async def test_a_child_that_never_ends_does_not_hold_up_the_stop(
        self, up: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customer = await up.newcomer("en")
        with monkeypatch.context() as patch:
            patch.setattr(printer, "COMMAND", (PYTHON, "-c", "import time; time.sleep(600)"))
            document = issue(up, customer)
            await asyncio.sleep(1)
            began = time.monotonic()
            await up.desk.stop()
            assert time.monotonic() - began < 20
            assert row(up, document).attempts == 0
        await up.start(up.desk.settings)
        await up.settle()
        assert len(received(customer)) == 1


class TestFailure:
    async def test_it_is_tried_again_and_the_admins_are_told_once(self, up: Running) -> None:
        customer, admin = await up.newcomer("en"), await up.staff("admin", name="Omar")
        document = issue(up, customer, kind="poem")
        await up.settle()
        await until(up, document, 1)
        await up.say(customer, "Hello?")
        heard = len(customer.inbox)
        await up.forward(hours=2)
        assert row(up, document).attempts > len(PAUSES)
        alarms = [text_of(each) for each in admin.inbox if document.number in text_of(each)]
        assert len(alarms) == 1
        assert alarms[0].startswith("⚠️ A document could not be printed.")
        assert SECRET_WORDS not in alarms[0]
        assert (received(customer), len(customer.inbox)) == ([], heard)
        with up.desk.office.work() as work:
            work.db.get_one(Document, document.id).kind = "decision"
        await up.forward(hours=1)
        assert len(received(customer)) == 1

    async def test_one_that_fails_does_not_hold_up_the_others(self, up: Running) -> None:
        customer = await up.newcomer("en")
        issue(up, customer, kind="poem")
        good = issue(up, customer)
        await up.settle()
        assert [each.content["document"]["file_name"] for each in received(customer)] == [f"{good.number}.pdf"]

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (f"import sys; sys.stderr.write('TypstError: {SECRET_WORDS}'); sys.exit(1)", "TypstError"),
            (f"raise ValueError('{SECRET_WORDS}')", "exit 1"),
            ("import os; os.abort()", "exit -6"),
            ("pass", "exit 0"),
        ],
    )
    async def test_how_a_child_ended_is_logged_without_anybodys_words(
        self, up: Running, monkeypatch: pytest.MonkeyPatch, code: str, kind: str
    ) -> None:
        monkeypatch.setattr(printer, "COMMAND", (PYTHON, "-c", code))
        with capture_logs() as log:
            document = issue(up, await up.newcomer("en"))
            await until(up, document, 1)
        (entry,) = [each for each in log if each["event"] == "printer.later"]
        assert (entry["document"], entry["error"]) == (document.id, kind)
        assert SECRET_WORDS not in str(log)

    async def test_a_child_that_takes_too_long_is_killed(self, up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(printer, "COMMAND", (PYTHON, "-c", "import time; time.sleep(600)"))
        monkeypatch.setattr(printer, "LONGEST", 0.3)
        with capture_logs() as log:
            document = issue(up, await up.newcomer("en"))
            await until(up, document, 1)
        assert [each["error"] for each in log if each["event"] == "printer.later"] == ["timeout"]

    async def test_a_child_knows_no_secret(self, up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        code = "import os, sys; sys.exit(len([name for name in os.environ if name.startswith('SULH_')]))"
        monkeypatch.setenv("SULH_SECRET_KEY", "x")
        monkeypatch.setattr(printer, "COMMAND", (PYTHON, "-c", code))
        with capture_logs() as log:
            await until(up, issue(up, await up.newcomer("en")), 1)
        assert "exit 0" in [each.get("error") for each in log]
