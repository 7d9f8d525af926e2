"""What is counted for the operator: what went out, what went wrong, what waits."""

from prometheus_client import Counter, Gauge

from backoffice import inbox, outbox, schedule
from backoffice.work import Office

outbox_sent = Counter("outbox_sent_total", "Calls that the messenger carried out", ["method"])
outbox_errors = Counter("outbox_errors_total", "Calls that went wrong, by kind of error", ["kind"])
outbox_doubtful = Counter("outbox_doubtful_total", "Messages that may have arrived twice")
updates_received = Counter("updates_received_total", "Updates stored")
updates_refused = Counter("updates_refused_total", "Requests that carried no update", ["reason"])
updates_aside = Counter("updates_aside_total", "Updates that could not be handled")
files_fetched = Counter("files_fetched_total", "Files from people, by what became of them", ["state"])
documents_printed = Counter(
    "documents_printed_total", "Attempts to print a document, by what became of them", ["state"]
)
digests_made = Counter("digests_made_total", "Digests that were made, whole or without some of their parts", ["how"])
tables_made = Counter("tables_made_total", "Tables of cases that were made")
charts_failed = Counter("charts_failed_total", "Charts that could not be drawn, by kind of error", ["kind"])

_inbox_waiting = Gauge("inbox_waiting", "Updates that wait")
_inbox_oldest = Gauge("inbox_oldest_seconds", "Age of the oldest update that waits")
_inbox_aside = Gauge("inbox_aside", "Updates laid aside")
_outbox_waiting = Gauge("outbox_waiting", "Messages that wait", ["urgency"])
_outbox_oldest = Gauge("outbox_oldest_seconds", "Age of the oldest message that waits")
_outbox_held = Gauge("outbox_held", "Messages kept for people who cannot be reached")
_outbox_aside = Gauge("outbox_aside", "Messages laid aside")

URGENCIES = ("answer", "notice", "digest")


_deadlines_late = Gauge("deadlines_late_seconds", "By how much the oldest step that is due is late")


def observe(office: Office) -> None:
    """Read what waits; called when the figures are asked for."""
    with office.look() as work:
        updates, messages = inbox.backlog(work), outbox.figures(work)
        _deadlines_late.set(schedule.lateness(work))
    _inbox_waiting.set(updates.waiting)
    _inbox_oldest.set(updates.oldest)
    _inbox_aside.set(updates.aside)
    for urgency, name in enumerate(URGENCIES):
        _outbox_waiting.labels(name).set(messages.waiting.get(urgency, 0))
    _outbox_oldest.set(messages.oldest)
    _outbox_held.set(messages.held)
    _outbox_aside.set(messages.aside)
