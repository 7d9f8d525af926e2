"""Tables of the cases of a period, for those who improve goods, services and processes (ISO 10002, 8.2): a line for
each complaint, with what customers wrote, but without who they are, unless somebody may have that and asks for it.

It is made beside everything else, in short transactions; its row is the memory of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select

from backoffice import errors, rights
from backoffice.figures import digests, pseudonyms
from backoffice.figures.cases import Case, load
from backoffice.figures.digests import PAUSES
from backoffice.figures.facts import Kind, facts
from backoffice.periods import Period
from backoffice.surveys import HANDLING, OUTCOME
from backoffice.work import Work
from storage import crypto
from storage.complaints import Attachment, Complaint, Entry
from storage.digests import DUE, MADE, PASSED, STOPPED, Table
from storage.figures import GOOD
from storage.people import Person
from storage.traffic import ANSWER

FORMS = ("xlsx", "csv")
AT_ONCE = 100  # cases a transaction
SAID = ("story", "addition", "reason", "counter", "rating", "grounds", "evidence")  # not in confidence
UNDECIDED = "open"  # a review
LIMITS = ("first_response", "final_response")
Place = tuple[datetime, int]  # when a case was received, and its number: tables are in this order


class Took(NamedTuple):
    """How long something took, in seconds of the desk's own time, and whether that was in time; None: not known yet."""

    seconds: int | None = None
    in_time: bool | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of a case: codes, times, and `said` by its customer, who is the same `customer` in every table."""

    complaint: Complaint
    customer: str
    first_response: Took
    answer: Took
    review: str | None
    outside: tuple[str, str | None] | None  # method and provider
    ended: str | None
    handling: int | None
    outcome: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines, how many cases were left out among them, and where they end; None: there are no more."""

    lines: list[Line]
    left_out: int
    end: Place | None


# ------------------------------------------------------------------ asking for one


def ask(
    work: Work,
    period: Period,
    department: str | None = None,
    *,
    form: str,
    open_words: bool = False,
    message_id: int | None = None,
) -> Table:
    """One of this period, now; who asks for the same while it is being made gets one."""
    allowed = digests.part(work, department).department or ""
    if open_words:
        rights.require(work, "export_words")
    if form not in FORMS:
        raise errors.Invalid(what="unknown_choice")
    wanted: dict[str, Any] = {
        "person_id": work.actor.id, "rhythm": period.kind, "first": period.first, "last": period.last,
        "department": allowed, "form": form, "open_words": open_words, "state": DUE,
    }  # fmt: skip
    same = select(Table).where(*(col(getattr(Table, name)) == value for name, value in wanted.items()))
    new = work.db.exec(same).first() or Table(**wanted, created_at=work.now)
    new.message_id = message_id
    work.db.add(new)
    work.db.flush()
    return new


def stop(work: Work, table_id: int) -> Table:
    """Whoever waits for it does so no longer. Raises errors.Stale where it is done, or another's."""
    digests.part(work)
    table = work.db.exec(select(Table).where(Table.id == table_id).with_for_update()).first()
    if table is None or table.person_id != work.actor.id or table.state != DUE:
        raise errors.Stale()
    table.state = STOPPED
    return table


# ------------------------------------------------------------------ making one


def to_make(work: Work) -> Table | None:
    turn = or_(col(Table.next_at).is_(None), col(Table.next_at) <= work.now)
    return work.db.exec(select(Table).where(Table.state == DUE, turn).order_by(col(Table.id)).limit(1)).first()


def count(work: Work, table: Table) -> int:
    """How many complaints came in the period."""
    found: int = work.db.exec(select(func.count()).select_from(Complaint).where(*_of(work, table))).one()
    return found


def still(work: Work, table: Table) -> None:
    """Whether it is still wanted, by somebody who still may. Raises errors.NotAllowed and errors.Stale."""
    digests.part(work, table.department or None)
    if table.open_words:
        rights.require(work, "export_words")
    if work.db.exec(select(Table.state).where(Table.id == table.id)).first() != DUE:
        raise errors.Stale()


def lines(work: Work, table: Table, labels: Mapping[str, str], after: Place | None) -> Batch:
    """The next lines, of what the actor may read now.

    Raises errors.NotAllowed where they lost the right, and errors.Stale where nobody waits for it any more.
    """
    still(work, table)
    order = col(Complaint.received_at), col(Complaint.id)
    query = select(Complaint.received_at, Complaint.id).where(*_of(work, table)).order_by(*order).limit(AT_ONCE)
    if after is not None:
        at, number = after
        query = query.where(or_(order[0] > at, and_(order[0] == at, order[1] > number)))
    places = [(at, number) for at, number in work.db.exec(query) if at is not None]
    cases = {each.complaint.id: each for each in load(work, [number for _at, number in places])}
    readable = [each for each in cases.values() if rights.may(work.actor, "read", each.complaint)]
    said, people = _said(work, readable), _people(work, readable)
    found = {each.complaint.id: _line(work, table, each, said, people, labels) for each in readable}
    listed = [found[number] for _at, number in places if number in found]
    return Batch(listed, len(places) - len(listed), places[-1] if len(places) == AT_ONCE else None)


def progress(work: Work, table_id: int, written: int, left_out: int, total: int) -> None:
    """How far it is, for who waits. Raises errors.Stale where nobody does."""
    table = _due(work, table_id)
    table.written, table.left_out, table.total = written, left_out, total
    _tell(work, table)


def made(work: Work, table_id: int, files: Sequence[Attachment], written: int, left_out: int) -> None:
    """Its files are stored and go to who asked. Raises errors.Stale where nobody waits for it any more."""
    table = _due(work, table_id)
    still(work, table)
    table.state, table.made_at, table.written, table.left_out = MADE, work.now, written, left_out
    work.db.add_all(files)
    work.db.flush()
    work.record(
        "figures.exported", table=table.id, period=table.rhythm, first=table.first.isoformat(),
        last=table.last.isoformat(), unit=table.department, form=table.form, count=written, left_out=left_out,
        open_words=table.open_words,
    )  # fmt: skip
    _tell(work, table)
    person = work.db.get_one(Person, table.person_id)
    for each in files:
        work.tell(person, "table_file", urgency=ANSWER, table_id=table.id, attachment_id=each.id)


def make_later(work: Work, table_id: int) -> None:
    """It could not be made now; after some attempts it is given up, and who waits is told."""
    table = _due(work, table_id)
    if table.attempts < len(PAUSES):
        table.next_at = work.now + timedelta(seconds=PAUSES[table.attempts])
        table.attempts += 1
        return
    table.state = PASSED
    _tell(work, table)


def give_up(work: Work, table_id: int) -> None:
    """Who asked for it may not have it any more."""
    table = _due(work, table_id)
    table.state = STOPPED


def file_of(table: Table, number: int, files: int, mime: str) -> Attachment:
    """A row for one of its files, whose bytes are stored under a path that another attempt writes over."""
    which = f"-{number}" if files > 1 else ""
    return Attachment(
        complaint_id=None, table_id=table.id, kind="document", file_id="", mime=mime, path=path_of(table, number),
        file_name=f"cases-{table.first}-{table.last}{which}.{table.form}",
    )  # fmt: skip


def path_of(table: Table, number: int) -> str:
    return f"attachments/tables/{table.id}-{number}"


def period_of(table: Table) -> Period:
    return Period(table.rhythm, table.first, table.last)  # type: ignore[arg-type]


# ------------------------------------------------------------------ inside


def _of(work: Work, table: Table) -> list[ColumnElement[bool]]:
    since, until = work.organisation.counting.bounds(period_of(table))
    when = [col(Complaint.received_at) >= since, col(Complaint.received_at) < until]
    return [*when, col(Complaint.department) == table.department] if table.department else when


def _due(work: Work, table_id: int) -> Table:
    table = work.db.exec(select(Table).where(Table.id == table_id, Table.state == DUE).with_for_update()).first()
    if table is None:
        raise errors.Stale()
    return table


def _tell(work: Work, table: Table) -> None:
    person, one = work.db.get_one(Person, table.person_id), f"table:{table.id}"
    work.tell(person, "table_progress", urgency=ANSWER, gather=one, at_most=1, table_id=table.id)


def _said(work: Work, cases: Sequence[Case]) -> dict[int, list[str]]:
    """What the customer of each case said, as it was last worded; of a request for review, once it was sent."""
    drafts = {review.id for case in cases for review in case.reviews if review.requested_at is None}
    ids = [case.complaint.id for case in cases]
    query = select(Entry).where(col(Entry.complaint_id).in_(ids), col(Entry.kind).in_(SAID)).order_by(col(Entry.id))
    worded: dict[int, dict[int, str]] = defaultdict(dict)
    for each in work.db.exec(query):
        if each.text and each.review_id not in drafts:
            worded[each.complaint_id][each.replaces_id or each.id] = each.text
    return {case: list(texts.values()) for case, texts in worded.items()}


def _people(work: Work, cases: Sequence[Case]) -> dict[int, str]:
    """How those call themselves whom a case has to do with."""
    ids = {each for case in cases for each in _concerned(case.complaint)}
    found = work.db.exec(select(Person).where(col(Person.id).in_(ids)))
    return {each.id: each.name for each in found if each.name}


def _concerned(complaint: Complaint) -> list[int]:
    ids = (complaint.customer_id, complaint.owner_id, complaint.subject_id, complaint.representative_id)
    of_account = (complaint.account_manager_id, *map(int, complaint.account_contacts))
    return [each for each in (*ids, *of_account) if each is not None]


def _line(
    work: Work,
    table: Table,
    case: Case,
    said: Mapping[int, list[str]],
    people: Mapping[int, str],
    labels: Mapping[str, str],
) -> Line:
    complaint = case.complaint
    scores = {each.question: each.score for each in case.surveys}
    words = "\n".join(said.get(complaint.id, []))
    took = _took(work, case)
    reviews = [each for each in case.reviews if each.requested_at is not None]
    way = case.referrals[-1] if case.referrals else None
    return Line(
        complaint=complaint,
        customer=pseudonym(complaint),
        first_response=took["first_response"],
        answer=took["final_response"],
        review=(reviews[-1].outcome or UNDECIDED) if reviews else None,
        outside=(way.method, way.provider) if way else None,
        ended=way.ended if way else None,
        handling=scores.get(HANDLING),
        outcome=scores.get(OUTCOME),
        said=words if table.open_words else pseudonyms.pseudonymise(words, _known(case, people), labels),
    )


def _took(work: Work, case: Case) -> dict[str, Took]:
    """The first time that each was done; what is overdue is not in time, though nobody knows yet how long it takes."""
    found = {name: Took() for name in LIMITS}
    for each in sorted(facts(work.organisation, case), key=lambda fact: fact.at):
        if each.code not in LIMITS or found[each.code].seconds is not None:
            continue
        if each.kind == Kind.DONE:
            found[each.code] = Took(each.value, each.good == GOOD)
        elif each.kind == Kind.OVERDUE and each.at <= work.now:
            found[each.code] = Took(None, in_time=False)
    return found


def _known(case: Case, people: Mapping[int, str]) -> dict[str, list[str]]:
    complaint = case.complaint
    named = (each.name for each in case.referrals)  # a mediator of the customer's own
    names = [complaint.name, *(people.get(each) for each in _concerned(complaint)), *named]
    reached = [complaint.contact, *(each.contact for each in case.reviews), *(each.contact for each in case.referrals)]
    known: dict[str, list[Any]] = {
        pseudonyms.NAME: names,
        pseudonyms.COMPANY: [complaint.company],
        pseudonyms.CONTACT: reached,
        pseudonyms.ORDER: [complaint.reference],
    }
    return {kind: [each for each in values if each] for kind, values in known.items()}


def pseudonym(complaint: Complaint) -> str:
    """The same for all cases of somebody, in every table of this installation; nobody without the key can turn it back.
    An anonymous case is tied to no other."""
    who = f"case {complaint.id}" if complaint.anonymous else complaint.customer_id
    return f"P{crypto.lookup('pseudonym', who):016x}".upper()
