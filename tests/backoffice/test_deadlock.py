"""A complaint that stays unresolved is noticed: a review while one is left, then the routes outside."""

from datetime import timedelta

import pytest

from backoffice import complaints, errors, ways
from backoffice.stages import Stage
from tests.backoffice.conftest import VERBS, Desk
from tests.backoffice.reviewing import ASKED, ended, hire, told

DAY = timedelta(days=1)
TWICE = "take reject refuse reject refuse reject"
REOPENED = "take apologise accept reopen apologise accept reopen apologise accept"
REVIEWED = f"{ASKED} vote withdraw reopen"


def way(desk: Desk) -> ways.Review | None:
    with desk.scene.office.look() as work:
        return ways.review(work, desk.case)


class TestRounds:
    def test_a_third_refusal_is_for_other_people(self, desk: Desk) -> None:
        desk.live(TWICE)
        assert desk.case.stage == Stage.ANSWERED
        desk.live("refuse")
        assert (desk.case.stage, desk.case.deadlock_trigger) == (Stage.ANSWERED, "refused")
        assert way(desk)
        desk.live("ask_review")
        assert desk.scene.review(desk.code).trigger == "refused"

    def test_when_the_review_is_used_up_the_way_leads_outside(self, desk: Desk) -> None:
        desk.live(f"{REVIEWED} reject refuse")
        assert (desk.case.stage, desk.case.deadlock_trigger) == (Stage.IN_DISPUTE, "refused")

    def test_the_trigger_is_of_when_it_is_asked_for_not_of_when_the_form_was_begun(self, desk: Desk) -> None:
        from backoffice import review

        desk.live("take reject")
        desk.scene.act(desk.customer, desk.code, review.begin)
        desk.live("refuse reject refuse reject refuse ask_review")
        assert desk.scene.review(desk.code).trigger == "refused"


class TestReopening:
    def test_the_second_opens_the_way_and_the_third_is_none(self, desk: Desk) -> None:
        desk.live(REOPENED.rsplit(" ", 2)[0])
        assert (desk.case.reopenings, desk.case.deadlock_trigger) == (2, "reopened")
        desk.live("apologise accept reopen")
        assert (desk.case.stage, desk.case.reopenings) == (Stage.CLOSED, 2)
        assert way(desk)

    def test_without_a_review_left_the_third_leads_outside(self, desk: Desk) -> None:
        desk.live(f"{ASKED} vote withdraw reopen apologise accept reopen apologise accept reopen")
        assert desk.case.stage == Stage.IN_DISPUTE

    def test_and_where_all_time_for_one_is_over(self, desk: Desk) -> None:
        """A review would be left, and can be asked for no more: it must not end there."""
        desk.live(REOPENED.rsplit(" ", 2)[0])
        desk.scene.clock.forward(days=200)
        desk.live("withdraw reopen")
        assert desk.case.stage == Stage.IN_DISPUTE

    def test_after_its_time_it_is_too_late_whichever_it_is(self, desk: Desk) -> None:
        desk.live(REOPENED)
        desk.scene.live(desk.scene.clock() + 40 * DAY)
        with pytest.raises(errors.ReopenTooLate):
            desk.live("reopen")


class TestCap:
    def test_the_longest_time_opens_the_review(self, desk: Desk) -> None:
        desk.live("take")
        assert way(desk) is None
        desk.scene.live(desk.scene.clock() + 32 * DAY)
        assert desk.case.deadlock_trigger == "cap"
        found = way(desk)
        assert found
        assert not found.late
        desk.live("ask_review")
        assert (desk.case.stage, desk.scene.review(desk.code).came_from) == ("in_review", "investigating")


class TestDeclared:
    def test_staff_say_why_and_the_complainant_chooses(self, desk: Desk) -> None:
        manager = hire(desk, "dispute_manager")
        desk.live("take declare")
        assert (desk.case.stage, desk.case.deadlock_trigger) == (Stage.IN_DISPUTE, "declared")
        desk.scene.live(desk.scene.clock() + timedelta(minutes=10))
        (offered,) = told(desk, desk.customer, "routes_offered")
        assert offered.parts[0]["entry_id"]
        assert told(desk, manager, "case_in_dispute")
        assert way(desk)

    def test_the_time_for_a_review_runs_from_there(self, desk: Desk) -> None:
        """Also when the longest time had opened it long before."""
        desk.live("take")
        desk.scene.live(desk.scene.clock() + 90 * DAY)
        found = way(desk)
        assert found
        assert found.late
        desk.live("take declare")  # it had gone back to the queue
        found = way(desk)
        assert found
        assert not found.late
        assert (desk.case.deadlock_at, desk.case.deadlock_trigger) == (desk.scene.clock(), "declared")

    @pytest.mark.parametrize("life", ["take reject", "take ask", "take refund accept", ASKED])
    def test_only_while_we_have_it_in_hand(self, desk: Desk, life: str) -> None:
        desk.live(life)
        with pytest.raises(errors.OfficeError):
            desk.scene.act(desk.supervisor, desk.code, VERBS["declare"])

    def test_an_answer_may_come_late_all_the_same(self, desk: Desk) -> None:
        desk.live("take declare refund accept")
        assert desk.case.stage == Stage.IMPLEMENTING


class TestOutside:
    def test_reminded_twice_and_then_closed_unresolved(self, desk: Desk) -> None:
        desk.live("take declare")
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + 33 * DAY)
        assert (desk.case.stage, desk.case.closed_reason) == (Stage.CLOSED, "unresolved")
        assert len(told(desk, desk.customer, "window_reminder")) == 2

    def test_declined_it_is_closed_and_can_be_reviewed_or_come_back(self, desk: Desk) -> None:
        desk.live("take declare decline_routes")
        assert (desk.case.stage, desk.case.closed_reason) == (Stage.CLOSED, "unresolved")
        assert way(desk)
        desk.live("reopen")
        assert desk.case.stage == Stage.INVESTIGATING

    def test_the_review_may_be_asked_for_from_there_if_it_is_left(self, desk: Desk) -> None:
        desk.live("take declare ask_review vote refuse")
        assert ended(desk) == (Stage.IN_DISPUTE, "refused_by_customer")
        assert desk.case.deadlock_trigger == "review_refused"
        assert way(desk) is None

    def test_after_closing_they_are_asked_for_again(self, desk: Desk) -> None:
        desk.live(f"{ASKED} dismiss accept")
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + 150 * DAY)
        desk.scene.act(desk.customer, desk.code, complaints.ask_routes)
        assert desk.case.stage == Stage.IN_DISPUTE
        desk.live("decline_routes")
        desk.scene.live(desk.scene.clock() + 40 * DAY)
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.customer, desk.code, complaints.ask_routes)
