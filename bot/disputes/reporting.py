"""The customer tells us what a body outside has decided: we read it, and carry it out (T54)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints
from backoffice.disputes import course, verdicts
from backoffice.disputes.phases import CHOOSING, Phase
from backoffice.work import Work
from bot import cards
from bot.customer.mine import case_buttons, current
from bot.i18n import _
from bot.keyboards import Matter, Prefix, button, keyboard, matter, own
from bot.material import material, unreadable
from bot.panel import leave, show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs

router = Router(name="dispute_reporting")
router.callback_query.filter(Prefix(Matter))


class Reporting(StatesGroup):
    words = State()


@router.callback_query(Matter.filter(F.do == "report"))
async def ask(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    course.running(work, complaint, *CHOOSING, Phase.IN_PROGRESS)
    await state.set_state(Reporting.words)
    await state.update_data(code=complaint.code)
    buttons = keyboard(button(_("Back"), own("show", complaint)))
    await show(query, state, paragraphs(question(), cards.footer(work, complaint)), buttons, complaint=complaint)


def question() -> Html:
    return paragraphs(
        bold(_("What did they decide?")),
        _("Write it here, or send a photo or the document itself. We read it and tell you by when we carry it out."),
    )


@router.message(Step(Reporting.words))
async def told(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    brought = material(message)
    if brought.empty:
        text = paragraphs(unreadable(), question(), cards.footer(work, complaint))
        await show(message, state, text, keyboard(button(_("Back"), own("show", complaint))), complaint=complaint)
        return
    entry = verdicts.reported(work, complaint, brought.text, source=brought.source, album=brought.album)
    if file := brought.file:
        verdicts.enclose(work, complaint, entry, file.kind, file.file_id, **file.about)
    await leave(state, album=brought.album, code=complaint.code)
    text = paragraphs(
        bold(_("✅ Thank you, we have it.")),
        _("Whoever speaks for us reads it, and writes down what we have to do."),
        cards.footer(work, complaint),
    )
    more = button(_("Add to the report"), matter("report", complaint))
    buttons = keyboard(more, *case_buttons(work, complaint).inline_keyboard)
    await show(message, state, text, buttons, complaint=complaint, gather=f"report:{complaint.id}")
