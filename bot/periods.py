"""A period as its reader calls it, and the way through the years."""

from aiogram.types import InlineKeyboardButton
from babel.dates import format_date
from persiantools.jdatetime import JalaliDate

from backoffice import complaints, errors
from backoffice.periods import Counting, Months, Period
from backoffice.work import Work
from bot import dates
from bot.i18n import _, reader
from bot.keyboards import Go, pager
from bot.texts import Html, language, say

LONGEST_AGO = 100  # years


def name(period: Period) -> Html:
    """By its name where the reader counts by the same months; else from day to day."""
    if (named := _name_of(period)) is not None:
        return named
    if period.kind == "day":
        return Html(dates.day(period.first, year=True))
    first, last = (Html(dates.day(each, year=True)) for each in (period.first, period.last))
    return say(_("{since} to {until}"), since=first, until=last)


def brief(period: Period) -> Html:
    """As short as it can be understood: without year, weekday only of a single day."""
    if period.kind == "day":
        return Html(dates.day(period.first))
    if period.kind == "year":
        return name(period)
    first, last = (Html(dates.without_weekday(each)) for each in (period.first, period.last))
    return _name_of(period) or say(_("{since} to {until}"), since=first, until=last)


def label(period: Period) -> Html:
    """As short as on an axis: its name, or the day on which it begins; a year by the two that it lies in."""
    if (named := _name_of(period)) is not None:
        return named
    if period.kind == "year":
        return Html("–".join(dates.year(each) for each in (period.first, period.last)))
    return Html(dates.without_weekday(period.first))


def _name_of(period: Period) -> Html | None:
    """What a reader calls it who counts by the same months."""
    months = dates.calendar(reader())
    if period.kind not in ("month", "year") or months == "hijri":
        return None
    theirs = Counting(reader().zone, 0, months)
    return _named(period, months) if theirs.containing(period.kind, period.first) == period else None


def _named(period: Period, months: Months) -> Html:
    first = JalaliDate(period.first) if months == "jalali" else period.first
    if period.kind == "year":
        return say(_("Year {number}"), number=Html(dates.digits(str(first.year))))
    if months == "jalali":
        return Html(dates.digits(f"{dates.JALALI_MONTHS[first.month - 1]} {first.year}"))
    return Html(dates.digits(format_date(period.first, "MMMM y", locale=language())))


def years_back(work: Work, page: int) -> Period:
    """The organisation's year so many before this one. Raises errors.Invalid."""
    if not 0 <= page <= LONGEST_AGO:
        raise errors.Invalid(what="unknown_choice")
    counting = work.organisation.counting
    return counting.before(counting.at("year", work.now), page)


def years(work: Work, place: str, page: int, year: Period) -> list[InlineKeyboardButton]:
    """From this `year` to the one after and the one before, as far back as there were complaints."""
    since, _until = work.organisation.counting.bounds(year)
    first = complaints.first_begun(work)
    more = first is not None and first < since
    return pager(page, more, lambda to: Go(to=place, page=to), _("Newer"), _("Older"))
