"""A case on which a court may have to look is kept: nothing in it is erased, and no third party begins (T90)."""

from sqlmodel import col, select

from backoffice import assignment, errors, rights
from backoffice.resuming import tell_customer
from backoffice.rights import Role
from backoffice.words import required
from backoffice.work import Work
from storage import special
from storage.complaints import Complaint
from storage.people import all_staff
from storage.special import Hold

SHOWN = 20


def hold(work: Work, complaint: Complaint, words: str) -> Hold:
    """The lawyers say so, with a reason; where there are none, the complaints manager."""
    _may(work, complaint)
    if complaint.held_at is not None:
        raise errors.Stale(complaint=complaint.id)
    found = Hold(complaint_id=complaint.id, reason=required(words), set_by=work.actor.id or 0, set_at=work.now)
    work.db.add(found)
    complaint.held_at = complaint.touched_at = work.now
    work.record("case.held", complaint)
    _tell(work, complaint, "case_held")
    return found


def lift(work: Work, complaint: Complaint, words: str) -> None:
    _may(work, complaint)
    if complaint.held_at is None:
        raise errors.Stale(complaint=complaint.id)
    found = special.holds_of(work.db, complaint.id)[-1]
    found.lifted_reason, found.lifted_by, found.lifted_at = required(words), work.actor.id, work.now
    complaint.held_at, complaint.touched_at = None, work.now
    work.record("case.hold_lifted", complaint)
    _tell(work, complaint, "case_hold_lifted")


def can_hold(work: Work, complaint: Complaint) -> bool:
    lawyers = any(Role.LEGAL in each.roles for each in all_staff(work.db))
    return rights.may(work.actor, "hold", complaint) and (Role.LEGAL in work.actor.roles or not lawyers)


def held(work: Work) -> list[Complaint]:
    """The cases that are kept, the newest hold first."""
    rights.require(work, "see_holds")
    found = select(Complaint).where(col(Complaint.held_at).is_not(None)).order_by(col(Complaint.held_at).desc())
    return [each for each in work.db.exec(found.limit(SHOWN)) if rights.may(work.actor, "read", each)]


def _may(work: Work, complaint: Complaint) -> None:
    rights.require(work, "hold", complaint)
    if not can_hold(work, complaint):
        raise errors.SetAsideRefused(complaint=complaint.id, why="lawyers")


def _tell(work: Work, complaint: Complaint, template: str) -> None:
    """The complainant in neutral words, and the owner."""
    if template == "case_held":
        tell_customer(work, complaint, "kept_for_law")
    else:
        tell_customer(work, complaint, "kept_no_longer")
    assignment.tell_owner(work, complaint, template)
