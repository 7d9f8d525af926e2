"""What the office tells people, worded at delivery in the language they have then: one function a template."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backoffice import people, reading, rights
from backoffice.work import Actor, Work
from bot import (
    account_notices,
    answer_notices,
    by_hand_notices,
    cards,
    cause_notices,
    commands,
    deadline_notices,
    group_notices,
    investigation_notices,
    own_file,
    owner_notices,
    panel_notices,
    paper_notices,
    reminder_notices,
    review_notices,
    severity_notices,
    special_notices,
    survey_notices,
    task_notices,
)
from bot.customer.mine import case_buttons
from bot.disputes import mediation_notices, outcome_notices, staff_notices
from bot.figures import alarms
from bot.figures import notices as figure_notices
from bot.i18n import _, reader_of, speaking_to
from bot.keyboards import button, desk, keyboard, own, pairs, to_menu
from bot.learning import action_notices
from bot.notice import TEMPLATES, Call, Notice, Said, album, brief, one_file, reference, template
from bot.staff import queue
from bot.texts import Code, Html, bold, language, lines, paragraphs, quote, say
from storage.complaints import Attachment, Complaint, Entry
from storage.people import Person, staff_of
from storage.traffic import OutboxMessage

ELSEWHERE = (
    account_notices,
    alarms,
    answer_notices,
    by_hand_notices,
    cause_notices,
    action_notices,
    deadline_notices,
    figure_notices,
    investigation_notices,
    mediation_notices,
    outcome_notices,
    panel_notices,
    paper_notices,
    reminder_notices,
    review_notices,
    special_notices,
    staff_notices,
    survey_notices,
    task_notices,
)  # wordings that register themselves


def word(work: Work, message: OutboxMessage, person: Person | None, complaint: Complaint | None) -> Call | None:
    """The prepared call for a notice; None when there is nothing left to say. Called by the courier.

    Without a person it is for a group.
    """
    if person is None:
        return group_notices.word(work, message)
    work.actor = Actor(person, staff_of(work.db, person.id))
    params = message.body["params"]
    parts = params if isinstance(params, list) else [params]
    notice = Notice(work, person, complaint, parts, message.body.get("more", 0))
    whom = reader_of(person, ZoneInfo(work.organisation.time_zone), work.organisation.default_language)
    with speaking_to(whom):
        said = TEMPLATES[message.body["template"]](notice)
    if complaint is not None:
        reading.told(work, complaint, message.body["template"])
    if said is None or isinstance(said, dict):
        return said
    text, buttons = said
    args: dict[str, Any] = {"chat_id": person.telegram_id, "text": text, "parse_mode": "HTML"}
    if buttons and buttons.inline_keyboard:
        args["reply_markup"] = buttons.model_dump(exclude_none=True)
    if message.party != "customer":
        args["protect_content"] = True
    return {"method": "sendMessage", "args": args}


# ------------------------------------------------------------------ to the complainant


@template
def investigation_started(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Your complaint is being investigated.")),
        say(_("Handled by: {unit}"), unit=Html(cards.unit(notice.work, notice.case))),
        severity_notices.urgent(notice),
        severity_notices.new_date(notice),
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


for wording in (
    *(severity_notices.handling_changed, severity_notices.case_critical, severity_notices.severity_set),
    *(owner_notices.case_escalated, owner_notices.case_untouched, owner_notices.case_taken_back),
    owner_notices.case_news,
):
    template(wording)


@template
def staff_wrote(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("A message about your complaint")),
        quote(_entry(notice), 3000),
        _("Reply to this message to answer."),
        cards.footer(notice.work, notice.case),
    )
    return text, keyboard(button(_("Show the complaint"), own("show", notice.case)))


@template
def file_too_big(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("⚠️ One of your files is too big for us.")),
        say(
            _("We can receive files of up to {limit} MB. Please send it in parts or smaller, or send a link."),
            limit=20,
        ),
        cards.footer(notice.work, notice.case) if notice.case.code else None,
    )
    return text, None


@template
def own_data(notice: Notice) -> Call:
    return {"method": "sendDocument", "args": own_file.document(notice.work)}


# ------------------------------------------------------------------ to staff


def _card(notice: Notice, title: str, *more: str | None) -> Said:
    text = paragraphs(bold(title), *more, cards.staff_case(notice.work, notice.case))
    return text, queue.case_buttons(notice.work, notice.case)


@template
def case_assigned(notice: Notice) -> Said:
    return _card(notice, _("A new case for you"))


@template
def case_unassigned(notice: Notice) -> Said:
    able = rights.may(notice.work.actor, "take", notice.case)
    return brief(
        notice,
        _("⚠️ A new case has no owner."),
        _("Nobody present knows its category, speaks its language and has room."),
        _("Open the case to take it, or ask a colleague of the unit to take it from the queue.")
        if able
        else _("Please ask a colleague of the unit to take it from the queue."),
    )


@template
def case_untaken(notice: Notice) -> Said:
    return brief(
        notice, _("⚠️ A case waits and nobody has taken it."), _("Open the case to take it or to see who holds it.")
    )


@template
def case_taken_over(notice: Notice) -> Said:
    """The receiver may no longer read the case, so the notice is about nothing but the change."""
    name = people.name_of(notice.work, notice.params["owner_id"])
    text = paragraphs(
        bold(_("A colleague has taken over a case of yours.")),
        say("{code}", code=Code(notice.params["code"])),
        say(_("Owner: {name}"), name=name or Html(_("nobody yet"))),
    )
    return text, None


@template
def customer_wrote(notice: Notice) -> Said:
    entries = [notice.work.db.get(Entry, part["entry_id"]) for part in notice.parts]
    words = [entry.text for entry in entries if entry and entry.text]
    return brief(
        notice,
        _("The customer wrote."),
        quote("\n\n".join(words), 3000) or None,
        _("Reply to this message to write to the customer."),
    )


@template
def entry_edited(notice: Notice) -> Said:
    """To the staff on the case when the customer changed a message, to the customer when the desk did; in a review to
    everybody else."""
    before, after = (notice.work.db.get(Entry, notice.params[name]) for name in ("entry_id", "wording_id"))
    wordings = lines(
        Html(_("Before:")),
        quote(before.text if before else None),
        Html(_("Now:")),
        quote(after.text if after else None),
    )
    if notice.person.id != notice.case.customer_id:
        theirs = before is not None and before.author_id == notice.case.customer_id
        title = _("The customer changed a message.") if theirs else _("A message on the case was changed.")
        return brief(notice, title, wordings)
    text = paragraphs(bold(_("We changed a message to you.")), wordings, cards.footer(notice.work, notice.case))
    return text, keyboard(button(_("Show the complaint"), own("show", notice.case)))


@template
def files(notice: Notice) -> Call | None:
    """The files of a case, for its handler or its complainant; those that came together go together."""
    found = [notice.work.db.get(Attachment, part["attachment_id"]) for part in notice.parts]
    kept = [each for each in found if each and each.state != "too_big"]
    own = notice.person.id == notice.case.customer_id
    about = cards.footer(notice.work, notice.case) if own else say("{code}", code=Code(notice.case.code or ""))
    to = {"chat_id": notice.person.telegram_id, "protect_content": not own}
    caption = {"caption": f"📎 {about}", "parse_mode": "HTML"}
    return album(to, kept, caption) if len(kept) > 1 else one_file(to, kept, caption)


@template
def answer_refused(notice: Notice) -> Said:
    return brief(notice, _("The customer does not accept the answer."), _("Please look at it again and answer anew."))


@template
def answer_refused_overseer(notice: Notice) -> Said:
    return brief(notice, _("⚠️ A customer does not accept an answer of your team."))


@template
def case_withdrawn(notice: Notice) -> Said:
    return brief(notice, _("The customer has withdrawn the complaint."))


@template
def case_reopened(notice: Notice) -> Said:
    return brief(
        notice,
        _("The customer has reopened the case."),
        _("Please look at it again and answer anew. The customer has been asked what happened since."),
    )


@template
def case_reopened_overseer(notice: Notice) -> Said:
    return brief(notice, _("A closed case of your team was reopened."))


@template
def data_requested(notice: Notice) -> Said:
    """To whom it concerns: the cases named are those that the reader may know of."""
    wanted = notice.params
    cases = [notice.work.db.get_one(Complaint, each) for each in wanted["cases"]]
    erasure = wanted["kind"] == "erasure"
    text = paragraphs(
        bold(
            _("⚠️ A customer asks for erasure of their data.")
            if erasure
            else _("⚠️ A customer asks for correction of their data.")
        ),
        quote(wanted["words"], 1000),
        lines(Html(_("Their cases:")), *(say("{code}", code=Code(each.code or "")) for each in cases))
        if cases
        else None,
        say(_("Customer number: {number}"), number=wanted["number"]) if wanted["number"] else None,
        say(_("The customer must have an answer by {date}."), date=datetime.fromisoformat(wanted["due"])),
        _("Tell the customer what was done, and what must be kept and why."),
        _("Reply to this message to write to the customer.") if notice.complaint else None,
    )
    shown = [each for each in cases if rights.may(notice.work.actor, "read", each)]
    return text, keyboard(*pairs([button(str(each.code), desk("show", each)) for each in shown[-6:]]))


@template
def customer_unreachable(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ The customer cannot be reached: they have blocked the bot or left Telegram."),
        _("The case stays open. What we send is kept and delivered when they return."),
    )


@template
def file_lost(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ A file of this case could not be fetched."),
        _("Please ask the customer to send it again."),
    )


@template
def delivery_failed(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("⚠️ A message could not be delivered.")),
        reference(notice, "outbox_id"),
        _("Its contents are kept. <code>sulh doctor</code> and the log tell more."),
    )
    return text, None


@template
def update_failed(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("⚠️ An update could not be handled.")),
        reference(notice, "inbox_id"),
        _("The person has been told. <code>sulh doctor</code> and the log tell more."),
    )
    return text, None


@template
def recount_failed(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("⚠️ The dates of a case could not be counted anew after the calendar changed.")),
        reference(notice, "complaint_id"),
        _("They stay as they were. The audit log names the error."),
    )
    return text, None


@template
def left_team(notice: Notice) -> Said:
    name = notice.work.organisation.name[language()]
    text = paragraphs(
        bold(say(_("You are no longer part of the team of {organisation}."), organisation=name)),
        _("What you were working on is with your colleagues now. Thank you for your work."),
        _("If you have a complaint of your own, you can make it here as everybody can."),
    )
    return text, keyboard(to_menu())


@template
def commands_changed(notice: Notice) -> Call:
    """The menu of commands beside the receiver's chat, by the roles that they have then."""
    shown = [each.model_dump(exclude_none=True) for each in commands.menu(notice.work.actor.roles)]
    scope = {"type": "chat", "chat_id": notice.person.telegram_id}
    return {"method": "setMyCommands", "args": {"commands": shown, "scope": scope}}


def _entry(notice: Notice) -> str | None:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    return entry.text if entry else None
