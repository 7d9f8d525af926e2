"""What is told of a severity: to the customer what it means for them, to the staff that they must act."""

from datetime import datetime

from backoffice import rights
from backoffice.assessment import CRITICAL
from bot import cards
from bot.i18n import _
from bot.keyboards import DANGER, SUCCESS, button, desk, keyboard, own
from bot.notice import Notice, Said, brief
from bot.texts import Html, bold, lines, paragraphs, say


def handling_changed(notice: Notice) -> Said | None:
    """To the customer: the case is urgent, or its date moves, or both."""
    first, dated = urgent(notice), new_date(notice)
    if not (first or dated):
        return None  # it was changed back before this could go
    title = first or _("The date of our answer to your complaint has changed.")
    text = paragraphs(bold(title), dated, cards.footer(notice.work, notice.case))
    return text, keyboard(button(_("Show the complaint"), own("show", notice.case)))


def urgent(notice: Notice) -> Html | None:
    if not notice.params.get("urgent") or notice.case.severity != CRITICAL:
        return None
    return Html(_("Your complaint has the highest priority with us."))


def new_date(notice: Notice) -> Html | None:
    """The date that is true now, beside the one that was told before."""
    was, due = notice.params.get("was"), cards.promise(notice.case)
    before = datetime.fromisoformat(was) if was else due
    if before is None or due is None or due == before:
        return None
    if due < before:
        return say(_("We will answer sooner than we told you: by {date} instead of {before}."), date=due, before=before)
    if notice.params.get("why") == "calendar":
        return say(
            _("Our working days have changed: we need until {date} instead of {before}."), date=due, before=before
        )
    return say(
        _("We are sorry: to examine it properly, we need until {date} instead of {before}."), date=due, before=before
    )


def case_critical(notice: Notice) -> Said:
    """The owner is asked what was done at once; the others see to it that somebody does it."""
    case = notice.case
    owner = case.owner_id == notice.person.id
    if owner:
        step = _("Stop the harm first; the investigation comes after. Then tell us what was done at once.")
    elif case.owner_id is None and rights.may(notice.work.actor, "take", case):
        step = _("Nobody has it yet. Open the case and take it now.")
    else:
        step = _("Open the case and see to it that the harm is stopped now.")
    title = _("⚠️ A case is critical.")
    text, buttons = brief(notice, title, lines(cards.containment(notice.work, case), Html(step)))
    if owner and case.contain_by:
        ask = button(_("What was done at once?"), desk("contain", case), DANGER)
        buttons = keyboard(ask, button(_("Open the case"), desk("show", case), SUCCESS))
    return text, buttons


def severity_set(notice: Notice) -> Said:
    """To the owner, when somebody else decided it."""
    title = _("The severity of a case of yours was decided by a colleague.")
    severity = cards.severity(notice.work, notice.case)
    step = _("The date follows from it. Reasons that were given stand in the notes of the case.")
    return brief(notice, title, severity, step)
