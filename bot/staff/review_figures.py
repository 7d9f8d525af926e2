"""The reviews of a year in figures, for those who answer for them."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import review_figures, rights
from backoffice.review_figures import Figures
from backoffice.work import Work
from bot import periods
from bot.i18n import _, n_
from bot.keyboards import Go, Prefix, Row, button, keyboard, to_menu
from bot.panel import leave, show
from bot.texts import Html, bold, lines, paragraphs, say

router = Router(name="review_figures")
router.callback_query.filter(Prefix(Go))


def way(work: Work) -> Row:
    """The button, for who may see them."""
    may = rights.may(work.actor, "see_figures")
    return [button(_("Reviews in figures"), Go(to="review_figures"))] if may else []


@router.callback_query(Go.filter(F.to == "review_figures"))
async def show_figures(query: CallbackQuery, callback_data: Go, state: FSMContext, work: Work) -> None:
    """Of those that were asked for in a year of the organisation's calendar."""
    await leave(state)
    year = periods.years_back(work, callback_data.page)
    found = review_figures.figures(work, *work.organisation.counting.bounds(year))
    text = paragraphs(
        lines(bold(_("Reviews in figures")), say(_("Asked for: {period}"), period=periods.name(year))),
        requests(found),
        sittings(found),
    )
    back = button(_("Back"), Go(to="hearing")) if rights.may(work.actor, "see_reviews") else to_menu()
    ways = periods.years(work, "review_figures", callback_data.page, year)
    await show(query, state, text, keyboard(ways, back), party="staff")


def requests(found: Figures) -> Html:
    """How many were asked for, and what became of them."""
    return lines(
        say(_("Asked for: {count}, late: {number}"), count=found.requested, number=found.late),
        say(_("Withdrawn: {count}"), count=found.withdrawn),
        say(_("Decided: {count}, in time: {number}"), count=found.decided, number=found.in_time),
        say(_("The first answer was changed: {count} of {total}"), count=found.changed, total=found.decided),
        say(_("Went outside without a decision: {count}"), count=found.outside),
        took(found.took),
    )


def took(span: timedelta | None) -> Html | None:
    if span is None:
        return None
    days = max(round(span / timedelta(days=1)), 1)
    return say(
        n_("From request to decision: {count} day (median)", "From request to decision: {count} days (median)", days),
        count=days,
    )


def sittings(found: Figures) -> Html:
    """Who was there, and who could not sit."""
    return lines(
        say(_("Votes cast: {count} of {total}"), count=found.cast, total=found.expected),
        say(_("Sittings without a quorum: {count}"), count=found.without_quorum),
        say(_("Stepped down for a conflict: {count}"), count=found.recused),
        say(
            _("Challenged by customers: {count}, with success: {number}"),
            count=found.challenged,
            number=found.challenges_upheld,
        ),
    )
