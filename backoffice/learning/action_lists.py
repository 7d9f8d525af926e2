"""Actions as people look for them: one's own, those of a unit or of all, those of a case, the cases of one."""

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from backoffice import codes, errors, rights
from backoffice.learning import actions
from backoffice.learning.states import RUNNING, State
from backoffice.pages import offset, require_page
from backoffice.work import Work
from storage import actions as rows
from storage.actions import Action
from storage.columns import row_of
from storage.complaints import Complaint

PAGE = 5


def find(work: Work, number: str) -> Action:
    """The action of this number, in any digits and spacing. Raises errors.NotFound for who may not open it."""
    rights.require(work, "see_actions")
    parsed = codes.parse(number, codes.ACTION)
    return _known(work, rows.by_number(work.db, parsed) if parsed else None)


def get(work: Work, action_id: int) -> Action:
    """The action of a button, which anybody may have drawn. Raises as `find` does."""
    rights.require(work, "see_actions")
    return _known(work, row_of(work.db, Action, action_id))


def mine(work: Work, page: int = 0) -> tuple[list[Action], bool]:
    """A page of what the actor owns and what is not over, what is overdue first, and whether there is more."""
    rights.require(work, "see_actions")
    return _page(work, col(Action.owner_id) == work.actor.id, page)


def everybodys(work: Work, page: int = 0, department: str | None = None) -> tuple[list[Action], bool]:
    """The same of all whom it concerns; a supervisor sees those of the unit, and those that they made."""
    rights.require(work, "oversee_actions")
    which = _overseen(work)
    if department is not None:
        if department not in {each.code for each in work.organisation.departments}:
            raise errors.Invalid(what="unknown_choice")
        which &= col(Action.department) == department
    return _page(work, which, page)


def of_case(work: Work, complaint: Complaint) -> list[Action]:
    """Those that came from a case, oldest first, whether or not the actor may open them; for nobody but staff who have
    to do with actions at all."""
    rights.require(work, "read", complaint)
    return rows.of_case(work.db, complaint.id) if rights.may(work.actor, "see_actions") else []


def cases(work: Work, action: Action) -> tuple[list[Complaint], int]:
    """The cases of an action that the actor may read, the newest first, and how many others there are."""
    rights.require_on(work, "open", action)
    linked = actions.linked_to(work, action)
    known = [each for each in reversed(linked) if rights.may(work.actor, "read", each)]
    return known, len(linked) - len(known)


def _known(work: Work, action: Action | None) -> Action:
    if action is None or not rights.may_on(work.actor, "open", action):
        raise errors.NotFound(what="action")
    return action


def _overseen(work: Work) -> ColumnElement[bool]:
    staff = work.actor.staff
    if staff is None or staff.department is None or rights.sees_all_actions(work.actor):
        return col(Action.id) > 0
    return or_(col(Action.department) == staff.department, col(Action.maker_id) == work.actor.id)


def _page(work: Work, which: ColumnElement[bool], page: int) -> tuple[list[Action], bool]:
    query = (
        select(Action)
        .where(col(Action.state).in_(RUNNING), which)
        .order_by(col(Action.state) != State.OPEN, col(Action.due_at), col(Action.id))
        .limit(PAGE + 1)
        .offset(offset(page, PAGE))
    )
    found = list(work.db.exec(query))
    require_page(page, found)
    return found[:PAGE], len(found) > PAGE
