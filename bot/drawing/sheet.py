"""The sheet that a chart is drawn on: measured in pixels from its top and from the side where reading starts."""

import functools
import io
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from bot.drawing.looks import BODY, HEIGHT, INK, LEAST, LINE, MARGIN, PAPER, QUIET, RULE, SMALL, TITLE, WIDTH, Mark
from bot.drawing.words import BOLD, CUT, LEFT, REGULAR, RIGHT, Figures, clean, clusters

DPI = 72  # so that a point is a pixel
INNER = WIDTH - 2 * MARGIN
SWATCH = 30
BASE = 1.07  # from the top of a line to where its letters stand, in sizes of the type
SHRINK = 0.7  # how much smaller type may become
HATCH = 3.0

Side = Literal["start", "middle", "end"]


class Unfit(Exception):
    """What was asked for cannot be drawn; the message quotes nobody."""


@functools.cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(fname=BOLD if bold else REGULAR, size=size)


def height(size: float, lines: int = 1) -> float:
    """Of so many lines in that size of type."""
    return size * LINE * lines


class Sheet:
    """One picture. `top` and `bottom` are the edges of what is still free."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self.figure)
        self._renderer = self._canvas.get_renderer()
        self.figures = Figures(spec["language"], spec["native"])
        self.rtl = self.figures.rtl
        self.title = clean(spec["title"])
        self.top, self.bottom = float(MARGIN - 12), float(HEIGHT - MARGIN + 12)
        self._head(spec["subtitle"])
        self._foot(spec["note"])

    def _head(self, subtitle: str) -> None:
        self.top += self.paragraph(self.title, MARGIN, self.top, INNER, size=TITLE, lines=2, bold=True)
        if subtitle:
            self.top += self.paragraph(subtitle, MARGIN, self.top, INNER, lines=2, ink=QUIET)
        self.top += 24

    def _foot(self, note: str) -> None:
        if note:
            lines = self.fit(note, INNER, SMALL, 2)
            self.bottom -= height(SMALL, len(lines))
            self._lines(lines, MARGIN, self.bottom, SMALL, ink=QUIET)
            self.bottom -= 24

    # ---------------------------------------------------------------- words

    def width(self, words: str, size: float, bold: bool = False) -> float:
        """How wide one line is."""
        return float(self._renderer.get_text_width_height_descent(self._led(words), _font(size, bold), False)[0])

    def fit(self, words: str, width: float, size: float, lines: int, *, bold: bool = False) -> list[str]:
        """These words in at most so many lines of that width; what is too long is cut off, and shows it."""
        rest, found = clean(words), list[str]()
        while rest and len(found) < lines:
            last = len(found) == lines - 1
            line = self._cut(rest, width, size, bold) if last else self._broken(rest, width, size, bold)
            found.append(line)
            rest = "" if last else rest[len(line) :].lstrip()
        return found

    def _broken(self, words: str, width: float, size: float, bold: bool) -> str:
        """As many of the words as go in a line; at least one letter."""
        if self.width(words, size, bold) <= width:
            return words
        parts = words.split(" ")
        line = self._longest([" ".join(parts[:many]) for many in range(1, len(parts))], width, size, bold)
        letters = clusters(parts[0])
        return line or self._longest(
            ["".join(letters[:many]) for many in range(1, len(letters) + 1)], width, size, bold
        ) or letters[0]  # fmt: skip

    def _cut(self, words: str, width: float, size: float, bold: bool) -> str:
        if self.width(words, size, bold) <= width:
            return words
        letters = clusters(words)
        return self._longest(
            ["".join(letters[:many]).rstrip() + CUT for many in range(len(letters))], width, size, bold
        )

    def _longest(self, lines: Sequence[str], width: float, size: float, bold: bool) -> str:
        """The longest of these ever longer lines that fits, else nothing."""
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high) // 2
            if self.width(lines[middle], size, bold) <= width:
                low = middle + 1
            else:
                high = middle
        return lines[low - 1] if low else ""

    def write(
        self, words: str, at: float, top: float, *, size: float = BODY, bold: bool = False, ink: str = INK,
        side: Side = "start",
    ) -> None:  # fmt: skip
        """One line whose `side` stands `at` so many pixels from the sheet's start."""
        ends: dict[str, Literal["left", "right", "center"]] = {"start": "left", "end": "right", "middle": "center"}
        if self.rtl:
            ends |= {"start": "right", "end": "left"}
        self.figure.text(
            self.x(at), HEIGHT - top - size * BASE, self._led(words), color=ink, fontproperties=_font(size, bold),
            horizontalalignment=ends[side], verticalalignment="baseline", parse_math=False,
            transform=IdentityTransform(),
        )  # fmt: skip

    def number(
        self, words: str, end: float, wide: float, top: float, *, size: float = BODY, bold: bool = False, ink: str = INK
    ) -> None:
        """A figure in a column of that width with that end: units stand under units, for numbers run from the left in
        every language."""
        at = end - wide if self.rtl else end
        self.write(words, at, top, size=size, bold=bold, ink=ink, side="start" if self.rtl else "end")

    def widest(self, lines: Iterable[str], size: float, *, bold: bool = False) -> float:
        """How wide a column of these lines is."""
        return max(self.width(line, size, bold) for line in lines)

    def paragraph(
        self, words: str, at: float, top: float, width: float, *, size: float = BODY, lines: int = 1,
        bold: bool = False, ink: str = INK, side: Side = "start",
    ) -> float:  # fmt: skip
        """Words in at most so many lines, in smaller type rather than cut off. How high they stand."""
        found, size = self.snug(words, width, size, lines, bold=bold)
        self._lines(found, at, top, size, bold=bold, ink=ink, side=side)
        return height(size, len(found))

    def snug(self, words: str, width: float, size: float, lines: int, *, bold: bool = False) -> tuple[list[str], float]:
        """These words in at most so many lines, in smaller type rather than cut off; and in which."""
        found, least = self.fit(words, width, size, lines, bold=bold), min(size, max(LEAST, size * SHRINK))
        while size > least and found[-1].endswith(CUT):
            size = max(least, size - 2)
            found = self.fit(words, width, size, lines, bold=bold)
        return found, size

    def _lines(
        self, lines: Sequence[str], at: float, top: float, size: float, *, bold: bool = False, ink: str = INK,
        side: Side = "start",
    ) -> None:  # fmt: skip
        for number, line in enumerate(lines):
            self.write(line, at, top + height(size, number), size=size, bold=bold, ink=ink, side=side)

    def _led(self, words: str) -> str:
        """So that a line runs as its language does, whatever it begins with."""
        return (RIGHT if self.rtl else LEFT) + words

    # ---------------------------------------------------------------- shapes

    def x(self, at: float) -> float:
        """From pixels after the start to pixels after the left edge."""
        return WIDTH - at if self.rtl else at

    def box(self, at: float, top: float, width: float, tall: float, mark: Mark) -> None:
        """A filled rectangle."""
        left = self.x(at + width) if self.rtl else at
        self.figure.add_artist(
            Rectangle(
                (left, HEIGHT - top - tall), width, tall, facecolor=mark.colour, linewidth=0, hatch=mark.hatch or None,
                hatchcolor=PAPER, hatch_linewidth=HATCH, transform=IdentityTransform(),
            )
        )  # fmt: skip

    def line(self, points: Sequence[tuple[float, float]], *, ink: str = RULE, thick: float = 2, **how: Any) -> None:
        """Through points so far from the start and from the top."""
        across, down = [self.x(at) for at, _top in points], [HEIGHT - top for _at, top in points]
        self.figure.add_artist(Line2D(across, down, color=ink, linewidth=thick, transform=IdentityTransform(), **how))

    def swatch(self, mark: Mark, at: float, top: float) -> None:
        """How a series looks, in a square of SWATCH."""
        middle = top + SWATCH / 2
        if mark.shape == "bar":
            self.box(at, top, SWATCH, SWATCH, mark)
        elif mark.shape == "tick":
            self.line([(at + SWATCH / 2, top - 2), (at + SWATCH / 2, top + SWATCH + 2)], ink=mark.colour, thick=6)
        else:
            self.line([(at, middle), (at + SWATCH, middle)], ink=mark.colour, thick=4)
            self.line([(at + SWATCH / 2, middle)], ink=mark.colour, marker="D", markersize=13)

    def legend(self, entries: Sequence[tuple[Mark, str]]) -> None:
        """What is what, in as few lines as it takes."""
        at, space = float(MARGIN), SWATCH + 14
        for mark, words in entries:
            line = self.fit(words, INNER - space, SMALL, 1)[0]
            wide = space + self.width(line, SMALL)
            if at > MARGIN and at + wide > WIDTH - MARGIN:
                at, self.top = MARGIN, self.top + height(SMALL)
            self.swatch(mark, at, self.top + (height(SMALL) - SWATCH) / 2)
            self.write(line, at + space, self.top, size=SMALL)
            at += wide + 44
        self.top += height(SMALL) + 20

    def panel(self, at: float, top: float, width: float, tall: float, x: float, y: tuple[float, float]) -> Axes:
        """Axes there, from 0 at the start to `x`, and from y[0] below to y[1] above; bare."""
        left = self.x(at + width) if self.rtl else at
        place = (left / WIDTH, (HEIGHT - top - tall) / HEIGHT, width / WIDTH, tall / HEIGHT)
        axes = self.figure.add_axes(place, facecolor="none")
        axes.set_xlim((x, 0) if self.rtl else (0, x))
        axes.set_ylim(*y)
        axes.set_autoscale_on(False)
        axes.set_axisbelow(True)
        axes.tick_params(length=0, pad=14)
        axes.set(xticks=[], yticks=[])
        for edge in axes.spines.values():
            edge.set_visible(False)
        return axes

    def nothing(self, words: str) -> None:
        """Instead of a chart of nothing."""
        lines = self.fit(words, INNER, BODY, 3)
        middle = (self.top + self.bottom - height(BODY, len(lines))) / 2
        for number, line in enumerate(lines):
            self.write(line, WIDTH / 2, middle + height(BODY, number), ink=QUIET, side="middle")

    def png(self) -> bytes:
        """The picture; its title stands in it for those who cannot see."""
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=DPI, metadata={"Title": self.title, "Software": None})
        return out.getvalue()
