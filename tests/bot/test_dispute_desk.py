"""The organisation's side of a dispute, tapped through: the list, the card, and every step that is ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import select

from backoffice import deadlock, people, providers
from backoffice.disputes import choosing, consents, course, obligations, outcomes, settlement
from backoffice.disputes.phases import Phase
from backoffice.organisation_file import Words
from backoffice.provider_file import Method
from backoffice.providers import NewProvider
from backoffice.work import Work
from bot.keyboards import Matter
from bot.sandbox.person import Person as Human
from bot.sandbox.records import Message
from storage.complaints import Attachment, Complaint, Entry
from storage.disputes import Outcome, outcomes_of
from tests.bot.cast import Cast, compact, empty_stage
from tests.running import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEDIATOR = "mediator"


@dataclass
class House:
    """The desk, who speaks for it, and who signs."""

    stage: Cast
    manager: Human
    legal: Human
    top: Human
    added: dict[str, str]

    async def customer(self) -> Human:
        """Somebody whose complaint is in a dispute."""
        human = await self.stage.desk.newcomer()
        await self.stage.desk.complain(human)
        self.does(self.manager, human, lambda work, case: deadlock.declare(work, case, "We see no way."))
        await self.stage.desk.settle()
        return human

    def does(self, who: Human, customer: Human, act) -> object:  # type: ignore[no-untyped-def]
        """As if they had tapped it."""
        number = self.stage.case_of(customer).id
        with self.stage.desk.desk.office.work() as work:
            people.recognise(work, who.id)
            return act(work, work.db.get_one(Complaint, number))

    async def chooses(self, customer: Human, code: str, method: str = "facilitative") -> None:
        def act(work: Work, case: Complaint) -> None:
            case.anonymous, case.name = False, "Sara"
            choosing.choose(work, case, code, method)

        self.does(customer, customer, act)
        await self.stage.desk.settle()

    async def consents(self, customer: Human) -> None:
        """The customer by the office, the organisation by its buttons."""

        def act(work: Work, case: Complaint) -> None:
            text = consents.text(work, course.referral(work, case), "en")
            consents.agree(work, case, text.version, "en", "The text")

        self.does(customer, customer, act)
        await self.stage.desk.settle()
        await self.opens(customer)
        await self.stage.desk.tap(self.manager, "Read and consent")
        await self.stage.desk.tap(self.manager, "We consent")

    async def opens(self, customer: Human, who: Human | None = None) -> str:
        """The card of the dispute."""
        return await self.says(who or self.manager, f"/dispute {self.code(customer)}")

    async def says(self, who: Human, *words: str) -> str:
        return await self.stage.says(who, *((lambda each=each: who.say(each)) for each in words))

    async def told(self, who: Human, words: str) -> Message:
        """The latest notice with these words; on a closed day it comes on the next open one."""
        await self.stage.desk.forward(days=4)
        found = [each for each in who.inbox if words in text_of(each)]
        assert found, words
        return found[-1]

    async def taps(self, who: Human, *labels: str) -> str:
        for label in labels:
            await self.stage.desk.tap(who, label)
        return text_of(who.last)

    async def begun(self, code: str, method: str) -> Human:
        """A dispute with a provider elsewhere that has accepted it."""
        customer = await self.customer()
        await self.chooses(customer, self.added[code], method)
        await self.consents(customer)
        await self.says(self.manager, f"/refer {self.code(customer)}")
        await self.taps(self.manager, "It accepts")
        await self.says(self.manager, "Dr Mehr", "No kinship, no interest.")
        assert self.case(customer).dispute_phase == Phase.IN_PROGRESS
        return customer

    async def drafts(self, customer: Human) -> None:
        """One term, by the shared builder."""
        await self.opens(customer)
        await self.taps(self.manager, "Terms", "Draft terms", "The organisation")
        await self.taps(self.manager, "Something else")
        await self.says(self.manager, "A letter of apology.")
        await self.taps(self.manager, "No amount", "In 7 days")

    def case(self, customer: Human) -> Complaint:
        return self.stage.case_of(customer)

    def code(self, customer: Human) -> str:
        return self.case(customer).code or ""

    def outcomes(self, customer: Human) -> list[Outcome]:
        with self.stage.desk.desk.office.look() as work:
            return outcomes_of(work.db, self.case(customer).dispute_id or 0)


def expert(work: Work, method: Method, **more: Any) -> str:
    """The code of a provider elsewhere, who works by this method."""
    words = Words(fa=method, ar=method, en=method)
    return providers.add(work, NewProvider(words, (method,), "+98 21 1", type="expert", **more)).code


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> AsyncIterator[House]:
    async with empty_stage(tmp_path_factory.mktemp("desk"), database_url) as stage:
        desk = stage.desk
        await desk.staff("handler")
        manager = await desk.staff("dispute_manager", name="Mona")
        legal = await desk.staff("legal", name="Lena")
        top = await desk.staff("top_management", name="Tom")
        with desk.desk.office.work() as work:
            people.recognise(work, manager.id)
            added = {
                "advisory": expert(work, "advisory"),
                "determinative": expert(work, "determinative", binding="organisation"),
            }
        yield House(stage, manager, legal, top, added)
        assert stage.troubles(0) == []


class TestTheList:
    async def test_shows_what_is_open_and_that_nobody_speaks_for_us(self, house: House) -> None:
        customer = await house.customer()
        said = await house.says(house.manager, "/dispute")
        assert house.code(customer) in said
        assert "the customer chooses the next way · nobody speaks for us yet" in said
        assert house.code(customer) in await house.says(house.legal, "/dispute")

    async def test_leads_to_the_card_where_one_can_speak_for_us(self, house: House) -> None:
        customer = await house.customer()
        await house.opens(customer)
        assert "Speaks for the organisation: nobody yet" in text_of(house.manager.last)
        said = await house.taps(house.manager, "Speak for the organisation")
        assert "You speak for the organisation in this dispute." in said
        assert "Speak for the organisation" not in house.manager.buttons()
        assert "Take over from a colleague" in (await house.opens(customer, house.top), house.top.buttons())[1]

    @pytest.mark.parametrize("command", ["consent", "refer", "outcome"])
    async def test_a_command_without_a_code_says_its_form(self, house: House, command: str) -> None:
        for words in (f"/{command}", f"/{command} nonsense"):
            said = await house.says(house.manager, words)
            assert "Write the code of the case after the command:" in said
            assert f"/{command} SLH-7K4M-2QXH-M" in said

    async def test_a_command_that_comes_too_soon_says_so_above_the_card(self, house: House) -> None:
        customer = await house.customer()
        said = await house.says(house.manager, f"/consent {house.code(customer)}")
        assert "No consent of ours is wanted in this case now." in said
        assert "the customer chooses the next way" in said

    async def test_is_closed_to_others(self, house: House) -> None:
        customer = await house.customer()
        handler = await house.stage.desk.staff("handler")
        code, refused = house.code(customer), "You do not have the right to do this."
        for words in ("/dispute", f"/dispute {code}", f"/refer {code}", f"/consent {code}", "/unresolved"):
            assert refused in await house.says(customer, words)
        for words in ("/dispute", "/outcome", "/unresolved"):
            assert refused in await house.says(handler, words)
        assert "We found no such case for you." in await house.says(handler, f"/dispute {code}")


class TestConsent:
    async def test_is_asked_for_and_refused_with_a_reason(self, house: House) -> None:
        customer = await house.customer()
        await house.chooses(customer, MEDIATOR)
        notice = await house.told(house.manager, "Our consent is wanted.")
        await house.stage.desk.tap(house.manager, "Open the dispute", notice)
        await house.taps(house.manager, "Do not consent", "Before a court or an authority")
        said = await house.says(house.manager, "It is before the court of Tehran.")
        assert "The customer reads the reason and can choose another way." in said
        assert house.case(customer).dispute_phase == Phase.OFFERED
        await house.told(house.top, "We do not consent to a way outside")
        assert "we declined (" in await house.opens(customer)

    async def test_invites_the_mediator_once_and_without_naming_the_case(self, house: House) -> None:
        customer = await house.customer()
        await house.chooses(customer, MEDIATOR)
        await house.opens(customer)
        said = await house.taps(house.manager, "Invite the mediator")
        assert "start=join-" in said
        assert house.code(customer) not in said

    async def test_of_both_puts_it_before_a_mediator_who_joins_later(self, house: House) -> None:
        customer = await house.customer()
        await house.chooses(customer, MEDIATOR)
        await house.consents(customer)
        assert house.case(customer).resolver_id is None
        await house.opens(customer)
        said = await house.taps(house.manager, "Invite the mediator")
        mediator = house.stage.desk.world.person(name="Dr Mehr", language_code="en")
        house.stage.desk.languages[mediator.id] = "en"
        mediator.start(said.partition("start=")[2].split()[0].strip("\u2069"))
        await house.stage.desk.settle()
        assert house.case(customer).resolver_id == house.stage.person(mediator).id
        assert "It accepts" not in (await house.opens(customer), house.manager.buttons())[1]


class TestAProviderElsewhere:
    async def test_declines_in_our_hand(self, house: House) -> None:
        customer = await house.customer()
        await house.chooses(customer, house.added["advisory"], "advisory")
        await house.consents(customer)
        await house.told(house.manager, "The file has to be sent")
        await house.says(house.manager, f"/refer {house.code(customer)}")
        await house.taps(house.manager, "It declines")
        assert "can choose another way" in await house.says(house.manager, "They have no time.")
        assert house.case(customer).dispute_phase == Phase.OFFERED

    async def test_recommends_and_we_say_why_we_do_not_accept(self, house: House) -> None:
        customer = await house.begun("advisory", "advisory")
        await house.opens(customer)
        await house.taps(house.manager, "How far it is")
        assert "The customer is told how far it is." in await house.says(house.manager, "They read the file.")
        await house.drafts(customer)
        assert "It recommends these terms" in house.manager.buttons()
        assert "Propose these terms" not in house.manager.buttons()
        await house.taps(house.manager, "It recommends these terms")
        assert "Both sides are asked for their answer." in await house.says(house.manager, "An apology is due.")
        assert house.case(customer).dispute_phase == Phase.RECOMMENDED
        await house.opens(customer)
        await house.taps(house.manager, "Answer it", "Do not accept")
        assert "The customer reads our reasons" in await house.says(house.manager, "We were not at fault.")
        assert house.case(customer).dispute_phase == Phase.FAILED

    async def test_decides_and_a_second_person_signs_it(self, house: House) -> None:
        customer = await house.begun("determinative", "determinative")
        await house.opens(customer)
        await house.taps(house.manager, "It has decided")
        assert "First put together the terms" in await house.taps(
            house.manager, "In the customer's favour, wholly or in part"
        )
        await house.drafts(customer)
        await house.taps(house.manager, "It has decided so")
        assert "Both sides" not in house.manager.buttons()  # more than was consented to
        await house.taps(house.manager, "Only us")
        assert "The decision is recorded." in await house.says(house.manager, "The seller apologises.")
        assert "A second person has to read and sign it" in text_of(house.manager.last)
        assert "Read and sign" not in house.manager.buttons()
        notice = await house.told(house.legal, "Your signature is wanted")
        await house.stage.desk.tap(house.legal, "Read and sign", notice)
        assert "The seller apologises." in text_of(house.legal.last)
        assert "Signed." in await house.taps(house.legal, "Sign")
        assert house.outcomes(customer)[-1].signed_at is not None
        assert house.case(customer).dispute_phase == Phase.RECOMMENDED

    async def test_a_decision_that_holds_can_be_put_before_its_body_again(self, house: House) -> None:
        customer = await house.begun("determinative", "determinative")
        await house.drafts(customer)
        await house.taps(house.manager, "It has decided so", "Only us")
        await house.says(house.manager, "The seller apologises.")
        await house.opens(customer, house.legal)
        await house.taps(house.legal, "Read and sign", "Sign")
        house.does(customer, customer, accept)
        await house.stage.desk.settle()
        await house.opens(customer)
        await house.taps(house.manager, "We want it decided again")
        assert "Carrying out rests" in await house.says(house.manager, "The body overlooked the receipt.")
        assert house.case(customer).dispute_phase == Phase.IN_PROGRESS

    async def test_a_forged_signature_of_ones_own_work_is_refused(self, house: House) -> None:
        customer = await house.begun("determinative", "determinative")
        await house.drafts(customer)
        await house.taps(house.manager, "It has decided so", "Only us")
        await house.says(house.manager, "The seller apologises.")
        made = next(each for each in house.outcomes(customer) if each.kind == "decision")
        tap = matter_of(house.case(customer), "signed", str(made.id))
        assert "Nobody signs their own work." in await house.stage.says(
            house.manager, house.stage.tap_of(house.manager, tap)
        )


class TestCarryingOut:
    async def test_is_shown_with_evidence_and_learnt_from(self, house: House) -> None:
        customer = await house.begun("advisory", "advisory")
        await house.drafts(customer)
        await house.taps(house.manager, "It recommends these terms")
        await house.says(house.manager, "An apology is due.")
        house.does(customer, customer, accept)
        await house.stage.desk.settle()
        await house.opens(customer)
        await house.taps(house.manager, "Answer it", "Accept for the organisation")
        assert house.case(customer).dispute_phase == Phase.IMPLEMENTING
        await house.taps(house.manager, "What is to be done", "Term 1 is done")
        assert "All of ours is done." in await house.says(house.manager, "We wrote the letter of apology.")
        assert house.case(customer).dispute_phase == Phase.CONFIRMING
        house.does(customer, customer, obligations.confirm)
        await house.stage.desk.settle()
        assert house.case(customer).closed_reason == "settled"
        notice = await house.told(house.manager, "What do we learn from this dispute?")
        await house.stage.desk.tap(house.manager, "Decide what is learnt", notice)
        await house.taps(house.manager, "Action")
        assert "What did the way outside cost us?" in await house.says(house.manager, "Parcels are scanned twice.")
        assert "another currency" in await house.says(house.manager, "5 euros")
        said = await house.says(house.manager, "۱٬۵۰۰٬۰۰۰")
        assert "The decision is in the register." in said
        assert "IRR\u00a01,500,000" in said

    async def test_the_files_of_an_album_are_one_evidence(self, house: House) -> None:
        customer = await house.begun("advisory", "advisory")
        await house.drafts(customer)
        await house.taps(house.manager, "It recommends these terms")
        await house.says(house.manager, "An apology is due.")
        house.does(customer, customer, accept)
        await house.stage.desk.settle()
        await house.opens(customer)
        await house.taps(house.manager, "Answer it", "Accept for the organisation")
        await house.opens(customer)
        await house.taps(house.manager, "What is to be done", "Term 1 is done")
        with house.stage.standing():
            house.manager.album([{"kind": "photo"}, {"kind": "photo"}])
            await house.stage.desk.settle()
        await house.stage.desk.settle()
        with house.stage.desk.desk.office.look() as work:
            files = work.db.exec(select(Attachment).where(Attachment.complaint_id == house.case(customer).id)).all()
            shown = [work.db.get_one(Entry, each.entry_id).kind for each in files]
        assert shown.count("evidence_done") == 2
        assert "This message was not kept" in await house.says(house.manager, "and a word more")
        assert house.stage.state(house.manager)[0] is None

    async def test_the_totals_of_a_year(self, house: House) -> None:
        await house.says(house.manager, "/unresolved")
        said = await house.taps(house.manager, "Totals of a year")
        assert "By third party" in said

    async def test_a_body_that_nobody_named_is_called_one(self, house: House) -> None:
        customer = await house.customer()
        await house.opens(customer)
        await house.taps(house.manager, "A public body has decided", "The claim is dismissed", "Both sides")
        await house.says(house.manager, "The parcel was delivered.")
        await house.opens(customer, house.legal)
        await house.taps(house.legal, "Read and sign", "Sign")
        await house.says(house.manager, "/unresolved")
        house.manager.tap(house.code(customer))
        await house.stage.desk.settle()
        assert "• a public body: " in text_of(house.manager.last)

    async def test_an_auditor_reads_and_decides_nothing(self, house: House) -> None:
        auditor = await house.stage.desk.staff("auditor")
        assert "What we could not resolve ourselves" in await house.says(auditor, "/unresolved")
        await house.stage.desk.tap(auditor, 0)
        assert "Decide what is learnt" not in auditor.buttons()


def accept(work: Work, case: Complaint) -> None:
    waiting = outcomes.waiting(work, case)
    assert waiting is not None
    settlement.answer(work, case, waiting.id, accepted=True)


def matter_of(case: Complaint, do: str, value: str) -> Matter:
    return Matter(do=do, code=compact(case), turn=case.turn, value=value)
