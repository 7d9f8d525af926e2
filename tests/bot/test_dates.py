"""Dates as each reader writes and reads them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import dates
from bot.i18n import Reader, speaking_to

TODAY = date(2026, 11, 21)  # Saturday 30 Aban 1405, 11 Jumada II 1448
TEHRAN = ZoneInfo("Asia/Tehran")
PERSIAN = Reader("fa", zone=TEHRAN)
ARABIC = Reader("ar", zone=TEHRAN)
HIJRI = Reader("ar", hijri=True, zone=TEHRAN)
ENGLISH = Reader("en", zone=TEHRAN)


class TestDay:
    @pytest.mark.parametrize(
        ("reader", "shown"),
        [
            (PERSIAN, "یکشنبه ۸ آذر"),
            (Reader("fa", native_digits=False, zone=TEHRAN), "یکشنبه 8 آذر"),
            (ARABIC, "الأحد ٢٩ نوفمبر"),
            (HIJRI, "الأحد ١٩ جمادى الآخرة"),
            (ENGLISH, "Sunday 29 November"),
        ],
    )
    def test_in_the_readers_calendar_and_digits(self, reader: Reader, shown: str) -> None:
        with speaking_to(reader):
            assert dates.day(datetime(2026, 11, 29, 12, tzinfo=UTC)) == shown

    def test_the_day_is_that_of_the_organisation(self) -> None:
        with speaking_to(PERSIAN):
            assert dates.day(datetime(2026, 11, 28, 21, 0, tzinfo=UTC)) == "یکشنبه ۸ آذر"
            assert dates.clock(datetime(2026, 11, 28, 21, 0, tzinfo=UTC)) == "۰۰:۳۰"


class TestParse:
    @pytest.mark.parametrize(
        ("reader", "typed", "meant"),
        [
            (PERSIAN, "۱۴۰۵/۰۸/۲۹", date(2026, 11, 20)),
            (PERSIAN, "1405-8-29", date(2026, 11, 20)),
            (PERSIAN, "۲۹/۸/۱۴۰۵", date(2026, 11, 20)),
            (PERSIAN, "۲۹ آبان", date(2026, 11, 20)),
            (PERSIAN, "۲۹ آبان ماه ۱۴۰۴", date(2025, 11, 20)),
            (PERSIAN, "۱۰ دی", date(2025, 12, 31)),
            (PERSIAN, "دیروز", date(2026, 11, 20)),
            (PERSIAN, "2026-11-20", date(2026, 11, 20)),
            (ARABIC, "٢٠/١١/٢٠٢٦", date(2026, 11, 20)),
            (ARABIC, "٢٠ نوفمبر", date(2026, 11, 20)),
            (ARABIC, "1448/6/10", date(2026, 11, 20)),
            (ARABIC, "١٠ جمادى الآخرة", date(2026, 11, 20)),
            (ARABIC, "أمس", date(2026, 11, 20)),
            (ENGLISH, "20 November", date(2026, 11, 20)),
            (ENGLISH, "20 Nov 2025", date(2025, 11, 20)),
            (ENGLISH, "3.1.26", date(2026, 1, 3)),
            (ENGLISH, "24 December", date(2025, 12, 24)),
            (ENGLISH, " \u2066Today\u2069 ", TODAY),
        ],
    )
    def test_what_people_type(self, reader: Reader, typed: str, meant: date) -> None:
        with speaking_to(reader):
            assert dates.parse_day(typed, TODAY) == meant

    @pytest.mark.parametrize("typed", ["", "soon", "32/13/2026", "۳۱ مهر", "99", "the 5th of never", "1405/13/01"])
    def test_what_is_no_date(self, typed: str) -> None:
        with speaking_to(PERSIAN):
            assert dates.parse_day(typed, TODAY) is None

    @given(st.text(max_size=40), st.sampled_from([PERSIAN, ARABIC, HIJRI, ENGLISH]))
    def test_any_text_is_a_date_or_nothing(self, typed: str, reader: Reader) -> None:
        with speaking_to(reader):
            dates.parse_day(typed, TODAY)

    @given(st.dates(date(2017, 1, 1), TODAY), st.sampled_from([PERSIAN, ARABIC, HIJRI, ENGLISH]))
    def test_the_example_we_show_is_read_back(self, day: date, reader: Reader) -> None:
        with speaking_to(reader):
            assert dates.parse_day(dates.short(day), TODAY) == day

    @given(st.dates(date(2025, 11, 25), TODAY), st.sampled_from([PERSIAN, ARABIC, HIJRI, ENGLISH]))
    def test_the_long_form_is_read_back_without_its_weekday(self, day: date, reader: Reader) -> None:
        with speaking_to(reader):
            words = dates.day(day, year=True).split(" ", 1)[1]
            assert dates.parse_day(words, TODAY) == day


class TestAhead:
    @pytest.mark.parametrize(
        ("reader", "typed", "meant"),
        [
            (PERSIAN, "۸ آذر", date(2026, 11, 29)),
            (PERSIAN, "۲۹ آبان", date(2027, 11, 20)),
            (PERSIAN, "فردا", date(2026, 11, 22)),
            (ARABIC, "٢٩ نوفمبر", date(2026, 11, 29)),
            (ARABIC, "١٠ جمادى الآخرة", date(2027, 11, 9)),
            (ARABIC, "غدًا", date(2026, 11, 22)),
            (ENGLISH, "21 November", TODAY),
            (ENGLISH, "20 November", date(2027, 11, 20)),
            (ENGLISH, "20 Nov 2026", date(2026, 11, 20)),
            (ENGLISH, "tomorrow", date(2026, 11, 22)),
        ],
    )
    def test_without_a_year_it_is_the_next_such_day(self, reader: Reader, typed: str, meant: date) -> None:
        with speaking_to(reader):
            assert dates.parse_day(typed, TODAY, ahead=True) == meant
