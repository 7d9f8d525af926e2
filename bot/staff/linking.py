"""Of which business customer a case is, where its complainant did not come as one (T88)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import account_cases, complaints, rights
from backoffice.pages import page_of
from backoffice.work import Work
from bot.i18n import _
from bot.keyboards import Desk, Prefix, button, desk, keyboard, pager, ticked
from bot.panel import leave, show
from bot.staff.accounts import NONE, whole
from bot.staff.more import back
from bot.staff.queue import show_case
from bot.texts import Code, bold, paragraphs, say

router = Router(name="linking")
router.callback_query.filter(Prefix(Desk))

PAGE = 5  # beside the other buttons


@router.callback_query(Desk.filter(F.do == "account"))
async def ask(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "link_account", complaint)
    page, there = whole(callback_data.value or "0"), account_cases.all_there(work)
    shown, more = page_of(there, page, PAGE)
    await leave(state)
    rows = [
        ticked(
            say("{name}", name=each.name), complaint.account_id == each.id, desk("of_account", complaint, str(each.id))
        )
        for each in shown
    ]
    none = button(_("Of no business customer"), desk("of_account", complaint, NONE)) if complaint.account_id else None
    ways = pager(page, more, lambda to: desk("account", complaint, str(to)), _("Previous"), _("More"))
    text = paragraphs(
        bold(_("Of which business customer is the case?")),
        say("{code}", code=Code(complaint.code or "")),
        _("Its contacts can follow the case then, and its contract counts for it. The customer is told.")
        if there
        else _("There is no business customer yet."),
    )
    await show(query, state, text, keyboard(*rows, none, ways, back(complaint)), complaint=complaint, party="staff")


@router.callback_query(Desk.filter(F.do == "of_account"))
async def link(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "link_account", complaint)
    if callback_data.value == NONE:
        account_cases.unlink(work, complaint)
        done = _("✅ The case no longer belongs to a business customer.")
    else:
        account_cases.link(work, complaint, whole(callback_data.value))
        done = _("✅ The case is one of this account now.")
    await leave(state)
    await show_case(query, state, work, complaint, bold(done), anew=True)
