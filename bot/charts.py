"""The charts of a digest: what each shows, in words and figures for one reader, and the pictures of them.

Words arrive in the reader's language; titles and notes that hold figures have them in the reader's digits. The figures
beside bars and axes are written here, in the digits of the language, or in Latin ones where `native` is false.
"""

import atexit
import functools
import json
import sys
import tempfile
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from bot import metrics
from bot.child import Child, Failed, name_of

log = structlog.get_logger()

LONGEST = 60.0  # seconds that a child may take for one album
COMMAND = (sys.executable, "-m", "bot.draw")
FEWEST = 5  # cases or answers, below which a share says more about chance and about single people


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all have: `subtitle` names the period and how many cases it is about; `empty` stands where there is nothing
    to draw. Counts go up to 1,000,000,000, shares from 0 to 1; a chart that has others, or too much for one picture,
    is not drawn."""

    language: str
    title: str
    subtitle: str
    empty: str
    note: str = ""
    native: bool = True

    def spec(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"kind": type(self).__name__} | asdict(self)


@dataclass(frozen=True)
class Flow:
    """One period: how many complaints came, were closed, and were open at its end; None if nobody knows."""

    name: str
    received: int | None
    closed: int | None
    open: int | None


@dataclass(frozen=True, kw_only=True)
class Trend(Chart):
    """Up to 53 periods, the oldest first. `received`, `closed` and `open` are the names of the series."""

    received: str
    closed: str
    open: str
    periods: tuple[Flow, ...]


@dataclass(frozen=True)
class Counted:
    """Something, and how often."""

    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Pareto(Chart):
    """Causes in any order: the ten that came up most have bars, the others are one, named `rest`. `vital` says what the
    fewest causes are that explain 80 % of all, `cumulative` names the second axis."""

    vital: str
    cumulative: str
    rest: str
    causes: tuple[Counted, ...]


@dataclass(frozen=True)
class Stage:
    """How many were done in time, done late, or are overdue and still silent."""

    name: str
    in_time: int
    late: int
    silent: int


@dataclass(frozen=True, kw_only=True)
class OnTime(Chart):
    """Up to eight stages. `in_time`, `late` and `silent` name the parts, `aim` the `target` (a share), `cases` the
    column of how many there were; stages of fewer than `fewest` have no share."""

    in_time: str
    late: str
    silent: str
    cases: str
    aim: str
    target: float | None
    stages: tuple[Stage, ...]
    fewest: int = FEWEST


@dataclass(frozen=True)
class Asked:
    """One question: five `scores`, from the worst to the best, each how often; how many were asked as `sent`; and which
    share was content in the period `before`."""

    name: str
    scores: tuple[int, int, int, int, int]
    sent: int
    before: float | None


@dataclass(frozen=True, kw_only=True)
class Satisfaction(Chart):
    """With the way people were treated, and with what came of it. `content` says that the share is of scores 4 and 5,
    `answers`, `rate` and `previous` name the lesser figures; of fewer answers than `fewest` there is no share."""

    content: str
    answers: str
    rate: str
    previous: str
    process: Asked
    outcome: Asked
    fewest: int = FEWEST


@dataclass(frozen=True)
class Group:
    """Steps under one heading."""

    name: str
    steps: tuple[Counted, ...]


@dataclass(frozen=True, kw_only=True)
class Disputes(Chart):
    """How many cases went where: up to three groups, twelve steps in all, in the order given, on one scale."""

    groups: tuple[Group, ...]


async def draw(charts: Sequence[Chart]) -> list[bytes | None]:
    """A PNG for each, drawn by one child; None for one that failed, or for all if the child did."""
    try:
        answers = await _answers([chart.spec() for chart in charts])
    except (Failed, ValueError) as failure:
        answers = [{"failed": name_of(failure)} for _chart in charts]
    return [_picture(chart, answer) for chart, answer in zip(charts, answers, strict=True)]


async def _answers(specs: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Raises Failed, and ValueError for what is no answer."""
    answers: list[dict[str, str]] = json.loads(await Child(COMMAND, LONGEST).ask(specs, MPLCONFIGDIR=_place().name))
    if len(answers) != len(specs):
        raise ValueError("an answer is missing")
    return answers


def _picture(chart: Chart, answer: dict[str, str]) -> bytes | None:
    if "png" in answer:
        return b64decode(answer["png"])
    log.error("charts.failed", chart=type(chart).__name__, error=answer["failed"])
    metrics.charts_failed.labels(answer["failed"]).inc()
    return None


@functools.cache
def _place() -> tempfile.TemporaryDirectory[str]:
    """Where matplotlib keeps its list of fonts, which it would make anew for every child; gone when we end."""
    place = tempfile.TemporaryDirectory(prefix="sulh-charts-")
    atexit.register(place.cleanup)
    return place
