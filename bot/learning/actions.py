"""Actions in the messenger: the lists of them, the card of one, and what is decided on it by a tap."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, rights
from backoffice.learning import action_lists, actions
from backoffice.pages import page_of
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Act, Acts, Desk, Go, Prefix, Row, act, button, desk, keyboard, pager, pairs, to_menu
from bot.learning import action_cards, action_lines, making
from bot.panel import Event, leave, show
from bot.staff import queue
from bot.steps import command
from bot.texts import Html, bold, language, lines, paragraphs, say
from storage.actions import Action

router = Router(name="actions")
router.callback_query.filter(Prefix(Act, Acts, Desk, Go))

A_PAGE = 6


def way(work: Work) -> Row:
    """The button, for who has to do with actions and has no queue in which it stands."""
    may = rights.may(work.actor, "see_actions")
    return [button(_("Actions"), Go(to="actions"))] if may else []


# ------------------------------------------------------------------ lists


@router.message(command("action"))
async def by_command(message: Message, command: CommandObject, state: FSMContext, work: Work) -> None:
    """/action NUMBER, in any digits and spacing; without one, the actor's own actions."""
    if command.args:
        await leave(state)
        await show_action(message, state, work, action_lists.find(work, command.args))
    else:
        await own(message, state, work)


@router.callback_query(Go.filter(F.to == "actions"))
async def own(event: Event, state: FSMContext, work: Work) -> None:
    """One's own; who has none and looks after those of others sees these."""
    found, _more = action_lists.mine(work)
    whose = "mine" if found or not rights.may(work.actor, "oversee_actions") else "all"
    await leave(state)
    await show_list(event, state, work, Acts(whose=whose))


@router.callback_query(Acts.filter(F.whose.in_({"mine", "all"})))
async def turned(query: CallbackQuery, callback_data: Acts, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_list(query, state, work, callback_data)


async def show_list(event: Event, state: FSMContext, work: Work, place: Acts) -> None:
    mine, department = place.whose == "mine", place.department or None
    found, more = action_lists.mine(work, place.page) if mine else action_lists.everybodys(work, place.page, department)
    title = bold(_("Your actions") if mine else _("Actions of everybody"))
    unit = action_cards.named_unit(work, department) if department else None
    text = paragraphs(
        lines(title, say(_("Unit: {unit}"), unit=unit) if unit else None),
        *(line(work, each) for each in found),
        None if found else Html(_("There is nothing to be done here. ✅")),
    )
    await show(event, state, text, list_buttons(work, place, found, more), party="staff")


def line(work: Work, action: Action) -> Html:
    """Two lines: number and due; what is to be done."""
    return lines(action_lines.one(work, action), say("{words}", words=action_lines.gist(action)))


def list_buttons(work: Work, place: Acts, found: list[Action], more: bool) -> InlineKeyboardMarkup:
    mine = place.whose == "mine"
    turn = pager(place.page, more, lambda page: place.model_copy(update={"page": page}), _("Previous"), _("More"))
    other: Row = []
    if rights.may(work.actor, "oversee_actions"):
        other = [
            button(_("Actions of everybody"), Acts(whose="all"))
            if mine
            else button(_("Your actions"), Acts(whose="mine"))
        ]
        other += [] if mine else [button(_("By department"), Acts(whose="units"))]
    return keyboard(*pairs([button(each.number, act("show", each)) for each in found]), turn, other, to_menu())


@router.callback_query(Acts.filter(F.whose == "units"))
async def units(query: CallbackQuery, callback_data: Acts, state: FSMContext, work: Work) -> None:
    """Whose department the list is to be of."""
    rights.require(work, "oversee_actions")
    listed, more = page_of(list(work.organisation.departments), callback_data.page, A_PAGE)
    rows = [button(each.words[language()], Acts(whose="all", department=each.code)) for each in listed]
    turn = pager(callback_data.page, more, lambda page: Acts(whose="units", page=page), _("Previous"), _("More"))
    back = button(_("Back"), Acts(whose="all"))
    await show(query, state, bold(_("Actions of which department?")), keyboard(*pairs(rows), turn, back), party="staff")


# ------------------------------------------------------------------ of a case


@router.callback_query(Desk.filter(F.do == "actions"))
async def of_case(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """What a case led to, and another one for who may make it."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read", complaint)
    rights.require(work, "see_actions")
    await leave(state)
    found = action_lists.of_case(work, complaint)
    able = [each for each in found if rights.may_on(work.actor, "open", each)]
    another = button(_("Another action"), desk("new_action", complaint)) if actions.may_make(work, complaint) else None
    text = paragraphs(bold(_("What is done about it:")), *(action_lines.one(work, each) for each in found[-A_PAGE:]))
    rows = pairs([button(each.number, act("show", each)) for each in able[-A_PAGE:]])
    back = button(_("Back"), desk("show", complaint))
    await show(query, state, text, keyboard(*rows, another, back), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "new_action"))
async def new(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """One tap on a case: what it has in common with others is taken from it."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read", complaint)
    pattern = actions.of_case(complaint)
    await making.begin(query, state, work, pattern, actions.CASE, reference=complaint.code, complaint=complaint)


# ------------------------------------------------------------------ one


@router.callback_query(Act.filter(F.do == "show"))
async def opened(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    action = action_lists.get(work, callback_data.number)
    await leave(state)
    await show_action(query, state, work, action)


async def show_action(
    event: Event, state: FSMContext, work: Work, action: Action, first: Html | None = None, *, anew: bool = False
) -> None:
    """The card, `first` above it."""
    text = paragraphs(first, action_cards.card(work, action))
    buttons = keyboard(*action_cards.choices(work, action))
    await show(event, state, text, buttons, party="staff", anew=anew)


@router.callback_query(Act.filter(F.do == "cases"))
async def cases(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    """The cases that the reader may read, each a tap away."""
    action = action_lists.get(work, callback_data.number)
    known, _hidden = action_lists.cases(work, action)
    page = number(callback_data.value)
    listed, more = page_of(known, page, A_PAGE)
    turn = pager(page, more, lambda to: act("cases", action, str(to)), _("Previous"), _("More"))
    text = paragraphs(bold(_("Complaints from which it came:")), *(queue.line(work, each) for each in listed))
    back = button(_("Back"), act("show", action))
    await show(query, state, text, keyboard(*queue.choices(listed), turn, back), party="staff")


@router.callback_query(Act.filter(F.do.in_({"grant", "keep"})))
async def answer_wish(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    action = action_lists.get(work, callback_data.number)
    granted = callback_data.do == "grant"
    actions.answer_wish(work, action, granted=granted, turn=callback_data.turn)
    said = _("✅ The action has a new date.") if granted else _("✅ The date stays. The owner is told.")
    await show_action(query, state, work, action, bold(said), anew=True)


@router.callback_query(Act.filter(F.do == "give"))
async def give(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    action = action_lists.get(work, callback_data.number)
    actions.hand_over(work, action, number(callback_data.value), turn=callback_data.turn)
    said = bold(_("✅ The action has a new owner, who is told."))
    if rights.may_on(work.actor, "open", action):
        await show_action(query, state, work, action, said, anew=True)
    else:  # who had nothing to do with it but that it was theirs
        await show(query, state, said, keyboard(button(_("Actions"), Go(to="actions"))), party="staff", anew=True)


@router.callback_query(Act.filter(F.do == "owner"))
async def ask_owner(query: CallbackQuery, callback_data: Act, state: FSMContext, work: Work) -> None:
    """Colleagues who can see to it, those of the department first."""
    action = action_lists.get(work, callback_data.number)
    rights.require_on(work, "hand_over", action)
    await leave(state)
    page = number(callback_data.value)
    others = [person for _staff, person in actions.candidates(work, action) if person.id != action.owner_id]
    listed, more = page_of(others, page, A_PAGE)
    rows = [button(say("{name}", name=each.name or ""), act("give", action, str(each.id))) for each in listed]
    turn = pager(page, more, lambda to: act("owner", action, str(to)), _("Previous"), _("More"))
    text = paragraphs(
        bold(_("Who is to see to the action?")),
        _("Colleagues of its unit come first. The date stays, and both are told.")
        if others
        else _("There is nobody else who could."),
    )
    back = button(_("Back"), act("show", action))
    await show(query, state, text, keyboard(*rows, turn, back), party="staff")


def number(value: str) -> int:
    """A page or a person of a button; nothing is the first page. Raises errors.Invalid."""
    if not value:
        return 0
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise errors.Invalid(what="unknown_choice")
    return int(value)
