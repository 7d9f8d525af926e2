"""Whoever reviews a case must be free of conflict, and be seen to be (T40): they step down, or are challenged."""

from backoffice import concerned, errors, panel, phases, rights, voting
from backoffice.pages import page_of
from backoffice.phases import Phase, touch
from backoffice.rights import Role
from backoffice.words import required
from backoffice.work import Work
from storage import people, reviews
from storage.complaints import Complaint
from storage.people import Person, Staff
from storage.reviews import Review, Seat

PAGE = 6  # colleagues of a list


def step_down(work: Work, complaint: Complaint, words: str) -> None:
    """A member declares a conflict and is replaced at once; nobody has to allow it."""
    seat = panel.own_seat(work, complaint)
    rights.require(work, "recuse", complaint)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    _replace(work, complaint, review, seat, "conflict", required(words))


def challenge(work: Work, complaint: Complaint, seat_id: int, words: str) -> None:
    """The complainant doubts somebody's impartiality, once for each; somebody else decides on it."""
    rights.require(work, "challenge", complaint)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    seat = _seat(work, complaint, review, seat_id)
    if seat.challenged_at is not None:
        raise errors.Stale(complaint=complaint.id)
    seat.challenge, seat.challenged_at = required(words), work.now
    touch(work, complaint)
    work.record("review.challenged", complaint, review=review.id, seat=seat.id)
    judges = panel.arbiters(work, complaint, review, seat)
    if not judges:  # nobody is left who could dismiss it
        _replace(work, complaint, review, seat, "challenged", seat.challenge)
    for person in judges:
        work.tell(person, "seat_challenged", complaint, seat_id=seat.id)


def rule(work: Work, complaint: Complaint, seat_id: int, *, upheld: bool) -> None:
    """Decide on a challenge; nobody does so in their own cause."""
    rights.require(work, "rule", complaint)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    seat = _seat(work, complaint, review, seat_id)
    if not panel.is_pending(seat):
        raise errors.Stale(complaint=complaint.id)
    if work.actor.id not in {person.id for person in panel.arbiters(work, complaint, review, seat)}:
        raise errors.NotAllowed(action="rule")
    if upheld:
        _replace(work, complaint, review, seat, "challenged", seat.challenge)
        return
    seat.challenge_upheld = False
    touch(work, complaint)
    work.record("review.challenge_dismissed", complaint, review=review.id, seat=seat.id)
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, "challenge_dismissed", complaint, party="customer", seat_id=seat.id)
    voting.conclude(work, complaint, review)


def to_rule_on(work: Work, complaint: Complaint, review: Review) -> list[Seat]:
    """The challenges that the actor has to decide on."""
    pending = [seat for seat in panel.live(work, review) if panel.is_pending(seat)]
    judged = {seat.id: panel.arbiters(work, complaint, review, seat) for seat in pending}
    return [seat for seat in pending if work.actor.id in {person.id for person in judged[seat.id]}]


def give_up_seats(work: Work, person_id: int) -> None:
    """Somebody leaves the organisation: their seats go to others."""
    for review in reviews.sat_on(work.db, person_id):
        complaint = work.db.get_one(Complaint, review.complaint_id)
        for seat in panel.live(work, review):
            if seat.person_id == person_id:
                _replace(work, complaint, review, seat, "gone", None)


def nameable(work: Work, complaint: Complaint, page: int = 0) -> tuple[list[Person], bool]:
    """A page of those who can be named as the person complained of, and whether there are more."""
    rights.require(work, "name_subject", complaint)
    ids = sorted(each.person_id for each in people.all_staff(work.db) if _nameable(complaint, each))
    found, more = page_of(ids, page, PAGE)
    return [work.db.get_one(Person, each) for each in found], more


def name_subject(work: Work, complaint: Complaint, person_id: int | None) -> bool:
    """Say which member of staff is complained of, or that none is. They lose the case at once, and never review it;
    neither does whoever they answer to. Those who answer to them lose it as well (T89, guard 1).

    Returns False where nobody else could handle it, so that those who answer to them keep it.
    """
    rights.require(work, "name_subject", complaint)
    staff = people.staff_of(work.db, person_id) if person_id is not None else None
    if person_id is not None and (staff is None or not _nameable(complaint, staff)):
        raise errors.Invalid(what="unknown_choice")
    before, complaint.subject_id = complaint.subject_id, person_id
    concerned.release(work, complaint, before)
    touch(work, complaint)
    work.record("complaint.subject_named", complaint, subject=person_id)
    if person_id is None:
        return True
    independent = concerned.bar(work, complaint, person_id)
    _unseat_whoever_is_concerned(work, complaint)
    return independent


def _nameable(complaint: Complaint, staff: Staff) -> bool:
    """One of the house: neither the complainant, nor who comes from outside to resolve disputes."""
    return staff.person_id != complaint.customer_id and Role.RESOLVER not in staff.roles


def _unseat_whoever_is_concerned(work: Work, complaint: Complaint) -> None:
    review = work.db.get(Review, complaint.review_id) if complaint.review_id else None
    if review is None or review.stage != Phase.IN_COMMITTEE:
        return
    free = {each.person_id for each in panel.free(work, complaint)}
    for seat in panel.live(work, review):
        if seat.person_id not in free:
            _replace(work, complaint, review, seat, "conflict", None)


def _replace(work: Work, complaint: Complaint, review: Review, seat: Seat, why: str, words: str | None) -> None:
    """The vote of who leaves does not count; perhaps all the others have voted."""
    panel.replace(work, complaint, review, seat, why, words)
    voting.conclude(work, complaint, review)


def _seat(work: Work, complaint: Complaint, review: Review, seat_id: int) -> Seat:
    seat = next((each for each in panel.live(work, review) if each.id == seat_id), None)
    if seat is None:
        raise errors.Stale(complaint=complaint.id)
    return seat
