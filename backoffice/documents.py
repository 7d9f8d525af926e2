"""Documents that the desk issues: numbered when they are issued, printed beside everything else, then delivered.

A document is printed from its row, so that whatever was broken off is done again; printed once, it stays as it is. Who
gets it is asked when it is printed, and once more when it goes.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_
from sqlmodel import col, func, select
from sqlmodel.sql.sqltypes import UTCDateTime

from backoffice import assignment, codes, reminders, rights
from backoffice.disputes import dossier, speaking
from backoffice.files import Stored
from backoffice.work import Work
from storage.complaints import Attachment, Complaint, Entry
from storage.disputes import Outcome, Referral
from storage.documents import Document
from storage.people import Person, colleague

FINAL_RESPONSE = "final_response"
ENTRY = "document"  # kind of the entry on which it hangs
DOSSIER, BUNDLE = "dossier", "bundle"  # kinds of documents: what a provider reads, and what the customer takes along
MIME = "application/pdf"
PAUSES = (5, 15, 60, 300, 3600)  # seconds between attempts; the last one again and again
ALARM_AT = len(PAUSES)  # failures after which the admins are told

Reader = tuple[Person, str]
"""Who gets a document, and as whom: a key of rights.PARTIES."""
Readers = Callable[[Work, Complaint, Document], list[Reader]]
_UNPRINTED = col(Document.sha256).is_(None)
_DUE = or_(col(Document.next_at).is_(None), col(Document.next_at) <= bindparam("now", type_=UTCDateTime()))
_TO_PRINT = (  # built once: it is asked after every commit
    select(Document)
    .where(_UNPRINTED, _DUE, col(Document.id).not_in(bindparam("without", expanding=True)))
    .order_by(col(Document.id))
    .limit(bindparam("limit"))
)


def issue(
    work: Work,
    complaint: Complaint,
    kind: str,
    *,
    review_id: int | None = None,
    referral_id: int | None = None,
    outcome_id: int | None = None,
    answer_id: int | None = None,
    provider: str | None = None,
    language: str | None = None,
) -> Document:
    """A new document on the case; it is printed and delivered to its READERS as soon as may be.

    What it tells of: an answer, a review, a way outside, an outcome, or the provider (its code) to whom the customer
    takes it.
    `language`: that of the case, if none is given.
    """
    document = Document(
        number=codes.new_code(codes.DOCUMENT),
        kind=kind,
        complaint_id=complaint.id,
        review_id=review_id,
        referral_id=referral_id,
        outcome_id=outcome_id,
        answer_id=answer_id,
        provider=provider,
        language=language or complaint.language,
        issued_at=work.now,
    )
    work.db.add(document)
    work.db.flush()
    work.record("document.issued", complaint, document=document.id, number=document.number, kind=kind)
    return document


def referral_of(work: Work, document: Document) -> Referral | None:
    """The way outside that it tells of, by itself or as that of its outcome."""
    outcome = work.db.get(Outcome, document.outcome_id) if document.outcome_id else None
    found = document.referral_id or (outcome.referral_id if outcome else None)
    return work.db.get(Referral, found) if found else None


def path_of(document: Document) -> str:
    """Where its bytes lie: always the same place, so that a printing that was broken off leaves no orphan."""
    name = document.number.removeprefix(f"{codes.DOCUMENT}-").replace("-", "").lower()
    return f"documents/{name[:2]}/{name}"


def to_print(work: Work, limit: int, without: Collection[int] = ()) -> list[Document]:
    """Documents whose turn it is, the oldest first, without those that are being printed."""
    return list(work.db.exec(_TO_PRINT, params={"now": work.now, "without": without, "limit": limit}))


def next_attempt(work: Work, after: datetime) -> datetime | None:
    """The next moment at which a document that could not be printed is tried again."""
    query = select(func.min(Document.next_at)).where(_UNPRINTED, col(Document.next_at) > after)
    found: datetime | None = work.db.exec(query).one()
    return found


def printed(work: Work, document_id: int, stored: Stored, path: str, content_digest: str) -> bool:
    """The bytes are stored: they hang on the case, and go to whom they are for. False if they already did.

    `content_digest`: SHA-256 in hex of what the document says.
    """
    document = _unprinted(work, document_id)
    if document is None:
        return False
    complaint = work.db.get_one(Complaint, document.complaint_id)
    document.attachment_id = _attach(work, document, stored, path).id
    document.sha256, document.content, document.next_at = stored.sha256, content_digest, None
    work.record("document.printed", complaint, document=document.id, number=document.number, sha256=stored.sha256)
    _deliver(work, complaint, document, READERS[document.kind])
    return True


def pass_on(work: Work, complaint: Complaint, referral: Referral) -> None:
    """Somebody else is to resolve it: they get the dossier of this way too, if it has been printed."""
    query = select(Document).where(
        Document.kind == DOSSIER, Document.referral_id == referral.id, col(Document.sha256).is_not(None)
    )
    for document in work.db.exec(query.order_by(col(Document.id))):
        _deliver(work, complaint, document, (_provider,))


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


# ------------------------------------------------------------------ who gets it


def _customer(work: Work, complaint: Complaint, document: Document) -> list[Reader]:
    return [(work.db.get_one(Person, complaint.customer_id), "customer")]


def _speakers(work: Work, complaint: Complaint, document: Document) -> list[Reader]:
    """Who speaks for the organisation."""
    return [(person, "staff") for person in speaking.speakers(work, complaint)]


def _resolver(work: Work, complaint: Complaint, document: Document) -> list[Reader]:
    """Who leads this very way here, as long as they do."""
    referral = referral_of(work, document)
    here = referral is not None and referral.ended is None and referral.resolver_id == complaint.resolver_id
    found = colleague(work.db, complaint.resolver_id) if here else None
    return [(found, rights.RESOLVER)] if found else []


def _provider(work: Work, complaint: Complaint, document: Document) -> list[Reader]:
    """Its mediator here; for a provider elsewhere who speaks for us, to send it on."""
    referral = referral_of(work, document)
    elsewhere = referral is not None and referral.resolver_id is None
    return (_speakers if elsewhere else _resolver)(work, complaint, document)


def _all_or_nobody(work: Work, complaint: Complaint, document: Document) -> list[Reader]:
    """The provider, and the customer a copy, for both sides have the same file (ISO 10003, 4.9). Nobody, once that way
    is over: who took their consent back at the moment of printing is not told of outside (T65)."""
    referral = referral_of(work, document)
    if referral is None or referral.ended is not None:
        work.record("document.withheld", complaint, document=document.id, number=document.number)
        return []
    return [*_provider(work, complaint, document), *_customer(work, complaint, document)]


READERS: dict[str, tuple[Readers, ...]] = {
    "decision": (_customer,),
    FINAL_RESPONSE: (_customer,),
    BUNDLE: (_customer,),
    DOSSIER: (_all_or_nobody,),
    "settlement": (_customer, _speakers, _resolver),
    "consent_record": (_customer, _speakers),
}
"""By kind. On the case it hangs as an entry of its own kind, which neither a panel nor a resolver reads there."""
AT_ONCE = ("decision", FINAL_RESPONSE, BUNDLE)  # of the others a message comes before, which no customer gets at night
FOLLOWED = {(BUNDLE, "customer"), (DOSSIER, "staff")}
"""Kind and party: where the files of the evidence follow. A mediator here has got them already."""


def _deliver(work: Work, complaint: Complaint, document: Document, readers: tuple[Readers, ...]) -> None:
    for person, party in (each for found in readers for each in found(work, complaint, document)):
        waits = party == "customer" and document.kind not in AT_ONCE
        not_before = reminders.civil(work) if waits else None
        work.tell(person, "document_issued", complaint, party=party, not_before=not_before, document_id=document.id)
        if (document.kind, party) in FOLLOWED:
            dossier.send_evidence(work, person, complaint, party, document_id=document.id)


# ------------------------------------------------------------------ inside


def _unprinted(work: Work, document_id: int) -> Document | None:
    """Held until the commit, so that two who printed it at once do not both tell of it."""
    query = select(Document).where(Document.id == document_id, _UNPRINTED)
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
