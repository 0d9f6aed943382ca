"""An export at the limit: how much of what Xero allows is used, and what people notice of it.

    make bench-engine        (or: python -m mintsoft_xero.tests.benchmarks.throughput --orders 3000)

Orders are exported by workers from the simulated Mintsoft to the simulated Xero with its real
limits (xero.md 2.3), which is 80 to 160 ms away; its contacts are cold. Meanwhile somebody makes a
call of his own every twenty seconds. Printed, and judged (exit 1):

- calls in each minute after the first one, of the 60 allowed: at least 57;
- the part of these that are full invoice batches: at least 90 %;
- answers 429: none;
- how long the other calls waited: less than 2 seconds.

The minutes end with the last full batch. A minute more or less of a short form says little: take
3,000 orders for a try, 18,000 for a figure.
"""

# ruff: noqa: T201 (it is there to print)

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import requests

from ...plugin.cli.main import commands
from ...plugin.domain.exports.export import UNSETTLED
from ...plugin.processes.broker import broker_command, broker_url, find_broker, wait_for_broker
from ...plugin.processes.launch import program_command
from ...plugin.processes.ports import free_port
from ...plugin.services.container import Container, join
from .latency import Call, Wire

#: Seconds of a call beside what the simulator itself takes.
LATENCY = (0.080, 0.160)
MINUTE = 60
#: Of its own, somebody makes a call so often.
EVERY = 20.0
ALLOWED, USED, FULL, WAITED = 60, 57, 0.9, 2.0


@contextmanager
def process(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """A process of ours; ended kindly, as an operator does."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=output
        )
        try:
            yield started.pid
        finally:
            started.terminate()
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def wait_for(url: str) -> None:
    """Wait until a server answers anything."""
    until = time.monotonic() + 60
    while True:
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


class Interactive(threading.Thread):
    """Somebody at a page, who reads something of the organisation now and then."""

    def __init__(self, plugin: Container) -> None:
        super().__init__(daemon=True)
        self._plugin = plugin
        self._end = threading.Event()
        #: How long each of his calls took, in seconds.
        self.took: list[float] = []

    def run(self) -> None:
        """Until `end`."""
        plugin = self._plugin
        connection = plugin.connections.named("bench")
        target = plugin.target_adapter("xero").target(
            plugin.means(plugin.vault),
            connection.grant,
            connection.organisation_known.organisation_id,
            by_person=True,
        )
        while not self._end.wait(EVERY):
            begun = time.monotonic()
            target.find(["NO-SUCH-NUMBER"])
            self.took.append(time.monotonic() - begun)

    def end(self) -> None:
        """Let him go home."""
        self._end.set()
        self.join(10)


def command(plugin: Container, *arguments: str) -> None:
    """Run one command of ours in this process."""
    commands(lambda: plugin, lambda: None).main(list(arguments), standalone_mode=False)  # type: ignore[arg-type, return-value]


def export(plugin: Container) -> None:
    """Have workers export everything, and wait until nothing is on its way."""
    connection = plugin.connections.named("bench")
    command(plugin, "export", "bench", "--wait", "90")
    until = time.monotonic() + 120
    while time.monotonic() < until:
        counts = plugin.ledger.counts(connection)
        if not sum(counts.get(x, 0) for x in UNSETTLED):
            return
        time.sleep(1)


def minutes(calls: Sequence[Call], batch: int) -> list[list[Call]]:
    """The calls of each whole minute between the first call and the last full batch."""
    first = min(call.at for call in calls)
    last = max((call.at for call in calls if call.documents >= batch), default=first)
    count = int((last - first) // MINUTE)
    found: list[list[Call]] = [[] for _ in range(count)]
    for call in calls:
        which = int((call.at - first) // MINUTE)
        if which < count:
            found[which].append(call)
    return found


def judge(calls: Sequence[Call], took: Sequence[float], batch: int) -> list[str]:
    """Print the figures; what is wrong with them."""
    steady = minutes(calls, batch)[1:]
    used = [len(minute) for minute in steady]
    full = [sum(call.documents >= batch for call in minute) for minute in steady]
    part = sum(full) / max(1, sum(used))
    refused = sum(call.status == requests.codes.too_many_requests for call in calls)
    documents = sum(call.documents for call in calls)
    print(f"{len(calls)} calls, {documents} invoices sent")
    print(f"calls in each minute after the first: {used}, of {ALLOWED}")
    print(f"full batches of {batch} among them: {full}, {part:.0%}")
    print(f"answers 429: {refused}")
    slowest = max(took, default=0.0)
    print(f"{len(took)} calls of a person meanwhile: the slowest took {slowest:.2f} s")
    return [
        *(["fewer calls than Xero allows"] if min(used, default=ALLOWED) < USED else []),
        *(["too many calls are no full batch"] if used and part < FULL else []),
        *(["Xero had to refuse calls"] if refused else []),
        *(["somebody had to wait"] if slowest >= WAITED else []),
    ]


@click.command()
@click.option("--orders", default=18_000, show_default=True, help="Orders in Mintsoft.")
@click.option("--workers", default=4, show_default=True, help="Worker processes.")
@click.option("--database", default="", help="URL of an empty database; else a SQLite file.")
def main(*, orders: int, workers: int, database: str) -> None:
    """Export at the limit, and judge."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker, log = home / "broker", home / "log"
        broker.mkdir(mode=0o700)
        ports = free_port(18091), free_port(18191)
        sandbox = program_command(
            *("sandbox", "--orders", str(orders), "--limits", "real"),
            *("--mintsoft-port", str(ports[0]), "--xero-port", str(ports[1])),
        )
        stack.enter_context(process(sandbox, log, {"MINTSOFT_XERO_HOME": str(home)}))
        for port in ports:
            wait_for(f"http://127.0.0.1:{port}/")
        stack.enter_context(process(broker_command(find_broker(), broker), log, {}))
        wait_for_broker(broker_url(broker), 30)
        wire = stack.enter_context(Wire(ports[1], seconds=LATENCY))
        identity = f"http://127.0.0.1:{ports[1]}"
        environment = {
            "MINTSOFT_XERO_HOME": str(home),
            "MINTSOFT_XERO_REDIS_URL": broker_url(broker),
            "MINTSOFT_XERO_MINTSOFT_URL": f"http://127.0.0.1:{ports[0]}",
            "MINTSOFT_XERO_XERO_URL": wire.url,
            "MINTSOFT_XERO_XERO_IDENTITY_URL": identity,
            "MINTSOFT_XERO_XERO_LOGIN_URL": identity,
            "MINTSOFT_PASSWORD": "sandbox",
            "XERO_CLIENT_SECRET": "custom",
            **({"MINTSOFT_XERO_DATABASE_URL": database} if database else {}),
        }
        os.environ.update(environment)
        plugin = join({})
        plugin.prepare()
        command(
            plugin,
            *("connection", "add", "bench", "--mintsoft-username", "sandbox"),
            *("--xero-client-id", "custom", "--set", "start_date=any"),
        )
        worker = program_command("worker", f"--concurrency={workers}", "--log-level=WARNING")
        stack.enter_context(process(worker, log, environment))
        stack.enter_context(
            process(program_command("beat", "--log-level=WARNING"), log, environment)
        )
        wire.calls.clear()
        person = Interactive(plugin)
        begun = time.monotonic()
        person.start()
        export(plugin)
        person.end()
        batch = plugin.connections.named("bench").settings.batch_size
        print(f"{time.monotonic() - begun:.0f} s for {orders} orders, {workers} worker processes")
        wrong = judge(wire.calls, person.took, batch)
        print(log.read_text(errors="replace")[-3000:] if wrong else "all as it should be")
        plugin.decider.close()
        plugin.database.close()
    for words in wrong:
        print(words)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
