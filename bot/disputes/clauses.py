"""The terms of a dispute in words: what is on the table, who does what, how much, by when, and whether it is done."""

from backoffice.disputes import outcomes
from backoffice.disputes.terms import OTHER, Fault
from backoffice.rights import ORGANISATION
from backoffice.work import Work
from bot.disputes import cards as disputes
from bot.i18n import _, __
from bot.money import shown
from bot.texts import Html, bold, language, lines, paragraphs, plain, quote, say
from storage.complaints import Complaint
from storage.disputes import Obligation, Outcome, obligations_of

WORDS = 900  # letters of a recommendation or decision on a card
KINDS = {
    outcomes.SETTLEMENT: __("Terms that were proposed"),
    outcomes.RECOMMENDATION: __("Recommendation of the third party"),
    outcomes.DECISION: __("Decision of the third party"),
}


def on_the_table(work: Work, complaint: Complaint) -> Html | None:
    """What waits for an answer or a signature, or else the terms that hold."""
    found = disputes.dispute(work, complaint)
    held = work.db.get(Outcome, found.outcome_id) if found and found.outcome_id else None
    shown_now = waiting(work, complaint) or held
    return outcome(work, shown_now) if shown_now else None


def waiting(work: Work, complaint: Complaint) -> Outcome | None:
    """What is before both sides, or a decision that a second person has still to read."""
    return outcomes.waiting(work, complaint) or outcomes.unsigned(work, complaint)


def outcome(work: Work, of: Outcome, limit: int = WORDS) -> Html:
    """What it is, its words, its terms, and how far each side and the signature are."""
    return paragraphs(
        lines(bold(kind(of)), direction(of), binds(work, of)),
        quote(of.words, limit) if of.words else None,
        terms(work, of),
        lines(*answers(of)),
    )


def kind(of: Outcome) -> str:
    """Terms that both sides have accepted are more than proposed."""
    agreed = of.kind == outcomes.SETTLEMENT and of.in_force_at is not None
    return _("What was agreed") if agreed else str(KINDS[of.kind])


def direction(of: Outcome) -> Html | None:
    """In whose favour it was decided."""
    if of.upheld is None:
        return None
    return Html(_("In the customer's favour, wholly or in part") if of.upheld else _("The claim is dismissed"))


def binds(work: Work, of: Outcome) -> Html | None:
    return plain(work.organisation.bindings[of.binding][language()]) if of.binding else None


def terms(work: Work, of: Outcome) -> Html | None:
    """All of them, numbered as they were drafted, done or not: nobody answers for what they have not read."""
    found = obligations_of(work.db, of.id)
    if not found:
        return None
    return lines(*(say("{number}. {text}", number=place, text=term(work, each)) for place, each in enumerate(found, 1)))


def term(work: Work, each: Obligation) -> Html:
    """Who, what, how much, by when; what is done says so."""
    return say(
        "{mark}{side}: {rest}",
        mark=Html("✅ " if each.done_at else ""),
        side=Html(str(disputes.LABELS[each.by])),
        rest=Html(" · ".join([matter_of(work, each), *amounts(each), say(_("by {date}"), date=each.due_on)])),
    )


def matter_of(work: Work, each: Obligation) -> Html:
    """A remedy as the file words it, or what was written."""
    remedy = work.organisation.find_remedy(each.what) if each.what != OTHER else None
    parts = [
        plain(remedy.words[language()]) if remedy else None,
        say("{words}", words=each.words) if each.words else None,
    ]
    return Html(" – ".join(part for part in parts if part))


def amounts(each: Obligation) -> list[Html]:
    amount = outcomes.term_of(each).amount
    return [Html(shown(amount))] if amount else []


def answers(of: Outcome) -> list[Html]:
    """Who accepted it, and whether a second person of ours has signed it."""
    if of.in_force_at is not None:
        return [say(_("In force since {date}"), date=of.in_force_at)]
    said = [(disputes.LABELS["customer"], of.customer), (disputes.LABELS[ORGANISATION], of.ours)]
    words = {None: _("{side}: no answer yet"), True: _("✅ {side}: accepted"), False: _("{side}: not accepted")}
    found = [say(words[accepted], side=Html(str(side))) for side, accepted in said]
    if of.signed_at is not None:
        found.append(say(_("Signed on {date}"), date=of.signed_at))
    elif of.kind == outcomes.DECISION and of.proposed_at is None:
        return [Html(_("⏳ A second person has to read and sign it before it counts."))]
    return found


FAULTS = {
    "no_terms": __("There are no terms yet."),
    "no_words": __("Term {number}: say in words what is to be done."),
    "no_amount": __("Term {number}: the amount is missing."),
    "not_money": __("Term {number}: an amount does not fit here."),
    "no_date": __("Term {number}: the date is missing."),
    "past": __("Term {number}: its date has passed."),
    "too_late": __("Term {number}: its date is too far ahead."),
    "twice": __("Terms {number} and {other} say the same."),
    "contradict": __("Terms {number} and {other} contradict each other."),
    "currencies": __("Terms {number} and {other} name two currencies for the same thing."),
    "excluded": __("Terms {number} and {other} leave no room for each other."),
    "not_alone": __("Terms {number} and {other}: where no remedy is agreed there can be no other term."),
    "mutual": __("Terms {number} and {other}: both sides would pay each other. Agree on the difference."),
}


def fault(each: Fault) -> Html:
    """What is wrong with the terms, by their places in the list."""
    return say(str(FAULTS[each.code]), number=each.first + 1, other=(each.second or 0) + 1)
