"""A complaint that stays unresolved is noticed by itself, and the next route opens (ISO 10002, 7.9; ISO 10003, 4.4).

A review by other people while one is left, then the routes outside. What triggered it is kept with the case.
"""

from backoffice import clocks, errors, reminders, rights, ways
from backoffice.entries import add_entry
from backoffice.lifecycle import IN_HAND, move
from backoffice.rights import Role
from backoffice.stages import Event, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import people
from storage.complaints import Complaint
from storage.people import Person

REFUSED, REOPENED, DECLARED, ASKED = "refused", "reopened", "declared", "asked"
REVIEW_REFUSED, REVIEW_LIMIT, UNSEATED, NO_QUORUM, NOT_ADMITTED = (
    "review_refused",
    "review_limit",
    "unseated",
    "no_quorum",
    "not_admitted",
)
OURS = frozenset({REVIEW_LIMIT, UNSEATED, NO_QUORUM})  # we could not review it: what it costs outside, we pay (T42)
INFORMED = (Role.DISPUTE_MANAGER, Role.LEGAL)  # of every deadlock, besides those on the ladder
COUNTER_ANSWERS = 2  # times a complainant may send an answer back (T26)
REOPENINGS = 2  # and reopen the case (T82); then other people look at it


def notice(work: Work, complaint: Complaint, trigger: str) -> bool:
    """The next route is open from now on, without waiting for our answer. False where it was already."""
    if complaint.deadlock_at is not None:
        return False
    complaint.deadlock_at, complaint.deadlock_trigger = work.now, trigger
    complaint.unresolved_at = complaint.unresolved_at or work.now
    work.record("complaint.deadlocked", complaint, trigger=trigger)
    return True


def pass_on(work: Work, complaint: Complaint, trigger: str, *, turn: int | None = None) -> None:
    """Another round with the same people would help nobody: the review is open, or else the routes outside are."""
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    notice(work, complaint, trigger)
    if ways.review(work, complaint) is None:
        offer_routes(work, complaint, trigger, turn=turn)


def declare(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """Staff see no way to agree, and say why in words that the complainant reads (S14)."""
    rights.require(work, "declare_deadlock", complaint)
    if Stage(complaint.stage) not in IN_HAND:
        raise errors.Stale(complaint=complaint.id)
    entry = add_entry(work, complaint, "deadlock", required(words))
    work.record("entry.added", complaint, entry=entry.id)
    complaint.deadlock_at = None  # whatever opened the way before: the time for a review runs from here
    offer_routes(work, complaint, DECLARED, turn=turn, entry_id=entry.id)


def offer_routes(
    work: Work,
    complaint: Complaint,
    trigger: str,
    *,
    turn: int | None = None,
    ended: str = "",
    entry_id: int | None = None,
) -> None:
    """Inside the house nothing is left but a review, if there is one: the complainant chooses the way (T42, T45, T48).

    `ended`: why a running review ends by it; `entry_id`: our reason in words.
    """
    if trigger != ASKED and not notice(work, complaint, trigger):
        complaint.deadlock_trigger = trigger
    move(work, complaint, Event.ROUTES_OFFERED, turn=turn, trigger=trigger, ended=ended)
    complaint.closed_at = complaint.closed_reason = None
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(
        customer,
        "routes_offered",
        complaint,
        party="customer",
        not_before=None if work.actor.id == complaint.customer_id else reminders.civil(work),
        trigger=trigger,
        entry_id=entry_id,
        window=clocks.window(work, complaint),
    )
    for person in _concerned(work, complaint, grave=trigger in OURS):
        work.tell(person, "case_in_dispute", complaint, not_before=reminders.when(work, complaint), trigger=trigger)


def managers(work: Work, complaint: Complaint, *roles: Role) -> list[Person]:
    """Those with one of these roles who may read the case."""
    found = [
        each.person_id
        for each in people.all_staff(work.db)
        if set(roles) & set(each.roles) and rights.is_free(complaint, each.person_id)
    ]
    return [work.db.get_one(Person, each) for each in found]


def _concerned(work: Work, complaint: Complaint, *, grave: bool) -> list[Person]:
    roles = [*INFORMED, Role.COMPLAINTS_MANAGER, *([Role.TOP_MANAGEMENT] if grave else [])]
    told = managers(work, complaint, *roles)
    owner = people.colleague(work.db, complaint.owner_id)
    if owner is not None and owner.id not in {person.id for person in told}:
        told.append(owner)
    return [person for person in told if person.id != work.actor.id]
