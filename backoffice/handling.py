"""What staff do with a case: take it, ask, write, note, answer, carry out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from backoffice import assessment, assignment, clocks, errors, phases, rights, surveys
from backoffice.clocks import DEFAULT_SEVERITY
from backoffice.complaints import offset, require_page
from backoffice.entries import add_entry
from backoffice.hearing import is_reviewed
from backoffice.lifecycle import move, possible
from backoffice.phases import Phase
from backoffice.rights import Role
from backoffice.stages import OPEN, STANDINGS, Event, Stage
from backoffice.words import required, tidy
from backoffice.work import Work
from storage.complaints import Answer, Complaint, Entry
from storage.people import Person, staff_of

PAGE = 6
MAX_COMPANY = 200  # letters of its name
DESKS_TURN = [stage for stage, standing in STANDINGS.items() if standing.turn == "desk"]
DECISIONS = ("upheld", "partly", "not_upheld")


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is sent. `remedy` is a code of the organisation's file; texts are the author's own."""

    decision: str
    reasons: str
    remedy: str
    remedy_words: str | None = None
    next_step: str | None = None


def queue(work: Work, page: int = 0) -> tuple[list[Complaint], bool]:
    """What waits for the actor, a page of it, and whether there is more.

    Cases without an owner come first (they are in nobody's hands), then what is due soonest.
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
        move(work, complaint, Event.ASSESSED, turn=turn, severity=DEFAULT_SEVERITY, by_default=True)
        complaint.severity, turn = DEFAULT_SEVERITY, None
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
    assignment.hand_over(work, complaint, chosen)
    owner = work.db.get_one(Person, chosen.person_id)
    work.tell(owner, "case_assigned", complaint)
    assignment.send_files(work, owner, complaint)
    _tell_former(work, complaint, before)


def ask(work: Work, complaint: Complaint, text: str) -> None:
    """Ask the complainant for what is missing; the turn is theirs (T16)."""
    rights.require(work, "ask", complaint)
    move(work, complaint, Event.ASKED)
    window = clocks.window(work, complaint)
    entry = add_entry(work, complaint, "question", required(text))
    told: dict[str, Any] = {"entry_id": entry.id, "window": window, "reply": True}
    work.tell(_customer(work, complaint), "question_asked", complaint, party="customer", **told)


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


def note(work: Work, complaint: Complaint, text: str) -> None:
    """An internal note; the complainant never sees it."""
    rights.require(work, "note", complaint)
    entry = add_entry(work, complaint, "note", required(text))
    work.record("entry.added", complaint, entry=entry.id)


def answerable(work: Work, complaint: Complaint) -> bool:
    """Whether an answer leads on now; of a case in review only while nobody sits on it yet (T38)."""
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        return phases.is_in(work, complaint, Phase.REQUESTED)
    return possible(complaint, Event.ANSWERED)


def answer(work: Work, complaint: Complaint, draft: Draft, *, turn: int | None = None) -> Answer:
    """Give the final response: decision, reasons, remedy, what happens next (T18; ISO 10002, 7.7 and 7.8)."""
    rights.require(work, "admit" if is_reviewed(complaint) else "answer", complaint)
    if draft.decision not in DECISIONS or work.organisation.find_remedy(draft.remedy) is None:
        raise errors.Invalid(what="unknown_choice")
    if is_reviewed(complaint):  # while it waits for its admission, and not any longer (T38)
        phases.running(work, complaint, Phase.REQUESTED)
    move(work, complaint, Event.ANSWERED, turn=turn, decision=draft.decision, remedy=draft.remedy)
    complaint.rounds += 1
    complaint.decision, complaint.remedy = draft.decision, draft.remedy
    given = Answer(
        complaint_id=complaint.id,
        round=complaint.rounds,
        decision=draft.decision,
        reasons=required(draft.reasons),
        remedy=draft.remedy,
        remedy_words=tidy(draft.remedy_words) if draft.remedy_words else None,
        next_step=tidy(draft.next_step) if draft.next_step else None,
        author_id=staff_id(work),
        at=work.now,
    )
    work.db.add(given)
    work.db.flush()
    told: dict[str, Any] = {"answer_id": given.id, "window": clocks.window(work, complaint), "reply": True}
    work.tell(_customer(work, complaint), "complaint_answered", complaint, party="customer", **told)
    return given


def carry_out(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The remedy is done; the complainant is asked whether they see it so (T30)."""
    rights.require(work, "carry_out", complaint)
    move(work, complaint, Event.CARRIED_OUT, turn=turn)
    window = clocks.window(work, complaint)
    work.tell(_customer(work, complaint), "remedy_carried_out", complaint, party="customer", window=window)


def staff_id(work: Work) -> int:
    return work.actor.staff.person_id if work.actor.staff else 0


def _write(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    entry = add_entry(work, complaint, "message", text, **source)
    work.record("entry.added", complaint, entry=entry.id)
    surveys.reached(work, complaint)
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
        .order_by(col(Complaint.owner_id).is_not(None), col(Complaint.due_at).is_(None), col(Complaint.due_at))
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
