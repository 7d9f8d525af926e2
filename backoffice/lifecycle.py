"""The life of a complaint (ISO 10002, clause 7) as one table, and the only function that moves a case along it."""

from typing import Any

from backoffice import account_cases, clocks, errors, phases, tasks
from backoffice.disputes import course
from backoffice.disputes import phases as disputes
from backoffice.stages import OPEN, Event, Stage
from backoffice.work import Work
from storage.complaints import Complaint

S, E = Stage, Event
IN_HAND = frozenset({S.RECEIVED, S.ASSESSED, S.INVESTIGATING})
REVIEWABLE = IN_HAND | {S.AWAITING_INFO, S.AWAITING_APPROVAL, S.ANSWERED, S.IMPLEMENTING, S.IN_DISPUTE, S.CLOSED}
UNRESOLVED = IN_HAND | {S.ANSWERED, S.IN_REVIEW, S.CLOSED}

# Where an event leads. More than one goal: the use-case says which (a guard decides, or the case goes back).
MOVES: dict[tuple[Stage, Event], frozenset[Stage]] = {
    (S.DRAFT, E.SUBMITTED): frozenset({S.RECEIVED}),
    (S.RECEIVED, E.ASSESSED): frozenset({S.ASSESSED}),
    (S.ASSESSED, E.STARTED): frozenset({S.INVESTIGATING}),
    (S.INVESTIGATING, E.ASKED): frozenset({S.AWAITING_INFO}),
    (S.AWAITING_INFO, E.INFORMED): frozenset({S.INVESTIGATING}),
    (S.INVESTIGATING, E.ANSWERED): frozenset({S.ANSWERED}),
    (S.INVESTIGATING, E.PROPOSED): frozenset({S.AWAITING_APPROVAL}),
    (S.AWAITING_APPROVAL, E.APPROVED): frozenset({S.ANSWERED}),
    (S.AWAITING_APPROVAL, E.RETURNED): frozenset({S.INVESTIGATING}),
    (S.ANSWERED, E.ACCEPTED): frozenset({S.IMPLEMENTING, S.CONFIRMING, S.CLOSED}),
    (S.ANSWERED, E.REFUSED): frozenset({S.INVESTIGATING}),
    (S.ANSWERED, E.COUNTERED): frozenset({S.INVESTIGATING}),
    (S.ANSWERED, E.REVISED): frozenset({S.ANSWERED}),
    (S.IMPLEMENTING, E.CARRIED_OUT): frozenset({S.CONFIRMING}),
    (S.CONFIRMING, E.CONFIRMED): frozenset({S.CLOSED}),
    (S.CONFIRMING, E.DENIED): frozenset({S.IMPLEMENTING}),
    (S.CLOSED, E.REOPENED): frozenset({S.INVESTIGATING, S.IN_DISPUTE}),
    (S.AWAITING_INFO, E.LAPSED): frozenset({S.CLOSED, S.INVESTIGATING}),
    (S.ANSWERED, E.LAPSED): frozenset({S.CLOSED}),
    (S.CONFIRMING, E.LAPSED): frozenset({S.CLOSED}),
    **{(stage, E.REVIEW_REQUESTED): frozenset({S.IN_REVIEW}) for stage in REVIEWABLE},
    (S.IN_REVIEW, E.REVIEWED): frozenset({S.ANSWERED}),
    (S.IN_REVIEW, E.ANSWERED): frozenset({S.ANSWERED}),
    (S.IN_REVIEW, E.REVIEW_ENDED): REVIEWABLE - {S.AWAITING_INFO, S.AWAITING_APPROVAL},
    **{(stage, E.ROUTES_OFFERED): frozenset({S.IN_DISPUTE}) for stage in UNRESOLVED},
    (S.IN_DISPUTE, E.ANSWERED): frozenset({S.ANSWERED}),
    (S.IN_DISPUTE, E.DECLINED): frozenset({S.CLOSED}),
    (S.IN_DISPUTE, E.LAPSED): frozenset({S.CLOSED}),
    (S.IN_DISPUTE, E.CONCLUDED): frozenset({S.CLOSED}),
    **{(stage, E.WITHDRAWN): frozenset({S.CLOSED}) for stage in OPEN},
    **{(stage, event): frozenset({S.CLOSED}) for stage in IN_HAND for event in (E.EXCLUDED, E.MERGED)},
    (S.CLOSED, E.CONTESTED): frozenset({S.RECEIVED}),
}


def move(
    work: Work,
    complaint: Complaint,
    event: Event,
    *,
    to: Stage | None = None,
    turn: int | None = None,
    **facts: Any,
) -> None:
    """Move the case, and its review, its dispute or its remedies where that goes with it, and write the audit events.

    `turn` is the one that a button was drawn for. Raises errors.Stale when the case has moved since, and
    errors.IllegalMove when the table does not lead from here.
    """
    was = Stage(complaint.stage)
    if turn is not None and turn != complaint.turn:
        raise errors.Stale(complaint=complaint.id)
    goals = MOVES.get((was, event))
    if goals is None or not disputes.allows(complaint, event):
        raise errors.IllegalMove(complaint=complaint.id, stage=was, event=event)
    goal = to if to is not None else _only(goals)
    if goal not in goals:
        raise errors.IllegalMove(complaint=complaint.id, stage=was, event=event)
    complaint.stage = goal
    complaint.turn += 1
    complaint.touched_at = work.now
    work.record(f"complaint.{event}", complaint, was=was, now=goal, **facts)
    ended = str(facts.get("ended", ""))
    phases.follow(work, complaint, event, ended)
    course.follow(work, complaint, event, ended)
    clocks.follow(work, complaint, event)
    tasks.follow(work, complaint, was, event)
    account_cases.follow(work, complaint, event)


def possible(complaint: Complaint, event: Event) -> bool:
    """Whether the table leads from the case's stage by this event (buttons are drawn by it)."""
    return (Stage(complaint.stage), event) in MOVES and disputes.allows(complaint, event)


def _only(goals: frozenset[Stage]) -> Stage:
    (goal,) = goals
    return goal


FROM_MANY = {
    E.WITHDRAWN: S.CLOSED,
    E.EXCLUDED: S.CLOSED,
    E.MERGED: S.CLOSED,
    E.REVIEW_REQUESTED: S.IN_REVIEW,
    E.ROUTES_OFFERED: S.IN_DISPUTE,
}
"""Events that lead to one stage from many; in the picture each is a note."""


def diagram() -> str:
    """The table as a Mermaid state diagram, for people to read."""
    arrows = [
        f"    {was} --> {goal}: {event}"
        for (was, event), goals in MOVES.items()
        if event not in (*FROM_MANY, E.REVIEW_ENDED)
        for goal in sorted(goals)
    ]
    notes = []
    for event, goal in FROM_MANY.items():
        sources = [stage for stage in Stage if (stage, event) in MOVES]
        back = "; review_ended leads back there" if event is E.REVIEW_REQUESTED else ""
        notes.append(f"    note right of {goal}: {event} from {', '.join(sources)}{back}")
    return "\n".join(["stateDiagram-v2", "    [*] --> draft", *arrows, *notes])
