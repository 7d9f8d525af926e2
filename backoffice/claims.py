"""How somebody takes over, in their own chat, a case that a colleague wrote down for them.

A link leads there, once; that it is them is shown by the last digits of the phone number that they gave, or, where
there is none, by the secret on their slip.
"""

import secrets
from dataclasses import dataclass

from sqlmodel import select

from backoffice import codes, contacts, errors, outbox, rights
from backoffice.work import Work
from storage import claims, complaints, crypto
from storage.claims import Claim
from storage.complaints import Complaint
from storage.people import Person, colleague

PREFIX = "claim-"
TOKEN_BYTES = 18
MAX_WRONG = 5
DIGITS, SECRET = "digits", "secret"


@dataclass(frozen=True, slots=True)
class Given:
    """What the complainant is given, once: the link, and the secret where no phone number is known."""

    link: str
    secret: str | None


def issue(work: Work, complaint: Complaint, start: str, secret: str | None = None) -> Given:
    """A link to the case, and its picture to whoever makes it; any link before it is worth nothing any more.

    `start`: what links into the bot begin with. `secret`: one that opens the case already.
    """
    if complaint.anonymous or contacts.last_digits(complaint.contact) is None:
        secret = secret or codes.new_secret()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    claim = Claim(
        complaint_id=complaint.id,
        token_hash=crypto.lookup("claim", token),
        secret_hash=crypto.hash_secret(secret) if secret else None,
        made_by=work.actor.id,
        made_at=work.now,
        expires_at=work.organisation.due("claim", None, work.now),
    )
    work.db.add(claim)
    work.db.flush()
    work.record("claim.issued", complaint, claim=claim.id)
    link = f"{start}{PREFIX}{token}"
    if work.actor.person is not None:
        work.tell(work.actor.person, "claim_code", complaint, party="recorder", link=link)
    return Given(link, secret)


def renew(work: Work, complaint: Complaint, start: str) -> Given:
    """Another link, in place of one that is lost or over. Of an anonymous case nobody but its complainant has the
    secret, and nobody here can say whether it is them."""
    rights.require(work, "pass_on", complaint)
    if not can_be_claimed(work, complaint):
        raise errors.ClaimRefused(why="used")
    if complaint.anonymous:
        raise errors.ClaimRefused(why="anonymous")
    return issue(work, complaint, start)


def can_be_claimed(work: Work, complaint: Complaint) -> bool:
    """Whether its complainant has no chat yet."""
    return work.db.get_one(Person, complaint.customer_id).telegram_id is None


def look(work: Work, token: str) -> str:
    """What the actor has to show of themselves to take the case of this link: DIGITS or SECRET."""
    return SECRET if _open(work, token)[0].secret_hash else DIGITS


def take(work: Work, token: str, proof: str) -> Complaint:
    """The case, and every word that still waits for its complainant, becomes the actor's."""
    claim, complaint = _open(work, token)
    if not _proves(claim, complaint, proof):
        raise errors.WrongProof(claim=claim.id, left=MAX_WRONG - claim.wrong - 1)
    claim.used_at, claim.used_by = work.now, work.actor.id
    linked = complaints.by_id(work.db, complaint.linked_id) if complaint.linked_id else None
    adopt(work, complaint)
    if linked is not None and not linked.anonymous and not complaint.anonymous and can_be_claimed(work, linked):
        adopt(work, linked)
    return complaint


def count_wrong(work: Work, claim_id: int) -> None:
    """A wrong proof is counted although the attempt itself was rolled back."""
    claim = work.db.get_one(Claim, claim_id)
    claim.wrong += 1
    work.record("claim.wrong", work.db.get_one(Complaint, claim.complaint_id), claim=claim.id, tries=claim.wrong)


def adopt(work: Work, complaint: Complaint) -> None:
    """Whoever it was written down for is the actor: all of theirs becomes the actor's. A member of staff is nobody's
    complainant this way."""
    if work.actor.staff is not None:
        raise errors.ClaimRefused(why="staff")
    before, now = work.db.get_one(Person, complaint.customer_id), work.actor.person
    if now is None or before.telegram_id is not None:
        raise errors.ClaimRefused(why="used")
    for each in work.db.exec(select(Complaint).where(Complaint.customer_id == before.id)).all():
        each.customer_id = now.id
        each.touched_at = work.now
        work.record("complaint.claimed", each, was=before.id)
        if owner := colleague(work.db, each.owner_id):
            work.tell(owner, "customer_claimed", each)
    now.language = now.language or before.language
    outbox.redirect(work, before, now)


def _open(work: Work, token: str) -> tuple[Claim, Complaint]:
    """The link and its case, while the actor can take it."""
    claim = claims.by_token(work.db, token)
    if claim is None:
        raise errors.ClaimRefused(why="unknown")
    if work.actor.staff is not None:
        raise errors.ClaimRefused(why="staff")
    complaint = work.db.get_one(Complaint, claim.complaint_id)
    newest = claims.newest_of(work.db, complaint.id)
    if complaint.customer_id == work.actor.id:
        raise errors.ClaimRefused(why="yours", complaint=complaint.id)
    if claim.used_at is not None or not can_be_claimed(work, complaint):
        raise errors.ClaimRefused(why="used")
    if newest is not None and newest.id != claim.id:
        raise errors.ClaimRefused(why="replaced")
    if claim.expires_at <= work.now:
        raise errors.ClaimRefused(why="expired")
    if claim.wrong >= MAX_WRONG:
        raise errors.ClaimRefused(why="tried")
    return claim, complaint


def _proves(claim: Claim, complaint: Complaint, proof: str) -> bool:
    if claim.secret_hash is not None:
        return crypto.secret_matches(codes.parse_secret(proof), claim.secret_hash)
    return contacts.digits_of(proof) == contacts.last_digits(complaint.contact)
