"""What recurs is noticed by itself: whoever can change it is alarmed once a month of each, with the cases (S37, K30).

A cause recurs when it came up as often as the organisation's file says, or half as often again as in the months before;
a category, a product or a branch, of which some come every month, only by the latter, once the desk has such months
behind it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlmodel import select

from backoffice import reminders, rights
from backoffice.figures import indicators
from backoffice.figures.facts import Kind
from backoffice.figures.reading import Reading
from backoffice.learning import occurrences
from backoffice.learning.occurrences import Pattern
from backoffice.organisation_file import ITEMS
from backoffice.periods import Period
from backoffice.rights import Role
from backoffice.work import Work
from storage.complaints import Complaint, first_begun
from storage.figures import Alarm
from storage.people import Person, all_staff
from storage.traffic import setting

LOOKED = "recurrence_looked"
CAUSE, CATEGORY = "cause", "category"
COMPLAINED_OF = (CATEGORY, *ITEMS)  # what can recur besides causes
SHOWN = 5  # of the newest cases


@dataclass(frozen=True, slots=True)
class Recurring:
    """So often now, and so often in the months before, together."""

    what: str
    code: str
    count: int
    before: int


def look(work: Work) -> int:
    """Once an hour: alarm of what recurs and was not told in this month yet. Returns of how much."""
    hour = work.now.isoformat(timespec="hours")
    looked = setting(work.db, LOOKED, "")
    if looked.value == hour:
        return 0
    looked.value = hour
    of = Reading(work, work.organisation.counting.at("month", work.now))
    told = {(each.what, each.code) for each in _told(work, of.period)}
    new = [each for each in _recurring(of) if (each.what, each.code) not in told]
    for each in new:
        _alarm(work, of, each)
    return len(new)


def find(work: Work, alarm_id: int) -> Alarm | None:
    """The alarm, for whoever may see figures of its unit."""
    rights.require(work, "see_unit_figures")
    return work.db.get(Alarm, alarm_id)


def pattern(alarm: Alarm) -> Pattern:
    """What its complaints have in common."""
    if alarm.what == CAUSE:
        return Pattern(cause=alarm.code, department=alarm.department or None)
    return Pattern(**{alarm.what: alarm.code})


def period(alarm: Alarm) -> Period:
    return Period("month", alarm.first, alarm.last)


def cases(work: Work, alarm: Alarm) -> list[Complaint]:
    """The newest of them that the actor may read."""
    since, until = work.organisation.counting.bounds(period(alarm))
    found = occurrences.newest(work, pattern(alarm), since, until, 2 * SHOWN)
    return [each for each in found if rights.may(work.actor, "read", each)][:SHOWN]


# ------------------------------------------------------------------ inside


def _recurring(of: Reading) -> Iterator[Recurring]:
    before = indicators.before(of)
    for cause, count in indicators.recurring(of).by.items():
        yield Recurring(CAUSE, cause, count, before[cause])
    if not _has_past(of):
        return
    for what in COMPLAINED_OF:
        yield from _growing(of, what)


def _growing(of: Reading, what: str) -> Iterator[Recurring]:
    past = [each.by(what, Kind.RECEIVED) for each in indicators.earlier(of)]
    if not any(past[-1]):  # not asked for that long yet: all of them would seem to grow
        return
    earlier: Counter[str] = sum(past, Counter())
    often = of.work.organisation.learning.recurs_from
    for code, count in of.by(what, Kind.RECEIVED).items():
        if code and count >= often and indicators.is_rising(count, earlier[code]):
            yield Recurring(what, code, count, earlier[code])


def _has_past(of: Reading) -> bool:
    """Whether the desk is old enough: in its first months everything would seem to grow."""
    first = first_begun(of.work.db)
    since, _until = of.work.organisation.counting.bounds(indicators.earlier(of)[-1].period)
    return first is not None and first < since


def _told(work: Work, month: Period) -> list[Alarm]:
    return list(work.db.exec(select(Alarm).where(Alarm.first == month.first)))


def _alarm(work: Work, of: Reading, recurring: Recurring) -> None:
    department = _responsible(of, recurring)
    alarm = Alarm(**asdict(recurring), department=department, first=of.period.first, last=of.period.last, at=work.now)
    work.db.add(alarm)
    work.db.flush()
    work.record("recurrence.alarmed", alarm=alarm.id, **asdict(recurring), department=department)
    for person in _answerable(work, department):
        work.tell(person, "recurring", alarm_id=alarm.id, not_before=reminders.soon(work))


def _responsible(of: Reading, recurring: Recurring) -> str:
    """Whose work it is about; of what the organisation's file has no more, nobody's."""
    rules, code = of.work.organisation, recurring.code
    if recurring.what == CAUSE:
        return _unit_of_cause(of, code)
    known = rules.category(code) if recurring.what == CATEGORY else rules.item(recurring.what, code)
    return known.department if known else ""


def _unit_of_cause(of: Reading, cause: str) -> str:
    """The unit that most of its complaints are about."""
    found = of.by("department", Kind.CAUSE, cause).most_common(1)
    return found[0][0] if found else ""


def _answerable(work: Work, department: str) -> list[Person]:
    """The supervisors of the unit and the complaints managers; if there are none, top management."""
    everybody = all_staff(work.db)
    ids = {
        each.person_id
        for each in everybody
        if Role.COMPLAINTS_MANAGER in each.roles
        or (Role.SUPERVISOR in each.roles and each.department in (None, department))
    }
    ids = ids or {each.person_id for each in everybody if Role.TOP_MANAGEMENT in each.roles}
    return [work.db.get_one(Person, each) for each in sorted(ids)]
