"""The cause of a case in words: what was found, how far it reaches, by when it is owed, the incident it belongs to."""

from backoffice import rights
from backoffice.learning import causes, incidents
from backoffice.work import Work
from bot.dates import clock
from bot.i18n import _, __
from bot.texts import Code, Html, language, lines, paragraphs, plain, quote, say
from storage.complaints import Complaint
from storage.learning import Analysis, Incident

SCOPES = {
    causes.SINGLE: __("Single case"),
    causes.RECURRING: __("Recurring"),
    causes.SYSTEMIC: __("Systemic"),
}


def name(work: Work, code: str) -> Html:
    """The cause in the reader's language; one that the organisation's file has no more, by its code."""
    found = work.organisation.find_root_cause(code)
    return plain(found.words[language()]) if found else say("{code}", code=Code(code))


def about(work: Work, complaint: Complaint) -> Html | None:
    """Its lines on the card of a case; nothing for those who do not handle it."""
    of_interest = complaint.root_cause or complaint.incident_id or complaint.closed_at
    if not of_interest or not rights.may(work.actor, "read_all", complaint):
        return None
    found, incident = causes.newest(work, complaint), incidents.of(work, complaint)
    parts = [
        say(_("Root cause: {cause}"), cause=name(work, complaint.root_cause)) if complaint.root_cause else None,
        say(_("Reach: {scope}"), scope=Html(SCOPES[found.scope])) if found else None,
        due(work, complaint),
        titled(incident) if incident else None,
    ]
    return lines(*parts) if any(parts) else None


def due(work: Work, complaint: Complaint) -> Html | None:
    """By when the analysis is owed, while it is."""
    deadline = causes.owed(work, complaint)
    if deadline is None or deadline.due_at is None:
        return None
    late = deadline.due_at <= work.now
    template = _("⚠️ Analysis overdue since {date}, {time}") if late else _("⏳ Analysis due {date}, {time}")
    return say(template, date=deadline.due_at, time=Html(clock(deadline.due_at)))


def titled(incident: Incident) -> Html:
    template = (
        _("Incident {incident}: {words}") if incident.closed_at is None else _("Incident {incident} (closed): {words}")
    )
    return say(template, incident=Code(incident.number), words=incident.title)


def reasons(whys: list[str]) -> Html | None:
    """The whys so far, each under its number."""
    told = [lines(say(_("Why {number}:"), number=place), quote(why)) for place, why in enumerate(whys, 1)]
    return lines(*told) if told else None


def analysis(work: Work, found: Analysis) -> Html:
    """One finding, with all that was said."""
    return paragraphs(
        lines(
            say(_("Root cause: {cause}"), cause=name(work, found.cause)),
            say(_("Reach: {scope}"), scope=Html(SCOPES[found.scope])),
        ),
        reasons(found.whys),
        lines(Html(_("Why no cause was found:")), quote(found.reason)) if found.reason else None,
    )
