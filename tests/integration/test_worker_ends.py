"""A real worker that is told to end, or whose time is up, in the middle of a call."""

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request

from ...plugin.database.jobs import DueJob
from ...plugin.domain.connections.connection import Connection
from ...plugin.domain.connections.job import Job, JobName
from ...plugin.domain.exports.export import ExportState
from ...plugin.processes.broker import broker_command, broker_url, find_broker, wait_for_broker
from ...plugin.processes.launch import program_command
from ...plugin.sandbox.serve import Beginning, mintsoft_app, xero_app
from ...plugin.services.connections.setup import add_connection
from ...plugin.services.container import Container, join
from ...plugin.services.dispatch import dispatch
from ...plugin.services.jobs import sync_now, tell
from ..conftest import service_missing
from ..unit.web.serving import serving
from ..waiting import LONG, MARK, eventually, marked

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


class Gate:
    """Holds the calls of one kind that come to a simulator, until it is opened."""

    def __init__(self, app: Flask, caught: Callable[[], bool]) -> None:
        self.reached, self._open, self._shut = threading.Event(), threading.Event(), False

        @app.before_request
        def hold() -> None:
            if self._shut and caught():
                self.reached.set()
                self._open.wait(LONG)

    def shut(self) -> None:
        self._shut = True

    def open(self) -> None:
        self._shut = False
        self._open.set()


class Running:
    """An installation between two simulators, with a broker, whose workers can be started."""

    def __init__(self, plugin: Container, settings: dict[str, str], mark: str) -> None:
        self.plugin = plugin
        self._environment = {**os.environ, **settings, MARK: mark}

    @property
    def connection(self) -> Connection:
        return self.plugin.connections.named("one")

    def worker(self) -> "subprocess.Popen[bytes]":
        command = program_command("worker", "--concurrency=1", "--log-level=WARNING")
        return subprocess.Popen(command, env=self._environment)

    def state(self, state: ExportState) -> int:
        return self.plugin.ledger.counts(self.connection).get(state, 0)

    def job(self) -> Job:
        return self.plugin.jobs.one(self.connection, JobName.EXPORT_ORDERS)


@pytest.fixture
def gates() -> dict[str, Gate]:
    """Return the gates of both simulators, filled by `running`."""
    return {}


@pytest.fixture
def running(home: Path, gates: dict[str, Gate]) -> Iterator[Running]:
    if (broker := find_broker()) is None:
        service_missing("no Valkey or Redis server")
    mark, today = uuid.uuid4().hex, datetime.now(UTC).date().isoformat()
    beginning = Beginning(orders=40, seed=1, today=today)
    of_mintsoft, of_xero = mintsoft_app(beginning, None), xero_app(beginning, None, limits=False)
    gates["orders"] = Gate(of_mintsoft, lambda: request.path.endswith("/Order/List"))
    gates["invoices"] = Gate(
        of_xero, lambda: request.method == "PUT" and request.path.endswith("/Invoices")
    )
    environment = {**os.environ, MARK: mark}
    with (
        serving(of_mintsoft) as mintsoft,
        serving(of_xero) as xero,
        subprocess.Popen(broker_command(broker, home), env=environment) as process,
    ):
        urls = {f"MINTSOFT_XERO_{x}_URL": xero for x in ("XERO", "XERO_IDENTITY", "XERO_LOGIN")}
        settings = {
            "MINTSOFT_XERO_HOME": str(home),
            "MINTSOFT_XERO_DATABASE_URL": "",
            "MINTSOFT_XERO_REDIS_URL": broker_url(home),
            "MINTSOFT_XERO_MINTSOFT_URL": mintsoft,
            **urls,
        }
        wait_for_broker(broker_url(home), 10)
        plugin = join(settings)
        plugin.prepare()
        add_connection(
            plugin,
            name="one",
            mode="accounting",
            mintsoft_username="sandbox",
            mintsoft_client="",
            xero_client_id="custom",
            settings={"start_date": "any", "quiet_seconds": "0", "batch_size": "5"},
            secrets={"mintsoft_password": "sandbox", "xero_client_secret": "custom"},
        )
        plugin.connections.start(plugin.connections.named("one"))
        yield Running(plugin, settings, mark)
        for gate in gates.values():
            gate.open()
        plugin.celery.close()
        plugin.decider.close()
        plugin.database.close()
        for pid in marked(mark):
            os.kill(pid, signal.SIGKILL)
        process.kill()  # its mark is gone: it writes its title over its environment


def test_sigterm_in_a_batch(running: Running, gates: dict[str, Gate]) -> None:
    """A worker that is told to end in a call ends it, records it, and leaves the rest to others."""
    sync_now(running.plugin, running.connection)
    due = running.state(ExportState.READY)
    gates["invoices"].shut()
    dispatch(running.plugin, running.connection)
    with running.worker() as worker:
        assert gates["invoices"].reached.wait(LONG)
        assert running.state(ExportState.CLAIMED) == 5
        worker.send_signal(signal.SIGTERM)
        gates["invoices"].open()
        assert worker.wait(timeout=LONG) == 0
    assert running.state(ExportState.EXPORTED) == 5
    assert running.state(ExportState.READY) == due - 5
    assert running.state(ExportState.CLAIMED) + running.state(ExportState.UNKNOWN) == 0

    with running.worker() as worker:  # what was told of is still in the broker
        eventually(lambda: running.state(ExportState.READY) == 0, "the end")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=LONG) == 0
    exported = [x for x in running.plugin.ledger.exports(running.connection) if x.invoice_id]
    assert len({x.invoice_id for x in exported}) == len(exported)


def test_time_is_up_in_a_sync(running: Running, gates: dict[str, Gate]) -> None:
    """A sync that reaches its time limit ends by itself, says so, and the next one gets on."""
    connection = running.connection
    gates["orders"].shut()
    tell(running.plugin, short(connection))
    with running.worker() as worker:
        eventually(lambda: running.job().ended_at, "the end of the job")
        job = running.job()
        assert (job.code, job.running_since, job.seconds) == ("MX-132", None, 1080)
        gates["orders"].open()
        tell(running.plugin, running.plugin.jobs.tell(connection, JobName.EXPORT_ORDERS))
        eventually(lambda: not running.job().code, "a sync that gets through")
        assert running.job().counts
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=LONG) == 0


def short(connection: Connection) -> DueJob:
    """A run of the sync that may take two seconds."""
    return DueJob(connection_id=connection.connection_id, name=JobName.EXPORT_ORDERS, seconds=2)
