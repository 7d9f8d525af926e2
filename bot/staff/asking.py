"""What is asked of the customer, in words or as a list, and what is noted inside: notes, facts, findings."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, handling, record, rights, wanted
from backoffice.lifecycle import possible
from backoffice.stages import Event as Move
from backoffice.work import Work
from bot import record_cards
from bot.commands import split
from bot.i18n import _
from bot.keyboards import SUCCESS, Desk, Prefix, Row, button, desk, keyboard, pager, pairs, ticked
from bot.material import material
from bot.panel import Event, leave, show
from bot.staff.handling import Saying
from bot.staff.queue import current, show_case
from bot.steps import Step, command
from bot.texts import bold, language, paragraphs, say
from storage.complaints import Complaint

router = Router(name="asking")
router.callback_query.filter(Prefix(Desk))

SOURCES = 6  # on a page


@router.message(command("ask", "note"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/ask CODE words, /note CODE words; without the words they are asked for."""
    code, words = split(command.args)
    complaint = complaints.find(work, code)
    asks = command.command.lower() == "ask"
    rights.require(work, "ask" if asks else "note", complaint)
    if words:
        await (ask(message, state, work, complaint, words) if asks else note(message, state, work, complaint, words))
    else:
        await (show_question(message, state, work, complaint) if asks else show_note(message, state, work, complaint))


# ------------------------------------------------------------------ of the customer


@router.callback_query(Desk.filter(F.do == "ask"))
async def begin(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await show_question(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "want"))
async def tick(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Put something on the list, or take it off again."""
    complaint = complaints.find(work, callback_data.code)
    await being_asked(state, work, complaint)
    wanted.checked(work, complaint, [callback_data.value])
    items = await listed(state)
    others = [each for each in items if each != callback_data.value]
    await state.update_data(items=others if callback_data.value in items else [*items, callback_data.value])
    await show_question(query, state, work, complaint)


@router.callback_query(Desk.filter(F.do == "send_list"))
async def send(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The list alone, without a question beside it."""
    complaint = complaints.find(work, callback_data.code)
    await being_asked(state, work, complaint)
    await ask(query, state, work, complaint, "")


@router.message(Step(Saying.ask))
async def typed_question(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = material(message).written
    if words is None:
        await show_question(message, state, work, complaint, _("Please write it as text."))
        return
    await ask(message, state, work, complaint, words)


@router.callback_query(Desk.filter(F.do == "informed"))
async def informed(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    handling.informed(work, complaint, turn=callback_data.turn)
    await leave(state)
    await show_case(query, state, work, complaint, bold(_("✅ The customer need not send more. We go on.")), anew=True)


async def show_question(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: str | None = None
) -> None:
    rights.require(work, "ask", complaint)
    if not possible(complaint, Move.ASKED):
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(Saying.ask)
    items = await listed(state) if (await state.get_data()).get("code") == complaint.code else []
    await state.update_data(code=complaint.code, items=items)
    offered = work.organisation.wanted_for(complaint.category)
    boxes = [ticked(each.words[language()], each.code in items, desk("want", complaint, each.code)) for each in offered]
    text = paragraphs(
        first,
        bold(_("What do you need to know?")),
        _("Write the question to the customer. The turn is theirs until they answer."),
        _("Or tick what is missing: the customer sees it as a list. You can do both.") if boxes else None,
    )
    send = button(_("Send the list"), desk("send_list", complaint), SUCCESS) if items else None
    buttons = keyboard(*pairs(boxes), send, button(_("Cancel"), desk("show", complaint)))
    await show(event, state, text, buttons, complaint=complaint, party="staff")


async def ask(event: Event, state: FSMContext, work: Work, complaint: Complaint, words: str) -> None:
    data = await state.get_data()
    items = await listed(state) if data.get("code") == complaint.code else []
    handling.ask(work, complaint, words, items)
    await leave(state)
    await show_case(event, state, work, complaint, bold(_("✅ The customer has been asked.")))


async def listed(state: FSMContext) -> list[str]:
    found = (await state.get_data()).get("items")
    return [str(each) for each in found] if isinstance(found, list) else []


async def being_asked(state: FSMContext, work: Work, complaint: Complaint) -> None:
    """A list that was begun for one case must not go to another."""
    rights.require(work, "ask", complaint)
    begun = await state.get_state() == Saying.ask.state and (await state.get_data()).get("code") == complaint.code
    if not begun:
        raise errors.Stale(complaint=complaint.id)


# ------------------------------------------------------------------ inside


@router.callback_query(Desk.filter(F.do == "note"))
async def begin_note(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """A note, or what belongs into the record; which of them, a button says."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "note", complaint)
    await show_note(query, state, work, complaint, kind_of(callback_data.value))


@router.callback_query(Desk.filter(F.do == "sources"))
async def sources(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """What was said and sent so far, to choose on what a fact or a finding rests."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "note", complaint)
    kind, page = parted(callback_data.value)
    found = record.sources(work, complaint)
    shown = found[page * SOURCES : (page + 1) * SOURCES]
    if page and not shown:
        raise errors.Invalid(what="unknown_choice")
    rows = [
        button(say("{words}", words=record_cards.words(each)), desk("rests", complaint, f"{kind}.{each.id}"))
        for each in shown
    ]
    left = len(found) > (page + 1) * SOURCES
    ways = pager(page, left, lambda to: desk("sources", complaint, f"{kind}.{to}"), _("Newer"), _("Older"))
    back: Row = [button(_("Back"), desk("note", complaint, kind))]
    text = paragraphs(
        bold(_("What is it based on?")), _("Choose what was said or sent."), *map(record_cards.brief, shown)
    )
    await show(query, state, text, keyboard(*rows, ways, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "rests"))
async def rests(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "note", complaint)
    kind, entry_id = parted(callback_data.value)
    about = record.source(work, complaint, entry_id).id
    await show_note(query, state, work, complaint, kind, about)


@router.message(Step(Saying.note))
async def typed_note(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    data = await state.get_data()
    words = material(message).written
    if words is None:
        kind, about = data.get("kind", record.NOTE), data.get("about")
        await show_note(message, state, work, complaint, kind, about, _("Please write it as text."))
        return
    await note(message, state, work, complaint, words)


async def show_note(
    event: Event,
    state: FSMContext,
    work: Work,
    complaint: Complaint,
    kind: str = record.NOTE,
    about: int | None = None,
    first: str | None = None,
) -> None:
    rights.require(work, "note", complaint)
    await state.set_state(Saying.note)
    await state.update_data(code=complaint.code, kind=kind, about=about)
    rests_on = record.source(work, complaint, about) if about is not None else None
    text = paragraphs(
        first,
        bold(str(record_cards.TITLES[kind])),
        str(record_cards.MEANINGS[kind]),
        record_cards.rests_on(rests_on) if rests_on else None,
        _("Only colleagues who may read the case see it."),
    )
    await show(event, state, text, note_buttons(complaint, kind), complaint=complaint, party="staff")


def note_buttons(complaint: Complaint, kind: str) -> InlineKeyboardMarkup:
    kinds = [
        ticked(str(record_cards.NAMES[each]), each == kind, desk("note", complaint, each)) for each in record.KINDS
    ]
    source = button(_("What is it based on?"), desk("sources", complaint, f"{kind}.0")) if kind != record.NOTE else None
    return keyboard(kinds, source, button(_("Cancel"), desk("show", complaint)))


async def note(message: Message, state: FSMContext, work: Work, complaint: Complaint, words: str) -> None:
    data = await state.get_data()
    mine = await state.get_state() == Saying.note.state and data.get("code") == complaint.code
    kind, about = (data.get("kind", record.NOTE), data.get("about")) if mine else (record.NOTE, None)
    handling.note(work, complaint, words, kind, about)
    await leave(state)
    done = (
        _("✅ Noted. The customer does not see it.") if kind == record.NOTE
        else _("✅ It is in the record. The customer does not see it.")
    )  # fmt: skip
    await show_case(message, state, work, complaint, bold(done))


def kind_of(value: str) -> str:
    if (kind := value or record.NOTE) not in record.KINDS:
        raise errors.Invalid(what="unknown_choice")
    return kind


def parted(value: str) -> tuple[str, int]:
    """Kind and number of a button, from outside."""
    kind, _dot, number = value.partition(".")
    if not (number.isascii() and number.isdecimal()) or len(number) > 9:
        raise errors.Invalid(what="unknown_choice")
    return kind_of(kind), int(number)
