"""What kills, floods and disturbs. `make stress` takes its time over it; `make test` has a short form."""

import os

LONG = bool(os.environ.get("SULH_STRESS"))


def times(short: int, long: int) -> int:
    """How often, by how much time there is."""
    return long if LONG else short
