"""One supervisor per state folder."""

import fcntl
import os
import time
from pathlib import Path

from .errors import AlreadyRunning

_FILE = "supervisor.lock"
#: Seconds that the watchdog of a killed supervisor may take to clear up.
_CLEARING_UP = 10.0


def lock_folder(home: Path) -> int:
    """Take the state folder for this process; return the descriptor that holds it.

    The folder is made (mode 0700) when it is missing. The kernel lets go of the lock when every
    copy of the descriptor is closed, however its owners end: a stale lock does not exist.

    Raises:
        AlreadyRunning: another supervisor holds the folder.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _CLEARING_UP
    while not _try(descriptor):
        pid = _owner(descriptor)
        # A dead owner: its watchdog is just ending the programs that it left.
        if _lives(pid) or time.monotonic() > deadline:
            os.close(descriptor)
            raise AlreadyRunning(home, pid)
        time.sleep(0.05)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
    return descriptor


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(descriptor: int) -> int | None:
    text = os.pread(descriptor, 20, 0).strip()
    return int(text) if text.isdigit() else None  # empty: it has the lock, but has not written yet


def _lives(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
