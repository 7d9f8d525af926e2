"""Remedies are carried out: shown to be done, given to a colleague, and handed back; one's own list of them."""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, reading, remedies, rights, tasks
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, evidence, task_cards, task_lines
from bot.i18n import _
from bot.keyboards import Carry, Desk, Go, Prefix, Row, button, desk, keyboard, pager, to_menu
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.staff.more import number
from bot.staff.queue import show_case
from bot.steps import Step, command
from bot.task_cards import carry
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.remedies import Task

router = Router(name="carrying")
router.callback_query.filter(Prefix(Desk, Carry, Go))

SHOWN = 6


class Carrying(StatesGroup):
    evidence = State()


# ------------------------------------------------------------------ lists


@router.message(command("tasks"))
@router.callback_query(Go.filter(F.to == "tasks"))
async def mine(event: Event, state: FSMContext, work: Work) -> None:
    """What the actor was given to carry out, of whichever case."""
    await leave(state)
    found = remedies.mine(work)[:SHOWN]
    listed = [lines(code_of(work, each), task_lines.line(work, each)) for each in found]
    empty = Html(_("You have nothing to carry out for a colleague. ✅"))
    text = paragraphs(bold(_("What you are to carry out")), *listed) if found else empty
    rows = [button(task_lines.named(work, each), carry("open", each)) for each in found]
    await show(event, state, text, keyboard(*rows, to_menu()), party="staff")


@router.callback_query(Desk.filter(F.do == "carry_out"))
async def carry_out(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The short way: of one remedy the evidence is asked for at once."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "carry_out", complaint)
    found = remedies.open_of(work, complaint)
    if not found:
        raise errors.Stale(complaint=complaint.id)
    if len(found) == 1:
        await ask_evidence(query, state, work, found[0])
    else:
        await show_list(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "tasks"))
async def of_case(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await show_list(query, state, work, complaints.find(work, callback_data.code))


async def show_list(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    """All of it, done or not; a way to each."""
    rights.require(work, "read", complaint)
    found = tasks.running(work, complaint)
    if not found:
        raise errors.Stale(complaint=complaint.id)
    await leave(state)
    text = paragraphs(
        first,
        lines(bold(_("What is to be carried out")), say("{code}", code=Code(complaint.code or ""))),
        *(task_lines.whole(work, each) for each in found),
        cards.window_line(work, complaint),
    )
    ways = [button(task_lines.named(work, each), carry("open", each)) for each in found]
    back = button(_("Back"), desk("show", complaint))
    await show(event, state, text, keyboard(*ways, back), complaint=complaint, party="staff", anew=anew)


# ------------------------------------------------------------------ one of them


@router.callback_query(Carry.filter(F.do == "open"))
async def open_one(query: CallbackQuery, callback_data: Carry, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_one(query, state, work, remedies.find(work, callback_data.number))


async def show_one(event: Event, state: FSMContext, work: Work, task: Task, first: Html | None = None) -> None:
    reading.opened(work, remedies.case_of(work, task), reading.CONTACT)
    text = paragraphs(first or bold(_("To be carried out")), task_cards.needed(work, task))
    await tell(event, state, work, task, text, task_cards.buttons(work, task))


@router.callback_query(Carry.filter(F.do == "done"))
async def done(query: CallbackQuery, callback_data: Carry, state: FSMContext, work: Work) -> None:
    await ask_evidence(query, state, work, remedies.find(work, callback_data.number))


async def ask_evidence(event: Event, state: FSMContext, work: Work, task: Task, first: Html | None = None) -> None:
    complaint = remedies.case_of(work, task)
    remedies.doable(work, complaint, task.id)
    await state.set_state(Carrying.evidence)
    await state.update_data(task=task.id, code=complaint.code)  # a reply to the question answers it
    text = paragraphs(first, evidence.prompt(complaint, task_lines.whole(work, task)))
    reads = rights.may(work.actor, "read", complaint)
    cancel = button(_("Cancel"), desk("show", complaint) if reads else carry("open", task))
    await tell(event, state, work, task, text, keyboard(cancel))


@router.message(Step(Carrying.evidence))
async def bring(message: Message, state: FSMContext, work: Work) -> None:
    task, brought = remedies.find(work, int((await state.get_data()).get("task") or 0)), material(message)
    if brought.empty:
        await ask_evidence(message, state, work, task, unreadable())
        return
    complaint = remedies.case_of(work, task)
    entry = keep(work, partial(remedies.fulfil, task_id=task.id), complaint, brought)
    await evidence.kept(state, brought, entry)
    asked = Stage(complaint.stage) is Stage.CONFIRMING
    said = bold(
        _("✅ All of it is done. The customer is asked to confirm.")
        if asked
        else _("✅ Done, and the customer has the evidence.")
    )
    if not rights.may(work.actor, "read", complaint):
        text = paragraphs(said, lines(code_of(work, task), task_lines.line(work, task)))
        await show(message, state, text, keyboard(to_menu()), party="staff")
    elif asked:
        await show_case(message, state, work, complaint, said)
    else:
        text = paragraphs(said, *(task_lines.whole(work, each) for each in tasks.running(work, complaint)))
        await show(message, state, text, left(work, complaint), complaint=complaint, party="staff")


def left(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """To what is still to be done."""
    rows = [button(task_lines.named(work, each), carry("open", each)) for each in remedies.open_of(work, complaint)]
    return keyboard(*rows, button(_("Open the case"), desk("show", complaint)))


# ------------------------------------------------------------------ by whom


@router.callback_query(Carry.filter(F.do == "give"))
async def to_whom(query: CallbackQuery, callback_data: Carry, state: FSMContext, work: Work) -> None:
    task = remedies.find(work, callback_data.number)
    page = number(callback_data.value or "0")
    found, more = remedies.candidates(work, task, page)
    await leave(state)
    text = paragraphs(
        bold(_("Who is to carry it out?")),
        task_lines.line(work, task),
        _("They are told, and read what they need of the case: for whom it is, and what was promised. No date moves.")
        if found
        else _("Nobody else is there who may know of the case."),
    )
    named: list[Row] = [
        [button(say("{name}", name=each.name), carry("give_to", task, str(each.id)))] for each in found if each.name
    ]
    ways = pager(page, more, lambda to: carry("give", task, str(to)), _("Previous"), _("More"))
    await tell(query, state, work, task, text, keyboard(*named, ways, button(_("Back"), carry("open", task))))


@router.callback_query(Carry.filter(F.do == "give_to"))
async def give(query: CallbackQuery, callback_data: Carry, state: FSMContext, work: Work) -> None:
    task = remedies.find(work, callback_data.number)
    complaint = remedies.case_of(work, task)
    remedies.give(work, complaint, task.id, number(callback_data.value))
    await show_list(query, state, work, complaint, bold(_("✅ They have been told.")), anew=True)


@router.callback_query(Carry.filter(F.do == "taken"))
async def take_back(query: CallbackQuery, callback_data: Carry, state: FSMContext, work: Work) -> None:
    task = remedies.find(work, callback_data.number)
    complaint = remedies.case_of(work, task)
    remedies.take_back(work, complaint, task.id)
    said = bold(_("✅ It is for the owner of the case again."))
    await show_list(query, state, work, complaint, said, anew=True)


@router.callback_query(Carry.filter(F.do == "returned"))
async def hand_back(query: CallbackQuery, callback_data: Carry, state: FSMContext, work: Work) -> None:
    remedies.hand_back(work, remedies.find(work, callback_data.number))
    await leave(state)
    said = bold(_("✅ It is for the owner of the case again, who has been told."))
    await show(query, state, said, keyboard(to_menu()), party="staff", anew=True)


# ------------------------------------------------------------------ inside


async def tell(
    event: Event, state: FSMContext, work: Work, task: Task, text: Html, buttons: InlineKeyboardMarkup
) -> None:
    """About the case for who reads it: a reply to it reaches the customer. For others about nothing but the task."""
    complaint = remedies.case_of(work, task)
    reads = rights.may(work.actor, "read", complaint)
    await show(event, state, text, buttons, complaint=complaint if reads else None, party="staff")


def code_of(work: Work, task: Task) -> Html:
    return say("{code}", code=Code(remedies.case_of(work, task).code or ""))
