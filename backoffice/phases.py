"""The life of a review as one table. It is moved by the moves of its case, and by nothing else but its admission."""

from datetime import timedelta
from enum import StrEnum

from backoffice import errors
from backoffice.rights import DECIDER, seated
from backoffice.stages import Event
from backoffice.work import Work
from storage.complaints import Complaint
from storage.people import Person
from storage.reviews import Review


class Phase(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    IN_COMMITTEE = "in_committee"  # in the light mode the committee is one person
    DECIDED = "decided"
    CLOSED = "closed"


class Step(StrEnum):
    """Named as the audit log will tell it: `review.requested`."""

    REQUESTED = "requested"
    ADMITTED = "admitted"
    DECIDED = "decided"
    ENDED = "ended"


P, T, E = Phase, Step, Event
MOVES: dict[tuple[Phase, Step], Phase] = {
    (P.DRAFT, T.REQUESTED): P.REQUESTED,
    (P.REQUESTED, T.ADMITTED): P.IN_COMMITTEE,
    (P.REQUESTED, T.ENDED): P.CLOSED,
    (P.IN_COMMITTEE, T.DECIDED): P.DECIDED,
    (P.IN_COMMITTEE, T.ENDED): P.CLOSED,
    (P.DECIDED, T.ENDED): P.CLOSED,
}
ENDS = {
    P.REQUESTED: ("withdrawn", "not_admitted", "solved", "unseated"),
    P.IN_COMMITTEE: ("withdrawn", "unseated", "lapsed"),
    P.DECIDED: ("accepted", "refused_by_customer", "lapsed", "withdrawn"),
}
"""Why a review is closed, by the phase that it was in; `unseated`: nobody free of conflict was left to sit."""

# What a move of the case does to its running review, and why that ends, where the move alone says so.
CAUSED: dict[tuple[Phase, Event], tuple[Step, str]] = {
    (P.DRAFT, E.REVIEW_REQUESTED): (T.REQUESTED, ""),
    (P.IN_COMMITTEE, E.REVIEWED): (T.DECIDED, ""),
    (P.REQUESTED, E.ANSWERED): (T.ENDED, "solved"),
    (P.DECIDED, E.ACCEPTED): (T.ENDED, "accepted"),
    (P.DECIDED, E.ROUTES_OFFERED): (T.ENDED, "refused_by_customer"),
    (P.DECIDED, E.LAPSED): (T.ENDED, "lapsed"),
    **{(phase, E.WITHDRAWN): (T.ENDED, "withdrawn") for phase in ENDS},
    **{(phase, event): (T.ENDED, "") for phase in (P.REQUESTED, P.IN_COMMITTEE)
       for event in (E.REVIEW_ENDED, E.ROUTES_OFFERED)},
}  # fmt: skip


def follow(work: Work, complaint: Complaint, event: Event, ended: str) -> None:
    """Move the running review as this move of its case demands. `ended`: why, where the case's event does not say."""
    if complaint.review_id is None:
        return
    review = work.db.get_one(Review, complaint.review_id)
    caused = CAUSED.get((Phase(review.stage), event))
    if caused is None:
        return
    step, reason = caused
    if step is Step.ENDED and review.stage in (P.REQUESTED, P.IN_COMMITTEE) and not reason:
        reason = ended
    advance(work, complaint, review, step, reason)


def advance(work: Work, complaint: Complaint, review: Review, step: Step, ended: str = "") -> None:
    """Move the review and write the audit event. Raises errors.IllegalMove where the table does not lead on."""
    was = Phase(review.stage)
    goal = MOVES.get((was, step))
    if goal is None or (goal is P.CLOSED and ended not in ENDS[was]):
        raise errors.IllegalMove(complaint=complaint.id, stage=was, event=step)
    review.stage = goal
    touch(work, complaint)
    why = {"why": ended} if ended else {}
    work.record(f"review.{step}", complaint, review=review.id, was=was, now=goal, **why)
    if goal is P.CLOSED:
        review.ended, review.ended_at = ended, work.now
        complaint.review_id = None
    if was in (P.REQUESTED, P.IN_COMMITTEE) and goal in (P.DECIDED, P.CLOSED):
        _dismiss(work, complaint, ended or goal, review.outcome)


def _dismiss(work: Work, complaint: Complaint, why: str, outcome: str | None) -> None:
    """Those who sat on it leave the file, and its handlers come back to it."""
    sat, complaint.panel = seated(complaint), {}
    complaint.barred = {each: barred for each, barred in complaint.barred.items() if barred != DECIDER}
    for person_id in sat:
        person = work.db.get_one(Person, person_id)
        work.tell(person, "review_over", code=complaint.code, why=why, outcome=outcome)


def is_in(work: Work, complaint: Complaint, *phases: Phase) -> bool:
    """Whether a review runs, and is in one of these phases."""
    review = work.db.get(Review, complaint.review_id) if complaint.review_id else None
    return review is not None and review.stage in phases


def touch(work: Work, complaint: Complaint) -> None:
    """Mark the case as changed, also twice in one moment: two who act on one review at once collide on its case."""
    complaint.touched_at = max(work.now, complaint.touched_at + timedelta.resolution)


def running(work: Work, complaint: Complaint, *phases: Phase) -> Review:
    """The review that runs, if it is in one of these phases. Raises errors.Stale."""
    review = work.db.get(Review, complaint.review_id) if complaint.review_id else None
    if review is None or review.stage not in phases:
        raise errors.Stale(complaint=complaint.id)
    return review


def diagram() -> str:
    """The table as a Mermaid state diagram, for people to read."""
    arrows = [f"    {was} --> {goal}: {step}" for (was, step), goal in MOVES.items()]
    return "\n".join(["stateDiagram-v2", "    [*] --> draft", *arrows])
