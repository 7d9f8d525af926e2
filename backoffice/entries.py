"""Words and files on a case: added, edited (the old wording stays), and found again by their message."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from backoffice import errors, rights
from backoffice.stages import Stage
from backoffice.words import tidy
from backoffice.work import Work
from storage import complaints, reviews
from storage.complaints import Attachment, Complaint, Entry
from storage.people import Person, colleague

MAX_ENTRY = 8000
ALBUM_KINDS = frozenset({"photo", "video"})
ALBUM_PAUSE = timedelta(seconds=1)


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


def attach(
    work: Work,
    entry: Entry,
    kind: str,
    file_id: str,
    *,
    file_name: str | None = None,
    mime: str | None = None,
    size: int | None = None,
) -> Attachment:
    """Note a file of the entry; it is fetched and encrypted beside the conversation."""
    limit = work.organisation.form.max_files
    brought = select(Attachment.id).join(Entry).where(Attachment.complaint_id == entry.complaint_id)
    if len(work.db.exec(brought.where(Entry.kind != "document")).all()) >= limit:
        raise errors.TooMany(what="files", limit=limit)
    attachment = Attachment(
        complaint_id=entry.complaint_id,
        entry_id=entry.id,
        kind=kind,
        file_id=file_id,
        file_name=tidy(file_name)[:200] if file_name else None,
        mime=mime,
        size=size,
        next_at=work.now,
    )
    work.db.add(attachment)
    work.db.flush()
    complaint = work.db.get_one(Complaint, entry.complaint_id)
    for person, party in _others(work, complaint, entry):
        tell_file(work, person, complaint, attachment, entry.album, party)
    return attachment


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
    together = album is not None and attachment.kind in ALBUM_KINDS
    to = f"{complaint.id}:{album}" if document_id is None else f"{complaint.id}:{album}:{document_id}"
    follows: dict[str, Any] = {} if document_id is None else {"document_id": document_id}
    work.tell(
        person,
        "files" if document_id is None else "enclosed_files",
        complaint,
        party=party,
        gather=f"files:{to}" if together else None,
        not_before=work.now + ALBUM_PAUSE if together else None,
        attachment_id=attachment.id,
        **follows,
    )


def sent(work: Work, complaint: Complaint) -> list[Entry]:
    """What was said on a case, oldest first, without the request for a review that is still being written."""
    drafts = {each.id for each in reviews.of_case(work.db, complaint.id) if each.requested_at is None}
    return [each for each in complaints.entries_of(work.db, complaint.id) if each.review_id not in drafts]


def _others(work: Work, complaint: Complaint, entry: Entry) -> list[tuple[Person, str]]:
    """Who must see it, and as whom: of the complainant's words and files the owner, and who speaks for us outside; of
    the staff's the complainant; while the case is reviewed, everybody who is heard."""
    draft = entry.review_id is not None and entry.review_id != complaint.review_id
    if complaint.code is None or draft or entry.kind in ("note", "rating"):
        return []
    ids = {complaint.customer_id: "customer"}
    if Stage(complaint.stage) is Stage.IN_REVIEW:
        ids |= dict.fromkeys(rights.seated(complaint), "staff")
        ids |= dict.fromkeys(rights.deciders(complaint), rights.DECIDER)
    elif entry.author_id == complaint.customer_id:
        handled = (colleague(work.db, each) for each in (complaint.owner_id, complaint.representative_id))
        ids |= {each.id: "staff" for each in handled if each is not None}
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
    tidied = tidy(text) if text else None
    if tidied and len(tidied) > MAX_ENTRY:
        raise errors.Invalid(what="too_long", limit=MAX_ENTRY)
    return tidied or None
