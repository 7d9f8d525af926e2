"""A date that will not be kept: why, until when, with whose leave; and a reminder put off."""

from datetime import datetime, timedelta
from typing import Any

from backoffice import assignment, clocks, errors, rights, targets, timeline
from backoffice.entries import add_entry
from backoffice.stages import STANDINGS, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import clocks as rows
from storage.clocks import Deadline
from storage.complaints import Complaint, Entry
from storage.people import Person

ASKED, TOLD = "delay", "message"  # kinds of an entry: a reason that waits for leave, and one the complainant reads
SOONER, TOMORROW = "hours", "tomorrow"
LATER = timedelta(hours=2)


def say_why(work: Work, complaint: Complaint, reason: str) -> None:
    """Name the reason of a delay. The complainant is told it with the new date; figures count it by its code."""
    rights.require(work, "explain_delay", complaint)
    if work.organisation.delay_reason(reason) is None:
        raise errors.Invalid(what="unknown_choice")
    concerned = [each for each in rows.running(work.db, complaint.id) if explainable(each)]
    if not concerned:
        raise errors.Stale(complaint=complaint.id)
    for deadline in concerned:
        deadline.reason = reason
    work.record("deadline.explained", complaint, reason=reason, targets=[each.target for each in concerned])


def explainable(deadline: Deadline) -> bool:
    """Whether a reason for a delay can be given: it was warned of, or is late."""
    target = targets.TARGETS[deadline.target]
    return target.steps[:1] == ("warn",) and deadline.step > 0 and deadline.target not in targets.UNEXPLAINED


def may_be_extended(work: Work, complaint: Complaint) -> datetime | None:
    """Until when the date of the case could be put off: once, before it has passed, never past the cap (T20)."""
    main, cap = clocks.main_of(work, complaint), clocks.cap_of(work, complaint)
    if main is None or main.due_at is None or main.extended or main.due_at <= work.now or main.breached_at:
        return None
    if not STANDINGS[Stage(complaint.stage)].clock or main.target in targets.OF_REVIEW:
        return None  # the date of a review is promised as the longest there is
    until = timeline.on_top(work.organisation, "extension", main.severity, main.due_at)
    if cap is not None and cap.due_at is not None:
        until = min(until, cap.due_at)
    return until if until > main.due_at else None


def ask_for_time(work: Work, complaint: Complaint, words: str) -> datetime | None:
    """Put the date off, for a reason in the words that the complainant will read (T20).

    Somebody above the owner gives leave; who is above already, or has nobody above, needs none. Returns the new date,
    or None while leave is awaited.
    """
    rights.require(work, "ask_for_time", complaint)
    _require_extendable(work, complaint)
    entry = add_entry(work, complaint, ASKED, required(words))
    above = [person for person in assignment.overseers(work, complaint) if person.id != work.actor.id]
    if rights.may(work.actor, "extend", complaint) or not above:
        return _extend(work, complaint, entry)
    work.record("deadline.extension_asked", complaint, entry=entry.id)
    for person in above:
        work.tell(person, "extension_wanted", complaint, entry_id=entry.id)
    return None


def extend(work: Work, complaint: Complaint, entry_id: int, *, turn: int | None = None) -> datetime:
    """Give leave for the new date that was asked for with this entry. Returns the date."""
    rights.require(work, "extend", complaint)
    entry = work.db.get(Entry, entry_id)
    if entry is None or entry.complaint_id != complaint.id or turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    if entry.kind != ASKED:
        raise errors.Stale(complaint=complaint.id)
    return _extend(work, complaint, entry)


def snooze(work: Work, complaint: Complaint, when: str, words: str) -> datetime:
    """Be reminded of the case again: in some hours, or when the next day begins; the reason is kept as a note.

    Never later than the date itself. Who stands above is alarmed at the date all the same.
    """
    rights.require(work, "snooze", complaint)
    main = clocks.main_of(work, complaint)
    if when not in (SOONER, TOMORROW):
        raise errors.Invalid(what="unknown_choice")
    if main is None or not STANDINGS[Stage(complaint.stage)].clock:
        raise errors.Stale(complaint=complaint.id)
    until = _until(work, when)
    if main.due_at is not None and main.due_at > work.now:
        until = min(until, main.due_at)
    entry = add_entry(work, complaint, "note", required(words))
    clocks.drop(work, complaint, "reminder")
    _remind_at(work, complaint, until)
    work.record("deadline.snoozed", complaint, until=until.isoformat(), note=entry.id)
    return until


def _until(work: Work, when: str) -> datetime:
    calendar = work.organisation.calendar
    if when == SOONER:
        return calendar.next_open(work.now + LATER)
    return calendar.next_open(calendar.add_calendar_days(work.now, 0) + timedelta.resolution)


def _require_extendable(work: Work, complaint: Complaint) -> datetime:
    until = may_be_extended(work, complaint)
    if until is None:
        raise errors.NoMoreTime(complaint=complaint.id)
    return until


def _extend(work: Work, complaint: Complaint, entry: Entry) -> datetime:
    until = _require_extendable(work, complaint)
    main = clocks.main_of(work, complaint)
    if main is None or main.due_at is None:
        raise errors.NoMoreTime(complaint=complaint.id)
    was = main.due_at
    entry.kind = TOLD
    clocks.extend(work, complaint, main, until)
    clocks.restart(work, complaint, "progress_update")
    clocks.show(work, complaint)
    work.record("deadline.extended", complaint, target=main.target, due=until.isoformat(), was=was.isoformat())
    told: dict[str, Any] = {"entry_id": entry.id, "was": was.isoformat(), "task_id": main.task_id}
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, "date_put_off", complaint, party="customer", **told)
    assignment.tell_owner(work, complaint, "extension_granted")
    return until


def _remind_at(work: Work, complaint: Complaint, until: datetime) -> None:
    """Remind the owner then."""
    work.db.add(
        Deadline(
            complaint_id=complaint.id,
            target="reminder",
            urgency=clocks.urgency(complaint),
            started_at=work.now,
            due_at=until,
            next_at=until,
        )
    )
