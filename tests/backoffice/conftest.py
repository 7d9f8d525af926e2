"""An office with people in it, on a real SQLite file, with a clock that the test moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from backoffice import (
    answers,
    assessment,
    challenges,
    complaints,
    deadlock,
    delays,
    handling,
    hearing,
    intake,
    organisation,
    outbox,
    people,
    phases,
    review,
    rights,
    schedule,
    voting,
)
from backoffice.voting import Ballot
from backoffice.work import Actor, Office, Work
from storage import clocks, journal, reviews
from storage.clocks import Deadline
from storage.complaints import Complaint
from storage.people import Person, Staff, staff_of
from storage.reviews import Review, Seat
from storage.traffic import OutboxMessage
from tests.backoffice import answer_deeds, special_deeds
from tests.backoffice.test_calendar import tehran
from tests.databases import new_database
from tests.moment import Moment

Verb = Callable[[Work, Complaint], object]

#: Read once: nobody can change it, an office only puts another one in its place.
RULES = organisation.load()


def ask_review(work: Work, case: Complaint) -> Review:
    """The whole form in one go; a late one says why."""
    if review.begin(work, case).late:
        review.fill(work, case, review.LATENESS, "I was in hospital.")
    review.fill(work, case, review.GROUNDS, "Nobody looked at the pictures.")
    return review.request(work, case)


def challenge(work: Work, case: Complaint) -> None:
    """Doubt whoever sits there and was not doubted yet."""
    rights.require(work, "challenge", case)
    sits = live_seats(work, phases.running(work, case, phases.Phase.IN_COMMITTEE))
    challenges.challenge(work, case, next((each.id for each in sits if each.challenged_at is None), 0), "A friend.")


def rule(work: Work, case: Complaint, *, upheld: bool = True) -> None:
    """Decide on the challenge that waits."""
    rights.require(work, "rule", case)
    sits = live_seats(work, phases.running(work, case, phases.Phase.IN_COMMITTEE))
    waiting = (each.id for each in sits if each.challenged_at and each.challenge_upheld is None)
    challenges.rule(work, case, next(waiting, 0), upheld=upheld)


def live_seats(work: Work, found: Review) -> list[Seat]:
    return [each for each in reviews.seats_of(work.db, found.id) if each.left_at is None]


#: What complainants do with a case; these names are those of the rights, too.
CUSTOMER: dict[str, Verb] = {
    **special_deeds.OWN,
    "add": lambda work, case: complaints.add(work, case, "more"),
    "accept": complaints.accept,
    "refuse": complaints.refuse,
    "confirm": complaints.confirm,
    "deny": complaints.deny,
    "reopen": complaints.reopen,
    "ask_review": ask_review,
    "withdraw_review": review.withdraw,
    "be_heard": hearing.be_heard,
    "challenge": challenge,
    "decline_routes": complaints.decline_routes,
    **answer_deeds.COMPLAINANT,
}


#: What its owner does with it.
HANDLER: dict[str, Verb] = {
    **special_deeds.OURS,
    "take": handling.take,
    "assess": lambda work, case: assessment.assess(work, case, assessment.Criteria(2, 3, 1, 0, True)),
    "change_severity": lambda work, case: assessment.change_severity(work, case, "low", "It was a mistake."),
    "contain": lambda work, case: assessment.contain(work, case, "The goods are withdrawn."),
    "ask": lambda work, case: handling.ask(work, case, "Which parcel?"),
    "write": lambda work, case: handling.write(work, case, "We look into it."),
    **answer_deeds.OWNER,
    "extend": lambda work, case: delays.ask_for_time(work, case, "The carrier examines it."),
    "snooze": lambda work, case: delays.snooze(work, case, "tomorrow", "I wait for the carrier."),
    "explain": lambda work, case: delays.say_why(work, case, work.organisation.delay_reasons[0].code),
    "declare": lambda work, case: deadlock.declare(work, case, "We see no way to agree."),
    "state": lambda work, case: hearing.state(work, case, "We looked at all of it."),
}
#: By whoever sits on its review, and by who stands above it.
PANEL: dict[str, Verb] = {
    "question": lambda work, case: hearing.ask(work, case, "When did it arrive?"),
    "vote": lambda work, case: voting.vote(work, case, Ballot("upheld", "refund_full", "The carrier lost it.")),
    "dismiss": lambda work, case: voting.vote(work, case, Ballot("not_upheld", "none", "It was in time.")),
    "recuse": lambda work, case: challenges.step_down(work, case, "I know them."),
}
MANAGER: dict[str, Verb] = {
    "admit": review.admit,
    "not_admit": lambda work, case: review.refuse(work, case, "The reason does not explain it."),
    **answer_deeds.ABOVE,
    "rule": rule,
}
VERBS: dict[str, Verb] = {**CUSTOMER, **HANDLER, **PANEL, **MANAGER}


@dataclass(frozen=True)
class Letter:
    """What somebody was told, and when it arrived. `parts`: several where it was gathered, and `more` of them."""

    to: int
    template: str
    at: datetime
    case: int | None
    parts: list[dict[str, Any]]
    more: int


def letter(work: Work, row: OutboxMessage) -> Letter:
    to = work.db.get(Person, row.person_id)
    params = row.body["params"]
    parts = params if isinstance(params, list) else [params]
    more = row.body.get("more", 0)
    return Letter(to.telegram_id if to else 0, row.body["template"], work.now, row.complaint_id, parts, more)


@dataclass
class Scene:
    """What a test of the office needs: people who act, cases at a stage, and what was told and recorded."""

    office: Office
    clock: Moment
    ids: Iterator[int]
    post: list[Letter] = field(default_factory=list)  # all that has arrived
    withheld: list[Letter] = field(default_factory=list)  # because its receiver had lost the right to it

    @contextmanager
    def acting(self, telegram_id: int) -> Iterator[Work]:
        with self.office.work() as work:
            people.recognise(work, telegram_id)
            yield work

    def customer(self, language: str = "en") -> int:
        telegram_id = 5_000_000_000 + next(self.ids)
        with self.acting(telegram_id) as work:
            people.set_language(work, language)
            legal = work.organisation.legal("privacy", language)
            people.agree(work, "privacy", legal.version, language, legal.fill())
        return telegram_id

    def staff(
        self,
        *roles: str,
        department: str | None = "delivery",
        languages: tuple[str, ...] = ("en",),
        categories: tuple[str, ...] = (),
        capacity: int = 25,
    ) -> int:
        telegram_id = 5_000_000_000 + next(self.ids)
        provider = "mediator" if "resolver" in roles else None
        post = people.Post(list(roles), department, list(categories), list(languages), capacity, provider)
        with self.office.work() as work:
            token = people.invite(work, post)
        with self.acting(telegram_id) as work:
            people.join(work, token, f"Staff {telegram_id}")
        return telegram_id

    def complaint(self, customer: int, category: str = "delivery.late", text: str = "The parcel is late.") -> str:
        with self.acting(customer) as work:
            assert work.actor.person
            draft = intake.begin(work, work.actor.person.language or "en")
            intake.choose_category(work, draft, category)
            intake.tell_story(work, draft, text)
            code = intake.submit(work, draft).complaint.code
        assert code
        return code

    def answered(self, customer: int, handler: int, *, decision: str = "upheld", remedy: str = "refund_full") -> str:
        code = self.complaint(customer)
        with self.acting(handler) as work:
            case = complaints.find(work, code)
            handling.take(work, case)
            handling.answer(work, case, answers.Draft(decision, "The carrier lost it.", remedy))
        return code

    def case(self, code: str) -> Complaint:
        with self.office.look() as work:
            return work.db.exec(select(Complaint).where(Complaint.code == code)).one()

    def act(self, telegram_id: int, code: str, verb: Verb) -> Complaint:
        """What somebody does with the case; how it stands then."""
        with self.acting(telegram_id) as work:
            case = complaints.find(work, code)
            verb(work, case)
        return case

    def limits(self, code: str) -> list[Deadline]:
        """All that ever ran on the case, oldest first."""
        with self.office.look() as work:
            return clocks.of_case(work.db, self.case(code).id)

    def running(self, code: str) -> list[Deadline]:
        """The limits that run on the case."""
        with self.office.look() as work:
            return clocks.running(work.db, self.case(code).id)

    def deliver(self) -> None:
        """All that was promised has arrived."""
        with self.office.work() as work:
            for row in work.db.exec(select(OutboxMessage).where(OutboxMessage.status == "waiting")).all():
                if row.not_before is not None and row.not_before > work.now:
                    continue
                if case := _unreadable(work, row):
                    self.withheld.append(letter(work, row))
                    outbox.withhold(work, row, case)
                else:
                    self.post.append(letter(work, row))
                    outbox.sent(work, row, [row.id])

    def live(self, until: datetime, *, deliver: bool = True) -> None:
        """Let time pass: a tick at every moment at which something is due, and what is told arrives at once."""
        while (moment := self._next_moment()) and moment <= until:
            self.clock.now = moment
            self.tick(deliver=deliver)
        self.clock.now = until
        self.tick(deliver=deliver)

    def _next_moment(self) -> datetime | None:
        """When the tick has something to do, or a message goes that waits for its time."""
        now = self.clock()
        with self.office.look() as work:
            waits = OutboxMessage.status == "waiting", col(OutboxMessage.not_before) > now
            message = work.db.exec(select(func.min(OutboxMessage.not_before)).where(*waits)).one()
        return min(filter(None, (message, schedule.next_due(self.office, now))), default=None)

    def tick(self, *, deliver: bool = True) -> None:
        schedule.tick(self.office)
        if deliver:
            self.deliver()

    def sitting(self, code: str) -> list[int]:
        """Who sits on the review of the case now, by their messenger ids."""
        return [self.messenger(each) for each in rights.seated(self.case(code))]

    def review(self, code: str) -> Review:
        """The latest request on the case."""
        return self.requests(code)[-1]

    def requests(self, code: str) -> list[Review]:
        with self.office.look() as work:
            return reviews.of_case(work.db, self.case(code).id)

    def seats(self, code: str) -> list[Seat]:
        """All that ever were in the latest review of the case."""
        with self.office.look() as work:
            return [seat for each in self.requests(code)[-1:] for seat in reviews.seats_of(work.db, each.id)]

    def told(self, telegram_id: int) -> list[str]:
        """The templates of the notices that wait for this person, oldest first."""
        with self.office.look() as work:
            person = people.people.person_by_telegram(work.db, telegram_id)
            assert person
            rows = work.db.exec(
                select(OutboxMessage).where(OutboxMessage.person_id == person.id).order_by(OutboxMessage.id)  # type: ignore[arg-type]
            )
            return [row.body["template"] for row in rows]

    def history(self, code: str) -> list[str]:
        with self.office.look() as work:
            return [event.event for event in journal.history(work.db, self.case(code).id)]

    def person(self, telegram_id: int) -> Person:
        with self.office.look() as work:
            person = people.people.person_by_telegram(work.db, telegram_id)
        assert person
        return person

    def messenger(self, person_id: int) -> int:
        with self.office.look() as work:
            return work.db.get_one(Person, person_id).telegram_id

    def actor(self, telegram_id: int) -> Actor:
        with self.office.look() as work:
            person = self.person(telegram_id)
            return Actor(person, work.db.get(Staff, person.id))


def _unreadable(work: Work, row: OutboxMessage) -> Complaint | None:
    """The case that the row speaks of, if its receiver may not read it any more; as the courier finds it."""
    if row.person_id is None or row.complaint_id is None:
        return None
    case = work.db.get_one(Complaint, row.complaint_id)
    actor = Actor(work.db.get(Person, row.person_id), staff_of(work.db, row.person_id))
    return case if actor.person and not rights.may(actor, rights.PARTIES[row.party or "staff"], case) else None


def doer(scene: Scene, code: str, verb: str, *, customer: int, handler: int, manager: int) -> int:
    """Who does such a thing; whoever sits there first, for those who review it."""
    if verb in PANEL:
        sits = [seat for seat in scene.seats(code) if seat.left_at is None and not seat.voted_at]
        return next((scene.messenger(seat.person_id) for seat in sits), handler)
    return customer if verb in CUSTOMER else manager if verb in MANAGER else handler


@contextmanager
def opened(folder: Path, kind: str = "sqlite") -> Iterator[Scene]:
    """A new office, with its database in this folder, or, of another `kind`, beside it."""
    clock = Moment()
    with new_database(kind, folder) as engine:
        yield Scene(Office(engine, RULES, clock), clock, count(1))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with opened(tmp_path) as scene:
        yield scene


@dataclass
class Desk:
    """A scene with everybody in it and one case."""

    scene: Scene
    handler: int
    supervisor: int
    customer: int
    code: str
    manager: int = 0  # of complaints, appointed when needed

    def live(self, life: str) -> Complaint:
        """Verbs; LATE waits until the date of the case has passed, LONG until a review comes late; COMMITTEE appoints
        three to its seats."""
        for verb in life.split():
            if verb == "LATE":
                self.pass_the_date()
            elif verb == "COMMITTEE":
                self.committee()
            elif verb == "LONG":
                self.scene.deliver()
                self.scene.live(self.scene.clock() + timedelta(days=40))
            else:
                self.scene.act(self.who(verb), self.code, VERBS[verb])
        return self.case

    def committee(self) -> list[int]:
        """Holders of the three mandatory seats."""
        return [self.scene.staff(f"seat_{name}", department=None) for name in ("support", "technical", "operations")]

    def who(self, verb: str) -> int:
        if verb in MANAGER and not self.manager:
            self.manager = self.scene.staff("complaints_manager", department=None)
        people = {"customer": self.customer, "handler": self.handler, "manager": self.manager}
        return doer(self.scene, self.code, verb, **people)

    def pass_the_date(self) -> None:
        self.scene.live(self.case.due_at or self.scene.clock())

    @property
    def case(self) -> Complaint:
        return self.scene.case(self.code)

    @property
    def running(self) -> dict[str, Deadline]:
        return {each.target: each for each in self.scene.running(self.code)}

    def newest(self, target: str) -> Deadline:
        return [each for each in self.scene.limits(self.code) if each.target == target][-1]

    def at(self, text: str) -> None:
        self.scene.clock.now = tehran(text).astimezone(UTC)


@pytest.fixture
def desk(scene: Scene) -> Desk:
    handler, supervisor, customer = scene.staff("handler"), scene.staff("supervisor"), scene.customer()
    return Desk(scene, handler, supervisor, customer, scene.complaint(customer))
