"""A colleague leaves: their cases go on with others, nothing more reaches them, and they are anybody again."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from backoffice import people
from backoffice.stages import Stage
from bot.i18n import catalog
from bot.keyboards import Go, Team
from bot.sandbox.person import Person as Human
from storage import clocks, journal
from storage.people import Person, Staff
from storage.traffic import OutboxMessage
from tests.databases import migrated_postgres
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

MINA = {"fa": "مینا", "ar": "مينا", "en": "Mina <b> & Co"}
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
NOT_ON_THE_TEAM = "This person is no longer on the team. Please choose again from the list."
NO_CHOICE = "This choice is not offered any more. Please choose again from the menu."
LAST_ADMIN = "Nobody else is an administrator, and the desk needs one. Please invite another one first."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def number(story: Story, human: Human) -> int:
    with story.desk.desk.office.look() as work:
        return next(each.id for each in work.db.exec(select(Person)) if each.telegram_id == human.id)


def is_there(story: Story, human: Human) -> bool:
    with story.desk.desk.office.look() as work:
        return work.db.get_one(Staff, number(story, human)).left_at is None


def menu(story: Story, human: Human) -> list[str]:
    """The commands beside this person's chat."""
    return [each["command"] for each in story.desk.world.commands[f"chat:{human.id}", ""]]


def cases_line(story: Story, msgid: str, count: int) -> str:
    """A plural as the person reads it, without its number."""
    form = catalog(story.language).ngettext(msgid, msgid, count)
    return max(form.split("{count}"), key=len).strip()


async def open_card(story: Story, admin: Human, name: str) -> None:
    await story.desk.say(admin, "/start")
    await story.desk.tap(admin, "Team")
    await story.tap_label(admin, name)


async def remove(story: Story, admin: Human, name: str) -> None:
    await open_card(story, admin, name)
    for button in ("Remove from the team", "Yes, remove"):
        await story.desk.tap(admin, button)


async def forge(story: Story, human: Human, taps: list[Any], refusal: str) -> None:
    """Buttons that this person was never shown, or not any more, and what is said to each."""
    for data in taps:
        human.tap_data(data.pack())
        await story.desk.settle()
        assert story.read(human, refusal)


def waits(story: Story, human: Human) -> list[OutboxMessage]:
    with story.desk.desk.office.look() as work:
        query = select(OutboxMessage).where(OutboxMessage.person_id == number(story, human))
        return [row for row in work.db.exec(query) if row.status in ("waiting", "held")]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@in_three_languages
async def test_a_handler_with_two_open_cases_leaves(tmp_path: Path, language: str, database: str) -> None:
    async with telling(tmp_path, language, migrated_postgres() if database == "postgresql" else None) as story:
        desk, words = story.desk, story.words
        admin = await desk.staff("admin", language=language, name="Omid")
        handler, customer = await story.handler(), await story.customer()
        for told in (words.story, words.objection):
            await desk.say(customer, "/start")
            await desk.complain(customer, told)
        first = desk.cases()[0]
        await desk.say(handler, f"/take {first.code}")
        card = handler.last
        colleague = await story.handler(name=MINA[language])
        assert "queue" in menu(story, handler)
        left_alone = len(customer.inbox)

        with desk.desk.office.look() as work:
            warn = min(each.next_at for each in clocks.running(work.db, first.id) if each.next_at)
        await desk.forward(seconds=(warn - story.now).total_seconds() + 1)
        (reminder,) = waits(story, handler)
        heard = len(handler.inbox)

        await open_card(story, admin, words.handler)
        assert text_of(admin.last).startswith(f"\u2068{words.handler}\u2069")
        await desk.tap(admin, "Remove from the team")
        affected = cases_line(
            story, "{count} open case goes to a colleague who fits; if nobody does, it waits in the queue.", 2
        )
        assert affected in text_of(admin.last)
        assert story.read(admin, "The customers are not told: nothing changes for them.")
        await desk.tap(admin, "Back")
        assert is_there(story, handler)
        await desk.tap(admin, "Remove from the team")
        await desk.tap(admin, "Yes, remove")
        assert not is_there(story, handler)
        assert words.handler in text_of(admin.last)
        assert not [label for label in admin.buttons() if words.handler in label]

        mina = number(story, colleague)
        assert [(case.owner_id, case.stage) for case in desk.cases()] == [
            (mina, Stage.INVESTIGATING),
            (mina, Stage.RECEIVED),
        ]
        assert story.received(colleague, "A new case for you")
        assert len(customer.inbox) == left_alone
        assert story.read(handler, "What you were working on is with your colleagues now. Thank you for your work.")
        assert menu(story, handler) == menu(story, customer)

        await desk.forward(minutes=10)
        with desk.desk.office.look() as work:
            gone = work.db.get_one(OutboxMessage, reminder.id)
            assert (gone.status, gone.error) == ("dropped", "no_right")
            withheld = [each for each in journal.history(work.db, journal.DESK) if each.event == "notice.withheld"]
            assert withheld[-1].facts["receiver"] == number(story, handler)
        assert len(handler.inbox) == heard + 1

        await desk.tap(handler, "Answer", card)
        assert story.read(handler, NO_CASE)
        await forge(story, handler, [Go(to="queue"), Go(to="team"), Go(to="away")], NO_RIGHT)
        await desk.tap(handler, "Menu")
        assert desk.said(handler, "My queue") not in handler.buttons()
        await desk.complain(handler, words.wish)
        assert story.case.customer_id == number(story, handler)
        assert story.case.owner_id == mina
        await desk.tap(colleague, "Take the case")
        assert story.received(handler, "Your complaint is being investigated.")


@in_three_languages
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        admin = await desk.staff("admin", language=language, name="Omid")
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        member, guest = number(story, handler), number(story, customer)

        removal = [Team(do="remove", person=member), Team(do="removed", person=member)]
        for human in (handler, customer):
            await forge(story, human, [*removal, Go(to="team"), Team(do="card", person=member)], NO_RIGHT)
            await desk.say(human, "/team")
            assert story.read(human, NO_RIGHT)
        await forge(story, supervisor, removal, NO_RIGHT)
        every = ("card", "remove", "removed")
        nobodies = [Team(do=do, person=nobody) for nobody in (guest, 0, -1, 10**30) for do in every]
        await forge(story, admin, nobodies, NOT_ON_THE_TEAM)
        await forge(story, admin, [Go(to="team", page=page) for page in (1, -1, 10**30)], NO_CHOICE)

        await open_card(story, admin, "Omid")
        await desk.tap(admin, "Remove from the team")
        assert story.read(admin, LAST_ADMIN)
        await forge(story, admin, [Team(do="removed", person=number(story, admin))], LAST_ADMIN)
        assert all(is_there(story, each) for each in (admin, supervisor, handler))

        await remove(story, admin, words.handler)
        await forge(story, admin, [Team(do=do, person=member) for do in every], NOT_ON_THE_TEAM)
        with desk.desk.office.look() as work:
            events = [each.event for each in journal.history(work.db, journal.DESK)]
        assert events.count("staff.left") == 1


@in_three_languages
async def test_the_list_has_pages_and_a_supervisor_reads_it_without_buttons(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        admin = await desk.staff("admin", "complaints_manager", "handler", language=language, name="Omid")
        supervisor, away = await story.supervisor(), await story.handler(name=MINA[language])
        await desk.tap(away, "I am away")
        for _each in range(6):
            await story.handler()
        await desk.tap(admin, "Team")
        assert len(admin.buttons()) == 9  # six people, an invitation, more, the menu
        await desk.tap(admin, "More")
        await desk.tap(admin, "Previous")
        while not any(MINA[language] in label for label in admin.buttons()):
            await desk.tap(admin, "More")
        assert desk.said(admin, "away") in text_of(admin.last)
        await story.tap_label(admin, MINA[language])
        assert desk.said(admin, "Away since {date}").split("{")[0] in text_of(admin.last)
        await desk.tap(admin, "Remove from the team")
        assert story.read(admin, "They hold no open case.")
        await desk.tap(admin, "Back")
        await desk.tap(admin, "Back")
        assert any(MINA[language] in label for label in admin.buttons())
        await desk.say(supervisor, "/team")
        assert supervisor.buttons() == [desk.said(supervisor, "More"), desk.said(supervisor, "Menu")]


@in_three_languages
async def test_who_blocked_the_bot_and_left_reads_nothing_of_what_was_kept_when_they_return(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        admin = await desk.staff("admin", language=language, name="Omid")
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        await desk.complain(customer, words.story)
        await desk.say(handler, f"/take {story.case.code}", f"/note {story.case.code}")
        handler.block()
        await desk.say(customer, "/start")
        await desk.complain(customer, words.objection)
        assert waits(story, handler)
        await remove(story, admin, words.handler)
        unowned = cases_line(story, "⚠️ {count} open case has no owner: nobody present fits. It waits in the queue.", 2)
        assert unowned in text_of(admin.last)
        assert [case.owner_id for case in desk.cases()] == [None, None]
        assert story.received(supervisor, "⚠️ A new case has no owner.")
        heard = len(handler.inbox)
        handler.unblock()
        await desk.say(handler, words.reply)  # in the middle of a note
        assert waits(story, handler) == []
        told = [text_of(each) for each in handler.inbox[heard:]]
        assert len(told) == 2  # that they are out, and that there is no such case for them
        assert desk.said(handler, NO_CASE) in told
        assert not any(words.objection in each for each in told)
        assert words.reply not in desk.words()
        assert menu(story, handler) == menu(story, customer)


@in_three_languages
async def test_an_admin_removes_themselves_and_comes_back_by_a_link_of_another(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        admin = await desk.staff("admin", language=language, name="Omid")
        await desk.staff("admin", language=language, name=MINA[language])
        await remove(story, admin, "Omid")
        assert not is_there(story, admin)
        assert story.read(admin, "If you have a complaint of your own, you can make it here as everybody can.")
        await desk.tap(admin, "Menu")
        assert desk.said(admin, "Team") not in admin.buttons()
        assert "team" not in menu(story, admin)
        await desk.say(admin, "/mydata")
        await desk.tap(admin, "Get a copy")
        document = next(each for each in reversed(admin.inbox) if each.kind == "document").content["document"]
        copy = desk.world.files[document["file_id"]].data.decode()
        assert desk.said(admin, "You left the team on {date}").split("{")[0] in copy
        with desk.desk.office.work() as work:
            token = people.invite(work, people.Post(["auditor"]))
        admin.start(f"join-{token}")
        await desk.settle()
        assert story.read(admin, "✅ Welcome to the team.")
        assert "case" in menu(story, admin)
