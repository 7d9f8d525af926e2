"""What a third party elsewhere decides, for the stories: its words, and how they are written down and signed."""

from dataclasses import dataclass
from pathlib import Path

from backoffice.organisation import DEFAULT
from bot.sandbox.person import Person as Human
from tests.stories.outside import Outside

BOARD = """
[[providers]]
code = "board"
type = "internal_arbitration_board"
words = { fa = "هیئت داوری فروشگاه", ar = "هيئة التحكيم في المتجر", en = "Arbitration board of the shop" }
methods = ["determinative"]
binding = "both"
consent = true
days = 30
source = "rules of the board"
"""


@dataclass(frozen=True)
class Ruling:
    """What is written down of it; `led` and `declares`: who leads it, and what they declare."""

    reported: str
    decision: str
    dismissed: str
    led: str
    declares: str
    progress: str
    advice: str
    ours: str
    appeal: str
    company: str
    amount: str


RULINGS = {
    "fa": Ruling(
        reported="سازمان حمایت رأی داد که باید پول را پس بدهید.",
        decision="مشتری کالا را تحویل نگرفته است. فروشگاه باید وجه را برگرداند.",
        dismissed="تحویل کالا با امضای گیرنده ثابت شده است. شکایت وارد نیست.",
        led="مهندس رضایی",
        declares="با هیچ‌یک از دو طرف رابطه‌ای ندارم.",
        progress="کارشناس انبار را دیده است و تا دو هفتهٔ دیگر نظر می‌دهد.",
        advice="خسارت در حمل رخ داده است. پیشنهاد می‌شود نیمی از وجه برگردد.",
        ours="گزارش به دوربین انبار توجه نکرده است، پس نمی‌توانیم آن را بپذیریم.",
        appeal="امروز درخواست بازنگری دادم، چون رسید انبار بررسی نشده بود.",
        company="شرکت پارس‌گستر",
        amount="۳ میلیارد ریال",
    ),
    "ar": Ruling(
        reported="قررت هيئة حماية المستهلك أن تردوا المبلغ.",
        decision="لم يتسلم العميل البضاعة، وعلى المتجر رد المبلغ.",
        dismissed="ثبت التسليم بتوقيع المستلم، فالشكوى غير محقّة.",
        led="المهندس رضائي",
        declares="لا تربطني بأي من الطرفين صلة.",
        progress="عاين الخبير المستودع، وسيبدي رأيه خلال أسبوعين.",
        advice="وقع الضرر أثناء النقل، ويوصى برد نصف المبلغ.",
        ours="لم يأخذ التقرير تسجيل كاميرا المستودع في الحسبان، فلا يمكننا قبوله.",
        appeal="طلبت اليوم إعادة النظر، لأن إيصال المستودع لم يُفحص.",
        company="شركة الخليج للتجارة",
        amount="٣ مليارات ريال",
    ),
    "en": Ruling(
        reported="The consumer authority has decided that you must pay the money back.",
        decision="The customer never received the goods. The shop has to pay the price back.",
        dismissed="The delivery is proved by the signature. The complaint is not upheld.",
        led="Eng. Rezaei",
        declares="I have no relation to either side.",
        progress="The expert has seen the warehouse and gives an opinion within two weeks.",
        advice="The damage happened in transport. Half of the price should be paid back.",
        ours="The report does not consider the camera of the warehouse, so we cannot accept it.",
        appeal="I asked for another look today, for the receipt of the warehouse was not examined.",
        company="Brightwell Ltd",
        amount="3 billion rials",
    ),
}


def with_board(folder: Path) -> Path:
    """The file of an organisation that has an arbitration board of its own."""
    path = folder / "organisation.toml"
    path.write_text(DEFAULT.read_text("utf-8") + BOARD, "utf-8")
    return path


@dataclass
class Elsewhere:
    """How what a third party says comes to be known here."""

    it: Outside

    @property
    def words(self) -> Ruling:
        return RULINGS[self.it.story.language]

    async def adds_provider(self, method: str, *, binds: str | None = None) -> str:
        """Put into the register with the bot, by who speaks for us; returns the name, which is the same to all."""
        desk, story, human = self.it.story.desk, self.it.story, self.it.speaker
        name = self.words.led
        await desk.say(human, "/providers")
        await desk.tap(human, "Add a mediator")
        await desk.say(human, name, name, name, "expert@opinion.example")
        await story.tap_label(human, f"✅ {desk.said(human, 'Helps to agree')}")
        await desk.tap(human, method)
        await desk.tap(human, "Continue")
        if binds:
            await desk.tap(human, binds)
        await desk.tap(human, "We do")
        await story.tap_label(human, human.buttons()[3])
        await desk.tap(human, "Add to the register")
        return name

    async def is_chosen(self, name: str) -> None:
        """By the customer, from the comparison; both consent, and it takes it up."""
        it, desk = self.it, self.it.story.desk
        await self.opens(name)
        await desk.tap(it.customer, "Choose this way")
        await it.both_consent()
        await it.card(it.speaker)
        await desk.tap(it.speaker, "It accepts")
        await desk.say(it.speaker, self.words.led, self.words.declares)

    async def opens(self, name: str) -> None:
        """One of the ways that are compared."""
        desk, customer = self.it.story.desk, self.it.customer
        await self.it.story.open(customer)
        await desk.tap(customer, "Choose how it goes on")
        await desk.tap(customer, "Compare all ways")
        while name not in customer.buttons():
            await desk.tap(customer, "More")
        await self.it.story.tap_label(customer, name)

    async def records(self, human: Human, whom: str, words: str, *, way: str = "It has decided") -> None:
        """In the customer's favour, with the terms of the draft, from the terms."""
        desk = self.it.story.desk
        await desk.tap(human, "It has decided so")
        await desk.tap(human, whom)
        await desk.say(human, words)
