"""What the program may say to one reader: entries of the catalog, the organisation's words, dates, numbers, codes."""

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any

from babel.dates import get_day_names, get_month_names
from babel.messages.pofile import read_po
from babel.numbers import get_currency_name

from backoffice import codes
from backoffice.organisation import Organisation
from bot.i18n import LOCALES, Reader

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
CODE = re.compile(r"SLH-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
REVIEW = re.compile(r"REV-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
DOCUMENT = re.compile(r"DOC-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
DISPUTE = re.compile(r"DSP-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
REFERENCE = re.compile(r"\d+|[A-Z]{3}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
INCIDENT = re.compile(r"INC-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
ZONE = re.compile(r"[A-Z]\w+/\w+")
ACTION = re.compile(r"ACT-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
EXAMPLE = "SLH-7K4M-2QXH-M"  # stands in the catalogs
CAUSE = re.compile(r"[a-z_]+(\.[a-z_]+)*")  # one that the file has no more
HIDDEN = re.compile(r"•••( \d\d)?|\S•••@•••\.\w+")
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
    "• {text}",
    "– ({total})",
    "{code} · {subject}",
    "{code}", "{secret}", "{link}", "{files}", "📎 {code}", "📎 {code} · {subject}",
    "{stage} · {date}", "{date} · {event}", "{date} · {kind}",
    "{date} · {name}", "{code} · {due}", "{command} – {what}", "{command} {word} – {what}", "{number} ⭐", "{number}",
    "{date}", "{plain_code}", "{plain_code} · {stage}", "{title} · {turn}", "{name} · {roles}", "{criterion}: {level}",
    "• {route}", "• {route}: {where}", "{name}", "{seat}: {name}", "• {seat}: {name}", "{date} · {decision} · {remedy}",
    "{kind}: {methods}", "{method}: {meaning}", "{price}", "{side}: {terms}", "✅ {side}: {terms}",
    "{number}. {term}", "⚠️ {fault}", "• {provider}: {why}", "{text} ({capacity})", "📎 {room} · {who}", "{address}",
    "📎 {kinds}", "{action}", "{action} · {due}", "{action} · {state}", "{words}", "{plain_action}",
    "{code} · {date}", "{name} · {role}", "{name} · {turn}",
    "✅ {item}", "▫️ {item}", "❗ {step}", "✅ {step}", "▫️ {step}", "{title} · {state}",
    "{title} · {date} · {name}", "{name} · {what}",
    "{date} · {said}: {words}",
    "✅ {terms}", "▫️ {terms}", "⚠️ {terms}", "{date} · {event}: {remedy}",
    "⚠️ {risk} ({how})", "{month}", "{indicator}:", "{indicator}: {measure}", "· {cause}: {amount}",
    "· {cause}: {duration}", "· {currency}: {share}",
)  # fmt: skip

DUE = ("⏳ Due {date}, {time}", "⚠️ Overdue since {date}, {time}", "⏳ Due {date}", "⚠️ Overdue since {date}")
PLACE = re.compile(r"\{(\w+)\}")
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
        self._known: set[str] = set()  # lines that were read before; what was once said stays said

    def line(self, line: str) -> bool:
        """Whether this line is an entry, a label or a legal line, or one of the shapes."""
        if line in self._literals or line in self._known:
            return True
        fits = any(
            self._is(template, line)
            for begins, ends, template in self._templates
            if line.startswith(begins) and line.endswith(ends)
        )
        self._known |= {line} if fits else set()
        return fits

    def label(self, text: str) -> bool:
        """The same for a button, which may be ticked, or call by name whom somebody put into the register."""
        return text in LANGUAGES or self._is_said(text) or self.line(text.removeprefix("✅ ")) or self.line(text)

    def templated(self, text: str) -> bool:
        """Whether it is a template of the organisation for answers, filled in, in whatever language."""
        texts = [each.text[language] for each in self._organisation.answer_templates for language in ("fa", "ar", "en")]
        return any(re.fullmatch(PLACE.sub(".+", re.sub(r"([().])", r"\\\1", each)), text) for each in texts)

    def says(self, line: str, *msgids: str) -> bool:
        """Whether a line is one of these entries."""
        return any(self._is(form, line) for msgid in msgids for form in self._entries[msgid])

    # ------------------------------------------------------------------ what stands as it is

    @cached_property
    def labels(self) -> set[str]:
        """All words of the organisation's file in the reader's language."""
        packed = [each.model_dump() for each in self._organisation.providers]
        return set(_words([self._organisation.model_dump(), packed], self.reader.language))

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
    def _templates(self) -> list[tuple[str, str, str]]:
        """Each after how it begins and ends, by which most are ruled out."""
        filled = [form for forms in self._entries.values() for form in forms if "{" in form]
        consent = self._organisation.legal_texts.consent[self.reader.language].splitlines()
        agreed = [PLACE.sub(r"{consent_\1}", line.strip()) for line in consent if line.strip()]
        templates = [*filled, *SHAPES, *agreed]
        return [(each.partition("{")[0], each.rpartition("}")[2], each) for each in templates]

    def _is(self, template: str, line: str) -> bool:
        pattern, names = _pattern(template)
        match = pattern.fullmatch(line)
        return match is not None and all(
            self._filled(name, value) for name, value in zip(names, match.groups(), strict=True)
        )

    def _filled(self, name: str, value: str) -> object:
        if name.startswith("consent_"):
            return self._agreed(value)
        return self._fits.get(name, self._entry)(value)

    # ------------------------------------------------------------------ what is filled in

    @cached_property
    def _fits(self) -> dict[str, Fits]:
        """By the name of the placeholder: what may stand there; where nothing is said, an entry of the catalog."""
        word, label, number, own = self._entry, self.labels.__contains__, self._number, self._own
        document = self._isolated(DOCUMENT.fullmatch)
        return {
            "code": self._code, "plain_code": codes.parse, "secret": self._isolated(SECRET.fullmatch),
            "link": self._isolated(LINK.fullmatch), "command": self._isolated(self._typed), "title": self.line,
            "turn": self.line, "before": self._date, "since": self._end, "until": self._end,
            "date": self._date, "time": self._time, "end": self._time,
            "example": lambda v: self._short(v) or self._isolated(self._typed)(v),
            "route": own, "where": lambda v: self._where(v) or own(v), "kind": label, "meaning": label, "needs": label,
            "methods": lambda v: all(map(word, v.split(" · "))), "duration": self.line, "cost": self._cost,
            "source": lambda v: v[1:-1] in {to.source for to in self._organisation.providers},
            "seat": lambda v: label(v) or word(v),
            "opening": self._time, "closing": self._time, "weekdays": self._weekdays, "hours": self._hours,
            "high": number, "medium": number,
            "number": lambda v: number(v) or document(v) or self._decimal(v),
            "total": number, "days": number, "limit": number, "count": number,
            "severity": label, "decision": lambda v: label(v) or word(v), "remedy": label, "wish": label,
            "names": lambda v: all(map(own, v.split(" · "))), "reasons": lambda v: all(map(word, v.split(" · "))),
            "risk": word, "how": word, "reason": label, "group": label, "product": self._item, "branch": self._item,
            "category": lambda v: all(map(label, v.split(" – "))), "roles": lambda v: all(map(label, v.split(" · "))),
            "subject": lambda v: all(map(label, v.split(" – "))), "place": own, "as_what": word,
            "unit": lambda v: label(v) or word(v), "channel": label, "left": number,
            "name": lambda v: own(v) or word(v) or self._isolated(ZONE.fullmatch)(v) or self._hidden(v),
            "words": own, "contact": lambda v: own(v) or self._hidden(v), "organisation": own,
            "event": self.line, "what": lambda v: label(v) or all(map(word, v.split(" · "))),
            "text": lambda v: own(v) or self.line(v),
            "reference": lambda v: own(v) or self._isolated(REFERENCE.fullmatch)(v),
            "sample": lambda v: v in ("123", in_digits("123", Reader(self.reader.language))),
            "due": lambda v: self.says(v, *DUE), "action": self._isolated(ACTION.fullmatch),
            "plain_action": ACTION.fullmatch,
            "rule": lambda v: all(label(each) or word(each) for each in v.split(" · ")),
            "dispute": self._isolated(DISPUTE.fullmatch), "provider": own, "capacity": own, "amount": self._amount,
            "side": self._side, "who": self._side, "why": self.line, "fault": self.line, "room": self.line,
            "readers": self.line, "term": self.line, "terms": self._terms, "other": number, "currency": self._currency,
            "kinds": lambda v: all(map(word, v.split(" · "))),
            "price": self._price, "percent": lambda v: v == in_digits("30 %", self.reader), "address": self._address,
            "files": self._files, "review": self._isolated(REVIEW.fullmatch),
            "cause": lambda v: label(v) or word(v) or self._isolated(CAUSE.fullmatch)(v),
            "entry": lambda v: self._amount(v) or self.line(v), "indicator": word, "month": self._month,
            "measure": lambda v: self.line(v) or all(map(self._amount, v.split(" · "))),
            "incident": self._isolated(INCIDENT.fullmatch), "stage": lambda v: word(v) or self.line(v),
            "item": lambda v: label(v) or word(v), "step": lambda v: label(re.sub(r"^\d+\. ", "", v)),
            "items": lambda v: all(label(each) or word(each) for each in v.split(" · ")),
            "state": lambda v: word(v) or self.line(v), "middle": self._amount, "lowest": self._amount,
            "highest": self._amount,
            "period": lambda v: self._date(v) or self.line(v), "than": self.line, "closed": self.line,
            "share": lambda v: number(v) or self.line(v), "more": self.line, "times": self._decimal,
            "languages": lambda v: all(map(word, v.split(" · "))),
        }  # fmt: skip

    def _item(self, value: str) -> object:
        """A product or a branch, or the code of one that the file has no more."""
        return value in self.labels or self._isolated(CAUSE.fullmatch)(value)

    def _entry(self, value: str) -> bool:
        return value in _forms(self.reader.language)

    def _code(self, value: str) -> object:
        return self._isolated(codes.parse)(value)

    def _own(self, value: str) -> bool:
        """Words of somebody in the story, or the organisation's, set apart from ours."""
        words = value.removeprefix(FSI).removesuffix(PDI)
        isolated = value == f"{FSI}{words}{PDI}"
        return bool(isolated and self._is_said(words)) or words in self.labels

    def _hidden(self, value: str) -> bool:
        """Who complains, as long as nobody asks for it."""
        return value[:1] == FSI and value[-1:] == PDI and HIDDEN.fullmatch(value[1:-1]) is not None

    def _where(self, value: str) -> bool:
        """The address of a route outside, set apart."""
        known = {each for to in self._organisation.providers for each in (to.contact, to.url)} - {""}
        return value in {f"{FSI}{each}{PDI}" for each in known}

    def _cost(self, value: str) -> bool:
        """Who pays, and what else is known of it."""
        payers = [each[self.reader.language] for each in self._organisation.payers.values()]
        return any(value == each or value.removeprefix(f"{each} ") in self.labels for each in payers)

    def _agreed(self, value: str) -> bool:
        """What the text of a consent says of a provider: words of the file, or of whoever put it into the register."""
        within = self._organisation.consent_words["within"][self.reader.language]
        pattern = re.escape(within).replace(r"\{days\}", f"{self._digit}+")
        known = value in self.labels or self._is_said(value) or self._number(value) or self._cost(value)
        return known or re.fullmatch(pattern, value) is not None

    def _terms(self, value: str) -> bool:
        """What somebody is to do: a remedy, words, an amount, a day."""
        return all(self._part(part) for part in value.split(" · "))

    def _part(self, part: str) -> bool:
        remedy, _dash, words = part.partition(" – ")
        whole = part == "…" or part in self.labels or self._own(part) or self._amount(part)
        return (
            whole
            or (remedy in self.labels and self._own(words))
            or self.says(part, "by {date}", "done on {date}", "overdue since {date}")
        )

    def _amount(self, value: str) -> bool:
        figures, _space, word = value[1:-1].partition("\u00a0")
        if value[:1] + value[-1:] != FSI + PDI or not word:
            return False
        if self.reader.language == "en":
            figures, word = word, figures
        marks = "٬٫" if self.reader.language in ZERO and self.reader.native_digits else ",."
        return re.fullmatch(f"({self._digit}|[{marks}])+", figures) is not None and self._currency(word)

    def _side(self, value: str) -> bool:
        """A side of a dispute, or a mediator by name."""
        word, _space, name = value.partition(f" {FSI}")
        return self._entry(word) and (not name or self._own(FSI + name))

    def _currency(self, value: str) -> bool:
        value, language = value.removeprefix(FSI).removesuffix(PDI), self.reader.language
        known = ("IRR", "SAR", "USD", "EUR")
        names = {get_currency_name(each, count, locale=language) for each in known for count in (None, 2)}
        return value in {*names, *({"ریال"} if language == "fa" else ()), *(known if language == "en" else ())}

    def _address(self, value: str) -> bool:
        parts = value.split(" · ")
        return all(self._isolated(self._where_to)(part) for part in parts)

    def _where_to(self, value: str) -> bool:
        return self._is_said(value) or any(value in (to.contact, to.url) for to in self._organisation.providers)

    def _price(self, value: str) -> bool:
        """Who pays, and how long it takes."""
        payers = [each[self.reader.language] for each in self._organisation.payers.values()]
        return any(value.startswith(f"{each} ") and self.line(value.removeprefix(f"{each} ")) for each in payers)

    def _number(self, value: str) -> bool:
        return re.fullmatch(rf"{self._digit}+", value) is not None

    def _time(self, value: str) -> bool:
        return re.fullmatch(rf"{self._digit}{{2}}:{self._digit}{{2}}", value) is not None

    def _hours(self, value: str) -> bool:
        return all(self.says(each, "no work", "{opening} to {closing}") for each in value.split(" · "))

    def _weekdays(self, value: str) -> bool:
        return set(value.split(" · ")) <= set(get_day_names(locale=self.reader.language).values())

    def _typed(self, value: str) -> bool:
        """A command alone, with what it takes, or as in an example."""
        command, _space, rest = value.partition(" ")
        code, _space, words = rest.partition(" ")
        named = all(map(self._entry, rest.replace("[", "").replace("]", "").split()))
        example = CODE.fullmatch(code) or ACTION.fullmatch(code)
        meant = named or (example and (not words or words.isdecimal() or self._entry(words)))
        return COMMAND.fullmatch(command) is not None and bool(not rest or meant)

    def _short(self, value: str) -> bool:
        digit, order = self._digit, (4, 2, 2) if self._calendar is not None else (2, 2, 4)
        return re.fullmatch("/".join(f"{digit}{{{width}}}" for width in order), value) is not None

    def _date(self, value: str) -> bool:
        language = self.reader.language
        weekday, months = get_day_names(locale=language), self._calendar or get_month_names(locale=language).values()
        era = " هـ" if self._calendar is HIJRI else ""
        pattern = rf"({_any(weekday.values())}) {self._digit}{{1,2}} ({_any(months)})( {self._digit}{{4}}{era})?"
        return re.fullmatch(pattern, value) is not None

    def _end(self, value: str) -> bool:
        """One end of a span: without its weekday, where that is short enough to be understood."""
        months = self._calendar or get_month_names(locale=self.reader.language).values()
        return self._date(value) or re.fullmatch(rf"{self._digit}{{1,2}} ({_any(months)})", value) is not None

    def _month(self, value: str) -> bool:
        months = self._calendar or get_month_names(locale=self.reader.language).values()
        return re.fullmatch(rf"({_any(months)}) {self._digit}{{4}}", value) is not None

    def _decimal(self, value: str) -> bool:
        return re.fullmatch(rf"{self._digit}+[.٫]{self._digit}", value) is not None

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
def _forms(language: str) -> frozenset[str]:
    return frozenset(form for forms in entries(language).values() for form in forms)


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
