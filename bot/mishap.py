"""What may be said of a crash in a log: where it happened, not with which values."""

import traceback
from pathlib import Path


def place(failure: BaseException) -> str:
    """The file and line that raised it."""
    return next(iter(places(failure)), "")


def places(failure: BaseException) -> list[str]:
    """The files and lines that it came through, the innermost first."""
    trace = [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(failure.__traceback__)]
    return [f"{path.parent.name}/{path.name}:{line}" for path, line in reversed(trace)]
