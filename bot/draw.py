"""Draws charts: JSON on stdin, the pictures as JSON on stdout. Runs as a child (`python -m bot.draw`), so that the
memory this takes goes back when it ends; imports nothing of ours but `bot/drawing/`.

What people wrote reaches a picture as letters and is never read as markup or mathematics.
"""

import json
import sys
from base64 import b64encode
from typing import Any

from bot.drawing import disputes, on_time, pareto, satisfaction, trend
from bot.drawing.sheet import Sheet, Unfit

KINDS = {
    "Trend": trend.draw, "Pareto": pareto.draw, "OnTime": on_time.draw, "Satisfaction": satisfaction.draw,
    "Disputes": disputes.draw,
}  # fmt: skip


def draw(spec: dict[str, Any]) -> Sheet:
    """What `spec` says, by the module of its `kind`. Raises Unfit for what has no room or is no number; and what Python
    raises where something is missing."""
    if spec["kind"] not in KINDS:
        raise Unfit("there is no such kind of chart")
    sheet = Sheet(spec)
    KINDS[spec["kind"]](sheet, spec)
    return sheet


def answer(spec: dict[str, Any]) -> dict[str, str]:
    """The picture in base64 (`png`), or what kind of failure it was (`failed`), whose words may quote people."""
    try:
        return {"png": b64encode(draw(spec).png()).decode()}
    except Exception as failure:
        return {"failed": type(failure).__name__}


def main() -> int:
    """Exit code 0 with an answer for each chart on stdout, or 1 with what kind of failure it is on stderr."""
    try:
        asked = json.loads(sys.stdin.buffer.read())
        answers = [answer(spec) for spec in asked]
    except Exception as failure:
        sys.stderr.write(f"{type(failure).__name__}:\n")
        return 1
    sys.stdout.write(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
