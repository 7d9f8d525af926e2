"""The remedies of an accepted answer as tasks: who does each and until when, and what moves of the case make of them.

What people do with them is in `backoffice/remedies.py`.
"""

from collections.abc import Collection
from datetime import datetime

from backoffice import assignment, clocks, rights
from backoffice.phases import touch
from backoffice.stages import Event, Stage
from backoffice.targets import TARGETS
from backoffice.work import Work
from storage import clocks as rows
from storage import remedies
from storage.complaints import Complaint
from storage.people import Person, colleague
from storage.remedies import Task

IMPLEMENTATION, REFUND = "implementation", "refund"  # limits of the organisation's file
IN_COURSE = (Stage.IMPLEMENTING, Stage.CONFIRMING)


def of_case(work: Work, complaint: Complaint) -> list[Task]:
    """Those of the answer that was accepted last and that nothing has ended, in the order in which it names them."""
    found = remedies.tasks_of(work.db, complaint.id)
    return [each for each in found if each.answer_id == found[-1].answer_id and each.ended is None]


def running(work: Work, complaint: Complaint) -> list[Task]:
    """The same, while they are carried out or wait for the complainant's word."""
    return of_case(work, complaint) if Stage(complaint.stage) in IN_COURSE else []


def is_open(task: Task) -> bool:
    return task.done_at is None and task.ended is None


def due(work: Work, task: Task) -> datetime | None:
    """Until when it is, or was, to be done."""
    found = [each for each in rows.of_case(work.db, task.complaint_id) if each.task_id == task.id]
    return next((each.due_at for each in reversed(found) if TARGETS[each.target].main), None)


def promised(work: Work, task: Task) -> datetime | None:
    """Until when by the complainant's last word from us: the later date, where the first one was missed."""
    found = [each for each in rows.running(work.db, task.complaint_id) if each.task_id == task.id]
    later = next((each.due_at for each in found if not TARGETS[each.target].main), None)
    return later or due(work, task)


def carrier(work: Work, complaint: Complaint, task: Task) -> Person | None:
    """The colleague to whom it was given, as long as they may know of the case; None: its owner carries it out."""
    person = colleague(work.db, task.owner_id)
    return person if person is not None and rights.is_free(complaint, person.id) else None


def whose(work: Work, complaint: Complaint, task: Task) -> Person | None:
    """Who carries it out: the colleague to whom it was given, else the owner of the case."""
    return carrier(work, complaint, task) or colleague(work.db, complaint.owner_id)


def run(work: Work, complaint: Complaint, task: Task, *, again: bool = False) -> None:
    """Let its time run: until the end of the day that the answer names, else by the limit of the organisation's file.

    A day that has passed, or that came back (`again`), leaves at least until the end of the next business day.
    """
    limit = _limit(work, complaint, task)
    if task.by is None:
        clocks.start(work, complaint, limit, task_id=task.id)
        return
    calendar = work.organisation.calendar
    end, soon = calendar.end_of_day(task.by), calendar.add_business_days(work.now, 1)
    clocks.hold_at(work, complaint, limit, max(end, soon) if again or end <= work.now else end, task_id=task.id)


# ------------------------------------------------------------------ with the case


def follow(work: Work, complaint: Complaint, was: Stage, event: Event) -> None:
    """Who takes the case away from carrying out ends what is left of it; a review that came to nothing brings it back.
    The machine calls it for every move."""
    stage = Stage(complaint.stage)
    if was is Stage.IMPLEMENTING and stage not in IN_COURSE:
        _end(work, complaint, event)
    elif event is Event.REVIEW_ENDED and stage is Stage.IMPLEMENTING:
        _resume(work, complaint)


def give_back(work: Work, person_id: int) -> None:
    """Somebody is away or has left: what they were given is again for the owner of the case, who hears of it."""
    for task in remedies.given_to(work.db, person_id):
        come_back(work, work.db.get_one(Complaint, task.complaint_id), task)


def lose(work: Work, complaint: Complaint, lost: Collection[int]) -> None:
    """These have no part in the case any more: the same."""
    for task in of_case(work, complaint):
        if is_open(task) and task.owner_id in lost:
            come_back(work, complaint, task)


def come_back(work: Work, complaint: Complaint, task: Task) -> None:
    """It is for the owner of the case again; where there is none, those above hear of it."""
    was, task.owner_id = task.owner_id, None
    touch(work, complaint)
    work.record("remedy.came_back", complaint, task=task.id, was=was)
    owner = colleague(work.db, complaint.owner_id)
    told = [owner] if owner is not None else assignment.overseers(work, complaint)
    for person in told:
        if person.id not in (was, work.actor.id):
            work.tell(person, "task_came_back", complaint, task_id=task.id)


# ------------------------------------------------------------------ inside


def _end(work: Work, complaint: Complaint, event: Event) -> None:
    for task in of_case(work, complaint):
        if is_open(task):
            task.ended, task.ended_at = event, work.now
            work.record("remedy.ended", complaint, task=task.id, why=event)
            if (person := carrier(work, complaint, task)) is not None:
                work.tell(person, "task_over", task_id=task.id)


def _resume(work: Work, complaint: Complaint) -> None:
    found = remedies.tasks_of(work.db, complaint.id)
    for task in found:
        if task.answer_id != found[-1].answer_id or task.ended != Event.REVIEW_REQUESTED:
            continue
        task.ended = task.ended_at = None
        work.record("remedy.resumed", complaint, task=task.id)
        run(work, complaint, task, again=True)
        if (person := carrier(work, complaint, task)) is not None:
            work.tell(person, "task_given", task_id=task.id)
        else:
            task.owner_id = None
    clocks.show(work, complaint)


def _limit(work: Work, complaint: Complaint, task: Task) -> str:
    """Of the two for money that goes back, the sooner one."""
    remedy = work.organisation.find_remedy(task.code)
    if remedy is None or not remedy.pays_back:
        return IMPLEMENTATION
    return min((IMPLEMENTATION, REFUND), key=lambda each: clocks.would_end(work, complaint, each))
