"""What people do with the ways outside before one of them begins, or as it ends; and what they say with it."""

import re
from dataclasses import dataclass

from sqlmodel import select

from bot.keyboards import matter
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage.people import Person
from tests.stories.outside import MEDIATOR, Outside

SAID = {
    "fa": {
        "why_not": "ترجیح می‌دهم کس دیگری را پیشنهاد کنم.",
        "own": "خانم رویا امینی",
        "reached": "۰۲۱۸۸۰۰۰۰۰۰",
        "our_reason": "همین موضوع در دادگاه مطرح است و نمی‌خواهیم دو رسیدگی همزمان پیش برود.",
        "parent": "مریم احمدی، مادر سارا که ۱۵ سال دارد",
        "name": "سارا احمدی",
        "interests": "از مهر امسال مشاور حقوقی یکی از تأمین‌کنندگان فروشگاه است.",
        "conflict": "با مدیر فروشگاه نسبت خانوادگی دارم.",
        "doubt": "او سال گذشته وکیل این فروشگاه بوده است.",
        "elsewhere": "تا پایان سال پروندهٔ تازه نمی‌پذیریم.",
        "enough": "دیگر نمی‌خواهم پرونده‌ام جای دیگری برود.",
        "other": "پریسا",
        "colleague": "دکتر نادری",
    },
    "ar": {
        "why_not": "أفضّل أن أقترح شخصًا آخر.",
        "own": "السيدة رؤى أمين",
        "reached": "٠١١٢٣٤٥٦٧٨",
        "our_reason": "الموضوع نفسه معروض على المحكمة، ولا نريد أن تسير إجراءات متوازية.",
        "parent": "مريم أحمد، والدة سارة وعمرها ١٥ عامًا",
        "name": "سارة أحمد",
        "interests": "يعمل منذ أكتوبر مستشارًا قانونيًا لأحد موردي المتجر.",
        "conflict": "تربطني صلة قرابة بمدير المتجر.",
        "doubt": "كان محاميًا لهذا المتجر في العام الماضي.",
        "elsewhere": "لا نقبل ملفات جديدة حتى نهاية العام.",
        "enough": "لم أعد أريد أن يذهب ملفي إلى مكان آخر.",
        "other": "هدى",
        "colleague": "د. نادر",
    },
    "en": {
        "why_not": "I would rather suggest somebody else.",
        "own": "Ms Rose Amin",
        "reached": "+44 20 7946 0000",
        "our_reason": "The same matter is before the court, and we do not want two proceedings at once.",
        "parent": "Mary Adams, mother of Sara, who is 15",
        "name": "Sara Adams",
        "interests": "Legal adviser to a supplier of the shop since October.",
        "conflict": "I am related to the manager of the shop.",
        "doubt": "Last year he was the lawyer of this shop.",
        "elsewhere": "We take no new cases until the end of the year.",
        "enough": "I do not want my file to go anywhere any more.",
        "other": "Hilda",
        "colleague": "Dr Nadia Reed",
    },
}


@dataclass
class Choosing:
    """What somebody does with the ways outside, by buttons and typed words, and what nobody may do with them."""

    it: Outside

    @property
    def said(self) -> dict[str, str]:
        return SAID[self.it.story.language]

    async def names(self, human: Human) -> None:
        """A mediator whom they know."""
        desk = self.it.story.desk
        await desk.tap(human, "Choose how it goes on")
        await desk.tap(human, "Name a mediator I know")
        await desk.say(human, self.said["own"])
        await desk.say(human, self.said["reached"])

    async def we_refuse(self, reason: str) -> None:
        """From the card: the reason of the file, by its code, and our own words."""
        desk, rules, it = self.it.story.desk, self.it.story.organisation, self.it
        found = next(each for each in rules.refusal_reasons if each.code == reason)
        await it.card(it.speaker)
        await desk.tap(it.speaker, "Do not consent")
        await it.story.tap_label(it.speaker, found.words[it.story.language])
        await desk.say(it.speaker, self.said["our_reason"])

    async def we_consent(self) -> None:
        desk, speaker = self.it.story.desk, self.it.speaker
        await self.it.card(speaker)
        await desk.tap(speaker, "Read and consent")
        await desk.tap(speaker, "We consent")

    async def ends(self, words: str | None = None) -> None:
        """The customer ends the way that is tried."""
        desk, customer = self.it.story.desk, self.it.customer
        await self.it.story.open(customer)
        await desk.tap(customer, "End this way")
        await (desk.say(customer, words) if words else desk.tap(customer, "Yes, end it"))

    async def forges(self, human: Human, do: str, value: str = "", message: Message | None = None) -> None:
        """A button that was never drawn for this person."""
        human.tap_data(matter(do, self.it.story.case, value).pack(), message)
        await self.it.story.desk.settle()

    async def colleague(self, key: str = "colleague", provider: str = MEDIATOR) -> Human:
        """Another mediator of the same provider."""
        story = self.it.story
        return await story.desk.staff("resolver", language=story.language, name=self.said[key], provider=provider)

    async def declines(self, human: Human, why: str, words: str) -> None:
        """A mediator, before whom it was put."""
        desk = self.it.story.desk
        await self.it.file(human)
        for button in ("Decline", why):
            await desk.tap(human, button)
        await desk.say(human, words)

    def number(self, human: Human) -> int:
        """Of the person in the database."""
        with self.it.story.desk.desk.office.look() as work:
            found = work.db.exec(select(Person)).all()
        return next(each.id for each in found if each.telegram_id == human.id)

    def invitation(self, human: Human) -> str:
        """What follows the address of the bot in the newest link that they were shown."""
        texts = [message.text for message in human.inbox if "?start=" in message.text]
        return re.findall(r"\?start=([\w-]+)", texts[-1])[0]
