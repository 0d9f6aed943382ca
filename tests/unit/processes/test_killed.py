"""What happens when the supervisor is killed outright."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ....plugin.processes.launch import module_command
from ...waiting import LONG, MARK, eventually, marked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

#: Refuses to end when asked, and has a child that does so too.
STUBBORN = (
    "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork()\n"
    "while True: signal.pause()"
)
COMMAND = [sys.executable, "-S", "-c", STUBBORN]


@contextmanager
def supervised(home: Path, mark: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a supervisor with two programs; a test that fails does not wait for it."""
    programs = [f"{name}={json.dumps(COMMAND)}" for name in ("one", "two")]
    with subprocess.Popen(
        module_command("tests.unit.processes.supervised", str(home), *programs),
        env={**os.environ, MARK: mark},
        stderr=subprocess.PIPE,
        text=True,
    ) as supervisor:
        try:
            yield supervisor
            supervisor.wait(timeout=LONG)
        finally:
            supervisor.kill()


@pytest.fixture
def mark() -> Iterator[str]:
    mark = uuid.uuid4().hex
    yield mark
    for pid in marked(mark):
        os.kill(pid, signal.SIGKILL)


def running(mark: str) -> list[int]:
    """The processes of the two programs: two each."""
    return [pid for pid, command in marked(mark).items() if command.startswith(" ".join(COMMAND))]


def test_nothing_is_left(home: Path, mark: str) -> None:
    """A killed supervisor takes its programs and their children along, and frees the folder."""
    with supervised(home, mark) as first:
        eventually(lambda: len(running(mark)) == 4, "two programs with a child each")
        first.kill()
    eventually(lambda: not marked(mark), "the end of everything")

    with supervised(home, mark) as second:
        eventually(lambda: len(running(mark)) == 4, "the next start")
        second.kill()
    eventually(lambda: not marked(mark), "the end of everything")


def test_next_start_waits_for_the_clearing_up(home: Path, mark: str) -> None:
    """A start right after the kill succeeds, and never runs beside what the first one left."""
    with supervised(home, mark) as first:
        eventually(lambda: len(running(mark)) == 4, "two programs with a child each")
        left = set(running(mark))
        first.kill()
        first.wait()
        with supervised(home, mark) as second:
            assert second.stderr is not None
            assert second.stderr.readline() == "started\n"
            assert not left & set(marked(mark))
            second.kill()


def test_second_start_exits_1(home: Path, mark: str) -> None:
    """A second start beside a running one says the pid of the first and exits 1."""
    with supervised(home, mark) as first:
        assert first.stderr is not None
        assert first.stderr.readline() == "started\n"
        with supervised(home, mark) as second:
            assert second.stderr is not None
            assert second.stderr.read() == f"already running here (pid {first.pid}): {home}\n"
        assert second.returncode == 1
        first.kill()
    eventually(lambda: not marked(mark), "the end of everything")


def test_interrupted_supervisor_exits_0(home: Path, mark: str) -> None:
    """Two signals in a row end even programs that do not want to, without a traceback."""
    with supervised(home, mark) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline() == "stopping two\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == "stopping one\n"
    assert process.returncode == 0
    assert not marked(mark)
