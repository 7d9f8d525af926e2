"""Who of the staff read a case, and who had it shown whose it is, and why (S35, S36).

Reads are many: one row a person, case, kind and hour, and none of them makes the chain of the case longer. That a name
was shown is rare and stands in the chain as well, by its code; what somebody typed as their reason lies here alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key


class Reading(SQLModel, table=True):
    """That somebody read something of a case (`what`: a code of `backoffice/reading.py`) in this hour."""

    complaint_id: int = Field(primary_key=True, foreign_key="complaint.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    what: str = Field(primary_key=True)
    hour: datetime = Field(primary_key=True)


class Unmasking(SQLModel, table=True):
    """That somebody had name and contact shown: for which `reason`, and for another one in which words."""

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    reason: str
    words: str | None = encrypted("unmasking.words")


def _note(dialect: Any) -> Any:
    return dialect.insert(Reading).on_conflict_do_nothing()


NOTE = {"sqlite": _note(sqlite), "postgresql": _note(postgresql)}


def readings_of(db: Session, complaint_id: int) -> list[Reading]:
    """Oldest first."""
    found = select(Reading).where(Reading.complaint_id == complaint_id)
    return list(db.exec(found.order_by(col(Reading.hour), col(Reading.person_id), col(Reading.what))))


def unmaskings_of(db: Session, complaint_id: int) -> list[Unmasking]:
    """Oldest first."""
    found = select(Unmasking).where(Unmasking.complaint_id == complaint_id)
    return list(db.exec(found.order_by(col(Unmasking.id))))
