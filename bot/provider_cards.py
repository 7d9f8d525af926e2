"""Who resolves disputes outside, in words: the whole card, and the short form in which they are compared."""

from backoffice.organisation_file import Words
from backoffice.provider_file import Provider
from backoffice.work import Work
from bot import cards, money
from bot.i18n import _, __, n_
from bot.texts import Html, bold, language, lines, paragraphs, plain, say

METHODS = {
    "facilitative": __("Helps to agree"),
    "advisory": __("Recommends"),
    "determinative": __("Decides"),
}
REACH = {"only": __("Only for disputes between businesses."), "never": __("Only for consumers, not for businesses.")}


def card(work: Work, provider: Provider) -> Html:
    """All that is known of it and matters before somebody agrees (ISO 10003, annex C), whoever reads it."""
    return paragraphs(
        lines(bold(name(provider)), kind(work, provider), partiality(provider)),
        lines(*(worded(work.organisation.methods[method]) for method in provider.methods), binding(work, provider)),
        lines(
            say(_("Cost: {cost}"), cost=cost(work, provider)),
            say(_("Time: {duration}"), duration=duration(provider)),
            Html(_("It begins only if both sides agree.") if provider.consent else _("It needs no consent of ours.")),
        ),
        lines(*reach(work, provider)),
        lines(
            say(_("What it wants to see: {needs}"), needs=worded(provider.needs)) if provider.needs else None,
            interests(provider),
        ),
        lines(*address(provider)),
    )


def short(work: Work, provider: Provider) -> Html:
    """Three or four lines: who, what it does, what it costs, how long it takes."""
    binds = binding(work, provider)
    return lines(
        bold(name(provider)),
        say("{kind}: {methods}", kind=kind(work, provider), methods=methods(provider)),
        say("{cost} {duration}", cost=worded(work.organisation.payers[provider.payer]), duration=duration(provider)),
        partiality(provider) or binds,
    )


# ------------------------------------------------------------------ the parts


def name(provider: Provider) -> Html:
    """Somebody may have typed it, so it is no markup, and set apart."""
    return say("{name}", name=provider.words[language()])


def kind(work: Work, provider: Provider) -> Html:
    return worded(work.organisation.provider_types[provider.type])


def methods(provider: Provider) -> Html:
    """What it does, in a word each."""
    return Html(" · ".join(str(METHODS[method]) for method in provider.methods))


def partiality(provider: Provider) -> Html | None:
    """A board of our own people is called what it is (S19)."""
    if provider.independent:
        return None
    return Html(_("⚠️ Not fully independent: it belongs to the organisation."))


def binding(work: Work, provider: Provider) -> Html | None:
    """Whom a decision binds, where it decides."""
    return worded(work.organisation.bindings[provider.binding]) if "determinative" in provider.methods else None


def cost(work: Work, provider: Provider) -> Html:
    said = (work.organisation.payers[provider.payer], provider.cost)
    return Html(" ".join(worded(each) for each in said if each))


def duration(provider: Provider) -> Html:
    if provider.time:
        return worded(provider.time)
    if provider.days is None:
        return Html(_("How long it takes is not known."))
    return say(n_("Up to {count} day.", "Up to {count} days.", provider.days), count=provider.days)


def reach(work: Work, provider: Provider) -> list[Html]:
    """For whom it is there, as far as that is limited."""
    spoken = Html(" · ".join(cards.language_name(code) for code in provider.languages))
    currency = money.named(work.organisation.currency)
    return [
        *([say(_("Languages: {languages}"), languages=spoken)] if spoken else []),
        *([Html(REACH[provider.business])] if provider.business in REACH else []),
        *([say(_("From {number} {currency}"), number=provider.least, currency=currency)] if provider.least else []),
        *([say(_("Up to {number} {currency}"), number=provider.most, currency=currency)] if provider.most else []),
        *([Html(_("The organisation has to take part: it cannot decline."))] if provider.binds_us else []),
    ]


def interests(provider: Provider) -> Html:
    """What it declared, as it was declared."""
    if provider.interests is None:
        return Html(_("It has declared no interests."))
    return say(_("Interests it has declared: {words}"), words=provider.interests[language()])


def address(provider: Provider) -> list[Html]:
    """How it is reached, as far as that is known."""
    return [say(_("Contact: {where}"), where=each) for each in (provider.contact, provider.url) if each]


def worded(words: Words) -> Html:
    return plain(words[language()])
