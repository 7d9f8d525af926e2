"""An office with people in it, on a real SQLite file, with a clock that the test moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, func, select

from backoffice import assessment, complaints, delays, handling, intake, organisation, outbox, people, schedule
from backoffice.work import Actor, Office, Work
from storage import clocks, db, journal
from storage.clocks import Deadline
from storage.complaints import Complaint
from storage.people import Person, Staff
from storage.traffic import OutboxMessage
from tests.backoffice.test_calendar import tehran
from tests.moment import Moment

Verb = Callable[[Work, Complaint], object]

#: What complainants do with a case; these names are those of the rights, too.
CUSTOMER: dict[str, Verb] = {
    "add": lambda work, case: complaints.add(work, case, "more"),
    "accept": complaints.accept,
    "refuse": complaints.refuse,
    "confirm": complaints.confirm,
    "deny": complaints.deny,
    "withdraw": complaints.withdraw,
    "reopen": complaints.reopen,
}


#: What its owner does with it.
HANDLER: dict[str, Verb] = {
    "take": handling.take,
    "assess": lambda work, case: assessment.assess(work, case, assessment.Criteria(2, 3, 1, 0, True)),
    "change_severity": lambda work, case: assessment.change_severity(work, case, "low", "It was a mistake."),
    "contain": lambda work, case: assessment.contain(work, case, "The goods are withdrawn."),
    "ask": lambda work, case: handling.ask(work, case, "Which parcel?"),
    "write": lambda work, case: handling.write(work, case, "We look into it."),
    "refund": lambda work, case: handling.answer(work, case, handling.Draft("upheld", "Lost.", "refund_full")),
    "replace": lambda work, case: handling.answer(work, case, handling.Draft("upheld", "Broken.", "replacement")),
    "apologise": lambda work, case: handling.answer(work, case, handling.Draft("partly", "Slow.", "apology")),
    "reject": lambda work, case: handling.answer(work, case, handling.Draft("not_upheld", "In time.", "none")),
    "carry_out": handling.carry_out,
    "extend": lambda work, case: delays.ask_for_time(work, case, "The carrier examines it."),
    "snooze": lambda work, case: delays.snooze(work, case, "tomorrow", "I wait for the carrier."),
    "explain": lambda work, case: delays.say_why(work, case, work.organisation.delay_reasons[0].code),
}
VERBS: dict[str, Verb] = {**CUSTOMER, **HANDLER}


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
        post = people.Post(list(roles), department, list(categories), list(languages), capacity)
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
            handling.answer(work, case, handling.Draft(decision, "The carrier lost it.", remedy))
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
                if row.not_before is None or row.not_before <= work.now:
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

    def actor(self, telegram_id: int) -> Actor:
        with self.office.look() as work:
            person = self.person(telegram_id)
            return Actor(person, work.db.get(Staff, person.id))


@contextmanager
def opened(folder: Path) -> Iterator[Scene]:
    """A new office, with its database in this folder."""
    engine = db.connect(f"sqlite:///{folder}/desk.db")
    SQLModel.metadata.create_all(engine)
    clock = Moment()
    yield Scene(Office(engine, organisation.load(), clock), clock, count(1))
    engine.dispose()


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

    def live(self, life: str) -> Complaint:
        """Verbs; LATE waits until the date of the case has passed."""
        for verb in life.split():
            if verb == "LATE":
                self.pass_the_date()
            else:
                self.scene.act(self.customer if verb in CUSTOMER else self.handler, self.code, VERBS[verb])
        return self.case

    def pass_the_date(self) -> None:
        due = self.case.due_at
        assert due
        self.scene.live(due)

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
