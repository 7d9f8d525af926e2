"""The record of an investigation on the card, and the steps of the handling that are ticked (ISO 10002, 7.6; S44)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, errors, people, procedures, reading, record, rights
from backoffice.procedures import Ticked
from backoffice.stages import OPEN, Stage
from backoffice.work import Work
from bot import record_cards
from bot.dates import clock
from bot.i18n import _
from bot.keyboards import Desk, Prefix, button, desk, keyboard, pager, ticked
from bot.panel import Event, leave, show
from bot.staff.handling import turned
from bot.staff.queue import current
from bot.staff.saying import words_of
from bot.steps import Step
from bot.texts import Code, Html, bold, language, lines, paragraphs, plain, say
from storage.complaints import Complaint

router = Router(name="records")
router.callback_query.filter(Prefix(Desk))

STEPS = 6  # on a page


class Records(StatesGroup):
    undone = State()


# ------------------------------------------------------------------ the record


@router.callback_query(Desk.filter(F.do == "record"))
async def show_record(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Facts and findings as they were established; the latest page is seen first."""
    complaint = complaints.find(work, callback_data.code)
    found = record.record(work, complaint)
    pieces = [record_cards.recorded(work, each) for each in found]
    if not pieces:
        pieces = [Html(_("The record is still empty."))]
    text, turn = turned(pieces, _("Record"), callback_data, complaint)
    able = rights.may(work.actor, "note", complaint)
    add = [button(str(record_cards.NAMES[kind]), desk("note", complaint, kind)) for kind in record.KINDS[1:]]
    await leave(state)
    buttons = keyboard(turn, add if able else None, button(_("Back"), desk("read", complaint)))
    await show(query, state, text, buttons, complaint=complaint, party="staff", reads=reading.HISTORY)


# ------------------------------------------------------------------ the steps


@router.callback_query(Desk.filter(F.do == "steps"))
async def show_steps(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read_all", complaint)
    await leave(state)
    await list_steps(query, state, work, complaint, number(callback_data.value))


@router.callback_query(Desk.filter(F.do == "step"))
async def tick(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Tick a step; one that is ticked already is only taken back with a reason."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "tick", complaint)
    listed = procedures.checklist(work, complaint)
    found = next((each for each in listed if each.step.code == callback_data.value), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    if found.tick is None:
        procedures.tick(work, complaint, callback_data.value)
        await leave(state)
        await list_steps(query, state, work, complaint, listed.index(found) // STEPS)
        return
    await state.set_state(Records.undone)
    await state.update_data(code=complaint.code, step=found.step.code)
    text, buttons = why(complaint, found), keyboard(button(_("Back"), desk("steps", complaint)))
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.message(Step(Records.undone))
async def typed(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    code = (await state.get_data()).get("step")
    rights.require(work, "tick", complaint)
    found = next((each for each in procedures.checklist(work, complaint) if each.step.code == code), None)
    if found is None or found.tick is None:
        raise errors.Stale(complaint=complaint.id)
    buttons = keyboard(button(_("Back"), desk("steps", complaint)))
    words = await words_of(message, state, complaint, why(complaint, found), buttons)
    if words:
        procedures.untick(work, complaint, found.step.code, words)
        await leave(state)
        await list_steps(message, state, work, complaint, 0, bold(_("The step is open again.")))


async def list_steps(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, page: int, first: Html | None = None
) -> None:
    rights.require(work, "read_all", complaint)
    listed = procedures.checklist(work, complaint)
    shown = listed[page * STEPS : (page + 1) * STEPS]
    if not shown:
        raise errors.Invalid(what="unknown_choice")
    text = paragraphs(
        first,
        bold(_("Checklist")),
        say("{code}", code=Code(complaint.code or "")),
        *(step(work, each, page * STEPS + place) for place, each in enumerate(shown, 1)),
        _("Before the answer goes, the steps marked ❗ have to be ticked.")
        if any(each.step.mandatory for each in listed)
        else None,
    )
    able = rights.may(work.actor, "tick", complaint) and Stage(complaint.stage) in OPEN
    boxes = [
        ticked(say("{number}", number=page * STEPS + place), each.tick, desk("step", complaint, each.step.code))
        for place, each in enumerate(shown, 1)
    ]
    rows = [boxes[:3], boxes[3:]] if able else []
    ways = pager(page, len(listed) > (page + 1) * STEPS, lambda to: desk("steps", complaint, str(to)), _("Previous"),
                 _("More"))  # fmt: skip
    buttons = keyboard(*rows, ways, button(_("Back"), desk("show", complaint)))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


def step(work: Work, each: Ticked, place: int) -> Html:
    words = say("{number}. {words}", number=place, words=plain(each.step.words[language()]))
    if each.tick is None:
        return say("❗ {step}" if each.step.mandatory else "▫️ {step}", step=words)
    name = people.name_of(work, each.tick.by_id) or Html(_("somebody who has left"))
    when = say(_("{date}, {time} · {who}"), date=each.tick.at, time=Html(clock(each.tick.at)), who=name)
    return lines(say("✅ {step}", step=words), when)


def why(complaint: Complaint, found: Ticked) -> Html:
    return paragraphs(
        bold(_("Why is the step not done after all?")),
        say("{code}", code=Code(complaint.code or "")),
        plain(found.step.words[language()]),
        _("Write the reason. It is kept with who had ticked the step."),
    )


def number(value: str) -> int:
    if value and (not (value.isascii() and value.isdecimal()) or len(value) > 4):
        raise errors.Invalid(what="unknown_choice")
    return int(value or "0")
