"""Documents that the desk issues: numbered when they are issued, printed beside everything else, then delivered.

A document is printed from its row, so that whatever was broken off is done again; printed once, it stays as it is.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, func, select

from backoffice import assignment, codes
from backoffice.files import Stored
from backoffice.work import Work
from storage.complaints import Attachment, Complaint, Entry
from storage.documents import Document
from storage.people import Person

ENTRY = "document"  # kind of the entry on which it hangs
MIME = "application/pdf"
PAUSES = (5, 15, 60, 300, 3600)  # seconds between attempts; the last one again and again
ALARM_AT = len(PAUSES)  # failures after which the admins are told


def issue(work: Work, complaint: Complaint, kind: str, *, review_id: int | None = None) -> Document:
    """A new document on the case, in the case's language; it is printed and delivered as soon as may be."""
    document = Document(
        number=codes.new_code(codes.DOCUMENT),
        kind=kind,
        complaint_id=complaint.id,
        review_id=review_id,
        language=complaint.language,
        issued_at=work.now,
    )
    work.db.add(document)
    work.db.flush()
    work.record("document.issued", complaint, document=document.id, number=document.number, kind=kind)
    return document


def path_of(document: Document) -> str:
    """Where its bytes lie: always the same place, so that a printing that was broken off leaves no orphan."""
    name = document.number.removeprefix(f"{codes.DOCUMENT}-").replace("-", "").lower()
    return f"documents/{name[:2]}/{name}"


def to_print(work: Work, limit: int, without: Collection[int] = ()) -> list[Document]:
    """Documents whose turn it is, the oldest first, without those that are being printed."""
    due = or_(col(Document.next_at).is_(None), col(Document.next_at) <= work.now)
    query = select(Document).where(col(Document.sha256).is_(None), due, col(Document.id).not_in(without))
    return list(work.db.exec(query.order_by(col(Document.id)).limit(limit)))


def next_attempt(work: Work, after: datetime) -> datetime | None:
    """The next moment at which a document that could not be printed is tried again."""
    query = select(func.min(Document.next_at)).where(col(Document.sha256).is_(None), col(Document.next_at) > after)
    found: datetime | None = work.db.exec(query).one()
    return found


def printed(work: Work, document_id: int, stored: Stored, path: str, content_digest: str) -> bool:
    """The bytes are stored: they hang on the case, and the customer gets them. False if they already did.

    `content_digest`: SHA-256 in hex of what the document says.
    """
    document = _unprinted(work, document_id)
    if document is None:
        return False
    complaint = work.db.get_one(Complaint, document.complaint_id)
    document.attachment_id = _attach(work, document, stored, path).id
    document.sha256, document.content, document.next_at = stored.sha256, content_digest, None
    work.record("document.printed", complaint, document=document.id, number=document.number, sha256=stored.sha256)
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, "document_issued", complaint, party="customer", document_id=document.id)
    return True


def print_later(work: Work, document_id: int) -> None:
    """It could not be printed now; the pauses grow, and at some point the admins are told, once."""
    document = _unprinted(work, document_id)
    if document is None:
        return
    pause = PAUSES[min(document.attempts, len(PAUSES) - 1)]
    document.next_at = work.now + timedelta(seconds=pause)
    document.attempts += 1
    if document.attempts == ALARM_AT:
        complaint = work.db.get_one(Complaint, document.complaint_id)
        work.record("document.failed", complaint, document=document.id, number=document.number)
        assignment.tell_admins(work, "document_failed", gather="document_failed", document_id=document.id)


def find_by_digest(work: Work, sha256: str) -> Document | None:
    """The document whose bytes have this SHA-256 (hex), if the desk issued one."""
    return work.db.exec(select(Document).where(Document.sha256 == sha256)).first()


def _unprinted(work: Work, document_id: int) -> Document | None:
    """Held until the commit, so that two who printed it at once do not both tell of it."""
    query = select(Document).where(Document.id == document_id, col(Document.sha256).is_(None))
    return work.db.exec(query.with_for_update()).first()


def _attach(work: Work, document: Document, stored: Stored, path: str) -> Attachment:
    entry = Entry(
        complaint_id=document.complaint_id,
        author_id=None,
        kind=ENTRY,
        text=None,
        at=work.now,
        review_id=document.review_id,
    )
    work.db.add(entry)
    work.db.flush()
    attachment = Attachment(
        complaint_id=document.complaint_id,
        entry_id=entry.id,
        kind="document",
        state="stored",
        file_id="",
        file_name=f"{document.number}.pdf",
        mime=MIME,
        size=stored.size,
        sha256=stored.sha256,
        path=path,
    )
    work.db.add(attachment)
    work.db.flush()
    return attachment
