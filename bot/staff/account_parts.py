"""Who speaks for a business customer, and what its contract says: lists, links, and what is changed."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import accounts
from backoffice.accounts import Listed
from backoffice.work import Work
from bot import account_cards
from bot.account_cards import BINDS, MEANINGS, ROLES
from bot.i18n import _
from bot.keyboards import DANGER, Business, Prefix, Row, button, copy, keyboard, ticked
from bot.panel import leave, show
from bot.staff.accounts import NONE, back, begin, for_change, pager_of, to, typed, whole
from bot.steps import Step
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.accounts import clauses_of, contacts_of
from storage.people import Person

router = Router(name="account_parts")
router.callback_query.filter(Prefix(Business))

PAGE = 5  # beside the other buttons


class Writing(StatesGroup):
    title = State()
    text = State()


# ------------------------------------------------------------------ who speaks for it


@router.callback_query(Business.filter(F.do == "contacts"))
async def contacts(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "tend_contacts")
    page, there = callback_data.page, contacts_of(work.db, found.account.id)
    shown = there[page * PAGE : (page + 1) * PAGE] if page >= 0 else []
    rows = [
        button(account_cards.contact(each, person), to("contact", found, value=str(person.id)))
        for each, person in shown
    ]
    text = paragraphs(
        bold(_("Contacts")),
        account_cards.head(found.account),
        None if there else _("Nobody of the company has joined yet."),
        _("Where two of them disagree, the one who decides has the last word."),
    )
    ways = pager_of("contacts", found, page, more=len(there) > (page + 1) * PAGE)
    invite = button(_("Invite a contact"), to("invite", found))
    await show(query, state, text, keyboard(*rows, ways, invite, back(found)), party="staff")


@router.callback_query(Business.filter(F.do == "invite"))
async def ask_role(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "tend_contacts")
    text = paragraphs(bold(_("What may the contact do?")), *explained())
    rows = [button(str(label), to("invited", found, value=role)) for role, label in ROLES.items()]
    await show(query, state, text, keyboard(*rows, to_contacts(found)), party="staff")


@router.callback_query(Business.filter(F.do == "invited"))
async def invite(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    """The link, once."""
    found = for_change(work, callback_data, "tend_contacts")
    token = accounts.invite_contact(work, found.account, callback_data.value)
    me = await query.bot.get_me()  # type: ignore[union-attr]
    url = f"https://t.me/{me.username or ''}?start={accounts.PREFIX}{token}"
    text = paragraphs(
        bold(_("The invitation is ready.")),
        lines(
            say("{name} · {role}", name=found.account.name, role=Html(ROLES[callback_data.value])),
            say("{link}", link=Code(url)),
        ),
        say(
            _("Send the link to the contact. It works once, until {date}."),
            date=work.organisation.due("invitation", None, work.now),
        ),
    )
    buttons = keyboard([copy(_("Copy the link"), url)], back(found))
    await show(query, state, text, buttons, party="staff", anew=True, proof=True)


@router.callback_query(Business.filter(F.do == "contact"))
async def contact(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    """One of them, and what they may do instead."""
    found = for_change(work, callback_data, "tend_contacts")
    person_id = whole(callback_data.value)
    await show(query, state, about(work, found, person_id), contact_buttons(work, found, person_id), party="staff")


@router.callback_query(Business.filter(F.do == "role"))
async def change(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "tend_contacts")
    person, _dot, role = callback_data.value.partition(".")
    accounts.change_contact(work, found.account, whole(person), role)
    text = paragraphs(bold(_("✅ Noted.")), about(work, found, whole(person)))
    await show(query, state, text, contact_buttons(work, found, whole(person)), party="staff")


@router.callback_query(Business.filter(F.do == "remove"))
async def ask_removal(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "tend_contacts")
    person_id = whole(callback_data.value)
    text = paragraphs(
        bold(_("Remove this contact?")),
        about(work, found, person_id),
        _("They no longer follow the company's cases. What they complained of for it goes on with a colleague."),
    )
    yes = button(_("Yes, remove"), to("removed", found, value=callback_data.value), DANGER)
    await show(query, state, text, keyboard(yes, to_contacts(found)), party="staff")


@router.callback_query(Business.filter(F.do == "removed"))
async def remove(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "tend_contacts")
    accounts.remove_contact(work, found.account, whole(callback_data.value))
    text = paragraphs(bold(_("✅ They do not speak for the company any more.")), account_cards.head(found.account))
    await show(query, state, text, keyboard(to_contacts(found)), party="staff")


def explained() -> list[Html]:
    return [lines(bold(str(label)), str(MEANINGS[role])) for role, label in ROLES.items()]


def about(work: Work, found: Listed, person_id: int) -> Html:
    held = accounts.find_contact(work, found.account, person_id)
    person = work.db.get_one(Person, person_id)
    since = say(_("Contact since {date}"), date=held.since)
    return lines(account_cards.contact(held, person), say("{name}", name=found.account.name), since)


def contact_buttons(work: Work, found: Listed, person_id: int) -> InlineKeyboardMarkup:
    held = accounts.find_contact(work, found.account, person_id)
    rows = [
        ticked(str(label), role == held.role, to("role", found, value=f"{person_id}.{role}"))
        for role, label in ROLES.items()
    ]
    remove = button(_("Remove"), to("remove", found, value=str(person_id)), DANGER)
    return keyboard(*rows, remove, to_contacts(found))


def to_contacts(found: Listed) -> Row:
    return [button(_("Back"), to("contacts", found))]


# ------------------------------------------------------------------ what the contract says


@router.callback_query(Business.filter(F.do == "clauses"))
async def clauses(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "write_clauses")
    await leave(state)
    page, there = callback_data.page, clauses_of(work.db, found.account.id)
    shown = there[page * PAGE : (page + 1) * PAGE] if page >= 0 else []
    rows = [button(say("{name}", name=each.title), to("clause", found, value=str(each.id))) for each in shown]
    text = paragraphs(
        bold(_("Clauses of the contract")),
        account_cards.head(found.account),
        _("What a complaint may turn on. A clause that binds to mediation or arbitration is shown for a way outside."),
    )
    ways = pager_of("clauses", found, page, more=len(there) > (page + 1) * PAGE)
    new = button(_("Write a clause"), to("new_clause", found))
    await show(query, state, text, keyboard(*rows, ways, new, back(found)), party="staff")


@router.callback_query(Business.filter(F.do == "clause"))
async def clause(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "write_clauses")
    each = accounts.find_clause(work, found.account, whole(callback_data.value))
    remove = button(_("Remove"), to("no_clause", found, value=str(each.id)), DANGER)
    await show(query, state, account_cards.clause(each), keyboard(remove, to_clauses(found)), party="staff")


@router.callback_query(Business.filter(F.do == "no_clause"))
async def remove_clause(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "write_clauses")
    accounts.remove_clause(work, found.account, whole(callback_data.value))
    text = paragraphs(bold(_("✅ The clause is removed.")), account_cards.head(found.account))
    await show(query, state, text, keyboard(to_clauses(found)), party="staff")


@router.callback_query(Business.filter(F.do == "new_clause"))
async def ask_binding(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    """First to what it binds; then its title and its words."""
    found = for_change(work, callback_data, "write_clauses")
    rows = [button(str(label), to("binding", found, value=method)) for method, label in BINDS.items()]
    plain = button(_("binds to none of these"), to("binding", found, value=NONE))
    text = bold(_("Does the clause bind both sides to a way outside?"))
    await show(query, state, text, keyboard(plain, *rows, to_clauses(found)), party="staff")


@router.callback_query(Business.filter(F.do == "binding"))
async def ask_title(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "write_clauses")
    await begin(query, state, found, Writing.title, for_title(), binds=callback_data.value)


@router.message(Step(Writing.title))
async def typed_title(message: Message, state: FSMContext, work: Work) -> None:
    number = (await state.get_data())["account"]
    words = await typed(message, state, for_title(), number, accounts.MAX_TITLE)
    if words:
        binds = (await state.get_data())["binds"]
        found = accounts.find(work, number)
        await begin(message, state, found, Writing.text, for_text(words), binds=binds, title=words)


@router.message(Step(Writing.text))
async def typed_clause(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    number, title, binds = data["account"], data["title"], data["binds"]
    words = await typed(message, state, for_text(title), number, accounts.MAX_CLAUSE)
    if words:
        found = accounts.find(work, number)
        written = accounts.write_clause(work, found.account, title, words, None if binds == NONE else binds)
        await leave(state)
        text = paragraphs(bold(_("✅ The clause is noted.")), account_cards.clause(written))
        await show(message, state, text, keyboard(to_clauses(found)), party="staff")


def for_title() -> Html:
    return paragraphs(bold(_("What is the clause called?")), _("A few words, for example its number and its subject."))


def for_text(title: str) -> Html:
    return paragraphs(bold(say("{name}", name=title)), _("Please write the clause as the contract has it."))


def to_clauses(found: Listed) -> Row:
    return [button(_("Back"), to("clauses", found))]
