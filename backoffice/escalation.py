"""A case that leaves its owner: handed up the ladder with a reason, or taken back because nothing was done (S43)."""

from datetime import datetime

from sqlmodel import col, select

from backoffice import assignment, clocks, errors, rights
from backoffice.entries import add_entry
from backoffice.hearing import is_reviewed
from backoffice.reminders import when
from backoffice.stages import OPEN, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import complaints
from storage.clocks import ENDED_FOR_NOTHING, ENDED_UNMET, Deadline
from storage.complaints import Complaint
from storage.journal import AuditEvent
from storage.people import Person, Staff, staff_of

UNTOUCHED = "untouched"


def escalate(work: Work, complaint: Complaint, reason: str, *, turn: int | None = None) -> Person:
    """Hand the case up by one level, with a reason that stays on it as a note; no date moves. Returns the new owner.

    Raises errors.Invalid (nobody_above) where nobody stands there who may have it.
    """
    rights.require(work, "escalate", complaint)
    if turn not in (None, complaint.turn) or not can_go_up(complaint):
        raise errors.Stale(complaint=complaint.id)
    if (chosen := above(work, complaint)) is None:
        raise errors.Invalid(what="nobody_above")
    entry = add_entry(work, complaint, "note", required(reason))
    work.db.flush()
    work.record("complaint.escalated", complaint, entry=entry.id, to=chosen.person_id)
    return assignment.pass_to(work, complaint, chosen, "case_escalated", entry_id=entry.id)


def can_go_up(complaint: Complaint) -> bool:
    return Stage(complaint.stage) in OPEN and not is_reviewed(complaint)


def may_go_up(work: Work, complaint: Complaint) -> bool:
    """Whether the actor can hand it up now: there is somebody above them."""
    able = rights.may(work.actor, "escalate", complaint) and can_go_up(complaint)
    return able and above(work, complaint) is not None


def above(work: Work, complaint: Complaint) -> Staff | None:
    """Who is next above the owner: present rather than away, and with the fewest open cases."""
    rungs: list[list[int]] = []
    while found := assignment.rung(work, complaint, len(rungs)):
        rungs.append([person.id for person in found])
    own = next((level for level, held in enumerate(rungs) if complaint.owner_id in held), -1)
    if own + 1 >= len(rungs):
        return None
    held = complaints.open_counts(work.db, rungs[own + 1], list(assignment.WORKLOAD))
    fit = [staff for each in rungs[own + 1] if (staff := staff_of(work.db, each))]
    return min(fit, key=lambda staff: (staff.away_since is not None, held.get(staff.person_id, 0), staff.person_id))


# ------------------------------------------------------------------ what the tick does


def look_after(work: Work, complaint: Complaint, deadline: Deadline) -> datetime | None:
    """The owner's time to do something about the case has passed. Where they did, it runs anew from then; else they
    are reminded once, and after one more step of the ladder the case goes back to the queue."""
    owner = staff_of(work.db, complaint.owner_id) if complaint.owner_id else None
    if owner is None or deadline.started_at is None:
        clocks.end(work, deadline, ENDED_FOR_NOTHING)
        return None
    touched = _touched(work, complaint, owner)
    if touched is not None and touched > deadline.started_at:
        deadline.reminders = 0
        return clocks.count_from(work, deadline, touched)
    if owner.away_since is None and not deadline.reminders:
        deadline.reminders = 1
        work.record("complaint.untouched", complaint, owner=owner.person_id)
        work.tell(_person(work, owner), "case_untouched", complaint, not_before=when(work, complaint))
        return work.organisation.due("escalation_step", complaint.severity, work.now)
    _take_back(work, complaint, deadline, owner)
    return None


def _take_back(work: Work, complaint: Complaint, deadline: Deadline, owner: Staff) -> None:
    """Into the queue, or at once to somebody else who fits; the date stays, and the overseers know."""
    clocks.end(work, deadline, ENDED_UNMET)
    complaint.owner_id = complaint.assigned_at = None
    work.record("complaint.taken_back", complaint, was=owner.person_id)
    clocks.drop(work, complaint, "unassigned_alarm")  # whoever is next has the whole time to take it
    chosen = assignment.assign(work, complaint, besides=owner.person_id)
    if chosen is not None:  # else the overseers are told that nobody has it
        assignment.tell_overseers(work, complaint, "case_taken_back", was=owner.person_id)
    work.tell(
        _person(work, owner), "case_taken_over", code=complaint.code, owner_id=chosen.person_id if chosen else None
    )


def _touched(work: Work, complaint: Complaint, owner: Staff) -> datetime | None:
    """When the owner last did anything with the case."""
    mine = select(AuditEvent.at).where(AuditEvent.chain == complaint.id, AuditEvent.actor_id == owner.person_id)
    return work.db.exec(mine.order_by(col(AuditEvent.seq).desc()).limit(1)).first()


def _person(work: Work, staff: Staff) -> Person:
    return work.db.get_one(Person, staff.person_id)
