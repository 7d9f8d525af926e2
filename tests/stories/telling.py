"""What a story is told with: a desk, its people, what they say, and the reading of all that they receive."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from babel.dates import format_date
from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate
from sqlmodel import col, select

from backoffice.organisation import Organisation
from backoffice.work import Work
from bot.i18n import Reader
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from bot.sandbox.story import STORIES, Words
from storage import crypto
from storage.complaints import Complaint
from storage.people import Person, Staff
from storage.traffic import Delivered, InboxUpdate, OutboxMessage
from tests.moments import going_on
from tests.running import TEHRAN, Running, running, text_of
from tests.stories.lexicon import HIJRI, JALALI, in_digits
from tests.stories.reading import Reading

LANGUAGES = ("fa", "ar", "en")
HARMLESS = ("message is not modified", "query is too old")
Told = TypeVar("Told")
Lead = Callable[["Story"], Awaitable[Told]]


@dataclass
class Story:
    """One desk and the lives that are lived with it, in one language unless somebody brings another."""

    desk: Running
    language: str
    ways: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reading = Reading(self.desk.world, self.organisation, self.reader)

    # ------------------------------------------------------------------ who is there

    def reader(self, person: int) -> Reader:
        """How somebody reads now; what they choose in the story is noted by `reads` just before."""
        spoken = self.desk.languages.get(person) or self.desk.world.people[person].user.language_code
        return replace(Reader(spoken or "fa"), **self.ways.get(person, {}))

    def reads(self, human: Human, *, language: str | None = None, **way: Any) -> None:
        self.desk.languages[human.id] = language or self.desk.languages[human.id]
        self.ways.setdefault(human.id, {}).update(way)

    async def customer(self) -> Human:
        return await self.desk.newcomer(self.language, self.words.customer)

    async def handler(self, **post: Any) -> Human:
        return await self.desk.staff("handler", **{"language": self.language, "name": self.words.handler, **post})

    async def supervisor(self) -> Human:
        return await self.desk.staff("supervisor", language=self.language, name="Negar")

    @property
    def words(self) -> Words:
        return STORIES[self.language]

    @property
    def organisation(self) -> Organisation:
        return self.desk.desk.office.organisation

    @property
    def now(self) -> datetime:
        return self.desk.desk.office.clock()

    @property
    def case(self) -> Complaint:
        """The newest case, as it is in the database."""
        return self.desk.cases()[-1]

    # ------------------------------------------------------------------ what they do

    async def answer(
        self,
        handler: Human,
        decision: str,
        remedy: str,
        reasons: str,
        amount: str | None = None,
        then: str | None = None,
        *,
        approver: Human | None = None,
    ) -> None:
        """From the case's card to the answer; decision and remedy are codes of the organisation's file. `approver`: who
        reads it before it goes, where somebody must."""
        language = self.desk.languages[handler.id]
        await self.desk.tap(handler, "Answer")
        await self.tap_label(handler, self.organisation.decisions[decision][language])
        await self.desk.say(handler, reasons)
        wanted = self.organisation.remedy(remedy).words[language]
        while wanted not in handler.buttons():
            await self.desk.tap(handler, "More")
        await self.tap_label(handler, wanted)
        for words in (amount, then):
            await (self.desk.say(handler, words) if words else self.desk.tap(handler, "Skip"))
        if approver is None:
            await self.desk.tap(handler, "Send the answer")
            return
        await self.desk.tap(handler, "Send it for approval")
        await self.desk.say(approver, "/approve")
        await self.desk.tap(approver, "Approve and send")

    async def tap_label(self, human: Human, label: str) -> None:
        """A button whose words are not in the catalog."""
        human.tap(label)
        await self.desk.settle()

    async def open(self, customer: Human) -> None:
        """The newest case, from the list of one's own."""
        customer.say("/mine")
        await self.desk.settle()
        await self.tap_label(customer, self.case.code or "")

    def read(self, human: Human, *msgids: str) -> bool:
        """Whether the newest message says all of this, in the person's language."""
        return all(self.desk.said(human, msgid) in text_of(human.last) for msgid in msgids)

    def received(self, human: Human, *msgids: str) -> bool:
        """Whether any message begins with one of these."""
        wanted = [self.desk.said(human, msgid) for msgid in msgids]
        return any(message.text.startswith(words) for message in human.inbox for words in wanted)

    def find(self, human: Human, msgid: str) -> Message:
        """The newest message that begins so."""
        wanted = self.desk.said(human, msgid)
        return next(message for message in reversed(human.inbox) if message.text.startswith(wanted))

    async def rest(self) -> None:
        """Until nothing is on its way any more: what waits for working time has gone."""
        for _quarter in range(20):
            with self.desk.desk.office.look() as work:
                if not _left(work):
                    return
            await self.desk.forward(hours=6)

    # ------------------------------------------------------------------ how it ends

    async def check(self) -> None:
        """Nothing lies aside, nothing waits, nothing was refused, the log holds, and all of it reads well."""
        await self.desk.settle()
        await self.desk.world.wait(lambda: self.desk.world.profile.get(("short_description", "")))  # it comes last
        await self.desk.desk.tick()
        refused = [call for call in self.desk.world.calls if not call.ok]
        assert [(each.method, each.description) for each in refused if not _harmless(each.description)] == []
        with self.desk.desk.office.look() as work:
            assert _left(work) == []
        assert self.desk.faults() == []
        self.check_words()

    def check_words(self) -> None:
        with self.desk.desk.office.look() as work:
            staff, about = _staff(work), _about(work, list(self.desk.world.people))
        faults = self.reading.faults(staff, about)
        assert not faults, "\n".join(faults)


def day_for(moment: datetime | date, reader: Reader) -> str:
    """A day as this reader's calendar has it, written here a second time."""
    on = moment.astimezone(TEHRAN).date() if isinstance(moment, datetime) else moment
    if reader.language == "fa":
        jalali = JalaliDate(on)
        shown = f"{format_date(on, 'EEEE', locale='fa')} {jalali.day} {JALALI[jalali.month - 1]}"
    elif reader.hijri:
        hijri = Gregorian.fromdate(on).to_hijri()
        shown = f"{format_date(on, 'EEEE', locale='ar')} {hijri.day} {HIJRI[hijri.month - 1]}"
    else:
        shown = format_date(on, "EEEE d MMMM", locale=reader.language)
    return in_digits(shown, reader)


@asynccontextmanager
async def telling(data_dir: Path, language: str, database_url: str | None = None, **more: Any) -> AsyncIterator[Story]:
    """A story that begins on a Saturday morning, whenever it is told, and is checked at its end; `more`: settings."""
    async with running(data_dir, database_url, **more) as desk:
        desk.begin_in_the_morning()
        story = Story(desk, language)
        yield story
        await story.check()


@asynccontextmanager
async def telling_on(data_dir: Path, language: str, lead: Lead[Told]) -> AsyncIterator[Told]:
    """The same, from where `lead` ends. It is told, and all of it read, once a process and language.

    What `lead` returns is a dataclass of a `story` and its people.
    """

    async def tell(desk: Running) -> tuple[type[Told], dict[str, Any]]:
        desk.begin_in_the_morning()
        story = Story(desk, language)
        told = await lead(story)
        await desk.settle()
        story.check_words()
        return type(told), {name: value for name, value in vars(told).items() if name != "story"}

    async with going_on(data_dir, tell, (lead, language)) as (desk, (kind, people)):
        story = Story(desk, language)
        yield kind(story=story, **people)
        await story.check()


def _harmless(description: str) -> bool:
    return any(each in description for each in HARMLESS)


def _left(work: Work) -> list[tuple[str, str, str | None]]:
    """What is neither done nor sent nor dropped."""
    waiting = work.db.exec(select(InboxUpdate).where(InboxUpdate.status != "done"))
    unsent = work.db.exec(select(OutboxMessage).where(col(OutboxMessage.status).not_in(["sent", "dropped"])))
    return [("inbox", each.status, each.error) for each in waiting] + [
        ("outbox", each.status, each.error) for each in unsent
    ]


def _staff(work: Work) -> frozenset[int]:
    ids = [staff.person_id for staff in work.db.exec(select(Staff))]
    return frozenset(work.db.get_one(Person, person).telegram_id for person in ids)


def _about(work: Work, people: list[int]) -> frozenset[tuple[int, int]]:
    """(person, message) of all that belongs to a customer's own case, and came after it was submitted."""
    lanes = {crypto.lookup("chat", person): person for person in people}
    theirs = select(Delivered).join(Complaint).where(Delivered.party == "customer")
    rows = work.db.exec(theirs.where(col(Delivered.at) >= col(Complaint.received_at)))
    return frozenset((lanes[row.lane], row.message_id) for row in rows)
