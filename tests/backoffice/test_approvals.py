"""Four eyes on what is sensitive: when, by whom, and what else may happen meanwhile (S7, T19, T22, T23, T29)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import answers, approvals, assessment, challenges, complaints, errors, handling, organisation
from backoffice.answer_file import Approval
from backoffice.answers import Draft, Given
from backoffice.stages import Stage
from storage.complaints import answers_of
from tests.backoffice.conftest import VERBS, Desk, Scene, Verb

RULES = organisation.load()
REFUND = Draft("upheld", "Lost.", "refund_full")


def ruled(scene: Scene, **rules: object) -> None:
    """The same organisation with other rules of approval."""
    approval = Approval(**rules)  # type: ignore[arg-type]
    scene.office.organisation = RULES.model_copy(update={"approval": approval})


def paying(amount: str) -> Draft:
    return replace(REFUND, remedies=(Given("refund_full", None, amount, "IRR", None),))


def give(draft: Draft) -> Verb:
    return lambda work, case: handling.answer(work, case, draft)


class TestWhen:
    def test_a_plain_answer_goes_at_once(self, desk: Desk) -> None:
        assert desk.live("take refund").stage == "answered"

    @pytest.mark.parametrize("severity", ["high", "critical"])
    def test_a_grave_one_waits(self, desk: Desk, severity: str) -> None:
        desk.live("take")
        with desk.scene.acting(desk.handler) as work:
            case = complaints.find(work, desk.code)
            assessment.change_severity(work, case, severity, "It is.")
        assert desk.live("refund").stage == "awaiting_approval"
        assert "approval_wanted" in desk.scene.told(desk.supervisor)
        assert "complaint_answered" not in desk.scene.told(desk.customer)
        assert desk.case.decision is None

    def test_a_rejection_waits_where_the_file_says_so(self, desk: Desk) -> None:
        ruled(desk.scene, needed_for=("not_upheld",))
        assert desk.live("take reject").stage == "awaiting_approval"

    @pytest.mark.parametrize(("amount", "stage"), [("50", "answered"), ("51", "awaiting_approval")])
    def test_an_amount_above_ones_authority_waits(self, desk: Desk, amount: str, stage: str) -> None:
        ruled(desk.scene, limits={"handler": {"IRR": 50}})
        desk.live("take")
        assert desk.scene.act(desk.handler, desk.code, give(paying(amount))).stage == stage

    def test_amounts_of_several_remedies_count_together(self, desk: Desk) -> None:
        ruled(desk.scene, limits={"handler": {"IRR": 50}})
        two = replace(paying("30"), remedies=(*paying("30").remedies, *paying("30").remedies))
        desk.live("take")
        assert desk.scene.act(desk.handler, desk.code, give(two)).stage == "awaiting_approval"

    def test_no_limit_and_none_at_all_are_the_same(self, desk: Desk) -> None:
        ruled(desk.scene, limits={"handler": {"IRR": 0, "SAR": 5}})
        desk.live("take")
        assert desk.scene.act(desk.handler, desk.code, give(paying("9000"))).stage == "answered"

    def test_nothing_waits_where_approval_is_switched_off(self, desk: Desk) -> None:
        ruled(desk.scene, needed_for=())
        assert desk.live("assess refund").stage == "answered"


class TestNobody:
    @pytest.fixture
    def alone(self, scene: Scene) -> Desk:
        handler, customer = scene.staff("handler"), scene.customer()
        return Desk(scene, handler, 0, customer, scene.complaint(customer))

    def test_but_the_author_is_there_so_it_goes_and_that_is_recorded(self, alone: Desk) -> None:
        assert alone.live("assess refund").stage == "answered"
        assert "answer.unapproved" in alone.scene.history(alone.code)

    def test_where_the_file_says_so_it_is_refused(self, alone: Desk) -> None:
        ruled(alone.scene, if_nobody="wait")
        with pytest.raises(errors.ApprovalRefused) as refusal:
            alone.live("assess refund")
        assert refusal.value.facts["why"] == "nobody"
        assert alone.case.stage == "investigating"

    def test_of_the_roles_that_the_file_names_counts_as_nobody(self, desk: Desk) -> None:
        ruled(desk.scene, by=("legal",))
        assert desk.live("assess refund").stage == "answered"


class TestWho:
    def test_the_author_never(self, desk: Desk) -> None:
        desk.live("assess refund")
        for verb in ("approve", "send_back"):
            with pytest.raises(errors.NotAllowed):
                desk.scene.act(desk.handler, desk.code, VERBS[verb])

    def test_not_the_author_who_holds_a_higher_role_too(self, desk: Desk) -> None:
        both = desk.scene.staff("handler", "supervisor")
        desk.scene.staff("complaints_manager", department=None)
        for verb in ("take", "assess", "refund"):
            desk.scene.act(both, desk.code, VERBS[verb])
        with pytest.raises(errors.ApprovalRefused) as refusal:
            desk.scene.act(both, desk.code, VERBS["approve"])
        assert refusal.value.facts["why"] == "own"
        with pytest.raises(errors.ApprovalRefused) as refusal:  # somebody stands above, so a peer does not count
            desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])
        assert refusal.value.facts["why"] == "not_above"

    def test_one_step_above_is_asked_and_legal(self, desk: Desk) -> None:
        lawyer = desk.scene.staff("legal", department=None)
        manager = desk.scene.staff("complaints_manager", department=None)
        desk.live("assess refund")
        told = {who: desk.scene.told(who).count("approval_wanted") for who in (desk.supervisor, lawyer, manager)}
        assert told == {desk.supervisor: 1, lawyer: 1, manager: 0}
        assert desk.scene.act(manager, desk.code, VERBS["approve"]).stage == "answered"  # who stands higher may as well

    def test_nobody_in_conflict(self, desk: Desk) -> None:
        desk.live("take")
        subject = desk.scene.person(desk.supervisor).id
        desk.scene.act(desk.handler, desk.code, lambda work, case: challenges.name_subject(work, case, subject))
        assert desk.live("assess refund").stage == "answered"  # the only other one is complained of
        assert "answer.unapproved" in desk.scene.history(desk.code)

    def test_who_may_give_so_much_goes_before_who_may_not(self, desk: Desk) -> None:
        ruled(desk.scene, limits={"handler": {"IRR": 10}, "supervisor": {"IRR": 100}})
        manager = desk.scene.staff("complaints_manager", department=None)
        desk.live("take")
        desk.scene.act(desk.handler, desk.code, give(paying("500")))
        assert "approval_wanted" in desk.scene.told(manager)
        with pytest.raises(errors.ApprovalRefused):
            desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])


class TestWhatFollows:
    def test_approved_it_goes_as_one_answer_of_its_author(self, desk: Desk) -> None:
        desk.live("assess refund")
        asked = desk.scene.clock()
        desk.scene.clock.now = asked + timedelta(hours=2)
        desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])
        with desk.scene.office.look() as work:
            (answer,) = answers_of(work.db, desk.case.id)
        assert (answer.at, answer.round) == (asked + timedelta(hours=2), 1)
        assert answer.author_id == desk.scene.person(desk.handler).id
        assert answer.approver_id == desk.scene.person(desk.supervisor).id
        assert {"complaint.proposed", "answer.approved", "complaint.approved"} <= set(desk.scene.history(desk.code))
        assert "customer_answer" in desk.running
        assert "final_response" not in desk.running
        assert "answer_approved" in desk.scene.told(desk.handler)

    def test_returned_its_author_goes_on_with_it(self, desk: Desk) -> None:
        desk.live("assess refund")
        due = desk.case.due_at
        desk.scene.act(desk.supervisor, desk.code, VERBS["send_back"])
        assert (desk.case.stage, desk.case.due_at) == ("investigating", due)
        assert "answer_returned" in desk.scene.told(desk.handler)
        with desk.scene.acting(desk.handler) as work:
            before = approvals.returned(work, complaints.find(work, desk.code))
            assert before is not None
            assert approvals.draft_of(before).reasons == "Lost."

    def test_an_old_button_does_nothing(self, desk: Desk) -> None:
        turn = desk.live("assess refund").turn
        desk.live("take_back refund")
        with pytest.raises(errors.Stale), desk.scene.acting(desk.supervisor) as work:
            approvals.approve(work, complaints.find(work, desk.code), turn=turn)

    def test_the_clock_runs_and_approvers_are_reminded(self, desk: Desk) -> None:
        desk.live("assess refund")
        due = desk.case.due_at
        assert due
        desk.scene.live(due - timedelta(hours=1))
        lawful = [letter for letter in desk.scene.post if letter.template in ("reminder", "reminders")]
        assert {desk.supervisor, desk.handler} <= {letter.to for letter in lawful}

    def test_the_complainant_can_withdraw_meanwhile(self, desk: Desk) -> None:
        assert desk.live("assess refund withdraw").stage == "closed"
        with desk.scene.acting(desk.supervisor) as work:
            assert approvals.mine(work) == []

    def test_beside_the_case_it_takes_nothing_from_the_complainant(self, desk: Desk) -> None:
        """A revision that needs approval waits; who has accepted meanwhile has accepted what they read."""
        ruled(desk.scene, limits={"handler": {"IRR": 50}})
        desk.live("take refund")
        dear = replace(paying("99"), because="More is due.")
        desk.scene.act(desk.handler, desk.code, give(dear))
        assert desk.case.stage == "answered"
        with desk.scene.acting(desk.supervisor) as work:
            assert [case.code for case in approvals.mine(work)] == [desk.code]
        desk.live("accept")
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])

    def test_a_revision_that_is_approved_takes_the_place_of_the_first(self, desk: Desk) -> None:
        ruled(desk.scene, limits={"handler": {"IRR": 50}})
        desk.live("take refund")
        first = desk.running["customer_answer"].id
        desk.scene.act(desk.handler, desk.code, give(replace(paying("99"), because="More is due.")))
        desk.scene.act(desk.supervisor, desk.code, VERBS["approve"])
        assert (desk.case.stage, desk.case.rounds) == ("answered", 1)
        assert desk.running["customer_answer"].id != first
        with desk.scene.office.look() as work:
            (standing,) = answers.standing(work, desk.case)
        assert standing.because == "More is due."


class TestOffers:
    def test_two_counter_offers_and_then_others_look(self, desk: Desk) -> None:
        desk.live("take refund counter refund counter refund")
        with pytest.raises(errors.Stale):
            desk.live("counter")
        assert desk.case.deadlock_at is None
        desk.live("refuse")  # the way of a refusal, as ever: a review is open now
        assert desk.case.deadlock_at is not None

    def test_the_owner_has_two_business_days(self, desk: Desk) -> None:
        desk.live("take refund counter")
        due = desk.scene.office.organisation.due("counter_answer", None, desk.scene.clock())
        assert (desk.case.stage, desk.case.due_at) == (Stage.INVESTIGATING, due)
        assert "counter_offered" in desk.scene.told(desk.handler)

    def test_nothing_is_revised_without_a_reason_or_a_decision_of_others(self, desk: Desk) -> None:
        desk.live("take refund")
        with pytest.raises(errors.IllegalMove):
            desk.live("refund")
        desk.live("refuse")
        with pytest.raises(errors.IllegalMove):
            desk.live("revise")


TEXTS = st.one_of(st.none(), st.text("abc پم\n", min_size=1, max_size=20))
REMEDIES = st.lists(
    st.builds(
        Given,
        st.sampled_from([each.code for each in RULES.remedies if each.code != answers.NOTHING]),
        TEXTS,
        st.none(),
        st.none(),
        st.one_of(st.none(), st.dates().map(lambda day: day.isoformat())),
    ),
    min_size=1,
    max_size=answers.MAX_REMEDIES,
)


@settings(max_examples=50)
@given(st.sampled_from(answers.DECISIONS), REMEDIES, TEXTS, TEXTS, TEXTS)
def test_an_answer_survives_being_written_down(
    decision: str, remedies: list[Given], next_step: str | None, summary: str | None, found: str | None
) -> None:
    first = remedies[0]
    draft = Draft(decision, "So.", first.code, first.words, next_step, tuple(remedies), summary=summary, findings=found)
    assert answers.draft_of(answers.parts_of(draft)) == draft
