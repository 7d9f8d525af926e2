"""The register of who resolves disputes outside: the list, each one's card with its sources, what is set by hand."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import providers, rights
from backoffice.pages import offset
from backoffice.providers import Listed
from backoffice.work import Work
from bot import provider_cards
from bot.disputes import register_figures
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Go, Mediator, Prefix, Register, Row, button, keyboard, ticked, to_menu
from bot.material import material
from bot.panel import Event, leave, show
from bot.staff.queue import pages
from bot.steps import Step, command
from bot.texts import Html, bold, lines, paragraphs, say

router = Router(name="providers")
router.callback_query.filter(Prefix(Register, Go))

PAGE = 6


class Noting(StatesGroup):
    interests = State()


def way(work: Work) -> Row:
    """The button, for who may see the register."""
    may = rights.may(work.actor, "see_providers")
    return [button(_("Who resolves disputes outside"), Go(to="providers"))] if may else []


@router.message(command("providers"))
@router.callback_query(Go.filter(F.to == "providers"))
async def register(event: Event, state: FSMContext, work: Work, callback_data: Go | None = None) -> None:
    """All of them; a tick marks those who are offered."""
    page = callback_data.page if callback_data else 0
    start = offset(page, PAGE)
    listed = providers.register(work)
    await leave(state)
    rows = [opening(each, page) for each in listed[start : start + PAGE]]
    adds = rights.may(work.actor, "set_providers")
    text = paragraphs(
        bold(_("Who resolves disputes outside")),
        _("A tick marks those who are offered to customers, as far as they fit the case."),
    )
    buttons = keyboard(
        *rows,
        button(_("Add a mediator"), Mediator(do="begin")) if adds else None,
        pages("providers", page, len(listed) > start + PAGE),
        back_to(work),
    )
    await show(event, state, text, buttons, party="staff")


@router.callback_query(Register.filter(F.do == "card"))
async def card(query: CallbackQuery, callback_data: Register, state: FSMContext, work: Work) -> None:
    await leave(state)
    await show_card(query, state, work, callback_data.code, callback_data.page)


async def show_card(
    event: Event,
    state: FSMContext,
    work: Work,
    code: str,
    page: int = 0,
    *,
    first: Html | None = None,
    anew: bool = False,
) -> None:
    """What everybody reads of it, and what only the staff do; `first` above it."""
    listed = providers.entry(work, code)
    results = register_figures.results_line(work, code)
    text = paragraphs(first, provider_cards.card(work, listed.provider), results, for_staff(listed))
    await show(event, state, text, card_buttons(work, listed, page), party="staff", anew=anew)


@router.callback_query(Register.filter(F.do.in_({"off", "on"})))
async def switch(query: CallbackQuery, callback_data: Register, state: FSMContext, work: Work) -> None:
    providers.switch(work, callback_data.code, active=callback_data.do == "on")
    await show_card(query, state, work, callback_data.code, callback_data.page)


@router.callback_query(Register.filter(F.do == "interests"))
async def ask_interests(query: CallbackQuery, callback_data: Register, state: FSMContext, work: Work) -> None:
    rights.require(work, "set_providers")
    listed = providers.entry(work, callback_data.code)
    await state.set_state(Noting.interests)
    await state.update_data(provider=listed.code, page=callback_data.page)
    await ask(query, state, listed, callback_data.page)


@router.message(Step(Noting.interests))
async def typed_interests(message: Message, state: FSMContext, work: Work) -> None:
    data = await state.get_data()
    code, page, words = data["provider"], data["page"], material(message).written
    if words is None:
        await ask(message, state, providers.entry(work, code), page, _("Please write it as text."))
        return
    providers.note_interests(work, code, words)
    await leave(state)
    await show_card(message, state, work, code, page, first=bold(_("✅ The declared interests are noted.")))


async def ask(event: Event, state: FSMContext, listed: Listed, page: int, first: str | None = None) -> None:
    text = paragraphs(
        first,
        bold(_("Which interests has it declared?")),
        provider_cards.name(listed.provider),
        _("Both sides read this, as you write it, before they agree."),
    )
    back = keyboard(button(_("Cancel"), Register(do="card", code=listed.code, page=page)))
    await show(event, state, text, back, party="staff")


# ------------------------------------------------------------------ how it is shown


def opening(listed: Listed, page: int) -> Row:
    return [
        ticked(provider_cards.name(listed.provider), listed.active, Register(do="card", code=listed.code, page=page))
    ]


def for_staff(listed: Listed) -> Html:
    source = listed.provider.source
    return lines(
        say(_("Source: {source}"), source=source) if source else Html(_("No source is named.")),
        None if listed.active else Html(_("It is switched off: it is offered to nobody.")),
    )


def card_buttons(work: Work, listed: Listed, page: int) -> InlineKeyboardMarkup:
    off = button(_("Offer it no longer"), Register(do="off", code=listed.code, page=page), DANGER)
    on = button(_("Offer it again"), Register(do="on", code=listed.code, page=page), SUCCESS)
    note = button(_("Note declared interests"), Register(do="interests", code=listed.code, page=page))
    back = button(_("Back"), Go(to="providers", page=page))
    if not rights.may(work.actor, "set_providers"):
        return keyboard(back)
    return keyboard(note, off if listed.active else on, back)


def back_to(work: Work) -> Row:
    """Whoever sits on reviews finds the register there, the others in their menu."""
    reviews = rights.may(work.actor, "see_reviews")
    return [button(_("Back"), Go(to="hearing")) if reviews else to_menu()]
