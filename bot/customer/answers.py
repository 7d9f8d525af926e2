"""The complainant's word on an answer: accept, refuse, confirm, deny, reopen."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, offers, remedies, surveys, ways
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.stages import Stage
from backoffice.work import Work
from bot import answer_cards, cards, routes, task_cards, task_lines
from bot.customer.mine import case_buttons, current
from bot.dates import digits
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Own, Prefix, button, keyboard, own
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import Html, bold, language, paragraphs, say
from storage.complaints import Complaint

router = Router(name="answers")
router.callback_query.filter(Prefix(Own))


class Saying(StatesGroup):
    reason = State()
    rating = State()


@router.callback_query(Own.filter(F.do == "answer"))
async def read_answer(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    if complaints.last_answer(work.db, complaint) is None:
        raise errors.Stale(complaint=complaint.id)
    await show(
        query, state, answer_cards.answer_text(work, complaint), answer_buttons(work, complaint), complaint=complaint
    )


@router.callback_query(Own.filter(F.do == "accept"))
async def accept(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    decision = cards.is_reviewed(complaint)
    complaints.accept(work, complaint, turn=callback_data.turn)
    if Stage(complaint.stage) is Stage.CLOSED:
        await show_closed(query, state, work, complaint)
        return
    text = paragraphs(
        bold(
            _("Thank you. You have accepted the decision.")
            if decision
            else _("Thank you. You have accepted our answer.")
        ),
        task_lines.told(work, complaint),
        _("We carry it out now and then ask you whether it is done."),
        cards.footer(work, complaint),
    )
    await keep_and_show(query, state, text, case_buttons(work, complaint), complaint)


@router.callback_query(Own.filter(F.do == "refuse"))
async def refuse(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    """The no counts at once; the reason is asked after it and may be left out."""
    complaint = complaints.find_own(work, callback_data.code)
    complaints.refuse(work, complaint, turn=callback_data.turn)
    if Stage(complaint.stage) is not Stage.INVESTIGATING:
        await passed_on(query, state, work, complaint)
        return
    text = paragraphs(
        bold(_("We take that seriously and look at it again.")),
        _("The supervisor has been told."),
        _("What is wrong or missing in the answer? Please write it here, or send a voice message or a photo."),
        _("If you would rather have other people look at it, ask for a review.")
        if ways.review(work, complaint)
        else None,
        cards.footer(work, complaint),
    )
    await ask_reason(query, state, text, complaint, work)


async def passed_on(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """The same people would not come to another answer: others look at it, here or outside."""
    if Stage(complaint.stage) is Stage.IN_DISPUTE:
        text = paragraphs(bold(_("The way outside is open to you.")), routes.outside(work, complaint))
    else:
        text = paragraphs(
            bold(_("Now other people should look at it.")),
            _("We have answered you more than once, and could not agree. Ask for a review: it takes one tap to begin."),
        )
    await leave(state)
    buttons = case_buttons(work, complaint)
    await keep_and_show(event, state, paragraphs(text, cards.footer(work, complaint)), buttons, complaint)


@router.callback_query(Own.filter(F.do == "confirm"))
async def confirm(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    complaints.confirm(work, complaint, turn=callback_data.turn)
    await show_closed(query, state, work, complaint)


@router.callback_query(Own.filter(F.do.in_({"deny", "undone"})))
async def deny(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    """Of several remedies, which one; then the no counts at once."""
    complaint = complaints.find_own(work, callback_data.code)
    if callback_data.turn != complaint.turn or not possible(complaint, Move.DENIED):
        raise errors.Stale(complaint=complaint.id)
    denied = remedies.denied_of(work, complaint, callback_data.value)
    if callback_data.do == "undone" or (not denied and len(remedies.done_of(work, complaint)) > 1):
        await ask_which(query, callback_data, state, work, complaint)
        return
    complaints.deny(work, complaint, denied, turn=callback_data.turn)
    text = paragraphs(
        bold(_("We are sorry. We see to it that it is done.")),
        task_lines.told(work, complaint),
        _("The supervisor has been told."),
        _("What is still missing? Please write it here, or send a voice message or a photo."),
        cards.footer(work, complaint),
    )
    await ask_reason(query, state, text, complaint)


async def ask_which(
    query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work, complaint: Complaint
) -> None:
    text = paragraphs(
        bold(_("What is not done?")),
        _("Tap everything that is not done. What you do not tap stays done."),
        task_lines.told(work, complaint),
        cards.footer(work, complaint),
    )
    rows = task_cards.undone(
        work,
        complaint,
        callback_data.value,
        pick=lambda value: own("undone", complaint, value),
        deny=lambda value: own("deny", complaint, value),
    )
    await show(query, state, text, keyboard(*rows, button(_("Back"), own("show", complaint))), complaint=complaint)


@router.callback_query(Own.filter(F.do == "reopen"))
async def reopen(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    complaints.reopen(work, complaint, turn=callback_data.turn)
    if Stage(complaint.stage) is not Stage.INVESTIGATING:
        await passed_on(query, state, work, complaint)
        return
    text = paragraphs(
        bold(_("Your complaint is open again.")),
        _("What happened since? Please write it here, or send a voice message or a photo."),
        cards.footer(work, complaint),
    )
    await ask_reason(query, state, text, complaint)


@router.message(Step(Saying.reason))
async def typed_reason(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    brought = material(message)
    if brought.empty:
        text = paragraphs(unreadable(), cards.footer(work, complaint))
        await show(message, state, text, skip(complaint), complaint=complaint)
        return
    keep(work, complaints.give_reason, complaint, brought)
    text = paragraphs(bold(_("✅ Added to your complaint.")), cards.footer(work, complaint))
    await show(message, state, text, skip(complaint), complaint=complaint, gather=f"added:{complaint.id}")


async def show_closed(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """The end, which is no dead end: what was decided, the next route, and how it was."""
    await leave(state)
    if not surveys.with_closing(work, complaint):
        await keep_and_show(event, state, closing(work, complaint), case_buttons(work, complaint), complaint)
        return
    text = paragraphs(closing(work, complaint), _("How did we handle it? One star is poor, five are excellent."))
    buttons = stars(complaint, "rate_handling")
    await keep_and_show(event, state, text, buttons, complaint, survey=surveys.HANDLING)


def closing(work: Work, complaint: Complaint) -> Html:
    reason = work.organisation.closure_reasons[complaint.closed_reason or ""][language()]
    return paragraphs(
        bold(_("✅ Your complaint is closed.")),
        say(_("Reason: {reason}"), reason=Html(reason)),
        _(
            "If you change your mind, you can still ask for a review by other people, and after that for an"
            " independent mediator."
        )
        if ways.review_left(work, complaint)
        else cards.outside_route(),
        cards.footer(work, complaint),
    )


async def ask_reason(
    query: CallbackQuery, state: FSMContext, text: Html, complaint: Complaint, work: Work | None = None
) -> None:
    """With `work` a review is offered besides, where one is left."""
    await state.set_state(Saying.reason)
    await state.update_data(code=complaint.code)
    review = work is not None and ways.review(work, complaint)
    buttons = keyboard(
        button(_("Ask for a review"), own("review", complaint)) if review else None, *skip(complaint).inline_keyboard
    )
    await keep_and_show(query, state, text, buttons, complaint)


async def keep_and_show(
    event: Event,
    state: FSMContext,
    text: Html,
    buttons: InlineKeyboardMarkup,
    complaint: Complaint,
    *,
    survey: str | None = None,
) -> None:
    """The answer stays readable as proof: it loses its buttons, and what follows is a new message."""
    await show(event, state, text, buttons, complaint=complaint, anew=True, survey=survey)


def answer_buttons(work: Work, complaint: Complaint, *, read: bool = False) -> InlineKeyboardMarkup:
    """`read`: the answer itself is far above."""
    if not possible(complaint, Move.ACCEPTED):
        return keyboard(button(_("Show the complaint"), own("show", complaint)))
    decision = cards.is_reviewed(complaint)
    return keyboard(
        button(_("I accept the decision") if decision else _("I accept the answer"), own("accept", complaint), SUCCESS),
        button(
            _("No, I want to go on outside") if decision else _("No, it does not satisfy me"),
            own("refuse", complaint),
            DANGER,
        ),
        button(_("Suggest something else"), own("counter", complaint)) if offers.can_counter(work, complaint) else None,
        button(_("Ask for a review"), own("review", complaint)) if ways.review(work, complaint) else None,
        button(_("Read the answer"), own("answer", complaint)) if read else None,
        button(_("Add text, photos, files"), own("add", complaint)),
    )


def stars(complaint: Complaint, do: str) -> InlineKeyboardMarkup:
    row = [button(f"{digits(str(score))} ⭐", own(do, complaint, str(score))) for score in surveys.SCORES]
    return keyboard(row, button(_("Show the complaint"), own("show", complaint)))


def skip(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Done"), own("show", complaint), SUCCESS))
