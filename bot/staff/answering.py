"""The final response, step by step: decision, reasons, remedy, what happens next, and a last look before it goes."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, handling, rights
from backoffice.stages import Event as Move
from backoffice.stages import Stage
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Prefix, Row, button, desk, keyboard
from bot.material import words_within
from bot.panel import Event, leave, show
from bot.staff import remedies
from bot.staff.queue import current, show_case
from bot.steps import Step, command
from bot.texts import Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="answering")
router.callback_query.filter(Prefix(Desk))

STEPS = 4
REASONS, WORDS = 1500, 600  # letters; the customer reads all of it in one message


class Answering(StatesGroup):
    reasons = State()
    remedy_words = State()
    next_step = State()


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
    await state.set_state(None)
    await state.update_data(code=complaint.code, answer={})
    rows = [
        button(words[language()], desk("decided", complaint, code))
        for code, words in work.organisation.decisions.items()
    ]
    text = paragraphs(bold(step(1)), _("Is the complaint justified?"))
    back = button(_("Cancel"), desk("show", complaint))
    await show(event, state, text, keyboard(*rows, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "decided"))
async def decided(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if callback_data.value not in work.organisation.decisions:
        raise errors.Invalid(what="unknown_choice")
    await keep(state, decision=callback_data.value)
    await state.set_state(Answering.reasons)
    text = paragraphs(
        bold(step(2)),
        _("Write the reasons: what you found, and why you decide so. The customer reads it as you write it."),
    )
    await show(query, state, text, keyboard(back_to("answer", complaint)), complaint=complaint, party="staff")


@router.message(Step(Answering.reasons))
async def reasons(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint, REASONS)
    if words:
        await keep(state, reasons=words)
        await ask_remedy(message, state, work, complaint, 0)


@router.callback_query(Desk.filter(F.do == "remedies"))
async def other_remedies(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    page = remedies.page(work, callback_data.value)
    await ask_remedy(query, state, work, await in_hand(callback_data, state, work), page)


@router.callback_query(Desk.filter(F.do == "remedy"))
async def remedy(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if work.organisation.find_remedy(callback_data.value) is None:
        raise errors.Invalid(what="unknown_choice")
    await keep(state, remedy=callback_data.value)
    await state.set_state(Answering.remedy_words)
    text = paragraphs(bold(step(3)), _("Is there something to add to the remedy: an amount, a date, a number?"))
    buttons = keyboard(button(_("Skip"), desk("next_step", complaint)), back_to("remedies", complaint))
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.message(Step(Answering.remedy_words))
async def remedy_words(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint)
    if words:
        await keep(state, remedy_words=words)
        await ask_next_step(message, state, complaint)


@router.callback_query(Desk.filter(F.do == "next_step"))
async def skip_remedy_words(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await ask_next_step(query, state, await in_hand(callback_data, state, work))


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


@router.callback_query(Desk.filter(F.do == "send"))
async def send(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    draft = (await state.get_data()).get("answer") or {}
    if not {"decision", "reasons", "remedy"} <= set(draft):
        raise errors.Stale(complaint=complaint.id)
    handling.answer(work, complaint, handling.Draft(**draft), turn=callback_data.turn)
    await leave(state)
    await show_case(query, state, work, complaint, bold(_("✅ The answer is on its way to the customer.")), anew=True)


async def ask_remedy(event: Event, state: FSMContext, work: Work, complaint: Complaint, page: int) -> None:
    await state.set_state(None)
    text = paragraphs(bold(step(3)), _("Which remedy do you give?"), remedies.wanted(work, complaint.wish))
    rows = remedies.choices(work, complaint, page, one="remedy", every="remedies")
    cancel = button(_("Cancel"), desk("show", complaint))
    await show(event, state, text, keyboard(*rows, cancel), complaint=complaint, party="staff")


async def ask_next_step(event: Event, state: FSMContext, complaint: Complaint) -> None:
    await state.set_state(Answering.next_step)
    text = paragraphs(
        bold(step(4)),
        _("What happens next, and by when? For example: the refund reaches your account by Sunday."),
    )
    buttons = keyboard(button(_("Skip"), desk("preview", complaint)), back_to("remedies", complaint))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


async def preview(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """What will be sent; nothing has gone yet."""
    draft = (await state.get_data()).get("answer") or {}
    given = work.organisation.find_remedy(draft.get("remedy", ""))
    decision = work.organisation.decisions.get(draft.get("decision", ""))
    if given is None or decision is None or "reasons" not in draft:
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(None)
    text = paragraphs(
        bold(_("Please read it once more before it goes.")),
        say(_("Decision: {decision}"), decision=Html(decision[language()])),
        lines(Html(_("Reasons:")), quote(draft["reasons"], 1500)),
        lines(
            say(_("Remedy: {remedy}"), remedy=Html(given.words[language()])),
            quote(draft.get("remedy_words")) or None,
        ),
        lines(Html(_("What happens next:")), quote(draft["next_step"])) if draft.get("next_step") else None,
        _("The next route for who is not satisfied is added by itself."),
    )
    buttons = keyboard(
        button(_("Send the answer"), desk("send", complaint), SUCCESS),
        button(_("Write it again"), desk("answer", complaint)),
        button(_("Cancel"), desk("show", complaint)),
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff")


async def in_hand(data: Desk, state: FSMContext, work: Work) -> Complaint:
    """The case of the button, if it is the one that is being answered: an answer must not stray to another."""
    complaint = complaints.find(work, data.code)
    rights.require(work, "answer", complaint)
    if (await state.get_data()).get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    return complaint


async def keep(state: FSMContext, **part: str) -> None:
    await state.update_data(answer={**((await state.get_data()).get("answer") or {}), **part})


async def text_of(message: Message, state: FSMContext, complaint: Complaint, limit: int = WORDS) -> str | None:
    """The words of a message; anything else is asked for again, and the step stays."""
    words = words_within(message, limit)
    if words is not None:
        return words
    text = Html(
        _("Please write it as text. Photos and files can be sent to the customer with “Write to the customer”.")
    )
    await show(message, state, text, keyboard(back_to("answer", complaint)), complaint=complaint, party="staff")
    return None


def step(number: int) -> str:
    return say(_("Answer, {number} of {total}"), number=number, total=STEPS)


def back_to(do: str, complaint: Complaint) -> Row:
    return [button(_("Back"), desk(do, complaint)), button(_("Cancel"), desk("show", complaint))]
