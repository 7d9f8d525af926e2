"""What closing means for a case that has just moved there."""

from backoffice import surveys
from backoffice.work import Work
from storage.complaints import Complaint
from storage.people import colleague


def close(work: Work, complaint: Complaint, reason: str, *, ask_cause: bool = True) -> None:
    """Note when and why; the root cause is asked of its owner (ISO 10002, 8.2)."""
    complaint.closed_at = work.now
    complaint.closed_reason = reason
    surveys.closed(work, complaint)
    owner = colleague(work.db, complaint.owner_id)
    if ask_cause and owner is not None:
        work.tell(owner, "cause_wanted", complaint)
