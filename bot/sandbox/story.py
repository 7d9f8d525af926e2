"""The story of the demo: people who complain in three languages, and staff who answer. Everything goes by updates."""

from dataclasses import dataclass
from typing import Any, Protocol

from bot.dates import digits
from bot.i18n import Reader, catalog, speaking_to
from bot.sandbox import samples
from bot.sandbox.person import Person


class Stage(Protocol):
    """What a story needs of the place where it is told."""

    async def person(self, name: str, language: str, role: dict[str, str]) -> Person: ...
    async def staff(
        self, name: str, language: str, role: dict[str, str], roles: list[str], *, provider: str | None = None
    ) -> Person: ...
    async def settle(self) -> None: ...
    async def forward(self, **amount: float) -> None: ...


ONLINE = 0  # its place among the branches of the demo
CUSTOMER = {"en": "Customer", "fa": "مشتری", "ar": "عميل"}
HANDLER = {"en": "Complaint handler", "fa": "کارشناس رسیدگی", "ar": "مسؤول المعالجة"}
SUPERVISOR = {"en": "Supervisor", "fa": "سرپرست", "ar": "مشرف"}
MANAGER = {"en": "Complaints manager", "fa": "مدیر رسیدگی به شکایات", "ar": "مدير الشكاوى"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the people of one story say, in their own language."""

    customer: str
    handler: str
    category: int  # its place among the choices of the first group
    product: int  # and among those that the demo has
    story: str
    wish: str
    question: str
    reply: str
    reasons: str
    amount: str
    objection: str
    reasons_again: str
    next_step: str
    evidence: str
    thanks: str


STORIES = {
    "fa": Words(
        customer="سارا احمدی",
        handler="مریم کریمی",
        category=1,
        product=0,
        story="قرار بود یخچال را شنبهٔ گذشته بیاورند. سه بار زنگ زدم و هر بار گفتند فردا می‌رسد. هنوز خبری نیست.",
        wish="یا همین هفته تحویل بدهید یا پولم را برگردانید.",
        question="لطفاً بفرمایید نشانی تحویل همان نشانی فاکتور است؟",
        reply="بله، همان نشانی فاکتور است. پلاک ۱۲، واحد ۳.",
        reasons="بررسی کردیم: شرکت حمل‌ونقل نشانی را ناقص ثبت کرده بود و یخچال به انبار برگشته است. مسئولیت با ماست.",
        amount="ارسال دوباره بدون هزینه",
        objection="دیگر نمی‌توانم صبر کنم. غذای بچه‌ها خراب می‌شود.",
        reasons_again="حق با شماست. فردا صبح با خودروی خودمان می‌فرستیم و هزینهٔ حمل را هم برمی‌گردانیم.",
        next_step="یخچال فردا بین ساعت ۹ تا ۱۲ تحویل می‌شود.",
        evidence="یخچال امروز ساعت ۱۰:۲۰ تحویل و رسید آن امضا شد. هزینهٔ حمل هم به کارت شما برگشت.",
        thanks="یخچال رسید. از پیگیری‌تان ممنونم.",
    ),
    "ar": Words(
        customer="ليلى حداد",
        handler="يوسف منصور",
        category=3,
        product=1,
        story="وصلتني الغسالة وعلى بابها خدش عميق، والعلبة كانت مفتوحة. أرفقت صورة.",
        wish="أريد استبدالها بأخرى سليمة.",
        question="هل كانت العلبة مفتوحة قبل أن تستلموها من مندوب التوصيل؟",
        reply="نعم، كانت مفتوحة وأخبرت المندوب بذلك.",
        reasons="راجعنا صور المستودع، وكانت الغسالة سليمة عند خروجها. حدث الضرر أثناء الشحن، وهو على مسؤوليتنا.",
        amount="استبدال مجاني خلال ثلاثة أيام",
        objection="قيل لي إن الاستبدال سيتأخر أسبوعين. هذا لا يناسبني.",
        reasons_again="نعتذر عن المعلومة الخاطئة. الجهاز البديل متوفر، وسيصلكم بعد غد.",
        next_step="سيصلكم الجهاز البديل بعد غد بين الثانية والخامسة مساءً.",
        evidence="سُلِّم الجهاز البديل اليوم الساعة الثالثة، ووُقِّع إيصال الاستلام.",
        thanks="وصل الجهاز البديل. شكرًا لكم.",
    ),
    "en": Words(
        customer="Emma Clarke",
        handler="Daniel Reed",
        category=0,
        product=2,
        story="My parcel was due last Monday. The carrier says delivered, but nothing arrived and nobody signed for it.",
        wish="Please send it again, or refund me.",
        question="Could you tell us whether a neighbour may have taken the parcel in?",
        reply="I asked both neighbours. Nobody has it.",
        reasons="The carrier's photo shows another house. The delivery was wrong, and that is on us.",
        amount="New parcel by express, free of charge",
        objection="It was a birthday present. The new date is too late for me.",
        reasons_again="You are right, that would be too late. A courier brings it tomorrow, and we refund the shipping.",
        next_step="The courier comes tomorrow between 10 and 12.",
        evidence="Handed over today at 10:20 and signed for. The shipping went back to your card.",
        thanks="It came in time. Thank you.",
    ),
}


async def told(stage: Stage, language: str) -> "Tale":
    """One complaint from the first tap to a rated end."""
    tale = await begun(stage, language)
    await tale.is_asked()
    await tale.refuses_first_answer()
    await tale.ends_well()
    return tale


async def begun(stage: Stage, language: str) -> "Tale":
    words = STORIES[language]
    handler = await stage.staff(words.handler, language, HANDLER, ["handler"])
    customer = await stage.person(words.customer, language, CUSTOMER)
    tale = Tale(stage, language, customer, handler, words)
    await tale.complains(photo=language == "ar")
    return tale


async def team(stage: Stage) -> tuple[Person, Person]:
    """Those who oversee the handlers: a supervisor, and the manager of complaints."""
    supervisor = await stage.staff("نگار رضایی", "fa", SUPERVISOR, ["supervisor"])
    return supervisor, await stage.staff("Omar Farouk", "en", MANAGER, ["complaints_manager", "admin"])


@dataclass(slots=True)
class Tale:
    """One complaint, told by what its two people tap and write."""

    stage: Stage
    language: str
    customer: Person
    handler: Person
    words: Words

    async def complains(self, *, photo: bool = False) -> None:
        await self._starts()
        await self.tap(self.customer, "Make a complaint")
        await self.tap(self.customer, "I agree, continue")
        await self.tap(self.customer, 0)
        await self.tap(self.customer, self.words.category)
        for place in (self.words.product, ONLINE):
            if self._in_their_words("None of these", self.language) in self.customer.buttons():  # it has any
                await self.tap(self.customer, place)
        await self.say(self.customer, self.words.story)
        if photo:
            self.customer.photo(data=samples.photo())
            await self.stage.settle()
        await self.tap(self.customer, "What I want")
        await self.say(self.customer, self.words.wish)
        await self.tap(self.customer, "Submit the complaint")

    async def passes_by(self, who: Person) -> None:
        """The questions which product and which branch it is about."""
        while self._in_their_words("None of these", who.user.language_code or self.language) in who.buttons():
            await self.tap(who, "None of these")

    async def is_taken(self) -> None:
        await self.tap(self.handler, "Take the case")

    async def is_asked(self) -> None:
        await self.is_taken()
        await self.tap(self.handler, "Ask the customer")
        await self.say(self.handler, self.words.question)
        await self.tap(self.customer, "Answer the question")
        await self.say(self.customer, self.words.reply)

    async def is_answered(self, *, again: bool = False) -> None:
        await self.tap(self.handler, "Open the case")
        await self.tap(self.handler, "Answer")
        await self.tap(self.handler, 0)
        await self.say(self.handler, self.words.reasons_again if again else self.words.reasons)
        await self.tap(self.handler, 3 if self.language == "ar" else 6)
        await self.say(self.handler, self.words.amount)
        await self.say(self.handler, self.words.next_step)
        await self.tap(self.handler, "Send the answer")

    async def is_rejected(self, decision: int, pages: int, remedy: int) -> None:
        """An answer by the places of its decision and its remedy among the buttons, `pages` further on."""
        await self.tap(self.handler, "Answer")
        await self.tap(self.handler, decision)
        await self.say(self.handler, self.words.reasons)
        for _page in range(pages):
            await self.tap(self.handler, "More")
        await self.tap(self.handler, remedy)
        for _part in range(2):
            await self.tap(self.handler, "Skip")
        await self.tap(self.handler, "Send the answer")

    async def refuses_first_answer(self) -> None:
        await self.is_answered()
        await self.stage.forward(hours=3)
        await self.tap(self.customer, "No, it does not satisfy me")
        await self.say(self.customer, self.words.objection)

    async def ends_well(self) -> None:
        await self.is_answered(again=True)
        await self.tap(self.customer, "I accept the answer")
        await self.stage.forward(days=2)
        await self.tap(self.handler, "Open the case")
        await self.tap(self.handler, "The remedy is carried out")
        await self.say(self.handler, self.words.evidence)
        await self.tap(self.customer, "Yes, it is done")
        await self.tap(self.customer, "5 ⭐")
        await self.tap(self.customer, "5 ⭐")
        await self.say(self.customer, self.words.thanks)
        await self.tap(self.handler, "Root cause")
        await self.tap(self.handler, 1)
        await self.tap(self.handler, 0)
        await self.tap(self.handler, "No further analysis")

    async def _starts(self) -> None:
        self.customer.start()
        await self.stage.settle()
        await self.tap(self.customer, 0)

    async def say(self, who: Person, text: str) -> None:
        who.say(text)
        await self.stage.settle()

    async def more(self, who: Person, label: str) -> None:
        """Tap a button that stands behind "More", on whatever page of it."""
        await self.tap(who, "More")
        while self._in_their_words(label, who.user.language_code or self.language) not in who.buttons():
            await self.tap(who, "More")
        await self.tap(who, label)

    async def tap(self, who: Person, label: str | int) -> None:
        """Tap by the English text of a button in the person's language, or the n-th button of the last message."""
        if isinstance(label, int):
            buttons: list[Any] = who.buttons()
            who.tap(buttons[label])
        else:
            who.tap(self._in_their_words(label, who.user.language_code or self.language))
        await self.stage.settle()

    def _in_their_words(self, label: str, language: str) -> str:
        if label[0].isdigit():
            with speaking_to(Reader(language)):
                return digits(label)
        return catalog(language).gettext(label)
