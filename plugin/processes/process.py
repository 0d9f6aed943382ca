"""One program that is kept running, and the process that it is at the moment."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import IO

from .leash import Leash
from .output import Output
from .watchdog import kill_group

_MINUTE = 60.0
_LAST_LINES = 15
_PAUSE = 0.05


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to keep running, and how to tell that it does."""

    #: Stands before each line that it writes, and in messages about it.
    name: str
    command: list[str]
    #: Variables added to those of this process.
    environment: dict[str, str]
    #: Asked again and again until true; None: ready as soon as it is started.
    ready: Callable[[], bool] | None
    #: Seconds until `ready` must be true.
    ready_within: float = 30.0
    #: Asks its main process to finish what it is doing and end.
    stop_signal: signal.Signals = signal.SIGTERM
    #: Seconds that it has for that; then it is killed.
    stop_within: float = 10.0


class Process:
    """The process of one program, in a session and group of its own, and its deaths so far."""

    def __init__(self, program: Program, leash: Leash, output: Output) -> None:
        self.program = program
        #: When it is to be started again (monotonic seconds); None: it is running.
        self.restart_at: float | None = None
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._leash = leash
        self._output = output
        self._deaths: deque[float] = deque()
        self._popen: subprocess.Popen[bytes] | None = None
        self._pump: Thread | None = None

    def start(self) -> None:
        """Start it; call this in the main thread (on Linux it dies with the thread)."""
        self.restart_at = None
        self._popen = subprocess.Popen(  # noqa: S603 - no shell; the command is our own
            self._leash.command(self.program.command),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(self._leash.descriptor,),
        )
        self._leash.tie(self._popen.pid)
        assert self._popen.stdout is not None
        self._pump = Thread(target=self._pass_on, args=(self._popen.stdout,), daemon=True)
        self._pump.start()

    @property
    def running(self) -> bool:
        """Whether there is a process that has not ended, or has not been cleared up after."""
        return self._popen is not None

    def ended(self) -> str | None:
        """Return how it ended ("exit code 3", "SIGKILL"), None while it runs.

        Tells each end once: what it left (children, pipes) is cleared up before.
        """
        if self._popen is None or (code := self._popen.poll()) is None:
            return None
        self._clear_up(self._popen)
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    def count_death(self) -> int:
        """Count one more death; return how many there were in the last minute."""
        now = time.monotonic()
        self._deaths.append(now)
        while self._deaths[0] < now - _MINUTE:
            self._deaths.popleft()
        return len(self._deaths)

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """Ask it to end; kill it and its children when its time is over or `hurry` says so."""
        if self._popen is None:
            return
        self._popen.send_signal(self.program.stop_signal)
        deadline = time.monotonic() + self.program.stop_within
        while self._popen.poll() is None and time.monotonic() < deadline and not hurry():
            time.sleep(_PAUSE)
        self.kill()

    def kill(self) -> None:
        """Kill it and its children now, if there are any."""
        if self._popen is not None:
            self._clear_up(self._popen)

    def _clear_up(self, popen: subprocess.Popen[bytes]) -> None:
        kill_group(popen.pid)  # also what a main process that has ended left behind
        popen.wait()
        self._leash.untie(popen.pid)
        self._popen = None
        if self._pump is not None:
            self._pump.join(timeout=1)

    def _pass_on(self, pipe: IO[bytes]) -> None:
        with pipe:
            for raw in pipe:
                line = raw.decode("utf-8", errors="replace").rstrip()
                self.last_lines.append(line)
                self._output.write(self.program.name, line)
