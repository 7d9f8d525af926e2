"""Amounts of money and percentages, as people type them in any digits and as they are kept.

How a number is read. Digits are Latin, Persian or Arabic. `٬`, `،`, apostrophes and spaces only part thousands, `٫`
only begins decimals; `.` and `,` do either, and what they do follows from the number:

1. A mark that stands more than once parts thousands: 1.500.000. So does any mark only if every group is complete.
2. Behind another mark, a single last `.` or `,` begins decimals: 1,234.56, 1.234,56, 1 234,5.
3. Alone, it begins decimals unless exactly three digits follow one to three: 12.50, 12,5, 0.500, 1234.5.
4. Alone, with exactly three digits behind, it parts thousands: 1,500 and 1.500 are 1500. In a currency of three minor
   digits `.` begins decimals there: 1.500 KWD is one dinar and a half.
5. What then still reads in two ways is refused: 1,500 in a currency of three minor digits, 1.500 before a word such as
   "million", 1,500.000 in any currency of other than three.

An amount may be told in parts, if each has its own word and these fall: "۱ میلیون و ۵۰۰ هزار تومان".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from backoffice import errors
from backoffice.words import latin_digits, tidy

LIMIT = 10**15  # units of the currency: more is a slip of the finger
LONGEST = 100  # characters of an amount or percentage as typed

# Digits behind the decimal mark as they are in use (CLDR, which knows that nobody pays in fils of Iraq); elsewhere 2.
_NONE = "AFN BIF CLP DJF GNF IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PYG RWF SOS SYP UGX VND VUV XAF XOF XPF YER"
_THREE = "BHD JOD KWD LYD OMR TND"
MINOR = {code: digits for digits, codes in ((0, _NONE), (3, _THREE)) for code in codes.split()}
Meaning = TypeVar("Meaning")

TOMAN = "IRT"  # what Iranians count in, no currency of ISO 4217
RIALS_OF_A_TOMAN = 10

# Words and signs, and whose they can be: the currency that is expected, if it is among them, else the first.
_RIALS = ("IRR", "SAR", "QAR", "OMR", "YER")
_RIYALS = ("SAR", "QAR", "OMR", "YER", "IRR")
_NAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    (_RIALS, "ریال|rial|rials|﷼"),
    (_RIYALS, "ريال|ريالا|ريالات|riyal|riyals|\u20c1"),
    (("IRR",), "irr|ریال ایران|ریال ایرانی|ريال إيراني|iranian rial|iranian rials"),
    ((TOMAN,), "irt|تومان|تومن|تومان ایران|toman|tomans"),
    (("SAR",), "sar|sr|ر.س|ریال سعودی|ریال عربستان|ريال سعودي|ريالا سعوديا|saudi riyal|saudi riyals"),
    (("QAR",), "qar|ر.ق|ریال قطر|ريال قطري|qatari riyal|qatari riyals"),
    (("OMR",), "omr|ر.ع|ریال عمان|ريال عماني|omani rial|omani rials"),
    (("AED", "MAD"), "درهم|دراهم|درهما|dirham|dirhams|dhs"),
    (("AED", "JOD"), "د.ا"),
    (("AED",), "aed|د.إ|درهم امارات|درهم امارات متحده عربی|درهم إماراتي|uae dirham|uae dirhams"),
    (("EGP", "GBP", "SDG"), "جنيه|جنيها|جنيهات"),
    (("EGP",), "egp|e£|l.e|ج.م|پوند مصر|جنيه مصري|جنيها مصريا|جنيهات مصرية|egyptian pound|egyptian pounds"),
    (("GBP", "EGP", "SDG", "LBP", "SYP"), "پوند|pound|pounds"),
    (("GBP",), "gbp|£|پوند انگلیس|پوند بریتانیا|جنيه إسترليني|pound sterling|pounds sterling|british pounds"),
    (("USD", "AUD", "CAD", "NZD", "SGD", "HKD"), "$|دلار|دولار|دولارا|دولارات|dollar|dollars"),
    (("USD",), "usd|us$|دلار آمریکا|دولار أمريكي|us dollar|us dollars"),
    (("EUR",), "eur|€|یورو|يورو|euro|euros"),
    (("KWD", "BHD", "JOD", "IQD", "LYD", "TND", "DZD"), "دينار|دينارا|دنانير|dinar|dinars"),
    (("KWD",), "kwd|kd|د.ك|دینار کویت|دينار كويتي|kuwaiti dinar|kuwaiti dinars"),
    (("BHD",), "bhd|bd|د.ب|دینار بحرین|دينار بحريني|bahraini dinar|bahraini dinars"),
    (("JOD",), "jod|jd|د.أ|دینار اردن|دينار أردني|jordanian dinar|jordanian dinars"),
    (("IQD",), "iqd|د.ع|دینار عراق|دينار عراقي|iraqi dinar|iraqi dinars"),
)
_SCALES = {
    10**3: "هزار|ألف|ألفا|آلاف|thousand|k",
    10**6: "میلیون|مليون|مليونا|ملايين|million|m|mn",
    10**9: "میلیارد|مليار|مليارا|مليارات|billion|bn",
    10**12: "تریلیون|تريليون|trillion|tn",
}
_AND = ("", "و", "and")
_MINUS = ("-", "−")
_PERCENT = "%|٪|درصد|بالمئة|بالمائة|في المئة|في المائة|percent|per cent"

# Forms of one letter and what is only decoration; the marks that part thousands and nothing else.
_ALIKE = str.maketrans(
    {"ة": "ه", "ک": "ك", "ى": "ي", "ـ": None, "\u200c": " ", "\u200d": " "}
    | dict.fromkeys("٬،’ʼ", "'")
    | dict.fromkeys(map(chr, range(0x64B, 0x656)))
)
# Letters that many do not tell apart, though these do: «ریال» and «ريال», «د.إ» and «د.أ».
_CARELESS = str.maketrans("أإآی", "اااي")
_NUMBER = re.compile(r"([0-9](?:[0-9]|[ ,.'٫](?=[0-9]))*)")
_ABBREVIATED = re.compile(r"(?<=[^\W\d_])\.")


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a currency (an ISO 4217 code). `value` has exactly the currency's minor digits.

    Raises errors.Invalid(what="fractions") for finer values and "no_amount" for what is no finite number.
    """

    value: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise errors.Invalid(what="no_amount")
        digits = minor_digits(self.currency)
        exact = f"{self.value:.{digits}f}"
        if Decimal(exact) != self.value:
            raise errors.Invalid(what="fractions", digits=digits)
        object.__setattr__(self, "value", Decimal(exact))

    @property
    def text(self) -> str:
        """How it is stored and hashed: "1500000", "12.50"; never an exponent."""
        return f"{self.value:f}"

    def __add__(self, other: "Amount") -> "Amount":
        """Of one currency. Raises ValueError for two: there is no rate here."""
        if self.currency != other.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return Amount(self.value + other.value, self.currency)


def minor_digits(currency: str) -> int:
    """How many digits the currency has behind the decimal mark."""
    return MINOR.get(currency, 2)


def parse_amount(text: str, currency: str) -> Amount:
    """The one amount that a text tells, and nothing else: "۱٬۵۰۰٬۰۰۰ ریال", "1.5 million", "٥٠٠ درهم", "$ 1,234.56".

    `currency` is the one expected: it is meant where none is named, and by a word that several currencies share
    ("ريال"). "IRT" expects tomans; they become rials. Another one that is named comes back in the amount, for the
    caller to judge.
    Raises errors.Invalid: what="no_amount" (not readable, or in two ways), "not_positive", "too_large" (over `LIMIT`),
    "fractions" (finer than the currency's `digits`).
    """
    read = _amount(_plain(text), currency)
    if read is None:
        raise errors.Invalid(what="no_amount")
    value, currency = read
    digits = minor_digits(currency)
    if value <= 0:
        raise errors.Invalid(what="not_positive")
    if value > LIMIT:
        raise errors.Invalid(what="too_large", limit=LIMIT)
    minor = value * 10**digits
    if minor.denominator != 1:
        raise errors.Invalid(what="fractions", digits=digits)
    return Amount(Decimal(minor.numerator).scaleb(-digits), currency)


def parse_percent(text: str) -> Decimal:
    """A share of a hundred, with or without its sign: "12.5 %", "۱۲٫۵ درصد", "٥٠ بالمئة", "10 percent".

    Raises errors.Invalid: what="no_percent", "not_positive", or "too_large" (over 100).
    """
    found = _SHARE.fullmatch(_plain(text))
    if found is None:
        raise errors.Invalid(what="no_percent")
    share = Decimal(re.sub("[,٫]", ".", found["share"]))
    if share == 0 or found["minus"]:
        raise errors.Invalid(what="not_positive")
    if share > 100:
        raise errors.Invalid(what="too_large", limit=100)
    return share


def _plain(text: str) -> str:
    """One form for all that reads alike. `٫` is kept apart from the point, for it says more."""
    marked = tidy(text[: 2 * LONGEST].translate(_ALIKE)).split("٫")
    plain = "٫".join(latin_digits(part) for part in marked).lower().rstrip(" .")
    return plain if len(plain) <= LONGEST and len(text) <= 2 * LONGEST else ""


def _amount(plain: str, currency: str) -> tuple[Fraction, str] | None:
    before, *rest = _NUMBER.split(plain)
    numbers, tails = rest[::2], [_scaled(tail) for tail in rest[1::2]]
    if not numbers or any(left not in _AND for _, left in tails[:-1]):
        return None
    negative, sign_or_word = _signed(before)
    unit = _unit([sign_or_word, tails[-1][1]], currency)
    if unit is None:
        return None
    currency, worth = ("IRR", RIALS_OF_A_TOMAN) if unit == TOMAN else (unit, 1)
    scales = [scale for scale, _ in tails]
    total = _sum([_number(each, currency, scale > 1) for each, scale in zip(numbers, scales, strict=True)], scales)
    return None if total is None else ((-total if negative else total) * worth, currency)


def _scaled(tail: str) -> tuple[int, str]:
    """What the words right behind a number multiply it by, and the words that are left."""
    words, scale = _ABBREVIATED.sub("", tail).split(), 1
    while words and (times := _find(SCALES, words[0])):
        scale *= times
        words.pop(0)
    return scale, " ".join(words)


def _signed(before: str) -> tuple[bool, str]:
    """Whether it is less than nothing, and what else stands before the number."""
    word = before.strip()
    bare = word.strip("".join(_MINUS)).strip()
    # A point right before the number may begin decimals (".5"), so it stays, and no word is known by it.
    return bare != word, bare if bare.endswith(".") and not before.endswith(" ") else _ABBREVIATED.sub("", bare)


def _unit(words: Sequence[str], currency: str) -> str | None:
    """The currency that all the words name; the expected one if there are none."""
    named = {_named(word, currency) for word in words if word} or {currency}
    return named.pop() if len(named) == 1 else None


def _named(word: str, currency: str) -> str | None:
    if word == currency.lower():
        return currency
    whose = _find(NAMES, word)
    if whose is None:
        return None
    expected = "IRR" if currency == TOMAN else currency
    return expected if expected in whose else whose[0]


def _sum(values: Sequence[Fraction | None], scales: Sequence[int]) -> Fraction | None:
    """One number, or several of which each fits below the scale of the one before."""
    parts = [value * scale for value, scale in zip(values, scales, strict=True) if value is not None]
    if len(parts) < len(values) or (len(parts) > 1 and min(scales) == 1):
        return None
    if any(part >= scale for scale, part in zip(scales, parts[1:], strict=False)):
        return None
    return sum(parts, Fraction(0))


def _number(typed: str, currency: str, scaled: bool) -> Fraction | None:
    """By the rules at the head of this file; None if it follows none, or two."""
    mark = _decimal_mark(typed, minor_digits(currency), scaled)
    if mark is None:
        return None
    whole, _, decimals = typed.rpartition(mark) if mark else (typed, "", "")
    return Fraction(f"{re.sub('[^0-9]', '', whole)}.{decimals or 0}") if _grouped(whole) else None


def _decimal_mark(typed: str, digits: int, scaled: bool) -> str | None:
    """The mark that begins the decimals, "" if none does, None if it cannot be told."""
    marks = re.sub("[0-9]", "", typed)
    last = marks[-1:]
    if "٫" in marks:
        return last if last == "٫" else None
    if last not in (".", ",") or marks.count(last) > 1:
        return ""
    whole, _, behind = typed.rpartition(last)
    if len(behind) != 3:
        return last
    if len(marks) > 1:
        return last if digits == 3 else None
    if not re.fullmatch("[1-9][0-9]{0,2}", whole):
        return last
    return {(3, "."): last, (3, ","): None}.get((digits, last), None if scaled and last == "." else "")


def _grouped(whole: str) -> bool:
    """Plain, or in complete thousands parted by one mark. A zero in front is of a telephone, not of an amount."""
    return re.fullmatch(r"0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:([ ,.'])[0-9]{3})(?:\1[0-9]{3})*", whole) is not None


def _table(rows: Iterable[tuple[Meaning, str]]) -> dict[str, Meaning]:
    """From every spelling to what it means."""
    spelled = {_spelling(each): meaning for meaning, spellings in rows for each in spellings.split("|")}
    return {word.translate(_CARELESS): meaning for word, meaning in spelled.items()} | spelled


def _spelling(word: str) -> str:
    return _ABBREVIATED.sub("", word.translate(_ALIKE).lower())


def _find(table: dict[str, Meaning], word: str) -> Meaning | None:
    """By its exact letters, and else as it is written in haste."""
    return table.get(word, table.get(word.translate(_CARELESS)))


NAMES = _table(_NAMES)
SCALES = _table(_SCALES.items())
_SHARE = re.compile(
    rf"(?:[%٪] ?)?(?P<minus>[{''.join(_MINUS)}]?)(?P<share>[0-9]+(?:[.٫][0-9]+|,[0-9]{{1,2}})?)"
    rf" ?(?:{_PERCENT.translate(_ALIKE)})?"
)
