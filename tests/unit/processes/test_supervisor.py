import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ....plugin.processes.errors import AlreadyRunning, StartFailed
from ....plugin.processes.supervisor import Program, Supervisor
from ...waiting import alive, eventually

MakeProgram = Callable[..., Program]

#: Says its number in the file that means "ready", then lives until it is asked to end.
STAY = "up.write_text(str(os.getpid())); signal.pause()"


def pid_of(tmp_path: Path, name: str) -> int:
    return int((tmp_path / f"{name}.up").read_text() or "0")


class TestStart:
    def test_waits_until_ready(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """A program counts as started when its `ready` is true, not before."""
        supervisor.start(python("slow", "time.sleep(0.3);" + STAY))
        assert (tmp_path / "slow.up").exists()

    def test_ends_too_early(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """A program that ends before it is ready is an error with its last words; others stop."""
        supervisor.start(python("first", STAY))
        with pytest.raises(StartFailed, match=r"second ended \(exit code 3\).*\n  no licence"):
            supervisor.start(python("second", "print('no licence'); sys.exit(3)"))
        assert not alive(pid_of(tmp_path, "first"))

    def test_never_ready(self, supervisor: Supervisor, python: MakeProgram) -> None:
        """A program that is not ready in its time is an error, and is not left behind."""
        with pytest.raises(StartFailed, match=r"deaf was not ready within 0\.2 s"):
            supervisor.start(python("deaf", "signal.pause()", ready_within=0.2))

    def test_no_such_command(self, supervisor: Supervisor) -> None:
        """A command that does not exist is said in words."""
        program = Program(
            name="ghost", command=["/nowhere/ghost"], environment={}, ready=lambda: False
        )
        with pytest.raises(StartFailed, match="cannot start /nowhere/ghost: No such file"):
            supervisor.start(program)

    def test_signal_while_starting(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """Ctrl-C while a program gets ready stops everything that was started."""
        supervisor.start(python("first", STAY))
        interrupt = f"os.kill({os.getpid()}, signal.SIGINT); signal.pause()"
        with pytest.raises(KeyboardInterrupt):
            supervisor.start(python("second", interrupt))
        assert not alive(pid_of(tmp_path, "first"))

    def test_output_is_kept(self, supervisor: Supervisor, python: MakeProgram, home: Path) -> None:
        """What a program writes on either stream is in its log file, also what is not UTF-8."""
        code = "os.write(1, b'out \\xff\\n'); os.write(2, b'err\\n');" + STAY
        supervisor.start(python("noisy", code))
        log = home / "logs" / "noisy.log"
        eventually(lambda: log.exists() and log.read_text() == "out \ufffd\nerr\n", "both lines")


class TestRun:
    def test_restarts_what_dies(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path, said: list[str]
    ) -> None:
        """A program that is killed runs again, and that is said."""
        supervisor.start(python("worker", STAY))
        killed = pid_of(tmp_path, "worker")
        os.kill(killed, signal.SIGKILL)

        result = supervisor.run(until=lambda: pid_of(tmp_path, "worker") not in {0, killed})

        assert result == 0
        assert said == ["worker died (SIGKILL): starting it again in 0.01 s"]

    def test_what_a_dead_program_left_is_killed(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """Children that outlive their program are gone before it is started again."""
        code = (
            "child = os.fork() or signal.pause();"
            f"pathlib.Path({str(tmp_path)!r}, 'children').open('a').write(f'{{child}}\\n');" + STAY
        )
        supervisor.start(python("parent", code))
        os.kill(pid_of(tmp_path, "parent"), signal.SIGKILL)
        children = tmp_path / "children"

        supervisor.run(until=lambda: len(children.read_text().split()) == 2)

        first = int(children.read_text().split()[0])
        eventually(lambda: not alive(first), "the end of the first child")

    def test_gives_up(self, supervisor: Supervisor, python: MakeProgram, said: list[str]) -> None:
        """Five deaths in a minute are enough, and the last words tell why."""
        supervisor.start(python("broken", "print('no memory'); sys.exit(1)", waits=False))
        assert supervisor.run() == 1
        assert len(said) == 5
        assert "broken died 5 times in a minute (exit code 1): giving up" in said[-1]
        assert "no memory" in said[-1]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_signal_ends_the_watch(
        self, supervisor: Supervisor, python: MakeProgram, number: signal.Signals
    ) -> None:
        """A signal to end is no failure."""
        supervisor.start(python("worker", STAY))
        assert supervisor.run(announce=lambda: os.kill(os.getpid(), number)) == 0

    def test_watchdog_is_replaced(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """A watchdog that is killed is replaced, and programs can be started after it."""
        supervisor.start(python("first", STAY))
        watchdog = supervisor._leash._watchdog
        watchdog.kill()
        supervisor.run(until=lambda: supervisor._leash._watchdog is not watchdog)
        supervisor.start(python("second", STAY))
        assert alive(pid_of(tmp_path, "first"))
        assert alive(pid_of(tmp_path, "second"))


class TestStop:
    def test_last_started_first(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path, said: list[str]
    ) -> None:
        """Programs stop in the reverse order of their start, and none is left."""
        names = ["broker", "worker", "beat"]
        for name in names:
            supervisor.start(python(name, STAY))
        supervisor.stop()
        assert said == ["stopping beat", "stopping worker", "stopping broker"]
        assert not any(alive(pid_of(tmp_path, name)) for name in names)

    def test_has_its_time(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """A program may finish what it is doing."""
        finished = tmp_path / "finished"
        code = (
            "def end(*_):\n time.sleep(0.3); pathlib.Path({!r}).touch(); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end)\n" + STAY
        )
        supervisor.start(python("worker", code.format(str(finished))))
        supervisor.stop()
        assert finished.exists()

    def test_killed_when_its_time_is_over(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """A program that does not end when asked is killed."""
        code = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile 1:" + STAY
        supervisor.start(python("stubborn", code, stop_within=0.2))
        supervisor.stop()
        assert not alive(pid_of(tmp_path, "stubborn"))

    def test_second_signal_kills(
        self, supervisor: Supervisor, python: MakeProgram, tmp_path: Path
    ) -> None:
        """Ctrl-C while stopping kills at once."""
        code = (
            "def again(*_): os.kill({}, signal.SIGINT)\n"
            "signal.signal(signal.SIGTERM, again)\nwhile 1:" + STAY
        )
        supervisor.start(python("slow", code.format(os.getpid()), stop_within=300))
        supervisor.stop()
        assert not alive(pid_of(tmp_path, "slow"))

    def test_gives_everything_back(self, home: Path, said: list[str]) -> None:
        """After the stop the signals, the threads and the folder are as they were."""
        before = signal.getsignal(signal.SIGINT), threading.active_count()
        for _ in range(2):  # the folder can be taken again
            with Supervisor(home, say=said.append):
                pass
        assert (signal.getsignal(signal.SIGINT), threading.active_count()) == before


def test_one_per_folder(supervisor: Supervisor, home: Path, said: list[str]) -> None:
    """A second supervisor in the same folder is refused, naming the first."""
    with pytest.raises(AlreadyRunning, match=rf"already running here \(pid {os.getpid()}\)"):
        Supervisor(home, say=said.append)


def test_programs_inherit_nothing(
    supervisor: Supervisor, python: MakeProgram, home: Path, tmp_path: Path
) -> None:
    """A program gets no descriptor of ours: not the lock, not the pipe, not an open socket."""
    fds = tmp_path / "fds"
    code = f"import json; pathlib.Path({str(fds)!r}).write_text(json.dumps(os.listdir('/dev/fd')));"
    with socket.socket():
        supervisor.start(python("worker", code + STAY))
    # The fourth is the listing's own.
    assert len(fds.read_text().split(",")) == 4
