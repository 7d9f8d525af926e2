"""What happens to a complaint outside the organisation: the dispute, whom it was put before, what was agreed there."""

from datetime import date, datetime

from sqlalchemy import Index, Integer, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big, encrypted, key

OPEN = text("ended IS NULL")


class Dispute(SQLModel, table=True):
    """One time that a complaint went outside; each way that is tried there is a referral.

    `phase`: where it stands; `trigger`: what left the complaint unresolved; `amount`: what it is about in money, in the
    organisation's currency (decimal text). `referral_id`: the one that runs; `outcome_id`: the terms that hold. `ended`
    says why it is over. `failure`: why the last way led nowhere, while another one is chosen.
    """

    __table_args__ = (Index("ix_dispute_open", "id", sqlite_where=OPEN, postgresql_where=OPEN),)

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    number: str = Field(unique=True)
    phase: str
    trigger: str
    amount: str | None = encrypted("dispute.amount")
    opened_at: datetime
    referral_id: int | None = None
    outcome_id: int | None = None
    failure: str | None = None
    ended: str | None = None
    ended_at: datetime | None = None


class Referral(SQLModel, table=True):
    """One attempt with one provider and one method; another provider or method is another referral, with new consents.

    `provider`: its code in the register, or `named.<id>` of a mediator whom the customer named (`name`, `contact`). No
    provider: the two sides talk directly. `customer_consent_id` and `our_consent_id` stay empty until given, and
    `consented_at` is when both were there. `declared_at` and `declaration`: the resolver's word on their independence;
    `disclosed`: what they added to our wording of it, if they declared it here (None: elsewhere, in their own words).
    `objected`: who did not want that person. `extension_by`: which sides want more time. `ended_by`: which side.
    """

    id: int = key()
    dispute_id: int = Field(foreign_key="dispute.id", index=True)
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    provider: str | None = Field(default=None, index=True)
    name: str | None = encrypted("referral.name")
    contact: str | None = encrypted("referral.contact")
    method: str
    chosen_at: datetime
    customer_consent_id: int | None = None
    our_consent_id: int | None = None
    consented_at: datetime | None = None
    resolver_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    resolver_name: str | None = encrypted("referral.resolver_name")
    declared_at: datetime | None = None
    declaration: str | None = encrypted("referral.declaration")
    disclosed: str | None = encrypted("referral.disclosed")
    objected: str | None = None
    adjourned_until: datetime | None = None
    extension_by: str | None = None
    extended: bool = False
    cost: str | None = encrypted("referral.cost")
    ended: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_words: str | None = encrypted("referral.ended_words")


class Outcome(SQLModel, table=True):
    """Terms to settle on, a recommendation, or a decision. A draft has no `proposed_at`.

    `by`: the side from which it comes. `customer` and `ours`: whether that side accepted it (empty: not said yet), with
    `customer_words` and `our_words` where it said why. `binding`: whom a decision binds. `signed_at`: a second person
    of ours has read it before it counts. `in_force_at`: from when it is carried out; `ended`: why it never was, or no
    more.
    """

    id: int = key()
    dispute_id: int = Field(foreign_key="dispute.id", index=True)
    referral_id: int | None = Field(default=None, foreign_key="referral.id", index=True)
    kind: str
    by: str
    author_id: int | None = Field(default=None, foreign_key="person.id")
    words: str | None = encrypted("outcome.words")
    binding: str | None = None
    upheld: bool | None = None
    drafted_at: datetime
    proposed_at: datetime | None = None
    customer: bool | None = None
    customer_at: datetime | None = None
    customer_words: str | None = encrypted("outcome.customer_words")
    ours: bool | None = None
    our_at: datetime | None = None
    our_words: str | None = encrypted("outcome.our_words")
    signed_by: int | None = Field(default=None, foreign_key="person.id")
    signed_at: datetime | None = None
    in_force_at: datetime | None = None
    ended: str | None = None


class Obligation(SQLModel, table=True):
    """One clause of an outcome, and what became of it: who does what, how much, by when.

    `by`: customer or organisation; `what`: a remedy of the organisation's file, or "other" in `words`. `amount` is
    decimal text. `evidence_id`: the entry that shows that it was done; `denials`: how often the other side said no.
    """

    id: int = key()
    outcome_id: int = Field(foreign_key="outcome.id", index=True)
    by: str
    what: str
    words: str | None = encrypted("obligation.words")
    amount: str | None = encrypted("obligation.amount")
    currency: str | None = None
    due_on: date
    done_at: datetime | None = None
    evidence_id: int | None = Field(default=None, foreign_key="entry.id")
    denials: int = 0


class Talk(SQLModel, table=True):
    """What is said in a mediation. It lies apart from the entries of the case, so that whoever reads a case never comes
    upon it: `room` is joint, or customer or organisation for what only that side and the mediator read; `side` is whose
    words they are. An edited one stays, and the new wording points to it (`replaces_id`).
    """

    id: int = key()
    referral_id: int = Field(foreign_key="referral.id", index=True)
    room: str
    side: str
    author_id: int = Field(foreign_key="person.id")
    text: str | None = encrypted("talk.text")
    source: int | None = big(default=None, index=True)
    album: int | None = big(default=None)
    at: datetime
    replaces_id: int | None = Field(default=None, foreign_key="talk.id")


class DisputeRating(SQLModel, table=True):
    """What one side thinks of the way and of who led it, each 1 to 5 (ISO 10003, 8.3)."""

    __tablename__ = "dispute_rating"

    referral_id: int = Field(primary_key=True, foreign_key="referral.id")
    side: str = Field(primary_key=True)
    process: int | None = None
    provider: int | None = None
    at: datetime


class Lesson(SQLModel, table=True):
    """What the organisation makes of a complaint that it could not resolve by itself: "action" or "no_action", and why.

    `cost`: what the way outside cost the organisation, decimal text in its currency.
    """

    complaint_id: int = Field(primary_key=True, foreign_key="complaint.id")
    decision: str
    words: str = encrypted("lesson.words")
    cost: str | None = encrypted("lesson.cost")
    decided_by: int = Field(foreign_key="person.id")
    at: datetime


_OF_CASE = select(Dispute).where(Dispute.complaint_id == bindparam("case")).order_by(col(Dispute.id))
_REFERRALS = select(Referral).where(Referral.complaint_id == bindparam("case")).order_by(col(Referral.id))
_OUTCOMES = select(Outcome).where(Outcome.dispute_id == bindparam("dispute")).order_by(col(Outcome.id))
_OBLIGATIONS = select(Obligation).where(Obligation.outcome_id == bindparam("outcome")).order_by(col(Obligation.id))
_TALKS = (
    select(Talk).where(Talk.referral_id == bindparam("referral"), Talk.room == bindparam("room")).order_by(col(Talk.id))
)
_OPEN = (
    select(Dispute)
    .where(OPEN)
    .order_by(col(Dispute.id))
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)
_RESOLVED_BY = (
    select(Referral)
    .where(Referral.resolver_id == bindparam("person"), col(Referral.ended).is_(None))
    .order_by(col(Referral.id))
)

_WAITING_WITH = (
    select(Referral)
    .where(
        Referral.provider == bindparam("provider"),
        col(Referral.ended).is_(None),
        col(Referral.consented_at).is_not(None),
        col(Referral.resolver_id).is_(None),
    )
    .order_by(col(Referral.id))
)


def of_case(db: Session, complaint_id: int) -> list[Dispute]:
    """Every time that it went outside, oldest first."""
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def referrals_of(db: Session, complaint_id: int) -> list[Referral]:
    return list(db.exec(_REFERRALS, params={"case": complaint_id}))


def outcomes_of(db: Session, dispute_id: int) -> list[Outcome]:
    return list(db.exec(_OUTCOMES, params={"dispute": dispute_id}))


def obligations_of(db: Session, outcome_id: int) -> list[Obligation]:
    return list(db.exec(_OBLIGATIONS, params={"outcome": outcome_id}))


def talks_of(db: Session, referral_id: int, room: str) -> list[Talk]:
    """What was said in one room, oldest first."""
    return list(db.exec(_TALKS, params={"referral": referral_id, "room": room}))


def open_disputes(db: Session, *, limit: int, offset: int = 0) -> list[Dispute]:
    return list(db.exec(_OPEN, params={"limit": limit, "offset": offset}))


def resolved_by(db: Session, person_id: int) -> list[Referral]:
    """The referrals that lie with this resolver now."""
    return list(db.exec(_RESOLVED_BY, params={"person": person_id}))


def waiting_with(db: Session, provider: str) -> list[Referral]:
    """The referrals to which both sides have consented, and of which nobody of the provider here knows yet."""
    return list(db.exec(_WAITING_WITH, params={"provider": provider}))
