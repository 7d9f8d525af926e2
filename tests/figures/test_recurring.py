"""What is alarmed of products, branches and categories, against a plain count of years of complaints."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice import organisation
from backoffice.learning import recurrence
from backoffice.work import Office
from storage.figures import Alarm
from tests.databases import new_database
from tests.figures.lives import Life
from tests.figures.plain import Known
from tests.figures.test_oracle import SINCE, lived

KINDS = ("category", "product", "branch")
MONTHS = 24


def months(rules: organisation.Organisation) -> list[tuple[datetime, datetime]]:
    """Beginning and end of each, by the calendar of the desk, the oldest first."""
    counting = rules.counting
    last = counting.containing("month", date(2026, 10, 1))
    return [counting.bounds(counting.before(last, back)) for back in reversed(range(MONTHS))]


def growing(known: list[Known], months: list[tuple[datetime, datetime]], place: int) -> set[tuple[str, str, int, int]]:
    """Five or more in the month, and half as often again as on average in the three before; those must be known."""

    def came(month: int, kind: str) -> Counter[str]:
        since, until = months[month]
        return Counter(getattr(life, kind) for life in lives if life.received_at and since <= life.received_at < until)

    lives: list[Life] = [each.life for each in known]
    found = set()
    for kind in KINDS:
        for code, now in came(place, kind).items():
            before = sum(came(place - back, kind)[code] for back in (1, 2, 3))
            if code and now >= 5 and before and Fraction(now) >= Fraction(3, 2) * Fraction(before, 3):
                found.add((kind, code, now, before))
    return found


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_is_what_a_plain_count_finds(tmp_path: Path, dialect: str) -> None:
    rules = organisation.load()
    with new_database(dialect, tmp_path) as engine:
        desk, spans, kinds = lived(engine, rules, 1200), months(rules), Counter[str]()
        assert spans[3][0] > datetime.combine(SINCE, datetime.min.time(), UTC)
        for place in range(3, MONTHS):
            until = spans[place][1] - timedelta(seconds=1)
            office = Office(engine, rules, lambda until=until: until)  # type: ignore[misc]
            with office.work() as work:
                recurrence.look(work)
            with office.look() as work:
                told = work.db.exec(select(Alarm).where(Alarm.at == until, Alarm.what != "cause"))
                alarmed = {(each.what, each.code, each.count, each.before) for each in told}
            assert (place, alarmed) == (place, growing(desk.known, spans, place))
            kinds.update(kind for kind, *_counts in alarmed)
        assert {"category", "product"} <= set(kinds)
