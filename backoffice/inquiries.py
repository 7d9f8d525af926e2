"""What colleagues are asked about a case: opinions of another unit (T17), and the statement of who is complained of.

Our clock goes on meanwhile. Who is asked reads the question and what they need for it, never the file: neither who
complains nor how to reach them. Whoever of a unit takes a question answers it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backoffice import assignment, errors, reminders, rights, timeline
from backoffice.customer_side import belongs
from backoffice.entries import add_entry
from backoffice.phases import touch
from backoffice.rights import MEMBERS, Role
from backoffice.stages import OPEN, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import investigation, people
from storage.columns import row_of
from storage.complaints import Attachment, Complaint, Entry, attachments_of, entries_of
from storage.investigation import Inquiry
from storage.people import Person, Staff, colleague

OPINION, STATEMENT = "opinion", "statement"
ASKED = {OPINION: "opinion_asked", STATEMENT: "allegation"}  # kinds of entries
SAID = {OPINION: "opinion", STATEMENT: "account"}
LIMITS = {OPINION: "opinion", STATEMENT: "staff_statement"}
TEMPLATES = {OPINION: "opinion_wanted", STATEMENT: "statement_wanted"}
GIVEN, WITHDRAWN, DECLINED = "given", "withdrawn", "declined"
LEGAL = "@legal"  # a role is a unit as well
NEAR, LATE = "near", "late"
STEPS = (NEAR, LATE)
AT_ONCE = 6  # that can wait on one case
BATCH = 25


@dataclass(frozen=True, slots=True)
class Unit:
    """Whose opinion can be asked: a department or a role, and who of it is there."""

    code: str
    people: list[Person]


# ------------------------------------------------------------------ asking


def units(work: Work, complaint: Complaint) -> list[Unit]:
    """The units that have somebody who could answer."""
    codes = [*(each.code for each in work.organisation.departments), LEGAL]
    found = (Unit(code, people_of(work, complaint, code)) for code in codes)
    return [each for each in found if each.people]


def ask_opinion(work: Work, complaint: Complaint, unit: str, text: str, *, shared: bool = False) -> Inquiry:
    """Ask a unit; whoever of it takes it answers. `shared`: they see the complainant's words and files too."""
    _may_ask(work, complaint)
    chosen = next((each for each in units(work, complaint) if each.code == unit), None)
    if chosen is None:
        raise errors.Invalid(what="unknown_choice")
    inquiry = _ask(work, complaint, OPINION, text, unit=unit, shared=shared)
    for person in chosen.people:
        work.tell(person, TEMPLATES[OPINION], inquiry=inquiry.id)
    return inquiry


def ask_statement(work: Work, complaint: Complaint, text: str) -> Inquiry:
    """Ask who is complained of for their side: they read the gist as it is written here, and nothing else (annex D)."""
    _may_ask(work, complaint)
    person = colleague(work.db, complaint.subject_id)
    if person is None or _running(work, complaint, STATEMENT):
        raise errors.Stale(complaint=complaint.id)
    inquiry = _ask(work, complaint, STATEMENT, text, person_id=person.id)
    work.tell(person, TEMPLATES[STATEMENT], inquiry=inquiry.id)
    return inquiry


def put_off_statement(work: Work, complaint: Complaint, text: str) -> None:
    """To ask them now would do harm: evidence could go, or somebody be put under pressure. The reason is kept."""
    _may_ask(work, complaint)
    if complaint.subject_id is None or _running(work, complaint, STATEMENT):
        raise errors.Stale(complaint=complaint.id)
    entry = add_entry(work, complaint, "not_heard_yet", required(text))
    work.record("statement.put_off", complaint, entry=entry.id)


def withdraw(work: Work, inquiry: Inquiry) -> None:
    """It is not needed any more; who was asked hears of it."""
    complaint = work.db.get_one(Complaint, inquiry.complaint_id)
    rights.require(work, "inquire", complaint)
    _require_open(inquiry)
    _withdraw(work, complaint, inquiry)


# ------------------------------------------------------------------ answering


def find(work: Work, number: int) -> Inquiry:
    """For who is asked, and for who reads the whole case; for others there is none. Raises errors.NotFound."""
    inquiry = row_of(work.db, Inquiry, number)
    if inquiry is None or not (is_asked(work, inquiry) or _reads(work, inquiry)):
        raise errors.NotFound(what="inquiry")
    return inquiry


def find_mine(work: Work, number: int) -> Inquiry:
    """For who is asked. Raises errors.NotFound."""
    inquiry = find(work, number)
    if not is_asked(work, inquiry):
        raise errors.NotFound(what="inquiry")
    return inquiry


def mine(work: Work) -> list[Inquiry]:
    """What waits for the actor, what is due soonest first, without what a colleague has taken."""
    rights.require(work, "give_opinion")
    waiting = (each for each in investigation.open_ones(work.db) if each.person_id in (None, work.actor.id))
    return [each for each in waiting if is_asked(work, each)]


def is_asked(work: Work, inquiry: Inquiry) -> bool:
    """Whether the actor is one of those who may answer it, or has."""
    complaint = work.db.get_one(Complaint, inquiry.complaint_id)
    if work.actor.staff is None:
        return False
    if inquiry.kind == STATEMENT:
        return inquiry.person_id == work.actor.id and complaint.subject_id == work.actor.id
    return (inquiry.person_id == work.actor.id and rights.is_free(complaint, inquiry.person_id or 0)) or (
        work.actor.id in {each.id for each in people_of(work, complaint, inquiry.unit or "", away=True)}
    )


def take(work: Work, inquiry: Inquiry) -> None:
    """Answer it oneself. Raises errors.InquiryRefused where a colleague has it, or nobody waits for it any more."""
    _require_mine(work, inquiry)
    if inquiry.person_id is None:
        inquiry.person_id = work.actor.id
        _touch(work, inquiry, "taken")


def give(work: Work, complaint: Complaint, text: str | None, *, inquiry_id: int, **source: int | None) -> Entry:
    """Say it, in words or with files; more can be added until it is withdrawn. The owner reads it at once."""
    inquiry = find(work, inquiry_id)
    _require_mine(work, inquiry, also=GIVEN)
    entry = add_entry(work, complaint, SAID[inquiry.kind], text, **source)
    entry.inquiry_id, inquiry.person_id = inquiry.id, work.actor.id
    if inquiry.ended is None:
        _end(work, complaint, inquiry, GIVEN)
    work.record("entry.added", complaint, entry=entry.id)
    if entry.text:
        told: dict[str, Any] = {"inquiry": inquiry.id, "entry_id": entry.id}
        assignment.tell_owner(work, complaint, "inquiry_answered", gather=f"inquiry:{inquiry.id}", **told)
    return entry


def decline(work: Work, inquiry: Inquiry) -> None:
    """Nobody has to say anything against themselves; that they did not is no finding."""
    require_declinable(work, inquiry)
    complaint = work.db.get_one(Complaint, inquiry.complaint_id)
    _end(work, complaint, inquiry, DECLINED)
    assignment.tell_owner(work, complaint, "statement_declined", inquiry=inquiry.id)


def require_declinable(work: Work, inquiry: Inquiry) -> None:
    """An opinion is work, a statement is not."""
    _require_mine(work, inquiry)
    if inquiry.kind != STATEMENT:
        raise errors.NotAllowed(action="inquire")


# ------------------------------------------------------------------ read


def of_case(work: Work, complaint: Complaint, kind: str | None = None) -> list[Inquiry]:
    found = investigation.inquiries_of(work.db, complaint.id)
    return [each for each in found if kind in (None, each.kind)]


def case_of(work: Work, inquiry: Inquiry) -> Complaint:
    """The case that it is about; who is asked learns only what their page shows of it."""
    return work.db.get_one(Complaint, inquiry.complaint_id)


def question(work: Work, inquiry: Inquiry) -> str:
    """What was asked, in its newest wording."""
    asked = [each for each in entries_of(work.db, inquiry.complaint_id) if each.inquiry_id == inquiry.id]
    return next((each.text or "" for each in reversed(asked) if each.kind in ASKED.values()), "")


def answers(work: Work, inquiry: Inquiry) -> list[Entry]:
    """What was said to it, oldest first."""
    said = [each for each in entries_of(work.db, inquiry.complaint_id) if each.inquiry_id == inquiry.id]
    return [each for each in said if each.kind in SAID.values()]


def files(work: Work, inquiry: Inquiry) -> list[Attachment]:
    """The complainant's files, where they are shared with who is asked."""
    if not inquiry.shared:
        return []
    complaint = work.db.get_one(Complaint, inquiry.complaint_id)
    theirs = {each.id for each in entries_of(work.db, complaint.id) if belongs(each.author_id, complaint)}
    return [each for each in attachments_of(work.db, complaint.id) if each.entry_id in theirs]


def send_files(work: Work, inquiry: Inquiry) -> int:
    """To the chat of who is asked; returns how many."""
    if not is_asked(work, inquiry) or inquiry.ended == WITHDRAWN or work.actor.person is None:
        raise errors.InquiryRefused(why="over")
    found = files(work, inquiry)
    for attachment in found:
        work.tell(work.actor.person, "inquiry_file", inquiry=inquiry.id, attachment_id=attachment.id)
    return len(found)


def put_off(work: Work, complaint: Complaint) -> Entry | None:
    """Why who is complained of is not asked yet, if that was decided since anything else of it."""
    entries = [each for each in entries_of(work.db, complaint.id) if each.kind in ("not_heard_yet", "allegation")]
    return entries[-1] if entries and entries[-1].kind == "not_heard_yet" else None


def people_of(work: Work, complaint: Complaint, unit: str, *, away: bool = False) -> list[Person]:
    """Who of a unit could answer: those who are there, else those who are away; with `away` all of them.

    Never who is barred from the case, owns it, or sits on its review. Whoever belongs to no unit answers for one that
    has nobody of its own.
    """
    free = [each for each in people.all_staff(work.db) if _able(complaint, each)]
    if unit.startswith("@"):
        found = [each for each in free if unit[1:] in each.roles]
    else:
        found = [each for each in free if each.department == unit]
        everywhere = (Role.HANDLER, Role.SUPERVISOR)
        found = found or [each for each in free if each.department is None and set(everywhere) & set(each.roles)]
    present = [each for each in found if each.away_since is None]
    return [work.db.get_one(Person, each.person_id) for each in (found if away else present or found)]


# ------------------------------------------------------------------ time, and who goes


def give_back(work: Work, person_id: int) -> None:
    """Somebody is away or has left: what they had taken goes back to their unit; a statement waits for who returns,
    and is withdrawn where nobody does."""
    gone = people.staff_of(work.db, person_id) is None
    for inquiry in investigation.taken_by(work.db, person_id):
        complaint = work.db.get_one(Complaint, inquiry.complaint_id)
        if inquiry.kind == STATEMENT:
            if gone:
                _withdraw(work, complaint, inquiry, tell=False)
            continue
        others = [each for each in people_of(work, complaint, inquiry.unit or "") if each.id != person_id]
        if others or gone:  # else nobody could, and it waits for them
            _pass_on(work, complaint, inquiry, without=person_id)


def lose(work: Work, complaint: Complaint, lost: Collection[int]) -> None:
    """These have no part in the case any more: what they had taken goes back to their unit."""
    for inquiry in of_case(work, complaint, OPINION):
        if inquiry.ended is None and inquiry.person_id in lost:
            _pass_on(work, complaint, inquiry)


def drop_statements(work: Work, complaint: Complaint) -> None:
    """Somebody else is complained of, or nobody: what was asked of them is not awaited any more."""
    for inquiry in of_case(work, complaint, STATEMENT):
        if inquiry.ended is None:
            _withdraw(work, complaint, inquiry)


def watch(work: Work, *, batch: int = BATCH) -> int:
    """Remind those who are asked when the limit is near; at the limit also who asked. Returns how many steps."""
    found = investigation.due(work.db, work.now, batch)
    for inquiry in found:
        complaint = work.db.get_one(Complaint, inquiry.complaint_id)
        if Stage(complaint.stage) is Stage.CLOSED:
            _withdraw(work, complaint, inquiry)
            continue
        what = STEPS[inquiry.step]
        work.record("inquiry.reminded", complaint, inquiry=inquiry.id, what=what)
        for person in _awaited(work, complaint, inquiry):
            work.tell(person, "inquiry_reminder", not_before=reminders.soon(work), inquiry=inquiry.id, what=what)
        if what == LATE:
            assignment.tell_owner(
                work, complaint, "inquiry_late", not_before=reminders.when(work, complaint), inquiry=inquiry.id
            )
        inquiry.step += 1
        inquiry.next_at = inquiry.due_at if inquiry.step < len(STEPS) else None
    return len(found)


def next_step(work: Work, after: datetime) -> datetime | None:
    """The next moment at which a reminder is due."""
    return investigation.next_after(work.db, after)


# ------------------------------------------------------------------ inside


def _may_ask(work: Work, complaint: Complaint) -> None:
    rights.require(work, "inquire", complaint)
    if Stage(complaint.stage) not in OPEN or Stage(complaint.stage) is Stage.IN_REVIEW:
        raise errors.Stale(complaint=complaint.id)


def _ask(work: Work, complaint: Complaint, kind: str, text: str, **about: Any) -> Inquiry:
    if sum(each.ended is None for each in of_case(work, complaint)) >= AT_ONCE:
        raise errors.InquiryRefused(why="too_many")
    words = required(text)
    line = timeline.timeline(work.organisation, LIMITS[kind], complaint.severity, work.now)
    inquiry = Inquiry(
        complaint_id=complaint.id, kind=kind, asked_by=work.actor.id or 0, asked_at=work.now, due_at=line.due,
        next_at=timeline.part(work.organisation.calendar, line, work.organisation.reminders.warn), **about,
    )  # fmt: skip
    work.db.add(inquiry)
    work.db.flush()
    entry = add_entry(work, complaint, ASKED[kind], words)
    entry.inquiry_id = inquiry.id
    work.record("inquiry.asked", complaint, inquiry=inquiry.id, kind=kind, unit=inquiry.unit, entry=entry.id)
    return inquiry


def _end(work: Work, complaint: Complaint, inquiry: Inquiry, how: str) -> None:
    inquiry.ended, inquiry.ended_at, inquiry.next_at = how, work.now, None
    complaint.touched_at = work.now
    work.record(f"inquiry.{how}", complaint, inquiry=inquiry.id)


def _withdraw(work: Work, complaint: Complaint, inquiry: Inquiry, *, tell: bool = True) -> None:
    told = _awaited(work, complaint, inquiry) if tell else []
    _end(work, complaint, inquiry, WITHDRAWN)
    for person in told:
        work.tell(person, "inquiry_withdrawn", inquiry=inquiry.id)


def _touch(work: Work, inquiry: Inquiry, what: str) -> None:
    """Two who take one question at once collide on its case."""
    complaint = work.db.get_one(Complaint, inquiry.complaint_id)
    touch(work, complaint)
    work.record(f"inquiry.{what}", complaint, inquiry=inquiry.id)


def _awaited(work: Work, complaint: Complaint, inquiry: Inquiry) -> list[Person]:
    """Who has it, else everybody of the unit."""
    if inquiry.person_id is not None:
        person = colleague(work.db, inquiry.person_id)
        return [person] if person is not None else []
    return people_of(work, complaint, inquiry.unit or "")


def _pass_on(work: Work, complaint: Complaint, inquiry: Inquiry, without: int | None = None) -> None:
    """To the others of the unit; where there are none, who asked must look for another one."""
    inquiry.person_id = None
    _touch(work, inquiry, "given_back")
    others = [each for each in people_of(work, complaint, inquiry.unit or "") if each.id != without]
    for person in others:
        work.tell(person, TEMPLATES[OPINION], inquiry=inquiry.id)
    if not others:
        assignment.tell_owner(work, complaint, "opinion_orphaned", inquiry=inquiry.id)


def _require_mine(work: Work, inquiry: Inquiry, also: str | None = None) -> None:
    if not is_asked(work, inquiry):
        raise errors.NotFound(what="inquiry")
    if inquiry.person_id not in (None, work.actor.id):
        raise errors.InquiryRefused(why="taken")
    closed = Stage(work.db.get_one(Complaint, inquiry.complaint_id).stage) is Stage.CLOSED
    if closed or inquiry.ended not in (None, also):
        raise errors.InquiryRefused(why="over")


def _require_open(inquiry: Inquiry) -> None:
    if inquiry.ended is not None:
        raise errors.InquiryRefused(why="over")


def _running(work: Work, complaint: Complaint, kind: str) -> bool:
    return any(each.ended is None for each in of_case(work, complaint, kind))


def _reads(work: Work, inquiry: Inquiry) -> bool:
    return rights.may(work.actor, "read_all", work.db.get_one(Complaint, inquiry.complaint_id))


def _able(complaint: Complaint, staff: Staff) -> bool:
    return (
        bool(set(MEMBERS) & {Role(role) for role in staff.roles})
        and rights.is_free(complaint, staff.person_id)
        and staff.person_id != complaint.owner_id
        and str(staff.person_id) not in complaint.panel
    )
