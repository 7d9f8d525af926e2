"""Files from people: fetched later, stored encrypted, read back for those who may see them."""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, or_
from sqlmodel import col, select

from backoffice.disputes import mediation
from backoffice.work import Work
from storage import crypto
from storage.complaints import TO_FETCH, Attachment, Complaint
from storage.consents import Erasure
from storage.people import Person, colleague

CONTEXT = "attachment.bytes"
LARGEST = 20 * 1024 * 1024  # bytes; the messenger hands out no larger ones
PAUSES = (5, 15, 60, 300, 900, 3600)  # seconds between attempts; the last one again and again
AT_ONCE = 100  # erasures
REFUSALS = 5  # attempts at an identifier that the messenger calls wrong


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored: the digest of the bytes as they were sent, and how many."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Files:
    """The encrypted files in the data directory."""

    data_dir: Path

    def write(self, path: str, data: bytes) -> Stored:
        """Encrypt and store; when this returns the bytes survive a power cut."""
        return self.write_all(path, (data,))

    def write_all(self, path: str, pieces: Iterable[bytes]) -> Stored:
        """The same, piece by piece: what is too big to be held at once. What breaks off leaves nothing behind."""
        target = self.data_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part, seen = target.with_suffix(".part"), _Seen(pieces)
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(crypto.keyring().encrypt_in_pieces(seen, CONTEXT))
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_directory(target.parent)
        return Stored(seen.digest.hexdigest(), seen.size)

    def read(self, attachment: Attachment) -> bytes:
        """The bytes as they were sent. Raises FileNotFoundError if they were never fetched, WrongKey if altered."""
        if attachment.sha256 is None:
            raise FileNotFoundError(f"attachment {attachment.id} is not stored")
        data = crypto.keyring().decrypt((self.data_dir / attachment.path).read_bytes(), CONTEXT)
        if hashlib.sha256(data).hexdigest() != attachment.sha256:  # ours, but of another attachment
            raise crypto.WrongKey(f"the file of attachment {attachment.id} is another one")
        return data

    def remove(self, path: str) -> None:
        """Forget stored bytes; what is gone already is no fault."""
        (self.data_dir / path).unlink(missing_ok=True)


class _Seen:
    """Passes pieces on, and knows what they came to."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.digest.update(piece)
            self.size += len(piece)
            yield piece


def to_fetch(work: Work, limit: int, without: Collection[int] = ()) -> list[Attachment]:
    """Files whose turn it is, the oldest first, without those that are being fetched."""
    due = or_(col(Attachment.next_at).is_(None), col(Attachment.next_at) <= work.now)
    query = (
        select(Attachment)
        .where(TO_FETCH, due, col(Attachment.id).not_in(without))
        .order_by(col(Attachment.id))
        .limit(limit)
    )
    return list(work.db.exec(query))


def stored(work: Work, attachment_id: int, what: Stored) -> bool:
    """The bytes are here. False if the file was erased, or stored already, in the meantime."""
    attachment = _waiting(work, attachment_id)
    if attachment is None:
        return False
    attachment.sha256, attachment.size = what.sha256, what.size
    _settle(attachment, "stored")
    return True


def remember(work: Work, attachment_id: int, file_id: str) -> None:
    """The messenger knows the file by this identifier now."""
    attachment = work.db.get(Attachment, attachment_id)
    if attachment is not None:
        attachment.file_id = file_id


def fetch_later(work: Work, attachment_id: int) -> None:
    """It could not be had now; the pauses grow."""
    attachment = _waiting(work, attachment_id)
    if attachment is not None:
        attachment.next_at = _next(work.now, attachment.attempts)
        attachment.attempts += 1


def refused(work: Work, attachment_id: int) -> bool:
    """The messenger knows no such file. After some attempts it is lost, and the case's owner is told; of a file of a
    mediation only who sent it."""
    attachment = _waiting(work, attachment_id)
    if attachment is None:
        return False
    if attachment.attempts + 1 < REFUSALS:
        fetch_later(work, attachment_id)
        return False
    _settle(attachment, "failed")
    complaint = work.db.get_one(Complaint, attachment.complaint_id)
    work.record("attachment.lost", complaint, attachment=attachment.id)
    if attachment.talk_id is not None:
        mediation.lost(work, complaint, attachment, attachment.state)
    elif owner := colleague(work.db, complaint.owner_id):
        work.tell(owner, "file_lost", complaint, attachment_id=attachment.id)
    return True


def too_big(work: Work, attachment_id: int) -> None:
    """The messenger hands out no file of this size; the customer is told, who can send it in parts (of a file of a
    mediation, who sent it)."""
    attachment = _waiting(work, attachment_id)
    if attachment is None:
        return
    _settle(attachment, "too_big")
    complaint = work.db.get_one(Complaint, attachment.complaint_id)
    if attachment.talk_id is not None:
        mediation.lost(work, complaint, attachment, attachment.state)
        return
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, "file_too_big", complaint, party="customer", attachment_id=attachment.id)


def to_erase(work: Work) -> list[str]:
    """Paths of bytes that belong to nothing any more."""
    return [erasure.path for erasure in work.db.exec(select(Erasure).limit(AT_ONCE))]


def erased(work: Work, paths: Collection[str]) -> None:
    work.db.connection().execute(delete(Erasure).where(col(Erasure.path).in_(paths)))


def _waiting(work: Work, attachment_id: int) -> Attachment | None:
    attachment = work.db.get(Attachment, attachment_id)
    return attachment if attachment and attachment.state == "to_fetch" else None


def _settle(attachment: Attachment, state: str) -> None:
    attachment.state, attachment.next_at = state, None


def _next(now: datetime, attempts: int) -> datetime:
    return now + timedelta(seconds=PAUSES[min(attempts, len(PAUSES) - 1)])


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
