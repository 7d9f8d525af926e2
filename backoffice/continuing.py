"""A complaint that continues one which cannot be opened again any more (T85). Each names the other."""

from backoffice import errors, intake, rights
from backoffice.organisation_file import ITEMS
from backoffice.reopening import can_be_reopened
from backoffice.stages import Stage
from backoffice.work import Work
from storage.complaints import Complaint

SAME = ("category", "department", "reference", *ITEMS)  # what is known of it already


def can_be_continued(work: Work, complaint: Complaint) -> bool:
    """Whether more about it belongs to a new complaint."""
    closed = Stage(complaint.stage) is Stage.CLOSED and complaint.merged_into_id is None
    return closed and not complaint.anonymous and not can_be_reopened(work, complaint)


def begin(work: Work, complaint: Complaint, language: str) -> Complaint:
    """The draft that continues it; one that was begun already goes on, and becomes it."""
    rights.require(work, "add", complaint)
    if not can_be_continued(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    draft = intake.begin(work, language)
    draft.continues_id = complaint.id
    draft.touched_at = work.now
    for name in SAME:
        if getattr(draft, name) is None:
            setattr(draft, name, getattr(complaint, name))
    return draft
