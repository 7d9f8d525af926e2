"""What is said about complaints that were written down for somebody, to them and to those who did it."""

import io
from typing import Any

import segno

from backoffice import by_hand, claims
from bot import cards, subjects
from bot.i18n import _, n_
from bot.keyboards import SUCCESS, Go, button, copy, desk, keyboard
from bot.notice import Call, Notice, Said, brief, template
from bot.speaker import Upload
from bot.texts import Code, Html, bold, language, lines, paragraphs, say

DOTS = 8  # pixels of the picture for each square


@template
def acknowledged_by_hand(notice: Notice) -> Said:
    """ISO 10002, 7.4, for somebody without a chat: it is read out, printed or sent, or it arrives with their claim."""
    complaint = notice.case
    text = paragraphs(
        bold(_("✅ We have received your complaint.")),
        lines(
            say(_("About: {category}"), category=Html(subjects.category(notice.work, complaint))),
            say(_("Received: {date}"), date=complaint.received_at or notice.work.now),
            say(_("Handled by: {unit}"), unit=Html(cards.unit(notice.work, complaint))),
        ),
        cards.next_route(),
        _("It costs you nothing, and nothing bad comes to you from complaining."),
        way_in(notice.params["link"], notice.params.get("secret"))
        if claims.can_be_claimed(notice.work, complaint)
        else None,
        say(_("Questions: {contact}"), contact=notice.work.organisation.contact[language()]),
        cards.footer(notice.work, complaint),
    )
    buttons = keyboard([copy(_("Copy the code"), complaint.code or "")], button(_("Your rights"), Go(to="rights")))
    return text, buttons


def way_in(link: str, secret: str | None) -> Html:
    """How they follow it themselves."""
    return lines(
        Html(_("To follow it in Telegram, open this link:")),
        say("{link}", link=Code(link)),
        lines(
            Html(_("🔒 You are asked there for this secret; please keep it to yourself:")),
            say("{secret}", secret=Code(secret)),
        )
        if secret
        else Html(_("You are asked there for the last four digits of your phone number.")),
    )


@template
def claim_code(notice: Notice) -> Call | None:
    """The link as a picture, to be printed or shown."""
    if not claims.can_be_claimed(notice.work, notice.case):
        return None
    picture = io.BytesIO()
    segno.make(notice.params["link"], error="m").save(picture, kind="png", scale=DOTS)
    caption = paragraphs(
        say("{code}", code=Code(notice.case.code or "")),
        _("Print this for the customer, or let them scan it: it opens the complaint in their Telegram, once."),
    )
    name = f"{notice.case.code}.png"
    args: dict[str, Any] = {"photo": Upload(picture.getvalue(), name), "caption": caption, "parse_mode": "HTML"}
    return {"method": "sendPhoto", "args": args}


@template
def to_pass_on(notice: Notice) -> Said | None:
    """Only what nobody has passed on yet."""
    known = {part["outbox"] for part in notice.parts}
    count = sum(each.id in known for each in by_hand.waiting(notice.work, notice.case))
    if not count:
        return None
    title = n_(
        "📞 {count} message waits to be passed on to the customer.",
        "📞 {count} messages wait to be passed on to the customer.",
        count,
    )
    return brief(
        notice,
        say(title, count=count),
        _("They have no chat with us. Ring or write to them, then say so here: their time runs from then."),
        way=button(_("What to tell them"), desk("by_hand", notice.case), SUCCESS),
    )


@template
def customer_claimed(notice: Notice) -> Said:
    return brief(
        notice,
        _("✅ The customer follows the complaint in Telegram now."),
        _("Your messages reach them there; nothing has to be passed on any more."),
    )
