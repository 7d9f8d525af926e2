"""Why a closed case came about: its root cause, the whys behind it, how far it reaches, and by when it must be said.

A closed complaint is where learning begins: each is classified as single, recurring or systemic, and its root cause is
looked for (ISO 10002, 8.2). All words here are the organisation's own, on its own work; no complainant reads them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import and_, col, func, or_, select

from backoffice import clocks, errors, rights
from backoffice.clocks import DEFAULT_SEVERITY
from backoffice.learning import occurrences
from backoffice.learning.occurrences import Pattern
from backoffice.stages import Stage
from backoffice.words import required
from backoffice.work import Work
from storage import clocks as rows
from storage import learning
from storage.clocks import CAUSE, Deadline
from storage.complaints import Complaint
from storage.learning import Analysis

UNKNOWN = "unknown"  # of the organisation's file, if it has it: no cause was found
SINGLE, RECURRING, SYSTEMIC = SCOPES = ("single", "recurring", "systemic")
WITHDRAWN, MERGED, EXCLUDED = "withdrawn", "duplicate", "out_of_scope"
UNASKED = (WITHDRAWN, MERGED, EXCLUDED)  # why a case was closed of which nothing is asked
GRAVE = ("critical", "high")
UNSAFE = 2  # from here on the criterion of safety keeps a case inside
LIGHTEST = "low"
MOST_WHYS, LEAST_WHYS = 5, 2
MAX_WHY = 500  # letters of one answer, so that all of them fit into one message
RECENT = timedelta(days=90)
MANY = 5  # complaints of one cause within that time (K30): the fault is in how the work is done


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of a case. `cause` is a code of the organisation's file; each of `whys` is the reason for the one
    before it; `reason`: why no cause was found."""

    cause: str
    scope: str
    whys: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """How far the cause reaches, as the desk sees it: `count` complaints had it lately, this one included."""

    scope: str
    count: int


def concerns_safety(work: Work, complaint: Complaint) -> bool:
    """As it was assessed; and before that, by what it is about."""
    if complaint.assessed_at is not None:
        return complaint.severity == GRAVE[0] or (complaint.criteria or {}).get("safety", 0) >= UNSAFE
    return complaint.category in {rule.category for rule in work.organisation.assessment.critical if rule.category}


def _is_unasked(work: Work, complaint: Complaint) -> bool:
    """What was taken back, or set aside, taught nothing; unless it concerns safety."""
    kept = complaint.closed_reason == WITHDRAWN and concerns_safety(work, complaint)
    return complaint.closed_reason in UNASKED and not kept


# ------------------------------------------------------------------ that it is owed


def begin(work: Work, complaint: Complaint) -> bool:
    """The case has just closed. Returns whether its root cause is to be asked for: not where the complaint was taken
    back, or its incident has been analysed."""
    if _is_unasked(work, complaint) or _is_shared(newest(work, complaint)):
        return False
    owe(work, complaint)
    return True


def owe(work: Work, complaint: Complaint) -> None:
    """From here on the limit of the organisation's file runs, where there is one and nobody has analysed the case since
    it closed. A light case owes nothing; one that came again is counted as one of medium severity."""
    if complaint.closed_at is None or _is_unasked(work, complaint) or owed(work, complaint):
        return
    last = newest(work, complaint)
    if last is not None and (_is_shared(last) or last.at >= complaint.closed_at):
        return
    if clocks.start(work, complaint, CAUSE) is None and is_repeated(work, complaint):
        clocks.start(work, complaint, CAUSE, severity=DEFAULT_SEVERITY)


def owed(work: Work, complaint: Complaint) -> Deadline | None:
    """The limit that runs for the analysis of the case."""
    return next((each for each in rows.running(work.db, complaint.id) if each.target == CAUSE), None)


def is_thorough(work: Work, complaint: Complaint) -> bool:
    """Whether a cause alone is not enough: at least two whys, or a reason why none was found. So it is for a grave case
    and for one that came again."""
    return not _is_unasked(work, complaint) and (complaint.severity in GRAVE or is_repeated(work, complaint))


def is_repeated(work: Work, complaint: Complaint) -> bool:
    """Whether it came again: the case was reopened, belongs to an incident, or its complainant had the same trouble
    within 90 days before. Whose an anonymous case is, nobody may find out by this: for it that is not asked."""
    if complaint.reopenings or complaint.incident_id is not None:
        return True
    if complaint.anonymous or complaint.received_at is None:
        return False
    before = (
        select(Complaint.id)
        .where(
            Complaint.customer_id == complaint.customer_id,
            Complaint.category == complaint.category,
            col(Complaint.anonymous).is_(False),
            col(Complaint.id) != complaint.id,
            col(Complaint.received_at) >= complaint.received_at - RECENT,
            col(Complaint.received_at) <= complaint.received_at,
        )
        .limit(1)
    )
    return work.db.exec(before).first() is not None


# ------------------------------------------------------------------ that it is found


def propose(work: Work, complaint: Complaint, cause: str) -> Proposal:
    """How far this cause reaches, from how often it came up in the last 90 days. The cases of one incident share it."""
    if cause == UNKNOWN:  # what nobody knows is no pattern
        return Proposal(RECURRING if is_repeated(work, complaint) else SINGLE, 1)
    since = work.now - RECENT
    found = occurrences.count(work, Pattern(cause=cause), since, work.now) + _not_counted(work, complaint, cause, since)
    if found >= MANY:
        return Proposal(SYSTEMIC, found)
    return Proposal(RECURRING if found > 1 or is_repeated(work, complaint) else SINGLE, found)


def _not_counted(work: Work, complaint: Complaint, cause: str, since: datetime) -> int:
    """Of this case, and what came lately of its incident: how many are not among the complaints of the cause yet."""
    lately = and_(col(Complaint.received_at) >= since, col(Complaint.received_at) < work.now)
    ours = col(Complaint.id) == complaint.id
    if complaint.incident_id is not None:
        ours = or_(ours, and_(col(Complaint.incident_id) == complaint.incident_id, lately))
    counted = and_(col(Complaint.root_cause).is_not_distinct_from(cause), lately)
    query = select(func.count()).select_from(Complaint).where(ours, ~counted)
    found: int = work.db.exec(query).one()
    return found


def find(work: Work, complaint: Complaint, finding: Finding, *, turn: int | None = None) -> Analysis:
    """Say why it came about; what was said before stays as history. Raises errors.IllegalMove while the case is not
    closed, errors.Incomplete where the case needs more than that."""
    rights.require(work, "find_cause", complaint)
    require_closed(complaint, turn)
    row = keep(work, finding, complaint=complaint, thorough=is_thorough(work, complaint))
    row.complaint_id = complaint.id
    work.db.add(row)
    settle(work, complaint, row)
    return row


def require_closed(complaint: Complaint, turn: int | None = None) -> None:
    """Raises errors.IllegalMove while the case is not closed, errors.Stale where it has moved since that `turn`."""
    if turn not in (None, complaint.turn):
        raise errors.Stale(complaint=complaint.id)
    if (stage := Stage(complaint.stage)) is not Stage.CLOSED:
        raise errors.IllegalMove(complaint=complaint.id, stage=stage, event="cause_found")


def keep(work: Work, finding: Finding, *, complaint: Complaint, thorough: bool) -> Analysis:
    """The finding as a row, if it holds; nothing is added yet. Raises errors.Invalid, or errors.Incomplete."""
    if finding.scope not in SCOPES or work.organisation.find_root_cause(finding.cause) is None:
        raise errors.Invalid(what="unknown_choice")
    if len(finding.whys) > MOST_WHYS:
        raise errors.Invalid(what="unknown_choice")
    unknown = finding.cause == UNKNOWN
    if unknown and not finding.reason:
        raise errors.Incomplete(missing="cause_reason", complaint=complaint.id)
    if thorough and not unknown and len(finding.whys) < LEAST_WHYS:
        raise errors.Incomplete(missing="whys", complaint=complaint.id)
    return Analysis(
        cause=finding.cause,
        scope=finding.scope,
        whys=[required(each, MAX_WHY) for each in finding.whys],
        reason=required(finding.reason or "", MAX_WHY) if unknown else None,
        author_id=work.actor.id,
        at=work.now,
    )


def settle(work: Work, complaint: Complaint, found: Analysis, **facts: str) -> None:
    """The case has this cause now, and owes nothing more."""
    revised = complaint.root_cause is not None
    complaint.root_cause = found.cause
    complaint.touched_at = work.now
    clocks.meet(work, complaint, CAUSE)
    whys = len(found.whys)
    work.record(
        "complaint.cause_found", complaint, cause=found.cause, scope=found.scope, revised=revised, whys=whys, **facts
    )


# ------------------------------------------------------------------ what was found so far


def analyses(work: Work, complaint: Complaint) -> list[Analysis]:
    """All that was found of the case, by itself or with its incident, oldest first."""
    found = learning.analyses_of(work.db, complaint.id)
    if complaint.incident_id is not None:
        found += learning.analyses_of_incident(work.db, complaint.incident_id)
    return sorted(found, key=_age)


def newest(work: Work, complaint: Complaint) -> Analysis | None:
    return max(analyses(work, complaint), key=_age, default=None)


def read(work: Work, complaint: Complaint) -> list[Analysis]:
    """All that was found, for those who handle the case. Raises errors.Stale where nothing was."""
    rights.require(work, "read_all", complaint)
    found = analyses(work, complaint)
    if not found:
        raise errors.Stale(complaint=complaint.id)
    return found


def _is_shared(found: Analysis | None) -> bool:
    return found is not None and found.incident_id is not None


def _age(found: Analysis) -> tuple[datetime, int]:
    return found.at, found.id
