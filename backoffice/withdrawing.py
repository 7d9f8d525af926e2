"""A complaint is taken back: by its complainant, or as they provably asked elsewhere; never by the staff (T80)."""

from typing import Any

from backoffice import assignment, rights
from backoffice.closing import close
from backoffice.disputes import failing
from backoffice.entries import add_entry
from backoffice.learning.causes import WITHDRAWN, concerns_safety
from backoffice.lifecycle import move
from backoffice.resuming import tell_customer
from backoffice.stages import Event
from backoffice.words import required
from backoffice.work import Work
from storage.complaints import Complaint


def withdraw(work: Work, complaint: Complaint, *, turn: int | None = None) -> None:
    """The complainant takes it back; the surface asks twice before."""
    rights.require(work, "withdraw", complaint)
    _end(work, complaint, turn)


def record(work: Work, complaint: Complaint, words: str, *, turn: int | None = None) -> None:
    """Note that they asked for it elsewhere, with what proves it; they are told, and can undo it."""
    rights.require(work, "record_withdrawal", complaint)
    evidence = add_entry(work, complaint, "withdrawal", required(words))
    work.record("entry.added", complaint, entry=evidence.id)
    _end(work, complaint, turn, recorded=evidence.id)
    tell_customer(work, complaint, "withdrawal_recorded")


def _end(work: Work, complaint: Complaint, turn: int | None, **facts: Any) -> None:
    """What concerns safety is not over for us: its cause is still looked for, and those above know."""
    failing.taken_back(work, complaint)
    move(work, complaint, Event.WITHDRAWN, turn=turn, **facts)
    close(work, complaint, WITHDRAWN)
    assignment.tell_owner(work, complaint, "case_withdrawn")
    if concerns_safety(work, complaint):
        work.record("case.kept_inside", complaint)
        assignment.tell_overseers(work, complaint, "withdrawn_but_unsafe")
