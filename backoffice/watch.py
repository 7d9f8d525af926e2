"""What the tick does about deadlines: each step of each, once, whatever was missed in between.

A step and all that it says are one transaction with the mark that it was taken; so no restart and no outage skips
one or takes one twice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from backoffice import (
    account_cases,
    approvals,
    assignment,
    clocks,
    deadlock,
    escalation,
    groups,
    reminders,
    review,
    surveys,
    targets,
    voting,
    wanted,
)
from backoffice.assessment import CRITICAL
from backoffice.closing import close
from backoffice.disputes import watching
from backoffice.disputes.speaking import tell_us
from backoffice.lifecycle import move
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.stages import Event, Stage
from backoffice.work import Work
from storage.clocks import ENDED_UNMET, ENDED_WELL, Deadline, due, next_after
from storage.complaints import Complaint, to_change
from storage.people import Person, colleague

BATCH = 25  # steps a transaction; on SQLite whoever writes meanwhile waits for its end
URGENCIES = range(4)
AFTER_REMINDER = timedelta(hours=24)  # no window closes sooner after the last reminder of it arrived
PUT_OFF = timedelta(hours=1)
HARM = 2  # from here on safety keeps a case open, whatever the complainant does not tell
CLOSED_BY_SILENCE = {
    "customer_info": "no_info",
    "customer_answer": "silent",
    "customer_confirm": "tacit",
    "review_answer": "silent",
    "external_offer": "unresolved",
}

Step = Callable[[Work, Complaint, Deadline], datetime | None]
"""Returns when the same step is taken once more, if it is not done with."""


def watch(work: Work, *, closing: bool = True, batch: int = BATCH) -> int:
    """Take the steps that are due, the most urgent first; returns how many. Call again until there are none.

    `closing` False: what people sent may not all have been heard yet, so no window of theirs closes now.
    """
    left = batch
    for urgency in URGENCIES:
        found = due(work.db, urgency, work.now, left)
        cases = to_change(work.db, [each.complaint_id for each in found])
        for deadline in found:
            if deadline.complaint_id in cases:  # else somebody acts on it at this moment, and it is looked at again
                left -= 1
                if deadline.ended is None:  # else a step just taken has ended it
                    _take(work, cases[deadline.complaint_id], deadline, closing=closing)
        if not left:
            break
    return batch - left


def put_off(work: Work, failure: str) -> None:
    """The step that is next cannot be taken, for a defect: it is tried again in an hour, and the admins hear of it."""
    deadline = next(each for urgency in URGENCIES for each in due(work.db, urgency, work.now, 1))
    deadline.next_at = work.now + PUT_OFF
    work.record("deadline.put_off", deadline=deadline.id, error=failure)
    assignment.tell_admins(work, "step_failed", gather="step_failed", at_most=reminders.AT_MOST, deadline=deadline.id)


def next_step(work: Work, after: datetime) -> datetime | None:
    """The next moment at which a step is due."""
    moments = (next_after(work.db, urgency, after) for urgency in URGENCIES)
    return min((moment for moment in moments if moment), default=None)


def _take(work: Work, complaint: Complaint, deadline: Deadline, *, closing: bool) -> None:
    name = targets.steps_of(work.organisation, deadline.target)[deadline.step]
    if name == targets.EXPIRE and (wait := _too_soon(work, complaint, deadline, closing=closing)):
        deadline.next_at = wait
        return
    taken = deadline.step
    again = STEPS[name](work, complaint, deadline)
    if again is not None and deadline.ended is None:
        deadline.next_at = again
    elif deadline.ended is None and deadline.step == taken:
        deadline.step += 1
        clocks.arm(work.organisation, deadline)


# ------------------------------------------------------------------ the desk's own time


def _untaken(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """A case that nobody has taken in time, or that came back to nobody."""
    clocks.end(work, deadline, ENDED_UNMET)
    if Stage(complaint.stage) in (Stage.RECEIVED, Stage.ASSESSED) or complaint.owner_id is None:
        work.record("complaint.untaken_alarm", complaint)
        _tell_staff(work, complaint, "case_untaken", assignment.overseers(work, complaint))
        groups.alarm(work, complaint, "untaken")


def _warn(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    work.record("deadline.warned", complaint, target=deadline.target)
    if deadline.target in targets.OF_REVIEW:
        for person in voting.awaited(work, complaint):
            reminders.remind(work, person, complaint, deadline, "warned")
        return
    reminders.remind_owner(work, complaint, deadline, "warned")
    for person in approvals.awaited(work, complaint):
        reminders.remind(work, person, complaint, deadline, "warned")


def _breach(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Its time has passed: owner and supervisors hear of it, and the complainant, before having to ask."""
    deadline.breached_at = work.now
    told = reminders.escalate(work, complaint, deadline, 0)
    work.record("deadline.breached", complaint, target=deadline.target, due=_iso(deadline.due_at), told=told)
    if deadline.target not in targets.OF_LEARNING:
        groups.alarm(work, complaint, "breached", deadline=deadline.id)
    reminders.remind_owner(work, complaint, deadline, "breached", told)
    if targets.TARGETS[deadline.target].main:
        _promise(work, complaint, deadline)


def _managers(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    _up(work, complaint, deadline, 1)


def _top_management(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    _up(work, complaint, deadline, 2)


def _up(work: Work, complaint: Complaint, deadline: Deadline, level: int) -> None:
    told = reminders.escalate(work, complaint, deadline, level)
    work.record("deadline.escalated", complaint, target=deadline.target, level=level, told=told)
    if told and deadline.target not in targets.OF_LEARNING:
        groups.alarm(work, complaint, "escalated", deadline=deadline.id)


def _late(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """A second date was missed as well: the owner hears of it, and the complainant gets another one."""
    clocks.end(work, deadline, ENDED_UNMET)
    main = clocks.main_of(work, complaint, deadline.task_id)
    if main is not None:
        work.record("deadline.breached", complaint, target="late_answer", due=_iso(deadline.due_at))
        reminders.remind_owner(work, complaint, main, "breached")
        _promise(work, complaint, main)


def _promise(work: Work, complaint: Complaint, main: Deadline) -> None:
    """Apology, reason and a new date, which is never later than the cap while that lies ahead."""
    clocks.promise(work, complaint, main)
    clocks.restart(work, complaint, "progress_update")
    clocks.show(work, complaint)
    _tell_customer(work, complaint, "answer_late", deadline=main.id)


def _deadlock(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The longest time is over, or a remedy is twice as late as it may be: the next route is open (T21, T32)."""
    if deadline.target == "cap":
        clocks.end(work, deadline, ENDED_UNMET)
    deadline.breached_at = deadline.breached_at or work.now
    if not deadlock.notice(work, complaint, deadline.target):
        return
    _tell_customer(work, complaint, "way_open", target=deadline.target)
    told = [*reminders.ladder(work, complaint), *deadlock.managers(work, complaint, *deadlock.INFORMED)]
    _tell_staff(work, complaint, "case_deadlocked", {person.id: person for person in told}.values())
    account_cases.tell_manager(work, complaint, account_cases.DEADLOCK)
    groups.alarm(work, complaint, "deadlocked", deadline=deadline.id)


def _progress(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Nothing was heard from us for a while: say where it stands, unless a date says more within a day."""
    clocks.restart(work, complaint, "progress_update")
    soon = work.organisation.calendar.add_business_days(work.now, 1)
    date = complaint.promised_at or complaint.due_at
    if date is None or date > soon:
        work.record("complaint.progress_told", complaint)
        _tell_customer(work, complaint, "progress")


def _admit(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Nobody has decided on a late request in time: it is heard (T36)."""
    work.record("review.admitted_by_time", complaint, target=deadline.target)
    review.let_in(work, complaint)


def _again(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """A reminder that its receiver had put off."""
    clocks.end(work, deadline, ENDED_WELL)
    main = clocks.main_of(work, complaint)
    if main is not None:
        reminders.remind_owner(work, complaint, main, "again")


# ------------------------------------------------------------------ the complainant's time


def _undelivered(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The message from which the window would run has not arrived: its owner must know, or who speaks for us in the
    dispute; the window waits."""
    work.record("deadline.undelivered", complaint, target=deadline.target)
    known = work.db.get_one(Person, complaint.customer_id).unreachable_since is not None
    if not known and deadline.target in targets.OF_BOTH_SIDES:
        tell_us(work, complaint, "not_delivered")
    elif not known:
        _tell_owner(work, complaint, "not_delivered")
    deadline.step, deadline.next_at = 1, None


def _remind(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Reminders of one window that have not gone yet become one. What waits for both sides, each is reminded of."""
    awaited = watching.awaited(work, complaint, deadline)
    work.record("deadline.reminded", complaint, target=deadline.target)
    if ORGANISATION in awaited:
        watching.remind_us(work, complaint, deadline)
    if CUSTOMER not in awaited:
        return
    deadline.reminders = 1
    work.tell(
        work.db.get_one(Person, complaint.customer_id),
        "window_reminder",
        complaint,
        party="customer",
        gather=f"window:{deadline.id}",
        not_before=reminders.civil(work),
        target=deadline.target,
        window=deadline.id,
    )


def _expire(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Silence. It never closes a case that is critical or concerns safety (T10, T11, T28, T35)."""
    if watching.expire(work, complaint, deadline):
        return
    target = deadline.target
    if target == "customer_info" and wanted.has_sent(work, complaint):  # not all of the list, but it was no silence
        move(work, complaint, Event.INFORMED)
        _tell_customer(work, complaint, "info_enough")
        _tell_owner(work, complaint, "info_complete")
        return
    safety = (complaint.criteria or {}).get("safety", 0) >= HARM
    if target == "customer_info" and (complaint.severity == CRITICAL or safety):
        move(work, complaint, Event.LAPSED, to=Stage.INVESTIGATING)
        _tell_customer(work, complaint, "info_not_given")
        _tell_owner(work, complaint, "info_missing")
        return
    move(work, complaint, Event.LAPSED, to=Stage.CLOSED, reason=CLOSED_BY_SILENCE[target])
    close(work, complaint, CLOSED_BY_SILENCE[target], not_before=reminders.when(work, complaint))
    rated = complaint.closed_reason == "tacit" and surveys.with_closing(work, complaint)
    _tell_customer(work, complaint, "closed_by_silence", **({"survey": surveys.HANDLING} if rated else {}))


def _too_soon(work: Work, complaint: Complaint, deadline: Deadline, *, closing: bool) -> datetime | None:
    """When to look again at a window that must not close yet; None if it may."""
    if not closing:
        return work.now + timedelta(minutes=1)
    if watching.keeps_open(work, complaint, deadline):
        return watching.tomorrow(work)
    if CUSTOMER not in watching.awaited(work, complaint, deadline):
        return None  # it waits for us, and no reminder of the complainant's puts that off
    on_its_way = deadline.reminders > 0 or deadline.reminded_at is None  # its arrival brings us here sooner
    since = work.now if on_its_way or deadline.reminded_at is None else deadline.reminded_at
    rested = since + AFTER_REMINDER
    return work.organisation.calendar.within(rested, work.organisation.reminders.hours) if rested > work.now else None


def _tell_customer(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    person = work.db.get_one(Person, complaint.customer_id)
    work.tell(person, template, complaint, party="customer", not_before=reminders.civil(work), **params)


def _tell_owner(work: Work, complaint: Complaint, template: str) -> None:
    if owner := colleague(work.db, complaint.owner_id):
        _tell_staff(work, complaint, template, [owner])


def _tell_staff(work: Work, complaint: Complaint, template: str, people: Iterable[Person]) -> None:
    for person in people:
        work.tell(person, template, complaint, not_before=reminders.when(work, complaint))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


STEPS: dict[str, Step] = {
    "untaken": _untaken,
    "warn": _warn,
    "breach": _breach,
    "managers": _managers,
    "top_management": _top_management,
    "late": _late,
    "deadlock": _deadlock,
    "progress": _progress,
    "again": _again,
    "untouched": escalation.look_after,
    "admit": _admit,
    "call": voting.call,
    "sit": voting.sit,
    "lapse": voting.lapse,
    "near": watching.near,
    "over": watching.over,
    "unmet": watching.unmet,
    targets.UNDELIVERED: _undelivered,
    targets.REMIND: _remind,
    targets.EXPIRE: _expire,
}
