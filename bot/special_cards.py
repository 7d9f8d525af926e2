"""Special cases in words: a duplicate, what is none of ours, and what else the card of a case must show at a glance."""

from backoffice import merging, people, scope
from backoffice.contacts import HIDDEN
from backoffice.learning.causes import EXCLUDED, MERGED
from backoffice.work import Work
from bot.i18n import _, __
from bot.texts import Code, Html, language, lines, quote, say
from storage.complaints import Complaint, by_id, continued_by, merged_into
from storage.special import Exclusion, marks_of

CAPACITIES = {
    "guardian": __("parent or guardian"),
    "attorney": __("lawyer or legal representative"),
    "relative": __("relative or friend, with their consent"),
    "organisation": __("organisation that helps them"),
}


def represented(complaint: Complaint, name: str | None) -> Html | None:
    """For whom somebody else complains; as `name` says it, for not everybody reads it."""
    if name is None:
        return None
    capacity = Html(CAPACITIES[complaint.acting_as or "relative"])
    return say(_("On behalf of: {name} ({as_what})"), name=name, as_what=capacity)


def about(work: Work, complaint: Complaint) -> Html | None:
    """For the card of the staff."""
    alike = merging.alike(work, complaint)
    return (
        lines(
            say(_("⚠️ Perhaps a duplicate of {code}"), code=code(alike[0])) if alike else None,
            part_of(work, complaint),
            *continued(work, complaint),
            *(say(_("Merged into this one: {code}"), code=code(each)) for each in merged_into(work.db, complaint.id)),
            proposal(work, complaint),
            represented(complaint, HIDDEN if complaint.acting_for else None),
            handling_of(work, complaint),
            held(complaint),
            conduct_line(work, complaint),
        )
        or None
    )


def handling_of(work: Work, complaint: Complaint) -> Html | None:
    """Of which case the handling is complained of."""
    if complaint.about_id is None:
        return None
    return say(_("About the handling of {code}"), code=code(by_id(work.db, complaint.about_id)))


def held(complaint: Complaint) -> Html | None:
    if complaint.held_at is None:
        return None
    return say(_("⚖️ Kept for legal reasons since {date}: nothing may be erased"), date=complaint.held_at)


def conduct_line(work: Work, complaint: Complaint) -> Html | None:
    """How often words were found abusive, and by whom last; and whether files are held back."""
    marks = marks_of(work.db, complaint.id)
    if not marks:
        return None
    who = people.name_of(work, marks[-1].marked_by) or Html(_("nobody yet"))
    return lines(
        say(_("Marked as abusive: {count}, the last by {name}"), count=len(marks), name=who),
        Html(_("Files of the customer are kept and not forwarded at once")) if complaint.written_only else None,
    )


def part_of(work: Work, complaint: Complaint) -> Html | None:
    if complaint.merged_into_id is None:
        return None
    return say(_("It goes on as {code}"), code=code(by_id(work.db, complaint.merged_into_id)))


def continued(work: Work, complaint: Complaint) -> list[Html]:
    """The case before it, which could not be opened again; and the one after it."""
    before = by_id(work.db, complaint.continues_id) if complaint.continues_id else None
    earlier = [say(_("⚠️ Again: it continues {code}"), code=code(before))] if before else []
    later = continued_by(work.db, complaint.id)
    return [*earlier, *(say(_("Continued by {code}"), code=code(each)) for each in later)]


def proposal(work: Work, complaint: Complaint) -> Html | None:
    """That somebody takes it to be out of scope, why, and where it belongs."""
    pending = scope.waiting(work, complaint)
    if pending is None:
        return None
    return lines(Html(_("⚠️ Proposed as out of scope:")), quote(reason(work, pending)), place_line(work, pending))


def reason(work: Work, exclusion: Exclusion) -> str:
    """As its complainant is told; a reason that the file has no more stands there by its code."""
    found = work.organisation.scope_reason(exclusion.reason)
    return found.told[language()] if found else exclusion.reason


def place_line(work: Work, exclusion: Exclusion) -> Html:
    return lines(say(_("The right place: {place}"), place=place(work, exclusion)), address(work, exclusion) or None)


def place(work: Work, exclusion: Exclusion) -> str:
    """Words that somebody typed are set apart, those of the file are not."""
    found = next((each for each in work.organisation.providers if each.code == exclusion.provider), None)
    fixed = work.organisation.scope_reason(exclusion.reason)
    if found is not None:
        return Html(say("{name}", name=found.words[language()]))
    if exclusion.place is None and fixed is not None and fixed.place is not None:
        return Html(say("{name}", name=fixed.place[language()]))
    return exclusion.place or ""


def address(work: Work, exclusion: Exclusion) -> Html | None:
    found = next((each for each in work.organisation.providers if each.code == exclusion.provider), None)
    ways = [each for each in (found.contact, found.url) if each] if found else []
    return lines(*(say("{address}", address=Code(each)) for each in ways)) if ways else None


def next_step(work: Work, complaint: Complaint) -> Html | None:
    """What comes next for the complainant of a case that was set aside."""
    if complaint.closed_reason == MERGED:
        goes_on = by_id(work.db, complaint.merged_into_id) if complaint.merged_into_id else None
        return say(_("Next: please follow {code}; what you send reaches it."), code=code(goes_on))
    if complaint.closed_reason == EXCLUDED:
        until = scope.contestable(work, complaint)
        if until is None:
            return Html(_("Next: the right place that we named. You can make a new complaint at any time."))
        return say(_("Next: until {date} you can ask other people to look at this decision."), date=until)
    return None


def code(complaint: Complaint | None) -> Code:
    return Code(complaint.code or "") if complaint else Code("")
