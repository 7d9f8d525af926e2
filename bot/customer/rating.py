"""What the complainant thinks of it: after the first reply, at the end, and some days later; by taps and in words."""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, surveys, ways
from backoffice.reopening import can_be_reopened
from backoffice.work import Work
from bot import cards
from bot.customer.answers import Saying, closing, skip, stars
from bot.customer.mine import case_buttons, current
from bot.i18n import _
from bot.keyboards import SUCCESS, Own, Prefix, Row, button, keyboard, own
from bot.material import Material, keep, material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs
from storage.complaints import Complaint

router = Router(name="rating")
router.callback_query.filter(Prefix(Own))


@router.callback_query(Own.filter(F.do == "rate_first"))
async def rate_first(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    survey = surveys.rate(work, complaint, surveys.FIRST, score(callback_data.value))
    await leave(state)
    await show_thanks(query, state, work, complaint, surveys.FIRST, low=surveys.is_low(work, survey))


@router.callback_query(Own.filter(F.do == "rate_loyalty"))
async def rate_loyalty(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    survey = surveys.rate(work, complaint, surveys.LOYALTY, score(callback_data.value))
    await leave(state)
    await show_thanks(query, state, work, complaint, surveys.LOYALTY, low=surveys.is_low(work, survey))


@router.callback_query(Own.filter(F.do == "rate_handling"))
async def rate_handling(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    surveys.rate(work, complaint, surveys.HANDLING, score(callback_data.value))
    await show_rating(query, state, work, complaint)


@router.callback_query(Own.filter(F.do == "rate_outcome"))
async def rate_outcome(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    surveys.rate(work, complaint, surveys.OUTCOME, score(callback_data.value))
    await await_words(state, complaint, surveys.OUTCOME)
    await show_rating(query, state, work, complaint)


@router.callback_query(Own.filter(F.do == "rate_words"))
async def ask_words(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    given = surveys.of_case(work, complaint).get(callback_data.value)
    if given is None or given.score is None:
        raise errors.Stale(complaint=complaint.id)
    await await_words(state, complaint, callback_data.value)
    text = paragraphs(
        bold(_("What went wrong?")),
        _("Please write it as text. Those responsible for your complaint read it."),
        cards.footer(work, complaint),
    )
    await show(query, state, text, skip(complaint), complaint=complaint)


@router.message(Step(Saying.rating))
async def rate_in_words(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    brought = material(message)
    if brought.text is None:
        await keep_beside(message, state, work, complaint, brought)
        return
    question = (await state.get_data()).get("question", "")
    keep(work, partial(surveys.rate_in_words, question=question), complaint, brought)
    await leave(state, album=brought.album, code=complaint.code)
    text = paragraphs(bold(_("Thank you for your words.")), cards.footer(work, complaint))
    await show(message, state, text, case_buttons(work, complaint), complaint=complaint)


async def await_words(state: FSMContext, complaint: Complaint, question: str) -> None:
    await state.set_state(Saying.rating)
    await state.update_data(code=complaint.code, question=question)


async def keep_beside(message: Message, state: FSMContext, work: Work, complaint: Complaint, brought: Material) -> None:
    """A file without words is no rating: it belongs to the case, and the question stays."""
    if brought.file:
        keep(work, complaints.add, complaint, brought)
    text = paragraphs(
        bold(_("✅ Added to your complaint.")) if brought.file else unreadable(),
        _("Please write it as text, or leave it at the stars."),
        cards.footer(work, complaint),
    )
    await show(message, state, text, skip(complaint), complaint=complaint, gather=f"added:{complaint.id}")


async def show_rating(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    """The closing message stays readable; what is asked under it changes."""
    given = surveys.of_case(work, complaint)
    if not surveys.is_fresh(complaint, given.get(surveys.OUTCOME)):
        ask = _("And the outcome: how satisfied are you with it? One star is poor, five are excellent.")
        text = paragraphs(closing(work, complaint), bold(_("Thank you.")), ask)
        buttons = stars(complaint, "rate_outcome")
        await show(event, state, text, buttons, complaint=complaint, survey=surveys.OUTCOME)
        return
    fresh = [each for each in given.values() if surveys.is_fresh(complaint, each)]
    if any(surveys.is_low(work, each) for each in fresh if each.question in (surveys.HANDLING, surveys.OUTCOME)):
        text = paragraphs(closing(work, complaint), sorry(), _("What went wrong? If you like, write it here."))
        buttons = keyboard(*steps(work, complaint), *skip(complaint).inline_keyboard)
    else:
        ask = _("If you like, write in a few words what we should keep or change.")
        text = paragraphs(closing(work, complaint), bold(_("Thank you.")), ask)
        buttons = skip(complaint)
    await show(event, state, text, buttons, complaint=complaint)


async def show_thanks(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, question: str, *, low: bool
) -> None:
    """Said of a single question. After a low score the next step is one tap away."""
    if low:
        words = button(_("Write what went wrong"), own("rate_words", complaint, question), SUCCESS)
        text = paragraphs(sorry(), cards.footer(work, complaint))
        buttons = keyboard(words, *steps(work, complaint), *shown(complaint).inline_keyboard)
    else:
        text = paragraphs(bold(_("Thank you.")), cards.footer(work, complaint))
        buttons = shown(complaint)
    await show(event, state, text, buttons, complaint=complaint)


def sorry() -> Html:
    return paragraphs(
        bold(_("Thank you for saying so. We are sorry.")), _("Those responsible for your complaint hear of it at once.")
    )


def steps(work: Work, complaint: Complaint) -> list[Row]:
    """What is open to whoever is not satisfied."""
    again = can_be_reopened(work, complaint)
    return [
        [button(_("Reopen"), own("reopen", complaint))] if again else [],
        [button(_("Ask for a review"), own("review", complaint))] if ways.review(work, complaint) else [],
    ]


def shown(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Show the complaint"), own("show", complaint)))


def score(value: str) -> int:
    if not value.isdecimal() or len(value) > len(str(max(surveys.CHANCES))):
        raise errors.Invalid(what="unknown_choice")
    return int(value)
