"""How those who review a case decide: votes with reasons, a majority, the chair where there is none (S23, T41, T44)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backoffice import clocks, deadlock, documents, errors, panel, phases, reminders, rights
from backoffice.answers import DECISIONS
from backoffice.lifecycle import move
from backoffice.panel import CHAIR
from backoffice.phases import Phase, touch
from backoffice.review import admitters
from backoffice.rights import Role
from backoffice.stages import Event
from backoffice.words import required
from backoffice.work import Work
from storage.clocks import ENDED_UNMET, Deadline
from storage.complaints import Answer, Complaint, decided_alike
from storage.people import Person, colleague
from storage.reviews import Review, Seat

TOLERATED = 1  # sittings without a quorum; after one more, top management decides


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote. `remedy` is a code of the organisation's file; the complainant reads the reasons, without a name."""

    outcome: str
    remedy: str
    reasons: str


def vote(work: Work, complaint: Complaint, ballot: Ballot) -> Review:
    """Cast the actor's vote, once; the last one decides. Raises errors.VoteRefused."""
    seat = seat_to_vote(work, complaint)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    if ballot.outcome not in DECISIONS or work.organisation.find_remedy(ballot.remedy) is None:
        raise errors.Invalid(what="unknown_choice")
    seat.vote, seat.remedy, seat.reasons = ballot.outcome, ballot.remedy, required(ballot.reasons)
    seat.voted_at = work.now
    touch(work, complaint)
    work.record("review.voted", complaint, review=review.id, seat=seat.id)
    conclude(work, complaint, review)
    return review


def seat_to_vote(work: Work, complaint: Complaint) -> Seat:
    """The seat in which the actor may vote now. Raises errors.VoteRefused."""
    seat = panel.own_seat(work, complaint)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    if seat.voted_at is not None:
        raise errors.VoteRefused(why="twice", complaint=complaint.id)
    if seat.name == CHAIR and not is_tied(panel.live(work, review), sitting=is_over(work, review)):
        raise errors.VoteRefused(why="no_tie", complaint=complaint.id)
    return seat


def may_vote(work: Work, complaint: Complaint) -> bool:
    """Whether the actor's vote is wanted now (buttons are drawn by it)."""
    try:
        seat_to_vote(work, complaint)
    except errors.OfficeError:
        return False
    return True


def voters(seats: Sequence[Seat]) -> list[Seat]:
    """Who votes in any case, unlike a chair who sits there only to break a tie."""
    return [seat for seat in seats if seat.name != CHAIR]


def turnout(seats: Sequence[Seat]) -> tuple[int, int]:
    """How many of those who vote have done so, and of how many; what they voted for is nobody's business yet."""
    members = voters(seats)
    return sum(seat.voted_at is not None for seat in members), len(members)


def conclude(work: Work, complaint: Complaint, review: Review) -> None:
    """Decide if everybody has voted, or, when the sitting is over, with those who have.

    A tie waits for the vote of a chair who has none otherwise; a challenge waits for its own decision.
    """
    if review.stage != Phase.IN_COMMITTEE:
        return
    seats, over = panel.live(work, review), is_over(work, review)
    if any(panel.is_pending(seat) for seat in seats) or missing(work, review, mandatory=over):
        return
    chair = panel.chair_of(seats)
    if is_tied(seats, sitting=over) and chair is not None and chair.vote is None:
        work.tell(work.db.get_one(Person, chair.person_id), "tie_to_break", complaint)
        return
    votes = [seat.vote for seat in voters(seats) if seat.vote]
    outcome = tally(votes, chair.vote if chair else None)
    _decide(work, complaint, review, [seat for seat in seats if seat.vote], outcome)


def is_over(work: Work, review: Review) -> bool:
    """Whether the time of the sitting has passed: from then on the mandatory votes are enough."""
    return review.sitting_at is not None and review.sitting_at <= work.now


def tally(votes: Sequence[str], chair: str | None) -> str:
    """What most have voted for. Of several with as many votes the chair's own, else the one that is nearest to it, and
    of two equally near the one that is better for the complainant."""
    counts = Counter(votes)
    tied = [each for each in DECISIONS if counts[each] == max(counts.values())]
    if chair is None:
        return tied[0]
    return min(tied, key=lambda each: abs(DECISIONS.index(each) - DECISIONS.index(chair)))


def is_tied(seats: Sequence[Seat], *, sitting: bool = False) -> bool:
    """Whether all have voted (at a `sitting`: whoever has) and no outcome has more votes than any other."""
    members = voters(seats)
    votes = Counter(seat.vote for seat in members if seat.vote)
    complete = sitting or sum(votes.values()) == len(members)
    ranked = [count for _vote, count in votes.most_common(2)]
    return complete and len(ranked) == 2 and ranked[0] == ranked[1]


def comparable(work: Work, complaint: Complaint, limit: int = 3) -> list[Complaint]:
    """The latest cases of the same category that were decided: who is alike is to be treated alike (S26)."""
    return decided_alike(work.db, complaint.category or "", complaint.id, limit)


def awaited(work: Work, complaint: Complaint) -> list[Person]:
    """Who has to do something for the review now: decide on a late request, or vote."""
    running = phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE)
    if running.stage == Phase.REQUESTED:
        return admitters(work, complaint)
    return [work.db.get_one(Person, seat.person_id) for seat in missing(work, running, mandatory=False)]


# ------------------------------------------------------------------ what the tick does


def call(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The sitting is near: who has not voted is reminded."""
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    for seat in missing(work, review, mandatory=False):
        _tell_later(work, complaint, seat.person_id, "sitting_near")


def sit(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The sitting ends. With all mandatory votes it decides; else it is held again within days, and a second time top
    management decides (T41). The clock of the decision keeps running."""
    clocks.end(work, deadline, ENDED_UNMET)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    for seat in panel.live(work, review):
        if panel.is_pending(seat):  # nobody has decided on the challenge: the doubt counts
            panel.replace(work, complaint, review, seat, "challenged", seat.challenge)
    if review.stage != Phase.IN_COMMITTEE:
        return
    if not missing(work, review):
        conclude(work, complaint, review)
        return
    _no_quorum(work, complaint, review)


def lapse(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The limit of the decision has passed: the complaint goes on outside at our cost; top management knows (T45)."""
    deadline.breached_at = work.now
    clocks.end(work, deadline, ENDED_UNMET)
    work.record("deadline.breached", complaint, target=deadline.target, due=str(deadline.due_at), told=[])
    deadlock.offer_routes(work, complaint, deadlock.REVIEW_LIMIT, ended="lapsed")


def missing(work: Work, review: Review, *, mandatory: bool = True) -> list[Seat]:
    """Whose vote is missing, of the mandatory seats or of all that vote."""
    return [
        seat for seat in voters(panel.live(work, review)) if seat.vote is None and (seat.mandatory or not mandatory)
    ]


def _no_quorum(work: Work, complaint: Complaint, review: Review) -> None:
    review.without_quorum += 1
    touch(work, complaint)  # whoever votes at this moment finds it changed, and votes again
    absent = missing(work, review)
    for seat in absent:
        seat.absences += 1
    work.record("review.no_quorum", complaint, review=review.id, sitting=review.sitting, seats=[s.id for s in absent])
    again = review.without_quorum <= TOLERATED
    if again:
        review.sitting += 1
        panel.set_sitting(work, complaint, review, work.organisation.due("next_sitting", None, work.now))
        for seat in panel.live(work, review):
            _tell_later(work, complaint, seat.person_id, "sitting_again")
    elif not panel.convene_management(work, complaint, review):
        deadlock.offer_routes(work, complaint, deadlock.NO_QUORUM, ended="unseated")
        return
    customer = work.db.get_one(Person, complaint.customer_id)
    told = "sitting_moved" if again else "management_decides"
    work.tell(customer, told, complaint, party="customer", not_before=reminders.civil(work))
    for person in deadlock.managers(work, complaint, Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER):
        if str(person.id) not in complaint.panel:
            work.tell(person, "no_quorum", complaint, not_before=reminders.when(work, complaint))


# ------------------------------------------------------------------ the decision


def _decide(work: Work, complaint: Complaint, review: Review, voters: list[Seat], outcome: str) -> None:
    """The reasoned decision: it stands like an answer, and the complainant accepts it or goes on outside (T44)."""
    agreed = [seat for seat in voters if seat.vote == outcome]
    presided = panel.chair_of(panel.live(work, review)) or agreed[0]
    remedy = _remedy([review.wish, complaint.wish, presided.remedy], agreed)
    complaint.rounds += 1
    complaint.decision, complaint.remedy = outcome, remedy
    review.outcome, review.decided_at = outcome, work.now
    answer = Answer(
        complaint_id=complaint.id,
        round=complaint.rounds,
        decision=outcome,
        reasons="\n\n".join(dict.fromkeys(seat.reasons or "" for seat in agreed)),
        remedy=remedy,
        author_id=presided.person_id,
        at=work.now,
        review_id=review.id,
    )
    work.db.add(answer)
    work.db.flush()
    sat, before = rights.seated(complaint), rights.deciders(complaint)
    move(work, complaint, Event.REVIEWED, decision=outcome, remedy=remedy, review=review.id)
    documents.issue(work, complaint, "decision", review_id=review.id)
    customer = work.db.get_one(Person, complaint.customer_id)
    window = clocks.window(work, complaint)
    work.tell(customer, "review_decided", complaint, party="customer", answer_id=answer.id, window=window)
    for person in _concerned(work, complaint, before, besides=sat):
        work.tell(person, "review_decided_staff", complaint, review_id=review.id)


def _remedy(wanted: Sequence[str | None], agreed: list[Seat]) -> str:
    """What most of those want who agree; of several the first that is `wanted`."""
    counts = Counter(seat.remedy or "" for seat in agreed)
    most = [each for each in counts if counts[each] == max(counts.values())]
    return next((each for each in wanted if each in most), None) or most[0]


def _concerned(work: Work, complaint: Complaint, before: list[int], besides: list[int]) -> list[Person]:
    """Who had the case before, who stands above them, and who answers for disputes."""
    found = {*before, *(person.id for person in reminders.ladder(work, complaint)[:2])}
    found |= {each.id for each in deadlock.managers(work, complaint, Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER)}
    present = (colleague(work.db, each) for each in sorted(found - set(besides)))
    return [person for person in present if person is not None and rights.is_free(complaint, person.id)]


def _tell_later(work: Work, complaint: Complaint, person_id: int, template: str) -> None:
    work.tell(work.db.get_one(Person, person_id), template, complaint, not_before=reminders.when(work, complaint))
