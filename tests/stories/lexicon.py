"""What the program may say to one reader: entries of the catalog, the organisation's words, dates, numbers, codes."""

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any

from babel.dates import get_day_names, get_month_names
from babel.messages.pofile import read_po

from backoffice import codes
from backoffice.organisation import Organisation
from bot.i18n import LOCALES, Reader

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
CODE = re.compile(r"SLH-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
REVIEW = re.compile(r"REV-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
DOCUMENT = re.compile(r"DOC-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
EXAMPLE = "SLH-7K4M-2QXH-M"  # stands in the catalogs
SECRET = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}")
LINK = re.compile(r"https://t\.me/\w+\?start=[\w-]+")
COMMAND = re.compile(r"/[a-z]+")
LANGUAGES = {"فارسی", "العربية", "English"}  # each is written in its own letters, whoever reads
ZERO = {"fa": 0x6F0, "ar": 0x660}
JALALI = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
HIJRI = [
    "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
]  # fmt: skip

# Lines that are put together without a sentence around them.
SHAPES = (
    "{code}", "{secret}", "{link}", "{files}", "📎 {code}", "{stage} · {date}", "{date} · {event}", "{date} · {kind}",
    "{code} · {due}", "{command} – {what}", "{command} {word} – {what}", "{number} ⭐", "{number}", "{date}",
    "{plain_code}", "{plain_code} · {stage}", "{title} · {turn}", "{name} · {roles}", "{criterion}: {level}",
    "• {route}", "• {route}: {where}", "{name}", "{seat}: {name}", "• {seat}: {name}", "{date} · {decision} · {remedy}",
)  # fmt: skip

Fits = Callable[[str], object]


@cache
def entries(language: str) -> dict[str, tuple[str, ...]]:
    """msgid → the wordings of it, without markup. A plural has several, and is found under its first msgid."""
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as po:
        messages = [message for message in read_po(po, locale=language) if message.id]
    found = {}
    for message in messages:
        first = message.id if isinstance(message.id, str) else message.id[0]
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        found[first] = tuple(re.sub(r"<[^>]+>", "", form) for form in forms)
    return found


@cache
def examples() -> frozenset[str]:
    """Codes that stand in the catalogs themselves."""
    return frozenset(code for forms in entries("en").values() for form in forms for code in CODE.findall(form))


def in_digits(text: str, reader: Reader) -> str:
    zero = ZERO.get(reader.language)
    if zero is None or not reader.native_digits:
        return text
    return text.translate({ord("0") + value: chr(zero + value) for value in range(10)})


class Lexicon:
    """Reads lines for one reader. `is_said`: whether somebody in the story really said this."""

    def __init__(self, reader: Reader, organisation: Organisation, is_said: Fits) -> None:
        self.reader, self._organisation, self._is_said = reader, organisation, is_said
        self._entries = entries(reader.language)

    def line(self, line: str) -> bool:
        """Whether this line is an entry, a label or a legal line, or one of the shapes."""
        return line in self._literals or any(self._is(template, line) for template in self._templates)

    def label(self, text: str) -> bool:
        """The same for a button, which may be ticked."""
        return text in LANGUAGES or self.line(text.removeprefix("✅ ")) or self.line(text)

    def says(self, line: str, *msgids: str) -> bool:
        """Whether a line is one of these entries."""
        return any(self._is(form, line) for msgid in msgids for form in self._entries[msgid])

    # ------------------------------------------------------------------ what stands as it is

    @cached_property
    def labels(self) -> set[str]:
        """All words of the organisation's file in the reader's language."""
        return set(_words(self._organisation.model_dump(), self.reader.language))

    @cached_property
    def _literals(self) -> set[str]:
        whole = {form for forms in self._entries.values() for form in forms if "{" not in form}
        kinds = ("privacy", "policy", "rights")
        legal = [
            self._organisation.legal(kind, self.reader.language).fill(lambda n: in_digits(str(n), self.reader))
            for kind in kinds
        ]
        return whole | self.labels | {line for text in legal for line in text.splitlines()}

    @cached_property
    def _templates(self) -> list[str]:
        return [form for forms in self._entries.values() for form in forms if "{" in form] + list(SHAPES)

    def _is(self, template: str, line: str) -> bool:
        pattern, names = _pattern(template)
        match = pattern.fullmatch(line)
        return match is not None and all(
            self._fits.get(name, self._entry)(value) for name, value in zip(names, match.groups(), strict=True)
        )

    # ------------------------------------------------------------------ what is filled in

    @cached_property
    def _fits(self) -> dict[str, Fits]:
        """By the name of the placeholder: what may stand there; where nothing is said, an entry of the catalog."""
        word, label, number, own = self._entry, self.labels.__contains__, self._number, self._own
        document = self._isolated(DOCUMENT.fullmatch)
        return {
            "code": self._code, "plain_code": codes.parse, "secret": self._isolated(SECRET.fullmatch),
            "link": self._isolated(LINK.fullmatch), "command": self._isolated(COMMAND.fullmatch), "title": self.line,
            "turn": self.line, "before": self._date, "since": self._date, "until": self._date,
            "date": self._date, "time": self._time, "end": self._time, "example": self._short,
            "route": label, "where": self._where, "seat": lambda v: label(v) or word(v),
            "opening": self._time, "closing": self._time, "weekdays": self._weekdays, "hours": self._hours,
            "high": number, "medium": number,
            "number": lambda v: number(v) or document(v),
            "total": number, "days": number, "limit": number, "count": number,
            "severity": label, "decision": label, "remedy": label, "wish": label, "reason": label, "group": label,
            "category": lambda v: all(map(label, v.split(" – "))), "roles": lambda v: all(map(label, v.split(" · "))),
            "unit": lambda v: label(v) or word(v), "name": lambda v: own(v) or word(v),
            "words": own, "text": own, "contact": own, "organisation": own,
            "reference": lambda v: own(v) or self._isolated(str.isdecimal)(v),
            "sample": lambda v: v in ("123", in_digits("123", Reader(self.reader.language))),
            "due": lambda v: self.says(v, "⏳ Due {date}, {time}", "⚠️ Overdue since {date}, {time}"),
            "rule": lambda v: all(label(each) or word(each) for each in v.split(" · ")),
            "files": self._files, "review": self._isolated(REVIEW.fullmatch),
            "languages": lambda v: all(map(word, v.split(" · "))),
        }  # fmt: skip

    def _entry(self, value: str) -> bool:
        return any(value in forms for forms in self._entries.values())

    def _code(self, value: str) -> object:
        return self._isolated(codes.parse)(value)

    def _own(self, value: str) -> bool:
        """Words of somebody in the story, or the organisation's, set apart from ours."""
        words = value.removeprefix(FSI).removesuffix(PDI)
        isolated = value == f"{FSI}{words}{PDI}"
        return bool(isolated and self._is_said(words)) or words in self.labels

    def _where(self, value: str) -> bool:
        """The address of a route outside, set apart."""
        known = {each for route in self._organisation.external for each in (route.contact, route.url)} - {""}
        return value in {f"{FSI}{each}{PDI}" for each in known}

    def _number(self, value: str) -> bool:
        return re.fullmatch(rf"{self._digit}+", value) is not None

    def _time(self, value: str) -> bool:
        return re.fullmatch(rf"{self._digit}{{2}}:{self._digit}{{2}}", value) is not None

    def _hours(self, value: str) -> bool:
        return all(self.says(each, "no work", "{opening} to {closing}") for each in value.split(" · "))

    def _weekdays(self, value: str) -> bool:
        return set(value.split(" · ")) <= set(get_day_names(locale=self.reader.language).values())

    def _short(self, value: str) -> bool:
        digit, order = self._digit, (4, 2, 2) if self._calendar is not None else (2, 2, 4)
        return re.fullmatch("/".join(f"{digit}{{{width}}}" for width in order), value) is not None

    def _date(self, value: str) -> bool:
        language = self.reader.language
        weekday, months = get_day_names(locale=language), self._calendar or get_month_names(locale=language).values()
        era = " هـ" if self._calendar is HIJRI else ""
        pattern = rf"({_any(weekday.values())}) {self._digit}{{1,2}} ({_any(months)})( {self._digit}{{4}}{era})?"
        return re.fullmatch(pattern, value) is not None

    def _files(self, value: str) -> bool:
        parts = value.removeprefix("📎 ").split(" · ")
        found = [re.fullmatch(rf"({self._digit}+) × (.+)", part) for part in parts]
        return value.startswith("📎 ") and all(part and self._entry(part[2]) for part in found)

    @property
    def _calendar(self) -> list[str] | None:
        """The months of a calendar that is not the Gregorian one."""
        if self.reader.language == "fa":
            return JALALI
        return HIJRI if self.reader.language == "ar" and self.reader.hijri else None

    @property
    def _digit(self) -> str:
        return f"[{in_digits('0', self.reader)}-{in_digits('9', self.reader)}]"

    @staticmethod
    def _isolated(fits: Fits) -> Fits:
        return lambda v: v[:1] == LRI and v[-1:] == PDI and fits(v[1:-1])


@cache
def _pattern(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    parts = re.split(r"\{(\w+)\}", template)
    names = tuple(parts[1::2])
    return re.compile("(.+?)".join(map(re.escape, parts[::2])), re.DOTALL), names


def _any(names: Any) -> str:
    return "|".join(map(re.escape, names))


def _words(part: Any, language: str) -> Iterator[str]:
    if isinstance(part, dict) and set(part) == {"fa", "ar", "en"}:
        yield part[language]
    elif isinstance(part, dict):
        for each in part.values():
            yield from _words(each, language)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _words(each, language)
