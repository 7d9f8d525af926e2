"""What those who speak for the organisation are told of a dispute, and those who stand above them or sign."""

from aiogram.types import InlineKeyboardButton

from backoffice import people, providers, rights
from backoffice.disputes import choosing, consents
from backoffice.disputes.phases import DIRECT, Phase, is_in
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER
from bot import cards
from bot.disputes import cards as disputes
from bot.disputes import clauses, desk_card
from bot.i18n import _
from bot.keyboards import SUCCESS, button, desk, keyboard, matter
from bot.notice import Notice, Said, door, template
from bot.texts import Code, Html, bold, language, lines, paragraphs, plain, quote, say
from storage.complaints import Entry
from storage.disputes import Lesson, Obligation, Outcome, Referral

QUOTED = 1500  # letters of what is quoted


# ------------------------------------------------------------------ a way is chosen, both consent


@template
def our_consent_wanted(notice: Notice) -> Said | None:
    """Who would resolve it, how, and by when we must have said yes or no; once more if the text changed after that."""
    if not _waits(notice):
        return None
    return _told(
        notice,
        _("The text has changed since we consented. Our consent is wanted once more.")
        if notice.params.get("again")
        else _("The customer has chosen a way outside. Our consent is wanted."),
        _amount(notice),
        _("Without both consents nothing goes to the third party. If we do not consent, the customer reads why."),
    )


@template
def customer_consented(notice: Notice) -> Said | None:
    if not _waits(notice):
        return None
    return _told(notice, _("The customer has consented."), _("Our consent is still missing."))


@template
def talks_wanted(notice: Notice) -> Said:
    return _told(
        notice,
        _("The customer wants to talk directly."),
        _("Take it up if you may agree to terms in the organisation's name, and open the conversation."),
    )


@template
def gone_public(notice: Notice) -> Said:
    listed = providers.find(notice.work, notice.params["provider"])
    return _told(
        notice,
        _("The customer turns to a public body."),
        say(_("Third party: {provider}"), provider=plain(listed.words[language()])) if listed else None,
        _("It needs no consent of ours. The customer has their own file to take there. When it decides, record it."),
    )


@template
def we_refused(notice: Notice) -> Said:
    """To those who answer for the organisation: it does not take part, and why; or it has let the time pass."""
    referral = _referral(notice)
    return _told(
        notice,
        _("We have let the time for our consent to a way outside pass.")
        if referral.ended == "no_consent"
        else _("We do not consent to a way outside that the customer chose."),
        _way(notice, referral),
        desk_card.why_ended(notice.work, referral),
        _said_why(referral),
    )


@template
def way_closed_staff(notice: Notice) -> Said:
    referral = _referral(notice)
    by = {CUSTOMER: _("By the customer"), ORGANISATION: _("By us"), RESOLVER: _("By the third party")}
    return _told(
        notice,
        _("A way outside is closed without a result."),
        _way(notice, referral),
        lines(desk_card.why_ended(notice.work, referral), by.get(referral.ended_by or "")),
        _said_why(referral),
        _("The customer can choose another way. Until then a better answer can still settle it."),
    )


@template
def representation_taken_over(notice: Notice) -> Said:
    name = people.name_of(notice.work, notice.case.representative_id)
    return _told(
        notice,
        _("A colleague speaks for the organisation now."),
        say(_("Speaks for the organisation: {name}"), name=name or Html(_("nobody yet"))),
        _("What is said to us in private there, only they read."),
    )


@template
def speaker_wanted(notice: Notice) -> Said | None:
    """Whoever spoke for us is gone, and what the others say there reaches nobody of ours."""
    if notice.case.representative_id is not None or notice.case.dispute_id is None:
        return None
    return _told(
        notice,
        _("Nobody speaks for the organisation in a dispute now."),
        _("Take it up on the card of the dispute. Until then nobody of ours reads what is said in its rooms."),
    )


# ------------------------------------------------------------------ the third party


@template
def file_to_send(notice: Notice) -> Said | None:
    """Nobody of the provider is here: we carry the file there, or invite its mediator."""
    referral = _referral(notice)
    if referral.ended is not None or notice.case.resolver_id is not None:
        return None
    provider = choosing.provider_of(notice.work, referral)
    where = (provider.contact or provider.url) if provider else ""
    return _told(
        notice,
        _("The file has to be sent to the third party."),
        _way(notice, referral),
        say(_("Contact: {contact}"), contact=where) if where else None,
        _("The file and the evidence follow. Send them there, and record whether it accepts."),
        _("If it mediates, you can invite its mediator here instead."),
    )


# ------------------------------------------------------------------ what comes of it


@template
def consent_reminder(notice: Notice) -> Said | None:
    if not _waits(notice):
        return None
    return _told(
        notice,
        _("⏳ Our consent is still missing."),
        _("If it is not there in time, this way is closed and the customer chooses another one."),
    )


@template
def reflection_reminder(notice: Notice) -> Said | None:
    waiting = clauses.waiting(notice.work, notice.case) if notice.case.dispute_id else None
    if waiting is None or waiting.ours is not None:
        return None
    return _told(
        notice,
        _("⏳ Our answer is still missing."),
        clauses.outcome(notice.work, waiting, QUOTED),
        _("If it is not there in time, it counts as not accepted."),
    )


@template
def signature_wanted(notice: Notice) -> Said | None:
    """To whoever signs: legal, or a second person who may speak for us."""
    outcome = _outcome(notice)
    if outcome is None or outcome.ended is not None or outcome.signed_at is not None:
        return None
    text = paragraphs(
        bold(_("Your signature is wanted in a dispute.")),
        disputes.head(notice.work, notice.case),
        clauses.outcome(notice.work, outcome, QUOTED),
        _("Read all of it and sign it, or speak with the colleague who recorded it."),
    )
    sign = button(_("Read and sign"), matter("sign", notice.case), SUCCESS)
    return text, keyboard(sign, way_in(notice))


@template
def outcome_signed(notice: Notice) -> Said | None:
    outcome = _outcome(notice)
    if outcome is None:
        return None
    return _told(
        notice,
        _("✅ It is signed: our yes can be given now."),
        clauses.outcome(notice.work, outcome, QUOTED),
    )


@template
def result_reported(notice: Notice) -> Said:
    """The customer knows a result that we have not written down."""
    return _told(
        notice,
        _("The customer tells us what has been decided outside."),
        quote(_words(notice), QUOTED) or None,
        _("Compare it with the original. Put together its terms and record the decision, so that it is carried out."),
    )


@template
def decision_overdue(notice: Notice) -> Said:
    return _told(
        notice,
        _("⚠️ The third party has not decided in time."),
        _("Ask it when it will decide, and write down how far it is: the customer reads it. You are asked again."),
    )


# ------------------------------------------------------------------ what was agreed is carried out


@template
def obligations_overdue(notice: Notice) -> Said | None:
    """A breach, every day until it is done."""
    left = [each for each in _obligations(notice) if each.done_at is None]
    if not left:
        return None
    return _duty(
        notice,
        _("⚠️ What was agreed with a customer is overdue."),
        lines(*(clauses.term(notice.work, each) for each in left)),
        _("The customer has been told how to enforce it. Carry it out today and record the evidence."),
    )


@template
def obligations_denied(notice: Notice) -> Said:
    return _duty(
        notice,
        _("⚠️ The customer says that what was agreed is not done."),
        quote(_words(notice), QUOTED) or None,
        lines(*(clauses.term(notice.work, each) for each in _obligations(notice))),
        _("It is due again by the end of the next business day. Look into it and record new evidence."),
    )


@template
def lesson_wanted(notice: Notice) -> Said | None:
    """The case is over: what the organisation makes of it (S25)."""
    if notice.work.db.get(Lesson, notice.case.id) is not None:
        return None
    text = paragraphs(
        bold(_("What do we learn from this dispute?")),
        lines(say("{code}", code=Code(notice.case.code or "")), Html(cards.turn(notice.case))),
        _(
            "It is in the register of what we could not resolve ourselves. Say what is done about it, or why nothing"
            " is."
        ),
    )
    entry = button(_("Decide what is learnt"), desk("lesson", notice.case), SUCCESS)
    return text, keyboard(entry, door(notice.work, notice.case))


# ------------------------------------------------------------------ inside


def _told(notice: Notice, title: str, *more: str | None) -> Said:
    text = paragraphs(bold(title), _head(notice), *more)
    return text, keyboard(way_in(notice, SUCCESS))


def _duty(notice: Notice, title: str, *more: str | None) -> Said:
    """Also to the owner of the case, who carries it out and sees no disputes otherwise."""
    text = paragraphs(bold(title), _head(notice), *more)
    able = notice.case.dispute_id is not None and rights.may(notice.work.actor, "fulfil", notice.case)
    duties = button(_("What is to be done"), matter("our_duties", notice.case), SUCCESS)
    return text, keyboard(duties if able else None, way_in(notice))


def way_in(notice: Notice, style: str | None = None) -> InlineKeyboardButton:
    """To the card of the dispute, for who sees to disputes; for others to the case."""
    if notice.case.dispute_id is not None and rights.may(notice.work.actor, "see_disputes"):
        return button(_("Open the dispute"), desk("dispute", notice.case), style)
    return door(notice.work, notice.case, style)


def _head(notice: Notice) -> Html:
    """Where it stands; of a case whose dispute is over meanwhile, where the case does."""
    if notice.case.dispute_id is not None:
        return disputes.head(notice.work, notice.case)
    return lines(say("{code}", code=Code(notice.case.code or "")), Html(cards.turn(notice.case)))


def _waits(notice: Notice) -> bool:
    """Whether our consent is wanted and missing still."""
    case = notice.case
    return is_in(case, Phase.AWAITING_CONSENT) and ORGANISATION in consents.missing(notice.work, case)


def _amount(notice: Notice) -> Html | None:
    return desk_card.in_dispute(notice.work, notice.case)


def _way(notice: Notice, referral: Referral) -> Html:
    if referral.method == DIRECT:
        return say(_("Method: {method}"), method=Html(disputes.method(referral)))
    return say(_("Third party: {provider}"), provider=disputes.provider(notice.work, referral))


def _said_why(referral: Referral) -> Html | None:
    """In the words of whoever ended it."""
    return quote(referral.ended_words, QUOTED) if referral.ended_words else None


def _referral(notice: Notice) -> Referral:
    return notice.work.db.get_one(Referral, notice.params["referral_id"])


def _outcome(notice: Notice) -> Outcome | None:
    return notice.work.db.get(Outcome, notice.params["outcome_id"])


def _obligations(notice: Notice) -> list[Obligation]:
    found = [notice.work.db.get(Obligation, each) for each in notice.params["obligation_ids"]]
    return [each for each in found if each is not None]


def _words(notice: Notice) -> str | None:
    entry = notice.work.db.get(Entry, notice.params["entry_id"] or 0)
    return entry.text if entry else None
