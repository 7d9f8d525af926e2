"""Who resolves it: the provider's person declares their independence and accepts, declines, or is objected to.

A mediator who has joined does so here; for a provider elsewhere whoever speaks for the organisation writes down what it
says.
"""

from datetime import datetime

from backoffice import clocks, documents, errors, reminders, rights
from backoffice.disputes import course, dossier, failing, outcomes
from backoffice.disputes.phases import Phase, Step
from backoffice.disputes.speaking import ours, speakers, tell_customer, tell_sides
from backoffice.entries import add_entry
from backoffice.rights import ORGANISATION, RESOLVER, Role
from backoffice.words import required, tidy
from backoffice.work import Work
from storage import people
from storage.complaints import Complaint
from storage.disputes import Referral, resolved_by, waiting_with
from storage.people import Person, Staff

OBJECTION = "objection"  # kind of the entry that says why a side does not want that person
STEPPED_DOWN = "stepped_down"  # kind of the entry in which one who is not independent says why
MAX_NAME = 100


def refer(work: Work, complaint: Complaint, referral: Referral) -> None:
    """Both sides have consented: the file goes to the provider, to its mediator here or through our hands."""
    documents.issue(work, complaint, documents.DOSSIER, referral_id=referral.id)
    _ask(work, complaint, referral)
    tell_customer(work, complaint, "file_sent", referral_id=referral.id)


def accept(
    work: Work,
    complaint: Complaint,
    declaration: str,
    *,
    disclosed: str | None = None,
    name: str = "",
    turn: int | None = None,
) -> None:
    """Accept, with the declaration of independence that both sides read, and from which their time to object runs.

    `disclosed`: what a mediator who declares it here adds to our wording of it, perhaps nothing.
    """
    side = of_provider(work, complaint)
    course.running(work, complaint, Phase.AWAITING_PROVIDER)
    referral = course.referral(work, complaint)
    known = work.actor.person.name if side == RESOLVER and work.actor.person else required(name, MAX_NAME)
    referral.resolver_name, referral.declaration, referral.declared_at = known, required(declaration), work.now
    referral.disclosed = tidy(disclosed or "") if side == RESOLVER else None
    course.advance(work, complaint, Step.ACCEPTED, turn=turn, referral=referral.id, resolver=referral.resolver_id)
    tell_sides(work, complaint, "resolver_accepted", referral_id=referral.id)


def decline(work: Work, complaint: Complaint, words: str, *, conflict: bool = False, turn: int | None = None) -> None:
    """The provider does not take it, for a reason; with a `conflict` only this person does not, and a colleague of
    theirs is asked, if there is one. Otherwise the customer chooses another provider (T63)."""
    side = of_provider(work, complaint)
    course.running(work, complaint, Phase.AWAITING_PROVIDER)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    referral, words = course.referral(work, complaint), required(words)
    if conflict and side == RESOLVER:
        _bar(work, complaint, work.actor.id, rights.CONFLICT)
        if candidates(work, complaint, referral.provider or ""):
            add_entry(work, complaint, STEPPED_DOWN, words)  # for the staff; whoever is asked next forms their own view
            _ask(work, complaint, referral)
            return
    failing.close_way(work, complaint, Step.DECLINED, "conflict" if conflict else "declined", by=RESOLVER, words=words)


def silent(work: Work, complaint: Complaint) -> None:
    """The provider has not answered in time."""
    failing.close_way(work, complaint, Step.DECLINED, "silent", by=RESOLVER)


def object_until(work: Work, referral: Referral) -> datetime | None:
    """Until when either side can object to the person who accepted."""
    return work.organisation.due("challenge", None, referral.declared_at) if referral.declared_at else None


def may_object(work: Work, complaint: Complaint, referral: Referral, side: str) -> bool:
    until = object_until(work, referral)
    in_time = until is not None and work.now <= until
    return in_time and side not in (referral.objected or "").split() and complaint.dispute_phase == Phase.IN_PROGRESS


def no_objection(complaint: Complaint, referral: Referral, side: str) -> errors.DisputeRefused:
    """Why this side cannot object: it has done so, or the time has passed."""
    why = "objected" if side in (referral.objected or "").split() else "too_late"
    return errors.DisputeRefused(why=why, complaint=complaint.id)


def object_to(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """One side does not trust the person, and says why. Nobody rules on that, for whoever could is a party: without
    trust there is no mediation. It is heard once a side, and somebody else is asked (T62)."""
    side = rights.side(work, complaint)
    course.running(work, complaint, Phase.IN_PROGRESS)
    referral = course.referral(work, complaint)
    if side == RESOLVER or not may_object(work, complaint, referral, side):
        raise no_objection(complaint, referral, side)
    if side == ORGANISATION:
        ours(work, complaint)
    add_entry(work, complaint, OBJECTION, required(words))
    referral.objected = f"{referral.objected or ''} {side}".strip()
    gone, dispute = referral.resolver_id, course.running(work, complaint)
    course.dismiss(work, complaint, dispute, "objected")
    _bar(work, complaint, gone, rights.OBJECTED)
    referral.resolver_name = referral.declaration = referral.disclosed = referral.declared_at = None
    referral.adjourned_until = referral.extension_by = None
    if (waiting := outcomes.waiting(work, complaint)) is not None:  # nobody would end it while there are no talks
        outcomes.end(work, complaint, waiting, "objected")
    course.advance(work, complaint, Step.OBJECTED, turn=turn, referral=referral.id, side=side)
    answer, cap = (
        work.organisation.due("provider_answer", None, work.now),
        work.organisation.due("provider_cap", None, referral.consented_at or work.now),
    )
    clocks.hold_at(work, complaint, "provider_answer", min(answer, max(cap, work.now)))
    _ask(work, complaint, referral)
    tell_sides(work, complaint, "objection_heard", referral_id=referral.id)


def candidates(work: Work, complaint: Complaint, provider: str) -> list[Staff]:
    """The provider's people who have joined and are free of conflict: who speaks the language first, then who has
    least to do."""
    found = [
        each
        for each in people.all_staff(work.db)
        if Role.RESOLVER in each.roles and each.provider == provider and rights.is_free(complaint, each.person_id)
    ]
    return sorted(
        found,
        key=lambda each: (
            complaint.language not in each.languages,
            len(resolved_by(work.db, each.person_id)),
            each.person_id,
        ),
    )


def arrived(work: Work) -> None:
    """The actor has just joined for a provider: what we were to carry there is put before its people here instead."""
    provider = work.actor.staff.provider if work.actor.staff else None
    for referral in waiting_with(work.db, provider) if provider else ():
        complaint = work.db.get_one(Complaint, referral.complaint_id)
        waits = complaint.dispute_phase == Phase.AWAITING_PROVIDER and complaint.resolver_id is None
        if waits and candidates(work, complaint, referral.provider or ""):
            _ask(work, complaint, referral)


def give_up(work: Work, person_id: int) -> None:
    """A resolver leaves the desk: what lies with them goes to a colleague of theirs, or the way is closed."""
    for referral in resolved_by(work.db, person_id):
        complaint = work.db.get_one(Complaint, referral.complaint_id)
        complaint.resolver_id = None
        if complaint.dispute_phase == Phase.IN_PROGRESS:
            failing.close_way(work, complaint, Step.FAILED, "resolver_gone", by=RESOLVER)
        elif complaint.dispute_phase == Phase.AWAITING_PROVIDER:
            _ask(work, complaint, referral)


# ------------------------------------------------------------------ inside


def _ask(work: Work, complaint: Complaint, referral: Referral) -> bool:
    """Ask the provider's mediator here, who may read the file from now on; without one we carry it there."""
    chosen = next(iter(candidates(work, complaint, referral.provider or "")), None)
    complaint.resolver_id = referral.resolver_id = chosen.person_id if chosen else None
    if chosen is None:
        work.record("referral.to_be_sent", complaint, referral=referral.id)
        for person in speakers(work, complaint):  # also who has just consented: nothing else says that it is to be sent
            when = reminders.when(work, complaint)
            work.tell(person, "file_to_send", complaint, not_before=when, referral_id=referral.id)
        documents.pass_on(work, complaint, referral)
        return False
    work.record("referral.put_before", complaint, referral=referral.id, resolver=chosen.person_id)
    person = work.db.get_one(Person, chosen.person_id)  # also who joins at this moment, for it came before they did
    when = None if person.id == work.actor.id else reminders.civil(work)
    work.tell(person, "asked_to_resolve", complaint, party=RESOLVER, not_before=when, referral_id=referral.id)
    documents.pass_on(work, complaint, referral)
    dossier.send_evidence(work, person, complaint)
    return True


def _bar(work: Work, complaint: Complaint, person_id: int | None, why: str) -> None:
    """Who is not free of conflict in this matter, or not trusted to be, never comes back to it."""
    if person_id is not None:
        complaint.barred = {**complaint.barred, str(person_id): why}
        complaint.resolver_id = None


def of_provider(work: Work, complaint: Complaint) -> str:
    """For the provider speaks its mediator; where it has none here, whoever carries its words to us."""
    side = rights.side(work, complaint)
    if side == RESOLVER or (side == ORGANISATION and complaint.resolver_id is None):
        if side == ORGANISATION:
            ours(work, complaint)
        return side
    raise errors.NotAllowed(action="mediate")
