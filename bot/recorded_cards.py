"""What is said of a case that came another way than through the bot: how, when, from which authority."""

from backoffice import people
from backoffice.stages import Stage
from backoffice.work import Work
from bot.dates import clock
from bot.i18n import _
from bot.texts import Html, language, lines, plain, say
from storage.complaints import Complaint


def channel(work: Work, code: str) -> Html:
    return plain(work.organisation.channels[code][language()])


def arrival(complaint: Complaint) -> Html | None:
    """When it really came, while it is being written down."""
    moment = complaint.arrived_at
    return say(_("Arrived: {date}, {time}"), date=moment, time=Html(clock(moment))) if moment else None


def authority_line(work: Work, complaint: Complaint) -> Html | None:
    """By when a public body wants to know; an earlier date of ours goes before it, a later one does not."""
    if complaint.authority_due is None or Stage(complaint.stage) is Stage.CLOSED:
        return None
    late = complaint.authority_due < work.now and complaint.decision is None
    template = (
        _("⚠️ The authority wanted our answer by {date}") if late else _("The authority wants our answer by {date}")
    )
    return say(template, date=complaint.authority_due)


def came_by(work: Work, complaint: Complaint) -> Html | None:
    """How it came, where not through the bot, and who wrote it down."""
    if complaint.recorded_by is None:
        return None
    return lines(
        say(_("Received by: {channel}"), channel=channel(work, complaint.channel)),
        say(_("Authority's reference: {reference}"), reference=complaint.authority) if complaint.authority else None,
        say(_("Recorded by: {name}"), name=people.name_of(work, complaint.recorded_by) or Html(_("nobody yet"))),
    )
