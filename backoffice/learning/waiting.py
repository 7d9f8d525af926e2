"""The analyses that somebody still owes, for those who must see that they come (ISO 10002, 8.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import col, select

from backoffice import rights
from backoffice.pages import offset, require_page
from backoffice.rights import Role
from backoffice.work import Work
from storage.clocks import CAUSE_OWED, Deadline
from storage.complaints import Complaint

PAGE = 6
OVERSEE_ALL = {Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT}


@dataclass(frozen=True, slots=True)
class Owed:
    """A closed case whose analysis is due then; what is overdue was due before now."""

    complaint: Complaint
    due_at: datetime | None


def waiting(work: Work, page: int = 0) -> tuple[list[Owed], bool]:
    """A page of the analyses that wait, the soonest due first, and whether there are more: an owner's own, a
    supervisor's of the unit, a manager's all."""
    rights.require(work, "see_queue")
    query = (
        select(Complaint, Deadline.due_at)
        .join(Deadline, col(Deadline.complaint_id) == col(Complaint.id))
        .where(CAUSE_OWED, _visible(work))
        .order_by(col(Deadline.due_at), col(Deadline.id))
        .limit(PAGE + 1)
        .offset(offset(page, PAGE))
    )
    found = list(work.db.exec(query))
    require_page(page, found)
    known = [Owed(case, due) for case, due in found[:PAGE] if rights.may(work.actor, "read", case)]
    return known, len(found) > PAGE


def are_there(work: Work) -> bool:
    """Whether any analysis waits that the actor would see."""
    return rights.may(work.actor, "see_queue") and bool(waiting(work)[0])


def _visible(work: Work) -> ColumnElement[bool]:
    """Nobody's own complaint, whatever their roles."""
    staff, roles = work.actor.staff, work.actor.roles
    not_my_own = col(Complaint.customer_id) != work.actor.id
    mine = col(Complaint.owner_id) == work.actor.id
    if OVERSEE_ALL & roles:
        return not_my_own
    if staff is None or Role.SUPERVISOR not in roles:
        return and_(not_my_own, mine)
    unit = col(Complaint.department) == staff.department if staff.department else true()
    return and_(not_my_own, or_(mine, unit))
