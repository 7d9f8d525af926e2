"""What both sides are told of the choice of a way: the text to consent to, who leads it, why a way is closed."""

from datetime import datetime

from backoffice.disputes import consents, resolvers
from backoffice.disputes.phases import CHOOSING, Phase, is_in
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from bot import cards
from bot.customer.mine import case_buttons
from bot.disputes import cards as disputes
from bot.disputes import consent, offer, sides
from bot.i18n import _, __
from bot.keyboards import SUCCESS, button, desk, keyboard
from bot.notice import Notice, Said, template
from bot.texts import Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Entry
from storage.disputes import Referral

CLOSED_BY_CUSTOMER = {
    "refused": __("You do not consent to this way, so it is closed."),
    "no_consent": __("Your consent has not come in time, so this way is closed."),
    "withdrawn": __("You have ended this way."),
}
OUR_SILENCE = __("We have not consented in time, so this way is closed. We are sorry.")
CLOSED = {
    "no_consent": __("Not both sides have consented in time, so this way is closed."),
    "withdrawn": __("We have ended this way. We are sorry."),
    "declined": __("The third party does not take it up."),
    "conflict": __("The third party has nobody who is free of conflict in this matter."),
    "silent": __("The third party has not answered in time. We are sorry."),
    "resolver_gone": __("Whoever led it is not available any more. We are sorry."),
    "no_settlement": __("The mediator sees no agreement."),
    "time_up": __("The time for it is over, and there is no agreement."),
    "not_accepted": __("Not both sides accept it, so it does not take effect."),
}


@template
def consent_wanted(notice: Notice) -> Said | None:
    """The whole text, as it is kept; the customer answers under it. It comes again if it changed after their yes."""
    referral = _referral(notice)
    over = referral.ended is not None or not is_in(notice.case, Phase.AWAITING_CONSENT)
    if over or referral.customer_consent_id is not None or consents.unknown(notice.work, referral):
        return None
    version, text = consent.wording(notice.work, referral)
    first = consent.anew() if notice.params.get("again") else None
    named, footer = consent.under_name(notice.case), cards.footer(notice.work, notice.case)
    said = paragraphs(first, consent.shown(text), named, footer)
    return said, consent.choices(notice.work, notice.case, consent.mark(version, text), CUSTOMER)


@template
def we_consented(notice: Notice) -> Said | None:
    referral = _referral(notice)
    over = referral.ended is not None or not is_in(notice.case, Phase.AWAITING_CONSENT)
    if over or referral.customer_consent_id is not None:
        return None
    return _told(
        notice,
        _("✅ We have consented too."),
        _("As soon as you consent, the third party gets the file. Until then nothing about you is passed on."),
    )


@template
def file_sent(notice: Notice) -> Said | None:
    referral = _referral(notice)
    if referral.ended is not None:
        return None
    return _told(
        notice,
        _("✅ Both sides have consented."),
        say(_("The file goes to: {provider}"), provider=disputes.provider(notice.work, referral)),
        _("You get a copy of what they get. Next they say whether they take it up, and that they are independent."),
    )


@template
def resolver_accepted(notice: Notice) -> Said | None:
    """Who leads it, what they declare, and until when either side can object to them."""
    referral = _referral(notice)
    until = resolvers.object_until(notice.work, referral)
    if until is None or referral.ended is not None:
        return None
    customer = notice.person.id == notice.case.customer_id
    who = say(_("Third party: {provider}"), provider=disputes.provider(notice.work, referral)) if customer else None
    parts = (
        lines(
            who,
            say(_("It is led by: {name}"), name=referral.resolver_name or ""),
        ),
        lines(Html(_("Their declaration of independence:")), disputes.declared(referral, 1000)),
        say(_("If you doubt it, you can say so until {date}; then somebody else is asked."), date=until)
        if resolvers.may_object(notice.work, notice.case, referral, CUSTOMER if customer else ORGANISATION)
        else None,
    )
    return _to_side(notice, _("✅ The third party has accepted."), *parts)


@template
def objection_heard(notice: Notice) -> Said:
    return _to_side(
        notice,
        _("The person who led it leaves the case: one side doubts that they are independent."),
        _("Somebody else is asked. What was said so far stays confidential."),
    )


@template
def way_closed(notice: Notice) -> Said | None:
    """Why, our reason where we gave one, and what is open now."""
    work, case, referral = notice.work, notice.case, _referral(notice)
    if not is_in(case, *CHOOSING):
        return None
    entry = work.db.get(Entry, notice.params["entry_id"] or 0)
    text = paragraphs(
        bold(why(notice, referral)),
        _reason(notice, referral),
        lines(Html(_("What we say about it:")), quote(entry.text, 1000)) if entry else None,
        lines(Html(_("What the third party says:")), quote(referral.ended_words, 1000))
        if referral.ended_by == RESOLVER and referral.ended_words
        else None,
        offer.suggestion(work, case),
        cards.footer(work, case),
    )
    return text, case_buttons(work, case)


def why(notice: Notice, referral: Referral) -> str:
    """Who or what closed it."""
    ended = referral.ended or ""
    if referral.ended_by == CUSTOMER and ended in CLOSED_BY_CUSTOMER:
        return str(CLOSED_BY_CUSTOMER[ended])
    if referral.ended_by == ORGANISATION and ended == "no_consent":
        return str(OUR_SILENCE)
    if notice.work.organisation.refusal_reason(ended) is not None:
        return _("We do not consent to this way.")
    return str(CLOSED.get(ended, _("This way is closed.")))


def _reason(notice: Notice, referral: Referral) -> str | None:
    found = notice.work.organisation.refusal_reason(referral.ended or "")
    return found.told[language()] if found and referral.ended_by == ORGANISATION else None


def reminded(notice: Notice, target: str, until: datetime) -> Said:
    """What waits for the customer in a dispute, until when, and what happens then."""
    work, case = notice.work, notice.case
    title, then = {
        "external_offer": (
            _("Your complaint waits for your choice."),
            _("If we hear nothing by {date}, we close the complaint as unresolved. You can come back to it."),
        ),
        "consent": (
            _("Your consent is still missing."),
            _("If we hear nothing by {date}, this way is closed, and you choose another one."),
        ),
        "reflection": (
            _("A proposal waits for your answer."),
            _("If we hear nothing by {date}, it counts as not accepted."),
        ),
        "customer_confirm": (
            _("Is it done? Your confirmation is missing."),
            _("If we hear nothing by {date}, we take it as done and close the complaint."),
        ),
    }[target]
    text = paragraphs(
        bold(title),
        offer.suggestion(work, case) if target == "external_offer" else None,
        say(then, date=until),
        cards.footer(work, case),
    )
    return text, case_buttons(work, case)


def _to_side(notice: Notice, title: str, *more: str | None) -> Said:
    """In the manner of whichever side is told."""
    if notice.person.id == notice.case.customer_id:
        return _told(notice, title, *more)
    text = paragraphs(bold(title), sides.ending(notice.work, notice.case, "staff"), *more)
    return text, keyboard(button(_("Open the dispute"), desk("dispute", notice.case), SUCCESS))


def _told(notice: Notice, title: str, *more: str | None) -> Said:
    text = paragraphs(bold(title), *more, cards.footer(notice.work, notice.case))
    return text, case_buttons(notice.work, notice.case)


def _referral(notice: Notice) -> Referral:
    return notice.work.db.get_one(Referral, notice.params["referral_id"])
