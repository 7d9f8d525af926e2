"""Nothing that a person wrote, sent or is lies readable anywhere: fifty planted words are looked for everywhere."""

import io
import json
import logging
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import structlog
from sqlmodel import select

from backoffice import people
from backoffice.files import CONTEXT
from bot import logs
from bot.sandbox import media
from bot.sandbox.person import Person as Human
from bot.staff.joining import PREFIX
from storage import crypto
from storage.complaints import Attachment, Complaint
from storage.crypto import WrongKey
from storage.traffic import OutboxMessage
from tests.databases import migrated_postgres
from tests.running import Running, running, text_of

ENOUGH = 50


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at DEBUG, also by the libraries that are told to be quiet."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook
    levels = {name: logging.getLogger(name).level for name in logs.TALKATIVE}
    logs.set_up(level=logging.DEBUG)
    for name in logs.TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    written = io.StringIO()
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
    yield written
    root.handlers[:], level, sys.excepthook, threading.excepthook, sys.unraisablehook = before
    root.setLevel(level)
    for name, quiet in levels.items():
        logging.getLogger(name).setLevel(quiet)
    structlog.reset_defaults()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return migrated_postgres() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'sulh.db'}"


@pytest.fixture
async def desk(tmp_path: Path, url: str, log: object) -> AsyncIterator[Running]:
    async with running(tmp_path, url) as it:
        yield it


@dataclass
class Search:
    """The planted words, and every place where one could lie."""

    desk: Running
    url: str
    log: io.StringIO
    console: pytest.CaptureFixture[str]
    words: list[str] = field(default_factory=list)
    _printed: str = ""

    def plant(self, words: str) -> str:
        """Something that only a person knows."""
        self.words.append(words)
        return words

    def human(self, name: str, language: str = "en") -> Human:
        human = self.desk.world.person(self.plant(name), language, username=self.plant(f"user_{name}"))
        self.desk.languages[human.id] = language
        self.plant(str(human.id))
        return human

    async def nowhere(self, *also: str) -> None:
        """None of the words can be read anywhere."""
        places = {**self.files(), **self.tables(), **await self.pages(), "log": self.printed()}
        found = [
            (word, place)
            for word in [*self.words, *also]
            for place, contents in places.items()
            if _holds(contents, word)
        ]
        assert found == [], [places[place] for _, place in found]
        assert all(places[name] for name in ("log", "/metrics", "/healthz"))

    def files(self) -> dict[str, bytes]:
        """Database, WAL, shared memory, attachments and whatever else lies in the folder, with their names."""
        folder = self.desk.desk.settings.data_dir
        return {str(path): str(path).encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def tables(self) -> dict[str, bytes]:
        """All rows of all tables, where the database is no file of ours."""
        if self.url.startswith("sqlite"):
            return {}
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            return {name: b"".join(_dumped(connection, name)) for (name,) in names}

    def printed(self) -> bytes:
        self._printed += "".join(self.console.readouterr())
        return (self._printed + self.log.getvalue()).encode()

    async def pages(self) -> dict[str, bytes]:
        found = {}
        for path in ("/metrics", "/healthz"):
            status, body = await self.desk.get(path)
            assert status == 200
            found[path] = body.encode()
        return found


def _dumped(connection: psycopg.Connection, table: str) -> Iterator[bytes]:
    """As text, in which bytea is hexadecimal; so the bytes are read out as well."""
    columns = connection.execute(f"SELECT * FROM {table}").fetchall()
    for row in columns:
        yield from (bytes(value) if isinstance(value, bytes) else str(value).encode() for value in row)


def _holds(contents: bytes, word: str) -> bool:
    """In any form in which a word could be written; an id (not as part of a longer number) also as SQLite stores it."""
    if word.isdecimal():
        return (
            bool(re.search(rb"(?<![\d.])%s(?!\d)" % word.encode(), contents))
            or int(word).to_bytes(6, "big") in contents
        )
    return any(form in contents for form in (word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode()))


@pytest.fixture
def search(desk: Running, url: str, log: io.StringIO, capfd: pytest.CaptureFixture[str]) -> Search:
    return Search(desk, url, log, capfd)


async def open_desk(search: Search, human: Human) -> None:
    human.start()
    await search.desk.settle()
    human.tap({"fa": "فارسی", "ar": "العربية", "en": "English"}[search.desk.languages[human.id]])
    await search.desk.settle()


async def join(search: Search, human: Human, *roles: str, **post: object) -> None:
    with search.desk.desk.office.work() as work:
        wanted = people.Post(list(roles), languages=["en", "fa"], **post)  # type: ignore[arg-type]
        token = search.plant(people.invite(work, wanted))
    human.start(PREFIX + token)
    await search.desk.settle()


async def tell(search: Search, customer: Human) -> None:
    """The story, in every form in which one can be told."""
    plant = search.plant
    customer.say(plant("the-fridge-came-without-its-door"))
    customer.say(plant("my-neighbour-Kaveh-saw-it"))
    edited = customer.say(plant("he-said-it-was-nine-oclock"))
    customer.photo(plant("caption-of-the-broken-hinge"), media.PIXEL + plant("photo-bytes-EXIF-home").encode())
    customer.voice(
        media.SILENCE + plant("voice-bytes-my-mothers-voice").encode(), caption=plant("caption-of-the-voice")
    )
    customer.document(
        plant("divorce-papers.pdf"), data=b"%PDF-1.4" + plant("file-contents-bank-account").encode(),
        caption=plant("caption-of-the-paper"),
    )  # fmt: skip
    customer.album(
        [{"kind": "photo", "data": media.PIXEL + plant("album-bytes-one").encode()}, {"kind": "photo"}],
        caption=plant("caption-of-the-album"),
    )
    customer.contact(plant("+989121234567"), plant("Contactee"))
    customer.venue(plant("Cafe-Where-It-Was"), plant("Address-Alley-Twelve"))
    await search.desk.settle()
    customer.edit(edited, plant("he-said-it-was-ten-oclock"))
    await search.desk.settle()


async def fill_in(search: Search, customer: Human) -> None:
    desk, plant = search.desk, search.plant
    for button, words in (("Order number", "ORDER-NR-778811"), ("What I want", "my-wish-a-new-door")):
        await desk.tap(customer, button)
        await desk.say(customer, plant(words))
    await desk.tap(customer, "Who I am")
    for button, words in (
        ("My name", "Sara-Ahmadi-Nejad"), ("Other contact", "sara@private.example"), ("For a company", "Kaveh-Trading")
    ):  # fmt: skip
        await desk.tap(customer, button)
        await desk.say(customer, plant(words))
    await desk.tap(customer, "Done")


async def handle(search: Search, handler: Human, customer: Human) -> None:
    desk, plant = search.desk, search.plant
    await desk.tap(handler, "Take the case")
    await desk.tap(handler, "Ask the customer")
    await desk.say(handler, plant("question-which-floor"))
    await desk.tap(customer, "Answer the question")
    await desk.say(customer, plant("reply-the-third-floor"))
    await desk.tap(handler, "Open the case")
    await desk.tap(handler, "Internal note")
    await desk.say(handler, plant("note-she-sounds-desperate"))
    await desk.tap(handler, "Write to the customer")
    await desk.say(handler, plant("message-we-call-the-carrier"))
    await answer(search, handler, "one")
    await desk.tap(customer, "No, it does not satisfy me")
    await desk.say(customer, plant("refused-because-the-food-rots"))
    await desk.tap(handler, "Open the case")
    await answer(search, handler, "two")
    await desk.tap(customer, "I accept the answer")


async def answer(search: Search, handler: Human, number: str) -> None:
    """A final response with all of its parts."""
    desk, plant = search.desk, search.plant
    await desk.tap(handler, "Answer")
    await desk.tap(handler, 0)
    await desk.say(handler, plant(f"reasons-{number}-the-driver-lied"))
    await desk.tap(handler, 0)
    await desk.say(handler, plant(f"remedy-{number}-door-tomorrow"))
    await desk.say(handler, plant(f"next-{number}-ring-at-noon"))
    await desk.tap(handler, "Send the answer")


async def end(search: Search, handler: Human, customer: Human) -> None:
    desk = search.desk
    await desk.tap(handler, "Open the case")
    await desk.tap(handler, "The remedy is carried out")
    await desk.say(handler, search.plant("evidence-door-hung-and-signed-for"))
    await desk.tap(customer, "Yes, it is done")
    await desk.tap(customer, 4)
    await desk.tap(customer, 1)
    await desk.say(customer, search.plant("rating-words-too-slow"))


async def anonymous(search: Search, somebody: Human) -> str:
    """Returns the secret, which is shown once."""
    desk = search.desk
    await desk.form(somebody)
    await desk.say(somebody, search.plant("مدیر شعبه از من رشوه خواست"))
    await desk.tap(somebody, "Who I am")
    await desk.tap(somebody, "Stay anonymous")
    await desk.tap(somebody, "Done")
    await desk.tap(somebody, "Submit the complaint")
    [secret] = [word for word in text_of(somebody.last).split() if word.count("-") == 2 and "SLH" not in word]
    return search.plant(secret.strip("\u2066\u2067\u2068\u2069"))


class TestNothingCanBeRead:
    async def test_during_and_after_a_whole_story(self, search: Search) -> None:
        desk = search.desk
        handler, supervisor = search.human("Danuta"), search.human("Supriya")
        customer, somebody = search.human("Saraneh"), search.human("شهرزاد", "fa")
        await join(search, handler, "handler")
        await join(search, supervisor, "supervisor")
        await open_desk(search, customer)
        await search.nowhere()
        await desk.form(customer)
        await tell(search, customer)
        await search.nowhere()
        await fill_in(search, customer)
        await desk.tap(customer, "Submit the complaint")
        await search.nowhere()
        await handle(search, handler, customer)
        await search.nowhere()
        await end(search, handler, customer)
        await open_desk(search, somebody)
        secret = await anonymous(search, somebody)
        somebody.say(search.plant("حرف آخر بی‌جا"))
        await desk.settle()
        await desk.desk.tick()
        await search.nowhere(secret.replace("-", ""))

        assert len(set(search.words)) >= ENOUGH
        self.assert_that_all_was_said(search)

    def assert_that_all_was_said(self, search: Search) -> None:
        """The words did go through the desk, and what may be read is found: the search can find."""
        received = json.dumps([*search.desk.world.updates._history], ensure_ascii=False)
        kept = b"".join(file.data for file in search.desk.world.files.values()).decode(errors="replace")
        answered = json.dumps([message.text for p in search.desk.world.people.values() for message in p.inbox])
        assert [word for word in search.words if word not in received + kept + answered] == []
        [first, _second] = search.desk.cases()
        places = {**search.files(), **search.tables()}
        assert any((first.code or "").encode() in contents for contents in places.values())
        assert b"submitted" in b"".join(places.values())


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
class TestAttachments:
    """Files are the desk's own, whatever becomes of them at Telegram."""

    PHOTO = media.PIXEL + b"the only proof there is"

    async def case_with_photo(self, desk: Running) -> Attachment:
        await desk.staff("admin", name="Ada")
        await desk.staff("handler", name="Dan")
        customer = await desk.newcomer()
        await desk.form(customer)
        customer.photo("the broken door", self.PHOTO)
        await desk.settle()
        await desk.tap(customer, "Submit the complaint")
        return await self.stored(desk)

    async def stored(self, desk: Running) -> Attachment:
        def found() -> list[Attachment]:
            with desk.desk.office.look() as work:
                return list(work.db.exec(select(Attachment).where(Attachment.state == "stored")))

        while not (stored := found()):
            await desk.settle()
        return stored[0]

    async def taken_by_another(self, desk: Running) -> Human:
        """Who takes the case is sent its files."""
        other = await desk.staff("supervisor", name="Zoe")
        await desk.say(other, f"/take {desk.cases()[0].code}")
        return other

    async def test_are_served_from_our_own_bytes_when_telegram_has_forgotten_them(self, desk: Running) -> None:
        photo = await self.case_with_photo(desk)
        desk.world.forget_file(photo.file_id)
        other = await self.taken_by_another(desk)
        [shown] = [message for message in other.inbox if message.kind == "photo"]
        assert desk.world.files[shown.content["photo"][-1]["file_id"]].data == self.PHOTO

    @pytest.mark.parametrize("harm", ["one bit", "cut short", "another file's bytes"])
    async def test_are_refused_when_their_bytes_were_changed(self, desk: Running, harm: str) -> None:
        photo = await self.case_with_photo(desk)
        path = desk.desk.files.data_dir / photo.path
        whole = path.read_bytes()
        path.write_bytes(
            {
                "one bit": whole[:-1] + bytes([whole[-1] ^ 1]),
                "cut short": whole[:-5],
                "another file's bytes": crypto.keyring().encrypt(b"other", CONTEXT),
            }[harm]
        )
        with pytest.raises(WrongKey):
            desk.desk.files.read(photo)
        desk.world.forget_file(photo.file_id)
        other = await self.taken_by_another(desk)
        assert [message for message in other.inbox if message.kind == "photo"] == []
        with desk.desk.office.look() as work:
            laid_by = work.db.exec(select(OutboxMessage.error).where(OutboxMessage.status == "aside")).all()
            assert work.db.exec(select(Complaint.owner_id)).one() is not None
        assert laid_by == ["WrongKey"]
        admin = next(human for human in desk.world.people.values() if human.user.first_name == "Ada")
        assert "could not be delivered" in text_of(admin.last)
