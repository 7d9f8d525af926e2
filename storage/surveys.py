"""What complainants are asked about their case, and what they answered: one row a case and question."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, Integer, bindparam, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.complaints import Complaint

PLANNED = text("ask_at IS NOT NULL")


class Survey(SQLModel, table=True):
    """A question to the complainant (ISO 10002, 8.3): `question` is first_response, handling, outcome or loyalty.

    `ask_at` is there as long as the question has to be asked, `asked_at` is when it last arrived; so what was answered
    of what was asked can be counted. A case that is closed again is asked again, and a new `score` replaces the one
    before. `entry_id`: what was said with it, in its own words. `alarmed_at`: when the first of those who hear of a low
    score read of it; `reached_by`: who of the staff wrote to the complainant after it.
    """

    __table_args__ = (
        Index("ix_survey_planned", "ask_at", sqlite_where=PLANNED, postgresql_where=PLANNED),
        Index("ix_survey_asked", "question", "asked_at"),
    )

    complaint_id: int = Field(primary_key=True, foreign_key="complaint.id")
    question: str = Field(primary_key=True)
    ask_at: datetime | None = None
    asked_at: datetime | None = None
    score: int | None = None
    answered_at: datetime | None = None
    entry_id: int | None = Field(default=None, foreign_key="entry.id")
    alarmed_at: datetime | None = None
    reached_by: int | None = Field(default=None, foreign_key="person.id")


_OF_CASE = select(Survey).where(Survey.complaint_id == bindparam("case"))
_DUE = (
    select(Survey)
    .where(PLANNED, col(Survey.ask_at) <= bindparam("now"))
    .order_by(col(Survey.ask_at), col(Survey.complaint_id))
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEXT = (
    select(Survey.ask_at).where(PLANNED, col(Survey.ask_at) > bindparam("after")).order_by(col(Survey.ask_at)).limit(1)
)
_SCORES = (
    select(Survey.question, Survey.score, func.count())
    .where(col(Survey.asked_at) >= bindparam("since"), col(Survey.asked_at) < bindparam("until"))
    .group_by(Survey.question, col(Survey.score))
)
_LAST_ASKED = (
    select(func.max(Survey.asked_at))
    .join(Complaint, col(Complaint.id) == Survey.complaint_id)
    .where(Complaint.customer_id == bindparam("person"))
)


def of_case(db: Session, complaint_id: int) -> dict[str, Survey]:
    """The rows of a case, by question."""
    return {each.question: each for each in db.exec(_OF_CASE, params={"case": complaint_id})}


def due(db: Session, now: datetime, limit: int) -> Sequence[Survey]:
    """What must be asked by now, the oldest first; held by this transaction."""
    return db.exec(_DUE, params={"now": now, "limit": limit}).all()


def next_after(db: Session, after: datetime) -> datetime | None:
    return db.exec(_NEXT, params={"after": after}).first()


def scores(db: Session, since: datetime, until: datetime) -> list[tuple[str, int | None, int]]:
    """Of what was asked in this time: question, score (None: no answer), and how often."""
    return [(question, score, n) for question, score, n in db.exec(_SCORES, params={"since": since, "until": until})]


def last_asked(db: Session, person_id: int) -> datetime | None:
    """When this complainant was last asked anything, on any of their cases."""
    return db.exec(_LAST_ASKED, params={"person": person_id}).first()
