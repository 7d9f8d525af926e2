"""The minute's tick: what is due is read from the tables, in short transactions, and is the same after any outage."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import col, select

from backoffice import (
    assignment,
    audit,
    days,
    erasure,
    errors,
    inbox,
    inquiries,
    intake,
    outbox,
    review,
    surveys,
    watch,
)
from backoffice.figures import digests, feed
from backoffice.figures.cases import EXPIRED
from backoffice.learning import recurrence
from backoffice.learning import watching as actions
from backoffice.stages import Stage
from backoffice.work import Office, Work
from storage.complaints import Complaint
from storage.traffic import Setting

BATCH = 100
OUTAGE = timedelta(minutes=15)
TICKED = "ticked_at"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CONFLICTS = 20  # in a row; the next minute tries again
DATABASE_AWAY = (OperationalError, InterfaceError)  # nothing that is due is to blame
BREATH = 0.002  # seconds


def tick(office: Office, *, closing: bool = True, wall: datetime | None = None) -> dict[str, int]:
    """Do everything that is due now. Returns how much of each was done.

    `closing` False: people may have been heard only in part, so no window of theirs closes now. `wall`: the time on the
    wall, by which the admins hear of it when the desk stood still.
    """
    if wall is not None:
        with office.work() as work:
            notice_outage(work, wall)
    done = {
        "recounted": _each(office, days.recount, days.skip),
        "deadlines": _each(office, partial(watch.watch, closing=closing), watch.put_off),
        "actions": _each(office, actions.watch, actions.put_off),
    }
    done |= {name: _all(office, step) for name, step in STEPS.items()}
    done["counted"] = _each(office, feed.follow, feed.skip)  # what was sealed; it may fail, and stops nothing else
    done["alarms"] = _all(office, recurrence.look)
    done["digests"] = _all(office, digests.fall_due)
    done["checked"] = _each(office, feed.check, feed.pass_over)
    return done


def expire_drafts(work: Work) -> int:
    """Drafts nobody touched for the time in the organisation's file are erased (T3)."""
    expired = work.organisation.expired_before("draft_expiry", None, work.now)
    query = select(Complaint).where(Complaint.stage == Stage.DRAFT, col(Complaint.touched_at) < expired).limit(BATCH)
    found = list(work.db.exec(query))
    for draft in found:
        intake.discard(work, draft, EXPIRED)
    return len(found)


def notice_outage(work: Work, wall: datetime) -> None:
    """Nothing was watched for a while: the admins are told from when to when; what fell due is done now."""
    last = work.db.get(Setting, TICKED)
    since = datetime.fromisoformat(last.value) if last else wall
    if last is None:
        work.db.add(Setting(name=TICKED, value=wall.isoformat()))
    else:
        last.value = wall.isoformat()
    if wall - since > OUTAGE:
        work.record("desk.stood_still", since=since.isoformat(), until=wall.isoformat())
        assignment.tell_admins(work, "desk_stood_still", since=since.isoformat(), until=wall.isoformat())


def lateness(work: Work) -> float:
    """Seconds by which the oldest step that is due is late; 0 when none is."""
    steps = (watch.next_step(work, LONG_AGO), actions.next_step(work, LONG_AGO))
    oldest = min((step for step in steps if step), default=None)
    return max((work.now - oldest).total_seconds(), 0.0) if oldest else 0.0


def seal_log(work: Work) -> int:
    return audit.seal(work.db, work.now)


def next_due(office: Office, after: datetime) -> datetime | None:
    """The next moment at which the tick will have something to do (the demo's clock jumps from one to the next)."""
    with office.look() as work:
        return min(_moments(work, after), default=None)


def _moments(work: Work, after: datetime) -> Iterator[datetime]:
    if days.pending(work):
        yield after
    for next_of in (watch.next_step, actions.next_step, inquiries.next_step, surveys.next_at, digests.next_due):
        if moment := next_of(work, after):
            yield moment
    oldest = work.db.exec(
        select(Complaint.touched_at).where(Complaint.stage == Stage.DRAFT).order_by(col(Complaint.touched_at)).limit(1)
    ).first()
    for begun in filter(None, (oldest, review.oldest_draft(work))):
        yield max(after, work.organisation.due("draft_expiry", None, begun))


def _each(office: Office, step: Callable[..., int], put_off: Callable[[Work, str], None]) -> int:
    """All of a step that takes a `batch`. What cannot be done, for a defect, is found by taking one at a time and is
    put off, and the rest goes on."""
    try:
        return _all(office, step)
    except DATABASE_AWAY:
        raise
    except Exception:
        done = 0
        while count := _one(office, step, put_off):
            done += count
        return done


def _one(office: Office, step: Callable[..., int], put_off: Callable[[Work, str], None]) -> int:
    try:
        return _some(office, partial(step, batch=1))
    except DATABASE_AWAY:
        raise
    except Exception as failure:
        with office.work() as work:
            put_off(work, type(failure).__name__)
        return 1


def _all(office: Office, step: Callable[[Work], int]) -> int:
    """In short transactions, with a breath between them, so that nobody waits behind what fell due at once."""
    done = 0
    while count := _some(office, step):
        done += count
        time.sleep(BREATH)
    return done


def _some(office: Office, step: Callable[[Work], int]) -> int:
    """One transaction; once more where somebody acts on the same case at this moment."""
    for _attempt in range(CONFLICTS):
        try:
            with office.work() as work:
                return step(work)
        except errors.Conflict:
            time.sleep(BREATH)
    raise errors.Conflict()


STEPS: dict[str, Callable[[Work], int]] = {
    "drafts": expire_drafts,
    "requests": partial(review.expire, limit=BATCH),
    "surveys": surveys.ask,
    "inquiries": inquiries.watch,
    "erased": erasure.expire,
    "seals": seal_log,
    "digests_forgotten": digests.forget_files,
    "inbox_forgotten": inbox.forget_old,
    "outbox_forgotten": outbox.forget_old,
}
