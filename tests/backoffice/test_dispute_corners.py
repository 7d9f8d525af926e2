"""Disputes where something else happens in between: whoever led it leaves, a date has passed, a provider is gone."""

from datetime import timedelta

import pytest

from backoffice import errors, team
from backoffice.disputes import choosing, mediation, obligations, outcomes, settlement, speaking, verdicts
from backoffice.disputes.phases import FACILITATIVE, Phase
from storage.disputes import Referral, obligations_of
from tests.backoffice.conftest import Desk
from tests.backoffice.disputing import DECIDED, MEDIATED, Table, agree, mediator, said, table, term
from tests.backoffice.reviewing import told

DAY = timedelta(days=1)


@pytest.fixture
def way(desk: Desk) -> Table:
    return table(desk)


def dismissed(way: Table, who: int) -> None:
    with way.scene.acting(way.scene.staff("admin", department=None)) as work:
        team.dismiss(work, way.scene.person(who).id)


class TestWhoLeaves:
    def test_talks_without_their_mediator_are_over_at_once(self, way: Table) -> None:
        way.live(MEDIATED)
        dismissed(way, way.they)
        assert (way.phase, way.case.resolver_id, way.referral().ended) == (Phase.FAILED, None, "resolver_gone")

    def test_what_was_put_before_them_goes_to_a_colleague_of_theirs(self, way: Table) -> None:
        way.live("choose consent us:consent")
        other = mediator(way.scene)
        dismissed(way, way.they)
        assert way.phase == Phase.AWAITING_PROVIDER
        assert way.case.resolver_id == way.referral().resolver_id == way.scene.person(other).id

    def test_who_spoke_for_us_is_replaced_as_soon_as_the_customer_speaks(self, way: Table) -> None:
        way.live("negotiate")
        with way.at(way.us) as (work, case):
            speaking.take_up(work, case)
        other = way.scene.staff("dispute_manager", department=None)
        way.wait(days=1)
        dismissed(way, way.us)
        said(way, way.customer, mediation.JOINT, "Is anybody there?")
        way.wait(days=1)
        assert len(told(way.desk, other, "talks_wanted")) == 1

    def test_withdrawn_the_mediator_is_told_and_nothing_waits(self, way: Table) -> None:
        way.live(f"{MEDIATED} us:propose withdraw")
        way.wait(days=1)
        assert [each.parts[0]["why"] for each in told(way.desk, way.they, "mediation_over")] == ["withdrawn"]
        assert way.outcome().ended == "withdrawn"


class TestObjection:
    def test_what_was_proposed_with_them_waits_no_more(self, way: Table) -> None:
        way.live(f"{MEDIATED} they:propose")
        other = mediator(way.scene)
        until = way.scene.clock() + DAY
        with way.at(way.they) as (work, case):
            mediation.adjourn(work, case, until, "I am away.")
        way.live("ask_time us:object")
        assert way.outcome().ended == "objected"
        assert (way.referral().adjourned_until, way.referral().extension_by) == (None, None)
        way.they = other
        way.live("they:accept SILENCE")
        assert (way.referral().ended, way.phase) == ("time_up", None)  # and then nobody chose another way


class TestDates:
    def test_a_term_whose_day_has_passed_when_it_is_accepted_is_due_on_the_next_business_day(self, way: Table) -> None:
        way.live("negotiate")
        with way.at(way.us) as (work, case):
            settlement.add(work, case, term(work, days=0))
            settlement.propose(work, case)
        way.wait(days=3)
        way.live("agree")
        soon = way.scene.office.organisation.calendar.add_business_days(way.scene.clock(), 1)
        assert way.desk.running["outcome"].due_at == soon

    def test_what_was_denied_keeps_its_new_date_when_another_term_is_done(self, way: Table) -> None:
        way.live("negotiate")
        with way.at(way.us) as (work, case):
            settlement.add(work, case, term(work, days=1))
            settlement.add(work, case, term(work, days=1, what="apology"))
            settlement.propose(work, case)
        way.live("agree us:fulfil")
        way.wait(days=3)
        way.live("deny")
        soon = way.desk.running["outcome"].due_at
        with way.at(way.us) as (work, case):
            first = obligations_of(work.db, outcomes.in_force(work, case).id)[0]
            obligations.fulfil(work, case, first.id, "Here it is again.")
        assert way.desk.running["outcome"].due_at == soon

    def test_no_new_terms_put_off_the_end_of_talks_whose_time_is_over(self, way: Table) -> None:
        way.live("negotiate")
        way.wait(days=9)
        way.live("us:propose")
        way.pass_by("negotiation")
        assert way.dispute().phase == "negotiating"
        with pytest.raises(errors.DisputeRefused) as refusal:
            way.live("us:propose")
        assert refusal.value.facts["why"] == "too_late"
        way.live("agree")
        assert way.phase == Phase.IMPLEMENTING


class TestDecisions:
    def test_one_that_waits_for_a_signature_keeps_the_case_open(self, way: Table) -> None:
        way.scene.staff("legal", department=None)
        way.live("us:decide SILENCE")
        assert way.phase == Phase.OFFERED
        assert way.outcome().ended is None

    def test_no_answer_of_ours_undoes_one_that_waits_for_the_customer(self, way: Table) -> None:
        with way.at(way.us) as (work, case):
            terms = [term(work)]
            outcome = verdicts.decide(work, case, "So it is.", upheld=True, binding="organisation", terms=terms)
            assert outcome.kind == "decision"
        with pytest.raises(errors.DisputeRefused) as refusal:
            way.live("desk:refund")
        assert refusal.value.facts["why"] == "pending"

    def test_none_comes_from_a_body_that_nobody_knows(self, way: Table) -> None:
        with pytest.raises(errors.Invalid), way.at(way.us) as (work, case):
            verdicts.decide(work, case, "So.", upheld=False, binding="both", terms=[], provider="nobody")

    def test_who_chooses_another_way_does_not_take_it(self, way: Table) -> None:
        with way.at(way.us) as (work, case):
            verdicts.decide(work, case, "So it is.", upheld=True, binding="organisation", terms=[term(work)])
        body = way.referral().id
        way.live("negotiate")
        assert way.outcome().ended == "not_accepted"
        with way.scene.office.look() as work:
            assert work.db.get_one(Referral, body).ended == "not_accepted"

    @pytest.mark.parametrize("who", ["", "us:"])
    def test_nobody_escapes_one_by_an_appeal(self, way: Table, who: str) -> None:
        with way.at(way.us) as (work, case):
            verdicts.decide(work, case, "So it is.", upheld=True, binding="both", terms=[term(work)])
        way.live(f"{who}appeal")
        with pytest.raises(errors.DisputeRefused) as refusal:
            way.live(f"{who}leave")
        assert refusal.value.facts["why"] == "bound"

    def test_who_signed_terms_does_not_accept_them_too(self, way: Table) -> None:
        both = way.scene.staff("legal", "dispute_manager", department=None)
        way.live(MEDIATED)
        with way.at(way.us) as (work, case):
            case.company = "Company"
        way.live("propose")
        waits = way.outcome().id
        with way.at(both) as (work, case):
            verdicts.sign(work, case, waits)
        with pytest.raises(errors.DisputeRefused) as refusal, way.at(both) as (work, case):
            agree(work, case)
        assert refusal.value.facts["why"] == "own_work"
        way.live("us:agree")
        assert way.phase == Phase.IMPLEMENTING


class TestProviderThatIsGone:
    """Another file does not have it any more, while cases are with it."""

    def gone(self, way: Table) -> None:
        with way.scene.office.work() as work:
            work.db.get_one(Referral, way.referral().id).provider = "not_there"

    def test_the_case_goes_on_under_its_code(self, way: Table) -> None:
        way.live(MEDIATED)
        self.gone(way)
        with way.at(way.us) as (work, _case):
            found = choosing.provider_of(work, way.referral())
            assert found is not None
            assert (found.words.en, found.methods) == ("not_there", (FACILITATIVE,))
        way.live("leave")
        assert way.phase == Phase.FAILED

    def test_its_decision_still_binds_whom_it_bound(self, way: Table) -> None:
        way.live(DECIDED)
        self.gone(way)
        with pytest.raises(errors.DisputeRefused):
            way.live("leave")
        way.live("us:decide")
        assert way.phase == Phase.IMPLEMENTING

    def test_nobody_consents_to_what_is_not_known(self, way: Table) -> None:
        way.live("choose")
        self.gone(way)
        with pytest.raises(errors.Stale):
            way.live("consent")
