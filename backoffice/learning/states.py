"""The life of a corrective or preventive action as one table, and the one function that moves it (ISO 10002, 8.7).

An action is not over when it is done, but when it was checked that it helped; one that did not help begins anew.
"""

from enum import StrEnum
from typing import Any

from backoffice import errors
from backoffice.work import Work
from storage.actions import Action


class State(StrEnum):
    OPEN = "open"
    DONE = "done"  # as its owner says, with evidence; whether it helps shows later
    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"
    DROPPED = "dropped"


class Step(StrEnum):
    DONE = "done"
    EVIDENCE_REFUSED = "evidence_refused"
    HELPED = "helped"
    DID_NOT_HELP = "did_not_help"
    REOPENED = "reopened"
    DROPPED = "dropped"


MOVES: dict[tuple[State, Step], State] = {
    (State.OPEN, Step.DONE): State.DONE,
    (State.OPEN, Step.DROPPED): State.DROPPED,
    (State.OPEN, Step.HELPED): State.EFFECTIVE,  # the round before is found to have helped after all
    (State.DONE, Step.EVIDENCE_REFUSED): State.OPEN,
    (State.DONE, Step.HELPED): State.EFFECTIVE,
    (State.DONE, Step.DID_NOT_HELP): State.INEFFECTIVE,
    (State.EFFECTIVE, Step.DID_NOT_HELP): State.INEFFECTIVE,  # as is found after all
    (State.INEFFECTIVE, Step.REOPENED): State.OPEN,
}
EVENTS = {Step.HELPED: "checked", Step.DID_NOT_HELP: "checked"}
"""As what the audit log tells of a step that is not named so itself."""
RUNNING = (State.OPEN, State.DONE)


def possible(action: Action, step: Step) -> bool:
    return (State(action.state), step) in MOVES


def advance(work: Work, action: Action, step: Step, *, turn: int | None = None, **facts: Any) -> None:
    """Move the action and write the audit event. Raises errors.ActionRefused where the table does not lead on, or the
    `turn` of the button is not that of the action any more."""
    goal = MOVES.get((State(action.state), step))
    if goal is None:
        raise errors.ActionRefused(action=action.id, why="not_now")
    require_turn(action, turn)
    was, action.state = action.state, goal
    touch(action)
    work.record(f"action.{EVENTS.get(step, step)}", action=action.id, number=action.number, was=was, now=goal, **facts)


def require_turn(action: Action, turn: int | None) -> None:
    if turn not in (None, action.turn):
        raise errors.ActionRefused(action=action.id, why="changed")


def touch(action: Action) -> None:
    """Something happened to it: buttons drawn before are old."""
    action.turn += 1


def diagram() -> str:
    """The table as a Mermaid state diagram, for people to read."""
    arrows = [f"    {was} --> {goal}: {step}" for (was, step), goal in MOVES.items()]
    return "\n".join(["stateDiagram-v2", "    [*] --> open", *arrows])
