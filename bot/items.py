"""What a complaint is about besides its category: the product or service, and the branch, in words and as buttons."""

from collections.abc import Callable
from typing import Protocol

from aiogram.filters.callback_data import CallbackData

from backoffice import errors
from backoffice.organisation_file import ITEMS
from backoffice.work import Work
from bot.i18n import _, __
from bot.keyboards import Row, button, pager, pairs, ticked
from bot.texts import Code, Html, language, plain, say

NONE = "-"  # chosen where it is none of them; no code looks like that, nor like the number of a page
SIZE = 6  # on a page
NAMES: dict[str, object] = {"product": __("Product or service"), "branch": __("Branch")}
QUESTIONS: dict[str, object] = {
    "product": __("Which product or service is it about?"),
    "branch": __("Which branch is it about?"),
}
LINES: dict[str, object] = {"product": __("Product or service: {product}"), "branch": __("Branch: {branch}")}


class About(Protocol):
    """A case, an action, or what cases have in common."""

    @property
    def product(self) -> str | None: ...
    @property
    def branch(self) -> str | None: ...


def asked(work: Work) -> list[str]:
    """The kinds of which the organisation has any."""
    return [kind for kind in ITEMS if work.organisation.items(kind)]


def word(work: Work, kind: str, code: str) -> str | None:
    """As the organisation's file has it; None where it has it no more."""
    found = work.organisation.item(kind, code)
    return found.words[language()] if found else None


def line(work: Work, kind: str, code: str) -> Html:
    """What the file has no more stands there by its code."""
    known = word(work, kind, code)
    return say(str(LINES[kind]), **{kind: plain(known) if known else Code(code)})


def lines_of(work: Work, about: About) -> list[Html]:
    """A line for each that was said."""
    return [line(work, kind, code) for kind in ITEMS if (code := getattr(about, kind))]


# ------------------------------------------------------------------ choosing


def page(value: str) -> int | None:
    """Which page a button asks for, from outside; None: it chooses. Raises errors.Invalid."""
    if value and not (value.isascii() and value.isdecimal()):
        return None
    if len(value) > 3:
        raise errors.Invalid(what="unknown_choice")
    return int(value or "0")


def chosen(value: str) -> str | None:
    """The code that a button brings."""
    return None if value == NONE else value


def choices(work: Work, kind: str, number: int, now: str | None, to: Callable[[str], CallbackData]) -> list[Row]:
    """A page of them, none of them, and the ways to the other pages; `to`: what a button with this value carries.

    Raises errors.Invalid where there is no such page.
    """
    found = work.organisation.items(kind)
    shown = found[number * SIZE : (number + 1) * SIZE]
    if not shown:
        raise errors.Invalid(what="unknown_choice")
    buttons = [ticked(each.words[language()], each.code == now, to(each.code)) for each in shown]
    more = len(found) > (number + 1) * SIZE
    turn = pager(number, more, lambda other: to(str(other)), _("Previous"), _("More"))
    return [*pairs(buttons), [button(_("None of these"), to(NONE))], turn]
