"""Who there is: persons, the staff among them, invitations to join, and the groups of departments."""

from datetime import datetime

from sqlalchemy import JSON, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big, encrypted, key
from storage.crypto import lookup


class Person(SQLModel, table=True):
    """Somebody whom the bot has met, or whose complaint a colleague wrote down: then there is no messenger's id yet.

    The messenger's id is encrypted; its keyed hash finds the row.
    """

    id: int = key()
    telegram_hash: int | None = big(default=None, unique=True)
    telegram_id: int | None = encrypted("person.telegram_id")
    name: str | None = encrypted("person.name")
    language: str | None = None
    native_digits: bool = True
    hijri: bool = False
    unreachable_since: datetime | None = None
    first_seen: datetime


class Staff(SQLModel, table=True):
    """A person's place in the organisation. `categories` empty means all of the department's.

    A resolver is no part of it: they come from the `provider` of this code, and see only what is put before them.
    """

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    roles: list[str] = Field(sa_type=JSON)
    department: str | None = None
    categories: list[str] = Field(default_factory=list, sa_type=JSON)
    languages: list[str] = Field(sa_type=JSON)
    capacity: int
    provider: str | None = None
    away_since: datetime | None = None
    last_assigned_at: datetime | None = None
    joined_at: datetime
    left_at: datetime | None = None


class Invitation(SQLModel, table=True):
    """A one-time link; the token itself is never stored. With an `account_id` it is for somebody of that business
    customer, and `roles` is what they may do there."""

    id: int = key()
    token_hash: int = big(unique=True)
    roles: list[str] = Field(sa_type=JSON)
    department: str | None = None
    categories: list[str] = Field(default_factory=list, sa_type=JSON)
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    capacity: int
    provider: str | None = None
    account_id: int | None = Field(default=None, foreign_key="account.id")
    invited_by: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = Field(default=None, foreign_key="person.id")


class AlarmGroup(SQLModel, table=True):
    """The group of a messenger in which a department is alarmed. `lane` is the keyed hash of the chat."""

    __tablename__ = "alarm_group"

    department: str = Field(primary_key=True)
    lane: int = big(index=True)
    chat_id: int = encrypted("alarm_group.chat_id")
    bound_by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


_WHO = (
    select(Person, Staff)
    .join(Staff, (col(Staff.person_id) == Person.id) & col(Staff.left_at).is_(None), isouter=True)
    .where(Person.telegram_hash == bindparam("hash"))
)


def who_is(db: Session, telegram_id: int) -> tuple[Person, Staff | None] | None:
    """The person of this messenger id, and their place in the organisation if they hold one now."""
    found = db.exec(_WHO, params={"hash": lookup("person", telegram_id)}).first()
    return (found[0], found[1]) if found else None


def person_by_telegram(db: Session, telegram_id: int) -> Person | None:
    return db.exec(select(Person).where(Person.telegram_hash == lookup("person", telegram_id))).first()


def lane_of(person: Person) -> int:
    """Where what is said to this person stands in line: the chat, or, without one, what colleagues pass on by hand."""
    return lookup("by_hand", person.id) if person.telegram_id is None else lookup("chat", person.telegram_id)


def staff_of(db: Session, person_id: int) -> Staff | None:
    """The person's place in the organisation, if they hold one now."""
    staff = db.get(Staff, person_id)
    return staff if staff and staff.left_at is None else None


def colleague(db: Session, person_id: int | None) -> Person | None:
    """The person, if they hold a place in the organisation now. Who left is told nothing of a case, also of one that
    still names them as its owner."""
    return db.get(Person, person_id) if person_id and staff_of(db, person_id) else None


_STAFF = select(Staff).where(col(Staff.left_at).is_(None))
_TEAM = select(Staff, Person).join(Person, col(Person.id) == col(Staff.person_id)).where(col(Staff.left_at).is_(None))


def present_staff(db: Session) -> list[Staff]:
    return [staff for staff in all_staff(db) if staff.away_since is None]


def all_staff(db: Session) -> list[Staff]:
    return list(db.exec(_STAFF))


def team(db: Session) -> list[tuple[Staff, Person]]:
    """All staff, and who they are."""
    return [(staff, person) for staff, person in db.exec(_TEAM)]


def invitation_by_token(db: Session, token: str) -> Invitation | None:
    return db.exec(select(Invitation).where(Invitation.token_hash == lookup("invitation", token))).first()
