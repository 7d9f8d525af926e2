"""What was agreed or decided is carried out: evidence, dates, breaches, the customer's word, and what comes after."""

from datetime import datetime

import pytest

from backoffice import complaints, entries, errors
from backoffice.disputes import obligations
from backoffice.disputes.phases import Phase
from storage.complaints import Complaint
from tests.backoffice.agreeing import (
    DAY,
    act,
    answering,
    day,
    dispute,
    facts,
    letters,
    outcome,
    proposing,
    said,
    settled,
    talks,
    term,
)
from tests.backoffice.agreeing import obligations as terms_of
from tests.backoffice.conftest import Desk, Verb
from tests.backoffice.reviewing import hire


def doing(desk: Desk, place: int = 0, text: str = "Transfer no. 81.") -> Verb:
    number = terms_of(desk)[place].id
    return lambda work, case: obligations.fulfil(work, case, number, text)


def end_of(desk: Desk, place: int = 0) -> datetime:
    with desk.scene.office.look() as work:
        return obligations.due(work, terms_of(desk)[place])


def concluded(desk: Desk) -> int:
    speaks = settled(desk)
    act(desk, speaks, doing(desk))
    act(desk, desk.customer, obligations.confirm)
    return speaks


class TestCarryingOut:
    def test_the_date_of_the_case_is_that_of_the_next_obligation(self, desk: Desk) -> None:
        speaks = settled(desk, term(desk, days=10), term(desk, "apology", days=3))
        assert desk.case.due_at == desk.running["outcome"].due_at == end_of(desk, 1)
        act(desk, speaks, doing(desk, 1, "We are sorry."))
        assert desk.case.due_at == desk.running["outcome"].due_at == end_of(desk, 0)
        assert [each.ended for each in desk.scene.limits(desk.code) if each.target == "outcome"] == ["met", None]

    def test_it_is_due_at_the_end_of_its_day_where_the_organisation_is(self, desk: Desk) -> None:
        settled(desk)
        zone = desk.scene.office.organisation.calendar.zone
        local = end_of(desk).astimezone(zone)
        assert (local.date(), local.hour, local.minute) == (day(desk, 10), 23, 59)

    def test_the_owner_shows_that_it_is_done_and_the_customer_reads_it(self, desk: Desk) -> None:
        settled(desk, term(desk), term(desk, "apology"))
        act(desk, desk.handler, doing(desk))
        (entry,) = said(desk, "evidence_done")
        assert terms_of(desk)[0].evidence_id == entry.id
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "obligation_done")
        assert letter.parts[0]["entry_id"] == entry.id
        assert desk.case.dispute_phase == Phase.IMPLEMENTING

    def test_a_file_goes_to_the_customer(self, desk: Desk) -> None:
        settled(desk)
        number = terms_of(desk)[0].id

        def show(work, case):  # type: ignore[no-untyped-def]
            entry = obligations.fulfil(work, case, number, None, source=41)
            entries.attach(work, entry, "photo", "receipt")

        act(desk, desk.handler, show)
        desk.scene.deliver()
        assert letters(desk, desk.customer, "files")

    def test_without_evidence_nothing_is_done(self, desk: Desk) -> None:
        settled(desk)
        with pytest.raises(errors.Invalid):
            act(desk, desk.handler, doing(desk, text=" "))

    def test_once(self, desk: Desk) -> None:
        settled(desk, term(desk), term(desk, "apology"))
        act(desk, desk.handler, doing(desk))
        with pytest.raises(errors.DisputeRefused) as refusal:
            act(desk, desk.handler, doing(desk))
        assert refusal.value.facts["why"] == "twice"

    def test_each_side_its_own(self, desk: Desk) -> None:
        speaks = settled(desk, term(desk), term(desk, "deliver", by="customer", amount=None))
        for who, place in ((desk.customer, 0), (speaks, 1), (desk.handler, 1), (hire(desk, "auditor"), 0)):
            with pytest.raises(errors.NotAllowed):
                act(desk, who, doing(desk, place))
        act(desk, desk.customer, doing(desk, 1))
        assert terms_of(desk)[1].done_at

    def test_with_the_last_of_ours_the_customer_is_asked(self, desk: Desk) -> None:
        speaks = settled(desk, term(desk), term(desk, "deliver", by="customer", amount=None))
        act(desk, speaks, doing(desk))
        assert desk.case.dispute_phase == Phase.CONFIRMING
        assert set(desk.running) == {"customer_confirm"}
        assert desk.newest("outcome").ended == "met"
        assert desk.case.due_at is None
        desk.scene.live(desk.scene.clock() + DAY)
        (letter,) = letters(desk, desk.customer, "outcome_carried_out")
        assert letter.parts[0]["window"] == desk.running["customer_confirm"].id
        act(desk, desk.customer, doing(desk, 1))  # what they owe themselves they can still do

    def test_where_only_the_customer_owes_something_they_are_asked_at_once(self, desk: Desk) -> None:
        settled(desk, term(desk, "deliver", by="customer", amount=None))
        assert desk.case.dispute_phase == Phase.CONFIRMING


class TestOverdue:
    def test_a_breach_is_told_upwards_every_day_and_to_the_customer_once(self, desk: Desk) -> None:
        top = hire(desk, "top_management")
        speaks = settled(desk)
        desk.scene.live(end_of(desk) + 4 * DAY)
        row = desk.running["outcome"]
        assert row.breached_at == desk.case.due_at == end_of(desk)
        for who in (top, speaks, desk.handler):
            days = {each.at.date() for each in letters(desk, who, "obligations_overdue")}
            assert len(days) >= 2  # those that came on a closed day wait for the next
        assert len(facts(desk, "obligation.overdue")) == 4
        assert len(letters(desk, desk.customer, "not_kept")) == 1
        act(desk, speaks, doing(desk))
        assert desk.newest("outcome").ended == "met"
        assert desk.newest("outcome").breached_at
        desk.scene.live(desk.scene.clock() + 3 * DAY)
        assert len(facts(desk, "obligation.overdue")) == 4

    def test_a_second_one_that_is_late_as_well_is_no_second_alarm_to_the_customer(self, desk: Desk) -> None:
        settled(desk, term(desk, days=2), term(desk, "apology", days=3))
        desk.scene.live(end_of(desk, 1) + 2 * DAY)
        assert facts(desk, "obligation.overdue")[-1]["obligations"] == [each.id for each in terms_of(desk)]
        assert len(letters(desk, desk.customer, "not_kept")) == 1

    def test_what_the_customer_owes_stops_nothing(self, desk: Desk) -> None:
        speaks = settled(desk, term(desk, "deliver", by="customer", amount=None, days=3), term(desk, days=10))
        assert desk.case.due_at == end_of(desk, 0)
        desk.scene.live(end_of(desk, 0) + DAY)
        assert len(letters(desk, desk.customer, "own_part_due")) == 1
        assert facts(desk, "obligation.overdue") == []
        assert desk.case.due_at == end_of(desk, 1)
        act(desk, speaks, doing(desk, 1))
        assert desk.case.dispute_phase == Phase.CONFIRMING


class TestConfirming:
    def test_confirmed_it_is_closed_and_everybody_asked(self, desk: Desk) -> None:
        speaks = concluded(desk)
        assert (desk.case.stage, desk.case.closed_reason) == ("closed", "settled")
        assert (dispute(desk).phase, dispute(desk).ended, desk.case.dispute_id) == ("closed", "settled", None)
        assert desk.newest("customer_confirm").ended == "met"
        desk.scene.live(desk.scene.clock() + DAY)
        for who in (desk.customer, speaks):
            (letter,) = letters(desk, who, "dispute_concluded")
            assert letter.parts[0]["referral_id"] == outcome(desk).referral_id
        assert letters(desk, speaks, "lesson_wanted")
        assert letters(desk, desk.handler, "cause_wanted")

    def test_silence_confirms(self, desk: Desk) -> None:
        speaks = settled(desk)
        act(desk, speaks, doing(desk))
        with desk.scene.office.work() as work:
            obligations.conclude(work, work.db.get_one(Complaint, desk.case.id), tacit=True)
        assert desk.case.closed_reason == "settled"
        assert desk.newest("customer_confirm").ended == "unmet"
        assert facts(desk, "complaint.concluded")[-1]["tacit"] is True

    def test_denied_it_is_carried_out_again(self, desk: Desk) -> None:
        top = hire(desk, "top_management")
        speaks = settled(desk, term(desk), term(desk, "apology"))
        for place in (0, 1):
            act(desk, speaks, doing(desk, place))
        number = terms_of(desk)[0].id
        act(desk, desk.customer, lambda work, case: obligations.deny(work, case, "No money.", obligation_id=number))
        assert desk.case.dispute_phase == Phase.IMPLEMENTING
        assert [(each.done_at is None, each.denials) for each in terms_of(desk)] == [(True, 1), (False, 0)]
        assert desk.case.due_at == end_of(desk, 0)
        desk.scene.live(desk.scene.clock() + DAY)
        (entry,) = said(desk, "reason")
        for who in (top, speaks, desk.handler, desk.supervisor):
            (letter,) = letters(desk, who, "obligations_denied")
            assert letter.parts[0] == {"obligation_ids": [number], "entry_id": entry.id}
        act(desk, speaks, doing(desk, 0, "Transfer no. 82."))
        assert desk.case.dispute_phase == Phase.CONFIRMING

    def test_denied_after_its_date_it_has_one_business_day_left(self, desk: Desk) -> None:
        speaks = settled(desk, term(desk, days=2))
        act(desk, speaks, doing(desk))
        desk.scene.live(end_of(desk) + DAY)
        act(desk, desk.customer, lambda work, case: obligations.deny(work, case, "No money."))
        calendar = desk.scene.office.organisation.calendar
        assert desk.case.due_at == calendar.add_business_days(desk.scene.clock(), 1)
        assert facts(desk, "obligation.overdue") == []

    def test_what_is_denied_is_one_of_ours_and_said_in_words(self, desk: Desk) -> None:
        speaks = settled(desk)
        act(desk, speaks, doing(desk))
        with pytest.raises(errors.Invalid):
            act(desk, desk.customer, lambda work, case: obligations.deny(work, case, " "))
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, lambda work, case: obligations.deny(work, case, "No.", obligation_id=99))
        for who in (speaks, desk.handler):
            with pytest.raises(errors.NotAllowed):
                act(desk, who, obligations.confirm)

    def test_before_it_is_done_there_is_nothing_to_confirm(self, desk: Desk) -> None:
        settled(desk)
        for verb in (obligations.confirm, lambda work, case: obligations.deny(work, case, "No.")):
            with pytest.raises(errors.Stale):
                act(desk, desk.customer, verb)

    def test_a_button_of_an_earlier_turn_confirms_nothing(self, desk: Desk) -> None:
        speaks = settled(desk)
        act(desk, speaks, doing(desk))
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, lambda work, case: obligations.confirm(work, case, case.turn - 1))


class TestReopening:
    def test_what_is_not_kept_after_all_goes_on_being_carried_out(self, desk: Desk) -> None:
        speaks = concluded(desk)
        desk.scene.live(desk.scene.clock() + 3 * DAY)
        act(desk, desk.customer, complaints.reopen)
        assert (desk.case.stage, desk.case.dispute_phase) == ("in_dispute", Phase.IMPLEMENTING)
        assert (desk.case.closed_reason, desk.case.reopenings, dispute(desk).ended) == (None, 1, None)
        assert {each for each in desk.running if each != "containment"} == {"outcome"}
        assert desk.case.due_at == desk.running["outcome"].due_at
        desk.scene.live(desk.scene.clock() + DAY)
        assert letters(desk, speaks, "obligations_denied")
        act(desk, speaks, doing(desk))
        act(desk, desk.customer, obligations.confirm)
        assert (desk.case.stage, dispute(desk).ended) == ("closed", "settled")

    def test_as_often_as_it_takes(self, desk: Desk) -> None:
        speaks = concluded(desk)
        for _ in range(3):
            act(desk, desk.customer, complaints.reopen)
            act(desk, speaks, doing(desk))
            act(desk, desk.customer, obligations.confirm)
        assert desk.case.reopenings == 3

    def test_not_for_ever(self, desk: Desk) -> None:
        concluded(desk)
        desk.scene.live(desk.scene.clock() + 32 * DAY)
        with pytest.raises(errors.ReopenTooLate):
            act(desk, desk.customer, complaints.reopen)

    def test_where_nothing_was_owed_it_is_investigated_again(self, desk: Desk) -> None:
        speaks = talks(desk)
        act(desk, desk.customer, proposing(term(desk, "none", amount=None)))
        act(desk, speaks, answering(desk, True))
        act(desk, desk.customer, complaints.reopen)
        assert desk.case.stage == "investigating"
