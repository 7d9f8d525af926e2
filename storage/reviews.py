"""The second look at a case: the request for a review, who sits on it, and how each of them voted."""

from datetime import datetime

from sqlalchemy import Index, Integer, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key


class Review(SQLModel, table=True):
    """One request for a review. What is said in it stands in entries of the case that point here.

    `stage`: draft (not sent yet), requested, in_committee, decided, closed; `ended`: why it is closed. `trigger` says
    what left the complaint unresolved. `late`: it came after its time, and somebody decides whether it is admitted.
    `came_from`: the stage of the case to which it goes back if nothing is decided, with the closing as it was, and
    with the `rest` (seconds) of the complainant's time to answer.
    `mode`: light, committee or management. `sitting` counts the sittings, of which `without_quorum` were held in vain.
    """

    __table_args__ = (Index("ix_review_stage", "stage", "begun_at"),)  # the few that wait, among all that ended

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    number: str | None = Field(default=None, unique=True)
    stage: str
    trigger: str
    came_from: str
    closed_at: datetime | None = None
    closed_reason: str | None = None
    rest: int | None = None
    late: bool = False
    wish: str | None = None
    wish_words: str | None = encrypted("review.wish_words")
    contact: str | None = encrypted("review.contact")
    begun_at: datetime
    requested_at: datetime | None = None
    admitted_at: datetime | None = None
    mode: str | None = None
    heard: bool = False
    sitting: int = 0
    sitting_at: datetime | None = None
    without_quorum: int = 0
    outcome: str | None = None
    decided_at: datetime | None = None
    ended: str | None = None
    ended_at: datetime | None = None


class Seat(SQLModel, table=True):
    """Somebody's place in a review; a seat that was given up stays, and another row has its successor.

    `name`: reviewer, management, chair (who votes only to break a tie), or the seat of a committee. `left`: conflict,
    challenged, gone (from the organisation) or absent. `absences` counts the sittings that were held in vain for it.
    `challenged_at` and `challenge` stay after the challenge was decided (`challenge_upheld`).
    """

    id: int = key()
    review_id: int = Field(foreign_key="review.id", index=True)
    name: str
    person_id: int = Field(foreign_key="person.id", index=True)
    mandatory: bool = False
    chairs: bool = False
    alternate: bool = False
    seated_at: datetime
    left_at: datetime | None = None
    left: str | None = None
    left_words: str | None = encrypted("seat.left_words")
    absences: int = 0
    challenged_at: datetime | None = None
    challenge: str | None = encrypted("seat.challenge")
    challenge_upheld: bool | None = None
    vote: str | None = None
    remedy: str | None = None
    reasons: str | None = encrypted("seat.reasons")
    voted_at: datetime | None = None


_OF_CASE = select(Review).where(Review.complaint_id == bindparam("case")).order_by(col(Review.id))
_SEATS = select(Seat).where(Seat.review_id == bindparam("review")).order_by(col(Seat.id))
_SAT_ON = (
    select(Review)
    .join(Seat, col(Seat.review_id) == Review.id)
    .where(Seat.person_id == bindparam("person"), col(Seat.left_at).is_(None), Review.stage == "in_committee")
    .order_by(col(Review.sitting_at), col(Review.id))
)
_ADMISSIBLE = (
    select(Review).where(Review.stage == "requested").order_by(col(Review.id)).limit(bindparam("limit", type_=Integer))
)


def of_case(db: Session, complaint_id: int) -> list[Review]:
    """Every request on a case, drafts included, oldest first."""
    return list(db.exec(_OF_CASE, params={"case": complaint_id}))


def seats_of(db: Session, review_id: int) -> list[Seat]:
    """All that ever were, oldest first."""
    return list(db.exec(_SEATS, params={"review": review_id}))


def sat_on(db: Session, person_id: int) -> list[Review]:
    """What waits for this person's vote or sitting, the soonest first."""
    return list(db.exec(_SAT_ON, params={"person": person_id}))


def waiting_for_admission(db: Session, limit: int) -> list[Review]:
    return list(db.exec(_ADMISSIBLE, params={"limit": limit}))
