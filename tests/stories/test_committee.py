"""A complaint is looked at again by a committee: admitted late, heard, challenged, recused, voted on, decided."""

from pathlib import Path

import pytest

from backoffice import challenges, codes, complaints, hearing, review
from backoffice.stages import Stage
from backoffice.work import Work
from bot.keyboards import Desk
from bot.notice import TEMPLATES
from storage.complaints import Complaint, answers_of
from tests.running import text_of
from tests.stories.committee import NAMES, Committee, gather, without_spares
from tests.stories.telling import LANGUAGES, telling, telling_on

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)

SEATED, FILE, LISTED = "You are asked to review a complaint.", "The review of a complaint", "Reviews that wait for you"
NO_CASE = "We found no such case for you. Please check the code, or choose from your list."
TWICE = "You have voted already. A vote counts once, and cannot be changed."
RECUSED = "You no longer sit on this review and have no access to the case. Somebody else has the seat."
OVER = "This review is over for you: it is decided, or others decide it now. There is nothing left to do."
NO_TIE = "The chair votes only if the votes of the committee are tied. You are told if they are."
ELSEWHERE = "Other people review this case now. Until it is decided you have no access to it; you can give a statement."
TEXT_ONLY = "Please write it as text."
TO_CUSTOMER = (
    "routes_offered", "review_admitted", "panel_asked", "statement_made", "panel_changed", "challenge_dismissed",
    "review_decided", "sitting_moved", "management_decides",
)  # fmt: skip


@pytest.fixture(autouse=True)
def customers_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the complainant reads of a review is told elsewhere."""
    for name in TO_CUSTOMER:
        if name not in TEMPLATES:
            monkeypatch.setitem(TEMPLATES, name, lambda _notice: None)


@in_three_languages
async def test_a_late_request_is_admitted_and_a_committee_decides_with_a_dissent(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, gather) as it:
        story, desk, words = it.story, it.story.desk, it.story.words
        await desk.forward(days=45)
        assert story.case.stage == Stage.CLOSED
        await it.asks_for_review()

        # the dispute manager decides whether it is heard, and reads why it comes late
        late = story.find(it.manager, "A request for a review came late. Is it to be heard?")
        assert words.objection in text_of(late)
        assert words.reply in text_of(late)
        await desk.tap(it.manager, "Decide on the request", late)
        assert story.read(it.manager, "Is this late request for a review to be heard?")
        await desk.tap(it.manager, "What was said")
        await desk.say(it.manager, "/hearing")
        assert story.read(it.manager, LISTED, "A late request: is it to be heard?")
        await story.tap_label(it.manager, story.case.code or "")
        await desk.tap(it.manager, "Hear it")
        heard = "✅ The request is heard. Those who review it have been told, and so has the customer."
        assert story.read(it.manager, heard)
        await it.forge(it.manager, "admit")
        assert story.read(it.manager, "This step is already behind us.")

        # who decided before has no access, and is heard
        asked = story.find(it.handler, "Other people review a complaint that you decided or worked on.")
        assert words.objection in text_of(asked)
        await desk.say(it.handler, f"/case {story.case.code}")
        assert story.read(it.handler, ELSEWHERE)
        await desk.tap(it.handler, "Give a statement")
        it.handler.sticker()
        await desk.settle()
        await desk.say(it.handler, words.reasons_again)
        assert story.read(it.handler, "✅ Your statement is in the file.")
        it.handler.photo(reply_to=asked)
        await desk.settle()
        assert [kind for kind, _text in it.said()].count("statement") == 2
        assert words.reasons_again in text_of(story.find(it.support, "Something new was said in a review."))

        # a member reads the file, without contact and notes, and asks the customer
        await desk.tap(it.support, "Open the file", story.find(it.support, SEATED))
        assert story.read(it.support, FILE, "Who sits on it", "Your vote is missing.")
        assert words.objection in text_of(it.support.last)
        await desk.tap(it.support, "What was said")
        assert words.reasons in text_of(it.support.last)
        assert words.thanks not in text_of(it.support.last)
        await desk.tap(it.support, "Back")
        await desk.tap(it.support, "Ask the customer")
        it.support.voice()
        await desk.settle()
        assert story.read(it.support, TEXT_ONLY)
        await desk.say(it.support, words.question)
        assert story.read(it.support, "✅ The customer has been asked.")
        assert words.question in text_of(story.find(it.operations, "Somebody on the review has asked the customer."))
        await it.customer_does(lambda work, case: complaints.add(work, case, words.reply), words.reply)
        told = story.find(it.operations, "Something new was said in a review.")
        assert words.reply in text_of(told)
        assert words.reply in text_of(
            story.find(it.handler, "The customer said something new in a review of your case.")
        )
        it.operations.say(words.next_step, reply_to=told)
        await desk.settle()
        assert ("panel_question", words.next_step) in it.said()
        it.operations.photo(reply_to=told)
        await desk.settle()
        assert story.read(it.operations, TEXT_ONLY)
        await it.customer_does(hearing.be_heard)
        assert story.received(it.technical, "The customer asks to be heard before the decision.")

        # one of them is challenged, and the chair rules
        technical = it.seats("technical")[0]
        await it.customer_does(
            lambda work, case: challenges.challenge(work, case, technical.id, words.objection), words.objection
        )
        doubt = story.find(
            it.chair, "The customer doubts whether somebody on the review is impartial. Is the doubt justified?"
        )
        assert words.objection in text_of(doubt)
        for forged in ("x", f"{technical.id}", f"{technical.id}.maybe", f"{10**12}.yes", f"{technical.id + 99}.yes"):
            await it.forge(it.chair, "rule", forged)
        assert it.seats("technical")[0].challenge_upheld is None
        await it.forge(it.support, "rule", f"{technical.id}.yes")
        assert it.seats("technical")[0].challenge_upheld is None
        await desk.tap(it.chair, "Yes, somebody else takes the seat", doubt)
        assert it.seats("technical")[0].challenge_upheld is True
        assert story.received(it.technical, "You no longer sit on a review.")
        assert story.received(it.spare_technical, SEATED)
        await desk.say(it.technical, f"/vote {story.case.code}")
        assert story.read(it.technical, RECUSED)

        # another one steps down
        await desk.tap(it.support, "I must step down", story.find(it.support, SEATED))
        it.support.photo()
        await desk.settle()
        assert story.read(it.support, TEXT_ONLY)
        await desk.say(it.support, words.objection)
        assert it.reads(it.support, "No review waits for you. ✅")
        assert story.received(it.spare_support, SEATED)
        await desk.tap(it.support, "Open the file", story.find(it.support, SEATED))
        assert story.read(it.support, RECUSED)

        # votes, with a dissent; nobody votes twice, out of turn, or with somebody else's button
        await desk.say(it.chair, f"/vote {story.case.code}")
        assert story.read(it.chair, NO_TIE)
        await it.votes(it.operations, "upheld", "refund_full", words.reasons_again)
        await desk.say(it.operations, f"/vote {story.case.code}")
        assert story.read(it.operations, TWICE)
        stranger = await desk.staff("handler", language=language, name=NAMES[language][-1], department="finance")
        for button in ("vote", "ballot", "cast", "review", "heard", "panel_ask", "recuse", "challenged"):
            await it.forge(stranger, button, "upheld")
            assert story.read(stranger, NO_CASE)
        await it.votes(it.spare_technical, "not_upheld", "none", words.reasons)
        await desk.say(it.spare_support, "/hearing")
        assert story.read(it.spare_support, LISTED, "Your vote is missing.")
        await it.votes(it.spare_support, "upheld", "refund_full", words.next_step)
        assert it.reads(it.spare_support, "No review waits for you. ✅")

        # decided: like an answer, and closed to those who sat on it
        assert (story.case.stage, story.case.decision, story.case.remedy) == (Stage.ANSWERED, "upheld", "refund_full")
        with desk.desk.office.look() as work:
            decision = answers_of(work.db, story.case.id)[-1]
        assert words.reasons_again in decision.reasons
        assert words.reasons not in decision.reasons
        for human in (it.operations, it.spare_technical, it.spare_support, it.chair):
            assert story.received(human, "A review on which you sat is decided.")
            await desk.say(human, f"/vote {story.case.code}")
            assert story.read(human, OVER)
        assert story.received(it.manager, "A review is decided.")
        await desk.tap(it.handler, "Open the case", story.find(it.handler, "A review is decided."))
        await desk.tap(it.handler, "History and notes")
        assert words.reasons_again in text_of(it.handler.last)


@in_three_languages
async def test_three_opinions_are_a_tie_that_the_chair_breaks(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_spares) as it:
        story, desk, words = it.story, it.story.desk, it.story.words
        await it.asks_for_review()
        assert story.received(it.manager, "Other people now review a case of your team.")
        await desk.tap(it.technical, "Open the file", story.find(it.technical, SEATED))
        await desk.tap(it.technical, "Vote")
        assert it.technical.last is not None
        drawn = it.technical.last.inline_keyboard[0][0]["callback_data"]
        for forged in ("", "x", "maybe", "upheld:upheld"):
            await it.forge(it.technical, "ballot", forged)
        it.operations.tap_data(drawn)  # as from a card that was forwarded
        await desk.settle()
        assert story.read(it.operations, "This step is already behind us.")
        await it.votes(it.support, "upheld", "refund_full", words.reasons_again)
        await it.votes(it.technical, "partly", "apology", words.reasons)
        await it.votes(it.operations, "not_upheld", "none", words.objection)
        await desk.tap(it.chair, "Vote", story.find(it.chair, "The votes of the committee are tied: yours decides."))
        await it.votes(it.chair, "partly", "apology", words.next_step)
        assert (story.case.stage, story.case.decision) == (Stage.ANSWERED, "partly")


@in_three_languages
async def test_no_quorum_twice_and_top_management_decides(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_spares) as it:
        story, desk, words = it.story, it.story.desk, it.story.words
        top = await desk.staff("top_management", language=language, name=NAMES[language][-1])
        await it.asks_for_review()
        await it.votes(it.support, "upheld", "refund_full", words.reasons)
        await desk.forward(days=9)
        assert story.received(it.technical, "⏳ The committee's sitting is near, and your vote is missing.")
        assert not story.received(it.support, "⏳ The committee's sitting is near, and your vote is missing.")
        assert story.received(it.technical, "The committee had no quorum and sits again.")
        assert story.received(it.manager, "⚠️ A committee had no quorum.")
        await desk.forward(days=5)
        assert story.received(it.technical, "You no longer sit on a review.")
        await desk.say(it.technical, f"/vote {story.case.code}")
        assert story.read(it.technical, OVER)
        assert story.received(top, SEATED)
        await it.votes(top, "partly", "apology", words.reasons_again)
        assert (story.case.stage, story.case.decision) == (Stage.ANSWERED, "partly")


@in_three_languages
async def test_a_late_request_is_refused_or_settled_by_a_better_answer(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_spares) as it:
        story, desk, words = it.story, it.story.desk, it.story.words
        await desk.forward(days=45)
        await it.asks_for_review()
        late = story.find(it.manager, "A request for a review came late. Is it to be heard?")
        await desk.tap(it.manager, "Decide on the request", late)
        await desk.tap(it.manager, "Give a better answer")
        await desk.tap(it.manager, "Cancel")
        await story.answer(it.manager, "upheld", "refund_full", words.reasons_again)
        assert (story.case.stage, it.review.ended) == (Stage.ANSWERED, "solved")
        await it.customer_does(lambda work, case: complaints.accept(work, case))
        assert story.case.stage == Stage.IMPLEMENTING

        second = await story.customer()
        await desk.complain(second, words.story)
        it.customer = second
        await desk.tap(it.handler, "Take the case")
        await story.answer(it.handler, "not_upheld", "none", words.reasons)
        await desk.forward(days=45)
        await it.asks_for_review()
        late = story.find(it.manager, "A request for a review came late. Is it to be heard?")
        await desk.tap(it.manager, "Decide on the request", late)
        await desk.tap(it.manager, "Do not hear it")
        it.manager.voice()
        await desk.settle()
        assert story.read(it.manager, TEXT_ONLY)
        await desk.say(it.manager, words.objection)
        assert story.read(it.manager, "✅ The customer is told why, and which ways outside are open.")
        assert story.case.stage == Stage.IN_DISPUTE
        await desk.forward(days=3)  # who works here hears of it at work
        told = story.find(it.handler, "⚠️ A case could not be settled here: the customer chooses the next way.")
        assert desk.said(it.handler, "The late request for a review was not heard.") in text_of(told)


@in_three_languages
async def test_deadlock_and_the_person_concerned_stand_behind_more(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language) as story:
        desk, words, names = story.desk, story.words, NAMES[language]
        supervisor = await desk.staff("supervisor", language=language, name=names[0])
        handler, customer = await story.handler(), await story.customer()
        for name in names[1:]:
            await desk.staff("auditor", language=language, name=name)
        await desk.complain(customer, words.story)
        await desk.tap(handler, "Take the case")
        await desk.say(supervisor, f"/case {story.case.code}")
        await desk.more(supervisor, "Person concerned")
        await desk.tap(supervisor, "More")
        await desk.tap(supervisor, "Previous")
        for forged in ("x", "-1", "٣", "9" * 12):
            for do in ("named", "subject"):
                data = Desk(do=do, code=codes.compact(story.case.code or ""), turn=story.case.turn, value=forged)
                supervisor.tap_data(data.pack())
        await desk.settle()
        assert story.case.subject_id is None
        await desk.say(supervisor, f"/case {story.case.code}")
        await desk.more(supervisor, "Person concerned")
        await story.tap_label(supervisor, f"\u2068{words.handler}\u2069")
        assert story.received(supervisor, "✅ They have no access to the case any more.")
        assert story.case.owner_id is None
        await desk.say(handler, f"/case {story.case.code}")
        assert story.read(handler, NO_CASE)
        await desk.say(supervisor, f"/case {story.case.code}")
        await desk.more(supervisor, "Person concerned")
        await desk.tap(supervisor, "Nobody")
        assert story.read(supervisor, "✅ Nobody of the staff is complained of.")

        await desk.say(supervisor, f"/case {story.case.code}")
        await desk.more(supervisor, "Declare deadlock")
        supervisor.photo()
        await desk.settle()
        assert story.read(supervisor, TEXT_ONLY)
        await desk.tap(supervisor, "Cancel")
        await desk.say(supervisor, f"/deadlock {story.case.code} {words.objection}")
        assert story.read(supervisor, "✅ The customer is told why, and which ways are open now.")
        assert (story.case.stage, story.case.deadlock_trigger) == (Stage.IN_DISPUTE, "declared")
        await desk.say(supervisor, f"/deadlock {story.case.code}")
        assert story.read(supervisor, "This step is already behind us.")


async def test_the_fullest_file_still_fits_into_one_message(tmp_path: Path) -> None:
    async with telling(tmp_path, "en") as story:
        desk, names = story.desk, iter([letter * 64 for letter in "abcdefgh"])
        roles = ("support", "technical", "operations", "legal", "quality", "external")
        members = [await desk.staff(f"seat_{role}", name=next(names)) for role in roles]
        await desk.staff("committee_chair", name=next(names))
        await desk.staff("dispute_manager", name="Nora")
        handler, customer = await story.handler(), await story.customer()
        await desk.complain(customer, "s" * 3000)
        await desk.tap(handler, "Take the case")
        for number in range(2):
            await story.answer(handler, "partly", "replacement", f"{number}" * 1500, "w" * 600, "n" * 600)
            if not number:
                await desk.tap(customer, "No, it does not satisfy me")
                await desk.tap(
                    handler, "Open the case", story.find(handler, "The customer does not accept the answer.")
                )
        it = Committee(story, handler, customer, *members[:1] * 7)

        def request(work: Work, case: Complaint) -> None:
            case.wish_words, case.reference = "p" * 1000, "r" * 100
            review.begin(work, case)
            for kind in (review.GROUNDS, review.EVIDENCE):
                review.fill(work, case, kind, kind[0] * 4000)
            review.wish(work, case, words="u" * 1000)
            review.request(work, case)

        await it.customer_does(request, "g" * 4000, "e" * 4000, "p" * 1000, "r" * 100, "u" * 1000)
        await desk.tap(members[0], "Open the file", story.find(members[0], SEATED))
        assert story.read(members[0], FILE, "Who sits on it", "Your vote is missing.")
        assert len(text_of(members[0].last)) < 3700  # a late one has its reason as well
        await desk.tap(members[0], "What was said")
        while "Older" in members[0].buttons():
            await desk.tap(members[0], "Older")
