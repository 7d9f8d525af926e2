"""Words that our fonts can set, and figures in the reader's digits."""

import functools
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from matplotlib.ft2font import FT2Font

FONTS = Path(__file__).parent.parent / "paper" / "fonts"
REGULAR, BOLD = FONTS / "Vazirmatn-Regular.ttf", FONTS / "Vazirmatn-Bold.ttf"
RIGHT, LEFT = "\u200f", "\u200e"
JOINERS = "\u200c\u200d"
FIRST_DIGIT = {"fa": 0x6F0, "ar": 0x660}
LONGEST = 200  # letters
MARKS = 2  # upon one letter: a doubling and a vowel
NONE = "–"  # where there is no figure
CUT = "…"


@functools.cache
def letters() -> frozenset[str]:
    """What both weights can set."""
    return frozenset.intersection(*(frozenset(map(chr, FT2Font(path).get_charmap())) for path in (REGULAR, BOLD)))


def clean(words: str) -> str:
    """These words without what the fonts lack and without controls; NONE if nothing is left."""
    known = "".join(_known(unicodedata.normalize("NFC", " ".join(words.split()))))
    shown = " ".join(known.split())[:LONGEST].strip(JOINERS + " ")
    return shown or NONE


def _known(words: str) -> Iterator[str]:
    room = 0  # for marks upon the letter before
    for letter in words:
        for each in letter if letter in letters() else unicodedata.normalize("NFKC", letter):
            kind = unicodedata.category(each)[0]
            if each in JOINERS:
                yield each
            elif kind == "M":
                if room and each in letters():
                    yield each
                    room -= 1
            elif kind != "C" and each in letters():
                yield each
                room = MARKS
            else:
                room = 0


def clusters(words: str) -> list[str]:
    """The letters, each with what it carries."""
    found: list[str] = []
    for letter in words:
        if found and (letter in JOINERS or unicodedata.category(letter).startswith("M")):
            found[-1] += letter
        else:
            found.append(letter)
    return found


class Figures:
    """How numbers are written for one reader."""

    def __init__(self, language: str, native: bool) -> None:
        self.rtl = language in FIRST_DIGIT
        self._zero = FIRST_DIGIT[language] if native and self.rtl else None

    def count(self, number: int | None) -> str:
        """«۱٬۲۳۴»; NONE without a number."""
        return NONE if number is None else self._native(f"{number:,}")

    def share(self, share: float | None) -> str:
        """Of 0 to 1, in whole per cent; what is not all never reads as all, and what is not nothing not as nothing."""
        if share is None:
            return NONE
        percent = round(share * 100)
        if 0 < share < 1:
            percent = min(max(percent, 1), 99)
        # In a line that runs from the right the sign follows the digits, to their left.
        return self._native(f"{percent}{RIGHT}%" if self.rtl else f"{percent}\u00a0%")

    def _native(self, text: str) -> str:
        if self._zero is None:
            return text
        digits = {ord("0") + value: chr(self._zero + value) for value in range(10)}
        return text.translate(digits | {ord("%"): "٪", ord(","): "٬"})
