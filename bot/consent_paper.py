"""The record of a consent: the text exactly as each side saw it, who agreed to it, when and in whose name (annex C)."""

from typing import Any

from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import dispute_paper
from bot.dispute_paper import addressed, dispute_of, method, provider_of, referral_of
from bot.i18n import _
from bot.paper_parts import Section, code, day, facts, grouped, moment, name
from bot.paper_text import fill, said
from storage.complaints import Complaint
from storage.consents import Consent
from storage.disputes import Referral
from storage.documents import Document

WHOLE = 64  # hex letters of a SHA-256


def body(work: Work, document: Document) -> dict[str, Any]:
    """Of every side that consented to this way. LookupError if nobody did."""
    complaint, referral = work.db.get_one(Complaint, document.complaint_id), referral_of(work, document)
    found = given(work, referral)
    if not found:
        raise LookupError("nobody consented")
    dispute = dispute_of(work, document)
    return {
        "title": _("Record of consent"),
        "facts": facts(
            (_("Document number"), [code(document.number)]),
            (_("Date"), [day(document.issued_at)]),
            (_("Tracking code"), [code(complaint.code)]),
            (_("Dispute number"), [code(dispute.number if dispute else None)]),
            (_("Provider"), addressed(provider_of(work, document))),
            (_("Method"), [method(referral)]),
        ),
        "sections": [_record(work, complaint, side, consent) for side, consent in found],
    }


def given(work: Work, referral: Referral) -> list[tuple[str, Consent]]:
    """The consents that were given to this way, the customer's first."""
    ids = {CUSTOMER: referral.customer_consent_id, ORGANISATION: referral.our_consent_id}
    return [(side, work.db.get_one(Consent, each)) for side, each in ids.items() if each is not None]


def capacity(consent: Consent) -> str:
    """In whose name, where not in their own."""
    return fill(_("In the name of: {capacity}"), capacity=name(consent.capacity)) if consent.capacity else ""


# ------------------------------------------------------------------ inside


def _record(work: Work, complaint: Complaint, side: str, consent: Consent) -> Section:
    if side == CUSTOMER:
        heading, who = _("Consent of the customer"), dispute_paper.customer(complaint)
    else:
        heading, who = _("Consent of the organisation"), dispute_paper.organisation(work)
    spoken = dispute_paper.role(work, consent.person_id) if side == ORGANISATION else ""
    rows = facts(
        (_("Given by"), [who, fill(_("represented by: {role}"), role=spoken) if spoken else "", capacity(consent)]),
        (_("Date and time"), [moment(consent.at)]),
        (_("Reference of the message"), [code(message(consent))]),
        (_("Version of the text"), [code(consent.version)]),
        (_("SHA-256 of the text"), [code(each) for each in _lines(consent.sha256)]),
    )
    text = said(consent.text, consent.language)
    return {
        "heading": heading,
        "style": "record",
        "rows": rows,
        "label": _("The text as it was shown"),
        "paragraphs": text,
    }


def message(consent: Consent) -> str:
    """The reference of the message that showed it: its keyed hash, for nobody outside to read anything from."""
    return f"{consent.message % 2**64:016X}" if consent.message is not None else ""


def _lines(digest: str) -> list[str]:
    """All of a digest, in two lines of the same length."""
    whole = grouped(digest, WHOLE)
    half = len(whole) // 2
    return [whole[:half].strip(), whole[half:].strip()]
