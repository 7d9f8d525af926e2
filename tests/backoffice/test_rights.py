"""Rights: every role × action × relation, walked through the use-cases themselves."""

import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from backoffice import (
    account_cases,
    accounts,
    answers,
    approvals,
    assessment,
    by_hand,
    challenges,
    complaints,
    days,
    deadlock,
    delays,
    errors,
    escalation,
    groups,
    handling,
    hearing,
    holding,
    inquiries,
    intake,
    merging,
    own_data,
    people,
    procedures,
    providers,
    reading,
    recording,
    remedies,
    reopening,
    review,
    review_figures,
    rights,
    risks,
    scope,
    surveys,
    team,
    withdrawing,
)
from backoffice.disputes import choosing, overview, register, settlement, speaking
from backoffice.figures import digests, tables
from backoffice.learning import action_lists, actions, causes, costs, incidents
from backoffice.learning.occurrences import Pattern
from backoffice.lifecycle import MOVES
from backoffice.rights import PARTIES, RIGHTS, Relation, Role
from backoffice.stages import Event, Stage
from backoffice.work import Actor, Work
from bot import refusals
from bot.i18n import Reader, languages, speaking_to
from storage.complaints import Complaint
from storage.people import Staff
from storage.reviews import Seat
from tests.backoffice import answer_deeds
from tests.backoffice.conftest import CUSTOMER, PANEL, Desk, Scene, Verb, rule
from tests.backoffice.conftest import VERBS as DEEDS
from tests.backoffice.life_deeds import another, assign, decide_on_scope, mark_words

VERBS: dict[str, Verb] = {
    **CUSTOMER,
    "follow": lambda work, case: complaints.find_own(work, case.code or ""),
    "rate": lambda work, case: surveys.rate(work, case, surveys.HANDLING, 5),
    "fill": lambda work, case: intake.set_name(work, case, "Sara"),
    "pass_on": lambda work, case: by_hand.message(work, case, 0),
    "read": lambda work, case: rights.require(work, "read", case),
    "take": handling.take,
    "assign": assign,
    "escalate": lambda work, case: escalation.escalate(work, case, "It is above me."),
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
    "tick": lambda work, case: procedures.tick(work, case, "no_such_step"),
    "inquire": lambda work, case: inquiries.put_off_statement(work, case, "It would do harm."),
    "answer": lambda work, case: handling.answer(work, case, answers.Draft("upheld", "Lost.", "refund_full")),
    "approve": approvals.approve,
    "mark_risk": lambda work, case: risks.mark(work, case, "legal", "A lawyer wrote."),
    "carry_out": answer_deeds.carry_out,
    "give_task": lambda work, case: remedies.give(work, case, 0, 0),
    "find_cause": lambda work, case: causes.find(
        work, case, causes.Finding(work.organisation.root_causes[0].code, causes.SINGLE, ("The van was full.", "One."))
    ),
    "log_cost": lambda work, case: costs.log_time(work, case, "45"),
    "link_incident": lambda work, case: incidents.begin(work, case, "The van broke down"),
    "lead_incident": incidents.close,
    "read_all": lambda work, case: rights.require(work, "read_all", case),
    "unmask": lambda work, case: reading.unmask(work, case, reading.IDENTITY),
    "see_readings": reading.readers,
    "declare_deadlock": lambda work, case: deadlock.declare(work, case, "No way."),
    "name_subject": lambda work, case: challenges.name_subject(work, case, None),
    "admit": review.admit,
    "question": PANEL["question"],
    "vote": PANEL["vote"],
    "recuse": PANEL["recuse"],
    "rule": rule,
    "state": lambda work, case: hearing.state(work, case, "We did look."),
    "merge": lambda work, case: merging.merge(work, case, case),
    "propose_exclusion": lambda work, case: scope.propose(work, case, "employment"),
    "exclude": lambda work, case: decide_on_scope(work, case, ours=False),
    "reopen_for": lambda work, case: reopening.reopen_for(work, case, "A photo."),
    "mark_abusive": mark_words,
    "hold": lambda work, case: holding.hold(work, case, "It is in court."),
    "record_withdrawal": lambda work, case: withdrawing.record(work, case, "By phone, recorded."),
    "link_account": account_cases.unlink,
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
    "record": recording.draft,
    "be_away": people.away,
    "invite": lambda work: people.invite(work, people.Post(["handler"])),
    "see_team": team.team,
    "dismiss": lambda work: team.dismiss(work, work.actor.id or 0),
    "set_calendar": lambda work: days.set_day(work, days.today(work), days.CLOSED),
    "bind_group": lambda work: groups.bind(work, "delivery", -4_000_000_001),
    "own_data": own_data.send_copy,
    "give_opinion": inquiries.mine,
    "see_holds": holding.held,
    "see_tasks": remedies.mine,
    "see_reviews": lambda work: rights.require(work, "see_reviews"),
    "see_providers": providers.register,
    "set_providers": lambda work: providers.switch(work, work.organisation.providers[0].code, active=False),
    "see_disputes": overview.open_now,
    "see_mediations": lambda work: rights.require(work, "see_mediations"),
    "see_approvals": approvals.mine,
    "see_register": register.entries,
    "invite_resolver": lambda work: people.invite(work, people.Post(["resolver"], provider="mediator")),
    "see_unit_figures": digests.of_actor,
    "make_action": lambda work: actions.make(work, Pattern(category="delivery.late"), "Change.", source=actions.PARETO),
    "see_actions": action_lists.mine,
    "oversee_actions": action_lists.everybodys,
    "export_words": lambda work: tables.ask(
        work, work.organisation.counting.at("month", work.now), form="csv", open_words=True
    ),
    "see_accounts": accounts.listed,
    "oversee_accounts": lambda work: rights.require(work, "oversee_accounts"),
    "keep_accounts": lambda work: accounts.open_account(work, "Acme"),
    "write_clauses": lambda work: rights.require(work, "write_clauses"),
    "tend_contacts": lambda work: rights.require(work, "tend_contacts"),
    "see_figures": lambda work: review_figures.figures(work, work.now, work.now),
}
WALK = list(itertools.product([None, *Role], Relation))
#: What somebody is besides another relation: tests/backoffice/test_recording.py and test_accounts.py.
BESIDES = (Relation.RECORDER, Relation.ACCOUNT_MANAGER)
#: What is said to whoever has no right to it: that they have none (any more), or that there is no such case.
REFUSALS = (errors.NotAllowed, errors.NotFound, errors.Barred)
#: Every stage, phases of a review, what a case is closed for; the verbs that lead there, "S:" before a supervisor's.
STATES = {
    "received": "",
    "assessed": "S:assess",
    "investigating": "take",
    "awaiting_info": "take ask",
    "awaiting_approval": "assess refund",
    "answered": "take reject",
    "implementing": "take refund accept",
    "confirming": "take refund accept carry_out",
    "requested": "take reject LONG ask_review",
    "in_committee": "take reject ask_review",
    "decided": "take reject ask_review vote",
    "in_dispute": "take declare",
    "closed": "take reject accept",
    "merged": "ANOTHER merge",
    "excluded": "S:exclude",
}
REVIEWED = ("requested", "in_committee")
ONLY_IN = {Relation.CHAIR: ("in_committee",), Relation.SEAT: ("in_committee",), Relation.DECIDER: REVIEWED}
E = Event
#: What moves a case, and by which events: where the table leads on by none of them, it is refused to everybody.
LEADS: dict[str, set[Event]] = {
    "accept": {E.ACCEPTED}, "refuse": {E.REFUSED, E.ROUTES_OFFERED}, "counter": {E.COUNTERED},
    "confirm": {E.CONFIRMED}, "deny": {E.DENIED}, "withdraw": {E.WITHDRAWN}, "reopen": {E.REOPENED},
    "contest_exclusion": {E.CONTESTED}, "unmerge": {E.CONTESTED}, "ask_review": {E.REVIEW_REQUESTED},
    "withdraw_review": {E.REVIEW_ENDED}, "decline_routes": {E.DECLINED}, "ask": {E.ASKED},
    "answer": {E.ANSWERED, E.PROPOSED}, "approve": {E.APPROVED, E.REVISED, E.ANSWERED},
    "declare_deadlock": {E.ROUTES_OFFERED}, "merge": {E.MERGED}, "propose_exclusion": {E.EXCLUDED},
    "exclude": {E.EXCLUDED}, "reopen_for": {E.REOPENED}, "record_withdrawal": {E.WITHDRAWN},
    "carry_out": {E.CARRIED_OUT}, "vote": {E.REVIEWED},
}  # fmt: skip
INSTEAD = {"answer": "admit"}  # in a review: nobody has the case in hand, and only who admits can answer it


def actor(scene: Scene, role: Role | None, relation: Relation, case: Complaint) -> Actor:
    """Somebody with this role who stands so to the case, or can be made its owner."""
    if relation in (Relation.COMPLAINANT, Relation.FILER):
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
    case.account_contacts = {
        Relation.FILER: {number: "report", "0": "decision"},
        Relation.DECIDES: {number: "decision"},
        Relation.CONTACT: {number: "read"},
    }.get(relation, {})
    case.resolver_id = who.id if relation is Relation.RESOLVER else None
    case.owner_id = who.id if relation is Relation.OWNER else owner
    case.recorded_by = who.id if relation is Relation.RECORDER else None
    case.account_manager_id = who.id if relation is Relation.ACCOUNT_MANAGER else None
    case.panel = {each: what for each, what in case.panel.items() if each != number}
    if relation in (Relation.CHAIR, Relation.SEAT):
        chairs = relation is Relation.CHAIR
        work.db.add(Seat(review_id=case.review_id, name="legal", person_id=who.id, seated_at=work.now, chairs=chairs))
        case.panel = {**case.panel, number: "chair" if relation is Relation.CHAIR else "member"}
    if relation in (Relation.DECIDER, Relation.BARRED):
        why = rights.DECIDER if relation is Relation.DECIDER else rights.SUBJECT
        case.barred = {**case.barred, number: why}


def tried(verb: Verb, work: Work, case: Complaint) -> errors.OfficeError | None:
    """What is said against it; anything else than a refusal is a defect."""
    try:
        verb(work, case)
    except errors.OfficeError as refusal:
        return refusal
    return None


def changes(work: Work) -> tuple[int, bool]:
    """How many rows this connection has written so far, events and messages too, and whether more is to be."""
    work.write()
    driver = work.db.connection().connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.total_changes, bool(work.db.new or work.db.dirty or work.db.deleted)


def brought(desk: Desk, life: str) -> None:
    """The case of the desk to where this leads."""
    for deed in life.split():
        if deed == "ANOTHER":
            another(desk)
        elif deed.startswith("S:"):
            desk.scene.act(desk.supervisor, desk.code, DEEDS[deed.removeprefix("S:")])
        else:
            desk.live(deed)


def worded(work: Work, refusal: errors.OfficeError) -> None:
    """It is, in every language, with a way on, and nothing of how the words are made shows."""
    said = []
    for language in languages():
        with speaking_to(Reader(language)):
            text, buttons, _case = refusals.wording(work, refusal, 1)
        assert text.strip(), refusal.facts
        assert not set("{}") & set(text), text
        assert buttons.inline_keyboard, text
        said.append(text)
    assert len({*said}) == len(said), said


@dataclass
class Matrix:
    """All that anybody could try with one case."""

    desk: Desk
    case: Complaint
    state: str
    other: int  # who has it, where they whose turn it is have it not
    met: set[Relation] = field(default_factory=set)
    people: dict[object, Actor] = field(default_factory=dict)
    said: ClassVar[set[str]] = set()  # refusals whose words have been looked at

    @property
    def possible(self) -> set[Relation]:
        return {each for each in Relation if self.state in ONLY_IN.get(each, STATES)}

    def tries(self, role: Role | None, relation: Relation) -> None:
        """What is done here is thrown away."""
        who = self._actor(role, relation)
        with self.desk.scene.office.look() as work:
            work.actor, before = who, None
            for action, verb in VERBS.items():
                if before is None or before != changes(work):  # what was refused has left everything as it was
                    work.db.rollback()
                    case = work.db.get_one(Complaint, self.case.id)
                    stand(work, case, who, relation, None if relation is Relation.QUEUE else self.other)
                    work.db.flush()
                    standing, before = self._standing(who, case), changes(work)
                self.met |= standing
                table = RIGHTS[INSTEAD.get(action, action) if self.state in REVIEWED else action]
                granted = bool({(name, each) for name in (None, role) for each in standing} & table)
                stage = Stage(case.stage)
                refusal = tried(verb, work, case)
                assert isinstance(refusal, REFUSALS) is not granted, (action, role, standing, refusal)
                led = any((stage, event) in MOVES for event in LEADS.get(action, ()))
                assert led or action not in LEADS or refusal, (action, role, standing)
                if refusal:
                    assert granted or before == changes(work), (action, role, standing)
                    self._in_words(work, case, refusal)

    def _actor(self, role: Role | None, relation: Relation) -> Actor:
        """Where it makes no difference, the same in every relation."""
        key = (role, relation if relation in (Relation.COMPLAINANT, Relation.FILER, Relation.NONE) else None)
        if key not in self.people:
            self.people[key] = actor(self.desk.scene, role, relation, self.case)
        return self.people[key]

    def _standing(self, who: Actor, case: Complaint) -> set[Relation]:
        besides = {Relation.RECORDER: case.recorded_by, Relation.ACCOUNT_MANAGER: case.account_manager_id}
        return {rights.relation(who, case), *(each for each, whose in besides.items() if whose == who.id)}

    def _in_words(self, work: Work, case: Complaint, refusal: errors.OfficeError) -> None:
        facts = {name: fact for name, fact in refusal.facts.items() if name not in ("complaint", "action")}
        known = "complaint" in refusal.facts and rights.knows(work.actor, case)
        key = f"{self.state} {refusal.code} {facts} {known}"
        if key not in self.said:
            self.said.add(key)
            worded(work, refusal)


class TestTable:
    def test_every_action_is_a_use_case_that_is_walked(self) -> None:
        assert set(RIGHTS) == {*VERBS, *NO_CASE}

    def test_every_stage_is_walked(self, scene: Scene) -> None:
        """But a draft, which nobody finds but who fills it in."""
        assert {*Stage} - {Stage.DRAFT} <= {*STATES, Stage.IN_REVIEW}
        assert set(LEADS) <= set(VERBS)

    @pytest.mark.parametrize("state", STATES)
    def test_granted_is_granted_and_the_rest_is_refused(self, desk: Desk, state: str) -> None:
        """Every role, in every relation, with every action; whatever is not in the table is refused, in words."""
        brought(desk, STATES[state])
        walk = Matrix(desk, desk.case, state, desk.scene.person(desk.scene.staff("handler")).id)
        for role, relation in ((role, relation) for role, relation in WALK if relation in walk.possible):
            walk.tries(role, relation)
        assert walk.met == walk.possible

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
        assert sides["customer"] == {*map(Relation, ("complainant", "filer", "decides", "contact"))}
        assert not sides["staff"] & {Relation.DECIDER, Relation.BARRED, *sides["customer"]}
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
