"""Ways outside on which nobody else decides: the two sides talk alone, agree on terms, stop, or let the time pass."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.disputes.phases import Phase
from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from tests.running import text_of
from tests.stories.lexicon import in_digits
from tests.stories.outside import MEDIATOR, without_mediator
from tests.stories.telling import LANGUAGES, TEHRAN, Story, telling_on
from tests.stories.test_dispute import documents_of
from tests.stories.test_ways import choose, typed

NO_AMOUNT = "We could not read this as one amount. Please write it in figures only, for example 1500000."

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


@dataclass(frozen=True)
class Said:
    """What the two sides of the talks write; amounts as people type them."""

    about: str
    share: str
    half: str
    all_of_it: str
    question: str
    own_part: str
    no: str
    stops: str
    we_stop: str


SAID = {
    "fa": Said(
        about="۲۰ میلیون ریال",
        share="۳۰٪",
        half="۵۰ درصد",
        all_of_it="۲۰٬۰۰۰٬۰۰۰",
        question="چه چیزی موضوع را برای شما حل می‌کند؟",
        own_part="یخچال را با جعبه و لوازمش تحویل می‌دهم.",
        no="این مبلغ از سهم ما در خسارت کمتر است. بیشتر می‌پردازیم، اما برای تاریخ به چند روز بیشتر نیاز داریم.",
        stops="سه روز است که پاسخی نگرفته‌ام.",
        we_stop="بدون نظر کارشناس نمی‌توانیم دربارهٔ این خسارت توافق کنیم.",
    ),
    "ar": Said(
        about="٢٠ مليون ريال",
        share="٣٠٪",
        half="٥٠ بالمئة",
        all_of_it="٢٠٬٠٠٠٬٠٠٠",
        question="ما الذي ينهي الموضوع بالنسبة إليكم؟",
        own_part="أسلّم الغسالة مع علبتها وملحقاتها.",
        no="هذا المبلغ أقل من نصيبنا في الضرر. سندفع أكثر، لكننا نحتاج إلى بضعة أيام إضافية.",
        stops="لم أتلق ردًا منذ ثلاثة أيام.",
        we_stop="لا يمكننا الاتفاق على هذا الضرر دون رأي خبير.",
    ),
    "en": Said(
        about="20 million rials",
        share="30%",
        half="50 percent",
        all_of_it="20,000,000",
        question="What would settle it for you?",
        own_part="I hand over the parcel with its box, should it turn up.",
        no="That is less than our part in the damage. We pay more, but need some more days for it.",
        stops="I have had no reply for three days.",
        we_stop="We cannot agree on this damage without an expert.",
    ),
}


def filled(story: Story, human: Human, msgid: str, **numbers: int) -> str:
    """A text as this person reads it, with its figures."""
    figures = {name: in_digits(str(value), story.reader(human.id)) for name, value in numbers.items()}
    return story.desk.said(human, msgid).format(**figures)


@in_three_languages
async def test_direct_talks_lead_to_terms_that_are_kept(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_mediator) as it:
        story, said = it.story, SAID[language]
        desk, customer, speaker = story.desk, it.customer, it.speaker
        if language == "ar":
            await choose(story, customer, desk.said(customer, "Dates: Hijri"), hijri=True)
            await story.open(customer)
        today = story.now.astimezone(TEHRAN).date()

        # what it is about in money is typed in words and in the reader's own digits
        await desk.tap(customer, "Choose how it goes on")
        await desk.tap(customer, "Compare all ways")
        await desk.tap(customer, "Say how much money it is about")
        await desk.say(customer, said.stops)
        assert story.read(customer, NO_AMOUNT)
        await desk.say(customer, said.about)
        assert it.dispute.amount == "20000000"

        await desk.tap(customer, "Talk with us directly")
        await desk.tap(customer, "Yes, talk with us")
        assert it.phase == Phase.NEGOTIATING
        await desk.forward(minutes=5)  # those who work here are told with what comes close to it
        await desk.tap(speaker, "Open the dispute", story.find(speaker, "The customer wants to talk directly."))
        await desk.tap(speaker, "Speak for the organisation")
        await desk.tap(speaker, "Conversation")
        await desk.tap(speaker, "Joint room")
        await desk.say(speaker, said.question)
        await desk.tap(speaker, "Leave the room")
        asked = next(message for message in reversed(customer.inbox) if said.question in message.text)
        customer.say(it.lines[1], reply_to=asked)
        await desk.settle()
        assert it.reads(speaker, it.lines[1])

        # what contradicts is said as it arises, and cannot be proposed
        await it.terms(customer)
        due = typed(today + timedelta(days=9), story.reader(customer.id))
        await it.adds(customer, "refund_partial", amount=said.share, due=due)
        await it.adds(customer, "refund_full", amount=said.all_of_it)
        none = "Terms {number} and {other} leave no room for each other."
        assert filled(story, customer, none, number=1, other=2) in text_of(customer.last)
        assert desk.said(customer, "Propose these terms") not in customer.buttons()
        await desk.tap(customer, "Remove a term")
        await story.tap_label(customer, filled(story, customer, "Remove {number}", number=2))
        past = typed(today - timedelta(days=3), story.reader(customer.id))
        await it.adds(customer, "other", by="The customer", words=said.own_part, due=past)
        assert story.read(customer, "This day has passed. Please choose one that lies ahead.")
        await desk.say(customer, due)
        await desk.tap(customer, "Propose these terms")
        first = it.outcomes[-1]
        assert (first.customer, first.proposed_at is not None) == (True, True)

        # no, with words; then other terms, and others again
        await desk.forward(minutes=5)
        await desk.tap(speaker, "Do not accept", story.find(speaker, "Terms are proposed to you."))
        await desk.say(speaker, said.no)
        assert it.reads(customer, said.no)
        await it.terms(speaker)
        await it.adds(speaker, "refund_partial", amount=said.half)
        await desk.tap(speaker, "Propose these terms")
        await desk.tap(customer, "Propose other terms", story.find(customer, "Terms are proposed to you."))
        await it.adds(customer, "other", by="The customer", words=said.own_part, due=due)
        await desk.tap(customer, "Propose these terms")
        await desk.forward(minutes=5)
        await desk.tap(speaker, "Accept", story.find(speaker, "Terms are proposed to you."))
        await desk.tap(speaker, "Yes, I accept")
        assert it.phase == Phase.IMPLEMENTING
        assert [(each.by, each.amount) for each in it.obligations] == [
            ("organisation", "10000000"),
            ("customer", None),
        ]
        assert documents_of(customer)
        assert documents_of(speaker)

        await it.carries_out()
        await story.open(customer)
        await desk.tap(customer, "Yes, it is done")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "settled")
        await desk.forward(minutes=5)


@in_three_languages
async def test_talks_that_lead_nowhere_leave_the_other_ways_open(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_mediator) as it:
        story, said = it.story, SAID[language]
        desk, customer, speaker = story.desk, it.customer, it.speaker

        await it.asks_for_talks()
        await desk.tap(customer, "Stop the talks")
        await desk.say(customer, said.stops)
        assert it.phase == Phase.FAILED
        await desk.forward(minutes=5)
        assert it.reads(speaker, said.stops)

        await it.asks_for_talks()
        await it.card(speaker)
        await desk.tap(speaker, "Stop the talks")
        await desk.say(speaker, said.we_stop)
        assert it.phase == Phase.FAILED
        assert said.we_stop in text_of(story.find(customer, "We have ended this way. We are sorry."))

        # nobody says anything: both are reminded, and the time ends it
        await it.asks_for_talks()
        await desk.forward(days=9, hours=2)
        near = "The direct talks end on {date}. Is there anything that both sides can agree on?"
        for human in (customer, speaker):
            assert it.reads(human, desk.said(human, near).split("{date}")[0])
        await desk.forward(days=2)
        assert it.phase == Phase.FAILED
        over = story.find(customer, "The time for it is over, and there is no agreement.")
        await desk.tap(customer, "Choose how it goes on", over)
        provider = next(each for each in story.organisation.providers if each.code == MEDIATOR)
        await story.tap_label(customer, provider.words[language])
        await desk.tap(customer, "Choose this way")
        assert it.phase == Phase.AWAITING_CONSENT
        assert it.consent_text(customer)
        await desk.forward(minutes=5)
