"""What happened to a case so far, as its complainant may know it."""

from backoffice.work import Work
from bot.i18n import __
from bot.texts import Html, lines, say
from storage.complaints import Complaint

HAPPENED = {
    "complaint.submitted": __("complaint received"),
    "complaint.started": __("investigation started"),
    "complaint.asked": __("we asked you a question"),
    "complaint.informed": __("you answered our question"),
    "complaint.answered": __("we answered"),
    "complaint.accepted": __("you accepted the answer"),
    "complaint.refused": __("you did not accept the answer"),
    "complaint.carried_out": __("remedy carried out"),
    "complaint.confirmed": __("you confirmed the remedy"),
    "complaint.denied": __("you said that the remedy is not done"),
    "complaint.withdrawn": __("you withdrew the complaint"),
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
    told = [say("{date} · {event}", date=e.at, event=Html(HAPPENED[e.event])) for e in events[-MAX_HISTORY:]]
    return lines(*told)
