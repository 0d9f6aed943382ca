"""What programs write: shown with their name before each line, or kept in log files."""

import contextlib
import os
import sys
from pathlib import Path
from threading import Lock
from typing import IO, TextIO

_COLOURS = ("36", "33", "32", "35", "34", "31")  # ANSI: cyan, yellow, green, magenta, blue, red
_WIDTH = 8
#: Bytes after which a log file is moved to `NAME.log.1`, whose former content is dropped.
_LARGEST = 10_000_000


class Output:
    """Where the lines of all programs go; several threads write at once."""

    def __init__(self, log_directory: Path | None, stream: TextIO | None = None) -> None:
        """Write to `log_directory`/NAME.log, or, when it is None, to `stream` (standard error)."""
        self._stream = stream if stream is not None else sys.stderr
        self._coloured = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._directory = log_directory
        self._files: dict[str, IO[str]] = {}
        self._names: list[str] = []
        self._lock = Lock()

    def write(self, name: str, line: str) -> None:
        """Write one line of the program `name`, without its line end."""
        # A closed terminal or a full disk must not stop the programs that we look after.
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self._directory is None:
                self._stream.write(self._prefix(name) + line + "\n")
                self._stream.flush()
            else:
                self._file(self._directory / f"{name}.log").write(line + "\n")

    def close(self) -> None:
        """Close the log files."""
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def _prefix(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        text = f"{name:<{_WIDTH}} | "
        if not self._coloured:
            return text
        return f"\x1b[{_COLOURS[self._names.index(name) % len(_COLOURS)]}m{text}\x1b[0m"

    def _file(self, path: Path) -> IO[str]:
        file = self._files.get(path.name)
        if file is not None and path.stat().st_size > _LARGEST:
            file.close()
            path.replace(path.with_name(path.name + ".1"))
            file = None
        if file is None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._files[path.name] = path.open("a", encoding="utf-8", buffering=1)
        return file
