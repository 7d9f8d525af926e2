"""How each date of a case comes about, so that anybody can check it: start, limit, what did not count, end."""

from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton

from backoffice import clocks, complaints, delays, errors, rights, timeline
from backoffice.organisation_file import Limit
from backoffice.timeline import Timeline
from backoffice.work import Work
from bot.dates import clock, day
from bot.i18n import _, n_
from bot.keyboards import Desk, Prefix, Row, button, desk, keyboard, pager
from bot.limit_words import TARGETS
from bot.panel import leave, show
from bot.reminder_notices import named
from bot.staff.handling import paged
from bot.texts import Code, Html, bold, language, lines, paragraphs, say
from storage.clocks import ENDED_UNMET, ENDED_WELL, Deadline, of_case, running
from storage.complaints import Complaint
from storage.journal import AuditEvent

router = Router(name="timing")
router.callback_query.filter(Prefix(Desk))

SHOWN = 6  # closed days that are named one by one


@router.callback_query(Desk.filter(F.do == "dates"))
async def dates(query: CallbackQuery, callback_data: Desk, state: FSMContext, work: Work) -> None:
    """Every limit that runs or ran on the case; the latest page is seen first."""
    complaint = complaints.find(work, callback_data.code)
    rights.require(work, "read", complaint)
    await leave(state)
    history = work.history(complaint)
    pages = paged([one(work, each, history) for each in of_case(work.db, complaint.id) if told(each)])
    if (value := callback_data.value or "0") not in map(str, range(len(pages))):
        raise errors.Invalid(what="unknown_choice")
    page = int(value)
    text = paragraphs(
        bold(_("Deadlines of the case")),
        lines(say("{code}", code=Code(complaint.code or "")), *ages(work, complaint, history)),
        *pages[page],
    )
    turn = pager(
        page, page + 1 < len(pages), lambda number: desk("dates", complaint, str(number)), _("Newer"), _("Older")
    )
    await show(
        query,
        state,
        text,
        keyboard(*delayed(work, complaint), turn, back(complaint)),
        complaint=complaint,
        party="staff",
    )


def ages(work: Work, complaint: Complaint, history: list[AuditEvent]) -> list[Html]:
    """The two clocks: one never rests, the other only runs while it is our turn and we are at work."""
    age, own = clocks.ages(work, complaint, history)
    days, hours = age.days, round(own.total_seconds() / 3600)
    return [
        say(n_("Age of the case: {count} day", "Age of the case: {count} days", days), count=days),
        say(
            n_("Of it on our clock: {count} working hour", "Of it on our clock: {count} working hours", hours),
            count=hours,
        ),
    ]


def delayed(work: Work, complaint: Complaint) -> list[Row]:
    """What can be said about a date now: why it is late, or that it needs more time."""
    explainable = any(delays.explainable(each) for each in running(work.db, complaint.id))
    why = explainable and rights.may(work.actor, "explain_delay", complaint)
    more = delays.may_be_extended(work, complaint) and rights.may(work.actor, "ask_for_time", complaint)
    return [
        [button(_("Why is it late?"), desk("why_late", complaint))] if why else [],
        [button(_("More time"), desk("more_time", complaint))] if more else [],
    ]


def back(complaint: Complaint) -> InlineKeyboardButton:
    return button(_("Back"), desk("show", complaint))


def told(deadline: Deadline) -> bool:
    """Word on the progress and alarms come again and again; they are no dates that anybody would check."""
    return deadline.target not in ("progress_update", "unassigned_alarm")


def one(work: Work, deadline: Deadline, history: list[AuditEvent]) -> Html:
    line = clocks.explained(work, deadline, history)
    return lines(
        bold(str(TARGETS[deadline.target])),
        named(work, deadline) if deadline.task_id is not None else None,
        say(_("Counted from: {date}, {time}"), **at(deadline.started_at)) if deadline.started_at else None,
        limit(line.limit) if line else None,
        Html(_("By contract with the customer's company")) if line and line.by_contract else None,
        *(not_counted(work, line) if line else ()),
        Html(_("Extended once, for a reason")) if deadline.extended else None,
        say(_("By this count alone: {date}, {time}"), **at(line.due)) if line and line.due != deadline.due_at else None,
        say(_("Ends: {date}, {time}"), **at(deadline.due_at)) if deadline.due_at else None,
        outcome(work, deadline),
    )


def limit(limit: Limit) -> Html:
    words = {
        "min": n_("Limit: {count} minute", "Limit: {count} minutes", limit.amount),
        "h": n_("Limit: {count} hour", "Limit: {count} hours", limit.amount),
        "wh": n_("Limit: {count} working hour", "Limit: {count} working hours", limit.amount),
        "bd": n_("Limit: {count} business day", "Limit: {count} business days", limit.amount),
        "cd": n_("Limit: {count} calendar day", "Limit: {count} calendar days", limit.amount),
    }
    return say(words[limit.unit], count=limit.amount)


def not_counted(work: Work, line: Timeline) -> list[Html]:
    """Days off of the week, closed days, and when the customer held the ball."""
    said: list[Html] = []
    if line.limit.unit in ("bd", "wh"):
        off, closed = timeline.days_off(work.organisation.calendar, line)
        if off:
            said.append(
                say(n_("Not counted: {count} weekly day off", "Not counted: {count} weekly days off", off), count=off)
            )
        said += [say(_("Not counted: {date}, a day without work"), date=Html(day(each))) for each in closed[:SHOWN]]
        if len(closed) > SHOWN:
            left = len(closed) - SHOWN
            said.append(say(n_("and {count} more such day", "and {count} more such days", left), count=left))
    for begin, end in line.rests:
        said.append(
            say(
                _("Rested: {date}, {time} to {until}, {end}"),
                date=begin,
                time=Html(clock(begin)),
                until=end,
                end=Html(clock(end)),
            )
        )
    return said


def outcome(work: Work, deadline: Deadline) -> Html | None:
    """In time, late and why, or over without counting."""
    reason = work.organisation.delay_reason(deadline.reason or "")
    late = deadline.due_at is not None and (deadline.ended_at or work.now) > deadline.due_at
    because = say(_("Why: {reason}"), reason=Html(reason.words[language()])) if reason else None
    if deadline.ended is None:
        now = _("⚠️ Overdue") if late else _("⏳ Running")
        if deadline.next_at is None and not late:
            now = _("Resting: it is the customer's turn.")
        return lines(Html(now), because)
    if deadline.ended == ENDED_WELL and deadline.ended_at:
        words = _("⚠️ Done late: {date}, {time}") if late else _("✅ Done in time: {date}, {time}")
        return lines(say(words, **at(deadline.ended_at)), because)
    if deadline.ended == ENDED_UNMET:
        return lines(Html(_("⚠️ Not met")), because)
    return Html(_("No longer needed."))


def at(moment: datetime) -> dict[str, datetime | Html]:
    return {"date": moment, "time": Html(clock(moment))}
