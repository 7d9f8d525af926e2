"""What staff do with a case: take it, ask, write, note, answer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from backoffice import (
    answers,
    approvals,
    assessment,
    assignment,
    clocks,
    errors,
    offers,
    phases,
    procedures,
    record,
    repeats,
    rights,
    surveys,
    wanted,
)
from backoffice.answers import Draft
from backoffice.clocks import DEFAULT_SEVERITY
from backoffice.entries import add_entry
from backoffice.hearing import is_reviewed
from backoffice.lifecycle import move, possible
from backoffice.pages import offset, require_page
from backoffice.phases import Phase
from backoffice.rights import Role
from backoffice.stages import OPEN, STANDINGS, Event, Stage
from backoffice.words import required, tidy
from backoffice.work import Work
from storage.answers import Proposal
from storage.complaints import Answer, Complaint, Entry
from storage.people import Person, staff_of

PAGE = 6
MAX_COMPANY = 200  # letters of its name
DESKS_TURN = [stage for stage, standing in STANDINGS.items() if standing.turn == "desk"]


def queue(work: Work, page: int = 0) -> tuple[list[Complaint], bool]:
    """What waits for the actor, a page of it, and whether there is more.

    Whoever followed up again and again comes first (S1), then cases without an owner, then what is due soonest.
    """
    rights.require(work, "see_queue")
    return _page(work, _visible(work), page)


def held(work: Work, page: int = 0) -> tuple[list[Complaint], bool]:
    """A page of the open cases that the actor owns, what is due soonest first, and whether there is more."""
    rights.require(work, "see_queue")
    mine = (col(Complaint.owner_id) == work.actor.id) & (col(Complaint.stage) != Stage.IN_REVIEW)
    return _page(work, mine, page)


def take(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Become the owner and start the investigation; a case that nobody assessed gets the default severity (T4, T12)."""
    rights.require(work, "take", complaint)
    staff = work.actor.staff
    if staff is None:
        raise errors.NotAllowed(action="take")
    if Stage(complaint.stage) is Stage.RECEIVED:
        weighed = complaint.severity or DEFAULT_SEVERITY  # one that was set aside, and came back, has its own
        move(work, complaint, Event.ASSESSED, turn=turn, severity=weighed, by_default=complaint.assessed_at is None)
        complaint.severity, turn = weighed, None
    if Stage(complaint.stage) is Stage.ASSESSED:
        assessment.start(work, complaint, turn=turn)
        _take_over(work, complaint)
        work.tell(_customer(work, complaint), "investigation_started", complaint, party="customer")
    elif complaint.owner_id == work.actor.id or turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    elif Stage(complaint.stage) is Stage.CLOSED or is_reviewed(complaint):
        raise errors.IllegalMove(complaint=complaint.id, stage=Stage(complaint.stage), event=Event.STARTED)
    else:
        _take_over(work, complaint)
    clocks.meet(work, complaint, "unassigned_alarm")


def assign(work: Work, complaint: Complaint, to: int, *, turn: int | None = None) -> None:
    """Give the case to a colleague who fits; both owners hear of it, and no date moves (T14)."""
    rights.require(work, "assign", complaint)
    if turn not in (None, complaint.turn) or Stage(complaint.stage) not in OPEN or is_reviewed(complaint):
        raise errors.Stale(complaint=complaint.id)
    chosen = next((each for each in assignment.candidates(work, complaint) if each.person_id == to), None)
    if chosen is None or chosen.person_id == complaint.owner_id:
        raise errors.Invalid(what="unknown_choice")
    before = complaint.owner_id
    assignment.pass_to(work, complaint, chosen)
    _tell_former(work, complaint, before)


def ask(work: Work, complaint: Complaint, text: str, items: Sequence[str] = ()) -> None:
    """Ask the complainant for what is missing, in words or as a list; the turn is theirs (T16).

    `items` are codes of the organisation's file. Raises errors.Invalid where nothing is asked at all.
    """
    rights.require(work, "ask", complaint)
    chosen = wanted.checked(work, complaint, items)
    words = wanted.worded(work, complaint, chosen, text)
    move(work, complaint, Event.ASKED)
    window = clocks.window(work, complaint)
    entry = add_entry(work, complaint, "question", words)
    wanted.want(work, complaint, entry, chosen, beside=bool(tidy(text)))
    repeats.replied(complaint)
    told: dict[str, Any] = {"entry_id": entry.id, "window": window, "reply": True}
    work.tell(_customer(work, complaint), "question_asked", complaint, party="customer", **told)


def informed(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """Everything is here, as far as we need it: the complainant need not send more, and our clock goes on (T9)."""
    rights.require(work, "ask", complaint)
    move(work, complaint, Event.INFORMED, turn=turn)
    work.tell(_customer(work, complaint), "info_enough", complaint, party="customer")


def write(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    """Write to the complainant without moving the case; a file alone goes without words."""
    rights.require(work, "write", complaint)
    return _write(work, complaint, text, **source)


def reach_out(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    """Write to somebody who gave a low score, also of a closed case, and though it is not one's own (ISO 10004).

    Raises errors.Stale where no score is low, and while other people review the case.
    """
    rights.require(work, "reach_out", complaint)
    if not can_reach_out(work, complaint):
        raise errors.Stale(complaint=complaint.id)
    return _write(work, complaint, text, **source)


def can_reach_out(work: Work, complaint: Complaint) -> bool:
    """Whether the actor may write because of a low score."""
    able = rights.may(work.actor, "reach_out", complaint) and not is_reviewed(complaint)
    return able and bool(surveys.low(work, complaint))


def name_company(work: Work, complaint: Complaint, name: str) -> None:
    """For which company the complainant speaks, where they did not say so: it is a dispute between businesses then, and
    a mediator comes first (S21)."""
    rights.require(work, "name_company", complaint)
    complaint.company = required(name, MAX_COMPANY)
    complaint.touched_at = work.now
    work.record("complaint.company_named", complaint)


def note(work: Work, complaint: Complaint, text: str, kind: str = record.NOTE, about: int | None = None) -> None:
    """An internal note, or a fact or a finding for the record; the complainant never sees it.

    `about`: the entry on which it rests.
    """
    rights.require(work, "note", complaint)
    if kind not in record.KINDS:
        raise errors.Invalid(what="unknown_choice")
    rests_on = record.source(work, complaint, about).id if about is not None else None
    entry = add_entry(work, complaint, kind, required(text))
    entry.about_id = rests_on
    work.record("entry.added", complaint, entry=entry.id)


def answerable(work: Work, complaint: Complaint) -> bool:
    """Whether an answer leads on now; of a case in review only while nobody sits on it yet (T38)."""
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        return phases.is_in(work, complaint, Phase.REQUESTED)
    return possible(complaint, Event.ANSWERED)


def answer(work: Work, complaint: Complaint, draft: Draft, *, turn: int | None = None) -> Answer | Proposal:
    """Give the final response, or put it before those who must approve it first (T18, T19; ISO 10002, 7.7 and 7.8).

    With a `because` it takes the place of the one on which the complainant decides (T29).
    """
    rights.require(work, "admit" if is_reviewed(complaint) else "answer", complaint)
    answers.check(work, draft)
    procedures.require_done(work, complaint)
    if is_reviewed(complaint):  # while it waits for its admission, and not any longer (T38)
        phases.running(work, complaint, Phase.REQUESTED)
    event = _answering(work, complaint, draft, turn)
    why = approvals.needed(work, complaint, draft)
    if why and approvals.approvers(work, complaint, draft, staff_id(work)):
        return approvals.propose(work, complaint, draft, why, turn=turn)
    if why and work.organisation.approval.if_nobody == "wait":
        raise errors.ApprovalRefused(complaint=complaint.id, why="nobody")
    if why:
        work.record("answer.unapproved", complaint, why=why)
    answer = answers.send(work, complaint, draft, event, author_id=staff_id(work), turn=turn)
    assignment.tell_owner(
        work, complaint, "case_news", what="answered"
    )  # somebody else answers outside, or in a review
    return answer


def _answering(work: Work, complaint: Complaint, draft: Draft, turn: int | None) -> Event:
    """The event that this answer is. Raises as the machine does."""
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    if draft.because and offers.can_revise(work, complaint):
        return Event.REVISED
    if draft.because or not possible(complaint, Event.ANSWERED):
        raise errors.IllegalMove(complaint=complaint.id, stage=Stage(complaint.stage), event=Event.ANSWERED)
    return Event.ANSWERED


def staff_id(work: Work) -> int:
    return work.actor.staff.person_id if work.actor.staff else 0


def _write(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    entry = add_entry(work, complaint, "message", text, **source)
    work.record("entry.added", complaint, entry=entry.id)
    surveys.reached(work, complaint)
    repeats.replied(complaint)
    clocks.meet(work, complaint, "first_response")
    if Stage(complaint.stage) in DESKS_TURN:
        clocks.restart(work, complaint, "progress_update")
    if entry.text:
        told: dict[str, Any] = {"entry_id": entry.id, "reply": True}
        work.tell(_customer(work, complaint), "staff_wrote", complaint, party="customer", **told)
    return entry


def _take_over(work: Work, complaint: Complaint) -> None:
    before = complaint.owner_id
    if before == work.actor.id or work.actor.staff is None:
        return
    assignment.hand_over(work, complaint, work.actor.staff)
    if work.actor.person:
        assignment.send_files(work, work.actor.person, complaint)
    _tell_former(work, complaint, before)


def _tell_former(work: Work, complaint: Complaint, before: int | None) -> None:
    if before is not None and staff_of(work.db, before):
        former = work.db.get_one(Person, before)
        work.tell(former, "case_taken_over", code=complaint.code, owner_id=complaint.owner_id)


def _page(work: Work, which: ColumnElement[bool], page: int) -> tuple[list[Complaint], bool]:
    query = (
        select(Complaint)
        .where(col(Complaint.stage).in_(OPEN), which)
        .order_by(
            col(Complaint.chased_at).is_(None),
            col(Complaint.owner_id).is_not(None),
            col(Complaint.due_at).is_(None),
            col(Complaint.due_at),
        )
        .limit(PAGE + 1)
        .offset(offset(page, PAGE))
    )
    found = list(work.db.exec(query))
    require_page(page, found)
    known = [each for each in found[:PAGE] if rights.may(work.actor, "read", each)]  # not what they are barred from
    return known, len(found) > PAGE


def _visible(work: Work) -> ColumnElement[bool]:
    staff = work.actor.staff
    # what others review is not theirs for now, though they will have it back
    mine = (col(Complaint.owner_id) == work.actor.id) & (col(Complaint.stage) != Stage.IN_REVIEW)
    if staff is None:
        return mine
    not_my_own = col(Complaint.customer_id) != work.actor.id
    unit = col(Complaint.department) == staff.department if staff.department else col(Complaint.id) > 0
    if work.actor.roles & {Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT}:
        return not_my_own
    if Role.SUPERVISOR in work.actor.roles:
        return not_my_own & (mine | unit)
    return not_my_own & (mine | (unit & col(Complaint.owner_id).is_(None)))


def _customer(work: Work, complaint: Complaint) -> Person:
    return work.db.get_one(Person, complaint.customer_id)
