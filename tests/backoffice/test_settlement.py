"""Terms to settle on: drafted by whoever takes part, proposed, answered by both, signed where they are weighty."""

from datetime import timedelta
from decimal import Decimal

import pytest

from backoffice import errors, rights
from backoffice.disputes import settlement, verdicts
from backoffice.disputes.phases import Phase
from backoffice.disputes.terms import Term
from backoffice.money import Amount
from storage.complaints import Complaint
from storage.disputes import Dispute, obligations_of
from tests.backoffice.agreeing import (
    DAY,
    act,
    all_outcomes,
    answering,
    as_found,
    dispute,
    facts,
    hire,
    letters,
    manager,
    mediated,
    obligations,
    offered,
    outcome,
    papers,
    pending,
    proposing,
    provider,
    referral,
    talks,
    term,
    under_way,
)
from tests.backoffice.conftest import Desk


def why(refusal: pytest.ExceptionInfo[errors.DisputeRefused]) -> str:
    return str(refusal.value.facts["why"])


class TestDraft:
    def test_everybody_has_one_of_their_own_that_nobody_else_changes(self, desk: Desk) -> None:
        speaks, leads = mediated(desk)
        drafts = {who: as_found(desk, who, settlement.draft).id for who in (desk.customer, speaks, leads)}  # type: ignore[attr-defined]
        assert len(set(drafts.values())) == 3
        assert as_found(desk, speaks, settlement.draft).id == drafts[speaks]  # type: ignore[attr-defined]
        act(desk, speaks, lambda work, case: settlement.add(work, case, term(desk)))
        (row,) = [each for each in self.rows(desk) if each.outcome_id == drafts[speaks]]
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, lambda work, case: settlement.remove(work, case, row.id))
        act(desk, speaks, lambda work, case: settlement.remove(work, case, row.id))
        assert self.rows(desk) == []

    def rows(self, desk: Desk):  # type: ignore[no-untyped-def]
        with desk.scene.office.look() as work:
            return [row for each in all_outcomes(desk) for row in obligations_of(work.db, each.id)]

    @pytest.mark.parametrize(
        ("change", "what"),
        [
            ({"what": "a_castle"}, "unknown_choice"),
            ({"by": "neighbour"}, "unknown_choice"),
            ({"due_on": None}, "no_date"),
            ({"words": "x" * 1001}, "too_long"),
        ],
    )
    def test_what_no_term_can_say_is_refused(self, desk: Desk, change: dict[str, object], what: str) -> None:
        speaks = talks(desk)
        parts = {"by": "organisation", "what": "apology", "due_on": desk.scene.clock().date(), **change}
        with pytest.raises(errors.Invalid) as refusal:
            act(desk, speaks, lambda work, case: settlement.add(work, case, Term(**parts)))  # type: ignore[arg-type]
        assert refusal.value.facts["what"] == what

    def test_twelve_terms_are_enough(self, desk: Desk) -> None:
        speaks = talks(desk)
        many = [term(desk, "other", words=f"Part {number}") for number in range(13)]
        act(desk, speaks, proposing(*many[:12]))
        with pytest.raises(errors.TooMany):
            act(desk, speaks, proposing(*many))

    def test_what_does_not_fit_into_one_message_nobody_could_read(self, desk: Desk) -> None:
        speaks = talks(desk)
        with pytest.raises(errors.Invalid) as refusal:
            act(desk, speaks, proposing(*(term(desk, "other", words=f"{number}" * 400) for number in (1, 2, 3))))
        assert refusal.value.facts["what"] == "too_long"

    def test_an_arbiter_is_told_of_no_terms(self, desk: Desk) -> None:
        speaks = under_way(desk, provider(desk, "determinative", "both"), "determinative")
        for who in (desk.customer, speaks):
            with pytest.raises(errors.DisputeRefused) as refusal:
                act(desk, who, proposing(term(desk)))
            assert why(refusal) == "not_open"

    def test_before_anybody_talks_there_is_nothing_to_agree_on(self, desk: Desk) -> None:
        speaks = manager(desk)
        offered(desk)
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, settlement.draft)
        with pytest.raises(errors.Stale):  # what a public body has decided can be put together, and is no proposal
            act(desk, speaks, proposing(term(desk)))

    def test_whoever_takes_no_part_drafts_nothing(self, desk: Desk) -> None:
        mediated(desk)
        for who in (desk.handler, hire(desk, "auditor"), hire(desk, "admin"), hire(desk, "legal")):
            with pytest.raises((errors.NotAllowed, errors.NotFound)):
                act(desk, who, settlement.draft)


class TestProposal:
    def test_it_is_told_to_all_and_its_proposer_has_accepted(self, desk: Desk) -> None:
        speaks, leads = mediated(desk)
        act(desk, speaks, proposing(term(desk)))
        made = pending(desk)
        assert (made.by, made.customer, made.ours) == ("organisation", None, True)
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "terms_proposed")
        assert letter.parts[0]["window"] == desk.running["reflection"].id
        assert len(letters(desk, leads, "terms_proposed")) == 1
        assert not letters(desk, speaks, "terms_proposed")

    def test_the_time_to_think_runs_from_its_arrival(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, speaks, proposing(term(desk)))
        assert desk.running["reflection"].started_at is None
        desk.scene.live(desk.scene.clock() + DAY)
        window = desk.running["reflection"]
        assert window.started_at
        assert window.due_at == desk.scene.office.organisation.due("reflection", None, window.started_at)

    def test_a_mediator_is_no_party(self, desk: Desk) -> None:
        speaks, leads = mediated(desk)
        act(desk, leads, proposing(term(desk)))
        assert (pending(desk).customer, pending(desk).ours) == (None, None)
        with pytest.raises(errors.NotAllowed):
            act(desk, leads, answering(desk, True))
        act(desk, desk.customer, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IN_PROGRESS
        act(desk, speaks, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_terms_that_nobody_could_keep_are_refused_with_what_is_wrong(self, desk: Desk) -> None:
        speaks = talks(desk)
        with pytest.raises(errors.TermsRefused) as nothing:
            act(desk, speaks, settlement.propose)
        assert [each.code for each in nothing.value.facts["faults"]] == ["no_terms"]
        with pytest.raises(errors.TermsRefused) as refusal:
            act(desk, speaks, proposing(term(desk, amount=None), term(desk, "apology", days=-1),
                                        term(desk, "repair", amount=None, days=400)))  # fmt: skip
        codes = {(each.code, each.first, each.second) for each in refusal.value.facts["faults"]}
        assert codes == {("no_amount", 0, None), ("past", 1, None), ("too_late", 2, None), ("excluded", 0, 2)}

    def test_one_at_a_time(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, speaks, proposing(term(desk)))
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, desk.customer, proposing(term(desk, amount=900_000)))
        assert why(refusal) == "pending"
        first = pending(desk).id
        act(desk, speaks, proposing(term(desk, amount=600_000)))
        assert pending(desk).id != first
        assert [each.ended for each in all_outcomes(desk)] == ["replaced", None]
        assert [each.ended for each in desk.scene.limits(desk.code) if each.target == "reflection"] == ["void", None]

    def test_a_button_of_an_earlier_turn_proposes_nothing(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, speaks, lambda work, case: settlement.add(work, case, term(desk)))
        with pytest.raises(errors.Stale):
            act(desk, speaks, lambda work, case: settlement.propose(work, case, turn=case.turn - 1))


class TestAnswer:
    def test_with_both_it_takes_effect(self, desk: Desk) -> None:
        speaks, leads = mediated(desk)
        desk.scene.deliver()
        act(desk, speaks, proposing(term(desk), term(desk, "apology", days=3)))
        act(desk, desk.customer, answering(desk, True))
        done = outcome(desk)
        assert done.in_force_at == desk.scene.clock()
        assert dispute(desk).outcome_id == done.id
        assert (referral(desk).ended, dispute(desk).failure, dispute(desk).referral_id) == ("settled", None, None)
        assert desk.case.resolver_id is None
        assert not rights.knows(desk.scene.actor(leads), desk.case)
        (paper,) = papers(desk)
        assert (paper.outcome_id, paper.referral_id) == (done.id, referral(desk).id)
        assert set(desk.running) == {"outcome"}
        desk.scene.live(desk.scene.clock() + DAY)
        for who in (desk.customer, speaks):
            assert len(letters(desk, who, "outcome_in_force")) == 1
        assert len(letters(desk, leads, "mediation_over")) == 1
        assert facts(desk, "outcome.answered")[-1]["side"] == "customer"

    def test_a_no_ends_the_proposal_and_the_talks_go_on(self, desk: Desk) -> None:
        speaks, leads = mediated(desk)
        act(desk, speaks, proposing(term(desk)))
        act(desk, desk.customer, answering(desk, False, "Too little."))
        no = outcome(desk)
        assert (no.ended, no.customer, no.customer_words) == ("declined", False, "Too little.")
        assert desk.case.dispute_phase == Phase.IN_PROGRESS
        assert "reflection" not in desk.running
        desk.scene.live(desk.scene.clock() + DAY)
        for who in (speaks, leads):
            (letter,) = letters(desk, who, "outcome_answered")
            assert letter.parts[0]["accepted"] is False
        act(desk, desk.customer, proposing(term(desk, amount=900_000)))
        act(desk, speaks, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_each_side_answers_once(self, desk: Desk) -> None:
        speaks, leads = mediated(desk)
        act(desk, leads, proposing(term(desk)))
        act(desk, desk.customer, answering(desk, True))
        for accepted in (True, False):
            with pytest.raises(errors.DisputeRefused) as refusal:
                act(desk, desk.customer, answering(desk, accepted))
            assert why(refusal) == "twice"
        with pytest.raises(errors.DisputeRefused):
            act(desk, speaks, proposing(term(desk)))  # nor does one answer by another proposal

    def test_an_old_one_or_none_is_not_answered(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, speaks, proposing(term(desk)))
        old = answering(desk, True)
        act(desk, speaks, proposing(term(desk, amount=1)))
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, old)
        new = answering(desk, True)
        act(desk, desk.customer, new)
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, new)

    def test_who_is_no_side_answers_nothing(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, speaks, proposing(term(desk)))
        for who in (desk.handler, hire(desk, "legal"), hire(desk, "auditor")):
            with pytest.raises(errors.NotAllowed):
                act(desk, who, answering(desk, True))

    def test_after_the_time_to_think_it_is_too_late_also_before_the_tick(self, desk: Desk) -> None:
        speaks, _ = mediated(desk)
        act(desk, speaks, proposing(term(desk)))
        desk.scene.deliver()
        due = desk.running["reflection"].due_at
        assert due
        desk.scene.clock.now = due + timedelta(seconds=1)
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, desk.customer, answering(desk, True))
        assert why(refusal) == "too_late"
        desk.scene.clock.now = due
        act(desk, desk.customer, answering(desk, True))

    def test_unanswered_it_lapses_and_the_talks_go_on(self, desk: Desk) -> None:
        speaks, _ = mediated(desk)
        act(desk, speaks, proposing(term(desk)))
        with desk.scene.office.work() as work:
            settlement.lapse(work, work.db.get_one(Complaint, desk.case.id))
        assert outcome(desk).ended == "lapsed"
        assert desk.newest("reflection").ended == "unmet"
        assert desk.case.dispute_phase == Phase.IN_PROGRESS
        desk.scene.live(desk.scene.clock() + DAY)
        assert letters(desk, desk.customer, "terms_lapsed")
        assert letters(desk, speaks, "terms_lapsed")

    def test_a_claim_that_is_dropped_leaves_nothing_to_do(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, desk.customer, proposing(Term("organisation", "none")))
        act(desk, speaks, answering(desk, True))
        assert (desk.case.stage, desk.case.closed_reason) == ("closed", "settled")
        assert dispute(desk).ended == "settled"


class TestSignature:
    BIG = 2_000_000_000

    def test_without_anybody_of_legal_nothing_waits(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, desk.customer, proposing(term(desk, amount=self.BIG)))
        act(desk, speaks, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_less_than_an_important_sum_needs_none(self, desk: Desk) -> None:
        hire(desk, "legal")
        speaks = talks(desk)
        act(desk, desk.customer, proposing(term(desk, amount=self.BIG - 1)))
        act(desk, speaks, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_our_yes_to_much_money_counts_only_with_that_of_legal(self, desk: Desk) -> None:
        legal, speaks = hire(desk, "legal"), talks(desk)
        act(desk, desk.customer, proposing(term(desk, amount=self.BIG)))
        desk.scene.live(desk.scene.clock() + DAY)
        assert len(letters(desk, legal, "signature_wanted")) == 1
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, speaks, answering(desk, True))
        assert why(refusal) == "unsigned"
        with pytest.raises(errors.NotAllowed):
            act(desk, manager(desk), self.signing(desk))
        act(desk, legal, self.signing(desk))
        with pytest.raises(errors.DisputeRefused) as again:
            act(desk, legal, self.signing(desk))
        assert why(again) == "twice"
        act(desk, speaks, answering(desk, True))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING
        assert facts(desk, "outcome.signed")

    def test_a_no_needs_nobody(self, desk: Desk) -> None:
        hire(desk, "legal")
        speaks = talks(desk)
        act(desk, desk.customer, proposing(term(desk, amount=self.BIG)))
        act(desk, speaks, answering(desk, False))
        assert outcome(desk).ended == "declined"

    @pytest.mark.parametrize("because", ["company", "amount", "currency"])
    def test_what_else_makes_a_case_important(self, desk: Desk, because: str) -> None:
        hire(desk, "legal")
        speaks = talks(desk)
        small = term(desk)
        if because == "currency":
            small = Term(small.by, small.what, None, Amount(Decimal(10), "EUR"), small.due_on)
        with desk.scene.office.work() as work:
            case = work.db.get_one(Complaint, desk.case.id)
            case.company = "A Ltd" if because == "company" else None
            if because == "amount":
                work.db.get_one(Dispute, case.dispute_id).amount = str(self.BIG)
        act(desk, desk.customer, proposing(small))
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, speaks, answering(desk, True))
        assert why(refusal) == "unsigned"

    def test_ours_are_proposed_by_the_signature(self, desk: Desk) -> None:
        legal, speaks = hire(desk, "legal"), talks(desk)
        act(desk, speaks, proposing(term(desk, amount=self.BIG)))
        waits = outcome(desk)
        assert (waits.proposed_at, waits.ours) == (None, True)
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, speaks, settlement.propose)
        assert why(refusal) == "unsigned"
        act(desk, speaks, lambda work, case: settlement.add(work, case, term(desk, "apology")))
        with pytest.raises(errors.Stale):  # it is a draft again
            act(desk, legal, self.signing(desk))
        act(desk, speaks, settlement.propose)
        desk.scene.live(desk.scene.clock() + DAY)
        assert not letters(desk, desk.customer, "terms_proposed")
        act(desk, legal, self.signing(desk))
        assert pending(desk).ours
        desk.scene.live(desk.scene.clock() + DAY)
        assert letters(desk, desk.customer, "terms_proposed")
        assert letters(desk, speaks, "terms_proposed")
        act(desk, desk.customer, answering(desk, True))
        assert len(obligations(desk)) == 2

    def test_nobody_signs_their_own(self, desk: Desk) -> None:
        other = hire(desk, "legal")
        offered_by = hire(desk, "legal", "dispute_manager")
        talks(desk)
        act(desk, offered_by, proposing(term(desk, amount=self.BIG)))
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, offered_by, self.signing(desk))
        assert why(refusal) == "own_work"
        act(desk, other, self.signing(desk))

    def signing(self, desk: Desk):  # type: ignore[no-untyped-def]
        last = outcome(desk).id
        return lambda work, case: verdicts.sign(work, case, last)
