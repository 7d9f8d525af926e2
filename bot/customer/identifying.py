"""Who complained without a name gives it, for a remedy that needs one; nobody is asked before, nor made to."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors
from backoffice.disputes import choosing
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import answer_cards, cards
from bot.customer.answers import answer_buttons
from bot.customer.mine import case_buttons, current
from bot.i18n import _
from bot.keyboards import Own, Prefix, button, keyboard, own
from bot.material import words_within
from bot.panel import leave, show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs
from storage.complaints import Complaint

router = Router(name="identifying")
router.callback_query.filter(Prefix(Own))


class Identifying(StatesGroup):
    name = State()


@router.callback_query(Own.filter(F.do == "identify"))
async def ask(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if not complaint.anonymous:
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Identifying.name)
    await state.update_data(code=complaint.code)
    buttons = keyboard(button(_("Stay anonymous"), own("show", complaint)))
    await show(query, state, question(work, complaint), buttons, complaint=complaint)


@router.message(Step(Identifying.name))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    name = words_within(message, choosing.MAX_NAME)
    if name is None:
        text = paragraphs(_("Please write it as text."), question(work, complaint))
        buttons = keyboard(button(_("Stay anonymous"), own("show", complaint)))
        await show(message, state, text, buttons, complaint=complaint)
        return
    choosing.identify(work, complaint, name)
    await leave(state)
    answered = possible(complaint, Move.ACCEPTED)
    text = paragraphs(
        bold(_("Thank you. The complaint is no longer anonymous.")),
        answer_cards.answer_text(work, complaint) if answered else cards.own_case(work, complaint),
    )
    buttons = answer_buttons(work, complaint) if answered else case_buttons(work, complaint)
    await show(message, state, text, buttons, complaint=complaint)


def question(work: Work, complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Who are you?")),
        _("Please write your name. From now on, whoever handles your complaint can see it where they need it."),
        cards.footer(work, complaint),
    )
