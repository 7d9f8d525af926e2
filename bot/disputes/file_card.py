"""The file of a dispute for whoever resolves it: the parties, the matter, consents, dates, what was offered.

Contact details, internal notes and the names of staff are not in it; the customer's name stands there for who asks.
"""

from backoffice import hearing
from backoffice.disputes import choosing, dossier, outcomes
from backoffice.disputes.phases import Phase, is_in
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import cards as case_cards
from bot import masked, review_cards
from bot.disputes import cards
from bot.i18n import _
from bot.money import shown
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.complaints import Complaint, answers_of
from storage.consents import Consent
from storage.disputes import Referral

STORY = 700  # UTF-16 units; all of it stands among what was said
ANSWERS = 2


def line(work: Work, complaint: Complaint) -> Html:
    """Two lines in the list: number and by when, where it stands."""
    until = cards.limit(work, complaint)
    due = case_cards.due(work, until)
    stands = _("It waits for your word.") if is_in(complaint, Phase.AWAITING_PROVIDER) else cards.stage(complaint)
    code = Code(complaint.code or "")
    return lines(say("{code} · {due}", code=code, due=due) if due else say("{code}", code=code), Html(stands))


def file(work: Work, complaint: Complaint) -> Html:
    """What is before them; everything that was said is a tap away."""
    referral = cards.current(work, complaint)
    return paragraphs(
        cards.head(work, complaint),
        parties(work, complaint),
        matter(work, complaint),
        case_cards.story_of(hearing.heard(work, complaint), dossier.evidence(work, complaint), STORY),
        *(review_cards.earlier(work, each) for each in answers_of(work.db, complaint.id)[-ANSWERS:]),
        consents(work, referral) if referral else None,
        dates(work, referral) if referral else None,
        Html(_("Terms wait for an answer.")) if outcomes.waiting(work, complaint) else None,
    )


def parties(work: Work, complaint: Complaint) -> Html:
    return lines(
        bold(_("The parties")),
        masked.customer(complaint),
        say(_("Company: {name}"), name=complaint.company) if complaint.company else None,
        say(_("Organisation: {name}"), name=work.organisation.name[language()]),
        say(_("The customer writes in: {language}"), language=Html(case_cards.language_name(complaint.language))),
    )


def matter(work: Work, complaint: Complaint) -> Html:
    dispute = cards.dispute(work, complaint)
    amount = choosing.amount_of(work, dispute) if dispute else None
    return lines(
        bold(_("The matter")),
        case_cards.facts(work, complaint),
        say(_("In dispute: {amount}"), amount=Html(shown(amount))) if amount else None,
    )


def consents(work: Work, referral: Referral) -> Html:
    """That both sides agreed to this way, and when."""
    given = ((CUSTOMER, referral.customer_consent_id), (ORGANISATION, referral.our_consent_id))
    return lines(bold(_("Consent")), *(consent(work, side, number) for side, number in given))


def consent(work: Work, side: str, consent_id: int | None) -> Html:
    found = work.db.get(Consent, consent_id) if consent_id else None
    who = Html(str(cards.LABELS[side]))
    if found is None:
        return say(_("{side}: not given"), side=who)
    text = say(_("✅ {side}: {date}"), side=who, date=found.at)
    return say("{text} ({capacity})", text=text, capacity=found.capacity) if found.capacity else text


def dates(work: Work, referral: Referral) -> Html:
    moments = (
        (_("Put before you by both: {date}"), referral.consented_at),
        (_("Accepted by you: {date}"), referral.declared_at),
        (_("Adjourned until {date}"), referral.adjourned_until),
    )
    return lines(
        *(say(template, date=moment) for template, moment in moments if moment),
    )
