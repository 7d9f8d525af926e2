"""A dispute for the stories: its customer, who speaks for us, who mediates, and what they do by buttons."""

from dataclasses import dataclass

from backoffice.disputes.phases import Phase
from bot.keyboards import matter
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage import disputes
from storage.disputes import Dispute, Obligation, Outcome, Referral
from tests.running import text_of
from tests.stories.telling import Story

MEDIATOR = "mediator"  # the organisation's own, in the file that ships
NAMES = {
    "fa": {"speaker": "ترانه", "mediator": "دکتر صالحی", "handler": "نگار", "second": "کاوه"},
    "ar": {"speaker": "سلمى", "mediator": "د. سامي", "handler": "ندى", "second": "طارق"},
    "en": {"speaker": "Tara", "mediator": "Dr Samuel Green", "handler": "Nora", "second": "Carl"},
}
LINES = {
    "fa": (
        "از هر دو طرف سپاسگزارم. لطفاً هرکدام بگویید چه چیزی موضوع را برایتان حل می‌کند.",
        "اگر هزینهٔ حمل هم برگردد، برای من کافی است.",
        "تا سقف دو میلیون ریال می‌توانیم پرداخت کنیم.",
        "رسید واریز: ۴۴۱۲۰۹",
        "فاکتور را پیدا کردم و می‌فرستم.",
    ),
    "ar": (
        "أشكر الطرفين. فليقل كل منكما ما الذي ينهي الموضوع بالنسبة إليه.",
        "يكفيني أن تُرد رسوم الشحن أيضًا.",
        "يمكننا أن ندفع حتى مليوني ريال.",
        "إيصال التحويل: ٤٤١٢٠٩",
        "وجدت الفاتورة وسأرسلها.",
    ),
    "en": (
        "I thank both sides. Please say what would settle it for you.",
        "If the cost of the transport comes back too, that is enough for me.",
        "We can pay up to two million rials.",
        "Receipt of the transfer: 441209",
        "I have found the invoice and send it.",
    ),
}
AMOUNTS = {"fa": "۱٬۵۰۰٬۰۰۰ ریال", "ar": "١٬٥٠٠٬٠٠٠", "en": "1,500,000"}


@dataclass
class Outside:
    """Who has to do with it, and how far it has come."""

    story: Story
    customer: Human
    handler: Human
    speaker: Human

    mediator: Human | None = None

    # ------------------------------------------------------------------ what is there

    @property
    def dispute(self) -> Dispute:
        with self.story.desk.desk.office.look() as work:
            return disputes.of_case(work.db, self.story.case.id)[-1]

    @property
    def phase(self) -> str | None:
        return self.story.case.dispute_phase

    @property
    def referral(self) -> Referral:
        with self.story.desk.desk.office.look() as work:
            return disputes.referrals_of(work.db, self.story.case.id)[-1]

    @property
    def outcomes(self) -> list[Outcome]:
        with self.story.desk.desk.office.look() as work:
            return disputes.outcomes_of(work.db, self.dispute.id)

    @property
    def obligations(self) -> list[Obligation]:
        with self.story.desk.desk.office.look() as work:
            return disputes.obligations_of(work.db, self.dispute.outcome_id or 0)

    @property
    def owed(self) -> list[Obligation]:
        """What we have to do and have not done."""
        return [each for each in self.obligations if each.by == "organisation" and each.done_at is None]

    @property
    def lines(self) -> tuple[str, ...]:
        return LINES[self.story.language]

    @property
    def led(self) -> Human:
        assert self.mediator
        return self.mediator

    # ------------------------------------------------------------------ the way there

    async def chooses_mediation(self) -> None:
        """From the notice to the choice; the text to consent to comes by itself."""
        desk = self.story.desk
        await desk.tap(self.customer, "Choose how it goes on")
        provider = next(each for each in self.story.organisation.providers if each.code == MEDIATOR)
        name = provider.words[self.story.language]
        if name not in self.customer.buttons():  # tried before, so that somebody else is suggested
            await desk.tap(self.customer, "Compare all ways")
        while name not in self.customer.buttons():
            await desk.tap(self.customer, "More")
        await self.story.tap_label(self.customer, name)
        await desk.tap(self.customer, "Choose this way")
        assert self.phase == Phase.AWAITING_CONSENT

    async def both_consent(self) -> None:
        desk = self.story.desk
        await desk.tap(self.customer, "I consent", self.consent_text(self.customer))
        await self.card(self.speaker)
        await desk.tap(self.speaker, "Read and consent")
        await desk.tap(self.speaker, "We consent")
        assert self.phase == Phase.AWAITING_PROVIDER

    async def is_accepted(self) -> None:
        desk = self.story.desk
        await self.file(self.led)
        await desk.tap(self.led, "Accept")
        await desk.tap(self.led, "I declare this and accept")
        assert self.phase == Phase.IN_PROGRESS

    def consent_text(self, human: Human) -> Message:
        """The newest message with the button under it."""
        label = self.story.desk.said(human, "I consent")
        return next(each for each in reversed(human.inbox) if label in human.buttons(each))

    async def card(self, human: Human) -> None:
        await self.story.desk.say(human, f"/dispute {self.story.case.code}")

    async def file(self, human: Human) -> None:
        """The mediator's own list, and the case on it."""
        await self.story.desk.say(human, "/mediation")
        await self.story.tap_label(human, self.story.case.code or "")

    async def show(self, human: Human) -> None:
        """What somebody of a side sees first of the dispute."""
        if human is self.customer:
            await self.story.open(human)
        elif human is self.mediator:
            await self.file(human)
        else:
            await self.card(human)

    # ------------------------------------------------------------------ talks and terms

    async def says(self, human: Human, room: str, words: str) -> None:
        """Into a room, by its title for this side; and out again."""
        desk = self.story.desk
        await self.show(human)
        await desk.tap(human, {self.customer.id: "Messages", self.speaker.id: "Conversation"}.get(human.id, "Rooms"))
        await desk.tap(human, room)
        await desk.say(human, words)
        await desk.tap(human, "Leave the room")

    async def drafts(self, human: Human, what: str, amount: str | None, days: str = "In {count} days") -> None:
        """One term of the organisation's: what it does, how much, by when (the first of the quick choices)."""
        desk, rules = self.story.desk, self.story.organisation
        await self.show(human)
        await desk.tap(human, "Terms")
        await self.tap_one_of(human, "Draft terms", "Add a term")
        await desk.tap(human, "The organisation")
        wanted = rules.remedy(what).words[desk.languages[human.id]]
        while wanted not in human.buttons():
            await desk.tap(human, "More")
        await self.story.tap_label(human, wanted)
        await desk.tap(human, "Skip")
        if amount:
            await desk.say(human, amount)
        human.tap(human.buttons()[0])  # the soonest of the quick dates
        await desk.settle()

    async def proposes(self, human: Human, what: str = "refund_partial", amount: str | None = None) -> None:
        await self.drafts(human, what, amount or AMOUNTS[self.story.language])
        await self.story.desk.tap(human, "Propose these terms")

    async def accepts(self, human: Human) -> None:
        desk = self.story.desk
        await self.show(human)
        await self.tap_one_of(human, "Read the proposal and answer", "Terms")
        await desk.tap(human, "Accept")
        await desk.tap(human, "Yes, I accept")

    async def duties(self, human: Human) -> None:
        """From the card of the dispute, or for who sees none from that of the case."""
        if human is self.handler:
            await self.story.desk.say(human, f"/case {self.story.case.code}")
            await self.story.desk.more(human, "What is to be done")
            return
        await self.card(human)
        await self.story.desk.tap(human, "What is to be done")

    async def tap_one_of(self, human: Human, *labels: str) -> None:
        there = [each for each in labels if self.story.desk.said(human, each) in human.buttons()]
        await self.story.desk.tap(human, there[0])

    # ------------------------------------------------------------------ carrying out

    async def carries_out(self, human: Human | None = None) -> None:
        """All that is ours, each with evidence."""
        desk, who = self.story.desk, human or self.speaker
        while left := self.owed:
            await self.duties(who)
            human_buttons = who.buttons()
            who.tap(human_buttons[0])
            await desk.settle()
            await desk.say(who, self.lines[3])
            assert len(left) > len(self.owed)

    # ------------------------------------------------------------------ other ways than a mediator

    async def asks_for_talks(self) -> None:
        """The two sides alone; the speaker takes it up."""
        desk = self.story.desk
        await desk.tap(self.customer, "Choose how it goes on")
        await desk.tap(self.customer, "Talk with us directly")
        await desk.tap(self.customer, "Yes, talk with us")
        assert self.phase == Phase.NEGOTIATING

    async def adds(
        self,
        human: Human,
        what: str,
        *,
        by: str = "The organisation",
        words: str | None = None,
        amount: str | None = None,
        due: str | None = None,
    ) -> None:
        """One term, from where the terms are shown. `due`: a day as it is typed, or the first of the quick ones."""
        desk, rules = self.story.desk, self.story.organisation
        await self.tap_one_of(human, "Draft terms", "Add a term")
        await desk.tap(human, by)
        remedy = rules.find_remedy(what)
        wanted = remedy.words[desk.languages[human.id]] if remedy else desk.said(human, "Something else")
        while wanted not in human.buttons():
            await desk.tap(human, "More")
        await self.story.tap_label(human, wanted)
        await (desk.say(human, words) if words else desk.tap(human, "Skip"))
        if amount:
            await desk.say(human, amount)
        elif desk.said(human, "No amount") in human.buttons():
            await desk.tap(human, "No amount")
        await (desk.say(human, due) if due else self.story.tap_label(human, human.buttons()[0]))

    async def terms(self, human: Human) -> None:
        await self.show(human)
        await self.story.desk.tap(human, "Terms")

    async def forge(self, human: Human, do: str, value: str = "") -> None:
        """A button that is not drawn for this person now."""
        human.tap_data(matter(do, self.story.case, value).pack())
        await self.story.desk.settle()

    def reads(self, human: Human, words: str) -> bool:
        """Whether any message to them has these words in it."""
        return any(words in text_of(message) for message in human.inbox if _has_text(message))


def _has_text(message: Message) -> bool:
    return bool(message.content.get("text") or message.content.get("caption"))


async def outside(story: Story, *, mediator: bool = True, anonymous: bool = False) -> Outside:
    """A complaint that we could not settle, with everybody who may have to do with it."""
    desk, language, names = story.desk, story.language, NAMES[story.language]
    handler = await desk.staff("handler", language=language, name=names["handler"])
    speaker = await desk.staff("dispute_manager", language=language, name=names["speaker"])
    led = None
    if mediator:
        led = await desk.staff("resolver", language=language, name=names["mediator"], provider=MEDIATOR)
    customer = await story.customer()
    if anonymous:
        await desk.form(customer)
        await desk.say(customer, story.words.story)
        for button in ("Who I am", "Stay anonymous", "Done", "Submit the complaint"):
            await desk.tap(customer, button)
    else:
        await desk.complain(customer, story.words.story)
    await desk.tap(handler, "Take the case")
    await desk.more(handler, "Declare deadlock")
    await desk.say(handler, story.words.reasons)
    return Outside(story, customer, handler, speaker, led)


async def without_mediator(story: Story) -> Outside:
    """The same, and nobody has joined as mediator."""
    return await outside(story, mediator=False)


async def mediated(story: Story) -> Outside:
    """A mediation that has just begun."""
    it = await outside(story)
    await it.chooses_mediation()
    await it.both_consent()
    await it.is_accepted()
    return it
