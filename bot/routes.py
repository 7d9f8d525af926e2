"""The routes outside the organisation, in words: who it is, how they are reached, what it costs."""

from backoffice.organisation_file import Route
from backoffice.work import Work
from bot.i18n import _
from bot.texts import Html, language, lines, say


def outside(work: Work) -> Html:
    """Everybody outside to whom a complainant can turn, and what it costs them with us."""
    kinds = {each.kind for each in work.organisation.external}
    consent = {
        frozenset({"mediator"}): _("We ask no money of you for it. A mediator also needs our consent."),
        frozenset({"public_body"}): _("We ask no money of you for it, and you need no consent of ours."),
    }.get(
        frozenset(kinds),
        _("We ask no money of you for it. A mediator also needs our consent; an authority does not."),
    )
    return lines(
        Html(_("You can turn to somebody outside:")),
        *(route(each) for each in work.organisation.external),
        Html(consent),
    )


def route(to: Route) -> Html:
    """One line: who it is, and how they are reached as far as that is known."""
    name, where = Html(to.words[language()]), to.contact or to.url
    return say("• {route}: {where}", route=name, where=where) if where else say("• {route}", route=name)
