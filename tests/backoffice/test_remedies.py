"""Each remedy of an accepted answer is carried out by somebody, in time, with evidence, or it is not done."""

import pytest

from backoffice import challenges, complaints, entries, errors, people, remedies, team
from backoffice.work import Work
from storage.complaints import Complaint
from tests.backoffice.agreeing import facts, letters, said
from tests.backoffice.carrying import (
    APOLOGY,
    REFUND,
    REPLACEMENT,
    accepted,
    act,
    answered,
    carries_out,
    day,
    denying,
    doing,
    due,
    found,
    gives,
    later,
    named,
)
from tests.backoffice.conftest import Desk
from tests.backoffice.reviewing import hire


@pytest.fixture
def finance(desk: Desk) -> int:
    """A colleague of another unit, who knows nothing of the case."""
    return desk.scene.staff("handler", department="finance")


class TestBeginning:
    def test_a_task_for_each_remedy_that_somebody_has_to_carry_out(self, desk: Desk) -> None:
        first, second = accepted(desk, REFUND, APOLOGY, named(desk, 12))
        assert [(each.code, each.place, each.owner_id) for each in (first, second)] == [
            ("refund_full", 0, None),
            ("replacement", 2, None),
        ]
        assert [each["remedy"] for each in facts(desk, "remedy.begun")] == ["refund_full", "replacement"]

    def test_the_case_is_due_when_the_first_of_them_is(self, desk: Desk) -> None:
        first, second = accepted(desk, REFUND, named(desk, 3))
        calendar, rules = desk.scene.office.organisation.calendar, desk.scene.office.organisation
        assert due(desk, first) == rules.due("refund", "medium", desk.scene.clock())
        assert due(desk, second) == calendar.end_of_day(day(desk, 3))
        assert desk.case.due_at == due(desk, second)
        act(desk, desk.handler, doing(second))
        assert desk.case.due_at == due(desk, first)

    def test_a_day_that_passed_before_it_was_accepted_leaves_a_business_day(self, desk: Desk) -> None:
        answered(desk, named(desk, 1))
        later(desk, days=4)
        desk.live("accept")
        calendar = desk.scene.office.organisation.calendar
        assert desk.case.due_at == calendar.add_business_days(desk.scene.clock(), 1)

    def test_the_decision_of_a_review_is_carried_out_alike(self, desk: Desk) -> None:
        hire(desk, "seat_legal")
        desk.live("take reject ask_review vote accept")
        (task,) = found(desk)
        act(desk, desk.handler, doing(task))
        assert desk.case.stage == "confirming"

    def test_with_nothing_to_carry_out_there_is_no_task(self, desk: Desk) -> None:
        assert accepted(desk, APOLOGY) == []
        assert desk.case.stage == "closed"


class TestDone:
    def test_one_by_one_until_the_customer_is_asked(self, desk: Desk) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        act(desk, desk.handler, doing(first))
        assert (desk.case.stage, [each.done_at is not None for each in found(desk)]) == ("implementing", [True, False])
        assert desk.scene.told(desk.customer)[-1] == "remedy_done"
        act(desk, desk.handler, doing(second, "Parcel no. 5."))
        assert desk.case.stage == "confirming"
        assert [each.text for each in said(desk, "evidence_done")] == ["Transfer no. 81.", "Parcel no. 5."]
        assert set(desk.running) == {"customer_confirm"}
        desk.scene.deliver()
        (letter,) = letters(desk, desk.customer, "remedy_carried_out")
        assert letter.parts[0]["window"] == desk.running["customer_confirm"].id
        assert [row.ended for row in desk.scene.limits(desk.code) if row.task_id] == ["met", "met"]
        desk.live("confirm")
        assert desk.case.closed_reason == "resolved"

    def test_a_file_is_enough_and_reaches_the_customer(self, desk: Desk) -> None:
        (task,) = accepted(desk, REFUND)

        def show(work: Work, case: Complaint) -> None:
            entries.attach(work, remedies.fulfil(work, case, None, task_id=task.id, source=41), "photo", "receipt")

        act(desk, desk.handler, show)
        desk.scene.deliver()
        assert letters(desk, desk.customer, "files")
        assert desk.case.stage == "confirming"

    @pytest.mark.parametrize("text", [None, "", " \u200e", "x" * (remedies.MAX_EVIDENCE + 1)])
    def test_without_evidence_that_can_be_read_nothing_is_done(self, desk: Desk, text: str | None) -> None:
        (task,) = accepted(desk, REFUND)
        with pytest.raises(errors.Invalid):
            act(desk, desk.handler, doing(task, text))
        assert (desk.case.stage, found(desk)[0].done_at) == ("implementing", None)

    def test_once(self, desk: Desk) -> None:
        first, _second = accepted(desk, REFUND, REPLACEMENT)
        act(desk, desk.handler, doing(first))
        with pytest.raises(errors.RemedyRefused) as refusal:
            act(desk, desk.handler, doing(first))
        assert refusal.value.facts["why"] == "twice"

    def test_only_what_belongs_to_the_case(self, desk: Desk) -> None:
        (elsewhere,) = accepted(desk, REFUND)
        desk.code = desk.scene.complaint(desk.customer)
        accepted(desk, REFUND)
        for number in (elsewhere.id, 0, 10**9):
            with pytest.raises(errors.Stale):
                act(desk, desk.handler, lambda work, case, n=number: remedies.fulfil(work, case, "81", task_id=n))

    def test_by_nobody_but_who_owns_the_case_or_the_task(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        for who in (desk.customer, desk.supervisor, hire(desk, "auditor")):
            with pytest.raises(errors.NotAllowed):
                act(desk, who, doing(task))
        for who in (finance, desk.scene.customer(), hire(desk, "admin")):
            with pytest.raises(errors.NotFound):
                carries_out(desk, who, task)


class TestGiving:
    def test_they_are_told_and_read_what_they_need_and_nothing_else(self, desk: Desk, finance: int) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        gives(desk, first, finance)
        assert desk.scene.told(finance)[-1] == "task_given"
        with desk.scene.acting(finance) as work:
            assert [each.id for each in remedies.mine(work)] == [first.id]
            with pytest.raises(errors.NotFound):
                complaints.find(work, desk.code)
            with pytest.raises(errors.NotFound):
                remedies.find(work, second.id)
        carries_out(desk, finance, first)
        assert desk.scene.told(desk.handler)[-1] == "task_done"
        with desk.scene.acting(finance) as work:
            assert remedies.mine(work) == []
        act(desk, desk.handler, doing(second))
        assert desk.case.stage == "confirming"

    def test_the_last_one_may_be_theirs(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        gives(desk, task, finance)
        carries_out(desk, finance, task)
        assert desk.case.stage == "confirming"

    def test_the_owner_of_the_case_may_do_it_all_the_same(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        gives(desk, task, finance)
        act(desk, desk.handler, doing(task))
        assert desk.scene.told(finance)[-1] == "task_over"

    def test_a_file_of_theirs_reaches_the_owner_as_well(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        gives(desk, task, finance)
        with desk.scene.acting(finance) as work:
            case = remedies.case_of(work, remedies.find(work, task.id))
            entries.attach(work, remedies.fulfil(work, case, None, task_id=task.id, source=41), "photo", "receipt")
        desk.scene.deliver()
        assert letters(desk, desk.handler, "files")
        assert letters(desk, desk.customer, "files")

    def test_not_to_whom_may_not_know_of_it_or_is_not_there(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        away, concerned = desk.scene.staff("handler", department="product"), desk.scene.staff("handler")
        with desk.scene.acting(away) as work:
            people.away(work)
        number = desk.scene.person(concerned).id
        act(desk, desk.supervisor, lambda work, case: challenges.name_subject(work, case, number))
        for who in (away, concerned, desk.customer, desk.handler, hire(desk, "auditor"), hire(desk, "admin")):
            with pytest.raises(errors.Invalid):
                gives(desk, task, who)
        gives(desk, task, finance)
        with pytest.raises(errors.Invalid):  # they have it
            gives(desk, task, finance)
        with desk.scene.acting(desk.handler) as work:
            listed, more = remedies.candidates(work, remedies.find(work, task.id))
        assert ({person.telegram_id for person in listed}, more) == ({desk.supervisor}, False)

    def test_by_nobody_but_the_owner_and_who_stands_above(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        for who in (desk.customer, hire(desk, "auditor")):
            with pytest.raises(errors.NotAllowed):
                gives(desk, task, finance, by=who)
        gives(desk, task, finance, by=desk.supervisor)
        gives(desk, task, desk.supervisor)
        assert desk.scene.told(finance)[-1] == "task_over"

    def test_nothing_that_is_done_or_ended_is_given(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        act(desk, desk.handler, doing(task))
        with pytest.raises(errors.RemedyRefused):
            gives(desk, task, finance)
        desk.live("confirm")
        with pytest.raises(errors.RemedyRefused):
            gives(desk, task, finance)

    def test_it_is_taken_back_or_handed_back(self, desk: Desk, finance: int) -> None:
        (task,) = accepted(desk, REFUND)
        with pytest.raises(errors.Stale):
            act(desk, desk.handler, lambda work, case: remedies.take_back(work, case, task.id))
        gives(desk, task, finance)
        act(desk, desk.handler, lambda work, case: remedies.take_back(work, case, task.id))
        assert (found(desk)[0].owner_id, desk.scene.told(finance)[-1]) == (None, "task_over")
        gives(desk, task, finance)
        with desk.scene.acting(finance) as work:
            remedies.hand_back(work, remedies.find(work, task.id))
        assert (found(desk)[0].owner_id, desk.scene.told(desk.handler)[-1]) == (None, "task_came_back")
        with desk.scene.acting(finance) as work, pytest.raises(errors.NotFound):
            remedies.find(work, task.id)

    @pytest.mark.parametrize("how", ["away", "left", "subject"])
    def test_who_goes_leaves_no_task_behind(self, desk: Desk, finance: int, how: str) -> None:
        (task,) = accepted(desk, REFUND)
        gives(desk, task, finance)
        number = desk.scene.person(finance).id
        if how == "away":
            with desk.scene.acting(finance) as work:
                people.away(work)
        elif how == "left":
            with desk.scene.acting(hire(desk, "admin")) as work:
                team.dismiss(work, number)
        else:
            act(desk, desk.supervisor, lambda work, case: challenges.name_subject(work, case, number))
        assert found(desk)[0].owner_id is None
        assert "task_came_back" in desk.scene.told(desk.handler)
        assert desk.case.due_at == due(desk, task)
        with desk.scene.acting(finance) as work, pytest.raises(errors.OfficeError):
            remedies.fulfil(work, work.db.get_one(Complaint, desk.case.id), "81", task_id=task.id)
        act(desk, desk.handler, doing(task))

    def test_where_the_owner_of_the_case_leaves_the_next_one_has_it(self, desk: Desk) -> None:
        (task,) = accepted(desk, REFUND)
        other = desk.scene.staff("handler")
        with desk.scene.acting(hire(desk, "admin")) as work:
            team.dismiss(work, desk.scene.person(desk.handler).id)
        act(desk, other, doing(task))
        assert desk.case.stage == "confirming"


class TestDenying:
    def test_only_what_is_not_done_comes_back(self, desk: Desk, finance: int) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        gives(desk, first, finance)
        carries_out(desk, finance, first)
        act(desk, desk.handler, doing(second))
        later(desk, days=1)
        act(desk, desk.customer, denying(first.id))
        assert desk.case.stage == "implementing"
        assert [(each.done_at is None, each.denials) for each in found(desk)] == [(True, 1), (False, 0)]
        assert desk.case.due_at == desk.scene.office.organisation.due("refund", "medium", desk.scene.clock())
        assert facts(desk, "complaint.denied")[-1]["tasks"] == [first.id]
        desk.scene.deliver()
        for who, template in ((desk.handler, "not_carried_out"), (desk.supervisor, "not_carried_out_overseer")):
            (letter,) = letters(desk, who, template)
            assert letter.parts[0] == {"task_ids": [first.id]}
        assert letters(desk, finance, "task_denied")
        carries_out(desk, finance, first, "Transfer no. 82.")
        assert desk.case.stage == "confirming"
        act(desk, desk.customer, denying())
        assert [(each.done_at is None, each.denials) for each in found(desk)] == [(True, 2), (True, 1)]

    def test_a_day_that_has_passed_leaves_a_business_day(self, desk: Desk) -> None:
        (task,) = accepted(desk, named(desk, 2))
        act(desk, desk.handler, doing(task))
        later(desk, days=4)
        desk.live("deny")
        calendar = desk.scene.office.organisation.calendar
        assert desk.case.due_at == calendar.add_business_days(desk.scene.clock(), 1)

    def test_what_is_not_theirs_to_say(self, desk: Desk) -> None:
        first, second = accepted(desk, REFUND, REPLACEMENT)
        with pytest.raises(errors.OfficeError):
            act(desk, desk.customer, denying())
        for task in (first, second):
            act(desk, desk.handler, doing(task))
        with pytest.raises(errors.Stale):
            act(desk, desk.customer, denying(first.id, 99))
        with pytest.raises(errors.NotAllowed):
            act(desk, desk.handler, denying(first.id))
        act(desk, desk.customer, denying(first.id))
        with pytest.raises(errors.OfficeError):  # tapped twice
            act(desk, desk.customer, denying(first.id))
        assert [each.denials for each in found(desk)] == [1, 0]

    @pytest.mark.parametrize(("places", "denied"), [("", []), ("0", [0]), ("10", [1, 0]), ("1", [1])])
    def test_they_are_named_by_their_places(self, desk: Desk, places: str, denied: list[int]) -> None:
        found_ = accepted(desk, REFUND, REPLACEMENT)
        for task in found_:
            act(desk, desk.handler, doing(task))
        with desk.scene.acting(desk.customer) as work:
            case = complaints.find(work, desk.code)
            assert remedies.denied_of(work, case, places) == [found_[place].id for place in denied]
            for wrong in ("2", "00", "x", "-1", "٠", "0.1", "9" * 40):
                with pytest.raises(errors.Invalid):
                    remedies.denied_of(work, case, wrong)
