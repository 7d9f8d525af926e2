"""What is to be carried out of an answer that was accepted: a task for each of its remedies."""

from datetime import date, datetime

from sqlalchemy import Index, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import key

OPEN = text("done_at IS NULL AND ended IS NULL")


class Task(SQLModel, table=True):
    """One remedy and what became of it. Its words and amount stand in the answer, at this `place` among its remedies;
    until when it is due, in the rows of `storage/clocks.py` that name it.

    `code`: the remedy; `by`: the day that the answer named for it. `owner_id`: the colleague to whom it was given;
    empty: whoever owns the case. `evidence_id`: the entry that shows that it was done; `denials`: how often the
    complainant said that it was not. `ended`: the event of the case after which nobody has to do it any more.
    """

    __tablename__ = "remedy_task"
    __table_args__ = (Index("ix_remedy_task_open", "owner_id", sqlite_where=OPEN, postgresql_where=OPEN),)

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    answer_id: int = Field(foreign_key="answer.id")
    place: int
    code: str
    by: date | None = None
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    begun_at: datetime
    done_at: datetime | None = None
    evidence_id: int | None = Field(default=None, foreign_key="entry.id")
    denials: int = 0
    ended: str | None = None
    ended_at: datetime | None = None


_OF_CASE = select(Task).where(Task.complaint_id == bindparam("case")).order_by(col(Task.id))
_GIVEN_TO = select(Task).where(OPEN, Task.owner_id == bindparam("person")).order_by(col(Task.id))


def tasks_of(db: Session, complaint_id: int) -> list[Task]:
    """All that ever were on the case, oldest first."""
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def given_to(db: Session, person_id: int) -> list[Task]:
    """What this person was given by name, and has not done yet."""
    return list(db.exec(_GIVEN_TO, params={"person": person_id}))
