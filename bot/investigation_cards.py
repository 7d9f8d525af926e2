"""What a case's card says of its investigation: who follows up in vain, what is missing, who is asked, which steps."""

from backoffice import concerned, inquiries, procedures, rights
from backoffice.inquiries import STATEMENT
from backoffice.stages import OPEN, Stage
from backoffice.work import Work
from bot import inquiry_cards, wanted_cards
from bot.i18n import _
from bot.texts import Html, lines, say
from storage.complaints import Complaint


def on_case(work: Work, complaint: Complaint) -> Html | None:
    """Only what asks for something; the rest stands behind the buttons."""
    if Stage(complaint.stage) not in OPEN:
        return None
    whole = rights.may(work.actor, "read_all", complaint)
    told = [
        chased(complaint),
        wanted_cards.missing(work, complaint),
        *(_inside(work, complaint) if whole else ()),
    ]
    return lines(*told) or None


def chased(complaint: Complaint) -> Html | None:
    if complaint.chased_at is None:
        return None
    return Html(_("⚠️ The customer has followed up several times without an answer."))


def _inside(work: Work, complaint: Complaint) -> list[Html | None]:
    waiting = [each for each in inquiries.of_case(work, complaint) if each.ended is None]
    return [*(inquiry_cards.line(work, each) for each in waiting), unheard(work, complaint), steps(work, complaint)]


def unheard(work: Work, complaint: Complaint) -> Html | None:
    """Whoever is complained of must be heard, or it is said why not yet (T12); and misconduct is critical (T89)."""
    if complaint.subject_id is None:
        return None
    asked = inquiries.of_case(work, complaint, STATEMENT) or inquiries.put_off(work, complaint)
    return (
        lines(
            None if asked else Html(_("⚠️ The person concerned has not been asked for their side yet.")),
            misconduct(work, complaint),
        )
        or None
    )


def misconduct(work: Work, complaint: Complaint) -> Html | None:
    if not concerned.suspects_misconduct(work, complaint):
        return None
    return Html(_("If it is about misconduct or harassment, set the severity to critical."))


def steps(work: Work, complaint: Complaint) -> Html | None:
    """How many of the steps are ticked, as long as one is missing."""
    listed = procedures.checklist(work, complaint)
    done = sum(each.tick is not None for each in listed)
    if done == len(listed):
        return None
    return say(_("Checklist: {number} of {total}"), number=done, total=len(listed))
