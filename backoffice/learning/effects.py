"""Whether an action helped (ISO 10002, 8.7): how often it happened before against how often since, in equal spans.

The figures decide; who made the action, or a complaints manager, decides where there is nothing to measure, and can
decide otherwise with a reason.
"""

from datetime import datetime
from typing import Any

from backoffice import errors, reminders, rights
from backoffice.learning import actions, occurrences, states, timing
from backoffice.learning.occurrences import Pattern
from backoffice.learning.states import State, Step
from backoffice.work import Work
from storage.actions import Action, ActionRound, rounds_of
from storage.people import Person

EFFECTIVE, INEFFECTIVE, UNMEASURED = "effective", "ineffective", "unmeasured"


def pattern_of(action: Action) -> Pattern:
    return Pattern(action.cause, action.category, action.unit, action.product, action.branch)


def target(work: Work, earlier: int) -> float:
    """At most how often it may have happened since, for the action to have helped."""
    return earlier * work.organisation.learning.effective_percent / 100


def check(work: Work, action: Action) -> None:
    """Compare the two spans. Where nothing happened before, nothing can be measured, and somebody has to decide."""
    round_ = actions.current(work, action)
    if round_.done_at is None:
        raise LookupError("only what was done can be checked")
    length = timing.span(round_)
    round_.earlier = occurrences.count(work, pattern_of(action), action.made_at - length, action.made_at)
    round_.later = occurrences.count(work, pattern_of(action), round_.done_at, round_.done_at + length)
    round_.measured_at = work.now
    if round_.earlier:
        helped = round_.later <= target(work, round_.earlier)
        _conclude(work, action, round_, helped=helped, earlier=round_.earlier, later=round_.later)
        return
    timing.rest(action)
    states.touch(action)
    facts: dict[str, Any] = {"verdict": UNMEASURED, "earlier": round_.earlier, "later": round_.later}
    work.record("action.checked", action=action.id, number=action.number, was=action.state, now=action.state, **facts)
    _tell(work, action, "action_checked", round_)


def decidable(work: Work, action: Action) -> str | None:
    """Which verdict somebody can come to now: EFFECTIVE, INEFFECTIVE, or UNMEASURED where both are open."""
    match State(action.state):
        case State.DONE if actions.current(work, action).measured_at is not None:
            return UNMEASURED
        case State.EFFECTIVE:
            return INEFFECTIVE
        case State.OPEN if _before(work, action) is not None:
            return EFFECTIVE
        case _:
            return None


def decide(work: Work, action: Action, *, helped: bool, words: str | None = None, turn: int | None = None) -> None:
    """Say that it helped, or did not: by a tap where it could not be measured, with a reason against the figures.

    Raises errors.ActionRefused where there is nothing to decide, errors.Invalid where the reason is missing.
    """
    rights.require_on(work, "steer", action)
    states.require_turn(action, turn)
    open_to = decidable(work, action)
    if open_to not in (UNMEASURED, EFFECTIVE if helped else INEFFECTIVE):
        raise errors.ActionRefused(action=action.id, why="not_now")
    facts = {}
    if open_to != UNMEASURED:
        facts["words"] = actions.write(work, action, actions.DECIDED, words or "").id
    round_ = actions.current(work, action)
    if (before := _before(work, action)) is not None and State(action.state) is State.OPEN:
        round_.void, action.round_id, round_ = True, before.id, before
        action.due_at, action.wanted_at = before.due_at, None
    round_.decided_by = work.actor.id
    _conclude(work, action, round_, helped=helped, **facts)


def _before(work: Work, action: Action) -> ActionRound | None:
    """The round that was found not to have helped, of which the one that runs now came."""
    before = [each for each in rounds_of(work.db, action.id) if not each.void and each.id != action.round_id]
    return before[-1] if before and before[-1].verdict == INEFFECTIVE else None


def _conclude(work: Work, action: Action, round_: ActionRound, *, helped: bool, **facts: int) -> None:
    round_.checked_at = round_.checked_at or work.now
    round_.verdict = EFFECTIVE if helped else INEFFECTIVE
    states.advance(work, action, Step.HELPED if helped else Step.DID_NOT_HELP, verdict=round_.verdict, **facts)
    timing.rest(action)
    if not helped:
        states.advance(work, action, Step.REOPENED)
        actions.begin_round(work, action, timing.usual_due(work, actions.linked_to(work, action)))
    _tell(work, action, "action_checked", round_)


def _tell(work: Work, action: Action, template: str, round_: ActionRound) -> None:
    """Owner, maker and the complaints managers; by the tick, in working time."""
    who = [actions.owner_of(work, action), actions.maker_of(work, action), *actions.managers(work)]
    told: dict[int, Person] = {person.id: person for person in who if person is not None}
    not_before: datetime | None = reminders.soon(work) if work.actor.person is None else None
    for person in told.values():
        if person.id != work.actor.id:
            work.tell(person, template, action=action.id, round=round_.id, not_before=not_before)
