"""The whole program against the strict sandbox: real dispatcher, database, courier; a clock that the test moves."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session, select

from backoffice import audit, people
from bot.app import Desk
from bot.clock import MovableClock
from bot.config import given
from bot.i18n import catalog
from bot.pacing import Pace
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from bot.sandbox.server import Server, serve
from bot.sandbox.world import World
from bot.stage import Stage
from storage import crypto
from storage.complaints import Complaint, Entry

TOKEN = "42:SANDBOX"
SECRET = crypto.new_secret()


@dataclass
class Running:
    """What a test holds: the desk, Telegram, and short ways to act as its people."""

    desk: Desk
    world: World
    server: Server
    stage: Stage
    languages: dict[int, str] = field(default_factory=dict)

    async def settle(self) -> None:
        """Until everything that was sent is stored, handled, and answered."""
        await self.stage.settle()

    async def forward(self, **amount: float) -> None:
        """What falls due on the way happens at its moment."""
        await self.stage.forward(**amount)

    async def newcomer(self, language: str = "en", name: str = "Sara") -> Human:
        """Somebody who opened the bot and chose a language."""
        human = self.world.person(name=name, language_code=language)
        self.languages[human.id] = language
        human.start()
        await self.settle()
        human.tap({"fa": "فارسی", "ar": "العربية", "en": "English"}[language])
        await self.settle()
        return human

    async def staff(
        self, *roles: str, language: str = "en", department: str | None = None, name: str = "Dan", **post: object
    ) -> Human:
        """Somebody who opened an invitation to these roles."""
        human = self.world.person(name=name, language_code=language)
        self.languages[human.id] = language
        spoken = post.pop("languages", [language])
        wanted = people.Post(list(roles), department, languages=list(spoken), **post)  # type: ignore[call-overload]
        with self.desk.office.work() as work:
            token = people.invite(work, wanted)
        human.start(f"join-{token}")
        await self.settle()
        return human

    async def tap(self, human: Human, label: str | int, message: Message | None = None) -> None:
        """Tap a button by its English words, said in the person's language, or by its place in the last keyboard."""
        wanted = human.buttons(message)[label] if isinstance(label, int) else self.said(human, label)
        human.tap(wanted, message)
        await self.settle()

    async def say(self, human: Human, *texts: str) -> None:
        for text in texts:
            human.say(text)
        await self.settle()

    def said(self, human: Human, text: str) -> str:
        return catalog(self.languages[human.id]).gettext(text)

    async def form(self, human: Human) -> None:
        """As far as the question what happened."""
        await self.tap(human, "Make a complaint")
        if self.said(human, "I agree, continue") in human.buttons():
            await self.tap(human, "I agree, continue")
        await self.tap(human, 0)
        await self.tap(human, 0)

    async def complain(self, human: Human, text: str = "The parcel never arrived, and nobody answers.") -> str:
        """The shortest complaint; returns its code."""
        await self.form(human)
        await self.say(human, text)
        await self.tap(human, "Submit the complaint")
        return self.cases()[-1].code or ""

    async def answer(
        self, handler: Human, reasons: str = "The carrier lost it.", *, decision: int = 0, remedy: int = 0
    ) -> None:
        """From the case's card to the answer that is sent, without the optional parts."""
        await self.tap(handler, "Answer")
        await self.tap(handler, decision)
        await self.say(handler, reasons)
        await self.tap(handler, remedy)
        await self.tap(handler, "Skip")
        await self.tap(handler, "Skip")
        await self.tap(handler, "Send the answer")

    def cases(self) -> list[Complaint]:
        """All submitted complaints, as committed, oldest first."""
        with self.desk.office.look() as work:
            found = work.db.exec(select(Complaint).where(Complaint.stage != "draft"))
            return sorted(found, key=lambda case: case.id)

    def drafts(self) -> list[Complaint]:
        with self.desk.office.look() as work:
            return list(work.db.exec(select(Complaint).where(Complaint.stage == "draft")))

    def words(self) -> list[str]:
        """The words of all entries, oldest first."""
        with self.desk.office.look() as work:
            entries: Iterable[Entry] = work.db.exec(select(Entry))
            return [entry.text or "" for entry in sorted(entries, key=lambda entry: entry.id)]

    def faults(self) -> list[audit.Fault]:
        with Session(self.desk.office.engine) as db:
            return list(audit.verify(db))


@asynccontextmanager
async def running(
    data_dir: Path, database_url: str | None = None, *, pace: Pace | None = None
) -> AsyncIterator[Running]:
    """The desk and its Telegram, stopped at the end."""
    clock = MovableClock()
    world = World(clock, token=TOKEN, query_seconds=10**9)
    server = await serve(world)
    more = {"database_url": database_url} if database_url else {}
    settings = given(
        bot_token=TOKEN,
        telegram_api=server.url,
        data_dir=data_dir,
        secret_key=SECRET,
        listen="127.0.0.1:0",
        **more,
    )
    pace = pace or Pace.none()
    desk = Desk(settings, clock=clock, pace=pace)
    await desk.start()
    try:
        yield Running(desk, world, server, Stage(desk, world, clock, pace))
    finally:
        await desk.stop()
        await server.stop()


def text_of(message: Message | None) -> str:
    """What is read in a message."""
    assert message is not None
    return str(message.content.get("text") or message.content.get("caption") or "")
