"""What reminds staff of dates: one case with the buttons that lead straight to the action, or several as a list."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from backoffice import delays, rights
from backoffice.stages import STANDINGS, Stage
from backoffice.targets import OF_DISPUTE, OF_LEARNING, OF_REVIEW, RUNS_ON
from backoffice.work import Work
from bot import cards, task_lines
from bot.dates import clock
from bot.i18n import _, __, n_
from bot.keyboards import SUCCESS, Go, Row, button, desk, keyboard, pairs
from bot.limit_words import TARGETS
from bot.notice import Notice, Said, brief, door, template
from bot.staff import queue
from bot.texts import Code, Html, bold, lines, paragraphs, quote, say
from storage.clocks import Deadline
from storage.complaints import Complaint, Entry
from storage.remedies import Task

TITLES = {
    "warned": __("⏳ A deadline is near."),
    "breached": __("⚠️ A deadline has passed."),
    "escalated": __("⚠️ A case of your team is late."),
    "again": __("⏳ You asked to be reminded."),
}
ACTIONS = {
    "assessment": ("assess", __("Assess")),
    "first_response": ("write", __("Write to the customer")),
    "final_response": ("answer", __("Answer")),
    "acknowledgement_by_staff": ("by_hand", __("What to tell them")),
    "authority": ("answer", __("Answer")),
    "counter_answer": ("answer", __("Answer")),
    "implementation": ("carry_out", __("The remedy is carried out")),
    "refund": ("carry_out", __("The remedy is carried out")),
    "containment": ("contain", __("What was done at once?")),
    "review_admissibility": ("admission", __("Decide on the request")),
    "review_decision": ("vote", __("Vote")),
    "root_cause": ("find_cause", __("Root cause")),
}
RIGHTS = {"admission": "admit", "by_hand": "pass_on"}  # to an action that is not named like its right
MOST = 8  # cases listed in one message


@dataclass(frozen=True, slots=True)
class Wanted:
    """A date that a member of staff must know of; `what` happened to it."""

    complaint: Complaint
    deadline: Deadline
    what: str


@template
def reminder(notice: Notice) -> Said | None:
    """One that could not wait for others."""
    return _worded(notice)


@template
def reminders(notice: Notice) -> Said | None:
    return _worded(notice)


def _worded(notice: Notice) -> Said | None:
    """Only what still matters when it is read, and what the reader may read then."""
    wanted = _wanted(notice)
    cases = {each.complaint.id for each in wanted}
    if not wanted:
        return None
    return _one(notice, wanted) if len(cases) == 1 else _several(notice, wanted)


@template
def extension_wanted(notice: Notice) -> Said | None:
    """A colleague asks for leave; the words are those that the customer would read."""
    until = delays.may_be_extended(notice.work, notice.case)
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    if until is None or entry is None or entry.kind != delays.ASKED:
        return None
    text, _buttons = brief(
        notice,
        _("A colleague asks for more time."),
        lines(Html(_("The reason, as the customer would read it:")), quote(entry.text, 1000)),
        say(_("The new date would be: {date}"), date=until),
    )
    grant = button(_("Grant it"), desk("grant", notice.case, str(entry.id)), SUCCESS)
    return text, keyboard(grant, button(_("Open the case"), desk("show", notice.case)))


@template
def extension_granted(notice: Notice) -> Said:
    return brief(notice, _("✅ You have more time. The customer has been told."))


def _wanted(notice: Notice) -> list[Wanted]:
    """The newest word on each date, what is due soonest first."""
    found: dict[int, Wanted] = {}
    for part in notice.parts:
        deadline = notice.work.db.get(Deadline, part["deadline"])
        if deadline is None or deadline.ended is not None:
            continue
        complaint = notice.work.db.get_one(Complaint, deadline.complaint_id)
        ours = STANDINGS[Stage(complaint.stage)].turn == "desk" or deadline.target in RUNS_ON
        if ours and rights.may(notice.work.actor, "read", complaint):
            found[deadline.id] = Wanted(complaint, deadline, part["what"])
    return sorted(found.values(), key=lambda each: (each.deadline.due_at or notice.work.now, each.deadline.id))


def _one(notice: Notice, wanted: list[Wanted]) -> Said:
    first = wanted[0]
    text = paragraphs(
        bold(str(TITLES[wanted[-1].what if len({each.what for each in wanted}) == 1 else "breached"])),
        lines(
            say("{code}", code=Code(first.complaint.code or "")),
            Html(cards.turn(first.complaint)),
            *(date_line(notice.work, each.deadline) for each in wanted),
            cards.promise_line(first.complaint),
            cards.owner(notice.work, first.complaint) if first.complaint.owner_id != notice.person.id else None,
        ),
    )
    return text, action_buttons(notice, first.complaint, first.deadline)


def _several(notice: Notice, wanted: list[Wanted]) -> Said:
    by_case: dict[int, list[Wanted]] = {}
    for each in wanted:
        by_case.setdefault(each.complaint.id, []).append(each)
    cases = list(by_case.values())
    count = len(cases) + notice.more
    title = say(n_("⏳ {count} case needs you.", "⏳ {count} cases need you.", count), count=count)
    blocks = [
        lines(
            say("{code}", code=Code(group[0].complaint.code or "")),
            *(date_line(notice.work, each.deadline) for each in group),
        )
        for group in cases[:MOST]
    ]
    rest = count - len(cases[:MOST])
    more = (
        say(n_("{count} more stands in your queue.", "{count} more stand in your queue.", rest), count=rest)
        if rest > 0
        else None
    )
    shown = [group[0].complaint for group in cases[:6]]
    buttons = pairs([button(str(each.code), desk("show", each)) for each in shown])
    return paragraphs(bold(title), *blocks, more), keyboard(button(_("My queue"), Go(to="queue"), SUCCESS), *buttons)


def date_line(work: Work, deadline: Deadline) -> Html | None:
    """«Final answer: due Sunday 29 November, 17:00»."""
    if deadline.due_at is None:
        return None
    late = deadline.due_at <= work.now
    template = _("⚠️ {what}: overdue since {date}, {time}") if late else _("⏳ {what}: due {date}, {time}")
    return say(template, what=named(work, deadline), date=deadline.due_at, time=Html(clock(deadline.due_at)))


def named(work: Work, deadline: Deadline) -> Html:
    """What is to be done by then; of remedies, which one."""
    task = work.db.get(Task, deadline.task_id) if deadline.task_id is not None else None
    return task_lines.named(work, task) if task is not None else Html(TARGETS[deadline.target])


def action_buttons(notice: Notice, complaint: Complaint, deadline: Deadline) -> InlineKeyboardMarkup:
    """The action itself first, then what can be said about the delay."""
    actor = notice.work.actor
    act = _act(notice, complaint, deadline)
    if deadline.target in OF_LEARNING:  # the case is closed, and there is nothing else to do with it
        return keyboard(act, door(notice.work, complaint, None if act else SUCCESS))
    why: Row = []
    if rights.may(actor, "explain_delay", complaint) and delays.explainable(deadline):
        why = [button(_("Why is it late?"), desk("why_late", complaint))]
    if (not act or complaint.owner_id is None) and rights.may(actor, "assign", complaint):
        why = [*why, button(_("Give to a colleague"), desk("assign", complaint))]
    snooze: Row = []
    if rights.may(actor, "snooze", complaint):
        snooze = [button(_("Remind me later"), desk("snooze", complaint))]
    time: Row = []
    if rights.may(actor, "ask_for_time", complaint) and delays.may_be_extended(notice.work, complaint):
        time = [button(_("More time"), desk("more_time", complaint))]
    show = door(notice.work, complaint, None if act else SUCCESS)
    return keyboard(*([act, why] if act else [[show], why]), [*time, *snooze], show if act else None)


def _act(notice: Notice, complaint: Complaint, deadline: Deadline) -> Row:
    """What the date is there for; a case without an owner must be taken first, unless it is for others to act."""
    actor = notice.work.actor
    others = deadline.target in (*OF_REVIEW, *OF_DISPUTE, *OF_LEARNING)
    if not others and complaint.owner_id is None and rights.may(actor, "take", complaint):
        return [button(_("Take the case"), desk("take", complaint), SUCCESS)]
    if not others and (waits := queue.proposed(notice.work, complaint)):
        return waits
    action, words = ACTIONS.get(deadline.target, ("", ""))
    if not action or not rights.may(actor, RIGHTS.get(action, action), complaint):
        return []
    return [button(str(words), desk(action, complaint), SUCCESS)]
