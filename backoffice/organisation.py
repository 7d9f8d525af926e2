"""The organisation's own settings, read once from its TOML file and refused with file, key and reason."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PrivateAttr, StringConstraints, ValidationError

from backoffice import organisation_checks
from backoffice.answer_file import AnswerTemplate, Approval, Risks
from backoffice.calendar import Calendar, Hours
from backoffice.investigation_file import Checklist, InfoItem, ProcedureStep, fits
from backoffice.organisation_file import (
    MEDIUM,
    PROMISES,
    Assessment,
    Category,
    CategoryGroup,
    Cause,
    CauseGroup,
    Count,
    Department,
    Form,
    Item,
    Language,
    Learning,
    Legal,
    Limit,
    Limits,
    OrganisationError,
    Part,
    Reason,
    Remedy,
    Reminders,
    Satisfaction,
    Volume,
    Words,
    first_problem,
)
from backoffice.periods import Counting
from backoffice.provider_file import Disputes, Method, Provider, pack
from backoffice.scope_file import ScopeReason
from backoffice.words import native_digits
from backoffice.working_time import WorkingTime

DEFAULT = Path(__file__).with_name("organisation.toml")


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
    products: Annotated[tuple[Item, ...], Field(max_length=100)] = ()
    branches: Annotated[tuple[Item, ...], Field(max_length=100)] = ()
    info_items: Annotated[tuple[InfoItem, ...], Field(max_length=60)] = ()
    checklists: tuple[Checklist, ...] = ()
    remedies: Annotated[tuple[Remedy, ...], Field(min_length=1)]
    wish_codes: Annotated[tuple[str, ...], Field(alias="wishes", min_length=1, max_length=8)]
    root_cause_groups: Annotated[tuple[CauseGroup, ...], Field(min_length=1, max_length=12)]
    severities: dict[str, Words]
    decisions: dict[str, Words]
    closure_reasons: dict[str, Words]
    channels: dict[str, Words]
    roles: dict[str, Words]
    provider_types: dict[str, Words]
    methods: dict[str, Words]
    bindings: dict[str, Words]
    payers: dict[str, Words]
    consent_words: dict[str, Words]
    delay_reasons: Annotated[tuple[Reason, ...], Field(min_length=1, max_length=8)]
    refusal_reasons: Annotated[tuple[Reason, ...], Field(min_length=1, max_length=8)]
    scope_reasons: Annotated[tuple[ScopeReason, ...], Field(min_length=1, max_length=7)]
    assessment: Assessment
    reminders: Reminders
    learning: Learning
    satisfaction: Satisfaction
    volume: Volume = Field(alias="counting", default=Volume())
    deadlines: dict[str, Limits]
    windows: dict[str, Limits]
    disputes: Disputes
    own_providers: tuple[Provider, ...] = Field(alias="providers", default=())
    approval: Approval = Approval()
    answer_templates: Annotated[tuple[AnswerTemplate, ...], Field(max_length=40)] = ()
    risk_words: Risks = Risks()
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

    def group_of(self, category: str | None) -> str | None:
        return next((g.code for g in self.category_groups for each in g.categories if each.code == category), None)

    def wanted_for(self, category: str | None) -> tuple[InfoItem, ...]:
        """What customers are typically asked for in this category."""
        return tuple(each for each in self.info_items if fits(each.about, category, self.group_of(category)))

    def steps_for(self, category: str | None) -> tuple[ProcedureStep, ...]:
        """The steps of the handling in this category, in the order of the file."""
        group = self.group_of(category)
        return tuple(step for each in self.checklists if fits(each.about, category, group) for step in each.steps)

    def items(self, kind: str) -> tuple[Item, ...]:
        """Of a kind of `ITEMS`, as far as the file has any."""
        return {"product": self.products, "branch": self.branches}[kind]

    def item(self, kind: str, code: str) -> Item | None:
        return _find(self.items(kind), code)

    def department(self, code: str) -> Department:
        return _get(self.departments, code)

    def find_remedy(self, code: str) -> Remedy | None:
        return _find(self.remedies, code)

    def remedy(self, code: str) -> Remedy:
        return _get(self.remedies, code)

    def answer_template(self, code: str) -> AnswerTemplate | None:
        return _find(self.answer_templates, code)

    def delay_reason(self, code: str) -> Reason | None:
        return _find(self.delay_reasons, code)

    def scope_reason(self, code: str) -> ScopeReason | None:
        return _find(self.scope_reasons, code)

    def refusal_reason(self, code: str) -> Reason | None:
        return _find(self.refusal_reasons, code)

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """Who resolves disputes outside: the organisation's own first, then those of its pack that it does not replace.

        Raises OrganisationError for a pack that cannot be used; `load` asks first.
        """
        own = {each.code for each in self.own_providers}
        return (*self.own_providers, *(each for each in pack(self.disputes.pack) if each.code not in own))

    def find_root_cause(self, code: str) -> Cause | None:
        return _find(self.root_causes, code)

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
    def counting(self) -> Counting:
        """By what weeks, months and years its figures are."""
        return self.working_time.counting(ZoneInfo(self.time_zone))

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
        limit = self.find_limit(clock, severity)
        if limit is None:
            raise LookupError(f"no {clock} for {severity}")
        return limit

    def find_limit(self, clock: str, severity: str | None) -> Limit | None:
        """The same, or None where the organisation sets none."""
        limits = self.deadlines[clock] if clock in self.deadlines else self.windows[clock]
        return limits.by_severity()[severity or MEDIUM]

    def due(self, clock: str, severity: str | None, start: datetime) -> datetime:
        """When a clock that starts now runs out.

        Calendar days of a window, which belong to the customer or to a third party, end with the day;
        those of a deadline, which is the organisation's own, never end outside its working time.
        """
        return self.end(clock, self.limit(clock, severity), start)

    def half(self, clock: str, severity: str | None) -> Limit:
        return self.halved(self.limit(clock, severity))

    def halved(self, limit: Limit) -> Limit:
        """The limit for a case that comes back: half the time, but no less than two business days."""
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
        return {kind: _version(text, values) for kind, text in self.legal_texts}

    def legal(self, kind: str, language: str) -> LegalText:
        words: Words = dict(self.legal_texts)[kind]
        return LegalText(kind, language, self._versions[kind], words[language], self.legal_values(language))

    def consent_values(self, provider: Provider, method: Method, language: str) -> dict[str, int | str]:
        """What the placeholders of the consent stand for: who it is, what it does, whom it binds, what it costs, how
        long it takes (ISO 10003, annex C). The longest time is that of a case of medium severity."""
        words = {key: text[language] for key, text in self.consent_words.items()}
        binding = provider.binding if method == "determinative" else "none"
        longest = "determination" if method != "facilitative" else "mediation"
        known = words["within"].replace("{days}", native_digits(str(provider.days), language))
        usual = known if provider.days else words["no_time"]
        whose = "named" if provider.named else "independent" if provider.independent else "internal"
        costs = (self.payers[provider.payer], provider.cost)
        return {
            **self.legal_values(language),
            "provider": provider.words[language],
            "kind": words["named_kind"] if provider.named else self.provider_types[provider.type][language],
            "independence": words[whose],
            "interests": provider.interests[language] if provider.interests else words["no_interests"],
            "method": self.methods[method][language],
            "binding": self.bindings[binding][language],
            "cost": " ".join(each[language] for each in costs if each),
            "time": provider.time[language] if provider.time else usual,
            "longest_days": self.limit(longest, MEDIUM).amount,
            "needs": provider.needs[language] if provider.needs else words["no_needs"],
            "withdrawal": words["leave_bound" if binding == "both" else "leave_free"],
            "court": words["court_bound" if binding == "both" else "court_open"],
        }

    def consent(self, provider: Provider, method: Method, language: str) -> LegalText:
        """What both sides agree to before this provider begins. Its version changes with whatever it says."""
        text = self.legal_texts.consent
        values = [self.consent_values(provider, method, each) for each in Words.model_fields]
        version = _version(text, [provider.code, method, *values])
        return LegalText("consent", language, version, text[language], self.consent_values(provider, method, language))


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
    for key, reason in organisation_checks.contradictions(organisation):
        raise OrganisationError(path, key, reason)
    return organisation


# ------------------------------------------------------------------ codes and versions


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


def _version(text: Words, values: Sequence[object]) -> str:
    """Changes with the words of any language, and with the values."""
    return hashlib.sha256(json.dumps([text.model_dump(), values]).encode()).hexdigest()[:12]


T = TypeVar("T", bound=_Coded)


def _find(entries: tuple[T, ...], code: str) -> T | None:
    return next((each for each in entries if each.code == code), None)


def _get(entries: tuple[T, ...], code: str) -> T:
    found = _find(entries, code)
    if found is None:
        raise KeyError(code)
    return found
