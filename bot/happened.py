"""What happened to a case so far, as its complainant may know it."""

from datetime import datetime

from backoffice.work import Work
from bot.i18n import __
from bot.texts import Html, language, lines, say
from storage.complaints import Complaint
from storage.journal import AuditEvent

HAPPENED = {
    "complaint.submitted": __("complaint received"),
    "complaint.started": __("investigation started"),
    "complaint.asked": __("we asked you a question"),
    "complaint.informed": __("you answered our question"),
    "complaint.answered": __("we answered"),
    "complaint.approved": __("we answered"),
    "complaint.revised": __("we changed our answer"),
    "complaint.accepted": __("you accepted the answer"),
    "complaint.refused": __("you did not accept the answer"),
    "complaint.countered": __("you suggested something else"),
    "remedy.done": __("carried out"),
    "remedy.denied": __("you said that this is not done"),
    "complaint.carried_out": __("we asked you whether all is done"),
    "complaint.confirmed": __("you confirmed the remedy"),
    "complaint.withdrawn": __("you withdrew the complaint"),
    "complaint.merged": __("it became a part of your other complaint"),
    "complaint.excluded": __("we named you the right place for it"),
    "complaint.contested": __("it was taken up again"),
    "complaint.reopened": __("you reopened the complaint"),
    "complaint.lapsed": __("we did not hear from you in time"),
    "complaint.review_requested": __("you asked for a review"),
    "complaint.reviewed": __("the review was decided"),
    "complaint.review_ended": __("the review ended without a decision"),
    "complaint.routes_offered": __("we named the ways outside"),
    "complaint.declined": __("you left it at that"),
    "deadline.extended": __("we needed more time"),
    "dispute.negotiated": __("you asked for direct talks"),
    "dispute.chosen": __("you chose a third party"),
    "dispute.consented": __("both sides consented"),
    "dispute.refused": __("one side did not consent"),
    "dispute.referred_out": __("you took your file to a public body"),
    "dispute.accepted": __("the third party accepted"),
    "dispute.declined": __("the third party did not take it up"),
    "dispute.objected": __("another person was asked to lead it"),
    "dispute.recommended": __("the third party made a recommendation"),
    "dispute.decided": __("the third party decided"),
    "dispute.settled": __("both sides agreed"),
    "dispute.failed": __("this way ended without an agreement"),
    "dispute.carried_out": __("what was agreed was carried out"),
    "dispute.denied": __("you said that it is not done"),
    "dispute.appealed": __("the decision is being reviewed outside"),
    "complaint.concluded": __("the dispute ended"),
}
MAX_HISTORY = 8


def timeline(work: Work, complaint: Complaint) -> Html:
    """The latest of it, one a line."""
    events = [event for event in work.history(complaint) if event.event in HAPPENED]
    return lines(*(told(work, event, event.at) for event in events[-MAX_HISTORY:]))


def told(work: Work, event: AuditEvent, date: datetime | Html) -> Html:
    """One of these events; of a remedy, which one."""
    what, remedy = Html(HAPPENED[event.event]), work.organisation.find_remedy(event.facts.get("remedy", ""))
    if remedy is None or not event.event.startswith("remedy."):
        return say("{date} · {event}", date=date, event=what)
    return say("{date} · {event}: {remedy}", date=date, event=what, remedy=Html(remedy.words[language()]))
