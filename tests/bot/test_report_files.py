"""The report on paper and as a workbook: its figures are those of the report, in the reader's language."""

import io
import json
import subprocess
import sys
from base64 import b64encode
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from backoffice.figures import indicators
from backoffice.figures.indicators import INDICATORS, Count, Share
from backoffice.figures.reading import Reading
from backoffice.work import Office
from bot import typeset
from bot.charts import Chart
from bot.figures import album, paper, sheet, words
from bot.i18n import Reader, _, speaking_to
from bot.papers import Paper
from tests.bot import counted
from tests.bot.paperwork import bare
from tests.bot.test_typeset import pages
from tests.wares import rules_with

LANGUAGES = ("fa", "ar", "en")
PROJECT = Path(__file__).parent.parent.parent
# One pixel: what a chart looks like is tested elsewhere.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)
NUMBERS = count(800_001)

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def full(office: Office) -> Office:
    counted.fill(office)
    return office


def reader(office: Office, language: str) -> Reader:
    return Reader(language, zone=office.organisation.calendar.zone)


def content(office: Office, language: str, **more: Any) -> dict[str, Any]:
    """What stands on the paper of the month that runs."""
    person = counted.manager(office, language, number=next(NUMBERS))
    digest = counted.digest(office, person, **more)
    with office.look() as work, speaking_to(reader(office, language)):
        drawn: list[tuple[Chart, bytes]] = [(chart, PIXEL) for chart in album.compose(work, digest)]
        return paper.content(work, digest, drawn)


def workbook(office: Office, language: str, **more: Any) -> dict[str, Worksheet]:
    person = counted.manager(office, language, number=next(NUMBERS))
    with office.look() as work, speaking_to(reader(office, language)):
        asked = sheet.workbook(work, counted.digest(office, person, **more))
    return {each.title: each for each in opened(asked).worksheets}


def opened(asked: dict[str, Any]) -> openpyxl.Workbook:
    command = [sys.executable, "-m", "bot.tabulate"]
    done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, cwd=PROJECT, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    return openpyxl.load_workbook(io.BytesIO(done.stdout))


def rows(of: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in of.iter_rows(min_row=2)]


class TestPaper:
    @in_three_languages
    def test_is_an_archive_pdf_of_a_few_pages_in_the_readers_direction(self, full: Office, language: str) -> None:
        said = content(full, language)
        assert said["direction"] == ("ltr" if language == "en" else "rtl")
        pdf = typeset.typeset(paper.TEMPLATE, said)
        assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf  # which also means that all its fonts are in it
        assert len(pdf) < 1_000_000
        shown = {**said, "pictures": [list(PIXEL) for _each in said["pictures"]]}
        assert 3 <= pages(Paper(paper.TEMPLATE, shown, "")) <= 8

    def test_pictures_go_to_the_child_as_text(self, full: Office) -> None:
        said = content(full, "en")
        assert set(said["pictures"]) == {b64encode(PIXEL).decode()}
        charts = next(each for each in said["sections"] if each["style"] == "charts")["charts"]
        assert [each["picture"] for each in charts] == list(range(len(said["pictures"])))
        assert all("n = " in bare(each["alt"]) for each in charts)

    @in_three_languages
    def test_names_every_figure_once_also_what_is_not_measured(self, full: Office, language: str) -> None:
        shown = [
            row for each in content(full, language)["sections"] if each["style"] == "figures" for row in each["rows"]
        ]
        assert len({row["name"] for row in shown}) == len(shown) == len(INDICATORS)
        silent = [row for row in shown if not row["measured"]]
        unknown = {code for code, formula in INDICATORS.items() if formula is None} | {
            "K02"
        }  # nobody set it against any
        assert len(silent) == len(unknown)
        with speaking_to(reader(full, language)):
            assert {row["value"] for row in silent} == {_("not measured")}

    def test_says_of_how_many_each_share_is(self, full: Office) -> None:
        shown = {row["name"]: row for each in content(full, "en")["sections"] for row in each.get("rows", [])}
        with full.look() as work:
            of = Reading(work, full.organisation.counting.at("month", work.now))
            found = indicators.measure(of, "K09")
        assert isinstance(found, Share)
        assert bare(shown["Answered in time"]["value"]).endswith(f"({found.part} of {found.n})")

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            ("fa", ["آبان ۱۴۰۵", "تقویم میلادی: ۲۰۲۶/۱۰/۲۳ تا ۲۰۲۶/۱۱/۲۱"]),
            ("en", ["Friday 23 October 2026 to Saturday 21 November 2026"]),
        ],
    )
    def test_tells_the_period_in_both_calendars(self, full: Office, language: str, told: list[str]) -> None:
        facts = content(full, language)["facts"]
        lines = [bare(each) for each in facts[0][1]]
        assert lines[: len(told)] == told
        assert len(lines) == 2

    def test_an_empty_month_has_a_report_too(self, office: Office) -> None:
        said = content(office, "fa")
        assert not [each for each in said["sections"] if each["style"] == "charts"]
        assert b"pdfaid" in typeset.typeset(paper.TEMPLATE, said)


class TestWorkbook:
    @in_three_languages
    def test_runs_as_its_reader_reads_and_holds_numbers_and_no_formula(self, full: Office, language: str) -> None:
        for each in workbook(full, language).values():
            assert bool(each.sheet_view.rightToLeft) is (language != "en")
            assert each.freeze_panes == "A2"
            assert each.max_row > 1
            assert {cell.data_type for row in each.iter_rows() for cell in row} <= {"s", "n", "d"}
            assert all(9 <= column.width <= 62 for column in each.column_dimensions.values())

    def test_its_figures_are_those_of_the_report(self, full: Office) -> None:
        shown = {(row[1], row[2]): row for row in rows(workbook(full, "en")["Figures"])}
        with full.look() as work, speaking_to(reader(full, "en")):
            of = Reading(work, full.organisation.counting.at("month", work.now))
            for code, formula in INDICATORS.items():
                line = shown.get((str(words.NAMES[code]), None))
                match indicators.measure(of, code):
                    case None:
                        assert line
                        assert formula is None or code == "K02"
                        assert (line[3], line[4]) == (None, "not measured")
                    case Count(n):
                        assert line
                        assert line[3] == n
                    case Share(part, n) as found:
                        assert line
                        assert line[5:] == [None, part, n]
                        assert line[3] == (None if found.of_one is None else pytest.approx(float(found.of_one)))

    def test_causes_add_up_to_all(self, full: Office) -> None:
        found = rows(workbook(full, "en")["Causes"])
        assert found[-1][3] == pytest.approx(1)
        assert [row[1] for row in found] == sorted((row[1] for row in found), reverse=True)

    def test_every_day_is_a_real_date_with_the_readers_own_beside_it(self, full: Office) -> None:
        found = rows(workbook(full, "fa")["به تفکیک روز"])
        period = full.organisation.counting.at("month", full.clock())
        today = full.clock().astimezone(full.organisation.calendar.zone).date()
        assert found[0][0] == datetime.combine(period.first, datetime.min.time())
        assert found[0][1] == "جمعه ۱ آبان ۱۴۰۵"
        assert len(found) == (min(period.last, today) - period.first).days + 1
        with full.look() as work:
            assert sum(row[2] for row in found) == indicators.received(Reading(work, period)).n

    def test_products_have_a_sheet_where_there_are_any(self, full: Office, tmp_path: Path) -> None:
        assert "By branch" not in workbook(full, "en")
        was, full.organisation = full.organisation, rules_with(tmp_path)
        found = workbook(full, "en")
        full.organisation = was
        shown = {row[0]: row[1] for row in rows(found["By product or service"])}
        assert sorted(shown) == ["Fridge", "gone", "not said"]
        assert sum(shown.values()) == sum(row[1] for row in rows(found["By branch"]))

    def test_of_a_unit_it_tells_of_that_unit_only(self, full: Office) -> None:
        unit = full.organisation.categories[0].department
        found = rows(workbook(full, "en", department=unit)["By unit"])
        assert [row[0] for row in found] == [full.organisation.department(unit).words["en"]]
