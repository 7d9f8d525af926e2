"""Who is on the team and what each holds; admins invite, and remove, asked once more before it happens."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from backoffice import rights, team
from backoffice.team import Colleague
from backoffice.work import Work
from bot import cards, dates
from bot.i18n import _, n_
from bot.keyboards import DANGER, Go, Prefix, Team, button, keyboard, pairs, to_menu
from bot.panel import Event, leave, show
from bot.staff import menu
from bot.staff.joining import role_name
from bot.staff.queue import business, pages
from bot.steps import command
from bot.texts import FSI, PDI, Html, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="team")
router.callback_query.filter(Prefix(Team, Go))


@router.message(command("team"))
@router.callback_query(Go.filter(F.to == "team"))
async def everybody(
    event: Event, state: FSMContext, work: Work, callback_data: Go | None = None, first: Html | None = None
) -> None:
    """The list, `first` above it; only admins have more to do with a colleague than to see them here."""
    page = callback_data.page if callback_data else 0
    found, more = team.team(work, page)
    await leave(state)
    text = paragraphs(first, bold(_("Team")), *(line(work, each) for each in found))
    await show(event, state, text, list_buttons(work, found, page, more), party="staff", anew=first is not None)


@router.callback_query(Team.filter(F.do == "card"))
async def card(query: CallbackQuery, callback_data: Team, state: FSMContext, work: Work) -> None:
    colleague = team.member(work, callback_data.person)
    remove = Team(do="remove", person=callback_data.person, page=callback_data.page)
    buttons = keyboard(
        button(_("Remove from the team"), remove, DANGER) if rights.may(work.actor, "dismiss") else None,
        button(_("Back"), Go(to="team", page=callback_data.page)),
    )
    await show(query, state, about(work, colleague), buttons, party="staff")


@router.callback_query(Team.filter(F.do == "remove"))
async def ask(query: CallbackQuery, callback_data: Team, state: FSMContext, work: Work) -> None:
    """What will come of it; nothing has been changed yet."""
    colleague = team.dismissible(work, callback_data.person)
    text = paragraphs(
        bold(say(_("Remove {name} from the team?"), name=called(colleague))),
        consequence(colleague.held),
        _("They will no longer see any case here. A new invitation brings them back."),
    )
    person, page = callback_data.person, callback_data.page
    buttons = keyboard(
        button(_("Yes, remove"), Team(do="removed", person=person, page=page), DANGER),
        button(_("Back"), Team(do="card", person=person, page=page)),
    )
    await show(query, state, text, buttons, party="staff")


@router.callback_query(Team.filter(F.do == "removed"))
async def removed(query: CallbackQuery, callback_data: Team, state: FSMContext, work: Work) -> None:
    name = called(team.dismissible(work, callback_data.person))
    unowned = team.dismiss(work, callback_data.person)
    done = paragraphs(bold(say(_("✅ {name} is no longer part of the team."), name=name)), waiting(unowned))
    if rights.may(work.actor, "see_team"):
        await everybody(query, state, work, first=done)
    else:  # they have removed themselves, and are told so like anybody
        await show(query, state, done, anew=True)


def line(work: Work, colleague: Colleague) -> Html:
    """Two lines: who and as what; where, and whether more can be given to them."""
    away = colleague.staff.away_since is not None
    return lines(
        say("{name} · {roles}", name=called(colleague), roles=roles(work, colleague)),
        say(
            "{title} · {turn}",
            title=menu.unit(work, colleague.staff),
            turn=Html(_("away")) if away else load(colleague),
        ),
    )


def load(colleague: Colleague) -> Html:
    """What is in their hands, what of it is late, and how much more may come."""
    held, overdue, room = colleague.held, colleague.overdue, colleague.room
    parts = [
        say(n_("{count} open case", "{count} open cases", held), count=held),
        say(n_("{count} overdue case", "{count} overdue cases", overdue), count=overdue) if overdue else None,
        say(_("room for {count}"), count=room) if room else None,
        Html(_("at capacity")) if room == 0 else None,
    ]
    return Html(" · ".join(part for part in parts if part))


def list_buttons(work: Work, found: list[Colleague], page: int, more: bool) -> InlineKeyboardMarkup:
    chosen = [button(label(each), Team(do="card", person=each.person.id, page=page)) for each in found]
    return keyboard(
        *(pairs(chosen) if rights.may(work.actor, "dismiss") else []),
        button(_("Invite a colleague"), Go(to="invite")) if rights.may(work.actor, "invite") else business(work),
        pages("team", page, more),
        to_menu(),
    )


def about(work: Work, colleague: Colleague) -> Html:
    staff = colleague.staff
    languages = Html(" · ".join(cards.language_name(code) for code in staff.languages))
    return paragraphs(
        bold(say("{name}", name=called(colleague))),
        lines(
            say(_("Roles: {roles}"), roles=roles(work, colleague)),
            say(_("Unit: {unit}"), unit=menu.unit(work, staff)),
            say(_("Languages: {languages}"), languages=languages),
            load(colleague),
            say(_("Away since {date}"), date=staff.away_since) if staff.away_since else None,
            say(_("On the team since {date}"), date=Html(dates.day(staff.joined_at, year=True))),
        ),
    )


def consequence(held: int) -> Html | None:
    """What happens to the open cases."""
    if not held:
        return Html(_("They hold no open case."))
    cases = n_(
        "{count} open case goes to a colleague who fits; if nobody does, it waits in the queue.",
        "{count} open cases go to colleagues who fit; what nobody fits waits in the queue.",
        held,
    )
    return lines(say(cases, count=held), _("The customers are not told: nothing changes for them."))


def waiting(unowned: list[Complaint]) -> Html | None:
    if not unowned:
        return None
    count = len(unowned)
    cases = n_(
        "⚠️ {count} open case has no owner: nobody present fits. It waits in the queue.",
        "⚠️ {count} open cases have no owner: nobody present fits. They wait in the queue.",
        count,
    )
    return say(cases, count=count)


def roles(work: Work, colleague: Colleague) -> Html:
    return Html(" · ".join(role_name(work, role) for role in colleague.staff.roles))


def label(colleague: Colleague) -> str:
    """The name on a button, where nothing is markup."""
    name = colleague.person.name
    return f"{FSI}{name}{PDI}" if name else _("name not given")


def called(colleague: Colleague) -> str:
    """The name as it stands in a text: a person's own words, which are set apart, or ours."""
    return colleague.person.name or Html(_("name not given"))
