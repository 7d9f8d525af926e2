"""What still waits: updates nobody has handled, documents and messages that have not gone, what is due next."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, or_
from sqlmodel import col, func, select
from sqlmodel.sql.sqltypes import UTCDateTime

from backoffice import documents, schedule
from backoffice.figures import digests
from backoffice.work import Office
from storage.traffic import UNSENT, WAITING, InboxUpdate, OutboxMessage

#: What gathers for a moment counts as due now.
MOMENT = timedelta(seconds=2)
ANY = 2**62  # no update has such a number


def newest_update(office: Office) -> int:
    with office.look() as work:
        return work.db.exec(select(func.max(InboxUpdate.id))).one() or 0


def unhandled(office: Office, up_to: int | None = None) -> bool:
    """Whether an update (of those up to this one) could be handled now and is not.

    One that waits behind another of its chat, which is tried again later, cannot.
    """
    with office.look() as work:
        facts = {"soon": work.now + MOMENT, "up_to": ANY if up_to is None else up_to}
        return bool(work.db.connection().execute(_UNHANDLED, facts).scalar_one())


def undelivered(office: Office, soon: timedelta = MOMENT) -> bool:
    """Whether a message is on its way, due, or due so soon; a document or digest that is to be made now becomes one."""
    with office.look() as work:
        going = work.db.connection().execute(_UNDELIVERED, {"soon": work.now + soon}).scalar_one()
        return bool(going) or bool(documents.to_print(work, 1)) or digests.to_make(work) is not None


def next_message(office: Office, after: datetime) -> datetime | None:
    """The next moment at which a message that waits for its time may go."""
    with office.look() as work:
        found: datetime | None = work.db.connection().execute(_NEXT_MESSAGE, {"after": after}).scalar_one()
        return found


def next_moment(office: Office, after: datetime) -> datetime | None:
    """The next moment at which the tick, the courier, or what works beside them will have something to do."""
    with office.look() as work:
        beside = documents.next_attempt(work, after), digests.next_attempt(work, after)
    moments = (next_message(office, after), schedule.next_due(office, after), *beside)
    return min((moment for moment in moments if moment), default=None)


# ------------------------------------------------------------------ asked again and again: built once

_SOON = bindparam("soon", type_=UTCDateTime())
_RESTING = select(InboxUpdate.lane).where(WAITING, col(InboxUpdate.not_before) > _SOON)
_UNHANDLED = select(
    exists().where(WAITING, col(InboxUpdate.id) <= bindparam("up_to"), col(InboxUpdate.lane).not_in(_RESTING))
)
_goes = col(OutboxMessage.not_before)
_UNDELIVERED = select(exists().where(UNSENT, or_(_goes.is_(None), _goes <= _SOON)))
_NEXT_MESSAGE = select(func.min(_goes)).where(UNSENT, _goes > bindparam("after", type_=UTCDateTime()))
