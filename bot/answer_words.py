"""An answer in words, part by part, whoever reads it: its author, who approves it, the customer."""

import re
from collections.abc import Sequence

from backoffice import answers, approvals
from backoffice.answers import Draft, Given
from backoffice.work import Work
from bot.i18n import _, __
from bot.money import shown
from bot.texts import Code, Html, language, lines, quote, say, units
from storage.complaints import Complaint

MAX_REASONS = 1800  # UTF-16 units; of a decision of many, all of it stands in its document
CODE = re.compile(r"\bSLH(?:-[0-9A-Z]{4}){2}-[0-9A-Z]\b")
ROOM = 2600  # of one message, for all that was written
LEAST = 120  # of a part, however much the others say
NEEDS = {
    "severity": __("its severity"),
    "not_upheld": __("it does not uphold the complaint"),
    "amount": __("the amount is above what its author may give"),
    "risk": __("a legal or publicity risk"),
}
RISKS = {"legal": __("Legal risk"), "publicity": __("Publicity risk")}
HOW = {"marked": __("marked by us"), "hint": __("hint in the customer's words")}


def parts(work: Work, draft: Draft) -> list[Html | None]:
    """Paragraphs, in the order in which they are read; what is long is shortened, so that one message holds it."""
    limit = _limit(draft)
    return [
        _part(_("Why we changed it:"), draft.because, limit),
        _part(_("Your complaint as we understand it:"), draft.summary, limit),
        _part(_("What we found:"), draft.findings, limit),
        say(_("Decision: {decision}"), decision=Html(work.organisation.decisions[draft.decision][language()])),
        _part(_("Reasons:"), draft.reasons, MAX_REASONS),
        *(remedy(work, each, limit) for each in draft.given if each.code != answers.NOTHING),
        _part(_("What went wrong and was put right:"), draft.put_right, limit),
        _part(_("What happens next:"), draft.next_step, limit),
        Html(_("The full text is in the document that follows.")) if _shortened(draft, limit) else None,
    ]


def quoted(words: str, limit: int) -> Html:
    """What somebody wrote; a tracking code in it (templates bring one) runs from left to right, and is copied by a
    tap."""
    return Html(CODE.sub(lambda found: say("{code}", code=Code(found[0])), quote(words, limit)))


def remedy(work: Work, given: Given, limit: int = ROOM) -> Html:
    """What is given, how much, and by when."""
    named = Html(work.organisation.remedy(given.code).words[language()])
    return lines(
        say(_("Remedy: {remedy}"), remedy=named),
        say(_("Amount: {amount}"), amount=Html(shown(given.money))) if given.money else None,
        say(_("Done by {date}"), date=given.day) if given.day else None,
        quoted(given.words, limit) if given.words else None,
    )


def because_of(why: Sequence[str]) -> Html:
    """Why somebody else must approve it."""
    return say(_("It needs approval because of: {reasons}"), reasons=Html(" · ".join(str(NEEDS[each]) for each in why)))


def named(names: Sequence[str | None]) -> Html:
    """People, each set apart."""
    return Html(" · ".join(say("{name}", name=each or "–") for each in names))


def on_case(work: Work, complaint: Complaint) -> Html | None:
    """What staff must know of it before they answer: risks, and whose approval is awaited."""
    risks = [
        say("⚠️ {risk} ({how})", risk=Html(RISKS[kind]), how=Html(HOW[how])) for kind, how in complaint.risks.items()
    ]
    proposal = approvals.waiting(work, complaint)
    names = [person.name for person in approvals.awaited(work, complaint)] if proposal else []
    waits = say(_("An answer waits for approval by: {names}"), names=named(names)) if proposal else None
    return lines(*risks, waits, because_of(proposal.why) if proposal else None) or None


def _part(title: str, words: str | None, limit: int) -> Html | None:
    return lines(Html(title), quoted(words, limit)) if words else None


def _optional(draft: Draft) -> list[str]:
    words = [draft.because, draft.summary, draft.findings, draft.put_right, draft.next_step]
    return [each for each in (*words, *(given.words for given in draft.given)) if each]


def _limit(draft: Draft) -> int:
    """How much of each part beside the reasons is read in the message."""
    written, room = _optional(draft), ROOM - min(units(draft.reasons), MAX_REASONS)
    whole = sum(map(units, written))
    return ROOM if whole <= room else max(LEAST, room // len(written))


def _shortened(draft: Draft, limit: int) -> bool:
    return units(draft.reasons) > MAX_REASONS or any(units(each) > limit for each in _optional(draft))
