"""Rights: every role × action × relation, walked through the use-cases themselves."""

import itertools
import sqlite3
from collections.abc import Callable

import pytest

from backoffice import (
    assessment,
    challenges,
    complaints,
    days,
    deadlock,
    delays,
    errors,
    groups,
    handling,
    hearing,
    own_data,
    people,
    providers,
    review,
    review_figures,
    rights,
    surveys,
    team,
)
from backoffice.disputes import choosing, overview, register, settlement, speaking
from backoffice.figures import digests, tables
from backoffice.learning import action_lists, actions, causes, costs, incidents
from backoffice.learning.occurrences import Pattern
from backoffice.rights import PARTIES, RIGHTS, Relation, Role
from backoffice.work import Actor, Work
from storage.complaints import Complaint
from storage.people import Staff
from storage.reviews import Seat
from tests.backoffice.conftest import CUSTOMER, PANEL, Desk, Scene, Verb, rule

VERBS: dict[str, Verb] = {
    **CUSTOMER,
    "follow": lambda work, case: complaints.find_own(work, case.code or ""),
    "rate": lambda work, case: surveys.rate(work, case, surveys.HANDLING, 5),
    "read": lambda work, case: rights.require(work, "read", case),
    "take": handling.take,
    "assign": lambda work, case: handling.assign(work, case, 0),
    "assess": lambda work, case: assessment.assess(work, case, assessment.Criteria(1, 1, 1, 1, False)),
    "change_severity": lambda work, case: assessment.change_severity(work, case, "high", "It spreads."),
    "correct": lambda work, case: assessment.correct(work, case, "product", None),
    "contain": lambda work, case: assessment.contain(work, case, "Stopped."),
    "explain_delay": lambda work, case: delays.say_why(work, case, work.organisation.delay_reasons[0].code),
    "ask_for_time": lambda work, case: delays.ask_for_time(work, case, "The carrier examines it."),
    "extend": lambda work, case: delays.extend(work, case, 1),
    "snooze": lambda work, case: delays.snooze(work, case, delays.TOMORROW, "I wait for the carrier."),
    "ask": lambda work, case: handling.ask(work, case, "Which?"),
    "write": lambda work, case: handling.write(work, case, "Hello"),
    "reach_out": lambda work, case: handling.reach_out(work, case, "Hello"),
    "note": lambda work, case: handling.note(work, case, "Hm."),
    "answer": lambda work, case: handling.answer(work, case, handling.Draft("upheld", "Lost.", "refund_full")),
    "carry_out": handling.carry_out,
    "find_cause": lambda work, case: causes.find(
        work, case, causes.Finding(work.organisation.root_causes[0].code, causes.SINGLE, ("The van was full.", "One."))
    ),
    "log_cost": lambda work, case: costs.log_time(work, case, "45"),
    "link_incident": lambda work, case: incidents.begin(work, case, "The van broke down"),
    "lead_incident": incidents.close,
    "read_all": lambda work, case: rights.require(work, "read_all", case),
    "declare_deadlock": lambda work, case: deadlock.declare(work, case, "No way."),
    "name_subject": lambda work, case: challenges.name_subject(work, case, None),
    "admit": review.admit,
    "question": PANEL["question"],
    "vote": PANEL["vote"],
    "recuse": PANEL["recuse"],
    "rule": rule,
    "state": lambda work, case: hearing.state(work, case, "We did look."),
    "name_company": lambda work, case: handling.name_company(work, case, "Acme"),
    "choose_route": choosing.negotiate,
    "take_part": lambda work, case: rights.require(work, "take_part", case),
    "represent": speaking.take_up,
    "mediate": lambda work, case: rights.require(work, "mediate", case),
    "sign": lambda work, case: settlement.sign(work, case, 0),
    "fulfil": lambda work, case: rights.require(work, "fulfil", case),
    "learn": lambda work, case: register.learn(work, case, "no_action", "Once in a year."),
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
    "see_reviews": lambda work: rights.require(work, "see_reviews"),
    "see_providers": providers.register,
    "set_providers": lambda work: providers.switch(work, work.organisation.providers[0].code, active=False),
    "see_disputes": overview.open_now,
    "see_mediations": lambda work: rights.require(work, "see_mediations"),
    "see_register": register.entries,
    "invite_resolver": lambda work: people.invite(work, people.Post(["resolver"], provider="mediator")),
    "see_unit_figures": digests.of_actor,
    "make_action": lambda work: actions.make(work, Pattern(category="delivery.late"), "Change.", source=actions.PARETO),
    "see_actions": action_lists.mine,
    "oversee_actions": action_lists.everybodys,
    "export_words": lambda work: tables.ask(
        work, work.organisation.counting.at("month", work.now), form="csv", open_words=True
    ),
    "see_figures": lambda work: review_figures.figures(work, work.now, work.now),
}
WALK = list(itertools.product([None, *Role], Relation))
#: What is said to whoever has no right to it: that they have none (any more), or that there is no such case.
REFUSALS = (errors.NotAllowed, errors.NotFound, errors.Barred)
#: The stages and phases in which the rights are walked; the verbs that lead there.
STATES = {
    "received": "",
    "answered": "take reject",
    "requested": "take reject LONG ask_review",
    "in_committee": "take reject ask_review",
    "decided": "take reject ask_review vote",
    "in_dispute": "take declare",
    "closed": "take reject accept",
}
REVIEWED = ("requested", "in_committee")
ONLY_IN = {Relation.CHAIR: ("in_committee",), Relation.SEAT: ("in_committee",), Relation.DECIDER: REVIEWED}
#: In a review these two are other rights: nobody has the case in hand, and only who admits can answer it.
INSTEAD = {"answer": "admit"}


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


def stand(work: Work, case: Complaint, who: Actor, relation: Relation, owner: int | None) -> None:
    """Let the actor stand so to the case, by the rows that make it so."""
    number = str(who.id)
    case.resolver_id = who.id if relation is Relation.RESOLVER else None
    case.owner_id = who.id if relation is Relation.OWNER else owner
    case.panel = {each: what for each, what in case.panel.items() if each != number}
    if relation in (Relation.CHAIR, Relation.SEAT):
        chairs = relation is Relation.CHAIR
        work.db.add(Seat(review_id=case.review_id, name="legal", person_id=who.id, seated_at=work.now, chairs=chairs))
        case.panel = {**case.panel, number: "chair" if relation is Relation.CHAIR else "member"}
    if relation in (Relation.DECIDER, Relation.BARRED):
        why = rights.DECIDER if relation is Relation.DECIDER else rights.SUBJECT
        case.barred = {**case.barred, number: why}


def refused(verb: Verb, work: Work, case: Complaint) -> bool:
    try:
        verb(work, case)
    except REFUSALS:
        return True
    except errors.OfficeError:
        return False  # allowed, but not at this stage
    return False


def changes(work: Work) -> tuple[int, bool]:
    """How many rows this connection has written so far, and whether more is to be."""
    driver = work.db.connection().connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.total_changes, bool(work.db.new or work.db.dirty or work.db.deleted)


class TestTable:
    def test_every_action_is_a_use_case_that_is_walked(self) -> None:
        assert set(RIGHTS) == {*VERBS, *NO_CASE}

    @pytest.mark.parametrize("state", STATES)
    def test_granted_is_granted_and_the_rest_is_refused(self, desk: Desk, state: str) -> None:
        """Every role, in every relation, with every action; whatever is not in the table is refused."""
        scene = desk.scene
        desk.live(STATES[state])
        other = scene.person(scene.staff("handler")).id
        number, met = desk.case.id, set()
        possible = {each for each in Relation if state in ONLY_IN.get(each, STATES)}
        for role, relation in ((role, relation) for role, relation in WALK if relation in possible):
            who = actor(scene, role, relation, desk.case)
            with scene.office.look() as work:  # what is done here is thrown away
                work.actor, before = who, None
                for action, verb in VERBS.items():
                    if before is None or before != changes(work):  # what was refused has left everything as it was
                        work.db.rollback()
                        case = work.db.get_one(Complaint, number)
                        stand(work, case, who, relation, None if relation is Relation.QUEUE else other)
                        work.db.flush()
                        standing, before = rights.relation(who, case), changes(work)
                    met.add(standing)
                    table = RIGHTS[INSTEAD.get(action, action) if state in REVIEWED else action]
                    granted = bool({(None, standing), (role, standing)} & table)
                    assert refused(verb, work, case) is not granted, (action, role, standing)
        assert met == possible

    def test_who_has_left_the_organisation_has_no_vote_though_the_seat_is_still_theirs(self, desk: Desk) -> None:
        desk.live("take reject ask_review")
        (reviewer,) = desk.scene.sitting(desk.code)
        with desk.scene.office.work() as work:
            work.db.get_one(Staff, desk.scene.person(reviewer).id).left_at = work.now
        for verb in PANEL.values():
            with pytest.raises(REFUSALS):
                desk.scene.act(reviewer, desk.code, verb)

    def test_who_may_be_told_may_read_and_nobody_else(self) -> None:
        """Who is told as one side has the right of that side; no relation is told as two."""
        sides = {party: {relation for _role, relation in RIGHTS[action]} for party, action in PARTIES.items()}
        assert sides["decider"] == {Relation.DECIDER}
        assert sides["customer"] == {Relation.COMPLAINANT}
        assert not sides["staff"] & {Relation.DECIDER, Relation.BARRED, Relation.COMPLAINANT}
        assert not [action for action, table in RIGHTS.items() if any(each is Relation.BARRED for _role, each in table)]
        assert [
            action for action, table in RIGHTS.items() if any(each is Relation.DECIDER for _role, each in table)
        ] == ["state"]

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
