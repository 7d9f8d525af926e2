"""Keeps what is counted true to the cases: the log of events says which cases changed, and their facts are made anew.

Nobody who acts on a case waits for it, and nothing can be forgotten: every change that counts is in the log. Only what
has been sealed is read, so that no event turns up later among those that were.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import col, select

from backoffice import assignment
from backoffice.figures.cases import Case, Discarded, dimensions, discarded, later, load, numbers
from backoffice.figures.facts import Counted, Kind, facts
from backoffice.work import Office, Work
from storage import figures, journal
from storage.complaints import Complaint
from storage.figures import BAD, KEY, Fact, Tally
from storage.journal import DISCARDED, AuditEvent
from storage.traffic import setting

BATCH = 50  # events a transaction; short ones hold nobody up
AT_ONCE = 200  # cases a transaction, where nobody else is at work
CHECKED_AT_ONCE = 100  # cases a tick: 30,000 a night
NIGHT = range(1, 6)  # o'clock where the organisation is, when hardly anybody waits for an answer
HEARD, CHECKED = "figures_heard", "figures_checked"  # the last event that was heard; where the check stands
SENTINEL = 2**31 - 1  # before the newest case
REFERENCES = 30  # in one message to the admins
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cases were counted anew, and how much of what was known before was wrong."""

    cases: int
    facts: int
    tallies: int


def follow(work: Work, *, batch: int = BATCH) -> int:
    """Count anew the cases that some further events are about; returns how many events. Call again until none."""
    heard = setting(work.db, HEARD, "0")
    events = _events(work, int(heard.value), batch)
    if not events:
        return 0
    changed = {chain for _number, chain in events if chain != journal.DESK}
    count(work, changed | later(work, sorted(changed)))
    heard.value = str(events[-1][0])
    return len(events)


def skip(work: Work, failure: str) -> None:
    """What comes next cannot be counted, for a defect: the case stays as it was counted, and the admins hear of it."""
    heard = setting(work.db, HEARD, "0")
    ((number, chain),) = _events(work, int(heard.value), 1)
    heard.value = str(number)
    _failed(work, chain, failure)


def count(work: Work, ids: Iterable[int]) -> Counter[date]:
    """Make the facts of these cases anew and correct the tallies; returns on which days facts were not as they should
    be, and how many."""
    cases = sorted(ids)
    old = {each.id: _plain(each) for each in figures.facts_of(work.db, cases)}
    new = [row for case in load(work, cases) for row in _rows(work, case)]
    new += [_draft(work, each) for each in discarded(work, cases)]
    missing, gone = _difference(new, old)
    figures.replace(work.db, gone, missing)
    change = Counter(_key(row) for row in missing if row["until"] is None)
    change.subtract(_key(old[number]) for number in gone if old[number]["until"] is None)
    figures.add_up(work.db, [dict(zip(KEY, key, strict=True)) | {"count": by} for key, by in change.items() if by])
    return Counter(row["day"] for row in [*missing, *(old[number] for number in gone)])


def rebuild(office: Office, told: Callable[[int, int], None] = lambda done, total: None) -> Rebuilt:
    """Count every case and every draft that was given up anew, and add everything up anew, in short transactions:
    reports stay right meanwhile, and what is broken off is simply begun again. `told`: how many are done, of how many.
    """
    with office.work() as work:
        total = work.db.exec(select(func.count()).select_from(Complaint)).one()
        known = (select(Complaint.id), select(AuditEvent.chain).where(DISCARDED))
        nobodys = (col(Fact.complaint_id).not_in(each) for each in known)
        orphans = work.db.connection().execute(delete(Fact).where(*nobodys)).rowcount
        work.record("figures.rebuilt")
    last, done, wrong = 0, 0, Counter({"facts": orphans})
    while ids := _count_after(office, last, wrong):
        last, done = ids[-1], done + len(ids)
        told(done, max(total, done))
    for day in _days(office):
        with office.work() as work:
            wrong["tallies"] += retally(work, day)
    return Rebuilt(done, wrong["facts"], wrong["tallies"])


def _count_after(office: Office, last: int, wrong: Counter[str]) -> list[int]:
    with office.work() as work:
        ids = numbers(work, last, AT_ONCE)
        wrong["facts"] += count(work, ids).total()
    return ids


def _days(office: Office) -> list[date]:
    """Every day on which anything is counted."""
    with office.look() as work:
        facts, tallies = (set(work.db.exec(select(col(model.day)).distinct())) for model in (Fact, Tally))
    return sorted(facts | tallies)


# ------------------------------------------------------------------ the check


def check(work: Work, *, batch: int = CHECKED_AT_ONCE) -> int:
    """Whether what is counted agrees with the cases, and with itself: a part of it at each tick of the night, from the
    newest case and from today backwards, every night anew. What does not agree is counted anew, and the admins hear of
    it.

    Always returns 0: there is no more to do until the next tick.
    """
    if (part := _next(work, batch)) is None:
        return 0
    day, ids = part
    _move_on(work, day, ids)
    miscounted = count(work, set(ids) - _unheard(work))
    wrong = miscounted.total() + sum(retally(work, each) for each in {day, *miscounted})
    if wrong:
        work.record("figures.corrected", day=day.isoformat(), count=wrong)
        assignment.tell_admins(work, "figures_corrected", gather="figures_corrected", count=wrong)
    return 0


def pass_over(work: Work, failure: str) -> None:
    """The case that is to be checked cannot be counted, for a defect."""
    if part := _next(work, 1):
        day, ids = part
        _move_on(work, day, ids)
        _failed(work, ids[0] if ids else journal.DESK, failure)


def retally(work: Work, day: date) -> int:
    """Add up the facts of a day anew; returns how many tallies were wrong."""
    columns = [getattr(Fact, name) for name in KEY]
    right = Counter(
        {
            tuple(row[:-1]): row[-1]
            for row in work.db.execute(
                select(*columns, func.count()).where(*_on(Fact, day), col(Fact.until).is_(None)).group_by(*columns)  # type: ignore[call-overload]
            )
        }
    )
    told = Counter({_key(_plain(each)): each.count for each in work.db.exec(select(Tally).where(*_on(Tally, day)))})
    right.subtract(told)
    wrong = [dict(zip(KEY, key, strict=True)) | {"count": by} for key, by in right.items() if by]
    figures.add_up(work.db, wrong)
    return len(wrong)


# ------------------------------------------------------------------ inside


def _on(model: type[Fact] | type[Tally], day: date) -> tuple[ColumnElement[bool], ...]:
    """Of every kind, by which both tables are ordered."""
    return col(model.kind).in_([*Kind]), col(model.day) == day


def _rows(work: Work, case: Case) -> Iterator[Row]:
    of_case = {"complaint_id": case.complaint.id, **dimensions(case.complaint)}
    for each in facts(work.organisation, case):
        yield _row(work, of_case, each)


def _draft(work: Work, draft: Discarded) -> Row:
    """What was begun and not sent counts by what had been told by then."""
    known = {name: value for name, value in draft.facts.items() if name not in ("why", "recorded")}
    return _row(work, {"complaint_id": draft.number, **known}, Counted(Kind.BEGUN, draft.at, good=BAD))


def _row(work: Work, of: Row, counted: Counted) -> Row:
    return {**of, **counted._asdict(), "kind": str(counted.kind), "day": _day(work, counted.at)}


def _day(work: Work, at: datetime) -> date:
    return at.astimezone(work.organisation.calendar.zone).date()


def _plain(row: Fact | Tally) -> Row:
    return row.model_dump(exclude={"id"})


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def _difference(new: list[Row], old: dict[int, Row]) -> tuple[list[Row], list[int]]:
    """Which of the new are missing, and the ids of the old ones that hold no longer."""
    unmatched: dict[tuple[Any, ...], list[int]] = {}
    for number, row in old.items():
        unmatched.setdefault(_identity(row), []).append(number)
    missing = [row for row in new if not (unmatched.get(_identity(row)) and unmatched[_identity(row)].pop())]
    return missing, [number for numbers in unmatched.values() for number in numbers]


def _identity(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in sorted(row))


def _events(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """Number and chain of the next events that are sealed."""
    sealed = journal.last_seal(work.db)
    until = sealed.last_event_id if sealed else 0
    query = select(AuditEvent.id, AuditEvent.chain).where(col(AuditEvent.id) > after, col(AuditEvent.id) <= until)
    return [(number, chain) for number, chain in work.db.exec(query.order_by(col(AuditEvent.id)).limit(limit))]


def _next(work: Work, batch: int) -> tuple[date, list[int]] | None:
    """Which day comes next in the check, and which cases; None by day, and when tonight's is done."""
    local = work.now.astimezone(work.organisation.calendar.zone)
    if local.hour not in NIGHT:
        return None
    today, place = local.date().isoformat(), setting(work.db, CHECKED, "")
    if place.value == today:
        return None
    if not place.value.startswith(f"{today} "):
        place.value = f"{today} {SENTINEL} {today}"
    _today, last, day = place.value.split(" ")
    return date.fromisoformat(day), numbers(work, int(last), batch, backwards=True)


def _move_on(work: Work, day: date, ids: list[int]) -> None:
    """Note how far the check has come; only the day on which it began, when it has come to the end."""
    place = setting(work.db, CHECKED, "")
    begun = place.value.split(" ")[0]
    before = day - timedelta(days=1)
    more = ids or any(
        work.db.exec(select(model.kind).where(col(model.kind).in_([*Kind]), col(model.day) <= before).limit(1)).first()
        for model in (Fact, Tally)
    )
    place.value = f"{begun} {ids[-1] if ids else 0} {before.isoformat()}" if more else begun


def _failed(work: Work, chain: int, failure: str) -> None:
    work.record("figures.failed", case=chain, error=failure)
    assignment.tell_admins(work, "figures_failed", gather="figures_failed", at_most=REFERENCES, case=chain)


def _unheard(work: Work) -> set[int]:
    """Cases about which there is more in the log than was heard: they are not wrong, only not counted yet."""
    heard = int(setting(work.db, HEARD, "0").value)
    return set(work.db.exec(select(AuditEvent.chain).where(col(AuditEvent.id) > heard)))
