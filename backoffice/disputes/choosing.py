"""The customer chooses how it goes on: with a provider, in direct talks, or at a public body (T52-T54, T74)."""

from typing import Any, cast

from backoffice import clocks, documents, errors, providers, rights
from backoffice.disputes import course
from backoffice.disputes.outcomes import NOT_ACCEPTED
from backoffice.disputes.phases import CHOOSING, DIRECT, FACILITATIVE, Step
from backoffice.disputes.speaking import tell_customer, tell_us
from backoffice.informing import inform
from backoffice.money import Amount, parse_amount
from backoffice.provider_file import NAMED, Method, Provider
from backoffice.rights import CUSTOMER
from backoffice.words import required, within
from backoffice.work import Work
from storage.complaints import Complaint
from storage.disputes import Dispute, Referral, referrals_of

MAX_NAME, MAX_CONTACT = 100, 200


def state_amount(work: Work, complaint: Complaint, text: str) -> Amount:
    """What the dispute is about in money; some providers take no others. Raises errors.Invalid."""
    rights.side(work, complaint)
    dispute = course.running(work, complaint, *CHOOSING)
    amount = parse_amount(text, work.organisation.currency)
    if amount.currency != work.organisation.currency:
        raise errors.Invalid(what="other_currency", currency=work.organisation.currency)
    dispute.amount = amount.text
    return amount


def amount_of(work: Work, dispute: Dispute) -> Amount | None:
    return parse_amount(dispute.amount, work.organisation.currency) if dispute.amount else None


def choose(work: Work, complaint: Complaint, code: str, method: str, *, turn: int | None = None) -> Referral:
    """Put the dispute before this provider, by this method, if both sides consent (T53, T74)."""
    rights.require(work, "choose_route", complaint)
    dispute = _choosing(work, complaint)
    provider = _eligible(work, complaint, dispute, code)
    if not provider.consent or method not in provider.methods:
        raise errors.Invalid(what="unknown_choice")
    return _put_before(work, complaint, dispute, Referral(provider=code, method=method, **_where(work, dispute)), turn)


def name_mediator(work: Work, complaint: Complaint, name: str, contact: str, *, turn: int | None = None) -> Referral:
    """Put the dispute before a mediator whom the customer knows; the organisation must agree to the person (S21)."""
    rights.require(work, "choose_route", complaint)
    dispute = _choosing(work, complaint)
    name, contact = required(name, MAX_NAME), within(contact, MAX_CONTACT)
    referral = Referral(name=name, contact=contact or None, method=FACILITATIVE, **_where(work, dispute))
    work.db.add(referral)
    work.db.flush()
    referral.provider = f"{NAMED}{referral.id}"
    return _put_before(work, complaint, dispute, referral, turn)


def negotiate(work: Work, complaint: Complaint, *, turn: int | None = None) -> Referral:
    """Talk directly once more, with somebody who may agree to terms; then a third party can still be asked (T52)."""
    rights.require(work, "choose_route", complaint)
    dispute = _choosing(work, complaint)
    if not work.organisation.disputes.negotiation:
        raise errors.Invalid(what="unknown_choice")
    referral = Referral(method=DIRECT, **_where(work, dispute))
    work.db.add(referral)
    work.db.flush()
    dispute.referral_id, dispute.failure = referral.id, None
    course.advance(work, complaint, Step.NEGOTIATED, turn=turn, referral=referral.id)
    tell_us(work, complaint, "talks_wanted")
    return referral


def go_public(work: Work, complaint: Complaint, code: str) -> Provider:
    """A public body needs nobody's consent: the customer gets their own file to take there (T54)."""
    rights.require(work, "choose_route", complaint)
    dispute = course.running(work, complaint, *CHOOSING)
    provider = _eligible(work, complaint, dispute, code)
    if provider.consent:
        raise errors.Invalid(what="unknown_choice")
    work.record("dispute.referred_out", complaint, dispute=dispute.id, provider=code)
    documents.issue(work, complaint, documents.BUNDLE, provider=code)
    tell_us(work, complaint, "gone_public", provider=code)
    return provider


def identify(work: Work, complaint: Complaint, name: str) -> None:
    """An anonymous complainant says who they are: nobody can consent without a name, nor get their money (guard 6)."""
    rights.require(work, "choose_route", complaint)
    complaint.name, complaint.anonymous = required(name, MAX_NAME), False
    work.record("complaint.identified", complaint)


def provider_of(work: Work, referral: Referral) -> Provider | None:
    """Who it is; of a mediator whom the customer named what can be known of them. None: the two sides alone."""
    if referral.provider is None:
        return None
    if referral.provider.startswith(NAMED):
        return providers.named(referral.provider, referral.name or "", referral.contact or "")
    return providers.find(work, referral.provider) or providers.gone(referral.provider, cast("Method", referral.method))


def before(work: Work, complaint: Complaint) -> list[Referral]:
    """What was tried already, oldest first."""
    return [each for each in referrals_of(work.db, complaint.id) if each.ended is not None]


# ------------------------------------------------------------------ inside


def _choosing(work: Work, complaint: Complaint) -> Dispute:
    """A public body's decision may still wait for a signature or an answer: who chooses another way takes it not."""
    if complaint.held_at is not None:  # public bodies stay open (T90)
        raise errors.DisputeRefused(complaint=complaint.id, why="held")
    dispute = course.running(work, complaint, *CHOOSING)
    if dispute.referral_id is not None:
        course.void_terms(work, dispute, NOT_ACCEPTED)
        course.leave(work, complaint, NOT_ACCEPTED, by=CUSTOMER)
    return dispute


def _where(work: Work, dispute: Dispute) -> dict[str, Any]:
    return {"dispute_id": dispute.id, "complaint_id": dispute.complaint_id, "chosen_at": work.now}


def _eligible(work: Work, complaint: Complaint, dispute: Dispute, code: str) -> Provider:
    amount = amount_of(work, dispute)
    found = providers.eligible(work, complaint, amount=amount.value if amount else None)
    if (provider := next((each for each in found if each.code == code), None)) is None:
        raise errors.Invalid(what="unknown_choice")
    return provider


def _put_before(work: Work, complaint: Complaint, dispute: Dispute, referral: Referral, turn: int | None) -> Referral:
    """Both sides are asked for their consent; nothing goes out before both have given it."""
    if complaint.anonymous:
        raise errors.DisputeRefused(why="anonymous", complaint=complaint.id)
    work.db.add(referral)
    work.db.flush()
    dispute.referral_id, dispute.failure = referral.id, None
    course.advance(
        work,
        complaint,
        Step.CHOSEN,
        turn=turn,
        referral=referral.id,
        provider=referral.provider,
        method=referral.method,
    )
    tell_customer(work, complaint, "consent_wanted", referral_id=referral.id, window=clocks.window(work, complaint))
    tell_us(work, complaint, "our_consent_wanted", referral_id=referral.id)
    inform(work, complaint, "consent_asked")
    return referral
