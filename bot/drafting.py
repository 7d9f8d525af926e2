"""From a row of the outbox to the call that is made: rights, words, and what its references mean by now."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlmodel import col, select

from backoffice import by_hand, groups, outbox, rights, undelivered
from backoffice.customer_side import belongs
from backoffice.work import Actor, Work
from bot import calls
from bot.calls import METHODS, Call
from storage.complaints import Attachment, Complaint
from storage.people import Person, staff_of
from storage.traffic import OutboxMessage

TARGET_PAUSE = 0.25  # seconds until it is asked again whether an edit's message has arrived
QUERY_SECONDS = 10.0  # after which the answer to a tap is not sent any more

Word = Callable[[Work, OutboxMessage, Person | None, Complaint | None], dict[str, Any] | None]


@dataclass(slots=True)
class Outcome:
    """What became of a row, to be written down; `rest` is how many seconds it waits before it goes again."""

    row: OutboxMessage
    apply: Callable[[Work], object]
    rest: float = 0.0


@dataclass(slots=True, eq=False)
class Errand:
    """A row on its way. `age`: seconds since it was put in the outbox, when it was drafted."""

    row: OutboxMessage
    call: Call
    age: float
    files: dict[int, Attachment] = field(default_factory=dict)
    taken_at: float = field(default_factory=time.monotonic)

    @property
    def rank(self) -> tuple[int, int]:
        return self.row.urgency, self.row.id


def aside(row: OutboxMessage, error: str) -> Outcome:
    return Outcome(row, partial(undelivered.failed, row=row, error=error))


def drop(row: OutboxMessage, reason: str) -> Outcome:
    return Outcome(row, partial(outbox.drop, row=row, reason=reason))


def put_back(
    row: OutboxMessage, error: str | None, rest: float, *, doubtful: bool = False, tried: bool = True
) -> Outcome:
    back = partial(outbox.put_back, row=row, error=error, doubtful=doubtful, tried=tried)
    return Outcome(row, back, rest)


def draft(work: Work, row: OutboxMessage, word: Word) -> Errand | Outcome:
    """The errand that this row is, or what becomes of it without one."""
    age = (work.now - row.created_at).total_seconds()
    worded = _answered(work, row) if "call" in row.body else _worded(work, row, word)
    if isinstance(worded, Outcome):
        return worded
    call = Call(worded.get("call") or worded["method"], worded["args"])
    if call.method not in METHODS:
        return aside(row, "unknown_method")
    if call.method == "answerCallbackQuery" and age > QUERY_SECONDS:
        return drop(row, "too_late")
    settled = _settled(work, row, call)
    if isinstance(settled, Outcome):
        return settled
    return Errand(row, settled, age, _files(work, settled))


def _answered(work: Work, row: OutboxMessage) -> dict[str, Any] | Outcome:
    """What a handler answered stands as it was said; of a case, only as long as its receiver has not left."""
    if row.party in ("staff", "resolver", "recorder") and row.person_id and staff_of(work.db, row.person_id) is None:
        complaint = work.db.get(Complaint, row.complaint_id) if row.complaint_id else None
        return Outcome(row, partial(outbox.withhold, row=row, complaint=complaint))
    body: dict[str, Any] = row.body
    return body


def _worded(work: Work, row: OutboxMessage, word: Word) -> dict[str, Any] | Outcome:
    """A notice in the words of now, if its receiver may still read it."""
    if row.party == groups.PARTY:
        return _for_group(work, row, word)
    person = work.db.get(Person, row.person_id) if row.person_id else None
    complaint = work.db.get(Complaint, row.complaint_id) if row.complaint_id else None
    if person is None:
        return drop(row, "no_person")
    if not _may_read(work, row, person, complaint):
        return Outcome(row, partial(outbox.withhold, row=row, complaint=complaint))
    if person.telegram_id is None:
        return Outcome(row, partial(by_hand.keep, row=row))
    if person.unreachable_since is not None:
        return Outcome(row, partial(outbox.hold, row=row))
    worded = word(work, row, person, complaint)
    if worded is None:
        return drop(row, "nothing_to_say")
    to = {} if "scope" in worded["args"] else {"chat_id": person.telegram_id}  # a menu of commands names its chat there
    return {**worded, "args": {**to, **worded["args"]}}


def _for_group(work: Work, row: OutboxMessage, word: Word) -> dict[str, Any] | Outcome:
    """An alarm in the words of now, if a department is still bound to the group."""
    bound = groups.in_lane(work, row.lane)
    if not bound:
        return Outcome(row, partial(outbox.withhold, row=row, complaint=None))
    worded = word(work, row, None, None)
    if worded is None:
        return drop(row, "nothing_to_say")
    return {**worded, "args": {"chat_id": bound[0].chat_id, **worded["args"]}}


def _may_read(work: Work, row: OutboxMessage, person: Person, complaint: Complaint | None) -> bool:
    """Whether it may still be said to this person, as the side as which it was promised."""
    if row.party == "customer":
        return complaint is None or belongs(person.id, complaint)
    staff = staff_of(work.db, person.id)
    if complaint is None:  # of several cases, or of the desk itself
        return staff is not None
    return rights.may(Actor(person, staff), rights.PARTIES[row.party or "staff"], complaint)


def _settled(work: Work, row: OutboxMessage, call: Call) -> Call | Outcome:
    """The call with the message ids that promised messages have by now."""
    arrived: dict[int, int | None] = {}
    for promised in calls.promised(call):
        arrived[promised] = outbox.resolve(work, promised)
        if arrived[promised] is None and outbox.is_pending(work, row.lane, promised):
            return put_back(row, row.error, TARGET_PAUSE, tried=False)
    return calls.settle(call, arrived) or drop(row, "target_gone")


def _files(work: Work, call: Call) -> dict[int, Attachment]:
    ids = list(calls.attachments(call.args))
    if not ids:
        return {}
    found = work.db.exec(select(Attachment).where(col(Attachment.id).in_(ids)))
    return {attachment.id or 0: attachment for attachment in found}
