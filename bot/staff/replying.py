"""What colleagues say when they are asked: their opinion, or their side of what is said about them."""

from functools import partial

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backoffice import inquiries, reading
from backoffice.inquiries import STATEMENT
from backoffice.work import Work
from bot import inquiry_cards
from bot.i18n import _, n_
from bot.inquiry_cards import inquire
from bot.keyboards import DANGER, Go, Inquire, Prefix, button, keyboard, to_menu
from bot.material import keep, material, unreadable
from bot.panel import Event, leave, show
from bot.steps import Step
from bot.texts import Html, bold, paragraphs, say
from storage.investigation import Inquiry

router = Router(name="replying")
router.callback_query.filter(Prefix(Inquire, Go))

SHOWN = 6


class Replying(StatesGroup):
    words = State()


@router.callback_query(Go.filter(F.to == "inquiries"))
async def waiting(query: CallbackQuery, state: FSMContext, work: Work) -> None:
    """What the actor is asked and has not answered."""
    await leave(state)
    found = inquiries.mine(work)[:SHOWN]
    listed = [inquiry_cards.line(work, each) for each in found]
    text = (
        paragraphs(bold(_("Questions of colleagues")), *listed) if found else Html(_("No colleague waits for you. ✅"))
    )
    rows = [button(inquiry_cards.title(work, each), inquire("open", each)) for each in found]
    await show(query, state, text, keyboard(*rows, to_menu()), party="staff")


@router.callback_query(Inquire.filter(F.do == "open"))
async def open_one(query: CallbackQuery, callback_data: Inquire, state: FSMContext, work: Work) -> None:
    inquiry = inquiries.find_mine(work, callback_data.number)
    await leave(state)
    await show_asked(query, state, work, inquiry)


@router.callback_query(Inquire.filter(F.do == "take"))
async def take(query: CallbackQuery, callback_data: Inquire, state: FSMContext, work: Work) -> None:
    """Answer it: from here on the others of the unit need not."""
    inquiry = inquiries.find_mine(work, callback_data.number)
    inquiries.take(work, inquiry)
    await state.set_state(Replying.words)
    await state.update_data(inquiry=inquiry.id)
    text = paragraphs(
        bold(_("Your side") if inquiry.kind == STATEMENT else _("Your opinion")),
        _("Write it, or send voice messages, photos and documents, one after another."),
        inquiry_cards.until(inquiry) if inquiry.ended is None else None,
    )
    await show(query, state, text, keyboard(button(_("Back"), inquire("open", inquiry))), party="staff")


@router.message(Step(Replying.words))
async def said(message: Message, state: FSMContext, work: Work) -> None:
    inquiry = inquiries.find_mine(work, int((await state.get_data()).get("inquiry") or 0))
    brought = material(message)
    if brought.empty:
        await show(message, state, unreadable(), keyboard(button(_("Back"), inquire("open", inquiry))), party="staff")
        return
    keep(work, partial(inquiries.give, inquiry_id=inquiry.id), inquiries.case_of(work, inquiry), brought)
    text = paragraphs(
        bold(
            _("✅ Your statement is kept.") if inquiry.kind == STATEMENT else _("✅ Your colleague has your opinion.")
        ),
        _("Send more, or tap Done."),
    )
    buttons = keyboard(button(_("Done"), inquire("open", inquiry)))
    await show(message, state, text, buttons, party="staff", gather=f"replied:{inquiry.id}")


@router.callback_query(Inquire.filter(F.do == "files"))
async def files(query: CallbackQuery, callback_data: Inquire, state: FSMContext, work: Work) -> None:
    inquiry = inquiries.find_mine(work, callback_data.number)
    if count := inquiries.send_files(work, inquiry):
        reading.opened(work, inquiries.case_of(work, inquiry), reading.FILES)
    sent = say(n_("📎 {count} file is on its way.", "📎 {count} files are on their way.", count), count=count)
    await show_asked(query, state, work, inquiry, sent)


@router.callback_query(Inquire.filter(F.do.in_({"decline", "declined"})))
async def decline(query: CallbackQuery, callback_data: Inquire, state: FSMContext, work: Work) -> None:
    """Asked twice, for it cannot be taken back."""
    inquiry = inquiries.find_mine(work, callback_data.number)
    await leave(state)
    if callback_data.do == "declined":
        inquiries.decline(work, inquiry)
        text = bold(_("Noted: you do not want to say anything. That alone is held against nobody."))
        await show(query, state, text, keyboard(to_menu()), party="staff", anew=True)
        return
    inquiries.require_declinable(work, inquiry)
    text = paragraphs(bold(_("Say nothing?")), _("You would not be asked again, unless something new comes up."))
    buttons = keyboard(
        button(_("Yes, I say nothing"), inquire("declined", inquiry), DANGER),
        button(_("Back"), inquire("open", inquiry)),
    )
    await show(query, state, text, buttons, party="staff")


async def show_asked(event: Event, state: FSMContext, work: Work, inquiry: Inquiry, first: str | None = None) -> None:
    if inquiry.shared:
        reading.opened(work, inquiries.case_of(work, inquiry), reading.WORDS)
    text = inquiry_cards.asked(work, inquiry, first)
    await show(event, state, text, inquiry_cards.asked_buttons(work, inquiry), party="staff")
