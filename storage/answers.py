"""Answers that wait for somebody else's approval before they go."""

from datetime import datetime

from sqlalchemy import JSON, Index, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key

UNDECIDED = text("outcome IS NULL")


class Proposal(SQLModel, table=True):
    """An answer as its author means it to go (`content`, see `backoffice/answers.py`), and why it needs approval.

    It waits as long as nothing else has happened to the case: while its `turn` is that of the case. `outcome`:
    approved, returned, taken_back.
    """

    __table_args__ = (Index("ix_proposal_undecided", "id", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),)

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    turn: int
    author_id: int = Field(foreign_key="person.id")
    content: str = encrypted("proposal.content")
    why: list[str] = Field(sa_type=JSON)
    at: datetime
    outcome: str | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None


_OF_CASE = select(Proposal).where(Proposal.complaint_id == bindparam("case")).order_by(col(Proposal.id))
_UNDECIDED = select(Proposal).where(col(Proposal.outcome).is_(None)).order_by(col(Proposal.id))


def proposals_of(db: Session, complaint_id: int) -> list[Proposal]:
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def undecided(db: Session) -> list[Proposal]:
    """Also those whose case has moved on since; they wait for nobody any more."""
    return list(db.exec(_UNDECIDED))
