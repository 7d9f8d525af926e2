"""An incident, seen from one of its cases: opened there, other cases linked to it, analysed once for all, closed."""

from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import codes, complaints, errors, rights
from backoffice.learning import incidents
from backoffice.work import Work
from bot import cards, cause_cards
from bot.i18n import _, n_
from bot.keyboards import DANGER, SUCCESS, Desk, Prefix, Row, button, desk, keyboard, ticked
from bot.material import words_within
from bot.panel import Event, leave, show
from bot.staff.queue import current
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.learning import Incident

router = Router(name="incidents")
router.callback_query.filter(Prefix(Desk))

LISTED = 10  # cases on a card


class Gathering(StatesGroup):
    title = State()
    code = State()


@router.callback_query(Desk.filter(F.do == "incident"))
async def open_incident(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_incident(query, state, work, complaints.find(work, callback_data.code))


async def show_incident(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    """The incident of the case, or the way to open one."""
    incident = incidents.of(work, complaint)
    if incident is None:
        rights.require(work, "link_incident", complaint)
        text, buttons = none_yet(complaint), offered(complaint)
    else:
        text, buttons = card(work, complaint, incident), ways(work, complaint, incident)
    await show(event, state, paragraphs(first, text), buttons, complaint=complaint, party="staff", anew=anew)


def none_yet(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("Several customers are affected")),
        say("{code}", code=Code(complaint.code or "")),
        _(
            "If one cause is behind several complaints, open an incident and link them to it. One analysis counts for"
            " all; each customer still gets an answer of their own."
        ),
    )


def offered(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(
        button(_("Open an incident"), desk("incident_begin", complaint), SUCCESS),
        button(_("Back"), desk("show", complaint)),
    )


def card(work: Work, complaint: Complaint, incident: Incident) -> Html:
    """Of the cases that the reader may not read there is only the number."""
    known, count = incidents.cases(work, complaint)
    listed = [
        say("{plain_code} · {stage}", plain_code=Code(each.code or ""), stage=Html(cards.turn(each)))
        for each in known[:LISTED]
    ]
    return paragraphs(
        bold(_("Incident")),
        lines(
            cause_cards.titled(incident),
            say("{code}", code=Code(complaint.code or "")),
            say(_("Root cause: {cause}"), cause=cause_cards.name(work, incident.cause))
            if incident.cause
            else Html(_("Not analysed yet")),
        ),
        lines(say(n_("{count} case belongs to it.", "{count} cases belong to it.", count), count=count), *listed),
    )


def ways(work: Work, complaint: Complaint, incident: Incident) -> InlineKeyboardMarkup:
    links = rights.may(work.actor, "link_incident", complaint)
    runs = incident.closed_at is None
    leads = runs and incidents.leads(work, complaint, incident)
    analyse = _("Revise") if incident.cause else _("Analyse the incident")
    return keyboard(
        button(_("Link further cases"), desk("incident_more", complaint), SUCCESS) if links and runs else None,
        button(analyse, desk("shared", complaint)) if leads else None,
        button(_("Unlink this case"), desk("incident_unlink", complaint)) if links else None,
        button(_("Close the incident"), desk("incident_close", complaint), DANGER) if leads else None,
        button(_("Back"), desk("show", complaint)),
    )


# ------------------------------------------------------------------ opened


@router.callback_query(Desk.filter(F.do == "incident_begin"))
async def ask_title(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "link_incident", complaint)
    if complaint.incident_id is not None:
        raise errors.Invalid(what="linked_already")
    await state.set_state(Gathering.title)
    await state.update_data(code=complaint.code)
    await show(query, state, title_asked(complaint), cancel(complaint), complaint=complaint, party="staff")


def title_asked(complaint: Complaint) -> Html:
    return paragraphs(
        bold(_("What happened? Give it a short title.")),
        say("{code}", code=Code(complaint.code or "")),
        _("Name the matter, not people: colleagues read it on each of the cases."),
    )


@router.message(Step(Gathering.title))
async def typed_title(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = words_within(message, incidents.MAX_TITLE)
    if words is None:
        text = paragraphs(_("Please write it as text."), title_asked(complaint))
        await show(message, state, text, cancel(complaint), complaint=complaint, party="staff")
        return
    incidents.begin(work, complaint, words)
    await leave(state)
    await show_incident(message, state, work, complaint, bold(_("✅ The incident is open.")))


# ------------------------------------------------------------------ linked


@router.callback_query(Desk.filter(F.do == "incident_more"))
async def ask_cases(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    await state.set_state(Gathering.code)
    await state.update_data(code=complaint.code, chosen=[])
    await show_proposed(query, state, work, complaint, [])


async def show_proposed(event: Event, state: FSMContext, work: Work, complaint: Complaint, chosen: list[str]) -> None:
    found = incidents.proposed(work, complaint)
    rows: list[Row] = [
        [ticked(str(each.code), each.code in chosen, desk("incident_tick", complaint, codes.compact(each.code or "")))]
        for each in found
    ]
    text = paragraphs(
        bold(_("Which cases belong to it as well?")),
        say("{code}", code=Code(complaint.code or "")),
        _("These are the newest of the same kind and unit. Choose some, or write the code of another one.")
        if found
        else _("There is no other case of the same kind and unit that you could link. Write the code of one."),
    )
    buttons = keyboard(
        button(_("Link the chosen cases"), desk("incident_link", complaint), SUCCESS) if chosen else None,
        *rows,
        button(_("Back"), desk("incident", complaint)),
    )
    await show(event, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "incident_tick"))
async def tick(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, chosen = await choosing(callback_data, state, work)
    other = codes.parse(callback_data.value)
    if other not in {each.code for each in incidents.proposed(work, complaint)}:
        raise errors.Invalid(what="unknown_choice")
    chosen = [each for each in chosen if each != other] if other in chosen else [*chosen, str(other)]
    await state.update_data(chosen=chosen)
    await show_proposed(query, state, work, complaint, chosen)


@router.callback_query(Desk.filter(F.do == "incident_link"))
async def link(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, chosen = await choosing(callback_data, state, work)
    if not chosen:
        raise errors.Stale(complaint=complaint.id)
    for code in chosen:
        incidents.link(work, complaint, code)
    await leave(state)
    await show_incident(query, state, work, complaint, linked(len(chosen)), anew=True)


@router.message(Step(Gathering.code))
async def typed_code(message: Message, state: FSMContext, work: Work) -> None:
    complaint = await current(state, work)
    words = words_within(message, incidents.MAX_TITLE)
    if words is None:
        chosen: list[str] = (await state.get_data()).get("chosen") or []
        await show_proposed(message, state, work, complaint, chosen)
        return
    incidents.link(work, complaint, words)
    await leave(state)
    await show_incident(message, state, work, complaint, linked(1))


def linked(count: int) -> Html:
    return bold(say(n_("✅ {count} case is linked.", "✅ {count} cases are linked.", count), count=count))


async def choosing(data: Desk, state: FSMContext, work: Work) -> tuple[Complaint, list[str]]:
    """The case of the button and the others that were ticked, if it is the one from which they are chosen now."""
    complaint = complaints.find(work, data.code)
    rights.require(work, "link_incident", complaint)
    kept: dict[str, Any] = await state.get_data()
    if await state.get_state() != Gathering.code.state or kept.get("code") != complaint.code:
        raise errors.Stale(complaint=complaint.id)
    return complaint, kept.get("chosen") or []


# ------------------------------------------------------------------ left, closed


@router.callback_query(Desk.filter(F.do == "incident_unlink"))
async def unlink(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    incidents.unlink(work, complaint)
    await leave(state)
    first = bold(_("✅ The case is not linked any more."))
    await show_incident(query, state, work, complaint, first, anew=True)


@router.callback_query(Desk.filter(F.do == "incident_close"))
async def close(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    incidents.close(work, complaint)
    await leave(state)
    first = bold(_("✅ The incident is closed. What was found stays on its cases."))
    await show_incident(query, state, work, complaint, first, anew=True)


def cancel(complaint: Complaint) -> InlineKeyboardMarkup:
    return keyboard(button(_("Cancel"), desk("incident", complaint)))
