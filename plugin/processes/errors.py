"""What can go wrong with processes; each carries one sentence for people.

    ProcessError
    ├── AlreadyRunning   another supervisor holds the state folder
    ├── StartFailed      a program ended, or was not ready in time
    ├── PortInUse        an address that was asked for cannot be had
    └── NoBroker         no server to carry messages, or it does not answer

The command line prints the sentence and exits 1.
"""

import errno
from pathlib import Path


class ProcessError(Exception):
    """Something about our processes that a person must see; `str()` is the sentence."""


class AlreadyRunning(ProcessError):  # noqa: N818 - named after what is the matter
    """A supervisor runs in this state folder already."""

    def __init__(self, home: Path, pid: int | None) -> None:
        """Name the folder and, when it is known, the process that holds it."""
        who = f"pid {pid}" if pid else "pid unknown"
        super().__init__(f"already running here ({who}): {home}")
        self.pid = pid


class StartFailed(ProcessError):  # noqa: N818
    """A program did not become ready; the last lines that it wrote follow the sentence."""

    def __init__(self, name: str, reason: str, last_lines: list[str]) -> None:
        """`reason` completes the sentence that starts with the program's name."""
        said = "".join(f"\n  {line}" for line in last_lines)
        super().__init__(f"{name} {reason}" + (f"; it said last:{said}" if said else ""))
        self.name = name


class PortInUse(ProcessError):  # noqa: N818
    """A port that was asked for by number cannot be opened on this machine."""

    def __init__(self, port: int, name: str, setting: str, error: OSError) -> None:
        """`error`: why the program `name` can't have it; `setting` chooses another."""
        what = "is in use" if error.errno == errno.EADDRINUSE else "may not be opened"
        super().__init__(f"port {port} for {name} {what}: choose another with {setting}")


class NoBroker(ProcessError):  # noqa: N818
    """There is no broker to be started, or none answers at the address."""
