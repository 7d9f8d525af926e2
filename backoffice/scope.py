"""What is none of ours to decide is said so, with the right place for it; and looked at by somebody else if that is
contested (T7, T86, guard 9)."""

from datetime import datetime

from backoffice import errors, rights
from backoffice.closing import close
from backoffice.learning.causes import EXCLUDED
from backoffice.lifecycle import move, possible
from backoffice.resuming import give, take_up, tell_customer
from backoffice.stages import Event
from backoffice.words import required
from backoffice.work import Actor, Work
from storage import special
from storage.complaints import Complaint
from storage.people import Person, all_staff, colleague
from storage.special import Exclusion

MAX_PLACE = 500  # letters


def propose(
    work: Work,
    complaint: Complaint,
    reason: str,
    *,
    provider: str | None = None,
    place: str | None = None,
    turn: int | None = None,
) -> Exclusion:
    """Say why it is none of ours, and where its complainant should turn. Who may decide has decided with it; of a
    handler it is a proposal, of which those above hear (T7)."""
    rights.require(work, "propose_exclusion", complaint)
    if turn not in (None, complaint.turn) or not possible(complaint, Event.EXCLUDED):
        raise errors.Stale(complaint=complaint.id)
    if (known := work.organisation.scope_reason(reason)) is None:
        raise errors.Invalid(what="unknown_choice")
    if provider is not None and provider not in {each.code for each in work.organisation.providers}:
        raise errors.Invalid(what="unknown_choice")
    if (pending := waiting(work, complaint)) is not None:
        raise errors.SetAsideRefused(complaint=complaint.id, why="waits", by=pending.proposed_by)
    judges = deciders(work, complaint)
    if not judges:
        raise errors.SetAsideRefused(complaint=complaint.id, why="first" if _first(work, complaint) else "nobody")
    exclusion = Exclusion(
        complaint_id=complaint.id,
        reason=reason,
        provider=provider,
        place=None if provider or (place is None and known.place) else required(place or "", MAX_PLACE),
        proposed_by=work.actor.id or 0,
        proposed_at=work.now,
    )
    work.db.add(exclusion)
    work.db.flush()
    work.record("case.exclusion_proposed", complaint, exclusion=exclusion.id, reason=reason)
    if work.actor.id in {person.id for person in judges}:
        confirm(work, complaint, exclusion.id)
    else:
        for person in judges:
            work.tell(person, "exclusion_proposed", complaint, exclusion_id=exclusion.id)
    return exclusion


def confirm(work: Work, complaint: Complaint, exclusion_id: int, *, turn: int | None = None) -> None:
    """It is out of scope: its complainant is told why, where to turn, and that it can be contested."""
    exclusion = _pending(work, complaint, exclusion_id, turn)
    move(work, complaint, Event.EXCLUDED, turn=turn, reason=exclusion.reason, exclusion=exclusion.id)
    close(work, complaint, EXCLUDED)
    _decide(work, exclusion, upheld=True)
    tell_customer(work, complaint, "out_of_scope", exclusion_id=exclusion.id)
    _tell_proposer(work, complaint, exclusion)


def refuse(work: Work, complaint: Complaint, exclusion_id: int, *, turn: int | None = None) -> None:
    """It is ours: the work goes on, and its date stays."""
    exclusion = _pending(work, complaint, exclusion_id, turn)
    _decide(work, exclusion, upheld=False)
    complaint.touched_at = work.now
    work.record("case.exclusion_refused", complaint, exclusion=exclusion.id)
    _tell_proposer(work, complaint, exclusion)


def contest(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Its complainant does not agree, once and in time: somebody else looks at it (T86)."""
    rights.require(work, "contest_exclusion", complaint)
    if contestable(work, complaint) is None:
        raise errors.Stale(complaint=complaint.id)
    exclusion = special.exclusions_of(work.db, complaint.id)[-1]
    exclusion.contested_at = work.now
    take_up(work, complaint, turn=turn, exclusion=exclusion.id)
    if complaint.owner_id == exclusion.decided_by and len(deciders(work, complaint)):
        complaint.owner_id = None
    give(work, complaint, "exclusion_contested")
    for person in deciders(work, complaint):
        if person.id != complaint.owner_id:
            work.tell(person, "exclusion_contested", complaint)


def contestable(work: Work, complaint: Complaint) -> datetime | None:
    """Until when its complainant can contest that it is out of scope; None if they cannot."""
    if complaint.closed_reason != EXCLUDED or complaint.closed_at is None or _first(work, complaint):
        return None
    until = work.organisation.due("contest", None, complaint.closed_at)
    return until if work.now <= until else None


def waiting(work: Work, complaint: Complaint) -> Exclusion | None:
    """The proposal on which nobody has decided yet."""
    return next((each for each in special.exclusions_of(work.db, complaint.id) if each.upheld is None), None)


def latest(work: Work, complaint: Complaint) -> Exclusion | None:
    return next(reversed(special.exclusions_of(work.db, complaint.id)), None)


def deciders(work: Work, complaint: Complaint) -> list[Person]:
    """Who may decide on it: never who did so before it was contested, nor who had proposed it then."""
    before = _first(work, complaint)
    found = []
    for staff in all_staff(work.db):
        person = work.db.get_one(Person, staff.person_id)
        if person.id not in before and rights.may(Actor(person, staff), "exclude", complaint):
            found.append(person)
    return found


def _first(work: Work, complaint: Complaint) -> set[int]:
    contested = [each for each in special.exclusions_of(work.db, complaint.id) if each.contested_at is not None]
    return {each for one in contested for each in (one.proposed_by, one.decided_by) if each is not None}


def _pending(work: Work, complaint: Complaint, exclusion_id: int, turn: int | None) -> Exclusion:
    rights.require(work, "exclude", complaint)
    exclusion = waiting(work, complaint)
    if exclusion is None or exclusion.id != exclusion_id or turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    if work.actor.id not in {person.id for person in deciders(work, complaint)}:
        raise errors.SetAsideRefused(complaint=complaint.id, why="first")
    return exclusion


def _decide(work: Work, exclusion: Exclusion, *, upheld: bool) -> None:
    exclusion.upheld, exclusion.decided_by, exclusion.decided_at = upheld, work.actor.id, work.now


def _tell_proposer(work: Work, complaint: Complaint, exclusion: Exclusion) -> None:
    for person in {exclusion.proposed_by, complaint.owner_id} - {None, work.actor.id}:
        if found := colleague(work.db, person):
            work.tell(found, "exclusion_decided", complaint, exclusion_id=exclusion.id)
