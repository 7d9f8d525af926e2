"""The figures of a period as a workbook: each indicator as a number, and how it was by cause, category, unit, day …"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from backoffice.figures import digests, indicators
from backoffice.figures.facts import THOUSANDTHS, Kind
from backoffice.figures.reading import Part, Reading
from backoffice.figures.values import (
    FEW,
    Count,
    Effort,
    Efforts,
    Gap,
    MeanGap,
    MeanGaps,
    Measured,
    Points,
    Proportion,
    Rate,
    Share,
    Shares,
    Spread,
    Sums,
    SumsByCause,
    pareto,
)
from backoffice.work import Work
from bot import dates, items
from bot.figures import paper, words
from bot.figures.paper import plain
from bot.figures.report import TOPICS
from bot.i18n import _, __
from bot.paper_text import RIGHT_TO_LEFT
from bot.texts import language
from storage.digests import Digest

Value = str | int | float | dict[str, Any] | None
Row = list[Value]
DAY = timedelta(days=1)
UNITS: dict[str, object] = {
    "count": __("count"),
    "share": __("share"),
    "hours": __("hours"),
    "points": __("percentage points"),
    "rate": __("per thousand"),
}


def workbook(work: Work, digest: Digest) -> dict[str, Any]:
    """What `bot.tabulate` is asked for, in the words of the current reader."""
    of = Reading(work, digests.period_of(digest), Part(department=digest.department or None))
    sheets = [measured(of), causes(of), categories(of), *by_items(of), departments(of), days(of), about(of, digest)]
    return {"form": "xlsx", "rtl": language() in RIGHT_TO_LEFT, "sheets": sheets}


def sheet(name: str, columns: Iterable[tuple[str, str]], rows: list[Row]) -> dict[str, Any]:
    """`columns`: what stands above each, and of what kind it is."""
    return {"name": name, "columns": [{"head": head, "kind": kind} for head, kind in columns], "rows": rows}


# ------------------------------------------------------------------ indicators


def measured(of: Reading) -> dict[str, Any]:
    """A line for each, and one for each part of it; what is not measured has no value."""
    rows = [
        [str(title), str(words.NAMES[code]), *line]
        for title, codes in TOPICS.values()
        for code in codes
        for line in lines(of, code, indicators.measure(of, code))
    ]
    columns = [
        (_("Topic"), "text"), (_("Figure"), "text"), (_("Of which"), "text"), (_("Value"), "decimal"),
        (_("Unit of measure"), "text"), (_("Nine of ten within"), "decimal"), (_("How many"), "count"),
        (_("Of how many"), "count"),
    ]  # fmt: skip
    return sheet(_("Figures"), columns, rows)


def lines(of: Reading, code: str, found: Measured | None) -> list[Row]:
    """What it is a part of, value, unit, the longest of nine in ten, how many, of how many."""

    def word(each: str) -> str:
        return plain(words.WORDS.get(code, words.part)(of.work, each)) if each != words.ALL else ""

    match found:
        case None:
            return [["", None, _("not measured"), None, None, None]]
        case Count(n, by):
            return [counted("", n), *(counted(word(each), number) for each, number in by.items())]
        case Shares(by):
            return [share(word(each), by[each]) for each in by]
        case Sums() | SumsByCause() | Effort() | Efforts():
            return spent(of, found)
        case MeanGaps(gaps):
            return [mean_gap(each, gaps[each]) for each in sorted(gaps)]
        case _:
            return [line(found)]


def spent(of: Reading, found: Sums | SumsByCause | Effort | Efforts) -> list[Row]:
    """Money and time, in all or by cause."""

    def cause(code: str) -> str:
        return plain(words.known_cause(of.work, code))

    match found:
        case Sums(by, n):
            return [["", *money(by[each], each), None, None, n] for each in sorted(by)]
        case SumsByCause(by_cause):
            return [[cause(code), *money(each, of_it), None, None, None] for (of_it, code), each in by_cause.items()]
        case Effort():
            return effort(found)
        case Efforts(times):
            return [[cause(code), hours(each), str(UNITS["hours"]), None, None, None] for code, each in times.items()]


def line(found: Share | Proportion | Points | Rate | Spread | Gap) -> Row:
    match found:
        case Share():
            return share("", found)
        case Proportion(of_one, n):
            return ["", percent(of_one), str(UNITS["share"]), None, None, n]
        case Points(points, n):
            return ["", None if points is None else float(points), str(UNITS["points"]), None, None, n]
        case Rate(part, n):
            return [
                "",
                None if found.of_thousand is None else float(found.of_thousand),
                str(UNITS["rate"]),
                None,
                part,
                n,
            ]
        case Spread():
            return took(found)
        case Gap():
            return gap(found)


def counted(name: str, number: int) -> Row:
    return [name, {"kind": "count", "value": number}, str(UNITS["count"]), None, None, None]


def share(name: str, of: Share) -> Row:
    return [name, percent(of.of_one), str(UNITS["share"]), None, of.part, of.n]


def effort(of: Effort) -> list[Row]:
    """The time, and what it cost where an hour has a value."""
    spent: Row = ["", hours(of.seconds), str(UNITS["hours"]), None, None, of.n]
    return [spent] if of.cost is None else [spent, ["", *money(of.cost, of.currency), None, None, of.n]]


def money(thousandths: int, currency: str) -> tuple[float, str]:
    return float(Decimal(thousandths) / THOUSANDTHS), currency


def took(of: Spread) -> Row:
    median, most = (of.median, of.ninetieth) if of.n >= FEW else (None, None)
    return ["", hours(median), str(UNITS["hours"]), hours(most), None, of.n]


def gap(of: Gap) -> Row:
    where = str(words.DIMENSIONS[of.dimension]) if of.dimension else ""
    return [where, percent(of.points), str(UNITS["points"]), None, None, None]


def mean_gap(currency: str, of: MeanGap) -> Row:
    where = str(words.DIMENSIONS[of.dimension]) if of.dimension else ""
    value = None if of.amount is None else money(round(of.amount), currency)[0]
    return [where, value, currency, None, None, of.n]


def percent(of_one: Fraction | None) -> Value:
    return None if of_one is None else {"kind": "percent", "value": float(of_one)}


def hours(seconds: float | None) -> Value:
    return None if seconds is None else seconds / words.HOUR


# ------------------------------------------------------------------ how it was by ...


def causes(of: Reading) -> dict[str, Any]:
    """The most frequent first, with what they come to together: where to begin (ISO 10002, 8.2)."""
    found, reached, rows = pareto(of.by_code(Kind.CAUSE)), 0, list[Row]()
    total = sum(number for _code, number in found)
    for code, number in found:
        reached += number
        rows.append([plain(words.cause(of.work, code)), number, number / total, reached / total])
    columns = [
        (_("Cause"), "text"),
        (_("Complaints"), "count"),
        (_("Share"), "percent"),
        (_("Cumulative share"), "percent"),
    ]
    return sheet(_("Causes"), columns, rows)


def categories(of: Reading) -> dict[str, Any]:
    organisation = of.work.organisation

    def name(code: str) -> str:
        found = organisation.category(code)
        group = next((each for each in organisation.category_groups if found in each.categories), None)
        return f"{group.words[language()]} – {found.words[language()]}" if found and group else code

    return by(of, "category", _("By category"), _("Category"), name)


def by_items(of: Reading) -> list[dict[str, Any]]:
    """By product and by branch, where the organisation tells them apart."""
    titles = {"product": _("By product or service"), "branch": _("By branch")}

    def name(kind: str, code: str) -> str:
        return items.word(of.work, kind, code) or code or _("not said")

    return [by(of, kind, titles[kind], str(items.NAMES[kind]), partial(name, kind)) for kind in items.asked(of.work)]


def departments(of: Reading) -> dict[str, Any]:
    known = {each.code: each.words[language()] for each in of.work.organisation.departments}
    return by(of, "department", _("By unit"), _("Unit"), lambda code: known.get(code, code))


def by(of: Reading, dimension: str, title: str, head: str, name: Callable[[str], str]) -> dict[str, Any]:
    """Of each value of a dimension: how many came, and how they were handled."""
    came, closed = of.by(dimension, Kind.RECEIVED), of.by(dimension, Kind.CLOSED)
    values = [value for value, _number in pareto({**dict.fromkeys(closed, 0), **came})]
    rows = [
        [
            name(value),
            came[value],
            came[value] / max(came.total(), 1),
            closed[value],
            *_handled(of.among(**{dimension: value})),
        ]
        for value in values
    ]
    columns = [
        (head, "text"), (_("Received"), "count"), (_("Share"), "percent"), (_("Closed"), "count"),
        (_("Answered in time"), "percent"), (_("Of how many"), "count"), (_("Upheld, at least in part"), "percent"),
        (_("Of how many"), "count"),
    ]  # fmt: skip
    return sheet(title, columns, rows)


def _handled(of: Reading) -> Row:
    found = (indicators.answered_in_time(of), indicators.upheld(of))
    return [value for each in found for value in (None if each.of_one is None else float(each.of_one), each.n)]


def days(of: Reading) -> dict[str, Any]:
    """Every day of the period, also those on which nothing came; beside each how its reader calls it."""
    came, closed = of.by_day(Kind.RECEIVED), of.by_day(Kind.CLOSED)
    last = min(of.period.last, of.work.now.astimezone(of.work.organisation.calendar.zone).date())
    every = [of.period.first + number * DAY for number in range((last - of.period.first).days + 1)]
    rows: list[Row] = [[each.isoformat(), dates.day(each, year=True), came[each], closed[each]] for each in every]
    columns = [(_("Date"), "date"), (_("Day"), "text"), (_("Received"), "count"), (_("Closed"), "count")]
    return sheet(_("By day"), columns, rows)


def about(of: Reading, digest: Digest) -> dict[str, Any]:
    rows: list[Row] = [[of.work.organisation.name[language()], None]]
    rows += [[label, " · ".join(told)] for label, told in paper.about(of, digest)]
    rows += [[None, each["text"]] for each in paper.hints(of.work)]
    return sheet(_("About"), [(_("Report on complaints"), "text"), ("", "text")], rows)
