"""`sulh invite`: the way in for the first admin, and for everybody while no admin is there."""

import asyncio

from backoffice import errors, people
from backoffice.rights import Role
from bot.clock import Clock
from bot.config import Settings
from bot.identity import who_am_i
from bot.opening import open_office


class WrongUse(Exception):
    """A word that means nothing here; says which ones do."""


def invite(
    settings: Settings, roles: list[str], department: str | None, languages: list[str], capacity: int | None
) -> str:
    """The link. Raises WrongUse, ConfigError, OrganisationError."""
    _check("role", roles, [*Role])
    identity = asyncio.run(who_am_i(settings))
    office = open_office(settings, Clock())
    try:
        rules = office.organisation
        _check("department", [department] if department else [], [each.code for each in rules.departments])
        _check("language", languages, list(rules.languages))
        with office.work() as work:
            token = people.invite(work, people.Post(roles, department, languages=languages, capacity=capacity))
    except errors.Invalid as error:
        raise WrongUse(f"this invitation is refused: {error}") from None
    finally:
        office.engine.dispose()
    from bot.staff.joining import link  # with it comes aiogram, which a refusal need not wait for

    return link(identity.username, token)


def _check(kind: str, given: list[str], known: list[str]) -> None:
    for word in given:
        if word not in known:
            raise WrongUse(f"there is no {kind} {word!r}; choose from: {', '.join(known)}")
