"""The disputes of the organisation, for those who speak for it: the list, the card of one, and the commands."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from backoffice import complaints, rights
from backoffice.disputes import course, overview, speaking
from backoffice.disputes.overview import Item
from backoffice.disputes.phases import Phase, of
from backoffice.work import Work
from bot import cards
from bot.disputes import desk_card
from bot.disputes.cards import STAFF_STAGES
from bot.disputes.desk_card import show_card
from bot.i18n import _, __
from bot.keyboards import Desk, Go, Matter, Prefix, button, desk, keyboard, pairs, to_menu
from bot.panel import Event, leave, show
from bot.staff.queue import pages
from bot.steps import command
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="desk")
router.callback_query.filter(Prefix(Desk, Go, Matter))

# The step of the card to which a command leads, what is said above it, and where there is nothing to do there.
STEPS = {
    "consent": (desk_card.to_consent, __("Our consent"), __("No consent of ours is wanted in this case now.")),
    "refer": (
        desk_card.to_refer,
        __("The third party"),
        __("The file of this case is not with a third party to answer."),
    ),
    "outcome": (desk_card.to_conclude, __("What came of it"), __("There is no result to record in this case now.")),
}


# ------------------------------------------------------------------ the list


@router.message(command("dispute"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/dispute, or /dispute CODE."""
    await leave(state)
    if command.args:
        await show_card(message, state, work, find(work, command.args))
    else:
        await open_list(message, state, work)


@router.callback_query(Go.filter(F.to == "disputes"))
async def open_page(query: CallbackQuery, callback_data: Go, state: FSMContext, work: Work) -> None:
    await leave(state)
    await open_list(query, state, work, page=callback_data.page)


async def open_list(event: Event, state: FSMContext, work: Work, *, page: int = 0) -> None:
    """Those that the actor may see, the soonest first."""
    found, more = overview.open_now(work, page)
    title = bold(_("Disputes outside")) if found else Html(_("No dispute is open. ✅"))
    rows = pairs([button(str(each.complaint.code), desk("dispute", each.complaint)) for each in found])
    further = [*unresolved(work), to_menu()]
    text = paragraphs(title, *(line(work, each) for each in found))
    await show(event, state, text, keyboard(*rows, pages("disputes", page, more), further), party="staff")


def line(work: Work, item: Item) -> Html:
    """Two lines: code and by when; where it stands, and whether somebody speaks for us."""
    code, due = Code(item.complaint.code or ""), cards.due(work, item.due)
    stage = Html(str(STAFF_STAGES[of(item.complaint) or Phase.OFFERED]))
    unspoken = item.complaint.representative_id is None
    return lines(
        say("{code} · {due}", code=code, due=due) if due else say("{code}", code=code),
        say(_("{stage} · nobody speaks for us yet"), stage=stage) if unspoken else stage,
    )


def unresolved(work: Work) -> list[InlineKeyboardButton]:
    """To the register, for who may see it."""
    may = rights.may(work.actor, "see_register")
    return [button(_("Unresolved register"), Go(to="unresolved"))] if may else []


# ------------------------------------------------------------------ the card


@router.callback_query(Desk.filter(F.do == "dispute"))
async def open_card(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = find(work, callback_data.code)
    await leave(state)
    await show_card(query, state, work, complaint)


def find(work: Work, code: str) -> Complaint:
    """The case, for who sees to disputes; others learn no more of it than they know."""
    complaint = complaints.find(work, code)
    rights.require(work, "see_disputes")
    return complaint


@router.callback_query(Matter.filter(F.do == "take_up"))
async def take_up(query: CallbackQuery, callback_data: Matter, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "represent", complaint)
    course.running(work, complaint)
    speaking.take_up(work, complaint)
    await leave(state)
    words = bold(_("✅ You speak for the organisation in this dispute."))
    await show_card(query, state, work, complaint, words, anew=True)


# ------------------------------------------------------------------ the commands that lead to a step


@router.message(command("consent", "refer", "outcome"))
async def to_step(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/consent CODE, /refer CODE, /outcome CODE: what can be done there now, or the card with why there is nothing."""
    if not command.args:  # who may is asked for the code
        rights.require(work, "see_disputes")
    complaint = find(work, command.args or "")
    await leave(state)
    await show_step(message, state, work, complaint, command.command.lower())


async def show_step(message: Message, state: FSMContext, work: Work, complaint: Complaint, name: str) -> None:
    rights.require(work, "represent", complaint)
    ways, title, nothing = STEPS[name]
    found = ways(work, complaint)
    if not found:
        await show_card(message, state, work, complaint, bold(str(nothing)))
        return
    text = paragraphs(bold(str(title)), desk_card.card(work, complaint))
    buttons = keyboard(*found, desk_card.back(work, complaint))
    await show(message, state, text, buttons, complaint=complaint, party="staff")
