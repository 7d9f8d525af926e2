"""The register of what could not be resolved inside, counted: a year in totals, and what came of a provider's cases."""

from collections import Counter
from collections.abc import Callable

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backoffice import providers
from backoffice.disputes import register
from backoffice.disputes.register import HIDDEN_BELOW, Totals
from backoffice.provider_file import NAMED
from backoffice.work import Work
from bot import periods, review_cards
from bot.dates import decimal
from bot.disputes import cards
from bot.i18n import _, n_
from bot.keyboards import Go, Prefix, button, keyboard
from bot.money import shown
from bot.panel import leave, show
from bot.texts import Html, bold, language, lines, paragraphs, plain, say

router = Router(name="register_figures")
router.callback_query.filter(Prefix(Go))

RANKED = 6  # lines of a breakdown
CUSTOMERS_OWN = "named"  # all mediators whom customers named


@router.callback_query(Go.filter(F.to == "unresolved_totals"))
async def show_totals(query: CallbackQuery, callback_data: Go, state: FSMContext, work: Work) -> None:
    """Of what came into the register within a year of the organisation's calendar."""
    await leave(state)
    year = periods.years_back(work, callback_data.page)
    found = register.totals(work, *work.organisation.counting.bounds(year))
    text = paragraphs(
        lines(bold(_("What we could not resolve ourselves")), periods.name(year)),
        totals(work, found),
    )
    ways = periods.years(work, "unresolved_totals", callback_data.page, year)
    await show(query, state, text, keyboard(ways, button(_("Back"), Go(to="unresolved"))), party="staff")


def totals(work: Work, found: Totals) -> Html:
    return paragraphs(
        lines(
            say(_("Cases: {count}"), count=found.cases),
            say(_("What it cost us: {amount}"), amount=Html(shown(found.cost))) if found.cost.value else None,
            say(
                _("Action: {count}, no action: {number}, decision missing: {total}"),
                count=found.action,
                number=found.no_action,
                total=found.owed,
            ),
        ),
        ranked(_("By what left them unresolved"), found.by_trigger, _trigger),
        ranked(_("By what came of them"), found.by_outcome, lambda code: outcome(work, code)),
        ranked(_("By third party"), _together(found.by_provider), lambda code: provider(work, code)),
    )


def ranked(title: str, counts: Counter[str | None] | Counter[str], words: Callable[[str | None], Html]) -> Html | None:
    """The most frequent first; the rest in one line."""
    if not counts:
        return None
    found = sorted(counts.items(), key=lambda each: (-each[1], str(each[0])))
    rest = sum(count for _code, count in found[RANKED:])
    return lines(
        bold(title),
        *(say("{count} · {text}", count=count, text=words(code)) for code, count in found[:RANKED]),
        say(_("{count} · others"), count=rest) if rest else None,
    )


def outcome(work: Work, code: str | None) -> Html:
    """Why a case was closed, or that it is open."""
    return plain(work.organisation.closure_reasons[code][language()]) if code else Html(_("still open"))


def provider(work: Work, code: str | None) -> Html:
    """By its code in the register; without one the two sides talked by themselves."""
    if code is None or code == register.PUBLIC_BODY:
        return Html(cards.unnamed(direct=code is None))
    if code.startswith(NAMED) or code == CUSTOMERS_OWN:
        return Html(_("mediators whom customers named"))
    found = providers.find(work, code)
    return plain(found.words[language()]) if found else Html(_("not in the register any more"))


def results_line(work: Work, code: str) -> Html | None:
    """What came of the cases that a provider had, for its card; of a few of them nothing but how many."""
    found = register.results(work, code)
    if not found.cases:
        return None
    count = say(n_("{count} case so far", "{count} cases so far", found.cases), count=found.cases)
    if found.settled is None or found.days is None:
        return lines(count, say(_("Results are shown from {count} cases on."), count=HIDDEN_BELOW))
    days = max(round(found.days), 1)
    return lines(
        count,
        say(_("Ended with terms or a decision that hold: {share} %"), share=round(found.settled * 100)),
        say(n_("It took {count} day (median)", "It took {count} days (median)", days), count=days),
        say(_("Rated {score} of 5 by both sides"), score=Html(decimal(found.rating))) if found.rating else None,
    )


def _trigger(code: str | None) -> Html:
    return Html(str(review_cards.IN_SHORT[code or "asked"]))


def _together(by_provider: Counter[str | None]) -> Counter[str | None]:
    """Mediators whom customers named are one line: their codes say nothing to anybody."""
    found: Counter[str | None] = Counter()
    for code, count in by_provider.items():
        found[CUSTOMERS_OWN if code and code.startswith(NAMED) else code] += count
    return found
