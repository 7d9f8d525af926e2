"""The program is killed again and again under load, and nothing is lost, doubled or stuck."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from backoffice import audit, people
from backoffice.files import Files
from backoffice.work import Office
from bot.clock import Clock
from bot.config import Settings, given
from bot.opening import open_office
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Event
from bot.sandbox.server import serve
from bot.sandbox.world import World
from bot.staff.joining import PREFIX
from bot.waiting import undelivered, unhandled
from storage import crypto
from storage.complaints import Attachment, Complaint, Entry
from storage.traffic import InboxUpdate, OutboxMessage
from tests.postgres import postgres_url
from tests.stress import times
from tests.stress.crowd import RECEIVED, Customer
from tests.stress.ledger import Copy, Death, Ledger
from tests.stress.program import Program, Window, inside_a_transaction, program, window

KILLS = times(6, 200)
CROWD = 16  # customers at a time
HANDLERS = 4
AIMS = ("transaction", "send", "fetch", "any")
SEED = 20260
CARD = "A new case for you"


@dataclass
class Siege:
    """The program, its Telegram, the people, and whoever kills it."""

    settings: Settings
    world: World
    running: Program
    window: Window
    ledger: Ledger
    handlers: list[Human]
    customers: list[Customer] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    left: int = 0  # calls until the next kill
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def heard(self, event: Event) -> None:
        if event.type == "call" and self.ledger.carried(self.world.calls[-1]):
            self.left -= 1

    # ------------------------------------------------------------------ load

    async def crowd(self) -> None:
        """Customers, one after the other, many at a time, until the last kill; whoever began comes to the end."""
        async with asyncio.TaskGroup() as group:
            for _ in range(CROWD):
                group.create_task(self._one_after_the_other())
            await self._kill_again_and_again()

    async def _one_after_the_other(self) -> None:
        while len(self.deaths) < KILLS:
            customer = Customer(self.world, len(self.customers))
            self.customers.append(customer)
            await customer.complain()

    # ------------------------------------------------------------------ kills

    async def _kill_again_and_again(self) -> None:
        await self.running.start()
        while len(self.deaths) < KILLS:
            self.left = self.chance.randint(5, 25)
            await self.world.wait(lambda: self.left <= 0, 60)
            aim = AIMS[len(self.deaths) % len(AIMS)]
            inside = await getattr(self, f"_at_{aim}")()
            self.window.close()
            assert await self.running.ended() == -9
            await asyncio.sleep(0.05)  # what it had put on the wire still arrives
            self.deaths.append(Death(aim, inside, await asyncio.to_thread(self.ledger.unmarked)))
            await self.running.start()

    async def _at_transaction(self) -> bool:
        assert await inside_a_transaction(self.running, self.window, lambda: self.chance.uniform(0.001, 0.01))
        self.running.kill()
        return True

    async def _at_send(self) -> bool:
        """The sandbox has done it and not said so yet."""
        before = self.left
        return await self._as_soon_as(lambda: self.left < before)

    async def _at_fetch(self) -> bool:
        """Updates have been handed out, and may or may not be stored."""
        return await self._as_soon_as(lambda: self.world.calls[-1].method == "getUpdates" and len(self.world.updates))

    async def _at_any(self) -> bool:
        await asyncio.sleep(self.chance.uniform(0, 0.2))
        return self._strike()

    async def _as_soon_as(self, moment: Callable[[], object]) -> bool:
        """Strike inside the sandbox's handling of a call, before its answer is on the way."""
        struck: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def look(event: Event) -> None:
            if event.type == "call" and not struck.done() and moment():
                struck.set_result(self._strike())

        silence = self.world.listen(look)
        try:
            async with asyncio.timeout(30):
                return await struck
        finally:
            silence()

    def _strike(self) -> bool:
        """Kill it now; whether that was inside a transaction."""
        self.running.freeze()
        inside = self.window.open(self.running.pid)
        self.running.kill()
        return inside

    # ------------------------------------------------------------------ the end

    async def rest(self) -> None:
        """Let everything come to rest and stop the program as an operator would."""
        office = open_office(self.settings, Clock())
        async with asyncio.timeout(120):
            while await asyncio.to_thread(self._busy, office):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.2)
        office.engine.dispose()
        self.running.terminate()
        assert await self.running.ended() == 0

    def _busy(self, office: Office) -> bool:
        with office.look() as work:
            to_fetch = work.db.exec(select(Attachment.id).where(Attachment.state == "to_fetch")).first()
        return bool(len(self.world.updates) or to_fetch or unhandled(office) or undelivered(office))


@asynccontextmanager
async def besieged(folder: Path, url: str) -> AsyncIterator[Siege]:
    clock = Clock()
    world = World(clock.now)
    server = await serve(world)
    secret = crypto.new_secret()
    environment = {
        "SULH_BOT_TOKEN": world.token,
        "SULH_TELEGRAM_API": server.url,
        "SULH_DATABASE_URL": url,
        "SULH_DATA_DIR": str(folder),
        "SULH_SECRET_KEY": secret,
        "SULH_LISTEN": "127.0.0.1:0",
    }
    settings = given(**{name.removeprefix("SULH_").lower(): value for name, value in environment.items()})
    try:
        async with program(environment, folder) as running:
            with window(url) as seen:
                siege = Siege(settings, world, running, seen, Ledger(url), hire(settings, world))
                world.listen(siege.heard)
                yield siege
    finally:
        await server.stop()


def hire(settings: Settings, world: World) -> list[Human]:
    """Handlers with a link in hand, which they open as soon as the program runs."""
    office = open_office(settings, Clock())
    handlers = [world.person(f"Handler {number}", "en") for number in range(HANDLERS)]
    for handler in handlers:
        with office.work() as work:
            handler.start(PREFIX + people.invite(work, people.Post(["handler"], languages=["en"], capacity=10**6)))
    office.engine.dispose()
    return handlers


# ------------------------------------------------------------------ what must be true afterwards


def check_complaints(db: Session, siege: Siege) -> None:
    """Each was submitted exactly once, with every word, field and file, under the code that was acknowledged."""
    cases = db.exec(select(Complaint)).all()
    assert len(cases) == len(siege.customers)
    by_code = {case.code: case for case in cases}
    entries = db.exec(select(Entry).order_by(col(Entry.id))).all()
    files = Files(siege.settings.data_dir)
    for customer in siege.customers:
        case = by_code[customer.code]
        assert (case.reference, case.name, case.stage) == (customer.reference, customer.name, "received")
        told = [entry.text for entry in entries if entry.complaint_id == case.id]
        assert told == customer.told
        [photo] = db.exec(select(Attachment).where(Attachment.complaint_id == case.id)).all()
        assert (photo.state, files.read(photo)) == ("stored", customer.photo)


def check_messages(siege: Siege) -> None:
    """Every acknowledgement and every handler's card arrived; what came twice was in flight at a kill."""
    for customer in siege.customers:
        acknowledged = [message for message in customer.human.inbox if RECEIVED in message.text]
        assert acknowledged
        assert all(customer.code in message.text for message in acknowledged)
        last = customer.human.last
        assert last in acknowledged or (customer.hasty and last and customer.code in last.text)
    shown = [message for handler in siege.handlers for message in handler.inbox]
    cards = " ".join(message.text for message in shown if message.text.startswith(CARD))
    photos = " ".join(message.text for message in shown if message.kind == "photo")
    assert [customer.code for customer in siege.customers if customer.code not in cards] == []
    assert [customer.code for customer in siege.customers if customer.code not in photos] == []
    repeats, in_flight = siege.ledger.repeats(), siege.ledger.in_flight
    assert {lane: count for lane, count in repeats.items() if not 0 < count <= in_flight[lane]} == {}
    print(f"  {sum(repeats.values())} messages arrived twice of {in_flight.total()} that were in flight at a kill")


def check_queues(db: Session) -> None:
    """Nothing waits, nothing is laid aside; what was not said is an answer to a tap that nobody waits for any more."""
    assert set(db.exec(select(InboxUpdate.status))) == {"done"}
    ends = Counter(db.exec(select(OutboxMessage.status, OutboxMessage.error)).all())
    late = ends.pop(("dropped", "too_late"), 0)
    assert set(ends) == {("sent", None)}, ends
    print(f"  {sum(ends.values())} messages and edits, {late} answers to taps were too late")


def check_log(siege: Siege) -> None:
    """The program has nothing to complain of but what it was told to expect."""
    log = (siege.settings.data_dir / "log.txt").read_text()
    assert [line for line in log.splitlines() if "[error" in line or "[critical" in line] == []


@pytest.mark.stress
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_is_lost_or_doubled_wherever_it_is_killed(database: str, tmp_path: Path) -> None:
    url = postgres_url() if database == "postgresql" else f"sqlite:///{tmp_path / 'sulh.db'}"
    began = time.monotonic()
    async with besieged(tmp_path, url) as siege:
        await siege.crowd()
        await siege.rest()
    aims = Counter((death.aim, death.in_transaction, death.unmarked > 0) for death in siege.deaths)
    within = sum(death.within for death in siege.deaths)
    print(
        f"\n{database}: {len(siege.deaths)} kills, {len(siege.customers)} complaints, {time.monotonic() - began:.0f} s"
    )
    for (aim, inside, unmarked), count in sorted(aims.items()):
        print(f"  {count:3} aimed at {aim}: in a transaction: {inside}, between send and mark: {unmarked}")
    print(f"  {within} of {len(siege.deaths)} in a transaction or between send and mark")
    with Copy(url) as connection, Session(connection) as db:
        check_complaints(db, siege)
        check_queues(db)
        assert list(audit.verify(db)) == []
    check_messages(siege)
    check_log(siege)
    assert within * 2 >= len(siege.deaths)
