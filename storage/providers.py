"""Who resolves disputes outside: what was set by hand, over the organisation's file."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted


class ProviderNote(SQLModel, table=True):
    """One provider as the staff keep it. `code` is that of the file, or of `added`: a whole provider that the file does
    not have, as its model is written to JSON (a mediator is a person, so it is encrypted).

    `interests`, `contact` and `url`, where they are set, stand instead of what the file says.
    """

    __tablename__ = "provider_note"

    code: str = Field(primary_key=True)
    active: bool = True
    interests: str | None = encrypted("provider_note.interests")
    contact: str | None = encrypted("provider_note.contact")
    url: str | None = encrypted("provider_note.url")
    added: dict[str, Any] | None = encrypted("provider_note.added")
    set_by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


_ALL = select(ProviderNote).order_by(col(ProviderNote.code))


def notes(db: Session) -> list[ProviderNote]:
    """All that was set by hand, by code."""
    return list(db.exec(_ALL))
