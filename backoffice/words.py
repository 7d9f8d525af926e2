"""What is done to people's input before anything else: digits, invisible marks, spaces."""

import re
import unicodedata

from backoffice import errors

_DIGITS = {
    **{0x6F0 + value: str(value) for value in range(10)},
    **{0x660 + value: str(value) for value in range(10)},
    0x66B: ".",
    0x66C: ",",
}
# Letters of other keyboards, hamza on its carriers, ta marbuta; a joint that does not join parts two words.
_VARIANTS = str.maketrans("يىئكةۀەأإآٱؤ", "یییکهههااااو", "\u200d") | {0x200C: " "}
# Direction controls can make a text read other than it is stored; ZWNJ and ZWJ are letters of Persian and stay.
_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")


def latin_digits(text: str) -> str:
    """Persian and Arabic digits as 0 to 9."""
    return text.translate(_DIGITS)


def native_digits(text: str, language: str) -> str:
    """0 to 9 in the digits of the language."""
    zero = {"fa": 0x6F0, "ar": 0x660}.get(language, ord("0"))
    return text.translate({ord("0") + value: chr(zero + value) for value in range(10)})


def tidy(text: str) -> str:
    """The text without direction controls and other invisible marks, its spaces single, its lines kept."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(letter for letter in text if letter in "\n\t\u200c\u200d" or unicodedata.category(letter) != "Cc")
    lines = [_SPACES.sub(" ", line).strip(" ") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def folded(text: str) -> str:
    """How words are compared that people write in several ways: letters of Arabic keyboards as of Persian ones, no
    marks of vowels, no joints, small letters."""
    plain = unicodedata.normalize("NFKC", latin_digits(tidy(text))).translate(_VARIANTS).lower()
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Mn" and letter != "\u0640")


def within(text: str | None, limit: int) -> str:
    """The same, of words that may be missing (then it is empty). Raises errors.Invalid over `limit` characters."""
    tidied = tidy(text or "")
    if len(tidied) > limit:
        raise errors.Invalid(what="too_long", limit=limit)
    return tidied


def required(text: str, limit: int | None = None) -> str:
    """The same, of words that must be there. Raises errors.Invalid where they are missing, or over `limit`."""
    tidied = tidy(text) if limit is None else within(text, limit)
    if not tidied:
        raise errors.Invalid(what="empty")
    return tidied
