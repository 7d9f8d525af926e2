"""Words that a step asks for: typed, and short enough to be read by whom they are for."""

from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardMarkup, Message

from bot.i18n import _
from bot.material import words_within
from bot.panel import show
from bot.texts import Html, paragraphs
from storage.complaints import Complaint

READABLE = 1500  # letters that fit into one message beside what we say ourselves


async def words_of(
    message: Message, state: FSMContext, complaint: Complaint, prompt: Html, buttons: InlineKeyboardMarkup
) -> str | None:
    """What was typed; anything else is asked for again, with the same `prompt` and `buttons`, and the step stays."""
    words = words_within(message, READABLE)
    if words is None:
        text = paragraphs(_("Please write it as text."), prompt)
        await show(message, state, text, buttons, complaint=complaint, party="staff")
        return None
    return words
