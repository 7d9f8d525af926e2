"""What is special, in the story of the demo: a grave matter that came by phone, told twice, answered with a second pair
of eyes, bargained about, and carried out with evidence."""

import re
from dataclasses import dataclass, replace

from bot.sandbox.person import Person
from bot.sandbox.story import CUSTOMER, STORIES, Stage, Tale

PRODUCTS, DEFECT = 1, 0  # places of a group and of its category
REPAIR, REPLACEMENT = 4, 3  # places among the remedies
CLAIM = re.compile(r"\?start=(claim-[\w-]+)")
PHONE = "0912 345 6789"


@dataclass(frozen=True, slots=True)
class Call:
    """Who called, what the handler wrote down, and what came of it."""

    customer: str
    story: str  # as the handler writes it down
    again: str  # as the customer writes the same themselves
    risk: str
    reasons: str
    visit: str  # what follows the first answer
    counter: str
    reasons_again: str
    next_step: str
    evidence: str


CALLS = {
    "fa": Call(
        customer="کامران شریفی",
        story="مشتری می‌گوید اجاق‌گاز نو نشت گاز دارد و نصاب به تماس‌هایش پاسخ نمی‌دهد.",
        again="اجاق‌گازی که تازه از شما خریده‌ام نشت گاز دارد. تلفنی هم اطلاع داده بودم.",
        risk="مشتری گفته است اگر تا فردا کسی نیاید، فیلم نشت گاز را در شبکه‌های اجتماعی منتشر می‌کند.",
        reasons="نصاب ما شیلنگ گاز را محکم نبسته بود. مسئولیت آن با ماست و پوزش می‌خواهیم. تعمیر آن رایگان است.",
        visit="تکنسین امروز بین ساعت ۱۶ تا ۱۸ به منزل شما می‌آید.",
        counter="به این دستگاه دیگر اعتماد ندارم. لطفاً آن را تعویض کنید.",
        reasons_again="نگرانی شما به‌جاست. دستگاه را با یک اجاق‌گاز نو تعویض و نصب آن را از نظر نشتی آزمایش می‌کنیم.",
        next_step="اجاق‌گاز نو پس‌فردا بین ساعت ۱۰ تا ۱۳ نصب می‌شود.",
        evidence="اجاق‌گاز نو امروز نصب و از نظر نشتی آزمایش شد. مشتری رسید تحویل را امضا کرد.",
    ),
    "ar": Call(
        customer="سامر خوري",
        story="يقول العميل إن موقد الغاز الجديد يسرّب الغاز، وإن فني التركيب لا يرد على اتصالاته.",
        again="موقد الغاز الذي اشتريته منكم حديثًا يسرّب الغاز، وقد أبلغتكم بذلك هاتفيًا.",
        risk="قال العميل إنه سينشر مقطعًا مصورًا في وسائل التواصل الاجتماعي إن لم يحضر أحد بحلول الغد.",
        reasons="لم يُحكم فنيّنا تثبيت خرطوم الغاز، ونحن نتحمل المسؤولية عن ذلك ونعتذر لكم. الإصلاح مجاني.",
        visit="سيزوركم الفني اليوم بين الرابعة والسادسة مساءً.",
        counter="لم أعد أثق بهذا الجهاز. أرجو استبداله.",
        reasons_again="قلقكم في محله. سنركّب لكم موقدًا جديدًا بدلًا منه ونفحص التركيب بأنفسنا.",
        next_step="سيُركّب الموقد الجديد بعد غد بين العاشرة صباحًا والواحدة بعد الظهر.",
        evidence="رُكّب الموقد الجديد اليوم وفُحص للتأكد من عدم وجود تسرب، ووقّع العميل إيصال الاستلام.",
    ),
    "en": Call(
        customer="Peter Lawson",
        story="The customer says that the new gas cooker leaks, and that the fitter does not answer his calls.",
        again="The gas cooker that I have just bought from you leaks. I told you so by phone.",
        risk="The customer says he will post a video if nobody comes by tomorrow.",
        reasons="Our fitter did not tighten the hose. That is on us, and we are sorry. The repair is free of charge.",
        visit="The technician comes today between 16 and 18.",
        counter="I do not trust this cooker any more. Please replace it.",
        reasons_again="You are right to worry. We replace the cooker by a new one and test the installation ourselves.",
        next_step="The new cooker is installed the day after tomorrow between 10 and 13.",
        evidence="The new cooker was installed today and tested for leaks. The customer signed for it.",
    ),
}


@dataclass(slots=True)
class Special:
    """One complaint that came by phone."""

    tale: Tale
    call: Call
    supervisor: Person

    async def is_recorded(self) -> None:
        """The handler writes it down, and the caller takes it over in a chat of their own."""
        tale, handler = self.tale, self.tale.handler
        await tale.say(handler, "/log")
        await tale.tap(handler, 0)  # by phone
        await tale.tap(handler, "Just now")
        await tale.tap(handler, PRODUCTS)
        await tale.tap(handler, DEFECT)
        await tale.passes_by(handler)
        await tale.say(handler, self.call.story)
        await tale.tap(handler, "Who complains")
        await tale.tap(handler, "Name")
        await tale.say(handler, self.call.customer)
        await tale.tap(handler, "Phone or e-mail")
        await tale.say(handler, PHONE)
        await tale.tap(handler, "Done")
        await tale.tap(handler, "Record the complaint")
        link = next(found[1] for each in reversed(handler.inbox) if (found := CLAIM.search(str(each.text))))
        tale.customer.start(link)
        await tale.stage.settle()
        await tale.say(tale.customer, PHONE[-4:])

    async def is_told_twice(self) -> None:
        """The customer writes the same once more, and the handler puts both together."""
        tale = self.tale
        await tale.say(tale.customer, "/new")
        await tale.tap(tale.customer, "I agree, continue")
        await tale.tap(tale.customer, PRODUCTS)
        await tale.tap(tale.customer, DEFECT)
        await tale.passes_by(tale.customer)
        await tale.say(tale.customer, self.call.again)
        await tale.tap(tale.customer, "Submit the complaint")
        await tale.is_taken()
        await tale.more(tale.handler, "Merge")
        await tale.tap(tale.handler, 0)
        await tale.tap(tale.handler, "Yes, merge them")

    async def is_grave(self) -> None:
        tale = self.tale
        await tale.more(tale.handler, "Legal or publicity risk")
        await tale.tap(tale.handler, "It may become public")
        await tale.say(tale.handler, self.call.risk)
        await tale.is_taken()

    async def is_answered(self) -> None:
        await self._answers(self.call.reasons, REPAIR, self.call.visit)

    async def _answers(self, reasons: str, remedy: int, then: str) -> None:
        """Somebody above the author reads the answer, and lets it go."""
        tale = self.tale
        await tale.tap(tale.handler, "Answer")
        await tale.tap(tale.handler, 0)
        await tale.say(tale.handler, reasons)
        await tale.tap(tale.handler, remedy)
        await tale.tap(tale.handler, "Skip")
        await tale.say(tale.handler, then)
        await tale.tap(tale.handler, "Send it for approval")
        await tale.say(self.supervisor, "/approve")
        await tale.tap(self.supervisor, "Approve and send")

    async def is_bargained_about(self) -> None:
        tale = self.tale
        await tale.tap(tale.customer, "Suggest something else")
        await tale.say(tale.customer, self.call.counter)
        await tale.tap(tale.handler, "Open the case")
        await self._answers(self.call.reasons_again, REPLACEMENT, self.call.next_step)

    async def is_carried_out(self) -> None:
        tale = self.tale
        await tale.tap(tale.customer, "I accept the answer")
        await tale.stage.forward(days=2)
        await tale.tap(tale.handler, "Open the case")
        await tale.tap(tale.handler, "The remedy is carried out")
        await tale.say(tale.handler, self.call.evidence)
        await tale.tap(tale.customer, "Yes, it is done")


async def begun(stage: Stage, language: str, handler: Person, supervisor: Person) -> Special:
    """A grave case that came by phone and was told twice."""
    call = CALLS[language]
    words = replace(STORIES[language], customer=call.customer, story=call.story)
    customer = await stage.person(call.customer, language, CUSTOMER)
    special = Special(Tale(stage, language, customer, handler, words), call, supervisor)
    await special.is_recorded()
    await special.is_told_twice()
    await special.is_grave()
    return special
