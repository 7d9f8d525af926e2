"""What comes outside any step: a message, an edit, a block. Nothing is lost and nothing is guessed."""

from aiogram import F, Router
from aiogram.filters.chat_member_updated import KICKED, MEMBER, ChatMemberUpdatedFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from backoffice import complaints, entries, errors, intake, people, undelivered
from backoffice.disputes import mediation
from backoffice.work import Work
from bot import cards, subjects
from bot.customer.intake import Filling, ask_group, new, show_summary
from bot.customer.start import not_understood
from bot.i18n import _
from bot.keyboards import SUCCESS, Form, button, keyboard, to_menu
from bot.material import keep, material, source, unreadable
from bot.panel import leave, show
from bot.steps import KNOWN, command_in
from bot.texts import bold, language, paragraphs
from bot.who import welcome_back

router = Router(name="loose")

MAX_OFFERED = 5


@router.message()
async def loose(message: Message, state: FSMContext, work: Work) -> None:
    """Words out of nowhere are kept, and it is asked what they belong to."""
    if await state.get_state():  # what was asked is not asked any more, or this is no answer to it
        await leave(state)
    brought = material(message)
    if command_in(message) in KNOWN:  # as said to another bot
        await not_understood(message)
        return
    if brought.empty:
        await show_unreadable(message, state)
        return
    draft = intake.begin(work, language())
    keep(work, intake.tell_story, draft, brought)
    open_cases = complaints.mine_open(work, MAX_OFFERED)
    rows = [
        button(subjects.on_button(work, each), Form(do="belongs", draft=draft.id, value=str(each.code)))
        for each in open_cases
    ]
    text = paragraphs(
        bold(_("We have kept your message.")),
        cards.story(work, draft, limit=300),
        _("Which complaint does it belong to?") if rows else _("Shall we make a complaint of it?"),
    )
    buttons = keyboard(
        *rows,
        button(_("A new complaint"), Form(do="fresh", draft=draft.id), SUCCESS),
        button(_("Erase it"), Form(do="discard", draft=draft.id)),
    )
    await show(message, state, text, buttons, gather=f"loose:{draft.id}")


async def show_unreadable(message: Message, state: FSMContext) -> None:
    await show(message, state, unreadable(), keyboard(to_menu()))


@router.callback_query(Form.filter(F.do == "fresh"))
async def fresh(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    if people.has_agreed(work, "privacy"):
        await state.set_state(Filling.story)
        await ask_group(query, state, work, draft)
    else:
        await new(query, state, work)


@router.callback_query(Form.filter(F.do == "belongs"))
async def belongs(query: CallbackQuery, callback_data: Form, state: FSMContext, work: Work) -> None:
    draft = intake.find_draft(work, callback_data.draft)
    complaint = complaints.find_own(work, callback_data.value)
    intake.give_to(work, draft, complaint)
    await leave(state)
    text = paragraphs(bold(_("✅ Added to your complaint.")), cards.footer(work, complaint))
    await show(query, state, text, complaint=complaint)


@router.callback_query()
async def unknown(_query: CallbackQuery) -> None:
    """A button that is not ours, or not any more."""
    raise errors.Invalid(what="unknown_choice")


@router.edited_message()
async def edited(message: Message, state: FSMContext, work: Work) -> None:
    """An edit is kept beside the original and shown: in the draft's summary, or to the other side; what was said in a
    room of a mediation stays there."""
    if mediation.edited(work, source(message), message.text or message.caption) is not None:
        return
    wording = entries.edited(work, source(message), message.text or message.caption)
    draft = intake.draft(work)
    if wording and draft and wording.complaint_id == draft.id and draft.category:
        await show_summary(message, state, work, draft)


@router.my_chat_member(ChatMemberUpdatedFilter(KICKED))
async def blocked(event: ChatMemberUpdated, work: Work) -> None:
    if work.actor.person:
        undelivered.lost(work, work.actor.person)


@router.my_chat_member(ChatMemberUpdatedFilter(MEMBER))
async def unblocked(event: ChatMemberUpdated, work: Work) -> None:
    if work.actor.person:
        welcome_back(work, work.actor.person)
