"""Business customers as the desk keeps them: who looks after them, what their contracts say, who speaks for them (S13).

What of it stands on their cases is kept in step (`backoffice/account_cases.py`).
"""

import secrets
from dataclasses import dataclass

from sqlmodel import col, select

from backoffice import errors, rights
from backoffice.account_cases import all_there, cases, count_open, hand_on, keep_in_step, tighten
from backoffice.organisation_file import parse_limit
from backoffice.pages import page_of
from backoffice.people import MAX_NAME as MAX_PERSON
from backoffice.people import TOKEN_BYTES
from backoffice.rights import Role
from backoffice.targets import BY_CONTRACT
from backoffice.words import folded, latin_digits, required, tidy, within
from backoffice.work import Work
from storage import accounts, crypto, people
from storage.accounts import DECISION, READ, REPORT, Account, Clause, Contact
from storage.columns import row_of
from storage.complaints import Complaint
from storage.people import Invitation, Person

ROLES = (DECISION, REPORT, READ)
MANAGER = Role.COMPLAINTS_MANAGER
BINDS = ("facilitative", "determinative")  # to mediation, or to arbitration
PREFIX = "contact-"
PAGE = 6
MAX_NAME, MAX_CONTRACT, MAX_TITLE, MAX_CLAUSE = 120, 60, 60, 1500
MAX_CONTACTS, MAX_CLAUSES, LONGEST = 30, 12, 365


@dataclass(frozen=True, slots=True)
class Listed:
    """A business customer, who looks after it, and how many of its cases are open."""

    account: Account
    manager: Person | None
    open: int


# ------------------------------------------------------------------ seen


def listed(work: Work, page: int = 0) -> tuple[list[Listed], bool]:
    """A page of those that the actor may see, by name, and whether there are more. Raises errors.Invalid."""
    rights.require(work, "see_accounts")
    seen = [each for each in all_there(work) if _sees(work, each)]
    found, more = page_of(seen, page, PAGE)
    return [_listed(work, each) for each in found], more


def find(work: Work, number: int) -> Listed:
    """One of them; one that has ended can still be looked at. Raises errors.NotFound."""
    rights.require(work, "see_accounts")
    found = row_of(work.db, Account, number)
    if found is None or not _sees(work, found):
        raise errors.NotFound(what="account")
    return _listed(work, found)


def candidates(work: Work, page: int = 0) -> tuple[list[Person], bool]:
    """A page of those who can look after a business customer, by name, and whether there are more."""
    rights.require(work, "keep_accounts")
    found = [person for staff, person in people.team(work.db) if _manages(staff.roles)]
    found.sort(key=lambda each: ((each.name or "").casefold(), each.id))
    return page_of(found, page, PAGE)


def open_cases(work: Work, account: Account) -> list[Complaint]:
    """The open ones of the account that the actor may read, newest first."""
    rights.require(work, "see_accounts")
    found = reversed(cases(work, account, open_only=True))
    return [each for each in found if rights.may(work.actor, "read", each)]


# ------------------------------------------------------------------ the account


def open_account(work: Work, name: str) -> Account:
    """A business customer; there is one of its name."""
    rights.require(work, "keep_accounts")
    name = required(name, MAX_NAME)
    name_hash = accounts.hash_of(folded(name))
    if accounts.by_name(work.db, name_hash) is not None:
        raise errors.AccountRefused(why="taken")
    account = Account(name=name, name_hash=name_hash, opened_at=work.now, opened_by=work.actor.id)
    work.db.add(account)
    work.db.flush()
    work.record("account.opened", account=account.id)
    return account


def name_manager(work: Work, account: Account, person_id: int | None) -> None:
    """Who looks after it, from now on and for all of its cases; None: nobody."""
    _require(work, "keep_accounts", account)
    everybody = people.team(work.db)
    found = next((person for staff, person in everybody if person.id == person_id and _manages(staff.roles)), None)
    if person_id is not None and found is None:
        raise errors.NotFound(what="colleague")
    was, account.manager_id = account.manager_id, person_id
    keep_in_step(work, account)
    work.record("account.manager_named", account=account.id, manager=person_id, was=was)
    if found is not None and person_id not in (was, work.actor.id):
        work.tell(found, "account_yours", account=account.id)


def set_contract(work: Work, account: Account, number: str | None) -> None:
    _require(work, "keep_accounts", account)
    account.contract = None if number is None else required(number, MAX_CONTRACT)
    work.record("account.contract_written", account=account.id)


def set_limit(work: Work, account: Account, target: str, limit: str | None) -> None:
    """A shorter limit by contract, as the organisation's file writes it; None: none of its own. What runs on open cases
    may end sooner by it, and never later."""
    _require(work, "keep_accounts", account)
    if target not in BY_CONTRACT:
        raise errors.Invalid(what="unknown_choice")
    kept = {name: each for name, each in account.limits.items() if name != target}
    account.limits = kept if limit is None else {**kept, target: _limit(limit)}
    work.record("account.limit_set", account=account.id, target=target, limit=account.limits.get(target))
    for complaint in cases(work, account, open_only=True):
        tighten(work, complaint)


def end_account(work: Work, account: Account) -> None:
    """It is no business customer any more: no new case is of it, and nobody joins. Its open cases go on as they are."""
    _require(work, "keep_accounts", account)
    account.ended_at = work.now
    work.record("account.ended", account=account.id)
    waiting = Invitation.account_id == account.id, col(Invitation.used_at).is_(None)
    for invitation in work.db.exec(select(Invitation).where(*waiting, col(Invitation.expires_at) > work.now)):
        invitation.expires_at = work.now


def give_back(work: Work, person_id: int) -> None:
    """Whoever looked after business customers leaves: those who can name somebody else hear of it."""
    for account in accounts.managed_by(work.db, person_id):
        account.manager_id = None
        keep_in_step(work, account)
        work.record("account.manager_left", account=account.id, was=person_id)
        if account.ended_at is None:
            for person in _keepers(work):
                if person.id != person_id:
                    work.tell(person, "account_unmanaged", account=account.id)


# ------------------------------------------------------------------ what the contract says


def write_clause(work: Work, account: Account, title: str, text: str, binds: str | None = None) -> Clause:
    """What the contract says. `binds`: to which method outside it binds both sides (S21)."""
    _require(work, "write_clauses", account)
    if binds not in (None, *BINDS):
        raise errors.Invalid(what="unknown_choice")
    if len(accounts.clauses_of(work.db, account.id)) >= MAX_CLAUSES:
        raise errors.AccountRefused(why="full")
    clause = Clause(
        account_id=account.id,
        title=required(title, MAX_TITLE),
        text=required(text, MAX_CLAUSE),
        binds=binds,
        written_at=work.now,
        written_by=work.actor.id,
    )
    work.db.add(clause)
    work.db.flush()
    work.record("account.clause_written", account=account.id, clause=clause.id, binds=binds)
    return clause


def remove_clause(work: Work, account: Account, clause_id: int) -> None:
    """The contract does not say so any more."""
    _require(work, "write_clauses", account)
    clause = find_clause(work, account, clause_id)
    clause.removed_at = work.now
    work.record("account.clause_removed", account=account.id, clause=clause.id)


def find_clause(work: Work, account: Account, clause_id: int) -> Clause:
    found = next((each for each in accounts.clauses_of(work.db, account.id) if each.id == clause_id), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    return found


# ------------------------------------------------------------------ who speaks for it


def invite_contact(work: Work, account: Account, role: str) -> str:
    """The token of a one-time link for somebody of the business customer; it is returned once and never stored."""
    _require(work, "tend_contacts", account)
    if role not in ROLES:
        raise errors.Invalid(what="unknown_choice")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_hash=crypto.lookup("invitation", token),
        roles=[role],
        capacity=0,
        account_id=account.id,
        invited_by=work.actor.id,
        created_at=work.now,
        expires_at=work.organisation.due("invitation", None, work.now),
    )
    work.db.add(invitation)
    work.db.flush()
    work.record("account.contact_invited", account=account.id, invitation=invitation.id, role=role)
    return token


def join(work: Work, token: str, name: str) -> tuple[Account, Contact]:
    """Somebody of the business customer follows their link; from now on its cases are theirs to follow, or more.

    Raises errors.AccountRefused (link_unknown, link_used, link_expired, staff, there, full, ended).
    """
    person, invitation = work.actor.person, people.invitation_by_token(work.db, token)
    account = accounts.by_id(work.db, invitation.account_id) if invitation else None
    if person is None or invitation is None or account is None:
        raise errors.AccountRefused(why="link_unknown")
    if (why := _unusable(work, invitation, account, person)) is not None:
        raise errors.AccountRefused(why=why)
    invitation.used_at, invitation.used_by = work.now, person.id
    person.name = tidy(name)[:MAX_PERSON] or person.name
    contact = Contact(account_id=account.id, person_id=person.id, role=invitation.roles[0], since=work.now)
    work.db.add(contact)
    work.db.flush()
    keep_in_step(work, account)
    work.record("account.contact_joined", account=account.id, person=person.id, role=contact.role)
    return account, contact


def change_contact(work: Work, account: Account, person_id: int, role: str) -> None:
    """What a contact may do from now on."""
    _require(work, "tend_contacts", account)
    contact = find_contact(work, account, person_id)
    if role not in ROLES:
        raise errors.Invalid(what="unknown_choice")
    was, contact.role = contact.role, role
    keep_in_step(work, account)
    work.record("account.contact_changed", account=account.id, person=person_id, role=role, was=was)
    if was != role:
        work.tell(work.db.get_one(Person, person_id), "account_role", party="customer", account=account.id)


def remove_contact(work: Work, account: Account, person_id: int) -> None:
    """Somebody does not speak for the business customer any more; what they complained of for it goes on with a
    colleague of theirs."""
    _require(work, "tend_contacts", account)
    contact = find_contact(work, account, person_id)
    contact.left_at = work.now
    keep_in_step(work, account)
    hand_on(work, account, person_id)
    work.record("account.contact_left", account=account.id, person=person_id)
    work.tell(work.db.get_one(Person, person_id), "account_role", party="customer", account=account.id)


def find_contact(work: Work, account: Account, person_id: int) -> Contact:
    contacts = accounts.contacts_of(work.db, account.id)
    found = next((contact for contact, _person in contacts if contact.person_id == person_id), None)
    if found is None:
        raise errors.Invalid(what="unknown_choice")
    return found


# ------------------------------------------------------------------ inside


def _sees(work: Work, account: Account) -> bool:
    """Whoever looks after business customers sees their own, the others all."""
    return account.manager_id == work.actor.id or rights.may(work.actor, "oversee_accounts")


def _require(work: Work, action: str, account: Account) -> None:
    rights.require(work, action)
    if not _sees(work, account):
        raise errors.NotFound(what="account")
    if account.ended_at is not None:
        raise errors.AccountRefused(why="ended")


def _listed(work: Work, account: Account) -> Listed:
    manager = people.colleague(work.db, account.manager_id)
    return Listed(account, manager, count_open(work, account))


def _manages(roles: list[str]) -> bool:
    return Role.ACCOUNT_MANAGER in roles


def _unusable(work: Work, invitation: Invitation, account: Account, person: Person) -> str | None:
    """Why nobody, or not this person, can follow the link."""
    reasons = {
        "link_used": invitation.used_at is not None,
        "ended": account.ended_at is not None,
        "link_expired": invitation.expires_at <= work.now,
        "staff": work.actor.staff is not None,
        "there": accounts.contact_of(work.db, account.id, person.id) is not None,
        "full": len(accounts.contacts_of(work.db, account.id)) >= MAX_CONTACTS,
    }
    return next((why for why, so in reasons.items() if so), None)


def _limit(text: str) -> str:
    """As the organisation's file writes it. Raises errors.AccountRefused where it can be no limit."""
    try:
        limit = parse_limit(latin_digits(within(text, MAX_CONTRACT)))
    except ValueError:
        limit = None
    if limit is None or limit.amount > LONGEST:
        raise errors.AccountRefused(why="limit")
    return f"{limit.amount} {limit.unit}"


def _keepers(work: Work) -> list[Person]:
    """Who can name another account manager: complaints managers, or else those who run the desk."""
    everybody = people.team(work.db)
    held = [[person for staff, person in everybody if role in staff.roles] for role in (MANAGER, Role.ADMIN)]
    return held[0] or held[1]
