"""What colleagues are asked: opinions of other units, and the side of who is complained of, fairly and in time."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice import challenges, complaints, entries, errors, handling, inquiries, people, rights, team
from backoffice.inquiries import DECLINED, GIVEN, STATEMENT, WITHDRAWN
from backoffice.work import Work
from storage.complaints import Complaint
from storage.investigation import Inquiry
from tests.backoffice.conftest import Desk

GIST = "A customer says that you hung up on the second of May."


def ask(unit: str = "finance", *, shared: bool = False) -> object:
    return lambda work, case: inquiries.ask_opinion(work, case, unit, "Was the refund booked?", shared=shared)


def newest(desk: Desk) -> Inquiry:
    with desk.scene.office.look() as work:
        return list(work.db.exec(select(Inquiry)))[-1]


def asked(desk: Desk, unit: str = "finance", *, shared: bool = False) -> Inquiry:
    desk.live("take")
    desk.scene.act(desk.handler, desk.code, ask(unit, shared=shared))
    return newest(desk)


def reply(desk: Desk, who: int, number: int, text: str | None = "It was not.") -> None:
    with desk.scene.acting(who) as work:
        inquiry = inquiries.find_mine(work, number)
        inquiries.give(work, inquiries.case_of(work, inquiry), text, inquiry_id=number)


def name(desk: Desk, who: int, by: int | None = None) -> bool:
    with desk.scene.acting(by or desk.supervisor) as work:
        return challenges.name_subject(work, complaints.find(work, desk.code), desk.scene.person(who).id)


def arrived(desk: Desk, who: int) -> list[str]:
    return [each.template for each in desk.scene.post if each.to == who]


def barred(desk: Desk) -> dict[int, str]:
    return {desk.scene.messenger(int(each)): why for each, why in desk.case.barred.items()}


class TestAnOpinion:
    def test_goes_to_a_unit_and_whoever_takes_it_answers(self, desk: Desk) -> None:
        one, two = (desk.scene.staff("handler", department="finance") for _each in range(2))
        number = asked(desk).id
        due = desk.case.due_at
        assert [desk.scene.told(who).count("opinion_wanted") for who in (one, two, desk.supervisor)] == [1, 1, 0]
        with desk.scene.acting(two) as work:
            inquiries.take(work, inquiries.find(work, number))
        with desk.scene.acting(one) as work, pytest.raises(errors.InquiryRefused) as refusal:
            inquiries.take(work, inquiries.find(work, number))
        assert refusal.value.facts["why"] == "taken"
        reply(desk, two, number)
        reply(desk, two, number, "And the bank confirms it.")
        assert (newest(desk).ended, newest(desk).next_at) == (GIVEN, None)
        assert "inquiry_answered" in desk.scene.told(desk.handler)
        assert desk.case.due_at == due
        assert "customer_wrote" not in desk.scene.told(desk.customer)
        history = desk.scene.history(desk.code)
        assert history.count("inquiry.asked") == history.count("inquiry.given") == 1

    def test_opens_nothing_of_the_case_to_who_is_asked(self, desk: Desk) -> None:
        asks = desk.scene.staff("handler", department="finance")
        number = asked(desk).id
        with desk.scene.acting(asks) as work:
            with pytest.raises(errors.NotFound):
                complaints.find(work, desk.code)
            assert inquiries.files(work, inquiries.find(work, number)) == []
        stranger = desk.scene.staff("handler", department="product")
        for who in (stranger, desk.customer):
            for wrong in (number, 0, -1, 10**30):
                with desk.scene.acting(who) as work, pytest.raises(errors.NotFound):
                    inquiries.find(work, wrong)

    def test_shows_the_customers_files_only_where_they_are_shared(self, desk: Desk) -> None:
        asks = desk.scene.staff("handler", department="finance")
        with desk.scene.acting(desk.customer) as work:
            case = complaints.find(work, desk.code)
            entries.attach(work, complaints.add(work, case, "Look."), "photo", "file-1")
        desk.live("take")
        for shared, count in ((False, 0), (True, 1)):
            desk.scene.act(desk.handler, desk.code, ask(shared=shared))
            with desk.scene.acting(asks) as work:
                assert inquiries.send_files(work, inquiries.find(work, newest(desk).id)) == count
        assert desk.scene.told(asks).count("inquiry_file") == 1

    def test_a_file_of_it_goes_to_the_owner_and_never_to_the_customer(self, desk: Desk) -> None:
        asks = desk.scene.staff("handler", department="finance")
        number = asked(desk).id
        with desk.scene.acting(asks) as work:
            case = work.db.get_one(Complaint, desk.case.id)
            entries.attach(work, inquiries.give(work, case, None, inquiry_id=number), "document", "file-2")
        assert "files" in desk.scene.told(desk.handler)
        assert "files" not in desk.scene.told(desk.customer)

    def test_is_reminded_of_before_and_at_its_limit_and_its_owner_then(self, desk: Desk) -> None:
        asks = desk.scene.staff("handler", department="finance")
        inquiry = asked(desk)
        desk.scene.live(inquiry.due_at - timedelta(minutes=1))
        assert arrived(desk, asks).count("inquiry_reminder") == 1
        assert "inquiry_late" not in arrived(desk, desk.handler)
        desk.scene.live(inquiry.due_at + timedelta(days=3))
        assert arrived(desk, asks).count("inquiry_reminder") == 2
        assert arrived(desk, desk.handler).count("inquiry_late") == 1

    def test_is_passed_on_by_who_is_away_or_leaves(self, desk: Desk) -> None:
        one, two = (desk.scene.staff("handler", department="finance") for _each in range(2))
        admin = desk.scene.staff("admin", department=None)
        number = asked(desk).id
        for who, other, go in ((one, two, people.away), (two, one, None)):
            with desk.scene.acting(who) as work:
                inquiries.take(work, inquiries.find(work, number))
            with desk.scene.acting(admin if go is None else who) as work:
                if go is None:
                    team.dismiss(work, desk.scene.person(who).id)
                else:
                    go(work)
            assert newest(desk).person_id is None
            assert desk.scene.told(other)[-1] == "opinion_wanted"

    def test_with_nobody_left_is_told_to_who_asked(self, desk: Desk) -> None:
        one, admin = desk.scene.staff("handler", department="finance"), desk.scene.staff("admin", department=None)
        number = asked(desk).id
        with desk.scene.acting(one) as work:
            inquiries.take(work, inquiries.find(work, number))
        with desk.scene.acting(admin) as work:
            team.dismiss(work, desk.scene.person(one).id)
        assert "opinion_orphaned" in desk.scene.told(desk.handler)

    def test_is_withdrawn_once_and_not_answered_after(self, desk: Desk) -> None:
        one = desk.scene.staff("handler", department="finance")
        number = asked(desk).id
        with desk.scene.acting(desk.handler) as work:
            inquiries.withdraw(work, inquiries.find(work, number))
        assert newest(desk).ended == WITHDRAWN
        assert desk.scene.told(one)[-1] == "inquiry_withdrawn"
        with pytest.raises(errors.InquiryRefused):
            reply(desk, one, number)
        with desk.scene.acting(desk.handler) as work, pytest.raises(errors.InquiryRefused):
            inquiries.withdraw(work, inquiries.find(work, number))

    def test_is_over_when_the_case_is(self, desk: Desk) -> None:
        one = desk.scene.staff("handler", department="finance")
        number = asked(desk).id
        desk.live("withdraw")
        with pytest.raises(errors.InquiryRefused):
            reply(desk, one, number)
        desk.scene.live(newest(desk).due_at)
        assert newest(desk).ended == WITHDRAWN

    def test_is_asked_of_units_that_have_somebody_and_in_words(self, desk: Desk) -> None:
        desk.scene.staff("legal", department=None)
        desk.live("take")
        with desk.scene.acting(desk.handler) as work:
            case = complaints.find(work, desk.code)
            assert [each.code for each in inquiries.units(work, case)] == ["delivery", "@legal"]
            for unit in ("finance", "", "@admin", "x"):
                with pytest.raises(errors.Invalid):
                    inquiries.ask_opinion(work, case, unit, "What?")
            with pytest.raises(errors.Invalid):
                inquiries.ask_opinion(work, case, "@legal", "  ")
            for _each in range(inquiries.AT_ONCE):
                inquiries.ask_opinion(work, case, "@legal", "What?")
            with pytest.raises(errors.InquiryRefused):
                inquiries.ask_opinion(work, case, "@legal", "What?")


class TestThePersonConcerned:
    @pytest.fixture
    def accused(self, desk: Desk) -> int:
        who = desk.scene.staff("handler")
        name(desk, who)
        desk.live("take")
        return who

    def ask(self, desk: Desk) -> int:
        desk.scene.act(desk.handler, desk.code, lambda work, case: inquiries.ask_statement(work, case, GIST))
        return newest(desk).id

    def test_reads_the_gist_and_answers_without_the_case(self, desk: Desk, accused: int) -> None:
        number = self.ask(desk)
        with desk.scene.acting(accused) as work:
            assert inquiries.question(work, inquiries.find_mine(work, number)) == GIST
            with pytest.raises(errors.NotFound):
                complaints.find(work, desk.code)
        reply(desk, accused, number, "The line broke.")
        with desk.scene.acting(desk.handler) as work:
            (said,) = inquiries.answers(work, inquiries.find(work, number))
        assert (said.kind, said.text) == ("account", "The line broke.")
        assert "inquiry_answered" in desk.scene.told(desk.handler)

    def test_may_say_nothing(self, desk: Desk, accused: int) -> None:
        number = self.ask(desk)
        with desk.scene.acting(accused) as work:
            inquiries.decline(work, inquiries.find_mine(work, number))
        assert newest(desk).ended == DECLINED
        assert "statement_declined" in desk.scene.told(desk.handler)

    def test_is_not_asked_twice_at_once_nor_where_nobody_is_named(self, desk: Desk, accused: int) -> None:
        self.ask(desk)
        with pytest.raises(errors.Stale):
            self.ask(desk)
        with desk.scene.acting(desk.handler) as work:
            challenges.name_subject(work, complaints.find(work, desk.code), None)
        assert newest(desk).ended == WITHDRAWN
        with desk.scene.acting(accused) as work, pytest.raises(errors.NotFound):
            inquiries.find(work, newest(desk).id + 1)
        with pytest.raises(errors.Stale):
            self.ask(desk)

    def test_is_asked_later_where_that_would_do_harm(self, desk: Desk, accused: int) -> None:
        why = "The recordings are not secured yet."
        desk.scene.act(desk.handler, desk.code, lambda work, case: inquiries.put_off_statement(work, case, why))
        with desk.scene.office.look() as work:
            found = inquiries.put_off(work, desk.case)
            assert found is not None
            assert found.text == why
        assert "statement_wanted" not in desk.scene.told(accused)
        self.ask(desk)
        assert "statement_wanted" in desk.scene.told(accused)
        with desk.scene.office.look() as work:
            assert inquiries.put_off(work, desk.case) is None


class TestWhoAnswersToThem:
    def test_loses_the_case_too_and_it_goes_to_another_unit_or_higher(self, desk: Desk) -> None:
        elsewhere = desk.scene.staff("handler", department="finance")
        manager = desk.scene.staff("complaints_manager", department=None)
        desk.live("take")
        assert name(desk, desk.supervisor, by=manager)
        assert barred(desk) == {desk.supervisor: rights.SUBJECT, desk.handler: rights.SUBORDINATE}
        assert desk.case.owner_id == desk.scene.person(elsewhere).id
        for who in (desk.supervisor, desk.handler):
            with desk.scene.acting(who) as work, pytest.raises(errors.NotFound):
                complaints.find(work, desk.code)
        with desk.scene.acting(elsewhere) as work:
            handling.note(work, complaints.find(work, desk.code), "Mine now.")

    def test_is_nobody_from_outside(self, desk: Desk) -> None:
        manager = desk.scene.staff("complaints_manager", department=None)
        mediator = desk.scene.staff("resolver", department=None)
        desk.live("take")
        name(desk, manager, by=desk.supervisor)
        assert mediator not in barred(desk)

    def test_goes_to_managers_where_no_other_unit_is_there(self, desk: Desk) -> None:
        manager = desk.scene.staff("complaints_manager", department=None)
        desk.live("take")
        assert name(desk, desk.supervisor, by=manager)
        assert desk.case.owner_id is None
        assert "case_unassigned" in desk.scene.told(manager)
        desk.scene.act(manager, desk.code, handling.take)
        assert desk.case.owner_id == desk.scene.person(manager).id

    def test_keeps_it_only_where_nobody_else_could_handle_it(self, desk: Desk) -> None:
        desk.live("take")
        assert not name(desk, desk.supervisor, by=desk.handler)
        assert barred(desk) == {desk.supervisor: rights.SUBJECT}
        assert desk.case.owner_id == desk.scene.person(desk.handler).id
        assert "complaint.subordinates_kept" in desk.scene.history(desk.code)

    def test_top_management_gets_it_where_it_alone_is_left(self, desk: Desk) -> None:
        top = desk.scene.staff("top_management", department=None)
        desk.live("take")
        assert name(desk, desk.supervisor, by=desk.handler)
        assert desk.case.owner_id == desk.scene.person(top).id

    def test_has_it_back_when_it_was_a_mistake(self, desk: Desk) -> None:
        manager = desk.scene.staff("complaints_manager", department=None)
        desk.live("take")
        name(desk, desk.supervisor, by=manager)
        with desk.scene.acting(manager) as work:
            challenges.name_subject(work, complaints.find(work, desk.code), None)
        assert desk.case.barred == {}

    def test_gives_back_the_opinion_that_they_had_taken(self, desk: Desk) -> None:
        manager = desk.scene.staff("complaints_manager", department=None)
        chief, one = (
            desk.scene.staff("supervisor", department="finance"),
            desk.scene.staff("handler", department="finance"),
        )
        number = asked(desk).id
        with desk.scene.acting(one) as work:
            inquiries.take(work, inquiries.find(work, number))
        name(desk, chief, by=manager)
        with desk.scene.acting(one) as work, pytest.raises(errors.NotFound):
            inquiries.find(work, number)
        assert newest(desk).person_id is None


def test_a_statement_is_no_opinion(desk: Desk) -> None:
    one = desk.scene.staff("handler", department="finance")
    number = asked(desk).id

    def refuse(work: Work) -> None:
        inquiries.decline(work, inquiries.find_mine(work, number))

    with desk.scene.acting(one) as work, pytest.raises(errors.NotAllowed):
        refuse(work)
    assert newest(desk).kind != STATEMENT
