"""What may be said of a crash in a log: where it happened, not with which values."""

from pathlib import Path


def place(failure: BaseException) -> str:
    """The file and line that raised it."""
    trace, where = failure.__traceback__, ""
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where
