"""Nothing outside can be slept through: who owes something is reminded, and what nobody ends ends by itself."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest

from backoffice import delays, errors, schedule
from backoffice.disputes.phases import Phase
from backoffice.stages import Stage
from backoffice.targets import OF_DISPUTE, OF_LEARNING, TARGETS
from backoffice.work import Office
from bot.limit_words import TARGETS as LABELS
from storage.clocks import Deadline
from tests.backoffice.conftest import RULES, Desk, Letter, Scene
from tests.backoffice.disputing import ADVISED, DECIDED, MEDIATED, SETTLED, Table, mediator, table
from tests.backoffice.reviewing import told
from tests.backoffice.test_calendar import tehran
from tests.backoffice.test_watch import events
from tests.databases import new_database
from tests.moment import Moment

DAY = timedelta(days=1)
START = "2026-11-21T10:00"  # a Saturday


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    clock = Moment()
    with new_database(request.param, tmp_path) as engine:
        yield Scene(Office(engine, RULES, clock), clock, count(1))


@pytest.fixture
def found(desk: Desk) -> Table:
    desk.at(START)
    return table(desk)


def reminded(found: Table, who: int) -> list[tuple[str, str]]:
    """Of which limit somebody was reminded, and why."""
    with found.scene.office.look() as work:
        parts = [part for each in told(found.desk, who, "dispute_reminder") for part in each.parts]
        return [(work.db.get_one(Deadline, part["deadline"]).target, part["what"]) for part in parts]


def days_after(found: Table, letters: list[Letter]) -> list[int]:
    zone = found.scene.office.organisation.calendar.zone
    began = tehran(START).date()
    return [(each.at.astimezone(zone).date() - began).days for each in letters]


def top(found: Table) -> int:
    return found.scene.staff("top_management", department=None)


class TestNear:
    def test_direct_talks_are_near_their_end_for_both_sides(self, found: Table) -> None:
        found.live("negotiate")
        found.wait(days=8, hours=20)
        assert reminded(found, found.customer) == reminded(found, found.us) == []
        found.wait(days=1)
        assert reminded(found, found.customer) == reminded(found, found.us) == [("negotiation", "near")]
        assert found.phase == Phase.NEGOTIATING

    def test_a_mediator_is_reminded_of_the_answer(self, found: Table) -> None:
        found.live("choose consent us:consent")
        found.pass_by("provider_answer", minutes=-60)
        assert reminded(found, found.they) == [("provider_answer", "near")]
        assert reminded(found, found.customer) == reminded(found, found.us) == []

    def test_for_a_provider_elsewhere_we_are(self, found: Table) -> None:
        found.live("choose_decision consent us:consent")
        found.pass_by("provider_answer", minutes=-60)
        assert reminded(found, found.us) == [("provider_answer", "near")]
        assert reminded(found, found.they) == reminded(found, found.customer) == []

    def test_of_a_mediation_everybody_in_it(self, found: Table) -> None:
        found.live(MEDIATED)
        found.pass_by("mediation", minutes=-60)
        assert reminded(found, found.customer) == [("mediation", "near")]
        assert reminded(found, found.us) == reminded(found, found.they)
        assert reminded(found, found.they) == [("mediation_target", "late"), ("mediation", "near")]

    def test_of_what_was_agreed_whoever_has_to_do_it(self, found: Table) -> None:
        found.live(SETTLED)
        found.pass_by("outcome", minutes=-60)
        assert reminded(found, found.us) == reminded(found, found.desk.handler) == [("outcome", "near")]
        assert reminded(found, found.customer) == []

    def test_nobody_is_woken_at_night(self, found: Table) -> None:
        found.live("negotiate")
        found.wait(days=30)
        zone = found.scene.office.organisation.calendar.zone
        hours = [each.at.astimezone(zone).hour for each in found.scene.post if each.to == found.customer]
        assert hours
        assert all(9 <= hour < 21 for hour in hours[2:])


class TestOver:
    @pytest.mark.parametrize(
        ("life", "target", "phase", "why"),
        [
            ("negotiate", "negotiation", Phase.FAILED, "time_up"),
            ("choose consent us:consent", "provider_answer", Phase.OFFERED, "silent"),
            ("choose_decision consent us:consent", "provider_answer", Phase.OFFERED, "silent"),
            (MEDIATED, "mediation", Phase.FAILED, "time_up"),
            (ADVISED, "determination", Phase.FAILED, "time_up"),
        ],
    )
    def test_the_way_is_closed_and_the_customer_chooses_another(
        self, found: Table, life: str, target: str, phase: Phase, why: str
    ) -> None:
        found.live(life)
        found.pass_by(target)
        assert (found.phase, found.referral().ended) == (phase, why)
        assert found.desk.newest(target).ended == "unmet"
        assert list(found.desk.running) == ["external_offer"]
        assert found.case.resolver_id is None
        found.wait(hours=20)
        assert len(told(found.desk, found.customer, "way_closed")) == 1
        assert len(told(found.desk, found.us, "way_closed_staff")) == 1
        assert found.desk.running["external_offer"].started_at
        found.live("negotiate")

    @pytest.mark.parametrize(("life", "target"), [(MEDIATED, "mediation_target"), (DECIDED, "determination_target")])
    def test_the_usual_time_passes_without_an_end(self, found: Table, life: str, target: str) -> None:
        found.live(life)
        found.pass_by(target)
        found.wait(days=4)
        assert found.phase == Phase.IN_PROGRESS
        assert reminded(found, found.us) == [(target, "late")]
        assert reminded(found, found.customer) == []
        assert reminded(found, found.they) == ([(target, "late")] if life == MEDIATED else [])

    @pytest.mark.parametrize(("life", "target"), [("negotiate", "negotiation"), (MEDIATED, "mediation")])
    def test_terms_that_wait_for_an_answer_are_waited_for(self, found: Table, life: str, target: str) -> None:
        found.live(life)
        found.wait(days=5 if life == "negotiate" else 25)
        found.live("us:propose")
        found.pass_by(target)
        found.wait(days=2)
        assert found.desk.running[target].breached_at
        assert found.case.dispute_phase in ("negotiating", "in_progress")
        found.live("agree")
        assert found.phase == Phase.IMPLEMENTING

    @pytest.mark.parametrize(("life", "target"), [("negotiate", "negotiation"), (MEDIATED, "mediation")])
    def test_and_when_they_are_not_taken_it_is_over(self, found: Table, life: str, target: str) -> None:
        found.live(life)
        found.wait(days=5 if life == "negotiate" else 25)
        found.live("us:propose")
        found.pass_by(target)
        found.live("disagree")
        found.wait(days=2)
        assert (found.phase, found.referral().ended) == (Phase.FAILED, "time_up")

    def test_a_decision_that_is_late_is_asked_for_again_and_again_and_stays_open(self, found: Table) -> None:
        lawyer, head = found.scene.staff("legal", department=None), top(found)
        found.live(DECIDED)
        found.pass_by("determination")
        found.wait(days=34)
        assert found.phase == Phase.IN_PROGRESS
        asked = [each.at for each in events(found.desk, "deadline.breached", target="determination")]
        assert [(later - each).days for each, later in pairwise(asked)] == [10, 10, 10]
        for who in (found.us, lawyer, head):
            assert len(told(found.desk, who, "decision_overdue")) >= 3  # the last one may wait for the next working day
        assert not told(found.desk, found.customer, "decision_overdue")


class TestConsent:
    def test_each_side_that_has_not_consented_is_reminded_on_its_days(self, found: Table) -> None:
        found.live("choose")
        found.wait(days=9, hours=10)
        assert days_after(found, told(found.desk, found.customer, "window_reminder")) == [4, 8]
        assert days_after(found, told(found.desk, found.us, "consent_reminder")) == [4, 8]

    @pytest.mark.parametrize(("given", "waits"), [("consent", "us"), ("us:consent", "customer")])
    def test_who_has_consented_is_not(self, found: Table, given: str, waits: str) -> None:
        found.live(f"choose {given}")
        found.wait(days=9, hours=10)
        counts = {"customer": len(told(found.desk, found.customer, "window_reminder")),
                  "us": len(told(found.desk, found.us, "consent_reminder"))}  # fmt: skip
        assert counts == {each: 2 if each == waits else 0 for each in counts}

    @pytest.mark.parametrize(("given", "by"), [("", None), ("consent", "organisation"), ("us:consent", "customer")])
    def test_then_it_lapses_and_which_side_did_not_is_kept(self, found: Table, given: str, by: str | None) -> None:
        found.live(f"choose {given}")
        found.wait(days=14)
        referral = found.referral()
        assert (found.phase, referral.ended, referral.ended_by) == (Phase.OFFERED, "no_consent", by)
        assert found.desk.newest("consent").ended == "unmet"
        assert found.case.stage == Stage.IN_DISPUTE

    def test_where_only_ours_is_missing_no_reminder_of_the_customer_is_waited_for(self, found: Table) -> None:
        """The last one is on its way to them, for days, when they consent; ours is missing, and the window closes."""
        found.live("choose")
        found.wait(days=4)
        found.scene.live(found.scene.clock() + timedelta(days=4, hours=20), deliver=False)
        found.live("consent")
        due = found.desk.running["consent"].due_at
        assert due
        assert found.desk.running["consent"].reminders == 1
        found.scene.live(due + timedelta(hours=12), deliver=False)
        assert found.referral().ended_by == "organisation"

    def test_where_theirs_is_missing_it_is(self, found: Table) -> None:
        found.live("choose")
        found.wait(days=4)
        found.scene.live(found.scene.clock() + timedelta(days=40), deliver=False)
        assert found.case.dispute_phase == "awaiting_consent"
        found.scene.deliver()
        found.wait(days=2)
        assert found.phase == Phase.OFFERED

    def test_it_does_not_run_before_its_message_has_arrived(self, found: Table) -> None:
        found.scene.deliver()
        found.live("choose us:consent")
        found.scene.live(found.scene.clock() + timedelta(days=60), deliver=False)
        assert found.case.dispute_phase == "awaiting_consent"
        assert found.scene.told(found.us).count("not_delivered") == 1
        assert not [each for each in found.scene.told(found.us) if each == "consent_reminder"]
        found.scene.deliver()
        assert found.desk.running["consent"].started_at == found.scene.clock()

    def test_not_while_people_may_not_have_been_heard(self, found: Table) -> None:
        found.live("choose consent")
        found.wait(days=8)
        found.scene.clock.forward(days=5)
        schedule.tick(found.scene.office, closing=False)
        assert found.case.dispute_phase == "awaiting_consent"
        found.live("us:consent")
        schedule.tick(found.scene.office)
        assert found.phase == Phase.AWAITING_PROVIDER


class TestReflection:
    def test_who_has_not_answered_a_recommendation_is_reminded(self, found: Table) -> None:
        found.live(f"{ADVISED} us:recommend")
        found.wait(days=14, hours=3)
        assert days_after(found, told(found.desk, found.customer, "window_reminder")) == [7, 12]
        assert days_after(found, told(found.desk, found.us, "reflection_reminder")) == [7, 14]  # not on a day off

    @pytest.mark.parametrize(("said", "by"), [("", None), ("agree", "organisation"), ("us:agree", "customer")])
    def test_silence_accepts_nothing(self, found: Table, said: str, by: str | None) -> None:
        found.live(f"{ADVISED} us:recommend {said}")
        found.wait(days=18)
        referral = found.referral()
        assert (found.phase, referral.ended, referral.ended_by) == (Phase.FAILED, "not_accepted", by)
        assert found.desk.newest("reflection").ended == "unmet"
        assert found.outcome().ended

    def test_terms_lapse_and_the_talks_go_on(self, found: Table) -> None:
        found.live(f"{MEDIATED} us:propose")
        found.wait(days=18)
        assert (found.phase, found.outcome().ended) == (Phase.IN_PROGRESS, "lapsed")
        for who in (found.customer, found.us, found.they):
            assert len(told(found.desk, who, "terms_lapsed")) == 1
        assert not told(found.desk, found.us, "reflection_reminder")
        found.live("propose us:agree")
        assert found.phase == Phase.IMPLEMENTING

    def test_past_the_limit_they_take_the_talks_with_them(self, found: Table) -> None:
        found.live(MEDIATED)
        found.wait(days=25)
        found.live("us:propose")
        found.wait(days=18)
        assert (found.phase, found.outcome().ended) == (Phase.FAILED, "lapsed")
        assert found.referral().ended == "time_up"

    def test_what_nobody_waits_for_any_more_is_over(self, found: Table) -> None:
        found.live(f"{MEDIATED} us:propose disagree")
        assert "reflection" not in found.desk.running


class TestConfirming:
    def test_silence_confirms_what_was_carried_out(self, found: Table) -> None:
        found.live(f"{SETTLED} us:fulfil")
        found.wait(days=6, hours=20)
        assert found.phase == Phase.CONFIRMING
        assert days_after(found, told(found.desk, found.customer, "window_reminder")) == [3, 6]
        found.wait(days=3)
        assert (found.case.stage, found.case.closed_reason) == (Stage.CLOSED, "settled")
        assert found.desk.newest("customer_confirm").ended == "unmet"
        (moved,) = events(found.desk, "complaint.concluded")
        assert moved.facts["tacit"] is True

    def test_not_before_they_were_asked(self, found: Table) -> None:
        found.live(f"{SETTLED}")
        found.scene.deliver()
        found.live("us:fulfil")
        found.scene.live(found.scene.clock() + timedelta(days=60), deliver=False)
        assert found.phase == Phase.CONFIRMING

    def test_what_is_not_done_is_asked_for_every_day(self, found: Table) -> None:
        head = top(found)
        found.live(SETTLED)
        found.pass_by("outcome")
        found.wait(days=4)
        assert len(told(found.desk, head, "obligations_overdue")) in (4, 5)
        assert len(told(found.desk, found.customer, "not_kept")) == 1
        found.live("us:fulfil")
        before = len(told(found.desk, head, "obligations_overdue"))
        found.wait(days=3)
        assert len(told(found.desk, head, "obligations_overdue")) == before


class TestOffer:
    @pytest.mark.parametrize("life", ["", "choose refuse_consent", f"{MEDIATED} they:end"])
    def test_who_chooses_nothing_is_closed_unresolved(self, found: Table, life: str) -> None:
        found.live(life)
        found.wait(days=40)
        assert (found.case.stage, found.case.closed_reason) == (Stage.CLOSED, "unresolved")
        assert found.dispute().ended == "lapsed"
        assert set(found.desk.running) == set(OF_LEARNING)


class TestNoNonsense:
    """What people do about the date of a case is not for what runs outside."""

    @pytest.mark.parametrize("life", ["", "negotiate", "choose", MEDIATED, DECIDED, SETTLED, f"{SETTLED} us:fulfil"])
    def test_no_date_of_a_dispute_is_put_off_explained_or_snoozed(self, found: Table, life: str) -> None:
        found.live(life)
        found.wait(days=1)
        for deed in ("extend", "snooze", "explain"):
            with pytest.raises(errors.OfficeError):
                found.desk.live(deed)
        with found.at(found.desk.handler) as (work, case):
            assert delays.may_be_extended(work, case) is None
        assert not [each for each in found.desk.running.values() if delays.explainable(each)]

    def test_every_limit_has_a_label(self) -> None:
        assert set(TARGETS) <= set(LABELS)

    @pytest.mark.parametrize("life", [MEDIATED, DECIDED, SETTLED, f"{SETTLED} us:fulfil confirm reopen"])
    def test_nothing_of_the_owners_time_runs_outside(self, found: Table, life: str) -> None:
        found.live(life)
        assert set(found.desk.running) <= set(OF_DISPUTE)
        found.wait(days=4)
        owed = {part["what"] for each in told(found.desk, found.desk.handler, "reminders") for part in each.parts}
        assert not owed - {"near"}
        assert not told(found.desk, found.customer, "answer_late")

    def test_the_date_of_what_was_agreed_is_the_date_of_the_case(self, found: Table) -> None:
        found.live(SETTLED)
        assert found.case.due_at == found.desk.running["outcome"].due_at
        found.live("us:fulfil")
        assert found.case.due_at is None


class TestTogether:
    def test_what_was_slept_through_is_done_once_and_in_order(self, found: Table) -> None:
        found.live(MEDIATED)
        found.wait(days=1)
        found.scene.clock.forward(days=60)
        for _ in range(3):
            found.scene.tick()
        assert (found.phase, found.referral().ended) == (Phase.FAILED, "time_up")
        assert len(events(found.desk, "dispute.failed")) == 1
        with found.scene.office.look() as work:
            assert schedule.lateness(work) == 0

    def test_a_mediator_who_comes_late_finds_it_gone(self, found: Table) -> None:
        found.live("choose consent us:consent")
        found.pass_by("provider_answer")
        with pytest.raises(errors.NotFound):
            found.live("they:accept")
        assert mediator(found.scene)
        assert found.phase == Phase.OFFERED

    def test_the_clock_was_moved_in_the_zone_of_the_house(self, found: Table) -> None:
        assert found.scene.clock() == tehran(START).astimezone(UTC)
