"""A dispute on a card for those who speak for the organisation, and what of it is theirs to do now."""

from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backoffice import people, rights
from backoffice.disputes import choosing, consents, outcomes, resolvers, signing, speaking, verdicts
from backoffice.disputes.phases import (
    ADVISORY,
    CHOOSING,
    DETERMINATIVE,
    FACILITATIVE,
    Phase,
    is_in,
    of,
)
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import account_cards, cards, masked
from bot.disputes import cards as disputes
from bot.disputes import clauses
from bot.i18n import _, __
from bot.keyboards import DANGER, SUCCESS, Go, Row, button, desk, keyboard, matter, to_menu
from bot.money import shown
from bot.panel import Event, show
from bot.texts import Html, bold, language, lines, paragraphs, plain, say
from storage.complaints import Complaint
from storage.consents import Consent
from storage.disputes import Outcome, Referral, outcomes_of

P = Phase
DECLARATION = 400  # letters of it on a card
SHOWN = 3  # ways that were tried before
RUNNING = (P.AWAITING_PROVIDER, P.IN_PROGRESS)
WHY_ENDED = {
    "refused": __("no consent"),
    "no_consent": __("no consent in time"),
    "declined": __("declined by the third party"),
    "conflict": __("the third party was not free of conflict"),
    "silent": __("no answer of the third party"),
    "withdrawn": __("one side withdrew"),
    "time_up": __("no agreement in time"),
    "no_settlement": __("ended without a settlement"),
    "not_accepted": __("the recommendation or decision was not accepted"),
    "resolver_gone": __("the mediator is not available any more"),
    "settled": __("settled"),
    "recommended": __("settled as recommended"),
    "decided": __("decided"),
}


async def show_card(
    event: Event, state: FSMContext, work: Work, complaint: Complaint, first: Html | None = None, *, anew: bool = False
) -> None:
    """The card, `first` above it."""
    rights.require(work, "read", complaint)
    text = paragraphs(first, card(work, complaint))
    await show(event, state, text, card_buttons(work, complaint), complaint=complaint, party="staff", anew=anew)


# ------------------------------------------------------------------ what it says


def card(work: Work, complaint: Complaint) -> Html:
    """Where it stands and by when; both sides and their consents; who resolves it; what is on the table."""
    if of(complaint) is None:
        return paragraphs(bold(_("No dispute runs on this case.")), Html(cards.turn(complaint)))
    referral = disputes.current(work, complaint)
    return paragraphs(
        disputes.head(work, complaint),
        lines(
            masked.customer(complaint),
            say(_("Company: {name}"), name=complaint.company) if complaint.company else None,
            say(_("Writes in: {language}"), language=Html(cards.language_name(complaint.language))),
            in_dispute(work, complaint),
            speaker(work, complaint),
        ),
        account_cards.agreed(work, complaint),
        given(work, referral) if referral and asked_for(complaint, referral) else None,
        led_by(work, complaint, referral) if referral and referral.resolver_name else None,
        clauses.on_the_table(work, complaint),
        tried(work, complaint),
    )


def in_dispute(work: Work, complaint: Complaint) -> Html | None:
    found = disputes.dispute(work, complaint)
    amount = choosing.amount_of(work, found) if found else None
    return say(_("In dispute: {amount}"), amount=Html(shown(amount))) if amount else None


def speaker(work: Work, complaint: Complaint) -> Html:
    """Who speaks for the organisation (7.4.2)."""
    if speaking.speaks(work, complaint):
        return Html(_("You speak for the organisation."))
    name = people.name_of(work, complaint.representative_id)
    return say(_("Speaks for the organisation: {name}"), name=name or Html(_("nobody yet")))


def asked_for(complaint: Complaint, referral: Referral) -> bool:
    """Whether both sides are or were asked for their consent: a public body and direct talks need none."""
    return is_in(complaint, P.AWAITING_CONSENT) or referral.consented_at is not None


def given(work: Work, referral: Referral) -> Html:
    """Whose consent is there, and since when."""
    held = ((CUSTOMER, referral.customer_consent_id), (ORGANISATION, referral.our_consent_id))
    return lines(*(consent(work, side, consent_id) for side, consent_id in held))


def consent(work: Work, side: str, consent_id: int | None) -> Html:
    """One side's; a consent in somebody's name says in whose capacity."""
    found = work.db.get(Consent, consent_id) if consent_id else None
    if found is None:
        return say(_("Consent of {side}: not given yet"), side=Html(str(disputes.SIDES[side])))
    given_on = say(_("✅ Consent of {side}: {date}"), side=Html(str(disputes.SIDES[side])), date=found.at)
    return say("{text} ({words})", text=given_on, words=found.capacity) if found.capacity else given_on


def led_by(work: Work, complaint: Complaint, referral: Referral) -> Html:
    """Who accepted, what they declared about their independence, and until when we can object."""
    until = resolvers.object_until(work, referral)
    may = resolvers.may_object(work, complaint, referral, ORGANISATION)
    return lines(
        say(_("Led by: {name}"), name=referral.resolver_name or ""),
        Html(_("Declaration of independence:")),
        disputes.declared(referral, DECLARATION),
        say(_("We can object until {date}."), date=until) if may and until else None,
    )


def tried(work: Work, complaint: Complaint) -> Html | None:
    """The ways that were tried before, the latest last; not the one by which what holds now came about."""
    found = disputes.dispute(work, complaint)
    held = work.db.get(Outcome, found.outcome_id) if found and found.outcome_id else None
    ways = [each for each in choosing.before(work, complaint) if held is None or each.id != held.referral_id]
    before = ways[-SHOWN:]
    if not before:
        return None
    return lines(Html(_("Tried before:")), *(_tried(work, each) for each in before))


def _tried(work: Work, referral: Referral) -> Html:
    return say("• {provider}: {why}", provider=disputes.provider(work, referral), why=why_ended(work, referral))


def why_ended(work: Work, referral: Referral) -> Html:
    return ended(work, referral.ended or "")


def ended(work: Work, code: str) -> Html:
    """Why a way is over; where we refused, our reason as the file words it."""
    reason = work.organisation.refusal_reason(code)
    if reason is not None:
        return say(_("we declined ({reason})"), reason=plain(reason.words[language()]))
    return Html(str(WHY_ENDED.get(code, _("over"))))


# ------------------------------------------------------------------ what can be done now


def card_buttons(work: Work, complaint: Complaint) -> InlineKeyboardMarkup:
    """Exactly what is allowed now; by the phase there are never more than a phone shows."""
    speaks = rights.may(work.actor, "represent", complaint)
    if of(complaint) is None:
        return keyboard([button(_("Open the case"), desk("show", complaint)), *ways(work)])
    found = [
        *to_be_signed(work, complaint),
        *(own_part(work, complaint) if speaks else []),
        *(to_consent(work, complaint) if speaks else []),
        *(to_refer(work, complaint) if speaks else []),
        *(to_talk(work, complaint) if speaks else []),
        *(to_conclude(work, complaint) if speaks else []),
        *(to_end(work, complaint) if speaks else []),
        *to_fulfil(work, complaint),
    ]
    return keyboard(*found, [button(_("Open the case"), desk("show", complaint)), *ways(work)])


def ways(work: Work) -> Row:
    if not rights.may(work.actor, "see_disputes"):
        return [to_menu()]
    return [button(_("Disputes"), Go(to="disputes"))]


def back(work: Work, complaint: Complaint) -> InlineKeyboardButton:
    """To the card of the dispute; for who sees none, to the case."""
    own = rights.may(work.actor, "see_disputes")
    return button(_("Back"), desk("dispute", complaint) if own else desk("show", complaint))


def to_be_signed(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    if to_sign(work, complaint) is None:
        return []
    return [button(_("Read and sign"), matter("sign", complaint), SUCCESS)]


def to_sign(work: Work, complaint: Complaint) -> Outcome | None:
    """What waits for the actor's signature: nobody signs what they wrote themselves."""
    found = disputes.dispute(work, complaint)
    if found is None or not rights.may(work.actor, "sign", complaint):
        return None
    laid = [each for each in outcomes_of(work.db, found.id) if outcomes.is_open(found, each) and is_laid(each)]
    return next((each for each in laid if _is_mine_to_sign(work, complaint, each)), None)


def is_laid(outcome: Outcome) -> bool:
    """Whether it is more than somebody's draft."""
    return outcome.proposed_at is not None or bool(outcome.ours) or outcome.kind == outcomes.DECISION


def _is_mine_to_sign(work: Work, complaint: Complaint, outcome: Outcome) -> bool:
    if not signing.needed(work, complaint, outcome):
        return False
    return work.actor.id in {person.id for person in signing.signers(work, complaint, outcome)}


def own_part(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """Who speaks for us; what it is about in money, as long as that still decides who can be turned to."""
    found = []
    if of(complaint) is not None and not speaking.speaks(work, complaint):
        taken = complaint.representative_id is not None
        text = _("Take over from a colleague") if taken else _("Speak for the organisation")
        found.append(button(text, matter("take_up", complaint)))
    if is_in(complaint, *CHOOSING):
        found.append(button(_("Amount in dispute"), matter("our_amount", complaint)))
    return found


def to_consent(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """Our consent, as long as it is missing; where law or contract binds us, there is nothing to refuse."""
    if not is_in(complaint, P.AWAITING_CONSENT) or ORGANISATION not in consents.missing(work, complaint):
        return []
    return [
        button(_("Read and consent"), matter("consent", complaint), SUCCESS),
        *(
            []
            if consents.must_take_part(work, complaint)
            else [button(_("Do not consent"), matter("refuse_us", complaint), DANGER)]
        ),
    ]


def to_refer(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """A provider without a mediator here: invite one, or write down what it says."""
    if not is_in(complaint, P.AWAITING_CONSENT, P.AWAITING_PROVIDER) or complaint.resolver_id is not None:
        return []
    found = []
    if invitable(work, complaint):
        found.append(button(_("Invite the mediator"), matter("invite_mediator", complaint)))
    if is_in(complaint, P.AWAITING_PROVIDER):
        found.append(button(_("It accepts"), matter("accepts", complaint), SUCCESS))
        found.append(button(_("It declines"), matter("declines", complaint), DANGER))
    return found


def invitable(work: Work, complaint: Complaint) -> bool:
    """Whether the mediation could be led here, and nobody of the provider has joined yet."""
    referral = disputes.current(work, complaint)
    return (
        referral is not None
        and referral.provider is not None
        and referral.method == FACILITATIVE
        and rights.may(work.actor, "invite_resolver")
        and not resolvers.candidates(work, complaint, referral.provider)
    )


def to_talk(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """The rooms and the terms: in direct talks, and where somebody helps both sides to agree."""
    talks = is_in(complaint, P.NEGOTIATING) or (
        is_in(complaint, P.IN_PROGRESS) and disputes.is_mediation(work, complaint)
    )
    if not talks:
        return []
    referral = disputes.current(work, complaint)
    led = is_in(complaint, P.IN_PROGRESS) and speaking.speaks(work, complaint)
    more_time = led and referral is not None and not referral.extended
    return [
        button(_("Conversation"), matter("rooms", complaint), SUCCESS),
        button(_("Terms"), matter("terms", complaint), SUCCESS if outcomes.waiting(work, complaint) else None),
        *([button(_("More time"), matter("more_time", complaint))] if more_time else []),
    ]


def to_conclude(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """What a provider elsewhere, or a public body, tells us; and our answer to what it recommends or decides."""
    found: list[InlineKeyboardButton] = []
    referral, waiting = disputes.current(work, complaint), clauses.waiting(work, complaint)
    if waiting is not None:
        ours = waiting.kind != outcomes.SETTLEMENT and waiting.proposed_at and ORGANISATION in outcomes.missing(waiting)
        answer = button(_("Answer it"), matter("verdict", complaint, str(waiting.id)), SUCCESS)
        return [answer] if ours else []
    if is_in(complaint, *CHOOSING):
        found.append(button(_("A public body has decided"), matter("decide", complaint)))
    elif is_in(complaint, P.IN_PROGRESS) and referral is not None and complaint.resolver_id is None:
        found += reporting(complaint, referral)
    return found


def reporting(complaint: Complaint, referral: Referral) -> list[InlineKeyboardButton]:
    """What a provider elsewhere says we write down, as long as it has nobody here who does."""
    if referral.method not in (ADVISORY, DETERMINATIVE):
        return []
    advises = referral.method == ADVISORY
    return [
        button(_("How far it is"), matter("progress", complaint)),
        button(_("Terms"), matter("terms", complaint)),
        button(_("It recommends"), matter("recommend", complaint), SUCCESS)
        if advises
        else button(_("It has decided"), matter("decide", complaint), SUCCESS),
    ]


def to_end(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    """To object to the person, and to leave the way altogether."""
    referral = disputes.current(work, complaint)
    found = []
    if referral is not None and resolvers.may_object(work, complaint, referral, ORGANISATION):
        found.append(button(_("I doubt that they are independent"), matter("object", complaint)))
    if is_in(complaint, P.NEGOTIATING):
        found.append(button(_("Stop the talks"), matter("we_leave", complaint), DANGER))
    elif is_in(complaint, *RUNNING) and not _held(work, complaint):
        found.append(button(_("Withdraw our consent"), matter("we_leave", complaint), DANGER))
    return found


def _held(work: Work, complaint: Complaint) -> bool:
    """Whether we cannot leave: a decision will bind both sides, or we are bound to take part."""
    return consents.irrevocable(work, complaint) or consents.must_take_part(work, complaint)


def to_fulfil(work: Work, complaint: Complaint) -> list[InlineKeyboardButton]:
    if not is_in(complaint, P.IMPLEMENTING, P.CONFIRMING):
        return []
    duties = [button(_("What is to be done"), matter("our_duties", complaint), SUCCESS)]
    if rights.may(work.actor, "represent", complaint) and verdicts.can_be_appealed(work, complaint):
        duties.append(button(_("We want it decided again"), matter("we_appeal", complaint)))
    return duties
