"""The stages of a complaint, what moves it between them, and what each of them means (ISO 10002, clause 7)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Stage(StrEnum):
    DRAFT = "draft"
    RECEIVED = "received"
    ASSESSED = "assessed"
    INVESTIGATING = "investigating"
    AWAITING_INFO = "awaiting_info"
    ANSWERED = "answered"
    IMPLEMENTING = "implementing"
    CONFIRMING = "confirming"
    CLOSED = "closed"


class Event(StrEnum):
    """Named as the audit log will tell it: `complaint.submitted`."""

    SUBMITTED = "submitted"
    ASSESSED = "assessed"
    STARTED = "started"
    ASKED = "asked"
    INFORMED = "informed"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CARRIED_OUT = "carried_out"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    LAPSED = "lapsed"  # the complainant's time to act has passed


S = Stage
OPEN = (
    S.RECEIVED,
    S.ASSESSED,
    S.INVESTIGATING,
    S.AWAITING_INFO,
    S.ANSWERED,
    S.IMPLEMENTING,
    S.CONFIRMING,
)

Turn = Literal["customer", "desk", "nobody"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a stage means: whose turn it is, whether the organisation's clock runs, which deadline runs
    (a name in the organisation's file), and what happens if nobody acts."""

    turn: Turn
    clock: bool
    deadline: str | None
    if_nobody_acts: str


STANDINGS: dict[Stage, Standing] = {
    S.DRAFT: Standing("customer", False, "draft_expiry", "erased"),
    S.RECEIVED: Standing("desk", True, "final_response", "supervisor_told"),
    S.ASSESSED: Standing("desk", True, "final_response", "supervisor_told"),
    S.INVESTIGATING: Standing("desk", True, "final_response", "supervisor_told"),
    S.AWAITING_INFO: Standing("customer", False, "customer_info", "closed_no_info"),
    S.ANSWERED: Standing("customer", False, "customer_answer", "closed_silent"),
    S.IMPLEMENTING: Standing("desk", True, "implementation", "supervisor_told"),
    S.CONFIRMING: Standing("customer", False, "customer_confirm", "closed_tacit"),
    S.CLOSED: Standing("nobody", False, "reopen", "final"),
}
