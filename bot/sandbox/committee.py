"""The second look in the story of the demo: a complaint that was not upheld, and a committee that looks at it again."""

from dataclasses import dataclass, replace

from bot.i18n import catalog
from bot.sandbox.person import Person
from bot.sandbox.story import CUSTOMER, HANDLER, STORIES, Stage, Tale

MEMBER = {"en": "Committee member", "fa": "عضو کمیته", "ar": "عضو اللجنة"}
ALTERNATE = {"en": "Committee alternate", "fa": "عضو علی‌البدل", "ar": "عضو احتياطي"}
DISPUTES = {"en": "Dispute manager", "fa": "مدیر حل اختلاف", "ar": "مدير تسوية المنازعات"}
UPHELD, NOT_UPHELD = 0, 2  # places among the decisions
REFUND, NOTHING = 0, 2  # places among the remedies: on the first page, and on the last one
PAGES_TO_NOTHING = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What is said in one review: by the customer, by who answered before, and by those who vote."""

    customer: str
    story: str
    rejection: str
    objection: str
    question: str
    reply: str
    statement: str
    votes: tuple[str, str, str]  # the last one dissents


LOOKS = {
    "fa": Look(
        customer="رضا مرادی",
        story="جاروبرقی را هشت روز بعد از خرید پس فرستادم، چون موتورش بوی سوختگی می‌داد. می‌گویند پولم را پس نمی‌دهند.",
        rejection="کالا پس از پایان مهلت هفت‌روزهٔ مرجوعی به انبار رسیده است و امکان بازگشت وجه وجود ندارد.",
        objection="من روز پنجم درخواست مرجوعی ثبت کردم، اما پیک شما سه روز بعد برای بردن کالا آمد.",
        question="شمارهٔ درخواست مرجوعی یا پیام تأیید آن را دارید؟",
        reply="بله، پیامک تأیید روز پنجم به دستم رسید.",
        statement="در سامانه فقط تاریخ رسیدن کالا به انبار دیده می‌شد، نه تاریخ درخواست.",
        votes=(
            "درخواست مرجوعی در مهلت ثبت شده و تأخیر پیک بر عهدهٔ ماست. وجه باید بازگردانده شود.",
            "بوی سوختگی نشانهٔ عیب موتور است و در گزارش انبار هم آمده است.",
            "تاریخ رسیدن کالا به انبار پس از مهلت است.",
        ),
    ),
    "ar": Look(
        customer="سامر خليل",
        story="طلبت هاتفًا جديدًا فوصلني جهاز مستعمل عليه بصمات. رفضتم إرجاعه لأن العلبة مفتوحة.",
        rejection="لا يُقبل إرجاع الأجهزة بعد فتح علبتها، وقد وصلتنا العلبة مفتوحة.",
        objection="لم أكن لأعرف أنه مستعمل إلا بعد فتح العلبة. والشاشة عليها خدوش منذ البداية.",
        question="متى صورتم الخدوش، وهل لديكم الصورة؟",
        reply="صورتها بعد التسليم بعشر دقائق، والصورة مؤرخة.",
        statement="اعتمدنا على قاعدة العلب المفتوحة، ولم نفحص الجهاز نفسه.",
        votes=(
            "سجل المستودع يبين أن الجهاز مرتجع سابق، ولا تنطبق عليه قاعدة العلب المفتوحة. يُرد المبلغ كاملًا.",
            "رقم الجهاز مفعّل قبل تاريخ الشراء، فهو مستعمل فعلًا.",
            "وصلت العلبة مفتوحة، والقاعدة واضحة.",
        ),
    ),
    "en": Look(
        customer="Tom Baker",
        story="The kettle you sent leaks. You refuse the refund because I no longer have the box.",
        rejection="Returns need the original packaging, and it is missing here.",
        objection="The box went to the recycling before the kettle began to leak. The fault is yours, box or no box.",
        question="When did you first see it leak?",
        reply="On the third day. I sent you a photo that evening.",
        statement="We followed the returns policy, which asks for the packaging.",
        votes=(
            "A faulty product may be returned without its box. The policy on packaging is for goods without a fault.",
            "The photo shows water under the base on the third day: the seal is faulty.",
            "The policy asks for the packaging, and the customer had agreed to it.",
        ),
    ),
}


@dataclass(slots=True)
class Committee:
    """Three seats, each in another language, with one alternate; operations presides."""

    members: list[Person]
    alternate: Person
    manager: Person


async def appointed(stage: Stage) -> Committee:
    members = [
        await stage.staff("بهرام نیک‌پور", "fa", MEMBER, ["seat_support"]),
        await stage.staff("هدى السالم", "ar", MEMBER, ["seat_technical"]),
        await stage.staff("Grace Hill", "en", MEMBER, ["seat_operations", "committee_chair"]),
    ]
    alternate = await stage.staff("پریسا راد", "fa", ALTERNATE, ["seat_support", "alternate"])
    return Committee(members, alternate, await stage.staff("کاوه امینی", "fa", DISPUTES, ["dispute_manager"]))


async def begun(stage: Stage, language: str, handler: Person | None = None) -> "Review":
    """A complaint that was not upheld, and the request for a review of it."""
    look, usual = LOOKS[language], STORIES[language]
    words = replace(usual, customer=look.customer, story=look.story, reasons=look.rejection, objection=look.objection)
    handler = handler or await stage.staff(words.handler, language, HANDLER, ["handler"])
    customer = await stage.person(words.customer, language, CUSTOMER)
    review = Review(Tale(stage, language, customer, handler, words), look)
    await review.is_asked_for()
    return review


@dataclass(slots=True)
class Review:
    """One second look, told by what its people tap and write."""

    tale: Tale
    look: Look

    async def is_asked_for(self) -> None:
        tale = self.tale
        await tale.complains()
        await tale.is_taken()
        await tale.is_rejected(NOT_UPHELD, PAGES_TO_NOTHING, NOTHING)
        await tale.stage.forward(hours=2)
        await tale.tap(tale.customer, "Ask for a review")
        await tale.say(tale.customer, self.look.objection)
        await tale.tap(tale.customer, "Send the request")

    async def is_heard(self, member: Person) -> None:
        """A question without a name, its answer, and the other side."""
        tale = self.tale
        await tale.say(member, "/hearing")
        await tale.tap(member, 0)
        await tale.tap(member, "Ask the customer")
        await tale.say(member, self.look.question)
        await tale.tap(tale.customer, "Answer the question")
        await tale.say(tale.customer, self.look.reply)
        await tale.tap(tale.handler, "Give a statement")
        await tale.say(tale.handler, self.look.statement)

    async def is_voted_on(self, members: list[Person], first: int = 0) -> None:
        """The last of the three dissents."""
        for number, member in enumerate(members, first):
            dissents = number == len(self.look.votes) - 1
            await self._votes(member, self.look.votes[number], dissents=dissents)

    async def is_accepted(self) -> None:
        """Under the decision; the document comes after it."""
        customer = self.tale.customer
        wanted = catalog(self.tale.language).gettext("I accept the decision")
        decision = next(each for each in reversed(customer.inbox) if wanted in customer.buttons(each))
        customer.tap(wanted, decision)
        await self.tale.stage.settle()

    async def _votes(self, member: Person, reasons: str, *, dissents: bool) -> None:
        tale = self.tale
        await tale.say(member, "/hearing")
        await tale.tap(member, 0)
        await tale.tap(member, "Vote")
        await tale.tap(member, NOT_UPHELD if dissents else UPHELD)
        for _page in range(PAGES_TO_NOTHING if dissents else 0):
            await tale.tap(member, "More")
        await tale.tap(member, NOTHING if dissents else REFUND)
        await tale.say(member, reasons)
        await tale.tap(member, "Cast the vote")
