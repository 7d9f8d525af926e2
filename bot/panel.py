"""One panel a conversation: a tap on it edits it; whatever else is shown is a new message, and old buttons go.

What the desk told by itself (an answer, a question, a card) is no panel: it stays as it was said, and a tap on it
opens a panel below.
"""

from contextlib import nullcontext
from datetime import timedelta

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backoffice import outbox, reading, rights
from bot.session import about, asking, exchange, gathering, unsay
from bot.texts import Html
from storage.complaints import Complaint

PANEL = "panel"
Event = Message | CallbackQuery


async def show(
    event: Event,
    state: FSMContext,
    text: Html,
    buttons: InlineKeyboardMarkup | None = None,
    *,
    complaint: Complaint | None = None,
    party: str = "customer",
    topic: str | None = None,
    anew: bool = False,
    proof: bool = False,
    gather: str | None = None,
    survey: str | None = None,
    free: bool = False,
    reads: str = reading.CARD,
) -> None:
    """Show the next step.

    `complaint` and `party`: a reply to this message belongs to that case, or to its `topic` there. `anew`: the tap has
    had its effect; what was tapped stays as proof, without its buttons. `proof`: this one stays as it is, with its
    buttons, and is no panel.
    `gather`: the parts of a burst share the message that follows them. `survey`: the question how it was that it puts.
    `free`: it is meant to be copied and passed on, though it is shown to staff. `reads`: what of the case it shows to
    them; that they read it is kept.
    """
    if complaint is not None and party not in ("customer", rights.DECIDER):
        reading.opened(exchange.get().work, complaint, reads)
    panel = await _panel(state)
    tapped = event.message.message_id if isinstance(event, CallbackQuery) and event.message else None
    with about(complaint, party, topic) if complaint else nullcontext(), asking(survey):
        if isinstance(event, CallbackQuery) and isinstance(event.message, Message) and tapped == panel and not anew:
            await event.message.edit_text(text, reply_markup=buttons)
            shown = tapped
        else:
            with gathering(gather) if gather else nullcontext():
                shown = await _say(event, text, buttons, protect=party != "customer" and not free)
            for old in {panel, tapped if anew else None} - {None, shown}:
                await _take_buttons_off(event, old)
    await state.update_data({PANEL: shown if buttons and not proof else None})


async def show_briefly(
    event: Event,
    text: Html,
    buttons: InlineKeyboardMarkup,
    *,
    complaint: Complaint,
    party: str,
    lasting: timedelta,
) -> None:
    """A message beside the panel which goes by itself: what may be looked at, and must not be left lying about."""
    message = event if isinstance(event, Message) else event.message
    with about(complaint, party):
        said = await _say(event, text, buttons, protect=True)
    if message is not None and said is not None:
        unsay(message.chat.id, -said, exchange.get().work.now + lasting)


def take_away(query: CallbackQuery) -> None:
    """The same message, at once."""
    work, message = exchange.get().work, query.message
    if message and (sent := outbox.delivered_target(work, message.chat.id, message.message_id)):
        unsay(message.chat.id, sent.promise, work.now)


async def put_away(event: Event, state: FSMContext) -> None:
    """What was asked is done, and what is told of it comes by itself: the panel loses its buttons."""
    tapped = event.message.message_id if isinstance(event, CallbackQuery) and event.message else None
    for old in {await _panel(state), tapped} - {None}:
        await _take_buttons_off(event, old)
    await state.update_data({PANEL: None})


async def leave(state: FSMContext, **kept: str | int | None) -> None:
    """The conversation is at rest; the panel stays known, so that its buttons can go, and what else is `kept`."""
    panel = (await state.get_data()).get(PANEL)
    await state.set_state(None)
    await state.set_data({name: value for name, value in {PANEL: panel, **kept}.items() if value})


async def _panel(state: FSMContext) -> int | None:
    """The panel's message: the real one once it was delivered, before that the promised one (a negative number)."""
    panel: int | None = (await state.get_data()).get(PANEL)
    if panel is not None and panel < 0:
        return outbox.resolve(exchange.get().work, panel) or panel
    return panel


async def _say(event: Event, text: Html, buttons: InlineKeyboardMarkup | None, *, protect: bool) -> int | None:
    message = event if isinstance(event, Message) else event.message
    if message is None:
        return None
    said = await message.answer(text, reply_markup=buttons, protect_content=protect or None)
    return said.message_id


async def _take_buttons_off(event: Event, message_id: int | None) -> None:
    message = event if isinstance(event, Message) else event.message
    if message is not None and event.bot is not None and message_id is not None:
        await event.bot.edit_message_reply_markup(chat_id=message.chat.id, message_id=message_id)
