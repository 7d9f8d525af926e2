"""That a complaint may end in court or in public (S2): marked by hand, or hinted at by the complainant's own words.

While a risk stands, the severity is not below `high`, and somebody else reads the answer before it goes.
"""

import re
from collections.abc import Iterable
from typing import Any

from backoffice import assessment, assignment, deadlock, errors, phases, rights
from backoffice.answer_file import RISKS
from backoffice.entries import add_entry
from backoffice.rights import Role
from backoffice.stages import Stage
from backoffice.words import folded, required
from backoffice.work import Work
from storage.complaints import Complaint, Entry
from storage.people import Person, colleague

MARKED, HINT = "marked", "hint"
SPOKEN = ("story", "addition", "reason", "counter", "grounds")  # kinds of entries in which a hint is looked for
CONCERNED = {"legal": Role.LEGAL, "publicity": Role.COMPLAINTS_MANAGER}
# What Arabic writes together with the word behind it: "and", "by", "to", "the".
PREFIXES = "(?:[وف]?(?:[بكل]|لل|ال|بال|كال)?)"


def mark(work: Work, complaint: Complaint, kind: str, words: str) -> None:
    """Mark a risk, and say why; also one that was only a hint."""
    rights.require(work, "mark_risk", complaint)
    _require_open(complaint)
    if kind not in RISKS:
        raise errors.Invalid(what="unknown_choice")
    if complaint.risks.get(kind) == MARKED:
        raise errors.Stale(complaint=complaint.id)
    note = add_entry(work, complaint, "note", required(words))
    _set(work, complaint, kind, MARKED, note=note.id)
    assessment.raise_to_floor(work, complaint, note.id)


def clear(work: Work, complaint: Complaint, kind: str, words: str) -> None:
    """There is no such risk, or none any more; the severity stays as it is, and can be changed."""
    rights.require(work, "mark_risk", complaint)
    _require_open(complaint)
    if kind not in complaint.risks:
        raise errors.Stale(complaint=complaint.id)
    note = add_entry(work, complaint, "note", required(words))
    was = complaint.risks[kind]
    complaint.risks = {each: how for each, how in complaint.risks.items() if each != kind}
    phases.touch(work, complaint)
    work.record("complaint.risk_cleared", complaint, risk=kind, was=was, note=note.id)


def listen(work: Work, complaint: Complaint, entries: Iterable[Entry]) -> None:
    """Whether the complainant's words hint at a risk that is not known yet."""
    said = folded("\n".join(each.text for each in entries if each.text and each.kind in SPOKEN))
    for kind in RISKS:
        words = getattr(work.organisation.risk_words, kind).all
        if kind not in complaint.risks and any(spoken(word, said) for word in words):
            _set(work, complaint, kind, HINT)


def spoken(word: str, said: str) -> bool:
    """Whether a word of the organisation's file is in words that were `folded`: a whole word, or with a `*` the
    beginning of one."""
    ending = r"\w*" if word.endswith("*") else ""
    wanted = r"\s+".join(re.escape(each) for each in folded(word.rstrip("*")).split())
    return re.search(rf"(?<!\w){PREFIXES}{wanted}{ending}(?!\w)", said) is not None


def _set(work: Work, complaint: Complaint, kind: str, how: str, **facts: Any) -> None:
    complaint.risks = {**complaint.risks, kind: how}
    phases.touch(work, complaint)
    work.record("complaint.risk_marked", complaint, risk=kind, how=how, **facts)
    for person in _concerned(work, complaint, kind):
        if person.id != work.actor.id:
            work.tell(person, "risk_marked", complaint, risk=kind, how=how)


def _concerned(work: Work, complaint: Complaint, kind: str) -> list[Person]:
    """Who sees to such a risk, or stands above where nobody does; and the owner."""
    told = deadlock.managers(work, complaint, CONCERNED[kind]) or assignment.overseers(work, complaint)
    owner = colleague(work.db, complaint.owner_id)
    known = {person.id: person for person in (*told, *([owner] if owner else ()))}
    return [person for person in known.values() if str(person.id) not in complaint.barred]


def _require_open(complaint: Complaint) -> None:
    if Stage(complaint.stage) is Stage.CLOSED:
        raise errors.Stale(complaint=complaint.id)
