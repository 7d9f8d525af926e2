"""What it means for a case that it is of a business customer: who decides, who hears of it, whose limits count."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import (
    account_cases,
    accounts,
    clocks,
    complaints,
    errors,
    panel,
    providers,
    reopening,
    rights,
    timeline,
    withdrawing,
)
from backoffice.disputes import choosing, consents
from backoffice.organisation_file import Limit
from backoffice.stages import Stage
from backoffice.targets import BY_CONTRACT
from storage.accounts import DECISION, READ, REPORT, Account
from storage.complaints import Complaint
from tests.backoffice.business import Firm, firm
from tests.backoffice.conftest import CUSTOMER, VERBS, Desk, Scene
from tests.backoffice.disputing import SETTLED, table
from tests.backoffice.test_timeline import CLOCK, LIMITS, Case, cases


@pytest.fixture
def acme(scene: Scene) -> Firm:
    return firm(scene)


DECISIONS = [each for each in CUSTOMER if each in rights.RIGHTS and rights.RIGHTS[each] & rights.COMPLAINANT
             and (None, rights.Relation.FILER) not in rights.RIGHTS[each]]  # fmt: skip


class TestWhoDecides:
    @pytest.mark.parametrize("verb", DECISIONS)
    def test_not_who_only_reports_though_it_is_their_complaint(self, acme: Firm, verb: str) -> None:
        code = acme.scene.answered(acme.contacts[REPORT], acme.handler)
        for who in (acme.contacts[REPORT], acme.contacts[READ]):
            with pytest.raises(errors.NotAllowed) as refusal:
                acme.scene.act(who, code, VERBS[verb])
            assert refusal.value.facts["deciders"] == [acme.scene.person(acme.contacts[DECISION]).id]

    def test_another_contact_does(self, acme: Firm) -> None:
        code = acme.scene.answered(acme.contacts[REPORT], acme.handler)
        assert acme.scene.told(acme.contacts[DECISION])[-1] == "account_decides"
        acme.scene.act(acme.contacts[DECISION], code, complaints.accept)
        assert acme.case(code).stage == Stage.IMPLEMENTING
        assert "answer_accepted" in acme.scene.told(acme.handler)

    def test_who_complained_and_decides_is_not_asked_twice(self, acme: Firm) -> None:
        code = acme.scene.answered(acme.contacts[DECISION], acme.handler)
        assert "account_decides" not in acme.scene.told(acme.contacts[DECISION])
        acme.scene.act(acme.contacts[DECISION], code, complaints.accept)

    def test_who_only_follows_adds_nothing(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        with pytest.raises(errors.NotAllowed):
            acme.scene.act(acme.contacts[READ], code, CUSTOMER["add"])
        for who in (acme.contacts[REPORT], acme.contacts[DECISION]):
            acme.scene.act(who, code, CUSTOMER["add"])

    def test_where_nobody_decides_whoever_complained_does(self, scene: Scene) -> None:
        alone = firm(scene, REPORT, READ)
        code = scene.answered(alone.contacts[REPORT], alone.handler)
        with pytest.raises(errors.NotAllowed) as refusal:
            scene.act(alone.contacts[READ], code, complaints.accept)
        assert refusal.value.facts["deciders"] == [scene.person(alone.contacts[REPORT]).id]
        scene.act(alone.contacts[REPORT], code, complaints.accept)

    def test_whose_case_staff_have_linked_still_decides(self, acme: Firm) -> None:
        code = acme.scene.answered(customer := acme.scene.customer(), acme.handler)
        acme.scene.act(acme.handler, code, lambda work, case: account_cases.link(work, case, acme.number))
        acme.scene.act(customer, code, complaints.accept)

    def test_a_new_role_counts_at_once_and_for_cases_that_are_there(self, acme: Firm) -> None:
        code = acme.scene.answered(acme.contacts[REPORT], acme.handler)
        acme.change(acme.contacts[READ], DECISION)
        assert acme.scene.told(acme.contacts[READ])[-1] == "account_role"
        acme.scene.act(acme.contacts[READ], code, complaints.accept)

    def test_who_leaves_loses_all_and_a_colleague_goes_on(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        acme.remove(acme.contacts[REPORT])
        assert acme.seen(acme.contacts[REPORT]) == []
        assert acme.case(code).customer_id == acme.scene.person(acme.contacts[DECISION]).id
        assert acme.scene.told(acme.contacts[DECISION])[-1] == "complaint_of_account"
        with pytest.raises(errors.NotFound):
            acme.scene.act(acme.contacts[REPORT], code, CUSTOMER["add"])

    def test_the_last_one_keeps_what_is_theirs(self, scene: Scene) -> None:
        alone = firm(scene, REPORT)
        code = scene.answered(alone.contacts[REPORT], alone.handler)
        alone.remove(alone.contacts[REPORT])
        scene.act(alone.contacts[REPORT], code, complaints.accept)

    def test_a_stranger_knows_nothing_of_it(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        with pytest.raises(errors.NotFound):
            acme.scene.act(acme.scene.customer(), code, complaints.accept)

    def test_what_a_colleague_of_theirs_says_is_the_customers_word(self, acme: Firm) -> None:
        code = acme.scene.answered(acme.contacts[REPORT], acme.handler, decision="not_upheld", remedy="none")
        acme.scene.act(acme.contacts[DECISION], code, complaints.accept)
        acme.scene.act(acme.contacts[DECISION], code, complaints.reopen)
        assert acme.scene.told(acme.handler)[-1] == "case_reopened"
        with acme.scene.office.look() as work:
            hands = panel.hands(work, work.db.get_one(Complaint, acme.case(code).id))
        assert hands == {acme.scene.person(acme.handler).id}


class TestAccountManager:
    def test_reads_the_case_and_does_nothing_with_it(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        actor, case = acme.scene.actor(acme.manager), acme.case(code)
        assert {action for action in rights.RIGHTS if rights.may(actor, action, case)} - {
            action for action in rights.RIGHTS if rights.may(actor, action)
        } == {"read"}
        with acme.scene.acting(acme.manager) as work:
            assert [each.code for each in accounts.open_cases(work, work.db.get_one(Account, acme.number))] == [code]

    def test_not_the_cases_of_others(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.scene.customer())
        with pytest.raises(errors.NotFound):
            acme.scene.act(acme.manager, code, lambda work, case: rights.require(work, "read", case))

    def test_who_is_complained_of_hears_nothing(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        acme.scene.deliver()
        with acme.scene.office.work() as work:
            case = work.db.get_one(Complaint, acme.case(code).id)
            case.barred = {str(acme.scene.person(acme.manager).id): rights.SUBJECT}
        acme.scene.act(acme.contacts[DECISION], code, withdrawing.withdraw)
        acme.scene.deliver()
        heard = [part["what"] for each in acme.scene.post if each.template == "account_news" for part in each.parts]
        assert (heard, acme.scene.withheld) == (["received"], [])
        with pytest.raises(errors.NotFound):
            acme.scene.act(acme.manager, code, lambda work, case: rights.require(work, "read", case))

    def test_never_reviews_a_case_of_theirs(self, acme: Firm) -> None:
        both = acme.scene.staff("account_manager", "seat_support", department=None)
        with acme.kept_by() as (work, account):
            accounts.name_manager(work, account, acme.scene.person(both).id)
        code = acme.scene.complaint(acme.contacts[REPORT])
        with acme.scene.office.look() as work:
            free = {each.person_id for each in panel.free(work, acme.case(code))}
        assert acme.scene.person(both).id not in free

    @pytest.mark.parametrize(
        ("life", "news"),
        [
            ("", ["received"]),
            ("assess", ["received", "critical"]),
            ("take refund", ["received", "answered"]),
            ("take refund accept", ["received", "answered"]),
            ("take reject accept", ["received", "answered", "closed"]),
            ("take reject accept reopen", ["received", "answered", "closed", "reopened"]),
            ("take reject ask_review", ["received", "answered", "review_asked"]),
            ("take reject ask_review vote", ["received", "answered", "review_asked", "review_decided"]),
            ("take declare", ["received", "deadlock"]),
            ("withdraw", ["received", "closed"]),
        ],
    )
    def test_hears_of_what_matters(self, acme: Firm, life: str, news: list[str]) -> None:
        code = acme.scene.complaint(acme.contacts[DECISION])
        for verb in life.split():
            who = acme.contacts[DECISION] if verb in CUSTOMER else acme.handler
            sits = acme.scene.sitting(code)
            acme.scene.act(sits[0] if verb == "vote" else who, code, VERBS[verb])
        acme.scene.deliver()
        told = [each for each in acme.scene.post if each.template == "account_news" and each.to == acme.manager]
        assert [part["what"] for each in told for part in each.parts] == news

    def test_of_what_comes_of_a_dispute(self, desk: Desk) -> None:
        acme = firm(desk.scene)
        desk.scene.act(acme.keeper, desk.code, lambda work, case: account_cases.link(work, case, acme.number))
        table(desk).live(SETTLED)
        desk.scene.deliver()
        told = [each for each in desk.scene.post if each.template == "account_news"]
        assert [part["what"] for each in told for part in each.parts] == ["linked", "deadlock", "outcome"]

    def test_of_a_way_that_opens_by_itself(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[DECISION])
        acme.scene.live(acme.scene.clock() + timedelta(days=32))
        told = [part["what"] for each in acme.scene.post if each.template == "account_news" for part in each.parts]
        assert acme.case(code).deadlock_trigger == "cap"
        assert told == ["received", "deadlock"]


class TestLimits:
    @settings(max_examples=150)
    @given(cases(), LIMITS, st.booleans(), st.booleans())
    def test_a_contract_never_gives_a_later_date(self, case: Case, own: Limit, half: bool, extended: bool) -> None:
        given = {"half": half, "extended": extended}
        ours = timeline.timeline(case.desk, CLOCK, None, case.start, case.rested, **given)
        both = timeline.timeline(case.desk, CLOCK, None, case.start, case.rested, own=own, **given)
        assert both.due <= ours.due
        assert both.by_contract is (both.due < ours.due)

    def test_where_there_is_no_limit_of_ours(self, acme: Firm) -> None:
        rules, now = acme.scene.office.organisation, acme.scene.clock()
        with pytest.raises(LookupError):
            timeline.timeline(rules, "containment", "low", now)
        line = timeline.timeline(rules, "containment", "low", now, own=Limit(2, "bd"))
        assert (line.by_contract, line.due) == (True, rules.calendar.add_business_days(now, 2))

    def test_the_shorter_one_counts_from_the_receipt(self, acme: Firm) -> None:
        acme.limit("final_response", "2 bd")
        acme.limit("first_response", "30 bd")
        code = acme.scene.complaint(acme.contacts[REPORT])
        rules, since = acme.scene.office.organisation, acme.case(code).received_at
        assert since
        assert acme.case(code).due_at == rules.calendar.add_business_days(since, 2)
        rows = {each.target: each for each in acme.scene.running(code)}
        assert rows["final_response"].by_contract
        assert not rows["first_response"].by_contract
        assert rows["first_response"].due_at == rules.due("first_response", None, since)
        with acme.scene.office.look() as work:
            line = clocks.explained(work, rows["final_response"], work.history(acme.case(code)))
        assert line
        assert (line.limit, line.by_contract) == (Limit(2, "bd"), True)

    def test_linked_later_it_counts_from_the_receipt_all_the_same(self, acme: Firm) -> None:
        acme.limit("final_response", "3 bd")
        code = acme.scene.complaint(acme.scene.customer())
        since, was = acme.case(code).received_at, acme.case(code).due_at
        assert since
        assert was
        acme.scene.clock.forward(days=1)
        acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, acme.number))
        calendar = acme.scene.office.organisation.calendar
        assert acme.case(code).due_at == calendar.add_business_days(since, 3) < was

    def test_what_nobody_could_keep_any_more_is_due_soon(self, acme: Firm) -> None:
        acme.limit("final_response", "4 wh")
        code = acme.scene.complaint(acme.scene.customer())
        acme.scene.clock.forward(days=4)
        acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, acme.number))
        calendar = acme.scene.office.organisation.calendar
        assert acme.case(code).due_at == calendar.add_business_days(acme.scene.clock(), 1)

    @pytest.mark.parametrize("own", ["1 h", "4 wh", "2 bd", "5 bd", "9 bd", "40 bd", "3 cd", "60 cd"])
    @pytest.mark.parametrize("life", ["", "take", "take extend", "take refund refuse", "take ask", "take ask add"])
    def test_no_date_becomes_later_by_being_linked(self, acme: Firm, own: str, life: str) -> None:
        for target in BY_CONTRACT:
            acme.limit(target, own)
        code = acme.scene.complaint(customer := acme.scene.customer())
        for verb in life.split():
            acme.scene.clock.forward(hours=5)
            acme.scene.act(customer if verb in CUSTOMER else acme.handler, code, VERBS[verb])
        acme.scene.clock.forward(hours=7)
        was = {each.id: each.due_at for each in acme.scene.running(code)}
        acme.scene.act(acme.keeper, code, lambda work, case: account_cases.link(work, case, acme.number))
        for each in acme.scene.running(code):
            before = was[each.id]
            assert before is None or (each.due_at and each.due_at <= before), each.target

    def test_a_shorter_one_moves_open_cases_and_taking_it_away_none(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        first = acme.case(code).due_at
        acme.limit("final_response", "2 bd")
        shorter = acme.case(code).due_at
        assert first
        assert shorter
        assert shorter < first
        for limit in ("4 bd", None):
            acme.limit("final_response", limit)
            assert acme.case(code).due_at == shorter

    def test_a_limit_that_is_set_while_the_customer_has_the_ball_counts_afterwards(self, acme: Firm) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        for verb in ("take", "ask"):
            acme.scene.act(acme.handler, code, VERBS[verb])
        acme.limit("final_response", "3 bd")
        assert acme.case(code).due_at is None
        acme.scene.act(acme.contacts[REPORT], code, CUSTOMER["add"])
        since = acme.case(code).received_at
        assert since
        assert acme.case(code).due_at == acme.scene.office.organisation.calendar.add_business_days(since, 3)

    def test_money_goes_back_by_whichever_is_sooner(self, acme: Firm) -> None:
        acme.limit("implementation", "1 bd")
        code = acme.scene.answered(acme.contacts[DECISION], acme.handler)
        acme.scene.act(acme.contacts[DECISION], code, complaints.accept)
        assert [each.target for each in acme.scene.running(code) if each.by_contract] == ["implementation"]


class TestOutside:
    @pytest.mark.parametrize("amount", [None, 1])
    def test_a_mediator_comes_first(self, acme: Firm, amount: int | None) -> None:
        case = acme.case(acme.scene.complaint(acme.contacts[DECISION]))
        with acme.scene.office.look() as work:
            found = providers.recommended(work, case, amount=amount)  # type: ignore[arg-type]
        assert found
        assert (found[0].type, found[1]) == ("mediator", providers.BUSINESS)

    @pytest.mark.parametrize(
        ("binds", "own", "obliged"),
        [
            ("facilitative", False, True),
            ("determinative", False, False),
            (None, False, False),
            ("facilitative", True, False),
        ],
    )
    def test_a_clause_binds_us_to_what_it_names(self, acme: Firm, binds: str | None, own: bool, obliged: bool) -> None:
        acme.scene.staff("dispute_manager", department=None)
        with acme.kept_by() as (work, account):
            accounts.write_clause(work, account, "14. Disputes", "First a mediator.", binds)
        code = acme.scene.complaint(acme.contacts[DECISION])
        for verb in ("take", "declare"):
            acme.scene.act(acme.handler, code, VERBS[verb])
        with acme.scene.acting(acme.contacts[DECISION]) as work:
            case = complaints.find_own(work, code)
            if own:
                choosing.name_mediator(work, case, "A friend", "")
            else:
                choosing.choose(work, case, "mediator", "facilitative")
            assert consents.must_take_part(work, case) is obliged

    @pytest.mark.parametrize("who", [REPORT, READ])
    def test_only_who_decides_consents(self, acme: Firm, who: str) -> None:
        code = acme.scene.complaint(acme.contacts[REPORT])
        for verb in ("take", "declare"):
            acme.scene.act(acme.handler, code, VERBS[verb])
        with acme.scene.acting(acme.contacts[DECISION]) as work:
            choosing.choose(work, complaints.find_own(work, code), "mediator", "facilitative")
        with acme.scene.acting(acme.contacts[who]) as work:
            case = complaints.find_own(work, code)
            for deed in (consents.refuse, choosing.negotiate, lambda work, case: consents.withdraw(work, case, "No.")):
                with pytest.raises(errors.NotAllowed):
                    deed(work, case)


def test_reopened_in_half_the_time_of_the_contract(scene: Scene) -> None:
    acme = firm(scene)
    acme.limit("final_response", "4 bd")
    code = scene.answered(acme.contacts[DECISION], acme.handler, decision="not_upheld", remedy="none")
    scene.act(acme.contacts[DECISION], code, complaints.accept)
    with scene.acting(acme.contacts[DECISION]) as work:
        assert reopening.can_be_reopened(work, complaints.find_own(work, code))
    scene.act(acme.contacts[DECISION], code, complaints.reopen)
    assert scene.case(code).due_at == scene.office.organisation.calendar.add_business_days(scene.clock(), 2)
