"""One export done in three ways: in one process, by a worker, by two workers at once."""

import json
import os
import re
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ...plugin.processes.broker import broker_command, broker_url, find_broker, wait_for_broker
from ...plugin.processes.launch import program_command
from ..conftest import service_missing
from ..reserved_port import reserved_port
from ..waiting import LONG, MARK, eventually, marked

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

ORDERS = 120


class Installation:
    """A HOME of its own, with simulators of its own, started afresh."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        self.home, self.mark = home, uuid.uuid4().hex
        self.environment = {**os.environ, "MINTSOFT_XERO_HOME": str(home), MARK: self.mark}
        self.xero = ""

    @contextmanager
    def process(self, *command: str) -> Iterator["subprocess.Popen[str]"]:
        """A process that runs until the end of the block."""
        with (
            (self.home / "processes.log").open("a") as log,
            subprocess.Popen(
                command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()

    @contextmanager
    def sandboxes(self) -> Iterator[None]:
        """Both simulators, on free ports, with the same day of orders every time."""
        # Not on the usual ports: another test's simulators may begin at this moment.
        with (
            reserved_port() as one,
            reserved_port() as two,
            self.process(
                *program_command("sandbox", f"--orders={ORDERS}"),
                f"--mintsoft-port={one}",
                f"--xero-port={two}",
            ) as process,
        ):
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"export (\w+_URL)=(\S+)", line):
                    self.environment[found[1]] = found[2]
                if line.startswith("Ctrl-C"):
                    break
            self.xero = self.environment["MINTSOFT_XERO_XERO_URL"]
            yield

    @contextmanager
    def workers(self, count: int) -> Iterator[None]:
        """A broker and so many workers."""
        with ExitStack() as stack:
            self.environment["MINTSOFT_XERO_REDIS_URL"] = broker_url(self.home)
            stack.enter_context(self.process(*broker_command(find_broker(), self.home)))
            wait_for_broker(broker_url(self.home), LONG)
            worker = program_command("worker", "--concurrency", "2")
            for _ in range(count):
                stack.enter_context(self.process(*worker))
            yield

    def ended(self) -> bool:
        """Whether none of its processes is left."""
        return not marked(self.mark)

    def command(self, *arguments: str) -> str:
        """Run a command that must succeed; what it prints."""
        told = subprocess.run(
            program_command(*arguments),
            env={
                **self.environment,
                "MINTSOFT_PASSWORD": "sandbox",
                "XERO_CLIENT_SECRET": "custom",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        return told.stdout

    def result(self, *how: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Export, and give all rows and documents without what differs by nature."""
        login = ["--mintsoft-username", "sandbox", "--xero-client-id", "custom"]
        mode = ["--mode", "accounting", "--set", "start_date=any", "--set", "batch_size=20"]
        mode += ["--set", "write_pace=500"]
        self.command("connection", "add", "shop", *mode, *login)
        self.command("export", "shop", "--wait", "60", *how)
        lines = self.command("outcomes", "shop", "--json").splitlines()
        rows = [_without(json.loads(line), "invoice_id", "updated_at") for line in lines]
        with urllib.request.urlopen(f"{self.xero}/_sandbox/invoices", timeout=60) as answer:
            content = json.load(answer)
        invoices = content["invoices"] if isinstance(content, dict) else content
        documents = [_without(x, "id", "invoice_id", "contact_id", "updated") for x in invoices]
        return rows, sorted(documents, key=lambda document: str(document["number"]))


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[list[Installation]]:
    """Three installations, whose processes all end with the test."""
    installations = [Installation(tmp_path / name) for name in ("inline", "one", "two")]
    yield installations
    for installation in installations:
        eventually(installation.ended, "the end of all processes", 20)


def test_inline_one_worker_and_two_give_the_same(installed: list[Installation]) -> None:
    """The same export in one process, by a worker, and by two gives the same rows and documents."""
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    inline, one, two = installed
    with inline.sandboxes():
        expected = inline.result("--inline")
    assert len(expected[0]) == ORDERS
    with one.sandboxes(), one.workers(1):
        assert one.result() == expected
    with two.sandboxes(), two.workers(2):
        assert two.result() == expected
