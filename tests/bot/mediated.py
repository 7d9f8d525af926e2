"""A case that is with a mediator who has joined: its customer, who speaks for the organisation, and the mediator."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import inspect
from sqlmodel import select

from backoffice import deadlock, outbox, people
from backoffice.disputes import choosing, consents, course, resolvers
from backoffice.disputes.phases import FACILITATIVE
from backoffice.people import Post
from backoffice.rights import Role
from backoffice.work import Actor, Work
from bot.keyboards import matter
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from bot.staff.joining import PREFIX
from storage.complaints import Attachment, Complaint, Entry
from storage.disputes import Outcome, Talk
from storage.people import person_by_telegram, staff_of
from storage.traffic import Delivered
from tests.moments import going_on
from tests.running import Running, text_of

PROVIDER = "mediator"  # of the organisation's file


@dataclass
class Mediated:
    desk: Running
    customer: Human
    us: Human
    mediator: Human

    @property
    def case(self) -> Complaint:
        return self.desk.cases()[0]

    # ------------------------------------------------------------------ what is done behind the scenes

    def act(self, who: Human, verb: Callable[[Work, Complaint], object]) -> None:
        """A use-case, done by this person without the bot."""
        office = self.desk.desk.office
        with office.look() as work:
            person = person_by_telegram(work.db, who.id)
            assert person is not None
            actor = Actor(person, staff_of(work.db, person.id))
        with office.work(actor) as work:
            verb(work, work.db.get_one(Complaint, self.case.id))

    def consent(self, who: Human) -> None:
        def agree(work: Work, case: Complaint) -> None:
            text = consents.text(work, course.referral(work, case), "en")
            consents.agree(work, case, text.version, "en", text.fill())

        self.act(who, agree)

    def go_outside(self) -> None:
        with self.desk.desk.office.work() as work:
            deadlock.offer_routes(work, work.db.get_one(Complaint, self.case.id), deadlock.DECLARED)

    def put_before_mediator(self) -> None:
        self.act(self.customer, lambda work, case: choosing.choose(work, case, PROVIDER, FACILITATIVE))
        self.consent(self.customer)
        self.consent(self.us)

    def accept(self) -> None:
        self.act(self.mediator, lambda work, case: resolvers.accept(work, case, "I know neither side."))

    # ------------------------------------------------------------------ what people do

    async def tap(self, who: Human, do: str, value: str = "", message: Message | None = None) -> None:
        """A button of the dispute as it is drawn now."""
        who.tap_data(matter(do, self.case, value).pack(), message)
        await self.desk.settle()

    async def reply(self, who: Human, text: str, to: Message) -> None:
        who.say(text, reply_to=to)
        await self.desk.settle()

    async def told(self) -> None:
        """Until all has arrived that goes at once, as what is said in a room does."""
        await self.desk.settle()

    async def told_in_time(self) -> None:
        """The same, of what waits for the hours at which people read or work."""
        await self.desk.settle()
        await self.desk.forward(days=3)

    def day(self, days: int) -> date:
        """So many days from now."""
        return (self.desk.desk.clock() + timedelta(days=days)).date()

    # ------------------------------------------------------------------ what became of it

    def all(self, table: Any, **wanted: Any) -> list[Any]:
        with self.desk.desk.office.look() as work:
            return list(work.db.exec(select(table).filter_by(**wanted).order_by(*inspect(table).primary_key)))

    def talks(self, room: str | None = None) -> list[str | None]:
        found: list[Talk] = self.all(Talk, **({"room": room} if room else {}))
        return [each.text for each in found]

    def entries(self) -> list[Entry]:
        return self.all(Entry)

    def files(self) -> list[Attachment]:
        return self.all(Attachment)

    def outcomes(self) -> list[Outcome]:
        return self.all(Outcome)

    def topic(self, who: Human, message: Message) -> str | None:
        with self.desk.desk.office.look() as work:
            place: Delivered | None = outbox.delivered_target(work, who.id, message.id)
            return place.topic if place else None

    def holding(self, who: Human, words: str) -> list[Message]:
        """The messages in which somebody reads these words."""
        return [each for each in who.inbox if words in text_of(each)]


@asynccontextmanager
async def mediated(tmp_path: Path, *, accepted: bool = True) -> AsyncIterator[Mediated]:
    async with going_on(tmp_path, _accepted if accepted else _put_before_mediator) as (desk, people_of_it):
        yield Mediated(desk, *people_of_it)


async def _put_before_mediator(desk: Running) -> tuple[Human, Human, Human]:
    desk.begin_in_the_morning()
    us = await desk.staff("dispute_manager", name="Rana")
    customer = await desk.newcomer(name="Sara")
    await desk.complain(customer)
    mediator = desk.world.person("Noor", language_code="en")
    desk.languages[mediator.id] = "en"
    with desk.desk.office.work() as work:
        token = people.invite(work, Post([Role.RESOLVER], provider=PROVIDER, languages=["en"]))
    mediator.start(PREFIX + token)
    await desk.settle()
    it = Mediated(desk, customer, us, mediator)
    it.go_outside()
    it.put_before_mediator()
    return customer, us, mediator


async def _accepted(desk: Running) -> tuple[Human, Human, Human]:
    parties = await _put_before_mediator(desk)
    await desk.settle()
    Mediated(desk, *parties).accept()
    return parties
