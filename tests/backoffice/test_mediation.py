"""The rooms of a mediation: who is in them and who is not, whatever their role; nothing said there leaves them."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlmodel import select

from backoffice import complaints, entries, errors, hearing
from backoffice.disputes import dossier, mediation, speaking
from backoffice.disputes.mediation import JOINT, ROOMS
from backoffice.rights import CUSTOMER, ORGANISATION, RIGHTS, Relation, Role, relation
from backoffice.work import Actor, Work
from storage.complaints import Complaint, attachments_of, entries_of
from storage.disputes import Talk
from storage.journal import history
from storage.people import Person, staff_of
from tests.backoffice.conftest import Desk, Scene
from tests.backoffice.disputing import MEDIATED, Table, mediator, said, table
from tests.backoffice.test_rights import BESIDES

_ALL = select(Talk)
SECRET = "We would take half of it."
REFUSALS = (errors.NotAllowed, errors.NotFound, errors.Barred)
HAVE_NONE = [role for role in Role if role is not Role.RESOLVER]

Doing = Callable[[Work, Complaint, str], object]
#: All that anybody can try with a room.
TRIES: dict[str, Doing] = {
    "rooms": lambda work, case, room: mediation.rooms(work, case),
    "read": mediation.read,
    "say": lambda work, case, room: mediation.say(work, case, room, "Let me in."),
}


@pytest.fixture
def talks(desk: Desk) -> Table:
    """A mediation with something said in each of its rooms."""
    found = table(desk)
    found.live(MEDIATED)
    for room, who in ((JOINT, found.they), (CUSTOMER, found.customer), (ORGANISATION, found.us)):
        said(found, who, room, f"{SECRET} ({room})")
    return found


def rooms(found: Table, who: int) -> list[str]:
    with found.at(who) as (work, case):
        return mediation.rooms(work, case)


def words(found: Table, who: int, room: str) -> list[str | None]:
    with found.at(who) as (work, case):
        return [each.text for each in mediation.read(work, case, room)]


def why(found: Table, who: int, room: str = JOINT) -> str:
    """Why somebody who had been in the talks is not let in."""
    with found.at(who) as (work, case), pytest.raises(errors.DisputeRefused) as refused:
        mediation.read(work, case, room)
    return str(refused.value.facts["why"])


def shut_out(found: Table, who: int) -> None:
    for room in ROOMS:
        for attempt in TRIES.values():
            with pytest.raises(REFUSALS), found.at(who) as (work, case):
                attempt(work, case, room)


def everything_told(scene: Scene) -> list[tuple[int, str]]:
    scene.deliver()
    return [(each.to, each.template) for each in scene.post]


class TestEnds:
    def test_each_is_where_they_belong(self, talks: Table) -> None:
        assert rooms(talks, talks.customer) == [JOINT, CUSTOMER]
        assert rooms(talks, talks.us) == [JOINT, ORGANISATION]
        assert rooms(talks, talks.they) == [*ROOMS]
        for room in ROOMS:
            assert words(talks, talks.they, room) == [f"{SECRET} ({room})"]
        assert words(talks, talks.customer, JOINT) == words(talks, talks.us, JOINT) == [f"{SECRET} (joint)"]

    @pytest.mark.parametrize("attempt", TRIES)
    @pytest.mark.parametrize(("side", "room"), [("customer", ORGANISATION), ("us", CUSTOMER)])
    def test_neither_side_is_in_the_private_room_of_the_other(
        self, talks: Table, side: str, room: str, attempt: str
    ) -> None:
        if attempt == "rooms":
            assert room not in rooms(talks, getattr(talks, side))
            return
        with talks.at(getattr(talks, side)) as (work, case), pytest.raises(errors.NotAllowed):
            TRIES[attempt](work, case, room)

    def test_a_room_that_is_none_is_nobodys(self, talks: Table) -> None:
        for who in (talks.customer, talks.us, talks.they):
            with talks.at(who) as (work, case), pytest.raises(errors.NotAllowed):
                mediation.say(work, case, "corridor", "Hello?")


class TestNobodyElse:
    @pytest.mark.parametrize("role", HAVE_NONE)
    def test_no_role_opens_a_room_at_any_relation_to_the_case(self, talks: Table, role: Role) -> None:
        """As the owner, in the queue, in the unit, on a review, in its chair, as who decided, barred, who wrote it
        down, or none."""
        who, handler = talks.scene.staff(role, department=None), talks.scene.person(talks.desk.handler).id
        met = set()
        for standing in (*Relation, "elsewhere"):
            with talks.scene.office.work() as work:
                case = work.db.get_one(Complaint, talks.case.id)
                number = talks.scene.person(who).id
                staff = staff_of(work.db, number)
                assert staff
                case.owner_id = {"owner": number, "queue": None}.get(standing, handler)
                case.panel = {str(number): str(standing)} if standing in (Relation.CHAIR, Relation.SEAT) else {}
                barred = {"decider": "decider", "barred": "conflict"}.get(standing)
                case.barred = {str(number): barred} if barred else {}
                case.recorded_by = number if standing == Relation.RECORDER else None
                staff.department = "payments" if standing == "elsewhere" else None
                met.add(relation(Actor(work.db.get_one(Person, number), staff), case))
            shut_out(talks, who)
        customers = {relation for _role, relation in RIGHTS["follow"]}
        assert met == set(Relation) - {*customers, *BESIDES, Relation.RESOLVER}
        assert all(len(words(talks, talks.they, room)) == 1 for room in ROOMS)

    @pytest.mark.parametrize("who", ["handler", "supervisor"])
    def test_not_who_has_worked_on_the_case(self, talks: Table, who: str) -> None:
        shut_out(talks, getattr(talks.desk, who))

    def test_not_somebody_with_every_role_of_the_house(self, talks: Table) -> None:
        shut_out(talks, talks.scene.staff(*HAVE_NONE, department=None))

    @pytest.mark.parametrize("provider", ["mediator", "arbitration_centre"])
    def test_not_another_mediator(self, talks: Table, provider: str) -> None:
        shut_out(talks, mediator(talks.scene, provider))

    def test_not_another_customer(self, talks: Table) -> None:
        shut_out(talks, talks.scene.customer())

    def test_who_represents_us_is_one_person(self, talks: Table) -> None:
        """A colleague of the same role is refused until they take it over; then the first one is."""
        colleague = talks.scene.staff("dispute_manager", department=None)
        shut_out(talks, colleague)
        talks.scene.act(colleague, talks.desk.code, speaking.take_up)
        assert rooms(talks, colleague) == [JOINT, ORGANISATION]
        shut_out(talks, talks.us)

    def test_nobody_finds_it_among_what_is_said_on_the_case(self, talks: Table) -> None:
        with talks.scene.office.look() as work:
            case = work.db.get_one(Complaint, talks.case.id)
            kept = [each.text or "" for each in entries_of(work.db, case.id)]
            assert not [text for text in kept if SECRET in text]
            assert not [each for each in hearing.heard(work, case) if SECRET in (each.text or "")]
            assert not [each for each in entries.sent(work, case) if SECRET in (each.text or "")]


class TestWhen:
    @pytest.mark.parametrize(
        ("life", "open_to"),
        [
            ("negotiate", [JOINT]),
            (MEDIATED, [JOINT, CUSTOMER]),
            ("choose_advice consent us:consent us:accept us:recommend", [JOINT]),
        ],
    )
    def test_the_rooms_that_there_are(self, desk: Desk, life: str, open_to: list[str]) -> None:
        found = table(desk)
        found.live(life)
        assert rooms(found, found.customer) == open_to

    @pytest.mark.parametrize(
        "life",
        [
            "",
            "choose",
            "choose consent us:consent",
            "choose_advice consent us:consent us:accept",
            "choose_decision consent us:consent us:accept",
            f"{MEDIATED} object",
        ],
    )
    def test_not_before_the_talks_are_on(self, desk: Desk, life: str) -> None:
        found = table(desk)
        found.live(life)
        assert why(found, found.customer) == "not_open"

    @pytest.mark.parametrize(
        "life",
        [
            "they:end",
            "leave",
            "us:leave",
            "propose us:agree",
            "propose us:agree us:fulfil confirm",
            "withdraw",
            "SILENCE",
        ],
    )
    def test_afterwards_they_are_sealed_for_everybody_who_was_there(self, talks: Table, life: str) -> None:
        talks.live(life)
        for who in (talks.customer, talks.us, talks.they):
            assert why(talks, who) == "sealed"
            with talks.at(who) as (work, case), pytest.raises(errors.DisputeRefused):
                mediation.say(work, case, JOINT, "One more word.")
        shut_out(talks, talks.scene.staff("auditor", department=None))

    def test_the_next_way_begins_with_empty_rooms(self, talks: Table) -> None:
        talks.live(f"they:end {MEDIATED}")
        assert [words(talks, talks.they, room) for room in ROOMS] == [[], [], []]

    def test_where_the_mediator_is_elsewhere_nobody_is_at_the_other_end(self, desk: Desk) -> None:
        found = Table(desk, desk.scene.staff("dispute_manager", department=None), 0)
        desk.live("take declare")
        found.live("choose consent us:consent us:accept")
        assert rooms(found, found.customer) == rooms(found, found.us) == [JOINT]
        assert why(found, found.customer, CUSTOMER) == why(found, found.us, ORGANISATION) == "no_resolver"

    def test_what_was_confided_to_one_mediator_is_not_for_the_next(self, talks: Table) -> None:
        second = mediator(talks.scene)
        talks.scene.clock.forward(hours=1)
        talks.live("object")
        with talks.at(talks.they) as (work, case), pytest.raises(errors.Barred):
            mediation.rooms(work, case)
        talks.they = second
        talks.live("they:accept")
        assert words(talks, second, JOINT) == [f"{SECRET} (joint)"]
        assert words(talks, second, CUSTOMER) == words(talks, second, ORGANISATION) == []
        assert words(talks, talks.customer, CUSTOMER) == [f"{SECRET} (customer)"]
        said(talks, talks.customer, CUSTOMER, "To you then.")
        assert words(talks, second, CUSTOMER) == ["To you then."]


class TestTelling:
    @pytest.mark.parametrize(
        ("speaker", "room", "hear"),
        [
            ("customer", JOINT, ["us", "they"]),
            ("us", JOINT, ["customer", "they"]),
            ("they", JOINT, ["customer", "us"]),
            ("customer", CUSTOMER, ["they"]),
            ("they", CUSTOMER, ["customer"]),
            ("us", ORGANISATION, ["they"]),
            ("they", ORGANISATION, ["us"]),
        ],
    )
    def test_the_other_ends_of_the_room_hear_it_and_nobody_else(
        self, talks: Table, speaker: str, room: str, hear: list[str]
    ) -> None:
        before = len(everything_told(talks.scene))
        first = said(talks, getattr(talks, speaker), room, "One.")
        second = said(talks, getattr(talks, speaker), room, "Two.")
        new = everything_told(talks.scene)[before:]
        assert sorted(new) == sorted((getattr(talks, each), "talk") for each in hear)
        assert [each["talk_id"] for each in talks.scene.post[-1].parts] == [first.id, second.id]
        assert not talks.scene.withheld

    def test_what_waits_is_not_read_once_the_rooms_are_sealed(self, talks: Table) -> None:
        talk = said(talks, talks.they, JOINT, "Shall we?")
        with talks.at(talks.customer) as (work, case):
            assert mediation.readable(work, case, talk.id) == talk
        talks.live("they:end")
        for who in (talks.customer, talks.us, talks.they):
            with talks.at(who) as (work, case):
                assert mediation.readable(work, case, talk.id) is None

    def test_a_notice_of_another_room_says_nothing(self, talks: Table) -> None:
        private = said(talks, talks.customer, CUSTOMER, "Between us.")
        for who, reads in ((talks.us, False), (talks.they, True), (talks.desk.handler, False)):
            with talks.at(who) as (work, case):
                assert (mediation.readable(work, case, private.id) is not None) is reads
                assert mediation.readable(work, case, private.id + 1000) is None

    def test_the_audit_log_has_numbers_only(self, talks: Table) -> None:
        with talks.scene.office.look() as work:
            facts = [each.facts for each in history(work.db, talks.case.id) if each.event == "talk.said"]
        assert [set(each) for each in facts] == [{"talk"}] * 3

    def test_the_case_is_marked_as_changed(self, talks: Table) -> None:
        before = talks.case.version
        said(talks, talks.customer, CUSTOMER, "Now.")
        assert talks.case.version == before + 1

    def test_words_have_a_limit_and_are_tidied(self, talks: Table) -> None:
        assert said(talks, talks.customer, JOINT, "  so  \n").text == "so"
        with pytest.raises(errors.Invalid), talks.at(talks.customer) as (work, case):
            mediation.say(work, case, JOINT, "x" * (entries.MAX_ENTRY + 1))

    def test_while_nobody_speaks_for_us_those_who_could_are_asked_and_read_nothing(self, desk: Desk) -> None:
        found = table(desk)
        found.live("negotiate")
        found.wait(hours=1)
        before = len(found.scene.post)
        said(found, found.customer, JOINT, "Hello?")
        said(found, found.customer, JOINT, "Anybody?")
        found.wait(hours=1)
        assert everything_told(found.scene)[before:] == [(found.us, "talks_wanted")]
        shut_out(found, found.us)
        found.scene.act(found.us, desk.code, speaking.take_up)
        assert words(found, found.us, JOINT) == ["Hello?", "Anybody?"]


class TestFiles:
    def test_only_the_ends_of_the_room_get_a_file(self, talks: Table) -> None:
        before = len(everything_told(talks.scene))
        with talks.at(talks.customer) as (work, case):
            talk = mediation.say(work, case, CUSTOMER, None)
            mediation.attach(work, talk, "document", "F1", file_name="offer.pdf")
        assert everything_told(talks.scene)[before:] == [(talks.they, "talk_files")]
        with talks.scene.office.look() as work:
            case = work.db.get_one(Complaint, talks.case.id)
            assert attachments_of(work.db, case.id) == dossier.evidence(work, case) == []

    def test_pictures_of_one_album_go_together(self, talks: Table) -> None:
        talks.scene.deliver()
        with talks.at(talks.us) as (work, case):
            for number in range(3):
                talk = mediation.say(work, case, JOINT, None, album=7)
                mediation.attach(work, talk, "photo", f"F{number}")
        talks.wait(minutes=1)
        assert [len(each.parts) for each in talks.scene.post if each.template == "talk_files"] == [3, 3]

    def test_each_side_has_its_own_limit(self, talks: Table) -> None:
        limit = talks.scene.office.organisation.form.max_files
        with talks.at(talks.customer) as (work, case):
            talk = mediation.say(work, case, CUSTOMER, None)
            for number in range(limit):
                mediation.attach(work, talk, "document", f"F{number}")
            with pytest.raises(errors.TooMany):
                mediation.attach(work, talk, "document", "one more")
        with talks.at(talks.us) as (work, case):
            mediation.attach(work, mediation.say(work, case, JOINT, None), "document", "F")


class TestEdits:
    def test_the_old_wording_stays(self, talks: Table) -> None:
        with talks.at(talks.customer) as (work, case):
            mediation.say(work, case, CUSTOMER, "Ten.", source=42)
        before = len(everything_told(talks.scene))
        with talks.at(talks.customer) as (work, case):
            new = mediation.edited(work, 42, "Eleven.")
            assert new
            assert mediation.edited(work, 42, "Eleven.") is None
        assert words(talks, talks.they, CUSTOMER)[-2:] == ["Ten.", "Eleven."]
        assert everything_told(talks.scene)[before:] == [(talks.they, "talk_edited")]
        assert new.replaces_id == talks.scene.post[-1].parts[0]["talk_id"]

    @pytest.mark.parametrize("who", ["us", "they"])
    def test_only_by_who_said_it(self, talks: Table, who: str) -> None:
        with talks.at(talks.customer) as (work, case):
            mediation.say(work, case, JOINT, "Ten.", source=42)
        with talks.at(getattr(talks, who)) as (work, _case):
            assert mediation.edited(work, 42, "Eleven.") is None
            assert mediation.edited(work, 43, "Eleven.") is None

    def test_not_in_a_sealed_room(self, talks: Table) -> None:
        for who, source in ((talks.customer, 41), (talks.us, 42), (talks.they, 43)):
            with talks.at(who) as (work, case):
                mediation.say(work, case, JOINT, "Ten.", source=source)
        talks.live("they:end")
        for who, source in ((talks.customer, 41), (talks.us, 42), (talks.they, 43)):
            with talks.at(who) as (work, _case):
                assert mediation.edited(work, source, "Eleven.") is None
        with talks.scene.office.look() as work:
            assert not [each for each in work.db.exec(_ALL) if each.replaces_id]


def test_a_case_that_is_elsewhere_is_found_by_its_ends_only(talks: Table) -> None:
    """By its code, as people ask for it."""
    for who, finds in ((talks.customer, True), (talks.us, True), (talks.they, True), (mediator(talks.scene), False)):
        found = None
        with suppress(errors.NotFound), talks.scene.acting(who) as work:
            found = complaints.find(work, talks.desk.code)
        assert (found is not None) is finds
