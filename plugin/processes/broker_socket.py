"""Where the embedded broker's files and its socket lie."""

import os
import stat
import tempfile
from pathlib import Path

_SOCKET = "v.sock"
_RECORD = "socket-folder"
#: The kernel's limit for a unix socket's path is 107 bytes on Linux, 103 on macOS.
_LONGEST = 100
_OURS_ALONE = 0o700


def broker_folder(home: Path) -> Path:
    """Return the broker's folder in the state folder; made when missing, mode 0700 in any case."""
    folder = home.resolve() / "broker"
    folder.mkdir(mode=_OURS_ALONE, parents=True, exist_ok=True)
    folder.chmod(_OURS_ALONE)
    return folder


def socket_path(home: Path) -> Path:
    """Return the path of the broker's socket, the same in every process of one state folder.

    It lies in the broker's folder. Where that path is too long for a socket, it lies in a short
    folder of mode 0700 below the system's temporary folder, whose name the broker's folder
    records.
    """
    usual = home.resolve() / "broker" / _SOCKET
    if len(os.fsencode(usual)) <= _LONGEST:
        return usual
    return _short_folder(broker_folder(home) / _RECORD) / _SOCKET


def _short_folder(record: Path) -> Path:
    """Return the recorded folder; make and record one when there is none that is ours."""
    if (known := _recorded(record)) is not None:
        return known
    made = tempfile.mkdtemp(prefix="mintsoft-xero-")  # mode 0700, a name nobody can foresee
    draft = record.with_name(f"{record.name}.{os.getpid()}")
    draft.write_text(made, encoding="utf-8")
    draft.replace(record)
    # Two processes may have done this at once: the later record counts for both.
    return _recorded(record) or Path(made)


def _recorded(record: Path) -> Path | None:
    """Return the folder of the record if it still is there and is ours alone."""
    try:
        folder = Path(record.read_text(encoding="utf-8"))
        status = folder.lstat()
    except OSError:
        return None  # never made, or the temporary folder was cleared up
    private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == _OURS_ALONE
    return folder if private and status.st_uid == os.getuid() else None
