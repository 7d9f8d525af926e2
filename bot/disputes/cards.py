"""A dispute in words: where it stands, who leads it, what happens next and by when."""

from datetime import datetime

from backoffice import rights
from backoffice.disputes import choosing, consents, outcomes
from backoffice.disputes.outcomes import REFLECTION
from backoffice.disputes.phases import ADVISORY, CHOOSING, DETERMINATIVE, DIRECT, FACILITATIVE, TALKING, Phase, of
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from backoffice.targets import OF_DISPUTE
from backoffice.work import Work
from bot.i18n import _, __
from bot.texts import Code, Html, language, lines, quote, say
from storage.clocks import running as running_on
from storage.complaints import Complaint
from storage.disputes import Dispute, Referral

P = Phase
STAGES = {
    P.OFFERED: __("the ways outside are open"),
    P.NEGOTIATING: __("direct talks"),
    P.AWAITING_CONSENT: __("waiting for the consent of both sides"),
    P.AWAITING_PROVIDER: __("put before a third party"),
    P.IN_PROGRESS: __("with a third party"),
    P.RECOMMENDED: __("a recommendation waits for both sides"),
    P.FAILED: __("no agreement, other ways are open"),
    P.IMPLEMENTING: __("what was agreed is being carried out"),
    P.CONFIRMING: __("waiting for your confirmation"),
}
STAFF_STAGES = {
    **STAGES,
    P.OFFERED: __("the customer chooses the next way"),
    P.FAILED: __("no agreement yet, the customer chooses another way"),
    P.CONFIRMING: __("waiting for the customer's confirmation"),
}
METHODS = {
    FACILITATIVE: __("Mediation"),
    ADVISORY: __("Recommendation of a third party"),
    DETERMINATIVE: __("Decision of a third party"),
    DIRECT: __("Direct talks"),
}
LABELS = {CUSTOMER: __("Customer"), ORGANISATION: __("Organisation"), RESOLVER: __("Mediator")}  # before a colon
SIDES = {CUSTOMER: __("the customer"), ORGANISATION: __("the organisation"), RESOLVER: __("the mediator")}


def stage(complaint: Complaint) -> str:
    """Where it stands, for the customer."""
    return str(STAGES[of(complaint) or P.OFFERED])


NEXT = {
    P.NEGOTIATING: (__("Next: we talk directly, until {date}."), __("Next: we talk directly.")),
    P.AWAITING_CONSENT: (__("Next: our consent, by {date}."), __("Next: our consent.")),
    P.AWAITING_PROVIDER: (__("Next: the third party answers by {date}."), __("Next: the third party's answer.")),
    P.IN_PROGRESS: (__("Next: the third party's result, by {date}."), __("Next: the third party's result.")),
    P.IMPLEMENTING: (__("Next: what was agreed is done by {date}."), __("Next: what was agreed is done.")),
    P.CONFIRMING: (__("Next: tell us by {date} whether it is done."), __("Next: tell us whether it is done.")),
}
CHOICE = (__("Next: choose by {date} how it goes on."), __("Next: choose how it goes on."))
CONSENT = (__("Next: tell us by {date} whether you consent."), __("Next: tell us whether you consent."))
MEDIATION = (__("Next: the mediation, until {date}."), __("Next: the mediation."))
OUR_ANSWER = (__("Next: our answer to the proposal, by {date}."), __("Next: our answer to the proposal."))
PROPOSAL = (__("Next: answer the proposal by {date}."), __("Next: answer the proposal."))


def next_step(work: Work, complaint: Complaint) -> Html:
    """The customer's third line: what happens next, and by when."""
    (with_date, without), proposal = _next(work, complaint)
    until = limit(work, complaint, REFLECTION if proposal else None)
    return say(str(with_date), date=until) if until else Html(str(without))


def _next(work: Work, complaint: Complaint) -> tuple[tuple[object, object], bool]:
    """The sentence, with and without a date, and whether it speaks of a proposal that waits."""
    phase = of(complaint) or P.OFFERED
    waiting = outcomes.waiting(work, complaint) if phase in (*TALKING, *CHOOSING, P.RECOMMENDED) else None
    if waiting is not None:
        return (PROPOSAL if waiting.customer is None else OUR_ANSWER), True
    if phase is P.AWAITING_CONSENT and CUSTOMER in consents.missing(work, complaint):
        return CONSENT, False
    if phase is P.IN_PROGRESS and is_mediation(work, complaint):
        return MEDIATION, False
    return NEXT.get(phase, CHOICE), False


def limit(work: Work, complaint: Complaint, only: str | None = None) -> datetime | None:
    """When the phase ends: a target before its limit is for us alone, and a proposal has a date of its own unless
    nothing else runs. `only`: this one of them."""
    ends = {
        row.target: row.due_at or work.organisation.due(row.target, complaint.severity, work.now)
        for row in running_on(work.db, complaint.id)
        if row.target in OF_DISPUTE and not row.target.endswith("_target") and row.target != "adjourned"
    }
    if only is not None:
        return ends.get(only)
    return min((until for name, until in ends.items() if name != REFLECTION), default=ends.get(REFLECTION))


def is_mediation(work: Work, complaint: Complaint) -> bool:
    """Whether somebody helps the two sides to agree, so that they talk here."""
    referral = current(work, complaint)
    return referral is not None and referral.method == FACILITATIVE


def dispute(work: Work, complaint: Complaint) -> Dispute | None:
    return work.db.get(Dispute, complaint.dispute_id) if complaint.dispute_id else None


def current(work: Work, complaint: Complaint) -> Referral | None:
    """The way that is tried now."""
    found = dispute(work, complaint)
    return work.db.get(Referral, found.referral_id) if found and found.referral_id else None


def provider(work: Work, referral: Referral) -> Html:
    """Who it is: as the register has it, or as the customer named them; of direct talks that they are."""
    found = choosing.provider_of(work, referral)
    return say("{name}", name=found.words[language()]) if found else Html(unnamed(direct=referral.method == DIRECT))


def unnamed(*, direct: bool) -> str:
    """Where no provider is known: the two sides talk alone, or a body decided and nobody said which."""
    return str(METHODS[DIRECT]) if direct else _("a public body")


def method(referral: Referral) -> str:
    return str(METHODS[referral.method])


def head(work: Work, complaint: Complaint) -> Html:
    """The first lines of a card of staff and resolvers: number, where it stands, by when, with whom."""
    found, referral, until = dispute(work, complaint), current(work, complaint), limit(work, complaint)
    return lines(
        say("{code}", code=Code(complaint.code or "")),
        say(_("Number of the dispute: {dispute}"), dispute=Code(found.number)) if found else None,
        say("<b>{turn}</b>", turn=Html(str(STAFF_STAGES[of(complaint) or P.OFFERED]))),
        say(_("⏳ Until {date}"), date=until) if until else None,
        say(_("Third party: {provider}"), provider=provider(work, referral))
        if referral and referral.method != DIRECT
        else None,
        say(_("Method: {method}"), method=Html(method(referral))) if referral else None,
    )


def party(work: Work, complaint: Complaint) -> str:
    """As whom the actor reads it: what `show` and a reply need to know."""
    return rights.party(work.actor, complaint)


def declaration() -> str:
    """ISO 10003, 4.9 and annex D: what makes a person unfit to resolve a matter."""
    return _(
        "I declare that I am independent in this matter. I am neither related nor close to anybody concerned, have no"
        " interest in its outcome, and have had no part in it before. If that changes, I say so at once. I treat both"
        " sides alike, and keep to myself what I learn here."
    )


def declared(referral: Referral, limit: int) -> Html:
    """The declaration of who leads it: ours in the reader's language, with what they added; or as it was written."""
    if referral.disclosed is None:
        return quote(referral.declaration, limit)
    return quote("\n\n".join(filter(None, (declaration(), referral.disclosed))), limit)
