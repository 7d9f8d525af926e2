"""What the organisation's file says of answers: who approves them, words to begin with, which words tell of risk."""

from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from backoffice.organisation_file import Code, Label, Part, Text, Words

if TYPE_CHECKING:
    from backoffice.organisation import Organisation

RISKS = ("legal", "publicity")
PLACEHOLDERS = ("code", "name", "category", "product", "branch", "reference", "date", "received", "organisation")
"""What stands for something else in a template; `date` is today, `received` the day on which the complaint came."""

Need = Literal["severity", "not_upheld", "amount", "risk"]
Approver = Literal["supervisor", "complaints_manager", "top_management", "legal"]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
TemplateText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200)]


class Approval(Part):
    """Which answers somebody else must approve before they go (S7, T19), and by whom.

    `limits`: how much somebody of a role may give without asking, by currency; what is not named, or 0, has no limit.
    `if_nobody`: where there is nobody but the author, the answer is sent all the same, which is recorded, or waits.
    """

    needed_for: tuple[Need, ...] = ("severity", "amount", "risk")
    by: Annotated[tuple[Approver, ...], Field(min_length=1)] = (
        "supervisor",
        "complaints_manager",
        "top_management",
        "legal",
    )
    if_nobody: Literal["send", "wait"] = "send"
    limits: dict[str, dict[Currency, Annotated[Decimal, Field(ge=0)]]] = Field(default_factory=dict)


class TemplateWords(Words):
    """The reasons of an answer, with room for what their author adds."""

    fa: TemplateText
    ar: TemplateText
    en: TemplateText


class AnswerTemplate(Part):
    """Words to begin the reasons of an answer with; `categories` empty: whatever the complaint is about."""

    code: Code
    words: Label
    text: TemplateWords
    categories: tuple[Code, ...] = ()


class RiskWords(Part):
    """Words of a complainant that tell of a risk, by language; a `*` at the end of one stands for any ending."""

    fa: tuple[Text, ...] = ()
    ar: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Also those of the other languages: people mix them."""
        return (*self.fa, *self.ar, *self.en)


class Risks(Part):
    legal: RiskWords = RiskWords()
    publicity: RiskWords = RiskWords()


def contradictions(organisation: "Organisation") -> Iterator[tuple[str, str]]:
    """Key and reason of what is wrong with these parts of the file."""
    yield from (
        (f"approval.limits.{role}", "there is no such role")
        for role in organisation.approval.limits
        if role not in organisation.roles
    )
    for template in organisation.answer_templates:
        yield from _template(organisation, template)
    for risk in RISKS:
        for language, words in getattr(organisation.risk_words, risk):
            everywhere = (word for word in words if not word.rstrip("*").strip())
            yield from ((f"risk_words.{risk}.{language}", f'"{word}" would be found everywhere') for word in everywhere)


def _template(organisation: "Organisation", template: AnswerTemplate) -> Iterator[tuple[str, str]]:
    key = f"answer_templates[{template.code}]"
    for category in template.categories:
        if organisation.category(category) is None:
            yield f"{key}.categories", f'there is no category "{category}"'
    for language in TemplateWords.model_fields:
        yield from _placeholders(f"{key}.text.{language}", template.text[language])


def _placeholders(key: str, text: str) -> Iterator[tuple[str, str]]:
    try:
        used = list(Formatter().parse(text))
    except ValueError as error:
        yield key, f"has a stray brace: {error}"
        return
    for _text, name, form, conversion in used:
        if name is not None and name not in PLACEHOLDERS:
            yield key, f"unknown placeholder {{{name}}}; known are {', '.join(PLACEHOLDERS)}"
        elif form or conversion:
            yield key, f"{{{name}}} stands by itself, without a format"
