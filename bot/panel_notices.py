"""What the staff are told of a review: those who sit on it, those whose answer is reviewed, those who watch over it."""

from datetime import datetime

from backoffice import deadlock, panel, people, phases, voting
from backoffice.disputes import phases as dispute_phases
from backoffice.phases import Phase
from backoffice.stages import Stage
from bot import cards, review_cards, seats
from bot.disputes import staff_notices
from bot.i18n import _, __
from bot.keyboards import SUCCESS, button, desk, keyboard
from bot.notice import Notice, Said, brief, door, template
from bot.staff.handling import said
from bot.texts import Code, Html, bold, lines, paragraphs, say
from storage.complaints import Entry
from storage.reviews import Review, Seat, seats_of

PIECES = 3000  # letters of all that is quoted in one message
HEARD = 2000

# ------------------------------------------------------------------ to those who sit on it


@template
def review_seated(notice: Notice) -> Said | None:
    """Which seat, what it asks of them, by when; and the way out for who is not free of conflict."""
    seat = _own_seat(notice)
    if seat is None:
        return None
    text = paragraphs(
        bold(_("You are asked to review a complaint.")),
        lines(
            say("{code}", code=Code(notice.case.code or "")),
            say(_("Your seat: {seat}"), seat=seats.title(notice.work, seat)),
            _vote_by(notice),
        ),
        _("You chair the committee, and vote only if its votes are tied.") if seat.name == panel.CHAIR else None,
        _("You look at the whole matter afresh. What both sides said is in the file; its files follow this message."),
        _(
            "If you had to do with the matter, know somebody concerned, or would gain from the outcome, step down:"
            " somebody else takes the seat."
        ),
    )
    return text, keyboard(
        door(notice.work, notice.case, SUCCESS), button(_("I must step down"), desk("recuse", notice.case))
    )


@template
def seat_left(notice: Notice) -> Said:
    """The receiver may no longer read the case, so the notice is about nothing but the change."""
    why = {
        "conflict": _("Somebody else takes the seat, because you are not free of conflict in this matter."),
        "challenged": _("Somebody else takes the seat: the customer's doubt about it was found justified."),
        "absent": _("The committee had no quorum twice, so top management decides in its place."),
    }[notice.params["why"]]
    text = paragraphs(
        bold(_("You no longer sit on a review.")),
        say("{code}", code=Code(notice.params["code"])),
        why,
        _("You have no access to the case any more, and there is nothing left for you to do."),
    )
    return text, None


@template
def panel_heard(notice: Notice) -> Said:
    """What both sides say meanwhile, each piece with who said it."""
    text = paragraphs(
        bold(_("Something new was said in a review.")),
        *_facts(notice),
        *_pieces(notice),
        _("Reply to this message to ask the customer."),
    )
    return text, keyboard(door(notice.work, notice.case, SUCCESS))


@template
def panel_wrote(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Somebody on the review has asked the customer.")),
        *_facts(notice),
        *_pieces(notice),
        _("The answer reaches all of you."),
    )
    return text, keyboard(door(notice.work, notice.case, SUCCESS))


@template
def hearing_wanted(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("The customer asks to be heard before the decision.")),
        *_facts(notice),
        _("Ask what you want to know, or ask the customer to tell their side in their own words."),
    )
    return text, keyboard(
        button(_("Ask the customer"), desk("panel_ask", notice.case), SUCCESS), door(notice.work, notice.case)
    )


@template
def seat_challenged(notice: Notice) -> Said | None:
    """To whoever decides on it, as long as nobody has."""
    seat = notice.work.db.get(Seat, notice.params["seat_id"])
    if seat is None or not panel.is_pending(seat):
        return None
    text = review_cards.challenge(notice.work, notice.case, seat)
    return text, keyboard(*review_cards.rulings(notice.case, seat), door(notice.work, notice.case))


@template
def tie_to_break(notice: Notice) -> Said:
    return _vote_wanted(notice, _("The votes of the committee are tied: yours decides."))


@template
def sitting_near(notice: Notice) -> Said | None:
    own = _own_seat(notice)
    if own is None or own.voted_at is not None:
        return None
    return _vote_wanted(notice, _("⏳ The committee's sitting is near, and your vote is missing."))


@template
def sitting_again(notice: Notice) -> Said:
    title = _("The committee had no quorum and sits again.")
    own = _own_seat(notice)
    if own is not None and own.voted_at is None and own.name != panel.CHAIR:
        return _vote_wanted(notice, title)
    text = paragraphs(bold(title), *_facts(notice), _("Nothing more is needed from you for now."))
    return text, keyboard(door(notice.work, notice.case, SUCCESS))


OVER = {
    "decided": __("A review on which you sat is decided."),
    "withdrawn": __("The customer has withdrawn the request for a review on which you sat."),
    "lapsed": __("A review on which you sat was not decided in time. The customer goes on outside."),
    "unseated": __("A review on which you sat has ended: too few are free of conflict. The customer goes on outside."),
}


@template
def review_over(notice: Notice) -> Said:
    """To those who sat on it: they have left the file."""
    why = notice.params["why"]
    text = paragraphs(
        bold(str(OVER[why])),
        lines(
            say("{code}", code=Code(notice.params["code"])),
            review_cards.decided(notice.work, notice.params.get("outcome")),
        ),
        _("The customer has the decision and its reasons, without your names.") if why == "decided" else None,
        _("You have no access to the case any more, and there is nothing left for you to do."),
    )
    return text, None


# ------------------------------------------------------------------ to those whose answer is reviewed


@template
def review_asked(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("Other people review a complaint that you decided or worked on.")),
        lines(say("{code}", code=Code(notice.case.code or "")), cards.due_line(notice.work, notice.case)),
        lines(Html(_("What the customer says:")), words)
        if (words := review_cards.grounds(notice.work, notice.case, _review(notice), HEARD))
        else None,
        _("Until it is decided you have no access to the case. You are heard all the same."),
        _("Give a statement, or reply to this message: those who review it and the customer read it."),
    )
    return text, keyboard(door(notice.work, notice.case, SUCCESS))


@template
def evidence_given(notice: Notice) -> Said:
    text = paragraphs(
        bold(_("The customer said something new in a review of your case.")),
        say("{code}", code=Code(notice.case.code or "")),
        *_pieces(notice),
        _("Give a statement, or reply to this message: those who review it and the customer read it."),
    )
    return text, keyboard(door(notice.work, notice.case, SUCCESS))


@template
def review_withdrawn(notice: Notice) -> Said:
    return brief(
        notice,
        _("The customer has withdrawn the request for a review."),
        _("The case is yours again and goes on where it stood."),
    )


# ------------------------------------------------------------------ to those who watch over it


@template
def review_late(notice: Notice) -> Said | None:
    if not phases.is_in(notice.work, notice.case, Phase.REQUESTED):
        return None
    text = paragraphs(
        bold(_("A request for a review came late. Is it to be heard?")),
        *_facts(notice),
        review_cards.request(notice.work, notice.case, _review(notice)),
        _("If nobody decides by then, it is heard."),
    )
    return text, keyboard(
        button(_("Decide on the request"), desk("admission", notice.case), SUCCESS), door(notice.work, notice.case)
    )


@template
def review_under_way(notice: Notice) -> Said:
    review = _review(notice)
    return brief(
        notice,
        _("Other people now review a case of your team."),
        str(review_cards.TRIGGERS[review.trigger]),
        review_cards.who_sits(notice.work, panel.live(notice.work, review)),
        _("Until it is decided, nobody who worked on it has access. There is nothing to do for now."),
    )


@template
def no_quorum(notice: Notice) -> Said | None:
    """What follows from it, as it stands when it is read."""
    review = _running(notice)
    if review is None:
        return None
    names = [people.name_of(notice.work, seat.person_id) for seat in voting.missing(notice.work, review)]
    again = review_cards.at(_("It sits again on {date}, {time}."), review.sitting_at) if review.sitting_at else None
    return brief(
        notice,
        _("⚠️ A committee had no quorum."),
        _("It was the second time, so top management decides now.") if review.mode == panel.MANAGEMENT else again,
        lines(Html(_("Whose vote is missing:")), *(say("{name}", name=name) for name in names if name)),
        _("Please see to it that they vote in time: else the customer can turn to somebody outside, and we pay."),
    )


@template
def review_decided_staff(notice: Notice) -> Said:
    """What was decided, and what follows as long as the customer has not said."""
    then = {
        True: _("If the customer accepts it, the case is closed; if not, the ways outside open."),
        False: _("If the customer accepts it, its owner carries out the remedy; if not, the ways outside open."),
    }[notice.case.decision == "not_upheld"]
    waits = Stage(notice.case.stage) is Stage.ANSWERED
    return brief(
        notice,
        _("A review is decided."),
        review_cards.result(notice.work, notice.case),
        cards.window_line(notice.work, notice.case) if waits else None,
        then if waits else None,
    )


@template
def case_in_dispute(notice: Notice) -> Said:
    trigger = notice.params["trigger"]
    waits = dispute_phases.is_in(notice.case, *dispute_phases.CHOOSING)
    return brief(
        notice,
        _("⚠️ A case could not be settled here: the customer chooses the next way.")
        if waits
        else _("⚠️ A case could not be settled here."),
        str(review_cards.TRIGGERS[trigger]),
        cards.window_line(notice.work, notice.case) if waits else None,
        _("Top management has been told.") if trigger in deadlock.OURS else None,
        _("Until a way is chosen, a better answer can still settle it.") if waits else None,
        way=staff_notices.way_in(notice, SUCCESS),
    )


# ------------------------------------------------------------------ inside


def _vote_wanted(notice: Notice, title: str) -> Said:
    text = paragraphs(bold(title), *_facts(notice), _vote_by(notice))
    vote = button(_("Vote"), desk("vote", notice.case), SUCCESS)
    return text, keyboard(vote, door(notice.work, notice.case))


def _facts(notice: Notice) -> list[Html]:
    """Code and date."""
    return [lines(say("{code}", code=Code(notice.case.code or "")), cards.due_line(notice.work, notice.case))]


def _vote_by(notice: Notice) -> Html | None:
    review = _running(notice)
    moment: datetime | None = panel.vote_by(notice.case, review) if review else None
    return review_cards.at(_("Your vote is needed by {date}, {time}"), moment) if moment else None


def _pieces(notice: Notice) -> list[Html]:
    """What was said, each piece with who said it, and cut so that all of them fit."""
    entries = [notice.work.db.get(Entry, part["entry_id"]) for part in notice.parts]
    found = [entry for entry in entries if entry is not None]
    return [said(entry.kind, entry.at, entry.text, PIECES // len(found)) for entry in found]


def _review(notice: Notice) -> Review:
    return notice.work.db.get_one(Review, notice.params["review_id"])


def _running(notice: Notice) -> Review | None:
    """The review on which people sit now."""
    if not phases.is_in(notice.work, notice.case, Phase.IN_COMMITTEE):
        return None
    return notice.work.db.get(Review, notice.case.review_id)


def _own_seat(notice: Notice) -> Seat | None:
    """The seat that the receiver has now."""
    review = _running(notice)
    taken = seats_of(notice.work.db, review.id) if review else []
    return next((seat for seat in taken if seat.person_id == notice.person.id and seat.left_at is None), None)
