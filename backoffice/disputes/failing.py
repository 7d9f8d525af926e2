"""A way outside that led nowhere: who leaves it, and how the customer comes to another one (T60, T63, T65, T66)."""

from typing import Any

from backoffice import clocks, reminders
from backoffice.disputes import course
from backoffice.disputes.phases import Step
from backoffice.disputes.speaking import speakers, tell_customer, tell_us
from backoffice.informing import inform
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Referral


def close_way(
    work: Work,
    complaint: Complaint,
    step: Step,
    why: str,
    *,
    by: str | None = None,
    words: str | None = None,
    turn: int | None = None,
    entry_id: int | None = None,
    **facts: Any,
) -> Referral:
    """This way is closed: the provider loses the case at once, terms that were not agreed to are void, and both sides
    hear of it. `by`: the side that ended it; `why`: a code; `entry_id`: our reason in words.
    """
    referral, dispute = course.referral(work, complaint), course.running(work, complaint)
    course.dismiss(work, complaint, dispute, why)
    course.void_terms(work, dispute, why)
    course.leave(work, complaint, why, by=by, words=words)
    course.advance(work, complaint, step, turn=turn, referral=referral.id, why=why, by=by, **facts)
    window = clocks.window(work, complaint)
    tell_customer(work, complaint, "way_closed", referral_id=referral.id, entry_id=entry_id, window=window)
    tell_us(work, complaint, "way_closed_staff", referral_id=referral.id)
    inform(work, complaint, "way_closed")
    return referral


def taken_back(work: Work, complaint: Complaint) -> None:
    """The complaint itself is withdrawn in the middle of its dispute: who speaks for us hears of it, too (T81)."""
    if complaint.dispute_id is None:
        return
    for person in speakers(work, complaint):
        if person.id != complaint.owner_id:  # the owner hears of it in any case
            work.tell(person, "case_withdrawn", complaint, not_before=reminders.when(work, complaint))
