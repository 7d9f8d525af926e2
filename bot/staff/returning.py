"""What staff do for a customer: open a closed case for what is new (T82), note that they withdraw (T80)."""

from collections.abc import Callable

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, reopening, rights, withdrawing
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Desk, Prefix
from bot.panel import leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, show_case
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Complaint

router = Router(name="returning")
router.callback_query.filter(Prefix(Desk))


class Returning(StatesGroup):
    reopen_for = State()
    record_withdrawal = State()


@router.callback_query(Desk.filter(F.do.in_({"reopen_for", "record_withdrawal"})))
async def ask(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, do = complaints.find(work, callback_data.code), callback_data.do
    rights.require(work, do, complaint)
    able = reopening.may_reopen_for(work, complaint) if do == "reopen_for" else possible(complaint, Move.WITHDRAWN)
    if not able:
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(getattr(Returning, do))
    await state.update_data(code=complaint.code, turn=callback_data.turn)
    await show(query, state, prompt(complaint, do), cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Returning))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint, do = await current(state, work), str(await state.get_state()).removeprefix("Returning:")
    words = await words_of(message, state, complaint, prompt(complaint, do), cancel(complaint))
    if not words:
        return
    verbs: dict[str, Callable[..., None]] = {
        "reopen_for": reopening.reopen_for,
        "record_withdrawal": withdrawing.record,
    }
    verbs[do](work, complaint, words, turn=(await state.get_data()).get("turn"))
    await leave(state)
    first = {
        "reopen_for": _("✅ The case is open again. The customer is told."),
        "record_withdrawal": _("✅ The withdrawal is noted. The customer is told, and can undo it with one tap."),
    }[do]
    await show_case(message, state, work, complaint, bold(first))


def prompt(complaint: Complaint, do: str) -> Html:
    code = say("{code}", code=Code(complaint.code or ""))
    if do == "reopen_for":
        return paragraphs(
            bold(_("What is new?")),
            code,
            _("Write the new evidence and why it changes something. It is kept on the case for your colleagues."),
        )
    return paragraphs(
        bold(_("How did the customer ask to withdraw?")),
        code,
        _("Only the customer can withdraw. Write when and how they asked for it, and where the proof of it is kept."),
    )
