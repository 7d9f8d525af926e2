"""What people wrote, without who they are: what leads to a person is replaced by signs such as [name 1].

It errs on the side of the person: a number that may be a telephone's goes, though it may be something else. Dates and
amounts stay, for they are what one learns from. Letters and digits are compared as readers take them: in any script,
with or without marks, joiners and signs of direction.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

NAME, COMPANY, CONTACT, ORDER = "name", "company", "contact", "order"  # what a case knows by itself, too
LINK, EMAIL, USERNAME, IBAN, CARD, PHONE, NATIONAL_ID, NUMBER = (
    "link", "email", "username", "iban", "card", "phone", "national_id", "number",
)  # fmt: skip
KINDS = (NAME, COMPANY, CONTACT, ORDER, LINK, EMAIL, USERNAME, IBAN, CARD, PHONE, NATIONAL_ID, NUMBER)
TAKEN = "\0"  # stands where something was found already
FEWEST = 7  # digits that may be somebody's
SHORTEST_IBAN = 15  # characters, Norway's; less is a telephone number after a short word
WHOLE = 4  # letters from which on a name is found inside longer words, too
ALIKE = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "\u200c": " "})
OF_ORDERS = (
    "order", "invoice", "contract", "tracking", "parcel", "policy", "ticket", "reference", "ref", "سفارش", "فاکتور",
    "قرارداد", "مرسوله", "پیگیری", "رهگیری", "الطلب", "طلب", "طلبی", "الفاتوره", "فاتوره", "الشحنه", "شحنه", "العقد",
    "عقد", "التتبع", "تتبع",
)  # fmt: skip
OF_NUMBERS = ("no", "number", "nr", "id", "code", "شماره", "کد", "رقم", "برقم")
TITLES = (
    "اقای", "خانم", "جناب", "سرکار", "دکتر", "مهندس", "السید", "السیده", "الاستاذ", "الاستاذه", "الدکتور", "الدکتوره",
    "المهندس", "المهندسه", "mr", "mrs", "ms", "dr",
)  # fmt: skip
TOP = "com|ir|org|net|me|ae|sa|eg|iq|kw|qa|io|info|app|shop|co|uk|de"


def _any(words: Sequence[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_BREAK = r"(?:[ \-./()_*|]{1,3}|[,،٬·])?"
_YEAR, _MONTH, _DAY = r"(?:1[34]\d\d|20\d\d)", "(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
DATE = re.compile(rf"(?:{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}|{_DAY}[-/.]{_MONTH}[-/.]{_YEAR})(?: \d{{1,2}})?")
AMOUNT = re.compile(r"[1-9]\d{0,2}(?:[,،٬]\d{3})+")
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (EMAIL, re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")),
    (LINK, re.compile(rf"(?:https?:|www\.)[^\s\0]+|(?<![\w.])(?:[a-z0-9-]+\.)+(?:{TOP})(?![\w])(?:/[^\s\0]*)?")),
    (USERNAME, re.compile(r"(?<!\w)@ ?\w{3,}")),
)
IBANS = re.compile(r"(?<![a-z0-9])[a-z]{2}[ -]?\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?(?![a-z0-9])")
ORDERS = re.compile(
    rf"(?<!\w)(?:{_any(OF_ORDERS)})\W{{0,3}}(?:(?:{_any(OF_NUMBERS)}|ی)\W{{0,3}}){{0,2}}([a-z]*[\d-]*\d)"
)
CODES = re.compile(r"(?<![a-z0-9])(?=(?:[a-z-]*\d){4})(?=[\d-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*(?![a-z0-9])")
DIGITS = re.compile(rf"\+?\d(?:{_BREAK}\d)*")
TITLED = re.compile(rf"(?<!\w)[وفبلک]?(?:(?:{_any(TITLES)})\.?[ ]+)+([^\W\d_]{{2,}})")


@dataclass(frozen=True, slots=True)
class Found:
    """From where to where something stands, what it is, and what makes it the same as another one."""

    begin: int
    end: int
    kind: str
    same: str


def pseudonymise(text: str, known: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> str:
    """The text with signs for whatever leads to somebody; the same thing has the same number in one text.

    `known`: by kind what the case itself knows of its people; `labels`: how each kind is called in a sign.
    """
    folded, places = fold(text)
    found = sorted(_found(folded, known, labels), key=lambda each: each.begin)
    numbers: dict[tuple[str, str], int] = {}
    parts, done = list[str](), 0
    for each in found:
        of_kind = sum(kind == each.kind for kind, _same in numbers)
        number = numbers.setdefault((each.kind, each.same), of_kind + 1)
        parts += [text[done : places[each.begin]], f"[{labels[each.kind]} {number}]"]
        done = places[each.end - 1] + 1
    return "".join([*parts, text[done:]])


def fold(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its characters where it stands in the original."""
    letters, places = list[str](), list[int]()
    for place, letter in enumerate(text):
        for each in _alike(letter):
            letters.append(each)
            places.append(place)
    return "".join(letters), places


def _alike(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKD", letter.translate(ALIKE)).casefold().translate(ALIKE)
    return "".join(map(_shown, plain))


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Mn", "Cf") or letter == "\u0640":  # marks, signs that nobody sees, and what only stretches a word
        return ""
    return "-" if category == "Pd" else " " if category == "Zs" else letter


# ------------------------------------------------------------------ what is found


def _found(folded: str, known: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> Iterator[Found]:
    """One kind after the other, each in what those before have left."""
    signs = re.compile(rf"\[(?:{_any([fold(each)[0] for each in labels.values()])}) \d{{1,3}}\]")
    rest = signs.sub(lambda sign: TAKEN * len(sign[0]), folded)  # of an earlier time
    for search in (*_searches(), *_known(known), _titled):
        for each in list(search(rest)):
            yield each
            rest = f"{rest[: each.begin]}{TAKEN * (each.end - each.begin)}{rest[each.end :]}"


Search = Callable[[str], Iterator[Found]]


def _searches() -> Iterator[Search]:
    for kind, pattern in PATTERNS:
        yield lambda rest, kind=kind, pattern=pattern: (  # type: ignore[misc]
            Found(each.start(), each.end(), kind, each[0]) for each in pattern.finditer(rest)
        )
    yield _ibans
    yield _orders
    yield _codes
    yield _numbers


def _ibans(rest: str) -> Iterator[Found]:
    for each in IBANS.finditer(rest):
        whole = re.sub("[ -]", "", each[0])
        if len(whole) >= SHORTEST_IBAN and sum(map(str.isdigit, whole)) >= 10:
            yield Found(each.start(), each.end(), IBAN, whole)


def _orders(rest: str) -> Iterator[Found]:
    for each in ORDERS.finditer(rest):
        if sum(map(str.isdigit, each[1])) >= 3 and not DATE.fullmatch(each[1]):
            yield Found(each.start(1), each.end(1), ORDER, each[1])


def _codes(rest: str) -> Iterator[Found]:
    return (Found(each.start(), each.end(), ORDER, each[0]) for each in CODES.finditer(rest))


def _numbers(rest: str) -> Iterator[Found]:
    for each in DIGITS.finditer(rest):
        digits = re.sub(r"\D", "", each[0])
        if len(digits) >= FEWEST and not (DATE.fullmatch(each[0]) or AMOUNT.fullmatch(each[0])):
            yield Found(each.start(), each.end(), _kind_of(each[0], digits), digits)


def _kind_of(shown: str, digits: str) -> str:
    if len(digits) == 16:
        return CARD
    if len(digits) == 10 and _is_national_id(digits):
        return NATIONAL_ID
    return PHONE if shown[0] in "+0" and len(digits) <= 15 else NUMBER


def _is_national_id(digits: str) -> bool:
    """By the check digit of Iranian ones."""
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def _known(known: Mapping[str, Sequence[str]]) -> Iterator[Search]:
    """What the case knows: whole, then the parts of names."""
    for kind, values in known.items():
        for value in sorted(values, key=len, reverse=True):
            words = re.findall(r"[^\W_]+", fold(value)[0])
            if sum(map(len, words)) < 2:
                continue
            yield _search(
                kind, "".join(words), r"(?:[^\w\0]|_)*".join(map(re.escape, words)), whole=sum(map(len, words)) < WHOLE
            )
            for word in words if kind == NAME else ():
                if len(word) > 2:
                    yield _search(kind, "".join(words), re.escape(word), whole=True)


def _search(kind: str, same: str, pattern: str, *, whole: bool) -> Search:
    """`whole`: as a word of its own, though with what Arabic writes before it and Persian after it."""
    before, after = (r"(?<!\w)(?:[وفبلک]|ال|وال|بال|لل)?", r"(?=(?:ی|م|ت|ش|ها|جان|s)?(?!\w))") if whole else ("", "")
    compiled = re.compile(f"{before}({pattern}){after}")
    return lambda rest: (Found(each.start(1), each.end(1), kind, same) for each in compiled.finditer(rest))


def _titled(rest: str) -> Iterator[Found]:
    return (Found(each.start(1), each.end(1), NAME, each[1]) for each in TITLED.finditer(rest))
