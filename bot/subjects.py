"""What a case is about, in one line: so that nobody takes one of theirs for another."""

from backoffice.work import Work
from bot.texts import Code, Html, language, say
from storage.complaints import Complaint


def line(work: Work, complaint: Complaint) -> Html:
    """Code and subject, which every message to its complainant carries."""
    if complaint.category is None:
        return say("{code}", code=Code(complaint.code or ""))
    return say("{code} · {subject}", code=Code(complaint.code or ""), subject=Html(category(work, complaint)))


def on_button(work: Work, complaint: Complaint) -> str:
    """The same on a button: what exactly, without its group."""
    found = work.organisation.category(complaint.category or "")
    return f"{complaint.code} · {found.words[language()]}" if found else str(complaint.code)


def category(work: Work, complaint: Complaint) -> str:
    """«Delivery – not received» in the reader's language."""
    return category_named(work, complaint.category or "")


def category_named(work: Work, code: str) -> str:
    found = work.organisation.category(code)
    if found is None:
        return Html("")
    group = next(g for g in work.organisation.category_groups if found in g.categories)
    return say("{group} – {category}", group=Html(group.words[language()]), category=Html(found.words[language()]))
