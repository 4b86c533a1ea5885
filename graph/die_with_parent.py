"""Becomes another program, one that the kernel kills when our parent dies, however it dies.

    python die_with_parent.py PARENT_PID PROGRAM ARGUMENT...

Run by its path and without site-packages, so it imports nothing of Guanxi. The kernel follows the thread that started
us, not its process, so a parent must start us from its main thread. Elsewhere than on Linux it only becomes PROGRAM:
there the next start finds and ends what a killed supervisor left.
"""

import ctypes
import os
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1


def main() -> None:
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    # A parent that died before the kernel was asked would never be noticed.
    if os.getppid() != int(parent):
        raise SystemExit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
