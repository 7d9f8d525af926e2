"""How often something happened: the complaints of one cause, category, product or branch in a span of time (K30).

A complaint counts when it was received, whenever its cause was found.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col, select

from backoffice.work import Work
from storage.complaints import Complaint


@dataclass(frozen=True, slots=True)
class Pattern:
    """What complaints have in common; None: whatever it is."""

    cause: str | None = None
    category: str | None = None
    department: str | None = None
    product: str | None = None
    branch: str | None = None


def count(work: Work, pattern: Pattern, since: datetime, until: datetime) -> int:
    """How many complaints of the pattern were received from `since` on and before `until`."""
    found: int = work.db.exec(select(func.count()).select_from(Complaint).where(_of(pattern, since, until))).one()
    return found


def newest(work: Work, pattern: Pattern, since: datetime, until: datetime, limit: int) -> list[Complaint]:
    """Of these complaints the ones that came last."""
    query = select(Complaint).where(_of(pattern, since, until))
    return list(work.db.exec(query.order_by(col(Complaint.received_at).desc()).limit(limit)))


def _of(pattern: Pattern, since: datetime, until: datetime) -> ColumnElement[bool]:
    alike = [
        column == value
        for column, value in (
            (col(Complaint.root_cause), pattern.cause),
            (col(Complaint.category), pattern.category),
            (col(Complaint.department), pattern.department),
            (col(Complaint.product), pattern.product),
            (col(Complaint.branch), pattern.branch),
        )
        if value is not None
    ]
    at = col(Complaint.received_at)
    return and_(at >= since, at < until, *alike)
