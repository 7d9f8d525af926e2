"""Whether a request for a review that came late is heard; or is settled by a better answer before anybody sits."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, phases, review, rights
from backoffice.phases import Phase
from backoffice.work import Work
from bot import cards, items, masked, review_cards, subjects
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Desk, Prefix, button, desk, keyboard
from bot.panel import leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, show_case
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="admitting")
router.callback_query.filter(Prefix(Desk))


class Admitting(StatesGroup):
    refusal = State()


@router.callback_query(Desk.filter(F.do == "admission"))
async def open_request(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "admit", complaint)
    running = phases.running(work, complaint, Phase.REQUESTED)
    await leave(state)
    text = paragraphs(
        lines(
            bold(_("Is this late request for a review to be heard?")),
            say("{code}", code=Code(complaint.code or "")),
            cards.due_line(work, complaint),
        ),
        lines(
            masked.customer(complaint),
            say(_("About: {category}"), category=subjects.category(work, complaint)),
            *items.lines_of(work, complaint),
        ),
        review_cards.request(work, complaint, running),
        _("If nobody decides by then, it is heard."),
    )
    better = rights.may(work.actor, "answer", complaint)
    buttons = keyboard(
        button(_("Hear it"), desk("admit", complaint), SUCCESS),
        button(_("Do not hear it"), desk("not_admit", complaint), DANGER),
        button(_("Give a better answer"), desk("answer", complaint)) if better else None,
        button(_("What was said"), desk("heard", complaint)),
        button(_("Open the case"), desk("show", complaint)),
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "admit"))
async def admit(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    review.admit(work, complaint, turn=callback_data.turn)
    words = (
        _("✅ The request is heard. Those who review it have been told, and so has the customer.")
        if phases.is_in(work, complaint, Phase.IN_COMMITTEE)
        else _("⚠️ Nobody free of conflict can sit on it, so the ways outside are open. The customer has been told.")
    )
    await shown(query, state, work, complaint, bold(words))


@router.callback_query(Desk.filter(F.do == "not_admit"))
async def ask_refusal(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "admit", complaint)
    phases.running(work, complaint, Phase.REQUESTED)
    await state.set_state(Admitting.refusal)
    await state.update_data(code=complaint.code, turn=callback_data.turn)
    await show(query, state, refusal(complaint), cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Admitting.refusal))
async def typed_refusal(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, refusal(complaint), cancel(complaint))
    if words:
        review.refuse(work, complaint, words, turn=(await state.get_data()).get("turn"))
        await leave(state)
        done = _("✅ The customer is told why, and which ways outside are open.")
        await show_case(message, state, work, complaint, bold(done))


def refusal(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Why is the request not heard?")),
        say("{code}", code=Code(complaint.code or "")),
        say(
            _("Write the reason in the customer's language, {language}: the customer reads it."),
            language=Html(cards.language_name(complaint.language)),
        ),
        _("The ways outside stay open to the customer."),
    )


async def shown(query: CallbackQuery, state: FSMContext, work: Work, complaint: Complaint, first: Html) -> None:
    await leave(state)
    await show_case(query, state, work, complaint, first, anew=True)
