"""Charts: what stands on them can be read, in every language, whatever there is to draw; one never costs another."""

import functools
import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image
from structlog.testing import capture_logs

from bot import charts, metrics
from bot.charts import Asked, Chart, Counted, Flow, Group, Stage
from bot.draw import draw
from bot.drawing import looks, words
from bot.drawing.looks import BLUE, HEIGHT, LEAST, MARGIN, PALE, WIDTH
from bot.drawing.sheet import Sheet, Unfit
from bot.drawing.words import NONE, Figures, clean
from tests.bot import absurd_charts, pictured
from tests.bot.pictured import LANGUAGES

PROJECT = Path(__file__).parent.parent.parent
PYTHON = sys.executable
SECRET_WORDS = "The neighbour took it"
ALBUMS = [chart for language in LANGUAGES for chart in pictured.album(language)]
EDGE = 0.75  # pixels by which boxes may touch

in_three_languages = pytest.mark.parametrize("language", LANGUAGES)
every_chart = pytest.mark.parametrize("chart", ALBUMS, ids=lambda chart: f"{type(chart).__name__}-{chart.language}")


def drawn(chart: Chart) -> Sheet:
    """The chart, down to its last letter: a letter that no font has is a warning, and so an error."""
    sheet = draw(chart.spec())
    sheet.figure.canvas.draw()
    return sheet


standing = functools.cache(drawn)  # for those that several tests look at


def texts(sheet: Sheet) -> dict[Text, Bbox]:
    """What is written, and where."""
    return {
        each: each.get_window_extent() for each in sheet.figure.findobj(Text) if each.get_text().strip("\u200e\u200f")
    }


def said(sheet: Sheet) -> list[str]:
    return [each.get_text().replace("\u200e", "").replace("\u200f", "") for each in texts(sheet)]


def collisions(sheet: Sheet) -> list[tuple[str, str]]:
    boxes = [(each.get_text(), box.padded(-EDGE)) for each, box in texts(sheet).items()]
    return [(one, other) for (one, first), (other, second) in combinations(boxes, 2) if first.overlaps(second)]


def outside(sheet: Sheet) -> list[str]:
    page = Bbox([[0, 0], [WIDTH, HEIGHT]])
    return [each.get_text() for each, box in texts(sheet).items() if not _within(box, page)]


def _within(box: Bbox, page: Bbox) -> bool:
    return bool(box.x0 >= page.x0 and box.y0 >= page.y0 and box.x1 <= page.x1 and box.y1 <= page.y1)


def bars(sheet: Sheet, colour: str) -> list[float]:
    """How long the bars of that colour are, in pixels."""
    return [
        max(patch.get_width(), 0)
        for axes in sheet.figure.axes
        for container in axes.containers
        if isinstance(container, BarContainer)
        for patch in container.patches
        if to_rgb(patch.get_facecolor()) == to_rgb(colour)
    ]


def counted(kind: str) -> float:
    return metrics.charts_failed.labels(kind)._value.get()


@pytest.fixture
def untouched_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where matplotlib would keep settings and lists of fonts, if nobody gave it a place."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


class TestChild:
    async def test_an_album_in_each_language_and_one_that_cannot_be_drawn(self, untouched_home: None) -> None:
        before = counted("Unfit")
        broken = replace(pictured.disputes("en"), groups=(Group(SECRET_WORDS, (Counted(SECRET_WORDS, -1),)),))
        with capture_logs() as log:
            first, *pictures = await charts.draw([broken, *ALBUMS])
        assert (first, counted("Unfit") - before) == (None, 1)
        assert [(each["event"], each["chart"], each["error"]) for each in log] == [
            ("charts.failed", "Disputes", "Unfit")
        ]
        assert SECRET_WORDS not in str(log)
        for chart, data in zip(ALBUMS, pictures, strict=True):
            assert data is not None
            with Image.open(io.BytesIO(data)) as picture:
                assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
                assert picture.info["Title"] == chart.title
        assert pictures[0] == draw(ALBUMS[0].spec()).png()  # the same bytes for the same chart

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (f"import sys; sys.stderr.write('KeyError: {SECRET_WORDS}'); sys.exit(1)", "KeyError"),
            ("import os; os.abort()", "exit -6"),
            ("import time; time.sleep(600)", "timeout"),
            ("print('{')", "JSONDecodeError"),
            ("print('[]')", "ValueError"),
        ],
    )
    async def test_a_child_that_comes_to_nothing_costs_its_album_only(
        self, monkeypatch: pytest.MonkeyPatch, code: str, kind: str
    ) -> None:
        monkeypatch.setattr(charts, "COMMAND", (PYTHON, "-S", "-c", code))
        monkeypatch.setattr(charts, "LONGEST", 0.5 if kind == "timeout" else 60)
        before = counted(kind)
        with capture_logs() as log:
            assert await charts.draw(pictured.album("en")) == [None] * 5
        assert counted(kind) - before == 5
        assert SECRET_WORDS not in str(log)

    def test_it_loads_nothing_of_ours_but_what_draws(self) -> None:
        code = "import bot.draw, sys; print(*sys.modules)"
        loaded = subprocess.run([PYTHON, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
        names = loaded.stdout.split()
        ours = {name for name in names if name.partition(".")[0] in ("bot", "backoffice", "storage")}
        assert {name for name in ours if not name.startswith("bot.drawing")} == {"bot", "bot.draw"}
        assert not {"aiogram", "sqlalchemy", "matplotlib.pyplot"} & set(names)

    def test_what_is_no_album_is_an_error_without_words(self) -> None:
        ended = subprocess.run(
            [PYTHON, "-m", "bot.draw"], cwd=PROJECT, capture_output=True, text=True, input=SECRET_WORDS, check=False
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "JSONDecodeError:\n")


class TestReading:
    @every_chart
    def test_nothing_overlaps_or_leaves_the_picture_or_is_too_small(self, chart: Chart) -> None:
        sheet = standing(chart)
        assert (collisions(sheet), outside(sheet)) == ([], [])
        assert min(each.get_fontsize() for each in texts(sheet)) >= LEAST
        assert not [line for line in said(sheet) if line.endswith(words.CUT)]

    @every_chart
    def test_only_one_language_and_its_digits(self, chart: Chart) -> None:
        foreign = {"fa": r"[A-Za-z0-9٠-٩%,]", "ar": r"[A-Za-z0-9۰-۹%,]", "en": r"[^\x00-\x7F\u00a0·–“”]"}
        assert [line for line in said(standing(chart)) if re.search(foreign[chart.language], line)] == []

    @pytest.mark.parametrize("language", ["fa", "ar"])
    def test_latin_digits_for_those_who_prefer_them(self, language: str) -> None:
        lines = said(drawn(replace(pictured.pareto(language), native=False)))
        assert {"61", "31%"} <= set(lines)

    @every_chart
    def test_it_runs_from_the_side_where_reading_starts(self, chart: Chart) -> None:
        sheet, rtl = standing(chart), chart.language != "en"
        assert {axes.xaxis_inverted() for axes in sheet.figure.axes} <= {rtl}
        title = next(box for each, box in texts(sheet).items() if clean(chart.title) in each.get_text())
        assert (WIDTH - title.x1 if rtl else title.x0) == pytest.approx(MARGIN, abs=1)

    def test_a_mirror_image(self) -> None:
        """The same words to the same place, from either side."""
        places = {}
        for language in ("fa", "en"):
            sheet = drawn(replace(pictured.pareto("fa"), language=language, native=False))
            places[language] = sorted(
                round(WIDTH - box.x1 if language == "fa" else box.x0)
                for each, box in texts(sheet).items()
                if not re.search(r"[\d]", each.get_text())
            )
        assert places["fa"] == pytest.approx(places["en"], abs=2)

    def test_what_fonts_lack_and_what_turns_lines_around_is_left_out(self) -> None:
        assert clean("a 🙏🏽\u202e b\u2066c\u2069\u061c 漢") == "a bc"
        assert clean("می\u200cخواهم \ttwo\nthree") == "می\u200cخواهم two three"
        assert clean("\u064bلَمَّٰا") == "لَمَّا"
        assert clean("𝐀①") == "A1"
        assert {clean(each) for each in ("", " \u200c ", "🙏", "\x00\u0301")} == {NONE}

    @in_three_languages
    def test_dollars_are_dollars(self, language: str) -> None:
        price = r"$x^2$ \frac{1}{2} _{a}"
        sheet = drawn(replace(pictured.trend(language), title=price))
        assert price in said(sheet)
        (wide,) = (box.width for each, box in texts(sheet).items() if price in each.get_text())
        assert wide == sheet.width(price, looks.TITLE, bold=True)

    def test_long_names_break_and_end_with_dots(self) -> None:
        sheet = drawn(replace(pictured.trend("en"), title="Delivery " * 30, note="n" * 300))
        first, second = (line for line in said(sheet) if line.startswith("Delivery"))
        assert not first.endswith(words.CUT)
        assert second.endswith(words.CUT)

    @settings(max_examples=60)
    @given(chart=absurd_charts.charts)
    def test_whatever_there_is_to_draw(self, chart: Chart) -> None:
        sheet = drawn(chart)
        assert (collisions(sheet), outside(sheet)) == ([], [])
        assert min(each.get_fontsize() for each in texts(sheet)) >= LEAST


class TestFigures:
    @pytest.mark.parametrize(
        ("language", "native", "count", "share"),
        [
            ("fa", True, "۱٬۲۳۴٬۵۶۷", "۹۳\u200f٪"),
            ("ar", True, "١٬٢٣٤٬٥٦٧", "٩٣\u200f٪"),
            ("ar", False, "1,234,567", "93\u200f%"),
            ("en", True, "1,234,567", "93\u00a0%"),
        ],
    )
    def test_as_their_readers_write_them(self, language: str, native: bool, count: str, share: str) -> None:
        figures = Figures(language, native)
        assert (figures.count(1234567), figures.share(0.934)) == (count, share)
        assert (figures.count(None), figures.share(None)) == (NONE, NONE)

    def test_not_quite_all_is_not_all_and_hardly_any_is_not_none(self) -> None:
        figures = Figures("en", True)
        assert [figures.share(each) for each in (0, 0.0001, 0.9999, 1)] == [
            "0\u00a0%",
            "1\u00a0%",
            "99\u00a0%",
            "100\u00a0%",
        ]


class TestKinds:
    def test_the_vital_few_are_the_fewest_that_explain_four_fifths(self) -> None:
        sheet = drawn(pictured.pareto("en"))
        vital, rest = bars(sheet, BLUE), bars(sheet, PALE)
        assert (len(vital), len(rest)) == (5, 6)  # 159 of 197 are 81 %, one cause less 74 %
        assert vital == sorted(vital, reverse=True)
        assert vital[1] / vital[0] == pytest.approx(38 / 61)
        assert {"Other causes", "6", "81\u00a0%", "100\u00a0%"} <= set(said(sheet))

    @pytest.mark.parametrize(
        ("numbers", "vital"), [((4, 1), 1), ((79, 11, 10), 2), ((1,), 1), ((5, 0, 0), 1), ((1,) * 30, 10)]
    )
    def test_how_many_are_vital(self, numbers: Sequence[int], vital: int) -> None:
        causes = tuple(Counted(f"Cause {number}", count) for number, count in enumerate(numbers))
        assert len(bars(drawn(replace(pictured.pareto("en"), causes=causes)), BLUE)) == vital

    def test_a_thousandth_is_still_seen(self) -> None:
        causes = (Counted("Many", 1_000_000), Counted("One", 1), Counted("None", 0))
        sheet = drawn(replace(pictured.pareto("en"), causes=causes))
        assert bars(sheet, PALE) == [4.0]
        assert "None" not in said(sheet)

    def test_too_few_cases_have_no_share(self) -> None:
        few, enough = Stage("Few", 4, 0, 0), Stage("Enough", 4, 0, 1)
        sheet = drawn(replace(pictured.on_time("en"), stages=(few, enough), note=""))
        assert sorted(set(said(sheet)) & {NONE, "100\u00a0%", "80\u00a0%", "4", "5"}) == ["4", "5", "80\u00a0%", NONE]
        assert sum(bars(sheet, BLUE)) == pytest.approx(0.8 * (WIDTH - 2 * MARGIN), abs=4)

    def test_too_few_answers_have_no_share(self) -> None:
        few = Asked("Few", (0, 0, 0, 1, 3), 20, 0.5)
        lines = said(drawn(replace(pictured.satisfaction("en"), outcome=few)))
        assert lines.count(NONE) == 6  # the share, and that of each score
        assert {"75\u00a0%", "20\u00a0%", "50\u00a0%"} <= set(lines)

    def test_a_period_that_nobody_knows_of_is_a_gap(self) -> None:
        flows = (Flow("1 Nov", 3, 2, 5), Flow("2 Nov", None, None, None), Flow("3 Nov", 4, None, 6))
        sheet = drawn(replace(pictured.trend("en"), periods=flows))
        assert [line for line in said(sheet) if line in ("4", NONE, "6")][:3] == ["4", NONE, "6"]
        (axes,) = sheet.figure.axes
        assert [bool(np.isnan(each)) for each in axes.lines[-1].get_ydata()] == [False, True, False]

    @pytest.mark.parametrize(
        "chart",
        [
            replace(pictured.trend("en"), periods=()),
            replace(pictured.trend("en"), periods=(Flow("1 Nov", None, None, None),)),
            replace(pictured.pareto("en"), causes=(Counted("Nothing", 0),)),
            replace(pictured.on_time("en"), stages=()),
            replace(
                pictured.satisfaction("en"),
                process=Asked("Process", (0,) * 5, 9, None),
                outcome=Asked("Outcome", (0,) * 5, 9, None),
            ),
            replace(pictured.disputes("en"), groups=(Group("Reviews", (Counted("Asked for", 0),)),)),
        ],
        ids=lambda chart: type(chart).__name__,
    )
    def test_nothing_to_draw_is_said_in_words(self, chart: Chart) -> None:
        sheet = drawn(chart)
        assert (chart.empty in said(sheet), sheet.figure.axes) == (True, [])

    @pytest.mark.parametrize(
        "chart",
        [
            replace(pictured.trend("en"), periods=(Flow("1 Nov", -1, 0, 0),)),
            replace(pictured.trend("en"), periods=(Flow("1 Nov", True, 0, 0),)),
            replace(pictured.trend("en"), periods=(Flow("1 Nov", 1, 0, 0),) * 54),
            replace(pictured.pareto("en"), causes=(Counted("Too many", 10**9 + 1),)),
            replace(pictured.on_time("en"), target=float("nan")),
            replace(pictured.on_time("en"), stages=(Stage("Again", 9, 0, 0),) * 9),
            replace(pictured.satisfaction("en"), process=Asked("Process", (1, 2, 3), 9, None)),  # type: ignore[arg-type]
            replace(pictured.satisfaction("en"), process=Asked("Process", (1,) * 5, 9, 1.01)),
            replace(pictured.disputes("en"), groups=(Group("Reviews", (Counted("Asked for", 1),) * 13),)),
            replace(pictured.disputes("en"), groups=(Group("Reviews", (Counted("Asked for", 1),)),) * 4),
        ],
    )
    def test_what_is_no_number_or_has_no_room_is_not_drawn(self, chart: Chart) -> None:
        with pytest.raises(Unfit):
            draw(chart.spec())


class TestColours:
    """How far apart they are for everybody: lightness, red to green, blue to yellow (CIE 1976); 2 is hardly seen."""

    APART, TEXT, SHAPE = 18, 4.5, 3.0  # the last two: WCAG 2.2, 1.4.3 and 1.4.11
    #: How linear colours look to people who lack one kind of cone (Machado, Oliveira, Fernandes 2009, severity 1).
    SIGHTS = {
        "all": np.eye(3),
        "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    }
    SETS = {
        "trend": (looks.RECEIVED.colour, looks.CLOSED.colour, looks.OPEN.colour),
        "pareto": (looks.VITAL.colour, looks.REST.colour, looks.CUMULATIVE.colour),
        "on time": (looks.IN_TIME.colour, looks.LATE.colour, looks.SILENT.colour),
        "satisfaction": looks.SCORES,
        "disputes": tuple(mark.colour for mark in looks.GROUPS),
    }

    @pytest.mark.parametrize("sight", SIGHTS)
    @pytest.mark.parametrize("chart", SETS)
    def test_apart_for_everybody(self, chart: str, sight: str) -> None:
        seen = [self.perceived(np.clip(self.SIGHTS[sight] @ linear(colour), 0, 1)) for colour in self.SETS[chart]]
        assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > self.APART

    def test_words_and_shapes_stand_out_from_the_paper(self) -> None:
        groups = {mark.colour for mark in looks.GROUPS}  # their headings are in the same colours
        assert min(contrast(ink, looks.PAPER) for ink in groups | {looks.INK, looks.QUIET}) >= self.TEXT
        shapes = {colour for name, colours in self.SETS.items() if name != "satisfaction" for colour in colours}
        assert min(contrast(colour, looks.PAPER) for colour in shapes) >= self.SHAPE  # scores have figures beside them

    @staticmethod
    def perceived(colour: np.ndarray) -> np.ndarray:
        to_xyz = [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
        ratio = np.array(to_xyz) @ colour / [0.95047, 1, 1.08883]
        x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def linear(colour: str) -> np.ndarray:
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    dark, light = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) + 0.05 for each in (one, other))
    return light / dark
