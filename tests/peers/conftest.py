"""Other people's programs, each in its own environment, before a sandbox that really runs."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from ...plugin.processes.launch import program_command
from ..conftest import ROOT, service_missing
from ..reserved_port import reserved_port
from ..waiting import LONG, eventually
from .front import Front, front_of

#: Seconds that a program may take for all that it does.
_WITHIN = 120
_HERE = Path(__file__).resolve().parent
_TAKEN_OVER = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ")


@dataclass(frozen=True, kw_only=True)
class Peer:
    """An environment with one program, and the world that the program sees."""

    bin: Path
    sandbox_url: str
    front: Front
    home: Path

    def run(self, *command: str) -> str:
        """Run a program of the environment to its end; returns what it printed."""
        environment = {name: os.environ[name] for name in _TAKEN_OVER if name in os.environ} | {
            "HOME": str(self.home),
            "HTTPS_PROXY": self.front.url,
            "PYTHONPATH": str(_HERE),
            "SSL_CERT_FILE": str(self.front.certificate),
            "SANDBOX_URL": self.sandbox_url,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_WITHIN,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def drive(self, driver: str) -> "Seen":
        """Run one of our drivers; returns what its steps saw."""
        lines = self.run("python", "-m", f"drivers.{driver}").splitlines()
        return Seen({line["step"]: line for line in map(json.loads, lines)})

    def tokens(self) -> dict[str, str]:
        """The tokens of a new consent."""
        answer: dict[str, str] = json.loads(self.run("python", "-m", "drivers.driving"))
        return answer

    def control(self, what: str, **body: Any) -> Any:
        """Tell the sandbox to do something."""
        answer = requests.post(f"{self.sandbox_url}/_sandbox/{what}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()


class Seen:
    """What the steps of a driver saw."""

    def __init__(self, lines: dict[str, dict[str, Any]]) -> None:
        self._lines = lines
        self.steps = list(lines)

    def __getitem__(self, step: str) -> Any:
        """What a step saw; fails the test, with the driver's traceback, if the step failed."""
        line = self._lines.get(step, {"failed": f"the driver has no step {step}"})
        if "failed" in line:
            pytest.fail(line["failed"], pytrace=False)
        return line["saw"]


PeerOf = Callable[[str], Peer]


@contextmanager
def _sandbox(home: Path) -> Iterator[int]:
    """A Xero sandbox in a process of its own; yields its port."""
    command = program_command("sandbox", "--only", "xero", "--limits", "off", "--auto-consent")
    log = home / "sandbox.log"
    with (
        log.open("wb") as output,
        reserved_port() as port,
        subprocess.Popen(
            [*command, "--orders", "60", "--xero-port", str(port)],
            env={**os.environ, "MINTSOFT_XERO_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            eventually(lambda: process.poll() is not None or _answers(port), "the sandbox")
            assert process.poll() is None, log.read_text()
            yield port
        finally:
            process.terminate()
            try:
                process.wait(LONG)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/_sandbox/state", timeout=60).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def peer_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerOf]:
    """Give the peer of a name; the sandbox that it sees is its own."""
    home = tmp_path_factory.mktemp("peer")
    environments = Path(os.environ.get("MINTSOFT_XERO_PEERS") or ROOT / ".venv-peers")
    with _sandbox(home) as port, front_of(port, home) as front:

        def peer(name: str) -> Peer:
            programs = environments / name / "bin"
            if not (programs / "python").exists():
                service_missing(f"no environment with {name}: run `make peers`")
            return Peer(
                bin=programs, sandbox_url=f"http://127.0.0.1:{port}", front=front, home=home
            )

        yield peer
