"""What an expert, an arbiter or a public body recommends or decides: written down, signed, answered, appealed."""

from collections.abc import Callable, Sequence

import pytest

from backoffice import errors
from backoffice.disputes import choosing, obligations, settlement, verdicts
from backoffice.disputes.phases import Phase
from backoffice.disputes.terms import Term
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Outcome
from tests.backoffice.agreeing import (
    DAY,
    act,
    all_outcomes,
    answering,
    dispute,
    letters,
    manager,
    offered,
    outcome,
    papers,
    provider,
    referral,
    resolver,
    said,
    term,
    under_way,
)
from tests.backoffice.agreeing import obligations as terms_of
from tests.backoffice.conftest import Desk
from tests.backoffice.reviewing import hire

Writing = Callable[[Work, Complaint], Outcome]


def advised(desk: Desk, *, by: int | None = None) -> int:
    return under_way(desk, provider(desk, "advisory"), "advisory", by=by)


def arbitrated(desk: Desk, binding: str = "both") -> int:
    return under_way(desk, provider(desk, "determinative", binding), "determinative")


def recommending(*terms: Term) -> Writing:
    return lambda work, case: verdicts.recommend(work, case, "The parcel was lost by you.", terms)


def deciding(terms: Sequence[Term] = (), binding: str = "both", *, upheld: bool = True) -> Writing:
    return lambda work, case: verdicts.decide(work, case, "So we decide.", upheld=upheld, binding=binding, terms=terms)


def signing(desk: Desk) -> Writing:
    last = outcome(desk).id
    return lambda work, case: verdicts.sign(work, case, last)


def why(refusal: pytest.ExceptionInfo[errors.DisputeRefused]) -> str:
    return str(refusal.value.facts["why"])


class TestProgress:
    def test_the_customer_reads_how_far_it_is(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, lambda work, case: verdicts.progress(work, case, "They have read the file."))
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "dispute_progress")
        (entry,) = said(desk, "progress")
        assert letter.parts[0]["entry_id"] == entry.id

    def test_what_is_mediated_here_has_no_reports(self, desk: Desk) -> None:
        leads = resolver(desk)
        under_way(desk, "mediator", "facilitative", by=leads)
        with pytest.raises(errors.DisputeRefused):
            act(desk, leads, lambda work, case: verdicts.progress(work, case, "They shout."))

    def test_who_speaks_for_us_does_not_speak_for_a_resolver_who_is_here(self, desk: Desk) -> None:
        code = provider(desk, "advisory")
        expert = resolver(desk, code)
        speaks = under_way(desk, code, "advisory", by=expert)
        for verb in (recommending(), lambda work, case: verdicts.progress(work, case, "x")):
            with pytest.raises(errors.NotAllowed):
                act(desk, speaks, verb)
        act(desk, expert, recommending(term(desk)))
        assert desk.case.dispute_phase == Phase.RECOMMENDED

    def test_a_result_that_the_customer_knows_is_asked_to_be_written_down(self, desk: Desk) -> None:
        speaks = manager(desk)
        offered(desk)
        act(desk, desk.customer, lambda work, case: verdicts.reported(work, case, "The authority fined you."))
        desk.scene.live(desk.scene.clock() + DAY)
        assert letters(desk, speaks, "result_reported")
        with pytest.raises(errors.NotAllowed):
            act(desk, speaks, lambda work, case: verdicts.reported(work, case, "It did not."))


class TestRecommendation:
    def test_both_answer_and_with_two_yes_it_is_carried_out(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, recommending(term(desk)))
        assert desk.case.dispute_phase == Phase.RECOMMENDED
        assert set(desk.running) == {"reflection"}
        assert (outcome(desk).customer, outcome(desk).ours) == (None, None)
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "recommendation_made")
        assert letter.parts[0]["window"] == desk.running["reflection"].id
        act(desk, speaks, answering(desk, True))
        act(desk, desk.customer, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING
        assert referral(desk).ended == "recommended"
        assert desk.newest("reflection").ended == "met"

    def test_we_say_why_not_and_the_customer_reads_it(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, recommending(term(desk)))
        with pytest.raises(errors.Invalid):
            act(desk, speaks, answering(desk, False))
        act(desk, speaks, answering(desk, False, "It is more than the price."))
        assert (desk.case.dispute_phase, dispute(desk).failure) == (Phase.FAILED, "not_accepted")
        assert (referral(desk).ended, referral(desk).ended_by) == ("not_accepted", "organisation")
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "way_closed")
        (entry,) = said(desk, "not_accepted")
        assert letter.parts[0]["entry_id"] == entry.id
        assert entry.text == "It is more than the price."
        assert outcome(desk).ended == "not_accepted"

    def test_the_customer_needs_no_reason(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, recommending(term(desk)))
        act(desk, desk.customer, answering(desk, False))
        assert desk.case.dispute_phase == Phase.FAILED
        assert said(desk, "not_accepted") == []

    def test_silence_is_no_yes(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, recommending(term(desk)))
        act(desk, desk.customer, answering(desk, True))
        with desk.scene.office.work() as work:
            settlement.lapse(work, work.db.get_one(Complaint, desk.case.id))
        assert (desk.case.dispute_phase, referral(desk).ended_by) == (Phase.FAILED, "organisation")

    def test_that_nothing_is_owed_can_be_recommended_as_well(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, recommending())
        act(desk, speaks, answering(desk, True))
        act(desk, desk.customer, answering(desk, True))
        assert (desk.case.stage, desk.case.closed_reason) == ("closed", "settled")

    def test_terms_that_contradict_are_refused_whoever_wrote_them(self, desk: Desk) -> None:
        speaks = advised(desk)
        with pytest.raises(errors.TermsRefused):
            act(desk, speaks, recommending(term(desk), term(desk, "repair", amount=None)))
        assert all_outcomes(desk) == []

    def test_who_only_decides_recommends_nothing(self, desk: Desk) -> None:
        speaks = arbitrated(desk)
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, speaks, recommending(term(desk)))
        assert why(refusal) == "not_open"


class TestDecision:
    def test_it_counts_when_a_second_person_has_signed(self, desk: Desk) -> None:
        speaks, second = arbitrated(desk), manager(desk)
        act(desk, speaks, deciding([term(desk)]))
        assert (desk.case.dispute_phase, outcome(desk).in_force_at) == (Phase.IN_PROGRESS, None)
        desk.scene.live(desk.scene.clock() + DAY)
        assert len(letters(desk, second, "signature_wanted")) == 1
        assert not letters(desk, desk.customer, "decision_made")
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, speaks, signing(desk))
        assert why(refusal) == "own_work"
        with pytest.raises(errors.NotAllowed):
            act(desk, desk.handler, signing(desk))
        act(desk, second, signing(desk))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING
        assert (referral(desk).ended, len(papers(desk))) == ("decided", 1)
        desk.scene.live(desk.scene.clock() + DAY)
        assert letters(desk, desk.customer, "decision_made")

    def test_legal_comes_before_a_colleague(self, desk: Desk) -> None:
        speaks, second, legal = arbitrated(desk), manager(desk), hire(desk, "legal")
        act(desk, speaks, deciding([term(desk)]))
        with pytest.raises(errors.NotAllowed):
            act(desk, second, signing(desk))
        act(desk, legal, signing(desk))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_with_nobody_else_it_counts_at_once(self, desk: Desk) -> None:
        act(desk, arbitrated(desk), deciding([term(desk)]))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_its_author_can_write_it_anew_and_nobody_beside(self, desk: Desk) -> None:
        speaks, second = arbitrated(desk), manager(desk)
        act(desk, speaks, deciding([term(desk)]))
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, second, deciding([term(desk)]))
        assert why(refusal) == "pending"
        act(desk, speaks, deciding([term(desk, amount=1)]))
        assert [each.ended for each in all_outcomes(desk)] == ["replaced", None]

    def test_dismissed_it_ends_the_case(self, desk: Desk) -> None:
        act(desk, arbitrated(desk), deciding(upheld=False))
        assert (desk.case.stage, desk.case.closed_reason, dispute(desk).ended) == ("closed", "decided", "decided")
        assert len(papers(desk)) == 1

    def test_upheld_it_says_what_is_owed(self, desk: Desk) -> None:
        speaks = arbitrated(desk)
        with pytest.raises(errors.Incomplete):
            act(desk, speaks, deciding())

    @pytest.mark.parametrize("binding", ["both", "everybody"])
    def test_it_binds_nobody_who_did_not_consent_to_it(self, desk: Desk, binding: str) -> None:
        speaks = arbitrated(desk, "organisation")
        with pytest.raises(errors.Invalid):
            act(desk, speaks, deciding([term(desk)], binding))

    @pytest.mark.parametrize(("accepted", "phase"), [(True, Phase.IMPLEMENTING), (False, Phase.FAILED)])
    def test_the_customer_whom_it_does_not_bind_takes_it_or_goes_on(
        self, desk: Desk, accepted: bool, phase: Phase
    ) -> None:
        speaks = arbitrated(desk, "organisation")
        act(desk, speaks, deciding([term(desk)], "organisation"))
        assert (desk.case.dispute_phase, outcome(desk).ours) == (Phase.RECOMMENDED, True)
        with pytest.raises(errors.DisputeRefused):
            act(desk, speaks, answering(desk, False, "We do not like it."))
        act(desk, desk.customer, answering(desk, accepted))
        assert desk.case.dispute_phase == phase

    def test_what_binds_nobody_needs_both(self, desk: Desk) -> None:
        speaks = arbitrated(desk)
        act(desk, speaks, deciding([term(desk)], "none"))
        act(desk, desk.customer, answering(desk, True))
        assert desk.case.dispute_phase == Phase.RECOMMENDED
        act(desk, speaks, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING


class TestPublicBody:
    def went(self, desk: Desk) -> int:
        speaks = manager(desk)
        offered(desk)
        act(desk, desk.customer, lambda work, case: choosing.go_public(work, case, "consumer_protection"))
        return speaks

    def test_its_decision_needs_no_consent_and_names_the_body(self, desk: Desk) -> None:
        speaks = self.went(desk)
        act(desk, speaks, deciding([term(desk)]))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING
        assert (referral(desk).provider, referral(desk).ended) == ("consumer_protection", "decided")

    def test_meanwhile_the_customer_can_choose_another_way(self, desk: Desk) -> None:
        speaks = self.went(desk)
        act(desk, speaks, deciding([term(desk)], "organisation"))
        late = answering(desk, True)
        assert set(desk.running) == {"reflection"}
        act(desk, desk.customer, choosing.negotiate)
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, late)

    def test_not_taken_the_other_ways_are_open_as_before(self, desk: Desk) -> None:
        speaks = self.went(desk)
        act(desk, speaks, deciding([term(desk)], "organisation"))
        act(desk, desk.customer, answering(desk, False))
        assert desk.case.dispute_phase == Phase.OFFERED
        assert set(desk.running) == {"external_offer"}
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "way_closed")
        assert letter.parts[0]["window"] == desk.running["external_offer"].id
        assert desk.running["external_offer"].started_at

    def test_taken_it_is_carried_out(self, desk: Desk) -> None:
        speaks = self.went(desk)
        act(desk, speaks, deciding([term(desk)], "organisation"))
        act(desk, desk.customer, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_dismissed_it_ends_the_case(self, desk: Desk) -> None:
        act(desk, self.went(desk), deciding(upheld=False))
        assert desk.case.closed_reason == "decided"

    def test_unsigned_it_does_not_outlive_its_way(self, desk: Desk) -> None:
        speaks, second = self.went(desk), manager(desk)
        act(desk, speaks, deciding([term(desk)]))
        sign = signing(desk)
        act(desk, desk.customer, choosing.negotiate)
        with pytest.raises(errors.Stale):
            act(desk, second, sign)


class TestAppeal:
    @pytest.mark.parametrize("side", ["customer", "organisation"])
    def test_carrying_out_rests_until_the_body_has_decided_again(self, desk: Desk, side: str) -> None:
        speaks = arbitrated(desk)
        act(desk, speaks, deciding([term(desk)]))
        who = desk.customer if side == "customer" else speaks
        act(desk, who, lambda work, case: verdicts.appeal(work, case, "They have not read the contract."))
        assert desk.case.dispute_phase == Phase.IN_PROGRESS
        assert set(desk.running) == {"determination_target", "determination"}
        assert outcome(desk).ended == "appealed"
        assert referral(desk).ended is None
        (owed,) = terms_of(desk)
        with pytest.raises(errors.Stale):
            act(desk, desk.handler, lambda work, case: obligations.fulfil(work, case, owed.id, "Done."))
        act(desk, speaks, deciding([term(desk, amount=100)]))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING
        assert [each.ended for each in all_outcomes(desk)] == ["appealed", None]

    def test_of_a_public_body_as_well(self, desk: Desk) -> None:
        speaks = TestPublicBody().went(desk)
        act(desk, speaks, deciding([term(desk)]))
        act(desk, speaks, lambda work, case: verdicts.appeal(work, case, "The law says otherwise."))
        assert set(desk.running) == {"determination_target", "determination"}
        act(desk, speaks, deciding(upheld=False))
        assert desk.case.closed_reason == "decided"

    def test_what_was_agreed_has_no_appeal(self, desk: Desk) -> None:
        speaks = advised(desk)
        act(desk, speaks, recommending(term(desk)))
        act(desk, speaks, answering(desk, True))
        act(desk, desk.customer, answering(desk, True))
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, desk.customer, lambda work, case: verdicts.appeal(work, case, "I changed my mind."))
        assert why(refusal) == "not_open"
