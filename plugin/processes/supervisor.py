"""Starts the programs, keeps them running, and leaves none behind."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from .errors import StartFailed
from .folder_lock import lock_folder
from .leash import Leash
from .output import Output
from .process import Process, Program

__all__ = ["Program", "Supervisor"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST_DEATHS = 5
_LONGEST_DELAY = 30.0
_START_PAUSE = 0.05
_WATCH_PAUSE = 0.2


class Supervisor:
    """Keeps programs running in one state folder, from its making to `stop()`.

        with Supervisor(home, say=say) as supervisor:
            supervisor.start(broker)
            supervisor.start(worker)
            sys.exit(supervisor.run())

    It belongs into the main thread. SIGINT (Ctrl-C), SIGTERM and SIGHUP are its own while it
    lives: `run` ends on the first, `stop` kills on the next. Elsewhere, in `start` and in the
    caller's code between the calls, they raise KeyboardInterrupt. If this process is killed
    outright, the watchdog kills all that it had started (watchdog.py).
    """

    def __init__(
        self,
        home: Path,
        *,
        say: Callable[[str], None],
        log_directory: Path | None = None,
        first_delay: float = 0.5,
    ) -> None:
        """Take the state folder `home`.

        Args:
            home: The state folder; made when it is missing.
            say: Gets our own sentences, one a call.
            log_directory: Gets what the programs write, a file each; None: standard error.
            first_delay: Seconds before a program that died is started again; doubled each time.

        Raises:
            AlreadyRunning: another supervisor holds the folder.
        """
        self._say = say
        self._first_delay = first_delay
        self._processes: list[Process] = []
        self._signals = 0
        self._awaiting_signals = False
        self._stopped = False
        self._lock = lock_folder(home)
        self._leash = Leash(self._lock)
        self._output = Output(log_directory)
        self._former = {
            number: signal.signal(number, self._on_signal)
            for number in _SIGNALS
            # Under nohup the end of the terminal is ignored, and stays so.
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, program: Program) -> None:
        """Start a program and wait until it is ready.

        Raises:
            StartFailed: it ended or was not ready in time; all programs are stopped.
            KeyboardInterrupt: a signal came; all programs are stopped.
        """
        process = Process(program, self._leash, self._output)
        self._processes.append(process)
        try:
            with self._taking_signals():
                process.start()
                self._await_ready(process)
        except BaseException:
            self.stop()
            raise

    def run(
        self,
        until: Callable[[], bool] | None = None,
        *,
        announce: Callable[[], None] | None = None,
    ) -> int:
        """Watch the programs, starting again what dies, with growing delays.

        Args:
            until: Asked about five times a second; the watch ends when it is true.
            announce: Called first: the place to say that all is up. Whoever sends a signal as
                soon as he reads that gets the 0 below, not a KeyboardInterrupt just before.

        Returns:
            0 on a signal or when `until` is true; 1 when a program died five times in a minute
            (said why). The programs still run then: call `stop()`.
        """
        with self._taking_signals():
            if announce is not None:
                announce()
            while not self._signals:
                if until is not None and until():
                    return 0
                if not all(self._keep(process) for process in self._processes):
                    return 1
                self._leash.mend()
                time.sleep(_WATCH_PAUSE)
        return 0

    def stop(self) -> None:
        """Stop the programs, the last started first, each within its time; free the folder.

        One signal more while this lasts kills what is left at once. A second call does nothing.
        """
        if self._stopped:
            return
        self._stopped = True
        before = self._signals
        with self._taking_signals():
            try:
                for process in reversed(self._processes):
                    if process.running:
                        self._say(f"stopping {process.program.name}")
                    process.stop(hurry=lambda: self._signals > before)
            finally:
                self._let_go()

    def _let_go(self) -> None:
        for process in self._processes:
            process.kill()
        self._leash.release()
        self._output.close()
        os.close(self._lock)
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _await_ready(self, process: Process) -> None:
        program = process.program
        deadline = time.monotonic() + program.ready_within
        while True:
            ready = program.ready is None or program.ready()
            # Asked in this order: what answers may be somebody else, when ours has ended.
            if how := process.ended():
                reason = f"ended ({how}) before it was ready"
                raise StartFailed(program.name, reason, list(process.last_lines))
            if self._signals:
                raise KeyboardInterrupt
            if ready:
                return
            if time.monotonic() > deadline:
                reason = f"was not ready within {program.ready_within:g} s"
                raise StartFailed(program.name, reason, list(process.last_lines))
            time.sleep(_START_PAUSE)

    def _keep(self, process: Process) -> bool:
        """Start a process again if it died and its time has come; false: give up."""
        if process.restart_at is not None:
            if time.monotonic() >= process.restart_at:
                process.start()
            return True
        if (how := process.ended()) is None:
            return True
        name, deaths = process.program.name, process.count_death()
        if deaths >= _MOST_DEATHS:
            last = "".join(f"\n  {line}" for line in process.last_lines)
            self._say(f"{name} died {deaths} times in a minute ({how}): giving up{last}")
            return False
        delay = min(self._first_delay * 2 ** (deaths - 1), _LONGEST_DELAY)
        self._say(f"{name} died ({how}): starting it again in {delay:g} s")
        process.restart_at = time.monotonic() + delay
        return True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._signals += 1
        if not self._awaiting_signals:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def _taking_signals(self) -> Iterator[None]:
        """Within: signals are counted, and the loop that runs looks at the count."""
        before, self._awaiting_signals = self._awaiting_signals, True
        try:
            yield
        finally:
            self._awaiting_signals = before
