"""A review in words, for those who sit on it and for the staff around it."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton

from backoffice import answers, panel, review, voting, ways
from backoffice.phases import Phase
from backoffice.work import Work
from bot import answer_words, cards, masked, seats
from bot.dates import clock
from bot.i18n import _, __, n_
from bot.keyboards import DANGER, SUCCESS, button, desk
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say, shortened
from storage.complaints import Answer, Complaint, Entry, answers_of, entries_of
from storage.reviews import Review, Seat

SHOWN = 2  # earlier answers on a card
# UTF-16 units of each on a card; all of it stands among what was said
STORY, REASONS, REMEDY, GROUNDS, EVIDENCE, WHY_LATE, WISH = 300, 200, 80, 400, 200, 200, 120
DOUBT = 1500  # of the reason of a challenge
TRIGGERS = {
    "refused": __("The customer has refused our answer for the third time."),
    "reopened": __("The case was reopened again and again."),
    "declared": __("We declared that we see no way to agree."),
    "review_refused": __("The customer does not accept the decision of the review."),
    "review_limit": __("The review was not decided in time. What the next way costs, we pay."),
    "unseated": __("Nobody free of conflict was left to sit on the review. What the next way costs, we pay."),
    "no_quorum": __(
        "The committee had no quorum, and nobody could decide in its place. What the next way costs, we pay."
    ),
    "not_admitted": __("The late request for a review was not heard."),
    "asked": __("The customer asks for the ways outside after the case was closed."),
    "cap": __("The longest time was over before we had settled it."),
    "implementation": __("The remedy was not carried out in time."),
    "refund": __("The money was not paid back in time."),
    "answer": __("The answer did not satisfy the customer."),
}
IN_SHORT = {  # the same in tables of figures, where a sentence is too long
    "refused": __("answer refused three times"),
    "reopened": __("reopened too often"),
    "declared": __("declared by us"),
    "review_refused": __("decision of the review not accepted"),
    "review_limit": __("review not decided in time"),
    "unseated": __("nobody free of conflict for the review"),
    "no_quorum": __("committee without a quorum"),
    "not_admitted": __("late request for a review not heard"),
    "asked": __("asked for by the customer after closing"),
    "cap": __("longest time over"),
    "implementation": __("remedy not carried out in time"),
    "refund": __("money not paid back in time"),
    "answer": __("answer not accepted"),
}


def file(work: Work, complaint: Complaint, running: Review) -> Html:
    """What is before those who decide: what it is about, what was answered, what is asked now, who sits and when."""
    seated = panel.live(work, running)
    return paragraphs(
        lines(
            bold(_("The review of a complaint")),
            say("{code}", code=Code(complaint.code or "")),
            standing(work, running, seated),
            *dates(complaint, running),
        ),
        lines(
            masked.customer(complaint),
            say(_("Writes in: {language}"), language=Html(cards.language_name(complaint.language))),
            cards.facts(work, complaint),
        ),
        cards.story(work, complaint, STORY),
        *(earlier(work, each) for each in _answers(work, complaint)[-SHOWN:]),
        request(work, complaint, running),
        who_sits(work, seated),
    )


def standing(work: Work, running: Review, seats: Sequence[Seat]) -> Html | None:
    """Whether it waits for the reader, and how far it is."""
    if running.stage == Phase.REQUESTED:
        return Html(_("The request came late: whether it is heard is not decided yet."))
    if running.stage == Phase.DECIDED:
        return Html(_("The review is decided."))
    own = next((seat for seat in seats if seat.person_id == work.actor.id), None)
    cast, of = voting.turnout(seats)
    mine = None
    if own is not None and own.name != panel.CHAIR:
        mine = Html(_("✅ You have voted.") if own.voted_at else _("Your vote is missing."))
    elif own is not None:
        mine = Html(_("You chair the committee, and vote only if its votes are tied."))
    return lines(mine, say(_("Votes cast: {count} of {total}"), count=cast, total=of))


def dates(complaint: Complaint, running: Review) -> list[Html]:
    """When its members come together, and by when the customer was promised the decision."""
    if running.stage not in (Phase.REQUESTED, Phase.IN_COMMITTEE):
        return []
    committee = running.mode == panel.COMMITTEE and running.stage == Phase.IN_COMMITTEE
    found = [
        (_("Sitting: {date}, {time}"), running.sitting_at if committee else None),
        (_("Decision on the request due: {date}, {time}"), complaint.due_at)
        if running.stage == Phase.REQUESTED
        else (_("Decision due: {date}, {time}"), complaint.due_at),
    ]
    return [at(template, moment) for template, moment in found if moment]


def at(template: str, moment: datetime) -> Html:
    return say(template, date=moment, time=Html(clock(moment)))


def request(work: Work, complaint: Complaint, running: Review) -> Html:
    """What the customer says is wrong or missing, why it comes late, and what they want now."""
    parts, entries = review.filled(work, running), entries_of(work.db, complaint.id)
    wished = work.organisation.find_remedy(running.wish or "")
    words = running.wish_words
    late = _told(entries, parts[review.LATENESS])
    return lines(
        bold(_("Why the customer asks for a review")),
        quote(_told(entries, parts[review.GROUNDS]), GROUNDS) or None,
        quote(_told(entries, parts[review.EVIDENCE]), EVIDENCE) or None,
        lateness(work, complaint, running),
        lines(Html(_("Why it comes late:")), quote(late, WHY_LATE)) if late else None,
        say(_("Wish: {wish}"), wish=Html(wished.words[language()])) if wished else None,
        say(_("Wish in words: {words}"), words=shortened(words, WISH)) if words else None,
    )


def grounds(work: Work, complaint: Complaint, running: Review, limit: int = GROUNDS) -> Html:
    return quote(_told(entries_of(work.db, complaint.id), review.filled(work, running)[review.GROUNDS]), limit)


def lateness(work: Work, complaint: Complaint, running: Review) -> Html | None:
    """By how much the request missed its time."""
    if not running.late or running.requested_at is None:
        return None
    days = ways.days_late(work, complaint, running.requested_at)
    return say(n_("{count} day after its time", "{count} days after its time", days), count=days)


def earlier(work: Work, answer: Answer, limit: int = REASONS) -> Html:
    """What was decided before, why, and what was given."""
    decision = Html(work.organisation.decisions[answer.decision][language()])
    first = _("Decision of the review, {date}: {decision}") if answer.review_id else _("Our answer, {date}: {decision}")
    return lines(
        bold(say(first, date=answer.at, decision=decision)),
        answer_words.quoted(answer.reasons, limit),
        *(answer_words.remedy(work, each, REMEDY if limit == REASONS else limit) for each in answers.given(answer)),
    )


def who_sits(work: Work, seated: Sequence[Seat]) -> Html | None:
    """Everybody with their seat, and who of them chairs."""
    if not seated:
        return None
    return lines(bold(_("Who sits on it")), *(seats.member(work, seat, of=len(seated)) for seat in seated))


def challenge(work: Work, complaint: Complaint, seat: Seat) -> Html:
    """Whose impartiality is doubted, and why."""
    return paragraphs(
        bold(_("The customer doubts whether somebody on the review is impartial. Is the doubt justified?")),
        lines(
            say("{code}", code=Code(complaint.code or "")),
            say("{seat}: {name}", seat=seats.title(work, seat), name=seats.name(work, seat)),
        ),
        quote(seat.challenge, DOUBT),
        _("If it is, somebody else takes the seat. Nothing is decided before you have said so."),
    )


def rulings(complaint: Complaint, seat: Seat) -> list[InlineKeyboardButton]:
    return [
        button(_("Yes, somebody else takes the seat"), desk("rule", complaint, f"{seat.id}.yes"), DANGER),
        button(_("No, they stay"), desk("rule", complaint, f"{seat.id}.no"), SUCCESS),
    ]


def result(work: Work, complaint: Complaint) -> Html:
    """What was decided, and what is given."""
    remedy = work.organisation.find_remedy(complaint.remedy or "")
    return lines(
        decided(work, complaint.decision),
        say(_("Remedy: {remedy}"), remedy=Html(remedy.words[language()])) if remedy else None,
    )


def decided(work: Work, outcome: str | None) -> Html | None:
    words = work.organisation.decisions.get(outcome or "")
    return say(_("Decision: {decision}"), decision=Html(words[language()])) if words else None


def _answers(work: Work, complaint: Complaint) -> list[Answer]:
    return answers_of(work.db, complaint.id)


def _told(entries: list[Entry], kept: list[Entry]) -> str:
    """The words as they stand now."""
    return "\n\n".join(words for each in kept if (words := cards.latest(entries, each)))
