"""What a period is called, by its name where its reader counts by the same months; and the way through the years."""

from datetime import date
from pathlib import Path

import pytest

from backoffice.periods import Counting, Kind
from bot import periods
from bot.i18n import Reader, speaking_to
from bot.keyboards import Go
from bot.texts import FSI, LRI, PDI
from tests.running import TEHRAN, running, text_of

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("reader", "months", "kind", "called"),
    [
        (Reader("fa"), "jalali", "day", "پنجشنبه ۵ آذر ۱۴۰۵"),
        (Reader("fa"), "jalali", "week", "از شنبه ۳۰ آبان ۱۴۰۵ تا جمعه ۶ آذر ۱۴۰۵"),
        (Reader("fa"), "jalali", "month", "آذر ۱۴۰۵"),
        (Reader("fa"), "jalali", "year", "سال ۱۴۰۵"),
        (Reader("fa", native_digits=False), "jalali", "month", "آذر 1405"),
        (Reader("fa"), "gregorian", "month", "از یکشنبه ۱۰ آبان ۱۴۰۵ تا دوشنبه ۹ آذر ۱۴۰۵"),
        (Reader("en"), "gregorian", "month", "November 2026"),
        (Reader("en"), "gregorian", "year", "Year 2026"),
        (Reader("en"), "jalali", "year", "Saturday 21 March 2026 to Saturday 20 March 2027"),
        (Reader("en"), "jalali", "week", "Saturday 21 November 2026 to Friday 27 November 2026"),
        (Reader("ar"), "gregorian", "month", "نوفمبر ٢٠٢٦"),
        (Reader("ar"), "gregorian", "year", "سنة ٢٠٢٦"),
        (Reader("ar"), "jalali", "month", "من الأحد ٢٢ نوفمبر ٢٠٢٦ إلى الاثنين ٢١ ديسمبر ٢٠٢٦"),
        (Reader("ar", hijri=True), "gregorian", "month",
         "من الأحد ٢١ جمادى الأولى ١٤٤٨ هـ إلى الاثنين ٢٠ جمادى الآخرة ١٤٤٨ هـ"),
    ],
)  # fmt: skip
def test_name(reader: Reader, months: str, kind: Kind, called: str) -> None:
    period = Counting(TEHRAN, 5, months).containing(kind, DAY)  # type: ignore[arg-type]
    with speaking_to(reader):
        said = str(periods.name(period))
    assert said.translate(dict.fromkeys(map(ord, FSI + LRI + PDI))) == called


@pytest.mark.parametrize(
    ("reader", "kind", "called"),
    [
        (Reader("fa"), "year", "سال ۱۴۰۵"),
        (Reader("en"), "year", "2026–2027"),
        (Reader("ar"), "year", "٢٠٢٦–٢٠٢٧"),
        (Reader("ar", hijri=True), "year", "١٤٤٧–١٤٤٨"),
        (Reader("en"), "week", "21 November"),
    ],
)
def test_years_on_an_axis_differ_also_for_who_counts_others(reader: Reader, kind: Kind, called: str) -> None:
    period = Counting(TEHRAN, 5, "jalali").containing(kind, DAY)
    with speaking_to(reader):
        assert periods.label(period) == called


async def test_the_totals_of_the_years_are_leafed_through(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        handler, manager = await desk.staff("handler"), await desk.staff("dispute_manager", name="Mona")
        customer = await desk.newcomer()
        code = await desk.complain(customer)
        await desk.tap(handler, "Take the case")
        await desk.say(handler, f"/deadlock {code} We see no way.")
        await desk.say(manager, "/unresolved")
        await desk.tap(manager, "Totals of a year")
        assert "Cases: 1" in text_of(manager.last)
        assert manager.buttons() == ["Back"]  # nothing was complained about before
        await desk.forward(days=370)
        await desk.say(manager, "/unresolved")
        await desk.tap(manager, "Totals of a year")
        assert "Cases: 0" in text_of(manager.last)
        await desk.tap(manager, "Older")
        assert "Cases: 1" in text_of(manager.last)
        await desk.tap(manager, "Newer")
        assert "Cases: 0" in text_of(manager.last)
        for page in (-1, 101):
            manager.tap_data(Go(to="unresolved_totals", page=page).pack())
            await desk.settle()
            assert "This choice is not offered any more." in text_of(manager.last)
