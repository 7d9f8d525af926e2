"""Documents that the desk issues: numbered, rendered once, their bytes kept with their digest."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import key


class Document(SQLModel, table=True):
    """One issued document. `kind` says what it is, `language` in which it is written.

    Until it is printed `sha256` (of the bytes as they were sent) and `content` (the digest of what it says, which is
    printed on it) are empty; `attachment_id` is the file that is delivered.
    """

    id: int = key()
    number: str = Field(unique=True)
    kind: str
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    review_id: int | None = Field(default=None, foreign_key="review.id")
    referral_id: int | None = Field(default=None, foreign_key="referral.id")
    outcome_id: int | None = Field(default=None, foreign_key="outcome.id")
    answer_id: int | None = Field(default=None, foreign_key="answer.id")
    provider: str | None = None
    language: str
    issued_at: datetime
    attempts: int = 0
    next_at: datetime | None = Field(default=None, index=True)
    sha256: str | None = Field(default=None, index=True)
    content: str | None = None
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id")
