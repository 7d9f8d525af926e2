"""The minute's tick: what is due is read from the tables, in short transactions, and is the same after any outage."""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlmodel import col, select

from backoffice import assignment, audit, inbox, intake, outbox
from backoffice.lifecycle import Stage
from backoffice.work import Office, Work
from storage.complaints import Complaint

BATCH = 100


def tick(office: Office) -> dict[str, int]:
    """Do everything that is due now. Returns how much of each was done."""
    return {name: _all(office, step) for name, step in STEPS.items()}


def expire_drafts(work: Work) -> int:
    """Drafts nobody touched for the time in the organisation's file are erased (T3)."""
    expired = work.organisation.expired_before("draft_expiry", None, work.now)
    query = select(Complaint).where(Complaint.stage == Stage.DRAFT, col(Complaint.touched_at) < expired).limit(BATCH)
    found = list(work.db.exec(query))
    for draft in found:
        intake.discard(work, draft)
    return len(found)


def alarm_untaken(work: Work) -> int:
    """A case that nobody has taken in time: its supervisors are told, once."""
    query = (
        select(Complaint)
        .where(col(Complaint.unassigned_alarm_at) <= work.now)
        .order_by(col(Complaint.unassigned_alarm_at))
        .limit(BATCH)
    )
    found = list(work.db.exec(query))
    for complaint in found:
        complaint.unassigned_alarm_at = None
        if Stage(complaint.stage) in (Stage.RECEIVED, Stage.ASSESSED):
            work.record("complaint.untaken_alarm", complaint)
            assignment.tell_overseers(work, complaint, "case_untaken")
    return len(found)


def seal_log(work: Work) -> int:
    return audit.seal(work.db, work.now)


def next_due(office: Office, after: datetime) -> datetime | None:
    """The next moment at which the tick will have something to do (the demo's clock jumps from one to the next)."""
    with office.look() as work:
        return min(_moments(work, after), default=None)


def _moments(work: Work, after: datetime) -> Iterator[datetime]:
    alarm = work.db.exec(
        select(Complaint.unassigned_alarm_at)
        .where(col(Complaint.unassigned_alarm_at) > after)
        .order_by(col(Complaint.unassigned_alarm_at))
        .limit(1)
    ).first()
    if alarm:
        yield alarm
    oldest = work.db.exec(
        select(Complaint.touched_at).where(Complaint.stage == Stage.DRAFT).order_by(col(Complaint.touched_at)).limit(1)
    ).first()
    if oldest:
        yield max(after, work.organisation.due("draft_expiry", None, oldest))


def _all(office: Office, step: Callable[[Work], int]) -> int:
    done = 0
    while True:
        with office.work() as work:
            count = step(work)
        done += count
        if count < BATCH:
            return done


STEPS: dict[str, Callable[[Work], int]] = {
    "untaken": alarm_untaken,
    "drafts": expire_drafts,
    "seals": seal_log,
    "inbox_forgotten": inbox.forget_old,
    "outbox_forgotten": outbox.forget_old,
}
