"""Everything the office can refuse. An error carries a code and facts; the words for it are in `bot/texts.py`.

OfficeError
├── NotAllowed          the actor has no right to it; `deciders`: whose decision it is, among those of one account
├── NotFound            no such case for this actor (also said of a case they must not know of)
├── IllegalMove         the case's stage does not allow it
├── Stale               the button was drawn for an earlier turn of the case
├── Conflict            somebody else changed it at the same moment (the worker tries again)
├── Incomplete          a required part is missing: consent, category, story, grounds, lateness, terms, whys,
│                       cause_reason, who, authority, account
├── Invalid             a value cannot be used: future_date, old_date, unknown_choice, too_long, empty,
│                       no_date, past_day, closed_already, same_hours, last_admin, no_amount, no_percent, no_time,
│                       not_positive, too_large, fractions, last_provider, no_days,
│                       other_currency, below_floor, linked_already, other_incident, far_day, future_arrival,
│                       old_arrival
├── TooMany             a limit on size or number was passed
├── WrongSecret         code and secret do not belong together
├── ClaimRefused        a link to a case: unknown, replaced, used, expired, tried, yours, staff, anonymous
├── WrongProof          what was typed does not show that the case of a link is theirs; `left`: how many tries are
├── NameNeeded          what was accepted cannot be done for somebody without a name
├── InvitationRefused   used, expired, or unknown
├── ReopenTooLate       the time for reopening has passed
├── NoMoreTime          the date cannot be put off: it was already, has passed, or is the longest there is
├── Barred              the actor has no access any more: decider (others review it), conflict
├── ReviewRefused       no review can be asked for: too_late, decided, running, no_answer
├── VoteRefused         the vote does not count: over, twice, recused, no_tie
├── DisputeRefused      a step outside the organisation that cannot be taken: anonymous, outdated, twice, not_open,
│                       must_take_part, bound, no_resolver, objected, too_late, unsigned, own_work, pending
├── RemedyRefused       a remedy is not to be carried out (any more): twice, over
├── StepsMissing        mandatory steps of the handling are not ticked: `steps`
├── InquiryRefused      a colleague cannot be asked, or answer, so: taken, over, too_many
├── SetAsideRefused     a case cannot be merged or put out of scope so: other_customer, anonymous, later, over,
│                       contested, elsewhere, nobody, first, waits
├── ActionRefused       a corrective action cannot be moved so: not_now, changed
├── AccountRefused      what cannot be done with a business customer, or a case of one: closed, anonymous, linked,
│                       unlinked, ended, taken, staff, there, full, limit, link_unknown, link_used, link_expired
├── ApprovalRefused     an answer that the actor cannot approve: own, not_above; or that nobody can: nobody
└── TermsRefused        terms that nobody could keep: `faults`
"""

from typing import Any


class OfficeError(Exception):
    """A refusal, with `code` and `facts` for the words that will be said about it."""

    code = "refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts


class NotAllowed(OfficeError):
    code = "not_allowed"


class NotFound(OfficeError):
    code = "not_found"


class IllegalMove(OfficeError):
    code = "illegal_move"


class Stale(OfficeError):
    code = "stale"


class Conflict(OfficeError):
    code = "conflict"


class Incomplete(OfficeError):
    code = "incomplete"


class Invalid(OfficeError):
    code = "invalid"


class TooMany(OfficeError):
    code = "too_many"


class WrongSecret(OfficeError):
    code = "wrong_secret"


class ClaimRefused(OfficeError):
    code = "claim_refused"


class WrongProof(OfficeError):
    code = "wrong_proof"


class NameNeeded(OfficeError):
    code = "name_needed"


class InvitationRefused(OfficeError):
    code = "invitation_refused"


class ReopenTooLate(OfficeError):
    code = "reopen_too_late"


class NoMoreTime(OfficeError):
    code = "no_more_time"


class Barred(OfficeError):
    code = "barred"


class ReviewRefused(OfficeError):
    code = "review_refused"


class VoteRefused(OfficeError):
    code = "vote_refused"


class DisputeRefused(OfficeError):
    code = "dispute_refused"


class ActionRefused(OfficeError):
    code = "action_refused"


class SetAsideRefused(OfficeError):
    code = "set_aside_refused"


class AccountRefused(OfficeError):
    code = "account_refused"


class ApprovalRefused(OfficeError):
    code = "approval_refused"


class TermsRefused(OfficeError):
    code = "terms_refused"


class RemedyRefused(OfficeError):
    code = "remedy_refused"


class StepsMissing(OfficeError):
    code = "steps_missing"


class InquiryRefused(OfficeError):
    code = "inquiry_refused"
