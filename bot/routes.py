"""The routes outside the organisation, in words: who it is, how they are reached, what it costs."""

from backoffice import providers
from backoffice.provider_file import Provider
from backoffice.work import Work
from bot import provider_cards
from bot.i18n import _
from bot.texts import Html, lines, say
from storage.complaints import Complaint


def outside(work: Work, complaint: Complaint | None = None) -> Html:
    """Everybody outside to whom a complainant can turn with this case, and what it costs them with us."""
    found = providers.eligible(work, complaint)
    if not found:
        return Html(_("Your right to go to court does not change."))
    consent = {
        frozenset({True}): _("We ask no money of you for it. A mediator also needs our consent."),
        frozenset({False}): _("We ask no money of you for it, and you need no consent of ours."),
    }.get(
        frozenset(each.consent for each in found),
        _("We ask no money of you for it. A mediator also needs our consent; an authority does not."),
    )
    return lines(Html(_("You can turn to somebody outside:")), *(route(each) for each in found), Html(consent))


def route(to: Provider) -> Html:
    """One line: who it is, and how they are reached as far as that is known."""
    name, where = provider_cards.name(to), to.contact or to.url
    return say("• {route}: {where}", route=name, where=where) if where else say("• {route}", route=name)
