"""Both sides are heard: those who review a case ask its complainant, and those who decided before state their side."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, hearing, panel, phases, rights
from backoffice.phases import Phase
from backoffice.work import Work
from bot import cards
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Prefix, button, desk, keyboard, to_menu
from bot.material import keep, material, unreadable
from bot.panel import leave, show
from bot.staff.queue import current
from bot.staff.reviewing import current as current_file
from bot.staff.reviewing import show_file, to_file
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Complaint

router = Router(name="hearing")
router.callback_query.filter(Prefix(Desk))


class Hearing(StatesGroup):
    question = State()
    statement = State()


# ------------------------------------------------------------------ those who review it


@router.callback_query(Desk.filter(F.do == "panel_ask"))
async def begin(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = panel.find(work, callback_data.code)
    panel.own_seat(work, complaint)
    await state.set_state(Hearing.question)
    await state.update_data(code=complaint.code)
    await show(query, state, prompt(complaint), to_file(complaint), complaint=complaint, party="staff")


@router.message(Step(Hearing.question))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current_file(state, work)
    await ask(message, state, work, complaint)


async def ask(message: Message, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """A question to the customer, after the button or as a reply to what was relayed."""
    panel.own_seat(work, complaint)
    words = await words_of(message, state, complaint, prompt(complaint), to_file(complaint))
    if words is None:
        return
    hearing.ask(work, complaint, words)
    if await state.get_state() == Hearing.question.state:  # a reply leaves what is going on as it is
        await leave(state)
    await show_file(message, state, work, complaint, bold(_("✅ The customer has been asked.")))


def prompt(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What do you need to know from the customer?")),
        say(
            _("Write the question in the customer's language, {language}. It goes without your name."),
            language=Html(cards.language_name(complaint.language)),
        ),
        _("The date of the decision stays as it was promised."),
    )


# ------------------------------------------------------------------ those who decided before


@router.callback_query(Desk.filter(F.do == "statement"))
async def begin_statement(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "state", complaint)
    phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE)
    await state.set_state(Hearing.statement)
    await state.update_data(code=complaint.code)
    text = paragraphs(
        bold(_("Your statement")),
        say("{code}", code=Code(complaint.code or "")),
        say(
            _("Write how it went, in the customer's language, {language}. Photos and files are welcome."),
            language=Html(cards.language_name(complaint.language)),
        ),
        _("Those who review it and the customer read it."),
    )
    await show(query, state, text, to_menu_only(), complaint=complaint, party=rights.DECIDER)


@router.message(Step(Hearing.statement))
async def typed_statement(message: Message, state: FSMContext, work: Work) -> None:
    await make_statement(message, state, work, await current(state, work))


async def make_statement(message: Message, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """Words and files, after the button or as a reply to what was relayed."""
    brought = material(message)
    if brought.empty:
        await show(message, state, unreadable(), to_menu_only(), complaint=complaint, party=rights.DECIDER)
        return
    keep(work, hearing.state, complaint, brought)
    if await state.get_state() == Hearing.statement.state:
        await leave(state, album=brought.album, code=complaint.code)
    text = paragraphs(
        bold(_("✅ Your statement is in the file.")),
        say("{code}", code=Code(complaint.code or "")),
        _("Those who review it and the customer read it. Until it is decided you have no access to the case."),
    )
    buttons = keyboard(button(_("Add to the statement"), desk("statement", complaint), SUCCESS), to_menu())
    await show(
        message,
        state,
        text,
        buttons,
        complaint=complaint,
        party=rights.DECIDER,
        gather=f"stated:{complaint.id}",
    )


def to_menu_only() -> InlineKeyboardMarkup:
    return keyboard(to_menu())
