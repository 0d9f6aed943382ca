"""The script that lets no process outlive its supervisor, even one killed by SIGKILL.

Run by path, in two ways; it uses the standard library only and imports nothing of ours:

``watchdog.py watch`` is a process of its own for as long as the supervisor lives. Its standard
input is a pipe whose other end only the supervisor keeps, so it ends when the supervisor does,
however that happens. Lines on it say which process groups there are: ``12`` is one more, ``-12``
one less. When the pipe ends, the groups that are left are killed: the programs *and* their
children, such as a Celery worker's pool. It has inherited the lock on the state folder, so a new
supervisor cannot start there before the last process of the old one is gone.

``watchdog.py run DESCRIPTOR PARENT COMMAND...`` is the first breath of every program, already the
leader of its own group: it tells the watchdog its number, then *becomes* COMMAND (same process).
So there is no moment in which a program runs that the watchdog does not know. On Linux it also
asks the kernel for SIGKILL when the supervisor dies, in case the watchdog dies with it.
"""

import contextlib
import os
import signal
import sys
import time
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
#: Seconds to wait for killed groups to vanish. Bounded: where nobody reaps orphans (a container
#: whose first process does not) a dead group stays visible for ever.
_PATIENCE = 5.0
_CANNOT_START = 127


def watch() -> None:
    """Keep the list of groups until the supervisor is gone, then kill what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    groups: set[int] = set()
    for line in sys.stdin.buffer:
        group = int(line)
        if group > 0:
            groups.add(group)
        else:
            groups.discard(-group)
    deadline = time.monotonic() + _PATIENCE
    # Again and again: a process that was just forking may have escaped the first signal.
    while (groups := {group for group in groups if kill_group(group)}) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.05)


def kill_group(group: int) -> bool:
    """Send SIGKILL to every process of a group; false when there is none left."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS: EPERM when only zombies are left
        return False
    return True


def run(descriptor: int, parent: int, command: list[str]) -> NoReturn:
    """Tell the watchdog about this process and become `command`."""
    _die_with_parent()
    if os.getppid() != parent:  # it died before the kernel could be asked
        sys.exit(_CANNOT_START)
    # A watchdog that has just died is replaced by the supervisor, which tells it of us.
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, b"%d\n" % os.getpid())
    os.close(descriptor)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and exec would keep that
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"cannot start {command[0]}: {error.strerror}\n")
        sys.exit(_CANNOT_START)


def _die_with_parent() -> None:
    """Linux: SIGKILL for us when the thread that started us ends; survives exec. Else nothing."""
    if sys.platform != "linux":
        return
    import ctypes

    # A kernel or libc that refuses leaves the watchdog, which does the same by itself.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


if __name__ == "__main__":
    if sys.argv[1] == "watch":
        watch()
    else:
        run(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
