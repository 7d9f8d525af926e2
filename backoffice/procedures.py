"""The steps of the handling, as the organisation has laid them down (SOP, S44): ticked with who and when.

A case keeps the steps that the file had when work on it began, so an edited file changes no case in hand silently.
"""

from dataclasses import dataclass

from backoffice import errors, rights
from backoffice.investigation_file import ProcedureStep, version_of
from backoffice.stages import OPEN, Stage
from backoffice.words import required
from backoffice.work import Work
from storage import investigation
from storage.complaints import Complaint
from storage.investigation import Procedure, Tick


@dataclass(frozen=True, slots=True)
class Ticked:
    """A step, and who ticked it when, if anybody has."""

    step: ProcedureStep
    tick: Tick | None


def bind(work: Work, complaint: Complaint) -> None:
    """Work begins: from here on these steps hold for the case."""
    found = work.organisation.steps_for(complaint.category)
    complaint.procedure = version_of(found)
    if found and work.db.get(Procedure, complaint.procedure) is None:
        work.db.add(Procedure(version=complaint.procedure, steps=[each.model_dump() for each in found]))
    if found:
        work.record("complaint.procedure_set", complaint, version=complaint.procedure)


def checklist(work: Work, complaint: Complaint) -> list[Ticked]:
    """The steps of the case in their order: those that bind it, before that those of the file."""
    steps = _steps(work, complaint)
    ticks = {each.step: each for each in investigation.ticks_of(work.db, complaint.id)} if steps else {}
    return [Ticked(each, ticks.get(each.code)) for each in steps]


def tick(work: Work, complaint: Complaint, code: str) -> None:
    """A step is done. Raises errors.Stale where it is ticked already."""
    rights.require(work, "tick", complaint)
    handler = work.actor.staff
    found = _find(work, complaint, code)
    if found.tick is not None or handler is None:
        raise errors.Stale(complaint=complaint.id)
    done = Tick(complaint_id=complaint.id, step=code, by_id=handler.person_id, at=work.now)
    work.db.add(done)
    work.db.flush()
    complaint.touched_at = work.now
    work.record("complaint.step_done", complaint, step=code, tick=done.id)


def untick(work: Work, complaint: Complaint, code: str, reason: str) -> None:
    """It was not done after all; who had ticked it, and why that was wrong, stays known."""
    rights.require(work, "tick", complaint)
    found = _find(work, complaint, code)
    if found.tick is None:
        raise errors.Stale(complaint=complaint.id)
    found.tick.reason = required(reason)
    found.tick.undone_by, found.tick.undone_at = work.actor.id, work.now
    complaint.touched_at = work.now
    work.record("complaint.step_undone", complaint, step=code, tick=found.tick.id)


def require_done(work: Work, complaint: Complaint) -> None:
    """No answer while a mandatory step is missing, as long as the case is in its handlers' hands.

    Raises errors.StepsMissing.
    """
    if Stage(complaint.stage) is not Stage.INVESTIGATING:
        return
    missing = [each.step for each in checklist(work, complaint) if each.step.mandatory and each.tick is None]
    if missing:
        raise errors.StepsMissing(complaint=complaint.id, steps=missing)


def _find(work: Work, complaint: Complaint, code: str) -> Ticked:
    if Stage(complaint.stage) not in OPEN or Stage(complaint.stage) is Stage.IN_REVIEW:
        raise errors.Stale(complaint=complaint.id)
    found = next((each for each in checklist(work, complaint) if each.step.code == code), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    return found


def _steps(work: Work, complaint: Complaint) -> list[ProcedureStep]:
    if complaint.procedure is None:
        return list(work.organisation.steps_for(complaint.category))
    kept = work.db.get(Procedure, complaint.procedure) if complaint.procedure else None
    return [ProcedureStep.model_validate(each) for each in kept.steps] if kept else []
