"""How a document is handed over: what it is for whom, that it can be taken where it goes, and when it goes no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlmodel import select

from backoffice import documents
from backoffice.files import Stored
from backoffice.work import Office, Work
from bot import cards, paper_notices
from bot.i18n import Reader, speaking_to
from bot.notice import TEMPLATES, Notice
from storage.complaints import Attachment
from storage.documents import Document
from storage.people import Person
from tests.bot.decisions import person
from tests.bot.disputed import NAMES, Disputed, Made
from tests.bot.test_typeset import in_three_languages

BYTES = Stored("ab" * 32, 1234)
NUMBERS = count(800_001)  # of people


@dataclass
class Told:
    """A printed document, and what each would be told of it."""

    work: Work
    made: Made
    document: Document
    people: dict[str, Person]

    def call(self, whom: str, language: str = "en", template: str = "document_issued", **more: Any) -> Any:
        notice = Notice(
            self.work, self.people[whom], self.made.complaint, [{"document_id": self.document.id, **each}
                                                               for each in more.get("parts", [{}])]
        )  # fmt: skip
        with speaking_to(Reader(language)):
            return TEMPLATES[template](notice)

    def caption(self, whom: str, language: str = "en", **more: Any) -> str:
        said: str = self.call(whom, language, **more)["args"]["caption"]
        return said


@pytest.fixture
def work(office: Office) -> Iterator[Work]:
    with office.work() as work:
        yield work


def printed(work: Work, kind: str, disputed: Disputed | None = None) -> Told:
    customer, ours, resolver = (person(work, next(NUMBERS)) for _ in range(3))
    made = (disputed or Disputed()).make(work, customer, ours)
    made.complaint.resolver_id = made.referral.resolver_id = resolver.id
    document = made.issue(kind)
    documents.printed(work, document.id, BYTES, documents.path_of(document), "cd" * 32)
    return Told(work, made, document, {"customer": customer, "staff": ours, "resolver": resolver})


class TestCaption:
    @pytest.mark.parametrize(
        ("kind", "whom", "title"),
        [
            ("bundle", "customer", "Your file for "),
            ("dossier", "customer", "Your copy of the file for "),
            ("dossier", "staff", "The file for "),
            ("dossier", "resolver", "The file for "),
            ("settlement", "customer", "The settlement as a document"),
            ("settlement", "staff", "The settlement as a document"),
            ("settlement", "resolver", "The settlement as a document"),
            ("consent_record", "customer", "The consent as a document"),
            ("consent_record", "staff", "The consent as a document"),
        ],
    )
    def test_says_what_it_is(self, work: Work, kind: str, whom: str, title: str) -> None:
        told = printed(work, kind)
        caption = told.caption(whom)
        assert caption.startswith(f"<b>{title}")
        assert told.document.number in caption
        assert str(told.made.complaint.code) in caption

    @pytest.mark.parametrize(
        ("kind", "title"),
        [
            ("settlement", "The settlement as a document"),
            ("recommendation", "The accepted recommendation as a document"),
            ("decision", "The decision from outside as a document"),
        ],
    )
    def test_says_what_ended_it(self, work: Work, kind: str, title: str) -> None:
        assert title in printed(work, "settlement", Disputed(kind=kind)).caption("customer")

    @in_three_languages
    @pytest.mark.parametrize("kind", ["bundle", "dossier", "settlement", "consent_record"])
    def test_ends_for_the_customer_with_where_the_case_stands(self, work: Work, kind: str, language: str) -> None:
        told = printed(work, kind, Disputed(language))
        with speaking_to(Reader(language)):
            footer = cards.footer(work, told.made.complaint)
        assert told.caption("customer", language).endswith(f"\n\n{footer}")
        for whom in ("staff", "resolver"):
            assert footer.splitlines()[1] not in told.caption(whom, language)
            assert told.caption(whom, language).count(str(told.made.complaint.code)) == 1

    @in_three_languages
    def test_fits_under_a_file(self, work: Work, language: str) -> None:
        told = printed(work, "dossier", Disputed(language))
        assert all(len(told.caption(whom, language)) < 1024 for whom in told.people)

    def test_staff_learn_where_to_send_it(self, work: Work) -> None:
        caption = printed(work, "dossier").caption("staff")
        assert "Please send it on" in caption
        assert "mediator@mediation.example" in caption

    def test_nobody_is_named(self, work: Work) -> None:
        told = printed(work, "dossier")
        assert not [whom for whom in told.people if NAMES["en"] in told.caption(whom) or "Name 8" in told.caption(whom)]


class TestHandedOver:
    @pytest.mark.parametrize(("whom", "kept"), [("customer", False), ("staff", False), ("resolver", True)])
    def test_a_mediator_cannot_take_it_elsewhere(self, work: Work, whom: str, *, kept: bool) -> None:
        assert printed(work, "dossier").call(whom)["args"]["protect_content"] is kept

    def test_the_evidence_can_be_sent_on(self, work: Work) -> None:
        told = printed(work, "dossier", Disputed(files=("a.jpg", "b.jpg")))
        files = [each for each in work.db.exec(select(Attachment)).all() if each.file_name in ("a.jpg", "b.jpg")]
        parts = [{"attachment_id": each.id} for each in files]
        call = told.call("staff", template="enclosed_files", parts=parts)
        assert call["method"] == "sendMediaGroup"
        assert [each["media"]["attachment"] for each in call["args"]["media"]] == [each.id for each in files]
        assert call["args"]["protect_content"] is False
        assert told.document.number in call["args"]["media"][0]["caption"]

    def test_what_was_too_big_is_not_sent(self, work: Work) -> None:
        told = printed(work, "bundle")
        (file,) = [each for each in work.db.exec(select(Attachment)).all() if each.file_name == "photo.jpg"]
        file.state = "too_big"
        assert told.call("customer", template="enclosed_files", parts=[{"attachment_id": file.id}]) is None


class TestOver:
    @pytest.mark.parametrize(("whom", "goes"), [("customer", True), ("staff", False), ("resolver", False)])
    @pytest.mark.parametrize("template", ["document_issued", "enclosed_files"])
    def test_a_dossier_goes_nowhere_once_consent_is_withdrawn(
        self, work: Work, template: str, whom: str, *, goes: bool
    ) -> None:
        """Also when it was printed and its message was under way."""
        told = printed(work, "dossier")
        (file,) = [each for each in work.db.exec(select(Attachment)).all() if each.file_name == "photo.jpg"]
        told.made.referral.ended = "withdrawn"
        call = told.call(whom, template=template, parts=[{"attachment_id": file.id}])
        assert (call is not None) is goes

    @pytest.mark.parametrize("whom", ["customer", "staff"])
    def test_a_settlement_does(self, work: Work, whom: str) -> None:
        told = printed(work, "settlement")
        told.made.referral.ended = "settled"
        assert told.call(whom) is not None

    def test_nor_what_was_erased(self, work: Work) -> None:
        told = printed(work, "settlement")
        told.document.attachment_id = None
        assert told.call("customer") is None


def test_every_kind_with_readers_has_a_title(work: Work) -> None:
    named = {*paper_notices.TITLES, documents.DOSSIER, documents.BUNDLE}
    assert named == documents.READERS.keys()
