"""The file of a dispute: what its provider reads of both sides, and what the customer takes to a public body."""

from typing import Any

from backoffice import providers
from backoffice.work import Work
from bot import course_paper
from bot.consent_paper import capacity, given
from bot.dispute_paper import addressed, amount, dispute_of, method, parties, provider_of, referral_of
from bot.disputes.cards import LABELS
from bot.i18n import _
from bot.paper_parts import Fact, Section, about, code, day, facts, grouped, moment, name, section
from bot.paper_text import fill, ours
from bot.texts import language
from storage.complaints import Complaint
from storage.consents import Consent
from storage.documents import Document


def body(work: Work, document: Document) -> dict[str, Any]:
    """For the provider, with the consent of both sides. LookupError if there is no way outside to which it belongs."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    referral, dispute, provider = referral_of(work, document), dispute_of(work, document), provider_of(work, document)
    led_here = referral is not None and referral.resolver_id is not None  # else nobody there could reach the customer
    return {
        "title": _("File of a dispute"),
        "facts": facts(
            (_("Addressed to"), addressed(provider)),
            *_numbers(document, complaint),
            (_("Dispute number"), [code(dispute.number if dispute else None)]),
            (_("Method"), [method(referral)]),
            *_subject(work, complaint),
            (_("Amount in dispute"), [amount(work, dispute)]),
        ),
        "sections": [
            {"heading": _("The parties"), "style": "rows", "rows": parties(work, complaint, contact=not led_here)},
            *course_paper.asked(work, complaint),
            *_told(work, document),
            *_consents(work, document),
            *section(_("What is left out"), "plain", [ours(_left_out() if led_here else _kept_inside(), language())]),
        ],
    }


def bundle(work: Work, document: Document) -> dict[str, Any]:
    """The same in the customer's own hands: with their contact details, for the public body that they turn to."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    provider = providers.find(work, document.provider or "")
    if provider is None:
        raise LookupError("this document is for nobody")
    dispute = dispute_of(work, document)
    needs = [ours(provider.needs[language()], language())] if provider.needs else []
    return {
        "title": _("File of a complaint"),
        "facts": facts(
            (_("Addressed to"), addressed(provider)),
            *_numbers(document, complaint),
            *_subject(work, complaint),
            (_("Amount in dispute"), [amount(work, dispute)]),
        ),
        "sections": [
            {"heading": _("The parties"), "style": "rows", "rows": parties(work, complaint, contact=True)},
            *section(_("What the body wants to see"), "plain", needs),
            *course_paper.asked(work, complaint),
            *_told(work, document),
            *section(_("What is left out"), "plain", [ours(_kept_inside(), language())]),
        ],
    }


# ------------------------------------------------------------------ inside


def _numbers(document: Document, complaint: Complaint) -> list[Fact]:
    return [
        (_("Document number"), [code(document.number)]),
        (_("Date"), [day(document.issued_at)]),
        (_("Tracking code"), [code(complaint.code)]),
    ]


def _subject(work: Work, complaint: Complaint) -> list[Fact]:
    return [
        (_("The complaint is about"), about(work, complaint)),
        (_("Order or contract"), [name(complaint.reference)]),
        (_("It happened on"), [day(complaint.happened_on)]),
    ]


def _told(work: Work, document: Document) -> list[Section]:
    return [
        *course_paper.chronology(work, document),
        *course_paper.positions(work, document),
        *course_paper.offered(work, document),
        *course_paper.evidence(work, document),
    ]


def _consents(work: Work, document: Document) -> list[Section]:
    """Who consented, when, and to which text; the text itself is a document of its own."""
    rows = [_consent(side, each) for side, each in given(work, referral_of(work, document))]
    return [{"heading": _("The consents"), "style": "rows", "rows": rows}] if rows else []


def _consent(side: str, consent: Consent) -> Fact:
    lines = [
        fill(_("Given on {date}"), date=moment(consent.at)),
        capacity(consent),
        fill(_("Version of the text: {version}"), version=code(consent.version)),
        fill(_("SHA-256 of the text: {digest}"), digest=code(grouped(consent.sha256))),
    ]
    return str(LABELS[side]), [each for each in lines if each]


def _kept_inside() -> str:
    return _("Left out: internal notes of the organisation, and the names of its staff.")


def _left_out() -> str:
    """By right: who may not read something does not get it here either."""
    return _(
        "Left out, because only those who handle the complaint may read it: how the customer is reached, internal"
        " notes of the organisation, and the names of its staff."
    )
