"""What the tests of causes and incidents share: closed cases of any severity, and what is found of them."""

from backoffice import assessment, complaints
from backoffice.learning import causes
from backoffice.learning.causes import Finding
from storage.clocks import CAUSE, Deadline
from storage.complaints import Complaint
from storage.journal import AuditEvent, history
from storage.learning import Analysis
from tests.backoffice.conftest import VERBS, Desk, Scene

BECAUSE, THEREFORE = "The van was too full.", "Nobody counts the parcels."
SUPPLIER, SYSTEM = "supplier.logistics", "technology.system"
LATE, DAMAGED = "delivery.late", "delivery.damaged"


def found(*whys: str, cause: str = SUPPLIER, scope: str = causes.SINGLE, reason: str | None = None) -> Finding:
    return Finding(cause, scope, whys, reason)


def weighed(desk: Desk, code: str, severity: str) -> None:
    """Taken by its owner, and of this severity."""
    desk.scene.act(desk.handler, code, VERBS["take"])
    if desk.scene.case(code).severity != severity:
        desk.scene.act(desk.handler, code, lambda work, case: assessment.change_severity(work, case, severity, "So."))


def closed(desk: Desk, severity: str = "medium", *, code: str | None = None, customer: int | None = None) -> str:
    """A case that its customer has accepted the answer to; returns its code."""
    code = code or desk.code
    weighed(desk, code, severity)
    if desk.scene.act(desk.handler, code, VERBS["reject"]).stage == "awaiting_approval":
        desk.scene.act(desk.supervisor, code, VERBS["approve"])
    desk.scene.act(customer or desk.customer, code, complaints.accept)
    return code


def another(desk: Desk, severity: str = "low", *, category: str = LATE) -> str:
    """The closed case of another customer."""
    customer = desk.scene.customer()
    return closed(desk, severity, code=desk.scene.complaint(customer, category), customer=customer)


def finds(scene: Scene, who: int, code: str, finding: Finding) -> Complaint:
    return scene.act(who, code, lambda work, case: causes.find(work, case, finding))


def owed(scene: Scene, code: str) -> Deadline | None:
    return next((each for each in scene.running(code) if each.target == CAUSE), None)


def ends(scene: Scene, code: str) -> list[str | None]:
    """How each of its limits for the analysis ended, oldest first."""
    return [each.ended for each in scene.limits(code) if each.target == CAUSE]


def analyses(scene: Scene, code: str) -> list[Analysis]:
    with scene.office.look() as work:
        return causes.analyses(work, scene.case(code))


def events(scene: Scene, code: str, *names: str) -> list[AuditEvent]:
    with scene.office.look() as work:
        return [each for each in history(work.db, scene.case(code).id) if each.event in names]
