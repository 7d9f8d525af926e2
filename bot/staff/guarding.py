"""What keeps people and cases safe: abusive words (the customer is asked for kindness), a hold for the law (T90), the
paper that shows for whom somebody acts."""

from collections.abc import Callable

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, conduct, errors, handling, holding, rights
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import subjects
from bot.i18n import Reader, _, speaking_to
from bot.keyboards import DANGER, Desk, Go, Prefix, button, desk, keyboard, to_menu
from bot.panel import Event, leave, show
from bot.staff.handling import cancel
from bot.staff.more import back, number
from bot.staff.queue import choices, current, show_case
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="guarding")
router.callback_query.filter(Prefix(Desk, Go))


class Guarding(StatesGroup):
    hold = State()
    lift_hold = State()


# ------------------------------------------------------------------ words that hurt


@router.callback_query(Desk.filter(F.do == "abuse"))
async def which(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "mark_abusive", complaint)
    await leave(state)
    found = conduct.markable(work, complaint)
    text = paragraphs(
        bold(_("Which words are abusive?")),
        say("{code}", code=Code(complaint.code or "")),
        *(lines(say("{number}", number=place), quote(each.text, 300)) for place, each in enumerate(found, start=1)),
        _(
            "The customer is asked, kindly, to keep to the matter. After two such messages their files are "
            "kept and not forwarded at once. No date changes, and nothing is lost."
        )
        if found
        else _("There is nothing that could be marked."),
    )
    rows = [
        button(say(_("Mark message {number}"), number=place), desk("abusive", complaint, str(each.id)), DANGER)
        for place, each in enumerate(found, start=1)
    ]
    await show(query, state, text, keyboard(*rows, back(complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "abusive"))
async def mark(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "mark_abusive", complaint)
    marked = conduct.mark(work, complaint, number(callback_data.value or "0"))
    first = (
        _("✅ Marked. The customer is asked to keep to the matter.")
        if marked.warned
        else _("✅ Marked. Files of the customer are kept and not forwarded at once.")
    )
    await show_case(query, state, work, complaint, bold(first), anew=True)


@router.callback_query(Desk.filter(F.do == "calm"))
async def calm(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    conduct.lift(work, complaint)
    await show_case(query, state, work, complaint, bold(_("✅ Files are sent on at once again.")), anew=True)


# ------------------------------------------------------------------ kept for the law


@router.callback_query(Desk.filter(F.do.in_({"hold", "lift_hold"})))
async def ask_why(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, do = complaints.find(work, callback_data.code), callback_data.do
    rights.require(work, "hold", complaint)
    if not holding.can_hold(work, complaint):
        raise errors.SetAsideRefused(complaint=complaint.id, why="lawyers")
    if (complaint.held_at is None) is not (do == "hold"):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(getattr(Guarding, do))
    await state.update_data(code=complaint.code)
    await show(query, state, prompt(complaint, do), cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(Guarding))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint, do = await current(state, work), str(await state.get_state()).removeprefix("Guarding:")
    words = await words_of(message, state, complaint, prompt(complaint, do), cancel(complaint))
    if not words:
        return
    verb: Callable[[Work, Complaint, str], object] = holding.hold if do == "hold" else holding.lift
    verb(work, complaint, words)
    await leave(state)
    first = (
        _("✅ The case is kept. The customer is told in neutral words.")
        if do == "hold"
        else _("✅ The case is not kept any more. The customer is told.")
    )
    await show_case(message, state, work, complaint, bold(first))


@router.callback_query(Go.filter(F.to == "holds"))
async def held(event: Event, state: FSMContext, work: Work) -> None:
    await leave(state)
    found = holding.held(work)
    text = paragraphs(
        bold(_("Kept for legal reasons")),
        *(
            lines(subjects.line(work, each), say(_("since {date}"), date=each.held_at or work.now))
            for each in found[:SHOWN]
        ),
        None if found else _("No case is kept for legal reasons."),
    )
    await show(event, state, text, keyboard(*choices(found[:SHOWN]), to_menu()), party="staff")


def prompt(complaint: Complaint, do: str) -> Html:
    code = say("{code}", code=Code(complaint.code or ""))
    if do == "hold":
        return paragraphs(
            bold(_("Why must the case be kept?")),
            code,
            _("For example: a court case has been filed. Nothing in it is erased then, and no third party can begin."),
            _("The reason is internal; the customer reads only that the case is kept for legal reasons."),
        )
    return paragraphs(bold(_("Why does it no longer have to be kept?")), code, _("The reason is internal."))


# ------------------------------------------------------------------ for whom somebody acts


@router.callback_query(Desk.filter(F.do == "authority"))
async def ask_authority(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The question is ours, in the customer's language."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "ask", complaint)
    if complaint.acting_for is None or not possible(complaint, Move.ASKED):
        raise errors.Stale(complaint=complaint.id)
    with speaking_to(Reader(complaint.language)):
        words = _(
            "Please send a photo of the paper that shows that you may act for the person for whom you complain. We need"
            " it before something is paid or agreed in their name."
        )
    handling.ask(work, complaint, words)
    await show_case(query, state, work, complaint, bold(_("✅ The customer has been asked.")), anew=True)


SHOWN = 6
