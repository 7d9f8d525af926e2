"""What people do in a random life of a complaint: who is there, all that is done, and what of it fits each stage."""

from datetime import timedelta

from backoffice import (
    assignment,
    complaints,
    conduct,
    deadlock,
    errors,
    escalation,
    handling,
    holding,
    reopening,
    risks,
    scope,
    withdrawing,
)
from backoffice.stages import Stage
from backoffice.work import Work
from storage.complaints import Complaint
from tests.backoffice.conftest import VERBS, Desk, Scene, Verb, rule

S = Stage
#: Who is always there, as the roles of the standard; and who may be there as well.
ALWAYS_THERE = {
    "handler": ("handler",), "colleague": ("handler",), "supervisor": ("supervisor",),
    "keeper": ("dispute_manager",), "reviewer": ("seat_legal",),
}  # fmt: skip
PERHAPS = {
    "lawyer": ("legal",), "manager": ("complaints_manager",), "head": ("top_management",),
    "both": ("handler", "supervisor"), "support": ("seat_support",), "technical": ("seat_technical",),
    "operations": ("seat_operations",), "auditor": ("auditor",), "admin": ("admin",),
}  # fmt: skip
OF_UNIT = ("handler", "colleague", "supervisor", "both")
#: These may do nothing at all with the case, whatever they try.
OUTSIDERS = ("stranger", "elsewhere", "auditor", "admin")
PLACES = ("customer", *ALWAYS_THERE, *PERHAPS, "stranger", "elsewhere")


def gathered(scene: Scene, perhaps: set[str]) -> dict[str, int]:
    """Who is there, by the names above."""
    cast = {"customer": scene.customer(), "stranger": scene.customer()}
    cast["elsewhere"] = scene.staff("handler", department="product")
    for name, roles in {**ALWAYS_THERE, **{each: PERHAPS[each] for each in sorted(perhaps)}}.items():
        cast[name] = scene.staff(*roles, department="delivery" if name in OF_UNIT else None)
    return cast


def decide_on_scope(work: Work, case: Complaint, *, ours: bool) -> None:
    waits = scope.waiting(work, case)
    (scope.refuse if ours else scope.confirm)(work, case, waits.id if waits else 0)


def mark_words(work: Work, case: Complaint) -> None:
    found = conduct.markable(work, case)
    conduct.mark(work, case, found[0].id if found else 0)


def assign(work: Work, case: Complaint) -> None:
    """To whoever of the desk is not its owner."""
    fitting = [each.person_id for each in assignment.candidates(work, case)]
    handling.assign(work, case, next((each for each in fitting if each != case.owner_id), 0))


#: Besides the verbs that all tests know.
BY_CUSTOMER: dict[str, Verb] = {
    "inform": complaints.inform,
    "reason": lambda work, case: complaints.give_reason(work, case, "It never came."),
    "routes": complaints.ask_routes,
}
BY_STAFF: dict[str, Verb] = {
    "informed": handling.informed,
    "note": lambda work, case: handling.note(work, case, "Hm."),
    "assign": assign,
    "escalate": lambda work, case: escalation.escalate(work, case, "It is above me."),
    "mark_risk": lambda work, case: risks.mark(work, case, "legal", "A lawyer wrote."),
    "clear_risk": lambda work, case: risks.clear(work, case, "legal", "There is none."),
    "mark_words": mark_words,
    "calm": conduct.lift,
    "record_withdrawal": lambda work, case: withdrawing.record(work, case, "By phone, recorded."),
    "confirm_scope": lambda work, case: decide_on_scope(work, case, ours=False),
    "refuse_scope": lambda work, case: decide_on_scope(work, case, ours=True),
    "reopen_for": lambda work, case: reopening.reopen_for(work, case, "A photo came to light."),
    "hold": lambda work, case: holding.hold(work, case, "It is in court."),
    "lift_hold": lambda work, case: holding.lift(work, case, "The court has decided."),
    "overrule": lambda work, case: rule(work, case, upheld=False),
    "give_up": lambda work, case: deadlock.declare(work, case, "We see no way."),
}
DEEDS: dict[str, Verb] = {**VERBS, **BY_CUSTOMER, **BY_STAFF}
#: By whom, where it is neither the complainant nor whoever has the case in hand nor who sits on its review.
DOERS = {
    **dict.fromkeys(("confirm_scope", "refuse_scope", "reopen_for", "approve", "send_back"), "supervisor"),
    **dict.fromkeys(("admit", "not_admit", "solve", "rule", "overrule"), "keeper"),
    **dict.fromkeys(("hold", "lift_hold"), "lawyer"),
}
FITTING = {
    S.RECEIVED: "assess take take supervisor:assess supervisor:exclude exclude confirm_scope refuse_scope merge",
    S.ASSESSED: "take supervisor:exclude merge ask_review withdraw",
    S.INVESTIGATING: "ask refund reject apologise supervisor:exclude exclude confirm_scope merge declare assess",
    S.AWAITING_INFO: "add inform informed withdraw",
    S.AWAITING_APPROVAL: "approve approve send_back take_back lawyer:approve manager:approve",
    S.ANSWERED: "accept accept refuse counter revise ask_review reason approve",
    S.IMPLEMENTING: "carry_out carry_out ask_review",
    S.CONFIRMING: "confirm deny",
    S.IN_REVIEW: "vote vote dismiss question recuse challenge rule overrule withdraw_review admit not_admit solve"
    " be_heard state approve",
    S.IN_DISPUTE: "decline_routes SETTLE refund approve ask_review",
    S.CLOSED: "reopen reopen_for contest_exclusion unmerge ask_review routes",
}
ANY_TIME = (
    "add write note mark_risk clear_risk mark_words calm hold lift_hold change_severity contain extend escalate assign"
    " take name name ANOTHER PASSING PASSING ARRIVING"
)
EVERYTHING = [*DEEDS, "name", "ANOTHER", "PASSING", "ARRIVING", "SILENCE", "SETTLE"]
HOURS = (3, 30, 30, 4 * 24, 11 * 24, 40 * 24)


def doer(desk: Desk, cast: dict[str, int], deed: str) -> int:
    """Who does such a thing."""
    if deed in BY_CUSTOMER:
        return desk.customer
    if name := DOERS.get(deed):
        return cast.get(name, desk.supervisor)
    owner = desk.case.owner_id
    desk.handler = desk.scene.messenger(owner) if owner else cast["handler"]
    return desk.who(deed) if deed in VERBS else desk.handler


def another(desk: Desk) -> None:
    """The same customer complains once more; from here on it is about that one."""
    desk.scene.clock.now += timedelta(minutes=1)
    desk.code = desk.scene.complaint(desk.customer)


def refused(work: Work, case: Complaint, verb: Verb) -> bool:
    """Whether it is; nothing of it stays, for the work is only looking."""
    try:
        verb(work, case)
    except errors.OfficeError:
        return True
    finally:
        work.db.rollback()
    return False
