"""What the sides of a dispute are told of terms, recommendations and decisions, of their keeping, and of the end."""

from aiogram.types import InlineKeyboardButton

from backoffice import providers
from backoffice.disputes.outcomes import DECISION, SETTLEMENT, missing
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import cards as case_cards
from bot import routes
from bot.disputes import cards, clauses, kept, sides, terms
from bot.i18n import _, __
from bot.keyboards import SUCCESS, button, keyboard, matter
from bot.notice import Notice, Said, template
from bot.texts import Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Complaint, Entry
from storage.disputes import Obligation, Outcome, Referral, obligations_of

QUOTED = 1500  # UTF-16 units
BODIES = 4  # named in one message

# ------------------------------------------------------------------ what waits for an answer


@template
def terms_proposed(notice: Notice) -> Said | None:
    """To both sides and to who leads the talks, with what can be done about them."""
    outcome = _waiting(notice)
    if outcome is None:
        return None
    mine = outcome.by == _side(notice)
    title = _("Your terms are before both sides.") if mine else _("Terms are proposed to you.")
    if cards.party(notice.work, notice.case) == "resolver":
        title = _("Terms are before both sides.")
    return _asked(notice, outcome, title)


@template
def recommendation_made(notice: Notice) -> Said | None:
    outcome = _waiting(notice)
    return _asked(notice, outcome, _("The third party recommends how to settle it.")) if outcome else None


@template
def decision_made(notice: Notice) -> Said | None:
    """What was decided, whom it binds, and whether anything waits for the reader."""
    outcome = notice.work.db.get(Outcome, notice.params["outcome_id"])
    if outcome is None:
        return None
    return _asked(notice, outcome, _("The third party has decided."))


@template
def outcome_answered(notice: Notice) -> Said | None:
    """That the other side has said yes or no, with its words."""
    outcome = notice.work.db.get(Outcome, notice.params["outcome_id"])
    side, accepted = notice.params["side"], notice.params["accepted"]
    if outcome is None or (accepted and outcome.in_force_at is not None):  # that both agreed is told by itself
        return None
    who = sides.named(side, None)
    words = outcome.customer_words if side == CUSTOMER else outcome.our_words
    said = say(_("✅ Accepted by {side}"), side=who) if accepted else say(_("Not accepted by {side}"), side=who)
    waits = accepted and _waiting(notice) is not None
    text, _buttons = _told(
        notice,
        str(said),
        lines(Html(_("Their words:")), quote(words, QUOTED)) if words else None,
        clauses.terms(notice.work, outcome),
        _("Your answer is still missing.") if waits and _side(notice) in missing(outcome) else None,
        _("The talks go on, and new terms can be proposed.") if terms.talking(notice.work, notice.case) and not waits
        else None,
    )  # fmt: skip
    return text, keyboard(*(_answers(notice, outcome) if waits else _ways(notice)), _home(notice))


@template
def terms_lapsed(notice: Notice) -> Said:
    return _told(
        notice,
        _("The proposed terms were not answered in time, so they count as not accepted."),
        _("The talks go on, and new terms can be proposed.") if terms.talking(notice.work, notice.case) else None,
    )


# ------------------------------------------------------------------ it holds


@template
def outcome_in_force(notice: Notice) -> Said | None:
    """What binds both from now on. The document follows by itself."""
    outcome = notice.work.db.get(Outcome, notice.params["outcome_id"])
    if outcome is None:
        return None
    title = {
        SETTLEMENT: _("✅ It is settled. These terms are in force:"),
        DECISION: _("✅ The decision is in force:"),
    }.get(outcome.kind, _("✅ The recommendation is accepted by both sides and in force:"))
    return _told(
        notice,
        title,
        clauses.terms(notice.work, outcome),
        _("You get it as a numbered document."),
        _("When our part is done we ask you whether it is. If a date passes, we tell you how to have it enforced.")
        if _is_customer(notice)
        else None,
    )


@template
def obligation_done(notice: Notice) -> Said | None:
    """One term is kept; what shows it goes with it."""
    each = notice.work.db.get(Obligation, notice.params["obligation_id"])
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    if each is None:
        return None
    return _told(
        notice,
        _("✅ A term is done."),
        clauses.term(notice.work, each),
        lines(Html(_("What shows it:")), quote(entry.text, QUOTED)) if entry and entry.text else None,
    )


@template
def outcome_carried_out(notice: Notice) -> Said | None:
    """To the customer: is it done, as they see it?"""
    outcome = notice.work.db.get(Outcome, notice.params["outcome_id"])
    if outcome is None or notice.case.dispute_phase != "confirming":
        return None
    text = paragraphs(
        bold(_("We have done all of our part. Is it done, as you see it?")),
        *(
            kept.kept(notice.work, each)
            for each in obligations_of(notice.work.db, outcome.id)
            if each.by == ORGANISATION
        ),
        case_cards.footer(notice.work, notice.case),
    )
    more = button(_("What was agreed"), matter("duties", notice.case))
    return text, keyboard(kept.confirmation(notice.case), more)


@template
def own_part_due(notice: Notice) -> Said | None:
    found = _obligations(notice)
    if not found:
        return None
    return _told(
        notice,
        _("⏳ Your own part of what was agreed is due."),
        *(clauses.term(notice.work, each) for each in found),
        _("It does not stop what we have to do. Tell us when it is done."),
    )


@template
def not_kept(notice: Notice) -> Said | None:
    """A date of ours has passed: who has been told, and how to have it enforced (T77)."""
    found = _obligations(notice)
    if not found:
        return None
    return _told(
        notice,
        _("⚠️ We have not kept what was agreed. We are sorry."),
        *(clauses.term(notice.work, each) for each in found),
        _("Our top management has been told, and is told again every day until it is done."),
        enforcement(notice.work, notice.case),
    )  # fmt: skip


def enforcement(work: Work, complaint: Complaint) -> Html:
    """With what, where, and who helps: bodies that need no consent of ours."""
    bodies = [each for each in providers.eligible(work, complaint) if not each.consent][:BODIES]
    return paragraphs(
        lines(
            bold(_("How you can have it enforced")),
            _(
                "Take the document of the agreement or decision, which you have here, to the court or authority that is"
                " competent for you; with it you can claim what is due, and what the delay costs you."
            ),
        ),
        lines(Html(_("These bodies take complaints too:")), *(routes.route(each) for each in bodies))
        if bodies
        else None,
        say(
            _("If you would rather speak with a person: {contact}"),
            contact=work.organisation.contact[language()],
        ),
    )


# ------------------------------------------------------------------ how far it is, and the end


@template
def dispute_progress(notice: Notice) -> Said:
    return _told(notice, _("How far the third party is"), quote(_words(notice), QUOTED) or None)


@template
def decision_appealed(notice: Notice) -> Said:
    return _told(
        notice,
        _("The body that decided is asked to look at its decision again."),
        quote(_words(notice), QUOTED) or None,
        _("Until it has, nothing has to be carried out."),
    )


CLOSED = {
    True: __("We did not hear from you in time, so we take it as done."),
    False: __("You have confirmed that it is done."),
}


@template
def dispute_concluded(notice: Notice) -> Said:
    """Closed as it was agreed or decided; both sides are asked how the way was."""
    if not _is_customer(notice):
        title = _("✅ A dispute is concluded and its case closed.")
        text, _buttons = _told(notice, title, kept.question(notice.work, notice.case))
        return text, kept.rating_buttons(notice.work, notice.case)
    outcome = notice.work.db.get(Outcome, notice.params["outcome_id"])
    owed = outcome is not None and bool(obligations_of(notice.work.db, outcome.id))
    confirmed = str(CLOSED[bool(notice.params["tacit"])]) if owed else None
    text = paragraphs(confirmed, kept.closing(notice.work, notice.case))
    return text, kept.rating_buttons(notice.work, notice.case)


# ------------------------------------------------------------------ what all of it needs


def _asked(notice: Notice, outcome: Outcome, title: str) -> Said:
    """The whole of it, until when it can be answered, and the answers that are the reader's to give."""
    referral = notice.work.db.get(Referral, outcome.referral_id) if outcome.referral_id else None
    open_still = _waiting(notice)
    until = terms.reflection(notice.work, notice.case) if open_still else None
    by = sides.named(outcome.by, referral)
    text = sides.framed(
        notice.work,
        notice.case,
        bold(title),
        say(_("Proposed by {side}"), side=by) if outcome.kind == SETTLEMENT else None,
        clauses.outcome(notice.work, outcome),
        say(_("It can be answered until {date}."), date=until) if until else None,
        _("Nobody has to answer at once. Nothing binds you before you have accepted.")
        if open_still and _side(notice) in missing(outcome)
        else None,
    )
    return text, keyboard(*_answers(notice, open_still), _home(notice))


def _answers(notice: Notice, outcome: Outcome | None) -> list[InlineKeyboardButton]:
    if outcome is None:
        return []
    return terms.answer_buttons(notice.work, notice.case, outcome, _side(notice))


def _told(notice: Notice, title: str, *parts: str | None) -> Said:
    text = sides.framed(notice.work, notice.case, bold(title), *parts)
    return text, keyboard(*_ways(notice), _home(notice))


def _ways(notice: Notice) -> list[InlineKeyboardButton]:
    """What there is of it now for this reader: the talks, or what was agreed."""
    if terms.talking(notice.work, notice.case):
        return [button(_("Terms"), matter("terms", notice.case), SUCCESS)]
    dispute = cards.dispute(notice.work, notice.case)
    if dispute is None or dispute.outcome_id is None:
        return []
    if _is_customer(notice):
        return [button(_("What was agreed"), matter("duties", notice.case), SUCCESS)]
    return [button(_("What is to be done"), matter("our_duties", notice.case), SUCCESS)]


def _home(notice: Notice) -> InlineKeyboardButton:
    return sides.home(notice.work, notice.case)


def _waiting(notice: Notice) -> Outcome | None:
    """What this notice speaks of, as long as it waits for an answer."""
    waiting = terms.waiting(notice.work, notice.case)
    return waiting if waiting is not None and waiting.id == notice.params["outcome_id"] else None


def _obligations(notice: Notice) -> list[Obligation]:
    """Those that are not done by now."""
    found = [notice.work.db.get(Obligation, each) for each in notice.params["obligation_ids"]]
    return [each for each in found if each is not None and each.done_at is None]


def _words(notice: Notice) -> str | None:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    return entry.text if entry else None


def _side(notice: Notice) -> str:
    party = cards.party(notice.work, notice.case)
    return {"customer": CUSTOMER, "resolver": "resolver"}.get(party, ORGANISATION)


def _is_customer(notice: Notice) -> bool:
    return notice.person.id == notice.case.customer_id
