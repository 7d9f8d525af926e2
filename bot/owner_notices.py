"""What those who hold a case, or held it, hear when it changes hands without being asked for; and what those hear of
a case who need not act on it."""

from backoffice import people
from bot.i18n import _, __
from bot.notice import Notice, Said, brief
from bot.texts import quote, say
from storage.complaints import Entry

NEWS = {
    "panel_changed": __("Somebody has left a review; who sits on it has changed."),
    "consent_asked": __("A way outside is chosen: both sides are asked for their consent."),
    "consented": __("Both sides have consented to a way outside."),
    "way_closed": __("A way outside is closed without a result."),
    "outcome": __("It is settled or decided outside, and is carried out now."),
    "answered": __("A colleague has answered a case of yours."),
    "closed": __("A case of yours is closed."),
}


def case_news(notice: Notice) -> Said:
    """What happened, and nothing of what is only for some."""
    return brief(notice, str(NEWS[notice.params["what"]]))


def case_escalated(notice: Notice) -> Said:
    entry = notice.work.db.get(Entry, notice.params["entry_id"])
    return brief(
        notice,
        _("A case was handed up to you."),
        quote(entry.text, 1500) if entry and entry.text else None,
        _("The date has not moved."),
    )


def case_untouched(notice: Notice) -> Said:
    return brief(
        notice,
        _("⏳ Nothing has been done with a case of yours for a while."),
        _("Open it and take a step, or hand it on. Otherwise it goes back to the queue on the next working day."),
    )


def case_taken_back(notice: Notice) -> Said:
    was = people.name_of(notice.work, notice.params["was"])
    return brief(
        notice,
        _("A case was given to somebody else, because nothing had been done with it."),
        say(_("Owner before: {name}"), name=was) if was else None,
    )
