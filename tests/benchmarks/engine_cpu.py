"""CPU from raw JSON to recorded outcome, beside a loop over xero-python that only sends.

    make bench-engine      (or: python -m mintsoft_xero.tests.benchmarks.engine_cpu [ORDERS] [PEER])

Ours reads a day of orders from Mintsoft's JSON, decides, builds, checks, claims, rechecks, sends
in batches and records, all in one process with the rules' child; its CPU, of both, is for each
order seen. The loop sends the invoices that came of it once more, under other numbers, one by one.
Wanted: 1.5 ms an order, and no more than twice the loop's for an invoice. Both talk to the same
simulated Xero in one run, without limits and without a way between; the simulators' CPU counts
for neither.
"""

# ruff: noqa: T201 (it is there to print)

import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...adapters.mintsoft.api.calls import ORDER_LIST, STATUSES
from ...adapters.mintsoft.source import MintsoftSource
from ...adapters.xero.api.limits import XERO
from ...plugin.domain.exports.export import ExportState
from ...plugin.exports.context import ExportContext
from ...plugin.exports.pipeline import export_batch, sync
from ...plugin.processes.garbage import collect_seldom
from ...plugin.processes.launch import program_command
from ...plugin.processes.ports import free_port
from ...plugin.rate_limits.database import DatabaseLimiter
from ...plugin.services.container import Container, join
from .sandbox import token_of
from .throughput import command, process, wait_for

ORDERS = 2_000
PEER = Path(__file__).resolve().parents[2] / ".venv-peers" / "xero-python" / "bin" / "python"
WANTED_MS, WANTED_RATIO = 1.5, 2.0


class Recorded:
    """As much of `MintsoftClient` as a source needs: pages as they came, bytes of JSON."""

    def __init__(self, client: Any) -> None:
        self._statuses = json.dumps(client.read_list(STATUSES)).encode()
        self._pages: list[bytes] = []
        while True:
            number = len(self._pages) + 1
            query = {"IncludeOrderItems": "true", "Limit": 100, "PageNo": number}
            rows = client.read_list(ORDER_LIST, query=query)
            if not rows:
                break
            self._pages.append(json.dumps(rows, default=float).encode())

    def read_list(self, path: str, *, document_id: str = "", query: Any = None) -> list[Any]:
        """One page, read from its bytes; nothing has changed since."""
        assert not document_id
        if path == STATUSES:
            return list(json.loads(self._statuses))
        number = int(query["PageNo"])
        if "SinceLastUpdated" in query or number > len(self._pages):
            return []
        return list(json.loads(self._pages[number - 1], parse_float=Decimal))


class Sent:
    """A target that keeps what it was given to send, for the loop."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self.bodies: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def send(self, body: bytes, key: str, numbers: Any) -> Any:
        """As `Target.send`."""
        self.bodies.append(body)
        return self._target.send(body, key, numbers)


def cpu_of_children() -> float:
    """Seconds of CPU of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def parts_of(plugin: Container) -> ExportContext:
    """The real parts, without limits, over what was read from Mintsoft before."""
    connection = plugin.connections.named("bench")
    free = replace(XERO, a_minute=1_000_000, burst=None, tolerance=1_000_000)
    plugin._limiters[XERO] = DatabaseLimiter(plugin.database, plugin.clock, free)
    parts = plugin.parts(connection)
    recorded: Any = Recorded(parts.source._client)  # type: ignore[attr-defined]
    source = MintsoftSource(recorded, zone=connection.settings.timezone)
    return replace(parts, source=source, target=Sent(parts.target))


def ours(plugin: Container, parts: ExportContext) -> float:
    """CPU of an export, in seconds."""
    connection = plugin.connections.named("bench")
    before, begun = cpu_of_children(), time.process_time()
    sync(parts, connection)
    due = plugin.ledger.due_to_send(connection)
    size = connection.settings.batch_size
    for start in range(0, len(due), size):
        export_batch(parts, connection, due[start : start + size])
    plugin.decider.close()
    return time.process_time() - begun + cpu_of_children() - before


def loops(python: str, url: str, bodies: list[bytes]) -> tuple[float, int]:
    """CPU of the loop, in seconds, and how many invoices it sent."""
    invoices = [x for body in bodies for x in json.loads(body)["Invoices"]]
    asked = json.dumps({"url": url, "token": token_of(url), "invoices": invoices})
    script = str(Path(__file__).with_name("one_by_one.py"))
    answer = subprocess.run(
        [python, script], input=asked, stdout=subprocess.PIPE, text=True, check=True, timeout=600
    )
    return float(answer.stdout), len(invoices)


def profiled(work: Callable[[], float], *, profile: bool) -> float:
    """What a piece of work says; with `profile` what it spent its time on is printed."""
    if not profile:
        return work()
    profiler = cProfile.Profile()
    result = profiler.runcall(work)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
    pstats.Stats(profiler).sort_stats("cumtime").print_stats(70)
    return result


def main(orders: int, python: str) -> int:
    """Measure both; 1 when ours takes too much."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = free_port(18091), free_port(18191)
        sandbox = program_command(
            *("sandbox", "--orders", str(orders), "--limits", "off"),
            *("--mintsoft-port", str(ports[0]), "--xero-port", str(ports[1])),
        )
        stack.enter_context(process(sandbox, home / "log", {"MINTSOFT_XERO_HOME": str(home)}))
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        for url in urls:
            wait_for(f"{url}/")
        os.environ.update(
            {
                "MINTSOFT_XERO_HOME": str(home),
                "MINTSOFT_XERO_DATABASE_URL": "",
                "MINTSOFT_XERO_REDIS_URL": "",
                "MINTSOFT_XERO_MINTSOFT_URL": urls[0],
                **{f"MINTSOFT_XERO_{x}_URL": urls[1] for x in ("XERO", "XERO_IDENTITY")},
                "MINTSOFT_PASSWORD": "sandbox",
                "XERO_CLIENT_SECRET": "custom",
            }
        )
        plugin = join({})
        plugin.prepare()
        command(
            plugin,
            *("connection", "add", "bench", "--mintsoft-username", "sandbox"),
            *("--xero-client-id", "custom", "--set", "start_date=any"),
            *("--set", "quiet_seconds=0"),
        )
        parts = parts_of(plugin)
        collect_seldom()  # as a worker does
        spent = profiled(lambda: ours(plugin, parts), profile="PROFILE" in os.environ)
        counts = plugin.ledger.counts(plugin.connections.named("bench"))
        seen, exported = sum(counts.values()), counts[ExportState.EXPORTED]
        bodies: list[bytes] = parts.target.bodies  # type: ignore[attr-defined]
        assert exported > seen / 2, counts
        each = spent * 1000 / seen
        print(f"ours: {each:.2f} ms of CPU an order, {seen} seen, {exported} exported")
        plugin.database.close()
        if not Path(python).exists():
            print(f"no loop: {python} is not there (make peers makes it)")
            return 0
        loop, sent = loops(python, urls[1], bodies)
    theirs = loop * 1000 / sent
    ratio = spent / exported / (loop / sent)
    print(f"the loop over xero-python: {theirs:.2f} ms an invoice, {sent} sent")
    print(f"ours for an exported order, beside it: {ratio:.2f}")
    return int(each > WANTED_MS or ratio > WANTED_RATIO)


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(int(given[0]) if given else ORDERS, given[1] if given[1:] else str(PEER)))
