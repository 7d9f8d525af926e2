"""The initial assessment (ISO 10002, 7.5): five criteria make a severity, and on the severity rest the deadlines."""

from dataclasses import asdict, dataclass
from typing import Any

from backoffice import account_cases, assignment, clocks, errors, groups, procedures, rights
from backoffice.entries import add_entry
from backoffice.lifecycle import move, possible
from backoffice.organisation_file import SEVERITIES, WORST, Assessment, CriticalRule
from backoffice.stages import OPEN, Event, Stage
from backoffice.words import required
from backoffice.work import Work
from storage.complaints import Complaint
from storage.people import Person

CRITICAL, FLOOR = "critical", "high"


@dataclass(frozen=True, slots=True)
class Criteria:
    """How the five criteria are answered: 0 (nothing of it) to 3 (the worst) each. Raises errors.Invalid.

    `immediate`: something has to be done at once, and can be.
    """

    severity: int
    safety: int
    complexity: int
    impact: int
    immediate: bool

    def __post_init__(self) -> None:
        if any(level not in range(WORST + 1) for level in (self.severity, self.safety, self.complexity, self.impact)):
            raise errors.Invalid(what="unknown_choice")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A severity and where it comes from; with a `rule` the score did not matter. `raised`: a risk made it higher."""

    severity: str
    score: int
    rule: CriticalRule | None
    raised: bool = False


def weigh(rules: Assessment, criteria: Criteria, category: str | None, *, risky: bool = False) -> Weighed:
    """The severity by the organisation's formula: its rules for critical first, then the score; a legal or publicity
    risk makes it high at least (S2)."""
    weights = rules.weights
    score = (
        weights.severity * criteria.severity
        + weights.safety * criteria.safety
        + weights.complexity * criteria.complexity
        + weights.impact * criteria.impact
    )
    rule = next((each for each in rules.critical if _holds(each, criteria, category)), None)
    if rule:
        return Weighed(CRITICAL, score, rule)
    severity = "high" if score >= rules.high else "medium" if score >= rules.medium else "low"
    raised = risky and _below_floor(severity)
    return Weighed(FLOOR if raised else severity, score, None, raised)


def assess(
    work: Work,
    complaint: Complaint,
    criteria: Criteria,
    *,
    turn: int | None = None,
    instead: str | None = None,
    reason: str | None = None,
) -> str:
    """Assess the case, once; an owner starts the investigation by it (T4, T12). Returns the severity.

    `instead`: another severity than the computed one, which takes a reason. Raises errors.Stale where the case has been
    assessed already (its severity can be changed), errors.IllegalMove where it is closed.
    """
    rights.require(work, "assess", complaint)
    if complaint.assessed_at is not None or turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    _require_open(complaint)
    risky = bool(complaint.risks)
    computed = weigh(work.organisation.assessment, criteria, complaint.category, risky=risky).severity
    severity = _known(complaint, instead or computed)
    facts: dict[str, Any] = {"severity": severity, "computed": computed, "criteria": asdict(criteria)}
    if severity != computed:
        facts["note"] = _noted(work, complaint, reason or "")
    if possible(complaint, Event.ASSESSED):
        move(work, complaint, Event.ASSESSED, **facts)
    else:  # taken before it was assessed: the default stood in its place
        work.record("complaint.assessed", complaint, **facts)
    complaint.criteria, complaint.assessed_at = asdict(criteria), work.now
    starts = complaint.owner_id == work.actor.id and possible(complaint, Event.STARTED)
    if starts:
        start(work, complaint)
    _set(work, complaint, severity, starts=starts)
    return severity


def change_severity(work: Work, complaint: Complaint, severity: str, reason: str, *, turn: int | None = None) -> None:
    """Another severity, for a reason that is kept as an internal note (T15)."""
    rights.require(work, "change_severity", complaint)
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    _require_open(complaint)
    if complaint.severity is None:
        raise errors.IllegalMove(complaint=complaint.id, stage=Stage(complaint.stage), event=Event.ASSESSED)
    if _known(complaint, severity) == complaint.severity:
        raise errors.Invalid(what="unknown_choice")
    note = _noted(work, complaint, reason)
    work.record("complaint.severity_changed", complaint, severity=severity, was=complaint.severity, note=note)
    _set(work, complaint, severity)


def correct(work: Work, complaint: Complaint, kind: str, code: str | None) -> None:
    """Another product or branch than the complainant said, or None where it is about none; also of a closed case, for
    what recurs is found afterwards."""
    rights.require(work, "correct", complaint)
    if code is not None and work.organisation.item(kind, code) is None:
        raise errors.Invalid(what="unknown_choice")
    was = getattr(complaint, kind)
    setattr(complaint, kind, code)
    complaint.touched_at = work.now
    work.record("complaint.corrected", complaint, **{kind: code}, was=was)


def contain(work: Work, complaint: Complaint, words: str) -> None:
    """What was done at once against the harm, kept as an internal note (T13); more can be done after the first.

    Raises errors.Stale where the case is not critical.
    """
    rights.require(work, "contain", complaint)
    if complaint.severity != CRITICAL:
        raise errors.Stale(complaint=complaint.id)
    work.record("complaint.contained", complaint, note=_noted(work, complaint, words))
    clocks.meet(work, complaint, "containment")
    clocks.show(work, complaint)


def raise_to_floor(work: Work, complaint: Complaint, note: int) -> None:
    """A risk was marked: the severity that the case has is high at least from now on (S2)."""
    was = complaint.severity
    if was is not None and _below_floor(was):
        work.record("complaint.severity_changed", complaint, severity=FLOOR, was=was, note=note)
        _set(work, complaint, FLOOR)


def start(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The investigation begins (T12)."""
    move(work, complaint, Event.STARTED, turn=turn)
    procedures.bind(work, complaint)


def _set(work: Work, complaint: Complaint, severity: str, *, starts: bool = False) -> None:
    """Give the case its severity with all that follows: dates, the alarm, and who hears of it."""
    was, before = complaint.severity, complaint.due_at
    complaint.severity = severity
    complaint.touched_at = work.now
    critical = severity == CRITICAL
    if critical:
        clocks.restart(work, complaint, "containment")
    else:
        clocks.drop(work, complaint, "containment")
    clocks.reweigh(work, complaint)
    told: dict[str, Any] = {"urgent": critical, "was": None}
    if before and complaint.due_at and complaint.due_at != before:
        told["was"] = before.isoformat()
        work.record("complaint.due_moved", complaint, due=complaint.due_at.isoformat(), was=before.isoformat())
    if starts or any(told.values()):  # no date that a customer was told moves silently
        template = "investigation_started" if starts else "handling_changed"
        work.tell(work.db.get_one(Person, complaint.customer_id), template, complaint, party="customer", **told)
    if critical:
        for person in assignment.alarmed(work, complaint):
            work.tell(person, "case_critical", complaint)
        account_cases.tell_manager(work, complaint, account_cases.CRITICAL)
        groups.alarm(work, complaint, "critical")
    elif severity != was:
        assignment.tell_owner(work, complaint, "severity_set")


def _below_floor(severity: str) -> bool:
    return SEVERITIES.index(severity) > SEVERITIES.index(FLOOR)


def _holds(rule: CriticalRule, criteria: Criteria, category: str | None) -> bool:
    return (
        rule.category in (None, category)
        and (criteria.immediate or not rule.immediate)
        and criteria.severity >= rule.severity
        and criteria.safety >= rule.safety
        and criteria.complexity >= rule.complexity
        and criteria.impact >= rule.impact
    )


def _known(complaint: Complaint, severity: str) -> str:
    if severity not in SEVERITIES:
        raise errors.Invalid(what="unknown_choice")
    if complaint.risks and _below_floor(severity):
        raise errors.Invalid(what="below_floor")
    return severity


def _require_open(complaint: Complaint) -> None:
    if (stage := Stage(complaint.stage)) not in OPEN:
        raise errors.IllegalMove(complaint=complaint.id, stage=stage, event=Event.ASSESSED)


def _noted(work: Work, complaint: Complaint, words: str) -> int:
    """Keep the words as an internal note; the audit log gets its number only."""
    return add_entry(work, complaint, "note", required(words)).id
