"""Who hears what became of a case though they need not act on it: a table, moment by moment (ISO 10002, 7.3)."""

from datetime import datetime

from backoffice import assignment, deadlock, reminders, rights
from backoffice.rights import Role
from backoffice.work import Work
from storage import people
from storage.complaints import Complaint

MOMENTS: dict[str, tuple[Role, ...]] = {
    "panel_changed": (Role.DISPUTE_MANAGER,),
    "consent_asked": (Role.LEGAL,),
    "consented": (Role.LEGAL,),
    "way_closed": (Role.LEGAL,),
    "outcome": (Role.SUPERVISOR, Role.COMPLAINTS_MANAGER, Role.LEGAL, Role.TOP_MANAGEMENT),
}


def inform(work: Work, complaint: Complaint, moment: str, *, without: int | None = None) -> None:
    """Tell them, each once, in working time; not who did it, nor `without`, who is told more of it."""
    _tell(work, complaint, moment, _roles(work, complaint, moment) - {without}, reminders.when(work, complaint))


def panel_changed(work: Work, complaint: Complaint, new: int | None = None) -> None:
    """Who sits on a review with somebody else than before must know so at once; the `new` one is told more of it."""
    known = {*_roles(work, complaint, "panel_changed"), *rights.seated(complaint)} - {new}
    _tell(work, complaint, "panel_changed", known, None)


def _roles(work: Work, complaint: Complaint, moment: str) -> set[int | None]:
    roles = MOMENTS[moment]
    found: set[int | None] = {
        person.id for person in deadlock.managers(work, complaint, *(set(roles) - {Role.SUPERVISOR}))
    }
    if Role.SUPERVISOR in roles:
        found |= {person.id for person in assignment.overseers(work, complaint)}
    return found


def _tell(work: Work, complaint: Complaint, moment: str, whom: set[int | None], not_before: datetime | None) -> None:
    for number in sorted(each for each in whom if each not in (None, work.actor.id)):
        if person := people.colleague(work.db, number):
            work.tell(person, "case_news", complaint, not_before=not_before, what=moment)
