"""A disk that is full for a while, under a database of SQLite.

A small tmpfs of its own, where this user may mount one: then a file of ballast fills it, and every
write fails as on a real full disk (SQLITE_FULL, from ENOSPC, in the WAL as in the database).
Elsewhere ``PRAGMA max_page_count`` is set to the present size at the start of each transaction
(SQLITE_FULL too, but only where the database would grow).
"""

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

#: A file of this name beside the database: it may not grow any more.
FULL = "full"
SIZE_MB = 48
_WATCHED = "MINTSOFT_XERO_CHAOS_DISK"


class Disk:
    """A folder that can be made full."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        options = f"size={SIZE_MB}m,mode=0700"
        mount = ["mount", "-t", "tmpfs", "-o", options, "chaos", str(folder)]
        with suppress(OSError):
            self.mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        self.environment = {} if self.mounted else {_WATCHED: str(folder / FULL)}

    def fill(self) -> None:
        """Nothing more goes onto it."""
        if not self.mounted:
            (self.folder / FULL).touch()
            return
        with (self.folder / "ballast").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)

    def free(self) -> None:
        """There is room again."""
        (self.folder / FULL).unlink(missing_ok=True)
        (self.folder / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        """Give it back."""
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)


def watch() -> None:
    """In a worker: keep the database from growing while the file is there."""
    file = os.environ.get(_WATCHED)
    if not file:
        return

    @event.listens_for(Engine, "begin")
    def limit(connection: Any) -> None:
        if connection.dialect.name == "sqlite":
            most = 1 if Path(file).exists() else 2**30
            connection.exec_driver_sql(f"PRAGMA max_page_count={most}")
