"""Answers that wait for somebody else: read, approved with one tap, or returned with a comment (S7, T22, T23)."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import approvals, complaints, errors, people, rights
from backoffice.work import Work
from bot import answer_words, cards
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Desk, Go, Prefix, button, desk, keyboard, to_menu
from bot.panel import Event, leave, show
from bot.staff.queue import choices as to_cases
from bot.staff.queue import current, line, show_case
from bot.staff.saying import words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.answers import Proposal
from storage.complaints import Complaint

router = Router(name="approving")
router.callback_query.filter(Prefix(Desk, Go))

SHOWN = 6


class Approving(StatesGroup):
    comment = State()


@router.message(command("approve"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/approve CODE; without one, what waits for the actor."""
    if command.args:
        await show_proposal(message, state, work, complaints.find(work, command.args))
    else:
        await waiting(message, state, work)


@router.callback_query(Go.filter(F.to == "approvals"))
async def waiting(event: Event, state: FSMContext, work: Work) -> None:
    found = approvals.mine(work)
    await leave(state)
    if len(found) == 1:
        await show_proposal(event, state, work, found[0])
        return
    empty = Html(_("No answer waits for your approval. ✅"))
    listed = (bold(_("Answers that wait for your approval")), *(line(work, each) for each in found[:SHOWN]))
    rows = to_cases(found[:SHOWN], "approval")
    await show(event, state, paragraphs(*listed) if found else empty, keyboard(*rows, to_menu()), party="staff")


@router.callback_query(Desk.filter(F.do == "approval"))
async def open_proposal(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await show_proposal(query, state, work, complaints.find(work, callback_data.code))


async def show_proposal(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    rights.require(work, "read_all", complaint)
    proposal = approvals.waiting(work, complaint)
    if proposal is None:
        raise errors.Stale(complaint=complaint.id)
    await leave(state)
    text = proposed(work, complaint, proposal)
    await show(event, state, text, choices(work, complaint), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "approve"))
async def approve(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    approvals.approve(work, complaint, turn=callback_data.turn)
    await leave(state)
    done = bold(_("✅ Approved: the answer is on its way to the customer."))
    await show_case(query, state, work, complaint, done, anew=True)


@router.callback_query(Desk.filter(F.do == "return_answer"))
async def ask_comment(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "approve", complaint)
    if callback_data.turn != complaint.turn or not approvals.can_approve(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Approving.comment)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    await show(query, state, prompt(complaint), back(complaint), complaint=complaint, party="staff")


@router.message(Step(Approving.comment))
async def typed_comment(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, prompt(complaint), back(complaint))
    if words:
        approvals.send_back(work, complaint, words, turn=(await state.get_data()).get("turn"))
        await leave(state)
        await show_case(message, state, work, complaint, bold(_("✅ Returned. Its author reads your comment.")))


@router.callback_query(Desk.filter(F.do == "take_back"))
async def take_back(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    approvals.take_back(work, complaint, turn=callback_data.turn)
    await leave(state)
    await show_case(query, state, work, complaint, bold(_("✅ The answer is yours again.")), anew=True)


def proposed(work: Work, complaint: Complaint, proposal: Proposal) -> Html:
    """Who wrote it, why it needs somebody else, and all that the customer would read."""
    return paragraphs(
        bold(_("An answer waits for approval")),
        lines(
            say("{code}", code=Code(complaint.code or "")),
            cards.severity(work, complaint),
            cards.due_line(work, complaint),
            say(_("Written by: {name}"), name=people.name_of(work, proposal.author_id) or "–"),
            answer_words.because_of(proposal.why),
        ),
        *answer_words.parts(work, approvals.draft_of(proposal)),
    )


def choices(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """What the reader can do about it."""
    able = approvals.can_approve(work, complaint)
    owns = rights.may(work.actor, "answer", complaint)
    return keyboard(
        button(_("Approve and send"), desk("approve", complaint), SUCCESS) if able else None,
        button(_("Return with a comment"), desk("return_answer", complaint), DANGER) if able else None,
        button(_("Take it back"), desk("take_back", complaint)) if owns else None,
        button(_("Open the case"), desk("show", complaint)),
    )


def prompt(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What is to be changed?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Whoever wrote the answer reads it; the customer does not."),
    )


def back(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Back"), desk("approval", complaint)))
