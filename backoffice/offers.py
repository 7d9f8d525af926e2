"""What is changed about an answer while the complainant decides on it: by them, or by us (T26, T29)."""

from backoffice import complaints, deadlock, errors, rights, risks
from backoffice.entries import add_entry
from backoffice.lifecycle import move, possible
from backoffice.stages import Event, Stage
from backoffice.work import Work
from storage.complaints import Complaint, Entry
from storage.people import colleague

COUNTER = "counter"  # kind of an entry


def can_counter(work: Work, complaint: Complaint) -> bool:
    """Whether the complainant can suggest something else: of our own answer, and twice at most; then others look."""
    answer = complaints.last_answer(work.db, complaint)
    own = answer is not None and answer.review_id is None
    return own and possible(complaint, Event.COUNTERED) and complaint.rounds <= deadlock.COUNTER_ANSWERS


def counter(
    work: Work, complaint: Complaint, text: str | None, *, turn: int | None = None, **source: int | None
) -> Entry:
    """The complainant would accept something else: the owner answers that soon (T26)."""
    rights.require(work, "counter", complaint)
    if turn not in (None, complaint.turn) or not can_counter(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    entry = add_entry(work, complaint, COUNTER, text, **source)
    move(work, complaint, Event.COUNTERED, round=complaint.rounds, entry=entry.id)
    risks.listen(work, complaint, [entry])
    owner = colleague(work.db, complaint.owner_id)
    if owner is not None:
        work.tell(owner, "counter_offered", complaint, entry_id=entry.id)
    return entry


def can_revise(work: Work, complaint: Complaint) -> bool:
    """Whether an answer of ours waits for the complainant, and could be another one (T29)."""
    answer = complaints.last_answer(work.db, complaint)
    return Stage(complaint.stage) is Stage.ANSWERED and answer is not None and answer.review_id is None
