"""The complainant would accept something else than what we answered: they say what, and we answer soon (T26)."""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, offers
from backoffice.work import Work
from bot import cards
from bot.customer.answers import Saying, skip
from bot.customer.mine import current
from bot.i18n import _
from bot.keyboards import Own, Prefix, button, keyboard, own
from bot.material import keep, material, unreadable
from bot.panel import show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs
from storage.complaints import Complaint

router = Router(name="countering")
router.callback_query.filter(Prefix(Own))


class Countering(StatesGroup):
    offer = State()


@router.callback_query(Own.filter(F.do == "counter"))
async def ask(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if callback_data.turn != complaint.turn or not offers.can_counter(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Countering.offer)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    await show(query, state, prompt(work, complaint), back(complaint), complaint=complaint)


@router.message(Step(Countering.offer))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    """The first message is the suggestion; what follows it belongs to it."""
    complaint, turn = await current(state, work), (await state.get_data()).get("turn")
    brought = material(message)
    if brought.empty:
        text = paragraphs(unreadable(), cards.footer(work, complaint))
        await show(message, state, text, back(complaint), complaint=complaint)
        return
    keep(work, partial(offers.counter, turn=turn), complaint, brought)
    await state.set_state(Saying.reason)
    text = paragraphs(
        bold(_("✅ Your suggestion is with us.")),
        _("We look at it and answer you anew."),
        cards.footer(work, complaint),
    )
    await show(message, state, text, skip(complaint), complaint=complaint, gather=f"added:{complaint.id}")


def prompt(work: Work, complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What would you suggest instead?")),
        _("Write it here, or send a voice message or a photo. The answer stays as it is until you have sent it."),
        cards.footer(work, complaint),
    )


def back(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Back"), own("answer", complaint)))
