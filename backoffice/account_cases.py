"""What it means for a case that it is of a business customer (S13, S45, T88).

Its contacts stand on it, each with their role; whoever looks after the account hears of it; where the contract sets a
shorter limit, that one counts, also for what runs already, and no date is ever put off by it.
"""

from typing import Any

from sqlmodel import col, func, or_, select

from backoffice import clocks, customer_side, errors, rights
from backoffice.organisation_file import parse_limit
from backoffice.stages import OPEN, Event, Stage
from backoffice.work import Actor, Work
from storage import accounts, complaints
from storage.accounts import DECISION, REPORT, Account
from storage.clocks import running
from storage.columns import row_of
from storage.complaints import Complaint
from storage.people import Person, colleague, staff_of

ONESELF = 0  # in the place of an account: the complaint is one's own
LINKED, CLOSED, CRITICAL, DEADLOCK, OUTCOME = "linked", "closed", "critical", "deadlock", "outcome"
NEWS: dict[Event, str] = {
    Event.SUBMITTED: "received",
    Event.ANSWERED: "answered",
    Event.APPROVED: "answered",
    Event.REVISED: "answered",
    Event.REVIEW_REQUESTED: "review_asked",
    Event.REVIEWED: "review_decided",
    Event.ROUTES_OFFERED: DEADLOCK,
    Event.REOPENED: "reopened",
    Event.CONTESTED: "reopened",
}
"""Of what the account manager hears; whatever closes a case is told as that."""
TO_DECIDE = frozenset({Stage.ANSWERED, Stage.CONFIRMING})
"""Where the case waits for a word that only some of the contacts may give."""


# ------------------------------------------------------------------ which account


def mine(work: Work) -> list[Account]:
    """For which business customers the actor may complain."""
    found = accounts.of_person(work.db, work.actor.id or 0)
    return [account for contact, account in found if contact.role in (DECISION, REPORT) and account.ended_at is None]


def meant(work: Work, complaint: Complaint, chosen: int | None) -> Account | None:
    """Of which account a complaint is that is about to be submitted; of several its complainant has to say which.

    `chosen`: the number of an account, or ONESELF. Raises errors.Incomplete where it is missing, errors.Invalid for an
    account that is not theirs. What is anonymous is of none, or it would show whose it is.
    """
    able = {} if complaint.anonymous else {each.id: each for each in mine(work)}
    if len(able) > 1 and chosen is None:
        raise errors.Incomplete(missing="account")
    if chosen is not None and chosen != ONESELF and chosen not in able:
        raise errors.Invalid(what="unknown_choice")
    return next(iter(able.values()), None) if chosen is None else able.get(chosen)


def tag(work: Work, complaint: Complaint, account: Account) -> None:
    """The case is of this account from now on; what the contract says of its limits counts for all that starts then."""
    former = account_of(work, complaint)
    if complaint.company is None or (former is not None and complaint.company == former.name):
        complaint.company = account.name
    complaint.account_id = account.id
    complaint.touched_at = max(work.now, complaint.touched_at)
    _stand(complaint, account, _contacts(work, account))
    work.record("complaint.account_linked", complaint, account=account.id)


def link(work: Work, complaint: Complaint, account_id: int) -> None:
    """Staff know of which account the case is (T88); its complainant hears of it, and who else can follow it now.

    Raises errors.AccountRefused (closed, anonymous, linked).
    """
    rights.require(work, "link_account", complaint)
    account = _there(work, account_id)
    _linkable(complaint)
    if complaint.account_id == account.id:
        raise errors.AccountRefused(why="linked")
    before = complaint.due_at
    tag(work, complaint, account)
    tighten(work, complaint)
    _tell_complainant(work, complaint, account=account.id, was=before.isoformat() if before else None)
    tell_manager(work, complaint, LINKED)


def unlink(work: Work, complaint: Complaint) -> None:
    """It is of no account after all: nobody but its complainant follows it any more. The dates stay."""
    rights.require(work, "link_account", complaint)
    _linkable(complaint)
    account = accounts.by_id(work.db, complaint.account_id)
    if account is None:
        raise errors.AccountRefused(why="unlinked")
    complaint.account_id = complaint.account_manager_id = None
    complaint.account_contacts = {}
    complaint.company = None if complaint.company == account.name else complaint.company
    complaint.touched_at = work.now
    work.record("complaint.account_unlinked", complaint, account=account.id)
    _tell_complainant(work, complaint, account=None)


def all_there(work: Work) -> list[Account]:
    """The accounts that have not ended, by name."""
    found = (each for each in accounts.all_accounts(work.db) if each.ended_at is None)
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def account_of(work: Work, complaint: Complaint) -> Account | None:
    return accounts.by_id(work.db, complaint.account_id)


def bound(work: Work, complaint: Complaint, method: str | None = None) -> list[accounts.Clause]:
    """The clauses of its contract by which both sides have to go to a third party, by this `method` if one is named."""
    clauses = accounts.clauses_of(work.db, complaint.account_id)
    return [each for each in clauses if each.binds is not None and method in (None, each.binds)]


# ------------------------------------------------------------------ kept in step


def keep_in_step(work: Work, account: Account) -> None:
    """Who stands on the cases of the account, now that this has changed."""
    contacts = _contacts(work, account)
    for complaint in cases(work, account):
        _stand(complaint, account, contacts)


def cases(work: Work, account: Account, *, open_only: bool = False) -> list[Complaint]:
    """All that are of the account, oldest first."""
    query = select(Complaint).where(Complaint.account_id == account.id).order_by(col(Complaint.id))
    return list(work.db.exec(query.where(col(Complaint.stage).in_(OPEN)) if open_only else query))


def count_open(work: Work, account: Account) -> int:
    of_it = Complaint.account_id == account.id, col(Complaint.stage).in_(OPEN)
    return work.db.exec(select(func.count()).select_from(Complaint).where(*of_it)).one()


def followed(work: Work, *, limit: int, offset: int) -> list[Complaint]:
    """What the actor complained of, and what is of the accounts that they belong to, newest first."""
    me = work.actor.id or 0
    theirs = [account.id for _contact, account in accounts.of_person(work.db, me)]
    if not theirs:
        return complaints.of_customer(work.db, me, limit=limit, offset=offset)
    followed = or_(Complaint.customer_id == me, col(Complaint.account_id).in_(theirs))
    query = select(Complaint).where(followed, Complaint.stage != Stage.DRAFT)
    return list(work.db.exec(query.order_by(col(Complaint.id).desc()).limit(limit).offset(offset)))


def hand_on(work: Work, account: Account, leaver: int) -> None:
    """Somebody belongs to the account no more: what they complained of for it goes on with a colleague of theirs, with
    whoever decides if there is one. While nobody else is there it stays with them."""
    left = [contact for contact, _person in accounts.contacts_of(work.db, account.id)]
    heirs = sorted(left, key=lambda each: (each.role != DECISION, each.role != REPORT, each.id))
    for complaint in cases(work, account) if heirs else ():
        if complaint.customer_id == leaver:
            complaint.customer_id = heirs[0].person_id
            complaint.touched_at = max(work.now, complaint.touched_at)
            work.record("complaint.claimed", complaint, was=leaver)
            if Stage(complaint.stage) is not Stage.CLOSED:
                _tell_complainant(work, complaint, account=account.id, handed=True)


def tighten(work: Work, complaint: Complaint) -> None:
    """The limits of the contract count for what runs already, from its own start; nothing ends later by that."""
    account = account_of(work, complaint)
    if account is None or not account.limits:
        return
    for deadline in running(work.db, complaint.id):
        limits = (deadline.own_limit, account.limits.get(deadline.target))
        found = [each for text in limits if (each := parse_limit(text)) is not None]
        if found and deadline.started_at is not None:
            start, name = deadline.started_at, deadline.target
            shortest = min(found, key=lambda each: work.organisation.end(name, each, start))
            deadline.own_limit = f"{shortest.amount} {shortest.unit}"
    clocks.recount(work, complaint, never_later=True)
    clocks.show(work, complaint)


# ------------------------------------------------------------------ who hears of it


def follow(work: Work, complaint: Complaint, event: Event) -> None:
    """Tell of this move of the case whoever looks after its account, and who must decide now. The machine calls it for
    every move."""
    if complaint.account_id is None:
        return
    closed = Stage(complaint.stage) is Stage.CLOSED
    if (what := CLOSED if closed else NEWS.get(event)) is not None:
        tell_manager(work, complaint, what)
    if Stage(complaint.stage) in TO_DECIDE or event is Event.ROUTES_OFFERED:
        _tell_deciders(work, complaint)


def tell_manager(work: Work, complaint: Complaint, what: str) -> None:
    """Whoever looks after its account, as long as they may read it, and unless they did it themselves."""
    manager = colleague(work.db, complaint.account_manager_id)
    if manager is None or manager.id == work.actor.id:
        return
    if rights.may(Actor(manager, staff_of(work.db, manager.id)), "read", complaint):
        work.tell(manager, "account_news", complaint, what=what)


def _tell_deciders(work: Work, complaint: Complaint) -> None:
    """Whoever made the complaint hears of all of it; of a decision that is not theirs, those whose it is."""
    deciders = customer_side.deciders(complaint)
    for person_id in deciders if complaint.customer_id not in deciders else ():
        if person_id != work.actor.id:
            work.tell(work.db.get_one(Person, person_id), "account_decides", complaint, party="customer")


def _tell_complainant(work: Work, complaint: Complaint, **told: Any) -> None:
    person = work.db.get_one(Person, complaint.customer_id)
    work.tell(person, "complaint_of_account", complaint, party="customer", **told)


# ------------------------------------------------------------------ inside


def _contacts(work: Work, account: Account) -> dict[str, str]:
    """What stands on a case: person → role."""
    return {str(contact.person_id): contact.role for contact, _ in accounts.contacts_of(work.db, account.id)}


def _stand(complaint: Complaint, account: Account, contacts: dict[str, str]) -> None:
    if complaint.account_contacts != contacts:
        complaint.account_contacts = contacts
    complaint.account_manager_id = account.manager_id


def _there(work: Work, account_id: int) -> Account:
    account = row_of(work.db, Account, account_id)
    if account is None or account.ended_at is not None:
        raise errors.NotFound(what="account")
    return account


def _linkable(complaint: Complaint) -> None:
    if Stage(complaint.stage) is Stage.CLOSED:
        raise errors.AccountRefused(why="closed", complaint=complaint.id)
    if complaint.anonymous:
        raise errors.AccountRefused(why="anonymous", complaint=complaint.id)
