"""An action is made: what it is about is known (a case, a bar of a chart, an alarm); one sentence says what to do."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors
from backoffice.learning import actions
from backoffice.learning.actions import Span
from backoffice.learning.occurrences import Pattern
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Act, Go, Prefix, button, desk, keyboard, ticked
from bot.learning import action_cards
from bot.material import words_within
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import bold, paragraphs
from storage.actions import Action
from storage.complaints import Complaint

router = Router(name="making")
router.callback_query.filter(Prefix(Act))


class Making(StatesGroup):
    words = State()


async def begin(
    event: Event,
    state: FSMContext,
    work: Work,
    pattern: Pattern,
    source: str,
    *,
    reference: str | None = None,
    complaint: Complaint | None = None,
    span: Span | None = None,
) -> None:
    """Ask what is to be done about this pattern; what is written next makes the action.

    `source`: one of `actions.SOURCES`, with its `reference`; from a case that `complaint`, from figures or an alarm the
    `span` of which the newest cases are linked. Raises errors.NotAllowed for who may not make it.
    """
    found = actions.scope(work, pattern)
    await state.set_state(Making.words)
    await state.update_data(
        code=complaint.code if complaint else None,
        making={
            "pattern": asdict(found),
            "source": source,
            "reference": reference,
            "kind": actions.CORRECTIVE,
            "span": [each.isoformat() for each in span] if span else None,
        },
    )
    await ask(event, state, work)


@router.callback_query(Act.filter(F.do == "kind"))
async def choose_kind(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    if "making" not in data or await state.get_state() != Making.words.state:
        raise errors.Stale()
    if callback_data.value not in actions.KINDS:
        raise errors.Invalid(what="unknown_choice")
    await state.update_data(making={**data["making"], "kind": callback_data.value})
    await ask(query, state, work)


@router.message(Step(Making.words))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    words = words_within(message, actions.MAX_WORDS)
    if words is None:
        await ask(message, state, work, _("Please write it as text."))
        return
    action = await made(state, work, words)
    await leave(state)
    text = paragraphs(
        bold(_("✅ The action is made.")),
        _("Owner and date are a proposal: change them below if others fit better."),
        action_cards.card(work, action),
    )
    await show(message, state, text, keyboard(*action_cards.choices(work, action)), party="staff")


async def made(state: FSMContext, work: Work, words: str) -> Action:
    data = await state.get_data()
    known: dict[str, Any] = data["making"]
    complaint = complaints.find(work, data["code"]) if data.get("code") else None
    span = tuple(map(datetime.fromisoformat, known["span"])) if known["span"] else None
    return actions.make(
        work,
        Pattern(**known["pattern"]),
        words,
        source=known["source"],
        reference=known["reference"],
        kind=known["kind"],
        cases=[complaint] if complaint else [],
        span=(span[0], span[1]) if span else None,
    )


async def ask(event: Event, state: FSMContext, work: Work, first: str | None = None) -> None:
    data = await state.get_data()
    text = paragraphs(
        first,
        bold(_("What is to be done so that it does not happen again?")),
        action_cards.pattern(work, Pattern(**data["making"]["pattern"])),
        _("Write it in one sentence: what is changed, and where. Owner and date can be changed afterwards."),
        _("Corrective: against what has happened. Preventive: against what could."),
    )
    complaint = complaints.find(work, data["code"]) if data.get("code") else None
    buttons = kinds(data["making"]["kind"], complaint)
    await show(event, state, text, buttons, complaint=complaint, party="staff")


def kinds(chosen: str, complaint: Complaint | None) -> InlineKeyboardMarkup:
    labels = {actions.CORRECTIVE: _("Corrective"), actions.PREVENTIVE: _("Preventive")}
    row = [
        ticked(label, kind == chosen, Act(do="kind", number=0, turn=0, value=kind)) for kind, label in labels.items()
    ]
    return keyboard(row, button(_("Cancel"), desk("show", complaint) if complaint else Go(to="actions")))
