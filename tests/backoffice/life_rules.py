"""What must hold of a complaint at any moment, whoever did what: looked at from outside, without the rules it obeys."""

from dataclasses import dataclass, field

from sqlmodel import col, select

from backoffice import (
    approvals,
    complaints,
    continuing,
    errors,
    handling,
    holding,
    merging,
    panel,
    rights,
    scope,
    withdrawing,
)
from backoffice.approvals import APPROVED, GRAVE, RETURNED
from backoffice.rights import Relation
from backoffice.stages import OPEN, Event, Stage
from backoffice.work import Actor, Work
from storage.answers import proposals_of
from storage.complaints import Complaint, answers_of, by_code
from storage.journal import AuditEvent, history
from storage.people import Person, staff_of
from storage.special import exclusions_of
from tests.backoffice.conftest import Scene, Verb
from tests.backoffice.life_deeds import OUTSIDERS, refused

LISTS = (handling.queue, handling.held, approvals.mine, holding.held, panel.mine)  # of cases, for those who work here
ON = (complaints.reopen, scope.contest, merging.contest)  # how a closed one goes on as it is
#: What is a right to a case, and not to something else.
OF_CASE = [action for action, table in rights.RIGHTS.items() if {each for _role, each in table} != {Relation.NONE}]
Move = tuple[Stage, Event, Stage]


@dataclass
class Before:
    """How the case stood before somebody did something."""

    stage: str
    turn: int
    severity: str | None
    answers: int
    barred: dict[str, str]


@dataclass
class Rules:
    """Of one customer. `moved`: each move of a case that was seen."""

    scene: Scene
    cast: dict[str, int]
    moved: set[Move] = field(default_factory=set)
    read: int = 0  # of what has arrived, as much as was looked at
    standing: object = None  # for which everybody's reading was tried
    known: dict[int, int] = field(default_factory=dict)  # who has which messenger id

    def before(self, code: str) -> Before:
        with self.scene.office.look() as work:
            case = by_code(work.db, code)
            assert case
            return Before(case.stage, case.turn, case.severity, len(answers_of(work.db, case.id)), dict(case.barred))

    def check(self, code: str, before: Before) -> None:
        with self.scene.office.look() as work:
            case = by_code(work.db, code)
            assert case
            number = case.id
            self._moves(work, case)
            self._four_eyes(work, case, before)
            self._nobody_reviews_their_own(work, case)
            self._nobody_barred_was_told(case, before)
            self._somebody_answers_for_it(work, case)
            self._nobody_barred_reads(work, case)
            self._the_customer_can_go_on(work, number)

    def changed_by(self, who: int, deed: str, own: bool, before: Before) -> None:
        """It was done, so whoever did it must have been one who may."""
        person = self.person(who)
        assert who not in {self.cast.get(name) for name in OUTSIDERS}, deed
        assert deed == "unmerge" or own is (who == self.cast["customer"]), deed
        assert str(person) not in before.barred or deed == "state", deed

    # ------------------------------------------------------------------ the complainant

    def _the_customer_can_go_on(self, work: Work, number: int) -> None:
        """There is a next step for them, and it can be taken (S27)."""
        case = work.db.get_one(Complaint, number)
        work.actor = Actor(work.db.get_one(Person, case.customer_id), None)
        if Stage(case.stage) in OPEN:
            assert not self._refuses(work, number, withdrawing.withdraw)
            return
        steps: tuple[Verb, ...] = (*ON, lambda work, case: continuing.begin(work, case, "en"))
        assert [verb for verb in steps if not self._refuses(work, number, verb)], case.closed_reason
        if case.closed_reason == "duplicate":
            assert not self._refuses(work, number, merging.contest)
        contested = any(each.contested_at for each in exclusions_of(work.db, number))
        if case.closed_reason == "out_of_scope" and not contested and case.closed_at:
            in_time = work.now <= work.organisation.due("contest", None, case.closed_at)
            assert self._refuses(work, number, scope.contest) is not in_time

    def _refuses(self, work: Work, number: int, verb: Verb) -> bool:
        return refused(work, work.db.get_one(Complaint, number), verb)

    # ------------------------------------------------------------------ whose it is

    def _somebody_answers_for_it(self, work: Work, case: Complaint) -> None:
        """One owner, who works here and may know of it; or it lies in the queue of somebody who can take it."""
        if Stage(case.stage) not in OPEN:
            return
        if case.owner_id is not None:
            assert staff_of(work.db, case.owner_id)
            assert case.owner_id != case.customer_id
            assert case.barred.get(str(case.owner_id)) in (None, rights.DECIDER)
            return
        people = [self._actor(work, who) for who in self.cast.values()]
        able = [each for each in people if rights.may(each, "take", case)]
        assert able
        if case.stage != Stage.IN_REVIEW:
            assert any(case.id in self._listed(work, each) for each in able)

    def _nobody_barred_reads(self, work: Work, case: Complaint) -> None:
        now = (case.id, case.stage, case.owner_id, str(case.panel), str(case.barred))
        if now == self.standing:
            return
        self.standing = now
        for name, who in self.cast.items():
            actor = self._actor(work, who)
            why = case.barred.get(str(actor.id))
            if why is None and name not in ("stranger", "elsewhere", "admin"):
                continue
            can = {action for action in OF_CASE if rights.may(actor, action, case)}
            assert can <= ({"state"} if why == rights.DECIDER else set()), (name, why)
            assert rights.knows(actor, case) is (why == rights.DECIDER), (name, why)
            assert why in (None, rights.DECIDER) or case.id not in self._listed(work, actor), (name, why)

    def _listed(self, work: Work, actor: Actor) -> set[int]:
        """The cases that any list of theirs shows."""
        work.actor = actor
        found: set[int] = set()
        for shown in LISTS:
            try:
                page = shown(work)
            except errors.NotAllowed:
                continue
            for each in page[0] if isinstance(page, tuple) else page:
                found.add(each.id if isinstance(each, Complaint) else each.complaint.id)
        return found

    def _nobody_barred_was_told(self, case: Complaint, before: Before) -> None:
        """What has arrived since the last look."""
        post, self.read = self.scene.post[self.read :], len(self.scene.post)
        barred = {each for each in case.barred if each in before.barred}
        for each in post:
            number = str(self.person(each.to))
            if each.case != case.id or number not in barred:
                continue
            assert case.barred[number] == rights.DECIDER, each
            assert each.template in ("review_asked", "hearing_wanted", "evidence_given", "review_withdrawn"), each

    # ------------------------------------------------------------------ answers and reviews

    def _four_eyes(self, work: Work, case: Complaint, before: Before) -> None:
        """No answer is approved by its author, and a grave one is by somebody."""
        answers = answers_of(work.db, case.id)
        assert all(each.approver_id != each.author_id for each in answers)
        for each in proposals_of(work.db, case.id):
            assert each.outcome not in (APPROVED, RETURNED) or each.decided_by != each.author_id
        for answer in answers[before.answers :]:
            if before.severity in GRAVE and answer.review_id is None:
                alone = [each for each in history(work.db, case.id) if each.event == "answer.unapproved"]
                assert answer.approver_id or alone

    def _nobody_reviews_their_own(self, work: Work, case: Complaint) -> None:
        log = history(work.db, case.id)
        held = {each.facts.get("owner") for each in log if each.event == "complaint.assigned"} | {case.owner_id}
        for answer in answers_of(work.db, case.id):
            held |= {answer.author_id, answer.approver_id} if answer.review_id is None else set()
        sits = {int(each) for each in case.panel}
        assert not sits & {*held, case.customer_id, case.subject_id}
        assert not set(case.panel) & set(case.barred)

    # ------------------------------------------------------------------ what is known of it

    def _moves(self, work: Work, case: Complaint) -> None:
        """Each of them stands in the log, one leading to the next."""
        moves = [each for each in history(work.db, case.id) if "now" in each.facts]
        log = [each for each in moves if each.event.startswith("complaint.")]
        assert len(log) == case.turn or any(each.event.startswith("dispute.") for each in moves)
        at: str = Stage.DRAFT
        for event in log:
            was, now = Stage(event.facts["was"]), Stage(event.facts["now"])
            assert was == at
            at = now
            self.moved.add((was, Event(event.event.removeprefix("complaint.")), now))
        assert at == case.stage
        put_off = select(AuditEvent).where(AuditEvent.event == "deadline.put_off").order_by(col(AuditEvent.id))
        assert not work.db.exec(put_off).all(), "a step of the tick failed"

    def person(self, messenger: int) -> int:
        if messenger not in self.known:
            self.known[messenger] = self.scene.person(messenger).id
        return self.known[messenger]

    def _actor(self, work: Work, who: int) -> Actor:
        number = self.person(who)
        return Actor(work.db.get_one(Person, number), staff_of(work.db, number))
