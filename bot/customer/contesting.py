"""The complainant's word on a case that we set aside: it is another matter (T87), or it is yours to decide (T86)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import complaints, merging, scope
from backoffice.work import Work
from bot import cards
from bot.customer.answers import ask_reason
from bot.i18n import _
from bot.keyboards import Own, Prefix
from bot.texts import bold, paragraphs

router = Router(name="contesting")
router.callback_query.filter(Prefix(Own))


@router.callback_query(Own.filter(F.do == "another_matter"))
async def another_matter(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    merging.contest(work, complaint, turn=callback_data.turn)
    text = paragraphs(
        bold(_("Thank you. It is handled separately again.")),
        _("In what does it differ from your other complaint? If you like, write it here, or send a voice message."),
        cards.footer(work, complaint),
    )
    await ask_reason(query, state, text, complaint)


@router.callback_query(Own.filter(F.do == "contest_scope"))
async def contest(query: CallbackQuery, callback_data: Own, state: FSMContext, work: Work) -> None:
    complaint = complaints.find_own(work, callback_data.code)
    scope.contest(work, complaint, turn=callback_data.turn)
    text = paragraphs(
        bold(_("Your complaint is open again, and somebody else looks at it.")),
        _("Why is it for us to decide? If you like, write it here, or send a voice message or a photo."),
        cards.footer(work, complaint),
    )
    await ask_reason(query, state, text, complaint)
