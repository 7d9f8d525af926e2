"""How commands are written: whoever writes one otherwise reads its form with an example, and loses nothing by it."""

import re
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Message

from backoffice.work import Work
from bot import commands
from bot.commands import COMMANDS, Entry, Takes
from bot.i18n import _, __
from bot.keyboards import keyboard, to_menu
from bot.steps import command_in
from bot.texts import LRI, PDI, Html, paragraphs, say

router = Router(name="forms")

ENTRIES = {entry.command: entry for entry in COMMANDS}
CODE, NUMBER, MINUTES = "SLH-7K4M-2QXH-M", "ACT-7K4M-2QXH-M", "45"
NAMES = {"CODE": __("CODE"), "WORDS": __("WORDS"), "TIME": __("MINUTES"), "NUMBER": __("NUMBER")}
WORDS = {
    "ask": __("Which parcel was it?"),
    "note": __("The courier was called."),
    "recuse": __("I know the customer."),
}
REASON = __("The carrier has not replied yet.")


class Misspelled(Filter):
    """Matches a command that is the actor's to give, with something behind it that it does not take, or without."""

    async def __call__(self, message: Message, work: Work) -> bool | dict[str, Any]:
        entry = ENTRIES.get(command_in(message) or "")
        if entry is None or (entry.action is not None and entry not in commands.of_staff(work.actor.roles)):
            return False
        _slash, *args = (message.text or "").split(maxsplit=1)
        return False if entry.fits("".join(args).strip()) else {"entry": entry}


@router.message(Misspelled())
async def show_form(message: Message, entry: Entry) -> None:
    """Whatever was asked before is still asked."""
    await message.answer(form(entry), reply_markup=keyboard(to_menu()))


def form(entry: Entry) -> Html:
    first = {
        Takes.NOTHING: _("Please write this command alone: {command}"),
        Takes.NUMBER_OR_NOT: _("Write the number of the action after the command: {command}"),
    }.get(entry.takes, _("Write the code of the case after the command: {command}"))
    return paragraphs(
        say(first, command=_typed(entry, _named(entry.takes))),
        say(_("For example: {example}"), example=_typed(entry, _example(entry))),
        _("What is in square brackets is optional.") if "[" in entry.takes else None,
    )


def _typed(entry: Entry, rest: str) -> Html:
    return Html(f"{LRI}/{entry.command} {rest}".rstrip() + PDI)


def _named(takes: Takes) -> str:
    """The form in the reader's words."""
    return re.sub("[A-Z]+", lambda name: str(NAMES[name[0]]), takes)


def _example(entry: Entry) -> str:
    match entry.takes:
        case Takes.NOTHING:
            return ""
        case Takes.NUMBER_OR_NOT:
            return NUMBER
        case Takes.TIME_OR_NOT:
            return f"{CODE} {MINUTES}"
        case Takes.WORDS | Takes.WORDS_OR_NOT:
            return f"{CODE} {WORDS.get(entry.command, REASON)}"
        case _:
            return CODE
