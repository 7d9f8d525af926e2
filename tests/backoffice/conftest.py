"""An office with people in it, on a real SQLite file, with a clock that the test moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from backoffice import complaints, handling, intake, organisation, people
from backoffice.work import Actor, Office, Work
from storage import db, journal
from storage.complaints import Complaint
from storage.people import Person, Staff
from storage.traffic import OutboxMessage
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


@dataclass
class Scene:
    """What a test of the office needs: people who act, cases at a stage, and what was told and recorded."""

    office: Office
    clock: Moment
    ids: Iterator[int]

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


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    engine = db.connect(f"sqlite:///{tmp_path}/desk.db")
    SQLModel.metadata.create_all(engine)
    clock = Moment()
    yield Scene(Office(engine, organisation.load(), clock), clock, count(1))
    engine.dispose()
