"""What managers and admins are told about figures, worded at delivery."""

from sqlmodel import col, select

from backoffice import rights
from backoffice.figures import digests
from bot import periods
from bot.figures import digest_words, table_words
from bot.i18n import _, n_
from bot.notice import Call, Notice, Said, album, one_file, reference, template
from bot.texts import bold, lines, paragraphs, say
from storage.complaints import Attachment
from storage.digests import Digest, Table

PROTECTED = {"protect_content": True}


@template
def digest(notice: Notice) -> Said | None:
    """Of what its reader may see by now; who may see nothing any more gets nothing."""
    found = notice.work.db.get(Digest, notice.params["digest_id"])
    if found is None or not digests.may_see(notice.work.actor):
        return None
    return digest_words.shown(notice.work, found)


@template
def digest_charts(notice: Notice) -> Call | None:
    """All pictures as one album, named once."""
    pictures = _files(notice, notice.params["attachments"])
    if not pictures:
        return None
    return (
        album(PROTECTED, pictures, _caption(notice))
        if len(pictures) > 1
        else one_file(PROTECTED, pictures, _caption(notice))
    )


@template
def digest_file(notice: Notice) -> Call | None:
    """Unlike the charts it may be saved and passed on, which is what it is for: it tells of no single case."""
    return one_file({}, _files(notice, [notice.params["attachment_id"]]), _caption(notice))


@template
def table_progress(notice: Notice) -> Call | None:
    """In the message that was tapped, how far it is by now."""
    found = notice.work.db.get(Table, notice.params["table_id"])
    if found is None or found.message_id is None or not digests.may_see(notice.work.actor):
        return None
    text, ways = table_words.shown(notice.work, found)
    args = {"message_id": found.message_id, "text": text, "parse_mode": "HTML"}
    return {"method": "editMessageText", "args": {**args, "reply_markup": ways.model_dump(exclude_none=True)}}


@template
def table_file(notice: Notice) -> Call | None:
    """One of its files; who lost the right to it meanwhile gets none."""
    found = notice.work.db.get_one(Table, notice.params["table_id"])
    if found.open_words and not rights.may(notice.work.actor, "export_words"):
        return None
    caption = lines(bold(_("Cases as a table")), table_words.about(notice.work, found), table_words.done(found))
    return one_file({}, _files(notice, [notice.params["attachment_id"]]), {"caption": caption, "parse_mode": "HTML"})


def _files(notice: Notice, ids: list[int]) -> list[Attachment]:
    if not digests.may_see(notice.work.actor):
        return []
    found = select(Attachment).where(col(Attachment.id).in_(ids)).order_by(col(Attachment.id))
    return list(notice.work.db.exec(found))


def _caption(notice: Notice) -> dict[str, str]:
    found = notice.work.db.get_one(Digest, notice.params["digest_id"])
    caption = say(_("Digest: {period}"), period=periods.brief(digests.period_of(found)))
    return {"caption": caption, "parse_mode": "HTML"}


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
    text = paragraphs(
        bold(_("⚠️ A case could not be counted.")),
        reference(notice, "case"),
        _("Reports go on without what changed in it. The log tells more."),
    )
    return text, None
