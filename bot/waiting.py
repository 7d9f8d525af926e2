"""What still waits: updates nobody has handled, documents and messages that have not gone, what is due next."""

from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, func, select

from backoffice import documents, schedule
from backoffice.work import Office
from storage.traffic import UNSENT, WAITING, InboxUpdate, OutboxMessage

#: What gathers for a moment counts as due now.
MOMENT = timedelta(seconds=2)


def newest_update(office: Office) -> int:
    with office.look() as work:
        return work.db.exec(select(func.max(InboxUpdate.id))).one() or 0


def unhandled(office: Office, up_to: int | None = None) -> bool:
    """Whether an update (of those up to this one) could be handled now and is not.

    One that waits behind another of its chat, which is tried again later, cannot.
    """
    with office.look() as work:
        resting = select(InboxUpdate.lane).where(WAITING, col(InboxUpdate.not_before) > work.now + MOMENT)
        query = select(InboxUpdate.id).where(WAITING, col(InboxUpdate.lane).not_in(resting))
        if up_to is not None:
            query = query.where(col(InboxUpdate.id) <= up_to)
        return work.db.exec(query.limit(1)).first() is not None


def undelivered(office: Office, soon: timedelta = MOMENT) -> bool:
    """Whether a message is on its way, due, or due so soon; a document that is to be printed now becomes one."""
    not_before = col(OutboxMessage.not_before)
    with office.look() as work:
        if documents.to_print(work, 1):
            return True
        query = select(OutboxMessage.id).where(UNSENT, or_(not_before.is_(None), not_before <= work.now + soon))
        return work.db.exec(query.limit(1)).first() is not None


def next_message(office: Office, after: datetime) -> datetime | None:
    """The next moment at which a message that waits for its time may go."""
    with office.look() as work:
        query = select(func.min(OutboxMessage.not_before)).where(UNSENT, col(OutboxMessage.not_before) > after)
        found: datetime | None = work.db.exec(query).one()
        return found


def next_moment(office: Office, after: datetime) -> datetime | None:
    """The next moment at which the tick, the courier or the printer will have something to do."""
    with office.look() as work:
        document = documents.next_attempt(work, after)
    moments = (next_message(office, after), schedule.next_due(office, after), document)
    return min((moment for moment in moments if moment), default=None)
