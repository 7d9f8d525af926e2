"""Tables of cases in the messenger: asked for from a page of figures, followed while they are made, and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backoffice import rights
from backoffice.figures import tables
from backoffice.work import Work
from bot import periods
from bot.figures import table_words
from bot.figures.words import unit
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Cases, Prefix, button, keyboard, to_menu
from bot.panel import PANEL, leave, show
from bot.texts import Html, bold, lines, paragraphs
from storage.digests import Table

if TYPE_CHECKING:
    from bot.figures.report import Page

router = Router(name="tables")
router.callback_query.filter(Prefix(Cases))

WAYS = {"xlsx": ("xlsx", False), "csv": ("csv", False), "xlsx_words": ("xlsx", True), "csv_words": ("csv", True)}
"""What a button asks for: in which form, and whether with the words as customers wrote them."""


TABLE, WORDS = "table", "words"
STEPS = (TABLE, WORDS, *WAYS)  # from a page of figures


async def take(query: CallbackQuery, state: FSMContext, work: Work, page: Page, step: str) -> None:
    """One of STEPS."""
    if step in WAYS:
        await begin(query, state, work, page, step)
    else:
        await choose(query, state, work, page, words=step == WORDS)


async def choose(query: CallbackQuery, state: FSMContext, work: Work, page: Page, *, words: bool) -> None:
    """In which form; the words as they are, only for who may, and after they have read what that means."""
    await leave(state)
    may = rights.may(work.actor, "export_words")
    if words:
        rights.require(work, "export_words")
    about = lines(
        bold(_("⚠️ The words as they are") if words else _("Cases as a table")),
        periods.name(page.period),
        unit(work, page.part),
    )
    means = (
        _(
            "Names, telephone numbers and whatever else customers wrote will stand in the file. Pass it to nobody who"
            " does not need it, and delete it after use. That you took it is recorded."
        )
        if words
        else _(
            "A line for each complaint, with what the customer wrote. Names, telephone numbers, e-mail addresses and"
            " the like are replaced by signs; the same customer has the same sign in every table."
        )
    )
    style, ending = (DANGER, "_words") if words else (SUCCESS, "")
    await show(
        query,
        state,
        paragraphs(about, Html(means)),
        keyboard(
            button(_("Excel"), page.to(f"xlsx{ending}"), style),
            button(_("CSV"), page.to(f"csv{ending}")),
            button(_("With the words as they are"), page.to(WORDS)) if may and not words else None,
            [button(_("Back"), page.to(TABLE if words else "volume")), to_menu()],
        ),
        party="staff",
    )


async def begin(query: CallbackQuery, state: FSMContext, work: Work, page: Page, do: str) -> None:
    form, words = WAYS[do]
    message_id = query.message.message_id if query.message else None
    new = tables.ask(work, page.period, page.part.department, form=form, open_words=words, message_id=message_id)
    await _follow(query, state, work, new)


@router.callback_query(Cases.filter(F.do == "stop"))
async def stop(query: CallbackQuery, callback_data: Cases, state: FSMContext, work: Work) -> None:
    await _follow(query, state, work, tables.stop(work, callback_data.table))


async def _follow(query: CallbackQuery, state: FSMContext, work: Work, table: Table) -> None:
    """How far it is stands in the message that was tapped; that is no panel, or something else would be shown there."""
    text, ways = table_words.shown(work, table)
    if isinstance(query.message, Message):
        await query.message.edit_text(text, reply_markup=ways)
    await leave(state)
    await state.update_data({PANEL: None})
