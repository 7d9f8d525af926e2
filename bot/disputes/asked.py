"""What those who speak for the organisation or for a third party are asked in words: one step, and a question for each
thing to be done."""

from collections.abc import Callable
from dataclasses import dataclass

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import InlineKeyboardMarkup, Message

from backoffice import errors, rights
from backoffice.work import Work
from bot import cards
from bot.disputes import sides
from bot.disputes.desk_card import show_card
from bot.i18n import _
from bot.keyboards import keyboard
from bot.panel import Event, leave
from bot.staff.queue import current
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Complaint

router = Router(name="dispute_asked")


class Asking(StatesGroup):
    words = State()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written, for which turn of the case, and what was chosen before it (`value`)."""

    words: str
    value: str
    turn: int | None


@dataclass(frozen=True, slots=True)
class Next:
    """Another question follows; `value` is what it needs to know."""

    do: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """`ready` refuses what is not, or not any more, the actor's to do, before anything is asked; `prompt` asks; `take`
    does it with the words and says what was done, or leads on to another question."""

    ready: Callable[[Work, Complaint], object]
    prompt: Callable[[Work, Complaint], Html]
    take: Callable[[Work, Complaint, Answer], str | Next]


QUESTIONS: dict[str, Question] = {}
"""By what the button does; whoever has a question puts it here."""


async def ask(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    do: str,
    value: str = "",
    *,
    turn: int | None = None,
) -> None:
    """Ask it; what is typed next is the answer. `turn`: the one that the button was drawn for."""
    question = QUESTIONS[do]
    question.ready(work, complaint)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Asking.words)
    await state.update_data(code=complaint.code, turn=complaint.turn, do=do, value=value)
    buttons = cancel(work, complaint)
    await sides.tell(event, state, work, complaint, question.prompt(work, complaint), buttons)


@router.message(Step(Asking.words))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    data = await state.get_data()
    question = QUESTIONS[data["do"]]
    asked = question.prompt(work, complaint)
    words = await words_of(message, state, complaint, asked, cancel(work, complaint))
    if words is None:
        return
    if data["turn"] != complaint.turn:
        raise errors.Stale(complaint=complaint.id)
    done = question.take(work, complaint, Answer(words, data["value"], data["turn"]))
    if isinstance(done, Next):
        await ask(message, state, work, complaint, done.do, done.value)
        return
    await leave(state)
    await say_done(message, state, work, complaint, bold(done))


async def say_done(event: Event, state: FSMContext, work: Work, complaint: Complaint, done: Html) -> None:
    """What was done, above the card; a resolver has a file instead."""
    if rights.may(work.actor, "read", complaint):
        await show_card(event, state, work, complaint, done)
        return
    text, buttons = sides.framed(work, complaint, done), keyboard(sides.home(work, complaint))
    await sides.tell(event, state, work, complaint, text, buttons)


def cancel(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """Back to where they came from, with nothing done."""
    return keyboard(sides.home(work, complaint).model_copy(update={"text": _("Cancel")}))


def prompt(complaint: Complaint, title: str, *more: str | None) -> Html:
    return paragraphs(bold(title), say("{code}", code=Code(complaint.code or "")), *more)


def in_their_language(complaint: Complaint) -> Html:
    """The customer reads it."""
    return say(
        _("Write it in the customer's language, {language}: the customer reads it."),
        language=Html(cards.language_name(complaint.language)),
    )
