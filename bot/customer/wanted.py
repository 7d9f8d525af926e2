"""What was asked for as a list is sent item by item, or all at once (T9)."""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, wanted
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import cards, wanted_cards
from bot.customer.mine import added, case_buttons, current
from bot.i18n import _
from bot.keyboards import Own, Prefix, button, keyboard, own
from bot.material import keep, material, unreadable
from bot.panel import leave, show
from bot.steps import Step
from bot.texts import bold, paragraphs, say

router = Router(name="wanted")
router.callback_query.filter(Prefix(Own))


class Giving(StatesGroup):
    item = State()


@router.callback_query(Own.filter(F.do == "item"))
async def ask_item(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if not possible(complaint, Move.INFORMED):
        raise errors.Stale(complaint=complaint.id)
    if callback_data.value not in [each.item for each in wanted.latest(work, complaint)]:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Giving.item)
    await state.update_data(code=complaint.code, item=callback_data.value)
    text = paragraphs(
        bold(say(_("Please send: {item}"), item=wanted_cards.named(work, callback_data.value))),
        cards.open_question(work, complaint) if callback_data.value == wanted.QUESTION else None,
        _("Text, a photo, a voice message or a document, whatever is easiest."),
        cards.footer(work, complaint),
    )
    await show(query, state, text, keyboard(button(_("Back"), own("add", complaint))), complaint=complaint)


@router.message(Step(Giving.item))
async def given(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    brought = material(message)
    if brought.empty:
        buttons = keyboard(button(_("Back"), own("add", complaint)))
        text = paragraphs(unreadable(), cards.footer(work, complaint))
        await show(message, state, text, buttons, complaint=complaint)
        return
    item = (await state.get_data()).get("item")
    keep(work, partial(complaints.add, item=item), complaint, brought)
    await leave(state, album=brought.album, code=complaint.code)
    await added(message, state, work, complaint)


@router.callback_query(Own.filter(F.do == "informed"))
async def everything(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    complaints.inform(work, complaint, turn=callback_data.turn)
    await leave(state)
    text = paragraphs(bold(_("✅ Thank you. We go on with what you have sent.")), cards.footer(work, complaint))
    await show(query, state, text, case_buttons(work, complaint), complaint=complaint, anew=True)
