"""What the shape of the organisation's file alone does not show: codes that lead nowhere, limits that cannot be."""

from collections import Counter
from collections.abc import Iterator, Sequence
from string import Formatter
from typing import TYPE_CHECKING

from backoffice import answer_file, investigation_file
from backoffice.calendar import CalendarError
from backoffice.organisation_file import CODES, MAY_BE_NONE, PROMISES, Category, Item, Legal, Words
from backoffice.provider_file import pack

if TYPE_CHECKING:
    from backoffice.organisation import Organisation

Problem = tuple[str, str]
"""Key and reason."""


def contradictions(organisation: "Organisation") -> Iterator[Problem]:
    """What is wrong with a file whose parts are each in order."""
    for check in (
        _languages,
        _codes,
        _repetitions,
        _references,
        _assessment,
        _limits,
        _calendar,
        _providers,
        _placeholders,
        investigation_file.contradictions,
        answer_file.contradictions,
    ):
        yield from check(organisation)


def _languages(organisation: "Organisation") -> Iterator[Problem]:
    if organisation.default_language not in organisation.languages:
        yield "default_language", "is not among the languages offered"
    if len(set(organisation.languages)) < len(organisation.languages):
        yield "languages", "names a language twice"


def _codes(organisation: "Organisation") -> Iterator[Problem]:
    for section, expected in CODES.items():
        given = getattr(organisation, section)
        yield from ((f"{section}.{code}", "is missing") for code in expected if code not in given)
        yield from ((f"{section}.{code}", "unknown key") for code in given if code not in expected)


def _repetitions(organisation: "Organisation") -> Iterator[Problem]:
    lists: dict[str, list[str]] = {
        "departments": [each.code for each in organisation.departments],
        "category_groups": [each.code for each in organisation.category_groups],
        "categories": [each.code for group in organisation.category_groups for each in group.categories],
        "products": [each.code for each in organisation.products],
        "branches": [each.code for each in organisation.branches],
        "remedies": [each.code for each in organisation.remedies],
        "wishes": list(organisation.wish_codes),
        "root_cause_groups": [each.code for each in organisation.root_cause_groups],
        "root_causes": [each.code for group in organisation.root_cause_groups for each in group.causes],
        "providers": [each.code for each in organisation.own_providers],
        "delay_reasons": [each.code for each in organisation.delay_reasons],
        "scope_reasons": [each.code for each in organisation.scope_reasons],
        "answer_templates": [each.code for each in organisation.answer_templates],
        "refusal_reasons": [each.code for each in organisation.refusal_reasons],
    }
    for section, codes in lists.items():
        yield from ((f"{section}[{code}]", "stands there twice") for code, n in Counter(codes).items() if n > 1)


def _references(organisation: "Organisation") -> Iterator[Problem]:
    departments = {each.code for each in organisation.departments}
    remedies = {each.code for each in organisation.remedies}
    answered_for: dict[str, Sequence[Category | Item]] = {
        "categories": organisation.categories, "products": organisation.products, "branches": organisation.branches,
    }  # fmt: skip
    for section, entries in answered_for.items():
        for each in entries:
            if each.department not in departments:
                yield f"{section}[{each.code}].department", f'there is no department "{each.department}"'
    yield from (("wishes", f'there is no remedy "{code}"') for code in organisation.wish_codes if code not in remedies)


def _assessment(organisation: "Organisation") -> Iterator[Problem]:
    rules = organisation.assessment
    if rules.high <= rules.medium:
        yield "assessment.high", "must begin above medium"
    if rules.high > (highest := rules.weights.highest()):
        yield "assessment.high", f"cannot be reached; with these weights the highest score is {highest}"
    for place, rule in enumerate(rules.critical):
        if rule.category and organisation.category(rule.category) is None:
            yield f"assessment.critical[{place}].category", f'there is no category "{rule.category}"'


def _limits(organisation: "Organisation") -> Iterator[Problem]:
    for section in ("deadlines", "windows"):
        for clock, limits in getattr(organisation, section).items():
            if None in limits.by_severity().values() and clock not in MAY_BE_NONE:
                yield f"{section}.{clock}", '"none" is not possible here'
            promised = limits.medium and PROMISES.get(clock)
            if promised and limits.medium.unit != promised:
                yield f"{section}.{clock}.medium", f"legal texts promise it in days; use {promised}"


def _calendar(organisation: "Organisation") -> Iterator[Problem]:
    try:
        _ = organisation.calendar
    except CalendarError as error:
        yield "calendar", str(error)
    except LookupError as error:
        yield "calendar.holidays", str(error.args[0])


def _providers(organisation: "Organisation") -> Iterator[Problem]:
    """Raises OrganisationError for a pack that cannot be used."""
    country, sector = organisation.country, organisation.disputes.sector
    if not any(each.reaches(country, sector) for each in pack(organisation.disputes.pack)):
        yield "disputes.pack", f'nobody in it is there for country "{country}" and sector "{sector}"'


def _placeholders(organisation: "Organisation") -> Iterator[Problem]:
    example = organisation.providers[0]
    usual, consent = organisation.legal_values("en"), organisation.consent_values(example, example.methods[0], "en")
    for language in Words.model_fields:
        if "{days}" not in organisation.consent_words["within"][language]:
            yield f"consent_words.within.{language}", "needs {days}, which stands for the number"
    for kind in Legal.model_fields:
        known = consent if kind == "consent" else usual
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
