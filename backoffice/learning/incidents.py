"""One cause behind several complaints: they are linked, analysed once for all, and still answered one by one.

An incident is always seen from a case that the actor may read. Of the other cases nobody sees more than their number,
unless they may read those as well.
"""

from datetime import timedelta

from sqlmodel import col, func, select

from backoffice import codes, complaints, errors, rights
from backoffice.learning import causes, occurrences
from backoffice.learning.causes import RECENT, Finding
from backoffice.learning.occurrences import Pattern
from backoffice.words import required
from backoffice.work import Work
from storage import learning
from storage.complaints import Complaint
from storage.learning import Analysis, Incident

MAX_TITLE = 120  # letters
PROPOSED, LOOKED_AT = 6, 60
SHOWN = 30  # cases that are named one by one


def of(work: Work, complaint: Complaint) -> Incident | None:
    """The incident of the case, for those who handle it."""
    rights.require(work, "read_all", complaint)
    return learning.incident(work.db, complaint.incident_id)


def begin(work: Work, complaint: Complaint, title: str) -> Incident:
    """Several complainants are affected by what this case is about: open an incident for them."""
    rights.require(work, "link_incident", complaint)
    if complaint.incident_id is not None:
        raise errors.Invalid(what="linked_already")
    incident = Incident(
        number=codes.new_code(codes.INCIDENT),
        title=required(title, MAX_TITLE),
        opened_by=work.actor.id,
        opened_at=work.now,
    )
    work.db.add(incident)
    work.db.flush()
    work.record("incident.opened", complaint, incident=incident.number)
    _join(work, complaint, incident)
    return incident


def link(work: Work, complaint: Complaint, code: str) -> Complaint:
    """Link one more case to the incident of this one. Raises errors.Invalid (linked_already, other_incident) and what
    `complaints.find` raises."""
    incident = _open(work, complaint)
    other = complaints.find(work, code)
    rights.require(work, "link_incident", other)
    if other.incident_id is not None:
        raise errors.Invalid(what="linked_already" if other.incident_id == incident.id else "other_incident")
    work.record("incident.linked", other, incident=incident.number)
    _join(work, other, incident)
    return other


def unlink(work: Work, complaint: Complaint) -> None:
    """The case has nothing to do with the incident after all: what was found for all of them is not its cause."""
    rights.require(work, "link_incident", complaint)
    incident = learning.incident(work.db, complaint.incident_id)
    if incident is None:
        raise errors.Stale(complaint=complaint.id)
    alone = learning.analyses_of(work.db, complaint.id)
    complaint.root_cause = alone[-1].cause if alone else None
    complaint.incident_id = None
    complaint.touched_at = work.now
    work.record("incident.unlinked", complaint, incident=incident.number)
    causes.owe(work, complaint)


def find_cause(work: Work, complaint: Complaint, finding: Finding) -> Analysis:
    """Analyse the incident: it counts for each of its cases, but for one that the actor must not act on."""
    incident = led(work, complaint)
    row = causes.keep(work, finding, complaint=complaint, thorough=True)
    row.incident_id, incident.cause = incident.id, finding.cause
    work.db.add(row)
    work.db.flush()
    for case in _cases(work, incident):
        if rights.is_free(case, work.actor.id or 0):
            causes.settle(work, case, row, incident=incident.number)
    return row


def close(work: Work, complaint: Complaint) -> None:
    """Nothing more is linked to it; what it says of its cases stays."""
    incident = led(work, complaint)
    incident.closed_at = work.now
    for case in _cases(work, incident):
        work.record("incident.closed", case, incident=incident.number)


def proposed(work: Work, complaint: Complaint) -> list[Complaint]:
    """Which cases may belong to it as well: the newest of the same category and unit that the actor may link."""
    _open(work, complaint)
    pattern = Pattern(category=complaint.category, department=complaint.department)
    until = work.now + timedelta.resolution
    found = occurrences.newest(work, pattern, work.now - RECENT, until, LOOKED_AT)
    free = (each for each in found if each.incident_id is None and rights.may(work.actor, "link_incident", each))
    return list(free)[:PROPOSED]


def cases(work: Work, complaint: Complaint) -> tuple[list[Complaint], int]:
    """The cases of the incident that the actor may read, the newest first, and how many there are in all."""
    incident = of(work, complaint)
    if incident is None:
        raise errors.Stale(complaint=complaint.id)
    linked = col(Complaint.incident_id) == incident.id
    count: int = work.db.exec(select(func.count()).select_from(Complaint).where(linked)).one()
    found = work.db.exec(select(Complaint).where(linked).order_by(col(Complaint.id).desc()).limit(SHOWN))
    return [each for each in found if rights.may(work.actor, "read", each)], count


def leads(work: Work, complaint: Complaint, incident: Incident) -> bool:
    """Whether the actor analyses and closes it: who opened it, and who stands above those who handle its cases."""
    opened = incident.opened_by == work.actor.id and rights.may(work.actor, "link_incident", complaint)
    return opened or rights.may(work.actor, "lead_incident", complaint)


def _open(work: Work, complaint: Complaint) -> Incident:
    """The incident of the case, to which the actor may link others. Raises errors.Stale where it is closed."""
    rights.require(work, "link_incident", complaint)
    incident = learning.incident(work.db, complaint.incident_id)
    if incident is None or incident.closed_at is not None:
        raise errors.Stale(complaint=complaint.id)
    return incident


def led(work: Work, complaint: Complaint) -> Incident:
    """The incident of the case, for who leads it. Raises errors.Stale where there is none, or it is closed."""
    incident = learning.incident(work.db, complaint.incident_id)
    if incident is None:
        rights.require(work, "lead_incident", complaint)
        raise errors.Stale(complaint=complaint.id)
    if not leads(work, complaint, incident):
        rights.require(work, "lead_incident", complaint)
    if incident.closed_at is not None:
        raise errors.Stale(complaint=complaint.id)
    return incident


def _join(work: Work, complaint: Complaint, incident: Incident) -> None:
    """What was found of the incident is its cause, too, if nothing was found of the case itself; a closed case with no
    cause, which by itself would owe nothing, owes an analysis now."""
    complaint.incident_id = incident.id
    complaint.touched_at = work.now
    found = learning.analyses_of_incident(work.db, incident.id)
    if found and complaint.root_cause is None:
        causes.settle(work, complaint, found[-1], incident=incident.number)
    else:
        causes.owe(work, complaint)


def _cases(work: Work, incident: Incident) -> list[Complaint]:
    linked = select(Complaint).where(col(Complaint.incident_id) == incident.id)
    return list(work.db.exec(linked.order_by(col(Complaint.id))))
