"""Tracking codes: `SLH-XXXX-XXXX-C`, eight random characters of 32 and a check character.

A code names a case and opens nothing. It is read in any digits, case and spacing. Reviews, disputes, documents,
incidents and actions have numbers of the same kind, with prefixes of their own.
"""

import re
import secrets

from backoffice.words import latin_digits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
PREFIX, REVIEW, DISPUTE, DOCUMENT, INCIDENT, ACTION = "SLH", "REV", "DSP", "DOC", "INC", "ACT"
LENGTH = 8
ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_code(prefix: str = PREFIX) -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return _spell(body + _check(body), prefix)


def new_secret() -> str:
    """What an anonymous complainant keeps to prove that the case is theirs: 60 random bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def parse(text: str, prefix: str = PREFIX) -> str | None:
    """The code as it is written on the case, or None when the text holds no valid one."""
    letters = latin_digits(text).upper()
    plain = re.sub(r"[\W_]", "", letters)
    plain = plain.removeprefix(prefix).translate(ALIKE)
    if len(plain) != LENGTH + 1 or set(plain) - set(ALPHABET):
        return None
    return _spell(plain, prefix) if _check(plain[:LENGTH]) == plain[LENGTH] else None


def parse_secret(text: str) -> str:
    """A secret as it was given out, however it was typed."""
    plain = re.sub(r"[\W_]", "", latin_digits(text).upper()).translate(ALIKE)
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def compact(code: str) -> str:
    """The nine characters that matter: short enough for a button's data."""
    return code.removeprefix(f"{PREFIX}-").replace("-", "")


def _spell(plain: str, prefix: str = PREFIX) -> str:
    return f"{prefix}-{plain[:4]}-{plain[4:8]}-{plain[8]}"


def _check(body: str) -> str:
    """Luhn's sum in base 32: finds every single wrong character and nearly all swaps of neighbours."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
