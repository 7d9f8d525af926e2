"""Who sits on a review, in words: the seat by its title, the person by name, for those who may know it."""

from backoffice import panel, people
from backoffice.work import Work
from bot.i18n import _
from bot.texts import Html, language, say, shortened
from storage.reviews import Review, Seat

MAX_NAME = 40  # UTF-16 units


def title(work: Work, seat: Seat) -> Html:
    """«Committee member, support»; a lone reviewer has no seat."""
    if seat.name == panel.REVIEWER:
        return Html(_("Reviewer"))
    return Html(work.organisation.roles[panel.SEATS[seat.name]][language()])


def name(work: Work, seat: Seat) -> str:
    return shortened(people.name_of(work, seat.person_id) or "", MAX_NAME)


def member(work: Work, seat: Seat, *, of: int = 1) -> Html:
    """A line: the seat and who has it; of several, who presides over the others."""
    presides = of > 1 and seat.chairs and seat.name != panel.CHAIR
    shape = _("• {seat} (chair): {name}") if presides else "• {seat}: {name}"
    return say(shape, seat=title(work, seat), name=name(work, seat))


def members(work: Work, review: Review) -> list[Html]:
    """Everybody who sits on it now, a line each."""
    seated = panel.live(work, review)
    return [member(work, seat, of=len(seated)) for seat in seated]


def rights() -> Html:
    """What a complainant can do about whoever sits there."""
    return Html(
        _(
            "If you doubt somebody's impartiality, say so under “Who reviews it”. You can add evidence, and ask to be"
            " heard."
        )
    )
