"""Who speaks for whom in a dispute, and how each of them is told of it."""

from typing import Any

from backoffice import deadlock, reminders, rights
from backoffice.rights import Role
from backoffice.work import Actor, Work
from storage.complaints import Complaint, represented_by
from storage.people import Person, colleague, staff_of


def speakers(work: Work, complaint: Complaint) -> list[Person]:
    """Who speaks for the organisation: whoever has taken it up; else the dispute managers, or who stands above."""
    if (chosen := representative(work, complaint)) is not None:
        return [chosen]
    for role in rights.SPEAKERS:
        if found := deadlock.managers(work, complaint, role):
            return found
    return []


def representative(work: Work, complaint: Complaint) -> Person | None:
    """Whoever has taken that up, as long as they may."""
    chosen = colleague(work.db, complaint.representative_id)
    if chosen is None or not rights.may(Actor(chosen, staff_of(work.db, chosen.id)), "represent", complaint):
        return None
    return chosen


def take_up(work: Work, complaint: Complaint) -> None:
    """Speak for the organisation from now on. The first who acts does so; a colleague can take it over (7.4.2)."""
    rights.require(work, "represent", complaint)
    before, me = complaint.representative_id, work.actor.id
    if before == me:
        return
    complaint.representative_id = me
    work.record("dispute.represented", complaint, by=me, was=before)
    if (colleague_before := colleague(work.db, before)) is not None:
        work.tell(colleague_before, "representation_taken_over", complaint)
    tell_resolver(work, complaint, "speaker_changed")


def give_up(work: Work, person_id: int) -> None:
    """Whoever spoke for the organisation leaves it: those who can take it up hear that nobody does now."""
    for complaint in represented_by(work.db, person_id):
        resign(work, complaint)


def resign(work: Work, complaint: Complaint) -> None:
    """Who spoke for the organisation in this case does so no more."""
    before, complaint.representative_id = complaint.representative_id, None
    work.record("dispute.unrepresented", complaint, was=before)
    tell_us(work, complaint, "speaker_wanted")


def ours(work: Work, complaint: Complaint) -> None:
    """The actor does something in the organisation's name; nobody else had taken that up, or they do now."""
    rights.require(work, "represent", complaint)
    if not speaks(work, complaint):
        take_up(work, complaint)


def speaks(work: Work, complaint: Complaint) -> bool:
    """Whether the actor is who speaks for the organisation: the one who reads what is for its eyes only."""
    return complaint.representative_id is not None and complaint.representative_id == work.actor.id


def tell_customer(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """At once if they have just acted, else at an hour at which people read."""
    customer = work.db.get_one(Person, complaint.customer_id)
    own = work.actor.id == complaint.customer_id
    work.tell(
        customer, template, complaint, party="customer", not_before=None if own else reminders.civil(work), **params
    )


def tell_us(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """Those who speak for the organisation, in working time."""
    for person in speakers(work, complaint):
        if person.id != work.actor.id:
            work.tell(person, template, complaint, not_before=reminders.when(work, complaint), **params)


def tell_resolver(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """Who leads it, if they are here."""
    resolver = colleague(work.db, complaint.resolver_id)
    if resolver is not None and resolver.id != work.actor.id:
        work.tell(resolver, template, complaint, party=rights.RESOLVER, not_before=reminders.civil(work), **params)


def tell_sides(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """Both sides, without whoever has just acted."""
    if work.actor.id != complaint.customer_id:
        tell_customer(work, complaint, template, **params)
    tell_us(work, complaint, template, **params)


def tell_top(work: Work, complaint: Complaint, template: str, **params: Any) -> None:
    """Those who answer for the organisation as a whole."""
    for person in deadlock.managers(work, complaint, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT):
        if person.id != work.actor.id:
            work.tell(person, template, complaint, not_before=reminders.when(work, complaint), **params)
