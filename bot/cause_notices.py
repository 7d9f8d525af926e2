"""What the owner of a closed case reads of the analysis that is asked for."""

from backoffice.learning import causes
from backoffice.stages import Stage
from bot import cause_cards
from bot.i18n import _
from bot.keyboards import SUCCESS, button, desk, keyboard
from bot.notice import Notice, Said, brief, template


@template
def cause_wanted(notice: Notice) -> Said | None:
    if Stage(notice.case.stage) is not Stage.CLOSED:
        return None  # it came back before this was read
    thorough = causes.is_thorough(notice.work, notice.case)
    text, _buttons = brief(
        notice,
        _("✅ The case is closed. What was the root cause?"),
        cause_cards.due(notice.work, notice.case),
        _("It is serious or happened again: please answer at least two whys, or say why no cause was found.")
        if thorough
        else _("Naming it takes a minute and helps to keep it from happening again."),
    )
    return text, keyboard(button(_("Root cause"), desk("find_cause", notice.case), SUCCESS))
