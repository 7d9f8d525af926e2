"""Whether a file is a document of this desk: told by the SHA-256 of its bytes, so that no altered one passes."""

import hashlib
from pathlib import Path
from zoneinfo import ZoneInfo

from backoffice import documents
from backoffice.work import Office
from bot import opening
from bot.clock import Clock
from bot.config import Settings


class Unreadable(Exception):
    """The file cannot be read: which, and why, in one line."""


def verify(settings: Settings, path: Path) -> tuple[str, bool]:
    """What is said of the file, and whether it is unaltered. Raises Unreadable, ConfigError or OrganisationError."""
    digest = digest_of(path)
    return judge(opening.open_office(settings, Clock()), path.name, digest)


def digest_of(path: Path) -> str:
    """SHA-256 of the file's bytes in hex, however large it is. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None


def judge(office: Office, name: str, digest: str) -> tuple[str, bool]:
    """One line for the operator, and whether it confirms. Dates are those of the organisation's zone."""
    with office.look() as work:
        document = documents.find_by_digest(work, digest)
    if document is None:
        return f"{name}: not issued by this desk, or altered since.", False
    issued_on = document.issued_at.astimezone(ZoneInfo(office.organisation.time_zone)).date()
    return f"{document.number}: {document.kind}, issued by this desk on {issued_on}, unaltered.", True
