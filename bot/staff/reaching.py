"""Writing to a customer who gave a low score, also of a closed case and of a colleague's."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, handling, rights
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Desk, Prefix
from bot.material import keep, material, unreadable
from bot.panel import leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, show_case
from bot.steps import Step
from bot.texts import bold, paragraphs
from storage.complaints import Complaint

router = Router(name="reaching")
router.callback_query.filter(Prefix(Desk))


class Reaching(StatesGroup):
    words = State()


@router.callback_query(Desk.filter(F.do == "reach_out"))
async def begin(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "reach_out", complaint)
    if not handling.can_reach_out(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Reaching.words)
    await state.update_data(code=complaint.code)
    text = paragraphs(
        bold(_("Write to the customer")),
        _("Say what you have understood and what you can do. Text, photo, voice or file: it is sent as you send it."),
    )
    await show(query, state, text, cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Reaching.words))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    await write(message, state, work, await current(state, work))


async def write(message: Message, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """By the button, or by a reply to what was told of the case."""
    brought = material(message)
    if brought.empty:
        await show(message, state, unreadable(), cancel(complaint), complaint=complaint, party="staff")
        return
    keep(work, handling.reach_out, complaint, brought)
    if await state.get_state() == Reaching.words.state:  # a reply leaves what is going on as it is
        await leave(state, album=brought.album, code=complaint.code)
    said_so = bold(_("✅ Sent to the customer."))
    await show_case(message, state, work, complaint, said_so, gather=f"written:{complaint.id}")
