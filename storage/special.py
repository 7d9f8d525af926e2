"""What is kept of special cases: that one is none of ours, that one is kept for the law, that words hurt somebody."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key


class Exclusion(SQLModel, table=True):
    """That a case is out of scope, as somebody proposed or decided (T7). `reason` is a code of the organisation's file;
    the right place is a `provider` of its register, or stands in words. `upheld` stays empty until it is decided."""

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    reason: str
    provider: str | None = None
    place: str | None = encrypted("exclusion.place")
    proposed_by: int = Field(foreign_key="person.id")
    proposed_at: datetime
    upheld: bool | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    contested_at: datetime | None = None


class Hold(SQLModel, table=True):
    """Why a case is kept for the law, and why not any more (T90)."""

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    reason: str = encrypted("hold.reason")
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime
    lifted_reason: str | None = encrypted("hold.lifted_reason")
    lifted_by: int | None = Field(default=None, foreign_key="person.id")
    lifted_at: datetime | None = None


class Mark(SQLModel, table=True):
    """That somebody of the staff found words of the complainant abusive. `warned`: the complainant was told so."""

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    marked_by: int = Field(foreign_key="person.id")
    at: datetime
    warned: bool


def exclusions_of(db: Session, complaint_id: int) -> list[Exclusion]:
    """Oldest first."""
    found = select(Exclusion).where(Exclusion.complaint_id == complaint_id)
    return list(db.exec(found.order_by(col(Exclusion.id))))


def holds_of(db: Session, complaint_id: int) -> list[Hold]:
    """Oldest first; only the last can still be in force."""
    return list(db.exec(select(Hold).where(Hold.complaint_id == complaint_id).order_by(col(Hold.id))))


def marks_of(db: Session, complaint_id: int) -> list[Mark]:
    """Oldest first."""
    return list(db.exec(select(Mark).where(Mark.complaint_id == complaint_id).order_by(col(Mark.id))))
