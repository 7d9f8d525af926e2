"""Who comes back after a case can be opened again no more begins a new one, which continues it (T85)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backoffice import complaints, continuing, intake, people
from backoffice.work import Work
from bot import cards
from bot.customer.intake import Filling, ask_consent, ask_story, show_summary
from bot.i18n import _
from bot.keyboards import SUCCESS, Form, Own, Prefix, button, keyboard
from bot.material import Material, keep
from bot.panel import Event, leave, show
from bot.texts import Code, Html, bold, language, paragraphs, quote, say
from storage.complaints import Complaint

router = Router(name="late")
router.callback_query.filter(Prefix(Own))


@router.callback_query(Own.filter(F.do == "continue"))
async def go_on(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    draft = continuing.begin(work, complaints.find_own(work, callback_data.code), language())
    await tell(query, state, work, draft)


async def tell(event: Event, state: FSMContext, work: Work, draft: Complaint) -> None:
    """To the question what happened; what was told already is in the summary."""
    if not people.has_agreed(work, "privacy"):
        await ask_consent(event, state, work)
        return
    await state.set_state(Filling.story)
    step = show_summary if intake.told(work, draft) else ask_story
    await step(event, state, work, draft)


async def keep_as_new(message: Message, state: FSMContext, work: Work, complaint: Complaint, brought: Material) -> None:
    """Words to a case that is long closed: they are kept, and become a new complaint by one tap."""
    draft = continuing.begin(work, complaint, language())
    keep(work, intake.tell_story, draft, brought)
    await leave(state)
    text = paragraphs(
        bold(_("We have kept your message.")),
        say(
            _(
                "Complaint {code} was closed too long ago to be opened again. Your message begins a new one that"
                " continues it."
            ),
            code=Code(complaint.code or ""),
        ),
        quote(brought.text) if brought.text else Html(_("📎 file")),
        cards.footer(work, complaint),
    )
    buttons = keyboard(
        button(_("Continue"), Form(do="summary", draft=draft.id), SUCCESS),
        button(_("Erase it"), Form(do="discard", draft=draft.id)),
    )
    await show(message, state, text, buttons, complaint=complaint, gather=f"late:{draft.id}")
