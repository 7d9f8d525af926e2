"""The staff's own menu, presence, and the commands that their role sees."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import BotCommandScopeChat, CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import holding, people, rights
from backoffice.work import Work
from bot import commands
from bot.commands import Entry
from bot.disputes import mediating
from bot.i18n import _
from bot.keyboards import SUCCESS, Go, Prefix, Report, Row, button, keyboard
from bot.learning import actions
from bot.panel import Event, show
from bot.staff import providers, queue, review_figures
from bot.steps import command
from bot.texts import LRI, PDI, Html, bold, language, lines, paragraphs, say
from storage.people import Staff

EIGHT = 8  # buttons are enough for a phone
router = Router(name="menu")
router.callback_query.filter(Prefix(Go))


async def home(event: Event, state: FSMContext, work: Work, first: Html | None = None) -> None:
    """What staff see at /start; a resolver is none of them, and has a menu of their own."""
    if rights.may(work.actor, "see_mediations"):
        await mediating.home(event, state, work, first)
        return
    await show(event, state, paragraphs(first, greeting(work)), buttons(work), party="staff")


@router.message(command("away"))
@router.callback_query(Go.filter(F.to == "away"))
async def away(event: Event, state: FSMContext, work: Work) -> None:
    people.away(work)
    text = bold(_("You are away: you receive no new cases. What you hold stays with you."))
    await home(event, state, work, first=text)


@router.message(command("back"))
@router.callback_query(Go.filter(F.to == "back"))
async def back(event: Event, state: FSMContext, work: Work) -> None:
    people.back(work)
    await home(event, state, work, first=bold(_("You are back: new cases can reach you.")))


def greeting(work: Work) -> Html:
    staff = work.actor.staff
    roles = [work.organisation.roles[role][language()] for role in staff.roles] if staff else []
    return lines(
        bold(say(_("Complaint desk of {organisation}"), organisation=work.organisation.name[language()])),
        say(_("Your roles: {roles}"), roles=Html(" · ".join(roles))),
        say(_("Your unit: {unit}"), unit=unit(work, staff)),
    )


def unit(work: Work, staff: Staff | None) -> Html:
    department = work.organisation.department(staff.department) if staff and staff.department else None
    return Html(department.words[language()] if department else _("all units"))


def buttons(work: Work) -> InlineKeyboardMarkup:
    staff = work.actor.staff
    works = rights.may(work.actor, "see_queue")
    present = (
        button(_("I am back"), Go(to="back")) if staff and staff.away_since else button(_("I am away"), Go(to="away"))
    )
    rows: list[Row] = [
        [button(_("My queue"), Go(to="queue"), SUCCESS)] if works else [],
        [button(_("Reviews"), Go(to="hearing"))] if rights.may(work.actor, "see_reviews") else [],
        *without_reviews(work),
        holds(work),
        [button(_("Disputes"), Go(to="disputes"))] if rights.may(work.actor, "see_disputes") else [],
        [button(_("Figures"), Report(do="volume"))] if rights.may(work.actor, "see_unit_figures") else [],
        actions.way(work) if not works else [],
        queue.to_approve(work) if not works else [],
        queue.business(work) if not works else [],
        [present] if works else [],
        [button(_("Team"), Go(to="team"))] if rights.may(work.actor, "see_team") else [],
        [button(_("Calendar"), Go(to="calendar"))] if rights.may(work.actor, "set_calendar") else [],
    ]
    room = EIGHT - 1 - sum(len(row) for row in rows)
    if room and rights.may(work.actor, "record"):  # who has much else finds it in the queue, or types /log
        rows.insert(1, [button(_("Record a complaint"), Go(to="record"))])
        room -= 1
    return keyboard(*rows, own(room), button(_("Help"), Go(to="help")))  # there the language, too


def holds(work: Work) -> Row:
    """To what is kept for the law, where anything is."""
    sees = rights.may(work.actor, "see_holds") and holding.held(work)
    return [button(_("Kept for legal reasons"), Go(to="holds"))] if sees else []


def without_reviews(work: Work) -> list[Row]:
    """What others find beside their reviews and disputes: an auditor has none, nor does an administrator."""
    if rights.may(work.actor, "see_reviews"):
        return []
    may = rights.may(work.actor, "see_register")
    register = [button(_("Unresolved register"), Go(to="unresolved"))] if may else []
    return [review_figures.way(work), providers.way(work), register]


def own(room: int) -> Row:
    """One's own complaints, as far as there is room; who has much else here finds them by their commands."""
    ways = [button(_("Make a complaint"), Go(to="new")), button(_("My complaints"), Go(to="mine"))]
    return ways[max(len(ways) - room, 0) :]


def help_text(work: Work) -> Html:
    """What these roles can do here: their commands, and what needs none."""
    if rights.may(work.actor, "see_mediations"):
        return mediating.help_text()
    own = commands.of_staff(work.actor.roles)
    codes = _("The code of a case follows the command: /case SLH-7K4M-2QXH-M. The buttons under a case do the same.")
    replies = _(
        "Reply to a message about a case of yours to write to its customer: text, photos, voice messages and files go"
        " as you send them. What only colleagues may read is a note."
    )
    invitations = _(
        "To invite a colleague, choose the roles and the unit after /invite, and pass on the link that you get. It"
        " works once."
    )
    groups = _("To have a group alarmed of late cases, add this bot to it and write /bind there.")
    return paragraphs(
        bold(_("Help for staff")),
        lines(*(command_line(each) for each in own)),
        codes if any(each.coded for each in own) else None,
        replies if rights.may(work.actor, "see_queue") else None,
        invitations if rights.may(work.actor, "invite") else None,
        groups if rights.may(work.actor, "bind_group") else None,
    )


def command_line(entry: Entry) -> Html:
    typed, code = Html(f"{LRI}/{entry.command}{PDI}"), _("CODE")
    shape = "{command} {code} – {what}" if entry.coded else "{command} – {what}"
    return say(shape, command=typed, code=Html(code), what=Html(entry.description))


async def set_commands(event: Message | CallbackQuery, work: Work) -> None:
    """The command menu of this chat: by role, in the person's language."""
    message = event if isinstance(event, Message) else event.message
    if message is None or event.bot is None:
        return
    await event.bot.set_my_commands(commands.menu(work.actor.roles), scope=BotCommandScopeChat(chat_id=message.chat.id))
