"""What others outside come to: a public body, an expert who recommends, a board that decides; and a company."""

from pathlib import Path

import pytest

from backoffice.disputes.phases import Phase
from backoffice.stages import Stage
from bot.sandbox.person import Person as Human
from storage.disputes import Lesson
from tests.running import text_of
from tests.stories.outside import MEDIATOR, NAMES, outside, without_mediator
from tests.stories.telling import LANGUAGES, Story, telling, telling_on
from tests.stories.test_dispute import documents_of
from tests.stories.verdicts import Elsewhere, with_board

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
BODY = "consumer_protection"
BOUND = "Both sides agreed to be bound by the decision, so this way cannot be left before it is there."
UNSIGNED = "It has to be read and signed by somebody else first. They have been asked, and you are told."


def named(story: Story, code: str) -> str:
    return next(each for each in story.organisation.providers if each.code == code).words[story.language]


def photos_of(human: Human) -> int:
    return sum("photo" in message.content for message in human.inbox)


@in_three_languages
async def test_a_public_body_decides_for_the_customer(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_mediator) as it:
        story = it.story
        there, desk, customer, speaker = Elsewhere(it), story.desk, it.customer, it.speaker
        legal = await desk.staff("legal", language=language, name=NAMES[language]["second"])

        # the customer takes their own file there, with what they had sent
        await desk.tap(customer, "Add text, photos, files")
        customer.photo(it.lines[4])
        await desk.settle()
        await there.opens(named(story, BODY))
        assert story.read(customer, "It needs no consent of ours.")
        await desk.tap(customer, "Prepare my file for it")
        await desk.forward(minutes=5)
        assert documents_of(customer)
        assert photos_of(customer) == 1
        told = story.find(speaker, "The customer turns to a public body.")
        assert named(story, BODY) in text_of(told)

        # they report what it decided, in words and as a photo; who is to record it gets both
        await story.open(customer)
        await desk.tap(customer, "Report what a body decided")
        await desk.say(customer, there.words.reported)
        await desk.tap(customer, "Add to the report")
        customer.photo()
        await desk.settle()
        await desk.forward(minutes=5)
        assert it.reads(speaker, there.words.reported)
        assert photos_of(speaker) == 1

        # recorded with its terms, signed by a second person, accepted by whom it does not bind
        await it.card(speaker)
        await desk.tap(speaker, "A public body has decided")
        await desk.tap(speaker, "In the customer's favour, wholly or in part")
        assert story.read(speaker, "First put together the terms that it names")
        await desk.tap(speaker, "Terms")
        await it.adds(speaker, "refund_partial", amount="۵۰۰٬۰۰۰")
        await there.records(speaker, "Only us", there.words.decision)
        assert not it.reads(customer, there.words.decision)
        await desk.forward(minutes=5)
        await desk.tap(legal, "Read and sign", story.find(legal, "Your signature is wanted in a dispute."))
        assert there.words.decision in text_of(legal.last)
        await desk.tap(legal, "Sign")
        decided = story.find(customer, "The third party has decided.")
        assert there.words.decision in text_of(decided)
        await desk.tap(customer, "Accept", decided)
        await desk.tap(customer, "Yes, I accept")
        assert it.phase == Phase.IMPLEMENTING

        await desk.forward(minutes=5)
        assert story.received(it.handler, "✅ The decision is in force:")
        await it.carries_out(it.handler)
        await story.open(customer)
        await desk.tap(customer, "Yes, it is done")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "decided")
        await desk.forward(minutes=5)


@in_three_languages
async def test_a_public_body_dismisses_it(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_mediator) as it:
        story = it.story
        there, desk, customer, speaker = Elsewhere(it), story.desk, it.customer, it.speaker
        second = await desk.staff("complaints_manager", language=language, name=NAMES[language]["second"])
        await there.opens(named(story, BODY))
        await desk.tap(customer, "Prepare my file for it")
        await it.card(speaker)
        await desk.tap(speaker, "A public body has decided")
        await desk.tap(speaker, "The claim is dismissed")
        await desk.tap(speaker, "Both sides")
        await desk.say(speaker, there.words.dismissed)
        assert desk.said(speaker, "Read and sign") not in speaker.buttons()  # nobody signs their own work
        await desk.forward(minutes=5)
        await desk.tap(second, "Read and sign", story.find(second, "Your signature is wanted in a dispute."))
        await desk.tap(second, "Sign")
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "decided")
        assert it.reads(customer, there.words.dismissed)
        assert desk.said(customer, "Accept") not in customer.buttons(
            story.find(customer, "The third party has decided.")
        )
        await desk.forward(minutes=5)
        with desk.desk.office.look() as work:
            assert work.db.get(Lesson, story.case.id) is None
        assert story.received(speaker, "What do we learn from this dispute?")


@in_three_languages
async def test_an_expert_recommends_and_both_sides_answer(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, without_mediator) as it:
        story = it.story
        there, desk, customer, speaker = Elsewhere(it), story.desk, it.customer, it.speaker
        name = await there.adds_provider("Recommends")

        # what we do not accept we give reasons for, and the customer reads them
        await there.is_chosen(name)
        assert it.phase == Phase.IN_PROGRESS
        assert documents_of(speaker)
        assert it.reads(customer, there.words.declares)
        await it.card(speaker)
        await desk.tap(speaker, "How far it is")
        await desk.say(speaker, there.words.progress)
        assert it.reads(customer, there.words.progress)
        await it.terms(speaker)
        await it.adds(speaker, "refund_partial", amount="500,000")
        await desk.tap(speaker, "It recommends these terms")
        await desk.say(speaker, there.words.advice)
        assert it.phase == Phase.RECOMMENDED
        await desk.tap(customer, "Accept", story.find(customer, "The third party recommends how to settle it."))
        await desk.tap(customer, "Yes, I accept")
        await it.card(speaker)
        await desk.tap(speaker, "Answer it")
        assert there.words.advice in text_of(speaker.last)
        await desk.tap(speaker, "Do not accept")
        await desk.say(speaker, there.words.ours)
        assert it.phase == Phase.FAILED
        closed = story.find(customer, "Not both sides accept it, so it does not take effect.")
        assert there.words.ours in text_of(closed)

        # another time both accept
        await there.is_chosen(name)
        await it.terms(speaker)
        await it.adds(speaker, "apology", words=it.lines[1])
        await desk.tap(speaker, "It recommends these terms")
        await desk.say(speaker, there.words.advice)
        await it.card(speaker)
        await desk.tap(speaker, "Answer it")
        await desk.tap(speaker, "Accept for the organisation")
        await it.accepts(customer)
        assert it.phase == Phase.IMPLEMENTING
        assert it.dispute.outcome_id
        await desk.forward(minutes=5)


@in_three_languages
async def test_a_board_decides_for_both_and_is_asked_again(tmp_path: Path, language: str) -> None:
    async with telling(tmp_path, language, organisation=with_board(tmp_path)) as story:
        it = await outside(story, mediator=False)
        there, desk, customer, speaker = Elsewhere(it), story.desk, it.customer, it.speaker
        legal = await desk.staff("legal", language=language, name=NAMES[language]["second"])
        board = named(story, "board")
        await there.opens(board)
        assert story.read(customer, "⚠️ Not fully independent: it belongs to the organisation.")
        await desk.tap(customer, "Choose this way")
        consent = text_of(it.consent_text(customer))
        for words in ("court_bound", "leave_bound", "internal"):
            assert story.organisation.consent_words[words][language] in consent
        assert story.organisation.bindings["both"][language] in consent
        await it.both_consent()
        await it.card(speaker)
        assert desk.said(speaker, "Withdraw our consent") in speaker.buttons()
        await desk.tap(speaker, "It accepts")
        await desk.say(speaker, there.words.led, there.words.declares)

        # once it has begun nobody can leave it
        await it.card(speaker)
        await story.open(customer)
        assert desk.said(speaker, "Withdraw our consent") not in speaker.buttons()
        assert desk.said(customer, "End this way") not in customer.buttons()
        for human, do in ((customer, "end"), (customer, "ended"), (speaker, "we_leave")):
            await it.forge(human, do)
            assert story.read(human, BOUND)
        assert it.phase == Phase.IN_PROGRESS

        await it.terms(speaker)
        await it.adds(speaker, "refund_partial", amount="500,000")
        await there.records(speaker, "Both sides", there.words.decision)
        await it.card(legal)
        await desk.tap(legal, "Read and sign")
        await desk.tap(legal, "Sign")
        assert it.phase == Phase.IMPLEMENTING
        assert there.words.decision in text_of(story.find(customer, "The third party has decided."))

        # asked to look at it again, nothing has to be carried out; then it decides anew
        await story.open(customer)
        await desk.tap(customer, "What was agreed")
        await desk.tap(customer, "It is to be decided again")
        await desk.say(customer, there.words.appeal)
        assert it.phase == Phase.IN_PROGRESS
        await desk.forward(days=9)
        assert it.reads(speaker, there.words.appeal)
        assert not story.received(speaker, "⚠️ What was agreed with a customer is overdue.")
        await it.terms(speaker)
        await it.adds(speaker, "refund_full", amount="1,000,000")
        await there.records(speaker, "Both sides", there.words.decision)
        await it.card(legal)
        await desk.tap(legal, "Read and sign")
        await desk.tap(legal, "Sign")
        assert [(each.what, each.amount) for each in it.obligations] == [("refund_full", "1000000")]
        await it.carries_out()
        await desk.forward(days=8)
        assert (story.case.stage, story.case.closed_reason) == (Stage.CLOSED, "decided")
        await desk.forward(minutes=5)


@in_three_languages
async def test_a_company_is_sent_to_a_mediator_and_large_sums_to_legal(tmp_path: Path, language: str) -> None:
    async with telling_on(tmp_path, language, outside) as it:
        story = it.story
        there, desk, customer, speaker = Elsewhere(it), story.desk, it.customer, it.speaker
        legal = await desk.staff("legal", language=language, name=NAMES[language]["second"])
        await desk.say(it.handler, f"/case {story.case.code}")
        await desk.more(it.handler, "Company")
        await desk.say(it.handler, there.words.company)
        await story.open(customer)
        await desk.tap(customer, "Choose how it goes on")
        first = "In a dispute between businesses a mediator both sides agree on is the first choice."
        assert story.read(customer, first)
        assert named(story, MEDIATOR) in text_of(customer.last)
        await story.open(customer)
        await it.chooses_mediation()
        await it.both_consent()
        await it.is_accepted()

        await it.proposes(it.led, amount=there.words.amount)
        await it.accepts(customer)
        await it.card(speaker)
        await desk.tap(speaker, "Terms")
        await desk.tap(speaker, "Accept")
        await desk.tap(speaker, "Yes, I accept")
        assert it.phase == Phase.IN_PROGRESS  # our yes does not count yet
        assert story.read(speaker, UNSIGNED)
        await desk.forward(minutes=5)
        await desk.tap(legal, "Read and sign", story.find(legal, "Your signature is wanted in a dispute."))
        await desk.tap(legal, "Sign")
        await desk.forward(minutes=5)
        assert story.received(speaker, "✅ It is signed: our yes can be given now.")
        await it.accepts(speaker)
        assert it.phase == Phase.IMPLEMENTING
        assert documents_of(customer)
        await desk.forward(minutes=5)
