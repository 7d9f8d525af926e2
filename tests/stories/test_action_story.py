"""From a complaint to a change that helped: made with one tap and a sentence, owned, done with evidence, checked."""

from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import people, team
from backoffice.learning.states import State
from bot.keyboards import Act, Acts, Go
from bot.sandbox.person import Person as Human
from storage.actions import Action
from storage.complaints import Attachment, Entry
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

WHAT = {
    "fa": "نشانی هر سفارش پیش از ارسال با مشتری تأیید شود.",
    "ar": "تأكيد عنوان كل طلب مع العميل قبل إرساله.",
    "en": "Confirm the address of each order with the customer before it goes <out>.",
}
SHOWN = {
    "fa": "از دیروز برگهٔ تأیید نشانی کنار هر بسته است.",
    "ar": "منذ أمس توضع ورقة تأكيد العنوان مع كل طرد.",
    "en": "Since yesterday a slip with the confirmed address goes with each parcel.",
}
WHY = {
    "fa": "چاپ برگه‌ها یک هفتهٔ دیگر طول می‌کشد.",
    "ar": "تستغرق طباعة الأوراق أسبوعًا آخر.",
    "en": "The slips take another week to print.",
}
NO_RIGHT = "You do not have the right to do this. If you need it, please ask your administrator."
NO_ACTION = "We found no such action for you. Please check the number, or choose from your list."
NO_CHOICE = "This choice is not offered any more. Please choose again from the menu."
CHANGED = "The action has changed meanwhile. Please open it and look at it again."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def newest(story: Story) -> Action:
    with story.desk.desk.office.look() as work:
        return list(work.db.exec(select(Action)))[-1]


async def closed_case(story: Story) -> str:
    """A complaint that was withdrawn: nothing of it falls due any more."""
    customer = await story.customer()
    code = await story.desk.complain(customer, story.words.story)
    await story.open(customer)
    for button in ("Withdraw", "Yes, withdraw it", "Yes, I am sure"):
        await story.desk.tap(customer, button)
    return code


async def unit(story: Story) -> tuple[Human, Human]:
    """Supervisor and handler of the unit that the complaint is about."""
    supervisor = await story.desk.staff("supervisor", language=story.language, name="Negar", department="delivery")
    return supervisor, await story.handler(department="delivery")


async def make(story: Story, supervisor: Human, code: str) -> Action:
    await story.desk.say(supervisor, f"/case {code}")
    await story.desk.tap(supervisor, "Corrective action")
    await story.desk.say(supervisor, WHAT[story.language])
    return newest(story)


async def open_action(story: Story, human: Human, action: Action) -> None:
    await story.desk.say(human, f"/action {action.number.replace('-', ' ').lower()}")


@in_three_languages
async def test_from_a_complaint_to_a_change_that_helped(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        supervisor, handler = await unit(story)
        code = await closed_case(story)

        await desk.say(supervisor, f"/case {code}")
        await desk.tap(supervisor, "Corrective action")
        assert story.read(supervisor, "What is to be done so that it does not happen again?")
        await desk.tap(supervisor, "Preventive")
        await desk.restart()
        await desk.tap(supervisor, "Corrective")
        supervisor.sticker()
        await desk.settle()
        assert story.read(supervisor, "Please write it as text.")
        await desk.say(supervisor, WHAT[language])
        assert story.read(supervisor, "✅ The action is made.")
        action = newest(story)
        assert (action.kind, action.number in text_of(supervisor.last), code in text_of(supervisor.last)) == (
            "corrective",
            True,
            True,
        )
        await desk.tap(supervisor, "Its cases")
        await story.tap_label(supervisor, code)
        assert action.number in text_of(supervisor.last)
        await desk.tap(supervisor, "Actions")
        await story.tap_label(supervisor, action.number)

        await desk.tap(supervisor, "Another owner")
        await story.tap_label(supervisor, story.words.handler)
        assert story.received(handler, "An action is yours now: see that it is done.")
        await desk.tap(handler, "Open the action")
        await desk.tap(handler, "Another date")
        await desk.say(handler, "…")
        assert desk.said(handler, "So far: {date}").split("{")[0] in text_of(handler.last)
        await desk.tap(handler, 4)
        await desk.say(handler, WHY[language])
        assert story.read(handler, "✅ The other date is asked for. Until it is granted, the old one stays.")
        assert story.received(supervisor, "The owner of an action asks for another date.")
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "Grant the date")
        assert newest(story).due_at > action.due_at

        await desk.forward(hours=3)
        await open_action(story, handler, action)
        await desk.tap(handler, "It is done")
        handler.photo()
        await desk.settle()
        assert story.read(handler, "Please say it in words as well, with the file or without one.")
        handler.album([{"kind": "photo"}, {"kind": "document", "name": "slip.pdf"}], SHOWN[language])
        await desk.settle()
        assert story.read(handler, "✅ Done. After some time it is checked whether it helped.")
        assert not story.read(handler, "The file was not kept: no case of this action can hold it. Your words were.")
        with desk.desk.office.look() as work:
            first, second = work.db.exec(select(Attachment))
            assert first.entry_id == second.entry_id
            assert work.db.get_one(Entry, first.entry_id).kind == "note"
        handler.photo()  # and this belongs to it no more
        await desk.settle()
        assert story.read(handler, "We have kept your message.")
        await desk.tap(handler, "Erase it")
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "The evidence is not enough")
        await desk.say(supervisor, WHY[language])
        await desk.tap(handler, "Open the action")
        assert WHY[language] in text_of(handler.last)
        await desk.tap(handler, "It is done")
        await desk.say(handler, SHOWN[language])

        await desk.forward(days=100)
        assert newest(story).state == State.EFFECTIVE
        assert story.received(handler, "✅ An action has helped.")
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "It did not help")
        await desk.say(supervisor, WHY[language])
        assert newest(story).state == State.OPEN
        await desk.say(handler, "/action")
        assert story.read(handler, "Your actions")
        assert action.number in handler.buttons()


@in_three_languages
async def test_what_is_late_is_said_once_to_each_and_dropped_at_last(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        manager = await desk.staff("complaints_manager", language=language, name="Omid")
        supervisor, _handler = await unit(story)
        code = await closed_case(story)
        first = await make(story, supervisor, code)
        await desk.say(manager, f"/case {code}")
        await desk.tap(manager, "Actions")
        await desk.tap(manager, "Another action")
        await desk.say(manager, SHOWN[language])
        await desk.forward(days=70)
        reminded = [each for each in supervisor.inbox if first.number in each.text and each.text[0] in "⏳⚠"]
        assert len(reminded) == 3  # near, on the day, late
        assert len([each for each in manager.inbox if first.number in each.text and each.text[0] in "⏳⚠"]) == 1
        await story.rest()

        await desk.say(manager, "/queue")
        await desk.tap(manager, "Actions")
        await desk.tap(manager, "By department")
        await story.tap_label(manager, story.organisation.department("delivery").words[language])
        assert len([each for each in manager.buttons() if each.startswith("ACT-")]) == 2
        await story.tap_label(manager, first.number)
        await desk.tap(manager, "Another date")
        await desk.tap(manager, 0)
        assert story.read(manager, "✅ The action has a new date.")
        await desk.tap(manager, "Drop the action")
        await desk.tap(manager, "Cancel")
        await desk.tap(manager, "Drop the action")
        await desk.say(manager, WHY[language])
        assert story.received(supervisor, "An action was dropped.")
        auditor = await desk.staff("auditor", language=language, name="Zoe")
        await desk.tap(auditor, "Actions")
        await story.tap_label(auditor, newest(story).number)
        assert desk.said(auditor, "Drop the action") not in auditor.buttons()


@in_three_languages
async def test_who_hands_it_on_who_leaves_and_what_cannot_be_measured(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        admin = await desk.staff("admin", language=language, name="Omid")
        supervisor, handler = await unit(story)
        other = await story.handler(name="Ali", department="finance")
        code = await closed_case(story)
        await desk.forward(days=100)
        action = await make(story, supervisor, code)
        await desk.tap(supervisor, "Another owner")
        await story.tap_label(supervisor, story.words.handler)
        await desk.tap(handler, "Open the action")
        await desk.tap(handler, "Another owner")
        await story.tap_label(handler, "Ali")
        assert story.read(handler, "✅ The action has a new owner, who is told.")
        assert handler.buttons() == [desk.said(handler, "Actions")]
        await desk.tap(other, "Open the action")
        assert code not in text_of(other.last)
        await desk.tap(other, "Another date")
        await desk.tap(other, 0)
        await desk.say(other, WHY[language])
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "Keep the date")
        assert story.received(other, "The date of an action of yours stays as it was.")
        with desk.desk.office.work() as work:
            people.recognise(work, admin.id)
            team.dismiss(work, newest(story).owner_id or 0)
        await desk.settle()
        assert story.received(supervisor, "⚠️ The owner of an action has left the team. It has another owner for now.")
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "It is done")
        supervisor.photo(SHOWN[language])
        await desk.settle()
        await desk.forward(days=100)
        told = "Whether an action helped could not be measured: nothing like it had happened before."
        assert story.received(supervisor, told)
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "It did not help")
        assert story.read(supervisor, "✅ Recorded.")
        assert desk.said(supervisor, "Attempt number {number}").split("{")[0] in text_of(supervisor.last)
        assert (newest(story).state, newest(story).due_at > action.due_at) == (State.OPEN, True)


@in_three_languages
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        supervisor, handler = await unit(story)
        action = await make(story, supervisor, await closed_case(story))
        customer, other = await story.customer(), await story.handler(name="Ali", department="finance")

        async def refused(human: Human, said: str, *forged: Act | Acts | Go) -> None:
            for each in forged:
                human.tap_data(each.pack())
                await desk.settle()
                assert story.read(human, said), each

        every = ("show", "cases", "grant", "give", "owner", "finish", "refuse", "drop", "helped", "date")
        taps = [Act(do=do, number=action.id, turn=action.turn) for do in every]
        await refused(customer, NO_RIGHT, *taps, Go(to="actions"), Acts(whose="all"))
        await refused(other, NO_ACTION, *taps, Act(do="show", number=10**30, turn=0))
        await refused(handler, NO_RIGHT, Acts(whose="all"), Acts(whose="units"))
        await desk.say(other, f"/action {action.number}", "/action")
        assert story.read(other, "There is nothing to be done here. ✅")
        await refused(
            supervisor,
            NO_CHOICE,
            Act(do="give", number=action.id, turn=action.turn, value="x"),
            Act(do="give", number=action.id, turn=action.turn, value="9" * 9),
            Act(do="date", number=action.id, turn=action.turn, value="yesterday"),
            Acts(whose="all", page=7),
            Acts(whose="all", department="moon"),
        )
        await refused(
            supervisor, "This step is already behind us.", Act(do="kind", number=0, turn=0, value="corrective")
        )
        old = Act(do="date", number=action.id, turn=action.turn - 1, value="2030-01-01")
        await refused(supervisor, CHANGED, old)
        await desk.tap(supervisor, "Open the action")
        await desk.tap(supervisor, "It is done")
        await desk.say(supervisor, "/action")
        assert newest(story).model_dump() == action.model_dump()
