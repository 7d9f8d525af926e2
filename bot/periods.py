"""A period as its reader calls it, and the way through the years."""

from aiogram.types import InlineKeyboardButton
from babel.dates import format_date
from persiantools.jdatetime import JalaliDate

from backoffice import complaints, errors
from backoffice.periods import Counting, Period
from backoffice.work import Work
from bot import dates
from bot.i18n import _, reader
from bot.keyboards import Go, pager
from bot.texts import Html, language, say

LONGEST_AGO = 100  # years


def name(period: Period) -> Html:
    """By its name where the reader counts by the same months; else from day to day."""
    whom = reader()
    months = {"fa": "jalali", "ar": "hijri" if whom.hijri else "gregorian"}.get(whom.language, "gregorian")
    if period.kind in ("month", "year") and months != "hijri":
        own = Counting(whom.zone, 0, "jalali" if months == "jalali" else "gregorian")
        if own.containing(period.kind, period.first) == period:
            return _named(period, jalali=months == "jalali")
    if period.kind == "day":
        return Html(dates.day(period.first, year=True))
    first, last = (Html(dates.day(each, year=True)) for each in (period.first, period.last))
    return say(_("{since} to {until}"), since=first, until=last)


def _named(period: Period, *, jalali: bool) -> Html:
    there = JalaliDate(period.first)
    if period.kind == "year":
        return say(_("Year {number}"), number=Html(dates.digits(str(there.year if jalali else period.first.year))))
    month = f"{dates.JALALI_MONTHS[there.month - 1]} {there.year}"
    return Html(dates.digits(month if jalali else format_date(period.first, "MMMM y", locale=language())))


def years_back(work: Work, page: int) -> Period:
    """The organisation's year so many before this one. Raises errors.Invalid."""
    if not 0 <= page <= LONGEST_AGO:
        raise errors.Invalid(what="unknown_choice")
    counting = work.organisation.counting
    return counting.before(counting.at("year", work.now), page)


def years(work: Work, place: str, page: int) -> list[InlineKeyboardButton]:
    """To the year after and the one before, as far back as there were complaints."""
    since, _until = work.organisation.counting.bounds(years_back(work, page))
    first = complaints.first_begun(work)
    more = first is not None and first < since
    return pager(page, more, lambda to: Go(to=place, page=to), _("Newer"), _("Older"))
