"""Business customers: who keeps them, who speaks for them, and which complaints are theirs."""

import pytest

from backoffice import (
    account_cases,
    accounts,
    erasure,
    errors,
    handling,
    intake,
    own_data,
    people,
    team,
    withdrawing,
)
from backoffice.figures.cases import dimensions
from storage.accounts import DECISION, READ, REPORT, Account
from storage.complaints import Complaint
from tests.backoffice.business import NAME, Firm, firm
from tests.backoffice.conftest import Scene

ALL = (DECISION, REPORT, READ)


@pytest.fixture
def acme(scene: Scene) -> Firm:
    return firm(scene)


def why(refusal: pytest.ExceptionInfo[errors.OfficeError]) -> str:
    return str(refusal.value.facts.get("why") or refusal.value.facts.get("what"))


class TestKeeping:
    @pytest.mark.parametrize("name", [NAME, "  acme   TRADING ", "Acme\u200f Trading"])
    def test_there_is_one_of_a_name(self, acme: Firm, name: str) -> None:
        with acme.scene.acting(acme.keeper) as work, pytest.raises(errors.AccountRefused) as refusal:
            accounts.open_account(work, name)
        assert why(refusal) == "taken"

    @pytest.mark.parametrize(("name", "what"), [(" \u200f", "empty"), ("A" * 121, "too_long")])
    def test_a_name_that_is_none(self, acme: Firm, name: str, what: str) -> None:
        with acme.scene.acting(acme.keeper) as work, pytest.raises(errors.Invalid) as refusal:
            accounts.open_account(work, name)
        assert why(refusal) == what

    def test_only_an_account_manager_looks_after_it(self, acme: Firm) -> None:
        with acme.kept_by() as (work, account):
            for nobody in (acme.scene.person(acme.handler).id, 10**12, -1):
                with pytest.raises(errors.NotFound):
                    accounts.name_manager(work, account, nobody)
            found, more = accounts.candidates(work)
            assert ([each.id for each in found], more) == ([acme.scene.person(acme.manager).id], False)

    def test_an_account_manager_sees_their_own_and_the_others_all(self, acme: Firm) -> None:
        other = acme.scene.staff("account_manager")
        for who, seen in ((acme.manager, 1), (other, 0), (acme.keeper, 1), (acme.scene.staff("legal"), 1)):
            with acme.scene.acting(who) as work:
                assert len(accounts.listed(work)[0]) == seen
        with acme.scene.acting(other) as work:
            with pytest.raises(errors.NotFound):
                accounts.find(work, acme.number)
            with pytest.raises(errors.NotFound):
                accounts.invite_contact(work, work.db.get_one(Account, acme.number), READ)

    def test_the_list_has_pages(self, acme: Firm) -> None:
        with acme.scene.acting(acme.keeper) as work:
            for number in range(accounts.PAGE):
                accounts.open_account(work, f"Beta {number}")
            first, more = accounts.listed(work)
            second, last = accounts.listed(work, 1)
            assert ([each.account.name for each in first][:2], more) == ([NAME, "Beta 0"], True)
            assert ([each.account.name for each in second], last) == (["Beta 5"], False)
            for page in (2, -1, 10**9):
                with pytest.raises(errors.Invalid):
                    accounts.listed(work, page)

    @pytest.mark.parametrize("limit", ["", "soon", "0 bd", "-1 h", "3", "3 weeks", "366 cd", "3 bd extra", "none bd"])
    def test_a_deadline_that_is_none(self, acme: Firm, limit: str) -> None:
        with acme.kept_by() as (work, account), pytest.raises(errors.AccountRefused) as refusal:
            accounts.set_limit(work, account, "final_response", limit)
        assert why(refusal) == "limit"

    @pytest.mark.parametrize("target", ["cap", "customer_answer", "review_decision", "x"])
    def test_what_no_contract_can_set(self, acme: Firm, target: str) -> None:
        with acme.kept_by() as (work, account), pytest.raises(errors.Invalid):
            accounts.set_limit(work, account, target, "1 bd")

    def test_deadlines_in_any_digits(self, acme: Firm) -> None:
        acme.limit("final_response", "۳ bd")
        acme.limit("first_response", "٤ wh")
        assert acme.account.limits == {"final_response": "3 bd", "first_response": "4 wh"}
        acme.limit("final_response", None)
        assert acme.account.limits == {"first_response": "4 wh"}

    def test_clauses(self, acme: Firm) -> None:
        with acme.kept_by(acme.scene.staff("legal")) as (work, account):
            clause = accounts.write_clause(work, account, "14. Disputes", "First a mediator.", "facilitative")
            for title, text, binds in (
                ("", "x", None),
                ("x", " ", None),
                ("A" * 61, "x", None),
                ("x", "y" * 1501, None),
            ):
                with pytest.raises(errors.Invalid):
                    accounts.write_clause(work, account, title, text, binds)
            with pytest.raises(errors.Invalid):
                accounts.write_clause(work, account, "x", "y", "advisory")
            accounts.remove_clause(work, account, clause.id)
            with pytest.raises(errors.Invalid):
                accounts.remove_clause(work, account, clause.id)
            for number in range(accounts.MAX_CLAUSES):
                accounts.write_clause(work, account, f"{number}.", "So it is.")
            with pytest.raises(errors.AccountRefused) as refusal:
                accounts.write_clause(work, account, "One more", "So it is.")
        assert why(refusal) == "full"

    def test_what_has_ended_is_not_changed_and_its_cases_go_on(self, acme: Firm) -> None:
        code, token = acme.scene.complaint(acme.contacts[REPORT]), acme.link(READ)
        with acme.kept_by() as (work, account):
            accounts.end_account(work, account)
            with pytest.raises(errors.AccountRefused) as refusal:
                accounts.set_contract(work, account, "K-1")
            assert why(refusal) == "ended"
            assert accounts.listed(work)[0] == []
            assert accounts.find(work, acme.number).open == 1
        with acme.scene.acting(acme.scene.customer()) as work, pytest.raises(errors.AccountRefused) as refusal:
            accounts.join(work, token, "Late")
        assert why(refusal) == "ended"
        assert acme.seen(acme.contacts[READ]) == [code]
        assert acme.case(acme.scene.complaint(acme.contacts[REPORT])).account_id is None

    def test_whoever_looks_after_it_leaves(self, acme: Firm) -> None:
        code, admin = acme.scene.complaint(acme.contacts[REPORT]), acme.scene.staff("admin")
        with acme.scene.acting(admin) as work:
            team.dismiss(work, acme.scene.person(acme.manager).id)
        assert (acme.account.manager_id, acme.case(code).account_manager_id) == (None, None)
        assert acme.scene.told(acme.keeper)[-1] == "account_unmanaged"
        assert "account_unmanaged" not in acme.scene.told(admin)


class TestJoining:
    def test_a_link_works_once_and_for_its_time(self, acme: Firm) -> None:
        used, late, lost = acme.link(READ), acme.link(READ), "nothing"
        with acme.scene.acting(acme.scene.customer()) as work:
            accounts.join(work, used, "Sara")
        acme.scene.clock.forward(days=8)
        for token, reason in ((used, "link_used"), (late, "link_expired"), (lost, "link_unknown")):
            with acme.scene.acting(acme.scene.customer()) as work, pytest.raises(errors.AccountRefused) as refusal:
                accounts.join(work, token, "Ali")
            assert why(refusal) == reason

    @pytest.mark.parametrize(("who", "reason"), [("handler", "staff"), ("contact", "there")])
    def test_who_cannot_join(self, acme: Firm, who: str, reason: str) -> None:
        human = acme.handler if who == "handler" else acme.contacts[READ]
        token = acme.link(DECISION)
        with acme.scene.acting(human) as work, pytest.raises(errors.AccountRefused) as refusal:
            accounts.join(work, token, "Ali")
        assert why(refusal) == reason

    def test_no_link_leads_elsewhere(self, acme: Firm) -> None:
        with acme.scene.office.work() as work:
            for_staff = people.invite(work, people.Post(["admin"]))
        with acme.scene.acting(acme.scene.customer()) as work, pytest.raises(errors.AccountRefused):
            accounts.join(work, for_staff, "Ali")
        for_contact = acme.link(DECISION)
        with acme.scene.acting(acme.scene.customer()) as work, pytest.raises(errors.InvitationRefused):
            people.join(work, for_contact, "Ali")

    def test_there_is_room_for_so_many(self, acme: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(accounts, "MAX_CONTACTS", 3)
        token = acme.link(READ)
        with acme.scene.acting(acme.scene.customer()) as work, pytest.raises(errors.AccountRefused) as refusal:
            accounts.join(work, token, "Ali")
        assert why(refusal) == "full"

    def test_what_is_kept_of_somebody_tells_for_whom_they_speak(self, acme: Firm) -> None:
        with acme.scene.acting(acme.contacts[READ]) as work:
            assert [(held.role, account.name) for held, account in own_data.copy(work).accounts] == [(READ, NAME)]

    @pytest.mark.parametrize("role", ["handler", "", "DECISION"])
    def test_no_other_role(self, acme: Firm, role: str) -> None:
        with acme.kept_by() as (work, account), pytest.raises(errors.Invalid):
            accounts.invite_contact(work, account, role)
        with acme.kept_by() as (work, account), pytest.raises(errors.Invalid):
            accounts.change_contact(work, account, acme.scene.person(acme.contacts[READ]).id, role)

    def test_nobody_is_changed_who_is_no_contact(self, acme: Firm) -> None:
        with acme.kept_by() as (work, account):
            for deed in (lambda number: accounts.remove_contact(work, account, number),
                         lambda number: accounts.change_contact(work, account, number, READ)):  # fmt: skip
                with pytest.raises(errors.Invalid):
                    deed(acme.scene.person(acme.handler).id)


class TestTagging:
    def test_a_contact_complains_and_the_case_is_the_accounts(self, acme: Firm) -> None:
        case = acme.case(code := acme.scene.complaint(acme.contacts[REPORT]))
        assert (case.account_id, case.company) == (acme.number, NAME)
        assert case.account_manager_id == acme.scene.person(acme.manager).id
        assert sorted(case.account_contacts.values()) == sorted(ALL)
        assert all(acme.seen(each) == [code] for each in acme.contacts.values())
        assert dimensions(case)["business"]

    def test_who_only_follows_complains_for_themselves(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[READ])
        assert acme.case(code).account_id is None
        assert acme.seen(acme.contacts[DECISION]) == []

    def test_what_is_anonymous_is_of_no_account(self, acme: Firm) -> None:
        with acme.scene.acting(acme.contacts[REPORT]) as work:
            draft = intake.begin(work, "en")
            intake.choose_category(work, draft, "delivery.late")
            intake.tell_story(work, draft, "Late again.")
            intake.set_anonymous(work, draft, anonymous=True)
            code = intake.submit(work, draft).complaint.code
        assert acme.case(code or "").account_id is None

    def test_of_several_they_have_to_say_which(self, acme: Firm) -> None:
        human = acme.contacts[REPORT]
        with acme.scene.acting(acme.keeper) as work:
            other = accounts.open_account(work, "Beta").id
        beta = Firm(acme.scene, acme.keeper, acme.manager, acme.handler, other)
        beta.join(DECISION, human)
        found = []
        for chosen in (None, other, acme.number, account_cases.ONESELF, 10**6):
            with acme.scene.acting(human) as work:
                draft = intake.begin(work, "en")
                intake.choose_category(work, draft, "delivery.late")
                intake.tell_story(work, draft, "Late again.")
                try:
                    found.append(intake.submit(work, draft, chosen).complaint.account_id)
                except errors.OfficeError as refusal:
                    found.append(refusal.code)
        assert found == ["incomplete", other, acme.number, None, "invalid"]

    def test_staff_link_a_case_and_take_it_back(self, acme: Firm) -> None:
        customer = acme.scene.customer()
        code = acme.scene.complaint(customer)
        acme.scene.act(acme.handler, code, handling.take)
        acme.scene.act(acme.handler, code, lambda work, case: account_cases.link(work, case, acme.number))
        assert (acme.case(code).account_id, acme.case(code).company) == (acme.number, NAME)
        assert acme.scene.told(customer)[-1] == "complaint_of_account"
        assert acme.seen(acme.contacts[READ]) == [code]
        with pytest.raises(errors.AccountRefused) as refusal:
            acme.scene.act(acme.handler, code, lambda work, case: account_cases.link(work, case, acme.number))
        assert why(refusal) == "linked"
        acme.scene.act(acme.handler, code, account_cases.unlink)
        case = acme.case(code)
        assert (case.account_id, case.account_manager_id, case.account_contacts, case.company) == (None, None, {}, None)
        assert acme.seen(acme.contacts[READ]) == []
        with pytest.raises(errors.AccountRefused) as refusal:
            acme.scene.act(acme.handler, code, account_cases.unlink)
        assert why(refusal) == "unlinked"

    def test_a_case_can_go_from_one_to_another(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        with acme.scene.acting(acme.keeper) as work:
            beta = accounts.open_account(work, "Beta").id
        acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, beta))
        case = acme.case(code)
        assert (case.account_id, case.company, case.account_manager_id, case.account_contacts) == (
            beta,
            "Beta",
            None,
            {},
        )
        assert acme.seen(acme.contacts[DECISION]) == []

    @pytest.mark.parametrize("number", [0, -1, 10**12])
    def test_no_such_account(self, acme: Firm, number: int) -> None:
        code = acme.scene.complaint(acme.scene.customer())
        with pytest.raises(errors.NotFound):
            acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, number))

    def test_a_closed_case_is_not_linked(self, acme: Firm) -> None:
        code = acme.scene.complaint(customer := acme.scene.customer())
        acme.scene.act(customer, code, withdrawing.withdraw)
        with pytest.raises(errors.AccountRefused) as refusal:
            acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, acme.number))
        assert why(refusal) == "closed"

    def test_an_anonymous_case_is_not_linked(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.scene.customer())
        with acme.scene.office.work() as work:
            work.db.get_one(Complaint, acme.case(code).id).anonymous = True
        with pytest.raises(errors.AccountRefused) as refusal:
            acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, acme.number))
        assert why(refusal) == "anonymous"

    def test_what_was_erased_is_of_nobody(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        with acme.scene.office.work() as work:
            erasure.erase(work, work.db.get_one(Complaint, acme.case(code).id))
        case = acme.case(code)
        assert (case.account_id, case.account_manager_id, case.account_contacts) == (None, None, {})
