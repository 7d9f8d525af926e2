"""What the papers of a dispute have in common: who the sides are, before whom it is, how, and about how much."""

from decimal import Decimal

from backoffice import documents, providers, rights
from backoffice.disputes import choosing
from backoffice.money import Amount
from backoffice.provider_file import Provider
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import money
from bot.disputes.cards import LABELS, METHODS
from bot.i18n import _
from bot.paper_parts import Fact, code, facts, name
from bot.paper_text import LONGEST_WORD, Paragraph, fill, said
from bot.texts import language
from storage.complaints import Complaint
from storage.disputes import Dispute, Outcome, Referral, of_case
from storage.documents import Document
from storage.people import Staff


def referral_of(work: Work, document: Document) -> Referral:
    """The way outside of which the document tells. Raises LookupError if it tells of none."""
    found = documents.referral_of(work, document)
    if found is None:
        raise LookupError("this document belongs to no referral")
    return found


def dispute_of(work: Work, document: Document) -> Dispute | None:
    """The dispute to which it belongs: that of its outcome or way; else the last that had begun when it was issued."""
    referral = documents.referral_of(work, document)
    outcome = work.db.get(Outcome, document.outcome_id) if document.outcome_id else None
    if (owner := outcome or referral) is not None:
        return work.db.get(Dispute, owner.dispute_id)
    begun = [each for each in of_case(work.db, document.complaint_id) if each.opened_at <= document.issued_at]
    return begun[-1] if begun else None


def provider_of(work: Work, document: Document) -> Provider | None:
    """Before whom it is, or to whom the customer takes it. None: the two sides alone, or it is not known any more."""
    if document.provider:
        return providers.find(work, document.provider)
    referral = documents.referral_of(work, document)
    return choosing.provider_of(work, referral) if referral else None


def addressed(provider: Provider | None) -> list[str]:
    """Its name, and how it is reached as far as that is known."""
    if provider is None:
        return []
    reached = " · ".join(code(each) for each in (provider.contact, provider.url) if each)
    return [name(provider.words[language()]), reached]


def called(provider: Provider | None) -> str:
    return name(provider.words[language()]) if provider else ""


# ------------------------------------------------------------------ the sides


def customer(complaint: Complaint, longest: int = LONGEST_WORD) -> str:
    """The name that the customer gave, if they gave one and want it told. `longest`: letters that stay together."""
    if complaint.anonymous:
        return _("Does not give their name")
    return name(complaint.name, longest) or _("Name not given")


def organisation(work: Work) -> str:
    return name(work.organisation.name[language()])


def role(work: Work, person_id: int | None) -> str:
    """What a member of staff speaks as: by role, never by name, also if they have left."""
    staff = work.db.get(Staff, person_id) if person_id else None
    spoken = next((each for each in rights.SPEAKERS if staff and each in staff.roles), None)
    return work.organisation.roles[spoken][language()] if spoken else ""


def represented(work: Work, complaint: Complaint) -> str:
    known = role(work, complaint.representative_id)
    return fill(_("represented by: {role}"), role=known) if known else ""


def parties(work: Work, complaint: Complaint, *, contact: bool = False) -> list[Fact]:
    """Both sides; with the customer's `contact` only on a paper that is the customer's own."""
    reached = fill(_("Contact: {contact}"), contact=name(complaint.contact)) if contact and complaint.contact else ""
    company = fill(_("for {company}"), company=name(complaint.company)) if complaint.company else ""
    ours = [organisation(work), represented(work, complaint)]
    if contact:
        ours.append(fill(_("Contact: {contact}"), contact=name(work.organisation.contact[language()])))
    return facts(
        (str(LABELS[CUSTOMER]), [customer(complaint), company, reached]),
        (str(LABELS[ORGANISATION]), ours),
    )


# ------------------------------------------------------------------ what it is about


def method(referral: Referral | None) -> str:
    return str(METHODS[referral.method]) if referral else ""


def amount(work: Work, dispute: Dispute | None) -> str:
    found = choosing.amount_of(work, dispute) if dispute else None
    return money.shown(found) if found else ""


def money_of(value: str | None, currency: str | None) -> str:
    """An amount of money as it is kept."""
    return money.shown(Amount(Decimal(value), currency)) if value and currency else ""


def remedy(work: Work, what: str, words: str | None = None) -> tuple[str, list[Paragraph]]:
    """The remedy by its name in the organisation's file (nothing, if it is described in words), and the words."""
    known = work.organisation.find_remedy(what)
    return (known.words[language()] if known else ""), said(words, language())
