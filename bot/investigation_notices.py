"""What is told of an investigation: to the complainant, to who is asked inside, and to who asks."""

from backoffice import inquiries
from backoffice.inquiries import LATE
from bot import cards, inquiry_cards, wanted_cards
from bot.customer.mine import case_buttons
from bot.i18n import _
from bot.inquiry_cards import inquire
from bot.keyboards import SUCCESS, button, desk
from bot.notice import Call, Notice, Said, brief, one_file, template
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.complaints import Attachment, Entry
from storage.investigation import Inquiry

# ------------------------------------------------------------------ to the complainant


@template
def question_asked(notice: Notice) -> Said:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    listed = wanted_cards.is_open(notice.work, notice.case)
    text = paragraphs(
        bold(_("We need something from you to go on.")),
        quote(entry.text if entry else None),
        _("Tap what you want to send, or send everything at once. Text, photo, voice or document: all of it is fine.")
        if listed
        else _("Reply to this message with your answer. Photos and files are welcome."),
        cards.footer(notice.work, notice.case),
    )
    return text, wanted_cards.answering(notice.work, notice.case)


@template
def info_enough(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("We have what we need for now, and go on.")),
        _("You can still add anything here."),
        cards.footer(notice.work, notice.case),
    )
    return text, case_buttons(notice.work, notice.case)


# ------------------------------------------------------------------ to the staff of the case


@template
def info_complete(notice: Notice) -> Said:
    return brief(notice, _("The customer has sent what they have."), wanted_cards.missing(notice.work, notice.case))


@template
def repeat_contact(notice: Notice) -> Said:
    return brief(
        notice,
        _("⚠️ A customer follows up again and again, and nobody answers."),
        cards.owner(notice.work, notice.case),
        _("The case stands first in the queue until somebody writes to them."),
    )


@template
def inquiry_answered(notice: Notice) -> Said | None:
    inquiry = _inquiry(notice)
    if inquiry is None:
        return None
    found = [notice.work.db.get(Entry, part["entry_id"]) for part in notice.parts]
    words = "\n\n".join(each.text for each in found if each and each.text)
    way = button(_("Read it"), inquire("read", inquiry), SUCCESS)
    return brief(notice, inquiry_cards.line(notice.work, inquiry), quote(words, 3000), way=way)


@template
def statement_declined(notice: Notice) -> Said:
    return brief(
        notice,
        _("The person concerned does not want to say anything."),
        _("That alone is no finding: go on with what else is known."),
    )


@template
def inquiry_late(notice: Notice) -> Said | None:
    inquiry = _inquiry(notice)
    if inquiry is None or inquiry.ended is not None:
        return None
    way = button(_("Read it"), inquire("read", inquiry), SUCCESS)
    return brief(
        notice,
        _("⚠️ A colleague has not answered in time."),
        inquiry_cards.line(notice.work, inquiry),
        _("The date of our answer does not wait. They have been reminded."),
        way=way,
    )


@template
def opinion_orphaned(notice: Notice) -> Said | None:
    inquiry = _inquiry(notice)
    if inquiry is None or inquiry.ended is not None:
        return None
    return brief(
        notice,
        _("⚠️ Nobody is left who could give the opinion."),
        inquiry_cards.title(notice.work, inquiry),
        _("Please ask another unit."),
        way=button(_("Opinions of colleagues"), desk("opinions", notice.case), SUCCESS),
    )


# ------------------------------------------------------------------ to who is asked


@template
def opinion_wanted(notice: Notice) -> Said | None:
    return _asked(notice, None)


@template
def statement_wanted(notice: Notice) -> Said | None:
    return _asked(notice, None)


@template
def inquiry_reminder(notice: Notice) -> Said | None:
    late = notice.params["what"] == LATE
    return _asked(notice, _("⚠️ Your colleague still waits for you.") if late else _("⏳ Your colleague waits for you."))


@template
def inquiry_withdrawn(notice: Notice) -> Said | None:
    inquiry = _inquiry(notice)
    if inquiry is None:
        return None
    text = paragraphs(
        bold(_("A question to you is withdrawn.")),
        lines(inquiry_cards.title(notice.work, inquiry), say(_("Asked on {date}"), date=inquiry.asked_at)),
        _("You need not do anything."),
    )
    return text, None


@template
def inquiry_file(notice: Notice) -> Call | None:
    inquiry, found = _inquiry(notice), notice.work.db.get(Attachment, notice.params["attachment_id"])
    if inquiry is None or found is None or found.state == "too_big" or not inquiries.is_asked(notice.work, inquiry):
        return None
    to = {"chat_id": notice.person.telegram_id, "protect_content": True}
    return one_file(to, [found], {"caption": f"📎 {Html(_('File of the customer'))}", "parse_mode": "HTML"})


def _asked(notice: Notice, first: str | None) -> Said | None:
    """Only for who may still answer, and while nobody else has."""
    inquiry = _inquiry(notice)
    if inquiry is None or inquiry.ended is not None or not inquiries.is_asked(notice.work, inquiry):
        return None
    if inquiry.person_id not in (None, notice.person.id):
        return None
    text = inquiry_cards.asked(notice.work, inquiry, bold(first) if first else None)
    return text, inquiry_cards.asked_buttons(notice.work, inquiry)


def _inquiry(notice: Notice) -> Inquiry | None:
    return notice.work.db.get(Inquiry, notice.params["inquiry"])
