"""What a case has cost: remedies, and the time spent on it, each typed in one line."""

from collections.abc import Callable

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, rights
from backoffice.learning import costs
from backoffice.work import Work
from bot import money
from bot.commands import split
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Desk, Prefix, button, desk, keyboard
from bot.panel import Event, leave, show
from bot.staff import recording
from bot.staff.more import back, number
from bot.staff.queue import current
from bot.staff.saying import words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.costs import REMEDY, TIME, Expense

router = Router(name="costs")
router.callback_query.filter(Prefix(Desk))

USE_CASES: dict[str, Callable[[Work, Complaint, str], Expense]] = {REMEDY: costs.spend, TIME: costs.log_time}


class Costing(StatesGroup):
    remedy = State()
    time = State()


@router.callback_query(Desk.filter(F.do == "costs"))
async def open_costs(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_costs(query, state, work, complaints.find(work, callback_data.code))


@router.callback_query(Desk.filter(F.do.in_({"cost_remedy", "cost_time"})))
async def ask(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await prompt(query, state, work, complaint, callback_data.do.removeprefix("cost_"))


@router.message(command("log"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/log CODE 45; without the time it is asked for. Without a code a complaint is written down."""
    code, words = split(command.args)
    if not code:
        await recording.start(message, state, work)
        return
    complaint = complaints.find(work, code)
    if words:
        await enter(message, state, work, complaint, TIME, words)
    else:
        await prompt(message, state, work, complaint, TIME)


@router.message(Step(Costing))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    kind = str(await state.get_state()).removeprefix("Costing:")
    words = await words_of(message, state, complaint, asked(work, complaint, kind), cancel(complaint))
    if words is not None:
        await enter(message, state, work, complaint, kind, words)


@router.callback_query(Desk.filter(F.do == "cost_back"))
async def take_back(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "log_cost", complaint)
    costs.take_back(work, complaint, number(callback_data.value))
    await leave(state)
    await show_costs(query, state, work, complaint, _("✅ The last entry is taken back."))


# ------------------------------------------------------------------ inside


async def prompt(event: Event, state: FSMContext, work: Work, complaint: Complaint, kind: str) -> None:
    rights.require(work, "log_cost", complaint)
    await state.set_state(getattr(Costing, kind))
    await state.update_data(code=complaint.code)
    await show(event, state, asked(work, complaint, kind), cancel(complaint), complaint=complaint, party="staff")


async def enter(message: Message, state: FSMContext, work: Work, complaint: Complaint, kind: str, words: str) -> None:
    """What was understood stands in the first line, so that a slip is seen at once."""
    new = USE_CASES[kind](work, complaint, words)
    await leave(state)
    await show_costs(message, state, work, complaint, say(_("✅ Noted: {entry}"), entry=entry(new)))


async def show_costs(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None
) -> None:
    found = costs.of_case(work, complaint)
    text = paragraphs(
        bold(first or _("What the case has cost")),
        lines(say("{code}", code=Code(complaint.code or "")), *summed(found)),
    )
    last = found.last
    buttons = keyboard(
        button(_("What the remedy cost"), desk("cost_remedy", complaint), SUCCESS),
        button(_("Time spent"), desk("cost_time", complaint)),
        button(_("Take the last one back"), desk("cost_back", complaint, str(last.id))) if last else None,
        back(complaint),
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff")


def summed(found: costs.Costs) -> list[Html]:
    said = [say(_("Remedies: {amount}"), amount=Html(money.shown(each))) for each in found.amounts]
    if found.minutes:
        said.append(say(_("Time spent: {duration}"), duration=minutes(found.minutes)))
    last = [say(_("Your last entry: {entry}"), entry=entry(found.last))] if found.last else []
    return [*said, *last] or [Html(_("Nothing is entered yet."))]


def entry(expense: Expense) -> Html:
    amount = costs.amount_of(expense)
    return Html(money.shown(amount)) if amount else minutes(expense.minutes or 0)


def minutes(count: int) -> Html:
    return say(n_("{count} minute", "{count} minutes", count), count=count)


def asked(work: Work, complaint: Complaint, kind: str) -> Html:
    code = say("{code}", code=Code(complaint.code or ""))
    if kind == TIME:
        return paragraphs(
            bold(_("How long did it take?")),
            code,
            _("Write minutes, for example 45, or hours: 1:30 or 2 h. A day at most."),
        )
    return paragraphs(
        bold(_("What did the remedy cost?")),
        code,
        say(
            _("Write it in {currency}, for example 1500000, or name another currency."),
            currency=money.named(work.organisation.currency),
        ),
        _("What is paid under an agreement, and what a way outside cost, is counted by itself."),
    )


def cancel(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Cancel"), desk("costs", complaint)))
