"""Commands that are written otherwise than they are: whoever gives one reads its form, and nothing else happens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import pytest
import pytest_asyncio

from backoffice.rights import Role
from bot.commands import COMMANDS, Entry, Takes, of_staff, split
from bot.forms import form
from bot.sandbox.person import Person as Human
from bot.texts import LRI, PDI
from tests.bot.cast import Cast, empty_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

CODE, WRONG = "SLH-7K4M-2QXH-M", "SLH-7K4M-2QXH-N"
#: What does not fit: missing, wrong, too much.
UNFIT = {
    Takes.NOTHING: ("something", CODE),
    Takes.CODE: ("", WRONG, "7", f"{CODE} more"),
    Takes.CODE_OR_NOT: (WRONG, "my parcel", f"{CODE} more"),
    Takes.WORDS: ("", WRONG, "some words", f"some words {CODE}"),
    Takes.WORDS_OR_NOT: (WRONG, "some words"),
    Takes.TIME_OR_NOT: (WRONG, "45"),
    Takes.NUMBER_OR_NOT: (WRONG, CODE, "7", f"{CODE.replace('SLH', 'ACT')} more"),
}
FIT = {
    Takes.NOTHING: ("",),
    Takes.CODE: (CODE, CODE.lower().replace("-", " "), "۷K۴M ۲QXH M"),
    Takes.CODE_OR_NOT: ("", CODE),
    Takes.WORDS: (CODE, f"{CODE} some words", "slh 7k4m 2qxh m some words", f"{CODE}\nsome words"),
    Takes.WORDS_OR_NOT: ("", CODE, f"{CODE} some words"),
    Takes.TIME_OR_NOT: ("", CODE, f"{CODE} 45", f"{CODE} an hour"),
    Takes.NUMBER_OR_NOT: ("", CODE.replace("SLH", "ACT")),
}


@dataclass
class House:
    stage: Cast
    people: dict[str, Human]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with empty_stage(tmp_path_factory.mktemp("forms")) as stage:
        people = {"customer": await stage.desk.newcomer()}
        for role in Role:
            if role is not Role.RESOLVER:
                people[role] = await stage.desk.staff(role)
        yield House(stage, people)
        assert stage.troubles(0) == []


def own(kind: str) -> list[Entry]:
    """The commands of somebody, as their menu shows them."""
    roles = frozenset() if kind == "customer" else frozenset({kind})
    return [each for each in COMMANDS if each.action is None or each in of_staff(roles)]


@pytest.mark.parametrize("kind", ["customer", *(role for role in Role if role is not Role.RESOLVER)])
async def test_what_cannot_be_read_is_answered_with_the_form(house: House, kind: str) -> None:
    """Every command of every role; the commands that everybody has are a customer's here."""
    who, stage = house.people[kind], house.stage
    asked = [each for each in own(kind) if each.action is not None or kind == "customer"]
    before, state = stage.snapshot(), stage.state(who)
    written = [(entry, f"/{entry.command} {rest}".strip()) for entry in asked for rest in UNFIT[entry.takes]]
    said = await stage.replies(who, *[partial(who.say, text) for _entry, text in written])
    assert len(said) == len(written)
    for (entry, text), answer in zip(written, said, strict=True):
        assert answer == str(form(entry)), text
        assert f"{LRI}/{entry.command}" in answer
        assert f"For example: {LRI}/{entry.command}" in answer
    assert (stage.snapshot(), stage.state(who)) == (before, state)


async def test_what_is_asked_meanwhile_is_still_asked(house: House) -> None:
    who, stage = house.people["customer"], house.stage
    await stage.says(who, partial(who.say, f"/status {CODE}"))
    asked = stage.state(who)
    assert asked[0] is not None
    assert "For example" in await stage.says(who, partial(who.say, "/status nowhere"))
    assert stage.state(who) == asked
    await stage.says(who, partial(who.say, "/cancel"))


async def test_each_form_is_that_of_its_command_and_each_example_fits() -> None:
    for entry in COMMANDS:
        assert all(entry.fits(each) for each in FIT[entry.takes]), entry.command
        assert not any(entry.fits(each) for each in UNFIT[entry.takes]), entry.command
        example = form(entry).split(f"For example: {LRI}/{entry.command}")[1].split(PDI)[0].strip()
        assert entry.fits(example), example


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), "7K4M 2QXH M", "SLH 7k4m-2qxh m"])
@pytest.mark.parametrize("words", ["", "one", "two words\nin two lines"])
async def test_the_code_and_the_words_behind_it_are_told_apart(typed: str, words: str) -> None:
    for between in (" ", "\n", "  "):
        code, rest = split(f"{typed}{between}{words}")
        assert ("".join(code.split()), rest) == ("".join(typed.split()), words)
    assert split(None) == split("") == ("", "")
    assert split("nonsense and more") == ("nonsense", "and more")
