"""What is told of remedies that are carried out: to the customer, to who carries them out, to the owner of the case."""

from typing import Any

from backoffice import complaints, reading, remedies, reminders, tasks
from bot import cards, task_cards, task_lines
from bot.customer.mine import confirmation
from bot.i18n import _
from bot.keyboards import SUCCESS, button, desk, keyboard, own, to_menu
from bot.notice import Notice, Said, brief, template
from bot.task_cards import carry
from bot.texts import Html, bold, lines, paragraphs, quote
from storage.complaints import Entry
from storage.remedies import Task

QUOTED = 1500  # UTF-16 units of evidence

# ------------------------------------------------------------------ to the complainant


@template
def remedy_done(notice: Notice) -> Said | None:
    """One of several; the others follow."""
    task = _task(notice)
    if task is None or task.done_at is None:
        return None
    text = paragraphs(
        bold(_("✅ A part of what we promised is done.")),
        lines(task_lines.own_line(notice.work, task), _shown(notice)),
        lines(*(task_lines.own_line(notice.work, each) for each in remedies.open_of(notice.work, notice.case))),
        _("When all of it is done we ask you whether you see it so."),
        cards.footer(notice.work, notice.case),
    )
    return text, keyboard(button(_("Show the complaint"), own("show", notice.case)))


@template
def remedy_carried_out(notice: Notice) -> Said | None:
    """All of it, item by item: is it done, as they see it?"""
    done = remedies.done_of(notice.work, notice.case)
    if not done or remedies.open_of(notice.work, notice.case):
        return None
    text = paragraphs(
        bold(_("We have done what we promised. Do you see it so, too?")),
        *(task_lines.shown_done(notice.work, each) for each in done),
        cards.footer(notice.work, notice.case),
    )
    return text, keyboard(confirmation(notice.case), button(_("Show the complaint"), own("show", notice.case)))


# ------------------------------------------------------------------ to the staff of the case


@template
def answer_accepted(notice: Notice) -> Said:
    answer = complaints.last_answer(notice.work.db, notice.case)
    reviewed = answer is not None and answer.review_id is not None
    title = (
        _("✅ The customer accepted the decision of the review.")
        if reviewed
        else _("✅ The customer accepted your answer.")
    )
    return brief(
        notice,
        title,
        task_lines.on_case(notice.work, notice.case),
        _("Carry it out and show on the card that it is done. You can give any of it to a colleague."),
    )


@template
def task_done(notice: Notice) -> Said | None:
    """That a colleague has done a part of it, or the last one."""
    task = _task(notice)
    if task is None:
        return None
    return brief(
        notice,
        _("✅ A colleague has carried out a remedy."),
        task_lines.on_case(notice.work, notice.case) or task_lines.line(notice.work, task),
        _shown(notice),
    )


@template
def task_came_back(notice: Notice) -> Said | None:
    task = _task(notice)
    if task is None or not tasks.is_open(task):
        return None
    return brief(
        notice,
        _("⚠️ A colleague cannot carry out a remedy."),
        task_lines.line(notice.work, task),
        _("It is for the owner of the case again. No date has moved."),
        way=button(_("What is to be carried out"), desk("tasks", notice.case), SUCCESS),
    )


@template
def not_carried_out(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ The customer says that the remedy is not done."),
        task_lines.of_these(notice.work, notice.params["task_ids"]),
        _("Carry it out and show on the card that it is done."),
    )


@template
def not_carried_out_overseer(notice: Notice) -> Said:
    title = _("⚠️ A customer says that a remedy of your team is not done.")
    return brief(notice, title, task_lines.of_these(notice.work, notice.params["task_ids"]))


# ------------------------------------------------------------------ to whom it was given


@template
def task_given(notice: Notice) -> Said | None:
    return _theirs(notice, _("A colleague asks you to carry out a remedy"))


@template
def task_denied(notice: Notice) -> Said | None:
    return _theirs(notice, _("⚠️ The customer says that it is not done"))


@template
def task_reminder(notice: Notice) -> Said | None:
    near = notice.params["what"] == reminders.WARNED
    return _theirs(notice, _("⏳ A remedy is due soon") if near else _("⚠️ A remedy is overdue"))


@template
def task_over(notice: Notice) -> Said | None:
    """They may know nothing of the case any more, so it is named by the remedy alone."""
    task = _task(notice)
    if task is None or (remedies.is_theirs(notice.work, task) and tasks.is_open(task)):
        return None
    text = paragraphs(
        bold(_("You need not carry out a remedy any more.")),
        lines(task_lines.named(notice.work, task), _("It is with somebody else, or not needed now.")),
    )
    return text, keyboard(to_menu())


# ------------------------------------------------------------------ inside


def _theirs(notice: Notice, title: str) -> Said | None:
    """Only for who still has it, and while it is to be done."""
    task = _task(notice)
    if task is None or not tasks.is_open(task) or not remedies.is_theirs(notice.work, task):
        return None
    reading.opened(notice.work, remedies.case_of(notice.work, task), reading.CONTACT)
    text = paragraphs(bold(title), task_cards.needed(notice.work, task))
    done = button(_("It is done"), carry("done", task), SUCCESS)
    return text, keyboard(done, button(_("I cannot do it"), carry("returned", task)), to_menu())


def _shown(notice: Notice) -> Html | None:
    params: dict[str, Any] = notice.params
    entry = notice.work.db.get(Entry, params["entry_id"])
    return quote(entry.text, QUOTED) if entry and entry.text else None


def _task(notice: Notice) -> Task | None:
    return notice.work.db.get(Task, notice.params["task_id"])
