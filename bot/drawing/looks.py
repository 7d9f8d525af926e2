"""Sizes and colours of every chart, in pixels of the picture.

The colours are Okabe and Ito's or shades between them, told apart also by people who are colour-blind; none stands
alone: a hatch, a marker, a place or a figure says the same.
"""

from dataclasses import dataclass
from typing import Literal

WIDTH, HEIGHT = 1080, 1280  # the messenger shows a picture of up to 1280 as it is, and scales larger ones down
MARGIN = 56
TITLE, BODY, SMALL, LEAST, FIGURE, HUGE = 46, 32, 28, 26, 54, 104  # sizes of type, and the smallest there is
LINE = 1.6  # height of a line in sizes of its type: Vazirmatn needs 1.57

PAPER, INK, QUIET, RULE, EMPTY = "#FBFAF7", "#1C2B36", "#56636E", "#D8DCDF", "#E7EAEB"
BLUE, ORANGE, BROWN, GREEN, PALE = "#0072B2", "#CC7A00", "#7A2E00", "#5E7D00", "#7D95A3"
SCORES = ("#A63603", "#DB8A3C", "#B4BBC0", "#62A8D2", "#005F9E")  # from the worst to the best


@dataclass(frozen=True)
class Mark:
    """How one series looks, in the chart and in its legend."""

    colour: str
    hatch: str = ""
    shape: Literal["bar", "line", "tick"] = "bar"


RECEIVED, CLOSED, OPEN = Mark(BLUE), Mark(ORANGE, "/"), Mark(INK, shape="line")
IN_TIME, LATE, SILENT, TARGET = Mark(BLUE), Mark(ORANGE, "/"), Mark(BROWN), Mark(INK, shape="tick")
VITAL, REST, CUMULATIVE = Mark(BLUE), Mark(PALE), Mark(BROWN, shape="line")
GROUPS = (Mark(BLUE), Mark(GREEN), Mark(INK))
