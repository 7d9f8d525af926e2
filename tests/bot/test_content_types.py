"""Whatever is sent at whatever step is answered in the person's language, and nothing that can be read is lost."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from backoffice.words import tidy
from bot.sandbox.person import Person as Human
from tests.bot.cast import CAPTIONED, CARD, COMMAND, FILE, LETTERS, LONG, NOTHING, SHORT, Cast, Step, cast
from tests.running import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATE = "The parcel came late. "
FORWARDED = {"forward_origin": {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "A friend"}}


@dataclass(frozen=True)
class Content:
    """One kind of message: how it is sent, what of it can be read, and what it is to a question."""

    name: str
    sort: int
    send: Callable[[Human], object]
    words: tuple[str, ...] = ()
    files: int = 0


def typed(name: str, text: str, sort: int = SHORT) -> Content:
    return Content(name, sort, lambda human: human.say(text), (tidy(text),))


CONTENTS = [
    typed("text", "Box 17 was open"),
    typed("longest text", (LATE * 200)[:4096].strip(), LONG),
    typed("emoji", "😡😡😡👎🏽"),
    typed("markup", "<b>&</b> &amp; <script> {name} %s"),
    typed("direction controls", "\u2066one\u2069 \u200ftwo\u061c three"),
    typed("Persian digits", "سفارش ۱۲۳۴"),
    Content("invisible text", NOTHING, lambda human: human.say("\u200b\u2060\u3164\u200d")),
    Content("unknown command", COMMAND, lambda human: human.say("/complain")),
    Content("photo", FILE, lambda human: human.photo(), files=1),
    Content("photo with words", CAPTIONED, lambda human: human.photo("the <b>box</b>"), ("the <b>box</b>",), 1),
    Content("voice", FILE, lambda human: human.voice(), files=1),
    Content("audio", FILE, lambda human: human.audio(), files=1),
    Content("video", FILE, lambda human: human.video(), files=1),
    Content("video note", FILE, lambda human: human.video_note(), files=1),
    Content("animation", FILE, lambda human: human.animation(), files=1),
    Content("document", FILE, lambda human: human.document(name="a&b<.pdf"), files=1),
    Content("album", CAPTIONED, lambda human: human.album([{}, {}], caption="two boxes"), ("two boxes",), 2),
    Content("sticker", NOTHING, lambda human: human.sticker()),
    Content("dice", NOTHING, lambda human: human.dice()),
    Content("poll", NOTHING, lambda human: human.poll()),
    Content("location", CARD, lambda human: human.location(35.5, 51.25), ("35.5, 51.25",)),
    Content("venue", CARD, lambda human: human.venue("Bazaar", "Tehran"), ("Bazaar, Tehran (35.7, 51.4)",)),
    Content("contact", CARD, lambda human: human.contact("+982100", "Mina"), ("Mina +982100",)),
    Content("reply", SHORT, lambda human: human.say("the reply", reply_to=human.last), ("the reply",)),
    Content(
        "forwarded burst",
        SHORT,
        lambda human: [human.send({"text": f"forwarded {n}"}, extra=FORWARDED) for n in range(3)],
        ("forwarded 0", "forwarded 1", "forwarded 2"),
    ),
]
#: On PostgreSQL one of each sort has to do, of those that come in several parts where there are any.
FOR_POSTGRESQL = {"forwarded burst", "longest text", "voice", "album", "venue", "sticker", "unknown command"}
ON_POSTGRESQL = [content for content in CONTENTS if content.name in FOR_POSTGRESQL]
assert {content.sort for content in ON_POSTGRESQL} == set(range(7))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> AsyncIterator[Cast]:
    async with cast(tmp_path_factory.mktemp("cast"), database_url) as it:
        yield it


async def enter(it: Cast) -> None:
    """Everybody who is not at their step goes there, all at once."""
    for step in it.steps:
        if step.fresh:
            step.human = await step.fresh()
    for step in it.steps:
        if it.state(step.human)[0] != step.state:
            for act in step.enter:
                act()
    await it.desk.settle()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.name)
async def test_is_answered_and_kept_at_every_step(people: Cast, content: Content) -> None:
    assert await wrong_with(people, content) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("content", ON_POSTGRESQL, ids=lambda content: content.name)
async def test_is_so_on_postgresql_too(people: Cast, content: Content) -> None:
    assert await wrong_with(people, content) == []


async def wrong_with(people: Cast, content: Content) -> list[str]:
    """Everybody sends it at their step; what is wrong with what became of it."""
    await enter(people)
    there = [(step.name, people.state(step.human)[0]) for step in people.steps]
    assert there == [(step.name, step.state) for step in people.steps]

    since, calls = people.newest_entry(), len(people.desk.world.calls)
    before = {step.name: len(step.human.inbox) for step in people.steps}
    for step in people.steps:
        content.send(step.human)
    await people.desk.settle()

    wrong = [f"{step.name}: {said}" for step in people.steps for said in faults(people, step, content, since, before)]
    return wrong + people.troubles(calls)


def faults(it: Cast, step: Step, content: Content, since: int, before: dict[str, int]) -> list[str]:
    """What is wrong with how this step took it."""
    human, found = step.human, []
    answer = text_of(human.last)
    if len(human.inbox) <= before[step.name] or not answer:
        found.append("no answer")
    if not LETTERS[it.desk.languages[human.id]] & set(answer.lower()):
        found.append(f"answered in another language: {answer}")
    state = it.state(human)[0]
    wanted = step.after(content.sort)
    if wanted == "Answering:next_step" and len(content.words) > 1:  # that question is answered as well
        wanted = None
    if state != wanted:
        found.append(f"went to {state}")
    if content.sort in step.drops:
        return found
    words, files = it.kept(human, since)
    lost = [each for each in content.words if not any(each in kept for kept in words)]
    return found + [f"lost {each[:40]!r}" for each in lost] + [f"{files} files"] * (files != content.files)
