"""What the complainant is asked for as a list, item by item (T6, T16): what of it has come, and what is missing still.

The list stands in the words of the question as well, so whoever reads the case reads it. A question without a list is
answered by whatever the complainant says next.
"""

from collections.abc import Sequence

from backoffice import errors
from backoffice.stages import OPEN, Stage
from backoffice.words import tidy
from backoffice.work import Work
from storage import investigation
from storage.complaints import Complaint, Entry, entries_of
from storage.investigation import Wanted

QUESTION = "question"  # the item that stands for what was asked in words beside the list


def checked(work: Work, complaint: Complaint, items: Sequence[str]) -> list[str]:
    """The items that were ticked, in the order of the file. Raises errors.Invalid for one that is not offered."""
    offered = [each.code for each in work.organisation.wanted_for(complaint.category)]
    if not set(items) <= set(offered):
        raise errors.Invalid(what="unknown_choice")
    return [each for each in offered if each in items]


def worded(work: Work, complaint: Complaint, items: Sequence[str], text: str) -> str:
    """The question as the complainant reads it: the list in their language, then our own words.

    Raises errors.Invalid where neither is there.
    """
    listed = [f"• {each.words[complaint.language]}" for each in work.organisation.info_items if each.code in items]
    said = "\n\n".join(part for part in ("\n".join(listed), tidy(text)) if part)
    if not said:
        raise errors.Invalid(what="nothing_asked")
    return said


def want(work: Work, complaint: Complaint, question: Entry, items: Sequence[str], *, beside: bool) -> None:
    """Wait for each of these; `beside`: and for the answer to what was asked in words."""
    for item in [*items, *([QUESTION] if beside and items else [])]:
        work.db.add(Wanted(complaint_id=complaint.id, question_id=question.id, item=item))
    work.db.flush()


def latest(work: Work, complaint: Complaint) -> list[Wanted]:
    """The list of the last question; empty where it had none."""
    found = investigation.wanted_of(work.db, complaint.id)
    newest = _asked(work, complaint) if found else None
    return [each for each in found if newest is not None and each.question_id == newest.id]


def missing(work: Work, complaint: Complaint) -> list[Wanted]:
    """What of the last list has not come, while anybody still works on the case."""
    if Stage(complaint.stage) not in OPEN:
        return []
    return [each for each in latest(work, complaint) if each.given_id is None]


def give(work: Work, complaint: Complaint, entry: Entry, item: str | None) -> None:
    """What was just said is this item; without one it is the only one that is missing, if there is only one."""
    if Stage(complaint.stage) is not Stage.AWAITING_INFO:
        return
    left = missing(work, complaint)
    found = [each for each in left if each.item == item] if item else left if len(left) == 1 else []
    for each in found:
        each.given_id = entry.id
        work.record("info.given", complaint, wanted=each.id, entry=entry.id)


def has_sent(work: Work, complaint: Complaint) -> bool:
    """Whether the complainant has said or sent anything since the last question (T9)."""
    asked = _asked(work, complaint)
    if asked is None:
        return False
    entries = entries_of(work.db, complaint.id)
    return any(each.id > asked.id and each.kind == "addition" for each in entries)


def _asked(work: Work, complaint: Complaint) -> Entry | None:
    asked = [each for each in entries_of(work.db, complaint.id) if each.kind == "question" and each.replaces_id is None]
    return asked[-1] if asked else None
