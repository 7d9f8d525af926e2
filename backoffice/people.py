"""People: recognised when they write, invited and joined as staff, away and back, what they agreed to."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from backoffice import errors, inquiries, rights, tasks
from backoffice.rights import Role
from backoffice.words import tidy
from backoffice.work import Actor, Work
from storage import crypto, people
from storage.consents import Consent, consented
from storage.people import Invitation, Person, Staff

TOKEN_BYTES = 24
MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Post:
    """What an invited person will be. `categories` empty: all of the department's; `department` None: all. `provider`:
    for whom a resolver works; they hold no other role, or nobody could call them independent (ISO 10003, 4.9)."""

    roles: list[str]
    department: str | None = None
    categories: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    capacity: int | None = None
    provider: str | None = None


def recognise(work: Work, telegram_id: int) -> Person:
    """Make whoever writes the actor. Nothing but the id is kept of a stranger."""
    found = people.who_is(work.db, telegram_id)
    if found is not None:
        work.actor = Actor(*found)
        return found[0]
    person = Person(telegram_hash=crypto.lookup("person", telegram_id), telegram_id=telegram_id, first_seen=work.now)
    work.db.add(person)
    work.db.flush()
    work.actor = Actor(person)
    return person


def set_language(work: Work, language: str) -> None:
    if language not in work.organisation.languages:
        raise errors.Invalid(what="unknown_choice")
    _person(work).language = language


def set_digits(work: Work, native: bool) -> None:
    _person(work).native_digits = native


def set_hijri(work: Work, hijri: bool) -> None:
    _person(work).hijri = hijri


def agree(work: Work, kind: str, version: str, language: str, shown: str) -> None:
    """Keep a consent exactly as shown; its digest goes into the audit log."""
    legal = work.organisation.legal(kind, language)
    if version != legal.version:
        raise errors.Stale()
    if consented(work.db, work.actor.id or 0, kind, version):
        return
    digest = hashlib.sha256(shown.encode()).hexdigest()
    work.db.add(
        Consent(
            person_id=_person(work).id,
            kind=kind,
            version=version,
            language=language,
            text=shown,
            sha256=digest,
            at=work.now,
        )
    )
    work.record("consent.given", kind=kind, version=version, language=language, sha256=digest)


def has_agreed(work: Work, kind: str) -> bool:
    version = work.organisation.legal(kind, work.organisation.default_language).version
    return consented(work.db, work.actor.id or 0, kind, version)


def invite(work: Work, post: Post) -> str:
    """The token of a new one-time link; it is returned once and never stored."""
    if work.actor.person is not None:
        rights.require(work, "invite_resolver" if post.roles == [Role.RESOLVER] else "invite")
    _check(work, post)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_hash=crypto.lookup("invitation", token),
        roles=post.roles,
        department=post.department,
        categories=post.categories,
        languages=post.languages,
        capacity=post.capacity or work.organisation.capacity,
        provider=post.provider,
        invited_by=work.actor.id,
        created_at=work.now,
        expires_at=work.organisation.due("invitation", None, work.now),
    )
    work.db.add(invitation)
    work.db.flush()
    work.record("staff.invited", invitation=invitation.id, roles=post.roles, department=post.department)
    return token


def join(work: Work, token: str, name: str) -> Staff:
    """Take up a post. Who holds one already keeps it and adds the new roles."""
    invitation = people.invitation_by_token(work.db, token)
    if invitation is None or invitation.account_id is not None:  # that is for somebody of a business customer
        raise errors.InvitationRefused(why="unknown")
    if invitation.used_at is not None:
        raise errors.InvitationRefused(why="used")
    if invitation.expires_at <= work.now:
        raise errors.InvitationRefused(why="expired")
    person = _person(work)
    held = people.staff_of(work.db, person.id)
    if held is not None and (Role.RESOLVER in held.roles) != (Role.RESOLVER in invitation.roles):
        raise errors.InvitationRefused(why="not_independent")
    invitation.used_at, invitation.used_by = work.now, person.id
    person.name = tidy(name)[:MAX_NAME]
    staff = _take_up(work, person, invitation)
    work.actor = Actor(person, staff)
    work.record("staff.joined", invitation=invitation.id, roles=staff.roles, department=staff.department)
    return staff


def away(work: Work) -> None:
    """No new cases until /back; the cases that one holds stay, what one was given of others goes back."""
    rights.require(work, "be_away")
    staff = _staff(work)
    staff.away_since = work.now
    work.record("staff.away")
    inquiries.give_back(work, staff.person_id)
    tasks.give_back(work, staff.person_id)


def back(work: Work) -> None:
    rights.require(work, "be_away")
    _staff(work).away_since = None
    work.record("staff.back")


def name_of(work: Work, person_id: int | None) -> str | None:
    person = work.db.get(Person, person_id) if person_id else None
    return person.name if person else None


def found_again(work: Work, person: Person) -> datetime | None:
    """The person writes again. Returns since when they could not be reached, if so."""
    since, person.unreachable_since = person.unreachable_since, None
    if since is not None:
        work.record("person.reachable", person=person.id)
    return since


def _take_up(work: Work, person: Person, invitation: Invitation) -> Staff:
    staff = work.db.get(Staff, person.id)
    if staff is None:
        staff = Staff(person_id=person.id, roles=[], languages=[], capacity=invitation.capacity, joined_at=work.now)
    kept = staff.roles if staff.left_at is None else []
    staff.joined_at = staff.joined_at if staff.left_at is None else work.now
    staff.roles = [*kept, *(role for role in invitation.roles if role not in kept)]
    staff.department = invitation.department
    staff.categories = list(invitation.categories)
    staff.languages = list(invitation.languages) or [person.language or work.organisation.default_language]
    staff.capacity = invitation.capacity
    staff.provider = invitation.provider
    staff.left_at = staff.away_since = None
    work.db.add(staff)
    work.db.flush()
    return staff


def _check(work: Work, post: Post) -> None:
    departments = {department.code for department in work.organisation.departments}
    wrong = (
        not post.roles
        or not set(post.roles) <= set(Role)
        or (Role.RESOLVER in post.roles) != (post.provider is not None)
        or (Role.RESOLVER in post.roles and len(post.roles) > 1)
        or (post.department is not None and post.department not in departments)
        or any(work.organisation.category(code) is None for code in post.categories)
        or not set(post.languages) <= set(work.organisation.languages)
    )
    if wrong:
        raise errors.Invalid(what="unknown_choice")


def _person(work: Work) -> Person:
    if work.actor.person is None:
        raise errors.NotAllowed(action="follow")
    return work.actor.person


def _staff(work: Work) -> Staff:
    if work.actor.staff is None:
        raise errors.NotAllowed(action="be_away")
    return work.actor.staff
