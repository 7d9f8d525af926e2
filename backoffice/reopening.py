"""A closed case is opened again: by its complainant for a while, by who stands above it at any time, and not for ever
(T82). After that a new complaint continues it (T85)."""

from typing import Any

from backoffice import assignment, deadlock, errors, rights
from backoffice.customer_side import belongs
from backoffice.entries import add_entry
from backoffice.learning.causes import EXCLUDED, MERGED
from backoffice.lifecycle import move
from backoffice.resuming import tell_customer
from backoffice.stages import Event, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import complaints
from storage.complaints import Complaint
from storage.people import Person, colleague, staff_of

OTHERWISE = (MERGED, EXCLUDED)  # these are contested instead


def can_be_reopened(work: Work, complaint: Complaint) -> bool:
    """Whether its complainant still can, with one tap."""
    if (
        Stage(complaint.stage) is not Stage.CLOSED
        or complaint.closed_at is None
        or complaint.closed_reason in OTHERWISE
    ):
        return False
    return work.now <= work.organisation.due("reopen", None, complaint.closed_at)


def come_back(work: Work, complaint: Complaint, *, turn: int | None = None, **facts: Any) -> None:
    """To investigating, with half of the first time for a new answer; the second time to somebody else."""
    was = complaint.closed_reason
    move(work, complaint, Event.REOPENED, to=Stage.INVESTIGATING, turn=turn, was_closed=was, **facts)
    complaint.reopenings += 1
    complaint.closed_at = complaint.closed_reason = None
    _give_back(work, complaint)
    if complaint.reopenings == deadlock.REOPENINGS:
        deadlock.notice(work, complaint, deadlock.REOPENED)
    assignment.tell_overseers(work, complaint, "case_reopened_overseer")


def may_reopen_for(work: Work, complaint: Complaint) -> bool:
    """Whether the actor can open it for new evidence: not as often as one likes."""
    closed = Stage(complaint.stage) is Stage.CLOSED and complaint.closed_reason not in OTHERWISE
    able = closed and complaint.reopenings < deadlock.REOPENINGS and complaint.erased_at is None
    return able and rights.may(work.actor, "reopen_for", complaint)


def reopen_for(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """Somebody above it opens it again for what is new, which they write down; its complainant is told."""
    rights.require(work, "reopen_for", complaint)
    if not may_reopen_for(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    entry = add_entry(work, complaint, "new_evidence", required(words))
    work.record("entry.added", complaint, entry=entry.id)
    come_back(work, complaint, turn=turn, entry=entry.id)
    tell_customer(work, complaint, "reopened_for_you")


def _give_back(work: Work, complaint: Complaint) -> None:
    """To its owner; the second time to somebody who neither has it nor answered it first, if anybody else fits."""
    owner = staff_of(work.db, complaint.owner_id) if complaint.owner_id is not None else None
    if owner is None:
        complaint.owner_id = None
        assignment.assign(work, complaint)
        return
    if complaint.reopenings == deadlock.REOPENINGS:
        before = {owner.person_id, *(each.author_id for each in complaints.answers_of(work.db, complaint.id)[:1])}
        others = (each for each in assignment.candidates(work, complaint) if each.person_id not in before)
        if other := next(others, None):
            assignment.hand_over(work, complaint, other)
            assignment.send_files(work, work.db.get_one(Person, other.person_id), complaint)
    told = colleague(work.db, complaint.owner_id)
    if told is not None:
        work.tell(told, "case_reopened" if belongs(work.actor.id, complaint) else "case_reopened_inside", complaint)
