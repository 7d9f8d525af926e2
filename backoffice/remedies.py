"""What an accepted answer promised is carried out: each remedy by somebody, in time, with evidence (T24, T30-T34, T46).

The complainant hears of every one, is asked when all are done, and can say which one is not.
"""

from collections.abc import Collection

from backoffice import answers, assignment, clocks, errors, rights, tasks
from backoffice.answers import Given
from backoffice.entries import EVIDENCE, add_entry
from backoffice.lifecycle import move
from backoffice.pages import page_of
from backoffice.phases import touch
from backoffice.rights import MEMBERS, Role
from backoffice.stages import Event, Stage
from backoffice.words import required, within
from backoffice.work import Work
from storage import people, remedies
from storage.columns import row_of
from storage.complaints import Answer, Complaint, Entry
from storage.people import Person
from storage.remedies import Task

MAX_EVIDENCE = 700  # letters, so that those of all the remedies are read in one message
PAGE = 6


# ------------------------------------------------------------------ what there is to do


def to_do(work: Work, answer: Answer) -> list[tuple[int, Given]]:
    """The remedies of an answer that somebody has to carry out, with their places among all of them."""
    known = [(work.organisation.find_remedy(each.code), each) for each in answers.given(answer)]
    return [(place, each) for place, (remedy, each) in enumerate(known) if remedy is not None and remedy.to_carry_out]


def begin(work: Work, complaint: Complaint, answer: Answer) -> None:
    """The answer was accepted: a task for each remedy, for the owner of the case (T24, T46)."""
    for place, each in to_do(work, answer):
        task = Task(
            complaint_id=complaint.id, answer_id=answer.id, place=place, code=each.code, by=each.day, begun_at=work.now
        )
        work.db.add(task)
        work.db.flush()
        work.record("remedy.begun", complaint, task=task.id, remedy=task.code)
        tasks.run(work, complaint, task)
    clocks.show(work, complaint)


def given(work: Work, task: Task) -> Given:
    """What the answer says of it."""
    return answers.given(work.db.get_one(Answer, task.answer_id))[task.place]


def evidence(work: Work, task: Task) -> Entry | None:
    """What shows that it is done."""
    return work.db.get(Entry, task.evidence_id) if task.done_at is not None and task.evidence_id else None


def open_of(work: Work, complaint: Complaint) -> list[Task]:
    """What is still to be done of a case, in the order of the answer."""
    return [each for each in tasks.running(work, complaint) if tasks.is_open(each)]


def done_of(work: Work, complaint: Complaint) -> list[Task]:
    """What the complainant can say is not done."""
    return [each for each in tasks.running(work, complaint) if each.done_at is not None]


def denied_of(work: Work, complaint: Complaint, places: str) -> list[int]:
    """The tasks among these whose places, a digit each, were said not to be done. Raises errors.Invalid."""
    found = done_of(work, complaint)
    if len(set(places)) < len(places) or not set(places) <= {str(place) for place in range(len(found))}:
        raise errors.Invalid(what="unknown_choice")
    return [found[int(place)].id for place in places]


def mine(work: Work) -> list[Task]:
    """What the actor was given to carry out, what is due soonest first."""
    rights.require(work, "see_tasks")
    found = [each for each in remedies.given_to(work.db, work.actor.id or 0) if is_theirs(work, each)]
    known = [(tasks.due(work, each), each) for each in found]
    known.sort(key=lambda each: (each[0] is None, each[0] or work.now, each[1].id))
    return [each for _due, each in known]


def find(work: Work, number: int) -> Task:
    """For who carries it out, and for who reads its case; for others there is none. Raises errors.NotFound."""
    task = row_of(work.db, Task, number)
    if task is None or not (is_theirs(work, task) or rights.may(work.actor, "read", case_of(work, task))):
        raise errors.NotFound(what="task")
    return task


def case_of(work: Work, task: Task) -> Complaint:
    """The case that it is of; who carries it out learns only what their page shows of it."""
    return work.db.get_one(Complaint, task.complaint_id)


def is_theirs(work: Work, task: Task) -> bool:
    """Whether it was given to the actor, and they may (still) know of the case."""
    carrier = tasks.carrier(work, case_of(work, task), task)
    return carrier is not None and carrier.id == work.actor.id


def may_do(work: Work, task: Task) -> bool:
    """Whether the actor can say that it is done: who carries it out, and the owner of the case."""
    return is_theirs(work, task) or rights.may(work.actor, "carry_out", case_of(work, task))


# ------------------------------------------------------------------ done, with evidence


def fulfil(work: Work, complaint: Complaint, text: str | None, *, task_id: int, **source: int | None) -> Entry:
    """It is done, and this shows it: words, or the message that brings a file. With the last one the complainant is
    asked whether they see it so (T30). Raises errors.RemedyRefused (twice, over)."""
    task = doable(work, complaint, task_id)
    shown = within(text, MAX_EVIDENCE) if source.get("source") is not None else required(text or "", MAX_EVIDENCE)
    entry = add_entry(work, complaint, EVIDENCE, shown, **source)
    task.done_at, task.evidence_id = work.now, entry.id
    touch(work, complaint)  # of two who do the last two at once, one sees what the other did
    work.record("remedy.done", complaint, task=task.id, remedy=task.code, entry=entry.id)
    clocks.meet_task(work, complaint, task.id)
    customer = work.db.get_one(Person, complaint.customer_id)
    if open_of(work, complaint):
        clocks.show(work, complaint)
        work.tell(customer, "remedy_done", complaint, party="customer", task_id=task.id, entry_id=entry.id)
    else:
        move(work, complaint, Event.CARRIED_OUT)
        window = clocks.window(work, complaint)
        work.tell(customer, "remedy_carried_out", complaint, party="customer", window=window)
    if (person := tasks.carrier(work, complaint, task)) is not None and person.id != work.actor.id:
        work.tell(person, "task_over", task_id=task.id)
    assignment.tell_owner(work, complaint, "task_done", task_id=task.id, entry_id=entry.id)
    return entry


def doable(work: Work, complaint: Complaint, task_id: int) -> Task:
    """One of the case that the actor can do now. Raises as `fulfil` does."""
    task = _of_case(work, complaint, task_id)
    if task is None or not is_theirs(work, task):
        rights.require(work, "carry_out", complaint)
    return _still_open(complaint, task)


def deny(work: Work, complaint: Complaint, denied: Collection[int] = (), *, turn: int | None = None) -> list[Task]:
    """These are not done, whatever we thought, or none is: they are due again, the others stay done (T34)."""
    rights.require(work, "deny", complaint)
    found = [each for each in done_of(work, complaint) if not denied or each.id in denied]
    if len(found) < len(denied):
        raise errors.Stale(complaint=complaint.id)
    move(work, complaint, Event.DENIED, turn=turn, tasks=[each.id for each in found])
    for task in found:
        task.done_at, task.denials = None, task.denials + 1
        work.record("remedy.denied", complaint, task=task.id, remedy=task.code, times=task.denials)
        tasks.run(work, complaint, task, again=True)
        if (person := tasks.carrier(work, complaint, task)) is not None:
            work.tell(person, "task_denied", task_id=task.id)
    clocks.show(work, complaint)
    return found


# ------------------------------------------------------------------ by whom


def candidates(work: Work, task: Task, page: int = 0) -> tuple[list[Person], bool]:
    """A page of those to whom it could be given, by name, and whether there are more: whoever of the staff is there and
    may know of the case. Raises errors.Invalid for a page that is not there."""
    complaint = case_of(work, task)
    rights.require(work, "give_task", complaint)
    return page_of(_able(work, complaint, task), page, PAGE)


def give(work: Work, complaint: Complaint, task_id: int, to: int) -> Task:
    """Give it to a colleague who is there and may know of the case; they are told, and read what they need of it."""
    rights.require(work, "give_task", complaint)
    task = _still_open(complaint, _of_case(work, complaint, task_id))
    if to not in [each.id for each in _able(work, complaint, task)]:
        raise errors.Invalid(what="unknown_choice")
    _hand_over(work, complaint, task, to)
    work.tell(work.db.get_one(Person, to), "task_given", task_id=task.id)
    return task


def take_back(work: Work, complaint: Complaint, task_id: int) -> Task:
    """It is for the owner of the case again; who had it hears of that."""
    rights.require(work, "give_task", complaint)
    task = _still_open(complaint, _of_case(work, complaint, task_id))
    if task.owner_id is None:
        raise errors.Stale(complaint=complaint.id)
    _hand_over(work, complaint, task, None)
    return task


def hand_back(work: Work, task: Task) -> None:
    """Who was given it cannot do it: it is for the owner of the case again. Raises errors.RemedyRefused."""
    complaint = case_of(work, task)
    if not is_theirs(work, task):
        raise errors.NotFound(what="task")
    _still_open(complaint, task)
    tasks.come_back(work, complaint, task)


# ------------------------------------------------------------------ inside


def _of_case(work: Work, complaint: Complaint, task_id: int) -> Task | None:
    return next((each for each in remedies.tasks_of(work.db, complaint.id) if each.id == task_id), None)


def _still_open(complaint: Complaint, task: Task | None) -> Task:
    if task is None:
        raise errors.Stale(complaint=complaint.id)
    if task.done_at is not None:
        raise errors.RemedyRefused(complaint=complaint.id, why="twice")
    if task.ended is not None or Stage(complaint.stage) is not Stage.IMPLEMENTING:
        raise errors.RemedyRefused(complaint=complaint.id, why="over")
    return task


def _able(work: Work, complaint: Complaint, task: Task) -> list[Person]:
    """Who of the staff is there and may know of the case, by name, besides those who have it."""
    found = [
        person
        for staff, person in people.team(work.db)
        if set(MEMBERS) & {Role(role) for role in staff.roles}
        and staff.away_since is None
        and person.id not in (task.owner_id, complaint.owner_id)
        and rights.is_free(complaint, person.id)
    ]
    return sorted(found, key=lambda each: ((each.name or "").casefold(), each.id))


def _hand_over(work: Work, complaint: Complaint, task: Task, to: int | None) -> None:
    before, was = tasks.carrier(work, complaint, task), task.owner_id
    task.owner_id = to
    touch(work, complaint)
    work.record("remedy.given", complaint, task=task.id, owner=to, was=was)
    if before is not None:
        work.tell(before, "task_over", task_id=task.id)
