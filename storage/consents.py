"""What people agreed to, and bytes that nobody may keep any longer."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, bindparam, select

from storage.columns import big, encrypted, key


class Consent(SQLModel, table=True):
    """What a person agreed to, exactly as it was shown.

    In a dispute also for which `referral_id`, in whose name where not in their own (`capacity`), and the keyed hash of
    the `message` that showed it.
    """

    id: int = key()
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    version: str
    language: str
    text: str = encrypted("consent.text")
    sha256: str
    at: datetime
    referral_id: int | None = Field(default=None, foreign_key="referral.id", index=True)
    capacity: str | None = encrypted("consent.capacity")
    message: int | None = big(default=None)


class Erasure(SQLModel, table=True):
    """Bytes that belong to nothing any more and are still to be removed."""

    path: str = Field(primary_key=True)


_CONSENT = select(Consent.id).where(
    Consent.person_id == bindparam("person"), Consent.kind == bindparam("kind"), Consent.version == bindparam("version")
)


def consented(db: Session, person_id: int, kind: str, version: str) -> bool:
    return db.exec(_CONSENT, params={"person": person_id, "kind": kind, "version": version}).first() is not None
