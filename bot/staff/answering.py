"""The final response, step by step: decision, reasons, remedy, what happens next, and a last look before it goes.

What is rarely needed waits at the last look (`bot/staff/answer_parts.py`); from there every part can be changed.
"""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import answers, approvals, complaints, errors, handling, offers, procedures, rights
from backoffice.stages import Event as Move
from backoffice.stages import Stage
from backoffice.work import Work
from bot import answer_words
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Prefix, Row, button, desk, keyboard
from bot.panel import Event, leave, show
from bot.staff import remedies, templates
from bot.staff.answer_draft import (
    REASONS,
    back_to,
    cancel,
    detail,
    drafted,
    in_hand,
    is_whole,
    keep,
    lines_of,
    may_add,
    parts,
    preview,
    step,
    text_of,
)
from bot.staff.queue import current, show_case
from bot.steps import Step, command
from bot.texts import bold, language, paragraphs
from storage.answers import Proposal
from storage.complaints import Complaint

router = Router(name="answering")
router.callback_query.filter(Prefix(Desk))


class Answering(StatesGroup):
    reasons = State()
    more_reasons = State()
    remedy_words = State()
    next_step = State()
    because = State()


# ------------------------------------------------------------------ in


@router.message(command("answer"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    await begin(message, state, work, complaints.find(work, command.args or ""))


@router.callback_query(Desk.filter(F.do == "answer"))
async def by_button(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await begin(query, state, work, complaints.find(work, callback_data.code))


async def begin(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    rights.require(work, "answer", complaint)
    if not handling.answerable(work, complaint):
        raise errors.IllegalMove(complaint=complaint.id, stage=Stage(complaint.stage), event=Move.ANSWERED)
    procedures.require_done(work, complaint)
    await state.update_data(code=complaint.code, answer={}, whole=False)
    await ask_decision(event, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "resume"))
async def resume(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The answer that came back, to be changed where somebody wanted it changed."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "answer", complaint)
    before = approvals.returned(work, complaint)
    if before is None or not (handling.answerable(work, complaint) or offers.can_revise(work, complaint)):
        raise errors.Stale(complaint=complaint.id)
    parts = answers.parts_of(approvals.draft_of(before))
    if not offers.can_revise(work, complaint):
        parts.pop("because", None)
    await state.update_data(code=complaint.code, answer=parts)
    await preview(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "revise"))
async def revise(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Another answer in the place of the one on which the customer decides: first, why (T29)."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "answer", complaint)
    if not offers.can_revise(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Answering.because)
    await state.update_data(code=complaint.code, answer={}, whole=False)
    text = paragraphs(
        bold(_("Why do you change the answer?")),
        _("The customer reads it above the new answer, and has the full time to decide again."),
    )
    await show(query, state, text, keyboard(cancel(complaint)), complaint=complaint, party="staff")


@router.message(Step(Answering.because))
async def because(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint)
    given = complaints.last_answer(work.db, complaint)
    if words and given is not None:
        before = answers.parts_of(answers.as_draft(given))
        await state.update_data(answer={**before, "because": words})
        await preview(message, state, work, complaint)


# ------------------------------------------------------------------ decision and reasons


@router.callback_query(Desk.filter(F.do == "decide"))
async def decide_again(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await ask_decision(query, state, work, await in_hand(callback_data, state, work))


@router.callback_query(Desk.filter(F.do == "decided"))
async def decided(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if callback_data.value not in work.organisation.decisions:
        raise errors.Invalid(what="unknown_choice")
    await keep(state, decision=callback_data.value)
    if await is_whole(state):
        await preview(query, state, work, complaint)
    else:
        await ask_reasons(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "reasons"))
async def reasons_again(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await ask_reasons(query, state, work, await in_hand(callback_data, state, work))


@router.message(Step(Answering.reasons, Answering.more_reasons))
async def reasons(message: Message, state: FSMContext, work: Work) -> None:
    """The reasons, or what is added to those that there are."""
    complaint = await current(state, work)
    adds = await state.get_state() == Answering.more_reasons.state
    before = (await parts(state)).get("reasons") if adds else None
    words = await text_of(message, state, complaint, REASONS - len(before or ""))
    if words:
        await keep(state, reasons=f"{before}\n\n{words}" if before else words)
        await after_reasons(message, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "more_reasons"))
async def add_to_reasons(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if not (await parts(state)).get("reasons"):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Answering.more_reasons)
    text = paragraphs(bold(step(2)), _("Write what you add to these words. It stands below them."))
    await show(query, state, text, keyboard(back_to("reasons", complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "template"))
async def use_template(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Words of the organisation, filled in, as reasons that can be taken, added to, or written anew."""
    complaint = await in_hand(callback_data, state, work)
    await keep(state, reasons=templates.filled(work, complaint, callback_data.value))
    await ask_reasons(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "reasoned"))
async def take_reasons(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if not (await parts(state)).get("reasons"):
        raise errors.Stale(complaint=complaint.id)
    await after_reasons(query, state, work, complaint)


async def ask_decision(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    await state.set_state(None)
    rows = [
        button(words[language()], desk("decided", complaint, code))
        for code, words in work.organisation.decisions.items()
    ]
    before = None if await is_whole(state) else approvals.returned(work, complaint)
    resumed = button(_("Go on with the answer that came back"), desk("resume", complaint)) if before else None
    text = paragraphs(bold(step(1)), _("Is the complaint justified?"))
    alike = button(_("Similar cases"), desk("alike", complaint))
    buttons = keyboard(*rows, resumed, alike, cancel(complaint))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


async def ask_reasons(event: Event, state: FSMContext, work: Work, complaint: Complaint, page: int = 0) -> None:
    """With the words that there are already, if any, or with templates to begin with."""
    await state.set_state(Answering.reasons)
    written = (await parts(state)).get("reasons")
    text = paragraphs(
        bold(step(2)),
        lines_of(written),
        _("Write the reasons: what you found, and why you decide so. The customer reads it as you write it."),
    )
    ready: list[Row] = [
        [button(_("Use this text"), desk("reasoned", complaint), SUCCESS)],
        [button(_("Add to this text"), desk("more_reasons", complaint))],
    ]
    rows = ready if written else []
    back = back_to("preview" if await is_whole(state) else "answer", complaint)
    buttons = keyboard(*rows, *templates.choices(work, complaint, page, room=5 - len(rows)), back)
    await show(event, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "templates"))
async def other_templates(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    await ask_reasons(query, state, work, complaint, templates.page(work, complaint, callback_data.value))


async def after_reasons(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    if await is_whole(state):
        await preview(event, state, work, complaint)
    else:
        await ask_remedy(event, state, work, complaint, 0)


# ------------------------------------------------------------------ remedies, and what happens next


@router.callback_query(Desk.filter(F.do == "remedies"))
async def other_remedies(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    page = remedies.page(work, callback_data.value)
    await ask_remedy(query, state, work, await in_hand(callback_data, state, work), page)


@router.callback_query(Desk.filter(F.do == "another"))
async def another_remedy(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if not may_add(await parts(state)):
        raise errors.Stale(complaint=complaint.id)
    await state.update_data(adding=True)
    await ask_remedy(query, state, work, complaint, 0)


@router.callback_query(Desk.filter(F.do == "remedy"))
async def remedy(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if work.organisation.find_remedy(callback_data.value) is None:
        raise errors.Invalid(what="unknown_choice")
    adds = bool((await state.get_data()).get("adding")) and callback_data.value != answers.NOTHING
    before = (await parts(state)).get("remedies") or [] if adds else []
    await state.update_data(adding=False)
    await keep(state, remedies=[*before, {"code": callback_data.value}])
    await ask_details(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "details"))
async def details(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await ask_details(query, state, work, await in_hand(callback_data, state, work))


@router.message(Step(Answering.remedy_words))
async def remedy_words(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint)
    if words:
        await detail(state, words=words)
        await ask_next_step(message, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "next_step"))
async def skip_remedy_words(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await ask_next_step(query, state, work, await in_hand(callback_data, state, work))


@router.message(Step(Answering.next_step))
async def next_step(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint)
    if words:
        await keep(state, next_step=words)
        await preview(message, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "preview"))
async def skip_next_step(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await preview(query, state, work, await in_hand(callback_data, state, work))


async def ask_remedy(event: Event, state: FSMContext, work: Work, complaint: Complaint, page: int) -> None:
    await state.set_state(None)
    text = paragraphs(bold(step(3)), _("Which remedy do you give?"), remedies.wanted(work, complaint.wish))
    rows = remedies.choices(work, complaint, page, one="remedy", every="remedies")
    await show(event, state, text, keyboard(*rows, cancel(complaint)), complaint=complaint, party="staff")


async def ask_details(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """What there is to say about the remedy that was named last; all of it can be skipped."""
    await state.set_state(Answering.remedy_words)
    given = await parts(state)
    if not given.get("remedies"):
        raise errors.Stale(complaint=complaint.id)
    last = answers.Given(**given["remedies"][-1])
    text = paragraphs(
        bold(step(3)),
        answer_words.remedy(work, last),
        _("Is there something to add to the remedy: an amount, a date, a number?"),
    )
    said = any((last.words, last.amount, last.by))
    plain = last.code == answers.NOTHING
    buttons = keyboard(
        button(_("Go on") if said else _("Skip"), desk("next_step", complaint)),
        None if plain else [button(_("Amount"), desk("amount", complaint)), button(_("Date"), desk("by", complaint))],
        button(_("Another remedy"), desk("another", complaint)) if may_add(given) else None,
        back_to("remedies", complaint),
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff")


async def ask_next_step(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    if await is_whole(state):
        await preview(event, state, work, complaint)
        return
    await state.set_state(Answering.next_step)
    text = paragraphs(
        bold(step(4)),
        _("What happens next, and by when? For example: the refund reaches your account by Sunday."),
    )
    buttons = keyboard(button(_("Skip"), desk("preview", complaint)), back_to("remedies", complaint))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


# ------------------------------------------------------------------ the last look


@router.callback_query(Desk.filter(F.do == "send"))
async def send(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    draft = await drafted(state, complaint)
    sent = handling.answer(work, complaint, draft, turn=callback_data.turn)
    await leave(state)
    done = (
        _("✅ The answer waits for approval. You are told as soon as it is given.")
        if isinstance(sent, Proposal)
        else _("✅ The answer is on its way to the customer.")
    )
    await show_case(query, state, work, complaint, bold(done), anew=True)
