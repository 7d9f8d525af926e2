"""What is learnt of complaints: why they came about, and which of them came about by one and the same cause.

All words here are the organisation's own, about its own work. They are no data of the complainant, so no copy of a
person's data holds them; as somebody may have quoted a complainant there all the same, they lie encrypted in rows that
point to their case, and never in the audit log: whoever erases a person's words on a case finds these beside them.
"""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import encrypted, key


class Incident(SQLModel, table=True):
    """One cause behind several complaints. `Complaint.incident_id` says which ones.

    `cause` and `scope` stay empty until the incident is analysed as a whole.
    """

    id: int = key()
    number: str = Field(unique=True)
    title: str = encrypted("incident.title")
    opened_by: int | None = Field(default=None, foreign_key="person.id")
    opened_at: datetime
    cause: str | None = None
    closed_at: datetime | None = None


class Analysis(SQLModel, table=True):
    """Why something went wrong. The newest one of a case counts; the earlier ones stay as its history.

    `cause` is a code of the organisation's file, `scope` is single, recurring or systemic (ISO 10002, 8.2), `whys` are
    the answers in order, each the reason for the one before, `reason` says why no cause was found. One of an incident
    has no `complaint_id` and counts for all of its cases.
    """

    id: int = key()
    complaint_id: int | None = Field(default=None, foreign_key="complaint.id", index=True)
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    cause: str
    scope: str
    whys: list[str] = encrypted("analysis.whys", default_factory=list)
    reason: str | None = encrypted("analysis.reason")
    author_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


def incident(db: Session, incident_id: int | None) -> Incident | None:
    return db.get(Incident, incident_id) if incident_id else None


def analyses_of(db: Session, complaint_id: int) -> list[Analysis]:
    """Those of the case itself, oldest first."""
    of_case = select(Analysis).where(Analysis.complaint_id == complaint_id)
    return list(db.exec(of_case.order_by(col(Analysis.id))))


def analyses_of_incident(db: Session, incident_id: int) -> list[Analysis]:
    of_incident = select(Analysis).where(Analysis.incident_id == incident_id)
    return list(db.exec(of_incident.order_by(col(Analysis.id))))
