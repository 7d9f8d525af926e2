"""What is kept about a person, for that person: a copy of it, and the request to correct or to erase it.

What the organisation says of its own work is none of that: why a case came about (`storage/learning.py`), and what it
learnt. No copy holds it. Who erases a person's words on a case looks there as well, for they may be quoted.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from backoffice import assignment, errors, reading, rights, surveys
from backoffice.disputes import mediation
from backoffice.entries import OWN
from backoffice.rights import Role
from backoffice.words import within
from backoffice.work import Actor, Work
from storage import accounts, complaints, journal
from storage.accounts import Account, Contact
from storage.complaints import Answer, Attachment, Complaint, Entry
from storage.consents import Consent
from storage.disputes import Dispute, DisputeRating, Outcome, Referral, Talk, of_case, outcomes_of, referrals_of
from storage.journal import AuditEvent
from storage.people import Person, Staff, all_staff, staff_of
from storage.surveys import Survey

CORRECTION, ERASURE = "correction", "erasure"
# By the desk, for the complainant; all others are internal.
OURS = (
    "question", "message", "panel_question", "statement", "deadlock", "not_admitted", "document", "dispute_refusal",
    "dispute_left", "not_accepted", "evidence_done", "progress", "appeal",
)  # fmt: skip
NOT_KEPT = ("too_big", "failed")  # states of files that never came
MAX_WORDS = 1000


@dataclass(frozen=True, slots=True)
class CaseCopy:
    """A complaint as its complainant may know it. `talks`: what was said in a mediation before their eyes, or by and to
    them alone; the files of it are among the `attachments`. `disputes`: each time that it went outside; `tried` and
    `outcomes`: the ways, and what was put before them there or they drafted, not what others draft; `rated`: what they
    thought of a way. `surveys`: what they were asked about the case, by question, and their scores. `readers`: how many
    people of ours read it, by role."""

    complaint: Complaint
    entries: list[Entry]
    attachments: list[Attachment]
    answers: list[Answer]
    surveys: dict[str, Survey]
    history: list[AuditEvent]
    talks: list[Talk] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    tried: list[Referral] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    rated: list[DisputeRating] = field(default_factory=list)
    readers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is kept about a person; complaints oldest first, an unfinished one last.

    `staff` also tells of a place in the organisation that they have left; `accounts`: the business customers for which
    they speak here.
    """

    person: Person
    staff: Staff | None
    accounts: list[tuple[Contact, Account]]
    consents: list[Consent]
    cases: list[CaseCopy]


def send_copy(work: Work) -> None:
    """Send the actor the copy; it is written when it goes and kept nowhere."""
    rights.require(work, "own_data")
    work.record("data.copied")
    work.tell(_me(work), "own_data", party="customer", gather="own_data")


def copy(work: Work) -> Copy:
    """All that is kept about the actor, and nothing internal."""
    rights.require(work, "own_data")
    person = _me(work)
    consents = select(Consent).where(Consent.person_id == person.id).order_by(col(Consent.id))
    cases = [_case(work, each) for each in _complaints(work)]
    spoken_for = accounts.of_person(work.db, person.id)
    return Copy(person, work.db.get(Staff, person.id), spoken_for, list(work.db.exec(consents)), cases)


def apart(work: Work) -> list[Complaint]:
    """The actor's anonymous cases, newest first: no request may tie one to a name or to another case."""
    return [case for case in reversed(_complaints(work)) if case.anonymous and case.code]


def request(work: Work, kind: str, words: str | None = None, complaint: Complaint | None = None) -> datetime:
    """Ask for a correction (in words) or for erasure; returns by when it is answered.

    It concerns the one case, or, without it, whatever is kept under the actor's own name. Who asks again for the same
    erasure is not heard twice.
    """
    rights.require(work, "own_data")
    if complaint is not None:
        rights.require(work, "follow", complaint)
    words = _checked(kind, words)
    if kind == ERASURE and (promised := _promised(work, complaint)):
        return promised
    cases = _concerned(work, complaint)
    due = work.organisation.due("data_request", None, work.now)
    work.record("data.requested", complaint, kind=kind, cases=[case.id for case in cases], due=due.isoformat())
    number = None if complaint else work.actor.id  # it would tie an anonymous case to the others
    for person in _receivers(work, cases):
        _tell(work, person, cases, kind=kind, words=words, due=due.isoformat(), number=number)
    return due


def can_be_answered(work: Work, complaint: Complaint | None = None) -> bool:
    """Whether staff can write to the actor about the request: they write on cases only."""
    return bool(_concerned(work, complaint))


def _tell(work: Work, person: Person, cases: list[Complaint], **params: Any) -> None:
    """Only of the cases that are theirs to read, or to administer; a reply to it goes to the customer of their own."""
    staff = staff_of(work.db, person.id)
    admin = staff is not None and Role.ADMIN in staff.roles
    known = [case for case in cases if admin or rights.may(Actor(person, staff), "read", case)]
    owned = [case for case in known if case.owner_id == person.id]
    about = owned[-1] if owned else None
    work.tell(person, "data_requested", about, cases=[case.id for case in known], **params)


def _receivers(work: Work, cases: list[Complaint]) -> list[Person]:
    """Admins and complaints managers; of each case its owner and overseers. Where there are none, all staff."""
    everybody = all_staff(work.db)
    ids = {each.person_id for each in everybody if {Role.ADMIN, Role.COMPLAINTS_MANAGER} & set(each.roles)}
    ids |= {person.id for case in cases for person in assignment.overseers(work, case)}
    ids |= {case.owner_id for case in cases if case.owner_id and staff_of(work.db, case.owner_id)}
    ids = ids or {each.person_id for each in everybody}
    return [work.db.get_one(Person, each) for each in sorted(ids - {work.actor.id or 0})]


def _promised(work: Work, complaint: Complaint | None) -> datetime | None:
    """By when the same request, made before, is answered; None if there is none that is still open."""
    asked = (
        select(AuditEvent)
        .where(
            AuditEvent.chain == (complaint.id if complaint else journal.DESK),
            AuditEvent.event == "data.requested",
            AuditEvent.actor_id == work.actor.id,
        )
        .order_by(col(AuditEvent.seq).desc())
    )
    for event in work.db.exec(asked):
        due = datetime.fromisoformat(event.facts["due"])
        if event.facts["kind"] == ERASURE and due > work.now:
            return due
    return None


def _concerned(work: Work, complaint: Complaint | None) -> list[Complaint]:
    """The one case, or all that were submitted under the own name."""
    return [complaint] if complaint else [each for each in _complaints(work) if each.code and not each.anonymous]


def _complaints(work: Work) -> list[Complaint]:
    return list(
        work.db.exec(select(Complaint).where(Complaint.customer_id == work.actor.id).order_by(col(Complaint.id)))
    )


def _case(work: Work, complaint: Complaint) -> CaseCopy:
    rights.require(work, "follow", complaint)
    entries = [each for each in complaints.entries_of(work.db, complaint.id) if each.kind in (*OWN, *OURS)]
    talks = mediation.told_customer(work, complaint)
    disputes, tried = of_case(work.db, complaint.id), referrals_of(work.db, complaint.id)
    shown = {entry.id for entry in entries}
    files = [each for each in complaints.attachments_of(work.db, complaint.id) if each.entry_id in shown]
    files += complaints.attachments_of_talks(work.db, [talk.id for talk in talks])
    return CaseCopy(
        complaint,
        entries,
        [each for each in files if each.state not in NOT_KEPT],
        complaints.answers_of(work.db, complaint.id),
        surveys.of_case(work, complaint),
        work.history(complaint),
        talks,
        disputes,
        tried,
        _outcomes(work, disputes),
        [each for way in tried if (each := work.db.get(DisputeRating, (way.id, rights.CUSTOMER)))],
        reading.roles(work, complaint),
    )


def _outcomes(work: Work, disputes: list[Dispute]) -> list[Outcome]:
    found = [each for dispute in disputes for each in outcomes_of(work.db, dispute.id)]
    return [each for each in found if each.proposed_at is not None or each.by == rights.CUSTOMER]


def _checked(kind: str, words: str | None) -> str | None:
    if kind not in (CORRECTION, ERASURE):
        raise errors.Invalid(what="unknown_choice")
    tidied = within(words, MAX_WORDS)
    if kind == CORRECTION and not tidied:
        raise errors.Invalid(what="empty")
    return tidied or None


def _me(work: Work) -> Person:
    if work.actor.person is None:
        raise errors.NotAllowed(action="own_data")
    return work.actor.person
