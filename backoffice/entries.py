"""Words and files on a case: added, edited (the old wording stays), and found again by their message."""

from datetime import timedelta
from typing import Any, TypedDict, Unpack

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backoffice import errors, rights
from backoffice.customer_side import belongs
from backoffice.stages import Stage
from backoffice.words import tidy, within
from backoffice.work import Work
from storage import complaints, reviews
from storage.complaints import Attachment, Complaint, Entry
from storage.people import Person, colleague

MAX_ENTRY = 8000
OWN = (
    "story", "addition", "reason", "counter", "rating", "grounds", "evidence", "lateness", "objection",
    "result_reported",
)  # fmt: skip
"""Kinds of entries by complainants."""
INTERNAL = ("note", "rating", "fact", "finding", "opinion_asked", "allegation")
"""Kinds that are told to nobody by themselves; of what a colleague was asked, the owner hears."""
ANSWERED_INSIDE = ("opinion", "account")
EVIDENCE = "evidence_done"  # that a remedy, or what was agreed outside, is carried out; whoever brings it
ALBUM_KINDS = frozenset({"photo", "video"})
ALBUM_PAUSE = timedelta(seconds=1)


class About(TypedDict, total=False):
    """What is known of a file besides where it lies: its name, its type and how many bytes it has."""

    file_name: str | None
    mime: str | None
    size: int | None


def add_entry(
    work: Work,
    complaint: Complaint,
    kind: str,
    text: str | None,
    *,
    source: int | None = None,
    album: int | None = None,
) -> Entry:
    """Keep what was said. `source` and `album` are the keyed hashes of the message and of its album."""
    entry = Entry(
        complaint_id=complaint.id,
        author_id=work.actor.id,
        kind=kind,
        text=worded(text),
        at=work.now,
        source=source,
        album=album,
    )
    work.db.add(entry)
    work.db.flush()
    complaint.touched_at = work.now
    return entry


def attach(work: Work, entry: Entry, kind: str, file_id: str, **about: Unpack[About]) -> Attachment:
    """Note a file of the entry; the case can have so many (errors.TooMany)."""
    complaint = work.db.get_one(Complaint, entry.complaint_id)
    beside = select(Attachment.id).join(Entry).where(Attachment.complaint_id == complaint.id, Entry.kind != "document")
    attachment = note_file(work, complaint, kind, file_id, about, beside=beside, entry_id=entry.id)
    if complaint.written_only and belongs(entry.author_id, complaint):
        return attachment  # it is kept, and shown to whoever asks for it
    for person, party in _others(work, complaint, entry):
        tell_file(work, person, complaint, attachment, entry.album, party)
    return attachment


def note_file(
    work: Work,
    complaint: Complaint,
    kind: str,
    file_id: str,
    about: About,
    *,
    beside: SelectOfScalar[int],
    entry_id: int | None = None,
    talk_id: int | None = None,
) -> Attachment:
    """It is fetched and encrypted beside the conversation. It belongs to what it came with, an entry or a talk;
    `beside`: the files that it may be one too many to. Raises errors.TooMany."""
    limit = work.organisation.form.max_files
    if len(work.db.exec(beside).all()) >= limit:
        raise errors.TooMany(what="files", limit=limit)
    name = tidy(about.get("file_name") or "")[:200] or None
    attachment = Attachment(
        complaint_id=complaint.id,
        entry_id=entry_id,
        talk_id=talk_id,
        kind=kind,
        file_id=file_id,
        file_name=name,
        mime=about.get("mime"),
        size=about.get("size"),
        next_at=work.now,
    )
    work.db.add(attachment)
    work.db.flush()
    return attachment


def as_album(work: Work, attachment: Attachment, album: int | None, gather: str) -> dict[str, Any]:
    """How a notice of it is gathered with the others of its album, if it came in one."""
    if album is None or attachment.kind not in ALBUM_KINDS:
        return {}
    return {"gather": gather, "not_before": work.now + ALBUM_PAUSE}


def tell_file(
    work: Work,
    person: Person,
    complaint: Complaint,
    attachment: Attachment,
    album: int | None,
    party: str,
    *,
    document_id: int | None = None,
) -> None:
    """Send a file of the case to somebody on it; the parts of an album go as one.

    `document_id`: the document that it follows, to be taken where that goes.
    """
    to = f"{complaint.id}:{album}" if document_id is None else f"{complaint.id}:{album}:{document_id}"
    follows: dict[str, Any] = {} if document_id is None else {"document_id": document_id}
    work.tell(
        person,
        "files" if document_id is None else "enclosed_files",
        complaint,
        party=party,
        attachment_id=attachment.id,
        **as_album(work, attachment, album, f"files:{to}"),
        **follows,
    )


def sent(work: Work, complaint: Complaint) -> list[Entry]:
    """What was said on a case and those merged into it, oldest first, without the request for a review that is still
    being written."""
    drafts = {each.id for each in reviews.of_case(work.db, complaint.id) if each.requested_at is None}
    own = [each for each in complaints.entries_of(work.db, complaint.id) if each.review_id not in drafts]
    parts = complaints.merged_into(work.db, complaint.id)
    return sorted([*own, *(each for part in parts for each in sent(work, part))], key=lambda each: each.id)


def _others(work: Work, complaint: Complaint, entry: Entry) -> list[tuple[Person, str]]:
    """Who must see it, and as whom: of the complainant's words and files the owner, and who speaks for us outside; of
    the staff's the complainant, and of evidence the owner, too; while the case is reviewed, everybody who is heard."""
    draft = entry.review_id is not None and entry.review_id != complaint.review_id
    if complaint.code is None or draft or entry.kind in INTERNAL:
        return []
    if entry.kind in ANSWERED_INSIDE:
        owner = colleague(work.db, complaint.owner_id)
        return [(owner, "staff")] if owner is not None and owner.id != entry.author_id else []
    theirs = belongs(entry.author_id, complaint)
    ids = {} if theirs else {complaint.customer_id: "customer"}
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        ids |= dict.fromkeys(rights.seated(complaint), "staff")
        ids |= dict.fromkeys(rights.deciders(complaint), rights.DECIDER)
    elif theirs:
        handled = (colleague(work.db, each) for each in (complaint.owner_id, complaint.representative_id))
        ids |= {each.id: "staff" for each in handled if each is not None}
    elif entry.kind == EVIDENCE and (owner := colleague(work.db, complaint.owner_id)) is not None:
        ids[owner.id] = "staff"
    return [(work.db.get_one(Person, each), party) for each, party in ids.items() if each != entry.author_id]


def edited(work: Work, source: int, text: str | None) -> Entry | None:
    """Keep the new wording beside the original. None when the message belongs to no case, or says the same."""
    original = work.db.exec(select(Entry).where(Entry.source == source, col(Entry.replaces_id).is_(None))).first()
    if original is None or original.author_id != work.actor.id:
        return None
    latest = work.db.exec(
        select(Entry).where(Entry.replaces_id == original.id).order_by(col(Entry.id).desc()).limit(1)
    ).first()
    if (latest or original).text == worded(text):
        return None
    complaint = work.db.get_one(Complaint, original.complaint_id)
    if rights.relation(work.actor, complaint) is rights.Relation.BARRED:
        return None
    again = add_entry(work, complaint, original.kind, text)
    again.replaces_id, again.review_id = original.id, original.review_id
    work.record("entry.edited", complaint, entry=original.id, wording=again.id)
    for person, party in _others(work, complaint, original):
        before = (latest or original).id
        work.tell(person, "entry_edited", complaint, party=party, entry_id=before, wording_id=again.id)
    return again


def worded(text: str | None) -> str | None:
    """The words as they are kept; None if there are none. Raises errors.Invalid where they are too many."""
    return within(text, MAX_ENTRY) or None
