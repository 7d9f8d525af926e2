"""Who gets a printed document: by its kind, while it is theirs, and nobody outside once consent was taken back."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlmodel import select

from backoffice import documents, entries, handling, hearing, own_data, rights
from backoffice.disputes import consents, course, dossier
from backoffice.files import Stored
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute, Outcome, Referral
from storage.documents import Document
from storage.people import Person, Staff, person_by_telegram
from storage.traffic import OutboxMessage
from tests.backoffice.conftest import Desk

BYTES = Stored("ab" * 32, 1234)
PROVIDER = "mediator"


@dataclass
class Outside:
    """A case before a provider, where both sides have consented, and everybody who might come upon its papers."""

    desk: Desk
    manager: int
    others: dict[str, int]
    resolver: int = 0

    @property
    def referral(self) -> Referral:
        with self.desk.scene.office.look() as work:
            return work.db.exec(select(Referral)).one()

    def joined(self) -> None:
        """The provider's mediator is here, and leads it."""
        self.resolver = mediator(self.desk)
        self.change(lambda work, case: put_before(work, case, self.resolver))

    def change(self, verb: Callable[[Work, Complaint], object]) -> None:
        with self.desk.scene.office.work() as work:
            verb(work, work.db.get_one(Complaint, self.desk.case.id))

    def issue(self, kind: str) -> Document:
        with self.desk.scene.office.work() as work:
            case = work.db.get_one(Complaint, self.desk.case.id)
            refers = {
                "decision": {},
                "bundle": {"provider": "consumer_protection"},
                "settlement": {"outcome_id": work.db.exec(select(Outcome)).one().id},
            }.get(kind, {"referral_id": self.referral.id})
            return documents.issue(work, case, kind, **refers)  # type: ignore[arg-type]

    def printed(self, document: Document) -> None:
        with self.desk.scene.office.work() as work:
            assert documents.printed(work, document.id, BYTES, documents.path_of(document), "cd" * 32)

    def withdraw(self) -> None:
        with self.desk.scene.acting(self.desk.customer) as work:
            consents.withdraw(work, work.db.get_one(Complaint, self.desk.case.id), "No more.")

    def got(self, template: str = "document_issued", *, delivered: bool = False) -> dict[str, list[str]]:
        """As whom each was promised it, or, `delivered`, to whom it went."""
        names = {self.desk.customer: "customer", self.manager: "manager", self.resolver: "resolver"}
        names |= {number: name for name, number in self.others.items()} | {self.desk.handler: "handler"}
        names |= {self.desk.supervisor: "supervisor"}
        if delivered:
            self.desk.scene.deliver()
            sent = [each.to for each in self.desk.scene.post if each.template == template]
            return {names[each]: ["arrived"] for each in sent}
        found: dict[str, list[str]] = {}
        with self.desk.scene.office.look() as work:
            for row in work.db.exec(select(OutboxMessage).where(OutboxMessage.complaint_id == self.desk.case.id)):
                if row.body["template"] == template:
                    person = work.db.get_one(Person, row.person_id)
                    found.setdefault(names[person.telegram_id], []).append(row.party or "")
        return found


def mediator(desk: Desk) -> int:
    number = desk.scene.staff("handler", department=None)
    with desk.scene.office.work() as work:
        person = person_by_telegram(work.db, number)
        assert person is not None
        staff = work.db.get_one(Staff, person.id)
        staff.roles, staff.provider = ["resolver"], PROVIDER
    return number


def put_before(work: Work, case: Complaint, resolver: int) -> None:
    person = person_by_telegram(work.db, resolver)
    assert person is not None
    case.resolver_id = course.referral(work, case).resolver_id = person.id


@pytest.fixture
def outside(desk: Desk) -> Outside:
    manager = desk.scene.staff("dispute_manager", department=None)
    roles = ("auditor", "legal", "complaints_manager", "top_management", "admin")
    others = {role: desk.scene.staff(role, department=None) for role in roles}
    with desk.scene.acting(desk.handler) as work:
        case = work.db.get_one(Complaint, desk.case.id)
        handling.take(work, case)
        entries.add_entry(work, case, "note", "Nobody outside reads this.")
    with desk.scene.acting(desk.customer) as work:
        case = work.db.get_one(Complaint, desk.case.id)
        entries.attach(work, entries.add_entry(work, case, "evidence", None), "photo", "of the parcel")
    with desk.scene.office.work() as work:
        case = work.db.get_one(Complaint, desk.case.id)
        dispute = Dispute(complaint_id=case.id, number="DSP-1", phase="awaiting_provider", trigger="asked",
                          opened_at=work.now)  # fmt: skip
        work.db.add(dispute)
        work.db.flush()
        referral = Referral(dispute_id=dispute.id, complaint_id=case.id, provider=PROVIDER, method="facilitative",
                            chosen_at=work.now, consented_at=work.now)  # fmt: skip
        work.db.add(referral)
        work.db.flush()
        work.db.add(
            Outcome(
                dispute_id=dispute.id, referral_id=referral.id, kind="settlement", by="resolver", drafted_at=work.now
            )
        )
        dispute.referral_id = referral.id
        case.stage, case.dispute_id, case.dispute_phase = "in_dispute", dispute.id, "awaiting_provider"
    return Outside(desk, manager, others)


class TestReaders:
    @pytest.mark.parametrize(
        ("kind", "here", "elsewhere"),
        [
            ("decision", {"customer"}, {"customer"}),
            ("bundle", {"customer"}, {"customer"}),
            ("dossier", {"customer", "resolver"}, {"customer", "manager"}),
            ("settlement", {"customer", "manager", "resolver"}, {"customer", "manager"}),
            ("consent_record", {"customer", "manager"}, {"customer", "manager"}),
        ],
    )
    @pytest.mark.parametrize("joined", [True, False])
    def test_by_kind(self, outside: Outside, kind: str, here: set[str], elsewhere: set[str], *, joined: bool) -> None:
        if joined:
            outside.joined()
        outside.printed(outside.issue(kind))
        assert outside.got().keys() == (here if joined else elsewhere)
        assert outside.got(delivered=True).keys() == (here if joined else elsewhere)

    def test_each_is_told_as_what_they_are(self, outside: Outside) -> None:
        outside.joined()
        outside.printed(outside.issue("settlement"))
        assert outside.got() == {"customer": ["customer"], "manager": ["staff"], "resolver": ["resolver"]}

    def test_who_speaks_for_the_organisation_has_it_alone(self, outside: Outside) -> None:
        second = outside.desk.scene.staff("dispute_manager", department=None)
        outside.others["second"] = second

        def speaks(work: Work, case: Complaint) -> None:
            person = person_by_telegram(work.db, second)
            assert person is not None
            case.representative_id = person.id

        outside.change(speaks)
        outside.printed(outside.issue("settlement"))
        assert outside.got().keys() == {"customer", "second"}

    def test_every_kind_has_its_readers(self) -> None:
        assert documents.READERS.keys() == {
            "decision", "final_response", "bundle", "dossier", "settlement", "consent_record",
        }  # fmt: skip
        assert {party for _kind, party in documents.FOLLOWED} <= rights.PARTIES.keys()


class TestEvidence:
    @pytest.mark.parametrize(("kind", "whom"), [("bundle", "customer"), ("dossier", "manager")])
    def test_follows_what_is_taken_somewhere(self, outside: Outside, kind: str, whom: str) -> None:
        document = outside.issue(kind)
        outside.printed(document)
        assert outside.got("enclosed_files").keys() == {whom}
        with outside.desk.scene.office.look() as work:
            rows = work.db.exec(select(OutboxMessage)).all()
            (row,) = [each for each in rows if each.body["template"] == "enclosed_files"]
            case = work.db.get_one(Complaint, outside.desk.case.id)
            assert row.body["params"] == {
                "attachment_id": dossier.evidence(work, case)[0].id,
                "document_id": document.id,
            }

    @pytest.mark.parametrize("kind", ["settlement", "consent_record", "decision"])
    def test_does_not_follow_the_others(self, outside: Outside, kind: str) -> None:
        outside.printed(outside.issue(kind))
        assert outside.got("enclosed_files") == {}

    def test_a_mediator_here_has_it_from_the_desk(self, outside: Outside) -> None:
        """As soon as they are asked, and not once more with the document."""
        outside.joined()
        outside.printed(outside.issue("dossier"))
        assert outside.got("enclosed_files") == {}


class TestWithdrawn:
    @pytest.mark.parametrize("joined", [True, False])
    def test_before_it_is_printed_nobody_gets_it(self, outside: Outside, *, joined: bool) -> None:
        if joined:
            outside.joined()
        document = outside.issue("dossier")
        outside.withdraw()
        outside.printed(document)
        assert outside.got() == outside.got("enclosed_files") == {}
        assert "document.withheld" in outside.desk.scene.history(outside.desk.code)

    def test_before_it_goes_the_mediator_does_not_get_it(self, outside: Outside) -> None:
        outside.joined()
        outside.printed(outside.issue("dossier"))
        outside.withdraw()
        assert outside.got(delivered=True).keys() == {"customer"}
        withheld = [each.to for each in outside.desk.scene.withheld if each.template == "document_issued"]
        assert withheld == [outside.resolver]

    def test_a_settlement_does_not_go_to_a_mediator_who_has_left(self, outside: Outside) -> None:
        outside.joined()
        document = outside.issue("settlement")
        outside.change(lambda work, case: course.leave(work, case, "settled"))
        outside.printed(document)
        assert outside.got().keys() == {"customer", "manager"}

    def test_a_mediator_of_another_way_gets_nothing_of_this_one(self, outside: Outside) -> None:
        document = outside.issue("settlement")
        outside.joined()

        def elsewhere(work: Work, case: Complaint) -> None:
            work.db.get_one(Referral, outside.referral.id).resolver_id = None

        outside.change(elsewhere)
        outside.printed(document)
        assert "resolver" not in outside.got()

    def test_it_stays_on_the_case(self, outside: Outside) -> None:
        document = outside.issue("dossier")
        outside.withdraw()
        outside.printed(document)
        with outside.desk.scene.acting(outside.desk.customer) as work:
            (case,) = own_data.copy(work).cases
        assert f"{document.number}.pdf" in [each.file_name for each in case.attachments]


class TestSomebodyElse:
    def test_gets_what_was_printed_for_the_first(self, outside: Outside) -> None:
        outside.printed(outside.issue("dossier"))
        before = outside.got()
        outside.joined()
        outside.change(lambda work, case: documents.pass_on(work, case, course.referral(work, case)))
        assert outside.got() == before | {"resolver": ["resolver"]}

    def test_waits_for_what_is_not_printed(self, outside: Outside) -> None:
        document = outside.issue("dossier")
        outside.joined()
        outside.change(lambda work, case: documents.pass_on(work, case, course.referral(work, case)))
        assert outside.got() == {}
        outside.printed(document)
        assert outside.got().keys() == {"customer", "resolver"}


class TestApart:
    @pytest.mark.parametrize("kind", ["bundle", "dossier", "settlement", "consent_record"])
    def test_nobody_comes_upon_it_among_what_was_said(self, outside: Outside, kind: str) -> None:
        document = outside.issue(kind)
        outside.printed(document)
        with outside.desk.scene.office.look() as work:
            case = work.db.get_one(Complaint, outside.desk.case.id)
            evidence = [each.file_name for each in dossier.evidence(work, case)]
            assert len(evidence) == 1
            assert f"{document.number}.pdf" not in evidence
            assert documents.ENTRY not in {entry.kind for entry in hearing.heard(work, case)}

    def test_a_panel_gets_the_evidence_and_no_document(self, desk: Desk) -> None:
        """The bundle says how the customer is reached; who reviews the case may not read that."""
        with desk.scene.acting(desk.customer) as work:
            case = work.db.get_one(Complaint, desk.case.id)
            kept = entries.attach(work, entries.add_entry(work, case, "evidence", None), "photo", "of the parcel").id
        with desk.scene.office.work() as work:
            document = documents.issue(work, desk.case, "bundle", provider="consumer_protection")
            documents.printed(work, document.id, BYTES, documents.path_of(document), "cd" * 32)
        members = desk.committee()
        desk.live("take reject ask_review")
        with desk.scene.office.look() as work:
            for member in members:
                person = person_by_telegram(work.db, member)
                assert person is not None
                rows = work.db.exec(select(OutboxMessage).where(OutboxMessage.person_id == person.id)).all()
                sent = [row.body["params"] for row in rows if row.body["template"] == "files"]
                assert [each["attachment_id"] for each in sent] == [kept]

    def test_the_language_is_the_cases_own_unless_told(self, desk: Desk) -> None:
        with desk.scene.office.work() as work:
            assert documents.issue(work, desk.case, "bundle").language == desk.case.language
            assert documents.issue(work, desk.case, "bundle", language="fa").language == "fa"
