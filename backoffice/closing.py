"""What closing means for a case that has just moved there."""

from datetime import datetime

from backoffice import assignment, surveys
from backoffice.learning import causes
from backoffice.work import Work
from storage.complaints import Complaint
from storage.people import colleague

TOLD = (causes.EXCLUDED, causes.WITHDRAWN)  # the owner hears of these from whoever does them


def close(work: Work, complaint: Complaint, reason: str, *, not_before: datetime | None = None) -> None:
    """Note when and why; the root cause is asked of its owner (ISO 10002, 8.2), but of what was taken back not.

    `not_before`: when the owner may hear of it, if not at once.
    """
    complaint.closed_at = work.now
    complaint.closed_reason = reason
    work.record("complaint.closed", complaint, reason=reason)
    surveys.closed(work, complaint)
    if causes.begin(work, complaint):
        if (owner := colleague(work.db, complaint.owner_id)) is not None:
            work.tell(owner, "cause_wanted", complaint, not_before=not_before)
    elif reason not in TOLD:
        assignment.tell_owner(work, complaint, "case_news", not_before=not_before, what="closed")
