"""A remedy that is carried out, in a line: on the card of its case, in the customer's view of it, in every notice."""

from datetime import datetime

from backoffice import remedies, tasks
from backoffice.work import Work
from bot.i18n import _
from bot.money import shown
from bot.texts import Html, language, lines, plain, quote, say
from storage.complaints import Complaint
from storage.remedies import Task

OPEN, DONE, LATE = "▫️", "✅", "⚠️"
WORDS = 400  # UTF-16 units of what the answer says of a remedy
EVIDENCE = 800  # of what shows that it is done


def named(work: Work, task: Task) -> Html:
    """The remedy as the file words it; one that it has no more goes by its code."""
    remedy = work.organisation.find_remedy(task.code)
    return plain(remedy.words[language()] if remedy else task.code)


# ------------------------------------------------------------------ for staff


def line(work: Work, task: Task) -> Html:
    """«▫️ Full refund · SAR 500 · by Sunday 29 November · Mina», as it stands towards our own date."""
    person = tasks.whose(work, remedies.case_of(work, task), task)
    whose = [say("{name}", name=person.name)] if person is not None and person.name else []
    return _line(work, task, tasks.due(work, task), whose)


def on_case(work: Work, complaint: Complaint) -> Html | None:
    """What is to be carried out, and what is done of it, as long as that is under way."""
    return lines(*(line(work, each) for each in tasks.running(work, complaint))) or None


def of_these(work: Work, task_ids: list[int]) -> Html:
    """Some of them, by their numbers."""
    return lines(*(line(work, task) for each in task_ids if (task := work.db.get(Task, each))))


def whole(work: Work, task: Task) -> Html:
    """The line, what the answer says of it, what shows that it is done, and whether the customer said no."""
    words, evidence = remedies.given(work, task).words, remedies.evidence(work, task)
    denied = task.denials and task.done_at is None
    return lines(
        line(work, task),
        quote(words, WORDS) if words else None,
        Html(_("The customer said that it was not done.")) if denied else None,
        quote(evidence.text, EVIDENCE) if evidence and evidence.text else None,
        Html(_("Nobody has to do it any more.")) if task.ended else None,
    )


# ------------------------------------------------------------------ for the customer


def told(work: Work, complaint: Complaint) -> Html | None:
    """Every remedy and by when it is done or when it was, while that is under way."""
    return lines(*(own_line(work, each) for each in tasks.running(work, complaint))) or None


def own_line(work: Work, task: Task) -> Html:
    """The line with the date that the customer was told last."""
    return _line(work, task, tasks.promised(work, task))


def shown_done(work: Work, task: Task) -> Html:
    """What was done, and what shows it."""
    evidence = remedies.evidence(work, task)
    return lines(own_line(work, task), quote(evidence.text, EVIDENCE) if evidence and evidence.text else None)


# ------------------------------------------------------------------ inside


def _line(work: Work, task: Task, until: datetime | None, more: list[Html] | None = None) -> Html:
    late = task.done_at is None and until is not None and until <= work.now
    money = remedies.given(work, task).money
    parts = [named(work, task), *([Html(shown(money))] if money else [])]
    if task.done_at is not None:
        parts.append(say(_("done on {date}"), date=task.done_at))
    elif until is not None:
        parts.append(say(_("overdue since {date}") if late else _("by {date}"), date=until))
    mark = DONE if task.done_at is not None else LATE if late else OPEN
    return Html(f"{mark} {' · '.join([*parts, *(more or [])])}")
