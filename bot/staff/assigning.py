"""Giving a case to a colleague: those who fit are offered, the one with the fewest open cases first."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backoffice import assignment, complaints, errors, handling, people, rights
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Desk, Prefix, button, desk, keyboard
from bot.panel import Event, leave, show
from bot.staff.queue import show_case
from bot.steps import command
from bot.texts import bold, paragraphs, say
from storage.complaints import Complaint

router = Router(name="assigning")
router.callback_query.filter(Prefix(Desk))

OFFERED = 6


@router.message(command("assign"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    await offer(message, state, work, complaints.find(work, command.args or ""))


@router.callback_query(Desk.filter(F.do == "assign"))
async def by_button(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await offer(query, state, work, complaints.find(work, callback_data.code))


async def offer(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    rights.require(work, "assign", complaint)
    await leave(state)
    fitting = [each for each in assignment.candidates(work, complaint) if each.person_id != complaint.owner_id]
    rows = [
        button(say("{name}", name=name), desk("give", complaint, str(each.person_id)))
        for each in fitting[:OFFERED]
        if (name := people.name_of(work, each.person_id))
    ]
    text = paragraphs(
        bold(_("Who is to have the case?")),
        _("These colleagues know its category, speak its language, are present and have room. No date moves.")
        if rows
        else _("Nobody else who is present knows its category, speaks its language and has room."),
    )
    back = button(_("Back"), desk("show", complaint))
    await show(event, state, text, keyboard(*rows, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "give"))
async def give(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    if not callback_data.value.isdecimal() or len(callback_data.value) > 9:
        raise errors.Invalid(what="unknown_choice")
    handling.assign(work, complaint, int(callback_data.value), turn=callback_data.turn)
    await show_case(
        query, state, work, complaint, bold(_("✅ The case has a new owner. Both have been told.")), anew=True
    )
