"""What is told of dates: to the complainant before they have to ask, to the staff what they must do next."""

from datetime import datetime

from backoffice import tasks, ways
from backoffice.disputes.phases import of
from backoffice.stages import Stage
from bot import cards, review_notices, routes, task_lines, wanted_cards
from bot.customer.answers import answer_buttons, closing, stars
from bot.customer.mine import case_buttons, confirmation
from bot.dates import clock
from bot.disputes import offer_notices
from bot.i18n import _
from bot.keyboards import button, keyboard, own
from bot.notice import Notice, Said, brief, reference, template
from bot.texts import Html, bold, language, lines, paragraphs, plain, quote, say
from storage.clocks import Deadline
from storage.complaints import Entry
from storage.remedies import Task

# ------------------------------------------------------------------ to the complainant: our time


@template
def answer_late(notice: Notice) -> Said | None:
    """Apology, reason, new date; from the longest time on the next route as well."""
    deadline, case = notice.work.db.get(Deadline, notice.params["deadline"]), notice.case
    task = notice.work.db.get(Task, deadline.task_id) if deadline and deadline.task_id else None
    if deadline is None or case.promised_at is None or (task is not None and not tasks.is_open(task)):
        return None  # it was answered before this could go
    until = (tasks.promised(notice.work, task) if task else None) or case.promised_at
    reason = notice.work.organisation.delay_reason(deadline.reason or "")
    text = paragraphs(
        bold(
            _("The remedy is not carried out in time. We are sorry for the delay.")
            if task
            else _("Our answer is not ready in time. We are sorry for the delay.")
        ),
        plain(reason.told[language()]) if reason else _("It takes longer than we had expected."),
        task_lines.named(notice.work, task) if task else None,
        say(_("New date: {date}"), date=until),
        _("You need not wait for us: the review and the outside ways that we named to you are open.")
        if case.deadlock_at
        else None,
        cards.footer(notice.work, case),
    )
    return text, case_buttons(notice.work, case)


@template
def way_open(notice: Notice) -> Said | None:
    """The longest time is over (ISO 10002, 7.9): nobody has to wait for us any more."""
    if Stage(notice.case.stage) in (Stage.ANSWERED, Stage.CONFIRMING, Stage.CLOSED):
        return None  # it was answered before this could go, and the answer names the ways itself
    text = paragraphs(
        bold(_("We have not settled your complaint within the longest time that we allow ourselves. We are sorry.")),
        _("You need not wait for us any longer. We go on working on it all the same."),
        next_ways(notice),
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


@template
def progress(notice: Notice) -> Said | None:
    if cards.promise(notice.case) is None:
        return None
    text = paragraphs(
        bold(_("Your complaint is still in our hands.")),
        say(_("Handled by: {unit}"), unit=Html(cards.unit(notice.work, notice.case))),
        _("Nothing is needed from you. If you have something to add, write it here."),
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


@template
def date_put_off(notice: Notice) -> Said:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    before, task = datetime.fromisoformat(notice.params["was"]), notice.work.db.get(Task, notice.params["task_id"] or 0)
    date = tasks.promised(notice.work, task) if task else cards.promise(notice.case)
    text = paragraphs(
        bold(_("We need more time for your complaint, and are sorry for it.")),
        task_lines.named(notice.work, task) if task else None,
        lines(Html(_("The reason:")), quote(entry.text if entry else None)),
        say(_("New date: {date}, instead of {before}."), date=date, before=before) if date else None,
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


def next_ways(notice: Notice) -> Html:
    """The second look while one is left, and the third party, with addresses."""
    if ways.review(notice.work, notice.case):
        return paragraphs(_("You can now ask for a review by other people."), routes.outside(notice.work, notice.case))
    return routes.outside(notice.work, notice.case)


# ------------------------------------------------------------------ to the complainant: their time


@template
def window_reminder(notice: Notice) -> Said | None:
    """What waits for them, until when, and what happens then; nothing once they have answered."""
    work, case, target = notice.work, notice.case, notice.params["target"]
    deadline = work.db.get(Deadline, notice.params["window"])
    if deadline is None or deadline.ended is not None:
        return None
    until = cards.window(work, case)
    if target == "customer_info":
        text = paragraphs(
            bold(_("We still need your answer to go on.")),
            wanted_cards.listed(work, case) or cards.open_question(work, case),
            info_end(notice, until),
        )
        return said(notice, text), wanted_cards.answering(work, case)
    if of(case) is not None:
        return offer_notices.reminded(notice, target, until)
    if target == "review_answer":
        return review_notices.reminded(notice, until)
    if target == "customer_answer":
        text = paragraphs(
            bold(_("Our answer waits for your decision.")),
            say(
                _("If we hear nothing by {date}, we close the complaint. You lose no right: you can reopen it after."),
                date=until,
            ),
        )
        return said(notice, text), answer_buttons(work, case, read=True)
    text = paragraphs(
        bold(_("Has the remedy been carried out, as you see it?")),
        task_lines.told(work, case),
        say(_("If we hear nothing by {date}, we take it that all is well. You can still reopen it after."), date=until),
    )
    return said(notice, text), keyboard(confirmation(case), button(_("Show the complaint"), own("show", case)))


def info_end(notice: Notice, until: datetime) -> Html:
    if notice.case.severity == "critical":
        return Html(_("Your answer helps us; we go on with what we know in any case."))
    return say(
        _("Without it we would have to close the complaint after {date}. You could reopen it with your answer."),
        date=until,
    )


@template
def closed_by_silence(notice: Notice) -> Said | None:
    """Nobody is shut out: how to come back, and which ways stay open until when."""
    work, case = notice.work, notice.case
    if case.closed_at is None:
        return None
    if "survey" in notice.params:
        text = paragraphs(closing(work, case), _("How did we handle it? One star is poor, five are excellent."))
        return text, stars(case, "rate_handling")
    if case.closed_reason in ("tacit", "silent", "unresolved"):
        return closing(work, case), case_buttons(work, case)
    reason = work.organisation.closure_reasons[case.closed_reason or ""][language()]
    text = paragraphs(
        bold(_("Your complaint is closed for now.")),
        say(_("Why: {reason}"), reason=Html(reason)),
        _("When you have the answer, reopen the complaint and send it."),
    )
    return said(notice, text), case_buttons(work, case)


@template
def info_not_given(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("We go on with what we know.")),
        _("Your answer is still welcome: write it here at any time."),
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


def said(notice: Notice, text: Html) -> Html:
    return paragraphs(text, cards.footer(notice.work, notice.case))


# ------------------------------------------------------------------ to the staff


@template
def case_deadlocked(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ The longest time for a case is over."),
        _("The customer has been told that a review and the outside routes are open now. Answer all the same."),
    )


@template
def not_delivered(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ Our message has not reached the customer yet."),
        _("Their time to answer does not run until it does. Try the other contact, if they left one."),
    )


@template
def info_missing(notice: Notice) -> Said:
    return brief(
        notice,
        _("The customer did not answer our question."),
        _("The case is critical or concerns safety, so it stays open: go on with what is known."),
    )


@template
def desk_stood_still(notice: Notice) -> Said:
    since, until = (datetime.fromisoformat(notice.params[name]) for name in ("since", "until"))
    text = paragraphs(
        bold(_("⚠️ The desk stood still.")),
        say(
            _("From {since}, {time} to {until}, {end}."),
            since=since,
            time=Html(clock(since)),
            until=until,
            end=Html(clock(until)),
        ),
        _("What fell due meanwhile is being done now, and no window of a customer closes before they were heard."),
    )
    return text, None


@template
def step_failed(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("⚠️ A deadline could not be worked off.")),
        reference(notice, "deadline"),
        _("It is tried again every hour. <code>sulh doctor</code> and the log tell more."),
    )
    return text, None
