"""The request for a review (S22, T27, T36-T39, T83): its form, and what becomes of it before anybody sits.

In time it admits itself; late, with a reason, it waits for the dispute manager. It costs nothing (guard 7).
"""

from datetime import datetime, timedelta

from sqlmodel import col, delete, func, select

from backoffice import assignment, clocks, codes, deadlock, errors, panel, phases, reminders, rights, ways
from backoffice.entries import add_entry, tell_file
from backoffice.learning import causes
from backoffice.lifecycle import move
from backoffice.phases import Phase, Step
from backoffice.rights import Role
from backoffice.stages import Event, Stage
from backoffice.targets import TARGETS
from backoffice.words import required, within
from backoffice.work import Work
from storage import clocks as rows
from storage import complaints, reviews
from storage.complaints import Attachment, Complaint, Entry
from storage.consents import Erasure
from storage.people import Person, colleague
from storage.reviews import Review

GROUNDS, EVIDENCE, LATENESS = "grounds", "evidence", "lateness"  # kinds of the entries that are the form
ADMITTERS = (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)  # the first of them that there is
MAX_CONTACT = 200


# ------------------------------------------------------------------ the form


def begin(work: Work, complaint: Complaint) -> Review:
    """The draft of a request, a new one or the one that is there. Raises errors.ReviewRefused, with the reason."""
    rights.require(work, "ask_review", complaint)
    way = ways.review(work, complaint)
    if way is None:
        raise errors.ReviewRefused(complaint=complaint.id, why=_why_not(work, complaint))
    review = draft(work, complaint)
    if review is None:
        review = Review(
            complaint_id=complaint.id,
            stage=Phase.DRAFT,
            trigger=ways.ANSWER,
            came_from=complaint.stage,
            begun_at=work.now,
        )
        work.db.add(review)
        work.db.flush()
    review.late, review.trigger = way.late, complaint.deadlock_trigger or ways.ANSWER
    return review


def draft(work: Work, complaint: Complaint) -> Review | None:
    return next((each for each in reviews.of_case(work.db, complaint.id) if each.stage == Phase.DRAFT), None)


def fill(work: Work, complaint: Complaint, kind: str, text: str | None, **source: int | None) -> Entry:
    """Words or a file for the form: what is wrong or missing (grounds), new evidence, why it comes late."""
    rights.require(work, "ask_review", complaint)
    review = _drafted(work, complaint)
    if kind not in (GROUNDS, EVIDENCE, LATENESS):
        raise errors.Invalid(what="unknown_choice")
    entry = add_entry(work, complaint, kind, text, **source)
    entry.review_id = review.id
    return entry


def wish(work: Work, complaint: Complaint, *, code: str | None = None, words: str | None = None) -> None:
    """What the complainant wants now: one of the wishes, or in words."""
    rights.require(work, "ask_review", complaint)
    review = _drafted(work, complaint)
    if code is not None and code not in work.organisation.wish_codes:
        raise errors.Invalid(what="unknown_choice")
    review.wish, review.wish_words = code, required(words) if words is not None else None


def reach(work: Work, complaint: Complaint, contact: str | None) -> None:
    """Where else the complainant can be reached; without it, here."""
    rights.require(work, "ask_review", complaint)
    _drafted(work, complaint).contact = within(contact, MAX_CONTACT) or None


def filled(work: Work, review: Review) -> dict[str, list[Entry]]:
    """What the form holds so far, by kind."""
    found: dict[str, list[Entry]] = {GROUNDS: [], EVIDENCE: [], LATENESS: []}
    for entry in complaints.entries_of(work.db, review.complaint_id):
        if entry.review_id == review.id and entry.kind in found and entry.replaces_id is None:
            found[entry.kind].append(entry)
    return found


def request(work: Work, complaint: Complaint, *, turn: int | None = None) -> Review:
    """Send the request: it has a number and a date at once, and whoever decided before loses the case (S22).

    Raises errors.Incomplete without a reason (or, where it is late, without one for that).
    """
    rights.require(work, "ask_review", complaint)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    review = begin(work, complaint)
    parts = filled(work, review)
    for kind, needed in ((GROUNDS, True), (LATENESS, review.late)):
        if needed and not parts[kind]:
            raise errors.Incomplete(missing=kind, complaint=complaint.id)
    rest = _left_of_window(work, complaint)
    review.number, review.requested_at = codes.new_code(codes.REVIEW), work.now
    review.came_from = complaint.stage
    review.closed_at, review.closed_reason = complaint.closed_at, complaint.closed_reason
    review.rest = rest
    complaint.closed_at = complaint.closed_reason = None
    complaint.review_id = review.id
    deciders = panel.bar_deciders(work, complaint)
    move(work, complaint, Event.REVIEW_REQUESTED, review=review.id, trigger=review.trigger, late=review.late)
    for person_id in deciders:
        person = work.db.get_one(Person, person_id)
        work.tell(person, "review_asked", complaint, party=rights.DECIDER, review_id=review.id)
        _send_evidence(work, person, complaint, review)
    if review.late:
        clocks.start(work, complaint, "review_admissibility")
        clocks.show(work, complaint)
        for person in admitters(work, complaint):
            work.tell(person, "review_late", complaint, review_id=review.id)
    else:
        _seat(work, complaint, review)
    return review


def discard(work: Work, complaint: Complaint) -> None:
    """Forget a request that was not sent."""
    rights.require(work, "ask_review", complaint)
    if (review := draft(work, complaint)) is not None:
        erase(work, review)


def expire(work: Work, limit: int) -> int:
    """Requests begun and not sent for the time of any draft are erased. Returns how many."""
    before = work.organisation.expired_before("draft_expiry", None, work.now)
    query = select(Review).where(Review.stage == Phase.DRAFT, col(Review.begun_at) < before).limit(limit)
    found = list(work.db.exec(query))
    for review in found:
        erase(work, review)
    return len(found)


def oldest_draft(work: Work) -> datetime | None:
    """When the oldest request was begun that was not sent."""
    return work.db.exec(select(func.min(Review.begun_at)).where(Review.stage == Phase.DRAFT)).one()


def erase(work: Work, review: Review) -> None:
    entries = select(Entry.id).where(Entry.review_id == review.id)
    for file in work.db.exec(select(Attachment).where(col(Attachment.entry_id).in_(entries))).all():
        work.db.add(Erasure(path=file.path))
        work.db.delete(file)
    work.db.flush()
    work.db.execute(delete(Entry).where(col(Entry.review_id) == review.id))  # at once, as rewordings point to the first
    work.db.delete(review)


# ------------------------------------------------------------------ before the decision


def withdraw(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The complainant takes the request back: the complaint goes on where it stood, and what was left of the time to
    answer runs again (T39). Another request can follow."""
    rights.require(work, "withdraw_review", complaint)
    review = phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE)
    go_back(work, complaint, review, "withdrawn", turn=turn)
    if (owner := colleague(work.db, complaint.owner_id)) is not None:
        work.tell(owner, "review_withdrawn", complaint)


def admit(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Hear a late request all the same (T36)."""
    rights.require(work, "admit", complaint)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    let_in(work, complaint)


def let_in(work: Work, complaint: Complaint) -> None:
    """Admit a late request; the tick does so where nobody has decided on it in time: the doubt is ours."""
    review = phases.running(work, complaint, Phase.REQUESTED)
    clocks.meet(work, complaint, "review_admissibility")
    _seat(work, complaint, review)
    if review.stage == Phase.IN_COMMITTEE:
        customer = work.db.get_one(Person, complaint.customer_id)
        work.tell(customer, "review_admitted", complaint, party="customer", not_before=reminders.civil(work))


def refuse(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """Do not hear a late request, for a reason that the complainant reads; the routes outside stay open (T37)."""
    rights.require(work, "admit", complaint)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    review = phases.running(work, complaint, Phase.REQUESTED)
    entry = add_entry(work, complaint, "not_admitted", required(words))
    entry.review_id = review.id
    deadlock.offer_routes(work, complaint, deadlock.NOT_ADMITTED, ended="not_admitted", entry_id=entry.id)


def admitters(work: Work, complaint: Complaint) -> list[Person]:
    """Who decides on late requests: the dispute manager; without one, whoever stands above."""
    for role in ADMITTERS:
        if found := deadlock.managers(work, complaint, role):
            return found
    return []


def go_back(work: Work, complaint: Complaint, review: Review, ended: str, *, turn: int | None = None) -> None:
    """The complaint is again where it was before the request."""
    goal = Stage(review.came_from)
    goal = Stage.INVESTIGATING if goal in (Stage.AWAITING_INFO, Stage.AWAITING_APPROVAL) else goal
    move(work, complaint, Event.REVIEW_ENDED, to=goal, turn=turn, ended=ended, review=review.id)
    complaint.closed_at, complaint.closed_reason = review.closed_at, review.closed_reason
    causes.owe(work, complaint)
    if review.rest is not None:
        clocks.leave(work, complaint, timedelta(seconds=review.rest))
    if (window := clocks.window(work, complaint)) is not None:  # it runs from the arrival of what speaks of it
        target = work.db.get_one(rows.Deadline, window).target
        customer = work.db.get_one(Person, complaint.customer_id)
        work.tell(customer, "window_reminder", complaint, party="customer", target=target, window=window)


# ------------------------------------------------------------------ inside


def _seat(work: Work, complaint: Complaint, review: Review) -> None:
    """From here on the date of the decision holds, counted from the request, or from the admission of a late one."""
    since = work.now if review.late else review.requested_at
    clocks.start(work, complaint, "review_decision", since=since)
    clocks.show(work, complaint)
    work.db.flush()
    if panel.convene(work, complaint, review):
        review.admitted_at = work.now
        phases.advance(work, complaint, review, Step.ADMITTED)
        _tell_overseers(work, complaint, review)
    else:
        deadlock.offer_routes(work, complaint, deadlock.UNSEATED, ended="unseated")


def _tell_overseers(work: Work, complaint: Complaint, review: Review) -> None:
    found = [*assignment.overseers(work, complaint), *deadlock.managers(work, complaint, *ADMITTERS)]
    aware = {*rights.seated(complaint), work.actor.id}
    for person in {each.id: each for each in found if each.id not in aware}.values():
        work.tell(person, "review_under_way", complaint, review_id=review.id)


def _send_evidence(work: Work, person: Person, complaint: Complaint, review: Review) -> None:
    """The files of the request, to the other side."""
    albums = {entry.id: entry.album for entries in filled(work, review).values() for entry in entries}
    for attachment in complaints.attachments_of(work.db, complaint.id):
        if attachment.entry_id in albums:
            tell_file(work, person, complaint, attachment, albums[attachment.entry_id], rights.DECIDER)


def _drafted(work: Work, complaint: Complaint) -> Review:
    review = draft(work, complaint)
    if review is None:
        raise errors.Stale(complaint=complaint.id)
    return review


def _left_of_window(work: Work, complaint: Complaint) -> int | None:
    """Seconds that the complainant's time to answer still has."""
    for row in rows.running(work.db, complaint.id):
        if TARGETS[row.target].window and row.due_at is not None:
            return max(int((row.due_at - work.now).total_seconds()), 0)
    return None


def _why_not(work: Work, complaint: Complaint) -> str:
    if complaint.review_id is not None and Stage(complaint.stage) is Stage.IN_REVIEW:
        return "running"
    if not ways.review_left(work, complaint):
        return "decided"
    return "too_late" if ways.too_late(work, complaint) else "no_answer"
