"""What the final response says on paper: as a letter to the customer, numbered and with its digest (S8; 7.7, 7.8)."""

from typing import Any

from backoffice import answers, complaints, providers, ways
from backoffice.answers import Given
from backoffice.work import Work
from bot.decision_paper import route
from bot.i18n import _
from bot.money import shown
from bot.paper_parts import Section, about, code, day, facts, section
from bot.paper_text import fill, ours, said
from bot.texts import language
from storage.complaints import Answer, Complaint
from storage.documents import Document


def body(work: Work, document: Document) -> dict[str, Any]:
    """Title, the table of facts, and the sections. LookupError if the answer is not there."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    answer = complaints.answer(work.db, document.answer_id) if document.answer_id else None
    if answer is None:
        raise LookupError("this document belongs to no answer")
    return {
        "title": _("Final response to a complaint"),
        "facts": facts(
            (_("Document number"), [code(document.number)]),
            (_("Tracking code"), [code(complaint.code)]),
            (_("Complaint received on"), [day(complaint.received_at)]),
            (_("Date of the answer"), [day(answer.at)]),
            (_("The complaint is about"), about(work, complaint)),
            (_("Handled by"), [work.organisation.department(complaint.department or "").words[language()]]),
        ),
        "sections": [
            *_written(_("Why this answer takes the place of the earlier one"), answer.because),
            *_written(_("Your complaint as we understand it"), answer.summary),
            *_written(_("What we found"), answer.findings),
            _outcome(work, answer),
            *_written(_("The reasons"), answer.reasons),
            *_remedies(work, answer),
            *_written(_("What went wrong and was put right"), answer.put_right),
            _next(work, document, complaint, answer),
            _ways(work, document, complaint),
        ],
    }


def _written(heading: str, words: str | None) -> list[Section]:
    return section(heading, "plain", said(words, language()))


def _outcome(work: Work, answer: Answer) -> Section:
    decision = work.organisation.decisions[answer.decision][language()]
    paragraph = ours(fill(_("Decision: {decision}"), decision=decision), language())
    return {"heading": _("The decision"), "style": "outcome", "paragraphs": [paragraph]}


def _remedies(work: Work, answer: Answer) -> list[Section]:
    voices = [
        {"label": work.organisation.remedy(each.code).words[language()], "paragraphs": details(each)}
        for each in answers.given(answer)
        if each.code != answers.NOTHING
    ]
    heading = _("The remedy") if len(voices) == 1 else _("The remedies")
    return [{"heading": heading, "style": "remedies", "voices": voices}] if voices else []


def details(given: Given) -> list[dict[str, str]]:
    """How much, by when, and what was written to it."""
    known = [
        _("Amount: {amount}").format(amount=shown(given.money)) if given.money else "",
        fill(_("Done by {date}"), date=given.day) if given.day else "",
    ]
    return [*(ours(each, language()) for each in known if each), *said(given.words, language())]


def _next(work: Work, document: Document, complaint: Complaint, answer: Answer) -> Section:
    until = work.organisation.due("customer_answer", complaint.severity, document.issued_at)
    ask = fill(_("Please tell us by {date} whether you accept this answer."), date=until)
    paragraphs = [*said(answer.next_step, language()), ours(ask, language())]
    return {"heading": _("What happens next"), "style": "plain", "paragraphs": paragraphs}


def _ways(work: Work, document: Document, complaint: Complaint) -> Section:
    """The second look and the third party, with their time limits; the desk says so, whatever the author wrote (S9)."""
    review = work.organisation.due("review", None, document.issued_at)
    outside = work.organisation.due("external", None, document.issued_at)
    told = [
        fill(_("People who had no part in this answer can look at the whole matter again. You can ask for it"
               " until {date}."), date=review)
        if ways.review_left(work, complaint)
        else "",
        fill(_("After that an independent third party can help both sides, or decide. You can take up such a way"
               " until {date}."), date=outside),
        _("All of this is free of charge for you, and your right to go to court does not change."),
    ]  # fmt: skip
    return {
        "heading": _("If you do not accept the answer"),
        "style": "routes",
        "paragraphs": [ours(" ".join(each for each in told if each), language())],
        "rows": [route(each) for each in providers.eligible(work, complaint)],
    }
