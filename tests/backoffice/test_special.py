"""Cases that are merged, set aside, opened again, about handling itself, kept and erased: what the rules guarantee."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from backoffice import (
    complaints,
    conduct,
    continuing,
    erasure,
    errors,
    handling,
    holding,
    intake,
    merging,
    reopening,
    scope,
    withdrawing,
)
from backoffice.disputes import choosing
from backoffice.entries import sent
from backoffice.figures.cases import load
from backoffice.figures.facts import Kind, facts
from backoffice.learning.causes import owed
from backoffice.stages import Stage
from storage.complaints import Complaint, merged_into
from storage.crypto import Encrypted
from storage.people import Person
from tests.backoffice.conftest import Desk, Scene
from tests.backoffice.special_deeds import exclude


def merge(desk: Desk, who: int, part: str, master: str) -> None:
    with desk.scene.acting(who) as work:
        merging.merge(work, complaints.find(work, part), complaints.find(work, master))


def why(desk: Desk, who: int, part: str, master: str) -> str:
    with pytest.raises(errors.SetAsideRefused) as refusal:
        merge(desk, who, part, master)
    return str(refusal.value.facts["why"])


class TestMerging:
    def test_no_date_becomes_later_and_undoing_it_restores_everything(self, desk: Desk) -> None:
        desk.scene.clock.now += timedelta(days=1)
        part = desk.scene.complaint(desk.customer)
        before, dates = desk.scene.case(part), [(each.target, each.due_at) for each in desk.scene.running(part)]
        was = desk.case.due_at
        merge(desk, desk.handler, part, desk.code)
        merged = desk.scene.case(part)
        assert (merged.stage, merged.closed_reason, merged.merged_into_id) == (Stage.CLOSED, "duplicate", desk.case.id)
        assert desk.case.due_at == was
        assert was is not None
        assert before.due_at is not None
        assert was <= before.due_at
        assert desk.scene.running(part) == []
        with desk.scene.office.look() as work:
            assert len(sent(work, desk.case)) == 2
        desk.scene.act(desk.customer, part, merging.contest)
        again = desk.scene.case(part)
        assert (again.stage, again.closed_reason, again.closed_at) == (Stage.RECEIVED, None, None)
        assert again.due_at == before.due_at
        assert sorted(map(str, dates)) == sorted(str((each.target, each.due_at)) for each in desk.scene.running(part))
        with desk.scene.office.look() as work:
            assert len(sent(work, desk.case)) == 1
        assert why(desk, desk.handler, part, desk.code) == "contested"

    def test_what_passed_meanwhile_is_due_the_next_business_day(self, desk: Desk) -> None:
        part = desk.scene.complaint(desk.customer)
        merge(desk, desk.handler, part, desk.code)
        desk.scene.live(desk.scene.clock() + timedelta(days=25))
        desk.scene.act(desk.supervisor, part, merging.contest)
        due = desk.scene.case(part).due_at
        assert due is not None
        assert desk.scene.clock() < due < desk.scene.clock() + timedelta(days=5)

    def test_a_closed_one_comes_back_for_it_with_half_the_time(self, desk: Desk) -> None:
        desk.live("take reject accept")
        part = desk.scene.complaint(desk.customer)
        merge(desk, desk.handler, part, desk.code)
        assert (desk.case.stage, desk.case.reopenings) == (Stage.INVESTIGATING, 1)
        with desk.scene.acting(desk.customer) as work:
            complaints.add(work, complaints.find(work, part), "Here is more.")
        with desk.scene.office.look() as work:
            assert [each.complaint_id for each in sent(work, desk.case)].count(desk.case.id) == 2

    def test_the_graver_severity_holds(self, desk: Desk) -> None:
        part = desk.scene.complaint(desk.customer)
        desk.scene.act(desk.supervisor, part, lambda work, case: setattr(case, "severity", "critical"))
        merge(desk, desk.handler, part, desk.code)
        assert desk.case.severity == "critical"

    def test_parts_of_a_part_go_with_it(self, desk: Desk) -> None:
        second, third = desk.scene.complaint(desk.customer), desk.scene.complaint(desk.customer)
        merge(desk, desk.handler, third, second)
        merge(desk, desk.handler, second, desk.code)
        with desk.scene.office.look() as work:
            assert {each.code for each in merged_into(work.db, desk.case.id)} == {second, third}

    def test_what_cannot_be_merged(self, desk: Desk) -> None:
        other = desk.scene.complaint(desk.scene.customer())
        part = desk.scene.complaint(desk.customer)
        assert why(desk, desk.handler, part, other) == "other_customer"
        assert why(desk, desk.handler, part, part) == "other_customer"
        desk.scene.clock.now += timedelta(minutes=1)
        late = desk.scene.complaint(desk.customer)
        assert why(desk, desk.handler, part, late) == "later"
        desk.scene.act(desk.customer, desk.code, withdrawing.withdraw)
        desk.scene.live(desk.scene.clock() + timedelta(days=40))
        desk.scene.act(desk.handler, late, handling.take)  # it had gone back to the queue
        assert why(desk, desk.handler, late, desk.code) == "over"
        with desk.scene.acting(desk.customer) as work:
            complaints.find(work, late).anonymous = True
        assert why(desk, desk.handler, late, part) == "anonymous"
        with desk.scene.acting(desk.handler) as work:
            assert merging.alike(work, complaints.find(work, late)) == []

    def test_figures_forget_a_closing_that_did_not_hold(self, desk: Desk) -> None:
        part = desk.scene.complaint(desk.customer)
        merge(desk, desk.handler, part, desk.code)
        desk.scene.act(desk.customer, part, merging.contest)
        with desk.scene.office.look() as work:
            (case,) = load(work, [desk.scene.case(part).id])
            counted = {each.kind for each in facts(work.organisation, case)}
        assert Kind.RECEIVED in counted
        assert not {Kind.CLOSED, Kind.RESOLVED} & counted


class TestScope:
    def test_a_handler_proposes_and_who_stands_above_decides(self, desk: Desk) -> None:
        desk.scene.act(desk.handler, desk.code, exclude)
        assert desk.case.stage == Stage.RECEIVED
        assert "exclusion_proposed" in desk.scene.told(desk.supervisor)
        with pytest.raises(errors.SetAsideRefused):
            desk.scene.act(desk.handler, desk.code, exclude)
        desk.scene.act(desk.supervisor, desk.code, lambda work, case: scope.confirm(work, case, 1))
        assert desk.case.closed_reason == "out_of_scope"
        with desk.scene.office.look() as work:
            assert owed(work, desk.case) is None
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.customer, desk.code, complaints.reopen)

    def test_contested_it_is_for_somebody_else_and_only_once(self, desk: Desk) -> None:
        desk.scene.act(desk.supervisor, desk.code, exclude)
        desk.scene.act(desk.customer, desk.code, scope.contest)
        assert desk.case.stage == Stage.RECEIVED
        for who in (desk.supervisor, desk.handler):
            with pytest.raises(errors.SetAsideRefused) as refusal:
                desk.scene.act(who, desk.code, exclude)
            assert refusal.value.facts["why"] == "first"
        second = desk.scene.staff("supervisor")
        desk.scene.act(second, desk.code, exclude)
        assert desk.case.closed_reason == "out_of_scope"
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.customer, desk.code, scope.contest)

    def test_the_time_to_contest_ends(self, desk: Desk) -> None:
        desk.scene.act(desk.supervisor, desk.code, exclude)
        desk.scene.live(desk.scene.clock() + timedelta(days=16))
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.customer, desk.code, scope.contest)

    def test_without_anybody_above_it_is_answered_instead(self, scene: Scene) -> None:
        handler, customer = scene.staff("handler"), scene.customer()
        code = scene.complaint(customer)
        with pytest.raises(errors.SetAsideRefused) as refusal:
            scene.act(handler, code, exclude)
        assert refusal.value.facts["why"] == "nobody"

    @pytest.mark.parametrize("bad", [{"reason": "moon"}, {"provider": "nobody"}, {"place": "  "}, {"place": "x" * 501}])
    def test_what_the_file_does_not_know_is_refused(self, desk: Desk, bad: dict[str, str]) -> None:
        asked = {"reason": "no_complaint", **bad}
        with pytest.raises(errors.Invalid):
            desk.scene.act(desk.handler, desk.code, lambda work, case: scope.propose(work, case, **asked))  # type: ignore[arg-type]
        assert desk.case.stage == Stage.RECEIVED


class TestComingBack:
    def test_from_above_at_any_time_with_a_reason_and_twice_at_most(self, desk: Desk) -> None:
        desk.live("take reject accept")
        desk.scene.live(desk.scene.clock() + timedelta(days=90))
        for number in (1, 2):
            desk.scene.act(desk.supervisor, desk.code, lambda work, case: reopening.reopen_for(work, case, "A film."))
            assert (desk.case.stage, desk.case.reopenings) == (Stage.INVESTIGATING, number)
            desk.live("reject accept")
        with pytest.raises(errors.Stale):
            desk.scene.act(desk.supervisor, desk.code, lambda work, case: reopening.reopen_for(work, case, "Again."))

    def test_the_second_time_it_goes_to_nobody_who_had_it(self, desk: Desk) -> None:
        desk.live("take reject accept reopen reject accept")
        other = desk.scene.staff("handler")
        desk.live("reopen")
        assert desk.case.owner_id == desk.scene.person(other).id

    def test_a_new_one_continues_what_is_closed_too_long(self, desk: Desk) -> None:
        desk.live("take reject accept")
        with desk.scene.acting(desk.customer) as work, pytest.raises(errors.Stale):
            continuing.begin(work, complaints.find(work, desk.code), "en")
        desk.scene.live(desk.scene.clock() + timedelta(days=40))
        with desk.scene.acting(desk.customer) as work:
            draft = continuing.begin(work, complaints.find(work, desk.code), "en")
            assert (draft.continues_id, draft.category) == (desk.case.id, "delivery.late")
            intake.set_anonymous(work, draft, True)
            assert draft.continues_id is None

    def test_a_withdrawal_that_concerns_safety_keeps_its_analysis(self, scene: Scene) -> None:
        supervisor, customer = scene.staff("supervisor", department=None), scene.customer()
        code = scene.complaint(customer, "product.safety")
        scene.act(supervisor, code, lambda work, case: withdrawing.record(work, case, "By phone."))
        assert scene.case(code).closed_reason == "withdrawn"
        assert "case.kept_inside" in scene.history(code)
        with scene.office.look() as work:
            assert owed(work, scene.case(code)) is not None


class TestHandlingItself:
    def test_goes_above_whoever_is_concerned(self, scene: Scene) -> None:
        manager = scene.staff("complaints_manager", "handler", department=None)
        top, customer = scene.staff("top_management", department=None), scene.customer()
        first = scene.answered(customer, manager)
        with scene.acting(customer) as work:
            draft = intake.begin(work, "en")
            intake.choose_category(work, draft, "process.complaint")
            intake.choose_about(work, draft, complaints.find(work, first))
            intake.tell_story(work, draft, "Nobody listened to me.")
            code = intake.submit(work, draft).complaint.code or ""
        assert scene.case(code).owner_id == scene.person(top).id
        with scene.acting(manager) as work, pytest.raises(errors.NotFound):
            complaints.find(work, code)

    def test_of_nobody_in_particular_goes_to_the_manager(self, scene: Scene) -> None:
        scene.staff("handler", department=None)
        manager = scene.staff("complaints_manager", department=None)
        code = scene.complaint(scene.customer(), "process.complaint")
        assert scene.case(code).owner_id == scene.person(manager).id

    def test_a_case_of_somebody_else_cannot_be_named(self, desk: Desk) -> None:
        with desk.scene.acting(desk.scene.customer()) as work:
            draft = intake.begin(work, "en")
            with pytest.raises(errors.Invalid):
                intake.choose_about(work, draft, work.db.get_one(Complaint, desk.case.id))


class TestKept:
    def test_no_third_party_begins_and_nothing_is_erased(self, desk: Desk) -> None:
        manager = desk.scene.staff("complaints_manager", department=None)
        desk.live("take declare")
        desk.scene.act(manager, desk.code, lambda work, case: holding.hold(work, case, "It is in court."))
        with pytest.raises(errors.DisputeRefused):
            desk.scene.act(desk.customer, desk.code, choosing.negotiate)
        desk.scene.staff("legal", department=None)
        with pytest.raises(errors.SetAsideRefused):
            desk.scene.act(manager, desk.code, lambda work, case: holding.lift(work, case, "It is over."))

    def test_erased_nothing_shows_whose_it_was_and_the_log_holds(self, desk: Desk) -> None:
        desk.live("take reject ask_review dismiss accept")
        with desk.scene.office.work() as work:
            case = work.db.get_one(Complaint, desk.case.id)
            case.name, case.contact, case.reference = "Sara", "sara@example.org", "A-1"
            case.closed_at = work.now - timedelta(days=366 * 5)
            assert erasure.expire(work) == 1
            assert erasure.expire(work) == 0
        with desk.scene.office.look() as work:
            case = work.db.get_one(Complaint, desk.case.id)
            assert (case.name, case.contact, case.reference) == (None, None, None)
            assert {each.text for each in sent(work, case)} == {None}
            assert work.db.get_one(Person, case.customer_id).telegram_id == 0
        with desk.scene.acting(desk.customer) as work:
            assert complaints.mine(work) == ([], False)

    def test_every_place_where_words_of_a_case_lie_is_known(self) -> None:
        """What is kept is ours, about the case and not about whoever complained."""
        kept = {
            "dispute.amount", "referral.cost", "referral.declaration", "referral.resolver_name", "obligation.amount",
            "lesson.words", "lesson.cost", "expense.amount", "incident.title",
        }  # fmt: skip
        apart = {"answer.remedies", "proposal.content"}  # they lose the words in them
        gone = {"attachment.file_id", "attachment.file_name"}  # whole rows
        besides = {"account", "account_clause", "action", "action_words", "alarm_group", "conversation", "digest"}
        besides |= {"inbox", "outbox", "person", "provider_note"}  # of no case, or wiped when they are done
        erased = {f"complaint.{name}" for name in erasure.OF_CASE}
        erased |= {f"{model.__tablename__}.{name}" for model, names in erasure.WORDS.items() for name in names}
        found = {
            f"{table.name}.{column.name}"
            for table in SQLModel.metadata.tables.values()
            for column in table.columns
            if isinstance(column.type, Encrypted) and table.name not in besides
        }
        assert found - erased == kept | apart | gone

    def test_words_of_a_counter_offer_can_be_marked_as_well(self, desk: Desk) -> None:
        desk.live("take refund counter")
        with desk.scene.acting(desk.handler) as work:
            newest, *_rest = conduct.markable(work, complaints.find(work, desk.code))
        assert newest.kind == "counter"

    def test_words_are_marked_once_and_only_the_complainants(self, desk: Desk) -> None:
        desk.live("take")
        desk.scene.act(desk.handler, desk.code, lambda work, case: handling.note(work, case, "Hm."))
        with desk.scene.acting(desk.handler) as work:
            case = complaints.find(work, desk.code)
            (entry,) = conduct.markable(work, case)
            conduct.mark(work, case, entry.id)
            for number in (entry.id, entry.id + 1, 0, 10**6):
                with pytest.raises(errors.Stale):
                    conduct.mark(work, case, number)
