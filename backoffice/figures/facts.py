"""What counts of a case, as one pure function of what is known of it. Every figure of the desk is made of these facts.

Volume counts when a complaint came in, everything else when it happened. A case that was merged into another one counts
for nothing, and one that was out of scope only as received.
"""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from backoffice import timeline
from backoffice.calendar import Period
from backoffice.disputes.outcomes import ENDS
from backoffice.disputes.phases import DIRECT
from backoffice.figures.cases import MERGED, Case, Happened
from backoffice.organisation import Organisation
from backoffice.rights import CONFLICT, CUSTOMER, ORGANISATION
from backoffice.stages import OPEN, Stage
from backoffice.surveys import LOYALTY
from backoffice.targets import RUNS_ON
from storage.clocks import CAUSE, ENDED_FOR_NOTHING, ENDED_UNMET, ENDED_WELL, Deadline
from storage.disputes import Outcome, Referral
from storage.figures import BAD, FOREVER, GOOD, NEITHER


class Kind(StrEnum):
    """What is counted, with what `code`, `good` and `value` say of it."""

    RECEIVED = "received"  # good: acknowledged in time
    BEGUN = "begun"  # by a customer, when it was sent, or erased because it was not; good: sent
    REPEATED = "repeated"  # on receipt: the same customer, the same category, not long before
    CAUSE = "cause"  # on receipt, however late it was found: its code
    ACKNOWLEDGED = "acknowledged"  # seconds since receipt
    DONE = "done"  # what a limit was for: which, in time or not, seconds of working time without the rests
    UNMET = "unmet"  # a limit that passed without what it was for, and nobody will do it any more: which
    ANSWER_AGE = "answer_age"  # a final response: seconds since receipt (or since it came back), whoever had the ball
    EXTENDED = "extended"  # a final response whose time had been extended
    ANSWERED = "answered"  # a decision of the desk: which
    REVIEW_FOLLOWED = "review_followed"  # at the decision of the desk after which a review was asked for
    CLOSED = "closed"  # why; good: accepted, within three business days
    RESOLVED = "resolved"  # the first closing: seconds since receipt
    RESTED = "rested"  # of these, seconds in which the complainant had the ball
    CAME_BACK = "came_back"  # at a closing after which it was reopened in time
    ESCALATED = "escalated"  # for the first time
    REWEIGHED = "reweighed"  # its severity was changed after the assessment, for the first time
    DEADLOCKED = "deadlocked"  # by what
    REVIEW_REQUESTED = "review_requested"  # by what
    REVIEW_DECIDED = "review_decided"  # outcome; good: as before; seconds since the request
    RECUSED = "recused"
    NO_QUORUM = "no_quorum"
    OFFERED = "offered"  # the routes outside, for the first time: by what
    CONSENT = "consent"  # to a way outside, asked of which side; good: given
    # a way that ended: method and provider; good: it ended with terms or a decision; seconds (of a public body's, which
    # is known when it has decided, none)
    OUTSIDE = "outside"
    OUTCOME_DUE = (
        "outcome_due"  # the last date of what was agreed on, also ahead; 1: the organisation kept it all, or 0
    )
    UNRESOLVED = "unresolved"  # came into the register: the cause of the case
    LEARNT = "learnt"  # from an unresolved one: action or none
    ASKED = "asked"  # which question; good: answered
    RATED = "rated"  # which question; good: content with it, or will come back; points
    GRAVE_CLOSED = "grave_closed"  # a high or critical case whose cause is owed; good: found in time
    REMEDY = "remedy"  # what it cost: currency and the cause of the case; thousandths of its unit
    COST = "cost"  # the same of a way outside
    HANDLED = "handled"  # time that somebody entered: the cause of the case; seconds
    # what lasts
    OPEN = "open"  # value: the second of receipt, from which its age is counted
    OVERDUE = "overdue"  # a limit that has passed while the desk had the ball: which
    UNSETTLED = "unsettled"  # in the register and not closed


class Counted(NamedTuple):
    """One fact of a case; see storage.figures.Fact."""

    kind: Kind
    at: datetime
    until: datetime | None = None
    code: str = ""
    good: int = NEITHER
    value: int | None = None


WATCHED = (
    "assessment", "first_response", "final_response", "counter_answer", "implementation", "refund", "containment",
    "review_admissibility", "review_decision", "outcome",
)  # fmt: skip
"""The limits of the organisation's own that count as on time, late, or still open past their date."""
CONTENT, COME_BACK = 4, 7  # from this score on: of five, and of ten
GRAVE = ("high", "critical")
ACCEPTED = ("resolved", "not_upheld", "settled")  # closed with the customer's yes
SOON = 3  # business days (K12)
SENT = "complaint.submitted"
OUT_OF_SCOPE = "out_of_scope"
THOUSANDTHS = 1000


def facts(organisation: Organisation, case: Case) -> Iterator[Counted]:
    """All that counts of a case, in no order."""
    if case.complaint.closed_reason == MERGED:
        return
    yield from _receipt(organisation, case)
    if case.complaint.closed_reason == OUT_OF_SCOPE:
        return
    for part in PARTS:
        yield from part(organisation, case)


def _receipt(organisation: Organisation, case: Case) -> Iterator[Counted]:
    complaint, at = case.complaint, case.received_at
    told = complaint.acknowledged_at
    limit = "acknowledgement" if complaint.recorded_by is None else "acknowledgement_by_staff"
    in_time = told is not None and told <= organisation.due(limit, None, at)
    yield Counted(Kind.RECEIVED, at, good=_good(in_time))
    if complaint.recorded_by is None:
        yield from (Counted(Kind.BEGUN, each.at, good=GOOD) for each in case.history if each.event == SENT)
    if case.repeated:
        yield Counted(Kind.REPEATED, at)
    if complaint.root_cause:
        yield Counted(Kind.CAUSE, at, code=complaint.root_cause)


def _acknowledgement(_organisation: Organisation, case: Case) -> Iterator[Counted]:
    if told := case.complaint.acknowledged_at:
        yield Counted(Kind.ACKNOWLEDGED, told, value=_seconds(told - case.received_at))


def _limits(organisation: Organisation, case: Case) -> Iterator[Counted]:
    rested = timeline.rests(case.history, FOREVER)
    for each in case.deadlines:
        if each.target not in WATCHED or each.due_at is None or each.started_at is None:
            continue
        if each.ended == ENDED_WELL and each.ended_at:
            own = timeline.own_time(
                organisation.calendar, each.started_at, each.ended_at, _until(rested, each.ended_at)
            )
            in_time = _good(each.ended_at <= each.due_at)
            yield Counted(Kind.DONE, each.ended_at, code=each.target, good=in_time, value=_seconds(own))
            if each.target == "final_response":
                yield Counted(Kind.ANSWER_AGE, each.ended_at, value=_seconds(each.ended_at - each.started_at))
                if each.extended:
                    yield Counted(Kind.EXTENDED, each.ended_at)
        elif each.ended == ENDED_UNMET and each.ended_at:
            yield Counted(Kind.UNMET, each.ended_at, code=each.target)
        if since := _overdue(each, rested):
            yield Counted(Kind.OVERDUE, *since, code=each.target)


def _analyses(_organisation: Organisation, case: Case) -> Iterator[Counted]:
    for each in case.deadlines:
        if each.target == CAUSE and each.severity in GRAVE and each.started_at and each.ended != ENDED_FOR_NOTHING:
            found = each.ended == ENDED_WELL and each.ended_at and each.due_at and each.ended_at <= each.due_at
            yield Counted(Kind.GRAVE_CLOSED, each.started_at, code=each.severity, good=_good(bool(found)))


def _overdue(deadline: Deadline, rested: list[Period]) -> Period | None:
    """From when to when its date was passed; a date that lies ahead becomes it by itself. None for one that was kept,
    or passed while the complainant had the ball: it is put off when the desk has it back."""
    due, over = deadline.due_at, deadline.ended_at or FOREVER
    if due is None or over <= due:
        return None
    resting = deadline.target not in RUNS_ON and any(begin <= due < end for begin, end in rested)
    return (due, over) if deadline.breached_at is not None or not resting else None


def _answers(_organisation: Organisation, case: Case) -> Iterator[Counted]:
    own = list(
        {each.round: each for each in case.answers if each.review_id is None}.values()
    )  # of each the last version
    for answer in own:
        yield Counted(Kind.ANSWERED, answer.at, code=answer.decision)
    asked = [each.requested_at for each in case.reviews if each.requested_at]
    followed = {max((each.at for each in own if each.at <= when), default=None) for when in asked}
    yield from (Counted(Kind.REVIEW_FOLLOWED, at) for at in followed if at is not None)


def _closings(organisation: Organisation, case: Case) -> Iterator[Counted]:
    calendar, received = organisation.calendar, case.received_at
    closings = _closed(case)
    reopenings = [each.at for each in case.history if each.event == "complaint.reopened"]
    soon = calendar.add_business_days(received, SOON)
    for number, closing in enumerate(closings, start=1):
        reason, at = str(closing.facts["reason"]), closing.at
        yield Counted(Kind.CLOSED, at, code=reason, good=_good(reason in ACCEPTED and at <= soon))
        next_one = closings[number].at if number < len(closings) else FOREVER
        if any(at <= back < next_one for back in reopenings):
            yield Counted(Kind.CAME_BACK, at)
    if closings:
        first = closings[0].at
        rested = sum((end - begin for begin, end in _until(timeline.rests(case.history, first), first)), timedelta())
        yield Counted(Kind.RESOLVED, first, value=_seconds(first - received))
        yield Counted(Kind.RESTED, first, value=_seconds(rested))
    for begin, end in _open(case):
        yield Counted(Kind.OPEN, begin, end, value=math.ceil(received.timestamp()))


def _closed(case: Case) -> list[Happened]:
    """The closings that held: what was set aside and taken up again was no end (T86, T87)."""
    found: list[Happened] = []
    for each in case.history:
        if each.event == "complaint.closed":
            found.append(each)
        elif each.event == "complaint.contested" and found:
            found.pop()
    return found


def _open(case: Case) -> Iterator[Period]:
    """When the case was open."""
    staged = [(each.at, Stage(each.facts["now"])) for each in case.history if "now" in each.facts]
    since: datetime | None = None
    for at, stage in staged:
        if stage in OPEN and since is None:
            since = at
        elif stage not in OPEN and since is not None:
            if since < at:
                yield since, at
            since = None
    if since is not None:
        yield since, FOREVER


def _events(_organisation: Organisation, case: Case) -> Iterator[Counted]:
    first: dict[str, datetime] = {}
    assessed = case.complaint.assessed_at
    for each in case.history:
        if each.event == "review.no_quorum":
            yield Counted(Kind.NO_QUORUM, each.at)
        elif each.event != "complaint.severity_changed" or (assessed and each.at >= assessed):
            first.setdefault(each.event, each.at)
            if each.event == "complaint.deadlocked" and first[each.event] == each.at:
                yield Counted(Kind.DEADLOCKED, each.at, code=str(each.facts["trigger"]))
    if up := [first[name] for name in ("deadline.escalated", "complaint.escalated") if name in first]:
        yield Counted(Kind.ESCALATED, min(up))
    if at := first.get("complaint.severity_changed"):
        yield Counted(Kind.REWEIGHED, at)


def _reviews(_organisation: Organisation, case: Case) -> Iterator[Counted]:
    for each in case.reviews:
        if each.requested_at is None:
            continue
        yield Counted(Kind.REVIEW_REQUESTED, each.requested_at, code=each.trigger)
        if each.decided_at is not None:
            took = _seconds(each.decided_at - each.requested_at)
            outcome = each.outcome or ""
            stands = _good(outcome == "not_upheld")
            yield Counted(Kind.REVIEW_DECIDED, each.decided_at, code=outcome, good=stands, value=took)
    for seat in case.seats:
        if seat.left == CONFLICT and seat.left_at is not None:
            yield Counted(Kind.RECUSED, seat.left_at)


def _disputes(organisation: Organisation, case: Case) -> Iterator[Counted]:
    for first in case.disputes[:1]:
        yield Counted(Kind.OFFERED, first.opened_at, code=first.trigger)
    for way in case.referrals:
        yield from _consents(case, way)
        begun = way.consented_at or (way.chosen_at if way.method == DIRECT else None)
        ended_well = way.ended in ENDS.values()
        if way.ended_at and (begun or ended_well):
            took = _seconds(way.ended_at - begun) if begun else None
            code = f"{way.method} {way.provider or ''}"
            yield Counted(Kind.OUTSIDE, way.ended_at, code=code, good=_good(ended_well), value=took)
    for outcome in case.outcomes:
        yield from _obligations(organisation, case, outcome)


def _consents(case: Case, way: Referral) -> Iterator[Counted]:
    """Nobody is asked for theirs to direct talks, or to a public body: that has decided without them."""
    both_at, ended_at = way.consented_at, way.ended_at
    public = both_at is None and any(each.referral_id == way.id for each in case.outcomes)
    if public or way.method == DIRECT:
        return
    for side, number in ((CUSTOMER, way.customer_consent_id), (ORGANISATION, way.our_consent_id)):
        if number in case.consents:
            yield Counted(Kind.CONSENT, case.consents[number].at, code=side, good=GOOD)
        elif ended_at and both_at is None:
            yield Counted(Kind.CONSENT, ended_at, code=side, good=BAD)
    if at := both_at or ended_at:
        yield Counted(Kind.CONSENT, at, code="both", good=_good(both_at is not None))


def _obligations(organisation: Organisation, case: Case, outcome: Outcome) -> Iterator[Counted]:
    """What the organisation owes by it, and what that cost."""
    own = [each for each in case.obligations if each.outcome_id == outcome.id and each.by == ORGANISATION]
    if not own or outcome.in_force_at is None or outcome.ended is not None:
        return
    due = {each.id: _end_of(organisation, each.due_on) for each in own}
    kept = all(each.done_at is not None and each.done_at <= due[each.id] for each in own)
    yield Counted(Kind.OUTCOME_DUE, max(due.values()), value=int(kept))
    for each in own:
        if each.done_at and each.amount:
            currency = each.currency or organisation.currency
            yield _cost(Kind.REMEDY, case, each.done_at, each.amount, currency)


def _lessons(organisation: Organisation, case: Case) -> Iterator[Counted]:
    if since := case.complaint.unresolved_at:
        yield Counted(Kind.UNRESOLVED, since, code=_cause(case))
        for begin, end in _open(case):
            if since < end:
                yield Counted(Kind.UNSETTLED, max(begin, since), end)
    if lesson := case.lesson:
        yield Counted(Kind.LEARNT, lesson.at, code=lesson.decision)
        if lesson.cost:
            yield _cost(Kind.COST, case, lesson.at, lesson.cost, organisation.currency)


def _expenses(organisation: Organisation, case: Case) -> Iterator[Counted]:
    for each in case.expenses:
        if each.taken_back_at is not None:
            continue
        if each.amount:
            yield _cost(Kind.REMEDY, case, each.at, each.amount, each.currency or organisation.currency)
        if each.minutes:
            yield Counted(Kind.HANDLED, each.at, code=_cause(case), value=60 * each.minutes)


def _surveys(_organisation: Organisation, case: Case) -> Iterator[Counted]:
    for each in case.surveys:
        if each.asked_at is not None:
            answered = each.answered_at is not None and each.answered_at >= each.asked_at
            yield Counted(Kind.ASKED, each.asked_at, code=each.question, good=_good(answered))
        if each.score is not None and each.answered_at is not None:
            content = each.score >= (COME_BACK if each.question == LOYALTY else CONTENT)
            yield Counted(Kind.RATED, each.answered_at, code=each.question, good=_good(content), value=each.score)


def _until(rested: list[Period], end: datetime) -> list[Period]:
    return [(begin, min(over, end)) for begin, over in rested if begin < end]


def _end_of(organisation: Organisation, day: date) -> datetime:
    noon = datetime.combine(day, time(12), organisation.calendar.zone)
    return organisation.calendar.add_calendar_days(noon, 0)


def _good(yes: bool) -> int:
    return GOOD if yes else BAD


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())


def _cost(kind: Kind, case: Case, at: datetime, amount: str, currency: str) -> Counted:
    return Counted(kind, at, code=f"{currency} {_cause(case)}", value=int(Decimal(amount) * THOUSANDTHS))


def _cause(case: Case) -> str:
    """Empty while nobody has said why the case came about."""
    return case.complaint.root_cause or ""


PARTS = (
    _acknowledgement, _limits, _analyses, _answers, _closings, _events, _reviews, _disputes, _lessons, _expenses,
    _surveys,
)  # fmt: skip
"""What counts of a case besides that it was received."""
