"""Every word of what colleagues are asked: for who asks, and for who answers and reads nothing else of the case."""

from aiogram.types import InlineKeyboardMarkup

from backoffice import inquiries, people
from backoffice.inquiries import DECLINED, GIVEN, OPINION, STATEMENT, WITHDRAWN
from backoffice.work import Work
from bot import items
from bot.dates import clock, day
from bot.i18n import _, n_
from bot.keyboards import DANGER, SUCCESS, Inquire, Row, button, keyboard, to_menu
from bot.texts import Html, bold, language, lines, paragraphs, plain, quote, say
from storage.complaints import Complaint, entries_of
from storage.investigation import Inquiry

WHOLE = 1500  # UTF-16 units of a question
STORY = 1200


def unit(work: Work, code: str) -> Html:
    """A department, or a role behind "@"; what the file has no more goes by its code."""
    if code.startswith("@"):
        return plain(work.organisation.roles[code[1:]][language()])
    return plain(next((each.words[language()] for each in work.organisation.departments if each.code == code), code))


def title(work: Work, inquiry: Inquiry) -> Html:
    if inquiry.kind == STATEMENT:
        return Html(_("Statement of the person concerned"))
    return say(_("Opinion: {unit}"), unit=unit(work, inquiry.unit or ""))


def line(work: Work, inquiry: Inquiry) -> Html:
    """«Opinion: Finance team · due Sunday 29 November»."""
    return say("{title} · {state}", title=title(work, inquiry), state=state(work, inquiry))


def state(work: Work, inquiry: Inquiry) -> Html:
    match inquiry.ended:
        case None if inquiry.due_at <= work.now:
            return say(_("⚠️ overdue since {date}"), date=inquiry.due_at)
        case None:
            return say(_("due {date}"), date=inquiry.due_at)
        case _:
            words = {GIVEN: _("answered {date}"), WITHDRAWN: _("withdrawn {date}"), DECLINED: _("declined {date}")}
            return say(words[inquiry.ended], date=inquiry.ended_at or work.now)


# ------------------------------------------------------------------ for who asks


def whole(work: Work, inquiry: Inquiry) -> Html:
    """What was asked and what was said to it."""
    said = inquiries.answers(work, inquiry)
    name = people.name_of(work, inquiry.person_id)
    return paragraphs(
        bold(title(work, inquiry)),
        lines(state(work, inquiry), say(_("Answered by: {name}"), name=name) if name else None),
        lines(Html(_("Question:")), quote(inquiries.question(work, inquiry), WHOLE)),
        lines(Html(_("Answer:")), *(quote(each.text, STORY) or Html(_("📎 file")) for each in said)) if said else None,
    )


# ------------------------------------------------------------------ for who answers


def asked(work: Work, inquiry: Inquiry, first: str | None = None) -> Html:
    """The question, what they need for it, and by when; nothing that says who complains or how to reach them."""
    return paragraphs(first, *(_of_statement if inquiry.kind == STATEMENT else _of_opinion)(work, inquiry))


def until(inquiry: Inquiry) -> Html:
    return say(_("⏳ Please answer by {date}, {time}"), date=inquiry.due_at, time=Html(clock(inquiry.due_at)))


def asked_buttons(work: Work, inquiry: Inquiry) -> InlineKeyboardMarkup:
    """What who is asked can do now."""
    again = inquiry.ended == GIVEN and inquiry.person_id == work.actor.id
    if inquiry.ended is not None and not again:
        return keyboard(to_menu())
    words = _("Add to it") if again else _("Give my opinion") if inquiry.kind == OPINION else _("Give my statement")
    theirs: Row = [button(_("Photos and files"), inquire("files", inquiry))] if inquiries.files(work, inquiry) else []
    declines = inquiry.kind == STATEMENT and not again
    return keyboard(
        button(words, inquire("take", inquiry), SUCCESS),
        theirs,
        button(_("I do not want to say anything"), inquire("decline", inquiry), DANGER) if declines else None,
        to_menu(),
    )


def inquire(do: str, inquiry: Inquiry) -> Inquire:
    return Inquire(do=do, number=inquiry.id)


def _of_opinion(work: Work, inquiry: Inquiry) -> list[Html | None]:
    complaint = inquiries.case_of(work, inquiry)
    files = len(inquiries.files(work, inquiry))
    when = complaint.happened_on
    return [
        bold(_("A colleague asks for your opinion")),
        quote(inquiries.question(work, inquiry), WHOLE),
        lines(
            say(_("About: {category}"), category=_category(work, complaint)),
            *items.lines_of(work, complaint),
            say(_("When: {date}"), date=Html(day(when, year=True))) if when else None,
        ),
        _story(work, complaint) if inquiry.shared else None,
        say(n_("📎 {count} file", "📎 {count} files", files), count=files) if files else None,
        say(_("Taken by: {name}"), name=people.name_of(work, inquiry.person_id) or "")
        if inquiry.person_id not in (None, work.actor.id)
        else None,
        until(inquiry) if inquiry.ended is None else state(work, inquiry),
        Html(_("You see what you need for it, and nothing else of the case. The date of the answer does not wait.")),
    ]


def _of_statement(work: Work, inquiry: Inquiry) -> list[Html | None]:
    return [
        bold(_("You are asked for your side")),
        Html(_("A complaint concerns your work. Nothing has been decided. This is what is said:")),
        quote(inquiries.question(work, inquiry), WHOLE),
        until(inquiry) if inquiry.ended is None else state(work, inquiry),
        Html(
            _(
                "You may write, or send voice messages, photos and documents. You may also say nothing: that alone is"
                " held against nobody. What you say is kept as your statement; you do not see the case."
            )
        ),
    ]


def _category(work: Work, complaint: Complaint) -> Html:
    found = work.organisation.category(complaint.category or "")
    if found is None:
        return Html("")
    group = next(each for each in work.organisation.category_groups if found in each.categories)
    return say("{group} – {category}", group=Html(group.words[language()]), category=Html(found.words[language()]))


def _story(work: Work, complaint: Complaint) -> Html:
    told = [each.text for each in entries_of(work.db, complaint.id) if each.kind == "story" and each.text]
    return lines(Html(_("In the customer's words:")), quote("\n\n".join(told), STORY))
