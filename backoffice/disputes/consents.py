"""The consent of both sides (ISO 10003, 4.6 and annex C): informed, separate, kept as it was shown, and free to end.

No provider learns anything before both are there; another provider or another method needs both anew.
"""

import hashlib
from typing import Any, cast

from backoffice import account_cases, documents, errors, phases, providers, rights
from backoffice.disputes import course, failing, resolvers
from backoffice.disputes.choosing import provider_of
from backoffice.disputes.phases import DETERMINATIVE, Phase, Step, is_in
from backoffice.disputes.speaking import ours, tell_customer, tell_top, tell_us
from backoffice.entries import add_entry
from backoffice.informing import inform
from backoffice.organisation import LegalText
from backoffice.provider_file import NAMED, Method
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.words import required, tidy, within
from backoffice.work import Work
from storage.complaints import Complaint
from storage.consents import Consent
from storage.disputes import Referral, outcomes_of

KIND, REFUSAL = "dispute", "dispute_refusal"  # of the consent, and of the entry that says why we refuse
LEFT = "dispute_left"  # kind of the entry that says why we end it
RECORD = "consent_record"  # kind of the document that both sides keep
MAX_CAPACITY = 200
ENDING = (Phase.AWAITING_PROVIDER, Phase.IN_PROGRESS, Phase.NEGOTIATING)  # where a consent can be taken back


def text(work: Work, referral: Referral, language: str) -> LegalText:
    """What is agreed to, in this language; its version changes with the words and with anything it says."""
    provider = provider_of(work, referral)
    if provider is None or unknown(work, referral):
        raise errors.Stale(complaint=referral.complaint_id)
    return work.organisation.consent(provider, cast("Method", referral.method), language)


def unknown(work: Work, referral: Referral) -> bool:
    """Whether its provider stands in no file any more: nobody can consent to what is not known."""
    code = referral.provider
    return code is not None and not code.startswith(NAMED) and providers.find(work, code) is None


def missing(work: Work, complaint: Complaint) -> list[str]:
    """Which sides have not consented yet."""
    referral = course.referral(work, complaint)
    given = {CUSTOMER: referral.customer_consent_id, ORGANISATION: referral.our_consent_id}
    return [each for each, consent in given.items() if consent is None]


def agree(
    work: Work,
    complaint: Complaint,
    version: str,
    language: str,
    shown: str,
    *,
    message: int | None = None,
    capacity: str | None = None,
) -> Referral:
    """One side consents to the text exactly as it was `shown`; with both, the file goes to the provider (T59).

    `message`: keyed hash of the message that showed it. `capacity`: in whose name, where the customer is under 18 or
    somebody acts for them. Raises errors.DisputeRefused (outdated, twice) and errors.Stale when it is over.
    """
    side = rights.side(work, complaint)
    course.running(work, complaint, Phase.AWAITING_CONSENT)
    referral = course.referral(work, complaint)
    if side not in missing(work, complaint):
        raise errors.DisputeRefused(why="twice", complaint=complaint.id)
    if version != text(work, referral, language).version:
        raise errors.DisputeRefused(why="outdated", complaint=complaint.id)
    consent = _kept(work, referral, version, language, shown, message, capacity)
    if side == CUSTOMER:
        referral.customer_consent_id = consent.id
    else:
        ours(work, complaint)
        referral.our_consent_id = consent.id
    phases.touch(work, complaint)
    work.record("referral.consented", complaint, referral=referral.id, side=side, sha256=consent.sha256)
    again = _renew(work, complaint, referral, version)
    if missing(work, complaint):
        if side == CUSTOMER:
            wanted = "our_consent_wanted" if again else "customer_consented"
            tell_us(work, complaint, wanted, referral_id=referral.id, again=again)
        else:
            wanted = "consent_wanted" if again else "we_consented"
            tell_customer(work, complaint, wanted, referral_id=referral.id, again=again)
        return referral
    referral.consented_at = work.now
    course.advance(work, complaint, Step.CONSENTED, referral=referral.id)
    documents.issue(work, complaint, RECORD, referral_id=referral.id)
    resolvers.refer(work, complaint, referral)
    inform(work, complaint, "consented")
    return referral


def refuse(
    work: Work, complaint: Complaint, *, reason: str | None = None, words: str | None = None, turn: int | None = None
) -> None:
    """One side does not consent: the other ways stay open (T56, T60). The organisation gives a reason of its file and
    says it in words; it cannot refuse where law or contract binds it to take part."""
    side = rights.side(work, complaint)
    course.running(work, complaint, Phase.AWAITING_CONSENT)
    entry_id = None
    if side == ORGANISATION:
        _may_refuse(work, complaint, reason)
        ours(work, complaint)
        entry_id = add_entry(work, complaint, REFUSAL, required(words or "")).id
    why = reason or "refused"
    referral = failing.close_way(work, complaint, Step.REFUSED, why, by=side, words=words, turn=turn, entry_id=entry_id)
    if side == ORGANISATION:
        tell_top(work, complaint, "we_refused", referral_id=referral.id)


def lapse(work: Work, complaint: Complaint) -> None:
    """Not both have consented in time (T60); which side did not is kept, and our own silence is heard of above."""
    absent = missing(work, complaint)
    by = absent[0] if len(absent) == 1 else None
    referral = failing.close_way(work, complaint, Step.REFUSED, "no_consent", by=by, silent=absent)
    if ORGANISATION in absent:
        tell_top(work, complaint, "we_refused", referral_id=referral.id)


def withdraw(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """One side ends it before anything was agreed (T65, T69): the provider loses the file at once, what was said there
    stays sealed, and the other ways stay open; why we end it the customer reads. Where a decision was agreed to bind
    both, its rules say whether."""
    side = rights.side(work, complaint)
    may_leave(work, complaint)
    words, entry_id = tidy(words), None
    if side == ORGANISATION:
        _may_not_stay_away(work, complaint)
        ours(work, complaint)
        entry_id = add_entry(work, complaint, LEFT, required(words)).id
    facts: dict[str, Any] = {"by": side, "words": words or None, "entry_id": entry_id}
    failing.close_way(work, complaint, Step.FAILED, "withdrawn", turn=turn, **facts)


def may_leave(work: Work, complaint: Complaint) -> None:
    """Raises errors.Stale where there is nothing to leave, and errors.DisputeRefused (bound)."""
    course.running(work, complaint, *ENDING)
    if irrevocable(work, complaint):
        raise errors.DisputeRefused(why="bound", complaint=complaint.id)


def irrevocable(work: Work, complaint: Complaint) -> bool:
    """Whether a decision was agreed to bind both sides, so that neither can leave once it has begun; or one held, and
    is looked at again: nobody gets out of it by an appeal."""
    if not is_in(complaint, Phase.IN_PROGRESS):
        return False
    referral = course.referral(work, complaint)
    held = (each.in_force_at is not None for each in outcomes_of(work.db, referral.dispute_id)
            if each.referral_id == referral.id)  # fmt: skip
    return any(held) or binds_both(work, referral)


def binds_both(work: Work, referral: Referral) -> bool:
    """Whether its decision will bind both sides."""
    provider = provider_of(work, referral)
    return provider is not None and referral.method == DETERMINATIVE and provider.binding == "both"


def must_take_part(work: Work, complaint: Complaint) -> bool:
    """Whether law or contract obliges the organisation to take part in the way that is tried (T56). No contract obliges
    anybody to accept a person whom the other side named."""
    referral = course.referral(work, complaint)
    provider = provider_of(work, referral)
    if provider is None:
        return False
    agreed = not provider.named and account_cases.bound(work, complaint, referral.method)
    return provider.binds_us or bool(agreed)


# ------------------------------------------------------------------ inside


def _may_not_stay_away(work: Work, complaint: Complaint) -> None:
    if must_take_part(work, complaint):
        raise errors.DisputeRefused(why="must_take_part", complaint=complaint.id)


def _kept(
    work: Work, referral: Referral, version: str, language: str, shown: str, message: int | None, capacity: str | None
) -> Consent:
    in_name_of = within(capacity, MAX_CAPACITY) or None
    if work.actor.id is None:
        raise errors.NotAllowed(action="take_part")
    consent = Consent(
        person_id=work.actor.id,
        kind=KIND,
        version=version,
        language=language,
        text=shown,
        sha256=hashlib.sha256(shown.encode()).hexdigest(),
        at=work.now,
        referral_id=referral.id,
        capacity=in_name_of,
        message=message,
    )
    work.db.add(consent)
    work.db.flush()
    return consent


def _renew(work: Work, complaint: Complaint, referral: Referral, version: str) -> bool:
    """Both sides consent to one and the same text: whoever said yes before it changed is asked once more."""
    given = {CUSTOMER: referral.customer_consent_id, ORGANISATION: referral.our_consent_id}
    held = {side: work.db.get_one(Consent, number) for side, number in given.items() if number is not None}
    outdated = [side for side, consent in held.items() if consent.version != version]
    if CUSTOMER in outdated:
        referral.customer_consent_id = None
    if ORGANISATION in outdated:
        referral.our_consent_id = None
    for side in outdated:
        work.record("referral.consent_outdated", complaint, referral=referral.id, side=side)
    return bool(outdated)


def _may_refuse(work: Work, complaint: Complaint, reason: str | None) -> None:
    _may_not_stay_away(work, complaint)
    if reason is None or work.organisation.refusal_reason(reason) is None:
        raise errors.Invalid(what="unknown_choice")
