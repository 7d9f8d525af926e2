"""Corrective and preventive actions: made of what complaints have in common, done by an owner, with evidence.

ISO 10002, 8.2 and 8.7: what is learnt becomes an action with somebody who sees to it, a date, and a check whether it
helped (`backoffice/learning/effects.py`). Its words are the staff's own, not a customer's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from backoffice import codes, errors, rights
from backoffice.entries import add_entry
from backoffice.learning import occurrences, states, timing
from backoffice.learning.occurrences import Pattern
from backoffice.learning.states import RUNNING, State, Step
from backoffice.organisation_file import ITEMS
from backoffice.rights import Role
from backoffice.words import required
from backoffice.work import Actor, Work
from storage import people
from storage.actions import Action, ActionCase, ActionRound, ActionWords
from storage.complaints import Complaint, Entry
from storage.people import Person, Staff, colleague, staff_of

CORRECTIVE, PREVENTIVE = "corrective", "preventive"
KINDS = (CORRECTIVE, PREVENTIVE)
CASE, ALARM, PARETO, INCIDENT = "case", "alarm", "pareto", "incident"
SOURCES = (CASE, ALARM, PARETO, INCIDENT)
EVIDENCE, REFUSAL, TIME, DROPPED, DECIDED = "evidence", "refusal", "time", "dropped", "decided"  # kinds of words
MAX_WORDS = 1000  # letters
LINKED = 20  # of the newest cases of a pattern
MENDING = 5  # business days for what was refused after its date
WIDE = (Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT, Role.DISPUTE_MANAGER)

Span = tuple[datetime, datetime]


# ------------------------------------------------------------------ how it begins


def of_case(complaint: Complaint) -> Pattern:
    """What a case has in common with others."""
    return Pattern(complaint.root_cause, complaint.category, complaint.department)


def scope(work: Work, pattern: Pattern) -> Pattern:
    """The pattern, as far as the actor may make an action of it: a supervisor only of the own unit, or of a product or
    branch for which it answers, wherever complaints of that go.

    Raises errors.NotAllowed for another unit's, errors.Invalid for a pattern of nothing.
    """
    rights.require(work, "make_action")
    if pattern == Pattern():
        raise errors.Invalid(what="unknown_choice")
    own = work.actor.staff.department if work.actor.staff else None
    if own is None or work.actor.roles & set(WIDE):
        return pattern
    if pattern.department is None and own in _answering(work, pattern):
        return pattern
    if pattern.department not in (None, own):
        raise errors.NotAllowed(action="make_action")
    return replace(pattern, department=own)


def may_make(work: Work, complaint: Complaint) -> bool:
    """Whether the actor could make an action of what the case has in common with others."""
    try:
        scope(work, of_case(complaint))
    except errors.OfficeError:
        return False
    return rights.may(work.actor, "read", complaint)


def make(
    work: Work,
    pattern: Pattern,
    words: str,
    *,
    source: str,
    reference: str | None = None,
    kind: str = CORRECTIVE,
    cases: Sequence[Complaint] = (),
    span: Span | None = None,
) -> Action:
    """Make an action of a pattern; `cases`: those from which it comes, or, of a `span` of time, the newest of them.

    It has an owner and a date at once: a supervisor of the unit, who can change how it works (the maker, if they are
    one, or there is none), and the limit of the organisation's file for the gravest case. Raises as `scope` does.
    """
    pattern = scope(work, pattern)
    if kind not in KINDS or source not in SOURCES:
        raise errors.Invalid(what="unknown_choice")
    for complaint in cases:
        rights.require(work, "read", complaint)
    linked = list(cases) or (occurrences.newest(work, pattern, *span, LINKED) if span else [])
    action = Action(
        number=codes.new_code(codes.ACTION),
        kind=kind,
        words=required(words, MAX_WORDS),
        cause=pattern.cause,
        category=pattern.category,
        product=pattern.product,
        branch=pattern.branch,
        unit=pattern.department,
        source=source,
        reference=reference,
        department=_department(work, pattern),
        maker_id=work.actor.id,
        made_at=work.now,
        state=State.OPEN,
        due_at=timing.usual_due(work, linked),
    )
    action.owner_id = _first_owner(work, action)
    work.db.add(action)
    work.db.flush()
    begin_round(work, action, action.due_at)
    for complaint in linked:
        work.db.add(ActionCase(action_id=action.id, complaint_id=complaint.id, at=work.now))
        work.record("action.linked", complaint, action=action.id, number=action.number)
    about = {name: getattr(action, name) for name in ("cause", "category", *ITEMS, "unit")} | {"cases": len(linked)}
    _record(work, "made", action, kind=kind, source=source, **about, owner=action.owner_id, due=_iso(action.due_at))
    tell(work, [owner_of(work, action)], "action_assigned", action)
    return action


# ------------------------------------------------------------------ what its owner does


def finish(work: Work, action: Action, words: str, *, turn: int | None = None) -> None:
    """It is done, with evidence in words; whether it helped is looked at after the time of the organisation's file."""
    rights.require_on(work, "finish", action)
    evidence = write(work, action, EVIDENCE, words)
    round_ = current(work, action)
    round_.done_at = work.now
    round_.check_at = work.organisation.due("effectiveness_check", timing.gravest(linked_to(work, action)), work.now)
    action.wanted_at = None
    states.advance(work, action, Step.DONE, turn=turn, words=evidence.id, late=work.now > round_.due_at)
    action.step = 0
    timing.arm(work, action, round_)
    tell(work, deciders(work, action), "action_done", action)


def hang(work: Work, action: Action, words: str) -> Entry | None:
    """The entry for a file that shows that it is done: an internal note on the newest of the linked cases on which the
    owner may write one. None without such a case."""
    rights.require_on(work, "finish", action)
    for complaint in reversed(linked_to(work, action)):
        if rights.may(work.actor, "note", complaint):
            entry = add_entry(work, complaint, "note", required(words))
            work.record("entry.added", complaint, entry=entry.id, action=action.number)
            return entry
    return None


def ask_for_date(work: Work, action: Action, day: date, words: str, *, turn: int | None = None) -> None:
    """The owner asks for another date, with the reason; who made it decides, or a complaints manager."""
    wanted = wished(work, action, day, turn=turn)
    reason = write(work, action, TIME, words)
    action.wanted_at = wanted
    states.touch(action)
    _record(work, "time_asked", action, until=_iso(wanted), words=reason.id)
    tell(work, deciders(work, action), "action_time_asked", action)


def wished(work: Work, action: Action, day: date, *, turn: int | None = None) -> datetime:
    """The moment that the owner would ask for with this day; refuses what `ask_for_date` would refuse."""
    rights.require_on(work, "ask_for_date", action)
    _require_open(action, turn)
    return timing.end_of(work, day)


def hand_over(work: Work, action: Action, to: int, *, turn: int | None = None) -> None:
    """Another owner; no date moves. Raises errors.Invalid for who cannot be it."""
    rights.require_on(work, "hand_over", action)
    states.require_turn(action, turn)
    if State(action.state) not in RUNNING:
        raise errors.ActionRefused(action=action.id, why="not_now")
    if to == action.owner_id or to not in {person.id for _staff, person in candidates(work, action)}:
        raise errors.Invalid(what="unknown_choice")
    before = owner_of(work, action)
    _give(work, action, to)
    tell(work, [owner_of(work, action)], "action_assigned", action)
    tell(work, [before], "action_taken_over", action, owner=to)


# ------------------------------------------------------------------ what is decided on it


def set_date(work: Work, action: Action, day: date, *, turn: int | None = None) -> None:
    """Another date, by who decides on it."""
    rights.require_on(work, "steer", action)
    _require_open(action, turn)
    _move_date(work, action, timing.end_of(work, day))
    tell(work, [owner_of(work, action)], "action_due_moved", action)


def answer_wish(work: Work, action: Action, *, granted: bool, turn: int | None = None) -> None:
    """Grant the date that the owner asked for, or keep the one that stands."""
    rights.require_on(work, "steer", action)
    _require_open(action, turn)
    wanted = action.wanted_at
    if wanted is None:
        raise errors.ActionRefused(action=action.id, why="not_now")
    if granted and wanted <= work.now:
        raise errors.Invalid(what="past_day")
    if granted:
        _move_date(work, action, wanted)
    else:
        action.wanted_at = None
        states.touch(action)
        _record(work, "time_refused", action, due=_iso(action.due_at))
    tell(work, [owner_of(work, action)], "action_due_moved" if granted else "action_time_refused", action)


def refuse_evidence(work: Work, action: Action, words: str, *, turn: int | None = None) -> None:
    """What was shown is not enough: it is open again, and its date stays, or, if that has passed, some days are left
    to mend it."""
    rights.require_on(work, "steer", action)
    reason = write(work, action, REFUSAL, words)
    states.advance(work, action, Step.EVIDENCE_REFUSED, turn=turn, words=reason.id)
    round_ = current(work, action)
    round_.done_at = round_.check_at = round_.measured_at = round_.earlier = round_.later = None
    if round_.due_at <= work.now:
        round_.due_at = work.organisation.calendar.add_business_days(work.now, MENDING)
    timing.begin(work, action, round_)
    tell(work, [owner_of(work, action)], "action_evidence_refused", action)


def drop(work: Work, action: Action, words: str, *, turn: int | None = None) -> None:
    """It is not wanted any more, and why."""
    rights.require_on(work, "steer", action)
    reason = write(work, action, DROPPED, words)
    states.advance(work, action, Step.DROPPED, turn=turn, words=reason.id)
    current(work, action).void = True
    action.wanted_at = None
    timing.rest(action)
    tell(work, [owner_of(work, action), maker_of(work, action)], "action_dropped", action)


# ------------------------------------------------------------------ who leaves


def give_back(work: Work, leaver: int) -> None:
    """Actions of somebody who leaves go to their makers, or to the complaints managers; what they had to decide on,
    others decide."""
    mine = select(Action).where(col(Action.state).in_(RUNNING), Action.owner_id == leaver)
    for action in list(work.db.exec(mine.order_by(col(Action.id)))):
        heirs = deciders(work, action)
        _give(work, action, heirs[0].id if heirs else None, why="left")
        for heir in heirs:  # also whoever removed the leaver: it is theirs now
            work.tell(heir, "action_came_back", action=action.id)
    made = select(Action).where(col(Action.state) == State.OPEN, Action.maker_id == leaver)
    for action in list(work.db.exec(made.where(col(Action.wanted_at).is_not(None)).order_by(col(Action.id)))):
        tell(work, deciders(work, action), "action_time_asked", action)


# ------------------------------------------------------------------ shared


def begin_round(work: Work, action: Action, due: datetime) -> ActionRound:
    """Another attempt: it is to be done by then."""
    counted = select(ActionRound).where(ActionRound.action_id == action.id, col(ActionRound.void).is_(False))
    number = len(work.db.exec(counted).all()) + 1
    round_ = ActionRound(action_id=action.id, round=number, begun_at=work.now, first_due=due, due_at=due)
    work.db.add(round_)
    work.db.flush()
    action.round_id = round_.id
    timing.begin(work, action, round_)
    return round_


def current(work: Work, action: Action) -> ActionRound:
    """The round that runs, or was the last."""
    return work.db.get_one(ActionRound, action.round_id)


def linked_to(work: Work, action: Action) -> list[Complaint]:
    """The cases from which it came, the oldest first, whoever may read them."""
    query = select(Complaint).join(ActionCase).where(ActionCase.action_id == action.id).order_by(col(Complaint.id))
    return list(work.db.exec(query))


def owner_of(work: Work, action: Action) -> Person | None:
    return colleague(work.db, action.owner_id)


def maker_of(work: Work, action: Action) -> Person | None:
    return colleague(work.db, action.maker_id)


def deciders(work: Work, action: Action) -> list[Person]:
    """Who decides on it: its maker, as long as they may; else the complaints managers, or who stands above."""
    maker = maker_of(work, action)
    if maker is not None and rights.may_on(Actor(maker, staff_of(work.db, maker.id)), "steer", action):
        return [maker]
    return managers(work)


def managers(work: Work) -> list[Person]:
    """The complaints managers; without any, top management."""
    everybody = people.team(work.db)
    for role in (Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT):
        if found := [person for staff, person in everybody if role in staff.roles]:
            return sorted(found, key=lambda each: each.id)
    return []


def candidates(work: Work, action: Action) -> list[tuple[Staff, Person]]:
    """Who can own it: colleagues who decide or handle something, those of the department first, by name."""
    able = [(staff, person) for staff, person in people.team(work.db) if set(staff.roles) & set(rights.MEMBERS)]
    return sorted(
        able,
        key=lambda each: (each[0].department != action.department, (each[1].name or "").casefold(), each[1].id),
    )


def write(work: Work, action: Action, kind: str, words: str) -> ActionWords:
    """Keep what somebody wrote about it."""
    written = ActionWords(
        action_id=action.id, kind=kind, text=required(words, MAX_WORDS), author_id=work.actor.id, at=work.now
    )
    work.db.add(written)
    work.db.flush()
    return written


def tell(work: Work, to: Iterable[Person | None], template: str, action: Action, **params: Any) -> None:
    """Each of them once, but not whoever has just acted."""
    told: dict[int, Person] = {person.id: person for person in to if person is not None}
    for person in told.values():
        if person.id != work.actor.id:
            work.tell(person, template, action=action.id, **params)


def _give(work: Work, action: Action, to: int | None, **facts: str) -> None:
    before, action.owner_id = action.owner_id, to
    action.wanted_at = None
    states.touch(action)
    _record(work, "handed_over", action, was=before, owner=to, **facts)


def _move_date(work: Work, action: Action, due: datetime) -> None:
    was, round_ = action.due_at, current(work, action)
    round_.due_at, action.wanted_at = due, None
    timing.begin(work, action, round_)
    states.touch(action)
    _record(work, "due_moved", action, was=_iso(was), due=_iso(due))


def _require_open(action: Action, turn: int | None) -> None:
    states.require_turn(action, turn)
    if State(action.state) is not State.OPEN:
        raise errors.ActionRefused(action=action.id, why="not_now")


def _department(work: Work, pattern: Pattern) -> str | None:
    """Whose work it is about: the pattern's, or that of its product, branch or category."""
    category = work.organisation.category(pattern.category or "")
    answering = [*_answering(work, pattern), *([category.department] if category else [])]
    return pattern.department or (answering[0] if answering else None)


def _answering(work: Work, pattern: Pattern) -> list[str]:
    """The units that answer for its product and its branch."""
    found = [work.organisation.item(kind, getattr(pattern, kind) or "") for kind in ITEMS]
    return [each.department for each in found if each]


def _first_owner(work: Work, action: Action) -> int | None:
    """A supervisor of the unit, one who is present first; its maker if they are one, or there is none."""
    unit = [
        staff
        for staff in people.all_staff(work.db)
        if Role.SUPERVISOR in staff.roles and staff.department == action.department and action.department is not None
    ]
    unit.sort(key=lambda each: (each.person_id != work.actor.id, each.away_since is not None, each.person_id))
    return unit[0].person_id if unit else work.actor.id


def _record(work: Work, event: str, action: Action, **facts: Any) -> None:
    work.record(f"action.{event}", action=action.id, number=action.number, **facts)


def _iso(moment: datetime) -> str:
    return moment.isoformat()
