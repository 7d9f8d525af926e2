"""What goes wrong between people and the desk: twice, late, edited, blocked, broken. Nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import select

from backoffice import complaints, inbox
from bot import metrics, refusals, worker
from bot.sandbox.person import Person as Human
from storage.people import Person
from storage.traffic import InboxUpdate
from tests.bot.cast import Cast, empty_stage
from tests.running import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORY = "The parcel never arrived, and nobody answers."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> AsyncIterator[Cast]:
    async with empty_stage(tmp_path_factory.mktemp("mishaps"), database_url) as it:
        yield it


@pytest_asyncio.fixture(loop_scope="module")
async def no_trouble(stage: Cast) -> AsyncIterator[None]:
    calls = len(stage.desk.world.calls)
    yield
    assert stage.troubles(calls) == []


async def told(stage: Cast, language: str = "en") -> Human:
    """Somebody whose draft has a category and a story."""
    human = await stage.desk.newcomer(language)
    await stage.desk.form(human)
    await stage.desk.say(human, STORY)
    return human


async def pair(stage: Cast) -> tuple[Human, Human]:
    """A handler and a customer whose case they have taken."""
    await stage.desk.staff("handler", capacity=1)
    human = await stage.desk.newcomer()
    await stage.desk.complain(human)
    handler = stage.owner(human)
    await stage.says(handler, stage.desks(handler, "take", human))
    return handler, human


def latest_update(stage: Cast) -> int:
    number: int = stage.desk.world.updates._history[-1]["update_id"]
    return number


@pytest.mark.usefixtures("no_trouble")
class TestTwice:
    async def test_an_update_that_is_delivered_again_changes_and_says_nothing(self, stage: Cast) -> None:
        human = await told(stage)
        numbers = [latest_update(stage)]
        await stage.desk.tap(human, "Submit the complaint")
        numbers.append(latest_update(stage))
        before = stage.snapshot()

        def again() -> None:
            for number in numbers:
                stage.desk.world.redeliver(number)

        assert await stage.replies(human, again) == []
        assert stage.snapshot() == before

    async def test_a_burst_is_kept_whole_and_answered_by_one_summary(self, stage: Cast) -> None:
        human = await told(stage)
        words = [f"part {number}" for number in range(8)]
        since = stage.newest_entry()
        acts = [partial(human.say, each) for each in words]
        with stage.standing():
            said = await stage.replies(human, *acts, lambda: human.album([{}, {}]), human.voice)
        kept, files = stage.kept(human, since)
        assert [each for each in kept if each] == words
        assert files == 3
        assert len(said) == 1
        assert "part 7" in said[0]

    async def test_a_long_message_that_the_client_split_is_one_story(self, stage: Cast) -> None:
        human = await stage.desk.newcomer()
        await stage.desk.form(human)
        sentences = " ".join(f"This is sentence number {number}." for number in range(200))
        since = stage.newest_entry()
        with stage.standing():
            said = await stage.replies(human, lambda: human.say(sentences))
        assert len(sentences) > 4096
        assert " ".join(stage.kept(human, since)[0]) == sentences
        assert len(said) == 1


@pytest.mark.usefixtures("no_trouble")
class TestADate:
    async def asked(self, stage: Cast, language: str = "en") -> Human:
        human = await told(stage, language)
        await stage.says(human, stage.forms(human, "when"))
        return human

    async def test_in_persian_digits_is_understood(self, stage: Cast) -> None:
        human = await self.asked(stage, "fa")
        await stage.desk.say(human, "۱۴۰۵/۰۷/۱۵")
        [draft] = [each for each in stage.desk.drafts() if each.id == stage.draft(human)]
        assert str(draft.happened_on) == "2026-10-07"
        assert "۱۵ مهر ۱۴۰۵" in text_of(human.last)

    async def test_in_the_future_is_refused_and_asked_again(self, stage: Cast) -> None:
        human = await self.asked(stage)
        assert "lies in the future" in await stage.says(human, lambda: human.say("31.12.2099"))
        assert stage.state(human)[0] == "Field:when"

    async def test_by_voice_is_kept_as_evidence_and_asked_again(self, stage: Cast) -> None:
        human = await self.asked(stage)
        said = await stage.says(human, human.voice)
        assert "added this to your complaint as evidence" in said
        assert "write a date, for example" in said

    async def test_a_photo_whose_caption_shows_nothing_is_a_photo(self, stage: Cast) -> None:
        human = await self.asked(stage)
        since = stage.newest_entry()
        await stage.says(human, lambda: human.photo("\u200b\u2060"))
        assert stage.kept(human, since) == ([""], 1)

    async def test_that_is_a_story_belongs_to_the_story(self, stage: Cast) -> None:
        human = await self.asked(stage)
        words = "It was on the day after we had ordered for the second time, in the evening."
        assert "evidence" in await stage.says(human, lambda: human.say(words))
        assert words in stage.kept(human, 0)[0]

    async def test_of_a_draft_that_has_expired_begins_a_new_one(self, stage: Cast) -> None:
        human = await self.asked(stage)
        await stage.desk.forward(days=8)
        assert stage.draft(human) == 0
        await stage.desk.say(human, "It happened last week.")
        assert stage.kept(human, 0)[0] == ["It happened last week."]


@pytest.mark.usefixtures("no_trouble")
class TestEdited:
    async def test_in_a_draft_the_summary_has_the_new_words_and_the_old_are_kept(self, stage: Cast) -> None:
        human = await stage.desk.newcomer()
        await stage.desk.form(human)
        message = human.say("The box was blue.")
        await stage.desk.settle()
        assert "The box was red." in await stage.says(human, lambda: human.edit(message, "The box was red."))
        assert stage.kept(human, 0)[0] == ["The box was blue.", "The box was red."]

    async def test_on_a_case_the_handler_reads_both(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.says(human, stage.owns(human, "add"))
        message = human.say("The box was blue.")
        await stage.desk.settle()
        said = await stage.replies(handler, lambda: human.edit(message, "The box was red."))
        assert len(said) == 1
        assert "The box was blue." in said[0]
        assert "The box was red." in said[0]

    async def test_what_belongs_to_nothing_is_passed_over(self, stage: Cast) -> None:
        human = await stage.desk.newcomer()
        message = human.say("/help")
        await stage.desk.settle()
        before = stage.snapshot()
        assert await stage.replies(human, lambda: human.edit(message, "something else"), lambda: bystander(stage)) == []
        assert stage.snapshot() == before


@pytest.mark.usefixtures("no_trouble")
class TestFromStaff:
    async def test_an_album_goes_to_the_customer_whole(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.says(handler, stage.desks(handler, "write", human))
        before = len(human.inbox)
        with stage.standing():
            said = await stage.replies(handler, lambda: handler.album([{}, {}, {}], caption="as ordered"))
        assert [each.kind for each in human.inbox[before:]].count("photo") == 3
        assert len(said) == 1
        assert stage.draft(handler) == 0

    async def test_a_reply_does_not_disturb_an_answer_that_is_being_written(self, stage: Cast) -> None:
        manager = await stage.desk.staff("complaints_manager")
        (_, one), (_, two) = await pair(stage), await pair(stage)
        for human in (one, two):
            await stage.says(manager, stage.desks(manager, "take", human))
        for do, value in (("answer", ""), ("decided", "upheld")):
            await stage.says(manager, stage.desks(manager, do, one, value))
        await stage.says(two, stage.owns(two, "add"), lambda: two.say("When will it come?"))
        asked = next(each for each in manager.inbox if "When will it come?" in text_of(each))
        await stage.says(manager, lambda: manager.say("Tomorrow.", reply_to=asked))
        assert "Tomorrow." in text_of(two.last)
        state, data = stage.state(manager)
        assert (state, data["code"]) == ("Answering:reasons", stage.case_of(one).code)


@pytest.mark.usefixtures("no_trouble")
class TestMuchWasSaid:
    async def test_staff_can_read_all_of_it_page_by_page(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.says(human, stage.owns(human, "add"))
        words = [f"{number} " + "ب" * 1400 + f" {number}." for number in range(6)]
        await stage.says(human, *[partial(human.say, each) for each in words])
        read = await stage.says(handler, stage.desks(handler, "read", human))
        while "Older" in handler.buttons():
            read += await stage.says(handler, lambda: handler.tap("Older"))
        assert [each for each in words if each not in read] == []

    async def test_a_full_summary_fits_into_a_message(self, stage: Cast) -> None:
        wishing, letter = await told(stage), "ب"
        await stage.says(wishing, *[partial(wishing.say, letter * 2000) for _ in range(3)])
        for field, length in (("wish", 1000), ("reference", 200), ("name", 200), ("contact", 200), ("company", 200)):
            await stage.says(wishing, stage.forms(wishing, field))
            await stage.says(wishing, partial(wishing.say, letter * length))
        assert letter in await stage.says(wishing, stage.forms(wishing, "summary"))
        await stage.desk.tap(wishing, "Submit the complaint")
        assert "We have received" in text_of(wishing.last)


@pytest.mark.usefixtures("no_trouble")
class TestBlocked:
    async def test_the_handler_hears_it_once_and_all_is_delivered_in_order_on_return(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        heard = await stage.says(handler, human.block)
        assert heard.count("The customer cannot be reached") == 1
        seen = len(human.inbox)
        again = ""
        for words in ("first", "second", "third"):
            again += await stage.says(handler, stage.desks(handler, "write", human), partial(handler.say, words))
        assert "cannot be reached" not in again
        assert len(human.inbox) == seen
        assert stage.case_of(human).closed_at is None

        said = await stage.replies(human, human.unblock)
        assert [next(each for each in ("first", "second", "third") if each in text) for text in said] == [
            "first",
            "second",
            "third",
        ]
        assert stage.person(human).unreachable_since is None

    async def test_a_lost_unblocking_is_made_good_by_any_message(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        await stage.says(handler, human.block)
        await stage.says(handler, stage.desks(handler, "write", human), lambda: handler.say("held for you"))
        human.chat.blocked = False
        assert "held for you" in await stage.says(human, lambda: human.say("/help"))
        assert stage.person(human).unreachable_since is None


@pytest.mark.usefixtures("no_trouble")
class TestInAGroup:
    async def test_nothing_is_heard_and_nothing_said(self, stage: Cast) -> None:
        handler, human = await pair(stage)
        stranger = stage.desk.world.person(name="Nobody")
        group = stage.desk.world.group("Team", handler, human, stranger)
        before, people = stage.snapshot(), persons(stage)
        code = stage.case_of(human).code
        for who in (handler, human, stranger):
            for words in ("words", f"/case {code}", f"/status {code}", "/start", "/mine", "/queue"):
                who.say(words, chat=group)
            who.photo("a photo", chat=group)
        bystander(stage)
        await stage.desk.settle()
        assert [message for message in group.messages.values() if message.sender.is_bot] == []
        assert stage.snapshot() == before
        assert persons(stage) == people + 1


def bystander(stage: Cast) -> None:
    """Somebody else says something: that the desk says nothing at all could not be told from its being slow."""
    stage.desk.world.person(name="Somebody else").start()


class TestBroken:
    """In this order: what is laid aside stays so."""

    async def test_what_cannot_be_read_is_set_aside_and_counted_and_others_go_on(self, stage: Cast) -> None:
        human = await stage.desk.newcomer()
        counted, aside = metrics.updates_aside._value.get(), backlog(stage).aside
        chat = {"id": human.id, "type": "private"}
        stage.desk.world.push_raw({"message": {"chat": chat, "text": 7}})
        stage.desk.world.push_raw({"message": None, "a_new_kind": {"chat": chat, "from": human.user.as_json()}})
        stage.desk.world.push_raw({"message": None})
        assert "Help" in await stage.says(human, lambda: human.say("/help"))
        assert backlog(stage).aside == aside + 3
        assert backlog(stage).waiting == 0
        assert metrics.updates_aside._value.get() == counted + 3

    async def test_a_crash_is_tried_again_then_told_to_the_person_and_the_admins(
        self, stage: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        human, admin = await stage.desk.newcomer("fa"), await stage.desk.staff("admin")
        tries: list[int] = []

        def broken(*_args: object) -> None:
            tries.append(1)
            raise RuntimeError("secret words of a person")

        monkeypatch.setattr(complaints, "mine", broken)
        said = await self.until_set_aside(stage, human, "/mine")
        assert len(tries) == len(worker.PAUSES) + 1
        wrong = "⚠️ Something went wrong on our side, and this step was not carried out. We have been told."
        assert stage.desk.said(human, wrong) in said[0]
        assert stage.desk.said(human, "Help") in said[1]  # what was said meanwhile is handled after it
        with stage.desk.desk.office.look() as work:
            reference = max(work.db.exec(select(InboxUpdate.id).where(InboxUpdate.status == "aside")))
        assert str(reference) in said[0]
        assert str(reference) in text_of(admin.last)
        assert "secret words" not in text_of(admin.last) + str(stage.log)
        assert "/mine" not in text_of(admin.last)

    async def test_when_even_the_words_are_broken_the_chat_goes_on(
        self, stage: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        human = await stage.desk.newcomer()
        monkeypatch.setattr(refusals, "wording", None)
        [said] = await self.until_set_aside(stage, human, "/queue")
        assert "Help" in said

    async def test_a_try_that_works_is_as_if_nothing_had_happened(
        self, stage: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        human = await stage.desk.newcomer()
        aside, whole = backlog(stage).aside, complaints.mine

        def once(*args: Any) -> Any:
            monkeypatch.undo()
            raise RuntimeError

        monkeypatch.setattr(complaints, "mine", once)
        [said] = await stage.replies(human, lambda: human.say("/mine"))
        assert "You have no complaint with us." in said
        assert backlog(stage).aside == aside
        assert complaints.mine is whole

    async def until_set_aside(self, stage: Cast, human: Human, broken: str) -> list[str]:
        """Both are said at once; the clock is put on by each pause, so that nobody has to wait for it."""
        aside, before = backlog(stage).aside, len(human.inbox)
        human.say(broken)
        human.say("/help")
        bystander(stage)
        for tried, pause in enumerate(worker.PAUSES, 1):
            async with asyncio.timeout(30):
                while attempts(stage) < tried:  # noqa: ASYNC110 - a database rings no bell
                    await asyncio.sleep(0.02)
            stage.desk.desk.clock.forward(timedelta(seconds=pause))  # type: ignore[attr-defined]
            stage.desk.desk.worker.wake()
        await stage.desk.settle()
        assert backlog(stage).aside == aside + 1
        return [text_of(each) for each in human.inbox[before:]]


def attempts(stage: Cast) -> int:
    """At the update that is being tried."""
    with stage.desk.desk.office.look() as work:
        waiting = work.db.exec(select(InboxUpdate.attempts).where(InboxUpdate.status == "waiting"))
        return max(waiting, default=0)


def backlog(stage: Cast) -> inbox.Backlog:
    with stage.desk.desk.office.look() as work:
        return inbox.backlog(work)


def persons(stage: Cast) -> int:
    with stage.desk.desk.office.look() as work:
        return len(work.db.exec(select(Person.id)).all())
