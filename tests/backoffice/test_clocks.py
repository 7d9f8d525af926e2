"""The clocks of a case: what starts each, what meets it, what makes it pointless; rests, severity, more time."""

from datetime import datetime, timedelta

import pytest

from backoffice import assessment, delays, errors, timeline
from backoffice.stages import STANDINGS, Stage
from backoffice.targets import OF_DISPUTE, OF_LEARNING, OUTSIDE_DATES, TARGETS
from storage.clocks import Deadline
from storage.complaints import Complaint
from tests.backoffice.conftest import VERBS, Desk
from tests.backoffice.test_calendar import tehran

#: After what a limit runs; and what then meets it. Of everything else below, and of withdrawing, it is void.
LIVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "unassigned_alarm": ("", ("take",)),
    "assessment": ("", ("take", "assess")),
    "first_response": ("take", ("ask", "write", "refund")),
    "final_response": ("take", ("refund", "reject")),
    "cap": ("take", ("refund", "reject")),
    "untouched": ("take", ("refund", "reject")),
    "progress_update": ("take", ()),
    "containment": ("assess", ("contain",)),
    "reminder": ("take snooze", ()),
    "late_answer": ("take LATE", ("refund",)),
    "counter_answer": ("take refund refuse", ("refund", "apologise")),
    "implementation": ("take replace accept", ("carry_out",)),
    "refund": ("take refund accept", ("carry_out",)),
    "customer_info": ("take ask", ("add",)),
    "customer_answer": ("take refund", ("accept", "refuse", "ask_review")),
    "customer_confirm": ("take refund accept carry_out", ("confirm", "deny")),
    "review_admissibility": ("take reject LONG ask_review", ("admit",)),
    "review_decision": ("take reject ask_review", ("vote",)),
    "sitting": ("COMMITTEE take reject ask_review", ("vote vote vote",)),
    "review_answer": ("take reject ask_review dismiss", ("accept", "refuse")),
    "external_offer": ("take declare", ("decline_routes", "refund", "ask_review")),
}
IN_DISPUTES = set(OF_DISPUTE) - {"external_offer", "customer_confirm"}  # in tests/backoffice/test_dispute_phases.py
POINTLESS = {
    "containment": ("change_severity",),
    "reminder": ("refund",),
    "late_answer": ("ask",),
    "progress_update": ("ask", "refund", "declare"),
    "final_response": ("declare",),
    "counter_answer": ("ask_review",),
    "review_admissibility": ("withdraw_review", "not_admit", "solve"),
    "review_decision": ("withdraw_review",),
    "sitting": ("withdraw_review", "recuse"),
}

OTHERWISE = {
    "take refund refuse": "counter_answer",
    "take reject ask_review vote": "review_answer",
    "take reject LONG ask_review": "review_admissibility",
}
"""Lives after which another limit runs than the one that the stage names."""


class TestTargets:
    def test_every_target_has_its_story(self) -> None:
        assert set(LIVES) == set(TARGETS) - IN_DISPUTES - {
            *OF_LEARNING,
            *OUTSIDE_DATES,
        }  # test_causes.py, test_recording.py

    @pytest.mark.parametrize(("target", "verb"), [(name, verb) for name, (_, ends) in LIVES.items() for verb in ends])
    def test_what_it_was_for_is_done(self, desk: Desk, target: str, verb: str) -> None:
        desk.live(LIVES[target][0])
        row = desk.running[target]
        desk.live(verb)
        ended = next(each for each in desk.scene.limits(desk.code) if each.id == row.id)
        assert (ended.ended, ended.ended_at, ended.next_at) == ("met", desk.scene.clock(), None)

    @pytest.mark.parametrize(("target", "verb"), [(name, verb) for name, ends in POINTLESS.items() for verb in ends])
    def test_it_does_not_matter_any_more(self, desk: Desk, target: str, verb: str) -> None:
        desk.live(LIVES[target][0])
        row = desk.running[target]
        desk.live(verb)
        ended = next(each for each in desk.scene.limits(desk.code) if each.id == row.id)
        assert (ended.ended, ended.next_at) == ("void", None)

    @pytest.mark.parametrize("target", LIVES)
    def test_with_the_case_all_of_it_ends(self, desk: Desk, target: str) -> None:
        desk.live(LIVES[target][0])
        assert target in desk.running
        desk.live("withdraw")
        analysed = {"root_cause"} if target == "containment" else set()  # what concerns safety stays inside (T80)
        assert (desk.newest(target).ended, set(desk.running)) == ("void", analysed)
        assert (desk.case.due_at, desk.case.promised_at, desk.case.contain_by) == (None, None, None)

    @pytest.mark.parametrize("target", [name for name in LIVES if TARGETS[name].window])
    def test_a_window_runs_from_the_arrival_of_its_message_and_not_before(self, desk: Desk, target: str) -> None:
        desk.live(LIVES[target][0])
        row = desk.running[target]
        assert (row.started_at, row.due_at) == (None, None)
        desk.scene.clock.forward(days=30)
        assert desk.running[target].due_at is None
        desk.scene.deliver()
        row, now = desk.running[target], desk.scene.clock()
        rules = desk.scene.office.organisation
        assert (row.started_at, row.due_at) == (now, rules.due(target, desk.case.severity, now))
        desk.scene.clock.forward(days=1)
        desk.scene.deliver()
        assert desk.running[target] == row

    @pytest.mark.parametrize(
        "life", ["", "take", "take ask", "take ask add", "take refund", "take refund refuse", "take replace accept",
                 "take replace accept carry_out", "take replace accept carry_out deny", "take apologise accept reopen",
                 "take reject ask_review", "take reject ask_review vote", "take declare", "take declare ask_review",
                 "take reject ask_review withdraw_review", "take reject LONG ask_review"]
    )  # fmt: skip
    def test_in_every_stage_the_limit_runs_that_it_names(self, desk: Desk, life: str) -> None:
        case = desk.live(life)
        standing = STANDINGS[Stage(case.stage)]
        dates = [each for each in desk.running if TARGETS[each].main or TARGETS[each].window]
        if standing.turn == "customer":
            assert dates[-1:] == [OTHERWISE.get(life, standing.deadline)]
        else:
            assert dates == [OTHERWISE.get(life, standing.deadline)]
        assert (case.due_at is None) is (standing.turn == "customer")


class TestMoneyBack:
    """Saturday, 21 November 2026, 9:30."""

    def test_goes_sooner_than_another_remedy_and_never_later(self, desk: Desk) -> None:
        assert desk.live("take refund accept").due_at == tehran("2026-11-28T09:30")
        assert "implementation" not in desk.running
        urgent = Desk(desk.scene, desk.handler, desk.supervisor, desk.customer, desk.scene.complaint(desk.customer))
        urgent.live("assess contain refund approve accept")
        assert urgent.case.severity == "critical"
        assert (list(urgent.running), urgent.case.due_at) == (["implementation"], tehran("2026-11-24T17:00"))

    def test_said_to_be_missing_it_is_due_anew(self, desk: Desk) -> None:
        desk.live("take refund accept carry_out")
        desk.scene.clock.forward(days=3)
        desk.live("deny")
        assert desk.running["refund"].started_at == desk.scene.clock()


class TestRests:
    """Saturday, 21 November 2026, 9:30. Ten business days: Saturday, 5 December."""

    DUE = "2026-12-05T17:00"

    def test_the_date_of_the_case_is_empty_meanwhile_and_exact_afterwards(self, desk: Desk) -> None:
        assert desk.live("take").due_at == tehran(self.DUE)
        desk.at("2026-11-22T10:00")
        assert desk.live("ask").due_at is None
        desk.at("2026-11-24T12:00")
        assert desk.live("add").due_at == tehran("2026-12-08T17:00")  # 18 hours later, at the close of business

    def test_a_question_in_the_evening_and_an_answer_at_night_change_nothing(self, desk: Desk) -> None:
        desk.live("take")
        desk.at("2026-11-22T17:30")
        desk.live("ask")
        desk.at("2026-11-23T02:00")
        assert desk.live("add").due_at == tehran(self.DUE)

    def test_the_customer_may_answer_when_the_old_date_has_passed(self, desk: Desk) -> None:
        """What was not missed before they were asked is not missed while they have the ball."""
        desk.live("take")
        desk.at("2026-12-02T10:00")
        desk.live("ask")
        desk.at("2026-12-08T10:00")
        desk.scene.tick()
        case = desk.live("add")
        row = desk.running["final_response"]
        assert row.breached_at is None
        left = desk.scene.office.organisation.calendar
        assert left.business_time_between(tehran("2026-12-02T10:00"), tehran(self.DUE)) == timedelta(hours=15)
        assert case.due_at == row.due_at == tehran("2026-12-09T17:00")
        assert row.next_at is not None

    def test_what_was_missed_before_the_question_stays_missed(self, desk: Desk) -> None:
        desk.live("take")
        desk.at("2026-12-05T17:30")  # the tick has not noticed yet
        desk.live("ask")
        desk.at("2026-12-07T10:00")
        assert desk.live("add").due_at == tehran(self.DUE)
        desk.scene.tick()
        assert desk.running["final_response"].breached_at == desk.scene.clock()

    def test_when_the_longest_rest_is_over_the_end_of_the_next_business_day_is_left(self, desk: Desk) -> None:
        desk.live("take")
        desk.at("2026-11-22T10:00")
        desk.live("ask")  # and the message does not arrive
        desk.at("2027-02-16T10:00")
        case = desk.live("add")
        assert case.due_at == desk.scene.office.organisation.calendar.add_business_days(desk.scene.clock(), 1)

    def test_no_step_is_taken_meanwhile(self, desk: Desk) -> None:
        desk.live("take ask")
        desk.scene.live(desk.scene.clock() + timedelta(days=40), deliver=False)
        targets = {"final_response", "assessment"}
        events = [event for event in desk.scene.history(desk.code) if event.startswith("deadline.")]
        assert set(events) == {"deadline.undelivered"}
        assert all(each.breached_at is None for each in desk.scene.limits(desk.code) if each.target in targets)

    def test_the_total_age_does_not_rest(self, desk: Desk) -> None:
        cap = desk.running["cap"].due_at
        desk.live("take ask")
        desk.scene.clock.forward(days=12)
        desk.live("add")
        assert desk.running["cap"].due_at == cap
        assert desk.case.received_at

    def test_who_is_late_and_had_to_ask_gives_a_new_date_with_the_answer(self, desk: Desk) -> None:
        """The date that was promised fell away with the question; nobody is left without one."""
        desk.live("take LATE ask")
        assert desk.case.promised_at is None
        desk.scene.clock.forward(days=2)
        case = desk.live("add")
        assert case.promised_at
        assert case.promised_at > desk.scene.clock()


class TestSeverity:
    def test_while_the_customer_has_the_ball_it_counts_when_they_have_answered(self, desk: Desk) -> None:
        desk.live("take")
        desk.at("2026-12-02T10:00")
        desk.live("ask")
        desk.at("2026-12-06T10:00")  # the old date lies back by now
        assert desk.live("change_severity").due_at is None
        case, row = desk.live("add"), desk.running["final_response"]
        low = desk.scene.office.organisation
        rested = [(tehran("2026-12-02T10:00"), tehran("2026-12-06T10:00"))]
        assert row.severity == "low"
        assert row.started_at
        assert case.due_at == timeline.timeline(low, "final_response", "low", row.started_at, rested).due

    def test_the_gravest_is_looked_at_first(self, desk: Desk) -> None:
        desk.live("take")
        assert {each.urgency for each in desk.running.values()} == {2}
        desk.live("assess")
        assert {each.urgency for each in desk.running.values()} == {0}

    @pytest.mark.parametrize("life", ["take refund refuse", "take refund accept"])
    def test_what_was_promised_with_an_answer_stays(self, desk: Desk, life: str) -> None:
        before = desk.live(life).due_at
        assert desk.live("change_severity").due_at == before


class TestReopening:
    def test_half_the_time_and_no_severity_changes_it(self, desk: Desk) -> None:
        desk.live("take apologise accept")
        desk.scene.clock.forward(days=3)
        case = desk.live("reopen")
        calendar = desk.scene.office.organisation.calendar
        assert case.due_at == calendar.add_business_days(desk.scene.clock(), 5)
        assert desk.running["final_response"].half
        organisation = desk.scene.office.organisation
        assert desk.running["cap"].due_at == organisation.due("cap", None, desk.scene.clock())
        assert desk.live("change_severity").due_at == case.due_at


class TestExtension:
    def test_lies_on_top_once_and_the_customer_reads_why(self, desk: Desk) -> None:
        desk.live("take")
        desk.scene.act(desk.supervisor, desk.code, VERBS["extend"])
        calendar = desk.scene.office.organisation.calendar
        ten_more = calendar.add_business_days(tehran("2026-12-05T10:00"), 10)
        assert desk.case.due_at == ten_more
        assert desk.scene.told(desk.customer)[-1] == "date_put_off"
        with pytest.raises(errors.NoMoreTime):
            desk.scene.act(desk.supervisor, desk.code, VERBS["extend"])

    def test_a_handler_waits_for_leave(self, desk: Desk) -> None:
        before = desk.live("take").due_at
        assert desk.live("extend").due_at == before
        with desk.scene.acting(desk.supervisor) as work:
            entry = desk.scene.told(desk.supervisor).index("extension_wanted")
            assert entry >= 0
            asked = next(each for each in delays_of(desk) if each[1] == delays.ASKED)[0]
            until = delays.extend(work, work.db.get_one(Complaint, desk.case.id), asked)
        assert desk.case.due_at == until
        assert desk.scene.told(desk.handler)[-1] == "extension_granted"

    @pytest.mark.parametrize("severity", ["low", "medium"])
    def test_never_leads_past_the_cap(self, desk: Desk, severity: str) -> None:
        desk.live("take")
        if severity == "low":
            desk.live("change_severity")
        cap = desk.running["cap"].due_at
        desk.live("ask")
        desk.scene.clock.forward(days=9)
        desk.live("add")
        desk.scene.act(desk.supervisor, desk.code, VERBS["extend"])
        assert desk.case.due_at == cap
        assert cap

    def test_nor_does_what_is_counted_anew_after_it(self, desk: Desk) -> None:
        """A severity with more time, when the time that was added has reached the cap."""
        desk.live("take ask")
        desk.scene.clock.forward(days=9)
        desk.live("add")
        desk.scene.act(desk.supervisor, desk.code, VERBS["extend"])
        cap = desk.running["cap"].due_at
        desk.scene.act(
            desk.supervisor, desk.code, lambda work, case: assessment.change_severity(work, case, "low", "Not so bad.")
        )
        assert desk.case.due_at == cap

    def test_is_not_to_be_had_when_the_cap_has_passed(self, desk: Desk) -> None:
        desk.live("take change_severity ask")
        desk.scene.deliver()
        desk.scene.clock.forward(days=10)
        desk.live("add")
        due, cap = desk.case.due_at, desk.running["cap"].due_at
        assert due
        assert cap
        desk.at("2026-12-13T10:00")
        desk.live("ask")
        desk.scene.live(cap + timedelta(days=2), deliver=False)
        desk.live("add")
        assert desk.case.due_at
        assert desk.case.due_at > desk.scene.clock() > cap
        with pytest.raises(errors.NoMoreTime):
            desk.scene.act(desk.supervisor, desk.code, VERBS["extend"])

    @pytest.mark.parametrize("life", ["take LATE", "take ask", "take refund"])
    def test_is_too_late_or_not_the_desks_turn(self, desk: Desk, life: str) -> None:
        desk.live(life)
        with pytest.raises(errors.NoMoreTime):
            desk.scene.act(desk.supervisor, desk.code, VERBS["extend"])


def delays_of(desk: Desk) -> list[tuple[int, str]]:
    from storage.complaints import entries_of

    with desk.scene.office.look() as work:
        return [(entry.id, entry.kind) for entry in entries_of(work.db, desk.case.id)]


class TestReasonAndReminder:
    def test_a_reason_is_given_for_what_was_warned_of_or_is_late_and_for_nothing_else(self, desk: Desk) -> None:
        desk.live("take")
        with pytest.raises(errors.Stale):
            desk.live("explain")
        desk.live("LATE explain")
        reason = desk.scene.office.organisation.delay_reasons[0].code
        assert {each.target for each in desk.running.values() if each.reason == reason} == {
            "first_response",
            "final_response",
        }

    @pytest.mark.parametrize(
        ("when", "at", "until"),
        [
            (delays.SOONER, "2026-11-22T10:00", "2026-11-22T12:00"),
            (delays.SOONER, "2026-11-22T16:00", "2026-11-23T09:00"),
            (delays.TOMORROW, "2026-11-22T10:00", "2026-11-23T09:00"),
            (delays.TOMORROW, "2026-11-25T10:00", "2026-11-28T09:00"),
            (delays.TOMORROW, "2026-12-05T10:00", "2026-12-05T17:00"),  # never later than the date itself
        ],
    )
    def test_a_reminder_comes_again_in_working_time(self, desk: Desk, when: str, at: str, until: str) -> None:
        desk.live("take")
        desk.at(at)
        desk.scene.act(desk.handler, desk.code, lambda work, case: delays.snooze(work, case, when, "I wait."))
        assert moment(desk.running["reminder"]) == tehran(until)

    def test_a_second_one_takes_the_place_of_the_first(self, desk: Desk) -> None:
        desk.live("take snooze snooze")
        reminders = [each.ended for each in desk.scene.limits(desk.code) if each.target == "reminder"]
        assert reminders == ["void", None]


def moment(row: Deadline) -> datetime | None:
    assert row.due_at == row.next_at
    return row.next_at
