"""What complainants are asked, and what follows from it (ISO 10002, 8.3; ISO 10004): the handling after the first reply
and at the end, the outcome apart from it, and some days later whether they would come back.

Each question is asked once, by one tap, in civil hours, and nobody is reminded. A person is never asked twice within a
day: what follows sooner waits, and of the first reply and the end only the end is asked about.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from backoffice import assignment, errors, reminders, rights
from backoffice.entries import add_entry
from backoffice.stages import Stage
from backoffice.work import Work
from storage import surveys
from storage.complaints import Complaint, Entry
from storage.people import Person, colleague
from storage.surveys import Survey

FIRST, HANDLING, OUTCOME, LOYALTY = "first_response", "handling", "outcome", "loyalty"
QUESTIONS = (FIRST, HANDLING, OUTCOME, LOYALTY)
SCORES = range(1, 6)
CHANCES = range(11)  # how likely it is, from not at all to certain
APART = timedelta(hours=24)  # between two questions to one person
# Who took a complaint back has not been answered by us, and wants to be left in peace; of a duplicate the other case is
# asked about. Whoever was silent or stays unresolved is asked: else only the contented would be counted.
LEFT_IN_PEACE = ("withdrawn", "duplicate", "out_of_scope")
BATCH = 25


def scale(question: str) -> range:
    """The scores that can be given."""
    return CHANCES if question == LOYALTY else SCORES


# ------------------------------------------------------------------ when it is asked


def replied(work: Work, complaint_id: int) -> None:
    """Words of the staff have arrived: with the first ones, the handling so far is asked about a little later."""
    complaint = work.db.get_one(Complaint, complaint_id)
    if Stage(complaint.stage) is Stage.CLOSED or work.db.get(Survey, (complaint_id, FIRST)) is not None:
        return
    ask_at = _civil(work, work.organisation.due("first_question", None, work.now))
    work.db.add(Survey(complaint_id=complaint_id, question=FIRST, ask_at=ask_at))


def closed(work: Work, complaint: Complaint) -> None:
    """The case has been closed: some days later comes the question whether they would come back."""
    if complaint.closed_reason not in LEFT_IN_PEACE:
        ask_at = _civil(work, work.organisation.due("loyalty", None, work.now))
        _row(work, complaint, LOYALTY).ask_at = ask_at


def with_closing(work: Work, complaint: Complaint) -> bool:
    """Whether the word that the case is closed asks how it was handled as well. If something else was asked a short
    while ago, the question comes by itself once it may."""
    handling, _follows = _row(work, complaint, HANDLING), _row(work, complaint, OUTCOME)
    last = surveys.last_asked(work.db, complaint.customer_id)
    if last is None or last + APART <= work.now:
        handling.ask_at = None
        return True
    handling.ask_at = _civil(work, last + APART)
    return False


def ask(work: Work, batch: int = BATCH) -> int:
    """Ask what is due, each once; returns how many rows were looked at. Call again until there are none.

    Whoever cannot be reached is not asked, and an outage at whose end it is night asks in the morning.
    """
    found, told = surveys.due(work.db, work.now, batch), set[int]()
    for survey in found:
        complaint = work.db.get_one(Complaint, survey.complaint_id)
        person = work.db.get_one(Person, complaint.customer_id)
        beyond = person.unreachable_since is not None or person.telegram_id is None
        if beyond or not _wanted(complaint, survey.question):
            survey.ask_at = None
        elif wait := _too_soon(work, person, told):
            survey.ask_at = wait
        else:
            survey.ask_at = None
            told.add(person.id)
            template = f"{survey.question}_question"
            work.tell(person, template, complaint, party=rights.CUSTOMER, survey=survey.question)
    return len(found)


def next_at(work: Work, after: datetime) -> datetime | None:
    """The next moment at which something is to be asked."""
    return surveys.next_after(work.db, after)


def is_wanted(work: Work, complaint: Complaint, question: str) -> bool:
    """Whether it is still to be asked, now that it would go: not of a case that ended or came back meanwhile, and not
    shortly after another question."""
    last = surveys.last_asked(work.db, complaint.customer_id)
    return _wanted(complaint, question) and (last is None or last + APART <= work.now)


def arrived(work: Work, complaint_id: int, question: str) -> None:
    """The question has arrived; shown again, it is the same question."""
    complaint = work.db.get_one(Complaint, complaint_id)
    _asked(work, complaint, _row(work, complaint, question))


# ------------------------------------------------------------------ what is answered


def rate(work: Work, complaint: Complaint, question: str, score: int) -> Survey:
    """The answer, 1 to 5, of loyalty 0 to 10; a second tap changes the first. A low one alarms.

    Raises errors.Stale where it is not asked (any more), errors.Invalid for a score that there is not.
    """
    rights.require(work, "rate", complaint)
    survey = _open(work, complaint, question)
    if score not in scale(question):
        raise errors.Invalid(what="unknown_choice")
    was_low = is_low(work, survey)
    _asked(work, complaint, survey)  # the answer may be here before we know that the question was there
    survey.score, survey.answered_at = score, work.now
    known = {each: row.score for each, row in surveys.of_case(work.db, complaint.id).items() if row.score is not None}
    work.record("complaint.rated", complaint, question=question, **known)
    if survey.alarmed_at is None and not was_low:
        _alarm(work, complaint, survey)
    return survey


def rate_in_words(work: Work, complaint: Complaint, text: str, *, question: str, **source: int | None) -> Entry:
    """What is said with a score. Whoever heard of a low one reads it. Raises errors.Stale without a score."""
    rights.require(work, "rate", complaint)
    survey = _open(work, complaint, question)
    if survey.score is None:
        raise errors.Stale(complaint=complaint.id)
    entry = add_entry(work, complaint, "rating", text, **source)
    survey.entry_id = entry.id
    work.record("entry.added", complaint, entry=entry.id)
    _alarm(work, complaint, survey, entry_id=entry.id)
    return entry


def is_fresh(complaint: Complaint, survey: Survey | None) -> bool:
    """Whether it was answered since the case was last closed."""
    answered = survey.answered_at if survey else None
    return answered is not None and complaint.closed_at is not None and answered >= complaint.closed_at


def low(work: Work, complaint: Complaint) -> list[Survey]:
    """The scores of a case of which the supervisors hear, in the order of the questions."""
    found = surveys.of_case(work.db, complaint.id)
    return [found[each] for each in QUESTIONS if each in found and is_low(work, found[each])]


def is_low(work: Work, survey: Survey) -> bool:
    rules = work.organisation.satisfaction
    limit = rules.low_loyalty if survey.question == LOYALTY else rules.low_score
    return survey.score is not None and survey.score <= limit


# ------------------------------------------------------------------ a low score


def alarmed(work: Work, complaint_id: int, question: str) -> None:
    """Somebody who answers for the case has read of it; it is not told again."""
    survey = work.db.get_one(Survey, (complaint_id, question))
    survey.alarmed_at = survey.alarmed_at or work.now


def reached(work: Work, complaint: Complaint) -> None:
    """One of the staff writes to the complainant: of a low score it is noted who did so first."""
    unreached = [each for each in low(work, complaint) if each.reached_by is None]
    for survey in unreached:
        survey.reached_by = work.actor.id
    if unreached:
        work.record("survey.reached_out", complaint, questions=[each.question for each in unreached])


def reached_by(work: Work, complaint: Complaint) -> set[int]:
    """Who wrote to the complainant after a low score, and hears what comes back."""
    return {each.reached_by for each in surveys.of_case(work.db, complaint.id).values() if each.reached_by is not None}


def of_case(work: Work, complaint: Complaint) -> dict[str, Survey]:
    return surveys.of_case(work.db, complaint.id)


def _alarm(work: Work, complaint: Complaint, survey: Survey, **words: Any) -> None:
    """Those who stand above the case, and its owner. A few minutes gather what belongs together, and let a slip of the
    finger be mended; what is told then is what holds then."""
    if not is_low(work, survey):
        return
    for person in _concerned(work, complaint):
        work.tell(
            person,
            "low_score",
            complaint,
            gather=f"low_score:{complaint.id}",
            at_most=reminders.AT_MOST,
            not_before=work.now + reminders.TOGETHER,
            alarm=survey.question,
            **words,
        )


def _concerned(work: Work, complaint: Complaint) -> Iterable[Person]:
    told = assignment.overseers(work, complaint)
    owner = colleague(work.db, complaint.owner_id)
    if owner is not None and owner not in told and rights.is_free(complaint, owner.id):
        told.append(owner)
    return told


def _open(work: Work, complaint: Complaint, question: str) -> Survey:
    """The row of a question that can be answered now."""
    if question not in QUESTIONS:
        raise errors.Invalid(what="unknown_choice")
    is_closed = Stage(complaint.stage) is Stage.CLOSED
    if question in (HANDLING, OUTCOME) and is_closed:
        return _row(work, complaint, question)
    survey = work.db.get(Survey, (complaint.id, question))
    if survey is None or survey.ask_at is not None or (question != FIRST and not is_closed):
        raise errors.Stale(complaint=complaint.id)
    return survey


def _row(work: Work, complaint: Complaint, question: str) -> Survey:
    survey = work.db.get(Survey, (complaint.id, question)) or Survey(complaint_id=complaint.id, question=question)
    work.db.add(survey)
    return survey


def _asked(work: Work, complaint: Complaint, survey: Survey) -> None:
    """Since the case was last closed, if it was, it is asked once; what was alarmed of before is past."""
    since = None if survey.question == FIRST else complaint.closed_at
    if survey.asked_at is None or (since is not None and survey.asked_at < since):
        survey.asked_at, survey.alarmed_at = work.now, None
        work.record("survey.asked", complaint, question=survey.question)


def _wanted(complaint: Complaint, question: str) -> bool:
    is_closed = Stage(complaint.stage) is Stage.CLOSED
    if question == FIRST:
        return not is_closed
    return is_closed and complaint.closed_reason not in LEFT_IN_PEACE


def _too_soon(work: Work, person: Person, told: set[int]) -> datetime | None:
    """When to look again at somebody who must not be asked now; None if they may."""
    last = work.now if person.id in told else surveys.last_asked(work.db, person.id)
    at = _civil(work, max(work.now, last + APART) if last else work.now)
    return at if at > work.now else None


def _civil(work: Work, moment: datetime) -> datetime:
    return work.organisation.calendar.within(moment, work.organisation.reminders.hours)
