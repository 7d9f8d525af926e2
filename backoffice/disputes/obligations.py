"""Terms that hold are carried out: each with evidence, in time, until the customer has seen it (S17, T76-T79, T82).

What the customer owes never stops what the organisation owes; it is reminded of, and no more.
"""

from datetime import datetime, timedelta
from typing import Any

from backoffice import assignment, clocks, deadlock, errors, reminders, rights
from backoffice.closing import close
from backoffice.disputes import course, outcomes
from backoffice.disputes.outcomes import DECISION
from backoffice.disputes.phases import DECIDED, SETTLED, Phase, Step
from backoffice.disputes.speaking import speakers, tell_customer, tell_sides, tell_us
from backoffice.disputes.terms import NONE
from backoffice.entries import EVIDENCE, add_entry
from backoffice.lifecycle import move
from backoffice.rights import CUSTOMER, ORGANISATION, Role
from backoffice.stages import Event, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import clocks as rows
from storage.clocks import ENDED_UNMET, Deadline
from storage.complaints import Complaint, Entry
from storage.disputes import Dispute, Obligation, Outcome, obligations_of, of_case
from storage.people import Person, colleague

DENIAL = "reason"  # a kind of entry
TARGET, CONFIRM = "outcome", "customer_confirm"
DAILY = timedelta(days=1)


# ------------------------------------------------------------------ carrying out


def begin(work: Work, complaint: Complaint, outcome: Outcome) -> None:
    """From here on the dates of the terms run; where there is nothing to carry out the case is concluded at once."""
    for each in obligations_of(work.db, outcome.id):
        if each.what == NONE:
            each.done_at = work.now
    if still_open(work, outcome, ORGANISATION):
        late = any(due(work, each) <= work.now for each in still_open(work, outcome, ORGANISATION))
        _hold(work, complaint, outcome, not_before=_soon(work) if late else None)
        _tell_owner(work, complaint, outcome)
        return
    settled = not still_open(work, outcome)
    _carried_out(work, complaint, outcome, ask=not settled)
    if settled:
        conclude(work, complaint)


def due(work: Work, obligation: Obligation) -> datetime:
    """The end of its day."""
    return work.organisation.calendar.end_of_day(obligation.due_on)


def still_open(work: Work, outcome: Outcome, by: str | None = None) -> list[Obligation]:
    """What is not done yet, by this side or by either."""
    found = obligations_of(work.db, outcome.id)
    return [each for each in found if each.done_at is None and by in (None, each.by)]


def fulfil(work: Work, complaint: Complaint, obligation_id: int, text: str | None, **source: int | None) -> Entry:
    """It is done, and this shows it: words, or the message that brings a file. With the last one of ours the customer
    is asked whether they see it so (T76). Raises errors.DisputeRefused (twice)."""
    outcome, obligation = _find(work, complaint, obligation_id)
    rights.require(work, "take_part" if obligation.by == CUSTOMER else "fulfil", complaint)
    course.running(work, complaint, Phase.IMPLEMENTING, *([Phase.CONFIRMING] if obligation.by == CUSTOMER else []))
    if obligation.done_at is not None:
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    evidence = text if source.get("source") is not None else required(text or "")
    entry = add_entry(work, complaint, EVIDENCE, evidence, **source)
    obligation.done_at, obligation.evidence_id = work.now, entry.id
    work.record("obligation.done", complaint, obligation=obligation.id, entry=entry.id)
    tell_sides(work, complaint, "obligation_done", obligation_id=obligation.id, entry_id=entry.id)
    if complaint.dispute_phase == Phase.IMPLEMENTING:
        if still_open(work, outcome, ORGANISATION):
            _hold(work, complaint, outcome)
        else:
            _carried_out(work, complaint, outcome)
    return entry


def confirm(work: Work, complaint: Complaint, turn: int | None = None) -> None:
    """The customer has seen that all of ours is done (T78)."""
    rights.require(work, "confirm", complaint)
    course.running(work, complaint, Phase.CONFIRMING)
    conclude(work, complaint, turn=turn)


def deny(
    work: Work, complaint: Complaint, words: str, *, obligation_id: int | None = None, turn: int | None = None
) -> None:
    """It is not done, whatever we thought: this one, or all of ours (T79). Those who answer for it hear of it."""
    rights.require(work, "deny", complaint)
    course.running(work, complaint, Phase.CONFIRMING)
    outcome = outcomes.in_force(work, complaint)
    denied = _ours(work, outcome)
    if obligation_id is not None:
        denied = [each for each in denied if each.id == obligation_id]
    if not denied:
        raise errors.Stale(complaint=complaint.id)
    entry = add_entry(work, complaint, DENIAL, required(words))
    course.advance(work, complaint, Step.DENIED, turn=turn, obligations=[each.id for each in denied])
    _undo(work, complaint, outcome, denied)
    facts: dict[str, Any] = {"obligation_ids": [each.id for each in denied], "entry_id": entry.id}
    _alarm(work, complaint, "obligations_denied", assignment.overseers(work, complaint), **facts)


def overdue(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The date of an obligation has passed. One of ours is a breach: those who answer for the organisation hear of it
    every day until it is done, and the customer, once, how to enforce it (T77). Theirs is reminded of."""
    outcome = outcomes.in_force(work, complaint)
    late = [each for each in still_open(work, outcome) if due(work, each) <= work.now]
    theirs, own = ([each.id for each in late if each.by == side] for side in (CUSTOMER, ORGANISATION))
    first = deadline.breached_at is None
    if theirs and first:
        tell_customer(work, complaint, "own_part_due", obligation_ids=theirs)
    if not own:
        clocks.end(work, deadline, ENDED_UNMET)
        _hold(work, complaint, outcome)
        return
    deadline.breached_at = deadline.breached_at or work.now
    work.record("obligation.overdue", complaint, outcome=outcome.id, obligations=own)
    above = [*assignment.overseers(work, complaint), *deadlock.managers(work, complaint, Role.LEGAL)]
    _alarm(work, complaint, "obligations_overdue", above if first else [], obligation_ids=own)
    if first:
        tell_customer(work, complaint, "not_kept", obligation_ids=own)
    calendar, hours = work.organisation.calendar, work.organisation.reminders.hours
    deadline.next_at = calendar.within(work.now + DAILY, hours)


# ------------------------------------------------------------------ the end, and when it is not kept after all


def conclude(work: Work, complaint: Complaint, tacit: bool = False, *, turn: int | None = None) -> None:
    """The dispute is over as it was agreed or decided, and with it the case: both sides are asked what they think of
    the way, its owner for the cause, who spoke for us for the lesson (T78). `tacit`: the time to confirm has passed."""
    outcome = outcomes.in_force(work, complaint)
    ended = DECIDED if outcome.kind == DECISION else SETTLED
    if tacit:
        for row in rows.running(work.db, complaint.id):
            if row.target == CONFIRM:
                clocks.end(work, row, ENDED_UNMET)
    clocks.meet(work, complaint, CONFIRM)
    move(work, complaint, Event.CONCLUDED, to=Stage.CLOSED, turn=turn, ended=ended, outcome=outcome.id, tacit=tacit)
    close(work, complaint, ended)
    facts: dict[str, Any] = {"outcome_id": outcome.id, "referral_id": outcome.referral_id}
    tell_customer(work, complaint, "dispute_concluded", tacit=tacit, **facts)
    tell_us(work, complaint, "dispute_concluded", tacit=tacit, **facts)
    tell_us(work, complaint, "lesson_wanted")


def unkept(work: Work, complaint: Complaint) -> Dispute | None:
    """The dispute that the case was closed with, if the organisation had something to carry out."""
    if complaint.closed_reason not in (SETTLED, DECIDED):
        return None
    last = of_case(work.db, complaint.id)[-1]
    outcome = work.db.get(Outcome, last.outcome_id) if last.outcome_id else None
    return last if outcome is not None and _ours(work, outcome) else None


def reopen(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """What was agreed or decided is not kept after all: it goes on being carried out, as often as it takes (T82)."""
    rights.require(work, "reopen", complaint)
    dispute = unkept(work, complaint)
    if dispute is None:
        raise errors.Stale(complaint=complaint.id)
    move(work, complaint, Event.REOPENED, to=Stage.IN_DISPUTE, turn=turn, was_closed=complaint.closed_reason)
    complaint.reopenings += 1
    complaint.closed_at = complaint.closed_reason = None
    course.reopen(work, complaint, dispute)
    outcome = outcomes.in_force(work, complaint)
    denied = _ours(work, outcome)
    _undo(work, complaint, outcome, denied)
    facts = {"obligation_ids": [each.id for each in denied], "entry_id": None}
    _alarm(work, complaint, "obligations_denied", assignment.overseers(work, complaint), **facts)


# ------------------------------------------------------------------ inside


def _find(work: Work, complaint: Complaint, obligation_id: int) -> tuple[Outcome, Obligation]:
    outcome = outcomes.in_force(work, complaint)
    obligation = work.db.get(Obligation, obligation_id)
    if obligation is None or obligation.outcome_id != outcome.id:
        raise errors.Stale(complaint=complaint.id)
    return outcome, obligation


def _ours(work: Work, outcome: Outcome) -> list[Obligation]:
    """What the organisation has or had to carry out."""
    return [each for each in obligations_of(work.db, outcome.id) if each.by == ORGANISATION and each.what != NONE]


def _carried_out(work: Work, complaint: Complaint, outcome: Outcome, *, ask: bool = True) -> None:
    clocks.meet(work, complaint, TARGET)
    course.advance(work, complaint, Step.CARRIED_OUT, outcome=outcome.id)
    if ask:
        window = clocks.window(work, complaint)
        tell_customer(work, complaint, "outcome_carried_out", outcome_id=outcome.id, window=window)


def _undo(work: Work, complaint: Complaint, outcome: Outcome, denied: list[Obligation]) -> None:
    """They are due again, at the soonest by the end of the next business day."""
    for each in denied:
        each.done_at, each.denials = None, each.denials + 1
    work.record("obligation.denied", complaint, obligations=[each.id for each in denied])
    _hold(work, complaint, outcome, not_before=_soon(work))


def _soon(work: Work) -> datetime:
    """The end of the next business day: before that nobody could keep what is due already."""
    return work.organisation.calendar.add_business_days(work.now, 1)


def _hold(work: Work, complaint: Complaint, outcome: Outcome, *, not_before: datetime | None = None) -> None:
    """The date of the case is that of the next obligation: what the customer has missed is not waited for. It never
    comes nearer: what was put off stays so, whatever else is done meanwhile."""
    row = _row(work, complaint)
    floor = not_before or (row.due_at if row is not None else None)
    dates = [
        max(due(work, each), floor or due(work, each))
        for each in still_open(work, outcome)
        if each.by == ORGANISATION or due(work, each) > work.now
    ]
    until = min(dates, default=None)
    if row is not None and row.due_at == until:
        return
    clocks.meet(work, complaint, TARGET)
    if until is not None:
        clocks.hold_at(work, complaint, TARGET, until)
        if until - DAILY <= work.now and (row := _row(work, complaint)) is not None:
            row.step = 1  # nobody is told of a day before that is over
            clocks.arm(work.organisation, row)
    clocks.show(work, complaint)


def _tell_owner(work: Work, complaint: Complaint, outcome: Outcome) -> None:
    """Who has the case carries it out, too, and took no part in what was agreed."""
    owner = colleague(work.db, complaint.owner_id)
    told = {work.actor.id, *(person.id for person in speakers(work, complaint))}
    if owner is not None and owner.id not in told and rights.is_free(complaint, owner.id):
        when = reminders.when(work, complaint)
        work.tell(owner, "outcome_in_force", complaint, not_before=when, outcome_id=outcome.id)


def _row(work: Work, complaint: Complaint) -> Deadline | None:
    return next((each for each in rows.running(work.db, complaint.id) if each.target == TARGET), None)


def _alarm(work: Work, complaint: Complaint, template: str, besides: list[Person], **params: Any) -> None:
    """Who speaks for the organisation, its owner, those who answer for it as a whole; each once."""
    owner = colleague(work.db, complaint.owner_id)
    found = [
        *speakers(work, complaint),
        *([owner] if owner is not None and rights.is_free(complaint, owner.id) else []),
        *besides,
        *deadlock.managers(work, complaint, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT),
    ]
    for person in {each.id: each for each in found if each.id != work.actor.id}.values():
        work.tell(person, template, complaint, not_before=reminders.when(work, complaint), **params)
