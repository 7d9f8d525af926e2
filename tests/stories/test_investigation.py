"""How a case is investigated, as people live it: lists, opinions, the other side, steps, what is alike."""

from pathlib import Path

import pytest

from backoffice.organisation import DEFAULT
from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from storage.investigation import inquiries_of
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, telling

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)

SAID = {
    "question": {
        "fa": "آیا وجه این سفارش برگشت خورده است؟",
        "ar": "هل أُعيد مبلغ هذا الطلب؟",
        "en": "Was the money for this order paid back?",
    },
    "opinion": {
        "fa": "خیر، هنوز پرداخت نشده است.",
        "ar": "لا، لم يُدفع بعد.",
        "en": "No, it has not been paid yet.",
    },
    "gist": {
        "fa": "گفته می‌شود روز شنبه تماس را قطع کرده‌اید.",
        "ar": "يقال إنكم قطعتم المكالمة يوم السبت.",
        "en": "It is said that you hung up on Saturday.",
    },
    "side": {
        "fa": "تماس به‌خاطر قطعی شبکه قطع شد.",
        "ar": "انقطعت المكالمة بسبب خلل في الشبكة.",
        "en": "The call broke off because the network failed.",
    },
    "harm": {
        "fa": "صدای ضبط‌شده هنوز محفوظ نشده است.",
        "ar": "لم يُحفظ التسجيل بعد.",
        "en": "The recording is not secured yet.",
    },
    "fact": {
        "fa": "مرسوله روز سوم از انبار بیرون رفت.",
        "ar": "خرج الطرد من المستودع في اليوم الثالث.",
        "en": "The parcel left the store on the third.",
    },
    "finding": {
        "fa": "تأخیر از سوی ما بود.",
        "ar": "التأخير كان من جانبنا.",
        "en": "The delay was ours.",
    },
    "number": {"fa": "۱۲۳۴", "ar": "١٢٣٤", "en": "1234"},
}
MANDATORY = """
[[checklists]]
about = ["delivery"]
steps = [
  { code = "carrier", mandatory = true, words = { fa = "از شرکت پرسیدیم.", ar = "سألنا الشركة.", en = "We asked." } },
]

[form]
"""


def item(story: Story, code: str) -> str:
    return next(each.words[story.language] for each in story.organisation.info_items if each.code == code)


def unit(story: Story, code: str) -> str:
    return story.organisation.department(code).words[story.language]


def said(story: Story, what: str) -> str:
    return SAID[what][story.language]


async def to_record(story: Story, handler: Human) -> None:
    handler.say(f"/case {story.case.code}")
    await story.desk.settle()
    await story.desk.tap(handler, "History and notes")
    await story.desk.tap(handler, "Record")


async def begun(story: Story) -> tuple[Human, Human]:
    """A handler and a customer whose case is theirs."""
    handler, customer = await story.handler(department="delivery"), await story.customer()
    await story.desk.complain(customer, story.words.story)
    await story.desk.tap(handler, "Take the case")
    return handler, customer


@in_three_languages
async def test_what_is_missing_is_ticked_sent_one_by_one_and_seen_on_the_card(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        handler, customer = await begun(story)
        await desk.tap(handler, "Ask the customer")
        assert desk.said(handler, "Send the list") not in handler.buttons()
        for code in ("order_number", "photo", "date"):
            await story.tap_label(handler, item(story, code))
        await story.tap_label(handler, f"✅ {item(story, 'date')}")
        await desk.tap(handler, "Send the list")
        assert story.case.stage == Stage.AWAITING_INFO
        assert story.read(handler, "✅ The customer has been asked.")
        missing = desk.said(handler, "Still missing: {items}").format(
            items=f"{item(story, 'order_number')} · {item(story, 'photo')}"
        )
        assert missing in text_of(handler.last)

        asked = story.find(customer, "We need something from you to go on.")
        assert f"• {item(story, 'photo')}" in text_of(asked)
        assert desk.said(customer, "Everything is here") not in customer.buttons()
        await story.tap_label(customer, item(story, "photo"))
        assert desk.said(customer, "Please send: {item}").format(item=item(story, "photo")) in text_of(customer.last)
        customer.photo()
        await desk.settle()
        assert f"✅ {item(story, 'photo')}" in text_of(customer.last)
        assert f"▫️ {item(story, 'order_number')}" in text_of(customer.last)
        assert story.case.stage == Stage.AWAITING_INFO
        await story.tap_label(customer, item(story, "order_number"))
        await desk.say(customer, said(story, "number"))
        assert story.case.stage == Stage.INVESTIGATING
        assert said(story, "number") in text_of(story.find(handler, "The customer wrote."))


@in_three_languages
async def test_who_has_no_more_to_send_says_so_and_reminders_name_what_is_missing(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        handler, customer = await begun(story)
        await desk.tap(handler, "Ask the customer")
        await story.tap_label(handler, item(story, "photo"))
        await desk.say(handler, said(story, "question"))
        await desk.forward(days=5)
        reminder = text_of(story.find(customer, "We still need your answer to go on."))
        assert item(story, "photo") in reminder
        assert desk.said(customer, "The answer to the question") in reminder
        await desk.tap(customer, "Send everything at once", story.find(customer, "We still need your answer to go on."))
        await desk.say(customer, said(story, "number"))
        assert story.case.stage == Stage.AWAITING_INFO
        await desk.tap(customer, "Everything is here")
        assert story.case.stage == Stage.INVESTIGATING
        assert story.read(customer, "✅ Thank you. We go on with what you have sent.")
        told = text_of(story.find(handler, "The customer has sent what they have."))
        assert item(story, "photo") in told


@in_three_languages
async def test_nothing_is_asked_where_nothing_was_ticked(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        handler, _customer = await begun(story)
        await story.desk.tap(handler, "Ask the customer")
        code, turn = (story.case.code or "").replace("-", ""), story.case.turn
        handler.tap_data(f"desk:send_list:{code}:{turn}:")
        await story.desk.settle()
        assert story.read(handler, "Nothing is asked yet. Please tick what is missing, or write the question.")
        assert story.case.stage == Stage.INVESTIGATING


@in_three_languages
async def test_an_opinion_of_another_unit_comes_in_words_and_files(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        expert = await desk.staff("handler", language=language, name="Neda", department="finance")
        handler, customer = await begun(story)
        await story.desk.more(handler, "Opinions of colleagues")
        await desk.tap(handler, "Ask for an opinion")
        await story.tap_label(handler, unit(story, "finance"))
        await desk.tap(handler, "With the customer's words and files")
        await desk.say(handler, said(story, "question"))
        assert story.read(handler, "✅ The colleagues have been asked.")

        wanted = text_of(story.find(expert, "A colleague asks for your opinion"))
        assert said(story, "question") in wanted
        assert story.words.story[:20] in wanted
        assert (story.case.code or "") not in wanted
        await desk.say(expert, "/queue")
        await desk.tap(expert, "Questions of colleagues")
        await desk.tap(expert, 0)
        await desk.tap(expert, "Give my opinion")
        await desk.say(expert, said(story, "opinion"))
        assert story.read(expert, "✅ Your colleague has your opinion.")
        expert.document(name="booking.pdf")
        await desk.settle()
        told = handler.inbox[-1] if said(story, "opinion") in text_of(handler.inbox[-1]) else handler.inbox[-2]
        await desk.tap(handler, "Read it", told)
        assert said(story, "opinion") in text_of(handler.last)
        assert not [each for each in customer.inbox if said(story, "opinion") in text_of(each)]
        await desk.tap(expert, "Done")
        assert desk.said(expert, "Add to it") in expert.buttons()


@in_three_languages
async def test_the_person_concerned_is_heard_without_seeing_the_case(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        handler, _customer = await begun(story)
        accused = await desk.staff("handler", language=language, name="Kamran", department="delivery")
        await story.desk.more(handler, "Person concerned")
        await story.tap_label(handler, "Kamran")
        assert story.read(handler, "✅ They have no access to the case any more.")
        assert story.read(handler, "⚠️ The person concerned has not been asked for their side yet.")
        assert story.read(handler, "If it is about misconduct or harassment, set the severity to critical.")
        await story.desk.more(handler, "Their statement")
        await desk.tap(handler, "Not now")
        await desk.say(handler, said(story, "harm"))
        assert story.read(handler, "✅ The reason is kept. They are not asked yet.")
        assert said(story, "harm") in text_of(handler.last)
        await desk.tap(handler, "Ask for their side")
        await desk.say(handler, said(story, "gist"))
        assert story.read(handler, "✅ The person concerned has been asked for a statement.")

        asked = text_of(story.find(accused, "You are asked for your side"))
        assert said(story, "gist") in asked
        assert (story.case.code or "") not in asked
        assert story.words.story[:20] not in asked
        await desk.tap(accused, "I do not want to say anything")
        await desk.tap(accused, "Back")
        await desk.tap(accused, "Give my statement")
        await desk.say(accused, said(story, "side"))
        assert story.read(accused, "✅ Your statement is kept.")
        assert said(story, "side") in text_of(handler.last)
        accused.say(f"/case {story.case.code}")
        await desk.settle()
        assert story.read(accused, "We found no such case for you. Please check the code, or choose from your list.")
        with desk.desk.office.look() as work:
            assert [each.ended for each in inquiries_of(work.db, story.case.id)] == ["given"]


@in_three_languages
async def test_facts_and_findings_make_a_record(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        handler, _customer = await begun(story)
        await desk.tap(handler, "Internal note")
        await desk.tap(handler, "Fact")
        await desk.tap(handler, "What is it based on?")
        await desk.tap(handler, 0)
        await desk.say(handler, said(story, "fact"))
        assert story.read(handler, "✅ It is in the record. The customer does not see it.")
        await to_record(story, handler)
        assert said(story, "fact") in text_of(handler.last)
        assert desk.said(handler, "customer's complaint") in text_of(handler.last)
        await desk.tap(handler, "Finding")
        await desk.say(handler, said(story, "finding"))
        await to_record(story, handler)
        assert said(story, "finding") in text_of(handler.last)


@in_three_languages
async def test_a_mandatory_step_is_named_and_leads_to_the_list(tmp_path: Path, language: str) -> None:
    file = tmp_path / "organisation.toml"
    file.write_text(DEFAULT.read_text("utf-8").replace("\n[form]\n", MANDATORY), "utf-8")
    async with telling(tmp_path, language, organisation=file) as story:
        desk = story.desk
        handler, customer = await begun(story)
        words = story.organisation.steps_for("delivery.late")[0].words[language]
        await desk.tap(handler, "Answer")
        assert story.read(handler, "Before the answer can go, these steps have to be ticked:")
        assert words in text_of(handler.last)
        await desk.tap(handler, "Checklist")
        await desk.tap(handler, 0)
        assert story.words.handler in text_of(handler.last)
        await desk.tap(handler, 0)
        assert story.read(handler, "Why is the step not done after all?")
        await desk.say(handler, said(story, "finding"))
        assert story.read(handler, "The step is open again.")
        await desk.tap(handler, 0)
        await desk.tap(handler, "Back")
        await desk.answer(handler, story.words.reasons)
        assert story.received(customer, "Our answer to your complaint")


@in_three_languages
async def test_similar_cases_are_seen_before_deciding_and_who_follows_up_comes_first(
    tmp_path: Path, language: str
) -> None:
    async with telling(tmp_path, language) as story:
        desk = story.desk
        supervisor = await story.supervisor()
        for _each in range(3):
            handler, customer = (await story.handler(department="delivery", capacity=1)), await story.customer()
            await desk.complain(customer, story.words.story)
            await desk.tap(handler, "Take the case")
            await story.answer(handler, "not_upheld", "information", story.words.reasons)
            await desk.tap(customer, "I accept the answer")
            assert story.case.stage == Stage.CLOSED
        handler, customer = await begun(story)
        await desk.tap(handler, "Answer")
        await desk.tap(handler, "Similar cases")
        assert text_of(handler.last).count(story.organisation.remedy("information").words[language]) == 3
        assert text_of(handler.last).count("SLH-") == 1  # of the others the reader may open none

        await story.open(customer)
        await desk.tap(customer, "Add text, photos, files")
        for _each in range(3):
            await desk.say(customer, said(story, "number"))
        assert story.received(supervisor, "⚠️ A customer follows up again and again, and nobody answers.")
        handler.say(f"/case {story.case.code}")
        await desk.settle()
        assert story.read(handler, "⚠️ The customer has followed up several times without an answer.")
        await desk.tap(handler, "Write to the customer")
        await desk.say(handler, said(story, "finding"))
        assert not story.read(handler, "⚠️ The customer has followed up several times without an answer.")
