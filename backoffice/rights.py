"""Who may do what: one table, action × role × relation to the case. Every use-case asks here first.

A second one says the same of corrective and preventive actions, to which people stand otherwise than to a case.
"""

from collections.abc import Iterable
from enum import StrEnum

from backoffice import customer_side, errors
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
    ACCOUNT_MANAGER = "account_manager"  # looks after business customers: reads their cases and decides none
    RESOLVER = "resolver"  # from outside: mediates the cases put before them, and holds no other role
    AUDITOR = "auditor"
    ADMIN = "admin"


class Relation(StrEnum):
    """How an actor stands to a case. A complainant is nothing but that to the own case, whatever their roles."""

    COMPLAINANT = customer_side.COMPLAINANT
    FILER = customer_side.FILER  # made it for their company, where others decide
    DECIDES = customer_side.DECIDES  # for the company, though a colleague made it
    CONTACT = customer_side.CONTACT  # of the company: follows what a colleague made
    CHAIR = "chair"  # of the committee that reviews it
    SEAT = "seat"  # in this review
    DECIDER = "decider"  # decided or worked on what others review now: heard, and nothing else
    RESOLVER = "resolver"  # leads its dispute
    BARRED = "barred"  # complained of, or in conflict: the file does not exist for them
    OWNER = "owner"
    RECORDER = "recorder"  # wrote it down for the complainant, besides whatever else they are to it
    ACCOUNT_MANAGER = "account_manager"  # of its business customer, besides whatever else they are to it
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
SUBORDINATE = "subordinate"  # answers to the person complained of
CUSTOMER, ORGANISATION, RESOLVER = "customer", "organisation", "resolver"  # the sides of a dispute
LADDER = (Role.HANDLER, Role.SUPERVISOR, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)

Grant = tuple[Role | None, Relation]

COMPLAINANT: frozenset[Grant] = frozenset({(None, Relation.COMPLAINANT), (None, Relation.DECIDES)})
FILERS: frozenset[Grant] = COMPLAINANT | {(None, Relation.FILER)}
FOLLOWERS: frozenset[Grant] = FILERS | {(None, Relation.CONTACT)}
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
DIRECTORS = LEADERS | {(Role.TOP_MANAGEMENT, each) for each in ELSEWHERE}
"""The same, and top management of any case: where nobody else stands above, it is theirs."""
DISPUTES: frozenset[Grant] = frozenset((Role.DISPUTE_MANAGER, relation) for relation in (Relation.OWNER, *ELSEWHERE))
LAWYERS: frozenset[Grant] = frozenset((Role.LEGAL, relation) for relation in (Relation.OWNER, *ELSEWHERE))
HOLDERS: frozenset[Grant] = LAWYERS | {(Role.COMPLAINTS_MANAGER, each) for each in (Relation.OWNER, *ELSEWHERE)}
HEADS: frozenset[Grant] = frozenset((Role.TOP_MANAGEMENT, relation) for relation in (Relation.OWNER, *ELSEWHERE))
SPEAKERS = (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)
REPRESENTATIVES: frozenset[Grant] = frozenset(
    (role, relation) for role in SPEAKERS for relation in (Relation.OWNER, *ELSEWHERE)
)
RESOLVERS: frozenset[Grant] = frozenset({(Role.RESOLVER, Relation.RESOLVER)})
ARBITERS: frozenset[Grant] = frozenset((role, relation) for role in SPEAKERS for relation in ELSEWHERE)
MEMBERS = [
    role for role in Role if role not in (Role.ADMIN, Role.AUDITOR, Role.ACCOUNT_MANAGER, Role.RESOLVER)
]  # fmt: skip
"""Who can sit on a review: an admin or an account manager decides no case, an auditor only reads, a resolver comes
after it."""
CHAIR: frozenset[Grant] = frozenset((role, Relation.CHAIR) for role in MEMBERS)
PANEL: frozenset[Grant] = CHAIR | frozenset((role, Relation.SEAT) for role in MEMBERS)
DECIDERS: frozenset[Grant] = frozenset((role, Relation.DECIDER) for role in Role if role is not Role.RESOLVER)
AUDITORS: frozenset[Grant] = frozenset(
    (role, relation) for role in (Role.COMPLAINTS_MANAGER, Role.AUDITOR) for relation in (Relation.OWNER, *ELSEWHERE)
)
RECORDERS: frozenset[Grant] = frozenset((role, Relation.RECORDER) for role in (*LADDER, Role.DISPUTE_MANAGER))
EVERYBODY: frozenset[Grant] = frozenset({(role, Relation.NONE) for role in (None, *Role)})
WORKERS: frozenset[Grant] = frozenset({(role, Relation.NONE) for role in LADDER})
KEEPERS: frozenset[Grant] = frozenset(
    (role, Relation.NONE) for role in (Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.ADMIN)
)
OF_ACCOUNTS: frozenset[Grant] = frozenset((role, Relation.NONE) for role in (Role.COMPLAINTS_MANAGER, Role.ADMIN))
ACTION_MAKERS = (Role.SUPERVISOR, Role.DISPUTE_MANAGER, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT)

RIGHTS: dict[str, frozenset[Grant]] = {
    # the complainant's own case
    "follow": FOLLOWERS,
    "add": FILERS,
    "accept": COMPLAINANT,
    "refuse": COMPLAINANT,
    "counter": COMPLAINANT,
    "confirm": COMPLAINANT,
    "deny": COMPLAINANT,
    "withdraw": COMPLAINANT,
    "reopen": COMPLAINANT,
    "contest_exclusion": COMPLAINANT,
    "rate": FILERS,
    "ask_review": COMPLAINANT,
    "withdraw_review": COMPLAINANT,
    "be_heard": FILERS,
    "challenge": COMPLAINANT,
    "decline_routes": COMPLAINANT,
    "choose_route": COMPLAINANT,
    "take_part": COMPLAINANT,  # in the dispute: consent, speak, accept terms, withdraw
    "fill": COMPLAINANT | RECORDERS,  # the form, until it is submitted
    # the staff's side of a case
    "read": OWNER | OVERSEERS | DISPUTES | LAWYERS | PANEL | {(Role.ACCOUNT_MANAGER, Relation.ACCOUNT_MANAGER)},
    "read_all": OWNER | OVERSEERS | DISPUTES | LAWYERS,  # also what only handlers need: internal notes
    "unmask": OWNER | OVERSEERS | DISPUTES | LAWYERS | PANEL | RESOLVERS,  # whose it is, with a reason
    "see_readings": AUDITORS,  # who read it, who had a name shown and why
    "take": TAKERS | OWNER,
    "assign": TAKERS - {(Role.HANDLER, Relation.QUEUE)},
    "escalate": OWNER,
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
    "pass_on": ASSESSORS | DISPUTES | RECORDERS,  # by hand, what the complainant must know, and what they say to it
    "tick": ASSESSORS,  # a step of the handling
    "inquire": OWNER,  # ask a colleague: an opinion, the statement of who is complained of
    "answer": OWNER | DISPUTES,
    "approve": LEADERS | LAWYERS | HEADS,
    "mark_risk": ASSESSORS | DISPUTES | LAWYERS,
    "declare_deadlock": ASSESSORS | DISPUTES,
    "name_subject": ASSESSORS | DISPUTES,
    "name_company": ASSESSORS | DISPUTES,
    "link_account": ASSESSORS | DISPUTES,
    "merge": ASSESSORS,
    "unmerge": COMPLAINANT | LEADERS,
    "propose_exclusion": ASSESSORS,
    "exclude": DIRECTORS,
    "reopen_for": DIRECTORS,
    "record_withdrawal": ASSESSORS,
    "mark_abusive": ASSESSORS,
    "hold": HOLDERS,
    "carry_out": OWNER,
    "give_task": ASSESSORS,  # to a colleague, a remedy that is to be carried out
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
    "record": frozenset((role, Relation.NONE) for role in (*LADDER, Role.DISPUTE_MANAGER)),
    "be_away": WORKERS,
    "invite": frozenset({(Role.ADMIN, Relation.NONE)}),
    "see_team": frozenset((role, Relation.NONE) for role in (Role.ADMIN, *LADDER[1:])),
    "dismiss": frozenset({(Role.ADMIN, Relation.NONE)}),
    "set_calendar": frozenset((role, Relation.NONE) for role in (Role.ADMIN, Role.COMPLAINTS_MANAGER)),
    "bind_group": frozenset((role, Relation.NONE) for role in (Role.ADMIN, Role.COMPLAINTS_MANAGER, Role.SUPERVISOR)),
    "give_opinion": frozenset((role, Relation.NONE) for role in MEMBERS),
    "see_tasks": frozenset((role, Relation.NONE) for role in MEMBERS),
    "see_reviews": frozenset((role, Relation.NONE) for role in MEMBERS),
    "see_disputes": frozenset((role, Relation.NONE) for role in (*SPEAKERS, Role.LEGAL)),
    "see_mediations": frozenset({(Role.RESOLVER, Relation.NONE)}),
    "see_approvals": frozenset((role, Relation.NONE) for role in (*LADDER[1:], Role.LEGAL)),
    "see_register": frozenset((role, Relation.NONE) for role in (*SPEAKERS, Role.AUDITOR)),
    "invite_resolver": frozenset((role, Relation.NONE) for role in (Role.ADMIN, *SPEAKERS)),
    "set_providers": KEEPERS,
    "see_providers": KEEPERS | {(Role.TOP_MANAGEMENT, Relation.NONE), (Role.AUDITOR, Relation.NONE)},
    "see_holds": frozenset(
        (role, Relation.NONE) for role in (Role.LEGAL, Role.COMPLAINTS_MANAGER, Role.TOP_MANAGEMENT, Role.AUDITOR)
    ),
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
    "see_accounts": OF_ACCOUNTS | {(Role.LEGAL, Relation.NONE), (Role.ACCOUNT_MANAGER, Relation.NONE)},
    "oversee_accounts": OF_ACCOUNTS | {(Role.LEGAL, Relation.NONE)},  # also those that somebody else looks after
    "keep_accounts": OF_ACCOUNTS,
    "write_clauses": OF_ACCOUNTS | {(Role.LEGAL, Relation.NONE)},
    "tend_contacts": OF_ACCOUNTS | {(Role.ACCOUNT_MANAGER, Relation.NONE)},
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
PARTIES = {
    "customer": "follow", "staff": "read", "decider": "state", "resolver": "mediate", "recorder": "pass_on",
}  # fmt: skip
"""As whom somebody is told of a case, and the right to it that they must still have when the message goes."""


def relation(actor: Actor, complaint: Complaint | None) -> Relation:
    """The closest relation of the actor to the case."""
    if complaint is None or actor.person is None:
        return Relation.NONE
    if (side := customer_side.standing(actor.id, complaint)) is not None:
        return Relation(side)
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
    standings = [relation(actor, complaint)]
    if complaint is not None and standings[0] in (Relation.OWNER, *ELSEWHERE):
        beside = {Relation.RECORDER: complaint.recorded_by, Relation.ACCOUNT_MANAGER: complaint.account_manager_id}
        standings += [each for each, who in beside.items() if who == actor.id]
    roles: Iterable[Role | None] = [None, *(Role(role) for role in actor.roles)]
    return any((role, standing) in RIGHTS[action] for role in roles for standing in standings)


def require(work: Work, action: str, complaint: Complaint | None = None) -> None:
    """Refuse what the table does not grant; who may not even know of the case is told that there is none."""
    if may(work.actor, action, complaint):
        return
    if complaint is not None:
        require_known(work.actor, complaint)
        standing = relation(work.actor, complaint)
        if standing is Relation.DECIDER:
            raise errors.Barred(complaint=complaint.id, why=DECIDER)
        if standing in (Relation.FILER, Relation.CONTACT) and (None, Relation.COMPLAINANT) in RIGHTS[action]:
            raise errors.NotAllowed(action=action, complaint=complaint.id, deciders=customer_side.deciders(complaint))
    raise errors.NotAllowed(action=action)


def require_known(actor: Actor, complaint: Complaint) -> None:
    """For who may not know of it there is no such case; who gave up a seat, or their part in it, is told that much."""
    if knows(actor, complaint):
        return
    if relation(actor, complaint) is Relation.BARRED and complaint.barred[str(actor.id)] not in (SUBJECT, SUBORDINATE):
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


def is_free(complaint: Complaint, person_id: int) -> bool:
    """Whether somebody of the staff may act on the case at all: not their own, and not barred from it (guard 1)."""
    return not customer_side.belongs(person_id, complaint) and str(person_id) not in complaint.barred


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
