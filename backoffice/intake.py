"""From the first word to the tracking code: the draft, its fields, and the submission (ISO 10002, 7.2 and 7.4)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from backoffice import account_cases, assignment, codes, contacts, errors, process, rights, risks
from backoffice.complaints import after_addition
from backoffice.entries import add_entry
from backoffice.figures.cases import GIVEN_UP, MOVED, dimensions
from backoffice.lifecycle import move
from backoffice.organisation_file import ITEMS
from backoffice.stages import Event, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import complaints, consents, crypto
from storage.columns import row_of
from storage.complaints import Complaint, Entry
from storage.consents import Erasure
from storage.people import Person

OLDEST = timedelta(days=366 * 10)
CAPACITIES = ("guardian", "attorney", "relative", "organisation")  # in which somebody acts for another
SHORT, LONG = 200, 1000  # letters in a field, and in a wish: all of it is shown on one page


@dataclass(frozen=True, slots=True)
class Submitted:
    """The numbered case and, once and never again, the secret of an anonymous complainant."""

    complaint: Complaint
    secret: str | None


def draft(work: Work) -> Complaint | None:
    """The actor's unfinished complaint, if there is one."""
    return complaints.draft_of(work.db, _me(work))


def find_draft(work: Work, draft_id: int) -> Complaint:
    """The actor's unfinished complaint of this number; somebody else's is not found.

    Raises errors.Stale when it was submitted since.
    """
    complaint = row_of(work.db, Complaint, draft_id)
    if complaint is None or not rights.may(work.actor, "fill", complaint):
        raise errors.NotFound(what="draft")
    if Stage(complaint.stage) is not Stage.DRAFT:
        raise errors.Stale(complaint=complaint.id)
    return complaint


def begin(work: Work, language: str) -> Complaint:
    """The actor's draft; a new one if there is none."""
    found = draft(work)
    if found:
        return found
    complaint = Complaint(
        stage=Stage.DRAFT,
        customer_id=_me(work),
        language=language,
        opened_at=work.now,
        touched_at=work.now,
    )
    work.db.add(complaint)
    work.db.flush()
    return complaint


def choose_category(work: Work, complaint: Complaint, code: str) -> None:
    _editable(work, complaint)
    category = work.organisation.category(code)
    if category is None:
        raise errors.Invalid(what="unknown_choice")
    complaint.category = category.code
    complaint.department = category.department


def choose_item(work: Work, complaint: Complaint, kind: str, code: str | None) -> None:
    """Which product or branch it is about (`ITEMS`); None: none of those that the organisation names."""
    _editable(work, complaint)
    if code is not None and work.organisation.item(kind, code) is None:
        raise errors.Invalid(what="unknown_choice")
    setattr(complaint, kind, code)


def choose_about(work: Work, complaint: Complaint, other: Complaint | None) -> None:
    """Of which of their complaints the handling is complained of (guard 8)."""
    _editable(work, complaint)
    if other is not None and other.id not in {each.id for each in process.cases(work, complaint)}:
        raise errors.Invalid(what="unknown_choice")
    complaint.about_id = other.id if other else None


def act_for(work: Work, complaint: Complaint, name: str | None, capacity: str | None = None) -> None:
    """Who somebody else complains for, and in which capacity; None: for themselves."""
    _editable(work, complaint)
    if name is not None and capacity not in CAPACITIES:
        raise errors.Invalid(what="unknown_choice")
    complaint.acting_for, complaint.acting_as = _field(name), capacity if name is not None else None
    complaint.anonymous = complaint.anonymous and name is None


def set_happened_on(work: Work, complaint: Complaint, day: date | None, today: date) -> None:
    """`today` is the date where the organisation is; nothing can have happened after it."""
    _editable(work, complaint)
    if day and day > today:
        raise errors.Invalid(what="future_date")
    if day and day < today - OLDEST:
        raise errors.Invalid(what="old_date")
    complaint.happened_on = day


def set_reference(work: Work, complaint: Complaint, text: str | None) -> None:
    _editable(work, complaint)
    complaint.reference = _field(text)


def set_wish(work: Work, complaint: Complaint, code: str) -> None:
    _editable(work, complaint)
    if code not in {remedy.code for remedy in work.organisation.wishes}:
        raise errors.Invalid(what="unknown_choice")
    complaint.wish = code


def set_wish_words(work: Work, complaint: Complaint, text: str | None) -> None:
    _editable(work, complaint)
    complaint.wish_words = _field(text, LONG)


def clear_wish(work: Work, complaint: Complaint) -> None:
    _editable(work, complaint)
    complaint.wish = complaint.wish_words = None


def set_company(work: Work, complaint: Complaint, name: str | None) -> None:
    """None means that the complaint is personal."""
    _editable(work, complaint)
    complaint.company = _field(name)


def set_name(work: Work, complaint: Complaint, name: str | None) -> None:
    _editable(work, complaint)
    complaint.name = _field(name)
    complaint.anonymous = complaint.anonymous and complaint.name is None


def set_contact(work: Work, complaint: Complaint, contact: str | None) -> None:
    _editable(work, complaint)
    complaint.contact = _field(contact)
    complaint.contact_hash = contacts.found_by(complaint.contact)
    complaint.anonymous = complaint.anonymous and complaint.contact is None


def set_anonymous(work: Work, complaint: Complaint, anonymous: bool) -> None:
    """Without a name: what was given of it before is forgotten."""
    _editable(work, complaint)
    complaint.anonymous = anonymous
    if anonymous:
        complaint.continues_id = complaint.about_id = complaint.acting_for = complaint.acting_as = None
        complaint.name = complaint.contact = complaint.company = complaint.contact_hash = None


def told(work: Work, complaint: Complaint) -> bool:
    """Whether anything was said or sent: with category and consent, that is enough to submit."""
    return bool(complaints.entries_of(work.db, complaint.id))


def submit(work: Work, complaint: Complaint, account: int | None = None) -> Submitted:
    """Number the complaint, give it an owner, start its clock (T1). The answer to it is the acknowledgement.

    `account`: for which business customer, where its complainant belongs to several (T88).
    """
    _editable(work, complaint)
    if complaint.recorded_by is not None:  # that has a way of its own
        raise errors.NotAllowed(action="follow")
    privacy = work.organisation.legal("privacy", complaint.language).version
    if not consents.consented(work.db, _me(work), "privacy", privacy):
        raise errors.Incomplete(missing="consent")
    if (meant := account_cases.meant(work, complaint, account)) is not None:
        account_cases.tag(work, complaint, meant)
    complaint.language = (work.actor.person and work.actor.person.language) or complaint.language
    return receive(work, complaint, privacy=privacy)


def receive(work: Work, complaint: Complaint, **facts: Any) -> Submitted:
    """Number it, whoever has filled it in; what was written down for somebody counts from when it had arrived."""
    if complaint.category is None:
        raise errors.Incomplete(missing="category")
    if not told(work, complaint):
        raise errors.Incomplete(missing="story")

    complaint.received_at = complaint.arrived_at or work.now
    policy = work.organisation.legal("policy", complaint.language).version
    about: dict[str, Any] = {kind: code for kind in ITEMS if (code := getattr(complaint, kind))}
    about |= {"continues": complaint.continues_id} if complaint.continues_id else {}
    move(work, complaint, Event.SUBMITTED, policy=policy, category=complaint.category, **facts, **about)
    complaint.code = _free_code(work)
    secret = codes.new_secret() if complaint.anonymous else None
    complaint.secret_hash = crypto.hash_secret(secret) if secret else None
    process.bar_concerned(work, complaint)
    assignment.assign(work, complaint)
    risks.listen(work, complaint, complaints.entries_of(work.db, complaint.id))
    return Submitted(complaint, secret)


def discard(work: Work, complaint: Complaint, why: str = GIVEN_UP) -> None:
    """Erase a draft and every word of it (T3); that there was one stays countable, without whose it was."""
    if Stage(complaint.stage) is not Stage.DRAFT:
        raise errors.IllegalMove(complaint=complaint.id, stage=Stage(complaint.stage), event=Event.WITHDRAWN)
    if work.actor.person is not None:
        rights.require(work, "fill", complaint)
    for attachment in complaints.attachments_of(work.db, complaint.id):
        work.db.add(Erasure(path=attachment.path))
        work.db.delete(attachment)
    work.db.flush()
    work.db.execute(delete(Entry).where(col(Entry.complaint_id) == complaint.id))
    work.db.delete(complaint)
    about: dict[str, Any] = dimensions(complaint)
    if complaint.recorded_by is not None:  # whoever it was written down for is nobody without it
        work.db.flush()
        work.db.delete(work.db.get_one(Person, complaint.customer_id))
        about["recorded"] = True
    work.record_unsigned("draft.discarded", complaint, why=why, **about)


def give_to(work: Work, complaint: Complaint, other: Complaint) -> None:
    """What was written into a draft belongs to another case of the same complainant: move it there."""
    _editable(work, complaint)
    rights.require(work, "add", other)
    entries = complaints.entries_of(work.db, complaint.id)
    for entry in entries:
        entry.complaint_id = other.id
        entry.kind = "addition"
    for attachment in complaints.attachments_of(work.db, complaint.id):
        attachment.complaint_id = other.id
    work.db.flush()
    after_addition(work, other, entries)
    discard(work, complaint, MOVED)


def tell_story(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    """One message of what happened; several make the story."""
    _editable(work, complaint)
    return add_entry(work, complaint, "story", text, **source)


def _editable(work: Work, complaint: Complaint) -> None:
    rights.require(work, "fill", complaint)
    if Stage(complaint.stage) is not Stage.DRAFT:
        raise errors.Stale(complaint=complaint.id)
    complaint.touched_at = work.now


def _field(text: str | None, limit: int = SHORT) -> str | None:
    return None if text is None else required(text, limit)


def _free_code(work: Work) -> str:
    code = codes.new_code()
    while complaints.by_code(work.db, code):
        code = codes.new_code()
    return code


def _me(work: Work) -> int:
    if work.actor.id is None:
        raise errors.NotAllowed(action="follow")
    return work.actor.id
