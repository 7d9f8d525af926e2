"""Amounts of money as a business letter of the reader's language writes them."""

from babel.numbers import get_currency_name

from backoffice.money import Amount, minor_digits
from bot.dates import FIRST_DIGIT, digits
from bot.i18n import Reader, reader
from bot.texts import FSI, PDI

# Where the plain word can only mean this one; other names are CLDR's ("ریال سعودی", "دينار كويتي").
OWN = {("fa", "IRR"): "ریال"}
NATIVE_MARKS = str.maketrans(",.", "٬٫")
AMBIGUOUS = 3  # minor digits of a currency in which "1,500" could be one and a half: there they are always written
NO_BREAK = "\u00a0"


def shown(amount: Amount) -> str:
    """«۱٬۵۰۰٬۰۰۰ ریال», «١٬٥٠٠ ريال سعودي», "SAR 1,500.00": plain text, not yet escaped for markup.

    It is isolated, so that figures and word keep their order in a line of the other direction, and does not break.
    English names the currency by its ISO code, in front, with all minor digits; Persian and Arabic by its word, behind,
    with minor digits where there are any.
    """
    whom = reader()
    if whom.language not in FIRST_DIGIT:
        return f"{FSI}{amount.currency}{NO_BREAK}{amount.value:,f}{PDI}"
    return f"{FSI}{_figures(amount, whom)}{NO_BREAK}{named(amount.currency)}{PDI}"


def named(currency: str) -> str:
    """A currency by its word, in which amounts are to be written: «ریال», «ريال سعودي», "Iranian rials"."""
    language = reader().language
    if language not in FIRST_DIGIT:
        return get_currency_name(currency, count=2, locale=language)
    return OWN.get((language, currency)) or get_currency_name(currency, locale=language)


def _figures(amount: Amount, whom: Reader) -> str:
    plain = f"{amount.value:,f}"
    digits_behind = minor_digits(amount.currency)
    if digits_behind != AMBIGUOUS:
        plain = plain.removesuffix("." + "0" * digits_behind)
    return digits(plain.translate(NATIVE_MARKS) if whom.native_digits else plain, whom)
