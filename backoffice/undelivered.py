"""What the office does about a message that cannot be delivered: whom it tells, and what it keeps."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from backoffice import assignment, groups, outbox
from backoffice.work import Work
from storage.complaints import Complaint
from storage.people import Person, colleague, person_by_telegram
from storage.traffic import OutboxMessage, Setting

ALARM = "delivery_failed"
ALARM_EVERY = timedelta(hours=1)


def unreachable(work: Work, row: OutboxMessage, chat_id: int) -> None:
    """The person blocked the desk or is gone: what is meant for them is kept, owners of cases are told.

    A group that is out of reach is one no more: nothing is kept for it.
    """
    if chat_id < 0:
        outbox.drop(work, row, "group_lost")
        groups.lost(work, chat_id)
        return
    outbox.hold(work, row)
    person = work.db.get(Person, row.person_id) if row.person_id else person_by_telegram(work.db, chat_id)
    if person is not None:
        lost(work, person)


def lost(work: Work, person: Person) -> None:
    """Nothing reaches this person any more: the owners of their cases are told, once."""
    if person.unreachable_since is not None:
        return
    person.unreachable_since = work.now
    work.record("person.unreachable", person=person.id)
    for complaint in _owned_cases(work, person):
        if owner := colleague(work.db, complaint.owner_id):
            work.tell(owner, "customer_unreachable", complaint)


def failed(work: Work, row: OutboxMessage, error: str) -> None:
    """A defect: the row is laid aside, and the admins get its number, at most once an hour."""
    outbox.set_aside(work, row, error)
    if isinstance(row.body, dict) and row.body.get("template") == ALARM:
        return  # an alarm about alarms would never end
    assignment.tell_admins(work, ALARM, gather=ALARM, not_before=_next_alarm(work), outbox_id=row.id)


def _owned_cases(work: Work, person: Person) -> list[Complaint]:
    query = select(Complaint).where(
        Complaint.customer_id == person.id,
        col(Complaint.owner_id).is_not(None),
        col(Complaint.closed_at).is_(None),
    )
    return list(work.db.exec(query))


def _next_alarm(work: Work) -> datetime | None:
    """When the admins may be alarmed next; None if now."""
    last = work.db.get(Setting, ALARM)
    if last is None:
        work.db.add(Setting(name=ALARM, value=work.now.isoformat()))
        return None
    due = datetime.fromisoformat(last.value) + ALARM_EVERY
    if due > work.now:
        return due
    last.value = work.now.isoformat()
    return None
