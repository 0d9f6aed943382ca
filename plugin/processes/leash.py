"""The supervisor's hold on the watchdog (see watchdog.py, which does the work)."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from . import watchdog

# Isolated (-I) and without site-packages (-S): nothing around it can disturb it; starts in 15 ms.
_SCRIPT = [sys.executable, "-I", "-S", str(Path(watchdog.__file__).resolve())]


class Leash:
    """Every program that is started through `command` dies when this process dies."""

    def __init__(self, lock: int) -> None:
        """Start the watchdog; `lock` is the descriptor of the held lock, which it keeps too."""
        self._lock = lock
        self._groups: set[int] = set()
        self._watchdog = self._start()

    @property
    def descriptor(self) -> int:
        """The pipe to the watchdog, to be passed on to the program that is being started."""
        assert self._watchdog.stdin is not None
        return self._watchdog.stdin.fileno()

    def command(self, command: list[str]) -> list[str]:
        """Return `command` with the step before it that ties it to us."""
        return [*_SCRIPT, "run", str(self.descriptor), str(os.getpid()), *command]

    def tie(self, group: int) -> None:
        """Remember a group that has told the watchdog of itself."""
        self._groups.add(group)

    def untie(self, group: int) -> None:
        """Forget a group that is gone, so that its number is never killed for another's sake."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def mend(self) -> None:
        """Replace the watchdog if it was killed."""
        if self._watchdog.poll() is None:
            return
        self._close()
        self._watchdog = self._start()
        self._tell("".join(f"{group}\n" for group in self._groups))

    def release(self) -> None:
        """Let the watchdog end; it kills what is still tied. Returns when it is gone."""
        self._close()
        try:
            self._watchdog.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._watchdog.kill()
            self._watchdog.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own script
            [*_SCRIPT, "watch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C at the terminal is for the supervisor alone
            pass_fds=(self._lock,),
        )

    def _tell(self, lines: str) -> None:
        # One that was just killed is replaced at the next `mend`, and told everything.
        with contextlib.suppress(BrokenPipeError):
            os.write(self.descriptor, lines.encode())

    def _close(self) -> None:
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.close()
