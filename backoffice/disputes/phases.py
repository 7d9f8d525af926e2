"""The life of a dispute as one table (ISO 10003, clause 7), and what each phase means. Nothing here acts."""

from enum import StrEnum

from backoffice.stages import STANDINGS, Event, Stage, Standing
from storage.complaints import Complaint


class Phase(StrEnum):
    OFFERED = "offered"
    NEGOTIATING = "negotiating"  # the two sides talk directly
    AWAITING_CONSENT = "awaiting_consent"
    AWAITING_PROVIDER = "awaiting_provider"
    IN_PROGRESS = "in_progress"  # with the method of the referral
    RECOMMENDED = "recommended"
    FAILED = "failed"  # no agreement; another way can be chosen
    IMPLEMENTING = "implementing"
    CONFIRMING = "confirming"
    CLOSED = "closed"


class Step(StrEnum):
    """Named as the audit log will tell it: `dispute.chosen`."""

    NEGOTIATED = "negotiated"
    CHOSEN = "chosen"
    CONSENTED = "consented"
    REFUSED = "refused"  # one side does not consent, or not in time
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the provider, or by its silence
    OBJECTED = "objected"  # to the person who was to resolve it
    SETTLED = "settled"
    RECOMMENDED = "recommended"
    DECIDED = "decided"
    FAILED = "failed"
    CARRIED_OUT = "carried_out"
    DENIED = "denied"
    APPEALED = "appealed"
    REOPENED = "reopened"
    ENDED = "ended"


P, T, E = Phase, Step, Event
CHOOSING = (P.OFFERED, P.FAILED)  # a way is being chosen
TALKING = (P.NEGOTIATING, P.IN_PROGRESS)  # both sides can agree on terms
OPEN = tuple(phase for phase in Phase if phase is not P.CLOSED)

MOVES: dict[tuple[Phase, Step], Phase] = {
    **{(phase, T.NEGOTIATED): P.NEGOTIATING for phase in CHOOSING},
    **{(phase, T.CHOSEN): P.AWAITING_CONSENT for phase in CHOOSING},
    (P.AWAITING_CONSENT, T.CONSENTED): P.AWAITING_PROVIDER,
    (P.AWAITING_CONSENT, T.REFUSED): P.OFFERED,
    (P.AWAITING_PROVIDER, T.ACCEPTED): P.IN_PROGRESS,
    (P.AWAITING_PROVIDER, T.DECLINED): P.OFFERED,
    (P.IN_PROGRESS, T.OBJECTED): P.AWAITING_PROVIDER,
    (P.IN_PROGRESS, T.RECOMMENDED): P.RECOMMENDED,
    **{(phase, T.SETTLED): P.IMPLEMENTING for phase in (*TALKING, P.RECOMMENDED)},
    **{(phase, T.DECIDED): P.IMPLEMENTING for phase in (*CHOOSING, P.IN_PROGRESS)},
    **{(phase, T.FAILED): P.FAILED for phase in (*TALKING, P.AWAITING_PROVIDER, P.RECOMMENDED)},
    (P.IMPLEMENTING, T.CARRIED_OUT): P.CONFIRMING,
    (P.IMPLEMENTING, T.APPEALED): P.IN_PROGRESS,
    (P.CONFIRMING, T.DENIED): P.IMPLEMENTING,
    (P.CLOSED, T.REOPENED): P.IMPLEMENTING,
    **{(phase, T.ENDED): P.CLOSED for phase in OPEN},
}

# Which moves of the case end its dispute, in which phase, and why that is over then. `concluded` says it itself.
CAUSED: dict[tuple[Phase, Event], str] = {
    **{(phase, event): ended for phase in CHOOSING
       for event, ended in ((E.ANSWERED, "answered"), (E.REVIEW_REQUESTED, "reviewed"),
                            (E.DECLINED, "declined"), (E.LAPSED, "lapsed"))},
    **{(phase, E.WITHDRAWN): "withdrawn" for phase in OPEN},
    **{(phase, E.CONCLUDED): "" for phase in (*CHOOSING, P.IN_PROGRESS, P.CONFIRMING)},
}  # fmt: skip
SETTLED, DECIDED = "settled", "decided"  # how a dispute concludes; also why its case is closed then

PHASE_STANDINGS: dict[Phase, Standing] = {
    P.OFFERED: Standing("customer", False, "external_offer", "closed_unresolved"),
    P.NEGOTIATING: Standing("both", False, "negotiation", "routes_offered"),
    P.AWAITING_CONSENT: Standing("both", False, "consent", "routes_offered"),
    P.AWAITING_PROVIDER: Standing("outside", False, "provider_answer", "routes_offered"),
    P.IN_PROGRESS: Standing("outside", False, "mediation", "routes_offered"),
    P.RECOMMENDED: Standing("both", False, "reflection", "routes_offered"),
    P.FAILED: Standing("customer", False, "external_offer", "closed_unresolved"),
    P.IMPLEMENTING: Standing("desk", True, "outcome", "top_management_told"),
    P.CONFIRMING: Standing("customer", False, "customer_confirm", "closed_settled"),
    P.CLOSED: Standing("nobody", False, "reopen", "final"),
}
FACILITATIVE, ADVISORY, DETERMINATIVE, DIRECT = "facilitative", "advisory", "determinative", "direct"
"""Methods of a referral (ISO 10003, annex A); `direct`: the two sides alone."""

# What runs in each phase; an advisory or determinative way has the longer limit, and terms run by their own dates.
RUNS: dict[Phase, tuple[str, ...]] = {
    P.OFFERED: ("external_offer",),
    P.NEGOTIATING: ("negotiation",),
    P.AWAITING_CONSENT: ("consent",),
    P.AWAITING_PROVIDER: ("provider_answer",),
    P.IN_PROGRESS: ("mediation_target", "mediation"),
    P.RECOMMENDED: ("reflection",),
    P.FAILED: ("external_offer",),
    P.IMPLEMENTING: (),
    P.CONFIRMING: ("customer_confirm",),
}
LONGER = {"mediation_target": "determination_target", "mediation": "determination"}


def of(complaint: Complaint) -> Phase | None:
    """The phase of the case's dispute, while one runs."""
    return Phase(complaint.dispute_phase) if complaint.dispute_phase else None


def is_in(complaint: Complaint, *phases: Phase) -> bool:
    return of(complaint) in phases


def standing(complaint: Complaint) -> Standing:
    """Whose turn it is and what runs: by the phase of the dispute while one runs, else by the stage of the case."""
    phase = of(complaint)
    return PHASE_STANDINGS[phase] if phase else STANDINGS[Stage(complaint.stage)]


def allows(complaint: Complaint, event: Event) -> bool:
    """Whether the dispute that runs lets its case make this move."""
    phase = of(complaint)
    return phase is None or (phase, event) in CAUSED


def diagram() -> str:
    """The table as a Mermaid state diagram, for people to read."""
    arrows = [f"    {was} --> {goal}: {step}" for (was, step), goal in MOVES.items() if step is not T.ENDED]
    ends = ", ".join(sorted({why for why in CAUSED.values() if why} | {SETTLED, DECIDED}))
    return "\n".join(["stateDiagram-v2", "    [*] --> offered", *arrows, f"    note right of closed: {ends}"])
