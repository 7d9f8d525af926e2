"""What is done so that a complaint does not come again: corrective and preventive actions (ISO 10002, 8.7)."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Index, Integer, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key

DUE = text("next_at IS NOT NULL")
RUNNING = text("state IN ('open', 'done')")
_version = Column("version", Integer, nullable=False)


class Action(SQLModel, table=True):
    """One action. `turn` counts what happened to it, so that old buttons are known.

    What it is about: complaints of this `cause`, `category`, `product`, `branch` and `unit` (their department); empty:
    whatever it is.
    `source`: case, alarm, pareto or incident, and `reference` which one. `department`: whose work is to change (empty:
    everybody's). `owner_id` sees to it, and is empty only when nobody is there who could. `round_id`: the round that
    runs or was the last. `next_at`: when the tick must look at it again, `step` how many of its steps were taken.
    `wanted_at`: another date that its owner asked for and nobody has decided on.
    """

    __table_args__ = (
        Index("ix_action_next", "next_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_action_owner", "owner_id", "due_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_action_due", "due_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
    )
    __mapper_args__: ClassVar = {"version_id_col": _version}

    id: int = key()
    version: int = Field(default=1, sa_column=_version)
    number: str = Field(unique=True)
    kind: str
    words: str = encrypted("action.words")
    cause: str | None = None
    category: str | None = None
    product: str | None = None
    branch: str | None = None
    unit: str | None = None
    source: str
    reference: str | None = None
    department: str | None = None
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    maker_id: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime
    state: str
    turn: int = 0
    round_id: int | None = None
    due_at: datetime
    wanted_at: datetime | None = None
    step: int = 0
    next_at: datetime | None = None


class ActionRound(SQLModel, table=True):
    """One attempt at an action: by when it was to be done, when it was, and whether it helped.

    `first_due`: the date before anybody put it off, `due_at` the one that held in the end. `check_at`: when it is
    looked at whether it helped. `earlier` and `later`: how often it happened in the equal spans before the action was
    made and after it was done. `checked_at` and `verdict` (effective, ineffective): when and what was found;
    `decided_by`: by a person instead of the figures. `void`: nothing is counted of it (the action was dropped, or the
    verdict from which this round came was changed).
    """

    __tablename__ = "action_round"
    __table_args__ = (Index("ix_action_round_due", "due_at"), Index("ix_action_round_checked", "checked_at"))

    id: int = key()
    action_id: int = Field(foreign_key="action.id", index=True)
    round: int
    begun_at: datetime
    first_due: datetime
    due_at: datetime
    done_at: datetime | None = None
    check_at: datetime | None = None
    earlier: int | None = None
    later: int | None = None
    measured_at: datetime | None = None
    checked_at: datetime | None = None
    verdict: str | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    void: bool = False


class ActionWords(SQLModel, table=True):
    """What somebody wrote about an action: evidence, why that is not enough, why another date, why dropped, why it is
    decided otherwise."""

    __tablename__ = "action_words"

    id: int = key()
    action_id: int = Field(foreign_key="action.id", index=True)
    kind: str
    text: str = encrypted("action_words.text")
    author_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


class ActionCase(SQLModel, table=True):
    """A complaint from which an action came."""

    __tablename__ = "action_case"

    action_id: int = Field(primary_key=True, foreign_key="action.id")
    complaint_id: int = Field(primary_key=True, foreign_key="complaint.id", index=True)
    at: datetime


_BY_NUMBER = select(Action).where(Action.number == bindparam("number"))
_DUE = (
    select(Action)
    .where(DUE, col(Action.next_at) <= bindparam("now"))
    .order_by(col(Action.next_at), col(Action.id))
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEXT = (
    select(Action.next_at).where(DUE, col(Action.next_at) > bindparam("after")).order_by(col(Action.next_at)).limit(1)
)
_ROUNDS = select(ActionRound).where(ActionRound.action_id == bindparam("action")).order_by(col(ActionRound.id))
_WORDS = select(ActionWords).where(ActionWords.action_id == bindparam("action")).order_by(col(ActionWords.id))
_OF_CASE = (
    select(Action)
    .join(ActionCase, col(ActionCase.action_id) == col(Action.id))
    .where(ActionCase.complaint_id == bindparam("case"))
    .order_by(col(Action.id))
)


def by_number(db: Session, number: str) -> Action | None:
    return db.exec(_BY_NUMBER, params={"number": number}).first()


def of_case(db: Session, complaint_id: int) -> list[Action]:
    """The actions that came from a case, oldest first."""
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def rounds_of(db: Session, action_id: int) -> list[ActionRound]:
    return list(db.exec(_ROUNDS, params={"action": action_id}))


def words_of(db: Session, action_id: int) -> list[ActionWords]:
    """All that was written about it, oldest first."""
    return list(db.exec(_WORDS, params={"action": action_id}))


def due(db: Session, now: datetime, limit: int) -> list[Action]:
    """What must be looked at by now, the oldest first; held by this transaction."""
    return list(db.exec(_DUE, params={"now": now, "limit": limit}))


def next_after(db: Session, after: datetime) -> datetime | None:
    return db.exec(_NEXT, params={"after": after}).first()
