"""What the desk issues on paper: which kind of document says what, in its own language, and the digest of it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from backoffice.work import Work
from bot import answer_paper, consent_paper, dates, decision_paper, dossier_paper, settlement_paper
from bot.i18n import Reader, _, speaking_to
from bot.paper_parts import grouped
from bot.paper_text import RIGHT_TO_LEFT
from bot.texts import language
from storage.documents import Document

Content = dict[str, Any]

#: By kind: the part of the content that differs. The template of the same name is in `bot/paper/`.
BODIES: dict[str, Callable[[Work, Document], Content]] = {
    "decision": decision_paper.body,
    "final_response": answer_paper.body,
    "dossier": dossier_paper.body,
    "bundle": dossier_paper.bundle,
    "settlement": settlement_paper.body,
    "consent_record": consent_paper.body,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document ready to be set: the template's name, what it says, and the SHA-256 of that in hex."""

    template: str
    content: Content
    digest: str


def compose(work: Work, document: Document) -> Paper:
    """The document in words and calendar of its own language, whoever reads it. LookupError for an unknown kind."""
    body = BODIES[document.kind]
    with speaking_to(Reader(document.language, zone=ZoneInfo(work.organisation.time_zone))):
        content = letter(work, document.issued_at) | _issued(document) | body(work, document)
    digest = hashlib.sha256(canonical(content)).hexdigest()
    return Paper(document.kind, {**content, "digest": grouped(digest)}, digest)


def canonical(content: Content) -> bytes:
    """The one way of writing this down, of which the digest is made."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def letter(work: Work, at: datetime) -> Content:
    """What stands on every paper of the desk, in the words of the current reader: head, foot, and when it was made."""
    made_at = at.astimezone(UTC).replace(microsecond=0)
    return {
        "language": language(),
        "direction": "rtl" if language() in RIGHT_TO_LEFT else "ltr",
        "numbering": dates.digits("1"),
        "organisation": work.organisation.name[language()],
        "contact": work.organisation.contact[language()],
        "issued_at": made_at.isoformat(),
        "issued": list(made_at.timetuple()[:6]),
        "words": {"page": _("Page {page} of {pages}")},
    }


def _issued(document: Document) -> Content:
    """What a document of a case says of itself."""
    return {
        "number": document.number,
        "words": {
            "page": _("Page {page} of {pages}"),
            "digest": _("Digest of the content: {digest}."),
            "verify": _("The desk can confirm that this document is unaltered."),
        },
    }
