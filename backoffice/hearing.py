"""Both sides are heard by those who review a case, and each reads what the other says (S26, T43).

Nobody learns who on the review asked or wrote: questions and answers pass through the desk without a name.
"""

from backoffice import phases, rights
from backoffice.entries import EVIDENCE, add_entry, sent
from backoffice.phases import Phase, touch
from backoffice.rights import DECIDER
from backoffice.stages import Stage
from backoffice.words import required
from backoffice.work import Work
from storage.complaints import Complaint, Entry
from storage.people import Person
from storage.reviews import Review

QUESTION, STATEMENT = "panel_question", "statement"  # kinds of entries
HEARD = (
    "story", "addition", "reason", "counter", "question", "message", "grounds", "evidence", "lateness", QUESTION,
    STATEMENT, EVIDENCE,
)  # fmt: skip
"""What those who review the case read: no more than both sides may read too."""


def ask(work: Work, complaint: Complaint, text: str) -> Entry:
    """Somebody on the review asks the complainant. The date of the decision stays as it was promised."""
    rights.require(work, "question", complaint)
    review = phases.running(work, complaint, Phase.IN_COMMITTEE)
    entry = _say(work, complaint, review, QUESTION, required(text))
    customer = work.db.get_one(Person, complaint.customer_id)
    work.tell(customer, "panel_asked", complaint, party="customer", entry_id=entry.id)
    for person_id in _others(complaint, work.actor.id):
        work.tell(work.db.get_one(Person, person_id), "panel_wrote", complaint, entry_id=entry.id)
    return entry


def state(work: Work, complaint: Complaint, text: str | None, **source: int | None) -> Entry:
    """Who decided before tells their side; the complainant reads it as well."""
    rights.require(work, "state", complaint)
    review = phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE)
    entry = _say(work, complaint, review, STATEMENT, text, **source)
    customer = work.db.get_one(Person, complaint.customer_id)
    if entry.text:
        work.tell(customer, "statement_made", complaint, party="customer", entry_id=entry.id)
        _tell_panel(work, complaint, entry)  # a file without words goes by itself
    return entry


def be_heard(work: Work, complaint: Complaint) -> None:
    """The complainant asks to be heard before the decision; those who review it are told to ask."""
    rights.require(work, "be_heard", complaint)
    review = phases.running(work, complaint, Phase.REQUESTED, Phase.IN_COMMITTEE)
    if review.heard:
        return
    review.heard = True
    touch(work, complaint)
    work.record("review.hearing_wanted", complaint, review=review.id)
    for person_id in rights.seated(complaint):
        work.tell(work.db.get_one(Person, person_id), "hearing_wanted", complaint)


def relay(work: Work, complaint: Complaint, entry: Entry) -> None:
    """What the complainant says while others review the case: to them, and to those who answered before."""
    entry.review_id = complaint.review_id
    if not entry.text:
        return
    _tell_panel(work, complaint, entry)
    for person_id in rights.deciders(complaint):
        person = work.db.get_one(Person, person_id)
        work.tell(person, "evidence_given", complaint, party=DECIDER, gather=f"heard:{complaint.id}", entry_id=entry.id)


def heard(work: Work, complaint: Complaint) -> list[Entry]:
    """All that those who review the case may read of what was said, oldest first."""
    return [entry for entry in sent(work, complaint) if entry.kind in HEARD]


def is_reviewed(complaint: Complaint) -> bool:
    return Stage(complaint.stage) is Stage.IN_REVIEW


def _say(work: Work, complaint: Complaint, review: Review, kind: str, text: str | None, **source: int | None) -> Entry:
    entry = add_entry(work, complaint, kind, text, **source)
    entry.review_id = review.id
    work.record("entry.added", complaint, entry=entry.id)
    return entry


def _tell_panel(work: Work, complaint: Complaint, entry: Entry) -> None:
    for person_id in _others(complaint, entry.author_id):
        person = work.db.get_one(Person, person_id)
        work.tell(person, "panel_heard", complaint, gather=f"heard:{complaint.id}:{person_id}", entry_id=entry.id)


def _others(complaint: Complaint, person_id: int | None) -> list[int]:
    """Those who sit on it, without this one of them."""
    return [each for each in rights.seated(complaint) if each != person_id]
