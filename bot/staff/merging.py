"""Two complaints of one customer about one matter: which, and that they become one (T8), or two again (T87)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import complaints, errors, merging, rights
from backoffice.work import Work
from bot import cards, subjects
from bot.i18n import _
from bot.keyboards import DANGER, Desk, Prefix, button, desk, keyboard
from bot.panel import leave, show
from bot.staff.more import back
from bot.staff.queue import show_case
from bot.texts import Code, bold, lines, paragraphs, say
from storage.complaints import Complaint

router = Router(name="merging")
router.callback_query.filter(Prefix(Desk))

SHOWN = 6


@router.callback_query(Desk.filter(F.do == "merge"))
async def which(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """What it perhaps repeats comes first."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "merge", complaint)
    await leave(state)
    alike = merging.alike(work, complaint)
    found = [*alike, *(each for each in merging.masters(work, complaint) if each not in alike)][:SHOWN]
    text = paragraphs(
        bold(_("Which older case of this customer is it a part of?")),
        say("{code}", code=Code(complaint.code or "")),
        None if found else _("This customer has no older case into which it could be merged."),
    )
    rows = [button(subjects.on_button(work, each), desk("merge_into", complaint, str(each.code))) for each in found]
    await show(query, state, text, keyboard(*rows, back(complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "merge_into"))
async def really(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, master = _both(work, callback_data)
    if why := merging.why_not(work, complaint, master):
        raise errors.SetAsideRefused(complaint=complaint.id, why=why)
    text = paragraphs(
        bold(_("Merge the two cases?")),
        lines(_("This one:"), subjects.line(work, complaint), cards.story(work, complaint, limit=400)),
        lines(_("It goes on as:"), subjects.line(work, master), cards.story(work, master, limit=400)),
        _("The customer is told one number to follow, and can say that it is another matter."),
    )
    buttons = keyboard(
        button(_("Yes, merge them"), desk("merged", complaint, callback_data.value), DANGER), back(complaint)
    )
    await show(query, state, text, buttons, complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "merged"))
async def merge(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint, master = _both(work, callback_data)
    merging.merge(work, complaint, master, turn=callback_data.turn)
    await show_case(
        query, state, work, complaint, bold(_("✅ The cases are one now. The customer is told.")), anew=True
    )


@router.callback_query(Desk.filter(F.do == "unmerge"))
async def unmerge(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    merging.contest(work, complaint, turn=callback_data.turn)
    first = bold(_("✅ They are two cases again. The customer is told."))
    await show_case(query, state, work, complaint, first, anew=True)


def _both(work: Work, data: Desk) -> tuple[Complaint, Complaint]:
    complaint = complaints.find(work, data.code)
    rights.require(work, "merge", complaint)
    master = complaints.find(work, data.value)
    rights.require(work, "read", master)
    return complaint, master
