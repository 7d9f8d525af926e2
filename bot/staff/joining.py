"""How staff come in: one-time links, made by admins with buttons and opened by the invited."""

from collections.abc import Iterable
from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, User

from backoffice import errors, panel, people, rights
from backoffice.disputes import resolvers
from backoffice.rights import Role
from backoffice.work import Work
from bot.disputes import mediating
from bot.i18n import OWN_NAMES, _, speaking_to
from bot.keyboards import SUCCESS, Go, Post, Prefix, Row, button, copy, keyboard, pairs, ticked, to_menu
from bot.panel import Event, leave, show
from bot.staff import menu
from bot.steps import command
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from bot.who import reader_for

router = Router(name="joining")
router.callback_query.filter(Prefix(Go, Post))

PREFIX = "join-"
CAPACITIES = (10, 25, 50, 100)
LISTS = {"role": "roles", "seat": "roles", "office": "roles", "language": "languages", "category": "categories"}
OUTSIDE = (Role.DISPUTE_MANAGER, Role.LEGAL, Role.ACCOUNT_MANAGER)
COMMITTEE = (Role.COMMITTEE_CHAIR, *panel.MANDATORY.values(), *panel.OPTIONAL.values(), Role.ALTERNATE)
EMPTY: dict[str, Any] = {"roles": [], "languages": [], "categories": [], "department": None}


def is_invitation(payload: str | None) -> bool:
    return bool(payload and payload.startswith(PREFIX))


def link(username: str, token: str) -> str:
    return f"https://t.me/{username}?start={PREFIX}{token}"


async def join(message: Message, payload: str, state: FSMContext, work: Work, user: User) -> None:
    """Open an invitation; who has chosen no language yet gets their messenger's."""
    person = work.actor.person
    with speaking_to(reader_for(work, person, user)):  # type: ignore[arg-type]
        people.join(work, payload.removeprefix(PREFIX), user.first_name)
        resolvers.arrived(work)
        if person and person.language is None:
            people.set_language(work, language())
        await leave(state)
        await menu.set_commands(message, work)
        resolves = rights.may(work.actor, "see_mediations")
        first = mediating.greeting() if resolves else bold(_("✅ Welcome to the team."))
        await menu.home(message, state, work, first=first)


@router.message(command("invite"))
@router.callback_query(Go.filter(F.to == "invite"))
async def invite(event: Event, state: FSMContext, work: Work) -> None:
    """What the invited will be is put together by buttons; the link is made at the end."""
    rights.require(work, "invite")
    post = {**EMPTY, "languages": [language()]}
    await state.update_data(post=post)
    await show(event, state, *roles_panel(work, post), party="staff")


@router.callback_query(Post.filter())
async def put_together(query: CallbackQuery, callback_data: Post, state: FSMContext, work: Work) -> None:
    rights.require(work, "invite")
    post = (await state.get_data()).get("post") or dict(EMPTY)
    choose(post, callback_data.do, callback_data.value)
    await state.update_data(post=post)
    if callback_data.do == "capacity":
        await made(query, state, work, post)
        return
    await show(query, state, *PANELS[callback_data.do](work, post), party="staff")


def choose(post: dict[str, Any], what: str, value: str) -> None:
    """Take one choice into the post: lists are toggled, the rest replaced."""
    if what in LISTS:
        chosen = post[LISTS[what]]
        post[LISTS[what]] = [each for each in chosen if each != value] if value in chosen else [*chosen, value]
    elif what == "department":
        post["department"], post["categories"] = value or None, []
    elif what == "capacity" and value in map(str, CAPACITIES):
        post["capacity"] = int(value)
    elif what not in PANELS:
        raise errors.Invalid(what="unknown_choice")


def roles_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    """The roles of the desk; those of the committee and for disputes have pages of their own, or no phone could show
    them. A mediator from outside is no colleague, and invited from the dispute."""
    elsewhere = (*COMMITTEE, *OUTSIDE, Role.RESOLVER)
    rows = _roles(work, post, "role", [role for role in Role if role not in elsewhere])
    committee = ticked(_("Committee"), set(post["roles"]) & set(COMMITTEE), Post(do="committee"))
    outside = ticked(_("Disputes, legal, key accounts"), set(post["roles"]) & set(OUTSIDE), Post(do="outside"))
    further = button(_("Continue"), Post(do="departments"), SUCCESS) if post["roles"] else None
    text = paragraphs(bold(_("Invite a colleague")), _("Which roles will they have? One person may have several."))
    return text, keyboard(*rows, committee, outside, further, button(_("Cancel"), Go(to="home")))


def committee_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    text = paragraphs(
        bold(_("Invite a colleague")),
        _("Which seats of the committee? An alternate takes over a seat, so choose that seat too."),
    )
    return text, keyboard(*_roles(work, post, "seat", COMMITTEE), button(_("Back"), Post(do="roles")))


def outside_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    text = paragraphs(
        bold(_("Invite a colleague")),
        _(
            "Who speaks for the organisation in disputes outside, who reads what is signed there, and who looks after"
            " business customers?"
        ),
    )
    return text, keyboard(*_roles(work, post, "office", OUTSIDE), button(_("Back"), Post(do="roles")))


def _roles(work: Work, post: dict[str, Any], do: str, roles: Iterable[Role]) -> list[Row]:
    return pairs([ticked(role_name(work, role), role in post["roles"], Post(do=do, value=role)) for role in roles])


def departments_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    rows = [
        button(each.words[language()], Post(do="department", value=each.code)) for each in work.organisation.departments
    ]
    text = paragraphs(bold(_("Invite a colleague")), _("Which unit will they belong to?"))
    return text, keyboard(
        *pairs(rows), button(_("All units"), Post(do="department")), button(_("Back"), Post(do="roles"))
    )


def categories_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    """All of the unit's categories, or a choice of them; who works for all units is asked for none."""
    if not post["department"]:
        return languages_panel(work, post)
    mine = [each for each in work.organisation.categories if each.department == post["department"]]
    rows = [
        ticked(each.words[language()], each.code in post["categories"], Post(do="category", value=each.code))
        for each in mine
    ]
    text = paragraphs(
        bold(_("Invite a colleague")),
        _("Which categories do they know? If you choose none, they receive all of the unit's."),
    )
    return text, keyboard(
        *pairs(rows), button(_("Continue"), Post(do="languages"), SUCCESS), button(_("Back"), Post(do="departments"))
    )


def languages_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    chosen = post["languages"]
    rows = [
        ticked(OWN_NAMES[code], code in chosen, Post(do="language", value=code)) for code in work.organisation.languages
    ]
    further = button(_("Continue"), Post(do="capacities"), SUCCESS) if chosen else None
    text = paragraphs(bold(_("Invite a colleague")), _("In which languages can they answer?"))
    return text, keyboard(*rows, further, button(_("Back"), Post(do="departments")))


def capacity_panel(work: Work, post: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    row = [button(say("{n}", n=n), Post(do="capacity", value=str(n))) for n in CAPACITIES]
    text = paragraphs(bold(_("Invite a colleague")), _("How many open cases may they hold at a time?"))
    return text, keyboard(row, button(_("Back"), Post(do="languages")))


async def made(query: CallbackQuery, state: FSMContext, work: Work, post: dict[str, Any]) -> None:
    """The link, once."""
    token = people.invite(work, people.Post(**post))
    await state.update_data(post=None)
    me = await query.bot.get_me()  # type: ignore[union-attr]
    url = link(me.username or "", token)
    text = paragraphs(
        bold(_("The invitation is ready.")),
        lines(
            say(_("Roles: {roles}"), roles=Html(" · ".join(role_name(work, role) for role in post["roles"]))),
            say("{link}", link=Code(url)),
        ),
        say(
            _("Send the link to your colleague. It works once, until {date}."),
            date=work.organisation.due("invitation", None, work.now),
        ),
    )
    buttons = keyboard([copy(_("Copy the link"), url)], to_menu())
    await show(query, state, text, buttons, party="staff", anew=True, proof=True)


PANELS = {
    "roles": roles_panel,
    "role": roles_panel,
    "committee": committee_panel,
    "seat": committee_panel,
    "outside": outside_panel,
    "office": outside_panel,
    "departments": departments_panel,
    "department": categories_panel,
    "category": categories_panel,
    "languages": languages_panel,
    "language": languages_panel,
    "capacities": capacity_panel,
}


def role_name(work: Work, role: str) -> str:
    return work.organisation.roles[role][language()]
