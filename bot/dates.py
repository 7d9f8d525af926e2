"""Dates and times in the reader's calendar and digits, and dates as people type them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Literal

from babel.dates import format_date
from hijridate import Gregorian, Hijri
from persiantools.jdatetime import JalaliDate

from backoffice.words import latin_digits, tidy
from bot.i18n import Reader, reader

FIRST_DIGIT = {"fa": 0x6F0, "ar": 0x660}
JALALI_MONTHS = (
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
)  # fmt: skip
HIJRI_MONTHS = {
    "محرم": 1, "صفر": 2, "ربيع الأول": 3, "ربيع الآخر": 4, "جمادى الأولى": 5, "جمادى الآخرة": 6,
    "رجب": 7, "شعبان": 8, "رمضان": 9, "شوال": 10, "ذو القعدة": 11, "ذو الحجة": 12,
}  # fmt: skip
GREGORIAN_MONTHS = {
    format_date(date(2024, number, 1), width, locale=language).lower(): number
    for number in range(1, 13)
    for width in ("MMMM", "MMM")
    for language in ("en", "ar", "fa")
}
RELATIVE = {
    "today": 0, "yesterday": 1, "امروز": 0, "دیروز": 1, "پریروز": 2, "اليوم": 0, "أمس": 1, "امس": 1,
    "أول أمس": 2, "اول امس": 2, "tomorrow": -1, "فردا": -1, "پس فردا": -2, "پس‌فردا": -2, "غدا": -1, "غدًا": -1,
    "بعد غد": -2,
}  # fmt: skip
NUMERIC = re.compile(r"^(\d{1,4})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{1,4})$")
CLOCK = re.compile(r"(?:(?:at|ساعت|الساعة)\s*)?(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
WORDED = re.compile(r"^(\d{1,2})\s+(?:of\s+|من\s+)?([^\d]+?)(?:\s*[,،]?\s*(?:ماه\s*)?(\d{4})(?:\s*هـ?|م)?)?$")


def digits(text: str, whom: Reader | None = None) -> str:
    """Our own figures in the reader's digits; never used on codes or on people's words."""
    whom = whom or reader()
    zero = FIRST_DIGIT.get(whom.language)
    if zero is None or not whom.native_digits:
        return text
    return text.translate({ord("0") + value: chr(zero + value) for value in range(10)})


def calendar(whom: Reader) -> Literal["jalali", "hijri", "gregorian"]:
    """By which days and months somebody counts."""
    if whom.language == "fa":
        return "jalali"
    return "hijri" if whom.language == "ar" and whom.hijri else "gregorian"


def decimal(number: float, *, places: int = 1) -> str:
    """A figure with so many decimal places, in the reader's digits and with their decimal mark."""
    shown = digits(f"{number:.{places}f}")
    return shown if shown.isascii() else shown.replace(".", "٫")


def signed(number: int) -> str:
    """A figure with its sign, which stays in front of it in any text."""
    return f"\u2066{'+' if number > 0 else '−' if number < 0 else ''}{digits(str(abs(number)))}\u2069"


def day(moment: datetime | date, *, year: bool = False) -> str:
    """«یکشنبه ۸ آذر», «الأحد ٢٩ نوفمبر», "Sunday 29 November"."""
    whom = reader()
    on = moment.astimezone(whom.zone).date() if isinstance(moment, datetime) else moment
    return digits(_day(on, whom, year))


def without_weekday(on: date) -> str:
    """«۸ آذر», «٢٩ نوفمبر», "29 November": one end of a span, or a label."""
    whom = reader()
    return digits(_day_and_month(on, whom))


def year(on: date) -> str:
    """The year of a day, as the reader counts years."""
    whom = reader()
    return digits(str(_year(on, whom)))


def short(on: date) -> str:
    """A date in figures, as the reader would type it."""
    kind = calendar(reader())
    if kind == "jalali":
        return digits(jalali(on))
    if kind == "hijri":
        hijri = Gregorian.fromdate(on).to_hijri()
        return digits(f"{hijri.year}/{hijri.month:02}/{hijri.day:02}")
    return digits(f"{on.day:02}/{on.month:02}/{on.year}")


def jalali(on: date) -> str:
    """A day of the Solar Hijri calendar in figures."""
    there = JalaliDate(on)
    return f"{there.year}/{there.month:02}/{there.day:02}"


def weekday(number: int) -> str:
    """The name of a day of the week; Monday is 0."""
    return format_date(date(2024, 1, 1 + number), "EEEE", locale=reader().language)


def hour(at: time) -> str:
    """An opening or closing time."""
    return digits(at.strftime("%H:%M"))


def iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def clock(moment: datetime) -> str:
    """The time of day, in the organisation's zone."""
    return digits(moment.astimezone(reader().zone).strftime("%H:%M"))


def local_date(moment: datetime) -> date:
    return moment.astimezone(reader().zone).date()


def _day(on: date, whom: Reader, year: bool) -> str:
    told = f"{format_date(on, 'EEEE', locale=whom.language)} {_day_and_month(on, whom)}"
    if not year:
        return told
    era = " هـ" if calendar(whom) == "hijri" else ""
    return f"{told} {_year(on, whom)}{era}"


def _year(on: date, whom: Reader) -> int:
    match calendar(whom):
        case "jalali":
            return int(JalaliDate(on).year)
        case "hijri":
            return int(Gregorian.fromdate(on).to_hijri().year)
        case _:
            return on.year


def _day_and_month(on: date, whom: Reader) -> str:
    match calendar(whom):
        case "jalali":
            jalali = JalaliDate(on)
            return f"{jalali.day} {JALALI_MONTHS[jalali.month - 1]}"
        case "hijri":
            hijri = Gregorian.fromdate(on).to_hijri()
            return f"{hijri.day} {next(name for name, number in HIJRI_MONTHS.items() if number == hijri.month)}"
        case _:
            return format_date(on, "d MMMM", locale=whom.language)


def parse_day(text: str, today: date, *, ahead: bool = False) -> date | None:
    """A date as typed by the reader: numbers in any digits and order, month names, yesterday. None if unreadable.

    A year from 1300 to 1500 is Jalali; to a reader of Arabic it is Hijri. Without a year it is the latest such day up
    to `today`, or with `ahead` the next one.
    """
    plain = tidy(latin_digits(text)).lower().strip(" .")
    if plain in RELATIVE:
        return today - timedelta(days=RELATIVE[plain])
    if found := NUMERIC.match(plain):
        first, month, last = (int(part) for part in found.groups())
        year, on = (first, last) if first > 31 else (last, first)
        return _date(year if year > 99 else 2000 + year, month, on)
    if found := WORDED.match(plain):
        return _worded(int(found[1]), found[2].strip(), int(found[3]) if found[3] else None, today, ahead)
    return None


def parse_moment(text: str, today: date) -> tuple[date, time | None] | None:
    """A day, with the time of day where one was typed; a time alone is of today. None if unreadable."""
    plain = tidy(latin_digits(text))
    found = CLOCK.search(plain)
    at = time(int(found[1]), int(found[2])) if found else None
    rest = CLOCK.sub(" ", plain).strip(" ,،.-") if found else plain
    on = today if found and not rest else parse_day(rest, today)
    return None if on is None else (on, at)


def _worded(on: int, month: str, year: int | None, today: date, ahead: bool) -> date | None:
    month = month.removesuffix(" ماه").strip()
    if month in JALALI_MONTHS:
        number = JALALI_MONTHS.index(month) + 1
        this_year = JalaliDate(today).year
        return _nearest(lambda y: _jalali(y, number, on), year, this_year, today, ahead)
    if month in HIJRI_MONTHS:
        this_year = Gregorian.fromdate(today).to_hijri().year
        return _nearest(lambda y: _hijri(y, HIJRI_MONTHS[month], on), year, this_year, today, ahead)
    found = GREGORIAN_MONTHS.get(month)
    return _nearest(lambda y: _gregorian(y, found, on), year, today.year, today, ahead) if found else None


def _nearest(
    make: Callable[[int], date | None], year: int | None, this_year: int, today: date, ahead: bool
) -> date | None:
    """Without a year, the latest such day that is not in the future, or the next that has not passed."""
    if year is not None:
        return make(year)
    found = make(this_year)
    if ahead:
        return make(this_year + 1) if found is None or found < today else found
    return make(this_year - 1) if found is None or found > today else found


def _date(year: int, month: int, on: int) -> date | None:
    if 1300 <= year <= 1500:
        return _hijri(year, month, on) if reader().language == "ar" else _jalali(year, month, on)
    return _gregorian(year, month, on)


def _gregorian(year: int, month: int, on: int) -> date | None:
    try:
        return date(year, month, on)
    except ValueError:
        return None


def _jalali(year: int, month: int, on: int) -> date | None:
    try:
        found: date = JalaliDate(year, month, on).to_gregorian()
    except ValueError:
        return None
    return found


def _hijri(year: int, month: int, on: int) -> date | None:
    try:
        found = Hijri(year, month, on).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)
