"""Which way is open to a complainant who is not satisfied: a review while one is left, and the routes outside."""

from dataclasses import dataclass
from datetime import datetime

from backoffice.lifecycle import possible
from backoffice.phases import Phase
from backoffice.stages import Event, Stage
from backoffice.work import Work
from storage import complaints, disputes, reviews
from storage.complaints import Answer, Complaint

AFTER_CLOSING = ("silent", "not_upheld", "resolved", "tacit", "unresolved")  # what was answered, and then closed
USED_UP_NOTHING = ("withdrawn", "solved")  # how a review ends after which another one can be asked for
ANSWERABLE = (  # where there may be an answer that dissatisfies
    Stage.ANSWERED, Stage.IN_DISPUTE, Stage.INVESTIGATING, Stage.AWAITING_INFO, Stage.AWAITING_APPROVAL,
)  # fmt: skip
ANSWER = "answer"  # the trigger where nothing but the answer itself dissatisfies


@dataclass(frozen=True, slots=True)
class Review:
    """A review can be asked for, in time `until` then; or late, with a reason."""

    late: bool
    until: datetime


def review(work: Work, complaint: Complaint) -> Review | None:
    """Whether and until when a review can be asked for (T27, T83)."""
    if not possible(complaint, Event.REVIEW_REQUESTED):
        return None
    since = _since(work, complaint)
    if since is None or not review_left(work, complaint):
        return None
    for late, window in ((False, "review"), (True, "late_review")):
        until = work.organisation.due(window, None, since)
        if work.now <= until:
            return Review(late, until)
    return None


def review_left(work: Work, complaint: Complaint) -> bool:
    """A complaint is reviewed once; what was withdrawn, or solved before anybody sat, does not count."""
    asked = (each for each in reviews.of_case(work.db, complaint.id) if each.stage != Phase.DRAFT)
    return all(each.ended in USED_UP_NOTHING and each.decided_at is None for each in asked)


def too_late(work: Work, complaint: Complaint) -> bool:
    """Whether a review could have been asked for once, and all the time for it has passed."""
    since = _since(work, complaint)
    return since is not None and work.now > work.organisation.due("late_review", None, since)


def outside(work: Work, complaint: Complaint) -> datetime | None:
    """Until when the routes outside can be taken up after closing (T84); None if they cannot."""
    if complaint.closed_reason not in AFTER_CLOSING and not _dismissed_only(work, complaint):
        return None
    answers = complaints.answers_of(work.db, complaint.id)
    since = max((each.delivered_at or each.at for each in answers[-1:]), default=complaint.unresolved_at)
    if since is None:
        return None
    until = work.organisation.due("external", None, since)
    return until if work.now <= until else None


def _dismissed_only(work: Work, complaint: Complaint) -> bool:
    """Whether a body outside saw no claim, and its word does not bind the complainant: others can still be asked."""
    if complaint.closed_reason != "decided":
        return False
    last = disputes.of_case(work.db, complaint.id)[-1]
    decision = disputes.outcomes_of(work.db, last.id)[-1]
    return decision.upheld is False and decision.binding != "both"


def _since(work: Work, complaint: Complaint) -> datetime | None:
    """From when the time for a review runs: the final response, or our giving up; whichever was later."""
    stage = Stage(complaint.stage)
    answered = stage in ANSWERABLE
    closed = stage is Stage.CLOSED and complaint.closed_reason in AFTER_CLOSING
    answers = complaints.answers_of(work.db, complaint.id) if answered or closed else []
    return _given_up(complaint, answers)


def _given_up(complaint: Complaint, answers: list[Answer]) -> datetime | None:
    final = [each.delivered_at or each.at for each in answers if each.review_id is None]
    return max(filter(None, (*final[-1:], complaint.deadlock_at)), default=None)


def days_late(work: Work, complaint: Complaint, asked_at: datetime) -> int:
    """By how many days a request for a review missed its time."""
    since = _given_up(complaint, complaints.answers_of(work.db, complaint.id))
    until = work.organisation.due("review", None, since) if since else asked_at
    return max((asked_at - until).days + 1, 0)
