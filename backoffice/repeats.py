"""Who follows up again and again without an answer (S1): the case comes first, and its supervisor knows."""

from sqlmodel import col, select

from backoffice import assignment
from backoffice.stages import OPEN, Stage
from backoffice.work import Work
from storage.complaints import Complaint, Entry

UNHEARD = 3  # messages of the complainant without a word of ours
AFTER_RESPONSE = 2  # the same after a final response: whoever comes back then was not understood


def followed_up(work: Work, complaint: Complaint, entries: list[Entry]) -> None:
    """The complainant wrote without being asked. The parts of an album are one message."""
    stage = Stage(complaint.stage)
    if stage not in OPEN or stage in (Stage.AWAITING_INFO, Stage.IN_REVIEW):
        return
    complaint.contacts += sum(not _is_further_part(work, each) for each in entries)
    if complaint.contacts >= UNHEARD and complaint.chased_at is None:
        complaint.chased_at = work.now
        work.record("complaint.repeat_contact", complaint, contacts=complaint.contacts)
        assignment.tell_overseers(work, complaint, "repeat_contact")


def replied(complaint: Complaint, *, finally_: bool = False) -> None:
    """A word of ours has gone to the complainant; `finally_`: it was a final response."""
    complaint.contacts = UNHEARD - AFTER_RESPONSE if finally_ else 0
    complaint.chased_at = None


def _is_further_part(work: Work, entry: Entry) -> bool:
    if entry.album is None:
        return False
    same = select(Entry.id).where(Entry.complaint_id == entry.complaint_id, Entry.album == entry.album)
    return work.db.exec(same.where(col(Entry.id) < entry.id).limit(1)).first() is not None
