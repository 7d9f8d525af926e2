"""Who may do what: one table, action × role × relation to the case. Every use-case asks here first."""

from collections.abc import Iterable
from enum import StrEnum

from backoffice import errors
from backoffice.work import Actor, Work
from storage.complaints import Complaint


class Role(StrEnum):
    """Codes of the standard's roles; a person may hold several. A customer holds none."""

    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    COMPLAINTS_MANAGER = "complaints_manager"
    TOP_MANAGEMENT = "top_management"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Relation(StrEnum):
    """How an actor stands to a case. A complainant is nothing but that to the own case, whatever their roles."""

    COMPLAINANT = "complainant"
    OWNER = "owner"
    QUEUE = "queue"  # the case waits for an owner in the actor's unit
    UNIT = "unit"
    NONE = "none"


LADDER = (Role.HANDLER, Role.SUPERVISOR, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)

Grant = tuple[Role | None, Relation]

COMPLAINANT: frozenset[Grant] = frozenset({(None, Relation.COMPLAINANT)})
OWNER: frozenset[Grant] = frozenset({(role, Relation.OWNER) for role in LADDER})
TAKERS: frozenset[Grant] = frozenset(
    {
        (Role.HANDLER, Relation.QUEUE),
        *((Role.SUPERVISOR, relation) for relation in (Relation.QUEUE, Relation.UNIT)),
        *((Role.COMPLAINTS_MANAGER, relation) for relation in (Relation.QUEUE, Relation.UNIT, Relation.NONE)),
    }
)
OVERSEERS: frozenset[Grant] = TAKERS | {
    (role, relation)
    for role in (Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT, Role.AUDITOR)
    for relation in (Relation.OWNER, Relation.QUEUE, Relation.UNIT, Relation.NONE)
}
ASSESSORS: frozenset[Grant] = OWNER | (TAKERS - {(Role.HANDLER, Relation.QUEUE)})
EVERYBODY: frozenset[Grant] = frozenset({(role, Relation.NONE) for role in (None, *Role)})
WORKERS: frozenset[Grant] = frozenset({(role, Relation.NONE) for role in LADDER})

RIGHTS: dict[str, frozenset[Grant]] = {
    # the complainant's own case
    "follow": COMPLAINANT,
    "add": COMPLAINANT,
    "accept": COMPLAINANT,
    "refuse": COMPLAINANT,
    "confirm": COMPLAINANT,
    "deny": COMPLAINANT,
    "withdraw": COMPLAINANT,
    "reopen": COMPLAINANT,
    "rate": COMPLAINANT,
    # the staff's side of a case
    "read": OWNER | OVERSEERS,
    "take": TAKERS | OWNER,
    "assign": TAKERS - {(Role.HANDLER, Relation.QUEUE)},
    "assess": ASSESSORS,
    "change_severity": ASSESSORS,
    "contain": ASSESSORS,
    "explain_delay": ASSESSORS,
    "ask_for_time": ASSESSORS,
    "extend": ASSESSORS - OWNER | {(role, Relation.OWNER) for role in LADDER[1:]},
    "snooze": OWNER,
    "ask": OWNER,
    "write": OWNER,
    "note": OWNER | TAKERS,
    "answer": OWNER,
    "carry_out": OWNER,
    "find_cause": OWNER,
    # no case
    "see_queue": WORKERS,
    "be_away": WORKERS,
    "invite": frozenset({(Role.ADMIN, Relation.NONE)}),
    "see_team": frozenset((role, Relation.NONE) for role in (Role.ADMIN, *LADDER[1:])),
    "dismiss": frozenset({(Role.ADMIN, Relation.NONE)}),
    "set_calendar": frozenset((role, Relation.NONE) for role in (Role.ADMIN, Role.COMPLAINTS_MANAGER)),
    "bind_group": frozenset((role, Relation.NONE) for role in (Role.ADMIN, Role.COMPLAINTS_MANAGER, Role.SUPERVISOR)),
    "own_data": EVERYBODY,
}


def relation(actor: Actor, complaint: Complaint | None) -> Relation:
    """The closest relation of the actor to the case."""
    if complaint is None or actor.person is None:
        return Relation.NONE
    if complaint.customer_id == actor.id:
        return Relation.COMPLAINANT
    if actor.staff is None:
        return Relation.NONE
    if complaint.owner_id == actor.id:
        return Relation.OWNER
    if actor.staff.department not in (None, complaint.department):
        return Relation.NONE
    return Relation.QUEUE if complaint.owner_id is None else Relation.UNIT


def may(actor: Actor, action: str, complaint: Complaint | None = None) -> bool:
    """Whether the table grants the action to one of the actor's roles at this relation."""
    standing = relation(actor, complaint)
    roles: Iterable[Role | None] = [None, *(Role(role) for role in actor.roles)]
    return any((role, standing) in RIGHTS[action] for role in roles)


def require(work: Work, action: str, complaint: Complaint | None = None) -> None:
    """Refuse what the table does not grant; who may not even know of the case is told that there is none."""
    if may(work.actor, action, complaint):
        return
    if complaint is not None and not knows(work.actor, complaint):
        raise errors.NotFound()
    raise errors.NotAllowed(action=action)


def knows(actor: Actor, complaint: Complaint) -> bool:
    """Whether the actor may know that the case exists."""
    return may(actor, "follow", complaint) or may(actor, "read", complaint)
