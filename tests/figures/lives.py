"""What became of complaints, as plain data: nothing here knows a table, or how anything is counted."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple


class Move(NamedTuple):
    """The case came to a stage."""

    at: datetime
    event: str
    stage: str


@dataclass
class Limit:
    """What was to be done, until when, and what came of it: met, void, unmet, or nothing yet."""

    target: str
    started_at: datetime
    due_at: datetime
    ended: str | None = None
    ended_at: datetime | None = None
    extended: bool = False
    breached_at: datetime | None = None


class Answered(NamedTuple):
    """A decision, of the desk or of the review with this place among those of the case. `revises`: it takes the place
    of the one before."""

    at: datetime
    decision: str
    review: int | None = None
    revises: bool = False


class Closing(NamedTuple):
    at: datetime
    reason: str


@dataclass
class Reviewed:
    """A request for a review; one without `requested_at` was only begun. `left`: when seats were given up, and why."""

    begun_at: datetime
    trigger: str
    requested_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: str | None = None
    left: list[tuple[datetime, str]] = field(default_factory=list)
    without_quorum: list[datetime] = field(default_factory=list)


@dataclass
class Way:
    """One that was tried outside. Nobody was `asked` to consent to direct talks, or to a public body."""

    method: str
    provider: str | None
    chosen_at: datetime
    asked: bool = True
    customer_at: datetime | None = None
    our_at: datetime | None = None
    consented_at: datetime | None = None
    ended: str | None = None
    ended_at: datetime | None = None


@dataclass
class Term:
    by: str
    due_on: date
    done_at: datetime | None = None
    amount: str | None = None
    currency: str | None = None


@dataclass
class Agreed:
    """Terms, a recommendation or a decision, of the way with this place among those of its dispute."""

    way: int | None
    kind: str
    terms: list[Term]
    in_force_at: datetime | None = None
    ended: str | None = None


@dataclass
class Outside:
    """One time that the case went outside."""

    trigger: str
    opened_at: datetime
    ways: list[Way] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)


class Asked(NamedTuple):
    """A question to the customer, and what they answered; some answer what they were not asked."""

    question: str
    asked_at: datetime | None
    answered_at: datetime | None = None
    score: int | None = None


class Owed(NamedTuple):
    """The cause of a grave case that was closed: until when it was to be found, and what came of that."""

    severity: str
    since: datetime
    due_at: datetime
    ended: str | None = None
    ended_at: datetime | None = None


class Learnt(NamedTuple):
    at: datetime
    decision: str
    cost: str | None


class Spent(NamedTuple):
    """What somebody entered: an amount, or minutes; some take it back."""

    at: datetime
    amount: str | None = None
    currency: str | None = None
    minutes: int | None = None
    taken_back_at: datetime | None = None


@dataclass
class Life:
    """One complaint; a draft was never received, and may have been erased, for some reason. `customer` and `company`
    are numbers of people and businesses. What was `recorded` had been received before a colleague opened it."""

    customer: int
    category: str
    department: str
    channel: str
    language: str
    business: bool
    opened_at: datetime
    product: str = ""  # not said of every one
    branch: str = ""
    recorded: bool = False
    received_at: datetime | None = None
    erased_at: datetime | None = None
    erased_for: str = ""
    acknowledged_at: datetime | None = None
    assessed_at: datetime | None = None
    moves: list[Move] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    reopenings: list[datetime] = field(default_factory=list)
    reviews: list[Reviewed] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    severities: list[datetime] = field(default_factory=list)  # when it was changed
    escalations: list[datetime] = field(default_factory=list)
    deadlocks: list[tuple[datetime, str]] = field(default_factory=list)
    unresolved_at: datetime | None = None
    root_cause: str | None = None
    asked: list[Asked] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    lesson: Learnt | None = None
    spent: list[Spent] = field(default_factory=list)

    @property
    def stage(self) -> str:
        return self.moves[-1].stage if self.moves else "draft"
