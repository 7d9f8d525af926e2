"""Two remedies are carried out, one by a colleague of another unit, denied, done again and confirmed."""

from pathlib import Path

import pytest

from backoffice.stages import Stage
from bot.keyboards import Carry
from bot.keyboards import desk as desk_data
from bot.sandbox.person import Person as Human
from storage.complaints import attachments_of
from storage.remedies import Task, tasks_of
from tests.running import text_of
from tests.stories import recorded
from tests.stories.telling import LANGUAGES, Story, day_for, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
CARRIER = {"fa": "کیان رستمی", "ar": "سامي خليل", "en": "Sam Field"}
ASKED = "A colleague asks you to carry out a remedy"
KEPT_ALREADY = "The evidence is recorded already. This message was not kept: tell the owner of the case, if it matters."
DONE = "We have done what we promised. Do you see it so, too?"


@in_three_languages
async def test_two_remedies_from_the_answer_to_the_customers_yes(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        carrier = await desk.staff("handler", language=language, name=CARRIER[language], department="finance")
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        refund, replacement = await answered(story, handler)
        await desk.tap(customer, "I accept the answer")
        assert story.read(customer, "Thank you. You have accepted our answer.")
        first, second = tasks(story)
        assert all(label(story, each, language) in text_of(customer.last) for each in (first, second))
        told = text_of(story.find(handler, "✅ The customer accepted your answer."))
        assert refund in told
        assert replacement in told

        # one is given to a colleague, who reads what they need and nothing else
        await desk.tap(handler, "Open the case")
        await desk.tap(handler, "The remedy is carried out")
        assert story.read(handler, "What is to be carried out")
        await story.tap_label(handler, refund)
        await desk.tap(handler, "Give to a colleague")
        await story.tap_label(handler, CARRIER[language])
        assert story.read(handler, "✅ They have been told.")
        asked = story.find(carrier, ASKED)
        assert refund in text_of(asked)
        assert words.story not in text_of(asked)
        await desk.say(carrier, "/tasks")
        await story.tap_label(carrier, refund)
        await desk.say(carrier, "/queue")
        await desk.tap(carrier, "To be carried out")
        await story.tap_label(carrier, refund)

        # evidence: nothing that can be read, then a picture; of the other one words
        await desk.tap(carrier, "It is done")
        carrier.sticker()
        await desk.settle()
        carrier.photo(words.evidence)
        await desk.settle()
        assert story.read(carrier, "✅ Done, and the customer has the evidence.")
        assert words.evidence in text_of(story.find(customer, "✅ A part of what we promised is done."))
        assert any(each.kind == "photo" for each in customer.inbox)
        assert any(each.kind == "photo" for each in handler.inbox)
        assert story.received(handler, "✅ A colleague has carried out a remedy.")
        assert story.case.stage == Stage.IMPLEMENTING
        await desk.tap(handler, "Open the case")
        await desk.tap(handler, "The remedy is carried out")
        await desk.say(handler, words.next_step)
        assert story.case.stage == Stage.CONFIRMING
        done = text_of(story.find(customer, DONE))
        for said in (refund, replacement, words.evidence, words.next_step):
            assert said in done

        # the customer says that one of them is not done
        await desk.tap(customer, "No, not done", story.find(customer, DONE))
        await story.tap_label(customer, refund)
        await story.tap_label(customer, replacement)
        await story.tap_label(customer, replacement)
        await desk.tap(customer, "This is not done")
        await desk.say(customer, words.objection)
        assert [(each.done_at is None, each.denials) for each in tasks(story)] == [(True, 1), (False, 0)]
        for human, title in (
            (handler, "⚠️ The customer says that the remedy is not done."),
            (supervisor, "⚠️ A customer says that a remedy of your team is not done."),
            (carrier, "⚠️ The customer says that it is not done"),
        ):
            assert refund in text_of(story.find(human, title))
        await story.open(customer)
        assert refund in text_of(customer.last)

        # done again, by an album, and confirmed
        await desk.tap(carrier, "It is done", story.find(carrier, "⚠️ The customer says that it is not done"))
        carrier.album([{"kind": "photo"}, {"kind": "photo"}], caption=words.reply)
        await desk.settle()
        assert story.case.stage == Stage.CONFIRMING
        with desk.desk.office.look() as work:
            assert len(attachments_of(work.db, story.case.id)) == 4  # with the answer's document
        await desk.say(carrier, words.thanks)
        assert story.read(carrier, KEPT_ALREADY)
        assert words.thanks not in desk.words()
        await desk.tap(customer, "Yes, it is done", story.find(customer, DONE))
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "resolved")


@in_three_languages
async def test_overdue_handed_back_taken_back_and_tapped_by_others(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        supervisor, handler, customer = await story.supervisor(), await story.handler(), await story.customer()
        carrier = await desk.staff("handler", language=language, name=CARRIER[language], department="finance")
        stranger = await desk.staff("legal", language=language, name="Lale")
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await story.answer(handler, "upheld", "refund_full", words.reasons)
        await desk.tap(customer, "I accept the answer")
        (task,) = tasks(story)
        named = label(story, task, language)

        # given, handed back, given again, taken back, given once more
        for way in ("I cannot do it", "Take it back", None):
            await give(story, handler, named)
            if way == "I cannot do it":
                await desk.tap(carrier, way, story.find(carrier, ASKED))
                assert story.received(handler, "⚠️ A colleague cannot carry out a remedy.")
            elif way:
                await desk.tap(handler, "What is to be carried out")
                await story.tap_label(handler, named)
                await desk.tap(handler, way)
                assert story.received(carrier, "You need not carry out a remedy any more.")

        # nobody else comes upon it, and what was begun too late has no effect
        for human in (stranger, customer):
            for do in ("open", "done", "give", "give_to", "taken", "returned"):
                await tap(story, human, Carry(do=do, number=task.id, value="1" if do == "give_to" else ""))
        assert tasks(story)[0].done_at is None
        await tap(story, supervisor, Carry(do="done", number=task.id))
        assert story.case.stage == Stage.IMPLEMENTING

        # its date passes: who has it, the owner, the one above and the customer hear of it
        await desk.forward(days=8)
        for human, title in ((carrier, "⏳ A remedy is due soon"), (carrier, "⚠️ A remedy is overdue")):
            assert named in text_of(story.find(human, title))
        late = text_of(story.find(customer, "The remedy is not carried out in time. We are sorry for the delay."))
        assert named in late
        assert story.case.promised_at is not None
        assert day_for(story.case.promised_at, story.reader(customer.id)) in late
        assert story.received(supervisor, "⚠️ A case of your team is late.")
        await desk.say(handler, f"/case {story.case.code}")
        await desk.tap(handler, "Deadlines")

        # who goes away leaves it to the owner, who does it with words
        await desk.say(carrier, "/away")
        assert tasks(story)[0].owner_id is None
        await desk.tap(carrier, "It is done", story.find(carrier, "⚠️ A remedy is overdue"))
        await desk.say(handler, f"/case {story.case.code}")
        await desk.tap(handler, "The remedy is carried out")
        await desk.say(handler, words.evidence)
        await tap(story, handler, Carry(do="done", number=task.id))
        assert story.read(handler, "This has been recorded as done already.")
        await desk.tap(customer, "Yes, it is done")
        assert story.case.stage == Stage.CLOSED
        await story.rest()


async def answered(story: Story, handler: Human) -> tuple[str, str]:
    """An answer with a refund of some amount and a replacement by a day; what these are called."""
    desk, language = story.desk, story.language
    await desk.tap(handler, "Answer")
    await desk.tap(handler, 0)
    await desk.say(handler, story.words.reasons)
    names = [story.organisation.remedy(code).words[language] for code in ("refund_full", "replacement")]
    await chosen(story, handler, names[0])
    await desk.tap(handler, "Amount")
    await desk.say(handler, "1500000")
    await desk.tap(handler, "Another remedy")
    await chosen(story, handler, names[1])
    await desk.tap(handler, "Date")
    await desk.tap(handler, 0)
    for way in ("Go on", "Skip", "Send the answer"):
        await desk.tap(handler, way)
    return names[0], names[1]


async def chosen(story: Story, handler: Human, name: str) -> None:
    while name not in handler.buttons():
        await story.desk.tap(handler, "More")
    await story.tap_label(handler, name)


async def give(story: Story, handler: Human, named: str) -> None:
    await story.desk.say(handler, f"/case {story.case.code}")
    for way in ("More", "What is to be carried out"):
        await story.desk.tap(handler, way)
    await story.tap_label(handler, named)
    await story.desk.tap(handler, "Give to a colleague")
    await story.tap_label(handler, CARRIER[story.language])
    await story.desk.tap(handler, "Back")


async def tap(story: Story, human: Human, data: Carry) -> None:
    human.tap_data(data.pack())
    await story.desk.settle()


def tasks(story: Story) -> list[Task]:
    with story.desk.desk.office.look() as work:
        return tasks_of(work.db, story.case.id)


def label(story: Story, task: Task, language: str) -> str:
    return story.organisation.remedy(task.code).words[language]


@in_three_languages
async def test_what_a_caller_says_is_not_done_is_written_down_for_them(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, handler = story.desk, await story.handler()
        await recorded.record(story, handler)
        await recorded.tell(story, handler)
        await desk.tap(handler, "Take the case")
        _refund, replacement = await answered(story, handler)
        await recorded.tell(story, handler)
        await by_hand(story, handler, "they_accept")
        for task in tasks(story):
            handler.tap_data(Carry(do="done", number=task.id).pack())
            await desk.settle()
            await desk.say(handler, story.words.evidence)
        await recorded.tell(story, handler)
        await by_hand(story, handler, "they_deny")
        assert story.read(handler, "What is not done?")
        await story.tap_label(handler, replacement)
        await desk.tap(handler, "This is not done")
        assert [each.denials for each in tasks(story)] == [0, 1]
        assert story.case.stage == Stage.IMPLEMENTING
        await recorded.rest(story, handler)


async def by_hand(story: Story, handler: Human, do: str) -> None:
    handler.tap_data(desk_data(do, story.case).pack())
    await story.desk.settle()
