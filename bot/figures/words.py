"""The indicators in words: what each is called, and its value as its reader writes figures."""

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from backoffice.figures import indicators
from backoffice.figures.facts import THOUSANDTHS
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
)
from backoffice.money import Amount, minor_digits
from backoffice.work import Work
from bot import cards, dates, money, review_cards
from bot.dates import decimal
from bot.disputes import register_figures
from bot.disputes.cards import METHODS
from bot.i18n import _, __, n_
from bot.texts import Html, language, lines, plain, say

NAMES: dict[str, object] = {
    "K01": __("Complaints received"),
    "K02": __("Complaints per thousand customers"),
    "K03": __("Acknowledged after"),
    "K04": __("Acknowledged in time"),
    "K05": __("Assessed in time"),
    "K06": __("First response after (working time)"),
    "K07": __("First response in time"),
    "K08": __("Answered after (working time)"),
    "K08b": __("Answered after (in all)"),
    "K09": __("Answered in time"),
    "K10": __("Closed after (in all)"),
    "K11": __("Resolved at the first contact"),
    "K12": __("Accepted and closed within 3 business days"),
    "K13": __("Open at the end"),
    "K14": __("Of these overdue"),
    "K15": __("Reopened after closing"),
    "K16": __("Escalated"),
    "K17": __("Answers after which a review was asked for"),
    "K18": __("Reviews that changed the answer"),
    "K19": __("Reviews decided in time"),
    "K20": __("Went to a third party"),
    "K21": __("Consent to a third party"),
    "K22": __("Ended outside with a result"),
    "K23": __("Time outside"),
    "K23b": __("Outside for no longer than 90 days"),
    "K24": __("Agreements kept in time"),
    "K25": __("Deadlocks"),
    "K26": __("Satisfied with the handling"),
    "K26b": __("Satisfied after the first reply"),
    "K27": __("Satisfied with the outcome"),
    "K28": __("Would use us again"),
    "K28b": __("Net promoter score"),
    "K28c": __("Answers to our questions"),
    "K29": __("From the same customer about the same matter"),
    "K30": __("Causes that recur"),
    "K31": __("Causes found"),
    "K32": __("Upheld, at least in part"),
    "K33": __("Cost of remedies"),
    "K33b": __("Cost by cause"),
    "K34": __("Cost of handling"),
    "K34b": __("Handling time by cause"),
    "K35": __("Corrective actions in time"),
    "K36": __("Corrective actions that helped"),
    "K37": __("Serious cases analysed in time"),
    "K38": __("Severity corrected later"),
    "K39": __("Share of time that waited for customers"),
    "K40": __("Answered with extended time"),
    "K41": __("Closed because the customer was silent"),
    "K42": __("Withdrawn"),
    "K43": __("Quality audits"),
    "K44": __("Largest gap in answering in time"),
    "K44b": __("Largest gap in upholding"),
    "K44c": __("Largest gap in the mean remedy"),
    "K45": __("Entered in the register of the unresolved"),
    "K45b": __("Entered in the register, by cause"),
    "K46": __("Sittings without a quorum, conflicts of interest"),
    "K47": __("Ended in court or with an authority"),
    "K48": __("How people reached us"),
    "K48b": __("Begun but never sent"),
}
PARTS: dict[str, object] = {
    "to_5": __("up to 5 days old"),
    "to_10": __("6 to 10 days"),
    "to_20": __("11 to 20 days"),
    "to_30": __("21 to 30 days"),
    "more": __("more than 30 days"),
    "open": __("still open"),
    "closed": __("closed meanwhile"),
    "action": __("an action was decided on"),
    "no_action": __("no action is needed"),
    "recused": __("stepped down for a conflict of interest"),
    "no_quorum": __("sittings without a quorum"),
    "customer": __("customers"),
    "organisation": __("the organisation"),
    "both": __("both sides"),
    "first_response": __("after the first reply"),
    "handling": __("about the handling"),
    "outcome": __("about the outcome"),
    "loyalty": __("whether they would come back"),
}
DIMENSIONS: dict[str, object] = {
    "language": __("between languages"),
    "channel": __("between channels"),
    "business": __("between people and businesses"),
}
BROKEN_DOWN = 6  # lines
FEW_OF, HIDDEN = "– ({total})", ": – ("
ALL = ""  # the name of what all shares together are
WORKING = ("K06", "K08")  # told in working time
MINUTE, HOUR, DAY = 60, 3600, 86_400


def indicator(of: Reading, code: str) -> Html:
    """Its name and its value; what it is made of below."""
    measured = indicators.measure(of, code)
    title = Html(str(NAMES[code]))
    told = spread(measured, working=True) if isinstance(measured, Spread) and code in WORKING else value(measured)
    head = say("{title}: {text}", title=title, text=told) if told else say("{title}:", title=title)
    return lines(head, *_below(of.work, code, measured))


def value(measured: Measured | None) -> Html:
    if measured is None:
        return Html(_("not measured"))
    return VALUES[type(measured)](measured)


def share(of: Share | Proportion) -> Html:
    """Of how many it is, always; without a share where these are too few."""
    if of.of_one is None:
        return _few(of.n)
    if isinstance(of, Proportion):
        return say(_("{share} %"), share=percent(of.of_one))
    return say(_("{share} % ({count} of {total})"), share=percent(of.of_one), count=of.part, total=of.n)


def _few(n: int) -> Html:
    """Of how many it is, and no more; `few` says why, once for all of them."""
    return say(FEW_OF, total=n) if n else Html(_("none"))


def few() -> Html:
    return say(_("–: fewer than {count} cases, too few for a share or a median."), count=FEW)


def percent(of_one: Fraction) -> int:
    return round(of_one * 100)


def spread(of: Spread, *, working: bool = False) -> Html:
    if of.n < FEW or of.median is None or of.ninetieth is None:
        return _few(of.n)
    half, most = (span(each, working=working) for each in (of.median, of.ninetieth))
    return half if half == most else say(_("median {text}; nine of ten within {more}"), text=half, more=most)


def span(seconds: float, *, working: bool = False) -> Html:
    """A length of time, as exact as matters. Of working time there are no days: nobody would know how long they are."""
    if seconds < MINUTE:
        return Html(_("less than a minute"))
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return say(n_("{count} minute", "{count} minutes", minutes), count=minutes)
    if working or seconds < 2 * DAY:
        return _hours(seconds)
    return _exact(seconds / DAY, lambda n: n_("{count} day", "{count} days", n), _("{number} days"))


def gap(of: Gap) -> Html:
    if of.points is None:
        return Html(_("none"))
    between = Html(str(DIMENSIONS[of.dimension or ""]))
    points = percent(of.points)
    return say(n_("{count} point, {between}", "{count} points, {between}", points), count=points, between=between)


def mean_gap(currency: str, of: MeanGap) -> Html:
    if of.amount is None:
        return _few(of.n)
    worded = n_("{amount}, {where} ({count} case)", "{amount}, {where} ({count} cases)", of.n)
    where = Html(str(DIMENSIONS[of.dimension or ""]))
    return say(worded, amount=amount(currency, round(of.amount)), where=where, count=of.n)


def rate(of: Rate) -> Html:
    if of.of_thousand is None:
        return _few(of.part)
    number = Html(decimal(float(of.of_thousand), places=2))
    return say(_("{number} ({count} of {total})"), number=number, count=of.part, total=of.n)


def amount(currency: str, thousandths: int) -> Html:
    value = round(Decimal(thousandths) / THOUSANDTHS, minor_digits(currency))
    return Html(money.shown(Amount(value, currency)))


def cause(work: Work, code: str) -> Html:
    """A root cause by its words; one that the organisation's file has no more, by its code."""
    found = next((each for each in work.organisation.root_causes if each.code == code), None)
    return plain(found.words[language()] if found else code)


def shares(of: Shares) -> Html:
    """All together, where that is one of them; else each stands below."""
    return share(of.by[ALL]) if ALL in of.by else Html("" if of.by else _("none"))


def points(of: Points) -> Html:
    return _few(of.n) if of.points is None else say("{number}", number=Html(dates.signed(of.points)))


def sums(of: Sums) -> Html:
    return Html(" · ".join(amount(each, of.by[each]) for each in sorted(of.by)) or _("none"))


def worked(seconds: int) -> Html:
    """Time at work: in hours, for a day of work is none of 24."""
    return span(seconds) if seconds < HOUR else _hours(seconds)


def _hours(seconds: float) -> Html:
    return _exact(seconds / HOUR, lambda n: n_("{count} hour", "{count} hours", n), _("{number} hours"))


def _exact(number: float, whole: Callable[[int], str], broken: str) -> Html:
    """With one decimal place, or with none where it would be 0: whole things are counted in a form of their own."""
    shown = round(number, 1)
    if shown.is_integer():
        return say(whole(int(shown)), count=int(shown))
    return say(broken, number=Html(decimal(shown)))


def effort(of: Effort) -> Html:
    if not of.seconds:
        return Html(_("none"))
    worded = n_("{duration} on {count} case", "{duration} on {count} cases", of.n)
    time = say(worded, duration=worked(of.seconds), count=of.n)
    if of.cost is None:
        return time
    return say(_("{text}, which cost {amount}"), text=time, amount=amount(of.currency, of.cost))


def broken_down(of: SumsByCause | Efforts | MeanGaps) -> Html:
    """All of it stands below."""
    return Html("" if of.by else _("none"))


VALUES: dict[type, Callable[[Any], Html]] = {
    Count: lambda of: say("{count}", count=of.n),
    Share: share,
    Proportion: share,
    Shares: shares,
    Points: points,
    Spread: spread,
    Sums: sums,
    SumsByCause: broken_down,
    Effort: effort,
    Efforts: broken_down,
    Gap: gap,
    MeanGaps: broken_down,
    Rate: rate,
}
"""How each kind of value is written."""


def unit(work: Work, part: Part) -> Html | None:
    """Of which unit it is, where it is not of all."""
    if part.department is None:
        return None
    return say(_("Unit: {unit}"), unit=plain(work.organisation.department(part.department).words[language()]))


# ------------------------------------------------------------------ what it is made of


def parts(work: Work, code: str, measured: Measured | None) -> list[tuple[Html, Html]]:
    """What it is made of, each with how much; only the most frequent, and what the others come to."""
    word = WORDS.get(code, part)
    match measured:
        case Count(_n, by):
            return _ranked({word(work, each): number for each, number in by.items() if number})
        case Shares(by):
            return [(word(work, each), share(by[each])) for each in by if each != ALL]
        case SumsByCause(by):
            return _costs(work, by)
        case Efforts(by):
            return _times(work, by)
        case MeanGaps(by):
            return [(Html(money.named(each)), mean_gap(each, by[each])) for each in sorted(by)]
        case _:
            return []


def _below(work: Work, code: str, measured: Measured | None) -> list[Html]:
    return [say("· {text}: {share}", text=text, share=much) for text, much in parts(work, code, measured)]


def _costs(work: Work, by: Mapping[tuple[str, str], int]) -> list[tuple[Html, Html]]:
    """The largest of each currency, and what is left of each."""
    largest = [*by.items()][:BROKEN_DOWN]
    rest: Counter[str] = Counter()
    for (currency, _cause), total in [*by.items()][BROKEN_DOWN:]:
        rest[currency] += total
    named = [(known_cause(work, code), amount(currency, total)) for (currency, code), total in largest]
    return [*named, *((Html(_("others")), amount(*left)) for left in rest.items())]


def _times(work: Work, by: Mapping[str, int]) -> list[tuple[Html, Html]]:
    found = [*by.items()]
    named = [(known_cause(work, code), worked(seconds)) for code, seconds in found[:BROKEN_DOWN]]
    rest = sum(seconds for _code, seconds in found[BROKEN_DOWN:])
    return [*named, (Html(_("others")), worked(rest))] if rest else named


def known_cause(work: Work, code: str) -> Html:
    return cause(work, code) if code else Html(_("cause not known yet"))


def _ranked(by: Mapping[Html, int]) -> list[tuple[Html, Html]]:
    shown = list(by.items())[:BROKEN_DOWN]
    rest = sum(by.values()) - sum(number for _text, number in shown)
    listed = [*shown, *([(Html(_("others")), rest)] if rest else [])]
    return [(text, say("{count}", count=number)) for text, number in listed]


def part(_work: Work, code: str) -> Html:
    return Html(str(PARTS[code]))


def _trigger(_work: Work, code: str) -> Html:
    return Html(str(review_cards.IN_SHORT[code]))


def _reached(work: Work, code: str) -> Html:
    """A language, or a channel."""
    dimension, _space, of = code.partition(" ")
    if dimension == "language":
        return Html(cards.language_name(of))
    words = work.organisation.channels.get(of)
    return plain(words[language()] if words else of)


def _way(work: Work, code: str) -> Html:
    method, _space, provider = code.partition(" ")
    return way(work, method, provider)


def way(work: Work, method: str, provider: str | None) -> Html:
    """A way outside, by its method and provider."""
    if not provider:
        return Html(str(METHODS[method]))
    name = register_figures.provider(work, provider)
    return say(_("{method}, {name}"), method=Html(str(METHODS[method])), name=name)


WORDS: dict[str, Callable[[Work, str], Html]] = {
    "K22": _way,
    "K25": _trigger,
    "K30": cause,
    "K31": cause,
    "K45b": known_cause,
    "K48": _reached,
}
"""By indicator: how what it is made of is called, where that is not one of PARTS."""
