"""What can run on a case, as one table: which events start it and meet it, and in which steps the tick notices it."""

from dataclasses import dataclass

from backoffice.organisation import Organisation
from backoffice.stages import Event, Stage
from storage.clocks import CAUSE

E = Event
NOBODY: frozenset[Event] = frozenset()

WARNED = ("warn", "breach")
LADDER = (*WARNED, "managers", "top_management")


@dataclass(frozen=True, slots=True)
class Target:
    """What runs under a name of the organisation's file: started and met by events, noticed in steps by the tick.

    `main`: it is the date of the case, which its complainant was told. `window`: it is the complainant's time.
    `stages`: it starts only when the case has come to one of these.
    """

    steps: tuple[str, ...] = ()
    starts: frozenset[Event] = NOBODY
    met_by: frozenset[Event] = NOBODY
    void_by: frozenset[Event] = NOBODY
    stages: frozenset[Stage] | None = None
    main: bool = False
    window: bool = False


def _window(*starts: Event, met_by: tuple[Event, ...], stage: Stage) -> Target:
    return Target(starts=frozenset(starts), met_by=frozenset(met_by), stages=frozenset({stage}), window=True)


ANSWERING = frozenset({E.ANSWERED, E.APPROVED})
CAME_BACK = frozenset({E.REFUSED, E.COUNTERED})
NEXT_ROUTE = frozenset({E.REVIEW_REQUESTED, E.ROUTES_OFFERED})
"""Nobody waits any longer for what ran before, except that harm must still be contained."""
CARRYING_OUT = Target((*LADDER, "deadlock"), met_by=frozenset({E.CARRIED_OUT}), main=True)
"""A row for each remedy: `backoffice/tasks.py` starts it, and ends it when that one is done."""
IN_HAND = frozenset({Stage.RECEIVED, Stage.ASSESSED, Stage.INVESTIGATING})
REVIEW_OVER = frozenset({E.REVIEW_ENDED, E.ROUTES_OFFERED, E.ANSWERED})
TARGETS: dict[str, Target] = {
    "unassigned_alarm": Target(("untaken",), met_by=frozenset({E.STARTED})),
    "assessment": Target(WARNED, frozenset({E.SUBMITTED}), frozenset({E.ASSESSED})),
    "first_response": Target(WARNED, frozenset({E.SUBMITTED}), ANSWERING | {E.ASKED}),
    "final_response": Target(LADDER, frozenset({E.SUBMITTED, E.REOPENED}), ANSWERING, stages=IN_HAND, main=True),
    "counter_answer": Target(LADDER, CAME_BACK | {E.REVIEW_ENDED}, ANSWERING, stages=IN_HAND, main=True),
    "implementation": CARRYING_OUT,
    "refund": CARRYING_OUT,
    "containment": Target((*WARNED, "managers")),
    "cap": Target(("deadlock",), CAME_BACK | {E.SUBMITTED, E.REOPENED}, ANSWERING, stages=IN_HAND),
    "late_answer": Target(("late",), met_by=ANSWERING | {E.CARRIED_OUT}, void_by=frozenset({E.ASKED})),
    "progress_update": Target(
        ("progress",),
        CAME_BACK | {E.SUBMITTED, E.INFORMED, E.REOPENED, E.LAPSED, E.REVIEW_ENDED},
        stages=IN_HAND | {Stage.IMPLEMENTING},
        void_by=ANSWERING | {E.ASKED, E.CARRIED_OUT},
    ),
    "untouched": Target(
        ("untouched",),
        frozenset({E.REFUSED, E.REOPENED, E.REVIEW_ENDED}),
        ANSWERING,
        stages=IN_HAND,
    ),
    "reminder": Target(("again",), void_by=ANSWERING | {E.CARRIED_OUT}),
    "customer_info": _window(E.ASKED, met_by=(E.INFORMED,), stage=Stage.AWAITING_INFO),
    "customer_answer": _window(
        *ANSWERING, E.REVISED, E.REVIEW_ENDED, met_by=(E.ACCEPTED, *CAME_BACK, *NEXT_ROUTE), stage=Stage.ANSWERED
    ),
    "customer_confirm": _window(E.CARRIED_OUT, met_by=(E.CONFIRMED, E.DENIED), stage=Stage.CONFIRMING),
    "review_admissibility": Target(("warn", "admit"), void_by=REVIEW_OVER, main=True),
    "review_decision": Target(("warn", "lapse"), met_by=frozenset({E.REVIEWED}), void_by=REVIEW_OVER, main=True),
    "acknowledgement_by_staff": Target(WARNED),
    "authority": Target(LADDER, met_by=ANSWERING),
    "sitting": Target(("call", "sit"), met_by=frozenset({E.REVIEWED}), void_by=REVIEW_OVER),
    "review_answer": _window(E.REVIEWED, met_by=(E.ACCEPTED, *NEXT_ROUTE), stage=Stage.ANSWERED),
    "negotiation": Target(("near", "over")),
    "consent": Target(window=True),
    "provider_answer": Target(("near", "over")),
    "mediation_target": Target(("over",)),
    "mediation": Target(("near", "over")),
    "determination_target": Target(("over",)),
    "determination": Target(("near", "over")),
    "adjourned": Target(("over",)),
    "reflection": Target(window=True),
    "outcome": Target(("near", "unmet"), main=True),
    CAUSE: Target((*WARNED, "managers"), void_by=frozenset({E.REOPENED})),
    "external_offer": _window(
        E.ROUTES_OFFERED,
        E.REVIEW_ENDED,
        met_by=(E.DECLINED, E.ANSWERED, E.REVIEW_REQUESTED, E.CONCLUDED),
        stage=Stage.IN_DISPUTE,
    ),
}
BY_CONTRACT = (
    "assessment", "first_response", "final_response", "counter_answer", "implementation", "refund", "containment",
    "progress_update",
)  # fmt: skip
"""For what a contract with a business customer can set a shorter limit."""
SEVERITY_DECIDED = ("complaint.assessed", "complaint.severity_changed")
FROM_RECEIPT = ("assessment", "first_response", "final_response", "cap")
# Counted anew when the severity changes (T15).
BY_SEVERITY = ("first_response", "final_response", "progress_update", "untouched")
OF_DISPUTE = (
    "external_offer", "negotiation", "consent", "provider_answer", "mediation_target", "mediation",
    "determination_target", "determination", "adjourned", "reflection", "outcome", "customer_confirm",
)  # fmt: skip
"""What can run in a dispute; each of its phases ends what ran in the one before."""
OF_BOTH_SIDES = ("consent", "reflection")  # windows in which our answer is awaited as well
OUTSIDE_DATES = ("authority", "acknowledgement_by_staff")  # of what came another way than through the bot
RUNS_ON = (
    "cap",
    "containment",
    "reminder",
    CAUSE,
    *OUTSIDE_DATES,
    *OF_DISPUTE,
)  # also while the complainant holds the ball
SET_BY_HAND = (
    "late_answer",
    "reminder",
    "sitting",
    "authority",
    "provider_answer",
    "mediation",
    "adjourned",
    "outcome",
)
OF_LEARNING = (CAUSE,)  # runs on a closed case, where nobody has a turn and the complainant waits for nothing
UNCOUNTED = ("cap", *SET_BY_HAND)  # a date as it was set
GOES_ON = ("containment",)  # whatever becomes of the answer
OF_REVIEW = ("review_admissibility", "review_decision", "sitting")  # those who decide on it owe them, not the owner
UNEXPLAINED = (*OF_REVIEW, *OF_LEARNING)  # no reason for a delay of it goes to the complainant
UNDELIVERED, REMIND, EXPIRE = "undelivered", "remind", "expire"


def steps_of(organisation: Organisation, name: str) -> tuple[str, ...]:
    """What the tick does about a limit, in order."""
    target = TARGETS[name]
    if not target.window:
        return target.steps
    return (UNDELIVERED, *[REMIND] * len(getattr(organisation.reminders, name)), EXPIRE)
