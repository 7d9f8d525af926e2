"""What happened to a case, as the staff read it between what was said on it."""

from collections.abc import Mapping
from datetime import datetime

from backoffice import people
from backoffice.work import Work
from bot.course_paper import HAPPENED
from bot.dates import clock
from bot.i18n import _, __
from bot.texts import Html, language, say
from storage.complaints import Complaint
from storage.journal import AuditEvent
from storage.people import Staff

SAID = {
    "complaint.asked", "complaint.answered", "complaint.approved", "complaint.revised", "complaint.reviewed",
}  # fmt: skip
"""What stands in the history with its words already."""
OURS = {
    "complaint.assessed": __("It was assessed."),
    "complaint.contained": __("The containment action was recorded."),
    "complaint.escalated": __("It was handed up."),
    "complaint.taken_back": __("It went back to the queue, for nothing was done about it."),
    "complaint.risk_marked": __("A risk was marked."),
    "complaint.risk_cleared": __("A risk was taken back."),
    "answer.proposed": __("An answer was put forward for approval."),
    "answer.returned": __("The answer went back to its author."),
    "case.held": __("It is kept for legal reasons from here on."),
    "case.hold_lifted": __("It is not kept for legal reasons any more."),
    "case.exclusion_proposed": __("It was proposed as out of scope."),
    "case.exclusion_refused": __("It was found to be within scope."),
    "case.merged_in": __("Another case became a part of it."),
    "case.merged_out": __("A case that was a part of it goes on by itself."),
    "case.unmasked": __("Name and contact were shown."),
    "deadline.breached": __("A date passed."),
    "deadline.escalated": __("Those above were told of a date that passed."),
    "complaint.closed": __("It was closed."),
}
ALL = {**HAPPENED, **OURS}
NAMED = {each: words for each, words in ALL.items() if each not in SAID}


def pieces(work: Work, complaint: Complaint) -> list[tuple[datetime, Html]]:
    """Each event that tells something, with who of the staff it was by."""
    told = [(event.at, _event(work, event, NAMED)) for event in work.history(complaint)]
    return [(at, words) for at, words in told if words is not None]


def latest(work: Work, complaint: Complaint) -> Html | None:
    """What happened last, and by whom: for whoever came too late for a step."""
    told = (_event(work, event, ALL) for event in reversed(work.history(complaint)))
    return next((words for words in told if words is not None), None)


def _event(work: Work, event: AuditEvent, named: Mapping[str, object]) -> Html | None:
    what = _what(work, event, named)
    if what is None:
        return None
    staff = work.db.get(Staff, event.actor_id) if event.actor_id else None
    by = people.name_of(work, event.actor_id) if staff else None
    template = _("{date}, {time} · {event} ({name})") if by else _("{date}, {time} · {event}")
    return say(template, date=event.at, time=Html(clock(event.at)), event=what, name=by or "")


def _what(work: Work, event: AuditEvent, words: Mapping[str, object]) -> Html | None:
    match event.event:
        case "complaint.assigned":
            name = people.name_of(work, event.facts["owner"]) or Html(_("somebody who has left"))
            return say(_("It went to {name}."), name=name)
        case "complaint.severity_changed":
            known = work.organisation.severities.get(event.facts["severity"])
            return say(_("Its severity was changed: {severity}"), severity=Html(known[language()])) if known else None
        case named if named in words:
            return Html(str(words[named]))
        case _:
            return None
