"""What a provider gets to read of a case: what both sides may read, and nothing else (S16, guard 1)."""

from backoffice import rights
from backoffice.entries import sent, tell_file
from backoffice.hearing import HEARD
from backoffice.work import Work
from storage.complaints import Attachment, Complaint, attachments_of
from storage.people import Person


def evidence(work: Work, complaint: Complaint) -> list[Attachment]:
    """The files of the case that both sides may see, oldest first: no internal notes, no data requests."""
    shown = {entry.id for entry in sent(work, complaint) if entry.kind in HEARD}
    return [each for each in attachments_of(work.db, complaint.id) if each.entry_id in shown]


def send_evidence(
    work: Work, to: Person, complaint: Complaint, party: str = rights.RESOLVER, *, document_id: int | None = None
) -> None:
    """The same, to the chat of somebody who is to look at the case, or, with the document that they follow, to take
    them where that goes."""
    albums: dict[int | None, int | None] = {entry.id: entry.album for entry in sent(work, complaint)}
    for attachment in evidence(work, complaint):
        tell_file(work, to, complaint, attachment, albums[attachment.entry_id], party, document_id=document_id)
