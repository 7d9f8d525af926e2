"""A case that was set aside, merged or put out of scope, comes back: to its own dates and its owner (T86, T87)."""

from datetime import datetime
from typing import Any

from backoffice import assignment, clocks, rights
from backoffice.lifecycle import move
from backoffice.stages import Event
from backoffice.targets import UNCOUNTED
from backoffice.work import Work
from storage import clocks as rows
from storage.clocks import ENDED_FOR_NOTHING
from storage.complaints import Complaint
from storage.people import Person, colleague


def take_up(work: Work, complaint: Complaint, *, turn: int | None = None, **facts: Any) -> None:
    """Back to received. Its clocks run as if they had never stopped: the mistake was ours."""
    since = complaint.closed_at
    move(work, complaint, Event.CONTESTED, turn=turn, was_closed=complaint.closed_reason, **facts)
    complaint.closed_at = complaint.closed_reason = complaint.merged_into_id = None
    if since is not None:
        _restore(work, complaint, since)


def give(work: Work, complaint: Complaint, template: str) -> None:
    """To its owner; where there is none any more, to whoever fits."""
    owner = colleague(work.db, complaint.owner_id)
    if owner is None or not rights.is_free(complaint, owner.id):
        complaint.owner_id = None
        assignment.assign(work, complaint)
    elif owner.id != work.actor.id:
        work.tell(owner, template, complaint)


def bring_forward(work: Work, complaint: Complaint, until: datetime | None) -> None:
    """The date of the case is no later than this one, which its complainant was told."""
    main = clocks.main_of(work, complaint)
    if main is not None and main.due_at is not None and until is not None and until < main.due_at:
        main.due_at = until
        clocks.arm(work.organisation, main)
        clocks.show(work, complaint)


def tell_customer(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, template, complaint, party="customer", **params)


def _restore(work: Work, complaint: Complaint, since: datetime) -> None:
    """What ended for nothing then runs again; what has passed meanwhile is due by the end of the next business day."""
    for deadline in rows.of_case(work.db, complaint.id):
        if deadline.ended == ENDED_FOR_NOTHING and deadline.ended_at == since:
            deadline.ended = deadline.ended_at = None
            if deadline.due_at is not None and since < deadline.due_at <= work.now and deadline.target not in UNCOUNTED:
                deadline.due_at = work.organisation.calendar.add_business_days(work.now, 1)
            clocks.arm(work.organisation, deadline)
    clocks.recount(work, complaint)
    clocks.show(work, complaint)
