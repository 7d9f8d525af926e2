"""Whose a case is stays hidden until somebody says why they need it; and who read what is kept (S35, S36)."""

from datetime import timedelta

import pytest

from backoffice import complaints, contacts, entries, erasure, errors, intake, own_data, reading
from backoffice.reading import CALL, CARD, CONFLICT, HISTORY, IDENTITY, OTHER, UNMASKED
from backoffice.work import Work
from storage import journal, readings
from storage.complaints import Complaint
from storage.readings import Unmasking
from tests.backoffice.conftest import Desk
from tests.backoffice.recorded import PHONE, record

NAME, CONTACT = "Sara Ahmadi", "0912 345 67 89"


@pytest.fixture
def named(desk: Desk) -> Desk:
    """A case of somebody who said who they are."""
    with desk.scene.office.work() as work:
        case = work.db.get_one(Complaint, desk.case.id)
        case.name, case.contact, case.acting_for, case.acting_as = NAME, CONTACT, "Tom Ahmadi", "guardian"
    return desk


def unmask(desk: Desk, who: int, reason: str = CALL, words: str | None = None) -> reading.Identity:
    with desk.scene.acting(who) as work:
        return reading.unmask(work, complaints.find(work, desk.code), reason, words)


def facts(desk: Desk) -> list[dict[str, object]]:
    with desk.scene.office.look() as work:
        history = journal.history(work.db, desk.case.id)
        return [each.facts for each in history if each.event == "case.unmasked"]


def rows(desk: Desk) -> list[tuple[int, str]]:
    with desk.scene.office.look() as work:
        return [(each.person_id, each.what) for each in readings.readings_of(work.db, desk.case.id)]


def opened(desk: Desk, who: int, what: str = CARD) -> None:
    with desk.scene.acting(who) as work:
        reading.opened(work, complaints.find(work, desk.code), what)


class TestUnmasking:
    def test_hands_out_all_of_it_and_keeps_who_when_and_why(self, named: Desk) -> None:
        assert unmask(named, named.handler) == reading.Identity(NAME, "Tom Ahmadi", (CONTACT,))
        assert [each["reason"] for each in facts(named)] == [CALL]
        assert rows(named) == [(named.scene.person(named.handler).id, UNMASKED)]
        manager = named.scene.staff("complaints_manager", department=None)
        with named.scene.acting(manager) as work:
            (kept,) = reading.unmaskings(work, complaints.find(work, named.code))
            assert (kept.person_id, kept.at) == (named.scene.person(named.handler).id, work.now)

    def test_another_reason_is_typed_and_never_stands_in_the_log(self, named: Desk) -> None:
        for words in (None, " "):
            with pytest.raises(errors.Invalid):
                unmask(named, named.handler, OTHER, words)
        with pytest.raises(errors.Invalid):
            unmask(named, named.handler, OTHER, "x" * 301)
        unmask(named, named.handler, OTHER, "She stands at our counter.")
        assert "counter" not in str(facts(named))
        with named.scene.office.look() as work:
            assert work.db.get_one(Unmasking, 1).words == "She stands at our counter."

    @pytest.mark.parametrize("reason", ["", "curious", CONFLICT])
    def test_a_reason_that_is_not_offered_is_none(self, named: Desk, reason: str) -> None:
        with pytest.raises(errors.Invalid):
            unmask(named, named.handler, reason)
        assert facts(named) == []

    def test_where_nothing_is_hidden_there_is_nothing_to_ask_for(self, desk: Desk) -> None:
        with pytest.raises(errors.Stale):
            unmask(desk, desk.handler)
        with desk.scene.acting(desk.handler) as work:
            assert not reading.hides(work, complaints.find(work, desk.code))

    def test_of_an_anonymous_case_nobody_learns_a_name(self, named: Desk) -> None:
        with named.scene.office.work() as work:
            case = work.db.get_one(Complaint, named.case.id)
            case.anonymous, case.acting_for, case.contact = True, None, None
        with pytest.raises(errors.Stale):
            unmask(named, named.handler)

    def test_who_only_judges_it_gets_no_contact(self, named: Desk) -> None:
        named.live("take reject ask_review")
        (reviewer,) = named.scene.sitting(named.code)
        with pytest.raises(errors.Invalid):
            unmask(named, reviewer, CALL)
        assert unmask(named, reviewer, CONFLICT) == reading.Identity(NAME, "Tom Ahmadi", ())

    def test_the_way_to_reach_them_that_a_review_names_is_shown_too(self, named: Desk) -> None:
        named.live("take reject ask_review withdraw_review")
        with named.scene.office.work() as work:
            (asked,) = named.scene.requests(named.code)
            found = work.db.get_one(type(asked), asked.id)
            found.contact = "sara@example.org"
        assert unmask(named, named.handler).contacts == (CONTACT, "sara@example.org")

    def test_a_name_can_stand_in_a_template_for_a_day(self, named: Desk) -> None:
        def knows(who: int) -> bool:
            with named.scene.acting(who) as work:
                return reading.knows_name(work, complaints.find(work, named.code))

        unmask(named, named.handler)
        assert (knows(named.handler), knows(named.supervisor)) == (True, False)
        named.scene.clock.now += timedelta(days=1)
        assert not knows(named.handler)

    def test_nobody_else_is_handed_anything(self, named: Desk) -> None:
        for role in ("admin", "seat_support", "resolver"):
            with pytest.raises(errors.NotFound):
                unmask(named, named.scene.staff(role, department=None), IDENTITY)
        with pytest.raises(errors.NotAllowed):
            unmask(named, named.customer, IDENTITY)


class TestReading:
    def test_is_kept_once_an_hour_by_person_and_kind(self, desk: Desk) -> None:
        for _time in range(3):
            opened(desk, desk.handler)
        opened(desk, desk.handler, HISTORY)
        opened(desk, desk.supervisor)
        handler, supervisor = (desk.scene.person(each).id for each in (desk.handler, desk.supervisor))
        assert sorted(rows(desk)) == sorted([(handler, CARD), (handler, HISTORY), (supervisor, CARD)])
        desk.scene.clock.now += timedelta(hours=1)
        opened(desk, desk.handler)
        assert len(rows(desk)) == 4

    def test_does_not_make_the_chain_of_the_case_longer(self, desk: Desk) -> None:
        before = desk.scene.history(desk.code)
        opened(desk, desk.handler)
        assert desk.scene.history(desk.code) == before

    def test_what_people_read_of_their_own_is_theirs(self, desk: Desk) -> None:
        opened(desk, desk.customer)
        with desk.scene.acting(desk.handler) as work:
            draft = intake.begin(work, "en")
            reading.opened(work, draft)
        assert rows(desk) == []

    def test_is_read_by_who_checks_and_by_nobody_else(self, desk: Desk) -> None:
        opened(desk, desk.handler, HISTORY)
        opened(desk, desk.handler)
        for role in ("auditor", "complaints_manager"):
            with desk.scene.acting(desk.scene.staff(role, department=None)) as work:
                (reader,) = reading.readers(work, complaints.find(work, desk.code))
                assert (reader.person_id, reader.what) == (desk.scene.person(desk.handler).id, (CARD, HISTORY))
        for who in (desk.handler, desk.supervisor):
            for verb in (reading.readers, reading.unmaskings):
                with desk.scene.acting(who) as work, pytest.raises(errors.NotAllowed):
                    verb(work, complaints.find(work, desk.code))

    def test_the_copy_of_ones_data_counts_readers_by_role_and_names_nobody(self, desk: Desk) -> None:
        for who in (desk.handler, desk.supervisor, desk.scene.staff("handler", "supervisor")):
            opened(desk, who)
        with desk.scene.acting(desk.customer) as work:
            (case,) = own_data.copy(work).cases
        assert case.readers == {"handler": 2, "supervisor": 1}

    def test_goes_with_what_was_read_and_the_log_still_says_who_unmasked(self, named: Desk) -> None:
        named.live("take reject accept")
        unmask(named, named.handler, OTHER, "She rang, and gave the number 77.")
        opened(named, named.handler)
        with named.scene.office.work() as work:
            case = work.db.get_one(Complaint, named.case.id)
            erasure.erase(work, case)
        assert rows(named) == []
        assert len(facts(named)) == 1
        with named.scene.office.look() as work:
            assert work.db.get_one(Unmasking, 1).words is None


class TestFiles:
    def attach(self, desk: Desk) -> None:
        def photo(work: Work, case: Complaint) -> None:
            entries.attach(work, complaints.add(work, case, "See."), "photo", "an-id")

        desk.scene.act(desk.customer, desk.code, photo)

    def test_come_to_who_asks_for_them_and_not_to_who_looks(self, desk: Desk) -> None:
        self.attach(desk)
        desk.scene.deliver()
        opened(desk, desk.supervisor, HISTORY)
        assert "files" not in desk.scene.told(desk.supervisor)
        with desk.scene.acting(desk.supervisor) as work:
            assert reading.send_files(work, complaints.find(work, desk.code)) == 1
        assert desk.scene.told(desk.supervisor)[-1] == "files"
        assert (desk.scene.person(desk.supervisor).id, reading.FILES) in rows(desk)

    def test_who_reviews_it_gets_those_that_both_sides_saw(self, desk: Desk) -> None:
        self.attach(desk)
        desk.live("take reject ask_review")
        (reviewer,) = desk.scene.sitting(desk.code)
        with desk.scene.acting(reviewer) as work:
            assert reading.send_files(work, complaints.find(work, desk.code)) == 1
        with desk.scene.acting(desk.handler) as work, pytest.raises(errors.Barred):
            reading.send_files(work, complaints.find(work, desk.code))

    def test_where_there_are_none_nothing_is_sent(self, desk: Desk) -> None:
        with desk.scene.acting(desk.supervisor) as work:
            assert reading.send_files(work, complaints.find(work, desk.code)) == 0
        assert "files" not in desk.scene.told(desk.supervisor)


class TestMasks:
    @pytest.mark.parametrize(
        ("contact", "shown"),
        [
            ("0912 345 67 89", "••• 89"),
            ("+۹۸ ۹۱۲ ۳۴۵ ۶۷ ۸۹", "••• 89"),
            ("sara.ahmadi@example.org", "s•••@•••.org"),
            ("write to Sara@Ahmadi.co.uk, please", "s•••@•••.uk"),
            ("ask at the corner shop", "•••"),
            ("room 12", "•••"),
        ],
    )
    def test_say_too_little_to_be_used(self, contact: str, shown: str) -> None:
        assert contacts.masked(contact) == shown

    def test_show_less_of_a_number_than_proves_that_a_case_is_somebodys(self, desk: Desk) -> None:
        code, _token, _secret = record(desk.scene, desk.handler)
        contact = desk.scene.case(code).contact
        assert contact == PHONE
        ending = contacts.masked(contact).split()[-1]
        assert len(ending) < contacts.LAST
