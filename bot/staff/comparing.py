"""Similar cases that were decided, before a decision is made: who is alike is to be treated alike (S26)."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import comparables, complaints, errors, rights
from backoffice.comparables import Alike, Comparison
from backoffice.work import Work
from bot import items, money, subjects
from bot.i18n import _, n_
from bot.keyboards import Desk, Prefix, button, desk, keyboard
from bot.panel import leave, show
from bot.texts import Code, Html, bold, language, lines, paragraphs, say

router = Router(name="comparing")
router.callback_query.filter(Prefix(Desk))


@router.callback_query(Desk.filter(F.do == "alike"))
async def alike(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """The value is the decision that is being thought of, if there is one already."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read_all", complaint)
    decision = callback_data.value or None
    if decision is not None and decision not in work.organisation.decisions:
        raise errors.Invalid(what="unknown_choice")
    found = comparables.compare(work, complaint, decision)
    await leave(state)
    text = paragraphs(
        bold(_("Similar cases")),
        say("{code}", code=Code(complaint.code or "")),
        *(line(work, each) for each in found.cases),
        spread(found),
        None if found.cases else _("No case like this one has been decided and closed yet."),
    )
    back = button(_("Back"), desk("show", complaint))
    await show(query, state, text, keyboard(back), complaint=complaint, party="staff")


def line(work: Work, each: Alike) -> Html:
    """The code only of a case that its reader may open; else what was decided, and nothing of whose it was."""
    remedy = work.organisation.find_remedy(each.remedy)
    decision = work.organisation.decisions.get(each.decision)
    found = each.complaint.root_cause
    cause = next((each.words[language()] for each in work.organisation.root_causes if each.code == found), None)
    return lines(
        say("{code}", code=Code(each.code)) if each.code else None,
        say(_("Decision: {decision}"), decision=Html(decision[language()])) if decision else None,
        say(_("About: {category}"), category=Html(subjects.category(work, each.complaint))),
        *items.lines_of(work, each.complaint),
        say(_("Cause: {cause}"), cause=Html(cause)) if cause else None,
        say(_("Remedy: {remedy}"), remedy=Html(remedy.words[language()])) if remedy else None,
        *(say(_("Amount: {amount}"), amount=Html(money.shown(amount))) for amount in each.amounts),
    )


def spread(found: Comparison) -> Html | None:
    """What the remedies of the category usually come to, where enough amounts are known."""
    if found.middle is None or found.lowest is None or found.highest is None:
        return None
    told = n_(
        "Median: {middle} ({count} case, from {lowest} to {highest})",
        "Median: {middle} ({count} cases, from {lowest} to {highest})",
        found.counted,
    )
    middle, lowest, highest = (Html(money.shown(each)) for each in (found.middle, found.lowest, found.highest))
    return say(told, middle=middle, count=found.counted, lowest=lowest, highest=highest)
