"""Giving a case to a colleague of those who fit, or up the ladder with a reason."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import assignment, complaints, errors, escalation, handling, people, rights
from backoffice.words import within
from backoffice.work import Work
from bot.commands import split
from bot.i18n import _
from bot.keyboards import Desk, Go, Prefix, button, desk, keyboard, to_menu
from bot.panel import Event, leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, show_case
from bot.staff.saying import READABLE, words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Complaint

router = Router(name="assigning")
router.callback_query.filter(Prefix(Desk))

OFFERED = 6


class Escalating(StatesGroup):
    reason = State()


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


# ------------------------------------------------------------------ up the ladder


@router.message(command("escalate"))
async def up_by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/escalate CODE reason; without the reason it is asked for."""
    code, words = split(command.args)
    complaint = complaints.find(work, code)
    if words:
        await hand_up(message, state, work, complaint, within(words, READABLE))
    else:
        await ask_why(message, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "escalate"))
async def up_by_button(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await ask_why(query, state, work, complaints.find(work, callback_data.code))


async def ask_why(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    rights.require(work, "escalate", complaint)
    if not escalation.can_go_up(complaint):
        raise errors.Stale(complaint=complaint.id)
    if escalation.above(work, complaint) is None:
        raise errors.Invalid(what="nobody_above")
    await state.set_state(Escalating.reason)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    await show(event, state, why(complaint), cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Escalating.reason))
async def typed_why(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, why(complaint), cancel(complaint))
    if words:
        await hand_up(message, state, work, complaint, words, turn=(await state.get_data()).get("turn"))


async def hand_up(
    message: Message, state: FSMContext, work: Work, complaint: Complaint, words: str, *, turn: int | None = None
) -> None:
    owner = escalation.escalate(work, complaint, words, turn=turn)
    await leave(state)
    done = say(_("✅ {name} has the case now. No date has moved."), name=owner.name or Html(_("A colleague")))
    if rights.may(work.actor, "read", complaint):
        await show_case(message, state, work, complaint, bold(done))
    else:
        text = paragraphs(bold(done), say("{code}", code=Code(complaint.code or "")))
        await show(message, state, text, keyboard([button(_("My queue"), Go(to="queue")), to_menu()]), party="staff")


def why(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Why is the case to be handed up?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Write what you have tried and what you need. Whoever has the case next reads it; the customer does not."),
    )
