"""While others review a case: to be heard, to object to one of them, to withdraw. And the routes outside."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import challenges, complaints, errors, hearing, panel, phases, review
from backoffice.lifecycle import possible
from backoffice.phases import Phase
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import cards, seats
from bot.customer.answers import show_closed
from bot.customer.mine import case_buttons, current
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Own, Prefix, button, keyboard, own
from bot.material import keep, material
from bot.panel import leave, show
from bot.steps import Step
from bot.texts import bold, lines, paragraphs, say

router = Router(name="review_course")
router.callback_query.filter(Prefix(Own))


class Objecting(StatesGroup):
    reason = State()


@router.callback_query(Own.filter(F.do == "be_heard"))
async def be_heard(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    hearing.be_heard(work, complaint)
    text = paragraphs(
        bold(_("Those who review your complaint know that you want to be heard.")),
        _("They ask their questions here. Whatever you want to say to them, add it to the complaint."),
        cards.footer(work, complaint),
    )
    await show(query, state, text, case_buttons(work, complaint), complaint=complaint)


@router.callback_query(Own.filter(F.do == "object"))
async def ask_whom(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    running = phases.running(work, complaint, Phase.IN_COMMITTEE)
    sitting = panel.live(work, running)
    rows = [
        button(
            say("{seat}: {name}", seat=seats.title(work, seat), name=seats.name(work, seat)),
            own("object_to", complaint, str(seat.id)),
        )
        for seat in sitting
        if seat.challenged_at is None
    ]
    text = paragraphs(
        bold(_("Who reviews your complaint")),
        lines(*seats.members(work, running)),
        _("Do you doubt that one of them is impartial? Choose whom, and say why. Somebody else decides on it.")
        if rows
        else _("You have said so of everybody who sits on it."),
        cards.footer(work, complaint),
    )
    await show(query, state, text, keyboard(*rows, button(_("Back"), own("show", complaint))), complaint=complaint)


@router.callback_query(Own.filter(F.do == "object_to"))
async def ask_why(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if not callback_data.value.isdecimal() or len(callback_data.value) > 9:
        raise errors.Invalid(what="unknown_choice")
    await state.set_state(Objecting.reason)
    await state.update_data(code=complaint.code, seat=int(callback_data.value))
    text = paragraphs(
        bold(_("Why do you doubt it?")),
        _("Please write the reason: for example kinship, an earlier dispute, or a part in what happened."),
        cards.footer(work, complaint),
    )
    await show(query, state, text, keyboard(button(_("Back"), own("object", complaint))), complaint=complaint)


@router.message(Step(Objecting.reason))
async def object_to(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    brought = material(message)
    if brought.file:  # it is evidence, with or without a reason beside it
        keep(work, complaints.add, complaint, replace(brought, text=None))
    words = brought.text
    if words is None:
        text = paragraphs(_("Please write it as text."), cards.footer(work, complaint))
        await show(message, state, text, keyboard(button(_("Back"), own("object", complaint))), complaint=complaint)
        return
    challenges.challenge(work, complaint, (await state.get_data()).get("seat", 0), words)
    await leave(state)
    text = paragraphs(
        bold(_("✅ Your objection is recorded.")),
        _("It is decided before the complaint is. You hear of the outcome here."),
        cards.footer(work, complaint),
    )
    await show(message, state, text, case_buttons(work, complaint), complaint=complaint)


@router.callback_query(Own.filter(F.do == "review_withdraw"))
async def ask_withdrawal(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE)
    text = paragraphs(
        bold(_("Withdraw the request for a review?")),
        _("The complaint goes on where it stood before, and our earlier answer stands. You can ask again in time."),
        cards.footer(work, complaint),
    )
    buttons = keyboard(
        button(_("Yes, withdraw the request"), own("review_withdrawn", complaint), DANGER),
        button(_("No, keep it"), own("show", complaint), SUCCESS),
    )
    await show(query, state, text, buttons, complaint=complaint)


@router.callback_query(Own.filter(F.do == "review_withdrawn"))
async def withdraw(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    review.withdraw(work, complaint, turn=callback_data.turn)
    text = paragraphs(bold(_("You have withdrawn the request for a review.")), cards.footer(work, complaint))
    await show(query, state, text, case_buttons(work, complaint), complaint=complaint)


# ------------------------------------------------------------------ the routes outside


@router.callback_query(Own.filter(F.do == "decline"))
async def ask_declining(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if not possible(complaint, Move.DECLINED):
        raise errors.Stale(complaint=complaint.id)
    until = work.organisation.due("external", None, work.now)
    text = paragraphs(
        bold(_("Leave it at that?")),
        say(_("The complaint is closed as unresolved. The ways outside stay open to you until {date}."), date=until),
        cards.footer(work, complaint),
    )
    buttons = keyboard(
        button(_("Yes, close it"), own("declined", complaint)),
        button(_("No, I choose a way"), own("routes", complaint), SUCCESS),
    )
    await show(query, state, text, buttons, complaint=complaint)


@router.callback_query(Own.filter(F.do == "declined"))
async def decline(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    complaints.decline_routes(work, complaint, turn=callback_data.turn)
    await show_closed(query, state, work, complaint)
