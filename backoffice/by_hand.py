"""What is told to a complainant whom no messenger reaches: it is kept, and a colleague passes it on by voice or letter.

A message counts as arrived when a colleague says that it was passed on: no time of the complainant's runs before.
"""

from sqlmodel import col, or_, select

from backoffice import assignment, errors, outbox, reminders, rights
from backoffice.work import Work
from storage.complaints import Complaint
from storage.people import Person, colleague, lane_of
from storage.traffic import OutboxMessage

KEPT = ("waiting", "sending", "held")
ACKNOWLEDGEMENT = "acknowledged_by_hand"


def keep(work: Work, row: OutboxMessage) -> None:
    """It cannot go by itself: it is kept as it is, and whoever has the case hears that there is something to pass on.

    If its complainant has taken the case over meanwhile, it goes to them.
    """
    complaint = work.db.get_one(Complaint, row.complaint_id) if row.complaint_id else None
    person = work.db.get_one(Person, row.person_id or 0)
    if complaint is None:
        outbox.drop(work, row, "by_hand")
        return
    now = work.db.get_one(Person, complaint.customer_id)
    if now.telegram_id is not None:
        outbox.redirect(work, person, now)
        return
    outbox.hold(work, row)
    if row.body["template"] == ACKNOWLEDGEMENT:
        return  # its recorder has it before them, and a limit runs
    owner = colleague(work.db, complaint.owner_id)
    for each in [owner] if owner else assignment.overseers(work, complaint):
        when = reminders.when(work, complaint)
        work.tell(each, "to_pass_on", complaint, gather=f"by_hand:{complaint.id}", not_before=when, outbox=row.id)


def waiting(work: Work, complaint: Complaint) -> list[OutboxMessage]:
    """What is to be passed on, oldest first."""
    if complaint.recorded_by is None:
        return []
    person = work.db.get_one(Person, complaint.customer_id)
    if person.telegram_id is not None:
        return []
    work.write()  # also what is being said at this moment
    query = select(OutboxMessage).where(
        OutboxMessage.lane == lane_of(person),
        OutboxMessage.complaint_id == complaint.id,
        col(OutboxMessage.status).in_(KEPT),
        or_(col(OutboxMessage.not_before).is_(None), col(OutboxMessage.not_before) <= work.now),
    )
    return list(work.db.exec(query.order_by(col(OutboxMessage.id))))


def message(work: Work, complaint: Complaint, row_id: int) -> OutboxMessage:
    """One of them. Raises errors.Stale when it was passed on already."""
    rights.require(work, "pass_on", complaint)
    found = next((each for each in waiting(work, complaint) if each.id == row_id), None)
    if found is None:
        raise errors.Stale(complaint=complaint.id)
    return found


def told(work: Work, complaint: Complaint, row_id: int) -> None:
    """The complainant knows it: their time runs from now, as from the arrival of a message."""
    row = message(work, complaint, row_id)
    template = row.body["template"]  # before it is wiped
    outbox.sent(work, row)
    work.record("notice.passed_on", complaint, outbox=row.id, template=template)
