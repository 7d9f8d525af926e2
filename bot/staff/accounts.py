"""Business customers: the list, each one's card, who looks after it, its contract number and own deadlines, its end."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import accounts, errors, rights
from backoffice.accounts import Listed
from backoffice.work import Work
from bot import account_cards
from bot.account_cards import LIMITS, may_manage
from bot.i18n import _, __
from bot.keyboards import DANGER, Business, Go, Prefix, Row, button, keyboard, pager, pairs, ticked, to_menu
from bot.material import words_within
from bot.panel import Event, leave, show
from bot.staff.queue import choices, line, pages
from bot.steps import Step, command
from bot.texts import Html, bold, paragraphs, say

router = Router(name="accounts")
router.callback_query.filter(Prefix(Business, Go))

UNITS = {
    "wh": __("working hours"),
    "bd": __("business days"),
    "h": __("hours"),
    "cd": __("calendar days"),
}
NONE = "-"
SHOWN = 6  # open cases that are shown at once


class Keeping(StatesGroup):
    name = State()
    contract = State()
    limit = State()


# ------------------------------------------------------------------ the list and the card


@router.message(command("accounts"))
@router.callback_query(Go.filter(F.to == "accounts"))
async def everything(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    page = callback_data.page if callback_data else 0
    found, more = accounts.listed(work, page)
    await leave(state)
    empty = None if found else _("There is no business customer yet.")
    text = paragraphs(bold(_("Business customers")), *(account_cards.line(each) for each in found), empty)
    rows = [button(say("{name}", name=each.account.name), to("card", each, page)) for each in found]
    opens = rights.may(work.actor, "keep_accounts")
    buttons = keyboard(
        *rows,
        button(_("New account"), Business(do="new")) if opens else None,
        pages("accounts", page, more),
        to_menu(),
    )
    await show(event, state, text, buttons, party="staff")


@router.callback_query(Business.filter(F.do == "card"))
async def card(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_card(query, state, work, callback_data.number, page=callback_data.page)


async def show_card(
    event: Event, state: FSMContext, work: Work, number: int, first: Html | None = None, *, page: int = 0
) -> None:
    """All that is kept of it, `first` above; and what the actor may change."""
    found = accounts.find(work, number)
    text = paragraphs(first, account_cards.card(work, found))
    await show(event, state, text, card_buttons(work, found, page), party="staff")


def card_buttons(work: Work, found: Listed, page: int) -> InlineKeyboardMarkup:
    def offered(action: str, do: str, text: str, style: str | None = None) -> Row:
        return [button(text, to(do, found, page), style)] if may_manage(work, action, found.account) else []

    return keyboard(
        [*offered("tend_contacts", "contacts", _("Contacts")), *offered("write_clauses", "clauses", _("Clauses"))],
        offered("keep_accounts", "manager", _("Account manager")),
        [
            *offered("keep_accounts", "contract", _("Contract number")),
            *offered("keep_accounts", "limits", _("Own deadlines")),
        ],
        button(_("Open cases"), to("cases", found, page)) if found.open else None,
        offered("keep_accounts", "end", _("End the account"), DANGER),
        button(_("Back"), Go(to="accounts", page=page)),
    )


@router.callback_query(Business.filter(F.do == "cases"))
async def open_cases(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    """Those of its open cases that the actor may read."""
    found = accounts.find(work, callback_data.number)
    cases = accounts.open_cases(work, found.account)
    page = callback_data.page
    shown = cases[page * SHOWN : (page + 1) * SHOWN]
    if page < 0 or (page and not shown):
        raise errors.Invalid(what="unknown_choice")
    text = paragraphs(
        account_cards.head(found.account),
        *(line(work, each) for each in shown),
        None if cases else _("None of its open cases is open to you."),
    )
    ways = pager_of("cases", found, page, more=len(cases) > (page + 1) * SHOWN)
    await show(query, state, text, keyboard(*choices(shown), ways, back(found)), party="staff")


# ------------------------------------------------------------------ a new one, and its contract


@router.callback_query(Business.filter(F.do == "new"))
async def ask_name(query: CallbackQuery, state: FSMContext, work: Work) -> None:
    rights.require(work, "keep_accounts")
    await state.set_state(Keeping.name)
    await show(query, state, for_name(), cancel(0), party="staff")


@router.message(Step(Keeping.name))
async def typed_name(message: Message, state: FSMContext, work: Work) -> None:
    words = await typed(message, state, for_name(), 0, accounts.MAX_NAME)
    if words:
        account = accounts.open_account(work, words)
        await leave(state)
        await show_card(message, state, work, account.id, bold(_("✅ The account is open.")))


@router.callback_query(Business.filter(F.do == "contract"))
async def ask_contract(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    await begin(query, state, found, Keeping.contract, for_contract())


@router.message(Step(Keeping.contract))
async def typed_contract(message: Message, state: FSMContext, work: Work) -> None:
    number = (await state.get_data())["account"]
    words = await typed(message, state, for_contract(), number, accounts.MAX_CONTRACT)
    if words:
        accounts.set_contract(work, accounts.find(work, number).account, words)
        await leave(state)
        await show_card(message, state, work, number, bold(_("✅ The contract number is noted.")))


def for_name() -> Html:
    return bold(_("What is the company called?"))


def for_contract() -> Html:
    return bold(_("What is the number of the contract?"))


# ------------------------------------------------------------------ who looks after it


@router.callback_query(Business.filter(F.do == "manager"))
async def ask_manager(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    people, more = accounts.candidates(work, callback_data.page)
    rows = [
        ticked(
            say("{name}", name=account_cards.called(each)),
            found.account.manager_id == each.id,
            to("managed", found, value=str(each.id)),
        )
        for each in people
    ]
    text = paragraphs(
        bold(_("Who looks after the company?")),
        _("They read its cases and are told what happens with them; they decide nothing."),
        None if people else _("Nobody has this role yet. Invite an account manager first (/invite)."),
    )
    nobody = ticked(_("Nobody"), found.account.manager_id is None, to("managed", found, value=NONE))
    ways = pager_of("manager", found, callback_data.page, more=more)
    await show(query, state, text, keyboard(*rows, nobody, ways, back(found)), party="staff")


@router.callback_query(Business.filter(F.do == "managed"))
async def name_manager(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    value = callback_data.value
    accounts.name_manager(work, found.account, None if value == NONE else whole(value))
    await show_card(query, state, work, found.account.id, bold(_("✅ The account manager is noted.")))


# ------------------------------------------------------------------ its own deadlines


@router.callback_query(Business.filter(F.do == "limits"))
async def limits(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    await leave(state)
    rows = [
        ticked(str(label), target in found.account.limits, to("limit", found, value=target))
        for target, label in LIMITS.items()
    ]
    text = paragraphs(
        bold(_("Own deadlines")),
        _("A deadline of the contract counts where it ends sooner than ours. Open cases are moved at once."),
        account_cards.limits(found.account),
    )
    await show(query, state, text, keyboard(*pairs(rows), back(found)), party="staff")


@router.callback_query(Business.filter(F.do == "limit"))
async def ask_unit(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    """In what it is counted; then how much of it."""
    found = for_change(work, callback_data, "keep_accounts")
    target = callback_data.value
    if target not in LIMITS:
        raise errors.Invalid(what="unknown_choice")
    rows = [button(str(label), to("unit", found, value=f"{target}.{unit}")) for unit, label in UNITS.items()]
    none = button(_("No own deadline"), to("no_limit", found, value=target)) if target in found.account.limits else None
    text = paragraphs(bold(str(LIMITS[target])), _("In which unit of time?"))
    await show(
        query,
        state,
        text,
        keyboard(*pairs(rows), none, button(_("Back"), to("limits", found))),
        party="staff",
    )


@router.callback_query(Business.filter(F.do == "unit"))
async def ask_amount(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    target, _dot, unit = callback_data.value.partition(".")
    if target not in LIMITS or unit not in UNITS:
        raise errors.Invalid(what="unknown_choice")
    await begin(query, state, found, Keeping.limit, for_amount(target, unit), target=target, unit=unit)


@router.message(Step(Keeping.limit))
async def typed_limit(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    number, target, unit = data["account"], data["target"], data["unit"]
    words = await typed(message, state, for_amount(target, unit), number, accounts.MAX_CONTRACT)
    if words:
        accounts.set_limit(work, accounts.find(work, number).account, target, f"{words} {unit}")
        await leave(state)
        await show_card(message, state, work, number, bold(_("✅ The deadline is noted.")))


@router.callback_query(Business.filter(F.do == "no_limit"))
async def no_limit(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    accounts.set_limit(work, found.account, callback_data.value, None)
    done = _("✅ Our own deadline counts from now on. What runs already keeps its date.")
    await show_card(query, state, work, found.account.id, bold(done))


def for_amount(target: str, unit: str) -> Html:
    return paragraphs(
        bold(str(LIMITS[target])),
        say(_("How many {unit}? Please write a number."), unit=Html(UNITS[unit])),
    )


# ------------------------------------------------------------------ its end


@router.callback_query(Business.filter(F.do == "end"))
async def ask_end(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    found = for_change(work, callback_data, "keep_accounts")
    text = paragraphs(
        bold(_("End the account?")),
        account_cards.head(found.account),
        _("No new complaint counts as theirs, and nobody can join any more. Open cases go on as they are."),
    )
    yes = button(_("Yes, end it"), to("ended", found), DANGER)
    await show(query, state, text, keyboard(yes, back(found)), party="staff")


@router.callback_query(Business.filter(F.do == "ended"))
async def end(query: CallbackQuery, callback_data: Business, state: FSMContext, work: Work) -> None:
    accounts.end_account(work, for_change(work, callback_data, "keep_accounts").account)
    await show_card(query, state, work, callback_data.number, bold(_("✅ The account has ended.")))


# ------------------------------------------------------------------ for its steps


def to(do: str, found: Listed, page: int = 0, value: str = "") -> Business:
    return Business(do=do, number=found.account.id, page=page, value=value)


def back(found: Listed) -> Row:
    return [button(_("Back"), to("card", found))]


def cancel(number: int) -> InlineKeyboardMarkup:
    place = Business(do="card", number=number) if number else Go(to="accounts")
    return keyboard(button(_("Cancel"), place))


def pager_of(do: str, found: Listed, page: int, *, more: bool) -> Row:
    return pager(page, more, lambda number: to(do, found, number), _("Previous"), _("More"))


def for_change(work: Work, callback_data: Business, action: str) -> Listed:
    """The account of a button, for who may change it."""
    rights.require(work, action)
    return accounts.find(work, callback_data.number)


def whole(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise errors.Invalid(what="unknown_choice")
    return int(value)


async def begin(event: Event, state: FSMContext, found: Listed, step: State, prompt: Html, **kept: str) -> None:
    """Something is typed next."""
    await state.set_state(step)
    await state.update_data({"account": found.account.id, **kept})
    await show(event, state, prompt, cancel(found.account.id), party="staff")


async def typed(message: Message, state: FSMContext, prompt: Html, number: int, limit: int) -> str | None:
    """What was typed; anything else is asked for again, and the step stays."""
    words = words_within(message, limit)
    if words is None:
        text = paragraphs(_("Please write it as text."), prompt)
        await show(message, state, text, cancel(number), party="staff")
    return words
