"""Loads the program once and runs it again and again, each time in a fork: `sulh run` without waiting for imports.

Speaks in lines: "run" starts one and is answered by its process id, and by its exit code when it has ended.
"""

import os
import sys


def main() -> None:
    import bot.app  # noqa: F401 - the slow part of the start, which is not what is tested here
    from bot.cli import main as sulh

    print("ready", flush=True)
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            sys.argv = ["sulh", "run"]
            sulh()
            os._exit(0)
        print(pid, flush=True)
        _pid, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
