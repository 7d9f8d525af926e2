"""Who resolves disputes outside the organisation, as its file and the packs of the countries name them (ISO 10003).

A pack lists who there is in a country, with the source of every figure; the organisation's file chooses one pack and
adds its own.
"""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from backoffice.organisation_file import Code, Count, Language, OrganisationError, Part, Words, first_problem

FOLDER = Path(__file__).with_name("providers")
NAMED = "named."  # begins the code of a mediator whom a customer named, who stands in no file

Method = Literal["facilitative", "advisory", "determinative"]
Binding = Literal["none", "organisation", "both"]
Payer = Literal["free", "organisation", "shared", "customer"]
ProviderType = Literal[
    "mediator",
    "conciliator",
    "odr_platform",
    "expert",
    "independent_legal_adviser",
    "ombudsman",
    "trade_body",
    "consumer_association",
    "internal_arbitration_board",
    "arbitration_centre",
    "authority",
    "dispute_council",
    "court",
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Flag = Annotated[bool, Field(strict=True)]


class Provider(Part):
    """A third party to whom a dispute can go: what ISO 10003, annex J asks about it before it is chosen.

    `binding`: whom a decision binds, where it decides. `consent`: it acts only if both sides agree, and gets the file
    through us; without, it is a body that the customer can turn to anyway. `binds_us`: the law or a contract obliges
    the organisation to take part. `days`: how long it takes, in calendar days; `time` says it in words. `countries`,
    `sectors` and `languages`: its reach; empty is any. `least` and `most`: amounts in the organisation's currency.
    `needs`: what it wants to see; `interests`: what it declared about its independence; `source`: where the figures
    come from, for the staff.
    """

    code: Code
    type: ProviderType
    words: Words
    methods: Annotated[tuple[Method, ...], Field(min_length=1, max_length=3)]
    binding: Binding = "none"
    consent: Flag
    payer: Payer = "organisation"
    cost: Words | None = None
    time: Words | None = None
    days: Count | None = None
    countries: tuple[Country, ...] = ()
    sectors: tuple[Code, ...] = ()
    languages: tuple[Language, ...] = ()
    least: Count | None = None
    most: Count | None = None
    business: Literal["any", "only", "never"] = "any"
    contact: str = ""
    url: Annotated[str, StringConstraints(pattern=r"^(https://\S+)?$")] = ""
    needs: Words | None = None
    interests: Words | None = None
    source: str = ""
    binds_us: Flag = False

    @property
    def independent(self) -> bool:
        """A board of the organisation's own people is not, and customers are told so."""
        return self.type != "internal_arbitration_board"

    @property
    def named(self) -> bool:
        """Whether a customer named it for their own dispute: nothing is known of it but how it can be reached."""
        return self.code.startswith(NAMED)

    def reaches(self, country: str, sector: str) -> bool:
        """Whether it is there for organisations of this country and this sector."""
        return (not self.countries or country in self.countries) and (not self.sectors or sector in self.sectors)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "Provider":
        if len(set(self.methods)) < len(self.methods):
            raise ValueError("names a method twice")
        if "determinative" in self.methods and self.binding == "none":
            raise ValueError("decides, so binding must say whom a decision binds: organisation or both")
        if "determinative" not in self.methods and self.binding != "none":
            raise ValueError("decides nothing, so it binds nobody; leave binding out")
        if self.least and self.most and self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Sourced(Provider):
    """An entry of a pack, which others rely on: a figure without its source has no place there."""

    @model_validator(mode="after")
    def _says_where_it_comes_from(self) -> "Sourced":
        if (self.days or self.time or self.cost) and not self.source:
            raise ValueError("names a figure without its source")
        return self


class Pack(Part):
    """`countries` are those of every provider that names none."""

    countries: tuple[Country, ...] = ()
    providers: Annotated[tuple[Sourced, ...], Field(min_length=1)]


def packs() -> list[str]:
    """The codes of the packs there are."""
    return sorted(each.stem.upper() for each in FOLDER.glob("*.toml"))


def pack(code: str) -> tuple[Provider, ...]:
    """Who there is by a pack. Raises OrganisationError."""
    return _read(FOLDER / f"{code.lower()}.toml")


@cache
def _read(path: Path) -> tuple[Provider, ...]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise OrganisationError(path, "file", f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise OrganisationError(path, "file", f"is not TOML: {error}") from error
    try:
        read = Pack.model_validate(data)
    except ValidationError as error:
        raise OrganisationError(path, *first_problem(error, data)) from error
    for code, count in Counter(each.code for each in read.providers).items():
        if count > 1:
            raise OrganisationError(path, f"providers[{code}]", "stands there twice")
    return tuple(each.model_copy(update={"countries": each.countries or read.countries}) for each in read.providers)


def _known(code: str) -> str:
    if code not in packs():
        raise ValueError(f'there is no pack "{code}"; there are {", ".join(packs())}')
    return code


class Disputes(Part):
    """How disputes go outside: whom the organisation works with, and from which amount (in its currency) a dispute with
    another business is important. `negotiation`: it offers to talk directly first."""

    pack: Annotated[str, AfterValidator(_known)]
    sector: Code
    important_from: Count
    negotiation: Flag
