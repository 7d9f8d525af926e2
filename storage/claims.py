"""Links with which somebody takes over, in their own chat, a case that was written down for them."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import big, key
from storage.crypto import lookup


class Claim(SQLModel, table=True):
    """One link to one case; the token itself is never stored. A newer one of the case takes the place of the older.

    `secret_hash`: of what is to be typed where no phone number is known whose last digits would do. `wrong`: how often
    something else was typed.
    """

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    token_hash: int = big(unique=True)
    secret_hash: str | None = None
    wrong: int = 0
    made_by: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = Field(default=None, foreign_key="person.id")


def by_token(db: Session, token: str) -> Claim | None:
    return db.exec(select(Claim).where(Claim.token_hash == lookup("claim", token))).first()


def newest_of(db: Session, complaint_id: int) -> Claim | None:
    return db.exec(select(Claim).where(Claim.complaint_id == complaint_id).order_by(col(Claim.id).desc())).first()
