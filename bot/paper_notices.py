"""What is told of issued documents: the document itself to the customer, to the admins that one is not printed."""

from bot import cards
from bot.i18n import _
from bot.notice import Call, Notice, Said, one_file, template
from bot.texts import Code, bold, lines, paragraphs, say
from storage.complaints import Attachment
from storage.documents import Document


@template
def document_issued(notice: Notice) -> Call | None:
    """The PDF, in the language in which it was issued, with a caption in the reader's."""
    document = notice.work.db.get(Document, notice.params["document_id"])
    file = notice.work.db.get(Attachment, document.attachment_id) if document and document.attachment_id else None
    if document is None or file is None:
        return None  # it was erased before this could go
    caption = paragraphs(
        bold(_("The decision as a document")),
        say(_("Document number: {number}"), number=Code(document.number)),
        cards.footer(notice.work, notice.case),
    )
    to = {"chat_id": notice.person.telegram_id}
    return one_file(to, [file], {"caption": caption, "parse_mode": "HTML"})


@template
def document_failed(notice: Notice) -> Said:
    """A reference and nothing of the contents."""
    documents = [notice.work.db.get(Document, part["document_id"]) for part in notice.parts]
    text = paragraphs(
        bold(_("⚠️ A document could not be printed.")),
        lines(*(say(_("Document number: {number}"), number=Code(each.number)) for each in documents if each)),
        _("We go on trying every hour. The log tells more."),
    )
    return text, None
