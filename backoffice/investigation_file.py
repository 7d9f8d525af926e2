"""What the organisation's file says of investigations: what customers are asked for, and the steps of a case."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from backoffice.organisation_file import Code, Label, Part, Words

if TYPE_CHECKING:
    from backoffice.organisation import Organisation

ItemCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=24)]  # it has to fit into a button
Places = Annotated[tuple[Code, ...], Field(min_length=1)]


class InfoItem(Part):
    """Something that customers can be asked for with one tap. `about`: categories, or groups of them, for which it is
    offered; without it for all."""

    code: ItemCode
    words: Label
    about: Places | None = None


class ProcedureStep(Part):
    """A step of the handling. `mandatory`: no answer goes before it is ticked."""

    code: ItemCode
    words: Words
    mandatory: Annotated[bool, Field(strict=True)] = False


class Checklist(Part):
    """The steps for these categories, or groups of them."""

    about: Places
    steps: Annotated[tuple[ProcedureStep, ...], Field(min_length=1, max_length=12)]


def fits(about: Sequence[str] | None, category: str | None, group: str | None) -> bool:
    return about is None or category in about or group in about


def version_of(steps: Sequence[ProcedureStep]) -> str:
    """Changes with any word of any step; "" where there is none."""
    if not steps:
        return ""
    said = json.dumps([each.model_dump() for each in steps], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def contradictions(organisation: "Organisation") -> Iterator[tuple[str, str]]:
    """Key and reason of what leads nowhere, or stands there twice."""
    yield from _repeated(organisation)
    known = {each.code for each in organisation.categories} | {each.code for each in organisation.category_groups}
    places = {f"info_items[{each.code}].about": each.about or () for each in organisation.info_items}
    places |= {f"checklists[{place}].about": each.about for place, each in enumerate(organisation.checklists)}
    for key, about in places.items():
        yield from ((key, f'there is no category or group "{code}"') for code in about if code not in known)


def _repeated(organisation: "Organisation") -> Iterator[tuple[str, str]]:
    items = Counter(each.code for each in organisation.info_items)
    yield from ((f"info_items[{code}]", "stands there twice") for code, count in items.items() if count > 1)
    for category in organisation.categories:
        steps = Counter(each.code for each in organisation.steps_for(category.code))
        twice = (code for code, count in steps.items() if count > 1)
        yield from (("checklists", f'has step "{code}" twice for category "{category.code}"') for code in twice)
