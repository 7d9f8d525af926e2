"""Figures of any period, unit and topic, page by page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast, get_args

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backoffice import complaints, errors, rights
from backoffice.figures import digests, facts, values
from backoffice.figures.reading import Part, Reading
from backoffice.learning import actions
from backoffice.learning.occurrences import Pattern
from backoffice.periods import Kind, Period
from backoffice.work import Work
from bot import periods
from bot.figures import parts, tables, words
from bot.i18n import _, __
from bot.keyboards import SUCCESS, Prefix, Report, Row, button, keyboard, pager, pairs, ticked, to_menu
from bot.learning import making
from bot.panel import Event, leave, show
from bot.steps import command
from bot.texts import Html, bold, language, lines, paragraphs, say

router = Router(name="report")
router.callback_query.filter(Prefix(Report))

TOPICS: dict[str, tuple[object, tuple[str, ...]]] = {
    "volume": (__("Complaints"), ("K01", "K29", "K13", "K14", "K16", "K38", "K48", "K48b", "K02")),
    "time": (
        __("In time"),
        ("K03", "K04", "K05", "K06", "K07", "K08", "K08b", "K09", "K10", "K12", "K40", "K39", "K11"),
    ),
    "outcome": (__("Outcomes"), ("K32", "K15", "K41", "K42", "K33", "K33b", "K34", "K34b", "K44", "K44b", "K44c")),
    "outside": (
        __("Reviews and disputes"),
        ("K17", "K18", "K19", "K46", "K25", "K20", "K21", "K22", "K23", "K23b", "K24", "K45", "K45b", "K47"),
    ),
    "voice": (__("Satisfaction"), ("K26", "K27", "K26b", "K28", "K28b", "K28c")),
    "learning": (__("Causes and actions"), ("K31", "K30", "K35", "K36", "K37", "K43")),
}
KINDS: dict[Kind, object] = {
    "day": __("A day"), "week": __("A week"), "month": __("A month"), "year": __("A year"),
}  # fmt: skip
LONGEST_BACK = 5000  # periods
ACTED_ON = 6  # causes that are offered


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: of a period that is so many `back`, of a unit or of all, and of these perhaps `only` a part."""

    kind: Kind
    back: int
    unit: str
    only: str
    period: Period
    part: Part

    def to(self, do: str, **other: str | int) -> CallbackData:
        usual = {"kind": self.kind, "back": self.back, "unit": self.unit, "only": self.only}
        return Report(**{"do": do, **usual, **other})  # type: ignore[arg-type]


@router.message(command("report"))
async def report(message: Message, state: FSMContext, work: Work) -> None:
    """The month that runs."""
    await _topic(message, state, work, _page(work, Report(do="volume")), "volume")


@router.callback_query(Report.filter())
async def page(query: CallbackQuery, callback_data: Report, state: FSMContext, work: Work) -> None:
    do, group = callback_data.do, ""
    if do.startswith("only_"):  # what comes with it is the group that was chosen, and no part yet
        group, callback_data = callback_data.only[1:], callback_data.model_copy(update={"only": ""})
    found = _page(work, callback_data)
    if do in TOPICS:
        await _topic(query, state, work, found, do)
    elif do in tables.STEPS:
        await tables.take(query, state, work, found, do)
    elif do.startswith("only_") and do[5:] in parts.BY:
        await _only(query, state, work, found, do[5:], group)
    elif do == "act":
        await _act(query, state, work, found, callback_data.cause)
    elif do in PAGES:
        await PAGES[do](query, state, work, found)
    else:
        raise errors.Invalid(what="unknown_choice")


async def charts(query: CallbackQuery, state: FSMContext, work: Work, page: Page) -> None:
    """The same as a digest, with its pictures: it comes by itself as soon as it is drawn."""
    digests.ask(work, page.period, page.part.department)
    text = paragraphs(bold(_("⏳ The charts are being drawn.")), _("They arrive here in a moment."))
    await show(query, state, text, keyboard(button(_("Back"), page.to("volume")), to_menu()), party="staff")


async def _causes(query: CallbackQuery, state: FSMContext, work: Work, page: Page) -> None:
    """The most frequent causes of the period: a tap on one begins an action against it."""
    rights.require(work, "make_action")
    found = values.pareto(Reading(work, page.period, page.part).by_code(facts.Kind.CAUSE))[:ACTED_ON]
    text = bold(_("Against which cause?")) if found else Html(_("No cause was found in this period yet."))
    known = {cause.code: number for number, cause in enumerate(work.organisation.root_causes)}
    chosen = [
        button(say("{count} · {text}", count=number, text=words.cause(work, code)), page.to("act", cause=known[code]))
        for code, number in found
        if code in known
    ]
    await show(query, state, text, keyboard(*chosen, button(_("Back"), page.to("learning"))), party="staff")


async def _act(query: CallbackQuery, state: FSMContext, work: Work, page: Page, number: int) -> None:
    """A bar of the Pareto chart becomes an action; the newest cases of the cause are linked to it (S32)."""
    causes = work.organisation.root_causes
    if not 0 <= number < len(causes):
        raise errors.Invalid(what="unknown_choice")
    pattern = Pattern(cause=causes[number].code, department=page.part.department)
    span = work.organisation.counting.bounds(page.period)
    reference = f"{page.kind} {page.period.first.isoformat()}"
    await making.begin(query, state, work, pattern, actions.PARETO, reference=reference, span=span)


async def files(query: CallbackQuery, state: FSMContext, work: Work, page: Page) -> None:
    """The same to read elsewhere and to pass on: on paper, and as numbers to go on with."""
    digests.ask(work, page.period, page.part.department, paper=True, sheet=True)
    text = paragraphs(
        bold(_("⏳ The report is being made.")), _("It arrives here in a moment, as a PDF and an Excel file.")
    )
    await show(query, state, text, keyboard(button(_("Back"), page.to("volume")), to_menu()), party="staff")


def _page(work: Work, asked: Report) -> Page:
    """What a button asks for; its values are from outside. Raises errors.Invalid and errors.NotAllowed."""
    part = parts.narrowed(work, digests.part(work, asked.unit or None), asked.only)
    if asked.kind not in get_args(Kind) or not 0 <= asked.back <= LONGEST_BACK:
        raise errors.Invalid(what="unknown_choice")
    kind, counting = cast(Kind, asked.kind), work.organisation.counting
    period = counting.before(counting.at(kind, work.now), asked.back)
    return Page(kind, asked.back, asked.unit, asked.only, period, part)


async def _topic(event: Event, state: FSMContext, work: Work, page: Page, topic: str) -> None:
    await leave(state)
    title, codes = TOPICS[topic]
    of = Reading(work, page.period, page.part)
    told = lines(*(words.indicator(of, code) for code in codes))
    text = paragraphs(
        lines(bold(str(title)), periods.name(page.period), *parts.named(work, page.part)),
        told,
        words.few() if words.HIDDEN in told else None,
    )
    await show(event, state, text, _ways(work, page, topic), party="staff")


def _ways(work: Work, page: Page, topic: str) -> InlineKeyboardMarkup:
    since, _until = work.organisation.counting.bounds(page.period)
    first = complaints.first_begun(work)
    more = first is not None and first < since
    acts = topic == "learning" and rights.may(work.actor, "make_action")
    charts_of_it = button(_("Charts of it"), page.to("charts"), SUCCESS)
    return keyboard(
        button(_("Act on a cause"), page.to("causes"), SUCCESS) if acts else charts_of_it,
        [button(_("PDF and Excel"), page.to("files")), button(_("Cases as a table"), page.to("table"))],
        pager(page.back, more, lambda back: page.to(topic, back=back), _("Newer"), _("Older")),
        [button(_("Other figures"), page.to("topics")), button(_("Other period"), page.to("periods"))],
        [button(_("Only a part of it"), page.to("parts")), to_menu()],
    )


async def _topics(query: CallbackQuery, state: FSMContext, _work: Work, page: Page) -> None:
    chosen = [button(str(title), page.to(topic)) for topic, (title, _codes) in TOPICS.items()]
    await show(query, state, bold(_("Which figures?")), keyboard(*pairs(chosen), to_menu()), party="staff")


async def _periods(query: CallbackQuery, state: FSMContext, work: Work, page: Page) -> None:
    """Of another kind: the one that runs now, from which one can go back."""
    chosen = [
        ticked(str(words), kind == page.kind, page.to("volume", kind=kind, back=0)) for kind, words in KINDS.items()
    ]
    await show(query, state, bold(_("Figures of which period?")), keyboard(*pairs(chosen), to_menu()), party="staff")


async def _parts(query: CallbackQuery, state: FSMContext, work: Work, page: Page) -> None:
    """Of which part the figures are to be: a unit, a category, and whatever else the organisation tells apart."""
    chosen = [button(_("Unit"), page.to("units"))] if digests.part(work).department is None else []
    chosen += [
        button(str(name), page.to(f"only_{letter}")) for letter in parts.there(work) if (name := parts.BY[letter][1])
    ]
    everything = button(_("All of it"), page.to("volume", unit="", only=""), SUCCESS)
    text = bold(_("Figures of which part?"))
    await show(query, state, text, keyboard(everything, *pairs(chosen), _back(page)), party="staff")


async def _units(query: CallbackQuery, state: FSMContext, work: Work, page: Page) -> None:
    chosen: Row = [ticked(_("All units"), not page.unit, page.to("volume", unit=""))]
    chosen += [
        ticked(each.words[language()], each.code == page.unit, page.to("volume", unit=each.code))
        for each in work.organisation.departments
    ]
    await show(query, state, bold(_("Of which unit?")), keyboard(*pairs(chosen), _back(page)), party="staff")


async def _only(query: CallbackQuery, state: FSMContext, work: Work, page: Page, letter: str, group: str) -> None:
    """The values of a dimension; categories by their groups, products and branches by pages, as there are many."""
    ways: Row = []
    if letter == parts.CATEGORY and not group:
        chosen = [
            button(each.words[language()], page.to(f"only_{letter}", only=f"{letter}{place}"))
            for place, each in enumerate(work.organisation.category_groups)
        ]
    else:
        chosen = [
            ticked(name, page.only == only, page.to("volume", only=only))
            for only, name in parts.choices(work, letter, group)
        ]
    if letter in parts.PAGED:
        number, more = parts.turned(work, letter, group)
        ways = pager(number, more, lambda to: page.to(f"only_{letter}", only=f"{letter}{to}"), _("Previous"), _("More"))
    text = bold(str(parts.BY[letter][1]))
    await show(query, state, text, keyboard(*pairs(chosen), ways, _back(page)), party="staff")


def _back(page: Page) -> InlineKeyboardButton:
    return button(_("Back"), page.to("volume"))


PAGES: dict[str, Callable[[CallbackQuery, FSMContext, Work, Page], Awaitable[None]]] = {
    "topics": _topics,
    "periods": _periods,
    "parts": _parts,
    "units": _units,
    "charts": charts,
    "causes": _causes,
    "files": files,
}
"""Besides the topics themselves."""
