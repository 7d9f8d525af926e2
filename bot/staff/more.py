"""What is done with few cases: no way to agree, the company of the customer, the person complained of."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import challenges, complaints, deadlock, errors, handling, rights
from backoffice.lifecycle import IN_HAND
from backoffice.stages import Stage
from backoffice.words import within
from backoffice.work import Work
from bot import cards
from bot.commands import split
from bot.i18n import _
from bot.keyboards import Desk, Prefix, Row, button, desk, keyboard, pager, ticked, to_menu
from bot.panel import Event, leave, show
from bot.staff.handling import cancel
from bot.staff.queue import current, further, show_case
from bot.staff.saying import READABLE, words_of
from bot.steps import Step, command
from bot.texts import Code, Html, bold, paragraphs, say
from storage.complaints import Complaint
from storage.people import Person

router = Router(name="more")
router.callback_query.filter(Prefix(Desk))

NOBODY = "nobody"
WAYS = 7  # on a page, beside the way back; of several pages less by the ways to those before and behind


class More(StatesGroup):
    deadlock = State()
    company = State()


@router.callback_query(Desk.filter(F.do == "more"))
async def more(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read", complaint)
    ways = [row for row in further(work, complaint) if row]
    size = WAYS if len(ways) <= WAYS else WAYS - 1 if len(ways) <= 2 * (WAYS - 1) else WAYS - 2
    page = number(callback_data.value or "0")
    shown = ways[page * size : (page + 1) * size]
    if page and not shown:
        raise errors.Invalid(what="unknown_choice")
    await leave(state)
    text = paragraphs(bold(_("More that can be done with the case")), say("{code}", code=Code(complaint.code or "")))
    left = len(ways) > (page + 1) * size
    turn = pager(page, left, lambda to: desk("more", complaint, str(to)), _("Previous"), _("More"))
    buttons = keyboard(*shown, turn, back(complaint))
    await show(query, state, text, buttons, complaint=complaint, party="staff")


# ------------------------------------------------------------------ no way to agree


@router.callback_query(Desk.filter(F.do == "deadlock"))
async def ask_deadlock(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await begin_deadlock(query, state, work, complaints.find(work, callback_data.code))


@router.message(command("deadlock"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/deadlock CODE reason; without the reason it is asked for."""
    code, words = split(command.args)
    complaint = complaints.find(work, code)
    if not words:
        await begin_deadlock(message, state, work, complaint)
        return
    await declare(message, state, work, complaint, within(words, READABLE))


async def begin_deadlock(event: Event, state: FSMContext, work: Work, complaint: Complaint) -> None:
    rights.require(work, "declare_deadlock", complaint)
    if Stage(complaint.stage) not in IN_HAND:
        raise errors.Stale(complaint=complaint.id)
    await state.set_state(More.deadlock)
    await state.update_data(code=complaint.code, turn=complaint.turn)
    await show(event, state, no_way(complaint), cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(More.deadlock))
async def typed_deadlock(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, no_way(complaint), cancel(complaint))
    if words:
        turn = (await state.get_data()).get("turn")
        await declare(message, state, work, complaint, words, turn=turn)


async def declare(
    message: Message, state: FSMContext, work: Work, complaint: Complaint, words: str, *, turn: int | None = None
) -> None:
    deadlock.declare(work, complaint, words, turn=turn)
    await leave(state)
    done = _("✅ The customer is told why, and which ways are open now.")
    await show_case(message, state, work, complaint, bold(done))


def no_way(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Declare that we see no way to agree")),
        say("{code}", code=Code(complaint.code or "")),
        _("The customer need not wait for our answer any more: a review, if one is left, and the ways outside open."),
        say(
            _("Write the reason in the customer's language, {language}: the customer reads it."),
            language=Html(cards.language_name(complaint.language)),
        ),
    )


# ------------------------------------------------------------------ for whom the customer speaks


@router.callback_query(Desk.filter(F.do == "company"))
async def ask_company(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "name_company", complaint)
    await state.set_state(More.company)
    await state.update_data(code=complaint.code)
    await show(query, state, for_company(complaint), cancel(complaint), complaint=complaint, party="staff")


@router.message(Step(More.company))
async def typed_company(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = await words_of(message, state, complaint, for_company(complaint), cancel(complaint))
    if words:
        handling.name_company(work, complaint, words)
        await leave(state)
        await show_case(message, state, work, complaint, bold(_("✅ The company is noted.")))


def for_company(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("For which company does the customer speak?")),
        say("{code}", code=Code(complaint.code or "")),
        say(_("Company: {name}"), name=complaint.company) if complaint.company else None,
        _("Write its name. If the complaint goes outside, a mediator is suggested first."),
    )


# ------------------------------------------------------------------ who is complained of


@router.callback_query(Desk.filter(F.do == "subject"))
async def ask_subject(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    page = number(callback_data.value or "0")
    found, more = challenges.nameable(work, complaint, page)
    await leave(state)
    text = paragraphs(
        bold(_("Whom of the staff is the complaint about?")),
        say("{code}", code=Code(complaint.code or "")),
        _(
            "Whoever you choose loses the case at once, is not told why, and never reviews it; neither does "
            "whoever they answer to. Those who answer to them lose it as well. If the case is theirs, it gets another "
            "owner."
        ),
    )
    ways = pager(page, more, lambda to: desk("subject", complaint, str(to)), _("Previous"), _("More"))
    none = ticked(_("Nobody"), complaint.subject_id is None, desk("named", complaint, NOBODY))
    rows = [colleague(complaint, each) for each in found if each.name]
    buttons = keyboard(*rows, none, ways, back(complaint))
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "named"))
async def name_subject(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "name_subject", complaint)
    nobody = callback_data.value == NOBODY
    alone = challenges.name_subject(work, complaint, None if nobody else number(callback_data.value))
    words = (
        _("✅ Nobody of the staff is complained of.") if nobody else _("✅ They have no access to the case any more.")
    )
    kept = (
        None if alone else _("Nobody else could handle it, so those who answer to them keep it. Please look after it.")
    )
    await leave(state)
    if rights.may(work.actor, "read", complaint):
        await show_case(query, state, work, complaint, paragraphs(bold(words), kept), anew=True)
    else:  # it was the actor, or whoever named somebody is concerned by it
        text = paragraphs(bold(words), say("{code}", code=Code(complaint.code or "")))
        await show(query, state, text, keyboard(to_menu()), party="staff", anew=True)


def colleague(complaint: Complaint, person: Person) -> Row:
    named = complaint.subject_id == person.id
    return [ticked(say("{name}", name=person.name or ""), named, desk("named", complaint, str(person.id)))]


def number(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise errors.Invalid(what="unknown_choice")
    return int(value)


def back(complaint: Complaint) -> Row:
    return [button(_("Back"), desk("show", complaint))]
