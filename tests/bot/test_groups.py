"""Groups that are alarmed: bound and unbound by those who may, followed where they go, and deaf to all else."""

from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
import pytest_asyncio
from sqlmodel import select

from backoffice import groups, people
from bot.i18n import catalog
from bot.keyboards import Bind, Go, Post
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Chat, Message
from bot.staff.joining import PREFIX
from storage.people import AlarmGroup, Person
from storage.traffic import OutboxMessage
from tests.bot.cast import Cast, compact, empty_stage
from tests.running import text_of

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("no_trouble")]

NOT_ALLOWED = "You do not have the right to do this. If you need it, please ask your administrator."
QUESTION = "Which unit's alarms shall come to this group?"
STORY = "Sara Ahmadi's ring never arrived, and nobody answers."
LOST = "Alarms reach a group no more"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> AsyncIterator[Cast]:
    async with empty_stage(tmp_path_factory.mktemp("groups"), database_url) as it:
        yield it


@pytest_asyncio.fixture(loop_scope="module")
async def no_trouble(stage: Cast) -> AsyncIterator[None]:
    yield
    assert stage.troubles(len(stage.desk.world.calls)) == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(stage: Cast) -> Human:
    return await stage.desk.staff("admin", name="Omid")


def group_of(stage: Cast, *members: Human) -> Chat:
    return stage.desk.world.group("Team", *members)


def said(group: Chat) -> list[Message]:
    return [message for message in group.messages.values() if message.sender.is_bot]


def labels(message: Message) -> list[str]:
    return [button["text"] for row in message.inline_keyboard for button in row]


def bound(stage: Cast) -> dict[str, int]:
    with stage.desk.desk.office.look() as work:
        return {group.department: group.chat_id for group in work.db.exec(select(AlarmGroup))}


def persons(stage: Cast) -> int:
    with stage.desk.desk.office.look() as work:
        return len(work.db.exec(select(Person.id)).all())


def unit(stage: Cast, department: str = "delivery", language: str = "en") -> str:
    return stage.desk.desk.office.organisation.department(department).words[language]


async def says(stage: Cast, human: Human, words: str, group: Chat) -> Message | None:
    """What the bot answers in the group."""
    before = len(said(group))
    human.say(words, chat=group)
    await stage.desk.settle()
    return said(group)[-1] if len(said(group)) > before else None


async def taps(stage: Cast, human: Human, data: str, message: Message) -> str:
    """What the bot answers to the tap, for nobody else to see."""
    before = len(human.toasts)
    human.tap_data(data, message)
    await stage.desk.settle()
    return "\n".join(human.toasts[before:])


async def bind(stage: Cast, human: Human, group: Chat, department: str = "delivery") -> None:
    question = await says(stage, human, "/bind", group)
    assert question is not None
    assert await taps(stage, human, Bind(department=department).pack(), question) == ""
    assert unit(stage, department, stage.desk.languages[human.id]) in text_of(question)


async def late_case(stage: Cast) -> str:
    """A complaint about a delivery that nobody takes until its group should know."""
    customer = await stage.desk.newcomer(name="Sara Ahmadi")
    customer.say("/new")
    await stage.desk.settle()
    await stage.desk.tap(customer, "I agree, continue")
    stage.forms(customer, "category", "delivery.late")()
    await stage.desk.settle()
    await stage.desk.say(customer, STORY)
    await stage.desk.tap(customer, "Submit the complaint")
    await stage.desk.forward(days=3)
    return stage.desk.cases()[-1].code or ""


class TestBinding:
    @pytest.mark.parametrize("command", ["/bind", "/bind@sulh_bot", "/BIND"])
    async def test_an_admin_binds_with_a_command_and_a_tap(self, stage: Cast, admin: Human, command: str) -> None:
        group = group_of(stage, admin)
        question = await says(stage, admin, command, group)
        assert question is not None
        assert text_of(question).startswith(QUESTION)
        departments = stage.desk.desk.office.organisation.departments
        assert {label.removeprefix("✅ ") for label in labels(question)} == {each.words["en"] for each in departments}
        admin.tap(unit(stage), question)
        await stage.desk.settle()
        assert bound(stage)["delivery"] == group.id
        assert said(group) == [question]
        assert unit(stage) in text_of(question)
        assert labels(question) == []
        again = await says(stage, admin, "/bind", group)
        assert again is not None
        assert [label for label in labels(again) if label.startswith("✅")] == [f"✅ {unit(stage)}"]

    async def test_the_answer_is_in_the_language_of_who_asks(self, stage: Cast) -> None:
        boss = await stage.desk.staff("complaints_manager", language="fa")
        question = await says(stage, boss, "/bind", group_of(stage, boss))
        assert question is not None
        assert unit(stage, language="fa") in labels(question)

    async def test_a_supervisor_binds_the_own_unit_only_whatever_is_forged(self, stage: Cast) -> None:
        supervisor = await stage.desk.staff("supervisor", department="delivery")
        group, before = group_of(stage, supervisor), bound(stage)
        question = await says(stage, supervisor, "/bind", group)
        assert question is not None
        assert labels(question) == [unit(stage)]
        assert await taps(stage, supervisor, Bind(department="finance").pack(), question) == NOT_ALLOWED
        assert "not offered" in await taps(stage, supervisor, Bind(department="nowhere").pack(), question)
        assert bound(stage) == before
        assert labels(question) == [unit(stage)]
        admin_group = group_of(stage, supervisor)
        await bind(stage, supervisor, admin_group)
        assert bound(stage) == {**before, "delivery": admin_group.id}

    async def test_who_has_no_right_gets_one_sentence(self, stage: Cast, admin: Human) -> None:
        stranger, handler = stage.desk.world.person("Nobody", "en"), await stage.desk.staff("handler", capacity=1)
        group = group_of(stage, admin, stranger, handler)
        await bind(stage, admin, group)
        before, question = bound(stage), await says(stage, admin, "/bind", group)
        assert question is not None
        for who in (stranger, handler):
            seen = len(who.inbox)
            for words in ("/bind", "/unbind"):
                answer = await says(stage, who, words, group)
                assert answer is not None
                assert (text_of(answer), labels(answer)) == (NOT_ALLOWED, [])
            count = len(said(group))
            assert await taps(stage, who, Bind(department="delivery").pack(), question) == NOT_ALLOWED
            assert (len(said(group)), len(who.inbox)) == (count, seen)
        assert bound(stage) == before

    async def test_unbinding_says_what_comes_no_more(self, stage: Cast, admin: Human) -> None:
        group = group_of(stage, admin)
        await bind(stage, admin, group)
        answer = await says(stage, admin, "/unbind", group)
        assert unit(stage) in text_of(answer)
        assert "delivery" not in bound(stage)
        assert text_of(await says(stage, admin, "/unbind", group)) == "No unit's alarms come to this group."


class TestAlarms:
    async def test_an_alarm_comes_once_and_names_nobody_and_nothing(self, stage: Cast, admin: Human) -> None:
        old, group = group_of(stage, admin), group_of(stage, admin)
        for each in (old, group):
            await bind(stage, admin, each)
        count = len(said(group))
        code = await late_case(stage)
        alarms = said(group)[count:]
        organisation = stage.desk.desk.office.organisation
        language = organisation.default_language
        untaken = catalog(language).gettext("⚠️ A case waits and nobody has taken it.")
        assert [untaken in text_of(each) for each in alarms].count(True) == 1
        category = organisation.category("delivery.late")
        assert category is not None
        private = ("Sara", "Ahmadi", "ring", "Omid", category.words[language])
        for each in alarms:
            assert code in text_of(each)
            assert each.protected
            assert labels(each) == []
            assert not [words for words in private if words in text_of(each)]
        assert len(said(old)) == 1

    async def test_what_happened_to_several_cases_at_once_is_one_message(self, stage: Cast, admin: Human) -> None:
        group = group_of(stage, admin)
        await bind(stage, admin, group)
        codes = [await late_case(stage) for _ in range(2)]
        count = len(said(group))
        with stage.desk.desk.office.work() as work:
            for case in stage.desk.cases()[-2:]:
                groups.alarm(work, case, "untaken")
        await stage.desk.forward(days=4)  # however long a weekend is
        assert len([each for each in said(group)[count:] if all(code in text_of(each) for code in codes)]) == 1


class TestTheGroupItself:
    @pytest.mark.parametrize("told", [True, False])
    async def test_it_is_followed_when_it_becomes_a_supergroup(self, stage: Cast, admin: Human, told: bool) -> None:
        group = group_of(stage, admin)
        await bind(stage, admin, group)
        count, known = len(said(group)), persons(stage)
        new = stage.desk.world.migrate_group(group)
        if not told:  # then the courier finds out
            stage.desk.world.updates.clear()
        await stage.desk.settle()
        assert persons(stage) == known
        assert bound(stage)["delivery"] == (new.id if told else group.id)
        code = await late_case(stage)
        assert bound(stage)["delivery"] == new.id
        assert [code in text_of(each) for each in said(new)].count(True) >= 1
        assert len(said(group)) == count

    @pytest.mark.parametrize("told", [True, False])
    async def test_when_it_throws_the_bot_out_the_admins_hear_what_to_do(
        self, stage: Cast, admin: Human, told: bool
    ) -> None:
        outsider = stage.desk.world.person("Outsider", "en")
        group = group_of(stage, outsider, admin)
        await bind(stage, admin, group)
        known = persons(stage)
        stage.desk.world.remove_bot(group, outsider)
        if not told:
            stage.desk.world.updates.clear()
            await late_case(stage)
            known += 1
        await stage.desk.settle()
        assert "delivery" not in bound(stage)
        assert persons(stage) == known
        lost = [text_of(each) for each in admin.inbox if LOST in text_of(each)]
        assert len(lost) == (1 if told else 2)
        assert "/bind" in lost[-1]
        assert unit(stage) in lost[-1]
        assert not [text_of(each) for each in admin.inbox if "could not be delivered" in text_of(each)]
        with stage.desk.desk.office.look() as work:
            assert not work.db.exec(select(OutboxMessage).where(OutboxMessage.status == "aside")).all()


class TestNothingElse:
    async def test_is_heard_in_a_group(self, stage: Cast, admin: Human) -> None:
        code = await late_case(stage)
        handler, stranger = await stage.desk.staff("handler"), stage.desk.world.person("Nobody", "en")
        group = group_of(stage, admin, handler, stranger)
        await bind(stage, admin, group)
        alarm = said(group)[-1]
        with stage.desk.desk.office.work() as work:
            token = people.invite(work, people.Post(["admin"]))
        before, known, seen = stage.snapshot(), persons(stage), len(handler.inbox)
        for who in (admin, handler, stranger):
            for words in (f"/start {PREFIX}{token}", code, f"/case {code}", f"/take {code}", "/bind@other_bot", "bind"):
                who.say(words, alarm, chat=group)
            who.photo("a photo", chat=group)
        stranger.edit(stranger.say("words", chat=group), "/bind")
        await stage.desk.settle()
        assert len(said(group)) == 1
        assert len(handler.inbox) == seen
        assert stage.snapshot() == before
        assert persons(stage) == known

    async def test_no_other_button_works_from_a_group(self, stage: Cast, admin: Human) -> None:
        await late_case(stage)
        case, handler = stage.desk.cases()[-1], await stage.desk.staff("handler")
        group = group_of(stage, admin, handler)
        await bind(stage, admin, group)
        question = said(group)[-1]
        before, seen, text = stage.snapshot(), (len(admin.inbox), len(handler.inbox)), text_of(question)
        forged = (
            f"desk:take:{compact(case)}:{case.turn}:",
            f"desk:show:{compact(case)}:{case.turn}:",
            f"own:show:{compact(case)}:{case.turn}:",
            Go(to="queue").pack(),
            Post(do="role", value="admin").pack(),
            "bind:delivery:finance",
            "bind",
        )
        for who in (admin, handler):
            for data in forged:
                assert await taps(stage, who, data, question) == ""
        assert stage.snapshot() == before
        assert (len(admin.inbox), len(handler.inbox)) == seen
        assert [text_of(each) for each in said(group)] == [text]

    @pytest.mark.parametrize("does", [lambda who: who.tap_data("bind:finance"), lambda who: who.say("/bind")])
    async def test_nothing_is_bound_in_a_private_chat(
        self, stage: Cast, admin: Human, does: Callable[[Human], object]
    ) -> None:
        before = bound(stage)
        assert await stage.replies(admin, partial(does, admin))
        assert bound(stage) == before
