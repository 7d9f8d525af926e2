"""Complaints and what belongs to one: its entries, attachments, answers and consents."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Column, Index, Integer, bindparam, func, text
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from storage import (  # noqa: F401 - what stands here points to them
    actions,
    answers,
    claims,
    consents,
    costs,
    digests,
    disputes,
    investigation,
    learning,
    remedies,
    reviews,
    special,
)
from storage.accounts import OfAccount
from storage.columns import big, encrypted, key

_version = Column("version", Integer, nullable=False)
UNRESOLVED = text("unresolved_at IS NOT NULL")
CAUSE_FOUND = text("root_cause IS NOT NULL")
OF_INCIDENT = text("incident_id IS NOT NULL")
REACHABLE = text("contact_hash IS NOT NULL")
NOT_YET_SENT = text("recorded_by IS NOT NULL AND code IS NULL")
TO_ERASE = text("closed_at IS NOT NULL AND erased_at IS NULL")


class Complaint(OfAccount, table=True):
    """One case. A draft is a complaint without a code; `turn` counts its moves, so that old buttons are known.

    `acknowledged_at`: when the first message after it was received had arrived. `assessed_at` stays empty while the
    severity is only the default one; `contain_by` is there as long as somebody still has to say what was done at once.
    `due_at` is the desk's deadline while its clock runs, `promised_at` the later date that the complainant was told
    when it had passed; both follow from the rows of `storage/clocks.py`.
    `deadlock_at`: since when the next route is open to the complainant without waiting for our answer, and
    `deadlock_trigger` by what. `panel`: who sits on its review now (person → "member" or "chair"); `barred`: who may
    neither read it nor act on it, and why ("decider" while others review it, "conflict", "subject"); both are kept here
    so that a right is checked without another query. `subject_id`: the member of staff who is complained of.
    `unresolved_at`: since when it is in the register of what could not be resolved inside. `dispute_phase`: where its
    dispute stands; `representative_id` speaks for the organisation there, `resolver_id` is who leads it. `root_cause`:
    what the newest analysis found, of the case or of its incident. `product` and `branch`: codes of the organisation's
    file, empty where nobody has said which. `recorded_by`: who of the staff wrote it down, of what came another way;
    `arrived_at`: when it came then, and `linked_id`: an earlier case that they take for the same person's. `authority`:
    the reference of the public body that passed it on, which wants to know by `authority_due`. `contact_hash`: finds
    other cases with the same phone number or address. `procedure`: the version of the steps that bind it ("" for none),
    once work on it has begun. `contacts`: how often its complainant wrote since a word of ours, and `chased_at` since
    when that is too often (S1). `merged_into_id`: the case that it is a part of (T8); `continues_id`: the one that
    could not be reopened any more (T85); `about_id`: the one whose handling is complained of. `acting_for`: whom
    somebody else complains for, `acting_as` in which capacity. `held_at`: since when it is kept for the law (T90).
    `written_only`: files of its complainant are kept and not passed on at once. `erased_at`: since when nothing in it
    shows whose it was (T91). `risks`: of a lawsuit ("legal") or of the public ("publicity"), and how it is known:
    "marked" by hand, or a "hint" in the complainant's words.
    """

    __table_args__ = (
        Index("ix_complaint_owner", "owner_id", "stage"),
        Index("ix_complaint_customer", "customer_id", "stage"),
        Index("ix_complaint_category", "category", "closed_at"),
        Index("ix_complaint_received", "received_at", "id"),
        Index("ix_complaint_stage", "stage", "touched_at"),  # the few in hand, among all that are closed
        Index(
            "ix_complaint_cause",
            "root_cause",
            "received_at",
            sqlite_where=CAUSE_FOUND,
            postgresql_where=CAUSE_FOUND,
        ),
        Index("ix_complaint_contact", "contact_hash", sqlite_where=REACHABLE, postgresql_where=REACHABLE),
        Index("ix_complaint_recorded", "recorded_by", sqlite_where=NOT_YET_SENT, postgresql_where=NOT_YET_SENT),
        Index("ix_complaint_incident", "incident_id", sqlite_where=OF_INCIDENT, postgresql_where=OF_INCIDENT),
        Index("ix_complaint_to_erase", "closed_at", sqlite_where=TO_ERASE, postgresql_where=TO_ERASE),
        Index("ix_complaint_held", "held_at"),
        Index("ix_complaint_unresolved", "unresolved_at", sqlite_where=UNRESOLVED, postgresql_where=UNRESOLVED),
        {"sqlite_autoincrement": True},  # the number of an erased draft, whose log stays, is never another's
    )
    __mapper_args__: ClassVar = {"version_id_col": _version}

    id: int = key()
    version: int = Field(default=1, sa_column=_version)
    code: str | None = Field(default=None, unique=True)
    stage: str
    turn: int = 0
    customer_id: int = Field(foreign_key="person.id")
    language: str
    channel: str = "telegram"
    recorded_by: int | None = Field(default=None, foreign_key="person.id")
    arrived_at: datetime | None = None
    linked_id: int | None = Field(default=None, foreign_key="complaint.id")
    authority: str | None = encrypted("complaint.authority")
    authority_due: datetime | None = None
    opened_at: datetime
    touched_at: datetime

    category: str | None = None
    product: str | None = None
    branch: str | None = None
    department: str | None = None
    happened_on: date | None = None
    reference: str | None = encrypted("complaint.reference")
    wish: str | None = None
    wish_words: str | None = encrypted("complaint.wish_words")
    company: str | None = encrypted("complaint.company")
    name: str | None = encrypted("complaint.name")
    contact: str | None = encrypted("complaint.contact")
    contact_hash: int | None = big(default=None)
    anonymous: bool = False
    secret_hash: str | None = None
    wrong_secrets: int = 0

    received_at: datetime | None = None
    acknowledged_at: datetime | None = None
    severity: str | None = None
    criteria: dict[str, int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    assessed_at: datetime | None = None
    contain_by: datetime | None = None
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    assigned_at: datetime | None = None
    due_at: datetime | None = Field(default=None, index=True)
    promised_at: datetime | None = None
    deadlock_at: datetime | None = None
    deadlock_trigger: str | None = None
    subject_id: int | None = Field(default=None, foreign_key="person.id")
    review_id: int | None = None  # the one that runs, or whose decision waits for the complainant
    unresolved_at: datetime | None = None
    dispute_id: int | None = None  # the one that runs
    dispute_phase: str | None = None
    representative_id: int | None = Field(default=None, foreign_key="person.id")
    resolver_id: int | None = Field(default=None, foreign_key="person.id")
    panel: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    barred: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    risks: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    came_from: str | None = None
    rounds: int = 0
    decision: str | None = None
    remedy: str | None = None
    root_cause: str | None = None
    incident_id: int | None = Field(default=None, foreign_key="incident.id")
    procedure: str | None = None
    contacts: int = 0
    chased_at: datetime | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None
    reopenings: int = 0

    merged_into_id: int | None = Field(default=None, foreign_key="complaint.id", index=True)
    continues_id: int | None = Field(default=None, foreign_key="complaint.id", index=True)
    about_id: int | None = Field(default=None, foreign_key="complaint.id")
    acting_for: str | None = encrypted("complaint.acting_for")
    acting_as: str | None = None
    held_at: datetime | None = None
    written_only: bool = False
    erased_at: datetime | None = None


class Entry(SQLModel, table=True):
    """Words on a case, by anybody; an edited one stays and the new wording points to it.

    `review_id`: said in that review; while it is a draft nobody but its author reads it. `inquiry_id`: asked of a
    colleague, or said by them. `about_id`: the entry on which a fact or a finding rests.
    """

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    author_id: int | None = Field(default=None, foreign_key="person.id")
    kind: str
    text: str | None = encrypted("entry.text")
    at: datetime
    source: int | None = big(default=None, index=True)
    album: int | None = big(default=None)
    replaces_id: int | None = Field(default=None, foreign_key="entry.id")
    review_id: int | None = Field(default=None, foreign_key="review.id", index=True)
    inquiry_id: int | None = Field(default=None, foreign_key="inquiry.id", index=True)
    about_id: int | None = Field(default=None, foreign_key="entry.id")


TO_FETCH = text("state = 'to_fetch'")


def represented_by(db: Session, person_id: int) -> list[Complaint]:
    """The cases in whose dispute, which runs, this person speaks for the organisation."""
    spoken_for = select(Complaint).where(Complaint.representative_id == person_id)
    return list(db.exec(spoken_for.where(col(Complaint.dispute_id).is_not(None)).order_by(col(Complaint.id))))


def new_path() -> str:
    """Where a file's bytes will lie: known from the start, so that a fetch that was broken off leaves no orphan."""
    name = uuid.uuid4().hex
    return f"attachments/{name[:2]}/{name}"


class Attachment(SQLModel, table=True):
    """A file on a case. `state`: to_fetch, stored, too_big, failed; the bytes lie encrypted in `path`.

    It hangs on an entry of the case, or on what was said in a mediation (`talk_id`), where only that room sees it; or
    it belongs to no case, but to a digest of figures or to a table of cases.
    """

    id: int = key()
    complaint_id: int | None = Field(default=None, foreign_key="complaint.id", index=True)
    entry_id: int | None = Field(default=None, foreign_key="entry.id", index=True)
    talk_id: int | None = Field(default=None, foreign_key="talk.id", index=True)
    digest_id: int | None = Field(default=None, foreign_key="digest.id", index=True)
    table_id: int | None = Field(default=None, foreign_key="case_table.id", index=True)
    kind: str
    file_id: str = encrypted("attachment.file_id")
    file_name: str | None = encrypted("attachment.file_name")
    mime: str | None = None
    size: int | None = big(default=None)
    state: str = Field(default="to_fetch")
    attempts: int = 0
    next_at: datetime | None = None
    sha256: str | None = None
    path: str = Field(default_factory=new_path)

    __table_args__ = (Index("ix_attachment_to_fetch", "id", sqlite_where=TO_FETCH, postgresql_where=TO_FETCH),)


class Answer(SQLModel, table=True):
    """A final response (ISO 10002, 7.7 and 7.8): decision, reasons, remedy, what happens next.

    `remedy` is the one by which it is carried out, `remedies` all of them as `backoffice/answers.py` writes them down;
    `put_right`: what had gone wrong and was put right. Answers of one `round` are versions of one: `because` tells the
    complainant why there is a later one. `approver_id`: who else read and approved it. With `review_id` it is the
    decision of that review; its author is who presided.
    """

    id: int = key()
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    round: int
    decision: str
    reasons: str = encrypted("answer.reasons")
    remedy: str
    remedy_words: str | None = encrypted("answer.remedy_words")
    remedies: str | None = encrypted("answer.remedies")
    summary: str | None = encrypted("answer.summary")
    findings: str | None = encrypted("answer.findings")
    put_right: str | None = encrypted("answer.put_right")
    because: str | None = encrypted("answer.because")
    next_step: str | None = encrypted("answer.next_step")
    author_id: int = Field(foreign_key="person.id")
    approver_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
    delivered_at: datetime | None = None
    review_id: int | None = Field(default=None, foreign_key="review.id")


# Built once: composing a statement costs as much as running it.
_BY_ID = select(Complaint).where(Complaint.id == bindparam("id"))
_TO_CHANGE = (
    select(Complaint)
    .where(col(Complaint.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Complaint.id))
    .with_for_update(skip_locked=True)
)
_BY_CODE = select(Complaint).where(Complaint.code == bindparam("code"))
_DRAFT = select(Complaint).where(Complaint.customer_id == bindparam("person"), Complaint.stage == "draft")
_ENTRIES = select(Entry).where(Entry.complaint_id == bindparam("case")).order_by(col(Entry.id))
_ATTACHMENTS = (
    select(Attachment)
    .where(Attachment.complaint_id == bindparam("case"), col(Attachment.talk_id).is_(None))
    .order_by(col(Attachment.id))
)
_OF_TALKS = select(Attachment).where(col(Attachment.talk_id).in_(bindparam("talks", expanding=True)))
_ANSWERS = select(Answer).where(Answer.complaint_id == bindparam("case")).order_by(col(Answer.id))
_OF_CUSTOMER = (
    select(Complaint)
    .where(Complaint.customer_id == bindparam("person"), Complaint.stage != "draft")
    .order_by(col(Complaint.id).desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)
_OPEN_COUNTS = (
    select(Complaint.owner_id, func.count())
    .where(
        col(Complaint.owner_id).in_(bindparam("owners", expanding=True)),
        col(Complaint.stage).in_(bindparam("stages", expanding=True)),
    )
    .group_by(col(Complaint.owner_id))
)

_OVERDUE_COUNTS = _OPEN_COUNTS.where(col(Complaint.due_at) < bindparam("now", type_=UTCDateTime()))
_DECIDED_ALIKE = (
    select(Complaint)
    .where(
        Complaint.category == bindparam("category"),
        col(Complaint.decision).is_not(None),
        Complaint.id != bindparam("besides"),
        Complaint.stage == "closed",
    )
    .order_by(col(Complaint.closed_at).desc())
    .limit(bindparam("limit", type_=Integer))
)


def first_begun(db: Session) -> datetime | None:
    return db.exec(select(Complaint.opened_at).order_by(col(Complaint.id)).limit(1)).first()


def by_id(db: Session, complaint_id: int) -> Complaint | None:
    return db.exec(_BY_ID, params={"id": complaint_id}).first()


def to_change(db: Session, ids: list[int]) -> dict[int, Complaint]:
    """Of these cases those that nobody else is changing now; they are held by this transaction."""
    return {complaint.id: complaint for complaint in db.exec(_TO_CHANGE, params={"ids": ids})} if ids else {}


def beside(db: Session, customer_id: int, complaint_id: int, limit: int) -> list[Complaint]:
    """What the same complainant submitted besides, newest first."""
    same = Complaint.customer_id == customer_id, Complaint.id != complaint_id, Complaint.stage != "draft"
    return list(db.exec(select(Complaint).where(*same).order_by(col(Complaint.id).desc()).limit(limit)))


def open_of(db: Session, customer_id: int, stages: list[str], limit: int) -> list[Complaint]:
    """The complainant's cases in these stages, newest first."""
    theirs = Complaint.customer_id == customer_id, col(Complaint.stage).in_(stages)
    return list(db.exec(select(Complaint).where(*theirs).order_by(col(Complaint.id).desc()).limit(limit)))


def merged_into(db: Session, complaint_id: int) -> list[Complaint]:
    """The cases that are a part of this one, oldest first."""
    return list(db.exec(select(Complaint).where(Complaint.merged_into_id == complaint_id).order_by(col(Complaint.id))))


def continued_by(db: Session, complaint_id: int) -> list[Complaint]:
    """The submitted complaints that go on where this one could not be opened again."""
    later = Complaint.continues_id == complaint_id, Complaint.stage != "draft"
    return list(db.exec(select(Complaint).where(*later).order_by(col(Complaint.id))))


def by_code(db: Session, code: str) -> Complaint | None:
    return db.exec(_BY_CODE, params={"code": code}).first()


def draft_of(db: Session, person_id: int) -> Complaint | None:
    return db.exec(_DRAFT, params={"person": person_id}).first()


def recording_of(db: Session, staff_id: int) -> Complaint | None:
    """What this member of staff is writing down for somebody."""
    return db.exec(select(Complaint).where(NOT_YET_SENT, Complaint.recorded_by == staff_id)).first()


def of_contact(db: Session, contact_hash: int) -> list[Complaint]:
    """The cases with this phone number or address, newest first; anonymous ones belong to nobody."""
    same = REACHABLE, Complaint.contact_hash == contact_hash, col(Complaint.code).is_not(None)
    named = col(Complaint.anonymous).is_(False)
    return list(db.exec(select(Complaint).where(*same, named).order_by(col(Complaint.id).desc())))


def of_customer(db: Session, person_id: int, *, limit: int, offset: int = 0) -> list[Complaint]:
    return list(db.exec(_OF_CUSTOMER, params={"person": person_id, "limit": limit, "offset": offset}))


def entries_of(db: Session, complaint_id: int) -> list[Entry]:
    return list(db.exec(_ENTRIES, params={"case": complaint_id}))


def attachments_of(db: Session, complaint_id: int) -> list[Attachment]:
    return list(db.exec(_ATTACHMENTS, params={"case": complaint_id}))


def attachments_of_talks(db: Session, talks: list[int]) -> list[Attachment]:
    """What was shown with these words of a mediation."""
    return list(db.exec(_OF_TALKS, params={"talks": talks})) if talks else []


def answers_of(db: Session, complaint_id: int) -> list[Answer]:
    return list(db.exec(_ANSWERS, params={"case": complaint_id}))


def open_counts(db: Session, owner_ids: list[int], stages: list[str]) -> dict[int, int]:
    """How many cases in these stages each owner holds."""
    if not owner_ids:
        return {}
    found = db.exec(_OPEN_COUNTS, params={"owners": owner_ids, "stages": stages})
    return {owner: count for owner, count in found if owner is not None}


def overdue_counts(db: Session, owner_ids: list[int], stages: list[str], now: datetime) -> dict[int, int]:
    """How many of these are past their date, by owner."""
    if not owner_ids:
        return {}
    found = db.exec(_OVERDUE_COUNTS, params={"owners": owner_ids, "stages": stages, "now": now})
    return {owner: count for owner, count in found if owner is not None}


def decided_alike(db: Session, category: str, besides: int, limit: int) -> list[Complaint]:
    """The latest closed cases of a category that were decided."""
    return list(db.exec(_DECIDED_ALIKE, params={"category": category, "besides": besides, "limit": limit}))
