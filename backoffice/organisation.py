"""The organisation's own settings, read once from its TOML file and refused with file, key and reason."""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Annotated, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PrivateAttr, StringConstraints, ValidationError

from backoffice.calendar import Calendar, CalendarError, Hours
from backoffice.organisation_file import (
    CODES,
    MAY_BE_NONE,
    Assessment,
    Category,
    CategoryGroup,
    Cause,
    CauseGroup,
    Count,
    DelayReason,
    Department,
    Form,
    Language,
    Legal,
    Limit,
    Limits,
    Part,
    Remedy,
    Reminders,
    Route,
    Unit,
    Words,
    first_problem,
)
from backoffice.working_time import WorkingTime

DEFAULT = Path(__file__).with_name("organisation.toml")

PROMISES: dict[str, Unit] = {
    "final_response": "bd",
    "review_decision": "bd",
    "cap": "cd",
    "review": "cd",
    "late_review": "cd",
    "external": "cd",
    "mediation": "cd",
    "reopen": "cd",
    "draft_expiry": "cd",
}
"""Clocks that legal texts may name as `{<clock>_days}`, and the kind of days that these are."""

MEDIUM = "medium"


class OrganisationError(Exception):
    """The file cannot be used: which file, where in it, and why, in one line."""

    def __init__(self, file: Path, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason


@dataclass(frozen=True, slots=True)
class LegalText:
    """What somebody agrees to. `version` changes with the words of any language and with the values."""

    kind: str
    language: str
    version: str
    body: str
    values: Mapping[str, int | str]

    def fill(self, number: Callable[[int], str] = str) -> str:
        """The text as it is shown; `number` writes a number in the reader's digits."""
        shown = {k: number(v) if isinstance(v, int) else v for k, v in self.values.items()}
        return self.body.format_map(shown)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(f'"{name}" is no time zone; write one such as Asia/Tehran') from None
    return name


class Organisation(Part):
    """Everything an organisation decides for itself.

    Codes that a stranger may send are looked up with None for an answer; for the others KeyError is a defect.
    """

    name: Words
    contact: Words
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    default_language: Language
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    time_zone: Annotated[str, AfterValidator(_zone)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    capacity: Count
    retention_years: Count
    form: Form
    working_time: WorkingTime = Field(alias="calendar")
    departments: Annotated[tuple[Department, ...], Field(min_length=1)]
    category_groups: Annotated[tuple[CategoryGroup, ...], Field(min_length=1, max_length=8)]
    remedies: Annotated[tuple[Remedy, ...], Field(min_length=1)]
    wish_codes: Annotated[tuple[str, ...], Field(alias="wishes", min_length=1, max_length=8)]
    root_cause_groups: Annotated[tuple[CauseGroup, ...], Field(min_length=1, max_length=12)]
    severities: dict[str, Words]
    decisions: dict[str, Words]
    closure_reasons: dict[str, Words]
    channels: dict[str, Words]
    roles: dict[str, Words]
    delay_reasons: Annotated[tuple[DelayReason, ...], Field(min_length=1, max_length=8)]
    assessment: Assessment
    reminders: Reminders
    deadlines: dict[str, Limits]
    windows: dict[str, Limits]
    external: Annotated[tuple[Route, ...], Field(min_length=1)]
    legal_texts: Legal = Field(alias="legal")
    _days: dict[date, Hours] = PrivateAttr(default_factory=dict)

    # -------------------------------------------------------------- lists

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        return tuple(each for group in self.category_groups for each in group.categories)

    @cached_property
    def root_causes(self) -> tuple[Cause, ...]:
        return tuple(each for group in self.root_cause_groups for each in group.causes)

    @cached_property
    def wishes(self) -> tuple[Remedy, ...]:
        """What a customer may ask for; staff choose from all `remedies`."""
        return tuple(self.remedy(code) for code in self.wish_codes)

    def category_group(self, code: str) -> CategoryGroup | None:
        return _find(self.category_groups, code)

    def category(self, code: str) -> Category | None:
        return _find(self.categories, code)

    def department(self, code: str) -> Department:
        return _get(self.departments, code)

    def find_remedy(self, code: str) -> Remedy | None:
        return _find(self.remedies, code)

    def remedy(self, code: str) -> Remedy:
        return _get(self.remedies, code)

    def delay_reason(self, code: str) -> DelayReason | None:
        return _find(self.delay_reasons, code)

    def root_cause(self, code: str) -> Cause:
        return _get(self.root_causes, code)

    # -------------------------------------------------------------- time

    @cached_property
    def calendar(self) -> Calendar:
        of_file = self.file_calendar
        return replace(of_file, exceptions={**of_file.exceptions, **self._days})

    @cached_property
    def file_calendar(self) -> Calendar:
        """Without the days that were set by hand."""
        return self.working_time.calendar(ZoneInfo(self.time_zone))

    @property
    def days(self) -> Mapping[date, Hours]:
        """The hours that were set by hand, over those of the file; no hours at all is a closed day."""
        return self._days

    def with_days(self, days: Mapping[date, Hours]) -> "Organisation":
        """The same organisation with these days set by hand instead."""
        laid_over = self.model_copy()
        laid_over._days = dict(days)  # noqa: SLF001 - it is one of us
        vars(laid_over).pop("calendar", None)  # a copy takes over what was computed before
        return laid_over

    def limit(self, clock: str, severity: str | None) -> Limit:
        """The medium one if there is no severity. LookupError where the organisation sets no such limit."""
        limits = self.deadlines[clock] if clock in self.deadlines else self.windows[clock]
        limit = limits.by_severity()[severity or MEDIUM]
        if limit is None:
            raise LookupError(f"no {clock} for {severity}")
        return limit

    def due(self, clock: str, severity: str | None, start: datetime) -> datetime:
        """When a clock that starts now runs out.

        Calendar days of a window, which belong to the customer or to a third party, end with the day;
        those of a deadline, which is the organisation's own, never end outside its working time.
        """
        return self.end(clock, self.limit(clock, severity), start)

    def half(self, clock: str, severity: str | None) -> Limit:
        """The limit for a case that comes back: half the time, but no less than two business days."""
        limit = self.limit(clock, severity)
        return Limit(max((limit.amount + 1) // 2, 2 if limit.unit == "bd" else 1), limit.unit)

    def expired_before(self, window: str, severity: str | None, now: datetime) -> datetime:
        """What started before this is over now; the inverse of `due` for windows in calendar days."""
        limit = self.limit(window, severity)
        if window not in self.windows or limit.unit != "cd":
            raise ValueError(f"{window} is no window in calendar days")
        return self.calendar.calendar_days_ago(now, limit.amount)

    def end(self, clock: str, limit: Limit, start: datetime) -> datetime:
        """When this much time of that clock is over."""
        match limit.unit:
            case "min":
                return start + timedelta(minutes=limit.amount)
            case "h":
                return start + timedelta(hours=limit.amount)
            case "wh":
                return self.calendar.add_business_time(start, timedelta(hours=limit.amount))
            case "bd":
                return self.calendar.add_business_days(start, limit.amount)
            case "cd" if clock in self.windows:
                return self.calendar.add_calendar_days(start, limit.amount)
            case "cd":
                return self.calendar.settle(start + timedelta(days=limit.amount))

    # -------------------------------------------------------------- legal texts

    def legal_values(self, language: str) -> dict[str, int | str]:
        """What the placeholders of legal texts stand for. Days are those of a case of medium severity."""
        final = self.deadlines["final_response"].by_severity().values()
        days = {f"{clock}_days": self.limit(clock, MEDIUM).amount for clock in PROMISES}
        return {
            "organisation": self.name[language],
            "contact": self.contact[language],
            "retention_years": self.retention_years,
            "longest_final_response_days": max(each.amount for each in final if each and each.unit == "bd"),
            **days,
        }

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        values = [self.legal_values(language) for language in Words.model_fields]
        whole = {kind: json.dumps([text.model_dump(), values]) for kind, text in self.legal_texts}
        return {kind: hashlib.sha256(text.encode()).hexdigest()[:12] for kind, text in whole.items()}

    def legal(self, kind: str, language: str) -> LegalText:
        words: Words = dict(self.legal_texts)[kind]
        return LegalText(kind, language, self._versions[kind], words[language], self.legal_values(language))


def load(path: Path | None = None) -> Organisation:
    """The organisation of a file, or the one that ships. Raises OrganisationError."""
    path = path or DEFAULT
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise OrganisationError(path, "file", f"cannot be read: {error.strerror}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise OrganisationError(path, "file", f"is not TOML: {error}") from error
    try:
        organisation = Organisation.model_validate(data)
    except ValidationError as error:
        raise OrganisationError(path, *first_problem(error, data)) from error
    for key, reason in _contradictions(organisation):
        raise OrganisationError(path, key, reason)
    return organisation


# ------------------------------------------------------------------ what the shape alone does not show

Problem = tuple[str, str]
"""Key and reason."""


def _contradictions(organisation: Organisation) -> Iterator[Problem]:
    for check in (_languages, _codes, _repetitions, _references, _assessment, _limits, _calendar, _placeholders):
        yield from check(organisation)


def _languages(organisation: Organisation) -> Iterator[Problem]:
    if organisation.default_language not in organisation.languages:
        yield "default_language", "is not among the languages offered"
    if len(set(organisation.languages)) < len(organisation.languages):
        yield "languages", "names a language twice"


def _codes(organisation: Organisation) -> Iterator[Problem]:
    for section, expected in CODES.items():
        given = getattr(organisation, section)
        yield from ((f"{section}.{code}", "is missing") for code in expected if code not in given)
        yield from ((f"{section}.{code}", "unknown key") for code in given if code not in expected)


def _repetitions(organisation: Organisation) -> Iterator[Problem]:
    lists: dict[str, list[str]] = {
        "departments": [each.code for each in organisation.departments],
        "category_groups": [each.code for each in organisation.category_groups],
        "categories": [each.code for group in organisation.category_groups for each in group.categories],
        "remedies": [each.code for each in organisation.remedies],
        "wishes": list(organisation.wish_codes),
        "root_cause_groups": [each.code for each in organisation.root_cause_groups],
        "root_causes": [each.code for group in organisation.root_cause_groups for each in group.causes],
        "external": [each.code for each in organisation.external],
        "delay_reasons": [each.code for each in organisation.delay_reasons],
    }
    for section, codes in lists.items():
        yield from ((f"{section}[{code}]", "stands there twice") for code, n in Counter(codes).items() if n > 1)


def _references(organisation: Organisation) -> Iterator[Problem]:
    departments = {each.code for each in organisation.departments}
    remedies = {each.code for each in organisation.remedies}
    for category in organisation.categories:
        if category.department not in departments:
            yield f"categories[{category.code}].department", f'there is no department "{category.department}"'
    yield from (("wishes", f'there is no remedy "{code}"') for code in organisation.wish_codes if code not in remedies)


def _assessment(organisation: Organisation) -> Iterator[Problem]:
    rules = organisation.assessment
    if rules.high <= rules.medium:
        yield "assessment.high", "must begin above medium"
    if rules.high > (highest := rules.weights.highest()):
        yield "assessment.high", f"cannot be reached; with these weights the highest score is {highest}"
    for place, rule in enumerate(rules.critical):
        if rule.category and organisation.category(rule.category) is None:
            yield f"assessment.critical[{place}].category", f'there is no category "{rule.category}"'


def _limits(organisation: Organisation) -> Iterator[Problem]:
    for section in ("deadlines", "windows"):
        for clock, limits in getattr(organisation, section).items():
            if None in limits.by_severity().values() and clock not in MAY_BE_NONE:
                yield f"{section}.{clock}", '"none" is not possible here'
            promised = limits.medium and PROMISES.get(clock)
            if promised and limits.medium.unit != promised:
                yield f"{section}.{clock}.medium", f"legal texts promise it in days; use {promised}"


def _calendar(organisation: Organisation) -> Iterator[Problem]:
    try:
        _ = organisation.calendar
    except CalendarError as error:
        yield "calendar", str(error)
    except LookupError as error:
        yield "calendar.holidays", str(error.args[0])


def _placeholders(organisation: Organisation) -> Iterator[Problem]:
    known = organisation.legal_values("en")
    for kind in Legal.model_fields:
        for language in Words.model_fields:
            key = f"legal.{kind}.{language}"
            try:
                used = [name for _, name, *_ in Formatter().parse(getattr(organisation.legal_texts, kind)[language])]
            except ValueError as error:
                yield key, f"has a stray brace: {error}"
                continue
            yield from (
                (key, f"unknown placeholder {{{name}}}") for name in used if name is not None and name not in known
            )


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


T = TypeVar("T", bound=_Coded)


def _find(entries: tuple[T, ...], code: str) -> T | None:
    return next((each for each in entries if each.code == code), None)


def _get(entries: tuple[T, ...], code: str) -> T:
    found = _find(entries, code)
    if found is None:
        raise KeyError(code)
    return found
