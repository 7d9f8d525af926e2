"""Business customers: their accounts, what their contracts say, and who speaks for them."""

from datetime import datetime

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big, encrypted, key
from storage.crypto import lookup
from storage.people import Person

DECISION, REPORT, READ = "decision", "report", "read"  # what a contact may do with the cases of the account
THERE = text("left_at IS NULL")


class Account(SQLModel, table=True):
    """A business customer. `name_hash` finds it; `limits`: its own deadlines, as the organisation's file writes them
    (`final_response` → `3 bd`). What has ended stays, for its cases do."""

    id: int = key()
    name: str = encrypted("account.name")
    name_hash: int = big(index=True)
    contract: str | None = encrypted("account.contract")
    manager_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    limits: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    opened_at: datetime
    opened_by: int | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = None


class Clause(SQLModel, table=True):
    """What the contract says, as far as a complaint may turn on it. `binds`: to which method outside it binds both."""

    __tablename__ = "account_clause"

    id: int = key()
    account_id: int = Field(foreign_key="account.id", index=True)
    title: str = encrypted("account_clause.title")
    text: str = encrypted("account_clause.text")
    binds: str | None = None
    written_at: datetime
    written_by: int | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = None


class Contact(SQLModel, table=True):
    """Somebody of the business customer. `role`: DECISION, REPORT or READ."""

    __tablename__ = "account_contact"
    __table_args__ = (Index("ix_account_contact_person", "person_id", sqlite_where=THERE, postgresql_where=THERE),)

    id: int = key()
    account_id: int = Field(foreign_key="account.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    role: str
    since: datetime
    left_at: datetime | None = None


class OfAccount(SQLModel):
    """What stands on a complaint itself of the account that it is of, so that a right is checked without another query:
    who looks after the account, and who belongs to it and may do what (person → role). All of it is kept in step."""

    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    account_manager_id: int | None = Field(default=None, foreign_key="person.id")
    account_contacts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


def hash_of(name: str) -> int:
    """By what an account is found; `name` as words are compared."""
    return lookup("account", name)


def by_name(db: Session, name_hash: int) -> Account | None:
    """The account of this name that has not ended."""
    there = Account.name_hash == name_hash, col(Account.ended_at).is_(None)
    return db.exec(select(Account).where(*there)).first()


def by_id(db: Session, account_id: int | None) -> Account | None:
    return db.get(Account, account_id) if account_id else None


def all_accounts(db: Session) -> list[Account]:
    return list(db.exec(select(Account)))


def managed_by(db: Session, person_id: int) -> list[Account]:
    return list(db.exec(select(Account).where(Account.manager_id == person_id).order_by(col(Account.id))))


def own_limit(db: Session, account_id: int | None, target: str) -> str | None:
    """The account's own limit for this, if it has any."""
    account = by_id(db, account_id)
    return account.limits.get(target) if account else None


def clauses_of(db: Session, account_id: int | None) -> list[Clause]:
    """Those that hold, oldest first."""
    if account_id is None:
        return []
    held = Clause.account_id == account_id, col(Clause.removed_at).is_(None)
    return list(db.exec(select(Clause).where(*held).order_by(col(Clause.id))))


def contacts_of(db: Session, account_id: int) -> list[tuple[Contact, Person]]:
    """Who belongs to it now, and who they are; who came first, first."""
    there = Contact.account_id == account_id, col(Contact.left_at).is_(None)
    query = select(Contact, Person).join(Person, col(Person.id) == col(Contact.person_id))
    return [(contact, person) for contact, person in db.exec(query.where(*there).order_by(col(Contact.id)))]


def contact_of(db: Session, account_id: int, person_id: int) -> Contact | None:
    """This person's place in the account, if they have one now."""
    there = Contact.account_id == account_id, Contact.person_id == person_id, col(Contact.left_at).is_(None)
    return db.exec(select(Contact).where(*there)).first()


def of_person(db: Session, person_id: int) -> list[tuple[Contact, Account]]:
    """The accounts to which somebody belongs now, and as what."""
    there = Contact.person_id == person_id, col(Contact.left_at).is_(None)
    query = select(Contact, Account).join(Account, col(Account.id) == col(Contact.account_id))
    return [(contact, account) for contact, account in db.exec(query.where(*there).order_by(col(Contact.id)))]
