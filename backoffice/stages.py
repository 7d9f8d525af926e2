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
    AWAITING_APPROVAL = "awaiting_approval"
    ANSWERED = "answered"
    IMPLEMENTING = "implementing"
    CONFIRMING = "confirming"
    IN_REVIEW = "in_review"
    IN_DISPUTE = "in_dispute"
    CLOSED = "closed"


class Event(StrEnum):
    """Named as the audit log will tell it: `complaint.submitted`."""

    SUBMITTED = "submitted"
    ASSESSED = "assessed"
    STARTED = "started"
    ASKED = "asked"
    INFORMED = "informed"
    PROPOSED = "proposed"  # an answer that somebody else must approve first
    APPROVED = "approved"
    RETURNED = "returned"  # not approved, or taken back by its author
    ANSWERED = "answered"
    REVISED = "revised"  # another answer in the place of the one that the complainant thinks about
    ACCEPTED = "accepted"
    REFUSED = "refused"
    COUNTERED = "countered"  # the complainant suggests something else
    CARRIED_OUT = "carried_out"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    LAPSED = "lapsed"  # the complainant's time to act has passed
    REVIEW_REQUESTED = "review_requested"
    REVIEWED = "reviewed"  # others have decided; that is an answer like the first one
    REVIEW_ENDED = "review_ended"  # without a decision: back to where it came from
    ROUTES_OFFERED = "routes_offered"  # nothing is left inside the house
    DECLINED = "declined"  # none of the routes outside is wanted
    EXCLUDED = "excluded"  # out of scope: not for us to decide
    MERGED = "merged"  # a duplicate, and from now on a part of another case
    CONTESTED = "contested"  # what was set aside so is taken up again
    CONCLUDED = "concluded"  # settled or decided outside


S = Stage
OPEN = (
    S.RECEIVED,
    S.ASSESSED,
    S.INVESTIGATING,
    S.AWAITING_INFO,
    S.AWAITING_APPROVAL,
    S.ANSWERED,
    S.IMPLEMENTING,
    S.CONFIRMING,
    S.IN_REVIEW,
    S.IN_DISPUTE,
)

Turn = Literal["customer", "desk", "both", "outside", "nobody"]


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
    S.AWAITING_APPROVAL: Standing("desk", True, "final_response", "supervisor_told"),
    S.ANSWERED: Standing("customer", False, "customer_answer", "closed_silent"),
    S.IMPLEMENTING: Standing("desk", True, "implementation", "supervisor_told"),
    S.CONFIRMING: Standing("customer", False, "customer_confirm", "closed_tacit"),
    S.IN_REVIEW: Standing("desk", True, "review_decision", "routes_offered"),
    S.IN_DISPUTE: Standing("customer", False, "external_offer", "closed_unresolved"),
    S.CLOSED: Standing("nobody", False, "reopen", "final"),
}
