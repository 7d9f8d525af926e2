"""A final response as its complainant reads it: what was decided and why, and always the ways that are left."""

from backoffice import answers, complaints
from backoffice.work import Work
from bot import answer_words, cards, special_cards
from bot.i18n import _
from bot.texts import Html, bold, paragraphs, say
from storage.complaints import Answer, Complaint


def answer_text(work: Work, complaint: Complaint, answer_id: int | None = None) -> Html:
    """All of it, with the second look and the third party and until when each can be asked for (S9, S20)."""
    answer = complaints.answer(work.db, answer_id) if answer_id else complaints.last_answer(work.db, complaint)
    if answer is None:
        return Html("")
    gives = work.organisation.remedy(answer.remedy).to_carry_out
    return paragraphs(
        bold(_title(answer)),
        *answer_words.parts(work, answers.as_draft(answer)),
        special_cards.represented(complaint, complaint.acting_for) if gives else None,
        cards.outside_route() if answer.review_id else cards.next_route(),
        limits(work, answer),
        cards.footer(work, complaint),
    )


def limits(work: Work, answer: Answer) -> Html:
    """Until when the ways that are left can be taken; counted from the arrival of the answer."""
    since = answer.delivered_at or work.now
    outside = work.organisation.due("external", None, since)
    if answer.review_id:
        return say(_("You can turn to somebody outside until {date}."), date=outside)
    review = work.organisation.due("review", None, since)
    return say(
        _("You can ask for the review until {until}, and turn to somebody outside until {date}."),
        until=review,
        date=outside,
    )


def _title(answer: Answer) -> str:
    if answer.review_id:
        return _("The decision on your review")
    return _("Our new answer to your complaint") if answer.because else _("Our answer to your complaint")
