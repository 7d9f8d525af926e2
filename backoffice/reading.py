"""Who reads a case is kept, and whose it is stays hidden until somebody needs it and says why (S35, S36).

A name tells of gender, descent and origin; whoever judges a complaint does not need it. So the staff's cards show
neither the name nor the contact nor for whom somebody acts, and one function here hands them out.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from backoffice import assignment, errors, rights
from backoffice.entries import sent
from backoffice.hearing import heard
from backoffice.rights import Role
from backoffice.words import required
from backoffice.work import Work
from storage import complaints, readings, reviews
from storage.complaints import Attachment, Complaint
from storage.people import Person, Staff
from storage.readings import Unmasking

CARD, HISTORY, FILES, WORDS, CONTACT, UNMASKED = "card", "history", "files", "words", "contact", "unmasked"
KINDS = (CARD, HISTORY, FILES, WORDS, CONTACT, UNMASKED)
TOLD = {
    "case_assigned": CARD,
    "files": FILES,
    "customer_wrote": WORDS,
    "entry_edited": WORDS,
    "panel_heard": WORDS,
    "panel_wrote": WORDS,
}
"""Notices by which somebody of the staff reads something of a case, and what."""
CALL, IDENTITY, REMEDY, CONFLICT, OTHER = "call", "identity", "remedy", "conflict", "other"
HANDLING = (CALL, IDENTITY, REMEDY, OTHER)
JUDGING = (CONFLICT, IDENTITY, OTHER)
"""Reasons: of who can use the contact, and of who gets none."""
MAX_REASON = 300  # letters
KNOWN = timedelta(days=1)  # for which somebody who had a name shown knows it


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a case is: their name, for whom they act, and how they can be reached."""

    name: str | None
    acting_for: str | None
    contacts: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.name or self.acting_for or self.contacts)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of the staff, what of the case they read, and when last (the hour)."""

    person_id: int
    what: tuple[str, ...]
    last: datetime


# ------------------------------------------------------------------ who reads


def opened(work: Work, complaint: Complaint, what: str = CARD) -> None:
    """Keep that the actor reads this of the case; once an hour is enough. What customers read is their own."""
    reader = work.actor.staff
    if reader is None or complaint.code is None or reader.person_id == complaint.customer_id:
        return
    hour = work.now.replace(minute=0, second=0, microsecond=0)
    row = {"complaint_id": complaint.id, "person_id": reader.person_id, "what": what, "hour": hour}
    work.later(readings.NOTE[work.db.get_bind().dialect.name], row)


def told(work: Work, complaint: Complaint, template: str) -> None:
    """The same, of a notice that brings something of the case to the actor."""
    if template in TOLD:
        opened(work, complaint, TOLD[template])


def readers(work: Work, complaint: Complaint) -> list[Reader]:
    """Everybody who has read it, who read it last at the end."""
    rights.require(work, "see_readings", complaint)
    found: dict[int, list[readings.Reading]] = {}
    for each in readings.readings_of(work.db, complaint.id):
        found.setdefault(each.person_id, []).append(each)
    everybody = [
        Reader(person_id, tuple(kind for kind in KINDS if kind in {row.what for row in rows}), rows[-1].hour)
        for person_id, rows in found.items()
    ]
    return sorted(everybody, key=lambda each: each.last)


def unmaskings(work: Work, complaint: Complaint) -> list[Unmasking]:
    """Who had the name shown, when and why, oldest first."""
    rights.require(work, "see_readings", complaint)
    return readings.unmaskings_of(work.db, complaint.id)


def roles(work: Work, complaint: Complaint) -> dict[str, int]:
    """For the complainant: how many people read it, by the first of their roles."""
    rights.require(work, "follow", complaint)
    people = {each.person_id for each in readings.readings_of(work.db, complaint.id)}
    staff = work.db.exec(select(Staff).where(col(Staff.person_id).in_(people)))
    counted = Counter(next(role for role in Role if role in each.roles) for each in staff if each.roles)
    return {str(role): counted[role] for role in Role if role in counted}


# ------------------------------------------------------------------ whose it is


def hides(work: Work, complaint: Complaint) -> bool:
    """Whether there is something that the actor could have shown."""
    return rights.may(work.actor, "unmask", complaint) and bool(_whose(work, complaint))


def reasons(work: Work, complaint: Complaint) -> tuple[str, ...]:
    """Those that the actor can have."""
    return HANDLING if rights.may(work.actor, "read_all", complaint) else JUDGING


def unmask(work: Work, complaint: Complaint, reason: str, words: str | None = None) -> Identity:
    """Hand out whose it is; who asked, and why, is kept. Who only judges it gets no contact.

    Raises errors.Stale where nothing is hidden, errors.Invalid for another reason without words.
    """
    rights.require(work, "unmask", complaint)
    if not (found := _whose(work, complaint)):
        raise errors.Stale(complaint=complaint.id)
    if reason not in reasons(work, complaint):
        raise errors.Invalid(what="unknown_choice")
    kept = required(words or "", MAX_REASON) if reason == OTHER else None
    asked = Unmasking(complaint_id=complaint.id, person_id=work.actor.id or 0, at=work.now, reason=reason, words=kept)
    work.db.add(asked)
    work.db.flush()
    work.record("case.unmasked", complaint, unmasking=asked.id, reason=reason)
    opened(work, complaint, UNMASKED)
    return found


def knows_name(work: Work, complaint: Complaint) -> bool:
    """Whether the actor had it shown lately, so that it can stand in what they write."""
    lately = Unmasking.complaint_id == complaint.id, Unmasking.person_id == work.actor.id
    found = select(Unmasking.id).where(*lately, col(Unmasking.at) > work.now - KNOWN)
    return work.db.exec(found.limit(1)).first() is not None


def _whose(work: Work, complaint: Complaint) -> Identity:
    name = None if complaint.anonymous else complaint.name
    found: list[str | None] = []
    if rights.may(work.actor, "read_all", complaint):
        asked = (each for each in reviews.of_case(work.db, complaint.id) if each.requested_at is not None)
        found = [complaint.contact, *(each.contact for each in asked)]
    return Identity(name, complaint.acting_for, tuple(dict.fromkeys(each for each in found if each)))


# ------------------------------------------------------------------ files, when somebody asks for them


def files(work: Work, complaint: Complaint) -> list[Attachment]:
    """Those that came with what the actor may read; one that never arrived is none."""
    shown = {each.id for each in _readable(work, complaint)}
    parts = (complaint, *complaints.merged_into(work.db, complaint.id))
    found = [each for part in parts for each in complaints.attachments_of(work.db, part.id)]
    return [each for each in found if each.entry_id in shown and each.state not in ("too_big", "failed")]


def send_files(work: Work, complaint: Complaint) -> int:
    """Send them to the chat of the actor; returns how many."""
    rights.require(work, "read", complaint)
    found = files(work, complaint)
    if found and work.actor.person is not None:
        to = work.db.get_one(Person, work.actor.person.id)
        assignment.send_files(work, to, complaint, said=_readable(work, complaint))
    opened(work, complaint, FILES)
    return len(found)


def _readable(work: Work, complaint: Complaint) -> list[complaints.Entry]:
    return sent(work, complaint) if rights.may(work.actor, "read_all", complaint) else heard(work, complaint)
