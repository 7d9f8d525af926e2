"""What is open outside the organisation, for those who see to it there (ISO 10003, 7.4)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from backoffice import rights
from backoffice.pages import page_of
from backoffice.targets import OF_DISPUTE
from backoffice.work import Work
from storage.clocks import RUNNING, Deadline
from storage.complaints import Complaint
from storage.disputes import OPEN, Dispute

PAGE = 6
AIMED_AT = frozenset({"mediation_target", "determination_target", "adjourned"})  # nothing ends with these
ENDS = [each for each in OF_DISPUTE if each not in AIMED_AT]


@dataclass(frozen=True, slots=True)
class Item:
    """`due`: when what runs there ends; empty while nothing does, or a window waits for its message to arrive."""

    dispute: Dispute
    complaint: Complaint
    due: datetime | None


_DUE = (
    select(Deadline.complaint_id, func.min(Deadline.due_at).label("due"))
    .where(RUNNING, col(Deadline.target).in_(ENDS))
    .group_by(col(Deadline.complaint_id))
    .subquery()
)
_ALL = (
    select(Dispute, Complaint, _DUE.c.due)
    .join(Complaint, col(Complaint.dispute_id) == col(Dispute.id))
    .join(_DUE, _DUE.c.complaint_id == Dispute.complaint_id, isouter=True)
    .where(OPEN)
)


def open_now(work: Work, page: int = 0) -> tuple[list[Item], bool]:
    """A page of the disputes that the actor may see, the soonest first, and whether there are more."""
    rights.require(work, "see_disputes")
    items = [Item(*row) for row in work.db.exec(_ALL) if rights.may(work.actor, "read", row[1])]
    items.sort(key=lambda each: (each.due is None, each.due or each.dispute.opened_at, each.dispute.id))
    return page_of(items, page, PAGE)
