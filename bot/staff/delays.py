"""What staff say about a date: why it is late, that it needs more time, when to be reminded again."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, delays, errors, rights
from backoffice.work import Work
from bot.commands import split
from bot.dates import clock
from bot.i18n import _
from bot.keyboards import Desk, Prefix, button, desk, keyboard, pairs
from bot.material import material
from bot.panel import Event, leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, show_case
from bot.steps import Step, command
from bot.texts import Html, bold, language, paragraphs, say
from storage.complaints import Complaint

router = Router(name="delays")
router.callback_query.filter(Prefix(Desk))


class Delaying(StatesGroup):
    more_time = State()
    later = State()


@router.callback_query(Desk.filter(F.do == "why_late"))
async def ask_why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "explain_delay", complaint)
    await leave(state)
    reasons = [
        button(each.words[language()], desk("late_because", complaint, each.code))
        for each in work.organisation.delay_reasons
    ]
    text = paragraphs(
        bold(_("Why is it late?")), _("The customer reads the reason together with the new date, in their language.")
    )
    back = button(_("Back"), desk("show", complaint))
    await show(query, state, text, keyboard(*reasons, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "late_because"))
async def why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    delays.say_why(work, complaint, callback_data.value)
    await show_case(query, state, work, complaint, bold(_("✅ The reason is recorded.")), anew=True)


@router.callback_query(Desk.filter(F.do == "more_time"))
async def ask_more_time(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await begin_more_time(query, state, work, complaints.find(work, callback_data.code))


@router.message(command("extend"))
async def extend_by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/extend CODE reason; without the reason it is asked for."""
    code, words = split(command.args)
    complaint = complaints.find(work, code)
    if words:
        await more_time(message, state, work, complaint, words)
    else:
        await begin_more_time(message, state, work, complaint)


async def begin_more_time(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    rights.require(work, "ask_for_time", complaint)
    until = delays.may_be_extended(work, complaint)
    if until is None:
        raise errors.NoMoreTime(complaint=complaint.id)
    await state.set_state(Delaying.more_time)
    await state.update_data(code=complaint.code)
    text = paragraphs(
        bold(_("More time")),
        say(_("The date can be put off once, until {date}."), date=until),
        _("Write the reason in the customer's language: the customer reads it."),
    )
    await show(event, state, text, cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Delaying.more_time))
async def typed_more_time(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = material(message).written
    if words is None:
        await show(message, state, please_write(), cancel(complaint), complaint=complaint, party="staff")
        return
    await more_time(message, state, work, complaint, words)


async def more_time(message: Message, state: FSMContext, work: Work, complaint: Complaint, words: str) -> None:
    until = delays.ask_for_time(work, complaint, words)
    await leave(state)
    first = (
        say(_("✅ The date is put off until {date}. The customer is told."), date=until)
        if until
        else Html(_("✅ Your supervisor is asked for leave. Until then the date stays."))
    )
    await show_case(message, state, work, complaint, bold(first))


@router.callback_query(Desk.filter(F.do == "grant"))
async def grant(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "extend", complaint)
    if not callback_data.value.isdecimal() or len(callback_data.value) > 9:
        raise errors.Invalid(what="unknown_choice")
    until = delays.extend(work, complaint, int(callback_data.value), turn=callback_data.turn)
    first = bold(say(_("✅ The date is put off until {date}. The customer is told."), date=until))
    await show_case(query, state, work, complaint, first, anew=True)


@router.callback_query(Desk.filter(F.do == "snooze"))
async def ask_later(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "snooze", complaint)
    await leave(state)
    times = [
        button(_("In two hours"), desk("later", complaint, delays.SOONER)),
        button(_("Tomorrow morning"), desk("later", complaint, delays.TOMORROW)),
    ]
    text = paragraphs(
        bold(_("When shall we remind you again?")), _("The date itself stays, and whoever must know of it is told.")
    )
    back = button(_("Back"), desk("show", complaint))
    await show(query, state, text, keyboard(*pairs(times), back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "later"))
async def later(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "snooze", complaint)
    if callback_data.value not in (delays.SOONER, delays.TOMORROW):
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Delaying.later)
    await state.update_data(code=complaint.code, later=callback_data.value)
    text = paragraphs(
        bold(_("Why later?")), _("Write the reason. It is kept as an internal note; the customer does not see it.")
    )
    await show(query, state, text, cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Delaying.later))
async def typed_later(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = material(message).written
    if words is None:
        await show(message, state, please_write(), cancel(complaint), complaint=complaint, party="staff")
        return
    until = delays.snooze(work, complaint, (await state.get_data()).get("later", ""), words)
    await leave(state)
    first = say(_("✅ We remind you again on {date} at {time}."), date=until, time=Html(clock(until)))
    await show_case(message, state, work, complaint, bold(first))


def please_write() -> Html:
    return Html(_("Please write it as text."))
