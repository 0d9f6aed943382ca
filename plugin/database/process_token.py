"""Process token: which process holds a claim or a lease, and whether that process still lives."""

import os
import re
import socket
import uuid
from pathlib import Path

_PID = re.compile(r"[1-9][0-9]{0,9}")


def new_token() -> str:
    """A token that names this process and is used once; at most 100 characters."""
    return f"{_place()}/{os.getpid()}/{_started(os.getpid())}/{uuid.uuid4().hex[:16]}"


def certainly_dead(token: str) -> bool:
    """True when the token's process ran on this machine and has ended.

    False whenever that can't be known from here: another machine or container, or a token
    that can't be read. Then only time tells.
    """
    parts = token.split("/")
    if len(parts) != 4 or parts[0] != _place() or not _PID.fullmatch(parts[1]):  # noqa: PLR2004
        return False
    pid = int(parts[1])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    # The same number may have been given to another process since.
    return _started(pid) != parts[2]


def _place() -> str:
    """This machine and process namespace: pids mean the same only within one."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        boot, namespace = "", ""
    return f"{socket.gethostname()[:30]}-{boot}-{namespace}".replace("/", "_")


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty where that can't be read.

    Empty too for one that has ended, but whose parent has not asked about it yet.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    words = text.rpartition(")")[2].split()
    return "" if words[0] in {"Z", "X"} else words[19]
