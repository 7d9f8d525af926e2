"""One side has asked the body that decided to look at its decision again: carrying it out rests until it has (T73)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors
from backoffice.disputes import verdicts
from backoffice.work import Work
from bot.disputes import sides
from bot.i18n import _
from bot.keyboards import Matter, Prefix, keyboard
from bot.material import words_within
from bot.panel import Event, leave
from bot.staff.saying import READABLE
from bot.steps import Step
from bot.texts import bold
from storage.complaints import Complaint

router = Router(name="appealing")
router.callback_query.filter(Prefix(Matter))


class Appealing(StatesGroup):
    words = State()


@router.callback_query(Matter.filter(F.do == "appeal"))
async def ask(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint, _side = sides.find(work, callback_data.code)
    if not verdicts.can_be_appealed(work, complaint) or callback_data.turn != complaint.turn:
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Appealing.words)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    await show_question(query, state, work, complaint)


async def show_question(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None
) -> None:
    text = sides.framed(
        work,
        complaint,
        bold(_("Has the body been asked to look at its decision again?")),
        first,
        _("Write who asked for it, when, and why. The other side reads it."),
        _("Until it has, nothing has to be carried out."),
    )
    await sides.tell(event, state, work, complaint, text, keyboard(sides.home(work, complaint)))


@router.message(Step(Appealing.words))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint, _side = await sides.current(state, work)
    words = words_within(message, READABLE)
    if words is None:
        await show_question(message, state, work, complaint, _("Please write it as text."))
        return
    verdicts.appeal(work, complaint, words, turn=(await state.get_data()).get("turn"))
    await leave(state)
    text = sides.framed(
        work,
        complaint,
        bold(_("✅ Recorded: it is to be decided again.")),
        _("Until it has, nothing has to be carried out."),
    )
    await sides.tell(message, state, work, complaint, text, keyboard(sides.home(work, complaint)))
