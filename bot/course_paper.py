"""What happened in a case and what both sides said, as a third party reads it: in order, by neither side's lights."""

from datetime import datetime
from typing import Any

from backoffice import answers
from backoffice.disputes import dossier
from backoffice.entries import EVIDENCE, OWN, sent
from backoffice.hearing import HEARD
from backoffice.own_data import NOT_KEPT
from backoffice.rights import CUSTOMER, ORGANISATION
from backoffice.work import Work
from bot import answer_paper, cards, dispute_paper
from bot.disputes.cards import LABELS
from bot.i18n import _, __
from bot.paper_parts import Section, code, day, grouped, latest, moment, section
from bot.paper_text import Paragraph, filed, fill, ours, said
from bot.texts import language
from storage import clocks
from storage.clocks import ENDED_UNMET
from storage.complaints import Answer, Complaint, Entry, answers_of
from storage.documents import Document
from storage.journal import AuditEvent

HAPPENED = {
    "complaint.submitted": __("The complaint was received."),
    "complaint.started": __("The organisation began to examine it."),
    "complaint.asked": __("The organisation asked the customer a question."),
    "complaint.informed": __("The customer answered the question."),
    "complaint.answered": __("The organisation answered."),
    "complaint.approved": __("The organisation answered."),
    "complaint.revised": __("The organisation changed its answer."),
    "complaint.accepted": __("The customer accepted the answer."),
    "complaint.refused": __("The customer did not accept the answer."),
    "complaint.countered": __("The customer suggested something else."),
    "remedy.done": __("The organisation carried out: {remedy}."),
    "remedy.denied": __("The customer said that this was not carried out: {remedy}."),
    "complaint.carried_out": __("The organisation reported that all of it was carried out."),
    "complaint.confirmed": __("The customer confirmed the remedy."),
    "complaint.withdrawn": __("The customer withdrew the complaint."),
    "complaint.reopened": __("The customer reopened the complaint."),
    "complaint.lapsed": __("The customer's time to reply passed."),
    "complaint.review_requested": __("The customer asked for a review by other people."),
    "complaint.reviewed": __("The review was decided."),
    "complaint.review_ended": __("The review ended without a decision."),
    "complaint.routes_offered": __("The organisation named the ways outside."),
    "complaint.declined": __("The customer left it at that."),
    "complaint.merged": __("It became a part of another complaint of the customer."),
    "complaint.excluded": __("The organisation held that it was not for it to decide, and named the right place."),
    "complaint.contested": __("It was taken up again."),
    "deadline.extended": __("The organisation took more time."),
    "dispute.negotiated": __("Direct talks began."),
    "dispute.chosen": __("The customer chose a third party."),
    "dispute.consented": __("Both sides had consented."),
    "dispute.refused": __("That way was not taken."),
    "dispute.declined": __("That way was not taken."),
    "dispute.failed": __("That way ended without an agreement."),
    "dispute.referred_out": __("The customer turned to a public body."),
    "dispute.accepted": __("The third party accepted."),
    "dispute.objected": __("One side objected to the person, and somebody else was asked."),
    "dispute.recommended": __("The third party made its recommendation."),
    "dispute.decided": __("The third party had decided."),
    "dispute.settled": __("Both sides agreed on terms."),
    "dispute.carried_out": __("The organisation reported that what was agreed was carried out."),
    "dispute.denied": __("The customer said that it was not carried out."),
    "dispute.appealed": __("One side asked for the decision to be looked at again."),
    "complaint.concluded": __("The dispute came to its end."),
}
# Dates that the customer was told, where they passed.
PASSED = {
    "final_response": __("The date for the answer passed."),
    "counter_answer": __("The date for the new answer passed."),
    "implementation": __("The date for the remedy passed."),
    "refund": __("The date for the refund passed."),
    "review_admissibility": __("The date for admitting the request passed."),
    "review_decision": __("The date for the decision of the review passed."),
    "outcome": __("The date for what was agreed passed."),
}
SAID = {
    "story": __("The complaint"),
    "addition": __("Addition"),
    "reason": __("The reason given"),
    "counter": __("What the customer suggests instead"),
    "grounds": __("Why a review was requested"),
    "evidence": __("New evidence"),
    "lateness": __("Why the request came late"),
    "question": __("Question to the customer"),
    "message": __("Message to the customer"),
    "panel_question": __("Question of those who reviewed it"),
    "statement": __("Statement of those who had answered"),
    EVIDENCE: __("Evidence that it was carried out"),
}
Piece = tuple[datetime, str, list[Paragraph]]
"""When, what it is, and what it says."""


def chronology(work: Work, document: Document) -> list[Section]:
    """What happened up to the day of the document, as the customer may know it."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    events = [(each.at, _happened(work, each)) for each in work.history(complaint) if each.event in HAPPENED]
    for row in clocks.of_case(work.db, complaint.id):
        passed = row.due_at or row.breached_at
        if row.target in PASSED and passed and (row.breached_at or row.ended == ENDED_UNMET):
            events.append((passed, str(PASSED[row.target])))
    told = sorted((each for each in events if each[0] <= document.issued_at), key=lambda each: each[0])
    rows = [[moment(at), what] for at, what in told]
    return _table(_("What happened"), [_("Date and time"), _("Event")], rows)


def positions(work: Work, document: Document) -> list[Section]:
    """What each side said, as it was last put."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    words = [(_side(complaint, entry), piece) for entry, piece in _said(work, complaint, document.issued_at)]
    answers = [_answer(work, each) for each in _answers(work, document)]
    theirs = [piece for side, piece in words if side == CUSTOMER]
    ours_ = [*(piece for side, piece in words if side == ORGANISATION), *answers]
    return [
        *_voices(_("What the customer says"), theirs),
        *_voices(_("What the organisation says"), sorted(ours_, key=lambda piece: piece[0])),
    ]


def asked(work: Work, complaint: Complaint) -> list[Section]:
    """What the customer asks for: the wish, and what they wrote to it."""
    paragraphs = said(complaint.wish_words, language())
    if (wish := work.organisation.find_remedy(complaint.wish or "")) is not None:
        paragraphs = [ours(wish.words[language()], language()), *paragraphs]
    return section(_("What the customer asks for"), "plain", paragraphs)


def offered(work: Work, document: Document) -> list[Section]:
    """The remedies of the organisation's answers and of the review, one after the other."""
    pieces: list[Piece] = []
    for answer in _answers(work, document):
        for given in answers.given(answer):
            if given.code != answers.NOTHING:
                known, _words = dispute_paper.remedy(work, given.code)
                pieces.append((answer.at, known, answer_paper.details(given)))
    heading = _("What was offered")
    return _voices(heading, pieces) or section(heading, "plain", [ours(_("No remedy was offered."), language())])


def evidence(work: Work, document: Document) -> list[Section]:
    """The files that both sides may see, numbered in the order in which they follow the document."""
    complaint = work.db.get_one(Complaint, document.complaint_id)
    entries = {entry.id: entry for entry in sent(work, complaint)}
    rows: list[list[str]] = []
    for file in dossier.evidence(work, complaint):
        entry = entries[file.entry_id or 0]
        if file.state in NOT_KEPT or entry.at > document.issued_at:
            continue
        what = " · ".join(each for each in (str(cards.KINDS[file.kind]), filed(file.file_name or "")) if each)
        digest = code(grouped(file.sha256)) if file.sha256 else "–"
        side = str(LABELS[_side(complaint, entry)])
        rows.append([fill("{number}", number=len(rows) + 1), what, side, day(entry.at), digest])
    head = [_("No."), _("File"), _("Brought by"), _("Date"), "SHA-256"]
    return _table(_("The evidence"), head, rows) or section(
        _("The evidence"), "plain", [ours(_("There are no files."), language())]
    )


# ------------------------------------------------------------------ inside


def _said(work: Work, complaint: Complaint, until: datetime) -> list[tuple[Entry, Piece]]:
    entries = [entry for entry in sent(work, complaint) if entry.kind in HEARD and entry.at <= until]
    told: list[tuple[Entry, Piece]] = []
    for entry in entries:
        words = said(latest(entries, entry), language()) if entry.replaces_id is None else []
        if words:
            told.append((entry, (entry.at, str(SAID[entry.kind]), words)))
    return told


def _happened(work: Work, event: AuditEvent) -> str:
    remedy = work.organisation.find_remedy(event.facts.get("remedy", ""))
    return str(HAPPENED[event.event]).replace("{remedy}", remedy.words[language()] if remedy else "–")


def _answers(work: Work, document: Document) -> list[Answer]:
    return [each for each in answers_of(work.db, document.complaint_id) if each.at <= document.issued_at]


def _answer(work: Work, answer: Answer) -> Piece:
    what = _("Decision on the review: {decision}") if answer.review_id else _("Answer: {decision}")
    decision = work.organisation.decisions[answer.decision][language()]
    written = (answer.because, answer.summary, answer.findings, answer.reasons, answer.put_right, answer.next_step)
    words = [paragraph for each in written for paragraph in said(each, language())]
    return answer.at, what.format(decision=decision), words


def _side(complaint: Complaint, entry: Entry) -> str:
    theirs = entry.kind in OWN or (entry.kind == EVIDENCE and entry.author_id == complaint.customer_id)
    return CUSTOMER if theirs else ORGANISATION


def _voices(heading: str, pieces: list[Piece]) -> list[Section]:
    """Each with its own line above it, that says when it was said and as what."""
    voices: list[dict[str, Any]] = [{"date": day(at), "label": what, "paragraphs": words} for at, what, words in pieces]
    return [{"heading": heading, "style": "voices", "voices": voices}] if voices else []


def _table(heading: str, head: list[str], rows: list[list[str]]) -> list[Section]:
    return [{"heading": heading, "style": "table", "head": head, "rows": rows}] if rows else []
