"""Every indicator can be told in every language, whatever it is made of."""

from datetime import date
from pathlib import Path

import pytest

from backoffice.figures.indicators import INDICATORS
from backoffice.figures.reading import Reading
from bot.figures import words
from bot.figures.report import TOPICS
from bot.i18n import Reader, languages, speaking_to
from tests.databases import new_database
from tests.figures.test_oracle import COUNTED, NOW, lived, rules

HOUR, DAY = 3600, 86_400


def test_each_stands_on_one_page() -> None:
    told = [code for _title, codes in TOPICS.values() for code in codes]
    assert sorted(told) == sorted(INDICATORS)


@pytest.mark.parametrize("language", languages())
def test_a_year_can_be_told(language: str, tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path) as engine:
        desk = lived(engine, rules(tmp_path, COUNTED), 300)
        for day in (date(2025, 9, 1), NOW.date()):
            with desk.office.look() as work, speaking_to(Reader(language)):
                of = Reading(work, desk.period("year", day))
                told = {code: words.indicator(of, code) for code in INDICATORS}
            assert not [code for code, text in told.items() if "{" in text or not text]


@pytest.mark.parametrize(
    ("language", "seconds", "said"),
    [
        ("en", HOUR, "1 hour"),
        ("en", 36 * HOUR, "36 hours"),
        ("en", 2.5 * DAY, "2.5 days"),
        ("fa", 3 * DAY, "۳ روز"),
        ("fa", 2.5 * DAY, "۲٫۵ روز"),
        ("ar", 2 * HOUR, "ساعتان"),
        ("ar", 3 * DAY, "٣ أيام"),
        ("ar", 2.96 * DAY, "٣ أيام"),
        ("ar", 3.5 * DAY, "٣٫٥ يوم"),
        ("ar", 12 * DAY, "١٢ يومًا"),
    ],
)
def test_whole_days_and_hours_are_counted_as_the_language_counts(language: str, seconds: float, said: str) -> None:
    with speaking_to(Reader(language)):
        assert words.span(seconds) == said
