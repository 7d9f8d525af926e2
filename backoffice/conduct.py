"""Words that hurt people who work on a case: a kind warning, twice; then what is written comes first. No right is lost:
everything still reaches the file, and every date runs."""

from backoffice import assignment, errors, rights
from backoffice.customer_side import belongs
from backoffice.entries import OWN
from backoffice.resuming import tell_customer
from backoffice.stages import Stage
from backoffice.work import Work
from storage import complaints, special
from storage.complaints import Complaint, Entry
from storage.special import Mark

WARNINGS = 2
SHOWN = 4  # of the latest messages


def markable(work: Work, complaint: Complaint) -> list[Entry]:
    """The latest words of the complainant that nobody has marked yet, newest first."""
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        return []
    marked = {each.entry_id for each in special.marks_of(work.db, complaint.id)}
    found = reversed(complaints.entries_of(work.db, complaint.id))
    own = (each for each in found if each.kind in OWN and belongs(each.author_id, complaint))
    return [each for each in own if each.text and each.replaces_id is None and each.id not in marked][:SHOWN]


def mark(work: Work, complaint: Complaint, entry_id: int) -> Mark:
    """These words are abusive: the complainant is asked to keep to the matter; after two warnings, only to write."""
    rights.require(work, "mark_abusive", complaint)
    if entry_id not in {each.id for each in markable(work, complaint)}:
        raise errors.Stale(complaint=complaint.id)
    warned = len(special.marks_of(work.db, complaint.id)) < WARNINGS
    found = Mark(complaint_id=complaint.id, entry_id=entry_id, marked_by=work.actor.id or 0, at=work.now, warned=warned)
    work.db.add(found)
    complaint.touched_at = work.now
    work.record("case.words_marked", complaint, entry=entry_id, warned=warned)
    if warned:
        tell_customer(work, complaint, "asked_for_kindness", entry_id=entry_id)
    elif not complaint.written_only:
        complaint.written_only = True
        tell_customer(work, complaint, "written_only")
    for person in assignment.overseers(work, complaint):
        if person.id != work.actor.id:
            work.tell(person, "words_marked", complaint, entry_id=entry_id, by=work.actor.id)
    return found


def lift(work: Work, complaint: Complaint) -> None:
    """Files go on at once again; who handles it gets what was kept."""
    rights.require(work, "mark_abusive", complaint)
    if not complaint.written_only:
        raise errors.Stale(complaint=complaint.id)
    complaint.written_only = False
    complaint.touched_at = work.now
    work.record("case.written_only_lifted", complaint)
    tell_customer(work, complaint, "written_only_lifted")
