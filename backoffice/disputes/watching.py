"""What the tick does about the time of a dispute: who owes something is reminded, and what is over leads on.

No way outside can be slept through: what nobody ends by their time ends by itself, and the customer chooses another
one (T58, T60, T63, T66, T69, T71, T77, T78).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from backoffice import clocks, deadlock, reminders
from backoffice.disputes import consents, course, failing, obligations, outcomes, resolvers, settlement
from backoffice.disputes.phases import DETERMINATIVE, Phase, Step, is_in
from backoffice.disputes.speaking import speakers, tell_customer, tell_resolver, tell_us
from backoffice.rights import CUSTOMER, ORGANISATION, RESOLVER, Role
from backoffice.work import Work
from storage.clocks import ENDED_UNMET, ENDED_WELL, Deadline, running
from storage.complaints import Complaint
from storage.disputes import obligations_of
from storage.people import Person, colleague

SIDES = (CUSTOMER, ORGANISATION)
AGAIN = timedelta(days=10)  # until it is asked again for a decision that is late
NEAR, LATE, RESUMED = "near", "late", "resumed"


# ------------------------------------------------------------------ steps


def near(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The day before: whoever owes something is reminded."""
    work.record("deadline.warned", complaint, target=deadline.target)
    match deadline.target:
        case "negotiation":
            _remind(work, complaint, deadline, NEAR, SIDES)
        case "provider_answer":
            _remind(work, complaint, deadline, NEAR, _provider(complaint))
        case "outcome":
            _obliged(work, complaint, deadline)
        case _:
            _remind(work, complaint, deadline, NEAR, (*SIDES, RESOLVER))


def over(work: Work, complaint: Complaint, deadline: Deadline) -> datetime | None:
    """Its time has passed; returns when to look again, where that does not end it."""
    match deadline.target:
        case "provider_answer":
            clocks.end(work, deadline, ENDED_UNMET)
            resolvers.silent(work, complaint)
        case "mediation_target" | "determination_target":
            _remind(work, complaint, deadline, LATE, (ORGANISATION, RESOLVER))
        case "adjourned":
            _resume(work, complaint, deadline)
        case "determination" if course.referral(work, complaint).method == DETERMINATIVE:
            return _undecided(work, complaint, deadline)
        case target if target in settlement.LIMITS and outcomes.waiting(work, complaint):
            deadline.breached_at = deadline.breached_at or work.now
            return tomorrow(work)
        case _:
            _time_up(work, complaint, deadline)
    return None


def unmet(work: Work, complaint: Complaint, deadline: Deadline) -> datetime | None:
    """What was agreed has not been done in time; every day again until it is."""
    obligations.overdue(work, complaint, deadline)
    return deadline.next_at


# ------------------------------------------------------------------ windows of both sides


def awaited(work: Work, complaint: Complaint, deadline: Deadline) -> list[str]:
    """Whose answer a window still waits for: the complainant's, and in two of them ours as well."""
    if deadline.target == "consent":
        return consents.missing(work, complaint)
    if deadline.target == "reflection":
        outcome = outcomes.waiting(work, complaint)
        return outcomes.missing(outcome) if outcome else []
    return [CUSTOMER]


def remind_us(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    tell_us(work, complaint, f"{deadline.target}_reminder", deadline=deadline.id)


def keeps_open(work: Work, complaint: Complaint, deadline: Deadline) -> bool:
    """Whether a decision is there that nobody has signed yet: no case is closed for silence before it is told."""
    offered = deadline.target == "external_offer" and complaint.dispute_id is not None
    return offered and outcomes.unsigned(work, complaint) is not None


def expire(work: Work, complaint: Complaint, deadline: Deadline) -> bool:
    """A window of a dispute has passed; False for one whose end closes the case."""
    match deadline.target:
        case "consent":
            clocks.end(work, deadline, ENDED_UNMET)
            consents.lapse(work, complaint)
        case "reflection":
            _unanswered(work, complaint, deadline)
        case "customer_confirm" if is_in(complaint, Phase.CONFIRMING):
            obligations.conclude(work, complaint, tacit=True)
        case _:
            return False
    return True


# ------------------------------------------------------------------ inside


def _provider(complaint: Complaint) -> tuple[str, ...]:
    """Who carries the provider's word: its mediator here, else who speaks for us."""
    return (ORGANISATION,) if complaint.resolver_id is None else (RESOLVER,)


def _remind(work: Work, complaint: Complaint, deadline: Deadline, what: str, whom: Iterable[str]) -> None:
    told: dict[str, Any] = {"deadline": deadline.id, "what": what}
    for side, tell in ((CUSTOMER, tell_customer), (ORGANISATION, tell_us), (RESOLVER, tell_resolver)):
        if side in whom:
            tell(work, complaint, "dispute_reminder", **told)


def _obliged(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Whoever has to carry out what is due first; of ours the owner of the case, too."""
    outcome_id = course.running(work, complaint).outcome_id
    left = [each for each in obligations_of(work.db, outcome_id or 0) if each.done_at is None]
    first = min((each.due_on for each in left), default=None)
    whom = {each.by for each in left if each.due_on == first}
    _remind(work, complaint, deadline, NEAR, whom)
    owner = colleague(work.db, complaint.owner_id)
    if ORGANISATION in whom and owner is not None and owner not in speakers(work, complaint):
        when = reminders.when(work, complaint)
        work.tell(owner, "dispute_reminder", complaint, not_before=when, deadline=deadline.id, what=NEAR)


def _resume(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """The talks that had been put off go on."""
    clocks.end(work, deadline, ENDED_WELL)
    referral = course.referral(work, complaint)
    referral.adjourned_until = None
    work.record("referral.resumed", complaint, referral=referral.id)
    _remind(work, complaint, deadline, RESUMED, (*SIDES, RESOLVER))


def _time_up(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    clocks.end(work, deadline, ENDED_UNMET)
    failing.close_way(work, complaint, Step.FAILED, "time_up")


def _undecided(work: Work, complaint: Complaint, deadline: Deadline) -> datetime:
    """A body that decides is slower than it may be; the way stays open, for nobody but it can close it."""
    deadline.breached_at = deadline.breached_at or work.now
    work.record("deadline.breached", complaint, target=deadline.target)
    above = deadlock.managers(work, complaint, Role.LEGAL, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)
    told: dict[int, Person] = {person.id: person for person in (*speakers(work, complaint), *above)}
    for person in told.values():
        when = reminders.when(work, complaint)
        work.tell(person, "decision_overdue", complaint, not_before=when, deadline=deadline.id)
    return work.organisation.calendar.within(work.now + AGAIN, work.organisation.reminders.hours)


def _unanswered(work: Work, complaint: Complaint, deadline: Deadline) -> None:
    """Who has not answered has not accepted. Where terms lapse the talks go on, if there is any time left for them."""
    clocks.end(work, deadline, ENDED_UNMET)
    settlement.lapse(work, complaint)
    for limit in running(work.db, complaint.id):
        if limit.target in settlement.LIMITS and limit.breached_at is not None:
            _time_up(work, complaint, limit)


def tomorrow(work: Work) -> datetime:
    """At an hour at which people read."""
    return work.organisation.calendar.within(work.now + timedelta(days=1), work.organisation.reminders.hours)
