"""What the organisation's file is made of: texts in three languages, limits and coded lists."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

Language = Literal["fa", "ar", "en"]
Unit = Literal["min", "h", "wh", "bd", "cd"]

SEVERITIES = ("critical", "high", "medium", "low")

CODES = {
    section: codes.split()
    for section, codes in {
        "severities": " ".join(SEVERITIES),
        "decisions": "upheld partly not_upheld",
        "closure_reasons": "resolved tacit not_upheld silent withdrawn no_info settled decided unresolved"
        " out_of_scope duplicate",
        "channels": "telegram phone email web in_person letter sms social messenger box account_manager regulator api",
        "roles": "frontline handler supervisor complaints_manager dispute_manager committee_chair"
        " seat_support seat_technical seat_operations seat_legal seat_quality seat_external alternate"
        " secretary legal account_manager top_management auditor resolver admin",
        "deadlines": "acknowledgement acknowledgement_by_staff unassigned_alarm assessment first_response"
        " final_response extension progress_update counter_answer implementation refund"
        " review_admissibility review_decision route_offer refusal_notice containment root_cause"
        " corrective_action effectiveness_check data_request late_answer escalation_step longest_rest"
        " next_sitting untouched opinion staff_statement",
        "windows": "draft_expiry invitation customer_info customer_answer customer_confirm shortest_answer reopen"
        " contest cap review late_review review_answer external_offer external negotiation consent provider_answer"
        " provider_cap challenge mediation_target mediation determination_target determination reflection"
        " first_question loyalty claim arrival",
        "provider_types": "mediator conciliator odr_platform expert independent_legal_adviser ombudsman trade_body"
        " consumer_association internal_arbitration_board arbitration_centre authority dispute_council court",
        "methods": "facilitative advisory determinative",
        "bindings": "none organisation both",
        "payers": "free organisation shared customer",
        "consent_words": "independent internal named named_kind no_interests no_needs no_time within leave_free"
        " leave_bound court_open court_bound",
    }.items()
}
"""Codes that the program itself relies on: each of these sections holds exactly its own."""

MAY_BE_NONE = ("containment", "root_cause", "untouched")
"""Deadlines that an organisation may switch off for a severity with the word "none"."""

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

ITEMS = ("product", "branch")
"""What a complaint may be about besides its category, where the file has any."""

MEDIUM = "medium"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$", max_length=32)]
Count = Annotated[int, Field(strict=True, ge=1)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """One text in the three languages."""

    fa: Text
    ar: Text
    en: Text

    def in_(self, language: str) -> str:
        text: str = {"fa": self.fa, "ar": self.ar, "en": self.en}[language]
        return text

    __getitem__ = in_


class Label(Words):
    """Words that fit a button of a phone."""

    fa: ShortText
    ar: ShortText
    en: ShortText


class Document(Words):
    """Words that fit one message, with room for what the placeholders bring."""

    fa: LongText
    ar: LongText
    en: LongText


# ------------------------------------------------------------------ limits


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time. `min` and `h` run round the clock, `wh` are working hours, `bd` business days
    that end at the close of business, `cd` calendar days."""

    amount: int
    unit: Unit


def parse_limit(text: object) -> Limit | None:
    """`"3 bd"`, or `"none"` for no limit at all."""
    if isinstance(text, Limit) or text in ("none", None):
        return text if isinstance(text, Limit) else None
    amount, _, unit = str(text).partition(" ")
    if unit not in get_args(Unit) or not amount.isascii() or not amount.isdecimal() or not int(amount):
        raise ValueError(f'"{text}" is no limit; write a number and {", ".join(get_args(Unit))}, as in "3 bd"')
    return Limit(int(amount), unit)  # type: ignore[arg-type]  # it is one of get_args(Unit)


Parsed = Annotated[Limit | None, BeforeValidator(parse_limit)]


class Limits(Part):
    """One limit for each severity; in the file either a table or, if they are all alike, one text."""

    critical: Parsed
    high: Parsed
    medium: Parsed
    low: Parsed

    @model_validator(mode="before")
    @classmethod
    def _alike(cls, value: Any) -> Any:
        return dict.fromkeys(SEVERITIES, parse_limit(value)) if isinstance(value, str) else value

    def by_severity(self) -> dict[str, Limit | None]:
        return {"critical": self.critical, "high": self.high, "medium": self.medium, "low": self.low}


# ------------------------------------------------------------------ assessment

WORST = 3  # each criterion but the need for immediate action is answered from 0 to this
Level = Annotated[int, Field(strict=True, ge=0, le=WORST)]
Weight = Annotated[int, Field(strict=True, ge=0)]


class Weights(Part):
    """How often each criterion counts in the score."""

    severity: Weight
    safety: Weight
    complexity: Weight
    impact: Weight

    def highest(self) -> int:
        """The score of a complaint that is at its worst in everything."""
        return WORST * (self.severity + self.safety + self.complexity + self.impact)


class CriticalRule(Part):
    """Makes a complaint critical whatever its score, where all of this holds: each criterion at least so high."""

    category: Code | None = None
    immediate: Annotated[bool, Field(strict=True)] = False
    severity: Level = 0
    safety: Level = 0
    complexity: Level = 0
    impact: Level = 0

    @model_validator(mode="after")
    def _says_something(self) -> "CriticalRule":
        if self == CriticalRule.model_construct():
            raise ValueError("holds for every complaint; name a category or what a criterion must reach")
        return self


class Assessment(Part):
    """From the five criteria of ISO 10002, 7.5 to a severity: `high` and `medium` are the scores they begin at."""

    weights: Weights
    high: Count
    medium: Count
    critical: Annotated[tuple[CriticalRule, ...], Field(min_length=1)]


# ------------------------------------------------------------------ reminders


def interval(text: object) -> tuple[time, time]:
    """`"09:00-17:00"`; 24:00 is midnight."""
    opening, _, closing = str(text).partition("-")
    try:
        return time.fromisoformat(opening), time.min if closing == "24:00" else time.fromisoformat(closing)
    except ValueError:
        raise ValueError(f'"{text}" is no working time; write "09:00-17:00"') from None


Percent = Annotated[int, Field(strict=True, ge=1, le=99)]
Percents = Annotated[tuple[Percent, ...], Field(min_length=1, max_length=5)]


class Reminders(Part):
    """When people are reminded: `warn` at this part of a limit of ours, the others at these parts of their windows;
    complainants only within `hours` of the day."""

    warn: Percent
    customer_info: Percents
    customer_answer: Percents
    customer_confirm: Percents
    review_answer: Percents
    external_offer: Percents
    consent: Percents
    reflection: Percents
    hours: Annotated[tuple[time, time], BeforeValidator(interval)]

    @model_validator(mode="after")
    def _in_order(self) -> "Reminders":
        for name in type(self).model_fields:
            steps = getattr(self, name)
            if name not in ("warn", "hours") and list(steps) != sorted(set(steps)):
                raise ValueError(f"{name} must rise")
        if self.hours[1] != time.min and self.hours[1] <= self.hours[0]:
            raise ValueError("hours end before they begin")
        return self


# ------------------------------------------------------------------ learning


class Volume(Part):
    """What complaints are set against (ISO 10004). `customers`: how many there are, or orders in a usual month; without
    it the rate of complaints is not measured."""

    customers: Count | None = None


class Learning(Part):
    """What is made of complaints (ISO 10002, 8). `effective_percent`: a corrective action has helped when what it is
    about happens at most this often, of how often it happened before. `on_time_percent`: how many of all answers are
    to be in time; digests show it beside what was reached. `recurs_from`: a cause that came up so often in a month is
    no accident any more. `hour_cost`: what an hour of handling costs, in whole units of the organisation's currency; 0:
    time is not valued."""

    effective_percent: Percent
    on_time_percent: Percent
    recurs_from: Count
    hour_cost: Annotated[int, Field(strict=True, ge=0, le=10**12)]


# ------------------------------------------------------------------ satisfaction


class Satisfaction(Part):
    """From which score downwards those who answer for a case hear of it at once: of 1 to 5, and of 0 to 10."""

    low_score: Annotated[int, Field(strict=True, ge=1, le=4)]
    low_loyalty: Annotated[int, Field(strict=True, ge=0, le=9)]


# ------------------------------------------------------------------ lists


class Department(Part):
    code: Code
    words: Words


class Category(Part):
    """`about_process`: a complaint of it is about how another one was handled (guard 8)."""

    code: Code
    words: Label
    department: Code
    about_process: Annotated[bool, Field(strict=True)] = False


class CategoryGroup(Part):
    code: Code
    words: Label
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=7)]


class Item(Part):
    """A product or service, or a branch, and the department that can change what complaints of it are about."""

    code: Code
    words: Label
    department: Code


class Remedy(Part):
    """`to_carry_out`: somebody has to do it and show that it is done, unlike an apology. `pays_back`: it is money that
    goes back, for which there is a limit of its own. `needs_name`: it cannot be done for somebody who stays anonymous;
    if nothing is said, what somebody has to carry out cannot."""

    code: Code
    words: Label
    to_carry_out: Annotated[bool, Field(strict=True)]
    pays_back: Annotated[bool, Field(strict=True)] = False
    needs_name: Annotated[bool, Field(strict=True)] | None = None


class Reason(Part):
    """Why an answer is late, or a way outside is declined: on the button of the staff, and as the customer is told."""

    code: Code
    words: Label
    told: Words


class Cause(Part):
    code: Code
    words: Words


class CauseGroup(Part):
    code: Code
    words: Label
    causes: Annotated[tuple[Cause, ...], Field(min_length=1, max_length=7)]


class Form(Part):
    """`min_text` is asked about once and never refused; `max_files` is for one complaint."""

    min_text: Count
    max_files: Count


class Legal(Part):
    """What people are shown and agree to; `{placeholders}` are those of `Organisation.legal_values`, and in `consent`,
    which both sides give before somebody outside begins, those of `Organisation.consent_values`."""

    privacy: Document
    policy: Document
    rights: Document
    consent: Document


# ------------------------------------------------------------------ what is wrong with a file


class OrganisationError(Exception):
    """A file cannot be used: which file, where in it, and why, in one line."""

    def __init__(self, file: Path, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason


REASONS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "too_short": "needs at least {min_length}",
    "too_long": "has {actual_length} entries; {max_length} are allowed",
    "value_error": "{error}",
    "literal_error": "must be one of {expected}",
}


def first_problem(error: ValidationError, data: Any) -> tuple[str, str]:
    """Key and reason of the first thing that is wrong."""
    first = error.errors()[0]
    known = REASONS.get(first["type"])
    reason = known.format_map(first.get("ctx", {})) if known else first["msg"].replace("Input should", "should")
    return _key(first["loc"], data), reason


def _key(loc: tuple[int | str, ...], data: Any) -> str:
    """`category_groups[delivery].words.fa`: an entry of a list goes by its code if it has one."""
    key = ""
    for step in loc:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) else None
            key += f"[{data.get('code', step) if isinstance(data, dict) else step}]"
        elif step != "[key]":
            data = data.get(step) if isinstance(data, dict) else None
            key += f".{step}"
    return key.removeprefix(".")
