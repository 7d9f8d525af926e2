"""The figures of a period on paper: what they say in brief, the charts, and every figure by topic.

It is no document of a case: it has no number, and can be made again at any time.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from html import unescape
from typing import Any

from backoffice.figures import digests, indicators
from backoffice.figures.reading import Part, Reading
from backoffice.figures.summary import summary
from backoffice.figures.values import FEW
from backoffice.work import Work
from bot import dates, papers, periods
from bot.charts import Chart
from bot.figures import digest_words, words
from bot.figures.report import TOPICS
from bot.i18n import _, __, reader
from bot.paper_parts import Fact, Section, code, facts, moment, name, section
from bot.paper_text import Paragraph, fill, ours
from bot.texts import language
from storage.digests import Digest
from storage.people import Person

TEMPLATE = "report"
OTHER_CALENDARS: dict[str, object] = {
    "gregorian": __("Gregorian calendar: {since} to {until}"),
    "jalali": __("Solar Hijri calendar: {since} to {until}"),
}


def content(work: Work, digest: Digest, drawn: Sequence[tuple[Chart, bytes]]) -> dict[str, Any]:
    """What stands on it, for the current reader; `drawn`: the charts of which there is a picture."""
    of = Reading(work, digests.period_of(digest), Part(department=digest.department or None))
    letter = papers.letter(work, work.now)
    return {
        **letter,
        "title": _("Report on complaints"),
        "words": {**letter["words"], "made": _("Made on {date}").format(date=moment(work.now))},
        "facts": about(of, digest),
        "sections": [
            *brief(of),
            *pictures(drawn),
            *(topic(of, str(title), codes) for title, codes in TOPICS.values()),
            *section(_("How to read it"), "plain", hints(work)),
        ],
        "pictures": [b64encode(picture).decode() for _chart, picture in drawn],
    }


def about(of: Reading, digest: Digest) -> list[Fact]:
    """Of when it is, in which calendars, of what, for whom, and when it was made."""
    unit = of.part.department
    return facts(
        (_("Period"), [plain(periods.name(of.period)), *elsewhere(of)]),
        (_("Unit"), [of.work.organisation.department(unit).words[language()] if unit else _("All units")]),
        (_("Made for"), [name(of.work.db.get_one(Person, digest.person_id).name)]),
        (_("Made on"), [moment(of.work.now)]),
    )


def elsewhere(of: Reading) -> list[str]:
    """The same days in the other calendar that matters: the organisation's, or the one that everybody knows."""
    theirs = dates.calendar(reader())
    other = "gregorian" if theirs != "gregorian" else of.work.organisation.counting.months
    if other == theirs:
        return []
    first, last = (code(dated(each, other)) for each in (of.period.first, of.period.last))
    return [str(OTHER_CALENDARS[other]).format(since=first, until=last)]


def dated(on: date, calendar: str) -> str:
    """A day in figures, the year first."""
    return dates.digits(dates.jalali(on) if calendar == "jalali" else f"{on:%Y/%m/%d}")


def brief(of: Reading) -> list[Section]:
    found = summary(of.work, of.period, of.part)
    told = filter(
        None, (digest_words.came(found), digest_words.in_time(of.work, found.in_time), digest_words.now(found))
    )
    asking = digest_words.asking(of.work, found)
    return [
        {
            "heading": _("In brief"),
            "style": "brief",
            "paragraphs": [said(plain(each)) for each in told],
            "needs": _("What needs a decision"),
            "asking": [said(plain(each)) for each in asking],
        }
    ]


def pictures(drawn: Sequence[tuple[Chart, bytes]]) -> list[Section]:
    charts = [
        {"picture": number, "alt": f"{chart.title}. {chart.subtitle}"} for number, (chart, _png) in enumerate(drawn)
    ]
    return [{"heading": _("Charts"), "style": "charts", "charts": charts}] if charts else []


def topic(of: Reading, title: str, codes: Sequence[str]) -> Section:
    """What is not measured is told as such: nobody should take it for nought."""
    return {"heading": title, "style": "figures", "rows": [figure(of, each) for each in codes]}


def figure(of: Reading, code: str) -> dict[str, Any]:
    measured = indicators.measure(of, code)
    made_of = words.parts(of.work, code, measured)
    return {
        "name": str(words.NAMES[code]),
        "value": plain(words.value(measured)),
        "measured": measured is not None,
        "parts": [[plain(text), plain(much)] for text, much in made_of],
    }


def hints(work: Work) -> list[Paragraph]:
    """What one has to know of the figures."""
    few = _("A share of fewer than {count} is not shown: it would say more about single people than about our work.")
    return [
        said(_("Complaints count on the day they came in, times and outcomes on the day they were measured.")),
        said(fill(few, count=FEW)),
        said(_("What is not measured is named, so that nobody takes it for zero.")),
    ]


def said(text: str) -> Paragraph:
    return ours(text, language())


def plain(markup: str) -> str:
    return unescape(markup)
