"""Loads the program once and runs it again and again, each time in a fork: `sulh` without waiting for imports.

Speaks in lines: a call, as JSON, starts one and is answered by its process id, and by its exit code when it has ended.
"""

import gc
import json
import os
import sys
from typing import Any


def main() -> None:
    import bot.app  # noqa: F401 - the slow part of the start, which is not what is tested here

    gc.freeze()  # or each fork would touch, and copy, all of it

    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(**json.loads(line))
        print(pid, flush=True)
        _pid, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(argv: list[str], **place: Any) -> None:
    """`place`: what of the folder, the environment, and the files for what is printed is not this process's own."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(place[name], os.O_WRONLY | os.O_CREAT) if name in place else 2, stream)
    os.chdir(place.get("cwd", "."))
    if "env" in place:
        os.environ.clear()
        os.environ.update(place["env"])
    sys.argv = ["sulh", *argv]
    from bot.cli import main as sulh

    sulh()
    os._exit(0)


if __name__ == "__main__":
    main()
