"""A desk on which much was counted: three months of it, always the same."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from backoffice.figures.facts import Kind
from backoffice.work import Office
from storage import figures
from storage.digests import Digest
from storage.figures import BAD, FOREVER, GOOD, KEY, NEITHER
from storage.people import Person, Staff

CASES, DAYS = 120, 90
COSTS = 4_711  # of a remedy, in units of the currency


def fill(office: Office) -> None:
    """So many cases, of which most were answered and closed, some were rated and some went further."""
    luck = random.Random(7)
    with office.work() as work:
        rows = [row for number in range(1, CASES + 1) for row in _case(office, luck, number)]
        figures.replace(work.db, [], rows)
        counted = Counter(tuple(row[name] for name in KEY) for row in rows if row["until"] is None)
        figures.add_up(work.db, [dict(zip(KEY, key, strict=True)) | {"count": n} for key, n in counted.items()])


def manager(office: Office, language: str, name: str = "Sara", number: int = 1) -> Person:
    with office.work() as work:
        person = Person(telegram_hash=number, telegram_id=number, name=name, language=language, first_seen=work.now)
        work.db.add(person)
        work.db.flush()
        roles = ["complaints_manager"]
        work.db.add(Staff(person_id=person.id, roles=roles, languages=[language], capacity=5, joined_at=work.now))
        return person


def digest(office: Office, person: Person, kind: Any = "month", department: str = "") -> Digest:
    """Of the period that runs."""
    now = office.clock()
    period = office.organisation.counting.at(kind, now)
    return Digest(
        id=1, person_id=person.id, rhythm=kind, first=period.first, last=period.last, department=department,
        paper=True, sheet=True, created_at=now,
    )  # fmt: skip


def _case(office: Office, luck: random.Random, number: int) -> list[dict[str, Any]]:
    organisation, now, rows = office.organisation, office.clock(), list[dict[str, Any]]()
    category = luck.choice(organisation.categories[:6])
    came = now - timedelta(days=luck.random() * DAYS)
    answered = came + timedelta(days=luck.random() * 12)
    of_case = {
        "complaint_id": number, "department": category.department, "category": category.code, "channel": "telegram",
        "language": luck.choice(["fa", "ar", "en"]), "business": luck.random() < 0.2, "until": None, "code": "",
        "good": NEITHER, "value": None, "product": ("", "fridge", "gone")[number % 3], "branch": "",
    }  # fmt: skip

    def add(kind: Kind, at: Any, **more: Any) -> None:
        day = at.astimezone(organisation.calendar.zone).date()
        rows.append({**of_case, "kind": str(kind), "at": at, "day": day, **more})

    add(Kind.RECEIVED, came)
    if luck.random() < 0.7:
        add(Kind.CAUSE, came, code=organisation.root_causes[min(int(luck.expovariate(0.5)), 8)].code)
    if answered > now:
        add(Kind.OPEN, came, until=FOREVER, value=int(came.timestamp()))
        return rows
    in_time = GOOD if luck.random() < 0.85 else BAD
    add(Kind.DONE, answered, code="final_response", good=in_time, value=luck.randint(3600, 200_000))
    add(Kind.ANSWERED, answered, code=luck.choice(["upheld", "not_upheld"]))
    add(Kind.CLOSED, answered, code="resolved", good=GOOD)
    add(Kind.RATED, answered, code="outcome", good=GOOD, value=5)
    if luck.random() < 0.2:
        add(Kind.COST, answered, code=organisation.currency, value=COSTS * 1000)
    return rows
