"""What the reasoned decision on a review says: as a letter to the customer, without the names of those who decided."""

from typing import Any

from sqlmodel import col, select

from backoffice import providers
from backoffice.provider_file import Provider
from backoffice.work import Work
from bot import cards
from bot.i18n import _, n_
from bot.paper_parts import Section, about, code, day, facts, latest, section
from bot.paper_text import fill, ours, said
from bot.texts import Code, language
from storage.complaints import Answer, Complaint, answers_of, entries_of
from storage.documents import Document
from storage.reviews import Review, Seat, seats_of

GROUNDS = "grounds"  # the kind of an entry
CHAIR = "chair"


def body(work: Work, document: Document) -> dict[str, Any]:
    """Title, the table of facts, and the sections. LookupError if the review or its decision is not there."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    review = work.db.get(Review, document.review_id) if document.review_id else None
    if review is None:
        raise LookupError("this document belongs to no review")
    answer = _decision(work, review)
    return {
        "title": _("Decision on the review of a complaint"),
        "facts": _facts(work, document, complaint, review),
        "sections": [
            *_grounds(work, review),
            _outcome(work, review),
            *section(_("The reasons"), "plain", said(answer.reasons, language())),
            *_remedy(work, answer),
            _next(work, document, complaint, answer),
            _ways(work, document, complaint),
        ],
    }


# ------------------------------------------------------------------ who, what, when


def _facts(work: Work, document: Document, complaint: Complaint, review: Review) -> list[tuple[str, list[str]]]:
    return facts(
        (_("Document number"), [code(document.number)]),
        (_("Tracking code"), [code(complaint.code)]),
        (_("Review number"), [code(review.number)]),
        (_("Review requested on"), [day(review.requested_at)]),
        (_("Date of the decision"), [day(review.decided_at)]),
        (_("Decided by"), _deciders(work, review)),
        (_("The complaint is about"), about(work, complaint)),
        (_("Our earlier answer"), [_earlier(work, review)]),
    )


def _deciders(work: Work, review: Review) -> list[str]:
    """By what they are, never by name."""
    roles = work.organisation.roles
    match review.mode:
        case "committee":
            return [_seat(work, seat) for seat in _seated(work, review)]
        case "management":
            return [roles["top_management"][language()]]
        case _:
            return [_("One reviewer who had no part in the earlier answer")]


def _seat(work: Work, seat: Seat) -> str:
    roles = work.organisation.roles
    title = roles["committee_chair" if seat.name == CHAIR else f"seat_{seat.name}"][language()]
    return fill(_("{title} (in the chair)"), title=title) if seat.chairs and seat.name != CHAIR else title


def _seated(work: Work, review: Review) -> list[Seat]:
    return [seat for seat in seats_of(work.db, review.id) if seat.left_at is None]


def _earlier(work: Work, review: Review) -> str:
    """The answer that was reviewed: the last one before the request."""
    before = review.requested_at or review.begun_at
    given = [each for each in answers_of(work.db, review.complaint_id) if each.review_id is None and each.at <= before]
    if not given:
        return _("There was none when the review was requested")
    decision = work.organisation.decisions[given[-1].decision][language()]
    return fill(_("{decision}, {date}"), decision=decision, date=given[-1].at)


# ------------------------------------------------------------------ what was said and decided


def _decision(work: Work, review: Review) -> Answer:
    query = select(Answer).where(Answer.review_id == review.id).order_by(col(Answer.id).desc())
    found = work.db.exec(query).first()
    if found is None:
        raise LookupError("this review has no decision")
    return found


def _grounds(work: Work, review: Review) -> list[Section]:
    """Why the customer asked for it, in their words as they last put them."""
    entries = entries_of(work.db, review.complaint_id)
    paragraphs = [
        paragraph
        for entry in entries
        if entry.kind == GROUNDS and entry.review_id == review.id and entry.replaces_id is None
        for paragraph in said(latest(entries, entry), language())
    ]
    return section(_("Why the review was requested"), "quote", paragraphs)


def _outcome(work: Work, review: Review) -> Section:
    outcome = fill(_("Outcome: {decision}"), decision=work.organisation.decisions[review.outcome or ""][language()])
    votes = _votes(work, review)
    return {
        "heading": _("The decision"),
        "style": "outcome",
        "paragraphs": [ours(each, language()) for each in (outcome, votes) if each],
    }


def _votes(work: Work, review: Review) -> str:
    """How the vote of a committee went, without who voted how."""
    votes = [seat.vote for seat in _seated(work, review) if seat.vote is not None]
    if review.mode != "committee" or len(votes) < 2:
        return ""
    against = sum(vote != review.outcome for vote in votes)
    count = fill(_("Votes for this decision: {count} of {total}."), count=len(votes) - against, total=len(votes))
    others = n_("One member held otherwise.", "{count} members held otherwise.", against)
    return " ".join((count, fill(others, count=against) if against else _("The decision was unanimous.")))


def _remedy(work: Work, answer: Answer) -> list[Section]:
    if answer.remedy == cards.NO_REMEDY:
        return []
    remedy = work.organisation.remedy(answer.remedy).words[language()]
    return section(_("The remedy"), "lead", [ours(remedy, language()), *said(answer.remedy_words, language())])


# ------------------------------------------------------------------ what happens next


def _next(work: Work, document: Document, complaint: Complaint, answer: Answer) -> Section:
    until = work.organisation.due("review_answer", complaint.severity, document.issued_at)
    ask = fill(_("Please tell us by {date} whether you accept this decision."), date=until)
    paragraphs = [*said(answer.next_step, language()), ours(ask, language())]
    return {"heading": _("What happens next"), "style": "plain", "paragraphs": paragraphs}


def _ways(work: Work, document: Document, complaint: Complaint) -> Section:
    """Where the way goes on: the mediator, with the consent of both sides, and the public bodies without it."""
    found = providers.eligible(work, complaint)
    until = work.organisation.due("external", complaint.severity, document.issued_at)
    mediation = fill(
        _(
            "An independent mediator can help both sides find a solution, if both agree to it. You can ask for it"
            " until {date}."
        ),
        date=until,
    )
    told = [
        mediation if any(each.consent for each in found) else None,
        _("The public bodies named here are open to you in any case.")
        if not all(each.consent for each in found)
        else None,
        _("Your right to go to court does not change."),
    ]
    return {
        "heading": _("If you do not accept the decision"),
        "style": "routes",
        "paragraphs": [ours(" ".join(each for each in told if each), language())],
        "rows": [route(each) for each in found],
    }


def route(to: Provider) -> tuple[str, str]:
    """Who it is, and how they are reached as far as that is known."""
    known = [fill("{where}", where=Code(each)) for each in (to.contact, to.url) if each]
    return to.words[language()], " · ".join(known)
