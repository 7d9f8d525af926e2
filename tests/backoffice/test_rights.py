"""Rights: every role × action × relation, walked through the use-cases themselves."""

import itertools
from collections.abc import Callable

import pytest

from backoffice import assessment, complaints, days, delays, errors, groups, handling, own_data, people, rights, team
from backoffice.rights import RIGHTS, Relation, Role
from backoffice.work import Actor, Work
from storage.complaints import Complaint
from storage.people import Staff
from tests.backoffice.conftest import CUSTOMER, Scene, Verb

VERBS: dict[str, Verb] = {
    **CUSTOMER,
    "follow": lambda work, case: complaints.find_own(work, case.code or ""),
    "rate": lambda work, case: complaints.rate(work, case, handling=5),
    "read": lambda work, case: rights.require(work, "read", case),
    "take": handling.take,
    "assign": lambda work, case: handling.assign(work, case, 0),
    "assess": lambda work, case: assessment.assess(work, case, assessment.Criteria(1, 1, 1, 1, False)),
    "change_severity": lambda work, case: assessment.change_severity(work, case, "high", "It spreads."),
    "contain": lambda work, case: assessment.contain(work, case, "Stopped."),
    "explain_delay": lambda work, case: delays.say_why(work, case, work.organisation.delay_reasons[0].code),
    "ask_for_time": lambda work, case: delays.ask_for_time(work, case, "The carrier examines it."),
    "extend": lambda work, case: delays.extend(work, case, 1),
    "snooze": lambda work, case: delays.snooze(work, case, delays.TOMORROW, "I wait for the carrier."),
    "ask": lambda work, case: handling.ask(work, case, "Which?"),
    "write": lambda work, case: handling.write(work, case, "Hello"),
    "note": lambda work, case: handling.note(work, case, "Hm."),
    "answer": lambda work, case: handling.answer(work, case, handling.Draft("upheld", "Lost.", "refund_full")),
    "carry_out": handling.carry_out,
    "find_cause": lambda work, case: handling.find_cause(work, case, work.organisation.root_causes[0].code),
}
NO_CASE: dict[str, Callable[[Work], object]] = {
    "see_queue": handling.queue,
    "be_away": people.away,
    "invite": lambda work: people.invite(work, people.Post(["handler"])),
    "see_team": team.team,
    "dismiss": lambda work: team.dismiss(work, work.actor.id or 0),
    "set_calendar": lambda work: days.set_day(work, days.today(work), days.CLOSED),
    "bind_group": lambda work: groups.bind(work, "delivery", -4_000_000_001),
    "own_data": own_data.send_copy,
}
WALK = list(itertools.product([None, *Role], Relation))


def actor(scene: Scene, role: Role | None, relation: Relation, case: Complaint) -> Actor:
    """Somebody with this role who stands so to the case, or can be made its owner."""
    if relation is Relation.COMPLAINANT:
        with scene.office.look() as work:
            person = work.db.get_one(people.Person, case.customer_id)
        staff = Staff(person_id=person.id, roles=[role], languages=["en"], capacity=5, joined_at=scene.clock())
        return Actor(person, staff if role else None)
    if role is None:
        return scene.actor(scene.customer())
    return scene.actor(scene.staff(role, department="product" if relation is Relation.NONE else "delivery"))


def refused(verb: Verb, work: Work, case: Complaint) -> bool:
    try:
        verb(work, case)
    except (errors.NotAllowed, errors.NotFound):
        return True
    except errors.OfficeError:
        return False  # allowed, but not at this stage
    return False


class TestTable:
    def test_every_action_is_a_use_case_that_is_walked(self) -> None:
        assert set(RIGHTS) == {*VERBS, *NO_CASE}

    @pytest.mark.parametrize(("role", "relation"), WALK)
    def test_granted_is_granted_and_the_rest_is_refused(
        self, scene: Scene, role: Role | None, relation: Relation
    ) -> None:
        code = scene.complaint(scene.customer())
        owner = None if relation is Relation.QUEUE else scene.person(scene.staff("handler")).id
        who = actor(scene, role, relation, scene.case(code))
        for action, verb in VERBS.items():
            with scene.office.look() as work:  # what is done here is thrown away
                case = work.db.get_one(Complaint, scene.case(code).id)
                case.owner_id = who.id if relation is Relation.OWNER else owner
                work.actor = who
                standing = rights.relation(who, case)
                granted = bool({(None, standing), (role, standing)} & RIGHTS[action])
                assert refused(verb, work, case) is not granted, action

    @pytest.mark.parametrize(("role", "action"), list(itertools.product([None, *Role], NO_CASE)))
    def test_what_concerns_no_case(self, scene: Scene, role: Role | None, action: str) -> None:
        who = scene.staff(role) if role else scene.customer()
        granted = (role, Relation.NONE) in RIGHTS[action]
        with scene.acting(who) as work:
            try:
                NO_CASE[action](work)
                assert granted
            except errors.NotAllowed:
                assert not granted
            except errors.OfficeError:
                assert granted  # but not at this moment: the last admin stays

    def test_a_case_that_one_may_not_know_of_does_not_exist(self, scene: Scene) -> None:
        code = scene.complaint(scene.customer())
        stranger, other_unit = scene.customer(), scene.staff("handler", department="product")
        said = []
        for who in (stranger, other_unit):
            for asked in (code, "SLH-0000-0000-0"):
                with scene.acting(who) as work, pytest.raises(errors.NotFound) as refusal:
                    complaints.find(work, asked)
                said.append(refusal.value.code)
        assert said == ["not_found"] * 4
