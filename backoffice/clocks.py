"""The clocks of a case: which limits an event starts, which it meets, and when the tick must look at each.

Two things never rest: the total age of a case, and the cap, from receipt or since the case came back. The
organisation's own limits rest while the complainant holds the ball; the complainant's windows run from the moment at
which the message they answer has arrived.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from backoffice import looks, timeline
from backoffice.calendar import Period
from backoffice.disputes.phases import standing
from backoffice.organisation import Organisation
from backoffice.organisation_file import SEVERITIES, parse_limit
from backoffice.stages import Event, Stage
from backoffice.targets import (
    BY_SEVERITY,
    FROM_RECEIPT,
    GOES_ON,
    NEXT_ROUTE,
    RUNS_ON,
    SET_BY_HAND,
    SEVERITY_DECIDED,
    TARGETS,
    UNCOUNTED,
    steps_of,
)
from backoffice.timeline import Timeline
from backoffice.work import Work
from storage import clocks
from storage.accounts import own_limit
from storage.clocks import ENDED_FOR_NOTHING, ENDED_UNMET, ENDED_WELL, Deadline
from storage.complaints import Complaint
from storage.journal import AuditEvent

E = Event
DEFAULT_SEVERITY = "medium"  # until the initial assessment says otherwise
GRAVEST = 0


def follow(work: Work, complaint: Complaint, event: Event) -> None:
    """Start, meet and end what this move of the case starts, meets and ends. The machine calls it for every move."""
    stage = Stage(complaint.stage)
    running = [] if event is E.SUBMITTED else clocks.running(work.db, complaint.id)
    for deadline in running:
        if how := _ended_by(deadline.target, event, stage):
            end(work, deadline, how)
    for name, target in TARGETS.items():
        if event in target.starts and _fits(complaint, name) and stage is not Stage.CLOSED:
            since = complaint.received_at if event is E.SUBMITTED and name in FROM_RECEIPT else None
            start(work, complaint, name, since=since, half=event is E.REOPENED and target.main)
    if running and not _rests(complaint) and event in (E.INFORMED, E.LAPSED):
        _resume(work, complaint)
    show(work, complaint)


def start(
    work: Work,
    complaint: Complaint,
    name: str,
    *,
    since: datetime | None = None,
    half: bool = False,
    severity: str | None = None,
    task_id: int | None = None,
) -> Deadline | None:
    """Let a limit run; None where the organisation sets none for this severity. A window waits for its message.

    `severity`: with whose limit it is counted, where that is not the one of the case. `task_id`: the remedy that is to
    be carried out by then.
    """
    target, severity = TARGETS[name], severity or complaint.severity
    own = own_limit(work.db, complaint.account_id, name)
    deadline = Deadline(
        complaint_id=complaint.id, target=name, urgency=urgency(complaint), severity=severity, half=half, own_limit=own,
        task_id=task_id,
    )  # fmt: skip
    if target.window:
        deadline.next_at = work.organisation.calendar.add_business_days(work.now, 1)
    else:
        try:
            deadline.started_at = since or work.now
            line = _line(work.organisation, deadline, [])
        except LookupError:
            return None
        _set(work.organisation, deadline, line)
    work.db.add(deadline)
    return deadline


def would_end(work: Work, complaint: Complaint, name: str) -> datetime:
    """When a limit would end that begins now. Raises LookupError where there is none."""
    own = parse_limit(own_limit(work.db, complaint.account_id, name))
    return timeline.timeline(work.organisation, name, complaint.severity, work.now, own=own).due


def promise(work: Work, complaint: Complaint, missed: Deadline) -> None:
    """A date was missed: the complainant gets another one, never later than the cap while that lies ahead."""
    new, cap = start(work, complaint, "late_answer", task_id=missed.task_id), cap_of(work, complaint)
    if new and new.due_at and cap and cap.due_at and work.now < cap.due_at < new.due_at:
        new.due_at = new.next_at = cap.due_at


def restart(work: Work, complaint: Complaint, name: str) -> None:
    """Count a limit from now; one that runs already is over."""
    drop(work, complaint, name)
    start(work, complaint, name)


def meet(work: Work, complaint: Complaint, name: str) -> None:
    """Done what a limit was for, without a move of the case."""
    _end_all(work, complaint, name, ENDED_WELL)


def meet_task(work: Work, complaint: Complaint, task_id: int) -> None:
    """A remedy is carried out: all that ran for it is met."""
    for deadline in clocks.running(work.db, complaint.id):
        if deadline.task_id == task_id:
            end(work, deadline, ENDED_WELL)


def drop(work: Work, complaint: Complaint, name: str) -> None:
    """The limit does not matter any more."""
    _end_all(work, complaint, name, ENDED_FOR_NOTHING)


def window(work: Work, complaint: Complaint) -> int | None:
    """The number of the complainant's window: what is told under it starts it, or reminds of it, on arrival."""
    return next((each.id for each in clocks.running(work.db, complaint.id) if TARGETS[each.target].window), None)


def end(work: Work, deadline: Deadline, how: str) -> None:
    deadline.ended, deadline.ended_at, deadline.next_at = how, work.now, None


def arrived(work: Work, deadline_id: int) -> None:
    """The message of a window reached the complainant: their time runs from now; or it was a reminder of it."""
    deadline = work.db.get(Deadline, deadline_id)
    if deadline is None or deadline.ended is not None:
        return
    if deadline.started_at is None:
        complaint = work.db.get_one(Complaint, deadline.complaint_id)
        deadline.started_at = work.now
        whole = work.organisation.due(deadline.target, complaint.severity, work.now)
        deadline.due_at = max(deadline.due_at, _least(work)) if deadline.due_at else whole
        deadline.step = 1
    else:
        deadline.reminded_at, deadline.reminders = work.now, max(deadline.reminders - 1, 0)
    arm(work.organisation, deadline)


def count_from(work: Work, deadline: Deadline, since: datetime) -> datetime | None:
    """A limit counts from a later start; returns when the tick looks at it."""
    deadline.started_at = since
    _set(work.organisation, deadline, _line(work.organisation, deadline, []))
    return deadline.next_at


def hold_at(work: Work, complaint: Complaint, name: str, until: datetime, *, task_id: int | None = None) -> None:
    """Set a date of the desk that is counted from nothing: a sitting, the date of an authority, the day of a remedy."""
    if task_id is None:
        drop(work, complaint, name)
    row = Deadline(
        complaint_id=complaint.id, target=name, urgency=urgency(complaint), started_at=work.now, due_at=until,
        task_id=task_id, fixed=task_id is not None,
    )  # fmt: skip
    row.next_at = work.now + (until - work.now) * work.organisation.reminders.warn / 100  # where the first step is that
    arm(work.organisation, row)
    work.db.add(row)


def leave(work: Work, complaint: Complaint, left: timedelta) -> None:
    """A window that was broken off goes on: what was left of it runs from the arrival of its message, and never less
    than the shortest that people are given (T39)."""
    for deadline in clocks.running(work.db, complaint.id):
        if TARGETS[deadline.target].window and deadline.started_at is None:
            deadline.due_at = work.now + left


def recount(work: Work, complaint: Complaint, *, never_sooner: bool = False, never_later: bool = False) -> None:
    """Put the dates of the desk's running limits where the history of the case and the calendar have them by now.

    What was missed stays missed. `never_sooner`: a date that was told is only ever put off; `never_later`: it never is.
    """
    rested = timeline.rests(work.history(complaint), work.now)
    for deadline in clocks.running(work.db, complaint.id):
        was = deadline.due_at
        if was is None or TARGETS[deadline.target].window or deadline.target in UNCOUNTED or deadline.fixed:
            continue
        try:
            line = _line(work.organisation, deadline, rested)
        except LookupError:  # another file has switched this limit off: what was promised by it stays
            continue
        if _missed(deadline, rested, work.now):
            arm(work.organisation, deadline, line)
            continue
        if deadline.extended:
            line = _within_cap(work, complaint, deadline, line, rested)
        if (never_sooner and line.due < was) or (never_later and line.due > was):
            line = replace(line, due=was)
        elif line.due <= work.now:  # nobody could keep it: the end of the next business day, or sooner
            soon = work.organisation.calendar.add_business_days(work.now, 1)
            line = replace(line, due=min(was, soon) if was > work.now else soon)
        _set(work.organisation, deadline, line)


def explained(work: Work, deadline: Deadline, history: list[AuditEvent]) -> Timeline | None:
    """The computation of the deadline as anybody can check it; None for what is not counted from a start."""
    if deadline.started_at is None or deadline.target in SET_BY_HAND or deadline.fixed:
        return None
    until = deadline.ended_at or work.now
    rests = [] if TARGETS[deadline.target].window else timeline.rests_until(history, until)
    try:
        return _line(work.organisation, deadline, rests)
    except LookupError:  # another file has switched this limit off
        return None


def ages(work: Work, complaint: Complaint, history: list[AuditEvent]) -> tuple[timedelta, timedelta]:
    """The two clocks of a case, until now or its closing: its whole age, which never rests, and our working time."""
    until = complaint.closed_at or work.now
    since = complaint.received_at or until
    rested = timeline.rests(history, until)
    return until - since, timeline.own_time(work.organisation.calendar, since, until, rested)


def reweigh(work: Work, complaint: Complaint) -> None:
    """The severity changed: what has not been answered or missed yet is counted anew from its start (T15)."""
    rested = timeline.rests(work.history(complaint), work.now)
    for deadline in clocks.running(work.db, complaint.id):
        deadline.urgency = urgency(complaint)
        if deadline.target in BY_SEVERITY and not deadline.half and not _missed(deadline, rested, work.now):
            deadline.severity = complaint.severity
    if not _rests(complaint):
        recount(work, complaint)
    show(work, complaint)


def extend(work: Work, complaint: Complaint, deadline: Deadline, until: datetime) -> None:
    """Put a limit off, once; `until` is what came of it."""
    deadline.extended = True
    if deadline.fixed:
        deadline.due_at = until
        arm(work.organisation, deadline)
        return
    line = _line(work.organisation, deadline, timeline.rests(work.history(complaint), work.now))
    _set(work.organisation, deadline, replace(line, due=until))


def show(work: Work, complaint: Complaint) -> None:
    """Write onto the case what its card and its lists need of the clocks."""
    running = clocks.running(work.db, complaint.id)
    mains = [each for each in running if TARGETS[each.target].main]
    late = {each.task_id: each.due_at for each in running if each.target == "late_answer"}
    rests = _rests(complaint)
    for deadline in running if rests else ():
        if not TARGETS[deadline.target].window and deadline.target not in RUNS_ON:
            deadline.next_at = None
    contain = next((each for each in running if each.target == "containment"), None)
    complaint.contain_by = contain.due_at if contain else None
    outside = next((each for each in running if each.target == "authority"), None)
    dates = [each.due_at for each in (*mains, outside) if each and each.due_at] if mains else []
    # an authority's date goes before a later one of ours
    complaint.due_at = min(dates) if dates and not rests else None
    told = [moment for each in mains if (moment := late.get(each.task_id) or each.due_at)] if late else []
    complaint.promised_at = min(told) if told and not rests else None


def arm(organisation: Organisation, deadline: Deadline, line: Timeline | None = None) -> None:
    """Tell the tick when to look at it next; without a further step, never again."""
    steps = steps_of(organisation, deadline.target)
    deadline.next_at = looks.moment(organisation, deadline, line) if deadline.step < len(steps) else None


def urgency(complaint: Complaint) -> int:
    """0 for the gravest severity: what is most urgent is looked at first."""
    return SEVERITIES.index(complaint.severity or DEFAULT_SEVERITY)


def main_of(work: Work, complaint: Complaint, task_id: int | None = None) -> Deadline | None:
    """The limit that carries the date of the case: of several remedies that of the next, or of this one."""
    mains = [each for each in clocks.running(work.db, complaint.id) if TARGETS[each.target].main]
    found = [each for each in mains if task_id in (None, each.task_id)]
    return min(found, key=lambda each: (each.due_at is None, each.due_at or work.now, each.id), default=None)


def cap_of(work: Work, complaint: Complaint) -> Deadline | None:
    """The longest time, from receipt or since the case came back, while nothing was answered; also when it is over."""
    caps = (each for each in reversed(clocks.of_case(work.db, complaint.id)) if each.target == "cap")
    return next((each for each in caps if each.ended in (None, ENDED_UNMET)), None)


def _least(work: Work) -> datetime:
    return work.organisation.due("shortest_answer", None, work.now)


def _end_all(work: Work, complaint: Complaint, name: str, how: str) -> None:
    for deadline in clocks.running(work.db, complaint.id):
        if deadline.target == name:
            end(work, deadline, how)


def _ended_by(name: str, event: Event, stage: Stage) -> str | None:
    target = TARGETS[name]
    if event in target.met_by:
        return ENDED_WELL
    if target.window and event is E.LAPSED:
        return ENDED_UNMET
    passed_on = event in NEXT_ROUTE and name not in GOES_ON
    if stage is Stage.CLOSED or passed_on or event in target.void_by or event in target.starts:
        return ENDED_FOR_NOTHING
    return None


def _resume(work: Work, complaint: Complaint) -> None:
    """The desk has the ball again. What it had missed before stays missed; then the complainant gets a new date.

    A date comes nearer only where the severity was decided meanwhile, not because a closed day was taken back.
    """
    history = work.history(complaint)
    began = timeline.rests(history, work.now)[-1][0]
    reweighed = any(each.event in SEVERITY_DECIDED and each.at > began for each in history)
    recount(work, complaint, never_sooner=not reweighed)
    main = main_of(work, complaint)
    if main is not None and main.breached_at is not None:
        promise(work, complaint, main)


def _missed(deadline: Deadline, rested: list[Period], now: datetime) -> bool:
    """Whether its time passed while the desk had the ball. A rest that has not ended before now is not over yet."""
    resting = rested and rested[-1][1] >= now and deadline.target not in RUNS_ON
    until = rested[-1][0] if resting else now
    return deadline.breached_at is not None or (deadline.due_at is not None and deadline.due_at <= until)


def _within_cap(work: Work, complaint: Complaint, deadline: Deadline, line: Timeline, rested: list[Period]) -> Timeline:
    """An extension never leads past the cap; rests without it may."""
    cap = cap_of(work, complaint)
    if cap is None or cap.due_at is None:
        return line
    plain = _line(work.organisation, deadline, rested, extended=False)
    return replace(line, due=min(line.due, max(plain.due, cap.due_at)))


def _fits(complaint: Complaint, name: str) -> bool:
    """Whether the limit belongs to this stage."""
    stages = TARGETS[name].stages
    return stages is None or complaint.stage in stages


def _rests(complaint: Complaint) -> bool:
    return standing(complaint).turn == "customer"


def _line(organisation: Organisation, deadline: Deadline, rested: list[Period], *, extended: bool = True) -> Timeline:
    assert deadline.started_at is not None  # noqa: S101 - a window that waits is not counted
    return timeline.timeline(
        organisation,
        deadline.target,
        deadline.severity,
        deadline.started_at,
        () if deadline.target in RUNS_ON else rested,
        half=deadline.half,
        extended=deadline.extended and extended,
        own=parse_limit(deadline.own_limit),
    )


def _set(organisation: Organisation, deadline: Deadline, line: Timeline) -> None:
    deadline.started_at, deadline.due_at, deadline.by_contract = line.start, line.due, line.by_contract
    arm(organisation, deadline, line)
