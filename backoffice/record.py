"""What an investigation found, as a record: facts, and what is concluded from them (ISO 10002, 7.6)."""

from dataclasses import dataclass

from backoffice import errors, rights
from backoffice.entries import sent
from backoffice.work import Work
from storage.complaints import Complaint, Entry

NOTE, FACT, FINDING = "note", "fact", "finding"
KINDS = (NOTE, FACT, FINDING)
NO_SOURCE = ("rating", "document", "opinion_asked", "allegation", *KINDS[:1])


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact or a finding in its newest wording, and the entry on which it rests, if it names one."""

    entry: Entry
    wording: Entry
    source: Entry | None


def record(work: Work, complaint: Complaint) -> list[Recorded]:
    """All that stands in the record of the case, oldest first."""
    rights.require(work, "read_all", complaint)
    entries = sent(work, complaint)
    by_id = {each.id: each for each in entries}
    found = [each for each in entries if each.kind in (FACT, FINDING) and each.replaces_id is None]
    return [Recorded(each, newest(entries, each), by_id.get(each.about_id or 0)) for each in found]


def findings(work: Work, complaint: Complaint) -> list[Entry]:
    """What was concluded, in its newest wording, oldest first: on it the answer rests (T18)."""
    return [each.wording for each in record(work, complaint) if each.entry.kind == FINDING]


def sources(work: Work, complaint: Complaint) -> list[Entry]:
    """What a fact or a finding can rest on, newest first: all that was said or sent on the case."""
    rights.require(work, "read_all", complaint)
    said = [each for each in sent(work, complaint) if each.replaces_id is None and each.kind not in NO_SOURCE]
    return said[::-1]


def source(work: Work, complaint: Complaint, entry_id: int) -> Entry:
    """That one of them. Raises errors.Invalid for any other number."""
    found = next((each for each in sources(work, complaint) if each.id == entry_id), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    return found


def newest(entries: list[Entry], entry: Entry) -> Entry:
    """The latest wording of an entry."""
    return next((each for each in reversed(entries) if each.replaces_id == entry.id), entry)
