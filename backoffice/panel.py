"""Who looks at a case for the second time: people free of conflict, one of them or a committee (S23, T36, T40-T42).

Never who decided or worked on it, the person complained of, or whoever that person answers to. Who declares a conflict,
or is challenged with success, loses the file at once, and the alternate of the same seat takes over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice import clocks, codes, deadlock, errors, phases, rights
from backoffice.customer_side import belongs
from backoffice.disputes import dossier
from backoffice.informing import panel_changed
from backoffice.pages import page_of
from backoffice.phases import Phase, touch
from backoffice.rights import CONFLICT, DECIDER, LADDER, Relation, Role
from backoffice.stages import Stage
from backoffice.work import Work
from storage import complaints, people, reviews
from storage.complaints import Complaint
from storage.people import Person, Staff
from storage.reviews import Review, Seat

LIGHT, COMMITTEE, MANAGEMENT = "light", "committee", "management"  # modes
REVIEWER, CHAIR = "reviewer", "chair"  # seats that are no seats of a committee
MANDATORY = {"support": Role.SEAT_SUPPORT, "technical": Role.SEAT_TECHNICAL, "operations": Role.SEAT_OPERATIONS}
OPTIONAL = {"legal": Role.SEAT_LEGAL, "quality": Role.SEAT_QUALITY, "external": Role.SEAT_EXTERNAL}
PRESIDES = "operations"  # where there is no chair
SEATS = {**MANDATORY, **OPTIONAL, CHAIR: Role.COMMITTEE_CHAIR, MANAGEMENT: Role.TOP_MANAGEMENT}
# Who reviews alone, the most fitting first; who handles complaints every day comes last.
ALONE = (
    *MANDATORY.values(), *OPTIONAL.values(), Role.COMMITTEE_CHAIR, Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER,
    Role.TOP_MANAGEMENT, Role.SUPERVISOR, Role.HANDLER,
)  # fmt: skip
CONFLICTS = ("conflict", "challenged")  # why a seat was left by whoever must not come back to the case
BEFORE_THE_END = timedelta(minutes=1)  # of the limit a last sitting takes place
PAGE, LATE = 6, 100  # entries of a list; late requests that are looked at for it


@dataclass(frozen=True, slots=True)
class Task:
    """What waits for somebody: their vote (in this seat), or, without one, a late request to be decided on."""

    complaint: Complaint
    review: Review
    seat: Seat | None = None


# ------------------------------------------------------------------ seen by those who sit


def mine(work: Work, page: int = 0) -> tuple[list[Task], bool]:
    """A page of the reviews that wait for the actor, the soonest first, and whether there are more."""
    rights.require(work, "see_reviews")
    sat_on = reviews.sat_on(work.db, work.actor.id or 0)
    tasks = [Task(_case(work, review), review, own) for review in sat_on for own in _own(work, review)[-1:]]
    waiting = [Task(_case(work, review), review) for review in reviews.waiting_for_admission(work.db, LATE)]
    tasks += [each for each in waiting if rights.may(work.actor, "admit", each.complaint)]
    tasks.sort(key=lambda each: vote_by(each.complaint, each.review) or work.now)
    return page_of(tasks, page, PAGE)


def find(work: Work, code: str) -> Complaint:
    """The case for who sits on its review, or did, and then hears why they do so no more; else as for anybody."""
    parsed = codes.parse(code)
    complaint = complaints.by_code(work.db, parsed) if parsed else None
    if complaint is None:
        raise errors.NotFound(code=parsed)
    if not any(_own(work, review) for review in reviews.of_case(work.db, complaint.id)):
        rights.require_known(work.actor, complaint)
    return complaint


def opened(work: Work, complaint: Complaint) -> Review:
    """The review of the case, for its readers. Raises errors.VoteRefused for who sat on it and does so no more."""
    if not rights.may(work.actor, "read", complaint):
        own_seat(work, complaint)
    rights.require(work, "read", complaint)
    return phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE, Phase.DECIDED)


def vote_by(complaint: Complaint, review: Review) -> datetime | None:
    """By when those who sit on it vote: the sitting of a committee, else the date of the case."""
    return review.sitting_at if review.mode == COMMITTEE else complaint.due_at


# ------------------------------------------------------------------ who is free


def hands(work: Work, complaint: Complaint) -> set[int]:
    """Who of the staff decided the case, moved it, held it, or carried something out."""
    found = {complaint.owner_id}
    for event in work.history(complaint):
        if event.event == "complaint.assigned":
            found |= {event.facts.get("owner"), event.facts.get("was")}
        elif event.event == "remedy.done" or (event.event.startswith("complaint.") and "now" in event.facts):
            found.add(event.actor_id)
    found |= {answer.author_id for answer in complaints.answers_of(work.db, complaint.id)}
    return {each for each in found if each is not None and not belongs(each, complaint)}


def superiors(work: Work, person_id: int) -> set[int]:
    """To whom a member of staff answers: who stands on the next rung of their unit's ladder."""
    staff = people.staff_of(work.db, person_id)
    return _above(staff, people.all_staff(work.db)) if staff is not None else set()


def subordinates(work: Work, person_id: int) -> set[int]:
    """Who answers to a member of staff directly."""
    everybody = people.all_staff(work.db)
    return {each.person_id for each in everybody if person_id in _above(each, everybody)}


def _above(staff: Staff, everybody: list[Staff]) -> set[int]:
    if Role.RESOLVER in staff.roles:
        return set()  # from outside: answers to nobody here
    held = [LADDER.index(Role(role)) for role in staff.roles if role in LADDER]
    for role in LADDER[max(held, default=0) + 1 :]:
        found = {
            each.person_id
            for each in everybody
            if role in each.roles and each.department in (None, staff.department) and each is not staff
        }
        if found:
            return found
    return set()


def free(work: Work, complaint: Complaint) -> list[Staff]:
    """Everybody of the staff without a conflict in this case."""
    subject = complaint.subject_id
    conflicted = {complaint.owner_id, subject, complaint.account_manager_id}
    conflicted |= superiors(work, subject) if subject else set()
    return [
        each
        for each in people.all_staff(work.db)
        if rights.is_free(complaint, each.person_id) and each.person_id not in conflicted
    ]


# ------------------------------------------------------------------ who sits


def convene(work: Work, complaint: Complaint, review: Review) -> bool:
    """Seat a committee where its seats are filled, else one person; False where conflicts leave nobody (T36, T42)."""
    appointed = people.all_staff(work.db)
    if all(any(_holds(each, role, full=True) for each in appointed) for role in MANDATORY.values()):
        return _convene_committee(work, complaint, review)
    reviewer = next(iter(_reviewers(work, complaint)), None)
    if reviewer is None:
        return False
    review.mode = LIGHT
    _seat(work, complaint, review, REVIEWER, reviewer, mandatory=True, chairs=True)
    return True


def convene_management(work: Work, complaint: Complaint, review: Review) -> bool:
    """Twice no quorum: top management decides in the committee's place (T41)."""
    chosen = next((each for each in free(work, complaint) if Role.TOP_MANAGEMENT in each.roles), None)
    for seat in live(work, review):
        _leave(work, complaint, seat, "absent")
    if chosen is None:
        return False
    review.mode = MANAGEMENT
    _seat(work, complaint, review, MANAGEMENT, chosen, mandatory=True, chairs=True)
    return True


def live(work: Work, review: Review) -> list[Seat]:
    """The seats that are taken now."""
    work.db.flush()
    return [seat for seat in reviews.seats_of(work.db, review.id) if seat.left_at is None]


def own_seat(work: Work, complaint: Complaint) -> Seat:
    """The actor's seat. Raises errors.VoteRefused where there was one and is none now, else what the rights say."""
    for review in reversed(reviews.of_case(work.db, complaint.id)):
        own = _own(work, review)
        if own and own[-1].left_at is not None and own[-1].left != "absent":
            raise errors.VoteRefused(why="recused")
        if own and (review.stage != Phase.IN_COMMITTEE or own[-1].left_at is not None):
            raise errors.VoteRefused(why="over")
        if own:
            rights.require(work, "vote", complaint)  # not who has left the organisation and still has a seat
            return own[-1]
    rights.require(work, "vote", complaint)
    raise errors.NotAllowed(action="vote")


def chair_of(seats: Iterable[Seat]) -> Seat | None:
    return next((seat for seat in seats if seat.chairs), None)


# ------------------------------------------------------------------ challenged, replaced


def is_pending(seat: Seat) -> bool:
    """Whether a challenge of it waits for a decision; until then nothing is decided by this vote."""
    return seat.challenged_at is not None and seat.challenge_upheld is None and seat.left_at is None


def arbiters(work: Work, complaint: Complaint, review: Review, seat: Seat) -> list[Person]:
    """Who decides on a challenge: the chair; of the chair's own, whoever stands above the review and sits not on it."""
    sitting = live(work, review)
    chair = chair_of(sitting)
    if chair is not None and chair.id != seat.id and not is_pending(chair):
        return [work.db.get_one(Person, chair.person_id)]
    seated = {each.person_id for each in sitting}
    for role in (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT):
        found = [each.person_id for each in free(work, complaint) if role in each.roles]
        if outside := [each for each in found if each not in seated]:
            return [work.db.get_one(Person, each) for each in outside]
    return []


def replace(
    work: Work, complaint: Complaint, review: Review, seat: Seat, why: str, words: str | None = None
) -> Seat | None:
    """Empty a seat and fill it with its alternate. Without one a mandatory seat ends the review, and the complaint goes
    on outside at our cost (T42); then nobody takes another one either. Returns the new seat."""
    if review.stage != Phase.IN_COMMITTEE:
        return None
    _leave(work, complaint, seat, why, words)
    successor = _successor(work, complaint, review, seat)
    if successor is None and seat.mandatory:
        deadlock.offer_routes(work, complaint, deadlock.UNSEATED, ended="unseated")
        return None
    customer = work.db.get_one(Person, complaint.customer_id)
    if successor is None:
        if seat.chairs and (heir := next((each for each in live(work, review) if each.name == PRESIDES), None)):
            heir.chairs = True
            complaint.panel = {**complaint.panel, str(heir.person_id): Relation.CHAIR}
        work.tell(customer, "panel_changed", complaint, party="customer", seat_id=seat.id)
        panel_changed(work, complaint)
        return None
    new = _seat(
        work, complaint, review, seat.name, successor, mandatory=seat.mandatory, chairs=seat.chairs, alternate=True
    )
    work.tell(customer, "panel_changed", complaint, party="customer", seat_id=new.id)
    panel_changed(work, complaint, new.person_id)
    return new


# ------------------------------------------------------------------ inside


def _convene_committee(work: Work, complaint: Complaint, review: Review) -> bool:
    found = free(work, complaint)
    chosen = _match(list(MANDATORY.items()), found)
    if chosen is None:
        return False
    for name, role in OPTIONAL.items():
        left = [each for each in found if each not in chosen.values()]
        if fit := next(_fitting(left, role), None):
            chosen[name] = fit
    review.mode = COMMITTEE
    presiding = next((name for name, each in chosen.items() if Role.COMMITTEE_CHAIR in each.roles), None)
    apart = [each for each in found if Role.COMMITTEE_CHAIR in each.roles and each not in chosen.values()]
    for name, staff in chosen.items():
        chairs = name == (presiding or (None if apart else PRESIDES))
        alternate = Role.ALTERNATE in staff.roles
        _seat(work, complaint, review, name, staff, mandatory=name in MANDATORY, chairs=chairs, alternate=alternate)
    if presiding is None and apart:
        _seat(work, complaint, review, CHAIR, apart[0], chairs=True)
    review.sitting, half = 1, work.organisation.half("review_decision", complaint.severity)
    set_sitting(work, complaint, review, work.organisation.end("review_decision", half, work.now))
    return True


def set_sitting(work: Work, complaint: Complaint, review: Review, until: datetime) -> None:
    """By then the members vote; in any case before the decision itself is due."""
    decision = clocks.main_of(work, complaint)
    if decision is not None and decision.due_at is not None:
        until = min(until, decision.due_at - BEFORE_THE_END)
    review.sitting_at = until
    clocks.hold_at(work, complaint, "sitting", until)


def _match(seats: list[tuple[str, Role]], found: list[Staff]) -> dict[str, Staff] | None:
    """A person for each seat and no person twice; regular members go before alternates. None if that cannot be."""
    if not seats:
        return {}
    (name, role), *rest = seats
    for each in _fitting(found, role):
        others = _match(rest, [other for other in found if other is not each])
        if others is not None:
            return {name: each, **others}
    return None


def _fitting(found: Iterable[Staff], role: Role) -> Iterator[Staff]:
    """Who can take this seat, the most fitting first: present before away, regular before alternate."""
    able = [each for each in found if role in each.roles]
    yield from sorted(
        able, key=lambda each: (each.away_since is not None, Role.ALTERNATE in each.roles, each.person_id)
    )


def _successor(work: Work, complaint: Complaint, review: Review, seat: Seat) -> Staff | None:
    seated = {each.person_id for each in live(work, review)}
    if seat.name == REVIEWER:
        return next((each for each in _reviewers(work, complaint) if each.person_id not in seated), None)
    open_to = [each for each in free(work, complaint) if each.person_id not in seated]
    return next(_fitting(open_to, SEATS[seat.name]), None)


def _reviewers(work: Work, complaint: Complaint) -> list[Staff]:
    """Who could review alone, the most fitting first."""
    able = [each for each in free(work, complaint) if set(ALONE) & set(each.roles)]
    load = {each.person_id: len(reviews.sat_on(work.db, each.person_id)) for each in able}
    return sorted(
        able,
        key=lambda each: (
            each.away_since is not None,
            min(ALONE.index(Role(role)) for role in each.roles if role in ALONE) >= ALONE.index(Role.SUPERVISOR),
            complaint.language not in each.languages,
            each.department == complaint.department,
            load[each.person_id],
            each.person_id,
        ),
    )


def _holds(staff: Staff, role: Role, *, full: bool) -> bool:
    return role in staff.roles and not (full and Role.ALTERNATE in staff.roles)


def _seat(
    work: Work,
    complaint: Complaint,
    review: Review,
    name: str,
    staff: Staff,
    *,
    mandatory: bool = False,
    chairs: bool = False,
    alternate: bool = False,
) -> Seat:
    """Seat somebody: they get the file, and nothing beyond what both sides may read."""
    seat = Seat(
        review_id=review.id,
        name=name,
        person_id=staff.person_id,
        mandatory=mandatory,
        chairs=chairs,
        alternate=alternate,
        seated_at=work.now,
    )
    work.db.add(seat)
    work.db.flush()
    complaint.panel = {**complaint.panel, str(staff.person_id): Relation.CHAIR if chairs else "member"}
    touch(work, complaint)
    work.record("review.seated", complaint, review=review.id, seat=seat.id, name=name, person=staff.person_id)
    person = work.db.get_one(Person, staff.person_id)
    work.tell(person, "review_seated", complaint, seat_id=seat.id)
    dossier.send_evidence(work, person, complaint, "staff")
    return seat


def _leave(work: Work, complaint: Complaint, seat: Seat, why: str, words: str | None = None) -> None:
    seat.left, seat.left_at, seat.left_words = why, work.now, words
    if why == "challenged":
        seat.challenge_upheld = True
    who = str(seat.person_id)
    complaint.panel = {each: what for each, what in complaint.panel.items() if each != who}
    if why in CONFLICTS:
        complaint.barred = {who: CONFLICT, **complaint.barred}
    touch(work, complaint)
    work.record("review.left", complaint, review=seat.review_id, seat=seat.id, why=why)
    if why != "gone" and seat.person_id != work.actor.id:  # else they are told at once
        work.tell(work.db.get_one(Person, seat.person_id), "seat_left", code=complaint.code, why=why)


def bar_deciders(work: Work, complaint: Complaint) -> list[int]:
    """Who had the case before loses it while others look at it; returns who they are."""
    before = sorted(each for each in hands(work, complaint) if people.staff_of(work.db, each))
    complaint.barred = {**{str(each): DECIDER for each in before}, **complaint.barred}
    return before


def _own(work: Work, review: Review) -> list[Seat]:
    """The seats that the actor ever had in it."""
    return [seat for seat in reviews.seats_of(work.db, review.id) if seat.person_id == work.actor.id]


def _case(work: Work, review: Review) -> Complaint:
    return work.db.get_one(Complaint, review.complaint_id)


def bar_of(work: Work, complaint: Complaint, person_id: int) -> str | None:
    """Why somebody is kept from the case who is not, or no longer, said to be complained of."""
    asked = reviews.of_case(work.db, complaint.id)
    sat = [seat for each in asked for seat in reviews.seats_of(work.db, each.id) if seat.person_id == person_id]
    if any(seat.left in CONFLICTS for seat in sat):
        return CONFLICT
    return DECIDER if Stage(complaint.stage) is Stage.IN_REVIEW and person_id in hands(work, complaint) else None
