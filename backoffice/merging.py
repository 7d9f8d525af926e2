"""Two complaints about one matter become one case, and two again where that was wrong (T8, T87).

Nothing is copied: the words and files of the merged case are shown with the other one, and stay its own. The older one
goes on, so no receipt is lost, and never later than either was promised.
"""

from backoffice import assignment, clocks, deadlock, errors, rights
from backoffice.closing import close
from backoffice.entries import tell_file
from backoffice.learning.causes import MERGED
from backoffice.lifecycle import move, possible
from backoffice.organisation_file import SEVERITIES
from backoffice.reopening import OTHERWISE, come_back
from backoffice.resuming import bring_forward, give, take_up, tell_customer
from backoffice.stages import Event, Stage
from backoffice.work import Work
from storage import complaints
from storage.complaints import Complaint
from storage.people import colleague

AMONG = 20  # the latest other complaints of the same person
ELSEWHERE = (Stage.IN_REVIEW, Stage.IN_DISPUTE)  # others work on it there


def masters(work: Work, complaint: Complaint) -> list[Complaint]:
    """Older cases of the same complainant into which it could be merged by the actor, newest first."""
    if complaint.anonymous or not possible(complaint, Event.MERGED):
        return []
    beside = complaints.beside(work.db, complaint.customer_id, complaint.id, AMONG)
    return [each for each in beside if why_not(work, complaint, each) is None and rights.may(work.actor, "read", each)]


def alike(work: Work, complaint: Complaint) -> list[Complaint]:
    """Those of them that it perhaps repeats: of the same category, or about the same order."""
    wanted = (complaint.reference or "").casefold()
    return [
        each
        for each in masters(work, complaint)
        if each.category == complaint.category or (wanted and (each.reference or "").casefold() == wanted)
    ]


def why_not(work: Work, complaint: Complaint, master: Complaint) -> str | None:
    """Why it cannot be merged into that one, as errors.SetAsideRefused names it; None if it can."""
    if complaint.anonymous or master.anonymous:
        return "anonymous"
    if master.customer_id != complaint.customer_id or master.id == complaint.id or master.received_at is None:
        return "other_customer"
    if complaint.received_at is None or master.received_at > complaint.received_at:
        return "later"
    if Stage(master.stage) in ELSEWHERE:
        return "elsewhere"
    if Stage(master.stage) is Stage.CLOSED and not _comes_back(work, master):
        return "over"
    return "contested" if _was_contested(work, complaint, master) else None


def merge(work: Work, complaint: Complaint, master: Complaint, *, turn: int | None = None) -> None:
    """Make it a part of the older one, which comes back where it was closed. Its complainant hears the one number."""
    rights.require(work, "merge", complaint)
    rights.require(work, "read", master)
    if why := why_not(work, complaint, master):
        raise errors.SetAsideRefused(complaint=complaint.id, why=why)
    promised = complaint.due_at
    move(work, complaint, Event.MERGED, turn=turn, master=master.id)
    close(work, complaint, MERGED)
    complaint.merged_into_id = master.id
    for part in complaints.merged_into(work.db, complaint.id):
        part.merged_into_id = master.id
    if Stage(master.stage) is Stage.CLOSED:
        come_back(work, master, merged=complaint.id)
    _weigh(work, complaint, master)
    bring_forward(work, master, promised)
    master.touched_at = work.now
    work.record("case.merged_in", master, part=complaint.id)
    tell_customer(work, complaint, "complaint_merged", master_id=master.id)
    assignment.tell_owner(work, master, "merged_in", part_id=complaint.id)
    owner = colleague(work.db, master.owner_id)
    if owner is not None and owner.id != complaint.owner_id:
        for file in complaints.attachments_of(work.db, complaint.id):
            tell_file(work, owner, master, file, None, "staff")


def contest(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """It is another matter: two cases again, each with its own words and dates (T87)."""
    rights.require(work, "unmerge", complaint)
    if complaint.merged_into_id is None:
        raise errors.Stale(complaint=complaint.id)
    master = complaint.merged_into_id
    take_up(work, complaint, turn=turn, master=master)
    work.record("case.merged_out", work.db.get_one(Complaint, master), part=complaint.id)
    give(work, complaint, "merge_contested")
    if work.actor.id != complaint.customer_id:
        tell_customer(work, complaint, "complaint_unmerged")


def followed(work: Work, complaint: Complaint) -> Complaint:
    """The case that goes on in its place; itself if it was not merged."""
    return work.db.get_one(Complaint, complaint.merged_into_id) if complaint.merged_into_id else complaint


def _comes_back(work: Work, master: Complaint) -> bool:
    """Whether a closed case can be opened again for what is new."""
    if master.closed_at is None or master.closed_reason in OTHERWISE:
        return False
    in_time = work.now <= work.organisation.due("reopen", None, master.closed_at)
    return in_time and master.reopenings < deadlock.REOPENINGS


def _was_contested(work: Work, complaint: Complaint, master: Complaint) -> bool:
    events = (each for each in work.history(complaint) if each.event == "complaint.contested")
    return any(each.facts.get("master") == master.id for each in events)


def _weigh(work: Work, complaint: Complaint, master: Complaint) -> None:
    """The graver of the two severities holds."""
    if complaint.severity is None:
        return
    if master.severity is None or SEVERITIES.index(complaint.severity) < SEVERITIES.index(master.severity):
        master.severity = complaint.severity
        work.record("complaint.severity_changed", master, severity=master.severity, part=complaint.id)
        clocks.reweigh(work, master)
