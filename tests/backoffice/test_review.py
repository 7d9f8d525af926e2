"""The request for a review: its form, its time, who admits a late one, and how it is taken back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import complaints, entries, errors, handling, phases, review, schedule, ways
from backoffice.stages import Stage
from storage.complaints import Attachment, Complaint, Entry
from storage.consents import Erasure
from storage.reviews import Review
from tests.backoffice.conftest import VERBS, Desk, ask_review
from tests.backoffice.reviewing import ASKED, alternates, as_found, committee, ended, hire, live, told

LATE = "take reject LONG ask_review"
DAY = timedelta(days=1)


def why_not(desk: Desk) -> str:
    with pytest.raises(errors.ReviewRefused) as refusal:
        desk.live("ask_review")
    return str(refusal.value.facts["why"])


class TestForm:
    def test_without_a_reason_it_cannot_be_sent(self, desk: Desk) -> None:
        desk.live("take reject")
        with pytest.raises(errors.Incomplete) as refusal:
            desk.scene.act(desk.customer, desk.code, review.request)
        assert refusal.value.facts["missing"] == "grounds"

    def test_a_late_one_says_why_it_is_late(self, desk: Desk) -> None:
        desk.live("take reject LONG")

        def only_grounds(work, case):  # type: ignore[no-untyped-def]
            review.begin(work, case)
            review.fill(work, case, review.GROUNDS, "Wrong.")
            return review.request(work, case)

        with pytest.raises(errors.Incomplete) as refusal:
            desk.scene.act(desk.customer, desk.code, only_grounds)
        assert refusal.value.facts["missing"] == "lateness"

    def test_what_is_still_being_written_nobody_else_reads(self, desk: Desk) -> None:
        desk.live("take reject")
        desk.scene.deliver()
        desk.scene.act(desk.customer, desk.code, self._write)
        desk.scene.deliver()
        assert not told(desk, desk.handler, "files")
        with desk.scene.office.look() as work:
            assert "grounds" not in {each.kind for each in entries.sent(work, desk.case)}
        desk.scene.act(desk.customer, desk.code, review.request)
        with desk.scene.office.look() as work:
            assert "grounds" in {each.kind for each in entries.sent(work, desk.case)}
        desk.scene.deliver()
        assert len(told(desk, desk.handler, "files")) == len(told(desk, desk.supervisor, "files")) == 1

    def test_after_a_week_it_is_forgotten_with_its_words_and_files(self, desk: Desk) -> None:
        desk.live("take reject")
        desk.scene.act(desk.customer, desk.code, self._write)
        begun = desk.scene.clock()
        due = desk.scene.office.organisation.due("draft_expiry", None, begun)
        desk.scene.clock.now = due - timedelta(minutes=1)
        desk.scene.tick()
        assert schedule.next_due(desk.scene.office, desk.scene.clock()) == due
        desk.scene.live(due + DAY)
        with desk.scene.office.look() as work:
            assert work.db.exec(select(Review)).all() == []
            assert work.db.exec(select(Attachment)).all() == []
            assert len(work.db.exec(select(Erasure)).all()) == 1
            assert {each.kind for each in work.db.exec(select(Entry))} == {"story"}

    def _write(self, work, case) -> None:  # type: ignore[no-untyped-def]
        review.begin(work, case)
        entry = review.fill(work, case, review.GROUNDS, "Look at the picture.", source=77)
        entries.attach(work, entry, "photo", "file-1")
        entries.edited(work, 77, "Look at the picture, please.")


class TestTime:
    @pytest.mark.parametrize(("days", "late"), [(29, False), (31, True), (179, True)])
    def test_a_month_from_the_arrival_of_the_answer_then_half_a_year_with_a_reason(
        self, desk: Desk, days: int, late: bool
    ) -> None:
        desk.live("take reject")
        desk.scene.clock.forward(days=3)
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + days * DAY)
        with desk.scene.office.look() as work:
            way = ways.review(work, desk.case)
        assert way
        assert way.late is late
        desk.live("ask_review")
        assert desk.scene.review(desk.code).stage == ("requested" if late else "in_committee")

    def test_then_it_is_too_late(self, desk: Desk) -> None:
        desk.live("take reject")
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + 182 * DAY)
        assert why_not(desk) == "too_late"

    def test_in_time_it_has_a_number_and_a_date_at_once(self, desk: Desk) -> None:
        desk.live(ASKED)
        asked = desk.scene.review(desk.code)
        assert asked.number
        assert (asked.stage, asked.mode, asked.late, asked.trigger) == ("in_committee", "light", False, "answer")
        rules = desk.scene.office.organisation
        assert desk.case.due_at == rules.due("review_decision", desk.case.severity, desk.scene.clock())

    @pytest.mark.parametrize(("life", "why"), [("take", "no_answer"), (ASKED, "running"), (f"{ASKED} vote", "decided"),
                                               (f"{ASKED} vote withdraw", "decided")])  # fmt: skip
    def test_there_is_one_of_an_answer(self, desk: Desk, life: str, why: str) -> None:
        desk.live(life)
        assert why_not(desk) == why

    @pytest.mark.parametrize("life", [f"{ASKED} withdraw_review", "take reject LONG ask_review solve"])
    def test_what_was_taken_back_or_solved_does_not_count(self, desk: Desk, life: str) -> None:
        desk.live(life)
        desk.scene.deliver()
        desk.live("ask_review")
        assert [each.ended for each in desk.scene.requests(desk.code)][1:] == [None]

    def test_a_decided_one_counts_also_when_the_complaint_is_withdrawn_and_comes_back(self, desk: Desk) -> None:
        desk.live(f"{ASKED} vote withdraw reopen")
        assert why_not(desk) == "decided"

    def test_to_ask_for_the_routes_makes_nothing_timely(self, desk: Desk) -> None:
        desk.live("take reject accept LONG LONG")
        desk.scene.act(desk.customer, desk.code, complaints.ask_routes)
        with desk.scene.office.look() as work:
            way = ways.review(work, desk.case)
        assert way
        assert way.late


class TestLate:
    def test_it_waits_for_the_dispute_manager_first(self, desk: Desk) -> None:
        above = {role: hire(desk, role) for role in ("dispute_manager", "complaints_manager", "top_management")}
        desk.live(LATE)
        heard = [role for role, who in above.items() if "review_late" in desk.scene.told(who)]
        assert heard == ["dispute_manager"]
        assert desk.scene.review(desk.code).stage == "requested"

    @pytest.mark.parametrize("role", ["dispute_manager", "complaints_manager", "top_management"])
    @pytest.mark.parametrize(
        ("verb", "end"),
        [
            ("admit", ("in_review", None)),
            ("not_admit", ("in_dispute", "not_admitted")),
            ("solve", ("answered", "solved")),
        ],
    )
    def test_whoever_there_is_admits_refuses_or_solves_it(
        self, desk: Desk, role: str, verb: str, end: tuple[str, str | None]
    ) -> None:
        desk.manager = hire(desk, role)
        desk.live(f"{LATE} {verb}")
        assert ended(desk) == end
        assert "review_late" in desk.scene.told(desk.manager)

    def test_an_admitted_one_has_its_whole_time(self, desk: Desk) -> None:
        desk.live(LATE)
        desk.scene.clock.forward(days=1)
        desk.live("admit")
        rules = desk.scene.office.organisation
        assert desk.case.due_at == rules.due("review_decision", desk.case.severity, desk.scene.clock())
        desk.scene.deliver()
        assert told(desk, desk.customer, "review_admitted")
        assert told(desk, desk.supervisor, "review_under_way") or told(desk, desk.manager, "review_under_way")

    def test_if_nobody_decides_in_time_it_is_heard(self, desk: Desk) -> None:
        hire(desk, "dispute_manager")
        desk.live(LATE)
        due = desk.case.due_at
        assert due
        desk.scene.live(due - timedelta(minutes=1))
        assert desk.scene.review(desk.code).stage == "requested"
        desk.scene.live(due)
        assert desk.scene.review(desk.code).stage == "in_committee"
        assert "review.admitted_by_time" in desk.scene.history(desk.code)

    def test_nobody_solves_what_others_examine_already(self, desk: Desk) -> None:
        hire(desk, "seat_quality")
        desk.live(ASKED)
        with pytest.raises(errors.Stale):
            desk.live("solve")

    @pytest.mark.parametrize("verb", ["admit", "not_admit", "solve"])
    def test_who_had_the_case_decides_on_none_of_it(self, desk: Desk, verb: str) -> None:
        desk.live(LATE)
        with pytest.raises(errors.Barred):
            desk.scene.act(desk.handler, desk.code, VERBS[verb])


class TestWithdrawing:
    @pytest.mark.parametrize(
        ("life", "stage"),
        [
            ("take reject", "answered"),
            ("take reject accept", "closed"),
            ("take reject refuse", "investigating"),
            ("take reject refuse ask", "investigating"),
            ("take declare", "in_dispute"),
        ],
    )
    def test_the_case_is_again_where_it_was(self, desk: Desk, life: str, stage: str) -> None:
        desk.live(life)
        desk.scene.deliver()
        before = desk.case
        desk.live("ask_review")
        assert (desk.case.closed_at, desk.case.stage) == (None, "in_review")
        desk.live("withdraw_review")
        after = desk.case
        assert ended(desk) == (stage, "withdrawn")
        assert (after.closed_at, after.closed_reason) == (before.closed_at, before.closed_reason)
        assert (after.panel, after.barred, after.review_id) == ({}, {}, None)
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + 120 * DAY)
        assert desk.case.stage in (Stage.CLOSED, Stage.INVESTIGATING)

    @pytest.mark.parametrize(("waited", "left"), [(2, 8), (9, 3)])
    def test_what_was_left_of_the_time_to_answer_runs_again(self, desk: Desk, waited: int, left: int) -> None:
        desk.live("take reject")
        desk.scene.deliver()
        desk.scene.live(desk.scene.clock() + waited * DAY)
        desk.live("ask_review")
        desk.scene.live(desk.scene.clock() + DAY)
        desk.live("withdraw_review")
        desk.scene.deliver()
        window, zone = desk.running["customer_answer"], desk.scene.office.organisation.calendar.zone
        assert window.due_at
        days = window.due_at.astimezone(zone).date() - desk.scene.clock().astimezone(zone).date()
        assert days.days in (left, left + 1)

    def test_whoever_sat_on_it_hears_that_it_is_over(self, desk: Desk) -> None:
        members = committee(desk)
        desk.live(f"{ASKED} vote withdraw_review")
        assert all(desk.scene.told(who)[-1] == "review_over" for who in members.values())
        assert "review_withdrawn" in desk.scene.told(desk.handler)
        with pytest.raises(errors.VoteRefused) as refusal:
            as_found(desk, members["technical"], VERBS["vote"])
        assert refusal.value.facts["why"] == "over"

    def test_a_conflict_that_was_declared_stays_one_in_the_next(self, desk: Desk) -> None:
        committee(desk)
        others = alternates(desk)
        desk.live(ASKED)
        gone = desk.scene.messenger(live(desk)["support"].person_id)
        desk.scene.act(gone, desk.code, VERBS["recuse"])
        desk.live("withdraw_review ask_review")
        assert gone not in desk.scene.sitting(desk.code)
        assert others["support"] in desk.scene.sitting(desk.code)

    def test_an_old_button_does_nothing(self, desk: Desk) -> None:
        desk.live("take reject")
        turn = desk.case.turn
        desk.live("ask_review")
        for verb in (review.withdraw, review.request):
            with pytest.raises(errors.OfficeError):
                desk.scene.act(desk.customer, desk.code, lambda work, case, verb=verb: verb(work, case, turn=turn))
        assert as_found(desk, desk.customer, lambda work, case: phases.running(work, case, phases.Phase.IN_COMMITTEE))


def test_whoever_had_the_case_is_told_and_loses_it(desk: Desk) -> None:
    former = desk.scene.staff("handler")
    desk.live("take")
    number = desk.scene.person(former).id
    desk.scene.act(desk.supervisor, desk.code, lambda work, case: handling.assign(work, case, number))
    desk.handler, former = former, desk.handler
    desk.live("reject ask_review")
    for who in (former, desk.handler):
        assert "review_asked" in desk.scene.told(who)
        with pytest.raises(errors.Barred):
            desk.scene.act(who, desk.code, VERBS["write"])
    assert set(desk.case.barred) == {str(desk.scene.person(who).id) for who in (former, desk.handler)}
    desk.live("withdraw_review")
    assert desk.case.barred == {}


def test_a_draft_is_given_up(desk: Desk) -> None:
    desk.live("take reject")
    desk.scene.act(desk.customer, desk.code, review.begin)
    desk.scene.act(desk.customer, desk.code, review.discard)
    assert desk.scene.requests(desk.code) == []


def test_the_form_takes_wish_and_contact(desk: Desk) -> None:
    desk.live("take reject")

    def fill(work, case: Complaint) -> None:  # type: ignore[no-untyped-def]
        review.begin(work, case)
        review.wish(work, case, code="replacement")
        review.reach(work, case, " 0912 ")
        ask_review(work, case)

    desk.scene.act(desk.customer, desk.code, fill)
    asked = desk.scene.review(desk.code)
    assert (asked.wish, asked.contact) == ("replacement", "0912")
