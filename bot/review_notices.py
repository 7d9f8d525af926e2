"""What the complainant is told of a review, and of the routes outside."""

from datetime import datetime

from backoffice import deadlock, ways
from backoffice.stages import Stage
from bot import answer_cards, cards, routes, seats
from bot.customer.answers import answer_buttons
from bot.customer.mine import case_buttons
from bot.i18n import _, __
from bot.keyboards import SUCCESS, button, keyboard, own
from bot.notice import Notice, Said, template
from bot.texts import Html, bold, lines, paragraphs, quote, say
from storage.complaints import Entry
from storage.reviews import Review, Seat

WHY = {
    deadlock.REVIEW_REFUSED: __("You do not accept the decision of the review. The way outside is open to you."),
    deadlock.REVIEW_LIMIT: __("The review was not decided in time. We are sorry."),
    deadlock.UNSEATED: __("Nobody is left with us who could review your complaint impartially. We are sorry."),
    deadlock.NO_QUORUM: __("The committee could not come together, so your complaint goes on outside. We are sorry."),
    deadlock.NOT_ADMITTED: __("Your request came too late, and we cannot hear it."),
    deadlock.DECLARED: __("We see no way to agree with you by ourselves."),
}


@template
def routes_offered(notice: Notice) -> Said | None:
    """Why it goes on outside, our reason if we gave one, who is there, and what it costs."""
    work, case, trigger = notice.work, notice.case, notice.params["trigger"]
    if Stage(case.stage) is not Stage.IN_DISPUTE:
        return None
    entry = work.db.get(Entry, notice.params["entry_id"] or 0)
    text = paragraphs(
        bold(str(WHY.get(trigger, _("The way outside is open to you.")))),
        lines(Html(_("The reason:")), quote(entry.text, 1000)) if entry else None,
        _("If it costs something outside, we pay it.") if trigger in deadlock.OURS else None,
        _("You can also ask for a review by other people first.") if ways.review(work, case) else None,
        routes.outside(work, case),
        cards.footer(work, case),
    )
    return text, case_buttons(work, case)


@template
def review_admitted(notice: Notice) -> Said:
    review = notice.work.db.get_one(Review, notice.case.review_id)
    return _told(
        notice,
        _("✅ Your request for a review is heard."),
        lines(Html(_("It is reviewed by:")), *seats.members(notice.work, review)),
        seats.rights(),
    )


@template
def panel_asked(notice: Notice) -> Said:
    text, _buttons = _told(
        notice,
        _("A question of those who review your complaint"),
        quote(_words(notice), 3000),
        _("Reply to this message with your answer. Photos and files are welcome."),
    )
    return text, keyboard(button(_("Answer the question"), own("add", notice.case), SUCCESS))


@template
def statement_made(notice: Notice) -> Said:
    text, _buttons = _told(
        notice,
        _("What those say who answered you before"),
        quote(_words(notice), 3000),
        _("Those who review your complaint read it as well. Reply to this message to answer it."),
    )
    return text, keyboard(button(_("Add text, photos, files"), own("add", notice.case)))


@template
def panel_changed(notice: Notice) -> Said:
    seat = notice.work.db.get_one(Seat, notice.params["seat_id"])
    now = (
        lines(Html(_("New on the review:")), seats.member(notice.work, seat))
        if seat.left_at is None
        else Html(_("The others go on without a successor."))
    )
    return _told(notice, _("Somebody has left the review of your complaint."), now)


@template
def challenge_dismissed(notice: Notice) -> Said:
    seat = notice.work.db.get_one(Seat, notice.params["seat_id"])
    return _told(
        notice,
        _("Your objection was examined, and the member stays."),
        seats.member(notice.work, seat),
        _("Your objection is kept with the case, and whoever looks at it later can read it."),
    )


@template
def sitting_moved(notice: Notice) -> Said | None:
    review = notice.work.db.get(Review, notice.case.review_id or 0)
    if review is None or review.sitting_at is None:
        return None
    return _told(
        notice,
        _("The committee could not decide yet: not all of its members were there. We are sorry."),
        say(_("Its next sitting is on {date}."), date=review.sitting_at),
    )


@template
def management_decides(notice: Notice) -> Said:
    return _told(
        notice,
        _("The committee did not come together twice. Our top management decides in its place."),
        _("The date of the decision stays."),
    )


@template
def review_decided(notice: Notice) -> Said:
    text = answer_cards.answer_text(notice.work, notice.case, notice.params["answer_id"])
    return text, answer_buttons(notice.work, notice.case)


def reminded(notice: Notice, until: datetime) -> Said:
    """The decision waits for the complainant: until when, and what happens then."""
    work, case = notice.work, notice.case
    text = paragraphs(
        bold(_("The decision of the review waits for you.")),
        say(_("If we hear nothing by {date}, we close the complaint. The ways outside stay open to you."), date=until),
        cards.footer(work, case),
    )
    return text, answer_buttons(work, case, read=True)


def _told(notice: Notice, title: str, *more: str | None) -> Said:
    text = paragraphs(bold(title), *more, cards.footer(notice.work, notice.case))
    return text, case_buttons(notice.work, notice.case)


def _words(notice: Notice) -> str | None:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    return entry.text if entry else None
