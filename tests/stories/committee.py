"""A committee for the stories of a review: its members, their substitutes, and those around them."""

from collections.abc import Callable
from dataclasses import dataclass

from backoffice import codes, complaints, people, review
from backoffice.work import Work
from bot.sandbox.person import Person as Human
from storage import reviews
from storage.complaints import Complaint, entries_of
from storage.reviews import Review, Seat
from tests.stories.telling import Story

NAMES = {
    "fa": ("نگار", "امید", "ترانه", "بهرام", "پریسا", "کاوه", "شیرین", "مهرداد"),
    "ar": ("ندى", "عمر", "سلمى", "خالد", "هدى", "ياسر", "ريم", "طارق"),
    "en": ("Nora", "Owen", "Sally", "Carl", "Hilda", "Jasper", "Rita", "Tom"),
}


@dataclass
class Committee:
    """Who sits, who would take over, and who watches over it."""

    story: Story
    handler: Human
    customer: Human
    manager: Human
    chair: Human
    support: Human
    technical: Human
    operations: Human
    spare_support: Human
    spare_technical: Human

    @property
    def review(self) -> Review:
        with self.story.desk.desk.office.look() as work:
            return reviews.of_case(work.db, self.story.case.id)[-1]

    def seats(self, name: str) -> list[Seat]:
        with self.story.desk.desk.office.look() as work:
            return [seat for seat in reviews.seats_of(work.db, self.review.id) if seat.name == name]

    async def forge(self, human: Human, do: str, value: str = "") -> None:
        """A button that was never drawn for this person."""
        case = self.story.case
        human.tap_data(f"desk:{do}:{codes.compact(case.code or '')}:{case.turn}:{value}")
        await self.story.desk.settle()

    def reads(self, human: Human, msgid: str) -> bool:
        """Whether any message to them says this, wherever."""
        return any(self.story.desk.said(human, msgid) in message.text for message in human.inbox)

    def said(self) -> list[tuple[str, str | None]]:
        with self.story.desk.desk.office.look() as work:
            return [(entry.kind, entry.text) for entry in entries_of(work.db, self.story.case.id)]

    async def customer_does(self, act: Callable[[Work, Complaint], object], *words: str) -> None:
        """What the complainant does, without their surface; the words are theirs."""
        story = self.story
        story.reading._said.update(words)
        with story.desk.desk.office.work() as work:
            people.recognise(work, self.customer.id)
            act(work, complaints.find_own(work, story.case.code or ""))
        await story.desk.settle()

    async def asks_for_review(self) -> None:
        words = self.story.words

        def request(work: Work, case: Complaint) -> None:
            running = review.begin(work, case)
            review.fill(work, case, review.GROUNDS, words.objection)
            review.wish(work, case, words=words.wish)
            if running.late:
                review.fill(work, case, review.LATENESS, words.reply)
            review.request(work, case)

        await self.customer_does(request, words.objection, words.wish, words.reply)

    async def votes(self, member: Human, decision: str, remedy: str, reasons: str) -> None:
        """From the newest message that has the button, to the vote."""
        desk, rules = self.story.desk, self.story.organisation
        await desk.say(member, f"/vote {self.story.case.code}")
        await self.story.tap_label(member, rules.decisions[decision][self.story.language])
        wanted = rules.remedy(remedy).words[self.story.language]
        while wanted not in member.buttons():
            await desk.tap(member, "More")
        await self.story.tap_label(member, wanted)
        await desk.say(member, reasons)
        assert self.story.read(member, "Please read your vote once more.")
        await desk.tap(member, "Cast the vote")


async def gather(story: Story, *, spares: bool = True) -> Committee:
    """An answered complaint, and everybody who may have to do with its review."""
    desk, language = story.desk, story.language
    names = iter(NAMES[language])

    async def colleague(*roles: str) -> Human:
        return await desk.staff(*roles, language=language, name=next(names))

    handler, customer = await story.handler(), await story.customer()
    manager, chair = await colleague("dispute_manager"), await colleague("committee_chair")
    support, technical = await colleague("seat_support"), await colleague("seat_technical")
    operations = await colleague("seat_operations")
    spare_support = await colleague("seat_support", "alternate") if spares else support
    spare_technical = await colleague("seat_technical", "alternate") if spares else technical
    await desk.complain(customer, story.words.story)
    await desk.tap(handler, "Take the case")
    await desk.tap(handler, "Internal note")
    await desk.say(handler, story.words.thanks)
    await story.answer(handler, "not_upheld", "none", story.words.reasons)
    return Committee(
        story, handler, customer, manager, chair, support, technical, operations, spare_support, spare_technical
    )


async def without_spares(story: Story) -> Committee:
    """The same, and nobody can take over a seat."""
    return await gather(story, spares=False)
