"""What is told of issued documents: the document itself to whom it is for, to the admins that one is not printed."""

from typing import Any

from backoffice import documents, rights
from backoffice.documents import BUNDLE, DOSSIER
from bot import cards
from bot.dispute_paper import provider_of
from bot.i18n import _, __
from bot.notice import Call, Notice, Said, album, one_file, template
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Attachment
from storage.disputes import Outcome
from storage.documents import Document

TITLES = {
    "decision": __("The decision as a document"),
    "final_response": __("Our answer as a document"),
    "settlement": __("What was agreed, as a document"),
    "consent_record": __("The consent as a document"),
}
OUTCOMES = {
    "settlement": __("The settlement as a document"),
    "recommendation": __("The accepted recommendation as a document"),
    "decision": __("The decision from outside as a document"),
}


@template
def document_issued(notice: Notice) -> Call | None:
    """The PDF, in the language in which it was issued, with a caption in the reader's."""
    document = notice.work.db.get(Document, notice.params["document_id"])
    file = notice.work.db.get(Attachment, document.attachment_id) if document and document.attachment_id else None
    if document is None or file is None or _is_over(notice, document):
        return None  # it was erased before this could go, or that way is over
    caption = paragraphs(
        bold(_title(notice, document)),
        lines(
            say(_("Document number: {number}"), number=Code(document.number)),
            None if _party(notice) == "customer" else say("{code}", code=Code(notice.case.code or "")),
        ),
        _what_for(notice, document),
        cards.footer(notice.work, notice.case) if _party(notice) == "customer" else None,
    )
    return one_file(_to(notice), [file], {"caption": caption, "parse_mode": "HTML"})


@template
def enclosed_files(notice: Notice) -> Call | None:
    """The files that go with a document; unlike those that only staff look at, they can be sent on."""
    document = notice.work.db.get(Document, notice.params["document_id"])
    if document is None or _is_over(notice, document):
        return None
    found = [notice.work.db.get(Attachment, part["attachment_id"]) for part in notice.parts]
    kept = [each for each in found if each and each.state != "too_big"]
    about = paragraphs(
        say(_("📎 belongs to document {number}"), number=Code(document.number)),
        cards.footer(notice.work, notice.case) if _party(notice) == "customer" else None,
    )
    caption = {"caption": about, "parse_mode": "HTML"}
    return album(_to(notice), kept, caption) if len(kept) > 1 else one_file(_to(notice), kept, caption)


@template
def document_failed(notice: Notice) -> Said:
    """A reference and nothing of the contents."""
    failed = [notice.work.db.get(Document, part["document_id"]) for part in notice.parts]
    text = paragraphs(
        bold(_("⚠️ A document could not be printed.")),
        lines(*(say(_("Document number: {number}"), number=Code(each.number)) for each in failed if each)),
        _("We go on trying every hour. The log tells more."),
    )
    return text, None


# ------------------------------------------------------------------ inside


def _party(notice: Notice) -> str:
    """As whom the reader gets it: customer, resolver or staff."""
    if notice.person.id == notice.case.customer_id:
        return "customer"
    return rights.RESOLVER if notice.person.id == notice.case.resolver_id else "staff"


def _to(notice: Notice) -> dict[str, Any]:
    """A resolver reads it as long as they lead the way, and takes it nowhere."""
    return {"chat_id": notice.person.telegram_id, "protect_content": _party(notice) == rights.RESOLVER}


def _is_over(notice: Notice, document: Document) -> bool:
    """Whether it is a dossier that must go to nobody outside any more; the customer keeps their copy."""
    if document.kind != DOSSIER or _party(notice) == "customer":
        return False
    referral = documents.referral_of(notice.work, document)
    return referral is None or referral.ended is not None


def _title(notice: Notice, document: Document) -> str:
    outcome = notice.work.db.get(Outcome, document.outcome_id) if document.outcome_id else None
    if outcome is not None:
        return str(OUTCOMES[outcome.kind])
    if document.kind not in (DOSSIER, BUNDLE):
        return str(TITLES[document.kind])
    provider = provider_of(notice.work, document)
    name = provider.words[language()] if provider else Html("–")  # somebody may have typed it
    match document.kind, _party(notice):
        case "bundle", _party_of:
            return say(_("Your file for {provider}"), provider=name)
        case _, "customer":
            return say(_("Your copy of the file for {provider}"), provider=name)
        case _:
            return say(_("The file for {provider}"), provider=name)


def _what_for(notice: Notice, document: Document) -> Html | None:
    """What the reader is to do with it."""
    match document.kind, _party(notice):
        case "bundle", _party_of:
            return Html(_("Take it there with the evidence, which follows here. It also says what they want to see."))
        case "dossier", "customer":
            return Html(_("Both sides and whoever leads it have the same file."))
        case "dossier", "staff":
            return _to_send(notice, document)
        case _:
            return None


def _to_send(notice: Notice, document: Document) -> Html:
    provider = provider_of(notice.work, document)
    known = (provider.contact, provider.url) if provider else ()
    reached = [say("{where}", where=Code(each)) for each in known if each]
    return lines(
        Html(_("Please send it on, with the evidence that follows here, and to nobody else.")),
        Html(" · ".join(reached)) if reached else None,
    )
