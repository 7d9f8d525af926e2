"""The whole program against the strict sandbox: real dispatcher, database, courier; a clock that the test moves."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from sqlmodel import Session, select

from backoffice import audit
from bot.app import Desk
from bot.clock import MovableClock
from bot.config import Settings, given
from bot.i18n import catalog
from bot.pacing import Pace
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from bot.sandbox.server import Server, serve
from bot.sandbox.world import World
from bot.stage import Stage
from storage import crypto
from storage.complaints import Complaint, Entry
from tests.databases import lay_migrated

TOKEN = "42:SANDBOX"
SECRET = crypto.new_secret()
TEHRAN = ZoneInfo("Asia/Tehran")


@dataclass
class Running:
    """What a test holds: the desk, Telegram, and short ways to act as its people."""

    server: Server
    desk: Desk = field(init=False)
    stage: Stage = field(init=False)
    languages: dict[int, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.server.world

    async def start(self, settings: Settings) -> None:
        """Raises what the desk refuses to start with."""
        clock, pace = self.world.clock, Pace.none()
        assert isinstance(clock, MovableClock)
        self.desk = Desk(settings, clock=clock, pace=pace)
        await self.desk.start()
        self.stage = Stage(self.desk, self.world, clock, pace)

    async def restart(self) -> None:
        """Another process on the same data."""
        await self.desk.stop()
        await self.start(self.desk.settings)

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body of what the desk answers the operator."""
        url = f"http://127.0.0.1:{self.desk.front.port}{path}"
        async with aiohttp.ClientSession() as http, http.get(url) as response:
            return response.status, await response.text()

    async def settle(self) -> None:
        """Until everything that was sent is stored, handled, and answered."""
        await self.stage.settle()

    def begin_in_the_morning(self) -> None:
        """Put the clock on to a Saturday morning, whenever it is told: nothing waits for civil or working hours."""
        now = self.world.clock()
        morning = now.astimezone(TEHRAN).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        saturday = morning + timedelta(days=(5 - morning.weekday()) % 7)
        assert isinstance(self.world.clock, MovableClock)
        self.world.clock.forward(saturday - now)

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
        self,
        *roles: str,
        language: str = "en",
        languages: Iterable[str] | None = None,
        name: str = "Dan",
        **post: Any,
    ) -> Human:
        """Somebody who opened an invitation to these roles."""
        spoken = list(languages or [language])
        human = await self.stage.staff(name, language, {}, list(roles), languages=spoken, **post)
        self.languages[human.id] = language
        return human

    async def tap(self, human: Human, label: str | int, message: Message | None = None) -> None:
        """Tap a button by its English words, said in the person's language, or by its place in the last keyboard."""
        wanted = human.buttons(message)[label] if isinstance(label, int) else self.said(human, label)
        human.tap(wanted, message)
        await self.settle()

    async def more(self, human: Human, label: str) -> None:
        """Tap what stands behind "More" on a card, on whatever page of it."""
        await self.tap(human, "More")
        while self.said(human, label) not in human.buttons():
            await self.tap(human, "More")
        await self.tap(human, label)

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


def settings_for(server: Server, data_dir: Path, **more: Any) -> Settings:
    """Those of a desk beside this sandbox, on any free port; `more` goes before them."""
    usual = {
        "bot_token": server.world.token,
        "telegram_api": server.url,
        "data_dir": data_dir,
        "secret_key": SECRET,
        "listen": "127.0.0.1:0",
    }
    return given(**{**usual, **more})


@asynccontextmanager
async def sandbox(world: World | None = None) -> AsyncIterator[Server]:
    """A Telegram whose clock can be moved; a tap may be answered however far that was. `world`: one that goes on."""
    server = await serve(world or World(MovableClock(), TOKEN, query_seconds=10**9))
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def started(server: Server, data_dir: Path, **more: Any) -> AsyncIterator[Running]:
    """A desk beside this sandbox, stopped at the end; `more` are settings."""
    it = Running(server)
    await it.start(settings_for(server, data_dir, **more))
    try:
        yield it
    finally:
        await it.desk.stop()


@asynccontextmanager
async def running(
    data_dir: Path, database_url: str | None = None, *, world: World | None = None, **more: Any
) -> AsyncIterator[Running]:
    """The desk and its Telegram, stopped at the end; `more` are settings."""
    if database_url is None and not (data_dir / "sulh.db").exists():
        lay_migrated(data_dir / "sulh.db")
    async with sandbox(world) as server, started(server, data_dir, database_url=database_url, **more) as it:
        yield it


def text_of(message: Message | None) -> str:
    """What is read in a message."""
    assert message is not None
    return str(message.content.get("text") or message.content.get("caption") or "")
