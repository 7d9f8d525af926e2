"""A mediator comes into the register: name, address, what they do, who pays, how long it takes; then all of it once."""

from collections.abc import Callable
from typing import Any, get_args

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import errors, providers, rights
from backoffice.organisation_file import Words
from backoffice.provider_file import Binding, Method, Payer
from backoffice.providers import NewProvider
from backoffice.words import required
from backoffice.work import Work
from bot import cards, provider_cards, refusals
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Go, Mediator, Prefix, button, keyboard, pairs, ticked
from bot.material import material
from bot.panel import leave, show
from bot.staff.providers import show_card
from bot.steps import Step
from bot.texts import Html, bold, language, lines, paragraphs, say

router = Router(name="adding")
router.callback_query.filter(Prefix(Mediator))

LANGUAGES = tuple(Words.model_fields)
DAYS = (7, 14, 21, 30, 60, 90)
Draft = dict[str, Any]
Panel = tuple[Html, InlineKeyboardMarkup]


class Adding(StatesGroup):
    name = State()
    contact = State()


@router.callback_query(Mediator.filter(F.do == "begin"))
async def begin(query: CallbackQuery, state: FSMContext, work: Work) -> None:
    rights.require(work, "set_providers")
    await state.set_state(Adding.name)
    await state.update_data(mediator={"names": {}, "methods": ["facilitative"]})
    await show(query, state, *name_panel({"names": {}}), party="staff")


@router.message(Step(Adding.name))
async def typed_name(message: Message, state: FSMContext, work: Work) -> None:
    """One name for each language: customers read the one of theirs."""
    draft = await current(state, work)
    words = await typed(message, state, providers.MAX_NAME, name_panel(draft))
    if words is None:
        return
    draft["names"][missing(draft)] = words
    if missing(draft) is None:
        await state.set_state(Adding.contact)
    await state.update_data(mediator=draft)
    await show(message, state, *(name_panel(draft) if missing(draft) else contact_panel()), party="staff")


@router.message(Step(Adding.contact))
async def typed_contact(message: Message, state: FSMContext, work: Work) -> None:
    draft = await current(state, work)
    words = await typed(message, state, providers.MAX_CONTACT, contact_panel())
    if words is None:
        return
    await state.set_state(None)
    await state.update_data(mediator={**draft, "contact": words})
    await show(message, state, *methods_panel(work, draft), party="staff")


@router.callback_query(Mediator.filter(F.do == "save"))
async def save(query: CallbackQuery, state: FSMContext, work: Work) -> None:
    added = providers.add(work, put_together(await current(state, work)))
    await leave(state)
    await show_card(query, state, work, added.code, first=bold(_("✅ Added to the register.")), anew=True)


@router.callback_query(Mediator.filter())
async def chosen(query: CallbackQuery, callback_data: Mediator, state: FSMContext, work: Work) -> None:
    """A choice by a button."""
    draft = await current(state, work)
    if "contact" not in draft or callback_data.do not in CHOICES:
        raise errors.Stale()
    draft = CHOICES[callback_data.do](draft, callback_data.value)
    await state.update_data(mediator=draft)
    await show(query, state, *next_panel(work, draft, callback_data.do, callback_data.value), party="staff")


# ------------------------------------------------------------------ what is known so far


async def current(state: FSMContext, work: Work) -> Draft:
    rights.require(work, "set_providers")
    draft: Draft | None = (await state.get_data()).get("mediator")
    if draft is None:
        raise errors.Stale()
    return draft


def put_together(draft: Draft) -> NewProvider:
    if not {"contact", "payer", "days"} <= set(draft):
        raise errors.Stale()
    return NewProvider(
        words=Words(**draft["names"]),
        methods=tuple(draft["methods"]),
        contact=draft["contact"],
        payer=draft["payer"],
        days=draft["days"],
        binding=draft.get("binding", "none"),
    )


def missing(draft: Draft) -> str | None:
    """The language in which the name is still to be told: the reader's own first."""
    order = sorted(LANGUAGES, key=lambda each: each != language())
    return next((each for each in order if each not in draft["names"]), None)


async def typed(message: Message, state: FSMContext, limit: int, panel: Panel) -> str | None:
    """The words of a step; what cannot be is said to be so, and the question stays."""
    words, (text, buttons) = material(message).written, panel
    if words is None:
        await show(message, state, paragraphs(_("Please write it as text."), text), buttons, party="staff")
        return None
    if len(words) > limit:
        refusal = refusals.words(errors.Invalid(what="too_long", limit=limit))
        await show(message, state, paragraphs(refusal, text), buttons, party="staff")
        return None
    return required(words)


def toggle(draft: Draft, method: str) -> Draft:
    known = one_of(get_args(Method), method)
    chosen = set(draft["methods"]) ^ {known}
    kept = [each for each in get_args(Method) if each in chosen]
    return {name: value for name, value in {**draft, "methods": kept}.items() if name != "binding"}


def one_of(known: tuple[str, ...], value: str) -> str:
    if value not in known:
        raise errors.Invalid(what="unknown_choice")
    return value


CHOICES: dict[str, Callable[[Draft, str], Draft]] = {
    "methods": lambda draft, value: toggle(draft, value) if value else draft,
    "binding": lambda draft, value: {**draft, "binding": one_of(get_args(Binding)[1:], value)} if value else draft,
    "payer": lambda draft, value: {**draft, "payer": one_of(get_args(Payer), value)} if value else draft,
    "days": lambda draft, value: (
        {**draft, "days": int(one_of(("0", *map(str, DAYS)), value)) or None} if value else draft
    ),
}


# ------------------------------------------------------------------ what is asked


def next_panel(work: Work, draft: Draft, do: str, value: str) -> Panel:
    """After a choice comes the next question; without a value, the question itself, on the way back."""
    decides = "determinative" in draft["methods"]
    match do:
        case "methods":
            return methods_panel(work, draft)
        case "binding" if decides and not value:
            return binding_panel(work)
        case "payer" if value:
            return days_panel()
        case "days" if value:
            return summary(work, draft)
        case "days":
            return days_panel()
        case _:
            return payer_panel(work, decides=decides)


def name_panel(draft: Draft) -> Panel:
    asked = Html(cards.language_name(missing(draft) or language()))
    text = paragraphs(
        bold(_("Add a mediator")),
        say(_("What are they called in {language}? Customers of this language read it so."), language=asked),
    )
    return text, keyboard(cancel())


def contact_panel() -> Panel:
    text = paragraphs(
        bold(_("Add a mediator")),
        _("How are they reached? Write an e-mail address, a telephone number, or both."),
    )
    return text, keyboard(cancel())


def methods_panel(work: Work, draft: Draft) -> Panel:
    """What each method means stands above the buttons."""
    told = [
        say(
            "{criterion}: {level}",
            criterion=Html(label),
            level=provider_cards.worded(work.organisation.methods[method]),
        )
        for method, label in provider_cards.METHODS.items()
    ]
    rows = [
        ticked(str(label), method in draft["methods"], Mediator(do="methods", value=method))
        for method, label in provider_cards.METHODS.items()
    ]
    further = button(_("Continue"), Mediator(do="binding"), SUCCESS) if draft["methods"] else None
    text = paragraphs(bold(_("What do they do?")), lines(*told))
    return text, keyboard(*pairs(rows), further, cancel())


def binding_panel(work: Work) -> Panel:
    labels = {"organisation": _("Only us"), "both": _("Both sides")}
    told = [
        say("{method}: {meaning}", method=Html(label), meaning=provider_cards.worded(work.organisation.bindings[whom]))
        for whom, label in labels.items()
    ]
    rows = [button(label, Mediator(do="binding", value=whom)) for whom, label in labels.items()]
    text = paragraphs(bold(_("Whom does their decision bind?")), lines(*told))
    return text, keyboard(*pairs(rows), back("methods"), cancel())


def payer_panel(work: Work, *, decides: bool) -> Panel:
    labels = {
        "free": _("Nobody: it is free"),
        "organisation": _("We do"),
        "shared": _("Both sides share it"),
        "customer": _("Whoever turns to them"),
    }
    rows = [button(label, Mediator(do="payer", value=payer)) for payer, label in labels.items()]
    text = paragraphs(bold(_("Who pays for it?")), _("What customers have to pay for, few will choose."))
    return text, keyboard(*rows, back("binding" if decides else "methods"), cancel())


def days_panel() -> Panel:
    rows = [
        button(say(n_("{count} day", "{count} days", number), count=number), Mediator(do="days", value=str(number)))
        for number in DAYS
    ]
    unknown = button(_("Not known"), Mediator(do="days", value="0"))
    text = bold(_("How long does it take at most?"))
    return text, keyboard(*pairs(rows), unknown, back("payer"), cancel())


def summary(work: Work, draft: Draft) -> Panel:
    """As the register will have it."""
    text = paragraphs(bold(_("Is this right?")), provider_cards.card(work, put_together(draft).provider("new")))
    return text, keyboard(button(_("Add to the register"), Mediator(do="save"), SUCCESS), back("days"), cancel())


def back(to: str) -> InlineKeyboardButton:
    return button(_("Back"), Mediator(do=to))


def cancel() -> InlineKeyboardButton:
    return button(_("Cancel"), Go(to="providers"))
