"""The parts of an answer that few need, each asked by itself: what was understood and found, amounts, dates."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import errors
from backoffice.disputes.outcomes import today
from backoffice.money import parse_amount
from backoffice.work import Work
from bot import dates
from bot.disputes.drafting import DAYS, read_due
from bot.i18n import _, __, n_
from bot.keyboards import Desk, Prefix, button, desk, keyboard, ticked
from bot.money import named
from bot.panel import show
from bot.staff.answer_draft import back_to, cancel, detail, in_hand, keep, parts, preview, text_of
from bot.staff.answering import ask_details
from bot.staff.queue import current
from bot.steps import Step
from bot.texts import Html, bold, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="answer_parts")
router.callback_query.filter(Prefix(Desk))

LONG = 1000  # letters
TEXTS = {
    "summary": (__("The complaint as understood"), __("Say in your words what the customer complains about.")),
    "findings": (__("What was found"), __("Write what you looked at, and what it showed.")),
    "put_right": (
        __("What was put right"),
        __("Write what had gone wrong, and what was put right so that it does not happen again."),
    ),
    "next_step": (
        __("What happens next"),
        __("What happens next, and by when? For example: the refund reaches your account by Sunday."),
    ),
}
"""What is asked for, as on its button."""


class Part(StatesGroup):
    summary = State()
    findings = State()
    put_right = State()
    next_step = State()
    amount = State()
    by = State()


@router.callback_query(Desk.filter(F.do == "parts"))
async def menu(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Everything that an answer can say; what it says already carries a mark."""
    complaint = await in_hand(callback_data, state, work)
    given = await parts(state)
    await state.set_state(None)
    rows = [ticked(str(name), given.get(part), desk("part", complaint, part)) for part, (name, _words) in TEXTS.items()]
    text = paragraphs(
        bold(_("What do you change or add?")), _("Everything but the decision and the reasons is optional.")
    )
    buttons = keyboard(
        [button(_("Decision"), desk("decide", complaint)), button(_("Reasons"), desk("reasons", complaint))],
        [button(_("Remedies"), desk("remedies", complaint)), button(_("Amount and date"), desk("details", complaint))],
        rows[:2],
        rows[2:],
        [button(_("Back"), desk("preview", complaint)), cancel(complaint)],
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "part"))
async def ask_part(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, part = await in_hand(callback_data, state, work), callback_data.value
    if part not in TEXTS:
        raise errors.Invalid(what="unknown_choice")
    given = (await parts(state)).get(part)
    await state.set_state(getattr(Part, part))
    name, words = TEXTS[part]
    text = paragraphs(bold(str(name)), quote(given, LONG) if given else None, Html(words))
    drop = button(_("Leave it out"), desk("without", complaint, part)) if given else None
    buttons = keyboard(drop, back_to("parts", complaint))
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "without"))
async def leave_out(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await in_hand(callback_data, state, work)
    if callback_data.value not in TEXTS:
        raise errors.Invalid(what="unknown_choice")
    await keep(state, **{callback_data.value: None})
    await preview(query, state, work, complaint)


@router.message(Step(Part.summary, Part.findings, Part.put_right, Part.next_step))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    part = str(await state.get_state()).removeprefix("Part:")
    words = await text_of(message, state, complaint, LONG)
    if words:
        await keep(state, **{part: words})
        await preview(message, state, work, complaint)


# ------------------------------------------------------------------ of a remedy


@router.callback_query(Desk.filter(F.do == "amount"))
async def ask_amount(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = await remedied(callback_data, state, work)
    await state.set_state(Part.amount)
    text = paragraphs(
        bold(_("How much is it?")),
        say(_("Write it in {currency}; another currency must be named."), currency=named(work.organisation.currency)),
    )
    await show(query, state, text, keyboard(back_to("details", complaint)), complaint=complaint, party="staff")


@router.message(Step(Part.amount))
async def typed_amount(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint)
    if words:
        amount = parse_amount(words, work.organisation.currency)
        await detail(state, amount=amount.text, currency=amount.currency)
        await ask_details(message, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "by"))
async def ask_day(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """By when it is done: a tap, or a date as it is typed."""
    complaint = await remedied(callback_data, state, work)
    if callback_data.value:
        if callback_data.value not in map(str, DAYS):
            raise errors.Invalid(what="unknown_choice")
        await detail(state, by=(today(work) + timedelta(days=int(callback_data.value))).isoformat())
        await ask_details(query, state, work, complaint)
        return
    await state.set_state(Part.by)
    rows = [
        button(say(n_("In {count} day", "In {count} days", days), count=days), desk("by", complaint, str(days)))
        for days in DAYS
    ]
    example = Html(dates.short(today(work) + timedelta(days=10)))
    text = paragraphs(
        bold(_("By when is it done?")), say(_("Tap one, or write a date, for example: {example}"), example=example)
    )
    buttons = keyboard(rows, back_to("details", complaint))
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.message(Step(Part.by))
async def typed_day(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await text_of(message, state, complaint)
    if words:
        await detail(state, by=read_due(work, words).isoformat())
        await ask_details(message, state, work, complaint)


async def remedied(data: Desk, state: FSMContext, work: Work) -> Complaint:
    """The case, if a remedy was named."""
    complaint = await in_hand(data, state, work)
    if not (await parts(state)).get("remedies"):
        raise errors.Stale(complaint=complaint.id)
    return complaint
