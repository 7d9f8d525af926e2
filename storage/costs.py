"""What a complaint has cost the organisation, as far as somebody has entered it: remedies, and time spent on it."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key

REMEDY, TIME = "remedy", "time"


class Expense(SQLModel, table=True):
    """One entry: a remedy, with its `amount` (decimal text) and `currency` (ISO 4217), or a time, with its `minutes`.

    One that was taken back stays, with when it was, and counts for nothing: so its number is never another entry's.
    """

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    kind: str
    amount: str | None = encrypted("expense.amount")
    currency: str | None = None
    minutes: int | None = None
    author_id: int = Field(foreign_key="person.id")
    at: datetime
    taken_back_at: datetime | None = None


def expenses_of(db: Session, complaint_id: int) -> list[Expense]:
    """Those of the case that count, oldest first."""
    counted = Expense.complaint_id == complaint_id, col(Expense.taken_back_at).is_(None)
    return list(db.exec(select(Expense).where(*counted).order_by(col(Expense.id))))
