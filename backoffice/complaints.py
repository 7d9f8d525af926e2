"""What the complainant does with a case: follow, add, accept, refuse, confirm, withdraw, reopen."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session

from backoffice import (
    account_cases,
    assignment,
    claims,
    codes,
    deadlock,
    errors,
    hearing,
    remedies,
    repeats,
    rights,
    risks,
    surveys,
    wanted,
    ways,
)
from backoffice.closing import close
from backoffice.disputes import obligations
from backoffice.disputes.speaking import speakers
from backoffice.entries import add_entry
from backoffice.lifecycle import move, possible
from backoffice.merging import followed
from backoffice.pages import offset, require_page
from backoffice.reopening import OTHERWISE, come_back
from backoffice.stages import OPEN, Event, Stage
from backoffice.work import Work
from storage import complaints, crypto
from storage.complaints import Answer, Complaint, Entry
from storage.people import Person, colleague

PAGE = 5
MAX_WRONG_SECRETS = 5


def find(work: Work, code: str) -> Complaint:
    """The case of this code, if the actor may know of it; else errors.NotFound, whether it exists or not."""
    parsed = codes.parse(code)
    complaint = complaints.by_code(work.db, parsed) if parsed else None
    if complaint is None:
        raise errors.NotFound(code=parsed)
    rights.require_known(work.actor, complaint)
    return complaint


def find_own(work: Work, code: str) -> Complaint:
    """The actor's own case; a case that is somebody else's is not found."""
    complaint = find(work, code)
    if not rights.may(work.actor, "follow", complaint):
        raise errors.NotFound(code=complaint.code)
    return complaint


def reached(work: Work, complaint_id: int, party: str) -> Complaint | None:
    """The case that a message was about, if the actor still stands to it as the message assumed."""
    complaint = work.db.get(Complaint, complaint_id)
    if complaint is None or not rights.may(work.actor, rights.PARTIES[party], complaint):
        return None
    return complaint


def mine(work: Work, page: int = 0) -> tuple[list[Complaint], bool]:
    """A page of the actor's complaints and those of their accounts, newest first, and whether there are more."""
    found = account_cases.followed(work, limit=PAGE + 1, offset=offset(page, PAGE))
    require_page(page, found)
    return found[:PAGE], len(found) > PAGE


def mine_open(work: Work, limit: int) -> list[Complaint]:
    """The actor's open complaints, newest first."""
    return complaints.open_of(work.db, work.actor.id or 0, list(OPEN), limit)


def claim(work: Work, code: str, secret: str) -> Complaint:
    """Follow an anonymous case from another chat: who knows the secret receives the answers from now on.

    Raises errors.WrongSecret, always in the same words; after five wrong ones the secret no longer opens the case.
    """
    parsed = codes.parse(code)
    complaint = complaints.by_code(work.db, parsed) if parsed else None
    if complaint is None or complaint.secret_hash is None or complaint.wrong_secrets >= MAX_WRONG_SECRETS:
        crypto.hash_secret(secret)  # as slow as a real check, or the clock would tell which codes exist
        raise errors.WrongSecret()
    if not crypto.secret_matches(codes.parse_secret(secret), complaint.secret_hash):
        raise errors.WrongSecret(complaint=complaint.id)
    complaint.wrong_secrets = 0
    if claims.can_be_claimed(work, complaint):
        claims.adopt(work, complaint)
        return complaint
    was, complaint.customer_id = complaint.customer_id, work.actor.id or complaint.customer_id
    work.record("complaint.claimed", complaint, was=was)
    return complaint


def count_wrong_secret(work: Work, complaint_id: int) -> None:
    """A wrong secret is counted although the attempt itself was rolled back."""
    complaint = work.db.get_one(Complaint, complaint_id)
    complaint.wrong_secrets += 1
    work.record("complaint.wrong_secret", complaint, tries=complaint.wrong_secrets)


def add(work: Work, complaint: Complaint, text: str | None, item: str | None = None, **source: int | None) -> Entry:
    """More words of the complainant; when the desk had asked, they are the answer and the work goes on (T9). What is
    said on a merged case belongs to the one that goes on (T8).

    `item`: which of the things that were asked for it is; then the work goes on when all of them are here.
    """
    rights.require(work, "add", complaint)
    complaint = followed(work, complaint)
    entry = add_entry(work, complaint, "addition", text, **source)
    wanted.give(work, complaint, entry, item)
    after_addition(work, complaint, [entry])
    return entry


def after_addition(work: Work, complaint: Complaint, entries: list[Entry]) -> None:
    """What follows from new words: the work goes on if it waited for them, and the owner reads them."""
    risks.listen(work, complaint, entries)
    for entry in entries:
        work.record("entry.added", complaint, entry=entry.id)
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        for entry in entries:
            hearing.relay(work, complaint, entry)
        return
    repeats.followed_up(work, complaint, entries)
    if possible(complaint, Event.INFORMED) and not wanted.missing(work, complaint):
        move(work, complaint, Event.INFORMED)
    for entry in entries:
        _tell_owner(work, complaint, "customer_wrote", gather=f"wrote:{complaint.id}", entry_id=entry.id)
        for person in _others(work, complaint):
            if person.id != complaint.owner_id:
                work.tell(person, "customer_wrote", complaint, gather=f"wrote:{complaint.id}", entry_id=entry.id)


def inform(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Everything is here, says the complainant, though something of the list may be missing: the work goes on (T9).

    Raises errors.Incomplete while nothing has come at all.
    """
    rights.require(work, "add", complaint)
    if possible(complaint, Event.INFORMED) and not wanted.has_sent(work, complaint):
        raise errors.Incomplete(complaint=complaint.id, missing="information")
    move(work, complaint, Event.INFORMED, turn=turn)
    _tell_owner(work, complaint, "info_complete")


def accept(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Accept the answer: its remedies are carried out next; with nothing to carry out the case closes (T24, T25)."""
    rights.require(work, "accept", complaint)
    answer = last_answer(work.db, complaint)
    if answer is None:
        raise errors.IllegalMove(complaint=complaint.id, stage=Stage(complaint.stage), event=Event.ACCEPTED)
    remedy = work.organisation.remedy(answer.remedy)
    needs_name = remedy.to_carry_out if remedy.needs_name is None else remedy.needs_name
    if complaint.anonymous and needs_name and possible(complaint, Event.ACCEPTED):
        raise errors.NameNeeded(complaint=complaint.id)  # guard 6
    if answer.decision == "not_upheld":
        move(work, complaint, Event.ACCEPTED, to=Stage.CLOSED, turn=turn, round=answer.round)
        close(work, complaint, "not_upheld")
    elif remedies.to_do(work, answer):
        move(work, complaint, Event.ACCEPTED, to=Stage.IMPLEMENTING, turn=turn, round=answer.round)
        remedies.begin(work, complaint, answer)
        _tell_owner(work, complaint, "answer_accepted")
    else:
        move(work, complaint, Event.ACCEPTED, to=Stage.CONFIRMING, turn=turn, round=answer.round)
        confirm(work, complaint)


def refuse(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The answer does not satisfy: back to investigating, a new answer is due soon, the supervisor knows (T26).

    Twice; then it is for other people to look at it. After a review the way leads outside (T48).
    """
    rights.require(work, "refuse", complaint)
    answer = last_answer(work.db, complaint)
    if answer is not None and possible(complaint, Event.REFUSED):
        if answer.review_id is not None:
            deadlock.offer_routes(work, complaint, deadlock.REVIEW_REFUSED, turn=turn)
            return
        if complaint.rounds > deadlock.COUNTER_ANSWERS:
            deadlock.pass_on(work, complaint, deadlock.REFUSED, turn=turn)
            return
    work.record("complaint.unresolved", complaint, trigger=deadlock.REFUSED)
    move(work, complaint, Event.REFUSED, turn=turn, round=complaint.rounds)
    _tell_owner(work, complaint, "answer_refused")
    assignment.tell_overseers(work, complaint, "answer_refused_overseer")


def confirm(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The remedy was carried out (T33)."""
    rights.require(work, "confirm", complaint)
    move(work, complaint, Event.CONFIRMED, turn=turn)
    close(work, complaint, "resolved")


def deny(work: Work, complaint: Complaint, denied: Collection[int] = (), *, turn: int | None = None) -> None:
    """Of the remedies these tasks were not carried out, whatever we thought, or none was (T34)."""
    undone = [each.id for each in remedies.deny(work, complaint, denied, turn=turn)]
    _tell_owner(work, complaint, "not_carried_out", task_ids=undone)
    assignment.tell_overseers(work, complaint, "not_carried_out_overseer", task_ids=undone)


def give_reason(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    """Why the answer or the remedy does not satisfy, in the complainant's words."""
    rights.require(work, "add", complaint)
    entry = add_entry(work, complaint, "reason", text, **source)
    risks.listen(work, complaint, [entry])
    work.record("entry.added", complaint, entry=entry.id)
    repeats.followed_up(work, complaint, [entry])
    _tell_owner(work, complaint, "customer_wrote", gather=f"wrote:{complaint.id}", entry_id=entry.id)
    return entry


def reopen(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """One tap within the time after closing; a new answer is due in half the first time, by somebody else the second
    time; after that it is for other people to look at it. What was agreed on outside and is not kept is carried out
    (T82)."""
    rights.require(work, "reopen", complaint)
    if complaint.closed_reason in OTHERWISE or complaint.erased_at is not None:
        raise errors.Stale(complaint=complaint.id)
    if complaint.closed_at and work.now > work.organisation.due("reopen", None, complaint.closed_at):
        raise errors.ReopenTooLate(complaint=complaint.id)
    if obligations.unkept(work, complaint) is not None:
        obligations.reopen(work, complaint, turn=turn)
        return
    if Stage(complaint.stage) is Stage.CLOSED and complaint.reopenings >= deadlock.REOPENINGS:
        deadlock.pass_on(work, complaint, deadlock.REOPENED, turn=turn)
        return
    come_back(work, complaint, turn=turn)


def decline_routes(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The complainant wants none of the routes outside: it is closed unresolved, and can come back (T55)."""
    rights.require(work, "decline_routes", complaint)
    move(work, complaint, Event.DECLINED, turn=turn)
    close(work, complaint, "unresolved")


def ask_routes(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """After closing, the routes outside once more (T84)."""
    rights.require(work, "decline_routes", complaint)
    if Stage(complaint.stage) is not Stage.CLOSED or ways.outside(work, complaint) is None:
        raise errors.Stale(complaint=complaint.id)
    deadlock.offer_routes(work, complaint, complaint.deadlock_trigger or deadlock.ASKED, turn=turn)


def last_answer(db: Session, complaint: Complaint) -> Answer | None:
    answers = complaints.answers_of(db, complaint.id)
    return answers[-1] if answers else None


def answer(db: Session, answer_id: int) -> Answer | None:
    return db.get(Answer, answer_id)


def _others(work: Work, complaint: Complaint) -> list[Person]:
    """Who besides its owner reads what comes in: who speaks for us in its dispute; once it is closed, who wrote to the
    complainant after a low score."""
    match Stage(complaint.stage):
        case Stage.IN_DISPUTE:
            return speakers(work, complaint)
        case Stage.CLOSED:
            wrote = (colleague(work.db, each) for each in sorted(surveys.reached_by(work, complaint)))
            return [each for each in wrote if each is not None]
        case _:
            return []


def _tell_owner(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    owner = colleague(work.db, complaint.owner_id)
    if owner is not None and Stage(complaint.stage) in (*OPEN, Stage.CLOSED):
        work.tell(owner, template, complaint, **params)


def first_begun(work: Work) -> datetime | None:
    """When the first complaint of all was begun."""
    return complaints.first_begun(work.db)
