"""What somebody reads of a remedy that they are to carry out, and the buttons about it."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from backoffice import remedies, rights, tasks
from backoffice.stages import Stage
from backoffice.work import Work
from bot import cards, items, masked, subjects, task_lines
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, Carry, Row, button, desk, keyboard, ticked, to_menu
from bot.texts import Code, Html, lines, paragraphs, say
from storage.complaints import Complaint
from storage.remedies import Task


def carry(do: str, task: Task, value: str = "") -> Carry:
    return Carry(do=do, number=task.id, value=value)


def needed(work: Work, task: Task) -> Html:
    """What somebody needs to carry it out, and nothing else of the case: for whom, and about which order."""
    complaint = remedies.case_of(work, task)
    return paragraphs(
        task_lines.whole(work, task),
        lines(
            say("{code}", code=Code(complaint.code or "")),
            say(_("About: {category}"), category=subjects.category(work, complaint)),
            *items.lines_of(work, complaint),
            say(_("Order or contract: {reference}"), reference=complaint.reference) if complaint.reference else None,
            masked.to_pass_on(complaint),
            cards.owner(work, complaint),
        ),
    )


def buttons(work: Work, task: Task) -> InlineKeyboardMarkup:
    """What the actor can do about it now."""
    complaint = remedies.case_of(work, task)
    open_now = tasks.is_open(task) and Stage(complaint.stage) is Stage.IMPLEMENTING
    able = open_now and remedies.may_do(work, task)
    gives = open_now and rights.may(work.actor, "give_task", complaint)
    theirs = open_now and remedies.is_theirs(work, task)
    given = gives and task.owner_id is not None
    done: Row = [button(_("It is done"), carry("done", task), SUCCESS)] if able else []
    give: Row = [button(_("Give to a colleague"), carry("give", task))] if gives else []
    taken: Row = [button(_("Take it back"), carry("taken", task))] if given and not theirs else []
    cannot: Row = [button(_("I cannot do it"), carry("returned", task))] if theirs else []
    reads = rights.may(work.actor, "read", complaint)
    return keyboard(done, give, taken, cannot, button(_("Back"), desk("tasks", complaint)) if reads else to_menu())


def undone(
    work: Work,
    complaint: Complaint,
    value: str,
    *,
    pick: Callable[[str], CallbackData],
    deny: Callable[[str], CallbackData],
) -> list[Row]:
    """Which of it is not done: a button for each that is said to be, ticked by a tap; `value` holds the places of those
    that are. `pick` and `deny` make the data of a button."""
    found = remedies.done_of(work, complaint)
    rows: list[Row] = []
    for place, task in enumerate(found):
        turned = "".join(str(each) for each in range(len(found)) if (str(each) in value) != (each == place))
        rows.append([ticked(task_lines.named(work, task), str(place) in value, pick(turned))])
    return [*rows, [button(_("This is not done"), deny(value), DANGER)] if value else []]
