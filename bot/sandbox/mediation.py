"""The third party in the story of the demo: nobody agrees inside, and a mediator helps both sides to a settlement."""

from dataclasses import dataclass, replace

from bot.sandbox.person import Person
from bot.sandbox.story import CUSTOMER, STORIES, Stage, Tale

MEDIATOR = {"en": "Mediator", "fa": "میانجیگر", "ar": "وسيط"}
PROVIDER = "mediator"  # the organisation's own, in the file that ships
NAMES = {"fa": "دکتر سیمین صالحی", "ar": "د. نبيل شاهين", "en": "Dr Helen Ward"}
NIGHT = 13  # hours after which whoever is not told of anything at night has been told
WRONG_ITEM = 2  # its place among the categories of the first group
PARTIAL_REFUND, SOONEST = 1, 0  # places among the remedies, and among the dates


@dataclass(frozen=True, slots=True)
class Talks:
    """What is said in one dispute, and to whom."""

    customer: str
    story: str
    wish: str
    deadlock: str
    opening: str  # by the mediator, to both
    in_public: str  # by the customer, to both
    in_private: str  # by the customer, to the mediator alone
    offer: str  # by the organisation, to the mediator alone
    amount: str
    evidence: str


TALKS = {
    "fa": Talks(
        customer="مهدی رستگار",
        story="مبل را با رنگ اشتباه آوردند. دو بار قول دادند عوضش کنند، ولی حالا می‌گویند این رنگ دیگر تولید نمی‌شود.",
        wish="رنگ سفارش‌شده را بیاورید یا بخشی از پول را برگردانید.",
        deadlock="رنگ سفارش‌شده دیگر تولید نمی‌شود و مشتری رنگ دیگری را نمی‌پذیرد. راهی برای توافق نمی‌بینیم.",
        opening="از هر دو طرف سپاسگزارم. لطفاً بگویید چه چیزی موضوع را برای شما حل می‌کند. تا فردا عصر در دسترس هستم.",
        in_public="مبل سالم است و از آن استفاده می‌کنیم، اما پول رنگ دیگری را داده‌ایم.",
        in_private="اگر بخشی از پول برگردد، همین رنگ را نگه می‌داریم. کمتر از پنج میلیون ریال را قبول نمی‌کنم.",
        offer="تا هشت میلیون ریال اختیار داریم.",
        amount="۶٬۵۰۰٬۰۰۰ ریال",
        evidence="مبلغ به کارت شما واریز شد. شمارهٔ پیگیری: ۵۵۰۱۷۳",
    ),
    "ar": Talks(
        customer="هالة نصر",
        story="طلبت ستائر بطول مترين ونصف فوصلتني بطول مترين. تقولون إن القياس في الطلب كان مترين.",
        wish="أريد ستائر بالطول الصحيح أو تعويضًا عن إطالتها.",
        deadlock="القياس المسجل في الطلب متران، والعميلة ترى غير ذلك، ولا نرى سبيلًا إلى الاتفاق.",
        opening="أشكر الطرفين. فليقل كل منكما ما الذي ينهي الموضوع بالنسبة إليه. أنا متاح حتى مساء الغد.",
        in_public="أرسلت القياس في رسالة قبل الطلب، وأكده موظفكم.",
        in_private="يمكنني إطالة الستائر عند خياط إن غطيتم التكلفة، وهي نحو خمسة ملايين ريال.",
        offer="نستطيع أن نتحمل حتى سبعة ملايين.",
        amount="٥٬٠٠٠٬٠٠٠ ريال إيراني",
        evidence="حُوّل المبلغ إلى حسابكم، رقم المرجع ٧٧٤٢١.",
    ),
    "en": Talks(
        customer="Daniel Price",
        story="The dishwasher came with the wrong hose and flooded the kitchen. You say that the fitter was not yours.",
        wish="Pay for the repair of the floor.",
        deadlock="The fitter was hired by the customer, as we see it. We see no way to agree on the floor.",
        opening="Thank you both. Please say what would settle it for you. I can be reached until tomorrow evening.",
        in_public="Your shop sent me the fitter's number. I never heard of him before.",
        in_private="The repair of the floor costs about six million rials. With that I would be content.",
        offer="We can go up to eight million if it ends there.",
        amount="6,000,000",
        evidence="The amount was paid into your account, reference 204417.",
    ),
}


@dataclass(slots=True)
class Dispute:
    """One dispute, told by what its three people tap and write."""

    tale: Tale
    talks: Talks
    speaker: Person
    mediator: Person

    async def goes_outside(self) -> None:
        """Those who handle it see no way to agree, and the customer chooses the mediator."""
        tale = self.tale
        await tale.complains()
        await tale.is_taken()
        await tale.more(tale.handler, "Declare deadlock")
        await tale.say(tale.handler, self.talks.deadlock)
        await tale.stage.forward(hours=NIGHT)
        await tale.tap(tale.customer, "Choose how it goes on")
        await tale.tap(tale.customer, 0)  # the one that is suggested
        await tale.tap(tale.customer, "Choose this way")

    async def is_consented_to(self) -> None:
        """Both sides, each under the text; the mediator gets the file, and accepts."""
        tale = self.tale
        await tale.tap(tale.customer, "I consent")
        await self._card()
        await tale.tap(self.speaker, "Read and consent")
        await tale.tap(self.speaker, "We consent")
        await self._file()
        await tale.tap(self.mediator, "Accept")
        await tale.tap(self.mediator, "I declare this and accept")

    async def is_talked_about(self) -> None:
        """In the joint room, and each side with the mediator alone."""
        await self._says(self.mediator, "Rooms", "Joint room", self.talks.opening)
        await self._says(self.tale.customer, "Messages", "Joint room", self.talks.in_public)
        await self._says(self.tale.customer, "Messages", "Private room: you and the mediator", self.talks.in_private)
        await self._says(self.speaker, "Conversation", "Private room: you and the mediator", self.talks.offer)

    async def is_settled(self) -> None:
        """The mediator proposes terms, and both sides accept them."""
        tale = self.tale
        await self._file()
        for step in ("Terms", "Draft terms", "The organisation", PARTIAL_REFUND, "Skip"):
            await tale.tap(self.mediator, step)
        await tale.say(self.mediator, self.talks.amount)
        await tale.tap(self.mediator, SOONEST)
        await tale.tap(self.mediator, "Propose these terms")
        await tale.say(tale.customer, "/status")
        for step in ("Read the proposal and answer", "Accept", "Yes, I accept"):
            await tale.tap(tale.customer, step)
        await self._card()
        for step in ("Terms", "Accept", "Yes, I accept"):
            await tale.tap(self.speaker, step)

    async def is_kept(self) -> None:
        """Carried out with evidence, confirmed, and rated by the customer."""
        tale = self.tale
        await tale.stage.forward(days=1)
        await self._card()
        await tale.tap(self.speaker, "What is to be done")
        await tale.tap(self.speaker, 0)
        await tale.say(self.speaker, self.talks.evidence)
        await tale.say(tale.customer, "/status")
        await tale.tap(tale.customer, "Yes, it is done")

    async def _says(self, who: Person, way: str, room: str, words: str) -> None:
        await self._shows(who)
        await self.tale.tap(who, way)
        await self.tale.tap(who, room)
        await self.tale.say(who, words)
        await self.tale.tap(who, "Leave the room")

    async def _shows(self, who: Person) -> None:
        if who is self.tale.customer:
            await self.tale.say(who, "/status")
        elif who is self.mediator:
            await self._file()
        else:
            await self._card()

    async def _card(self) -> None:
        """The newest dispute of who speaks for the organisation is the last on their list."""
        await self.tale.say(self.speaker, "/dispute")
        buttons = self.speaker.buttons()
        code = next(each for each in reversed(buttons) if str(each).startswith("SLH-"))
        self.speaker.tap(code)
        await self.tale.stage.settle()

    async def _file(self) -> None:
        await self.tale.say(self.mediator, "/mediation")
        await self.tale.tap(self.mediator, 0)


async def begun(stage: Stage, language: str, handler: Person, speaker: Person) -> Dispute:
    """A complaint on which nobody agrees inside, before its mediator."""
    talks = TALKS[language]
    words = replace(STORIES[language], customer=talks.customer, story=talks.story, wish=talks.wish, category=WRONG_ITEM)
    mediator = await stage.staff(NAMES[language], language, MEDIATOR, ["resolver"], provider=PROVIDER)
    customer = await stage.person(words.customer, language, CUSTOMER)
    dispute = Dispute(Tale(stage, language, customer, handler, words), talks, speaker, mediator)
    await dispute.goes_outside()
    await dispute.is_consented_to()
    return dispute
