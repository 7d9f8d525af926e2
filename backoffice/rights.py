"""Who may do what: one table, action × role × relation to the case. Every use-case asks here first.

A second one says the same of corrective and preventive actions, to which people stand otherwise than to a case.
"""

from collections.abc import Iterable
from enum import StrEnum

from backoffice import errors
from backoffice.work import Actor, Work
from storage.actions import Action
from storage.complaints import Complaint


class Role(StrEnum):
    """Codes of the standard's roles; a person may hold several. A customer holds none."""

    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    COMPLAINTS_MANAGER = "complaints_manager"
    TOP_MANAGEMENT = "top_management"
    DISPUTE_MANAGER = "dispute_manager"
    LEGAL = "legal"
    COMMITTEE_CHAIR = "committee_chair"
    SEAT_SUPPORT = "seat_support"
    SEAT_TECHNICAL = "seat_technical"
    SEAT_OPERATIONS = "seat_operations"
    SEAT_LEGAL = "seat_legal"
    SEAT_QUALITY = "seat_quality"
    SEAT_EXTERNAL = "seat_external"
    ALTERNATE = "alternate"
    RESOLVER = "resolver"  # from outside: mediates the cases put before them, and holds no other role
    AUDITOR = "auditor"
    ADMIN = "admin"


class Relation(StrEnum):
    """How an actor stands to a case. A complainant is nothing but that to the own case, whatever their roles."""

    COMPLAINANT = "complainant"
    CHAIR = "chair"  # of the committee that reviews it
    SEAT = "seat"  # in this review
    DECIDER = "decider"  # decided or worked on what others review now: heard, and nothing else
    RESOLVER = "resolver"  # leads its dispute
    BARRED = "barred"  # complained of, or in conflict: the file does not exist for them
    OWNER = "owner"
    QUEUE = "queue"  # the case waits for an owner in the actor's unit
    UNIT = "unit"
    NONE = "none"


class Tie(StrEnum):
    """How somebody stands to a corrective or preventive action; to one they can stand in several ways."""

    OWNER = "owner"
    MAKER = "maker"
    UNIT = "unit"  # it concerns their unit
    NONE = "none"  # as everybody does


DECIDER, CONFLICT, SUBJECT, OBJECTED = "decider", "conflict", "subject", "objected"  # why somebody is barred
CUSTOMER, ORGANISATION, RESOLVER = "customer", "organisation", "resolver"  # the sides of a dispute
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
LEADERS: frozenset[Grant] = ASSESSORS - OWNER | {(role, Relation.OWNER) for role in LADDER[1:]}
"""Who stands above a handler."""
ELSEWHERE = (Relation.QUEUE, Relation.UNIT, Relation.NONE)
DISPUTES: frozenset[Grant] = frozenset((Role.DISPUTE_MANAGER, relation) for relation in (Relation.OWNER, *ELSEWHERE))
LAWYERS: frozenset[Grant] = frozenset((Role.LEGAL, relation) for relation in (Relation.OWNER, *ELSEWHERE))
SPEAKERS = (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)
REPRESENTATIVES: frozenset[Grant] = frozenset(
    (role, relation) for role in SPEAKERS for relation in (Relation.OWNER, *ELSEWHERE)
)
RESOLVERS: frozenset[Grant] = frozenset({(Role.RESOLVER, Relation.RESOLVER)})
ARBITERS: frozenset[Grant] = frozenset((role, relation) for role in SPEAKERS for relation in ELSEWHERE)
MEMBERS = [role for role in Role if role not in (Role.ADMIN, Role.AUDITOR, Role.RESOLVER)]
"""Who can sit on a review: an admin decides no case, an auditor only reads, a resolver comes after it."""
CHAIR: frozenset[Grant] = frozenset((role, Relation.CHAIR) for role in MEMBERS)
PANEL: frozenset[Grant] = CHAIR | frozenset((role, Relation.SEAT) for role in MEMBERS)
DECIDERS: frozenset[Grant] = frozenset((role, Relation.DECIDER) for role in Role if role is not Role.RESOLVER)
EVERYBODY: frozenset[Grant] = frozenset({(role, Relation.NONE) for role in (None, *Role)})
WORKERS: frozenset[Grant] = frozenset({(role, Relation.NONE) for role in LADDER})
KEEPERS: frozenset[Grant] = frozenset(
    (role, Relation.NONE) for role in (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.ADMIN)
)
ACTION_MAKERS = (Role.SUPERVISOR, Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)

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
    "ask_review": COMPLAINANT,
    "withdraw_review": COMPLAINANT,
    "be_heard": COMPLAINANT,
    "challenge": COMPLAINANT,
    "decline_routes": COMPLAINANT,
    "choose_route": COMPLAINANT,
    "take_part": COMPLAINANT,  # in the dispute: consent, speak, accept terms, withdraw
    # the staff's side of a case
    "read": OWNER | OVERSEERS | DISPUTES | LAWYERS | PANEL,
    "read_all": OWNER | OVERSEERS | DISPUTES | LAWYERS,  # also what only handlers need: contact and internal notes
    "take": TAKERS | OWNER,
    "assign": TAKERS - {(Role.HANDLER, Relation.QUEUE)},
    "assess": ASSESSORS,
    "change_severity": ASSESSORS,
    "correct": ASSESSORS,  # which product or branch it is about
    "contain": ASSESSORS,
    "explain_delay": ASSESSORS,
    "ask_for_time": ASSESSORS,
    "extend": LEADERS,
    "snooze": OWNER,
    "ask": OWNER,
    "write": OWNER | DISPUTES,
    "reach_out": ASSESSORS,  # to a complainant who gave a low score
    "note": OWNER | TAKERS,
    "answer": OWNER | DISPUTES,
    "declare_deadlock": ASSESSORS | DISPUTES,
    "name_subject": ASSESSORS | DISPUTES,
    "name_company": ASSESSORS | DISPUTES,
    "carry_out": OWNER,
    "find_cause": ASSESSORS,
    "log_cost": ASSESSORS | DISPUTES,
    "link_incident": ASSESSORS,
    "lead_incident": LEADERS,
    # a review
    "admit": ARBITERS,
    "question": PANEL,
    "vote": PANEL,
    "recuse": PANEL,
    "rule": ARBITERS | CHAIR,
    "state": DECIDERS,
    # a dispute
    "represent": REPRESENTATIVES,  # speak for the organisation
    "mediate": RESOLVERS,
    "sign": LAWYERS | REPRESENTATIVES,
    "fulfil": OWNER | REPRESENTATIVES,
    "learn": REPRESENTATIVES,
    # no case
    "see_queue": WORKERS,
    "be_away": WORKERS,
    "invite": frozenset({(Role.ADMIN, Relation.NONE)}),
    "see_team": frozenset((role, Relation.NONE) for role in (Role.ADMIN, *LADDER[1:])),
    "dismiss": frozenset({(Role.ADMIN, Relation.NONE)}),
    "set_calendar": frozenset((role, Relation.NONE) for role in (Role.ADMIN, Role.COMPLAINTS_MANAGER)),
    "bind_group": frozenset((role, Relation.NONE) for role in (Role.ADMIN, Role.COMPLAINTS_MANAGER, Role.SUPERVISOR)),
    "see_reviews": frozenset((role, Relation.NONE) for role in MEMBERS),
    "see_disputes": frozenset((role, Relation.NONE) for role in (*SPEAKERS, Role.LEGAL)),
    "see_mediations": frozenset({(Role.RESOLVER, Relation.NONE)}),
    "see_register": frozenset((role, Relation.NONE) for role in (*SPEAKERS, Role.AUDITOR)),
    "invite_resolver": frozenset((role, Relation.NONE) for role in (Role.ADMIN, *SPEAKERS)),
    "set_providers": KEEPERS,
    "see_providers": KEEPERS | {(Role.TOP_MANAGEMENT, Relation.NONE), (Role.AUDITOR, Relation.NONE)},
    "see_figures": frozenset(
        (role, Relation.NONE)
        for role in (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT, Role.AUDITOR)
    ),
    "see_unit_figures": frozenset(  # a supervisor those of the own unit
        (role, Relation.NONE)
        for role in (
            Role.SUPERVISOR,
            Role.DISPUTE_MANAGER,
            Role.COMPLAINTS_MANAGER,
            Role.TOP_MANAGEMENT,
            Role.AUDITOR,
        )
    ),
    "export_words": frozenset({(Role.COMPLAINTS_MANAGER, Relation.NONE)}),  # as customers wrote them, with names
    "own_data": EVERYBODY,
    "make_action": frozenset((role, Relation.NONE) for role in ACTION_MAKERS),  # a supervisor, of the own unit
    "see_actions": frozenset((role, Relation.NONE) for role in (*MEMBERS, Role.AUDITOR)),
    "oversee_actions": frozenset((role, Relation.NONE) for role in (*ACTION_MAKERS, Role.AUDITOR)),
}

Hold = tuple[Role, Tie]
DOERS: frozenset[Hold] = frozenset((role, Tie.OWNER) for role in MEMBERS)
STEERERS: frozenset[Hold] = frozenset((role, Tie.MAKER) for role in ACTION_MAKERS) | {
    (Role.COMPLAINTS_MANAGER, Tie.NONE),
    (Role.TOP_MANAGEMENT, Tie.NONE),  # or nobody could, where there is no complaints manager and the maker has left
}
READERS: frozenset[Hold] = frozenset(
    {(Role.SUPERVISOR, Tie.UNIT), (Role.DISPUTE_MANAGER, Tie.NONE), (Role.AUDITOR, Tie.NONE)}
)

ON_ACTIONS: dict[str, frozenset[Hold]] = {
    "open": DOERS | STEERERS | READERS,
    "finish": DOERS,
    "ask_for_date": DOERS,
    "hand_over": DOERS | STEERERS,
    "steer": STEERERS,  # refuse evidence, set the date, drop it, decide whether it helped
}
PARTIES = {"customer": "follow", "staff": "read", "decider": "state", "resolver": "mediate"}
"""As whom somebody is told of a case, and the right to it that they must still have when the message goes."""


def relation(actor: Actor, complaint: Complaint | None) -> Relation:
    """The closest relation of the actor to the case."""
    if complaint is None or actor.person is None:
        return Relation.NONE
    if complaint.customer_id == actor.id:
        return Relation.COMPLAINANT
    if actor.staff is None:
        return Relation.NONE
    if (appointed := _appointed(actor, complaint)) is not None:
        return appointed
    if complaint.owner_id == actor.id:
        return Relation.OWNER
    if actor.staff.department not in (None, complaint.department):
        return Relation.NONE
    return Relation.QUEUE if complaint.owner_id is None else Relation.UNIT


def _appointed(actor: Actor, complaint: Complaint) -> Relation | None:
    """What stands on the case itself about this person: barred from it, its resolver, on its review."""
    if why := complaint.barred.get(str(actor.id)):
        return Relation.DECIDER if why == DECIDER else Relation.BARRED
    if complaint.resolver_id == actor.id:
        return Relation.RESOLVER
    if seat := complaint.panel.get(str(actor.id)):
        return Relation.CHAIR if seat == Relation.CHAIR else Relation.SEAT
    return None


def may(actor: Actor, action: str, complaint: Complaint | None = None) -> bool:
    """Whether the table grants the action to one of the actor's roles at this relation."""
    standing = relation(actor, complaint)
    roles: Iterable[Role | None] = [None, *(Role(role) for role in actor.roles)]
    return any((role, standing) in RIGHTS[action] for role in roles)


def require(work: Work, action: str, complaint: Complaint | None = None) -> None:
    """Refuse what the table does not grant; who may not even know of the case is told that there is none."""
    if may(work.actor, action, complaint):
        return
    if complaint is not None:
        require_known(work.actor, complaint)
        if relation(work.actor, complaint) is Relation.DECIDER:
            raise errors.Barred(complaint=complaint.id, why=DECIDER)
    raise errors.NotAllowed(action=action)


def require_known(actor: Actor, complaint: Complaint) -> None:
    """For who may not know of it there is no such case; who gave up a seat, or their part in it, is told that much."""
    if knows(actor, complaint):
        return
    if relation(actor, complaint) is Relation.BARRED and complaint.barred[str(actor.id)] != SUBJECT:
        raise errors.Barred(complaint=complaint.id, why=complaint.barred[str(actor.id)])
    raise errors.NotFound(code=complaint.code)


def knows(actor: Actor, complaint: Complaint) -> bool:
    """Whether the actor may know that the case exists."""
    return any(may(actor, action, complaint) for action in PARTIES.values())


def party(actor: Actor, complaint: Complaint) -> str:
    """As whom the actor is spoken to about the case: a key of PARTIES."""
    return next((name for name, action in PARTIES.items() if may(actor, action, complaint)), "staff")


def ties(actor: Actor, action: Action) -> set[Tie]:
    """In which ways the actor stands to the action; nobody but staff stands to one at all."""
    if actor.staff is None:
        return set()
    stands = {
        Tie.OWNER: action.owner_id == actor.id,
        Tie.MAKER: action.maker_id == actor.id,
        Tie.UNIT: actor.staff.department in (None, action.department),
        Tie.NONE: True,
    }
    return {tie for tie, so in stands.items() if so}


def may_on(actor: Actor, do: str, action: Action) -> bool:
    """Whether the table of actions grants this to one of the actor's roles."""
    return any((Role(role), tie) in ON_ACTIONS[do] for role in actor.roles for tie in ties(actor, action))


def sees_all_actions(actor: Actor) -> bool:
    """Whether every action is open to the actor, whosever it is."""
    return any((Role(role), Tie.NONE) in ON_ACTIONS["open"] for role in actor.roles)


def require_on(work: Work, do: str, action: Action) -> None:
    """The same as `require`, for an action: for who may not open it there is none."""
    if not may_on(work.actor, "open", action):
        raise errors.NotFound(what="action")
    if not may_on(work.actor, do, action):
        raise errors.NotAllowed(action=do)


def seated(complaint: Complaint) -> list[int]:
    """Who sits on the review of the case now."""
    return [int(each) for each in complaint.panel]


def side(work: Work, complaint: Complaint) -> str:
    """For whom the actor speaks in the dispute: customer, resolver, or organisation. Raises as `require` does."""
    if may(work.actor, "take_part", complaint):
        return CUSTOMER
    if may(work.actor, "mediate", complaint):
        return RESOLVER
    require(work, "represent", complaint)
    return ORGANISATION


def deciders(complaint: Complaint) -> list[int]:
    """Who had the case before the review, and is heard in it as the other side."""
    return [int(each) for each, why in complaint.barred.items() if why == DECIDER]
