"""What complaints cost, as its readers read it: the largest first, the rest of each currency, time and its worth."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backoffice import organisation
from backoffice.figures.facts import Kind
from backoffice.figures.reading import Reading
from backoffice.work import Office
from bot.figures import words
from bot.i18n import Reader, speaking_to
from storage import figures
from tests.databases import new_database
from tests.figures.test_oracle import rules

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CAUSES = [cause.code for cause in organisation.load().root_causes[:8]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Eight causes, each dearer than the one before, and one case of which nobody knows why."""
    with new_database("sqlite", tmp_path) as engine:
        office = Office(engine, rules(tmp_path, {"hour_cost = 0 ": "hour_cost = 600000 "}), lambda: NOW)
        rows = [
            {
                "complaint_id": number,
                "kind": kind,
                "at": NOW,
                "day": NOW.date(),
                "code": f"{unit}{cause}",
                "value": value,
            }
            for number, cause in enumerate(CAUSES, start=1)
            for kind, unit, value in ((Kind.COST, "IRR ", number * 10**6), (Kind.HANDLED, "", 600 * number))
        ]
        unknown = {"complaint_id": 9, "kind": Kind.COST, "at": NOW, "day": NOW.date(), "code": "USD ", "value": 2500}
        with office.work() as work:
            figures.replace(work.db, [], [*rows, unknown])
        yield office


def told(office: Office, code: str, reader: Reader) -> list[str]:
    with office.look() as work, speaking_to(reader):
        month = work.organisation.counting.at("month", work.now)
        lines = words.indicator(Reading(work, month), code).splitlines()
    return [line.replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ") for line in lines]


def test_the_largest_are_named_and_the_rest_is_added_up_by_currency(office: Office) -> None:
    names = {each.code: each.words["en"] for each in office.organisation.root_causes}
    assert told(office, "K33", Reader("en")) == ["Cost of remedies: IRR 36,000 · USD 2.50"]
    assert told(office, "K33b", Reader("en")) == [
        "Cost by cause:",
        *(f"· {names[CAUSES[place]]}: IRR {1000 * (place + 1):,}" for place in range(7, 1, -1)),
        "· others: IRR 3,000",
        "· others: USD 2.50",
    ]
    assert told(office, "K34b", Reader("en"))[-2:] == [f"· {names[CAUSES[2]]}: 30 minutes", "· others: 30 minutes"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Cost of handling: 6 hours on 8 cases, which cost IRR 3,600,000"),
        ("fa", "هزینهٔ رسیدگی: ۶ ساعت برای ۸ پرونده با هزینهٔ ۳٬۶۰۰٬۰۰۰ ریال"),
        ("ar", "تكلفة المعالجة: ٦ ساعات في ٨ ملفات بتكلفة ٣٬٦٠٠٬٠٠٠ ريال إيراني"),
    ],
)
def test_time_is_told_with_what_it_cost(office: Office, language: str, words: str) -> None:
    assert told(office, "K34", Reader(language)) == [words]
