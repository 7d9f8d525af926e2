"""Every word of the record of an investigation: facts, findings, and on what they rest."""

from backoffice import people, record
from backoffice.record import Recorded
from backoffice.work import Work
from bot.i18n import _, __
from bot.staff.handling import ENTRY_KINDS
from bot.texts import Html, lines, quote, say, shortened
from storage.complaints import Entry

NAMES: dict[str, object] = {record.NOTE: __("Note"), record.FACT: __("Fact"), record.FINDING: __("Finding")}
TITLES: dict[str, object] = {
    record.NOTE: __("Internal note"),
    record.FACT: __("A fact for the record"),
    record.FINDING: __("A finding for the record"),
}
MEANINGS: dict[str, object] = {
    record.NOTE: __("Write what your colleagues should know."),
    record.FACT: __("Write what is established, as you would tell somebody who was not there."),
    record.FINDING: __("Write what you conclude from the facts. The answer rests on it."),
}
WORDS = 40  # UTF-16 units of a source on a button
WHOLE = 1500  # of a fact or a finding


def recorded(work: Work, each: Recorded) -> Html:
    """What it is, when and by whom, the words, and on what they rest."""
    name = people.name_of(work, each.entry.author_id) or Html(_("somebody who has left"))
    edited = each.wording.id != each.entry.id
    return lines(
        say("<b>{title}</b> · {date} · {name}", title=Html(NAMES[each.entry.kind]), date=each.entry.at, name=name),
        quote(each.wording.text, WHOLE),
        Html(_("(edited)")) if edited else None,
        rests_on(each.source) if each.source else None,
    )


def rests_on(entry: Entry) -> Html:
    return say(_("Based on: {entry}"), entry=brief(entry))


def brief(entry: Entry) -> Html:
    """What was said, in one short line."""
    return say("{date} · {said}: {words}", date=entry.at, said=Html(ENTRY_KINDS[entry.kind]), words=words(entry))


def words(entry: Entry) -> str:
    """As many of them as fit on a button."""
    return shortened(" ".join(entry.text.split()), WORDS) if entry.text else Html(_("📎 file"))
