"""Documents as the office knows them: issued, printed once whatever happens, told of, found by their bytes."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import codes, documents, entries, errors, own_data
from backoffice.documents import PAUSES
from backoffice.files import Stored
from storage.complaints import Attachment, Entry
from storage.documents import Document
from tests.backoffice.conftest import Desk

BYTES = Stored("ab" * 32, 1234)
CONTENT = "cd" * 32


def issued(desk: Desk) -> Document:
    with desk.scene.office.work() as work:
        return documents.issue(work, desk.case, "decision")


def printed(desk: Desk, document: Document, stored: Stored = BYTES) -> bool:
    with desk.scene.office.work() as work:
        return documents.printed(work, document.id, stored, documents.path_of(document), CONTENT)


def now(desk: Desk, document: Document) -> Document:
    with desk.scene.office.look() as work:
        return work.db.get_one(Document, document.id)


def to_print(desk: Desk) -> list[int]:
    with desk.scene.office.look() as work:
        return [each.id for each in documents.to_print(work, 10)]


def fail(desk: Desk, document: Document, times: int = 1) -> None:
    for _ in range(times):
        with desk.scene.office.work() as work:
            documents.print_later(work, document.id)


class TestIssue:
    def test_gives_it_a_number_and_the_language_of_the_case(self, desk: Desk) -> None:
        document = issued(desk)
        assert document.number.startswith(f"{codes.DOCUMENT}-")
        assert (document.language, document.issued_at) == (desk.case.language, desk.scene.clock())
        assert to_print(desk) == [document.id]

    def test_is_recorded_without_words(self, desk: Desk) -> None:
        document = issued(desk)
        with desk.scene.office.look() as work:
            event = work.history(desk.case)[-1]
        assert event.event == "document.issued"
        assert event.facts == {"document": document.id, "number": document.number, "kind": "decision"}


class TestPrinted:
    def test_the_file_hangs_on_the_case(self, desk: Desk) -> None:
        document = issued(desk)
        assert printed(desk, document)
        document = now(desk, document)
        assert (document.sha256, document.content) == (BYTES.sha256, CONTENT)
        with desk.scene.office.look() as work:
            file = work.db.get_one(Attachment, document.attachment_id)
            entry = work.db.get_one(Entry, file.entry_id)
        assert (file.state, file.kind, file.mime, file.size) == ("stored", "document", "application/pdf", BYTES.size)
        assert (file.file_name, file.file_id, file.sha256) == (f"{document.number}.pdf", "", BYTES.sha256)
        assert file.path == documents.path_of(document)
        assert (entry.kind, entry.text, entry.author_id) == ("document", None, None)

    def test_the_customer_is_told(self, desk: Desk) -> None:
        printed(desk, issued(desk))
        assert desk.scene.told(desk.customer)[-1] == "document_issued"

    def test_is_recorded_with_its_digest(self, desk: Desk) -> None:
        document = issued(desk)
        printed(desk, document)
        with desk.scene.office.look() as work:
            event = work.history(desk.case)[-1]
        assert event.event == "document.printed"
        assert event.facts == {"document": document.id, "number": document.number, "sha256": BYTES.sha256}

    def test_happens_once(self, desk: Desk) -> None:
        document = issued(desk)
        assert printed(desk, document)
        assert not printed(desk, document, Stored("ef" * 32, 99))
        fail(desk, document)
        assert now(desk, document).sha256 == BYTES.sha256
        assert to_print(desk) == []
        assert desk.scene.told(desk.customer).count("document_issued") == 1
        with desk.scene.office.look() as work:
            assert len(work.db.exec(select(Attachment)).all()) == 1

    def test_the_customer_may_bring_as_many_files_as_before(self, desk: Desk) -> None:
        printed(desk, issued(desk))
        with desk.scene.acting(desk.customer) as work:
            said = entries.add_entry(work, desk.case, "addition", "Here.")
            limit = work.organisation.form.max_files
            for number in range(limit):
                entries.attach(work, said, "photo", f"file {number}")
            with pytest.raises(errors.TooMany):
                entries.attach(work, said, "photo", "one more")

    def test_it_is_among_what_the_customer_can_have_a_copy_of(self, desk: Desk) -> None:
        document = issued(desk)
        printed(desk, document)
        with desk.scene.acting(desk.customer) as work:
            (case,) = own_data.copy(work).cases
        assert [file.file_name for file in case.attachments] == [f"{document.number}.pdf"]


class TestFailure:
    def test_the_pauses_grow_to_an_hour_and_stay_there(self, desk: Desk) -> None:
        document = issued(desk)
        for pause in (*PAUSES, PAUSES[-1]):
            fail(desk, document)
            assert now(desk, document).next_at == desk.scene.clock() + timedelta(seconds=pause)
            assert to_print(desk) == []
            desk.scene.clock.forward(seconds=pause)
            assert to_print(desk) == [document.id]

    def test_the_next_attempt_is_known(self, desk: Desk) -> None:
        document = issued(desk)
        fail(desk, document)
        with desk.scene.office.look() as work:
            assert documents.next_attempt(work, work.now) == now(desk, document).next_at
            assert documents.next_attempt(work, work.now + timedelta(seconds=PAUSES[0])) is None

    def test_the_admins_are_told_once_and_nobody_else(self, desk: Desk) -> None:
        admin = desk.scene.staff("admin")
        document = issued(desk)
        fail(desk, document, documents.ALARM_AT - 1)
        assert "document_failed" not in desk.scene.told(admin)
        fail(desk, document, 10)
        assert desk.scene.told(admin) == ["document_failed"]
        assert "document_failed" not in desk.scene.told(desk.customer) + desk.scene.told(desk.handler)
        assert desk.scene.history(desk.code).count("document.failed") == 1

    def test_many_that_fail_are_one_message(self, desk: Desk) -> None:
        admin = desk.scene.staff("admin")
        for _ in range(3):
            fail(desk, issued(desk), documents.ALARM_AT)
        assert desk.scene.told(admin) == ["document_failed"]

    def test_it_is_printed_all_the_same_later(self, desk: Desk) -> None:
        document = issued(desk)
        fail(desk, document, 7)
        assert printed(desk, document)
        assert now(desk, document).next_at is None


class TestTurn:
    def test_the_oldest_first_without_those_in_hand(self, desk: Desk) -> None:
        first, second, third = (issued(desk).id for _ in range(3))
        with desk.scene.office.look() as work:
            assert [each.id for each in documents.to_print(work, 2)] == [first, second]
            assert [each.id for each in documents.to_print(work, 2, {first})] == [second, third]


class TestFind:
    def test_by_the_digest_of_its_bytes(self, desk: Desk) -> None:
        document = issued(desk)
        printed(desk, document)
        with desk.scene.office.look() as work:
            assert documents.find_by_digest(work, BYTES.sha256) == now(desk, document)
            assert documents.find_by_digest(work, CONTENT) is None
