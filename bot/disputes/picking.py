"""The customer has chosen a third party, or names one of their own; who was anonymous says now who they are."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints
from backoffice.disputes import choosing
from backoffice.words import tidy
from backoffice.work import Work
from bot import cards
from bot.customer.mine import case_buttons, current
from bot.disputes.offer import ask, choosing_case, typed_words, way_of
from bot.i18n import _
from bot.keyboards import Matter, Prefix
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs, shortened
from storage.complaints import Complaint

router = Router(name="dispute_picking")
router.callback_query.filter(Prefix(Matter))


class Choosing(StatesGroup):
    name = State()
    contact = State()
    identity = State()


# ------------------------------------------------------------------ chosen


@router.callback_query(Matter.filter(F.do == "pick"))
async def pick(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    code, method = way_of(callback_data.value)
    if complaint.anonymous:
        await ask_identity(query, state, work, complaint, chosen=callback_data.value)
        return
    call_by_name(query, work, complaint)
    choosing.choose(work, complaint, code, method, turn=callback_data.turn)
    await chosen(query, state, work, complaint)


def call_by_name(event: Event, work: Work, complaint: Complaint) -> None:
    """Who gave no name consents under the one they have in the messenger; the text says so, and they can change it."""
    user = event.from_user
    if complaint.name is None and user is not None and tidy(user.full_name):
        choosing.identify(work, complaint, shortened(user.full_name, choosing.MAX_NAME))


async def chosen(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """What comes next; the text to consent to follows as a message of its own, which stays."""
    await leave(state)
    text = paragraphs(
        bold(_("✅ Your choice is noted.")),
        _("Now both sides are asked for their consent. Nothing about you is passed on before both have given it."),
        _("The text to read follows. Take your time with it."),
        cards.footer(work, complaint),
    )
    await show(event, state, text, case_buttons(work, complaint), complaint=complaint, anew=True)


# ------------------------------------------------------------------ an anonymous customer


async def ask_identity(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, *, chosen: str | None = None
) -> None:
    await state.update_data(chosen=chosen)
    await ask(event, state, work, complaint, Choosing.identity, identity())


def identity() -> Html:
    return paragraphs(
        bold(_("Who are you?")),
        _("Your complaint is anonymous so far. Nobody can settle a dispute without a name, so please write yours."),
        _("We and the third party read it. The public bodies are open to you without it."),
    )


@router.message(Step(Choosing.identity))
async def typed_identity(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    name = await typed_words(message, state, work, complaint, identity())
    if name is None:
        return
    choosing.identify(work, complaint, name)
    data = await state.get_data()
    if data.get("chosen"):
        choosing.choose(work, complaint, *way_of(data["chosen"]))
    else:
        choosing.name_mediator(work, complaint, data.get("mediator", ""), data.get("contact", ""))
    await chosen(message, state, work, complaint)


# ------------------------------------------------------------------ a mediator of their own


@router.callback_query(Matter.filter(F.do == "own_mediator"))
async def ask_name(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = choosing_case(work, callback_data)
    await ask(query, state, work, complaint, Choosing.name, who())


def who() -> Html:
    return paragraphs(
        bold(_("Whom do you suggest as mediator?")),
        _("Write the name of the person or the institution. We must agree to them too, and they must be independent."),
    )


@router.message(Step(Choosing.name))
async def typed_name(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    name = await typed_words(message, state, work, complaint, who())
    if name:
        await state.update_data(mediator=name)
        await ask(message, state, work, complaint, Choosing.contact, where())


def where() -> Html:
    return paragraphs(
        bold(_("How can they be reached?")),
        _("A telephone number, an address or a link. We write to them only when both sides have consented."),
    )


@router.message(Step(Choosing.contact))
async def typed_contact(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    contact = await typed_words(message, state, work, complaint, where())
    if contact is None:
        return
    name = (await state.get_data()).get("mediator", "")
    if complaint.anonymous:
        await state.update_data(contact=contact)
        await ask_identity(message, state, work, complaint)
        return
    call_by_name(message, work, complaint)
    choosing.name_mediator(work, complaint, name, contact)
    await chosen(message, state, work, complaint)
