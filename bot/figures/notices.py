"""What managers and admins are told about figures, worded at delivery."""

from bot.i18n import _, n_
from bot.notice import Notice, Said, template
from bot.texts import Code, bold, paragraphs, say


@template
def figures_corrected(notice: Notice) -> Said:
    count = sum(part["count"] for part in notice.parts)
    text = paragraphs(
        bold(_("⚠️ Some figures did not agree with the cases.")),
        say(
            n_(
                "{count} entry was counted anew; reports are right again.",
                "{count} entries were counted anew; reports are right again.",
                count,
            ),
            count=count,
        ),
        _("If this comes again, count everything anew: <code>sulh figures rebuild</code>."),
    )
    return text, None


@template
def figures_failed(notice: Notice) -> Said:
    numbers = ", ".join(dict.fromkeys(str(part["case"]) for part in notice.parts))
    text = paragraphs(
        bold(_("⚠️ A case could not be counted.")),
        say(_("Reference: {reference}"), reference=Code(numbers)),
        _("Reports go on without what changed in it. The log tells more."),
    )
    return text, None
