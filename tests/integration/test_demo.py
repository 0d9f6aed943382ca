"""The demo with all its processes, judged by what then stands in the simulated Xero."""

import json
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from ...plugin.cli.programs.stack import answers
from ...plugin.processes.broker import find_broker
from ..conftest import service_missing
from ..reserved_port import reserved_port
from ..waiting import LONG, eventually
from .demo_runs import DemoRuns

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.fixture
def runs(home: Path) -> Iterator[DemoRuns]:
    yield from _runs(home)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRuns]:
    """A HOME in which the demo has run to its end once."""
    for runs in _runs(tmp_path_factory.mktemp("demo") / "home"):
        told = runs.command("demo", "--once", "--orders", "60")
        assert told.returncode == 0, told.stderr
        assert "Exported" in told.stdout
        assert not runs.processes()
        yield runs


def _runs(home: Path) -> Iterator[DemoRuns]:
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    runs = DemoRuns(home)
    yield runs
    runs.kill_leftovers()


def _read_until(stream: Iterator[str], words: str) -> None:
    said = []
    for line in stream:
        said.append(line)
        if words in line:
            return
    pytest.fail(f"it never said {words!r}, but:\n{''.join(said)}")


def test_every_order_is_in_xero_once(finished: DemoRuns) -> None:
    """Each order to be exported is in Xero once, with its total to the penny; no other is."""
    assert finished.in_xero() == finished.due_in_xero()


def test_every_order_has_its_state(finished: DemoRuns) -> None:
    """Each order has a row with the state that is due, and one that stays behind says why."""
    rows, expected = finished.outcomes(), finished.day().expected
    assert {x: row["state"] for x, row in rows.items()} == {
        x: key.state for x, key in expected.items()
    }
    assert [row for row in rows.values() if row["state"] != "exported" and not row["message"]] == []


def test_second_run_sends_nothing(finished: DemoRuns) -> None:
    """A second run continues with the same orders, whatever it asks for, and sends none again."""
    before = finished.in_xero()
    told = finished.command("demo", "--once", "--orders", "90")
    assert told.returncode == 0, told.stderr
    assert "The 60 orders (seed 1)" in told.stderr
    assert finished.in_xero() == before
    assert not finished.processes()


def test_killed_demo_leaves_nothing_and_continues(runs: DemoRuns) -> None:
    """SIGKILL amid an export takes all processes along; the next run completes it, once each."""
    with runs.started("demo", "--once", "--orders", "60") as demo:
        assert demo.stderr is not None
        _read_until(demo.stderr, "Sending invoices")
        assert len(runs.processes()) > 8
        demo.kill()
        runs.await_end()

    told = runs.command("demo", "--once")
    assert told.returncode == 0, told.stderr
    assert runs.in_xero() == runs.due_in_xero()
    assert not runs.processes()


def test_interrupted_start_stops_all(runs: DemoRuns) -> None:
    """Ctrl-C while the processes start ends those that were started."""
    with runs.started("demo") as demo:
        assert demo.stderr is not None
        _read_until(demo.stderr, "Starting")
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=LONG) == 130
        assert not runs.processes()


def test_sandboxes_alone(runs: DemoRuns) -> None:
    """`sandbox` serves both simulators with the trouble that was asked for, until Ctrl-C."""
    trouble = "--faults=xero.drop_after=1,mintsoft.error=2"
    with reserved_port() as one, reserved_port() as two:
        ports, where = (one, two), (f"--mintsoft-port={one}", f"--xero-port={two}")
        with runs.started("sandbox", "--orders=40", trouble, *where) as sandbox:
            eventually(lambda: all(answers(port, "/") for port in ports), "both simulators")
            for port, kinds in zip(ports, (["error"], ["drop_after"]), strict=True):
                with urlopen(f"http://127.0.0.1:{port}/_sandbox/faults", timeout=LONG) as answer:
                    assert [fault["kind"] for fault in json.load(answer)["faults"]] == kinds
            sandbox.send_signal(signal.SIGINT)
            sandbox.wait(timeout=LONG)
    assert not runs.processes()


def test_given_port_in_use(runs: DemoRuns) -> None:
    """A port that was asked for and is taken: one sentence, exit 1, nothing running."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = runs.command("demo", "--port", str(port))
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith(f"Error: port {port} for web is in use")
    assert "Traceback" not in told.stderr
    assert not runs.processes()
