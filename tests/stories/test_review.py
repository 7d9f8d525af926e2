"""The second look: asked for with a tap, decided by somebody else, and where nobody can, the way leads outside."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from storage import reviews
from storage.complaints import Complaint
from storage.people import Person
from storage.reviews import Review
from tests.running import text_of
from tests.stories.telling import LANGUAGES, Story, day_for, telling, telling_on

ANSWER = "Our answer to your complaint"
SEATED = "You are asked to review a complaint."
OVER = "This review is over for you: it is decided, or others decide it now. There is nothing left to do."
PHONE = "+98 21 8888 1234"
NEGAR = {"fa": "نگار", "ar": "نجلاء", "en": "Negar"}
REVIEWER = {"fa": "مینا", "ar": "مينا", "en": "Mina"}
RECEIVED = "✅ We have received your request for a review."
DECISION = "The decision on your review"

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


def review_of(story: Story) -> Review:
    with story.desk.desk.office.look() as work:
        return reviews.of_case(work.db, story.case.id)[-1]


async def answered(story: Story, decision: str = "not_upheld", remedy: str = "none") -> tuple[Human, Human]:
    """A handler and a customer who has an answer."""
    handler, customer = await story.handler(), await story.customer()
    await story.desk.complain(customer, story.words.story)
    await story.desk.tap(handler, "Take the case")
    await story.answer(handler, decision, remedy, story.words.reasons)
    return handler, customer


@dataclass
class Answered:
    """A case with an answer that can be doubted, and a supervisor who had no part in it."""

    story: Story
    supervisor: Human
    handler: Human
    customer: Human


async def answered_by(story: Story) -> Answered:
    return Answered(story, await story.supervisor(), *await answered(story))


async def decides(story: Story, reviewer: Human, outcome: str, remedy: str, reasons: str) -> None:
    """From /vote to the last tap."""
    desk, rules = story.desk, story.organisation
    language = desk.languages[reviewer.id]
    await desk.say(reviewer, f"/vote {story.case.code}")
    await story.tap_label(reviewer, rules.decisions[outcome][language])
    wanted = rules.remedy(remedy).words[language]
    while wanted not in reviewer.buttons():
        await desk.tap(reviewer, "More")
    await story.tap_label(reviewer, wanted)
    await desk.say(reviewer, reasons)
    await desk.tap(reviewer, "Cast the vote")


def documents_of(human: Human) -> list[str]:
    """Names of the documents that arrived."""
    found = (message.content.get("document") for message in human.inbox)
    return [each["file_name"] for each in found if each]


async def asks_for_review(story: Story, customer: Human) -> Review:
    """From under the final response to the number."""
    await story.desk.tap(customer, "Ask for a review", story.find(customer, "Our answer to your complaint"))
    await story.desk.say(customer, story.words.objection)
    await story.desk.tap(customer, "Send the request")
    return review_of(story)


@in_three_languages
async def test_one_tap_under_the_answer_and_somebody_else_upholds_it(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        reviewer = await desk.staff("supervisor", language=language, name=REVIEWER[language], department="finance")
        handler, customer = await answered(story)
        await desk.tap(customer, "Ask for a review", story.find(customer, ANSWER))
        assert story.read(customer, "What is wrong or missing in our answer?")
        customer.sticker()
        await desk.settle()
        await desk.say(customer, words.objection)
        assert words.objection in text_of(customer.last)
        await desk.tap(customer, "New evidence")
        customer.photo()
        await desk.settle()
        await desk.tap(customer, "What I want")
        await desk.say(customer, words.wish)
        await desk.tap(customer, "What I want")
        await story.tap_label(customer, story.organisation.wishes[0].words[language])
        await desk.tap(customer, "How to reach me")
        await desk.say(customer, PHONE)
        await desk.restart()  # the form survives
        await desk.tap(customer, "Send the request")
        review = review_of(story)
        told = text_of(customer.last)
        assert story.read(customer, RECEIVED)
        assert REVIEWER[language] in told
        assert (review.number or "?") in told
        due = story.case.due_at
        assert due
        assert day_for(due, story.reader(customer.id)) in told
        await desk.tap(customer, "I want to be heard")
        assert story.received(reviewer, "The customer asks to be heard before the decision.")

        # both sides are heard, nobody is named
        await desk.tap(reviewer, "Open the file", story.find(reviewer, SEATED))
        assert words.objection in text_of(reviewer.last)
        assert PHONE not in text_of(reviewer.last)
        await desk.tap(reviewer, "Ask the customer")
        await desk.say(reviewer, words.question)
        asked = story.find(customer, "A question of those who review your complaint")
        assert REVIEWER[language] not in text_of(asked)
        await desk.tap(customer, "Answer the question", asked)
        await desk.say(customer, words.reply)
        assert words.reply in text_of(story.find(reviewer, "Something new was said in a review."))
        statement = story.find(handler, "Other people review a complaint that you decided or worked on.")
        await desk.tap(handler, "Give a statement", statement)
        await desk.say(handler, words.reasons)
        assert words.reasons in text_of(story.find(customer, "What those say who answered you before"))

        await decides(story, reviewer, "upheld", "refund_full", words.reasons_again)
        assert story.received(customer, DECISION)
        assert words.reasons_again in text_of(story.find(customer, DECISION))
        assert documents_of(customer)
        await desk.tap(customer, "I accept the decision", story.find(customer, DECISION))
        assert story.case.stage == Stage.IMPLEMENTING
        await desk.tap(
            handler, "Open the case", story.find(handler, "✅ The customer accepted the decision of the review.")
        )
        await desk.tap(handler, "The remedy is carried out")
        await desk.say(handler, words.evidence)
        await desk.tap(customer, "Yes, it is done")
        assert story.case.stage == Stage.CLOSED
        assert story.read(customer, "✅ Your complaint is closed.")
        assert review_of(story).ended == "accepted"


@in_three_languages
async def test_partly_upheld_with_nothing_to_carry_out_closes_with_one_tap(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        reviewer, customer = it.supervisor, it.customer
        await asks_for_review(story, customer)
        await decides(story, reviewer, "partly", "apology", story.words.reasons_again)
        await story.desk.tap(customer, "I accept the decision", story.find(customer, DECISION))
        assert (story.case.stage, story.case.decision) == (Stage.CLOSED, "partly")
        await story.desk.say(customer, f"/review {story.case.code}")
        assert story.read(customer, "This complaint has been reviewed once, which is all we can do ourselves.")


@in_three_languages
async def test_not_upheld_and_the_way_leads_outside(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk, words = story.desk, story.words
        reviewer, handler, customer = it.supervisor, it.handler, it.customer
        await asks_for_review(story, customer)
        await decides(story, reviewer, "not_upheld", "none", words.reasons_again)
        await desk.forward(days=4)
        assert story.received(customer, "The decision of the review waits for you.")
        await desk.tap(customer, "No, I want to go on outside", story.find(customer, DECISION))
        assert (story.case.stage, story.case.deadlock_trigger) == (Stage.IN_DISPUTE, "review_refused")
        offered = story.find(customer, "You do not accept the decision of the review. The way outside is open to you.")
        assert story.organisation.providers[0].words[language] in text_of(offered)
        await desk.forward(days=3)
        assert story.received(handler, "⚠️ A case could not be settled here: the customer chooses the next way.")
        await desk.forward(days=6)
        assert story.received(customer, "Your complaint waits for your choice.")
        await desk.tap(customer, "Choose how it goes on", story.find(customer, "Your complaint waits for your choice."))
        await desk.tap(customer, "Leave it at that")
        await desk.tap(customer, "Yes, close it")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "unresolved")
        await story.open(customer)
        await desk.tap(customer, "The ways outside")  # within 180 days they open once more
        assert story.case.stage == Stage.IN_DISPUTE
        await desk.forward(days=35)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "unresolved")


@in_three_languages
async def test_a_doubt_about_the_reviewer_is_decided_by_somebody_else(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words = story.desk, story.words
        seated = await desk.staff("complaints_manager", language=language, name=REVIEWER[language])
        judge = await desk.staff("dispute_manager", language=language, name=NEGAR[language])
        _handler, customer = await answered(story)
        await asks_for_review(story, customer)
        assert story.received(seated, SEATED)
        await desk.tap(customer, "Who reviews it")
        await desk.tap(customer, 0)
        customer.sticker()
        await desk.settle()
        await desk.say(customer, words.objection)
        assert story.read(customer, "✅ Your objection is recorded.")
        await decides(story, seated, "upheld", "apology", words.reasons)
        assert story.case.stage == Stage.IN_REVIEW  # nothing is decided by a vote that is doubted
        doubt = "The customer doubts whether somebody on the review is impartial. Is the doubt justified?"
        await desk.tap(judge, "No, they stay", story.find(judge, doubt))
        assert story.received(customer, "Your objection was examined, and the member stays.")
        assert story.received(customer, DECISION)
        await desk.say(judge, "/hearing")
        await desk.tap(judge, "Reviews in figures")
        assert story.read(judge, "Reviews in figures")


@in_three_languages
async def test_a_reviewer_steps_down_and_with_nobody_left_we_pay_the_way_outside(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk, words = story.desk, story.words
        first, customer = it.supervisor, it.customer
        second = await desk.staff("supervisor", language=language, name=REVIEWER[language])
        await asks_for_review(story, customer)
        members = {True: first, False: second}
        seated = members[story.received(first, SEATED)]
        await desk.say(seated, f"/recuse {story.case.code} {words.objection}")
        successor = second if seated is first else first
        assert story.received(successor, SEATED)
        assert story.received(customer, "Somebody has left the review of your complaint.")
        await desk.say(seated, f"/vote {story.case.code}")
        await desk.say(successor, f"/recuse {story.case.code} {words.objection}")
        assert (story.case.stage, story.case.deadlock_trigger) == (Stage.IN_DISPUTE, "unseated")
        offered = "Nobody is left with us who could review your complaint impartially. We are sorry."
        assert desk.said(customer, "If it costs something outside, we pay it.") in text_of(
            story.find(customer, offered)
        )
        await desk.forward(hours=1)  # what the managers are told gathers for a moment


@in_three_languages
async def test_late_with_a_reason_and_nobody_decides_so_it_is_heard(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk, words = story.desk, story.words
        reviewer, customer = it.supervisor, it.customer
        manager = await desk.staff("dispute_manager", language=language, name=REVIEWER[language])
        await desk.forward(days=45)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "silent")
        await desk.say(customer, "/review", words.objection)
        assert desk.said(customer, "Send the request") not in customer.buttons()
        await desk.tap(customer, "Why it comes late")
        await desk.say(customer, words.reply)
        await desk.tap(customer, "Send the request")
        late = "It comes after its time. First it is decided whether it is heard; your reason is read for that."
        assert desk.said(customer, late) in text_of(customer.last)
        assert story.received(manager, "A request for a review came late. Is it to be heard?")
        await desk.forward(days=6)
        assert story.received(customer, "✅ Your request for a review is heard.")
        seated = reviewer if story.received(reviewer, SEATED) else manager
        await decides(story, seated, "upheld", "apology", words.reasons)
        await desk.forward(days=14)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "silent")
        await desk.forward(days=200)
        await desk.say(customer, f"/review {story.case.code}")
        assert story.read(customer, "This complaint has been reviewed once, which is all we can do ourselves.")


@in_three_languages
async def test_withdrawn_in_the_middle_of_the_vote_and_what_was_left_of_the_time_goes_on(
    tmp_path: Path, language: str
) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk, words = story.desk, story.words
        reviewer, customer = it.supervisor, it.customer
        await desk.forward(days=4)
        await desk.tap(customer, "Ask for a review", story.find(customer, ANSWER))
        await desk.tap(customer, "Back")
        await desk.say(customer, f"/review {story.case.code}", words.objection)
        await desk.tap(customer, "Do not send it")
        await desk.tap(customer, "Yes, erase it")
        assert words.objection not in desk.words()
        await asks_for_review(story, customer)
        await desk.tap(reviewer, "Open the file", story.find(reviewer, SEATED))
        await desk.tap(reviewer, "Vote")
        drawn = reviewer.last
        await desk.tap(customer, "Withdraw the request")
        await desk.tap(customer, "Yes, withdraw the request")
        assert (story.case.stage, review_of(story).ended) == (Stage.ANSWERED, "withdrawn")
        await desk.tap(reviewer, 0, drawn)
        assert story.read(reviewer, OVER)
        await desk.forward(hours=1)
        assert story.received(customer, "Our answer waits for your decision.")
        await desk.forward(days=7)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "silent")
        await story.open(customer)
        await desk.tap(customer, "Ask for a review")
        await desk.say(customer, words.objection)
        await desk.tap(customer, "Send the request")
        assert story.case.stage == Stage.IN_REVIEW


@in_three_languages
async def test_the_limit_passes_during_the_review(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk = story.desk
        reviewer, handler, customer = it.supervisor, it.handler, it.customer
        top = await desk.staff("top_management", language=language, name=REVIEWER[language], capacity=1)
        await asks_for_review(story, customer)
        seated = reviewer if story.received(reviewer, SEATED) else top
        await desk.forward(days=25)
        assert story.received(seated, "⏳ A deadline is near.")
        assert (story.case.stage, story.case.deadlock_trigger) == (Stage.IN_DISPUTE, "review_limit")
        assert story.received(customer, "The review was not decided in time. We are sorry.")
        assert story.received(top, "⚠️ A case could not be settled here: the customer chooses the next way.")
        await desk.tap(
            handler,
            "Open the case",
            story.find(handler, "⚠️ A case could not be settled here: the customer chooses the next way."),
        )
        await story.answer(handler, "upheld", "apology", story.words.reasons_again)  # a better answer is always welcome
        assert story.case.stage == Stage.ANSWERED
        await desk.tap(customer, "I accept the answer", story.find(customer, ANSWER))
        assert story.case.stage == Stage.CLOSED


@in_three_languages
async def test_who_refuses_for_the_third_time_is_shown_to_other_people(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk, words = story.desk, story.words
        handler, customer = it.handler, it.customer
        for _round in range(2):
            await desk.tap(customer, "No, it does not satisfy me", story.find(customer, ANSWER))
            assert desk.said(customer, "Ask for a review") in customer.buttons()
            await desk.say(customer, words.objection)
            await desk.tap(handler, "Open the case", story.find(handler, "The customer does not accept the answer."))
            await story.answer(handler, "not_upheld", "none", words.reasons_again)
        await desk.tap(customer, "No, it does not satisfy me", story.find(customer, ANSWER))
        assert story.read(customer, "Now other people should look at it.")
        assert (story.case.stage, story.case.deadlock_trigger) == (Stage.ANSWERED, "refused")
        await desk.tap(customer, "Ask for a review")
        await desk.say(customer, words.objection)
        await desk.tap(customer, "Send the request")
        assert story.case.stage == Stage.IN_REVIEW


@in_three_languages
async def test_what_was_on_its_way_to_somebody_who_stepped_down_does_not_arrive(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, answered_by) as it:
        story = it.story
        desk, words = story.desk, story.words
        customer = it.customer
        await desk.staff("supervisor", language=language, name=REVIEWER[language])
        await asks_for_review(story, customer)
        (seated,) = map(int, story.case.panel)
        with desk.desk.office.work() as work:
            person, case = work.db.get_one(Person, seated), work.db.get_one(Complaint, story.case.id)
            work.tell(person, "sitting_near", case, not_before=work.now + timedelta(hours=1))
        human = desk.world.people[person.telegram_id]
        await desk.say(human, f"/recuse {story.case.code} {words.objection}")
        await desk.forward(hours=2)
        assert not story.received(human, "⏳ The committee's sitting is near, and your vote is missing.")
        with desk.desk.office.look() as work:
            assert "notice.withheld" in [event.event for event in work.history(story.case)]
