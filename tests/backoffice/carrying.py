"""What the tests of carrying out share: answers with several remedies, their tasks, and what is done with them."""

from datetime import date, timedelta

from backoffice import complaints, handling, remedies, tasks
from backoffice.answers import Draft, Given
from storage.complaints import Complaint
from storage.remedies import Task, tasks_of
from tests.backoffice.conftest import Desk, Verb

DAY = timedelta(days=1)
REFUND = Given("refund_full", "To the card that was used.", "500000", "IRR")
REPLACEMENT = Given("replacement", "A new kettle.")
APOLOGY = Given("apology")


def day(desk: Desk, ahead: int) -> date:
    """A day from today where the organisation is."""
    return (desk.scene.clock() + ahead * DAY).astimezone(desk.scene.office.organisation.calendar.zone).date()


def named(desk: Desk, ahead: int) -> Given:
    """A replacement by a day that the answer names."""
    return Given("replacement", "A new kettle.", by=day(desk, ahead).isoformat())


def accepted(desk: Desk, *given: Given) -> list[Task]:
    """An answer with these remedies is given and accepted; the tasks of it."""
    answered(desk, *given)
    desk.live("accept")
    return found(desk)


def answered(desk: Desk, *given: Given) -> None:
    desk.live("take")
    draft = Draft("upheld", "The carrier lost it.", given[0].code, remedies=given)
    desk.scene.act(desk.handler, desk.code, lambda work, case: handling.answer(work, case, draft))


def found(desk: Desk) -> list[Task]:
    """All that ever were on the case, oldest first."""
    with desk.scene.office.look() as work:
        return tasks_of(work.db, desk.case.id)


def doing(task: Task, text: str | None = "Transfer no. 81.", **source: int) -> Verb:
    return lambda work, case: remedies.fulfil(work, case, text, task_id=task.id, **source)


def carries_out(desk: Desk, who: int, task: Task, text: str = "Transfer no. 81.") -> None:
    """By somebody who need not know of the case."""
    with desk.scene.acting(who) as work:
        mine = remedies.find(work, task.id)
        remedies.fulfil(work, remedies.case_of(work, mine), text, task_id=task.id)


def gives(desk: Desk, task: Task, to: int, by: int | None = None) -> None:
    number = desk.scene.person(to).id
    desk.scene.act(by or desk.handler, desk.code, lambda work, case: remedies.give(work, case, task.id, number))


def due(desk: Desk, task: Task) -> object:
    with desk.scene.office.look() as work:
        return tasks.due(work, work.db.get_one(Task, task.id))


def promised(desk: Desk, task: Task) -> object:
    with desk.scene.office.look() as work:
        return tasks.promised(work, work.db.get_one(Task, task.id))


def act(desk: Desk, who: int, verb) -> Complaint:  # type: ignore[no-untyped-def]
    return desk.scene.act(who, desk.code, verb)


def denying(*numbers: int):  # type: ignore[no-untyped-def]
    return lambda work, case: complaints.deny(work, case, numbers)


def later(desk: Desk, **amount: float) -> None:
    desk.scene.live(desk.scene.clock() + timedelta(**amount))
