"""Phone numbers and addresses as people give them, and how two of them are known to be the same."""

import re

from backoffice.words import latin_digits
from storage import crypto

LAST = 4  # digits of a phone number that prove that somebody knows it
NATIONAL = 10  # digits that remain of a number however its country was written: +98 912…, 0098 912…, 0912…
SHORTEST = 7
ENDING = 2  # digits of a number that are shown to whoever has not asked for all of it: fewer than prove anything
HIDDEN = "•••"
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def found_by(contact: str | None) -> int | None:
    """The keyed hash by which other cases with this contact are found; None where it is neither number nor address."""
    plain = latin_digits(contact or "").strip().lower()
    if address := ADDRESS.search(plain):
        return crypto.lookup("contact", address[0])
    number = _number(plain)
    return crypto.lookup("contact", number[-NATIONAL:]) if number else None


def last_digits(contact: str | None) -> str | None:
    """The last digits of a phone number; None where there is none."""
    plain = latin_digits(contact or "").lower()
    number = None if ADDRESS.search(plain) else _number(plain)
    return number[-LAST:] if number else None


def masked(contact: str) -> str:
    """Enough to know it again, too little to use it or to guess whose it is."""
    plain = latin_digits(contact).lower()
    if address := ADDRESS.search(plain):
        return f"{address[0][0]}{HIDDEN}@{HIDDEN}.{address[0].rpartition('.')[2]}"
    number = _number(plain)
    return f"{HIDDEN} {number[-ENDING:]}" if number else HIDDEN


def digits_of(typed: str) -> str | None:
    """The last digits of what somebody typed as those, or as the whole number."""
    digits = re.sub(r"\D", "", latin_digits(typed))
    return digits[-LAST:] if len(digits) >= LAST else None


def _number(plain: str) -> str | None:
    """The first run of digits that is long enough for a phone number, however it is spaced."""
    for run in re.findall(r"\+?\d[\d\s().\-/]*", plain):
        digits = re.sub(r"\D", "", run)
        if len(digits) >= SHORTEST:
            return digits
    return None
