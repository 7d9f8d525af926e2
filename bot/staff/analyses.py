"""The analyses that wait, and what was found of a case so far."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, people, rights
from backoffice.learning import causes, waiting
from backoffice.work import Work
from bot import cards, cause_cards
from bot.i18n import _
from bot.keyboards import Desk, Go, Prefix, button, desk, keyboard, pairs, to_menu
from bot.panel import Event, leave, show
from bot.staff import queue
from bot.staff.causes import CASE, ask_group
from bot.staff.handling import turned
from bot.steps import command
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint
from storage.learning import Analysis, incident

router = Router(name="analyses")
router.callback_query.filter(Prefix(Desk, Go))


# ------------------------------------------------------------------ what waits


@router.message(command("cause"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/cause CODE; without one, the analyses that wait."""
    if command.args:
        await ask_group(message, state, work, complaints.find(work, command.args), CASE)
    else:
        await open_waiting(message, state, work)


@router.callback_query(Go.filter(F.to == "analyses"))
async def open_waiting(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    await leave(state)
    page = callback_data.page if callback_data else 0
    found, more = waiting.waiting(work, page)
    title = bold(_("Analyses that wait")) if found else Html(_("No analysis waits for you. ✅"))
    blocks = [
        lines(
            say("{code} · {due}", code=Code(each.complaint.code or ""), due=cards.due(work, each.due_at) or Html("")),
            say(
                "{title} · {turn}",
                title=cards.severity(work, each.complaint),
                turn=cards.owner(work, each.complaint),
            ),
        )
        for each in found
    ]
    rows = pairs([button(str(each.complaint.code), entry(work, each.complaint)) for each in found])
    ways = [button(_("My queue"), Go(to="queue")), to_menu()]
    buttons = keyboard(*rows, queue.pages("analyses", page, more), ways)
    await show(event, state, paragraphs(title, *blocks, by_code()), buttons, party="staff")


def entry(work: Work, complaint: Complaint) -> Desk:
    return desk("find_cause" if rights.may(work.actor, "find_cause", complaint) else "show", complaint)


def by_code() -> Html:
    return Html(_("Write the code after the command: /cause SLH-7K4M-2QXH-M"))


# ------------------------------------------------------------------ what was found


@router.callback_query(Desk.filter(F.do == "analysis"))
async def open_analysis(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The newest analysis, and the earlier ones before it."""
    complaint = complaints.find(work, callback_data.code)
    found = causes.read(work, complaint)
    await leave(state)
    text, turn = turned([told(work, each) for each in found], _("Analysis"), callback_data, complaint)
    revise = button(_("Revise"), desk("find_cause", complaint))
    buttons = keyboard(
        turn,
        revise if rights.may(work.actor, "find_cause", complaint) else None,
        button(_("Back"), desk("show", complaint)),
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


def told(work: Work, found: Analysis) -> Html:
    """Who said it and when, and of which incident, if it is one's."""
    name, of = people.name_of(work, found.author_id), incident(work.db, found.incident_id)
    return paragraphs(
        lines(
            say("{date} · {name}", date=found.at, name=name or Html(_("nobody yet"))),
            cause_cards.titled(of) if of else None,
        ),
        cause_cards.analysis(work, found),
    )
